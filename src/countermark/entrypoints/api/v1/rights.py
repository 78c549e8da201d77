"""IP rights: registered as a draft, with their papers, sent for verification, read with what a reviewer found."""

from collections.abc import Mapping
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Form, Query, UploadedFile
from pydantic import BaseModel, Field

from countermark.apps.access.scopes import COMPLAINANTS, DESK
from countermark.apps.parties.models import Holder
from countermark.apps.rights import completeness, services
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import STATES, Right
from countermark.core import catalogue
from countermark.core.defect import Defect
from countermark.entrypoints.api.codes import Answers, Id, RightKind, given
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Line, Page, Strict
from countermark.entrypoints.api.v1.files import BOUNDARY, LARGEST, MULTIPART, PAGE
from countermark.entrypoints.api.v1.right_shown import RightRow, RightShown, right_row, right_shown

router = ApiRouter(tags=["rights"])
DRAFT, VERIFIED = "700001", "700002"
State: Any = Literal[STATES]
MARK = {
    "office": "CN",
    "mark_type": "word",
    "name": "FJELL",
    "number": "51902338",
    "owner": "Halden & Moe AS",
    "classes": "11, 20",
    "expires_on": "2036-07-30",
}
PAPER = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\ncertificate\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="certificate.pdf"\r\n'
    f"Content-Type: application/pdf\r\n\r\n{PAGE}\r\n--{BOUNDARY}--\r\n"
)


class RightsAsked(Asked):
    """How the list of rights is narrowed."""

    state: State | None = None
    kind: RightKind | None = None
    q: Line = Field("", description="In the name, number, brand or owner.")


class RightBegun(Strict):
    """A right as far as it is known. `/right-kinds` says what each kind is asked, and under which answers."""

    kind: RightKind
    answers: Answers = Field(default_factory=Answers)


class RightChanged(Strict):
    """Answers that change; those not given stay, "" empties one."""

    answers: Answers


def mine(request: HttpRequest) -> QuerySet[Right]:
    """The rights the caller may read: their own; of everybody, once sent, for those who verify."""
    caller = caller_of(request)
    rows = Right.objects.select_related("holder", "picture")
    if caller.role in DESK:
        return rows.exclude(state="draft")
    return rows.filter(holder_id__in=caller.holder_ids)


def own_right(request: HttpRequest, pk: int) -> Right:
    """A right the caller may read. Raises Http404."""
    found = mine(request).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such right among yours")
    return found


def _holder(request: HttpRequest) -> Holder:
    holder = caller_of(request).client.holder
    assert holder is not None
    return holder


@router.get("/rights", response=Page[RightRow])
@api_door(
    roles=(*COMPLAINANTS, *DESK),
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"state": "approved"}),
)
def list_rights(request: HttpRequest, asked: Query[RightsAsked]) -> dict[str, Any]:
    """List rights, the newest first. A reviewer reads those of everybody that were sent for verification."""
    rows = mine(request)
    rows = rows.filter(state=asked.state) if asked.state else rows
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    for word in asked.q.split():
        named = Q(name__icontains=word) | Q(number__icontains=word) | Q(brand__icontains=word)
        rows = rows.filter(named | Q(owner_name__icontains=word))
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [right_row(each) for each in piece])


@router.get("/rights/{id}", response=RightShown)
@api_door(roles=(*COMPLAINANTS, *DESK), scope="rights:read", example=Example("rights_holder", path={"id": DRAFT}))
def read_right(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one right: where it stands, why it was sent back and how to mend it, its papers, its history.

    The history keeps the answers as they were sent each time. `missing` is what still keeps it from being sent,
    `would_be_returned` what a reviewer would then probably send it back for; a reviewer reads it while it is pending."""
    return _shown(request, own_right(request, id))


def _shown(request: HttpRequest, right: Right) -> dict[str, Any]:
    may_change = right.state in services.OPEN
    missing = services.defects(right, at=request.at) if may_change else ()
    looks = may_change or (right.state == "pending" and caller_of(request).role in DESK)
    would = lint(right, at=request.at, missing=missing) if looks else ()
    return right_shown(right, defects_of(missing), defects_of(would), at=request.at)


@router.post("/rights", response={201: RightShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("right_defective",),
    example=Example("rights_holder", body={"kind": "trademark", "answers": MARK}, status=201),
)
def begin_right(request: HttpRequest, body: RightBegun) -> tuple[int, dict[str, Any]]:
    """Begin to register a right. It is kept as it is and can be incomplete; nothing is sent yet."""
    holder = _holder(request)
    answers = _asked_of(body.kind, body.answers, is_agent=holder.is_agent)
    if not holder.is_agent:
        answers.setdefault("owner", holder.name)
    row = services.save_draft(holder=holder, kind=body.kind, answers=answers, at=request.at)
    answer_header(request, "Location", f"/api/v1/rights/{row.pk}")
    return 201, _shown(request, own_right(request, row.pk))


@router.patch("/rights/{id}", response=RightShown)
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("right_defective", "right_moved"),
    example=Example("rights_holder", path={"id": DRAFT}, body={"answers": {"number": "51902339"}}),
)
def change_right(request: HttpRequest, id: Id, body: RightChanged) -> dict[str, Any]:
    """Change answers of a right that was not sent yet, or was sent back."""
    row = own_right(request, id)
    answers = _asked_of(row.kind, body.answers, is_agent=row.holder.is_agent)
    services.save_draft(holder=row.holder, kind=row.kind, answers=answers, at=request.at, right=row)
    return _shown(request, own_right(request, id))


def _asked_of(kind: str, answers: Any, *, is_agent: bool) -> dict[str, str]:
    """The answers, if each is to a question of this kind. Raises RightDefective."""
    known = {field.id for field in catalogue.load().fields_of(kind, is_agent=is_agent)}
    said: Mapping[str, str] = given(answers)
    if strange := [Defect("answer_not_asked", f"answers.{name}") for name in said if name not in known]:
        raise services.RightDefective(strange)
    return dict(said)


@router.delete("/rights/{id}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("right_moved",),
    example=Example("rights_holder", path={"id": DRAFT}, status=204),
)
def discard_right(request: HttpRequest, id: Id) -> HttpResponse:
    """Delete the draft of a right that was never sent."""
    services.discard_draft(right=own_right(request, id))
    return HttpResponse(status=204)


class PaperSent(BaseModel):
    """Which paper it is: a kind of `/right-kinds`, or `picture` for the mark or work as it looks."""

    kind: str = Field(min_length=1, max_length=40)


@router.post("/rights/{id}/papers", response={201: RightShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    body_limit=LARGEST,
    problems=("file_refused", "too_many_papers", "right_moved", "right_defective"),
    example=Example("rights_holder", path={"id": DRAFT}, headers=MULTIPART, body=PAPER, status=201),
)
def add_paper(
    request: HttpRequest, id: Id, form: Form[PaperSent], file: File[UploadedFile]
) -> tuple[int, dict[str, Any]]:
    """Add a paper that proves a right: its certificate, an agent's mandate. PDF, JPG or PNG."""
    row = own_right(request, id)
    asked = completeness.asked_documents(row.kind, row.fields, is_agent=row.holder.is_agent)
    if form.kind not in {"picture", *(paper.id for paper in asked)}:
        raise services.RightDefective([Defect("paper_kind_unknown", "kind")])
    services.attach_document(
        right=row,
        content=file.read(),
        name=file.name or "",
        kind=form.kind,
        by=caller_of(request).person,
        at=request.at,
    )
    return 201, _shown(request, own_right(request, id))


@router.delete("/rights/{id}/papers/{paper}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("right_moved",),
    example=Example("rights_holder", path={"id": DRAFT, "paper": "700001"}, status=204),
)
def remove_paper(request: HttpRequest, id: Id, paper: Id) -> HttpResponse:
    """Take a paper away again. Harmless when it is gone."""
    services.detach_document(right=own_right(request, id), document_id=paper)
    return HttpResponse(status=204)


@router.post("/rights/{id}/submit", response=RightShown)
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("right_defective", "right_moved"),
    example=Example("rights_holder", path={"id": "700003"}),
)
def submit_right(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Send a right for verification. Until when somebody should have looked stands in `due_at`.

    One that is being verified already is answered as it is."""
    row = own_right(request, id)
    services.submit_right(right=row, by=caller_of(request).person, at=request.at)
    return _shown(request, own_right(request, id))
