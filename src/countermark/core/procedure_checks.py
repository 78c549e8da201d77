"""Is this graph of states a fair procedure?

Rule 1: nobody waits for nothing: whoever a state waits on has a move there, and its clock's end is a move.
Rule 2: what restricts a listing can be undone, and not by the complainant's mercy alone.
Rule 3: the platform's own lateness decides nothing against anybody: it escalates. A party's silence does decide.
Rule 4: clocks alone never walk a circle.

Each check yields what is wrong with the pack as (where, sentence); `where` is the path to the entry in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from countermark.core.procedure import ClockSpec, Key, State, Target
from countermark.core.procedure_defects import Where

Found = Iterable[tuple[Where, str]]
Moves = Mapping[Key, tuple[Target, ...]]

PLATFORM = ("reviewer", "marketplace")  # whose lateness is the platform's own
MERCY = {"withdrawn", "retracted_as_error", "counter_accepted"}  # a way back that hangs on the complainant is none
LUCK = {
    "ordered_up",
    "ordered_down",
    "right_void",
    "right_in_doubt",
    "listing_gone",
}  # nor is one that hangs on outside events


class Graph(NamedTuple):
    """A pack merged with `common`. `own` are the moves of the pack itself, `texts` how each of them is written."""

    start: str
    states: Mapping[str, State]
    clocks: Mapping[str, ClockSpec]
    moves: Moves
    own: Mapping[Key, str]

    def where(self, key: Key) -> Where:
        return ("moves", self.own.get(key, ""))

    def steps(self, without: frozenset[str] = frozenset()) -> dict[str, set[str]]:
        """Which states follow which, leaving out these events; `@back` and `@same` lead nowhere new."""
        graph: dict[str, set[str]] = {}
        for (state, event, _), targets in self.moves.items():
            if event not in without:
                graph.setdefault(state, set()).update(target.to for target in targets)
        return {state: {to for to in after if not to.startswith("@")} for state, after in graph.items()}


def reach(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    """Every state that can follow `start`, itself included."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(graph.get(state, ()))
    return seen


def unfair(graph: Graph) -> Found:
    """Everything that is wrong with the graph."""
    for check in CHECKS:
        yield from check(graph)


def _dead_ends(graph: Graph) -> Found:
    """Common's own states are left out: there the register answers through a reviewer, and a listing returns by itself."""
    homes = {key[0] for key in graph.own}
    movers = {(key[0], key[2]) for key in graph.own}
    for name, state in graph.states.items():
        if name in homes and state.waits_on and (name, state.waits_on) not in movers:
            yield ("state", name), f"state {name} waits on the {state.waits_on}, who has no move there"


def _clock_ends(graph: Graph) -> Found:
    for name, state in graph.states.items():
        due = graph.moves.get((name, "due", "clock"))
        where = ("state", name)
        if state.clock and due is None:
            yield where, f'the clock of {name} ends and nothing says what that means; add "{name} | due | clock"'
        elif due and not state.clock:
            yield graph.where((name, "due", "clock")), f"state {name} has no clock that could fall due"
        elif due:
            yield from _silence(graph, state, due)


def _silence(graph: Graph, state: State, due: tuple[Target, ...]) -> Found:
    where = graph.where((state.name, "due", "clock"))
    escalates = [target.to == "@escalate" for target in due]
    if state.waits_on in PLATFORM and not all(escalates):
        yield where, f"state {state.name} waits on the {state.waits_on}: the platform's lateness may only @escalate"
    if state.waits_on not in PLATFORM and any(escalates):
        yield where, f"state {state.name} waits on the {state.waits_on}: @escalate would let their silence mean nothing"


def _clock_moves(graph: Graph) -> Found:
    for key, targets in graph.moves.items():
        state, event, role = key
        if (event == "due") != (role == "clock"):
            yield graph.where(key), f"{event} by {role} in state {state}: a clock falls due, and nobody else does"
        if event != "due" and any(target.to == "@escalate" for target in targets):
            yield graph.where(key), f"{event} in state {state} cannot @escalate; only lateness does"
        if key in graph.own and any(target.to == "@back" for target in targets):
            yield graph.where(key), f"state {state} interrupts nothing, so it has no way @back; name a state"


def _clock_use(graph: Graph) -> Found:
    used = {state.clock for state in graph.states.values()}
    received = {f"received:{event}" for _, event, _ in graph.moves}
    for name, clock in graph.clocks.items():
        if name not in used:
            yield ("clock", name), f"clock {name} is used by no state"
        if clock.starts not in ("entered", "served") and clock.starts not in received:
            yield ("clock", name, "starts"), f"clock {name} starts at {clock.starts!r}, an event that no move has"
    anchors = sorted({clock.starts for clock in graph.clocks.values() if ":" in clock.starts})
    if len(anchors) > 1:
        yield ("clock",), f"clocks start at {' and '.join(anchors)}; a complaint remembers the receipt of one event"


def _reachability(graph: Graph) -> Found:
    reached = reach(graph.start, graph.steps())
    for name in graph.states:
        if name not in reached:
            yield ("state", name), f"state {name} cannot be reached from {graph.start}"


def _ways_back(graph: Graph) -> Found:
    steps = graph.steps(frozenset(MERCY | LUCK))
    free = {name for name, state in graph.states.items() if state.asks == "nothing"}
    for name, state in graph.states.items():
        if state.asks != "nothing" and not free & reach(name, steps):
            yield ("state", name), f"state {name} restricts the listing and no move of the pack leads back"


def _clock_circles(graph: Graph) -> Found:
    """A used-up chance ends a circle; every other circle of `due` alone has no end."""
    steps: dict[str, set[str]] = {}
    for (state, _, role), targets in graph.moves.items():
        clock = graph.clocks.get(graph.states[state].clock or "")
        ends = clock is not None and clock.consumes_round
        if role == "clock":
            steps[state] = {t.to for t in targets if t.to[0] != "@" and not (ends and t.guard == "round_left")}
    for state, after in steps.items():
        if any(state in reach(to, steps) for to in after):
            yield graph.where((state, "due", "clock")), f"from state {state} clocks alone walk in a circle for ever"


CHECKS: tuple[Callable[[Graph], Found], ...] = (
    _dead_ends,
    _clock_ends,
    _clock_moves,
    _clock_use,
    _reachability,
    _ways_back,
    _clock_circles,
)
