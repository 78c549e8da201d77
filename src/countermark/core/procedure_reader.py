"""What does this pack say, word for word?

Turns the tables of a TOML file into states, clocks and moves, merged with `common`, and notes what is unknown,
misshapen, there twice, overridden or without a source. Whether the result is fair is asked of `procedure_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from countermark.core import calendar
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
    Key,
    Procedure,
    State,
    Target,
)
from countermark.core.procedure_checks import Graph, unfair
from countermark.core.procedure_defects import PackDefect, PackDefective, Where, nearest, places_of, read_toml

NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")  # of a state or an event: what the log stores
TEXT, TEXTS, TABLE = "a text", "a list of texts", "a table"
SHAPES = {
    **dict.fromkeys(("id", "name", "version"), TEXT),
    **dict.fromkeys(("duties", "timing"), TEXTS),
    **dict.fromkeys(("serves", "refuse", "needs", "tell", "clock", "state", "moves", "sources"), TABLE),
}
INNER = {
    **dict.fromkeys(("serves", "needs", "tell"), TEXTS),
    **dict.fromkeys(("refuse", "sources"), TEXT),
    **dict.fromkeys(("clock", "state"), TABLE),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    "serves": ("rights", "territories", "filers"),
    "refuse": ("other_right", "other_territory", "other_filer"),
    "needs": ("notice", "guest_notice", "notice_core", "counter_notice", "counter_notice_again"),
    "tell": ("complainant_to_seller", "seller_to_complainant"),
}
NEEDED = ("id", "name", "version", "timing", "state", "moves")
CLOCK_KEYS = ("amount", "unit", "calendar", "starts", "first_day", "roll", "consumes_round", "target")
CLOCK_WORDS: Mapping[str, tuple[str, ...]] = {
    "unit": ("working", "calendar", "month", "hour"),
    "first_day": ("next", "same"),
    "roll": ("none", "next_working"),
}
CLOCK_DEFAULTS: Mapping[str, object] = {
    "unit": "working",
    "calendar": "marketplace",
    "starts": "entered",
    "first_day": "next",
    "roll": "none",
    "consumes_round": False,
}
STATE_KEYS = ("waits_on", "clock", "asks", "outcome")
SHAPED: Mapping[str, Callable[[object], bool]] = {
    TEXT: lambda value: isinstance(value, str),
    TEXTS: lambda value: isinstance(value, list) and all(isinstance(word, str) for word in value),
    TABLE: lambda value: isinstance(value, dict),
}
SELECTORS: Mapping[str, Callable[[State], bool]] = {
    "@any": lambda state: True,
    "@open": lambda state: state.outcome is None,
    "@closed": lambda state: state.outcome is not None and state.outcome != "moot",
    "@standing": lambda state: state.outcome is None or state.asks != "nothing" or state.outcome == "moot",
}


class Reader:
    """Reads one pack; collects defects and raises them together at the end."""

    def __init__(
        self, file: str, text: str, common: dict[str, Any], *, elements: Iterable[str], duties: Iterable[str]
    ) -> None:
        raw = read_toml(text, file)
        self.file, self.places, self.common, self.elements, self.duties = (
            file,
            places_of(text),
            common,
            elements,
            duties,
        )
        self.defects: list[PackDefect] = []
        self.raw = self._shaped(raw)
        self.start = next(iter(self.raw.get("state", ())), "")  # the state that stands first

    def fault(self, where: Where, reason: str) -> None:
        """Note a defect at the line of `where`, or of the nearest table above it."""
        line = next((self.places[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self.places), 1)
        self.defects.append(PackDefect(self.file, line, reason))

    def known(self, kind: str, word: object, words: Iterable[str], where: Where) -> bool:
        words = list(words)
        if word in words:
            return True
        self.fault(where, f"unknown {kind} {word!r}; did you mean {nearest(word, words)}?")
        return False

    def procedure(self, digest: str) -> Procedure:
        self._words()
        clocks, states = self._clocks(), self._states()
        moves, own = self._moves(states)
        self._sources()
        graph = Graph(self.start, states, clocks, moves, own)
        if not self.defects:
            for where, reason in unfair(graph):
                self.fault(where, reason)
        if self.defects:
            raise PackDefective(self.defects)
        return self._built(digest, graph)

    def _built(self, digest: str, graph: Graph) -> Procedure:
        raw = self.raw
        lists = {key: {k: tuple(v) for k, v in raw.get(key, {}).items()} for key in ("serves", "needs", "tell")}
        return Procedure(
            id=raw["id"],
            name=raw["name"],
            version=raw["version"],
            digest=digest,
            start=graph.start,
            states=graph.states,
            clocks=graph.clocks,
            moves=graph.moves,
            own=frozenset(graph.own),
            refuse=raw.get("refuse", {}),
            duties=tuple(raw.get("duties", ())),
            timing=tuple(raw["timing"]),
            sources={**self.common.get("sources", {}), **raw.get("sources", {})},
            events=_events(graph.moves),
            returning=frozenset(key[0] for key, to in graph.moves.items() if any(t.to == "@back" for t in to)),
            **lists,
        )

    # --- the words of the file ------------------------------------------------------------------------------------

    def _shaped(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The entries that have the shape they must have; the others are defects and left out."""
        shaped: dict[str, Any] = {}
        for key, value in raw.items():
            if not self.known("key", key, SHAPES, (key,)) or not self._is(SHAPES[key], value, (key,)):
                continue
            if key in INNER:
                value = {k: inner for k, inner in value.items() if self._is(INNER[key], inner, (key, k))}
            shaped[key] = value
        return shaped

    def _is(self, shape: str, value: object, where: Where) -> bool:
        if SHAPED[shape](value):
            return True
        self.fault(where, f"{'.'.join(where)} has to be {shape}, not {value!r}")
        return False

    def _words(self) -> None:
        raw = self.raw
        for key in NEEDED:
            if not raw.get(key):
                self.fault((key,), f"the word {key!r} is missing or empty")
        for timing in raw.get("timing", ()):
            self.known("timing", timing, TIMINGS, ("timing",))
        for duty in raw.get("duties", ()):
            self.known("duties", duty, self.duties, ("duties",))
        for table, words in WORDS.items():
            for word in raw.get(table, {}):
                self.known(f"key of [{table}]", word, words, (table, word))
        for paper, needs in raw.get("needs", {}).items():
            for element in needs:
                self.known("element", element, self.elements, ("needs", paper))

    def _sources(self) -> None:
        for name, table in self.raw.get("clock", {}).items():
            for number in ("amount", "target"):
                path = f"clock.{name}.{number}"
                if number in table and not self.raw.get("sources", {}).get(path, "").strip():
                    self.fault(("clock", name, number), f"{path} has no source; say under [sources] where it is from")

    # --- clocks and states ----------------------------------------------------------------------------------------

    def _clocks(self) -> dict[str, ClockSpec]:
        own = dict(self.raw.get("clock", {}))
        defaults = {**CLOCK_DEFAULTS, **own.pop("defaults", {})}
        for name in own.keys() & self.common.get("clock", {}).keys():
            self.fault(("clock", name), f"clock {name} belongs to common; no pack may override it")
        specs = {name: self._clock(name, table, defaults) for name, table in own.items()}
        shared = {name: _clock_spec(name, {**CLOCK_DEFAULTS, **t}) for name, t in self.common.get("clock", {}).items()}
        return {**{name: spec for name, spec in specs.items() if spec}, **shared}

    def _clock(self, name: str, table: dict[str, Any], defaults: dict[str, Any]) -> ClockSpec | None:
        before = len(self.defects)
        spec = {**defaults, **table}
        for key in table:
            self.known("key of a clock", key, CLOCK_KEYS, ("clock", name, key))
        amounts = spec["amount"] if isinstance(spec.get("amount"), list) else [spec.get("amount")]
        if not amounts or not all(_is_amount(amount) for amount in amounts):
            self.fault(("clock", name, "amount"), f"clock {name}: amount has to be a whole number, or one per chance")
        if "target" in spec and not _is_amount(spec["target"]):
            self.fault(("clock", name, "target"), f"clock {name}: target has to be a whole number")
        if not isinstance(spec["consumes_round"], bool):
            self.fault(("clock", name, "consumes_round"), f"clock {name}: consumes_round is true or false")
        for key, words in CLOCK_WORDS.items():
            self.known(key, spec[key], words, ("clock", name, key))
        self.known("calendar", spec["calendar"], ("marketplace", *calendar.calendars()), ("clock", name, "calendar"))
        if not str(spec["starts"]).startswith("received:"):
            self.known("start", spec["starts"], ("entered", "served", "received:EVENT"), ("clock", name, "starts"))
        return _clock_spec(name, spec) if len(self.defects) == before else None

    def _states(self) -> dict[str, State]:
        own, shared = self.raw.get("state", {}), self.common["state"]
        for name in own.keys() & shared.keys():
            self.fault(("state", name), f"state {name} belongs to common; no pack may override it")
        return {name: self._state(name, table) for name, table in {**own, **shared}.items()}

    def _state(self, name: str, table: dict[str, Any]) -> State:
        where = ("state", name)
        clocks = {**self.raw.get("clock", {}), **self.common.get("clock", {})}
        words = {"asks": ASK_RULES, "waits_on": PARTIES, "clock": clocks.keys() - {"defaults"}, "outcome": OUTCOMES}
        kinds = {"asks": "ask", "waits_on": "role"}
        for key, word in {"asks": "", **table}.items():
            if self.known("key of a state", key, STATE_KEYS, where):
                self.known(kinds.get(key, key), word, words[key], where)
        if not NAME.fullmatch(name):
            self.fault(where, f"{name!r} is no name for a state: small letters, digits and _, at most 30")
        if not table.get("waits_on") and not table.get("outcome"):
            self.fault(where, f"state {name} neither waits (waits_on, clock) nor rests (outcome)")
        if bool(table.get("waits_on")) != bool(table.get("clock")):
            self.fault(where, f"state {name}: whoever is waited on has a clock, and a clock runs for somebody")
        return State(name, table.get("asks", ""), table.get("waits_on"), table.get("clock"), table.get("outcome"))

    # --- moves ----------------------------------------------------------------------------------------------------

    def _moves(self, states: Mapping[str, State]) -> tuple[dict[Key, tuple[Target, ...]], dict[Key, str]]:
        own: dict[Key, tuple[Target, ...]] = {}
        texts: dict[Key, str] = {}
        shared = self._common_moves(states)
        for text, to in self.raw.get("moves", {}).items():
            key, where = self._key(text), ("moves", text)
            if key is None or not self.known("state", key[0], states, where):
                continue
            if key in own:
                self.fault(where, f"the move {' | '.join(key)} stands here twice")
            if key in shared:
                self.fault(where, f"the move {' | '.join(key)} belongs to common; no pack may override it")
            own[key], texts[key] = self._targets(where, to, states), text
        return {**own, **shared}, texts

    def _common_moves(self, states: Mapping[str, State]) -> dict[Key, tuple[Target, ...]]:
        """Common's moves for each state they are meant for; where two fit, the one that stands first."""
        moves: dict[Key, tuple[Target, ...]] = {}
        for text, to in self.common["moves"].items():
            key = self._key(text)
            assert key is not None, text
            targets, chosen = self._targets(("moves", text), to, states), SELECTORS.get(key[0])
            for state in states.values():
                fits = chosen(state) if chosen else state.name == key[0]
                if fits and targets != ((None, state.name),):  # a state does not interrupt itself
                    moves.setdefault((state.name, key[1], key[2]), targets)
        return moves

    def _key(self, text: str) -> Key | None:
        parts = [part.strip() for part in text.split("|")]
        if len(parts) != 3 or not all(parts):
            self.fault(("moves", text), f'a move reads "state | event | role", not {text!r}')
            return None
        state, event, role = parts
        if not NAME.fullmatch(event):
            self.fault(("moves", text), f"{event!r} is no name for an event: small letters, digits and _, at most 30")
        return (state, event, role) if self.known("role", role, ROLES, ("moves", text)) else None

    def _targets(self, where: Where, to: Any, states: Mapping[str, State]) -> tuple[Target, ...]:
        rows = [_target(row) for row in (to if isinstance(to, list) else [to])]
        targets = tuple(target for target in rows if target)
        if len(targets) < len(rows) or not targets:
            self.fault(where, f'a move leads to "state", or to a list of ["guard", "state"] and "state", not to {to!r}')
            return ()
        for target in targets:
            self.known("state", target.to, [*states, *DIRECTIONS], where)
            if target.guard is not None:
                self.known("guard", target.guard, GUARDS, where)
        if targets[-1].guard is not None or any(target.guard is None for target in targets[:-1]):
            self.fault(where, "only the last target of a move has no guard, and it must have none")
        return tuple(Target(guard, self.start if to == "@start" else to) for guard, to in targets)


def _target(row: object) -> Target | None:
    if isinstance(row, str):
        return Target(None, row)
    pair = isinstance(row, list) and len(row) == 2 and all(isinstance(word, str) for word in row)
    return Target(*row) if pair and isinstance(row, list) else None


def _is_amount(value: object) -> bool:
    return type(value) is int and value > 0


def _clock_spec(name: str, spec: Mapping[str, Any]) -> ClockSpec:
    amounts = tuple(spec["amount"]) if isinstance(spec["amount"], list) else (spec["amount"],)
    clocks = tuple(Clock(amount, spec["unit"], spec["first_day"], spec["roll"]) for amount in amounts)
    words = {key: spec[key] for key in ("unit", "calendar", "starts", "first_day", "roll", "consumes_round")}
    return ClockSpec(
        name=name,
        amounts=amounts,
        target=spec.get("target"),
        is_local=spec["calendar"] in ("marketplace", "none"),
        _clocks=clocks,
        **words,
    )


def _events(moves: Mapping[Key, tuple[Target, ...]]) -> dict[tuple[str, str], tuple[str, ...]]:
    events: dict[tuple[str, str], tuple[str, ...]] = {}
    for state, event, role in moves:
        events[state, role] = (*events.get((state, role), ()), event)
    return events
