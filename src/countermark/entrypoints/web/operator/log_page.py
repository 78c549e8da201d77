"""The log: is it unbroken, up to where is it signed, and what has the desk itself done?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.complaints.log_checks import ask_for_check, last_check, standing_asked, standing_in
from countermark.apps.complaints.models import LogCheckpoint
from countermark.apps.parties.models import StaffEvent
from countermark.apps.work import true_time
from countermark.apps.work.counts import together
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator import checks
from countermark.entrypoints.web.operator.words import deed, nobody
from countermark.entrypoints.web.roles import OPERATOR

CHECKPOINTS_SHOWN = 10


@require_safe
@door(roles=[OPERATOR])
def log(request: HttpRequest) -> HttpResponse:
    """Both logs: the cases' and the desk's."""
    deeds = StaffEvent.objects.select_related("by", "person", "marketplace").order_by("-pk")
    if lists.wants_csv(request):
        rows = ((e.at.isoformat(), e.by, e.event, e.person, e.marketplace, e.data) for e in deeds)
        return csv_answer("desk.csv", ("at", "by", "event", "person", "marketplace", "data"), rows)
    shown, stands = lists.page_of(request, deeds), standing_in(together(**standing_asked()))
    page = {
        "state": checks.log(stands, true_time.now()),
        "check": last_check() if stands.last and stands.last.fault_count else stands.last,
        "waiting": stands.waiting,
        "events": stands.events,
        "numbered": stands.numbered,
        "checkpoints": LogCheckpoint.objects.order_by("-size")[:CHECKPOINTS_SHOWN],
        "deeds": [(e, e.by or nobody(), deed(e)) for e in shown],
        "page": shown,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/log.html", page)


@require_POST
@door(roles=[OPERATOR])
def check(request: HttpRequest) -> HttpResponse:
    """Have the whole log checked by a worker."""
    ask_for_check(by=request.user, now=true_time.now())
    messages.success(request, gettext("A worker checks the whole log; the result appears here."))
    return redirect("operator:log")
