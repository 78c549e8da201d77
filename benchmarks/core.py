"""How many transitions a second, due dates on a real calendar included?

    script/bench core

Complaints walk the platform procedure by hand-written routes that pass every state of it, on the calendar of the PRC, with
starts and gaps spread over a year. What each step must lead to stands in a table made beforehand: the states by hand, the
due dates by the slow `explain`, which shares no code with the fast clock. Contents are checked after every run.

The peer is the library `transitions` with the same table of moves: role and lateness are `conditions`, so are the guards,
one model is reused, events are called as its own methods. That somebody was told is an event on both sides: there an
internal transition, here the start of a clock. After each step the peer notes what ours says too: its number, its instant,
and what is asked of the listing. It is told each due date and computes none. Printed besides: the peer when it computes
due dates with our fast clock. The gate is against the peer without.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import transitions

from countermark.core import calendar
from countermark.core.complaint import advance, open_case, serve
from countermark.core.procedure_loader import load

TARGET = 3.0
PAIRS = 7
WALKS = 2000
PACK = load("platform")
CN = calendar.load("CN")
CALENDARS = {"marketplace": CN}
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

CHECK = ("checking",)
ASKED = (*CHECK, "reviewer accepted awaiting_seller", "told")
ANSWERED = ("seller counter_notice_filed countered", "told")
CONTESTED = (*ANSWERED, "complainant counter_rejected deciding")
LOST = (*CONTESTED, "reviewer decided_for_holder removed", "told")
SILENT = ("clock due removed", "told")
ROUTES = (
    (*ASKED, *SILENT, *SILENT, "clock due upheld"),
    (*ASKED, *LOST, *LOST, *CONTESTED, "reviewer decided_for_holder upheld"),
    (*ASKED, *LOST, *SILENT, *CONTESTED, "reviewer decided_for_seller not_upheld"),
    (*ASKED, *ANSWERED, "complainant counter_accepted not_upheld"),
    (*ASKED, *ANSWERED, "clock due dropped"),
    (*ASKED, "seller seller_removed upheld", "reviewer appeal_granted reversed"),
    (*ASKED, *SILENT, "complainant withdrawn withdrawn", "complainant retracted_as_error reversed"),
    (*CHECK, "reviewer returned returned", "told", "complainant mended checking", "reviewer refused refused"),
    (*CHECK, "reviewer returned returned", "told", "clock due dropped", "reviewer appeal_granted checking"),
    (*ASKED, *CONTESTED, "reviewer decided_for_seller not_upheld", "operator ordered_down reinforced"),
)


RULES = {"as_before": "", "by_timing": "nothing"}  # timing after_seller_window: nothing while the seller may answer
ASKS = {name: RULES.get(state.asks, state.asks) for name, state in PACK.states.items()}


class Step(NamedTuple):
    """One thing that happens, and where it must lead. `known_due` is the due date before it, which the peer is told."""

    by: str
    event: str  # "served" starts a clock
    at: datetime
    known_due: datetime | None
    state: str
    ask: str
    due_at: datetime | None


Reached = tuple[str, str, datetime | None]  # state, ask, due date
Walk = tuple[datetime, list[Step]]


# --- the table --------------------------------------------------------------------------------------------------------


def table() -> list[Walk]:
    """Every walk with what must come of it. Each starts 4 hours 23 minutes after the one before: a year of days."""
    return [(start, steps_of(ROUTES[n % len(ROUTES)], start, n)) for n, start in enumerate(starts())]


def starts() -> list[datetime]:
    return [YEAR + timedelta(minutes=263 * n) for n in range(WALKS)]


def steps_of(route: tuple[str, ...], start: datetime, seed: int) -> list[Step]:
    state, ask, now, round, steps = route[0], "nothing", start, 0, []
    due = slow_due(state, round, now)
    for number, line in enumerate(route[1:]):
        by, event, state = ("platform", "served", state) if line == "told" else line.split()
        now = due if event == "due" else now + timedelta(seconds=(seed * 7919 + number * 104729) % 40000 + 1)
        if event != "served":
            clock = PACK.clock_of(state)
            round += clock is not None and clock.consumes_round
            new_due = slow_due(state, round, now) if clock is not None and clock.starts == "entered" else None
            ask = ASKS[state] or ask
        else:
            new_due = slow_due(state, round, now)
        steps.append(Step(by, event, now, due, state, ask, new_due))
        due = new_due
    return steps


def slow_due(state: str, round: int, start: datetime) -> datetime:
    spec = PACK.clock_of(state)
    assert spec is not None
    return calendar.explain(spec.for_round(round), CN, start).due_at


# --- ours -------------------------------------------------------------------------------------------------------------


def ours(walks: list[Walk]) -> list[Reached]:
    reached = []
    for start, steps in walks:
        case = open_case(PACK, timing="after_seller_window", at=start, calendars=CALENDARS, zone=CN.zone)
        for by, event, at, _, _, _, _ in steps:
            if event == "served":
                case = serve(PACK, case, at=at, calendars=CALENDARS).new
            else:
                case = advance(PACK, case, event, by=by, at=at, calendars=CALENDARS).new
            reached.append((case.state, case.ask, case.due_at))
    return reached


# --- the peer ---------------------------------------------------------------------------------------------------------


class Model:
    """The complaint of the peer. Its conditions are what our pack says: who may, how late is late, is a chance left."""

    state: str

    def __init__(self, computes: bool) -> None:
        self.computes = computes
        self.round, self.seq, self.ask, self.at = 0, 0, "nothing", YEAR
        self.due_at: datetime | None = None

    def opens(self, at: datetime) -> None:
        self.round, self.seq, self.ask, self.at = 0, 0, "nothing", at
        self.due_at = self.clock("checking", at) if self.computes else None

    def in_time(self, by: str, at: datetime, due: datetime | None) -> bool:
        return due is None or at < due or by == "clock"

    def round_left(self, by: str, at: datetime, due: datetime | None) -> bool:
        return self.round < 3

    def listing_down(self, by: str, at: datetime, due: datetime | None) -> bool:
        return self.state in DOWN

    def unheard(self, by: str, at: datetime, due: datetime | None) -> bool:
        return self.round == 0 and self.state in ("refused", "dropped")

    def is_open(self, by: str, at: datetime, due: datetime | None) -> bool:
        return PACK.states[self.state].outcome is None

    def uses_a_chance(self, by: str, at: datetime, due: datetime | None) -> None:
        self.round += 1

    def notes(self, by: str, at: datetime, due: datetime | None) -> None:
        """What every step of ours says too: its number, its instant, and what is asked of the listing."""
        self.seq += 1
        self.at = at
        self.ask = ASKS[self.state] or self.ask

    def starts_clock(self, by: str, at: datetime, due: datetime | None) -> None:
        spec = PACK.clock_of(self.state)
        self.due_at = self.clock(self.state, at) if spec is not None and spec.starts == "entered" else None

    def tells(self, by: str, at: datetime, due: datetime | None) -> None:
        self.due_at = self.clock(self.state, at)

    def clock(self, state: str, at: datetime) -> datetime:
        spec = PACK.clock_of(state)
        assert spec is not None
        return calendar.due_at(spec.for_round(self.round), CN, at)


DOWN = {"removed", "upheld", "reinforced"}  # of the states an appeal can meet, those that ask for removal
GUARDS = {"round_left": "round_left", "listing_down": "listing_down", "unheard": "unheard", "open": "is_open"}


def is_role(role: str) -> Callable[..., bool]:
    def condition(by: str, at: datetime, due: datetime | None) -> bool:
        return by == role

    return condition


def machine(model: Model) -> transitions.Machine:
    """The peer's machine over the table of our pack; `@back` is left out, no route interrupts."""
    rows = []
    for (state, event, role), targets in PACK.moves.items():
        for guard, to in targets:
            to = {"@start": PACK.start, "@same": state, "@escalate": state}.get(to, to)
            conditions: list[Any] = [is_role(role), "in_time", *([GUARDS[guard]] if guard else [])]
            if to in PACK.states:
                rows.append({"trigger": event, "source": state, "dest": to, "conditions": conditions})
    for name in PACK.states:
        spec = PACK.clock_of(name)
        if spec is not None and spec.starts == "served":
            told = {"trigger": "served", "source": name, "dest": None, "conditions": [is_role("platform"), "in_time"]}
            rows.append({**told, "after": ["tells"] * model.computes})
    made = transitions.Machine(
        model,
        list(PACK.states),
        transitions=rows,
        initial=PACK.start,
        auto_transitions=False,
        after_state_change="notes",
    )
    for name in PACK.states:
        spec = PACK.clock_of(name)
        entered = ["uses_a_chance"] * (spec is not None and spec.consumes_round) + ["starts_clock"] * model.computes
        made.get_state(name).on_enter.extend(entered)
    return made


def peer(walks: list[Walk], model: Model, made: transitions.Machine) -> list[Reached]:
    reached = []
    for start, steps in walks:
        made.set_state("checking")
        model.opens(start)
        for by, event, at, due, _, _, _ in steps:
            getattr(model, event)(by, at, due)
            reached.append((model.state, model.ask, model.due_at))
    return reached


# --- the race ---------------------------------------------------------------------------------------------------------


class Side(NamedTuple):
    """One runner of the race. `dated` when due dates are among its contents."""

    name: str
    run: Callable[[], list[Reached]]
    dated: bool

    def seconds(self, expected: list[Reached]) -> float:
        """CPU seconds of one run; its contents are checked when the clock has stopped."""
        begin = process_time()
        reached = self.run()
        took = process_time() - begin
        for number, (found, wanted) in enumerate(zip(reached, expected, strict=True)):
            if found[:2] != wanted[:2] or (self.dated and found != wanted):
                raise SystemExit(f"{self.name}: step {number} led to {found}, not to {wanted}")
        return took


def peer_side(name: str, walks: list[Walk], computes: bool) -> Side:
    model = Model(computes)
    made = machine(model)
    return Side(f"transitions {transitions.__version__}, {name}", lambda: peer(walks, model, made), computes)


def race(sides: list[Side], expected: list[Reached]) -> list[list[float]]:
    """The seconds of each side, run by turns; the first turn warms up and is not counted."""
    gc.collect()
    gc.freeze()  # the table is no garbage: neither side shall pay for looking through it
    turns = [[side.seconds(expected) for side in sides] for _ in range(PAIRS + 1)]
    return [list(column) for column in zip(*turns[1:], strict=True)]


def main() -> int:
    walks = table()
    expected = [(step.state, step.ask, step.due_at) for _, steps in walks for step in steps]
    sides = [
        Side("countermark, due dates included", lambda: ours(walks), dated=True),
        peer_side("told its due dates", walks, computes=False),
        peer_side("with our clock", walks, computes=True),
    ]
    times = race(sides, expected)
    print(
        f"{len(expected)} transitions of {WALKS} complaints on {len(ROUTES)} routes, median of {PAIRS} interleaved runs"
    )
    for side, took in zip(sides, times, strict=True):
        print(f"{side.name:<45} {len(expected) / median(took):>10,.0f} transitions/s")
    told, clocked = (median(b / a for a, b in zip(times[0], other, strict=True)) for other in times[1:])
    print(f"ratio to the peer with our clock: {clocked:.2f}")
    print(f"core: {told:.2f} (target >= {TARGET:g})")
    return 0 if told >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
