"""What happens to the open cases of a right when the right itself comes into doubt, is cleared, is void or ends?

The right changes first (apps.rights), then every case that can take the event takes it, in batches; a case that is past it
stays as it is. Asking again is harmless: a case that took the event no longer can.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from countermark.apps.complaints.held import Held, glance
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import StaleCase, act, catch_up_cases
from countermark.apps.parties.models import Person
from countermark.apps.rights import services as rights
from countermark.apps.rights.models import Right
from countermark.core.complaint import permitted_events

BATCH = 500  # cases a transaction


def doubt_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """The right came into doubt: its open cases stand still. Returns how many; raises rights.services.RightMoved."""
    rights.suspend_right(right=right, by=by, at=at, why=why)
    return tell_cases(right, "right_in_doubt", at=at)


def clear_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """The doubt is settled: the cases go on with the time that was left. Returns how many; raises RightMoved."""
    rights.clear_right(right=right, by=by, at=at, why=why)
    return tell_cases(right, "right_cleared", at=at)


def void_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """Void from the start: what was taken down comes back, what is open ends. Returns how many; raises RightMoved."""
    rights.invalidate_right(right=right, by=by, at=at, why=why)
    return tell_cases(right, "right_void", at=at)


def end_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """The right has ended: open cases end, what was decided stands. Returns how many; raises RightMoved."""
    rights.end_right(right=right, by=by, at=at, why=why)
    tell_cases(
        right, "right_in_doubt", at=at
    )  # an open case is interrupted first; only then can it end without a decision
    return tell_cases(right, "right_ended", at=at)


def tell_cases(right: Right, event: str, *, at: datetime) -> int:
    """Let `event` happen to every case of this right that can take it; returns how many did."""
    told = 0
    for ids in _batches(right, event):
        catch_up_cases(ids, now=at)  # what fell due before comes first, with its own instant
        able = [held.id for held in glance(ids) if _can(held, event)]
        told += _tell(able, event, at)
    return told


def _tell(ids: list[int], event: str, at: datetime) -> int:
    if not ids:
        return 0
    try:
        return len(act(ids, event, by="rights", at=at))
    except StaleCase:
        return sum(_tell([one], event, at) for one in ids) if len(ids) > 1 else 0


def _batches(right: Right, event: str) -> Iterator[list[int]]:
    cases = Complaint.objects.filter(notice__right=right)
    if event == "right_void":  # may happen in any state, so whoever has it is named here
        cases = cases.exclude(events__event=event)
    ids = list(cases.order_by("pk").values_list("pk", flat=True))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _can(held: Held, event: str) -> bool:
    return event in permitted_events(held.procedure, held.case, "rights")


SETTLE = {"cleared": clear_right, "ended": end_right, "void": void_right}  # how a doubt can end
