"""Counter-notices on their way: one open draft for each notice and shop, shared with the page, kept until it is sent."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import SELLER
from countermark.apps.complaints import counter_drafts as drafts
from countermark.apps.complaints.held import Held
from countermark.apps.complaints.models import CounterDraft
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.codes import Declaration, Id, Piece
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import Refused, defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Line, Page, Shown, Strict
from countermark.entrypoints.api.v1.answers import MOST, CaseSeen
from countermark.entrypoints.api.v1.case_shown import file_shown
from countermark.entrypoints.api.v1.counter_notices import (
    PROBLEMS,
    ContactSent,
    CounterFacts,
    CounterFiled,
    GroundCode,
    cases_named,
    counter_filed,
    together,
)
from countermark.entrypoints.api.v1.counter_shown import Paper

router = ApiRouter(tags=["counter-notice-drafts"])
ONE, OTHER = {"id": "720001"}, "CM-2026-000001-02"
NOT_WITHOUT_CASES = ("not_found", "cases_apart")


class CounterTyped(Strict):
    """What is known of an answer so far. What is left out, or null, stays as it was."""

    cases: list[Line] | None = Field(None, min_length=1, max_length=MOST, description="Numbers of cases of its notice.")
    ground: GroundCode | None = None
    statement: Annotated[str, Field(max_length=2000)] | None = None
    facts: CounterFacts | None = None
    declarations: list[Declaration] | None = Field(None, max_length=20)
    signature: Annotated[str, Field(max_length=200)] | None = None
    contact: ContactSent | None = None


class CounterDraftRow(Shown):
    """One draft in a list."""

    id: int
    notice: str
    updated_at: Instant


class CounterDraftShown(CounterDraftRow):
    """A draft whole. `cases` are those it answers that can still be answered; `open_cases` all of its notice that can."""

    cases: list[str]
    open_cases: list[str]
    ground: str
    statement: str
    facts: dict[str, str]
    papers: list[Paper]
    declarations: list[str]
    signature: str
    contact: dict[str, str]
    can_send: bool
    defects: list[Defect]
    warnings: list[Defect]


def mine(request: HttpRequest) -> QuerySet[CounterDraft]:
    """The drafts of the caller's shop."""
    rows = CounterDraft.objects.filter(seller_id__in=caller_of(request).seller_ids)
    return rows.select_related("notice__marketplace", "seller", "sent_as")


def own_draft(request: HttpRequest, pk: int) -> CounterDraft:
    """A draft of the shop that has not gone out. Raises Http404."""
    found = mine(request).filter(pk=pk, sent_as=None).first()
    if found is None:
        raise Http404("there is no such draft of this shop")
    return found


@router.get("/counter-notice-drafts", response=Page[CounterDraftRow])
@api_door(roles=(SELLER,), scope="counter_notices:write", problems=("cursor_unknown",), example=Example("seller"))
def list_counter_drafts(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the answers that were begun and not sent, the newest first."""
    rows = mine(request).filter(sent_as=None)
    return page_of(request, rows, asked, order=("-updated_at", "-pk"), show=lambda piece: [_row(row) for row in piece])


class CounterBegun(CounterTyped):
    """The cases to answer, and what else is known."""

    cases: list[Line] = Field(min_length=1, max_length=MOST)


@router.post("/counter-notice-drafts", response={200: CounterDraftShown, 201: CounterDraftShown})
@api_door(
    roles=(SELLER,),
    scope="counter_notices:write",
    problems=NOT_WITHOUT_CASES,
    example=Example("seller", body={"cases": ["CM-2026-000001-01", OTHER], "ground": "licence"}, status=200),
)
def start_counter_draft(request: HttpRequest, body: CounterBegun) -> tuple[int, dict[str, Any]]:
    """Begin an answer to cases of one notice (201); where one was begun already, write on in that (200)."""
    rows = cases_named(request, [CaseSeen(number=number) for number in body.cases])
    first = next(iter(rows.values()))
    assert first.seller is not None
    known = mine(request).filter(notice=first.notice, seller=first.seller, sent_as=None).exists()
    ids = [case.pk for case in rows.values()]
    together(rows)
    at = request.at
    draft = drafts.open_draft(notice=first.notice, seller=first.seller, at=at, complaint_ids=ids)
    _write(request, draft, body)
    answer_header(request, "Location", f"/api/v1/counter-notice-drafts/{draft.pk}")
    return 200 if known else 201, _shown(request, draft)


@router.get("/counter-notice-drafts/{id}", response=CounterDraftShown)
@api_door(roles=(SELLER,), scope="counter_notices:write", example=Example("seller", path=ONE))
def read_counter_draft(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read a draft, and what sending it would say."""
    return _shown(request, own_draft(request, id))


@router.patch("/counter-notice-drafts/{id}", response=CounterDraftShown)
@api_door(
    roles=(SELLER,),
    scope="counter_notices:write",
    problems=NOT_WITHOUT_CASES,
    example=Example(
        "seller", path=ONE, body={"statement": "Halden & Moe licensed this lamp to our supplier until 2027."}
    ),
)
def change_counter_draft(request: HttpRequest, id: Id, body: CounterTyped) -> dict[str, Any]:
    """Write on. No clock waits for a draft."""
    draft = own_draft(request, id)
    _write(request, draft, body)
    return _shown(request, draft)


@router.delete("/counter-notice-drafts/{id}", response={204: None})
@api_door(roles=(SELLER,), scope="counter_notices:write", example=Example("seller", path=ONE, status=204))
def discard_counter_draft(request: HttpRequest, id: Id) -> HttpResponse:
    """Delete a draft. Its cases can be answered as before."""
    own_draft(request, id).delete()
    return HttpResponse(status=204)


def _write(request: HttpRequest, draft: CounterDraft, body: CounterTyped) -> None:
    """Keep what was given. Raises Http404 and Refused for cases of another notice or shop."""
    given = body.model_dump(exclude_none=True)
    for name in ("facts", "contact"):
        if name in given:
            given[name] = {key: text for key, text in given[name].items() if text is not None}
    if "cases" in given:
        rows = cases_named(request, [CaseSeen(number=number) for number in given.pop("cases")])
        if {(case.notice_id, case.seller_id) for case in rows.values()} != {(draft.notice_id, draft.seller_id)}:
            raise Refused("cases_apart")
        given["complaints"] = sorted(case.pk for case in rows.values())
    drafts.save(draft, given, at=request.at)


# --- papers -----------------------------------------------------------------------------------------------------------


@router.post("/counter-notice-drafts/{id}/papers", response={201: CounterDraftShown})
@api_door(
    roles=(SELLER,),
    scope="counter_notices:write",
    problems=("evidence_too_many", "file_unknown"),
    example=Example("seller", path=ONE, body={"file": 720001, "kind": "licence_letter"}, status=201),
)
def add_counter_paper(request: HttpRequest, id: Id, body: Piece) -> tuple[int, dict[str, Any]]:
    """Add a file that was sent to `/files` before; the same file twice is there once."""
    draft = own_draft(request, id)
    for file, piece in attached(request, [body]):
        drafts.attach_kept(draft, file=file, kind=piece.kind, at=request.at)
    return 201, _shown(request, draft)


@router.delete("/counter-notice-drafts/{id}/papers/{file_id}", response=CounterDraftShown)
@api_door(roles=(SELLER,), scope="counter_notices:write", example=Example("seller", path={**ONE, "file_id": "720001"}))
def remove_counter_paper(request: HttpRequest, id: Id, file_id: Id) -> dict[str, Any]:
    """Take a paper out again; one that is not there is gone already."""
    draft = own_draft(request, id)
    drafts.remove(draft, file_id=file_id, at=request.at)
    return _shown(request, draft)


# --- sent -------------------------------------------------------------------------------------------------------------


class CounterDraftSent(Strict):
    """The cases as the program saw them; left out, those of the draft as they are now."""

    cases: list[CaseSeen] = Field(default_factory=list, max_length=MOST)


@router.post("/counter-notice-drafts/{id}/send", response={200: CounterFiled, 201: CounterFiled})
@api_door(
    roles=(SELLER,),
    scope="counter_notices:write",
    problems=(*(code for code in PROBLEMS if code != "file_unknown"), "not_found"),
    example=Example("seller", path=ONE, body={}, status=201),
)
def send_counter_draft(request: HttpRequest, id: Id, body: CounterDraftSent) -> tuple[int, dict[str, Any]]:
    """File the answer: one chance of each case is used. Sent again, it answers the same counter-notice (200)."""
    draft = mine(request).filter(pk=id).first()
    if draft is None:
        raise Http404("there is no such draft of this shop")
    if draft.sent_as is not None:
        return 200, counter_filed(request, draft.sent_as.pk)
    seen = _seen(request, draft, body)
    counter = drafts.send(draft, seen=seen, at=request.at)
    answer_header(request, "Location", f"/api/v1/counter-notices/{counter.pk}")
    return 201, counter_filed(request, counter.pk)


def _seen(request: HttpRequest, draft: CounterDraft, body: CounterDraftSent) -> dict[int, int]:
    """Each case with its step as it was seen. Raises Http404 and Refused."""
    asked = body.cases or [CaseSeen(number=held.number) for held in drafts.chosen(draft)]
    if not asked:
        raise Refused("not_in_this_state")
    rows = cases_named(request, asked)
    together(rows)
    if {(case.notice_id, case.seller_id) for case in rows.values()} != {(draft.notice_id, draft.seller_id)}:
        raise Refused("cases_apart")
    wanted = {each.number: each.seq for each in asked}
    return {case.pk: case.seq if (seq := wanted[number]) is None else seq for number, case in rows.items()}


# --- shown ------------------------------------------------------------------------------------------------------------


def _row(draft: CounterDraft) -> dict[str, Any]:
    return {"id": draft.pk, "notice": draft.notice.number, "updated_at": draft.updated_at}


def _shown(request: HttpRequest, draft: CounterDraft) -> dict[str, Any]:
    data, chosen = draft.data, drafts.chosen(draft)
    able = drafts.answerable(notice=draft.notice, seller=draft.seller)
    found = _found(request, draft, chosen)
    blocking = [each for each in found if each.blocks]
    texts = {name: data.get(name, "") for name in drafts.TEXTS}
    return {
        **_row(draft),
        **texts,
        "cases": [held.number for held in chosen],
        "open_cases": [held.number for held in able],
        "facts": {name: text for name, text in data.get("facts", {}).items() if text},
        "papers": [{"kind": paper.kind, "file": file_shown(paper.file)} for paper in drafts.papers(draft)],
        "declarations": list(data.get("declarations", ())),
        "contact": dict(data.get("contact", {})),
        "can_send": bool(chosen) and not blocking,
        "defects": defects_of(blocking),
        "warnings": defects_of(each for each in found if not each.blocks),
    }


def _found(request: HttpRequest, draft: CounterDraft, chosen: list[Held]) -> tuple[Any, ...]:
    """What sending would say; nothing where no case is open, or those chosen are at different chances."""
    if not chosen or len({max(held.case.round, 1) for held in chosen}) > 1:
        return ()
    return drafts.defects(draft, chosen, at=request.at)
