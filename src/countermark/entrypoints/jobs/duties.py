"""What has to happen because time has passed: silence recorded, reminders written, reviewers' steps let go, rights and
mandates that end.

Each is asked cheaply first, so that an idle worker writes nothing. Any number of workers may do this at once.
"""

import logging
from datetime import datetime

from countermark.apps.complaints import mandate_watch, rights_watch
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import services as decisions
from countermark.apps.decisions.models import PendingStep
from countermark.apps.mandates import selectors as mandates
from countermark.apps.mandates import services as mandate_services
from countermark.apps.mandates.models import Mandate
from countermark.apps.notifications import right_letters
from countermark.apps.notifications import services as notifications
from countermark.apps.rights.models import Right
from countermark.apps.screening import references

log = logging.getLogger("countermark.jobs")

BATCHES = 5  # of silence in one turn; the worker beats between turns


def run(*, at: datetime, now: datetime) -> int:
    """Do what is due at `at` (case time) and `now` (real time), in short transactions; returns how much there was."""
    done = {"silence": _silence(at), "steps": _steps(at, now), "reminders": _reminders(at, now), **_rights(at, now)}
    done["references"] = references.follow_rights(at=at, now=now) if references.to_follow() else 0
    for duty, count in done.items():
        if count:
            log.info("duty.%s count=%s", duty, count)
    return sum(done.values())


def _silence(at: datetime) -> int:
    done = 0
    for _ in range(BATCHES):
        if not Complaint.objects.filter(due_at__lte=at, escalated=False).exists():
            break
        done += cases.sweep(now=at)
    return done


def _steps(at: datetime, now: datetime) -> int:
    if not PendingStep.objects.filter(goes_at__lte=now).exists():
        return 0
    return decisions.release_due_steps(now=now, at=at)


def _reminders(at: datetime, now: datetime) -> int:
    if not Complaint.objects.filter(remind_at__lte=at, due_at__gt=at).exists():
        return 0
    return notifications.remind(at=at, now=now)


def _rights(at: datetime, now: datetime) -> dict[str, int]:
    """Mandates and rights whose end or grace is over, and who is reminded that it comes near."""
    ends, nears = (Right.objects.filter(**{f"{clock}__lte": at}).exists() for clock in ("look_at", "remind_at"))
    ending = Mandate.objects.filter(remind_at__lte=at).exists()
    return {
        "mandates": mandate_watch.look(at=at) if mandates.due_for_a_look(at=at, limit=1) else 0,
        "mandate_reminders": mandate_services.remind(at=at) if ending else 0,
        "rights": rights_watch.look(at=at) if ends else 0,
        "right_reminders": right_letters.remind(at=at, now=now) if nears else 0,
    }
