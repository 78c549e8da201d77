"""Can this notice be sent, and if not, what must be mended?

Every door (web form, API, file upload, guest form) builds the same `Notice` and asks for the same `defects`, told all
at once. A defect of a line keeps that line out and no other: 300 lines can end 300 ways.

Rule: what a notice must hold stands in the pack of its procedure (`needs`), what a reason asks for in the catalogue.
This file knows how each is looked for, and neither rows, requests nor the current time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from countermark.core import catalogue
from countermark.core.catalogue import Catalogue, Reason
from countermark.core.defect import (
    Contact,
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
from countermark.core.procedure import State
from countermark.core.rights.applicability import applies
from countermark.core.rights.facts import MandateFacts, RightFacts
from countermark.core.rights.living import standing
from countermark.core.rights.mandate import mandate_defects
from countermark.core.rights.nice import LAST_CLASS, classes_of

__all__ = [
    "Contact", "Defect", "EvidenceFacts", "LineFacts", "MandateFacts", "Marketplace", "Notice", "RightFacts",
    "asks_goods", "blocks_sending", "defects", "goods_of", "has_core", "may_wait", "most_lines", "needs_of", "ready_lines",
    "timing_for", "waits_for_right",
]  # fmt: skip

GOODS = "goods_classes"  # the fact that says of which Nice classes the goods are
PATENT_LIKE = ("patent", "utility_model", "design")
COMPARISONS = ("claim_chart", "comparison", "evaluation_report", "ruling")
SUBSTANTIATED = ("reasons", "reason_evidence", "prima_facie")  # elements that ask for words, not only for a reason


class Rules(Protocol):
    """What this file reads of a procedure."""

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def serves(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def refuse(self) -> Mapping[str, str]: ...
    @property
    def timing(self) -> tuple[str, ...]: ...
    @property
    def start(self) -> str: ...
    @property
    def states(self) -> Mapping[str, State]: ...


@dataclass(frozen=True, slots=True)
class Marketplace:
    """Where the listings are. `territory`: a code, several separated by spaces, or "*" where it ships anywhere."""

    id: str
    territory: str
    calendar: str = ""
    guest_links: int | None = None  # how many listings a guest may name here; None: as the policy says


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One pasted line and what became of it. `problem` is the code of the reader of addresses, with its data.

    `already` is the state of an open complaint about the same listing on the same right, if there is one.
    """

    number: int
    raw: str
    item_id: str | None = None
    canonical_url: str | None = None
    problem: str | None = None
    problem_data: Mapping[str, Datum] = field(default_factory=dict)
    title: str = ""
    seller_id: str = ""
    already: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a complainant is about to send. `mode` is listing or storefront, `filer_role` right_holder, agent or guest.

    `verified`: the filer has shown that the e-mail address is theirs. `declarations`: the ids of the elements ticked.
    """

    filer_role: str
    filer: Contact
    verified: bool
    marketplace: Marketplace
    mode: str
    right: RightFacts | None
    reason: str
    statement: str
    lines: tuple[LineFacts, ...]
    evidence: tuple[EvidenceFacts, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    declarations: frozenset[str] = frozenset()
    signature: str = ""
    mandate: MandateFacts | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to this file: the notice, the rules it runs under, the instant, and the catalogue."""

    notice: Notice
    rules: Rules
    at: datetime
    catalogue: Catalogue

    @property
    def reason(self) -> Reason | None:
        return self.catalogue.reasons.get(self.notice.reason)

    @property
    def needs(self) -> tuple[str, ...]:
        return needs_of(self.rules, self.notice.filer_role)


Check = Callable[[_Asked], Iterator[Defect]]


def defects(notice: Notice, procedure: Rules, *, at: datetime) -> tuple[Defect, ...]:
    """Everything there is to mend in this notice at the instant `at`, in the order of the form; empty when well."""
    asked = _Asked(notice, procedure, aware(at), catalogue.load())
    checks = (_procedure, _right, _mandate, _reason, _statement, _evidence, _elements, _texts, _lines)
    return tuple(chain.from_iterable(check(asked) for check in checks))


def needs_of(procedure: Rules, filer_role: str) -> tuple[str, ...]:
    """What a notice must hold: of a guest what the pack asks of guests, where it says so, else what it asks of everybody."""
    whose = "guest_notice" if filer_role == "guest" and "guest_notice" in procedure.needs else "notice"
    return procedure.needs.get(whose, ())


def most_lines(notice: Notice) -> int:
    """How many listings this notice may name: of a guest what the marketplace allows, else the policy."""
    known = catalogue.load()
    if notice.filer_role != "guest":
        return known.number("max_lines")
    return notice.marketplace.guest_links or known.number("guest_links")


def ready_lines(notice: Notice, defects: Iterable[Defect]) -> tuple[LineFacts, ...]:
    """The lines that become complaints: all that no defect keeps out."""
    out = {defect.line for defect in defects}
    return tuple(line for line in notice.lines if line.number not in out)


def timing_for(notice: Notice, procedure: Rules) -> str:
    """When the measure takes effect: as the reason says if the pack permits that, else the first timing of the pack."""
    reason = catalogue.load().reasons.get(notice.reason)
    if reason is not None and reason.timing in procedure.timing:
        return str(reason.timing)
    return procedure.timing[0]


def may_wait(procedure: Rules) -> bool:
    """Whether a complaint can wait for its right to be verified: nothing is asked of the listing when it opens."""
    return procedure.states[procedure.start].asks == "nothing"


def waits_for_right(notice: Notice, procedure: Rules) -> bool:
    """Whether the cases of this notice stand still until somebody has verified its right."""
    return notice.right is not None and notice.right.state == "pending" and may_wait(procedure)


def has_core(notice: Notice, procedure: Rules, *, at: datetime) -> bool:
    """Whether the elements are there without which nobody need ask back (17 U.S.C. 512(c)(3)(B)(ii)).

    In a pack that names no core, every element of a notice is one.
    """
    asked = _Asked(notice, procedure, aware(at), catalogue.load())
    core = procedure.needs.get("notice_core", asked.needs)
    return not any(defect.blocks for element in core for defect in _ELEMENTS.get(element, _declared(element))(asked))


# --- procedure and right ----------------------------------------------------------------------------------------------


def _procedure(asked: _Asked) -> Iterator[Defect]:
    notice, serves = asked.notice, asked.rules.serves
    places = serves.get("territories", ("*",))
    if notice.right is None:
        if "none" not in serves.get("rights", ()) and {"right_proof", "right_named"}.isdisjoint(asked.needs):
            yield Defect("pack_right_needed", "right")
    elif not {"*", notice.right.kind} & set(serves.get("rights", ("*",))):
        yield _not_served(asked, "right")
    if not any(asked.catalogue.overlap(one, other) for one in places for other in notice.marketplace.territory.split()):
        yield _not_served(asked, "territory")
    if notice.filer_role not in serves.get("filers", ()):
        yield _not_served(asked, "filer")


def _not_served(asked: _Asked, what: str) -> Defect:
    """The refusal names the procedure to use instead when the pack does."""
    instead = asked.rules.refuse.get(f"other_{what}", "").removeprefix("use:")
    where = {"right": "right", "territory": "marketplace", "filer": "filer"}[what]
    return (
        Defect(f"pack_other_{what}", where, data={"use": instead}) if instead else Defect(f"pack_not_for_{what}", where)
    )


def _right(asked: _Asked) -> Iterator[Defect]:
    right = asked.notice.right
    if right is not None:
        yield from _right_state(right, asked)
        yield from _right_here(right, asked)


def _right_state(right: RightFacts, asked: _Asked) -> Iterator[Defect]:
    """What the day says comes before what was stored: a right can end between two nightly checks."""
    state, now = asked.catalogue.right_states.get(right.state), standing(right, _day(right, asked))
    if right.expires_on is not None and _day(right, asked) > right.expires_on:
        yield Defect("right_expired", "right", data={"on": right.expires_on})
    elif right.state == "pending" and may_wait(asked.rules):
        yield Defect("right_waits", "right", blocks=False)
    elif right.state in ("draft", "pending"):
        yield Defect("right_not_verified", "right", data={"state": right.state})
    elif state is None or not state.usable:
        yield Defect("right_not_usable", "right", data={"state": right.state})
    elif now.mark is not None and now.mark <= asked.catalogue.number("right_expiring_days") and now.ends_on:
        yield Defect("right_expiring", "right", data={"on": now.ends_on}, blocks=False)


def _right_here(right: RightFacts, asked: _Asked) -> Iterator[Defect]:
    """Whether it counts where the marketplace sells; what is doubtful is told, and looked at by a reviewer."""
    place = asked.notice.marketplace.territory
    applied = applies(right, place, goods=goods_of(asked.notice.facts))
    data = {**applied.data, "rule": applied.rule.id}
    if applied.answer == "no":
        yield Defect("right_other_territory", "right", data=data)
    elif applied.answer == "doubtful":
        yield Defect("right_doubtful_here", "right", data=data, blocks=False)


def goods_of(facts: Mapping[str, FactValue]) -> tuple[int, ...]:
    """The Nice classes the complainant takes the goods for; none where they were not said, or cannot be read."""
    return classes_of(str(facts.get(GOODS, ""))) or ()


def asks_goods(right: RightFacts | None) -> bool:
    """Whether a notice on this right is asked for the class of the goods: it matters for marks, registered for classes."""
    return right is not None and right.kind == "trademark" and bool(right.classes)


def _day(right: RightFacts, asked: _Asked) -> date:
    """Today where the right is registered: a right is in force until the end of its last day there."""
    offices = asked.catalogue.offices
    return asked.at.astimezone(ZoneInfo(offices.get(right.office, offices["other"]).zone)).date()


def _mandate(asked: _Asked) -> Iterator[Defect]:
    notice, right, mandate = asked.notice, asked.notice.right, asked.notice.mandate
    if notice.filer_role != "agent" or right is None:
        return
    if mandate is None:
        yield Defect("mandate_missing", "right")
        return
    for defect in mandate_defects(mandate, right, notice.marketplace.id, "file", _day(right, asked)):
        if defect.code != "mandate_not_verified" or not waits_for_right(notice, asked.rules):  # verified with the right
            yield defect


# --- reason, words, evidence ------------------------------------------------------------------------------------------


def _reason(asked: _Asked) -> Iterator[Defect]:
    reason, notice = asked.reason, asked.notice
    if notice.mode not in catalogue.MODES:
        yield Defect("mode_unknown", "mode")
    if reason is None:
        yield Defect("reason_unknown", "reason")
        return
    if notice.right is not None and notice.right.kind not in reason.rights:
        yield Defect("reason_other_right", "reason", data={"kind": notice.right.kind})
    if notice.mode in catalogue.MODES and notice.mode not in reason.scope:
        yield Defect("reason_not_for_listings" if notice.mode == "listing" else "reason_not_for_shops", "reason")
    if reason.territories and not _given_here(reason, asked):
        yield Defect("reason_other_territory", "reason", data={"marketplace": notice.marketplace.territory})


def _given_here(reason: Reason, asked: _Asked) -> bool:
    places = asked.notice.marketplace.territory.split()
    return any(asked.catalogue.overlap(one, place) for one in reason.territories for place in places)


def _statement(asked: _Asked) -> Iterator[Defect]:
    least = 0
    if not set(SUBSTANTIATED).isdisjoint(asked.needs):
        least = max(asked.catalogue.number("reasons_min"), asked.reason.statement if asked.reason else 0)
    yield from statement_defects(asked.notice.statement, least=least, most=asked.catalogue.number("statement_max"))


def _evidence(asked: _Asked) -> Iterator[Defect]:
    """What the reason asks for. A pack that does not demand it turns the same lack into a warning."""
    notice, most = asked.notice, asked.catalogue.number("evidence_per_notice")
    demanded = not {"reason_evidence", "prima_facie"}.isdisjoint(asked.needs)
    if asked.reason is not None:
        yield from evidence_missing(asked.reason.needs, notice.evidence, blocks=demanded)
        yield from facts_missing(asked.reason.facts, notice.facts, blocks=demanded)
    if classes_of(str(notice.facts.get(GOODS, ""))) is None:
        yield Defect("goods_classes_unreadable", GOODS, data={"last": LAST_CLASS})
    if len(notice.evidence) > most:
        yield Defect("evidence_too_many", "evidence", data={"max": most, "count": len(notice.evidence)})


# --- what the pack asks for -------------------------------------------------------------------------------------------


def _elements(asked: _Asked) -> Iterator[Defect]:
    for element in asked.needs:
        yield from _ELEMENTS.get(element, _declared(element))(asked)


def _declared(element: str) -> Check:
    """The check of a declaration: its id was ticked."""

    def check(asked: _Asked) -> Iterator[Defect]:
        if element not in asked.notice.declarations:
            yield missing(element, asked.catalogue.elements[element].field)

    return check


def _reached(element: str, *wanted: str) -> Check:
    """The check of who is complaining: these fields are filled in, and the address is theirs."""

    def check(asked: _Asked) -> Iterator[Defect]:
        if lacking := asked.notice.filer.missing(*wanted):
            yield missing(element, "filer", fields=lacking)
        elif not asked.notice.verified:
            yield Defect("not_verified", "filer")

    return check


def _right_proof(asked: _Asked) -> Iterator[Defect]:
    if asked.notice.right is None:
        yield missing("right_proof", "right")


def _right_named(asked: _Asked) -> Iterator[Defect]:
    """Whose right it is, in words: somebody without an account has registered none."""
    if asked.notice.right is None and not str(asked.notice.facts.get("right_owner", "")).strip():
        yield missing("right_named", "right_owner")


def _work_identified(asked: _Asked) -> Iterator[Defect]:
    right = asked.notice.right
    named = right is not None and (right.name or right.brand or right.number)
    if not named and not asked.notice.facts.get("work"):
        yield missing("work_identified", "work")


def _links(asked: _Asked) -> Iterator[Defect]:
    if not ready_lines(asked.notice, _line_defects(asked)):
        yield missing("links", "lines")


def _signature(asked: _Asked) -> Iterator[Defect]:
    if not asked.notice.signature.strip():
        yield missing("signature", "signature")


def _prima_facie(asked: _Asked) -> Iterator[Defect]:
    """A paper, or a reason that the frozen copy of the listing itself shows."""
    shown = asked.reason is not None and asked.reason.in_listing
    if not shown and not asked.notice.evidence:
        yield missing("prima_facie", "evidence")


def _feature_comparison(asked: _Asked) -> Iterator[Defect]:
    right, there = asked.notice.right, {piece.kind for piece in asked.notice.evidence}
    if right is not None and right.kind in PATENT_LIKE and there.isdisjoint(COMPARISONS):
        yield missing("feature_comparison", "evidence")


def _elsewhere(asked: _Asked) -> Iterator[Defect]:
    """Looked for with the reason: words in `_statement`, papers in `_evidence`."""
    yield from ()


_ELEMENTS: Mapping[str, Check] = {
    "identity": _reached("identity", "name", "email"),
    "name_email": _reached("name_email", "name", "email"),
    "contact_full": _reached("contact_full", "name", "address", "phone", "email"),
    "right_proof": _right_proof,
    "right_named": _right_named,
    "work_identified": _work_identified,
    "links": _links,
    "signature": _signature,
    "prima_facie": _prima_facie,
    "feature_comparison": _feature_comparison,
    "reasons": _elsewhere,
    "reason_evidence": _elsewhere,
}


# --- texts and lines --------------------------------------------------------------------------------------------------


def _texts(asked: _Asked) -> Iterator[Defect]:
    notice, most = asked.notice, asked.catalogue.number("name_max")
    texts = {"filer": notice.filer.name + notice.filer.address + notice.filer.phone + notice.filer.email}
    texts |= {"statement": notice.statement, "signature": notice.signature}
    texts |= {name: value for name, value in notice.facts.items() if isinstance(value, str)}
    yield from unprintable(texts)
    for where, name in (("filer", notice.filer.name), ("signature", notice.signature)):
        if len(name) > most:
            yield Defect("name_too_long", where, data={"max": most, "count": len(name)})


def _lines(asked: _Asked) -> Iterator[Defect]:
    notice = asked.notice
    most = most_lines(notice)
    if len(notice.lines) > most:
        yield Defect("too_many_lines", "lines", data={"max": most, "count": len(notice.lines)})
    yield from _line_defects(asked)


def _line_defects(asked: _Asked) -> Iterator[Defect]:
    """At most one defect a line. The first line of a listing is kept, the later ones are duplicates."""
    first: dict[str, int] = {}
    for line in asked.notice.lines:
        listing = line.canonical_url or line.item_id
        if line.problem:
            yield _kept_out(line, line.problem, line.problem_data)
        elif not listing:
            yield _kept_out(line, "line_unreadable", {})
        elif listing in first:
            yield _kept_out(line, "duplicate", {"first_line": first[listing]})
        elif line.already:
            yield _kept_out(line, "already_open", {"state": line.already})
        else:
            first[listing] = line.number


def _kept_out(line: LineFacts, code: str, data: Mapping[str, Datum]) -> Defect:
    return Defect(code, "lines", line.number, data, blocks=False)
