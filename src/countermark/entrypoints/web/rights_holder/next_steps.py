"""What happens after a notice is sent, under the procedure chosen? Read from the pack, so that no page can promise otherwise.

The way without surprises is told: we check, the listing is restricted now or later, the seller answers or stays silent, an
answer comes back to the complainant, whose silence means something too.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext

from countermark.apps.parties.models import Marketplace
from countermark.apps.work import moments
from countermark.apps.work.services import calendars_for
from countermark.core.complaint import explain_due, open_case
from countermark.core.procedure import TIMINGS, ClockSpec, Procedure


class Step(NamedTuple):
    """One step of the way, as the trail component draws it."""

    title: str
    text: str
    key: bool = False
    at: datetime | None = None


def next_steps(procedure: Procedure, timing: str, place: Marketplace, *, at: datetime) -> list[Step]:
    """The way of a notice sent at `at` to this marketplace."""
    return [_checked(procedure, timing, place, at), *_heard(procedure, timing)]


def _checked(procedure: Procedure, timing: str, place: Marketplace, at: datetime) -> Step:
    calendars = calendars_for(place.calendar)
    case = open_case(procedure, timing=timing, at=at, calendars=calendars, zone=place.zone)
    due = explain_due(procedure, case, calendars)
    until = moments.deadline(due.due_at, due.zone, year=False) if due else ""
    return Step(gettext("We check the notice"), gettext("by %(until)s") % {"until": until} if until else "", True)


def _heard(procedure: Procedure, timing: str) -> Iterator[Step]:
    checked = _to(procedure, procedure.start, "accepted", "reviewer") or _to(
        procedure, procedure.start, "restricted", "reviewer"
    )
    if checked is None:
        return
    yield _told(procedure, checked, timing)
    if silent := _to(procedure, checked, "due", "clock"):
        yield _silent(procedure, silent)
    answered = _to(procedure, checked, "counter_notice_filed", "seller")
    if answered is None:
        yield Step(gettext("The seller may object"), gettext("by an appeal, or before a court"))
        return
    yield from _answered(procedure, answered)


def _told(procedure: Procedure, state: str, timing: str) -> Step:
    clock, ask = procedure.clock_of(state), _ask(procedure, state, timing)
    what = {
        "nothing": gettext("the listing stays up meanwhile"),
        "pause": gettext("the listing is paused meanwhile"),
        "remove": gettext("the listing comes down at once"),
    }[ask]
    if clock is None:
        hears = _to(procedure, state, "counter_notice_filed", "seller")
        then = gettext("who may answer without a time limit") if hears else gettext("with our reasons")
        return Step(gettext("If we find it so, the listing comes down, and each seller is told"), then)
    time = _amount(clock)
    return Step(
        gettext("Each seller is told"),
        gettext("and has %(time)s to take the listing down or answer; %(what)s") % {"time": time, "what": what},
    )


def _silent(procedure: Procedure, state: str) -> Step:
    if procedure.states[state].asks == "remove":
        return Step(
            gettext("Who stays silent loses the listing"),
            gettext("silence counts for you, when the last day has ended"),
        )
    return Step(gettext("Who stays silent keeps the listing"), gettext("the complaint ends without effect"))


def _answered(procedure: Procedure, state: str) -> Iterator[Step]:
    if procedure.states[state].waits_on == "reviewer":
        yield Step(gettext("We look whether an answer is complete"), gettext("and send it on to you"))
        forwarded = _to(procedure, state, "declaration_forwarded", "reviewer")
        state = forwarded or state
    if procedure.states[state].waits_on != "complainant":
        return
    clock = procedure.clock_of(state)
    time = _amount(clock) if clock else ""
    yield Step(
        gettext("Who answers comes back to you"),
        gettext("You have %(time)s. %(silence)s") % {"time": time, "silence": _own_silence(procedure, state)},
    )


def _own_silence(procedure: Procedure, state: str) -> str:
    if ("action_filed", "complainant") in {(event, by) for at, event, by in procedure.moves if at == state}:
        return gettext("If you show no suit or complaint to an authority by then, the listing comes back.")
    return gettext("If you stay silent, the complaint is dropped.")


def _to(procedure: Procedure, state: str, event: str, by: str) -> str | None:
    """Where a move leads the first time; None when the pack does not know it, or it only raises an alarm."""
    targets = procedure.moves.get((state, event, by))
    first = targets[0].to if targets else "@"
    return None if first.startswith("@") else first


def _ask(procedure: Procedure, state: str, timing: str) -> str:
    asks = procedure.states[state].asks
    return TIMINGS[timing] if asks == "by_timing" else "nothing" if asks == "as_before" else asks


def _amount(clock: ClockSpec) -> str:
    return moments.duration(clock.for_round(1).amount, clock.unit)
