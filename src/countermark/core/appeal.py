"""Who may appeal what, until when? The internal appeal of Regulation (EU) 2022/2065, art. 20, as every procedure has it.

Rule 1: what can be appealed is the newest decision of ours in a case that has ended, by the side that lost by it. Whose act
ended the case, or a court, is no decision of ours. Silence is: a rule of ours gave it its meaning.
Rule 2: one open challenge at a time. While the seller may still file a counter-notice, that is the way; its decision is a new
one, and the months run from the newest, from the day of being informed. Who was not told yet has all the time.
Rule 3: each side appeals a decision once. A decision made by an appeal counts with the one it was about, so it ends.
Rule 4: whoever had a part in the decision does not decide the appeal (art. 20(6): under the supervision of qualified staff,
not by automated means alone; the other reviewer is the duty's `limits`). Our own lateness decides nothing.
This file does not know who asks; the pack says where a granted appeal leads, and so who has something to win.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from countermark.core.calendar import Calendar, Clock, Due, explain
from countermark.core.complaint import Case, NotPermitted, Refusal, foresee, permitted_events
from countermark.core.procedure import Duties, Procedure

SIDES = ("seller", "complainant")
GRANTED, COUNTER, WON_BY_SELLER = "appeal_granted", "counter_notice_filed", "reversed"
OURS = (  # events that are a decision of ours, whether a person or a rule made it
    *("accepted", "refused", "restricted", "kept", "decided_for_holder", "decided_for_seller"),
    *("due", GRANTED),
)
ASIDE = (  # decide nothing
    *("served", "recounted", "given_back", "right_in_doubt", "right_cleared"),
    *("listing_gone", "listing_returned"),
)
LIFTED = ("withdrawn", "right_ended")  # end a restriction without a word on whether it was right


class Entered(NamedTuple):
    """One event of the log: its seq, who did it, what is asked of the listing after it."""

    seq: int
    event: str
    by: str
    ask: str


class Earlier(NamedTuple):
    """An appeal filed before: by which side, against which event, still open, and the event it led to (None: none)."""

    side: str
    seq: int
    is_open: bool
    made: int | None = None


class Window(NamedTuple):
    """How long a decision can be appealed, by whose calendar, where its days end."""

    clock: Clock
    calendar: Calendar
    zone: ZoneInfo | None = None


class Appealable(NamedTuple):
    """The decision that can be appealed, by the seq of its event, and until when; None: not told yet, no clock runs."""

    seq: int
    due: Due | None


class AppealRefused(Refusal):
    """This cannot be appealed, or not now. Nothing was filed."""

    code = "appeal_refused"


class StillOpen(AppealRefused):
    """The case is open: nothing was decided that an appeal could change."""

    code = "appeal_still_open"


class CounterNoticeOpen(AppealRefused):
    """The seller may still answer here, until `until` (None: at any time): that is the way, and it costs no appeal."""

    code = "appeal_counter_notice_open"

    def __init__(self, until: datetime | None) -> None:
        self.until = until
        super().__init__("a counter-notice can still be filed; it is looked at before any appeal")


class NothingLost(AppealRefused):
    """The decision in force went this side's way."""

    code = "appeal_nothing_lost"


class NotOurs(AppealRefused):
    """The case ended by `event` of `by`: an act of a party, or a court. No decision of ours."""

    code = "appeal_not_ours"

    def __init__(self, event: str, by: str) -> None:
        self.event, self.by = event, by
        super().__init__(f"the case ended by {event} of {by}, which is no decision of ours")


class OneIsOpen(AppealRefused):
    """An appeal of `side` is open in this case; one is dealt with at a time."""

    code = "appeal_open"

    def __init__(self, side: str) -> None:
        self.side = side
        super().__init__(f"an appeal of the {side} is open in this case")


class AppealedBefore(AppealRefused):
    """This side has appealed this decision, or the one it stands for."""

    code = "appealed_before"


class TimeIsOver(AppealRefused):
    """The time to appeal ended at `due.due_at`."""

    code = "appeal_late"

    def __init__(self, due: Due) -> None:
        self.due = due
        super().__init__(f"the time to appeal this decision ended {due.due_at.isoformat()}")


class SameReviewer(Refusal):
    """Whoever had a part in a decision does not decide the appeal against it."""

    code = "appeal_same_reviewer"


def window_months(duties: Sequence[Duties], policy: int) -> tuple[int, bool]:
    """How many months the appeal stays open and whether a law says so: its number, else the marketplace's own `policy`."""
    by_law = [int(duty.by.split()[0]) for law in duties for duty in law.duties if duty.do == "open_appeal"]
    return (max(by_law), True) if by_law else (policy, False)


def months(amount: int, calendar: Calendar, zone: ZoneInfo | None = None) -> Window:
    """A window of calendar months: the day of being told is not counted, a last day off rolls on (Reg. 1182/71 art. 3)."""
    return Window(Clock(amount, "month", "next", "next_working"), calendar, zone)


def until(window: Window, told_at: datetime | None) -> Due | None:
    """The end of the time to appeal a decision told at `told_at`; None before anybody was told."""
    return None if told_at is None else explain(window.clock, window.calendar, told_at, window.zone)


def winner(procedure: Procedure, case: Case) -> str:
    """The side to which a granted appeal would give right. StillOpen when the case has not ended."""
    if case.back:  # only what is open can be interrupted
        raise StillOpen("the case stands still and is not decided")
    try:
        target = foresee(procedure, case, GRANTED, "reviewer")
    except NotPermitted as refused:
        raise StillOpen(f"the complaint is {case.state}: nothing was decided yet") from refused
    return "seller" if target == WON_BY_SELLER else "complainant"


def against(procedure: Procedure, case: Case, log: Sequence[Entered], side: str) -> Entered:
    """The decision `side` has lost by: the event of it. Raises StillOpen, CounterNoticeOpen, NothingLost, NotOurs."""
    if side not in SIDES:
        raise ValueError(f"only {' and '.join(SIDES)} appeal, not {side}")
    if side == "seller" and COUNTER in permitted_events(procedure, case, "seller"):
        raise CounterNoticeOpen(case.due_at)
    if winner(procedure, case) != side:
        raise NothingLost(f"the decision in force went the {side}'s way")
    decision = _last_that_counts(log)
    if decision.by == side or decision.event not in OURS:
        raise NotOurs(decision.event, decision.by)
    return decision


def _last_that_counts(log: Sequence[Entered]) -> Entered:
    """What brought the case where it is; for a restriction that was lifted without a word, what had restricted."""
    last = next(one for one in reversed(log) if one.event not in ASIDE)
    if last.event not in LIFTED:
        return last
    restricted = (one for one in reversed(log) if one.event in OURS and one.ask != "nothing")
    found = next(restricted, None)
    if found is None:
        raise NothingLost("the listing was never restricted")
    return found


def may_appeal(
    procedure: Procedure,
    case: Case,
    log: Sequence[Entered],
    side: str,
    *,
    earlier: Sequence[Earlier] = (),
    told_at: datetime | None,
    window: Window,
    at: datetime,
) -> Appealable:
    """What `side` may appeal at `at`, and until when. Raises the AppealRefused that says why not."""
    if open_one := next((one for one in earlier if one.is_open), None):
        raise OneIsOpen(open_one.side)
    decision = against(procedure, case, log, side)
    first = origin(decision.seq, earlier)
    if any(one.side == side and origin(one.seq, earlier) == first for one in earlier):
        raise AppealedBefore(f"the {side} has appealed this decision before")
    due = until(window, told_at)
    if due is not None and at >= due.due_at:
        raise TimeIsOver(due)
    return Appealable(decision.seq, due)


def origin(seq: int, earlier: Sequence[Earlier]) -> int:
    """The decision that event `seq` goes back to: one made by an appeal goes back to what that appeal was about."""
    return chain_of(seq, earlier)[-1]


def chain_of(seq: int, earlier: Sequence[Earlier]) -> list[int]:
    """Event `seq` and the decisions it replaced by appeal, newest first."""
    made_from = {one.made: one.seq for one in earlier if one.made is not None}
    chain = [seq]
    while (before := made_from.get(chain[-1])) is not None and before < chain[-1]:
        chain.append(before)
    return chain


def is_pointless(procedure: Procedure, case: Case, side: str) -> bool:
    """Whether an open appeal of `side` has nothing left to win: the case was undone, ordered or started over meanwhile."""
    try:
        return winner(procedure, case) != side
    except StillOpen:
        return True


def must_be_another(person: int, deciders: Collection[int]) -> None:
    """Raise SameReviewer when `person` had a part in what is appealed."""
    if person in deciders:
        raise SameReviewer("the appeal is decided by another person than the decision")
