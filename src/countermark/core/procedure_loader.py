"""Reads packs and refuses a bad one with file, line and reason, all defects at once.

Refused are: unknown names (state, role, guard, clock, element, unit, key), unreachable states, a clock whose end means
nothing, a restriction with no way back, a state that neither waits nor rests, a cycle of clocks alone, the same move twice,
a move of `common` overridden, a number without its source.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from countermark.core.calendar import Clock
from countermark.core.complaint import GUARDS
from countermark.core.procedure import (
    ASK_RULES,
    DIRECTIONS,
    OUTCOMES,
    PARTIES,
    ROLES,
    TIMINGS,
    ClockSpec,
    Duties,
    Duty,
    Key,
    Procedure,
    State,
    Target,
)

FOLDER = Path(__file__).parent / "procedures"
UNITS = ("working", "calendar", "month", "hour")
PACK_KEYS = {
    *("id", "version", "serves", "refuse", "duties", "timing", "needs", "tell", "clock", "state", "moves", "sources"),
    *("name", "basis"),
}
CLOCK_KEYS = {"amount", "unit", "calendar", "starts", "first_day", "roll", "consumes_round", "target"}
STATE_KEYS = {"waits_on", "clock", "asks", "outcome"}
SELECTORS = {
    "@any": lambda s: True,
    "@open": lambda s: s.outcome is None,
    "@closed": lambda s: s.outcome is not None and s.outcome != "moot",
    "@standing": lambda s: s.outcome is None or s.asks != "nothing" or s.outcome == "moot",
}
HOLDER_ONLY = {"withdrawn", "retracted_as_error", "counter_accepted"}  # a way back that hangs on the complainant's mercy is none


@dataclass(frozen=True)
class PackDefect:
    """One reason why a pack cannot be used: `line` counts from 1, 0 when it concerns the whole file."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class PackDefective(Exception):
    """The pack contradicts itself or names something unknown; `defects` holds every fault found."""

    code = "pack_defective"
    http_status_hint = 422

    def __init__(self, defects: Iterable[PackDefect]) -> None:
        self.defects = tuple(defects)
        super().__init__("\n".join(str(d) for d in self.defects))


class UnknownPack(Exception):
    """No pack of this id is shipped or loaded."""

    code = "unknown_pack"
    http_status_hint = 404


def pack_ids() -> tuple[str, ...]:
    """The shipped packs, the default first."""
    ids = sorted(p.stem for p in FOLDER.glob("*.toml") if p.stem != "common")
    return ("platform", *(i for i in ids if i != "platform"))


def duties_ids() -> tuple[str, ...]:
    return tuple(sorted(p.stem for p in (FOLDER / "duties").glob("*.toml")))


@cache
def load(pack_id: str) -> Procedure:
    """The shipped pack of this id. UnknownPack names the nearest one."""
    path = FOLDER / f"{pack_id}.toml"
    if pack_id == "common" or not path.is_file():
        raise UnknownPack(f"there is no pack {pack_id!r}; did you mean {_nearest(pack_id, pack_ids())}?")
    return parse(path.read_text("utf-8"), file=path.name)


@cache
def load_duties(duties_id: str) -> Duties:
    path = FOLDER / "duties" / f"{duties_id}.toml"
    if not path.is_file():
        raise UnknownPack(f"there are no duties {duties_id!r}; did you mean {_nearest(duties_id, duties_ids())}?")
    return parse_duties(path.read_text("utf-8"), file=path.name)


def parse_duties(text: str, *, file: str) -> Duties:
    """Duties from TOML text. PackDefective when the text is broken or a duty lacks a word."""
    raw = _toml(text, file)
    try:
        rows = tuple(
            Duty(on=d["on"], do=d["do"], to=d["to"], by=d["by"], limits=tuple(d.get("limits", ()))) for d in raw.get("duty", ())
        )
        return Duties(
            raw["id"],
            raw["version"],
            {k: tuple(v) for k, v in raw["applies"].items()},
            rows,
            raw.get("element", {}),
            raw.get("exempt", {}),
            raw.get("sources", {}),
        )
    except KeyError as missing:
        raise PackDefective([PackDefect(file, 0, f"the word {missing} is missing")]) from None


def parse(text: str, *, file: str, common: str | None = None, elements: frozenset[str] | None = None) -> Procedure:
    """A pack from TOML text, merged with `common`. Raises PackDefective with every defect found."""
    common_text = (FOLDER / "common.toml").read_text("utf-8") if common is None else common
    reader = _Reader(file, text, _toml(text, file), _toml(common_text, "common.toml"), elements)
    return reader.procedure(hashlib.sha256(f"{text}\0{common_text}".encode()).hexdigest())


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        line = next((int(w.rstrip(",)")) for a, w in _pairs(str(broken).split()) if a == "line"), 0)
        raise PackDefective([PackDefect(file, line, f"not TOML: {broken}")]) from None


def _pairs(words: list[str]) -> Iterable[tuple[str, str]]:
    return zip(words, words[1:], strict=False)


def _nearest(word: str, known: Iterable[str]) -> str:
    known = list(known)
    return (get_close_matches(word, known, 1, 0.4) or [", ".join(known)])[0]


class _Reader:
    """Reads one pack; collects defects and raises them together at the end."""

    def __init__(
        self, file: str, text: str, raw: dict[str, Any], common: dict[str, Any], elements: frozenset[str] | None
    ) -> None:
        self.file, self.lines, self.raw, self.common, self.elements = file, text.splitlines(), raw, common, elements
        self.defects: list[PackDefect] = []

    def fault(self, needle: str, reason: str) -> None:
        line = next((n for n, text in enumerate(self.lines, 1) if text.lstrip().startswith(needle)), 0)
        if not line:
            line = next((n for n, text in enumerate(self.lines, 1) if needle in text), 0)
        self.defects.append(PackDefect(self.file, line, reason))

    def known(self, kind: str, word: str, words: Iterable[str], needle: str | None = None) -> bool:
        words = list(words)
        if word in words:
            return True
        self.fault(needle or word, f"unknown {kind} {word!r}; did you mean {_nearest(word, words)}?")
        return False

    def procedure(self, digest: str) -> Procedure:
        for key in self.raw:
            self.known("key", key, PACK_KEYS)
        self._words()
        clocks = self._clocks()
        states = self._states(clocks)
        if self.defects or not states:
            raise PackDefective(self.defects or [PackDefect(self.file, 0, "the pack has no [state] table")])
        start = next(iter(self.raw["state"]))
        moves, own = self._moves(states)
        if not self.defects:
            for check in (_dead_ends, _clock_ends, _reachability, _ways_back, _clock_cycles):
                for needle, reason in check(start, states, clocks, moves, own):
                    self.fault(needle, reason)
        self._sources()
        if self.defects:
            raise PackDefective(sorted(self.defects, key=lambda d: d.line))
        return self._build(digest, start, states, clocks, moves, own)

    def _build(
        self,
        digest: str,
        start: str,
        states: dict[str, State],
        clocks: dict[str, ClockSpec],
        moves: dict[Key, tuple[Target, ...]],
        own: frozenset[Key],
    ) -> Procedure:
        raw = self.raw
        return Procedure(
            id=raw["id"],
            version=raw["version"],
            digest=digest,
            start=start,
            states=states,
            clocks=clocks,
            moves=moves,
            own=own,
            serves={k: tuple(v) for k, v in raw.get("serves", {}).items()},
            refuse=raw.get("refuse", {}),
            duties=tuple(raw.get("duties", ())),
            timing=tuple(raw["timing"]),
            needs={k: tuple(v) for k, v in raw.get("needs", {}).items()},
            tell={k: tuple(v) for k, v in raw.get("tell", {}).items()},
            sources={**self.common.get("sources", {}), **raw.get("sources", {})},
            events=_events(moves),
            returning=frozenset(key[0] for key, targets in moves.items() if any(t.to == "@back" for t in targets)),
        )

    def _words(self) -> None:
        for key in ("id", "version", "timing", "state", "moves"):
            if key not in self.raw:
                self.fault("", f"the word {key!r} is missing")
        for timing in self.raw.get("timing", ()):
            self.known("timing", timing, TIMINGS)
        for duty in self.raw.get("duties", ()):
            self.known("duties", duty, duties_ids())
        for needs in self.raw.get("needs", {}).values():
            for element in needs:
                if self.elements is not None:
                    self.known("element", element, self.elements)

    def _clocks(self) -> dict[str, ClockSpec]:
        tables = {**self.common.get("clock", {}), **self.raw.get("clock", {})}
        defaults = {"unit": "working", "calendar": "marketplace", "starts": "entered", "first_day": "next"}
        defaults |= tables.pop("defaults", {})
        found = {}
        for name, table in tables.items():
            needle = f"[clock.{name}]"
            for key in table:
                self.known("key of a clock", key, CLOCK_KEYS, key)
            spec = {**defaults, **table}
            amounts = tuple(spec["amount"]) if isinstance(spec.get("amount"), list) else (spec.get("amount"),)
            if not amounts or not all(type(a) is int and a > 0 for a in amounts):
                self.fault(needle, f"clock {name}: amount has to be a positive whole number, or a list of them, one per chance")
                continue
            if self.known("unit", spec["unit"], UNITS, needle):
                found[name] = _clock_spec(name, amounts, spec)
        return found

    def _states(self, clocks: Mapping[str, ClockSpec]) -> dict[str, State]:
        tables = {**self.raw.get("state", {}), **self.common["state"]}
        for name in set(self.raw.get("state", {})) & set(self.common["state"]):
            self.fault(name, f"state {name} belongs to common; no pack may override it")
        return {name: self._state(name, table, clocks) for name, table in tables.items()}

    def _state(self, name: str, table: dict[str, Any], clocks: Mapping[str, ClockSpec]) -> State:
        for key in table:
            self.known("key of a state", key, STATE_KEYS, f"{name} ")
        state = State(name, table.get("asks", ""), table.get("waits_on"), table.get("clock"), table.get("outcome"))
        self.known("ask", state.asks, ASK_RULES, f"{name} ")
        if state.waits_on:
            self.known("role", state.waits_on, PARTIES, f"{name} ")
        if state.clock:
            self.known("clock", state.clock, clocks, f"{name} ")
        if state.outcome:
            self.known("outcome", state.outcome, OUTCOMES, f"{name} ")
        if not state.waits_on and not state.outcome:
            self.fault(f"{name} ", f"state {name} neither waits (waits_on, clock) nor rests (outcome)")
        if state.waits_on and not state.clock:
            self.fault(f"{name} ", f"state {name} waits on the {state.waits_on} but has no clock")
        return state

    def _moves(self, states: Mapping[str, State]) -> tuple[dict[Key, tuple[Target, ...]], frozenset[Key]]:
        own: dict[Key, tuple[Target, ...]] = {}
        shared = self._common_moves(states)
        for text, to in self.raw.get("moves", {}).items():
            key = self._key(text)
            if key is None or not self.known("state", key[0], states, f'"{text}"'):
                continue
            if key in own:
                self.fault(f'"{text}"', f"the move {' | '.join(key)} stands here twice")
            if key in shared:
                self.fault(f'"{text}"', f"the move {' | '.join(key)} belongs to common; no pack may override it")
            own[key] = self._targets(text, to, states)
        return {**own, **shared}, frozenset(own)

    def _common_moves(self, states: Mapping[str, State]) -> dict[Key, tuple[Target, ...]]:
        moves: dict[Key, tuple[Target, ...]] = {}
        for text, to in self.common["moves"].items():
            key = self._key(text)
            assert key is not None, text
            targets = self._targets(text, to, states)
            sources = [s for s in states.values() if SELECTORS[key[0]](s)] if key[0] in SELECTORS else [states[key[0]]]
            for source in sources:
                if targets != ((None, source.name),):  # a state does not interrupt itself
                    moves.setdefault((source.name, key[1], key[2]), targets)
        return moves

    def _key(self, text: str) -> Key | None:
        parts = [p.strip() for p in text.split("|")]
        if len(parts) != 3 or not all(parts):
            self.fault(f'"{text}"', f"a move reads \"state | event | role\", not {text!r}")
            return None
        return (parts[0], parts[1], parts[2]) if self.known("role", parts[2], ROLES, f'"{text}"') else None

    def _targets(self, text: str, to: Any, states: Mapping[str, State]) -> tuple[Target, ...]:
        rows = [to] if isinstance(to, str) else list(to)
        targets = tuple(Target(None, r) if isinstance(r, str) else Target(*r) for r in rows)
        for target in targets:
            self.known("state", target.to, [*states, *DIRECTIONS], f'"{text}"')
            if target.guard is not None:
                self.known("guard", target.guard, GUARDS, f'"{text}"')
        if not targets or targets[-1].guard is not None or any(t.guard is None for t in targets[:-1]):
            self.fault(f'"{text}"', "only the last target of a move has no guard, and it must have none")
        return targets

    def _sources(self) -> None:
        sources = self.raw.get("sources", {})
        for name, table in self.raw.get("clock", {}).items():
            for number in ("amount", "target"):
                path = f"clock.{name}.{number}"
                if number in table and path not in sources:
                    self.fault(f"[clock.{name}]", f"{path} has no source; say under [sources] where the number comes from")


def _clock_spec(name: str, amounts: tuple[int, ...], spec: dict[str, Any]) -> ClockSpec:
    clocks = tuple(Clock(a, spec["unit"], spec["first_day"], spec.get("roll", "none")) for a in amounts)
    return ClockSpec(
        name,
        amounts,
        spec["unit"],
        spec["calendar"],
        spec["starts"],
        spec["first_day"],
        spec.get("roll", "none"),
        spec.get("consumes_round", False),
        spec.get("target"),
        clocks,
    )


def _events(moves: Mapping[Key, tuple[Target, ...]]) -> dict[tuple[str, str], tuple[str, ...]]:
    events: dict[tuple[str, str], tuple[str, ...]] = {}
    for state, event, role in moves:
        events[state, role] = (*events.get((state, role), ()), event)
    return events


# --- what makes a graph of states a fair procedure ----------------------------------------------------------------------

Found = Iterable[tuple[str, str]]  # (what to look for in the file, the reason)
Moves = Mapping[Key, tuple[Target, ...]]


def _steps(start: str, moves: Moves, skip: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """Which states follow which, leaving out the events in `skip`; `@back` and `@same` lead nowhere new."""
    graph: dict[str, set[str]] = {}
    for (state, event, _), targets in moves.items():
        if event not in skip:
            graph.setdefault(state, set()).update(start if t.to == "@start" else t.to for t in targets)
    return {state: {t for t in to if not t.startswith("@")} for state, to in graph.items()}


def _reach(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    seen, todo = set(), [start]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(graph.get(state, ()))
    return seen


def _dead_ends(start: str, states: Mapping[str, State], clocks: Mapping[str, ClockSpec], moves: Moves, own: frozenset[Key]) -> Found:
    for state in states.values():
        movers = {k[2] for k in moves if k[0] == state.name}
        if "rights" in movers and state.name not in {k[0] for k in own}:  # the register answers there, through a reviewer
            movers.add("reviewer")
        if state.waits_on and state.waits_on not in movers:
            yield f"{state.name} ", f"state {state.name} waits on the {state.waits_on}, who has no move there"


def _clock_ends(start: str, states: Mapping[str, State], clocks: Mapping[str, ClockSpec], moves: Moves, own: frozenset[Key]) -> Found:
    for name, state in states.items():
        if state.clock and (name, "due", "clock") not in moves:
            yield f"{name} ", f"the clock of state {name} ends, and the pack does not say what that means (no \"{name} | due | clock\")"
        if not state.clock and (name, "due", "clock") in moves:
            yield f'"{name}', f"state {name} has no clock that could fall due"
    used = {s.clock for s in states.values()}
    for clock in clocks:
        if clock not in used:
            yield f"[clock.{clock}]", f"clock {clock} is used by no state"
    for spec in clocks.values():
        if spec.starts not in ("entered", "served") and not any(f"received:{k[1]}" == spec.starts for k in moves):
            yield f"[clock.{spec.name}]", f"clock {spec.name} starts at {spec.starts!r}; say entered, served or received:EVENT"


def _reachability(start: str, states: Mapping[str, State], clocks: Mapping[str, ClockSpec], moves: Moves, own: frozenset[Key]) -> Found:
    for name in set(states) - _reach(start, _steps(start, moves)):
        yield f"{name} ", f"state {name} cannot be reached from {start}"


def _ways_back(start: str, states: Mapping[str, State], clocks: Mapping[str, ClockSpec], moves: Moves, own: frozenset[Key]) -> Found:
    graph = _steps(start, moves, frozenset(HOLDER_ONLY | {"ordered_up", "right_void", "right_in_doubt", "listing_gone"}))
    free = {name for name, state in states.items() if state.asks == "nothing"}
    for name, state in states.items():
        if state.asks != "nothing" and not free & _reach(name, graph):
            yield f"{name} ", f"state {name} restricts the listing and no move of the pack leads back"


def _clock_cycles(start: str, states: Mapping[str, State], clocks: Mapping[str, ClockSpec], moves: Moves, own: frozenset[Key]) -> Found:
    """A circle that clocks alone can walk for ever: every step is `due` without a chance being used up."""
    graph: dict[str, set[str]] = {}
    for (state, event, role), targets in moves.items():
        spec = clocks.get(states[state].clock or "")
        chances = spec is not None and spec.consumes_round
        if role == "clock":
            graph[state] = {t.to for t in targets if not (chances and t.guard == "round_left") and not t.to.startswith("@")}
    for state in graph:
        if any(state in _reach(after, graph) for after in graph[state]):
            yield f'"{state}', f"from state {state} clocks alone walk in a circle for ever"
