"""The table of work: what waits, what runs, what was given up, and trying that once more."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.work import jobs as queue
from countermark.apps.work import true_time
from countermark.apps.work.counts import counted
from countermark.apps.work.models import Job
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.words import job_words
from countermark.entrypoints.web.roles import OPERATOR

STATES = ("failed", "running", "waiting", "later")


def in_state(state: str, now: datetime) -> QuerySet[Job]:
    """The jobs in this state at `now` (real time); every job for ""."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    chosen = {
        "failed": ~Q(failed_at=None),
        "running": Q(failed_at=None, leased_until__gte=now),
        "waiting": Q(failed_at=None, run_at__lte=now) & free,
        "later": Q(failed_at=None, run_at__gt=now) & free,
    }
    return Job.objects.filter(chosen.get(state, Q())).order_by("-failed_at", "run_at", "pk")


@require_safe
@door(roles=[OPERATOR])
def jobs(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    now, state, kind = true_time.now(), lists.chosen(request, "state", STATES), lists.typed(request, "kind", 40)
    rows = in_state(state, now)
    if kind:
        rows = rows.filter(kind=kind)
    if lists.wants_csv(request):
        head = ("kind", "key", "run_at", "attempts", "failed_at", "error", "progress")
        return csv_answer(
            "jobs.csv",
            head,
            rows.values_list("kind", "key", "run_at", "attempts", "failed_at", "last_error", "progress"),
        )
    listed, *counts = counted(rows, *(in_state(each, now) for each in STATES))
    shown = lists.page_of(request, rows, count=listed)
    page = {
        "jobs": [(job, job_words(job.kind)) for job in shown],
        "page": shown,
        "counts": list(zip(STATES, counts, strict=True)),
        "state": state,
        "kind": kind,
        "kinds": [
            (each, job_words(each)) for each in Job.objects.order_by("kind").values_list("kind", flat=True).distinct()
        ],
        "now": now,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/jobs.html", page)


@require_POST
@door(roles=[OPERATOR])
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a job that was given up once more, now."""
    job = get_object_or_404(Job, pk=pk)
    if job.failed_at is not None:
        queue.retry(job, now=true_time.now())
        messages.success(request, gettext("It is tried again now."))
    return redirect("operator:jobs")
