"""Work as rows with a lease: enqueued in the caller's transaction, done at least once, lost never.

A worker takes a row by putting its name and a term on it, and beats while it works. A worker killed with -9 leaves a lease
that ends by itself; then another takes the row. Handlers are idempotent. Real time only: case time never moves a lease.
Why not a queue library: ADR 0004.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from countermark.apps.work.bulk import instant_writer, put_once_and_hold
from countermark.apps.work.models import Job

LEASE = timedelta(seconds=30)  # beaten four times over; after it another worker does what a killed one had begun
# Seconds before the next try; the last one repeats. Doubled from one second on: who fails one time in five is through within
# a quarter of a minute, and who is down is asked nine times in the first four minutes.
BACKOFF = (1, 2, 4, 8, 15, 30, 60, 120, 600, 1800, 3600)
GIVE_UP_AFTER = timedelta(days=3)  # of waiting between tries
COLUMNS = {
    "kind": "text",
    "key": "text",
    "payload": "jsonb",
    "run_at": "timestamptz",
    "attempts": "integer",
    "leased_by": "text",
    "last_error": "text",
    "progress": "text",
}  # of a new row
UNTAKEN = "leased_until IS NULL AND failed_at IS NULL"  # as the constraint job_once has it
Wanted = tuple[str, str, Mapping[str, Any]]  # kind, key, payload


class TryLater(Exception):
    """This run learnt nothing or may not act yet: an answer did not come, a mailbox is full. `after` where somebody said when."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        self.after = after
        super().__init__(why)


def enqueue(kind: str, key: str, payload: Mapping[str, Any] | None = None, *, run_at: datetime) -> None:
    """Promise one run of `kind` for `key`. A promise that nobody works on yet is enough; it is not doubled.

    Such a promise is held until the caller's transaction ends: taken before, it would be kept by a worker that cannot see
    yet what it is about.
    """
    enqueue_many([(kind, key, payload or {})], run_at=run_at)


def enqueue_many(wanted: Iterable[Wanted], *, run_at: datetime) -> None:
    """Like `enqueue` for many, in one write."""
    at = instant_writer()(run_at)
    unique = {
        (kind, key): (kind, key, json.dumps(dict(payload)) if payload else "{}", at, 0, "", "", "")
        for kind, key, payload in wanted
    }
    put_once_and_hold("work_job", COLUMNS, unique.values(), key=("kind", "key"), where=UNTAKEN)


def take(*, worker: str, now: datetime, limit: int = 1, kinds: Iterable[str] | None = None) -> list[Job]:
    """Lease up to `limit` jobs that are due. SKIP LOCKED on PostgreSQL, the IMMEDIATE transaction on SQLite."""
    with transaction.atomic():
        free = Job.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), failed_at=None, run_at__lte=now)
        if kinds is not None:
            free = free.filter(kind__in=list(kinds))
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        jobs = list(free.order_by("run_at", "id")[:limit])
        for job in jobs:
            job.leased_by, job.leased_until, job.attempts = worker, now + LEASE, job.attempts + 1
        Job.objects.bulk_update(jobs, ["leased_by", "leased_until", "attempts"])
    return jobs


def beat(job: Job, *, worker: str, now: datetime, progress: str = "") -> bool:
    """Prolong the lease; False when it was lost to another worker, whose turn it now is."""
    mine = Job.objects.filter(pk=job.pk, leased_by=worker, leased_until__gte=now)
    return bool(mine.update(leased_until=now + LEASE, progress=progress[:200]))


def finish(job: Job, *, worker: str) -> None:
    Job.objects.filter(pk=job.pk, leased_by=worker).delete()


@transaction.atomic
def put_back(job: Job, *, worker: str, now: datetime, error: str, after: timedelta | None = None) -> None:
    """A run failed: try again later, a little later each time, and not before `after`; after three days an operator is asked."""
    wait = max(timedelta(seconds=_backoff(job.attempts)), after or timedelta())
    mine = Job.objects.filter(pk=job.pk, leased_by=worker)
    if Job.objects.filter(kind=job.kind, key=job.key, leased_until=None, failed_at=None).exclude(pk=job.pk).exists():
        mine.delete()  # the same promise was made again meanwhile
        return
    gives_up = sum(map(_backoff, range(1, job.attempts))) > GIVE_UP_AFTER.total_seconds()
    mine.update(
        leased_by="",
        leased_until=None,
        last_error=error[:2000],
        run_at=job.run_at if gives_up else now + wait,
        failed_at=now if gives_up else None,
    )


def _backoff(attempts: int) -> int:
    """Seconds to wait after this many tries."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def retry(job: Job, *, now: datetime) -> None:
    """An operator's button: try a job that was given up once more, now. Promised anew meanwhile, that promise is enough."""
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(pk=job.pk).exclude(failed_at=None).first()
        if row is None:
            return
        anew = Job.objects.filter(kind=row.kind, key=row.key, leased_until=None, failed_at=None)
        if anew.update(run_at=now):
            row.delete()
        else:
            Job.objects.filter(pk=row.pk).update(
                failed_at=None, attempts=0, run_at=now, leased_until=None, leased_by=""
            )


def retry_all(*, now: datetime, limit: int = 500) -> int:
    """The same for everything that was given up; returns how much."""
    given_up = list(Job.objects.exclude(failed_at=None).order_by("failed_at")[:limit])
    for job in given_up:
        retry(job, now=now)
    return len(given_up)


def hurry(kind: str, keys: Iterable[str], *, now: datetime) -> int:
    """Have these done now: promised where they were not, and not waiting for a later try; returns how many."""
    wanted = list(keys)
    with transaction.atomic():
        enqueue_many([(kind, key, {}) for key in wanted], run_at=now)
        Job.objects.filter(kind=kind, key__in=wanted, leased_until=None, failed_at=None, run_at__gt=now).update(
            run_at=now
        )
    return len(wanted)
