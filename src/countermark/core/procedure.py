"""What are the rules of a complaint?

A procedure is data: a pack (`procedures/*.toml`) names the states of a complaint, whom each waits on, by which clock,
what the complaint asks of its listing meanwhile, and every move between them. This file holds a pack in memory; reading
it is `procedure_loader`, judging whether it is fair `procedure_checks`, walking it `complaint`.

Rule 1: `common` is merged into every pack and no pack may override it: a withdrawal, an order or a dying right can
interrupt any complaint under any law.
Rule 2: a number stands in a pack with its source beside it, or the pack is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from countermark.core.calendar import Clock

ROLES = ("reviewer", "seller", "complainant", "clock", "operator", "rights", "marketplace")
PARTIES = ("reviewer", "seller", "complainant", "marketplace")  # whom a state can wait on
ASKS = ("nothing", "pause", "remove")  # in order of strength
ASK_RULES = (*ASKS, "as_before", "by_timing")
TIMINGS = {"after_seller_window": "nothing", "pause_at_acceptance": "pause", "at_acceptance": "remove"}
OUTCOMES = ("upheld", "not_upheld", "dropped", "refused", "withdrawn", "reversed", "moot", "in_court")
DIRECTIONS = ("@escalate", "@same", "@back", "@start")  # targets that are not a state; the loader resolves @start
VERDICTS = {  # a reviewer's events that decide the claim itself, and how
    "decided_for_holder": "upheld",
    "restricted": "upheld",
    "decided_for_seller": "not_upheld",
    "kept": "not_upheld",
}


class State(NamedTuple):
    """Whom it waits on, by which clock, what it asks of the listing, and its outcome once it counts as closed."""

    name: str
    asks: str
    waits_on: str | None = None
    clock: str | None = None
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A clock of a pack. `amounts` holds one amount for each chance; a single amount serves every round.

    `starts` is `entered`, `served`, or `received:EVENT` (the instant at which that event was received, Art. 512(g)(2)(C)
    needs two clocks on one anchor). `calendar` is a calendar id, or `marketplace` for that of the place of sale.
    """

    name: str
    amounts: tuple[int, ...]
    unit: str
    calendar: str
    starts: str = "entered"
    first_day: str = "next"
    roll: str = "none"
    consumes_round: bool = False
    target: int | None = None
    is_local: bool = True  # its days begin and end at the place of sale; a calendar a pack names has its own zone
    _clocks: tuple[Clock, ...] = field(default=(), repr=False, compare=False)

    def for_round(self, round: int) -> Clock:
        """The clock of this chance; the last amount serves all later ones."""
        clocks = self._clocks
        if 0 < round <= len(clocks):
            return clocks[round - 1]
        return clocks[-1 if round else 0]


class Target(NamedTuple):
    """Where a move leads when its guard holds; the last target of a move has no guard."""

    guard: str | None
    to: str


class Arrival(NamedTuple):
    """What entering a state means, worked out once: whether a chance is used up, whether there is a way back."""

    asks: str
    clock: ClockSpec | None
    starts: str
    uses_chance: int
    interrupts: bool


Key = tuple[str, str, str]  # state, event, role


@dataclass(frozen=True)
class Procedure:
    """One version of one pack, as complaints run under it. `digest` is the SHA-256 of its text and of `common`."""

    id: str
    version: str
    digest: str
    start: str
    states: Mapping[str, State]
    clocks: Mapping[str, ClockSpec]
    moves: Mapping[Key, tuple[Target, ...]]
    own: frozenset[Key]  # the moves of the pack itself, without those of `common`
    serves: Mapping[str, tuple[str, ...]]
    refuse: Mapping[str, str]
    duties: tuple[str, ...]
    timing: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    tell: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, str]
    events: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # (state, role) -> permitted events
    returning: frozenset[str] = frozenset()  # interrupting states that know the way back
    name: str = ""  # what people call it

    @cached_property
    def chances(self) -> int:
        """How many times the seller may answer before the case rests; 0 where the pack sets no limit."""
        return max((len(c.amounts) for c in self.clocks.values() if c.consumes_round), default=0)

    @cached_property
    def anchor_event(self) -> str | None:
        """The one event whose receipt starts clocks later on, if the pack has such clocks."""
        return next((c.starts.partition(":")[2] for c in self.clocks.values() if ":" in c.starts), None)

    @cached_property
    def arrivals(self) -> Mapping[str, Arrival]:
        """What entering each state means."""
        clocks = {name: self.clocks[state.clock] if state.clock else None for name, state in self.states.items()}
        return {
            name: Arrival(
                asks=self.states[name].asks,
                clock=clock,
                starts=clock.starts if clock else "",
                uses_chance=int(clock is not None and clock.consumes_round),
                interrupts=name in self.returning,
            )
            for name, clock in clocks.items()
        }

    def clock_of(self, state: str) -> ClockSpec | None:
        return self.arrivals[state].clock

    def clock(self, state: str, round: int = 1) -> BoundClock:
        """The clock of `state` in this round. ValueError when the state waits for nobody."""
        spec = self.clock_of(state)
        if spec is None:
            raise ValueError(f"state {state} of {self.id} has no clock; choose one of {', '.join(self.waiting())}")
        bound = spec.for_round(round)
        return BoundClock(spec.name, bound.amount, spec.unit, spec.calendar, spec.first_day, spec.roll, spec.starts)

    def waiting(self) -> tuple[str, ...]:
        return tuple(name for name, state in self.states.items() if state.clock)


class BoundClock(NamedTuple):
    """A clock of a pack bound to one round, as `countermark due` prints it."""

    name: str
    amount: int
    unit: str
    calendar: str
    first_day: str
    roll: str
    starts: str


@dataclass(frozen=True)
class Duty:
    """One thing a law makes happen, whatever the procedure: on which occasion, what, for whom, by when."""

    on: str
    do: str
    to: str
    by: str
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Duties:
    """An overlay that rides on a pack: the EU's DSA, China's art. 44 publication."""

    id: str
    version: str
    applies: Mapping[str, tuple[str, ...]]
    duties: tuple[Duty, ...]
    element: Mapping[str, bool] = field(default_factory=dict)
    exempt: Mapping[str, object] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def bind(self, offered_in: frozenset[str]) -> bool:
        """Whether this overlay binds a complaint about a listing offered in these territories."""
        return bool(offered_in & set(self.applies.get("offered_in", ())))

    def on(self, occasion: str) -> tuple[Duty, ...]:
        return tuple(d for d in self.duties if d.on == occasion)
