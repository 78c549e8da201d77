"""Checks of the whole log that an operator asked for: a job, because a long log takes minutes, with its result kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.db import transaction

from countermark.apps.complaints import log
from countermark.apps.complaints.models import ComplaintEvent, LogCheckpoint
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import LogCheck

KIND = "check_log"  # of the job
KEPT = 50  # faults kept in words; all are counted


@transaction.atomic
def ask_for_check(*, by: Any, now: datetime) -> LogCheck:
    """Promise a check; one that is not done yet is enough. `now` is real time."""
    waiting = LogCheck.objects.filter(done_at=None).order_by("-pk").first()
    check = waiting or LogCheck.objects.create(asked_at=now, asked_by=by)
    enqueue(KIND, str(check.pk), run_at=now)
    return check


def run_check(check_id: int, *, finish: Any, also: Iterable[object] = ()) -> LogCheck:
    """Verify everything and keep what was found; `finish()` gives the real instant at which it was done.

    `also`: what is broken in chains of later stages, one sentence each.
    """
    events, points = ComplaintEvent.objects.count(), LogCheckpoint.objects.count()
    faults = chain(log.verify(), also)
    kept = [str(fault) for fault in islice(faults, KEPT)]
    found = {"events": events, "checkpoints": points, "faults": kept, "fault_count": len(kept) + sum(1 for _ in faults)}
    LogCheck.objects.filter(pk=check_id).update(done_at=finish(), **found)
    return LogCheck.objects.get(pk=check_id)


def last_check() -> LogCheck | None:
    """The newest check that is done."""
    return LogCheck.objects.exclude(done_at=None).order_by("-done_at").first()


def waiting_check() -> LogCheck | None:
    """A check that was asked for and is not done."""
    return LogCheck.objects.filter(done_at=None).order_by("-pk").first()
