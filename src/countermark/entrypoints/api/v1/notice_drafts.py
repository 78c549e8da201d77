"""Notices on their way: begun, kept as written, mended, split and sent. Pages and programs of a holder share the same drafts."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.complaints import drafts, offers
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import NoticeDraft
from countermark.apps.complaints.offers import Place
from countermark.apps.complaints.pasted import counted
from countermark.apps.rights.models import Right
from countermark.core.defect import Defect as Fault
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.codes import Declaration, Evidence, Facts, Id, Link, Mode, ReasonCode, Slug, one_each
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Page, Shown, Strict
from countermark.entrypoints.api.v1.case_shown import file_shown
from countermark.entrypoints.api.v1.notice_shown import (
    Counted,
    EvidenceShown,
    LineShown,
    NoticeShown,
    lines_shown,
    notice_shown,
)
from countermark.entrypoints.api.v1.notices import BIG, MOST_LINES, own_notice

router = ApiRouter(tags=["notice-drafts"])
ONE = {"id": "720001"}
BEGUN = {"marketplace": "harbour", "right": 700002, "listings": ["https://harbour.example/i/40655", "no link at all"]}
READ_FOR = {"marketplace", "right", "mode"}  # a change of these has the lines read again
NAMES = {"marketplace": "marketplace", "procedure": "pack", "right": "right", "mode": "mode", "reason": "reason",
         "statement": "statement", "facts": "facts", "declarations": "declarations", "signature": "signature"}  # fmt: skip


class DraftTyped(Strict):
    """What is known of a notice so far. What is left out, or null, stays as it was."""

    marketplace: Slug | None = None
    procedure: str | None = Field(None, max_length=40)
    right: Id | None = None
    mode: Mode | None = None
    reason: ReasonCode | None = None
    listings: list[Link] | None = Field(None, max_length=MOST_LINES)
    statement: str | None = Field(None, max_length=20_000)
    facts: Facts | None = None
    declarations: list[Declaration] | None = Field(None, max_length=20)
    signature: str | None = Field(None, max_length=200)


class DraftRow(Shown):
    """One draft in a list."""

    id: int
    marketplace: str
    procedure: str
    right: int | None
    mode: str
    reason: str
    created_at: Instant
    updated_at: Instant


class DraftShown(DraftRow):
    """A draft whole, with the verdict on each line and all there is to mend."""

    statement: str
    facts: dict[str, str]
    declarations: list[str]
    signature: str
    evidence: list[EvidenceShown]
    counted: Counted
    lines: list[LineShown]
    can_send: bool
    timing: str
    defects: list[Defect]
    warnings: list[Defect]


def mine(request: HttpRequest) -> QuerySet[NoticeDraft]:
    """The drafts of the caller's holder that have not gone out."""
    return NoticeDraft.objects.filter(holder_id__in=caller_of(request).holder_ids, sent_as=None)


def own_draft(request: HttpRequest, pk: int) -> NoticeDraft:
    """A draft of the caller's holder, also one that went out. Raises Http404."""
    found = drafts.draft_of(pk, caller_of(request).holder_ids)
    if found is None:
        raise Http404("there is no such draft among yours")
    return found


@router.get("/notice-drafts", response=Page[DraftRow])
@api_door(roles=COMPLAINANTS, scope="notices:write", problems=("cursor_unknown",), example=Example("rights_holder"))
def list_notice_drafts(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List what was begun and not sent, the newest first: by pages and programs of the same holder."""
    order = ("-updated_at", "-pk")
    return page_of(request, mine(request), asked, order=order, show=lambda rows: [_row(row) for row in rows])


@router.post("/notice-drafts", response={201: DraftShown})
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    body_limit=BIG,
    problems=("notice_defective",),
    example=Example("rights_holder", body=BEGUN, status=201),
)
def start_notice_draft(request: HttpRequest, body: DraftTyped) -> tuple[int, dict[str, Any]]:
    """Begin a notice with what is known. Nothing is sent and no clock runs; refused is only what names something unknown."""
    caller, at = caller_of(request), request.at
    assert caller.client.holder is not None
    answers = _answers(request, body, {})
    draft = drafts.start(holder=caller.client.holder, person=caller.person, at=at, **answers)
    answer_header(request, "Location", f"/api/v1/notice-drafts/{draft.pk}")
    return 201, _shown(request, _lines_read(request, draft, body))


@router.get("/notice-drafts/{id}", response=DraftShown)
@api_door(
    roles=COMPLAINANTS, scope="notices:write", problems=("already_sent",), example=Example("rights_holder", path=ONE)
)
def read_notice_draft(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read a draft: its lines with their verdicts, and what sending it would say."""
    return _shown(request, _unsent(own_draft(request, id)))


@router.patch("/notice-drafts/{id}", response=DraftShown)
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    body_limit=BIG,
    problems=("already_sent", "notice_defective"),
    example=Example("rights_holder", path=ONE, body={"reason": "TM-4", "signature": "Ines Moe"}),
)
def change_notice_draft(request: HttpRequest, id: Id, body: DraftTyped) -> dict[str, Any]:
    """Write on. Another marketplace, right or mode has the lines read again."""
    draft = _unsent(own_draft(request, id))
    draft = drafts.save(draft, at=request.at, **_answers(request, body, draft.data))
    return _shown(request, _lines_read(request, draft, body))


@router.delete("/notice-drafts/{id}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    problems=("already_sent",),
    example=Example("rights_holder", path=ONE, status=204),
)
def discard_notice_draft(request: HttpRequest, id: Id) -> HttpResponse:
    """Delete a draft."""
    drafts.discard(own_draft(request, id))
    return HttpResponse(status=204)


def _unsent(draft: NoticeDraft) -> NoticeDraft:
    if draft.sent_as is not None:
        raise drafts.AlreadySent(draft.sent_as)
    return draft


# --- what is kept -----------------------------------------------------------------------------------------------------


def _answers(request: HttpRequest, body: DraftTyped, before: dict[str, Any]) -> dict[str, Any]:
    """What was given, as the draft keeps it. Raises NoticeDefective for what is not there."""
    given = {NAMES[name]: value for name, value in body.model_dump(exclude_none=True).items() if name in NAMES}
    if "facts" in given:
        given["facts"] = {name: text for name, text in given["facts"].items() if text is not None}
    wrong, place = [], _place(request, given.get("marketplace") or before.get("marketplace", ""))
    if body.marketplace and place is None:
        wrong.append(Fault("marketplace_unknown", "marketplace"))
    if body.right and not _rights(request).filter(pk=body.right).exists():
        wrong.append(Fault("right_unknown", "right"))
    packs = [each.id for each in place.procedures] if place else []
    if body.procedure and body.procedure not in packs:
        wrong.append(Fault("procedure_not_offered", "procedure"))
    if body.listings is not None and place is None and not wrong:
        wrong.append(Fault("marketplace_unknown", "marketplace"))
    if wrong:
        raise NoticeDefective(wrong)
    if packs and not given.get("pack") and before.get("pack") not in packs:
        given["pack"] = packs[0]
    return given


def _place(request: HttpRequest, slug: str) -> Place | None:
    holder = caller_of(request).client.holder
    found = offers.places(is_agent=holder is not None and holder.is_agent) if slug else []
    return next((place for place in found if place.row.slug == slug), None)


def _rights(request: HttpRequest) -> QuerySet[Right]:
    return Right.objects.filter(holder=caller_of(request).client.holder).exclude(state="draft")


def _lines_read(request: HttpRequest, draft: NoticeDraft, body: DraftTyped) -> NoticeDraft:
    """The draft with its lines read, where there are new ones or they were read for something else."""
    text = one_each(body.listings) if body.listings is not None else draft.data.get("pasted", "")
    stale = "rows" not in draft.data and text
    if body.listings is not None or (stale and drafts.marketplace_of(draft)):
        drafts.check_lines(draft, text=text, at=request.at)
    return draft


# --- evidence ---------------------------------------------------------------------------------------------------------


@router.post("/notice-drafts/{id}/evidence", response={201: DraftShown})
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    problems=("already_sent", "evidence_too_many", "file_unknown"),
    example=Example("rights_holder", path=ONE, body={"file": 700001, "kind": "photo"}, status=201),
)
def add_draft_evidence(request: HttpRequest, id: Id, body: Evidence) -> tuple[int, dict[str, Any]]:
    """Add a file that was sent to `/files` before; the same file twice is there once."""
    draft = own_draft(request, id)
    for file, piece in attached(request, [body]):
        drafts.attach_kept(draft, file=file, kind=piece.kind, private=piece.private, at=request.at)
    return 201, _shown(request, own_draft(request, id))


@router.delete("/notice-drafts/{id}/evidence/{file_id}", response=DraftShown)
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    problems=("already_sent",),
    example=Example("rights_holder", path={**ONE, "file_id": "700001"}),
)
def remove_draft_evidence(request: HttpRequest, id: Id, file_id: Id) -> dict[str, Any]:
    """Take a file out again; one that is not there is gone already."""
    drafts.detach(own_draft(request, id), file_id=file_id, at=request.at)
    return _shown(request, own_draft(request, id))


# --- on its way -------------------------------------------------------------------------------------------------------


class SplitOff(Strict):
    """Which lines go into a draft of their own, and what is different there."""

    lines: list[int] = Field(min_length=1, max_length=MOST_LINES)
    marketplace: Slug | None = None
    right: Id | None = None
    mode: Mode | None = None


@router.post("/notice-drafts/{id}/split", response={201: DraftShown})
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    problems=("already_sent", "notice_defective"),
    example=Example("rights_holder", path=ONE, body={"lines": [2], "mode": "storefront"}, status=201),
)
def split_notice_draft(request: HttpRequest, id: Id, body: SplitOff) -> tuple[int, dict[str, Any]]:
    """Put some lines into a draft of their own, with the other answers: shops beside listings, another marketplace."""
    draft, at = _unsent(own_draft(request, id)), request.at
    same = DraftTyped(**body.model_dump(exclude={"lines"}))
    changed = _answers(request, same, draft.data)
    fresh = drafts.split_off(draft, numbers=body.lines, person=caller_of(request).person, at=at, **changed)
    answer_header(request, "Location", f"/api/v1/notice-drafts/{fresh.pk}")
    return 201, _shown(request, _lines_read(request, fresh, same))


@router.post("/notice-drafts/{id}/send", response={200: NoticeShown, 201: NoticeShown})
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    problems=("notice_defective",),
    example=Example("rights_holder", path=ONE, status=201),
)
def send_notice_draft(request: HttpRequest, id: Id) -> tuple[int, dict[str, Any]]:
    """Send a draft. Sent again, it answers the same notice (200). What is wrong refuses it, and the draft stays."""
    draft, language = own_draft(request, id), translation.get_language() or "en"
    if wrong := _unnamed(draft):
        raise NoticeDefective(wrong)
    notice = drafts.submit(draft, at=request.at, language=language)
    answer_header(request, "Location", f"/api/v1/notices/{notice.number}")
    return 201 if draft.sent_as is None else 200, notice_shown(own_notice(request, notice.number))


def _unnamed(draft: NoticeDraft) -> list[Fault]:
    """What has to be chosen before the rules can be asked."""
    if draft.sent_as is not None or (drafts.marketplace_of(draft) and draft.data.get("pack")):
        return []
    return [Fault("marketplace_unknown", "marketplace")]


# --- shown ------------------------------------------------------------------------------------------------------------


def _row(draft: NoticeDraft) -> dict[str, Any]:
    data = draft.data
    return {
        "id": draft.pk,
        "marketplace": data.get("marketplace", ""),
        "procedure": data.get("pack", ""),
        "right": data.get("right"),
        "mode": drafts.mode_of(draft),
        "reason": data.get("reason", ""),
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
    }


def _shown(request: HttpRequest, draft: NoticeDraft) -> dict[str, Any]:
    proposal, unnamed = drafts.proposal_of(draft), _unnamed(draft)
    found = unnamed or drafts.defects(proposal, at=request.at)
    blocking = [defect for defect in found if defect.blocks]
    zone = proposal.marketplace.zone if proposal.marketplace else "UTC"
    pieces = [{"kind": a.kind, "private": a.private, "file": file_shown(a.file)} for a in proposal.files]
    return {
        **_row(draft),
        **{name: getattr(proposal, name) for name in ("statement", "signature")},
        "facts": dict(proposal.facts),
        "declarations": sorted(proposal.declarations),
        "evidence": pieces,
        "counted": counted(proposal.lines),
        "lines": lines_shown(proposal.lines, zone),
        "can_send": not blocking,
        "timing": "" if unnamed else drafts.timing(proposal),
        "defects": defects_of(blocking),
        "warnings": defects_of(defect for defect in found if defect.is_warning),
    }
