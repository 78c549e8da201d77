"""Notices: the whole of one in one call, the same call without the write, what became of it, and what was missing."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.complaints import drafts, offers
from countermark.apps.complaints.drafts import Proposal
from countermark.apps.complaints.intake import Attached, NoticeDefective
from countermark.apps.complaints.models import Notice
from countermark.apps.complaints.pasted import read_pasted
from countermark.apps.rights.models import Right
from countermark.core.defect import Defect
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.codes import (
    Declaration,
    Evidence,
    Facts,
    Id,
    Link,
    Mode,
    ReasonCode,
    Slug,
    given,
    one_each,
)
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.once_key import once_key
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Strict
from countermark.entrypoints.api.v1.notice_shown import (
    LintShown,
    NoticeRow,
    NoticeShown,
    lint_shown,
    notice_row,
    notice_shown,
)

router = ApiRouter(tags=["notices"])
NUMBER = "N-2026-000001"
MOST_LINES = 2_000  # of one call; what one notice cannot hold is answered line by line
BIG = 8 * 1024 * 1024
EXAMPLE = {
    "marketplace": "harbour",
    "right": 700002,
    "reason": "TM-4",
    "listings": ["https://harbour.example/i/40655", "https://harbour.example/i/40656", "no link at all"],
    "statement": "The base of the lamp carries our wordmark, see the photo. We have licensed nobody for lamps here.",
    "evidence": [{"file": 700001, "kind": "photo"}],
    "declarations": ["good_faith", "truth"],
    "signature": "Ines Moe",
}


class NoticeSent(Strict):
    """A notice. `procedure` is left out for the usual one of the marketplace; `listings` holds addresses as one pastes them."""

    marketplace: Slug
    procedure: str = Field("", max_length=40)
    right: Id
    mode: Mode = "listing"
    reason: ReasonCode
    listings: list[Link] = Field(min_length=1, max_length=MOST_LINES)
    statement: str = Field("", max_length=20_000)
    facts: Facts = Field(default_factory=Facts)
    evidence: list[Evidence] = Field(default_factory=list, max_length=100)
    declarations: list[Declaration] = Field(default_factory=list, max_length=20)
    signature: str = Field("", max_length=200)


class NoticesAsked(Asked):
    """How the list of notices is narrowed."""

    marketplace: Line = Field("", description="Its slug.")
    right: int | None = Field(None, ge=1, le=2**53 - 1)
    sent_since: Instant | None = None
    q: Line = Field("", description="In its number, or in the name of its right.")


@router.post("/notices", response={201: NoticeShown})
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    body_limit=BIG,
    problems=("notice_defective", "file_unknown"),
    example=Example("rights_holder", body=EXAMPLE, status=201),
)
def send_notice(request: HttpRequest, body: NoticeSent) -> tuple[int, dict[str, Any]]:
    """Send a notice. Each listing that can be complained of becomes a case of its own.

    A listing that cannot keeps no other out: it is answered under `left_out`, with its verdict. Anything else that is
    wrong refuses the whole, with every defect at once. The marketplace is asked about each listing meanwhile, so the
    answer can take its time; send an Idempotency-Key, and a second try finds the first."""
    proposal = proposal_of(request, body)
    notice = drafts.send(proposal, at=request.at, key=once_key(request))
    answer_header(request, "Location", f"/api/v1/notices/{notice.number}")
    return 201, notice_shown(own_notice(request, notice.number))


@router.post("/notices/lint", response=LintShown)
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    body_limit=BIG,
    problems=("notice_defective", "file_unknown"),
    example=Example("rights_holder", body=EXAMPLE),
)
def lint_notice(request: HttpRequest, body: NoticeSent) -> dict[str, Any]:
    """Ask what sending this notice would say, without sending it. Nothing is opened, nobody is told.

    Refused is only what names something that is not there: a marketplace, a right, a file."""
    proposal = proposal_of(request, body)
    found = drafts.defects(proposal, at=request.at)
    return lint_shown(proposal, found)


def proposal_of(request: HttpRequest, body: NoticeSent) -> Proposal:
    """What the body proposes, in our rows; the marketplace is asked about its listings. Raises NoticeDefective, FileUnknown."""
    holder, at = caller_of(request).client.holder, request.at
    assert holder is not None
    known = {place.row.slug: place for place in offers.places(is_agent=holder.is_agent)}
    place = known.get(body.marketplace)
    right = Right.objects.filter(pk=body.right, holder=holder).exclude(state="draft").select_related("holder").first()
    wrong = [] if place else [Defect("marketplace_unknown", "marketplace")]
    wrong += [] if right else [Defect("right_unknown", "right")]
    packs = [each.id for each in place.procedures] if place else []
    if place and body.procedure and body.procedure not in packs:
        wrong.append(Defect("procedure_not_offered", "procedure"))
    if wrong or place is None or right is None:
        raise NoticeDefective(wrong)
    files = attached(request, body.evidence)
    return Proposal(
        holder=holder,
        person=caller_of(request).person,
        marketplace=place.row,
        pack=body.procedure or packs[0],
        right=right,
        mode=body.mode,
        reason=body.reason,
        statement=body.statement,
        lines=read_pasted(
            one_each(body.listings),
            marketplace=place.row,
            mode=body.mode,
            right_id=right.pk,
            holder_id=holder.pk,
            at=at,
        ),
        files=[Attached(file, p.kind, p.private or p.kind in drafts.NEVER_SHOWN) for file, p in files],
        facts={name: text for name, text in given(body.facts).items() if text},
        declarations=frozenset(body.declarations),
        signature=body.signature,
        language=translation.get_language() or "en",
    )


# --- what became of them ----------------------------------------------------------------------------------------------


def mine(request: HttpRequest) -> QuerySet[Notice]:
    """The notices of the caller's holder."""
    rows = Notice.objects.filter(holder_id__in=caller_of(request).holder_ids)
    return rows.select_related("marketplace", "right", "holder", "statement__key")


def own_notice(request: HttpRequest, number: str) -> Notice:
    """A notice of the caller's. Raises Http404."""
    found = mine(request).filter(number=number).first()
    if found is None:
        raise Http404(f"there is no notice {number} among yours")
    return found


@router.get("/notices", response=Page[NoticeRow])
@api_door(
    roles=COMPLAINANTS,
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"limit": "20"}),
)
def list_notices(request: HttpRequest, asked: Query[NoticesAsked]) -> dict[str, Any]:
    """List the notices that were sent, the newest first."""
    rows = mine(request).annotate(
        cases=Count("complaints"), open_cases=Count("complaints", filter=Q(complaints__outcome=""))
    )
    wanted = {
        "marketplace__slug": asked.marketplace,
        "right_id": asked.right,
        "submitted_at__gte": asked.sent_since,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    for word in asked.q.split():
        rows = rows.filter(Q(number__icontains=word) | Q(right__name__icontains=word))
    order = ("-submitted_at", "-pk")
    return page_of(request, rows, asked, order=order, show=lambda piece: [notice_row(each) for each in piece])


@router.get("/notices/{number}", response=NoticeShown)
@api_door(roles=COMPLAINANTS, scope="complaints:read", example=Example("rights_holder", path={"number": NUMBER}))
def read_notice(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read a notice whole: its cases, the lines it left out, the evidence, what was declared."""
    return notice_shown(own_notice(request, number))
