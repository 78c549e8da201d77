"""What a register says of a right: asked to fill in a draft, taken over by name, beside the claim, looked at by a reviewer."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS, DESK
from countermark.apps.rights import asking
from countermark.apps.rights.models import Right, RightRecord
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Line, Page, Strict
from countermark.entrypoints.api.v1.register_record import RecordShown, record_of
from countermark.entrypoints.api.v1.rights import own_right

router = ApiRouter(tags=["rights"])
DRAFT, DOUBTED, RECORD = "700021", "700022", "700022"
REFUSALS = (
    "register_not_asked",
    "record_unknown",
    "office_takes_no_such_number",
    "office_refused",
    "office_unavailable",
)
FieldName: Any = Literal[
    "mark_type", "name", "number", "owner", "expires_on", "classes", "designates", "us_register", "renewed", "assigned", "changed"
]  # fmt: skip


class RegisterAsked(Strict):
    """Under which registration number; "" is the number among the answers."""

    number: Line = ""


@router.post("/rights/{id}/register-record", response={201: RecordShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=(*REFUSALS, "right_moved"),
    example=Example("rights_holder", path={"id": DRAFT}, body={"number": "7654321"}, status=201),
)
def ask_register(request: HttpRequest, id: Id, body: RegisterAsked) -> tuple[int, dict[str, Any]]:
    """Fetch the record of the register and fill in every answer that is empty.

    Nothing typed is overwritten: where the two differ, `take-over` takes the record's side, answer by answer."""
    right, by = own_right(request, id), caller_of(request).person
    kept = asking.fill(right, number=body.number, by=by, at=request.at)
    return 201, record_of(own_right(request, id), kept)


class TakenOver(Strict):
    """Which answers are to be what the record says."""

    answers: Annotated[list[FieldName], Field(min_length=1, max_length=20)]


@router.post("/rights/{id}/register-record/take-over", response=RecordShown)
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("register_not_asked", "right_moved"),
    example=Example("rights_holder", path={"id": DRAFT}, body={"answers": ["name"]}),
)
def take_over_from_register(request: HttpRequest, id: Id, body: TakenOver) -> dict[str, Any]:
    """Let answers be what the record fetched last says. Those the record does not have stay as they are."""
    asking.take_over(own_right(request, id), body.answers, at=request.at)
    return _shown(own_right(request, id))


@router.get("/rights/{id}/register-record", response=RecordShown)
@api_door(roles=(*COMPLAINANTS, *DESK), scope="rights:read", example=Example("reviewer", path={"id": DOUBTED}))
def read_register_record(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read the record fetched last beside what is claimed, field by field, as of the day it was fetched."""
    return _shown(own_right(request, id))


def _shown(right: Right) -> dict[str, Any]:
    kept = asking.latest(right)
    if kept is None:
        raise Http404("the register was not asked yet")
    return record_of(right, kept)


@router.post("/rights/{right_id}/register-check", response={201: RecordShown})
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=REFUSALS,
    example=Example("reviewer", path={"right_id": DOUBTED}, status=201),
)
def check_register(request: HttpRequest, right_id: Id) -> tuple[int, dict[str, Any]]:
    """Have the register asked again, of a right in whatever state. Nothing ends by it."""
    right, by = own_right(request, right_id), caller_of(request).person
    kept = asking.look_up(right, by=by, at=request.at)
    return 201, record_of(own_right(request, right_id), kept)


@router.get("/register-findings", response=Page[RecordShown])
@api_door(roles=DESK, scope="rights:read", problems=("cursor_unknown",), example=Example("reviewer"))
def list_register_findings(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the records that speak against living rights and wait for a reviewer, the oldest first."""
    rows = asking.to_look_at()
    return page_of(
        request, rows, asked, order=("fetched_at", "pk"), show=lambda piece: [record_of(r.right, r) for r in piece]
    )


class LookedAt(Strict):
    """What the reviewer found."""

    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/register-findings/{id}/looked", response=RecordShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved",),
    example=Example("reviewer", path={"id": RECORD}, body={"note": "An appeal against the cancellation is pending."}),
)
def note_register_finding(request: HttpRequest, id: Id, body: LookedAt) -> dict[str, Any]:
    """Say that a record was looked at and nothing follows. What happened to the right goes to `/rights/{id}/endings`."""
    kept = RightRecord.objects.select_related("right__holder").exclude(right__state="draft").filter(pk=id).first()
    if kept is None:
        raise Http404("there is no such record")
    asking.looked(kept, note=body.note.strip(), by=caller_of(request).person, at=request.at)
    kept.refresh_from_db()
    return record_of(kept.right, kept)
