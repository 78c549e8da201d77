"""Rights that went over to a new owner: the new owner says so and shows it, a reviewer answers, the right moves."""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import File, Form, Query, UploadedFile
from pydantic import BaseModel, Field

from countermark.apps.access.scopes import COMPLAINANTS, DESK
from countermark.apps.complaints import rights_watch
from countermark.apps.rights import transfers
from countermark.apps.rights.models import RightTransfer
from countermark.apps.rights.transfers import Claimed
from countermark.core import catalogue
from countermark.entrypoints.api.codes import Id, RightKind
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown, Strict
from countermark.entrypoints.api.v1.case_shown import File as PaperShown
from countermark.entrypoints.api.v1.case_shown import file_shown
from countermark.entrypoints.api.v1.files import BOUNDARY, LARGEST, MULTIPART, PAGE
from countermark.entrypoints.api.v1.rights_check import Settled, right_to_check

router = ApiRouter(tags=["rights"])
TRANSFER = "710001"
OfficeCode: Any = Literal[tuple(catalogue.load().offices)]


def _part(name: str, text: str) -> str:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'


CLAIM = {"kind": "trademark", "office": "CN", "number": "65", "owner": "Halden & Moe AS", "goes_on": "true"}
SENT = "".join(_part(name, text) for name, text in CLAIM.items()) + (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="assignment.pdf"\r\n'
    f"Content-Type: application/pdf\r\n\r\n{PAGE}\r\n--{BOUNDARY}--\r\n"
)


class TransferSent(BaseModel):
    """Which right is the caller's now. `owner`: as the register shows it; `goes_on`: its complaints go on, else they end."""

    kind: RightKind
    office: OfficeCode
    number: Annotated[str, Field(min_length=1, max_length=200)]
    owner: Annotated[str, Field(min_length=1, max_length=200)]
    goes_on: bool


class TransferShown(Shown):
    """What a new owner sent. `answer`: waiting, accepted or returned; `name` of the right is shown once it is the reader's."""

    id: int
    right: int | None
    name: str
    office: str
    number: str
    to: str
    owner: str
    goes_on: bool
    file: PaperShown
    sent_at: Instant
    due_at: Instant
    answer: Literal["waiting", "accepted", "returned"]
    note: str


def _shown(row: RightTransfer, *, whole: bool) -> dict[str, Any]:
    known = whole or row.right.holder_id == row.to_id
    same = {name: getattr(row, name) for name in ("id", "goes_on", "sent_at", "due_at", "note")}
    return {
        **same,
        "right": row.right_id if known else None,
        "name": row.right.name if known else "",
        "office": row.right.office,
        "number": row.right.number,
        "to": row.to.name,
        "owner": row.owner_name,
        "file": file_shown(row.file),
        "answer": row.answer or "waiting",
    }


@router.post("/right-transfers", response={201: TransferShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    body_limit=LARGEST,
    problems=("file_refused", "right_moved", "right_defective"),
    example=Example("rights_holder", headers=MULTIPART, body=SENT, status=201),
)
def send_transfer(
    request: HttpRequest, form: Form[TransferSent], file: File[UploadedFile]
) -> tuple[int, dict[str, Any]]:
    """Say that a right which its former owner had registered here is the caller's now, with the certificate of assignment.

    A reviewer looks at it. Then the right moves to the caller's account with its papers and its history, and what runs on it
    goes on there with the time that was left, or ends. Only its owner takes a right over, no agent."""
    holder = caller_of(request).client.holder
    assert holder is not None
    sent = transfers.send(
        Claimed(form.kind, form.office, form.number, form.owner, form.goes_on),
        content=file.read(),
        name=file.name or "",
        to=holder,
        by=caller_of(request).person,
        at=request.at,
    )
    return 201, _shown(sent, whole=False)


@router.get("/right-transfers", response=Page[TransferShown])
@api_door(
    roles=(*COMPLAINANTS, *DESK),
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("reviewer"),
)
def list_transfers(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List what the caller has sent; to a reviewer what waits of everybody."""
    whole = caller_of(request).role in DESK
    rows = _rows(request)
    return page_of(request, rows, asked, order=("due_at", "pk"), show=lambda piece: [_shown(r, whole=whole) for r in piece])


def _rows(request: HttpRequest) -> QuerySet[RightTransfer]:
    caller = caller_of(request)
    rows = RightTransfer.objects.select_related("right", "to", "file")
    return rows.filter(answer="") if caller.role in DESK else rows.filter(to__in=caller.holder_ids)


class TransferAnswered(Strict):
    """Whether the right is the new owner's; the new owner reads the note."""

    accepted: bool
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/right-transfers/{id}/answer", response=Settled)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved", "account_not_verified"),
    example=Example("reviewer", path={"id": TRANSFER}, body={"accepted": True}),
)
def answer_transfer(request: HttpRequest, id: Id, body: TransferAnswered) -> dict[str, Any]:
    """Answer what a new owner sent. Accepted, the right moves to its account, and its complaints go on there or end."""
    found = RightTransfer.objects.select_related("right", "to", "file").filter(pk=id).first()
    if found is None:
        raise Http404("there is no such transfer")
    by, at = caller_of(request).person, request.at
    told = rights_watch.answer_transfer(transfer=found, accepted=body.accepted, note=body.note, by=by, at=at)
    return {"right": right_to_check(found.right_id), "cases_told": told}
