"""Who could not be told, and why; and telling them another way: that starts their clock, or nothing does."""

from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.complaints.models import Complaint
from countermark.apps.notifications import services, wording
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.notifications.selectors import not_served
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict

router = ApiRouter(tags=["deliveries"])
PATH = {"id": "710001"}


class DeliveryShown(Shown):
    """One way one letter went to one address."""

    id: int
    letter: int
    notice: str
    party: str
    channel: str
    address: str
    attempts: int
    delivered_at: Instant | None
    failed_at: Instant | None
    answer: str


class Letter(Shown):
    """A letter: what it says, every way it was tried, and the cases whose clock waits for it."""

    id: int
    notice: str
    party: str
    kind: str
    created_at: Instant
    read_at: Instant | None
    subject: str
    about: list[str]
    deliveries: list[DeliveryShown]
    waiting: list[str] = Field(description="Cases whose clock does not run before this arrives.")


class Unserved(Shown):
    """A case whose clock cannot start because its party was not told."""

    case: str
    notice: str
    waits_on: str
    since: Instant
    is_late: bool
    letter: int | None = Field(description="null: none is written yet.")
    answers: list[str]


class UnservedList(Shown):
    """At most 500, those that wait longest first."""

    items: list[Unserved]


class DeliveriesAsked(Asked):
    """How the list is narrowed; what failed, unless `state` says otherwise."""

    state: Literal["failed", "waiting", "delivered", "all"] = "failed"
    party: Literal["", "seller", "complainant"] = ""
    q: Line = Field("", description="In the address, the answer or the notice's number.")


STATES = {
    "failed": ~Q(failed_at=None) & Q(delivered_at=None),
    "waiting": Q(failed_at=None, delivered_at=None),
    "delivered": ~Q(delivered_at=None),
    "all": Q(),
}


@router.get("/deliveries", response=Page[DeliveryShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown",),
    example=Example("operator", query={"state": "failed"}),
)
def list_deliveries(request: HttpRequest, asked: Query[DeliveriesAsked]) -> dict[str, Any]:
    """List deliveries of letters, newest first: those that came back for good, or others."""
    rows = Delivery.objects.filter(STATES[asked.state], **only_here(request, "message__notice__marketplace"))
    if asked.party:
        rows = rows.filter(message__party=asked.party)
    if q := asked.q:
        rows = rows.filter(Q(address__icontains=q) | Q(answer__icontains=q) | Q(message__notice__number__icontains=q))
    rows = rows.select_related("message__notice")
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_delivery(each) for each in piece])


@router.get("/unserved", response=UnservedList)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator"))
def list_unserved(request: HttpRequest) -> dict[str, Any]:
    """List the cases whose clock waits for a letter that has not arrived."""
    narrowed = caller_of(request).marketplace
    found = not_served(at=request.at)
    here = [one for one in found if narrowed is None or one.complaint.notice.marketplace_id == narrowed.pk]
    return {"items": [_unserved(one) for one in here]}


def _unserved(one: Any) -> dict[str, Any]:
    case = one.complaint
    return {
        "case": case.number,
        "notice": case.notice.number,
        "waits_on": case.waits_on,
        "since": case.at,
        "is_late": one.is_late,
        "letter": one.message.pk if one.message else None,
        "answers": [delivery.answer for delivery in one.deliveries if delivery.answer],
    }


def _letters(request: HttpRequest) -> QuerySet[Message]:
    rows = Message.objects.filter(**only_here(request, "notice__marketplace"))
    return rows.select_related("notice__marketplace", "notice__holder", "seller__marketplace", "holder")


@router.get("/letters/{id}", response=Letter)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator", path=PATH))
def read_letter(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read a letter of ours as its reader sees it, with every way it was tried. Reading it here serves nobody."""
    return _letter(request, get_object_or_404(_letters(request), pk=id))


class ToldOtherwise(Strict):
    """How its reader is told: `mail` to another address, or handed over by post, by telephone, by the marketplace."""

    channel: Literal["mail", "post", "phone", "shop"]
    address: Annotated[
        str, Field(max_length=254, pattern=r"^([^@\s\u0085\ufeff]+@[^@\s\u0085\ufeff]+\.[^@\s\u0085\ufeff]+)?$")
    ] = Field("", description="For mail.")


@router.post("/letters/{id}/tell", response=Letter)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("cannot_serve",),
    example=Example("operator", path=PATH, body={"channel": "phone"}),
)
def tell_otherwise(request: HttpRequest, id: Id, body: ToldOtherwise) -> dict[str, Any]:
    """Tell the reader another way. Handed over, their clock runs from now; by mail, once its server takes the letter."""
    letter = get_object_or_404(_letters(request), pk=id)
    services.serve_another_way(
        letter,
        channel=body.channel,
        address=body.address if body.channel == "mail" else "",
        by=caller_of(request).person,
        at=request.at,
        now=true_time.now(),
    )
    return _letter(request, _letters(request).get(pk=letter.pk))


def _delivery(row: Delivery) -> dict[str, Any]:
    same = ("channel", "address", "attempts", "delivered_at", "failed_at", "answer")
    message = row.message
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "letter": message.pk,
        "notice": message.notice.number,
        "party": message.party,
    }


def _letter(request: HttpRequest, message: Message) -> dict[str, Any]:
    said = wording.letter(message, at=request.at)
    steps = {line[0]: line[1] for line in message.lines}
    cases = Complaint.objects.filter(pk__in=steps, awaits_service=True).order_by("line")
    return {
        **{name: getattr(message, name) for name in ("party", "kind", "created_at", "read_at")},
        "id": message.pk,
        "notice": message.notice.number,
        "subject": said.subject,
        "about": [str(each) for each in said.about],
        "deliveries": [_delivery(row) for row in message.deliveries.select_related("message__notice").order_by("pk")],
        "waiting": [case.number for case in cases if case.seq == steps[case.pk]],
    }
