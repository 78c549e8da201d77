"""The walk of a complaint through its procedure.

Rule 1: every state, event and permitted move is in the pack. A move that is not in the pack cannot happen, whoever asks
for it; this file only walks it.
Rule 2: this file does not know who is asking through what: no request, no row, no mailbox, no current time.
Rule 3: the instant decides, not the sweep. What fell due comes first, each with its own instant, even if no job ran.
Rule 4: a clock that starts at service does not run before service: there is no due date until somebody was told.

A complaint waits on one party at a time. The pack says whom a state waits on, by which clock, and what silence means.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from countermark.core.calendar import Calendar, Clock, Due, due_at, explain, resume, units_left
from countermark.core.procedure import ASKS, TIMINGS, ClockSpec, Procedure

STRENGTH = {ask: rank for rank, ask in enumerate(ASKS)}
Calendars = Mapping[str, Calendar]  # by id; "marketplace" is that of the place of sale
make = tuple.__new__  # make(Case, values) is Case(*values) without matching arguments to names, a fifth of a step


class Frame(NamedTuple):
    """What an interrupted complaint returns to: the state, its ask, the units its clock had left (None: not started)."""

    state: str
    ask: str
    units: int | None


class Case(NamedTuple):
    """Everything the rules need to know of one complaint. Instants are aware; an act at `due_at` is late."""

    state: str
    at: datetime  # the legal instant of the last event; nothing may happen before it
    seq: int = 0
    round: int = 0  # the chance that is open or in use; 0 before the first
    timing: str = "after_seller_window"
    ask: str = "nothing"
    clock_from: datetime | None = None  # when the running clock started
    due_at: datetime | None = None
    escalated: bool = False  # the platform is late here: its own lateness decides nothing
    anchor_at: datetime | None = None
    units: int | None = None  # of a clock resumed with what was left
    back: tuple[Frame, ...] = ()
    zone: str | None = None  # of the place of sale; None: the calendar's own


class Transition(NamedTuple):
    """One step: `old` and `new` differ by exactly one event. `escalated` when the step only raises an alarm."""

    old: Case
    event: str
    by: str
    at: datetime
    new: Case
    outcome: str | None

    @property
    def raises_ask(self) -> bool:
        """Whether the listing is restricted more than before: then a statement of reasons is due (DSA art. 17(1))."""
        return STRENGTH[self.new.ask] > STRENGTH[self.old.ask]

    @property
    def lowers_ask(self) -> bool:
        return STRENGTH[self.new.ask] < STRENGTH[self.old.ask]

    @property
    def escalates(self) -> bool:
        return self.new.escalated and not self.old.escalated


class Refusal(Exception):
    """A move that cannot be made. Carries data for the door to word; nothing was changed."""

    code = "refused"
    http_status_hint = 409


class NotPermitted(Refusal):
    """This event is not in the pack for this state and this role."""

    code = "not_permitted"

    def __init__(self, case: Case, event: str, by: str, permitted: tuple[str, ...]) -> None:
        self.state, self.event, self.by, self.permitted = case.state, event, by, permitted
        super().__init__(
            f"{by} cannot {event} while the complaint is {case.state}; possible: {', '.join(permitted) or 'nothing'}"
        )


class ClockRanOut(Refusal):
    """The clock ended before this event; what its end means has to be recorded first."""

    code = "clock_ran_out"

    def __init__(self, case: Case, event: str, at: datetime) -> None:
        self.state, self.event, self.at, self.due_at = case.state, event, at, case.due_at
        super().__init__(f"{event} at {at.isoformat()} is late: the clock of {case.state} ended at {case.due_at}")


class BeforeTheLastEvent(Refusal):
    """The instant lies before the last event of this complaint: some clock was set back."""

    code = "before_the_last_event"

    def __init__(self, case: Case, event: str, at: datetime) -> None:
        self.state, self.event, self.at, self.last = case.state, event, at, case.at
        super().__init__(
            f"{event} at {at.isoformat()} lies before the last event of the complaint at {case.at.isoformat()}"
        )


class AlreadyServed(Refusal):
    """The clock of this state already runs, or does not wait for service."""

    code = "already_served"

    def __init__(self, case: Case) -> None:
        self.state, self.due_at = case.state, case.due_at
        super().__init__(f"the clock of {case.state} does not wait for service")


# --- guards: a closed list of named questions -------------------------------------------------------------------------


def _round_left(procedure: Procedure, case: Case, facts: frozenset[str]) -> bool:
    return case.round < procedure.chances


def _listing_down(procedure: Procedure, case: Case, facts: frozenset[str]) -> bool:
    """Asked of the listing now, or before the interruption: what is only gone for a while comes back restricted."""
    return case.ask != "nothing" or any(frame.ask != "nothing" for frame in case.back)


def _open(procedure: Procedure, case: Case, facts: frozenset[str]) -> bool:
    """Only open complaints are interrupted, so one with a way back is open, whatever interrupts it."""
    return procedure.states[case.state].is_open or bool(case.back)


def _unheard(procedure: Procedure, case: Case, facts: frozenset[str]) -> bool:
    """Ended before the seller had a first chance: the notice was refused, or returned and never mended."""
    return case.round == 0 and procedure.states[case.state].outcome in ("refused", "dropped")


def _core_elements(procedure: Procedure, case: Case, facts: frozenset[str]) -> bool:
    return "core_elements" in facts


def _seller_won(procedure: Procedure, case: Case, facts: frozenset[str]) -> bool:
    return "seller_won" in facts


GUARDS = {
    "round_left": _round_left,
    "listing_down": _listing_down,
    "open": _open,
    "unheard": _unheard,
    "core_elements": _core_elements,
    "seller_won": _seller_won,
}
FACTS = ("core_elements", "seller_won")  # what an event may bring with it


# --- the walk ---------------------------------------------------------------------------------------------------------


def open_case(
    procedure: Procedure, *, timing: str, at: datetime, calendars: Calendars, zone: str | None = None
) -> Case:
    """The case a notice opens at `at`. ValueError when the pack does not offer this timing of measures."""
    if timing not in procedure.timing:
        raise ValueError(f"{procedure.id} does not offer timing {timing}; choose one of {', '.join(procedure.timing)}")
    _aware(at)
    before = Case(procedure.start, at, seq=-1, timing=timing, zone=zone)
    return _enter(procedure, before, procedure.start, at, calendars, None)


def advance(
    procedure: Procedure,
    case: Case,
    event: str,
    *,
    by: str,
    at: datetime,
    calendars: Calendars,
    facts: frozenset[str] = frozenset(),
) -> Transition:
    """The step that `event` by `by` at `at` makes.

    Raises NotPermitted, ClockRanOut (call `catch_up` first) or BeforeTheLastEvent; nothing else decides.
    """
    _aware(at)
    if at < case.at:
        raise BeforeTheLastEvent(case, event, at)
    if by == "clock":
        if event != "due" or at != case.due_at or case.escalated:
            raise NotPermitted(case, event, by, ())
    elif case.due_at is not None and at >= case.due_at and not case.escalated:
        raise ClockRanOut(case, event, at)
    to = _target(procedure, case, event, by, facts)
    if to[0] == "@":
        new = _turn(procedure, case, to, at, calendars)
    else:
        anchor = at if event == procedure.anchor_event else case.anchor_at
        new = _enter(procedure, case, to, at, calendars, anchor)
    return make(Transition, (case, event, by, at, new, procedure.states[new.state].outcome))


def catch_up(procedure: Procedure, case: Case, now: datetime, calendars: Calendars) -> list[Transition]:
    """What fell due up to and including `now`, each step with its own instant."""
    steps = []
    while case.due_at is not None and case.due_at <= now and not case.escalated:
        step = advance(procedure, case, "due", by="clock", at=case.due_at, calendars=calendars)
        steps.append(step)
        case = step.new
    return steps


def serve(procedure: Procedure, case: Case, *, at: datetime, calendars: Calendars) -> Transition:
    """The party this state waits on was told at `at`: its clock starts. AlreadyServed when nobody is to be told."""
    _aware(at)
    spec = procedure.clock_of(case.state)
    if spec is None or spec.starts != "served" or case.clock_from is not None:
        raise AlreadyServed(case)
    if at < case.at:
        raise BeforeTheLastEvent(case, "served", at)
    due = _end(spec, case.round, case.units, case.zone, at, calendars)
    state, _, seq, round, timing, ask, _, _, escalated, anchor_at, units, back, zone = case
    new = make(Case, (state, at, seq + 1, round, timing, ask, at, due, escalated, anchor_at, units, back, zone))
    return make(Transition, (case, "served", "platform", at, new, procedure.states[state].outcome))


def recount(procedure: Procedure, case: Case, *, at: datetime, calendars: Calendars) -> Transition | None:
    """Count the running clock again by `calendars`, which have changed since; None when its end stays where it is.

    A clock may become longer or shorter, but nobody's time ends by a recount: an end that would already have passed at
    `at` is not moved. Raises ClockRanOut when the clock has ended (call `catch_up` first), BeforeTheLastEvent.
    """
    _aware(at)
    spec = procedure.clock_of(case.state)
    if spec is None or case.clock_from is None or case.due_at is None or case.escalated:
        return None
    if at >= case.due_at:
        raise ClockRanOut(case, "recounted", at)
    if at < case.at:
        raise BeforeTheLastEvent(case, "recounted", at)
    due = _end(spec, case.round, case.units, case.zone, case.clock_from, calendars)
    if due == case.due_at or due <= at:
        return None
    new = case._replace(seq=case.seq + 1, at=at, due_at=due)
    return Transition(case, "recounted", "platform", at, new, procedure.states[case.state].outcome)


def give_back(
    procedure: Procedure, case: Case, *, since: datetime, at: datetime, calendars: Calendars
) -> Transition | None:
    """The clock stood still from `since` to `at`: what was left of it at `since` counts from `at`, as after an interruption.

    For an installation restored from a backup: an answer given after `since` may be lost, so no silence since then counts
    against anybody. None where no clock runs, it had ended by `since`, its end only alarms us, or nothing is won by it.
    Raises BeforeTheLastEvent when something happened after `at`.
    """
    _aware(at)
    _aware(since)
    spec = procedure.clock_of(case.state)
    if spec is None or case.clock_from is None or case.due_at is None or case.escalated or case.due_at <= since:
        return None
    if _target(procedure, case, "due", "clock", frozenset())[0] == "@":
        return None
    if at < case.at:
        raise BeforeTheLastEvent(case, "given_back", at)
    stood = max(since, case.clock_from)
    left = units_left(_bound(spec, case), calendars[spec.calendar], case.clock_from, stood, _zone(spec, case))
    units = max(1, left)
    due = _end(spec, case.round, units, case.zone, at, calendars)
    if due <= case.due_at:
        return None
    new = case._replace(seq=case.seq + 1, at=at, clock_from=at, due_at=due, units=units)
    return Transition(case, "given_back", "platform", at, new, procedure.states[case.state].outcome)


def awaits_service(procedure: Procedure, case: Case) -> bool:
    """Whether the clock stands still because the party waited on has not been told yet."""
    spec = procedure.clock_of(case.state)
    return spec is not None and spec.starts == "served" and case.clock_from is None


def permitted_events(procedure: Procedure, case: Case, role: str) -> tuple[str, ...]:
    """What `role` may do now. Buttons, API and tests all ask this."""
    return procedure.events.get((case.state, role), ())


def explain_due(procedure: Procedure, case: Case, calendars: Calendars) -> Due | None:
    """The due date of the case, day by day; None while no clock runs."""
    spec = procedure.clock_of(case.state)
    if spec is None or case.clock_from is None or case.due_at is None:
        return None
    return explain(_bound(spec, case), calendars[spec.calendar], case.clock_from, _zone(spec, case))


def foresee(procedure: Procedure, case: Case, event: str, by: str, facts: frozenset[str] = frozenset()) -> str:
    """The state that `event` would lead to; NotPermitted when it may not happen. For pages that say what follows."""
    target = _target(procedure, case, event, by, facts)
    if target == "@back":
        return case.back[-1].state
    return case.state if target[0] == "@" else target


def _aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError(f"nothing can happen at the naive datetime {at}; pass an aware one, for example in UTC")


def _target(procedure: Procedure, case: Case, event: str, by: str, facts: frozenset[str]) -> str:
    targets = procedure.moves.get((case.state, event, by))
    if targets is None:
        raise NotPermitted(case, event, by, permitted_events(procedure, case, by))
    for guard, to in targets:
        if guard is None or GUARDS[guard](procedure, case, facts):
            return to
    raise AssertionError("the loader lets no move through whose last target has a guard")


def _turn(procedure: Procedure, case: Case, direction: str, at: datetime, calendars: Calendars) -> Case:
    """The case where it is, or back where it was."""
    if direction == "@back":
        return _resume(procedure, case, at, calendars)
    return case._replace(seq=case.seq + 1, at=at, escalated=case.escalated or direction == "@escalate")


def _enter(
    procedure: Procedure, case: Case, name: str, at: datetime, calendars: Calendars, anchor: datetime | None
) -> Case:
    _, _, seq, round, timing, ask, _, _, _, _, _, _, zone = case
    asks, spec, starts, uses_chance, interrupts = procedure.arrivals[name]
    if asks != "as_before":
        ask = asks if asks in STRENGTH else TIMINGS[timing]
    start, due, units = None, None, None
    if spec is not None:
        round += uses_chance
        if starts == "entered":
            start, due = at, _end(spec, round, None, zone, at, calendars)
        elif starts != "served":
            start, due, units = _anchored(procedure, case, spec, at, calendars, anchor or at)
    back = _interrupted(procedure, case, at, calendars) if interrupts else ()
    values = (name, at, seq + 1, round, timing, ask, start, due, False, anchor, units, back, zone)
    return make(Case, values)


def _anchored(
    procedure: Procedure, old: Case, spec: ClockSpec, at: datetime, calendars: Calendars, start: datetime
) -> tuple[datetime, datetime, int | None]:
    """Start, end and units of a clock that starts at an earlier event. It ends no earlier than its state is entered.

    What an interruption gave back to the clock before it on the same anchor it gives to this one too, so that the two
    stay as far apart as the law put them.
    """
    units, before = None, procedure.clock_of(old.state)
    if old.units is not None and old.clock_from is not None and before is not None and before.starts == spec.starts:
        spent = before.for_round(old.round).amount - old.units
        start, units = old.clock_from, max(1, spec.for_round(old.round).amount - spent)
    return start, max(at, _end(spec, old.round, units, old.zone, start, calendars)), units


def _interrupted(procedure: Procedure, case: Case, at: datetime, calendars: Calendars) -> tuple[Frame, ...]:
    """The way back to `case`, with the units its clock had left."""
    spec = procedure.clock_of(case.state)
    left = None
    if spec is not None and case.clock_from is not None:
        left = max(1, units_left(_bound(spec, case), calendars[spec.calendar], case.clock_from, at, _zone(spec, case)))
    return (*case.back, Frame(case.state, case.ask, left))


def _resume(procedure: Procedure, case: Case, at: datetime, calendars: Calendars) -> Case:
    state, ask, units = case.back[-1]
    spec, start, due = procedure.clock_of(state), None, None
    if spec is not None and units is not None:
        start, due = at, _end(spec, case.round, units, case.zone, at, calendars)
    return case._replace(
        state=state,
        at=at,
        seq=case.seq + 1,
        ask=ask,
        clock_from=start,
        due_at=due,
        escalated=False,
        units=units,
        back=case.back[:-1],
    )


def _bound(spec: ClockSpec, case: Case) -> Clock:
    return _clock(spec, case.round, case.units)


def _zone(spec: ClockSpec, case: Case) -> ZoneInfo | None:
    return ZoneInfo(case.zone) if case.zone and spec.is_local else None


def _clock(spec: ClockSpec, round: int, units: int | None) -> Clock:
    clock = spec.for_round(round)
    return clock if units is None else resume(clock, units)


def _end(
    spec: ClockSpec, round: int, units: int | None, zone: str | None, start: datetime, calendars: Calendars
) -> datetime:
    """The instant from which it is late."""
    place = ZoneInfo(zone) if zone and spec.is_local else None
    return due_at(_clock(spec, round, units), calendars[spec.calendar], start, place)
