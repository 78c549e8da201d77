"""What happens to the open cases of a right when the right itself comes into doubt, is cleared, is void or ends?

The right changes first (apps.rights), then every case that can take the event takes it, in batches; a case that is past it
stays as it is. Asking again is harmless: a case that took the event no longer can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from countermark.apps.complaints.held import Held, glance
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.services import StaleCase, act, catch_up_cases
from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights import living, transfers
from countermark.apps.rights import services as rights
from countermark.apps.rights.clocks import mandate_ends_on, stands, today_at_office
from countermark.apps.rights.models import Right, RightRenewal, RightTransfer
from countermark.core.complaint import permitted_events
from countermark.core.rights.living import endings

BATCH = 500  # cases a transaction


def let_happen(right: Right, ending: str, *, by: Person | None, at: datetime, why: str = "", **data: Any) -> int:
    """Let one of the endings of `core/rights/living.toml` happen to a right, and tell its cases. Returns how many took it.

    `data` stays with the event of the right. Raises rights.services.RightMoved when it may not happen in the state it is in.
    """
    changed = living.happen(right, ending, by=by, at=at, why=why, **data)
    # an open case is interrupted first; only then can it end without a decision
    return [tell_cases(changed, event, at=at, why=ending) for event in endings()[ending].events][-1]


def doubt_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """The right came into doubt: its open cases stand still. Returns how many; raises rights.services.RightMoved."""
    return let_happen(right, "disputed", by=by, at=at, why=why)


def clear_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """The doubt is settled: the cases go on with the time that was left. Returns how many; raises RightMoved."""
    return let_happen(right, "cleared", by=by, at=at, why=why)


def void_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """Void from the start: what was taken down comes back, what is open ends. Returns how many; raises RightMoved."""
    return let_happen(right, "invalidated", by=by, at=at, why=why)


def end_right(*, right: Right, by: Person | None, at: datetime, why: str = "") -> int:
    """The right has ended: open cases end, what was decided stands. Returns how many; raises RightMoved."""
    return let_happen(right, "expired", by=by, at=at, why=why)


# --- verified, refused, renewed -------------------------------------------------------------------------------------------


class AccountNotVerified(Exception):
    """Nobody has verified who the account of this right is; until then its rights wait, and its complaints with them."""

    code = "account_not_verified"
    http_status_hint = 409


def approve_right(*, right: Right, by: Person, at: datetime) -> int:
    """Verified: what was complained on it meanwhile goes out. Returns how many cases.

    Raises RightMoved, and AccountNotVerified while nobody has verified whose account it is."""
    if not Holder.objects.filter(pk=right.holder_id).exclude(verified_at=None).exists():
        raise AccountNotVerified(f"verify who {right.holder} is first")
    return tell_cases(rights.approve_right(right=right, by=by, at=at), "right_cleared", at=at)


def reject_right(*, right: Right, by: Person, at: datetime, why: str) -> int:
    """Not this right: what waited for it ends, and no seller hears of it. Returns how many cases; raises RightMoved."""
    return tell_cases(rights.reject_right(right=right, why=why, by=by, at=at), "right_ended", at=at)


def answer_transfer(*, transfer: RightTransfer, accepted: bool, by: Person, at: datetime, note: str = "") -> int:
    """A reviewer has looked at what a new owner sent. Returns how many cases were told; raises RightMoved, AccountNotVerified.

    Accepted, the right moves to the new owner's account. What runs on it goes on there, with the time that was left, or ends,
    as the new owner has chosen; what goes on is the new owner's, closed cases of the right included.
    """
    with transaction.atomic():
        if accepted and transfer.to.verified_at is None:
            raise AccountNotVerified(f"verify who {transfer.to} is first")
        right = transfers.answer(transfer, accepted=accepted, note=note, by=by, at=at)
        if not accepted:
            return 0
        before = right.holder_id
        told = 0 if transfer.goes_on else let_happen(right, "not_taken_over", by=by, at=at)
        transfers.move(transfer, right)
        if transfer.goes_on:
            _hand_over(right, transfer.to)
        return told + let_happen(right, "confirmed", by=by, at=at, tell=[transfer.to_id, before])


def _hand_over(right: Right, to: Holder) -> None:
    """The new owner is the complainant of every case on the right."""
    notices = Notice.objects.filter(right=right)
    Complaint.objects.filter(notice__right=right).update(holder_id=to.pk)
    notices.update(holder=to, filer_role="right_holder", filer_name=to.name, filer_email=to.contact_email)


def answer_renewal(*, renewal: RightRenewal, accepted: bool, by: Person, at: datetime, note: str = "") -> int:
    """A renewal was looked at; once accepted, cases go on with the time that was left. Raises RightMoved."""
    right, lives = living.answer_renewal(renewal, accepted=accepted, note=note, by=by, at=at)
    return tell_cases(right, "right_cleared", at=at, why="renewed") if lives else 0


# --- what time does -------------------------------------------------------------------------------------------------------


def look(*, at: datetime) -> int:
    """Rights whose end, or whose grace, is over by `at`: they and their cases are told. Returns how many were looked at.

    A clock that jumped far takes each step in turn. Any number of workers may do this at once.
    """
    due = living.due_for_a_look(at=at)
    for right in due:
        _look(right, at)
    return len(due)


def look_before(complaint_id: int, *, at: datetime) -> None:
    """Somebody is about to decide on this case: whether its right still lives is not left to the next worker."""
    for right in living.due_for_a_look(at=at, notices__complaints=complaint_id):
        _look(right, at)


@transaction.atomic
def _look(right: Right, at: datetime) -> None:
    ending = _ended_by_time(right, at)
    if ending is None:
        living.keep_clocks(right, at=at)
        return
    with suppress(rights.RightMoved):  # another worker was faster
        let_happen(right, ending, by=None, at=at)


def _ended_by_time(right: Right, at: datetime) -> str | None:
    """What time has done to a right and nobody has noted yet: its term, its grace, or the mandate it was registered with."""
    ending = stands(right, at=at).ending
    if ending and not (ending == "grace_begun" and right.state == "in_grace"):
        return ending
    until = mandate_ends_on(right)
    is_over = until is not None and until < today_at_office(right, at)
    return "mandate_ended" if is_over and right.state in endings()["mandate_ended"].comes_from else None


def tell_cases(right: Right, event: str, *, at: datetime, why: str = "") -> int:
    """Let `event` happen to every case of this right that can take it; returns how many did. `why`: the ending behind it.

    A case that stands still because its agent's mandate has ended is not let go by its right alone.
    """
    cases = Complaint.objects.filter(notice__right=right)
    if event == "right_void":  # may happen in any state, so whoever has it is named here
        cases = cases.exclude(events__event=event)
    if event == "right_cleared":
        cases = cases.exclude(notice__filer_role="agent", notice__mandate__state__in=("expired", "revoked"))
    return tell(cases, event, at=at, data={"why": why} if why else None)


def tell(cases: QuerySet[Complaint], event: str, *, at: datetime, data: Mapping[str, str | int] | None = None) -> int:
    """Let `event` happen to every one of these cases that can take it, in batches; returns how many did."""
    told = 0
    for ids in _batches(cases):
        catch_up_cases(ids, now=at)  # what fell due before comes first, with its own instant
        able = [held.id for held in glance(ids) if _can(held, event)]
        told += _tell(able, event, at, data)
    return told


def _tell(ids: list[int], event: str, at: datetime, data: Mapping[str, str | int] | None) -> int:
    if not ids:
        return 0
    try:
        return len(act(ids, event, by="rights", at=at, data=data))
    except StaleCase:
        return sum(_tell([one], event, at, data) for one in ids) if len(ids) > 1 else 0


def _batches(cases: QuerySet[Complaint]) -> Iterator[list[int]]:
    ids = list(cases.order_by("pk").values_list("pk", flat=True))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _can(held: Held, event: str) -> bool:
    return event in permitted_events(held.procedure, held.case, "rights")


SETTLE = {"cleared": clear_right, "ended": end_right, "void": void_right}  # how a doubt can end
