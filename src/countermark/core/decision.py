"""Is this decision complete, and does its statement of reasons say all that it must?

Rule 1: a decision rests on at least one ground of its own verdict and of the family of the reason, with what was seen in the
reviewer's own words where the ground asks for them. Anything less is refused, never sent.
Rule 2: whatever restricts a listing, a person, silence or an order, states its reasons in the same structured fields
(Regulation (EU) 2022/2065, art. 17(3)). The doors word them in the reader's language; nothing here is free text but `words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain
from typing import NamedTuple

from countermark.core import catalogue
from countermark.core.catalogue import Catalogue, DecisionGround
from countermark.core.defect import Datum, Defect, aware, length_of, unprintable

EU_REDRESS = (
    "appeal",
    "out_of_court",
    "court",
)  # art. 17(3)(f); a small enterprise need not offer the first two, art. 19
_placeholder = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer is about to decide. `facts` are their own words; `checks` the ids of the reason's checks found met."""

    verdict: str
    grounds: tuple[str, ...]
    facts: str = ""
    checks: frozenset[str] = frozenset()
    automated_detection: bool = False
    automated_decision: str = "not"


class Sentence(NamedTuple):
    """A plain English sentence to translate, and what fills its %(name)s."""

    msgid: str
    data: Mapping[str, Datum] = {}


class Redress(NamedTuple):
    """A way to object (counter_notice, appeal, out_of_court, court) and its last instant; None where no law sets one."""

    kind: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What is restricted, where, from when, until when (None: until the case changes), and where it came from.

    `notifier` is named only where that is strictly necessary, art. 17(3)(b): a rights holder, never a guest.
    """

    ask: str
    territories: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None = None
    source: str = "article_16"
    notifier: str = ""
    automated_detection: bool = False
    automated_decision: str = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A complete statement of reasons. `legal_ground` is "" where only the marketplace's rules speak."""

    restriction: Restriction
    facts: tuple[Sentence, ...]
    words: str
    legal_ground: str
    clauses: tuple[str, ...]
    why: tuple[Sentence, ...]
    redress: tuple[Redress, ...]


class StatementIncomplete(ValueError):
    """A restriction may not take effect without complete reasons. `defects` names all that is missing."""

    code = "statement_incomplete"
    http_status_hint = 422

    def __init__(self, defects: tuple[Defect, ...]) -> None:
        self.defects = defects
        super().__init__("the statement of reasons is not complete: " + ", ".join(d.code for d in defects))


# --- the decision -----------------------------------------------------------------------------------------------------


def defects(decision: Decision, *, reason: str) -> tuple[Defect, ...]:
    """All that keeps this decision about a complaint for `reason` from being made; a check not ticked only warns."""
    known = catalogue.load()
    found = (
        _verdict(decision),
        _grounds(decision, reason, known),
        _seen(decision, known),
        _checks(decision, reason, known),
    )
    return tuple(chain.from_iterable(found))


def _verdict(decision: Decision) -> Iterator[Defect]:
    if decision.verdict not in catalogue.VERDICTS:
        yield Defect("verdict_unknown", "verdict")
    if decision.automated_decision not in catalogue.load().statement["automation"]:
        yield Defect("automation_unknown", "automated_decision")


def _grounds(decision: Decision, reason: str, known: Catalogue) -> Iterator[Defect]:
    chosen = [known.decision_grounds.get(ground) for ground in decision.grounds]
    if not chosen:
        yield Defect("grounds_missing", "grounds")
    elif not any(ground is not None and ground.role == "finding" for ground in chosen):
        yield Defect("finding_missing", "grounds")
    for ground in chosen:
        if ground is None or not ground.is_chosen:
            yield Defect("ground_not_offered", "grounds")
        else:
            yield from _fits(ground, decision.verdict, known.reasons[reason].family)


def _fits(ground: DecisionGround, verdict: str, family: str) -> Iterator[Defect]:
    if ground.verdict != verdict:
        yield Defect("grounds_mixed", "grounds", data={"ground": ground.title})
    elif not ground.goes_with(family):
        yield Defect("ground_other_family", "grounds", data={"ground": ground.title})


def _seen(decision: Decision, known: Catalogue) -> Iterator[Defect]:
    """What the reviewer saw, where a ground asks for it; a text that cannot be stored or sent is refused in any case."""
    chosen = (known.decision_grounds.get(ground) for ground in decision.grounds)
    yield from _words(decision.facts, any(ground is not None and ground.asks_facts for ground in chosen), known)


def _words(words: str, asked: bool, known: Catalogue) -> Iterator[Defect]:
    least, most = known.number("facts_min"), known.number("facts_max")
    if asked and length_of(words) < least:
        yield Defect("facts_missing", "facts", data={"min": least, "count": length_of(words)})
    if len(words) > most:
        yield Defect("facts_too_long", "facts", data={"max": most, "count": len(words)})
    yield from unprintable({"facts": words})


def _checks(decision: Decision, reason: str, known: Catalogue) -> Iterator[Defect]:
    if decision.verdict == "upheld":
        for check in known.reasons[reason].checks:
            if check not in decision.checks:
                yield Defect("check_not_met", "checks", data={"check": known.checks[check], "id": check}, blocks=False)


# --- the statement of reasons -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stated:
    """Everything a statement is made of, before it is known to be complete."""

    restriction: Restriction
    grounds: tuple[DecisionGround, ...]
    unknown: tuple[str, ...]
    facts: Mapping[str, Datum]
    words: str
    redress: tuple[Redress, ...]
    must_offer: tuple[str, ...]
    known: Catalogue = field(default_factory=catalogue.load)


def statement_of_reasons(
    restriction: Restriction,
    *,
    reason: str,
    grounds: tuple[str, ...],
    facts: Mapping[str, Datum] | None = None,
    words: str = "",
    redress: tuple[Redress, ...],
    must_offer: tuple[str, ...] = ("court",),
) -> Statement:
    """The complete statement, or StatementIncomplete with all that is missing.

    `facts` fills the sentences of the grounds: a restriction caused by silence (`no_answer`) says when the seller was told
    (`told_at`) and until when an answer would have counted (`due_at`). `must_offer`: EU_REDRESS where the DSA binds.
    """
    known = catalogue.load()
    chosen = tuple(known.decision_grounds[ground] for ground in grounds if ground in known.decision_grounds)
    unknown = tuple(ground for ground in grounds if ground not in known.decision_grounds)
    stated = _Stated(restriction, chosen, unknown, facts or {}, words, redress, must_offer, known)
    if found := tuple(chain(_restricted(stated), _founded(stated), _redressed(stated))):
        raise StatementIncomplete(found)
    return Statement(
        restriction=restriction,
        facts=tuple(Sentence(ground.facts, _filling(ground.facts, stated.facts)) for ground in chosen),
        words=words,
        legal_ground=_legal_ground(known, reason, restriction.territories),
        clauses=tuple(dict.fromkeys(ground.clause for ground in chosen)),
        why=tuple(Sentence(ground.why, _filling(ground.why, stated.facts)) for ground in chosen),
        redress=redress,
    )


def _restricted(stated: _Stated) -> Iterator[Defect]:
    restriction, words = stated.restriction, stated.known.statement
    starts = aware(restriction.starts_at)
    if restriction.ask not in words["restriction"]:
        yield Defect("restriction_unknown", "restriction")
    if not restriction.territories:
        yield Defect("scope_missing", "territories")
    if restriction.ends_at is not None and restriction.ends_at <= starts:
        yield Defect("duration_missing", "ends_at")
    if restriction.source not in words["source"]:
        yield Defect("source_unknown", "source")
    if restriction.automated_decision not in words["automation"]:
        yield Defect("automation_unknown", "automated_decision")


def _founded(stated: _Stated) -> Iterator[Defect]:
    if stated.unknown or not stated.grounds:
        yield Defect("basis_missing", "grounds", data={"grounds": stated.unknown})
    for ground in stated.grounds:
        if ground.verdict != "upheld":
            yield Defect("grounds_mixed", "grounds", data={"ground": ground.title})
        if lacking := tuple(name for name in _names(ground.facts) + _names(ground.why) if not stated.facts.get(name)):
            yield Defect("statement_facts_missing", "facts", data={"missing": lacking})
    if stated.grounds and all(ground.role == "answer" for ground in stated.grounds):
        yield Defect("finding_missing", "grounds")
    yield from _words(stated.words, any(ground.asks_facts for ground in stated.grounds), stated.known)


def _redressed(stated: _Stated) -> Iterator[Defect]:
    offered = {way.kind for way in stated.redress}
    for kind in stated.must_offer:
        if kind not in offered:
            yield Defect("redress_missing", "redress", data={"kind": kind})
    for way in stated.redress:
        if way.kind not in stated.known.statement["redress"]:
            yield Defect("redress_unknown", "redress", data={"kind": way.kind})
        elif way.until is not None and way.until <= stated.restriction.starts_at:
            yield Defect("redress_over", "redress", data={"kind": way.kind})


@cache
def _names(msgid: str) -> tuple[str, ...]:
    return tuple(_placeholder.findall(msgid))


def _filling(msgid: str, facts: Mapping[str, Datum]) -> Mapping[str, Datum]:
    return {name: facts[name] for name in _names(msgid)}


def _legal_ground(known: Catalogue, reason: str, territories: tuple[str, ...]) -> str:
    """The first citation that the law of one of these territories gives; "" where none does."""
    cited = (known.legal_ground(reason, territory) for territory in territories)
    return next((citation for citation in cited if citation), "")
