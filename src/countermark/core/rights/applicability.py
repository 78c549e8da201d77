"""Does this right count where that marketplace sells: yes, doubtful or no, and by which rule?

Marketplace territory x place of registration x class of goods. The notice form, the lint and the reviewer's desk all ask
`applies`; the rules with their words and sources stand in `applicability.toml`. A right in force says nothing here: that is
`living`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from countermark.core import catalogue
from countermark.core.rights.facts import RightFacts

Answer = Literal["yes", "doubtful", "no"]
EVERYWHERE = "*"
PATENT_LIKE = ("patent", "utility_model", "design")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its answer, what it says, what can be done about it, where it comes from, what is not certain."""

    id: str
    answer: Answer
    plain: bool
    text: str
    cure: str
    source: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What the rule answered, and what its sentence needs: `right` and `marketplace` are codes separated by blanks."""

    rule: Rule
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def answer(self) -> Answer:
        return self.rule.answer


def applies(right: RightFacts, marketplace: str, *, goods: Iterable[int] = ()) -> Applied:
    """Whether `right` counts on a marketplace that sells in `marketplace`, for goods of these Nice classes if known.

    `marketplace`: codes separated by blanks, "*" where it ships anywhere.
    """
    found = _by_place(right, places_of(marketplace))
    classes = tuple(goods)
    mark = right.kind == "trademark" and classes and right.classes  # a design's classes are of another agreement
    if found.answer == "yes" and mark and set(classes).isdisjoint(right.classes):
        found = rules()["other_class"]
    data = {"right": right.territory, "marketplace": marketplace}
    data |= {"classes": _listed(right.classes), "goods": _listed(classes)} if found.id == "other_class" else {}
    return Applied(found, data)


def places_of(codes: str) -> tuple[str, ...]:
    """The codes of a text as they are compared: EM is the EU, UK is GB."""
    return tuple(dict.fromkeys(_table()["same"].get(code, code) for code in codes.upper().split()))


def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the table."""
    return _rules()


def all_msgids() -> list[str]:
    """Every English text of the rules that a person may read."""
    return sorted({text for rule in _rules().values() for text in (rule.text, rule.cure)} - {""})


def _by_place(right: RightFacts, places: tuple[str, ...]) -> Rule:
    kind, known = catalogue.load().right_kinds.get(right.kind), rules()
    if kind is not None and not kind.territorial:
        return known["copyright_everywhere"]
    holds = places_of(right.territory)
    if EVERYWHERE in holds:
        return known["holds_everywhere"]
    if not holds and right.office != "WO":
        return known["designation_unknown"]
    if EVERYWHERE in places and holds:
        return known["patent_where_offered" if right.kind in PATENT_LIKE else "international_site"]
    return known[_where(right, holds, places)]


def _where(right: RightFacts, holds: tuple[str, ...], places: tuple[str, ...]) -> str:
    """The rule for a right of some places on a marketplace of some places."""
    there, sold = _countries(holds), _countries(places)
    if not there & sold:
        return _why_not(right, holds, places)
    if not sold <= there:
        return "in_part"
    if right.office in ("WO", "EP"):
        return {"WO": "designated", "EP": "validated"}[right.office]
    return "registered_here" if set(places) <= set(holds) or "EU" not in holds else "union_member"


def _countries(codes: Iterable[str]) -> frozenset[str]:
    """The single countries of these codes: what holds in the EU holds in each member state."""
    members = catalogue.load().territories
    return frozenset(country for code in codes for country in members.get(code, (code,)))


def _why_not(right: RightFacts, holds: tuple[str, ...], places: tuple[str, ...]) -> str:
    if right.office in ("WO", "EP"):
        return {"WO": "madrid_undesignated", "EP": "not_validated"}[right.office]
    if "EU" in holds and "GB" in places:
        return "union_not_uk"
    china = set(_table()["separate"]["china"])
    return "china_separate" if china & set(holds) and china & set(places) else "other_territory"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


@cache
def _rules() -> Mapping[str, Rule]:
    return {name: Rule(name, **row) for name, row in _table()["rule"].items()}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("countermark.core.rights").joinpath("applicability.toml").read_text("utf-8"))
