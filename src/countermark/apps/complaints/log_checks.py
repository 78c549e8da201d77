"""Checks of the whole log that an operator asked for: a job, because a long log takes minutes, with its result kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from countermark.apps.complaints import log
from countermark.apps.complaints.models import ComplaintEvent, LogCheckpoint, LogLeaf
from countermark.apps.work.counts import number_of
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


class LogStanding(NamedTuple):
    """How the log stands: its events, how many of them are numbered and signed; the last check of it, and one that waits."""

    events: int
    numbered: int
    signed: int
    last: Any  # done_at, fault_count
    waiting: Any  # asked_at


def standing_asked() -> dict[str, QuerySet[Any]]:
    """The short queries `standing_in` reads, for `work.counts.together`. None of them is longer when the log is.

    Numbers are given without gaps, so the last one tells how many there are; what has none yet is among the newest rows.
    """
    last = LogLeaf.objects.order_by("-position")
    newest = ComplaintEvent.objects.filter(pk__gt=Coalesce(Subquery(last.values("event_id")[:1]), 0))
    return {
        "log_checks": LogCheck.objects.order_by("-pk").values("asked_at", "done_at", "fault_count")[:2],
        "log_numbered": last.values("position")[:1],
        "log_newest": number_of(newest),
        "log_signed": LogCheckpoint.objects.order_by("-size").values("size")[:1],
    }


def standing_in(found: Mapping[str, Sequence[Any]]) -> LogStanding:
    """How the log stands, from the rows of `standing_asked`: at most one check waits, and it is the newest."""
    numbered = sum(row.position + 1 for row in found["log_numbered"])
    done = [row for row in found["log_checks"] if row.done_at is not None]
    waiting = [row for row in found["log_checks"] if row.done_at is None]
    return LogStanding(
        events=numbered + sum(row.n for row in found["log_newest"]),
        numbered=numbered,
        signed=sum(row.size for row in found["log_signed"]),
        last=done[0] if done else None,
        waiting=waiting[0] if waiting else None,
    )
