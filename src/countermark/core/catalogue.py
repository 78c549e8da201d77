"""What may be complained of, what must be shown, and on what a decision may rest?

Everything a notice, a counter-notice or a decision can name by a code stands in `catalogue/*.toml` and is read once. A
text in it is a plain English sentence that the upper floors translate; a number carries its source.

Rule: a code is never used for something else later. A file that names a code nobody defines is refused when it is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar

FAMILIES = ("TM", "CR", "PT", "DS", "GI", "OT")
MODES = ("listing", "storefront")
VERDICTS = ("upheld", "not_upheld", "refused", "returned")
FILES = (
    *("reasons", "evidence", "elements", "grounds", "decision_grounds", "right_kinds"),
    *("basis", "policy", "defects", "measures", "statement", "return_reasons"),
)
WORD_KEYS = frozenset({"title", "explain", "label", "hint", "text", "cure", "facts", "why"})

T = TypeVar("T")
Table = Mapping[str, Any]
Alternatives = tuple[tuple[str, ...], ...]  # every inner tuple asks for one of its members


class CatalogueBroken(ValueError):
    """A catalogue file contradicts itself. The sentence names file, entry and what is wrong."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a notice may complain of. `needs` lists evidence kinds, each inner tuple asking for one of its members."""

    code: str
    title: str
    explain: str
    rights: tuple[str, ...]
    severity: str
    scope: tuple[str, ...]
    needs: Alternatives
    helps: tuple[str, ...]
    facts: tuple[str, ...]
    statement: int
    timing: str | None
    in_listing: bool
    territories: tuple[str, ...]
    keyword: str
    basis: str
    checks: tuple[str, ...]
    grounds: tuple[str, ...]

    @property
    def family(self) -> str:
        """The letters of the code: grounds of another family never carry a decision about this reason."""
        return self.code.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Element:
    """What a procedure asks of a notice or counter-notice: `kind` is declaration, field or evidence."""

    id: str
    kind: str
    field: str
    text: str
    cure: str
    source: str


@dataclass(frozen=True, slots=True)
class CounterGround:
    """Why a seller may sell it, and which papers and facts prove that."""

    id: str
    title: str
    explain: str
    rights: tuple[str, ...]
    needs: Alternatives
    helps: tuple[str, ...]
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    not_against: tuple[str, ...]
    statement: int

    def answers(self, right_kind: str | None, reason: str = "") -> bool:
        """Whether this ground can answer a complaint for this reason on a right of this kind; with no right, any can."""
        fits = right_kind is None or not {"*", right_kind}.isdisjoint(self.rights)
        return fits and reason not in self.not_against


@dataclass(frozen=True, slots=True)
class DecisionGround:
    """What a reviewer may decide on. A `finding` carries the decision, an `answer` says why papers did not help."""

    id: str
    verdict: str
    families: tuple[str, ...]
    role: str
    clause: str
    title: str
    facts: str
    why: str
    asks_facts: bool

    @property
    def is_chosen(self) -> bool:
        """Whether a reviewer may choose it; a `rule` is what a procedure or another body has decided."""
        return self.role != "rule"

    def goes_with(self, family: str) -> bool:
        return "*" in self.families or family in self.families


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A field or a document a form asks about a right, and under which answers it is asked."""

    id: str
    label: str
    hint: str
    type: str
    required: bool
    many: bool
    choices: tuple[Choice, ...]
    when: Mapping[str, tuple[str, ...]]
    when_from: Mapping[str, date]

    def applies(self, answers: Mapping[str, object]) -> bool:
        """Whether it is asked, given the answers so far. A date not given yet counts as late enough."""
        if any(str(answers.get(key, "")) not in allowed for key, allowed in self.when.items()):
            return False
        dates = ((answers.get(key), since) for key, since in self.when_from.items())
        return all(not isinstance(given, date) or given >= since for given, since in dates)


@dataclass(frozen=True, slots=True)
class RightKind:
    """A kind of IP right. `territorial` is false where the right is protected abroad without formality."""

    id: str
    title: str
    reasons: str
    territorial: bool
    offices: tuple[str, ...]
    fields: tuple[Asked, ...]
    documents: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """Who registers rights. `territory` is `designated` where each right says for itself; `zone` ends its last day."""

    id: str
    title: str
    territory: str
    zone: str


@dataclass(frozen=True, slots=True)
class RightState:
    id: str
    title: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Named:
    """An evidence kind or a fact: what it is called and what to look for. `type` is that of a form field."""

    id: str
    label: str
    hint: str
    type: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something done to a listing or a seller. `reversed_by` is the act that undoes it; without one, `why` there is none."""

    id: str
    title: str
    reversed_by: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that says what is wrong, and one that says how to mend it; both may hold %(name)s."""

    text: str
    cure: str


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """Why the registration of a right is sent back, and how to mend it. `rights`: the kinds it goes with, "*" = all."""

    id: str
    title: str
    cure: str
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number a rule decides by, its unit, and where it comes from."""

    value: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of it. Each mapping keeps the order of its file, which is the order in which forms offer the entries."""

    reasons: Mapping[str, Reason]
    checks: Mapping[str, str]
    evidence_kinds: Mapping[str, Named]
    facts: Mapping[str, Named]
    elements: Mapping[str, Element]
    counter_grounds: Mapping[str, CounterGround]
    decision_grounds: Mapping[str, DecisionGround]
    clauses: Mapping[str, str]
    right_kinds: Mapping[str, RightKind]
    offices: Mapping[str, Office]
    right_states: Mapping[str, RightState]
    territories: Mapping[str, tuple[str, ...]]
    basis: Mapping[str, Mapping[str, str]]
    defects: Mapping[str, Words]
    policy: Mapping[str, Number]
    measures: Mapping[str, Measure]
    statement: Mapping[str, Mapping[str, str]]
    return_reasons: Mapping[str, ReturnReason]
    agent_fields: tuple[Asked, ...]
    agent_documents: tuple[Asked, ...]

    def fields_of(self, right_kind: str, *, is_agent: bool = False) -> tuple[Asked, ...]:
        """What a form asks about a right of this kind; an agent is asked about the mandate too."""
        return self.right_kinds[right_kind].fields + (self.agent_fields if is_agent else ())

    def documents_of(self, right_kind: str, *, is_agent: bool = False) -> tuple[Asked, ...]:
        """The papers that prove a right of this kind, and of an agent the mandate."""
        return self.right_kinds[right_kind].documents + (self.agent_documents if is_agent else ())

    def return_reasons_for(self, right_kind: str) -> tuple[ReturnReason, ...]:
        """Why a registration of this kind of right may be sent back, in the order a form offers it."""
        return tuple(r for r in self.return_reasons.values() if not {"*", right_kind}.isdisjoint(r.rights))

    def number(self, name: str) -> int:
        """The policy number of this name; KeyError when there is none."""
        return self.policy[name].value

    def reasons_for(self, right_kind: str | None, mode: str = "listing") -> tuple[Reason, ...]:
        """The reasons a form offers for a right of this kind; without a right, all that fit the mode."""
        fitting = (r for r in self.reasons.values() if mode in r.scope)
        return tuple(r for r in fitting if right_kind is None or right_kind in r.rights)

    def counter_grounds_for(self, right_kind: str | None, reason: str = "") -> tuple[CounterGround, ...]:
        """The grounds a seller is offered against a complaint for this reason on a right of this kind."""
        return tuple(g for g in self.counter_grounds.values() if g.answers(right_kind, reason))

    def decision_grounds_for(self, reason: str, verdict: str) -> tuple[DecisionGround, ...]:
        """The grounds a reviewer is offered: the usual ones, then those of the family, then the answers."""
        usual, family = self.reasons[reason].grounds, self.reasons[reason].family
        fitting = (
            g for g in self.decision_grounds.values() if g.is_chosen and g.verdict == verdict and g.goes_with(family)
        )
        return tuple(sorted(fitting, key=lambda g: (g.role == "answer", g.id not in usual)))

    def legal_ground(self, reason: str, territory: str) -> str | None:
        """The citation for this reason in this territory, or None where only the marketplace's rules speak."""
        citations = self.basis[self.reasons[reason].basis]
        wider = next((w for w, members in self.territories.items() if territory in members), territory)
        return citations.get(territory) or citations.get(wider)

    def covers(self, wider: str, narrower: str) -> bool:
        """Whether what holds in `wider` holds in `narrower`; "*" is everywhere."""
        return wider in ("*", narrower) or narrower in self.territories.get(wider, ())

    def overlap(self, one: str, other: str) -> bool:
        """Whether two territories have a place in common."""
        return other == "*" or self.covers(one, other) or self.covers(other, one)


@cache
def load() -> Catalogue:
    """Read and check the catalogue. The answer is the same object every time. Raises CatalogueBroken."""
    files = {name: _file(name) for name in FILES}
    elements = _each(files["elements"], _element)
    catalogue = Catalogue(
        reasons=_each(_without(files["reasons"], "check"), _reason),
        checks=_frozen(files["reasons"]["check"]),
        evidence_kinds=_each(files["evidence"]["kind"], _named),
        facts=_each(files["evidence"]["fact"], _named),
        elements=elements,
        counter_grounds=_each(files["grounds"], _counter_ground),
        decision_grounds=_each(files["decision_grounds"]["ground"], _decision_ground),
        clauses=_frozen(files["decision_grounds"]["clause"]),
        right_kinds=_each(files["right_kinds"]["kind"], _right_kind),
        offices=_each(files["right_kinds"]["office"], lambda key, row: Office(key, **row)),
        right_states=_each(files["right_kinds"]["state"], lambda key, row: RightState(key, **row)),
        territories=_each(files["right_kinds"]["territory"], lambda _, row: tuple(row)),
        basis=_each(files["basis"], lambda _, row: _frozen(row)),
        defects=_frozen(_defect_words(files["defects"], elements)),
        policy=_each(files["policy"], lambda _, row: Number(**row)),
        measures=_each(files["measures"], lambda key, row: Measure(key, **row)),
        statement=_each(files["statement"], lambda _, rows: _frozen({k: row["title"] for k, row in rows.items()})),
        return_reasons=_each(files["return_reasons"], lambda key, row: ReturnReason(key, **_filled({}, row))),
        agent_fields=tuple(_asked(row, row["type"]) for row in files["right_kinds"]["agent"]["field"]),
        agent_documents=tuple(_asked(row, "file") for row in files["right_kinds"]["agent"]["document"]),
    )
    for complaint in _dangling(catalogue):
        raise CatalogueBroken(complaint)
    return catalogue


def all_msgids() -> list[str]:
    """Every English text of the catalogue that a person may read, each once, sorted: what a translation must hold."""
    found = {text for name in FILES for text in _texts(_file(name))}
    found.update(load().checks.values(), load().clauses.values(), *(row.values() for row in load().basis.values()))
    return sorted(found - {""})


def _texts(table: object) -> Iterator[str]:
    """The values under WORD_KEYS, at any depth."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key in WORD_KEYS and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(table, list):
        for row in table:
            yield from _texts(row)


def _file(name: str) -> dict[str, Any]:
    text = resources.files("countermark.core").joinpath("catalogue", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _frozen(table: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(table))


def _each(table: Table, make: Callable[[str, Any], T]) -> Mapping[str, T]:
    """One value for each entry. An entry with a key its kind does not know is refused by name."""
    made = {}
    for key, row in table.items():
        try:
            made[key] = make(key, row)
        except (KeyError, TypeError) as problem:
            raise CatalogueBroken(f"catalogue entry {key}: {problem}") from problem
    return MappingProxyType(made)


def _without(table: Table, key: str) -> Table:
    return {k: v for k, v in table.items() if k != key}


def _alternatives(needs: Iterable[str]) -> Alternatives:
    return tuple(tuple(need.split("|")) for need in needs)


def _reason(code: str, row: Table) -> Reason:
    usual = {"needs": (), "helps": (), "facts": (), "territories": (), "timing": None, "in_listing": False}
    return Reason(code=code, **_filled(usual, row))


def _element(key: str, row: Table) -> Element:
    return Element(id=key, **row)


def _counter_ground(key: str, row: Table) -> CounterGround:
    usual = {"needs": (), "helps": (), "facts": (), "rules": (), "not_against": (), "statement": 0}
    return CounterGround(id=key, **_filled(usual, row))


def _decision_ground(key: str, row: Table) -> DecisionGround:
    return DecisionGround(id=key, **_filled({"role": "finding", "asks_facts": False}, row))


def _filled(usual: Table, row: Table) -> dict[str, Any]:
    """The row over its usual values, lists frozen, alternatives taken apart. Unknown keys fail in the constructor."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in {**usual, **row}.items()}
    if "needs" in values:
        values["needs"] = _alternatives(values["needs"])
    return values


def _right_kind(key: str, row: Table) -> RightKind:
    return RightKind(
        id=key,
        title=row["title"],
        reasons=row["reasons"],
        territorial=row["territorial"],
        offices=tuple(row["offices"]),
        fields=tuple(_asked(r, r["type"]) for r in row["field"]),
        documents=tuple(_asked(r, "file") for r in row["document"]),
    )


def _asked(row: Table, kind: str) -> Asked:
    return Asked(
        id=row["id"],
        label=row["label"],
        hint=row.get("hint", ""),
        type=kind,
        required=row.get("required", False),
        many=row.get("many", False),
        choices=tuple(Choice(**choice) for choice in row.get("choices", ())),
        when=_frozen({name: tuple(allowed) for name, allowed in row.get("when", {}).items()}),
        when_from=_frozen(row.get("when_from", {})),
    )


def _named(key: str, row: Table) -> Named:
    return Named(key, row["label"], row["hint"], row.get("type", "file"))


def _defect_words(table: Table, elements: Mapping[str, Element]) -> dict[str, Words]:
    """The words of every defect: those of defects.toml, and `ELEMENT_missing` for each element."""
    words = {f"{key}_missing": Words(element.text, element.cure) for key, element in elements.items()}
    words.update((code, Words(**row)) for code, row in table.items())
    return words


def _dangling(c: Catalogue) -> Iterator[str]:
    """Every code that an entry names and nobody defines."""
    kinds = c.evidence_kinds
    for reason in c.reasons.values():
        used = [
            ("right kind", reason.rights, c.right_kinds), ("evidence", _flat(reason.needs), kinds),
            ("evidence", reason.helps, kinds), ("fact", reason.facts, c.facts), ("check", reason.checks, c.checks),
            ("ground", reason.grounds, c.decision_grounds), ("basis", (reason.basis,), c.basis),
            ("mode", reason.scope, MODES), ("family", (reason.family,), FAMILIES),
        ]  # fmt: skip
        yield from _undefined(f"reason {reason.code}", used)
    for ground in c.counter_grounds.values():
        used = [
            ("right kind", ground.rights, {"*", *c.right_kinds}), ("fact", ground.facts, c.facts),
            ("reason", ground.not_against, c.reasons), ("evidence", (*_flat(ground.needs), *ground.helps), kinds),
        ]  # fmt: skip
        yield from _undefined(f"counter-notice ground {ground.id}", used)
    for rest in c.decision_grounds.values():
        used = [
            ("clause", (rest.clause,), c.clauses), ("verdict", (rest.verdict,), VERDICTS),
            ("family", rest.families, ("*", *FAMILIES)), ("role", (rest.role,), ("finding", "answer", "rule")),
        ]  # fmt: skip
        yield from _undefined(f"decision ground {rest.id}", used)
    for right in c.right_kinds.values():
        yield from _undefined(f"right kind {right.id}", [("office", right.offices, c.offices)])
    for back in c.return_reasons.values():
        yield from _undefined(f"return reason {back.id}", [("right kind", back.rights, {"*", "mandate", *c.right_kinds})])


def _flat(needs: Alternatives) -> tuple[str, ...]:
    return tuple(kind for alternatives in needs for kind in alternatives)


def _undefined(owner: str, used: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> Iterator[str]:
    for what, names, known in used:
        yield from (f"{owner} names the {what} {name}, which is not defined" for name in names if name not in known)
