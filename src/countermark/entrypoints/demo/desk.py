"""What would the worker have done at an instant that lies in the past?

The same services as the worker calls, at the instant a story has reached: silence recorded, reminders written, letters
delivered, marketplaces asked. Looking at a listing once more is left to the real worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from countermark.apps.complaints import services as cases
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement import shops
from countermark.apps.notifications import right_letters
from countermark.apps.notifications import services as notifications
from countermark.apps.orders import letters
from countermark.apps.screening import stay_down
from countermark.apps.work import jobs

ME = "the demo, filling its past"
SENT_AFTER, TAKEN_AFTER = timedelta(seconds=40), timedelta(seconds=95)  # of what they tell


def time_passes(at: datetime) -> None:
    """Everything that had fallen due by `at`, and what follows from it."""
    while Complaint.objects.filter(due_at__lte=at, escalated=False).exists():
        cases.sweep(now=at)
        catch_up(at)
    if Complaint.objects.filter(remind_at__lte=at, due_at__gt=at).exists():
        notifications.remind(at=at, now=timezone.now())
        catch_up(at)


def catch_up(at: datetime) -> None:
    """Keep the promises that lie in the table of jobs, as of `at`."""
    while taken := jobs.take(worker=ME, now=timezone.now(), limit=200, kinds=DONE_HERE):
        for job in taken:
            DONE_HERE[job.kind](job.key, at)
            jobs.finish(job, worker=ME)


def _tell(key: str, at: datetime) -> None:
    notifications.tell(int(key), at=at + SENT_AFTER, now=timezone.now())


def _tell_appeal(key: str, at: datetime) -> None:
    pk, _, what = key.partition(":")
    notifications.tell_appeal(int(pk), what, at=at + SENT_AFTER, now=timezone.now())


def _deliver(key: str, at: datetime) -> None:
    receipt = notifications.send(int(key), at=at + SENT_AFTER, now=timezone.now())
    if receipt is not None:
        notifications.delivered(int(key), receipt=receipt, at=at + TAKEN_AFTER)


def _enforce(key: str, at: datetime) -> None:
    enforcement.enforce(int(key), at=at + TAKEN_AFTER, now=timezone.now())


def _enforce_shop(key: str, at: datetime) -> None:
    shops.enforce_shop(int(key), at=at + TAKEN_AFTER, now=timezone.now())


def _tell_order(key: str, at: datetime) -> None:
    letters.tell(int(key), at=at + TAKEN_AFTER, now=timezone.now())


def _deliver_order(key: str, at: datetime) -> None:
    letters.send(int(key), at=at + TAKEN_AFTER + SENT_AFTER, now=timezone.now())


def _tell_right(key: str, at: datetime) -> None:
    right_letters.tell(int(key), at=at + TAKEN_AFTER, now=timezone.now())


def _deliver_right(key: str, at: datetime) -> None:
    right_letters.send(int(key), at=at + TAKEN_AFTER + SENT_AFTER, now=timezone.now())


def _keep_down(key: str, at: datetime) -> None:
    stay_down.follow(int(key), at=at, now=timezone.now())


DONE_HERE: Mapping[str, Callable[[str, datetime], None]] = {
    "tell": _tell,
    "tell_appeal": _tell_appeal,
    "deliver": _deliver,
    "enforce": _enforce,
    "enforce_shop": _enforce_shop,
    "tell_order": _tell_order,
    "deliver_order": _deliver_order,
    "tell_right": _tell_right,
    "deliver_right": _deliver_right,
    stay_down.JOB: _keep_down,
}
