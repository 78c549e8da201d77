"""The buttons of the home page that mend at once: try what was given up again, ask a marketplace once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from countermark.apps.enforcement.selectors import not_confirmed
from countermark.apps.work import jobs, true_time
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import OPERATOR

MOST = 500  # listings a marketplace is asked about by one click


@require_POST
@door(roles=[OPERATOR])
def mend(request: HttpRequest) -> HttpResponse:
    """Do what the button beside a task says; what is mended meanwhile is said so."""
    what, _, which = request.POST.get("do", "").replace("\0", "").partition(":")
    now = true_time.now()
    if what == "jobs":
        count = jobs.retry_all(now=now)
        said = ngettext("%(n)s job is tried again now.", "%(n)s jobs are tried again now.", count)
    elif what == "measures":
        rows = not_confirmed(at=request.at).filter(listing__marketplace__slug=which)  # type: ignore[attr-defined]
        listings = rows.values_list("listing_id", flat=True)[:MOST]
        count = jobs.hurry("enforce", [str(pk) for pk in listings], now=now)
        said = ngettext("%(n)s listing is asked about now.", "%(n)s listings are asked about now.", count)
    else:
        return redirect("operator:home")
    messages.success(request, said % {"n": count} if count else gettext("It was mended meanwhile."))
    return redirect("operator:home")
