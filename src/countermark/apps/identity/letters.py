"""How does a holder hear what was found about its papers: verified, or sent back with how to mend each reason?

Rule 1: at least once, to the address of the account and to whoever sent the papers, under a Message-ID that stays the same.
Rule 2: after a restore nothing is told of what happened before it. Rule 3: a finding of more than a month ago is no news: the
page says it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.identity.models import IdentityCheck
from countermark.apps.parties import post
from countermark.apps.parties.codes import spoken
from countermark.apps.work.models import Restoration
from countermark.connectors.mail import Mail
from countermark.core import identity

log = logging.getLogger("countermark.identity")
NEWS = timedelta(days=30)


def tell(check_id: int, *, at: datetime) -> int:
    """Write about one finding; how many letters were taken. `at` is case time. Raises TryLater while a server is away."""
    check = IdentityCheck.objects.select_related("holder", "submitted_by").get(pk=check_id)
    told = check.decided_at
    if told is None or told < at - NEWS or Restoration.objects.filter(restored_at__gt=told).exists():
        log.warning("identity_letter.held check=%s", check.pk)
        return 0
    return sum(post.sent(_mail(check, n, *reader)) for n, reader in enumerate(_readers(check)))


def _readers(check: IdentityCheck) -> Iterator[tuple[str, str]]:
    """Address and language of whoever is told, each address once."""
    yield check.holder.contact_email, check.holder.language
    by = check.submitted_by
    if by is not None and by.email.lower() != check.holder.contact_email.lower():
        yield by.email, by.language or check.holder.language


def _mail(check: IdentityCheck, n: int, address: str, language: str) -> Mail:
    host = urlsplit(settings.BASE_URL).hostname
    with translation.override(spoken(language)):
        subject, *paragraphs = _words(check)
    return Mail(address, subject, "\n\n".join(paragraphs) + "\n", f"<identity-{check.pk}-{n}@{host}>", spoken(language))


def _words(check: IdentityCheck) -> tuple[str, ...]:
    """Subject, what was found, how to mend it, where."""
    who = {"name": check.holder.name}
    page = f"{settings.BASE_URL}{reverse('holder:identity')}"
    if check.is_change:
        return _of_a_change(check, page)
    if check.state == "verified":
        return (
            gettext("%(name)s is verified") % who,
            gettext("We have looked at the papers of %(name)s. The account is verified.") % who,
            gettext("Rights that wait are looked at next; complaints on them go out by themselves."),
            page,
        )
    return (
        gettext("The papers of %(name)s come back: please mend them") % who,
        gettext("We have looked at the papers of %(name)s and cannot verify the account yet:") % who,
        *_why(check), page,
    )  # fmt: skip


def _of_a_change(check: IdentityCheck, page: str) -> tuple[str, ...]:
    who = {"name": check.name}
    if check.state == "verified":
        return (
            gettext("The change to %(name)s is verified") % who,
            gettext("We have looked at the papers. The account is %(name)s now; notices already sent keep what they said.") % who,
            page,
        )  # fmt: skip
    return (
        gettext("The papers of the change to %(name)s come back: please mend them") % who,
        gettext("We have looked at the papers and cannot change the account yet. It stays as it was, and its rights are used:"),
        *_why(check), page,
    )  # fmt: skip


def _why(check: IdentityCheck) -> tuple[str, ...]:
    """The reasons with their cures, the reviewer's own words, and where it is mended."""
    found = (identity.reasons()[code] for code in check.reasons if code in identity.reasons())
    reasons = "\n".join(f"- {gettext(each.title)} {gettext(each.cure)}" for each in found)
    where = gettext("Mend it and send it again here; what you sent is still there:")
    return (reasons, *([check.note] if check.note else []), where)
