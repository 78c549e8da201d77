"""A restored installation goes on: what was given out is not given out again, what was sent is not sent again unasked.

The backup is older than the world. Between it and now letters went out, marketplaces acted, sellers answered, and none of that is
known here. So:

Rule 1: until an operator releases it, no worker acts. Rule 2: a letter that was under way is held: an operator says whether it
goes out or had gone out. Rule 3: a clock whose end would decide something counts on from now with what was left when the backup
was made: an answer may be lost, and no silence since then counts against anybody. Rule 4: numbers, ids and the name of the log
are not used twice. Calls to marketplaces need no holding: they
ask for a state and not for a step, and carry a reference; asking again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from countermark.apps.complaints.held import hold
from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.complaints.services import Step, record_transitions
from countermark.apps.keeping import erasures, tables
from countermark.apps.keeping.erasure import erase_again
from countermark.apps.keeping.restore import Restored
from countermark.apps.notifications import right_letters
from countermark.apps.notifications import services as notifications
from countermark.apps.notifications.models import Delivery, RightLetter
from countermark.apps.orders import letters as order_letters
from countermark.apps.orders.models import OrderLetter
from countermark.apps.parties.people import note
from countermark.apps.work.jobs import enqueue_many
from countermark.apps.work.models import Job, NumberSeries, Restoration
from countermark.apps.work.services import case_time
from countermark.connectors.mail import Receipt
from countermark.core import catalogue
from countermark.core.complaint import give_back

BATCH = 500  # cases read at a time
HELD = "held after a restore: it may have gone out since the backup"  # the answer beside a letter
LETTER_JOBS: dict[str, Any] = {
    "deliver": Delivery,
    "deliver_order": OrderLetter,
    right_letters.JOB: RightLetter,
}  # the job that sends each kind of letter
LETTERS = ("hold", "send", "sent")  # what an operator says of them


class NothingToRelease(Exception):
    """The installation is not held."""

    code = "nothing_to_release"
    http_status_hint = 409


def waiting() -> Restoration | None:
    """The restoration nobody has released yet, if there is one."""
    return not_released().first()


def not_released() -> QuerySet[Restoration]:
    """Restorations nobody has released yet, the oldest first."""
    return Restoration.objects.filter(released_at=None).order_by("pk")


def is_held() -> bool:
    """Whether workers have to stand still."""
    return Restoration.objects.filter(released_at=None).exists()


@transaction.atomic
def go_on(restored: Restored, *, now: datetime) -> Restoration:
    """Make the restored world one that can go on, and hold it. `now` is real time."""
    since, head = restored.made_at, restored.checked.head
    row = Restoration.objects.create(
        backup_at=since,
        restored_at=now,
        version=head["version"],
        archive=restored.checked.digest,
        log_size=head["log"]["size"],
    )
    _leave_out_numbers()
    report = {
        "jobs_freed": _free_jobs(),
        "erased_again": erasures.again(since, lambda whom, rule: erase_again(whom, rule, now=now)),
        "letters_held": _hold_letters(case_time(now), now),
        "clocks_given_back": _give_back(case_time(since), case_time(now)),
    }
    row.report = report
    row.save(update_fields=["report"])
    note("installation.restored", by=None, now=now, backup=since.isoformat(), **report)
    return row


@transaction.atomic
def release(*, letters: str, by: Any, now: datetime) -> int:
    """Let the workers work again, and deal with the held letters; returns how many there were.

    `hold`: each stays an operator's task. `send`: they go out now. `sent`: they had gone out before, as the mail server's own log
    shows; the parties count as told now, not earlier. Raises NothingToRelease.
    """
    row = Restoration.objects.select_for_update().filter(released_at=None).order_by("pk").first()
    if row is None:
        raise NothingToRelease("nothing is held: the installation was not restored, or was released before")
    waits = {kind: list(held(kind).values_list("pk", flat=True)) for kind in LETTER_JOBS}
    for kind, ids in waits.items():
        if letters == "send":
            held(kind).update(failed_at=None, answer="")
            enqueue_many([(kind, str(pk), {}) for pk in ids], run_at=now)
        elif letters == "sent":
            held(kind).update(failed_at=None)
            _count_as_sent(kind, ids, now)
    count = sum(map(len, waits.values()))
    Restoration.objects.filter(released_at=None).update(released_at=now)
    note("installation.released", by=by, now=now, letters=letters, count=count)
    return count


def held_letters() -> int:
    """How many letters wait for an operator's word since a restore."""
    return sum(held(kind).count() for kind in LETTER_JOBS)


def held(kind: str) -> Any:
    """The letters of a kind that wait for that word; until then they count as come back."""
    return LETTER_JOBS[kind]._base_manager.filter(answer=HELD, delivered_at=None).exclude(failed_at=None)


def _count_as_sent(kind: str, ids: Iterable[int], now: datetime) -> None:
    for pk in ids:
        if kind == "deliver":
            notifications.delivered(pk, receipt=Receipt("", 250, HELD), at=case_time(now))
        elif kind == right_letters.JOB:
            right_letters.had_gone_out(pk, answer=f"250 {HELD}", at=case_time(now))
        else:
            order_letters.had_gone_out(pk, answer=f"250 {HELD}", at=case_time(now), now=now)


# --- what must not happen twice -------------------------------------------------------------------------------------------


def _leave_out_numbers() -> None:
    """Numbers and ids that may have been given out since the backup stay with what they were given to."""
    known = catalogue.load()
    NumberSeries.objects.update(last=F("last") + known.number("restore_numbers_left_out"))
    tables.leave_out_ids(gap=known.number("restore_ids_left_out"))


def _free_jobs() -> int:
    """The workers that held these are gone. Where the same was promised again meanwhile, one promise is enough."""
    freed = 0
    for job in Job.objects.exclude(leased_until=None).order_by("pk"):
        waits = Job.objects.filter(kind=job.kind, key=job.key, leased_until=None, failed_at=None)
        if waits.exclude(pk=job.pk).exists():
            job.delete()
            continue
        Job.objects.filter(pk=job.pk).update(leased_by="", leased_until=None)
        freed += 1
    return freed


def _hold_letters(at: datetime, now: datetime) -> int:
    """Write what was not written yet of the events the backup knows, then hold every letter that was not taken over."""
    untold = ComplaintEvent.objects.exclude(receipts__consumer=notifications.CONSUMER)
    for notice_id in sorted(set(untold.values_list("complaint__notice_id", flat=True))):
        notifications.tell(notice_id, at=at, now=now)
    for job in Job.objects.filter(kind="tell_appeal"):
        pk, _, what = job.key.partition(":")
        notifications.tell_appeal(int(pk), what, at=at, now=now)
    for job in Job.objects.filter(kind="tell_order"):
        order_letters.tell(int(job.key), at=at, now=now)
    under_way = [rows._base_manager.filter(delivered_at=None, failed_at=None) for rows in LETTER_JOBS.values()]
    return sum(rows.exclude(address="").update(failed_at=at, answer=HELD) for rows in under_way)


def _give_back(since: datetime, at: datetime) -> int:
    """Every clock whose end decides something counts on from `at` (both case time)."""
    running = Complaint.objects.filter(due_at__gt=since, escalated=False).order_by("pk")
    ids, given = list(running.values_list("pk", flat=True)), 0
    for start in range(0, len(ids), BATCH):
        steps = [step for held in hold(ids[start : start + BATCH]) if (step := _step(held, since, at))]
        record_transitions(steps)
        given += len(steps)
    return given


def _step(held: Any, since: datetime, at: datetime) -> Step | None:
    made = give_back(held.procedure, held.case, since=since, at=max(at, held.case.at), calendars=held.calendars)
    return Step(held, made, {"since": since.isoformat()}) if made else None
