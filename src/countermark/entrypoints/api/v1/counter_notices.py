"""The seller's answers: a counter-notice for one case or many of a notice, asked about without sending, and taking down."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Query
from pydantic import Field, create_model

from countermark.apps.access.scopes import SELLER
from countermark.apps.complaints import counter_drafts as drafts
from countermark.apps.complaints import replies, services
from countermark.apps.complaints.held import Held, glance
from countermark.apps.complaints.models import Complaint, CounterNotice, Notice
from countermark.apps.complaints.services import StaleCase
from countermark.apps.parties.models import Seller
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import unseal
from countermark.core import catalogue
from countermark.core import counter_notice as rules
from countermark.core.complaint import Case, advance
from countermark.core.defect import EvidenceFacts
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.cases import case_view, own_case, visible
from countermark.entrypoints.api.codes import Declaration, FactText, Id, Piece, given
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.once_key import once_key
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import Refused, defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of, seen
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Line, Page, Shown, Strict
from countermark.entrypoints.api.v1.answers import MOST, CaseSeen
from countermark.entrypoints.api.v1.case_shown import CaseShown, Words, case_shown, file_shown, words_shown
from countermark.entrypoints.api.v1.counter_shown import Paper

router = ApiRouter(tags=["counter-notices"])
NUMBER, OTHER = "CM-2026-000001-01", "CM-2026-000001-02"
known = catalogue.load()
FACTS = dict.fromkeys(name for ground in known.counter_grounds for name in drafts.facts_asked(ground))
CounterFacts: Any = create_model(
    "CounterFacts",
    __base__=Strict,
    __doc__="What a ground asks to be told, as text; `/counter-notice-grounds` says which.",
    **{name: (FactText | None, Field(None, description=known.facts[name].label)) for name in FACTS},
)
GroundCode: Any = Literal[("", *known.counter_grounds)]


class ContactSent(Strict):
    """How the seller is reached. What is left out is taken from the account of the shop."""

    name: Annotated[str, Field(max_length=200)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    address: Annotated[str, Field(max_length=500)] = ""
    phone: Annotated[str, Field(max_length=60)] = ""


class CounterSent(Strict):
    """A counter-notice for one case, or for many of one notice that are at the same chance."""

    cases: list[CaseSeen] = Field(min_length=1, max_length=MOST)
    ground: GroundCode = Field("", description="Of `/counter-notice-grounds`; empty where the procedure asks for none.")
    statement: Annotated[str, Field(max_length=2000)] = ""
    facts: CounterFacts = Field(default_factory=CounterFacts)
    evidence: list[Piece] = Field(default_factory=list, max_length=20)
    declarations: list[Declaration] = Field(
        default_factory=list, max_length=20, description="Ids of elements declared."
    )
    signature: Annotated[str, Field(max_length=200)] = ""
    contact: ContactSent = Field(default_factory=ContactSent)


class AnsweredCase(Shown):
    """A case a counter-notice answers. `seq` is the event it made there, `round` the chance it used."""

    number: str
    seq: int
    round: int


class CounterFiled(Shown):
    """A counter-notice as its seller sent it. `told` names what of it the complainant sees; `*` is all of it."""

    id: int
    notice: str
    filed_at: Instant
    ground: str
    ground_title: str
    statement: Words
    facts: dict[str, str]
    papers: list[Paper]
    declarations: list[str]
    signature: str
    contact: dict[str, str]
    told: list[str]
    cases: list[AnsweredCase]


class Foreseen(Shown):
    """What would follow in one case."""

    number: str
    round: int
    state: str
    waits_on: str
    ask: str


class Lint(Shown):
    """What sending would answer. `warnings` keep nothing from being sent: the answer is weaker, and the chance is used."""

    can_be_sent: bool
    defects: list[Defect]
    warnings: list[Defect]
    told: list[str]
    cases: list[Foreseen]


class Answer:
    """A counter-notice that was sent in: whose cases, and what the rules see of it."""

    def __init__(self, request: HttpRequest, body: CounterSent) -> None:
        self.at = request.at
        rows = cases_named(request, body.cases)
        self.held = together(rows)
        first = next(iter(rows.values()))
        self.notice: Notice = first.notice
        self.seller: Seller = first.seller
        asked = {each.number: each.seq for each in body.cases}
        self.seen = {case.pk: case.seq if asked[n] is None else asked[n] for n, case in rows.items()}
        self.files: list[tuple[StoredFile, str]] = [(f, p.kind) for f, p in attached(request, body.evidence)]
        self.said = self._said(body)

    def _said(self, body: CounterSent) -> rules.CounterNotice:
        return rules.CounterNotice(
            ground=body.ground,
            statement=body.statement.strip(),
            complaints=tuple(held.number for held in self.held),
            round=drafts.round_of(self.held),
            evidence=tuple(EvidenceFacts(kind, file.name, file.sha256) for file, kind in self.files),
            earlier_evidence=drafts.earlier_evidence(self.held),
            facts={name: text for name, text in given(body.facts).items() if text.strip()},
            declarations=frozenset(body.declarations),
            signature=body.signature.strip(),
            contact=self._contact(body.contact),
        )

    def _contact(self, sent: ContactSent) -> dict[str, str]:
        usual = {"name": self.seller.name, "email": self.seller.email}
        return {name: str(text).strip() for name, text in {**usual, **given(sent)}.items()}

    @property
    def told(self) -> list[str]:
        return list(self.held[0].procedure.tell.get("seller_to_complainant", ()))

    def foreseen(self) -> list[Case]:
        """Each case as it would stand then. Raises StaleCase and the refusals of core.complaint."""
        if moved := [held.id for held in self.held if held.case.seq != self.seen[held.id]]:
            raise StaleCase(moved)
        return [
            advance(
                h.procedure, h.case, drafts.FILED, by="seller", at=max(self.at, h.case.at), calendars=h.calendars
            ).new
            for h in self.held
        ]


def cases_named(request: HttpRequest, cases: Sequence[CaseSeen]) -> dict[str, Complaint]:
    """The cases named, brought up to date. Raises Http404 when one is not the seller's."""
    wanted = {each.number for each in cases}
    found = visible(request).filter(number__in=wanted)
    ids = list(found.values_list("pk", flat=True))
    if len(ids) != len(wanted):
        raise Http404("there is no such case among yours")
    services.catch_up_cases(ids, now=request.at)
    return {case.number: case for case in visible(request).filter(pk__in=ids)}


def together(rows: Mapping[str, Complaint]) -> list[Held]:
    """The cases by line, if one answer can be for them: it is for one notice, and uses one chance. Raises Refused."""
    held = sorted(glance([case.pk for case in rows.values()]), key=lambda held: held.line)
    chances = {max(each.case.round, 1) for each in held}
    if len({(case.notice_id, case.seller_id) for case in rows.values()}) > 1 or len(chances) > 1:
        raise Refused("cases_apart")
    return held


PROBLEMS = (
    *("counter_notice_defective", "file_unknown", "cases_apart", "stale_case"),
    *("not_permitted", "clock_ran_out", "before_the_last_event"),
)
SENT = {
    "cases": [{"number": OTHER, "seq": 2}],
    "ground": "licence",
    "statement": "Halden & Moe licensed this lamp to our supplier until 2027; the letter names it on page one.",
    "facts": {"licensed_until": "2027-03-31"},
    "declarations": ["truth"],
    "signature": "Mei Lin",
    "contact": {"name": "Mei Lin", "phone": "+86 571 0000 0000"},
}


@router.post("/counter-notices", response={201: CounterFiled})
@api_door(
    roles=(SELLER,),
    scope="counter_notices:write",
    problems=(*PROBLEMS, "not_found"),
    example=Example("seller", body=SENT, status=201),
)
def file_counter_notice(request: HttpRequest, body: CounterSent) -> tuple[int, dict[str, Any]]:
    """Answer a notice: say for which listings, on which ground, with which papers.

    One chance of each case is used. Send it to `/counter-notices/lint` first: that says all there is to mend or to know."""
    answer = Answer(request, body)
    counter = replies.file_counter_notice(
        notice=answer.notice,
        seller=answer.seller,
        said=answer.said,
        files=answer.files,
        seen=answer.seen,
        at=answer.at,
        key=once_key(request),
    )
    answer_header(request, "Location", f"/api/v1/counter-notices/{counter.pk}")
    return 201, counter_filed(request, counter.pk)


def counter_filed(request: HttpRequest, pk: int) -> dict[str, Any]:
    """A counter-notice of the caller's shop as CounterFiled takes it."""
    return _shown([_own(request).get(pk=pk)])[0]


@router.post("/counter-notices/lint", response=Lint)
@api_door(
    roles=(SELLER,),
    scope="counter_notices:write",
    problems=(*(code for code in PROBLEMS if code != "counter_notice_defective"), "not_found"),
    example=Example("seller", body=SENT),
)
def lint_counter_notice(request: HttpRequest, body: CounterSent) -> dict[str, Any]:
    """Ask what sending this answer would say, without sending it: all defects, all warnings, what the other side will see."""
    answer = Answer(request, body)
    new = answer.foreseen()
    found = replies.counter_defects(answer.notice, answer.held, answer.said, answer.at)
    blocking = [each for each in found if each.blocks]
    return {
        "can_be_sent": not blocking,
        "defects": defects_of(blocking),
        "warnings": defects_of(each for each in found if not each.blocks),
        "told": answer.told,
        "cases": [_foreseen(held, case) for held, case in zip(answer.held, new, strict=True)],
    }


def _foreseen(held: Held, case: Case) -> dict[str, Any]:
    waits_on = held.procedure.states[case.state].waits_on or ""
    chance = max(held.case.round, 1)
    return {"number": held.number, "round": chance, "state": case.state, "waits_on": waits_on, "ask": case.ask}


# --- what was sent ----------------------------------------------------------------------------------------------------


class CountersAsked(Asked):
    """How the list of counter-notices is narrowed."""

    notice: Line = Field("", description="The number of a notice.")


@router.get("/counter-notices", response=Page[CounterFiled])
@api_door(
    roles=(SELLER,),
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("seller", query={"limit": "20"}),
)
def list_counter_notices(request: HttpRequest, asked: Query[CountersAsked]) -> dict[str, Any]:
    """List the answers this shop has sent, the newest first."""
    rows = _own(request)
    rows = rows.filter(notice__number=asked.notice) if asked.notice else rows
    return page_of(request, rows, asked, order=("-filed_at", "-pk"), show=_shown)


@router.get("/counter-notices/{counter_id}", response=CounterFiled)
@api_door(roles=(SELLER,), scope="complaints:read", example=Example("seller", path={"counter_id": "710001"}))
def read_own_counter_notice(request: HttpRequest, counter_id: Id) -> dict[str, Any]:
    """Read one answer as it was sent."""
    found = _own(request).filter(pk=counter_id).first()
    if found is None:
        raise Http404("there is no such counter-notice of this shop")
    return _shown([found])[0]


def _own(request: HttpRequest) -> Any:
    rows = CounterNotice.objects.filter(seller__in=caller_of(request).seller_ids)
    return rows.select_related("notice", "statement__key", "contact__key").prefetch_related(
        "files__file", "lines__complaint"
    )


def _shown(counters: Sequence[CounterNotice]) -> list[dict[str, Any]]:
    firsts = [next(iter(counter.lines.all())).complaint_id for counter in counters]
    tell = {held.id: held.procedure.tell.get("seller_to_complainant", ()) for held in glance(firsts)}
    return [_one(counter, list(tell[first])) for counter, first in zip(counters, firsts, strict=True)]


def _one(counter: CounterNotice, told: list[str]) -> dict[str, Any]:
    ground = known.counter_grounds.get(counter.ground)
    contact = unseal(counter.contact)
    lines = sorted(counter.lines.all(), key=lambda line: line.complaint.line)
    files = sorted(counter.files.all(), key=lambda row: row.pk)
    return {
        "id": counter.pk,
        "notice": counter.notice.number,
        "filed_at": counter.filed_at,
        "ground": counter.ground,
        "ground_title": gettext(ground.title) if ground else "",
        "statement": words_shown(unseal(counter.statement)),
        "facts": {name: value for name, value in counter.facts.items() if value},
        "papers": [{"kind": row.kind, "file": file_shown(row.file)} for row in files],
        "declarations": counter.declarations,
        "signature": counter.signature,
        "contact": json.loads(contact) if isinstance(contact, str) and contact else {},
        "told": told,
        "cases": [{"number": line.complaint.number, "seq": line.seq, "round": line.round} for line in lines],
    }


# --- taking down oneself ----------------------------------------------------------------------------------------------


class TakeDown(Strict):
    """Cases of one shop whose listings the seller has taken down."""

    cases: list[CaseSeen] = Field(min_length=1, max_length=MOST)


class TakenDown(Shown):
    """A case that ended without a decision."""

    number: str
    state: str
    outcome: str
    seq: int


class Ended(Shown):
    """The cases that ended, in the order of their numbers."""

    cases: list[TakenDown]


@router.post("/take-downs", response=Ended)
@api_door(
    roles=(SELLER,),
    scope="complaints:act",
    problems=("not_found", "stale_case", "not_permitted", "clock_ran_out", "before_the_last_event"),
    example=Example("seller", body={"cases": [{"number": NUMBER, "seq": 2}, {"number": OTHER}]}),
)
def take_down_many(request: HttpRequest, body: TakeDown) -> dict[str, Any]:
    """Take down several listings oneself: their cases end without a decision, all of them or none."""
    rows = cases_named(request, body.cases)
    wanted = {each.number: each.seq for each in body.cases}
    asked = {case.pk: case.seq if (seq := wanted[number]) is None else seq for number, case in rows.items()}
    seller = next(iter(rows.values())).seller
    assert seller is not None
    replies.take_down_oneself(seller=seller, seen=asked, at=request.at)
    now = Complaint.objects.filter(pk__in=asked).order_by("number")
    return {"cases": list(now.values("number", "state", "outcome", "seq"))}


@router.post("/complaints/{number}/take-down", response=CaseShown)
@api_door(
    roles=(SELLER,),
    scope="complaints:act",
    if_match=True,
    example=Example("seller", path={"number": NUMBER}, headers={"If-Match": "*"}),
)
def take_down_listing(request: HttpRequest, number: str) -> dict[str, Any]:
    """Take the listing down oneself: the case ends without a decision."""
    case = own_case(request, number)
    assert case.seller is not None
    replies.take_down_oneself(seller=case.seller, seen=seen(request, case), at=request.at)
    return case_shown(case_view(request, number))
