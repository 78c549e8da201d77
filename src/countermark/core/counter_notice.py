"""Can this counter-notice be sent, and what would make it stronger?

Rule 1: the law's own elements (who, declaration, signature) must be there. A paper that a ground asks for is only missed:
the seller may send without it, is told so before, and the chance is used. Nobody loses the right to be heard for want of an
invoice; where the law itself demands first evidence (`prima_facie`) one paper must be there.
Rule 2: what is asked in which round stands in the pack; what a ground asks for, with its numbers, in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Protocol

from countermark.core import catalogue
from countermark.core.catalogue import Catalogue, CounterGround
from countermark.core.defect import (
    Datum,
    Defect,
    EvidenceFacts,
    FactValue,
    aware,
    blocks_sending,
    evidence_missing,
    facts_missing,
    missing,
    statement_defects,
    unprintable,
)

__all__ = ["CounterNotice", "Defect", "EvidenceFacts", "blocks_sending", "defects", "months_before"]

DATES = ("purchased_on", "licensed_until")
NUMBERS = ("pieces",)


class Rules(Protocol):
    """What this file reads of a procedure."""

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterNotice:
    """The seller's reply to these complaints. `ground` is an id of grounds.toml, or "" where the pack asks for none.

    `contact` has name, email, address, phone; `earlier_evidence` the SHA-256 of every file of the rounds before. A date in
    `facts` may be a date or its ISO text, a number an int or its digits: as the form or the API has it.
    """

    ground: str
    statement: str
    complaints: tuple[str, ...]
    round: int = 1
    evidence: tuple[EvidenceFacts, ...] = ()
    earlier_evidence: frozenset[str] = frozenset()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    declarations: frozenset[str] = frozenset()
    signature: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to this file."""

    counter: CounterNotice
    needs: tuple[str, ...]
    reason: str
    right_kind: str | None
    complained_on: date
    catalogue: Catalogue

    @property
    def ground(self) -> CounterGround | None:
        return self.catalogue.counter_grounds.get(self.counter.ground)


Check = Callable[[_Asked], Iterator[Defect]]


def defects(
    counter: CounterNotice, procedure: Rules, *, reason: str, right_kind: str | None, complained_on: date, at: datetime
) -> tuple[Defect, ...]:
    """Everything there is to mend or to know before sending, in the order of the form; warnings do not block.

    `complained_on` is the day of the complaint where the marketplace sells: papers are measured from it, not from `at`.
    """
    aware(at)
    needs = procedure.needs.get("counter_notice", ())
    if counter.round > 1:
        needs = procedure.needs.get("counter_notice_again", needs)
    asked = _Asked(counter, needs, reason, right_kind, complained_on, catalogue.load())
    checks = (_elements, _ground, _papers, _facts, _statement, _texts)
    return tuple(chain.from_iterable(check(asked) for check in checks))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    start = date(year, month + 1, 1)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return start.replace(day=min(day.day, (after - start).days))


# --- what the pack asks for -------------------------------------------------------------------------------------------


def _elements(asked: _Asked) -> Iterator[Defect]:
    for element in asked.needs:
        yield from _ELEMENTS.get(element, _declared(element))(asked)


def _declared(element: str) -> Check:
    """The check of a declaration: its id was ticked."""

    def check(asked: _Asked) -> Iterator[Defect]:
        if element not in asked.counter.declarations:
            yield missing(element, asked.catalogue.elements[element].field)

    return check


def _reached(element: str, *wanted: str) -> Check:
    """The check of who is answering: these parts of the contact are filled in."""

    def check(asked: _Asked) -> Iterator[Defect]:
        if lacking := tuple(name for name in wanted if not asked.counter.contact.get(name, "").strip()):
            yield missing(element, "contact", fields=lacking)

    return check


def _complaints(element: str) -> Check:
    def check(asked: _Asked) -> Iterator[Defect]:
        if not asked.counter.complaints:
            yield missing(element, "complaints")

    return check


def _signature(asked: _Asked) -> Iterator[Defect]:
    if not asked.counter.signature.strip():
        yield missing("signature", "signature")


def _ground_chosen(asked: _Asked) -> Iterator[Defect]:
    if not asked.counter.ground:
        yield missing("ground", "ground")


def _prima_facie(asked: _Asked) -> Iterator[Defect]:
    if not asked.counter.evidence:
        yield missing("prima_facie", "evidence")


def _new_evidence(asked: _Asked) -> Iterator[Defect]:
    """A later round repeats nothing, so without anything new there is nothing to look at and no chance is used."""
    if {piece.sha256 for piece in asked.counter.evidence} <= asked.counter.earlier_evidence:
        yield missing("new_evidence", "evidence")


def _with_the_ground(asked: _Asked) -> Iterator[Defect]:
    """Looked for in `_papers`, whatever the pack says."""
    yield from ()


_ELEMENTS: Mapping[str, Check] = {
    "identity": _reached("identity", "name", "email"),
    "seller_identity": _reached("seller_identity", "name", "email"),
    "contact_full": _reached("contact_full", "name", "address", "phone", "email"),
    "links": _complaints("links"),
    "links_before_removal": _complaints("links_before_removal"),
    "signature": _signature,
    "ground": _ground_chosen,
    "ground_evidence": _with_the_ground,
    "prima_facie": _prima_facie,
    "new_evidence": _new_evidence,
}


# --- what the ground asks for -----------------------------------------------------------------------------------------


def _ground(asked: _Asked) -> Iterator[Defect]:
    if asked.counter.ground and asked.ground is None:
        yield Defect("ground_unknown", "ground")
    elif asked.ground is not None and not asked.ground.answers(asked.right_kind, asked.reason):
        yield Defect("ground_other_right", "ground", data={"ground": asked.ground.id})


def _papers(asked: _Asked) -> Iterator[Defect]:
    """Missing papers and facts are warnings; in a later round the papers of the earlier ones are there already."""
    ground, counter, most = asked.ground, asked.counter, asked.catalogue.number("evidence_per_counter")
    if ground is not None and counter.round <= 1:
        yield from evidence_missing(ground.needs, counter.evidence, blocks=False)
        yield from facts_missing(ground.facts, counter.facts, blocks=False)
    if len(counter.evidence) > most:
        yield Defect("evidence_too_many", "evidence", data={"max": most, "count": len(counter.evidence)})


def _facts(asked: _Asked) -> Iterator[Defect]:
    facts = asked.counter.facts
    for name, read in (*((n, _as_date) for n in DATES), *((n, _as_number) for n in NUMBERS)):
        if facts.get(name) not in (None, "") and read(facts[name]) is None:
            yield Defect("fact_unreadable", name, data={"fact": name})
    for rule in asked.ground.rules if asked.ground else ():
        yield from _RULES[rule](asked)


def _purchase_recent(asked: _Asked) -> Iterator[Defect]:
    bought = _as_date(asked.counter.facts.get("purchased_on"))
    months = asked.catalogue.number("counter_purchase_months")
    since = months_before(asked.complained_on, months)
    data: dict[str, Datum]
    if bought is not None and bought < since:
        data = {"on": bought, "since": since, "months": months}
        yield Defect("purchase_too_old", "purchased_on", data=data, blocks=False)
    if bought is not None and bought > asked.complained_on:
        data = {"on": bought, "complained_on": asked.complained_on}
        yield Defect("purchase_too_late", "purchased_on", data=data, blocks=False)


def _pieces_enough(asked: _Asked) -> Iterator[Defect]:
    pieces, over = _as_number(asked.counter.facts.get("pieces")), asked.catalogue.number("counter_pieces_over")
    if pieces is not None and pieces <= over and not asked.counter.facts.get("pieces_why"):
        yield Defect("too_few_pieces", "pieces", data={"pieces": pieces, "over": over}, blocks=False)


def _licence_in_force(asked: _Asked) -> Iterator[Defect]:
    until = _as_date(asked.counter.facts.get("licensed_until"))
    if until is not None and until < asked.complained_on:
        data = {"on": until, "complained_on": asked.complained_on}
        yield Defect("licence_ended", "licensed_until", data=data, blocks=False)


_RULES: Mapping[str, Check] = {
    "purchase_recent": _purchase_recent,
    "pieces_enough": _pieces_enough,
    "licence_in_force": _licence_in_force,
}


def _as_date(value: FactValue | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _as_number(value: FactValue | None) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _statement(asked: _Asked) -> Iterator[Defect]:
    least, most = asked.ground.statement if asked.ground else 0, asked.catalogue.number("counter_statement_max")
    yield from statement_defects(asked.counter.statement, least=least if asked.counter.round <= 1 else 0, most=most)


def _texts(asked: _Asked) -> Iterator[Defect]:
    counter, most = asked.counter, asked.catalogue.number("name_max")
    texts = {
        "statement": counter.statement,
        "signature": counter.signature,
        "contact": "".join(counter.contact.values()),
    }
    texts |= {name: value for name, value in counter.facts.items() if isinstance(value, str)}
    yield from unprintable(texts)
    for where, name in (("contact", counter.contact.get("name", "")), ("signature", counter.signature)):
        if len(name) > most:
            yield Defect("name_too_long", where, data={"max": most, "count": len(name)})
