"""Who audits, and until when? An operator gives the role with an end; it ends by itself, or by this page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from countermark.apps.parties import people as services
from countermark.apps.parties.models import Person
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import OPERATOR

WRONG = {
    "desk": (
        gettext_lazy("Whoever works at the desk does not audit it"),
        gettext_lazy("Take their roles first, or name somebody else."),
    ),
    "past": (gettext_lazy("This day is over"), gettext_lazy("Choose a day that is still to come.")),
    "far": (gettext_lazy("This is longer than a year"), gettext_lazy("Choose an earlier day; it can be given anew.")),
    "day": (gettext_lazy("This is no day"), gettext_lazy("Choose the last day of the audit.")),
}


def end_of(text: str) -> datetime | None:
    """The end of the day written as 2026-12-31, where the reader is; None for anything else."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1), time(), timezone.get_current_timezone())
    except (ValueError, OverflowError):
        return None


@require_POST
@door(roles=[OPERATOR])
def auditor(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody audit until the end of a day, or no longer."""
    person = get_object_or_404(Person, pk=pk)
    ends = request.POST.get("do") == "end"
    until = None if ends else end_of(request.POST.get("until", ""))
    if until is None and not ends:
        raise _refused("day", person)
    try:
        services.set_auditor(person_id=pk, until=until, by=request.user, now=true_time.now())
    except services.AuditorDefective as wrong:
        raise _refused(wrong.field, person) from wrong
    messages.success(request, gettext("Changed. It holds from their next click."))
    return redirect("operator:person", pk)


def _refused(field: str, person: Person) -> Refused:
    what, way_out = WRONG[field]
    why = gettext("Nothing was changed about %(name)s.") % {"name": person}
    back = gettext("Back to %(name)s") % {"name": person}
    return Refused(str(what), why, str(way_out), url=reverse("operator:person", args=[person.pk]), link=back)
