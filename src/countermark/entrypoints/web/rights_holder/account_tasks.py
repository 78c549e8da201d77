"""What is an account still to do about itself: show who it is, or mend what came back?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from countermark.apps.identity.selectors import standing
from countermark.apps.parties.models import Holder
from countermark.entrypoints.web.rights_holder.accounts import acts


def account_tasks(holder: Holder) -> Iterator[dict[str, Any]]:
    """Tasks of the home page, without a clock; none for a verified account, nor for whoever only reads."""
    if holder.verified_at is not None or not acts(holder):
        return
    stands = standing(holder)
    if stands == "none":
        title = gettext("Show who %(name)s is") % {"name": holder.name}
        yield _task(title, gettext("Until it is verified, your rights and complaints wait."), gettext("Show it"))
    elif stands == "returned":
        title = gettext("Mend the papers that show who you are")
        yield _task(title, gettext("They came back with reasons, and how to mend each."), gettext("Mend them"))


def _task(title: str, text: str, link: str) -> dict[str, Any]:
    return {"title": title, "text": text, "url": reverse("holder:identity"), "link": link, "due": None}
