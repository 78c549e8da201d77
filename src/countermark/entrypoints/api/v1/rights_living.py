"""Rights after they were verified: a renewal sent and looked at, what happened to a right, a registration not accepted."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import File, Form, Query, UploadedFile
from pydantic import BaseModel, Field

from countermark.apps.access.scopes import COMPLAINANTS, DESK
from countermark.apps.complaints import rights_watch
from countermark.apps.rights import living
from countermark.apps.rights.models import Right, RightRenewal
from countermark.core.rights.living import endings
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Page, Strict, Why
from countermark.entrypoints.api.v1.files import BOUNDARY, LARGEST, MULTIPART, PAGE
from countermark.entrypoints.api.v1.right_shown import RenewalShown, renewal_shown
from countermark.entrypoints.api.v1.rights import own_right
from countermark.entrypoints.api.v1.rights_check import Settled, right_to_check

router = ApiRouter(tags=["rights"])
VERIFIED, PENDING, RENEWAL = "700002", "710001", "710001"
BY_TIME = ("grace_begun", "renewed", "cleared")  # of the clock, of a renewal, of a doubt that is settled
Ending: Any = Literal[tuple(name for name in endings() if name not in BY_TIME)]
SENT = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="expires_on"\r\n\r\n2046-07-30\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="renewal.pdf"\r\n'
    f"Content-Type: application/pdf\r\n\r\n{PAGE}\r\n--{BOUNDARY}--\r\n"
)


class RenewalSent(BaseModel):
    """Until when the right was renewed."""

    expires_on: date


@router.post("/rights/{id}/renewals", response={201: RenewalShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    body_limit=LARGEST,
    problems=("file_refused", "right_moved", "right_defective"),
    example=Example("rights_holder", path={"id": VERIFIED}, headers=MULTIPART, body=SENT, status=201),
)
def send_renewal(
    request: HttpRequest, id: Id, form: Form[RenewalSent], file: File[UploadedFile]
) -> tuple[int, dict[str, Any]]:
    """Say that a right was renewed, with the certificate of renewal: PDF, JPG or PNG. A reviewer looks at it.

    The right does not end meanwhile. One renewal at a time; `ends` of the right says from when until when it can be."""
    right = own_right(request, id)
    sent = living.send_renewal(
        right,
        expires_on=form.expires_on,
        content=file.read(),
        name=file.name or "",
        by=caller_of(request).person,
        at=request.at,
    )
    return 201, renewal_shown(_renewal(sent.pk))


@router.get("/renewals", response=Page[RenewalShown])
@api_door(roles=DESK, scope="rights:read", problems=("cursor_unknown",), example=Example("reviewer"))
def list_renewals(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the renewals that wait for a reviewer, those due first in front."""
    rows = living.renewals_to_check()
    return page_of(request, rows, asked, order=("due_at", "pk"), show=lambda piece: [renewal_shown(r) for r in piece])


class RenewalAnswered(Strict):
    """Whether the renewal is shown; the holder reads the note."""

    accepted: bool
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/renewals/{id}/answer", response=Settled)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved",),
    example=Example("reviewer", path={"id": RENEWAL}, body={"accepted": True}),
)
def answer_renewal(request: HttpRequest, id: Id, body: RenewalAnswered) -> dict[str, Any]:
    """Answer a renewal. Once it is accepted, cases that stand still go on with the time that was left."""
    renewal = _renewal(id)
    told = rights_watch.answer_renewal(
        renewal=renewal,
        accepted=body.accepted,
        note=body.note,
        by=caller_of(request).person,
        at=request.at,
    )
    return {"right": right_to_check(renewal.right_id), "cases_told": told}


def _renewal(pk: int) -> RightRenewal:
    found = RightRenewal.objects.select_related("right__holder", "file").filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such renewal")
    return found


class EndingSent(Strict):
    """What happened to a right. `docs/reference/rights.md` says what each means for its cases."""

    ending: Ending
    why: Why


@router.post("/rights/{right_id}/endings", response=Settled)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved",),
    example=Example(
        "reviewer", path={"right_id": "700002"}, body={"ending": "lapsed", "why": "The register shows an unpaid fee."}
    ),
)
def end_right(request: HttpRequest, right_id: Id, body: EndingSent) -> dict[str, Any]:
    """Record what happened to a right: transferred, given up, lapsed, declared invalid …; its cases are told."""
    by, at = caller_of(request).person, request.at
    told = rights_watch.let_happen(_sent(right_id), body.ending, by=by, at=at, why=body.why.strip())
    return {"right": right_to_check(right_id), "cases_told": told}


class RejectSent(Strict):
    """Why a right is not accepted; the holder reads it."""

    why: Why


@router.post("/rights/{right_id}/reject", response=Settled)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved",),
    example=Example("reviewer", path={"right_id": PENDING}, body={"why": "No register knows this number."}),
)
def reject_right(request: HttpRequest, right_id: Id, body: RejectSent) -> dict[str, Any]:
    """Do not accept a right, and not by mending it. Complaints that waited for it end; no seller hears of them."""
    by, at = caller_of(request).person, request.at
    told = rights_watch.reject_right(right=_sent(right_id), by=by, at=at, why=body.why.strip())
    return {"right": right_to_check(right_id), "cases_told": told}


def _sent(right_id: int) -> Right:
    found = Right.objects.select_related("holder").exclude(state="draft").filter(pk=right_id).first()
    if found is None:
        raise Http404("there is no such right")
    return found
