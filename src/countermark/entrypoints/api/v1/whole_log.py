"""The log as a whole: is it unbroken, up to where is it signed, and what has the desk itself done?"""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.complaints.log_checks import ask_for_check, last_check, waiting_check
from countermark.apps.complaints.models import ComplaintEvent, LogCheckpoint, LogLeaf
from countermark.apps.parties.models import StaffEvent
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here, whole_desk
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown

router = ApiRouter(tags=["log"])


class CheckShown(Shown):
    """What a check of the whole log found."""

    id: int
    asked_at: Instant
    done_at: Instant | None
    events: int | None
    checkpoints: int | None
    fault_count: int | None
    faults: list[str] = Field(description="The first of them, in words.")


class LogShown(Shown):
    """How far the log is numbered and signed, and what the last check found."""

    events: int
    numbered: int
    signed: int
    check: CheckShown | None
    waiting: CheckShown | None


class CheckpointShown(Shown):
    """A signed checkpoint over the first `size` events (C2SP)."""

    size: int
    origin: str
    root: str
    at: Instant
    signature: str
    public_key: str


@router.get("/log", response=LogShown)
@api_door(roles=(OPERATOR,), scope="events:read", problems=("key_is_narrowed",), example=Example("operator"))
def read_log(request: HttpRequest) -> dict[str, Any]:
    """Read the state of the log. The proof of a single case is at `/complaints/{number}/proof`."""
    whole_desk(request)
    point = LogCheckpoint.objects.order_by("-size").values_list("size", flat=True).first()
    return {
        "events": ComplaintEvent.objects.count(),
        "numbered": LogLeaf.objects.count(),
        "signed": point or 0,
        "check": _check(last_check()),
        "waiting": _check(waiting_check()),
    }


@router.get("/log/checkpoints", response=Page[CheckpointShown])
@api_door(
    roles=(OPERATOR,),
    scope="events:read",
    problems=("cursor_unknown", "key_is_narrowed"),
    example=Example("operator", query={"limit": "10"}),
)
def list_checkpoints(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the signed checkpoints, newest first; hex. Keep them elsewhere, and nobody can rewrite what they cover."""
    whole_desk(request)
    rows = LogCheckpoint.objects.all()
    return page_of(request, rows, asked, order=("-size",), show=lambda piece: [_point(each) for each in piece])


@router.post("/log/checks", response={202: CheckShown})
@api_door(
    roles=(OPERATOR,), scope="operations:act", problems=("key_is_narrowed",), example=Example("operator", status=202)
)
def check_log(request: HttpRequest) -> tuple[int, Any]:
    """Have the whole log checked by a worker; what it finds stands at `/log`."""
    whole_desk(request)
    return 202, _check(ask_for_check(by=caller_of(request).person, now=true_time.now()))


def _check(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    same = ("asked_at", "done_at", "events", "checkpoints", "fault_count", "faults")
    return {"id": row.pk, **{name: getattr(row, name) for name in same}}


def _point(row: LogCheckpoint) -> dict[str, Any]:
    raw = {name: bytes(getattr(row, name)).hex() for name in ("root", "signature", "public_key")}
    return {"size": row.size, "origin": row.origin, "at": row.at, **raw}


# --- the desk's own deeds -------------------------------------------------------------------------------------------------


class DeedShown(Shown):
    """What somebody of the desk changed about people, marketplaces, calendars or cases."""

    id: int
    at: Instant
    event: str
    by: int | None = Field(description="The id of a person; null: at the command line.")
    person: int | None
    marketplace: str | None
    data: dict[str, Any]


class DeedsAsked(Asked):
    """How the list is narrowed."""

    event: Line = ""
    person: Id | None = Field(None, description="Who did it, or to whom it was done.")


@router.get("/staff-events", response=Page[DeedShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown",),
    example=Example("operator", query={"limit": "10"}),
)
def list_staff_events(request: HttpRequest, asked: Query[DeedsAsked]) -> dict[str, Any]:
    """List what the desk itself did, newest first; for a key narrowed to one marketplace, what was done about that."""
    rows = StaffEvent.objects.filter(**only_here(request, "marketplace")).select_related("marketplace")
    if asked.event:
        rows = rows.filter(event=asked.event)
    if asked.person is not None:
        rows = rows.filter(Q(by=asked.person) | Q(person=asked.person))
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_deed(each) for each in piece])


def _deed(row: StaffEvent) -> dict[str, Any]:
    place = row.marketplace.slug if row.marketplace else None
    same = {name: getattr(row, name) for name in ("at", "event", "data")}
    return {"id": row.pk, **same, "by": row.by_id, "person": row.person_id, "marketplace": place}
