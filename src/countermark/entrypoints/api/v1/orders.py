"""Orders of courts and authorities, and the operator's own decisions: recorded, followed, answered, set aside."""

import uuid
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import translation
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.orders import letters, services, wording
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import EARLY, Order, OrderLetter, OrderLine
from countermark.apps.parties.models import Marketplace
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.cases import case_view, own_case
from countermark.entrypoints.api.codes import Id, Piece
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of, seen
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict, Text
from countermark.entrypoints.api.v1.case_shown import CaseShown, Words, case_shown, words_shown

router = ApiRouter(tags=["orders"])
NUMBER = "O-2026-710001"
MeasureWord = Literal["", "demote", "pause", "remove", "freeze_funds", "suspend", "close"]


class OrderSent(Strict):
    """An order as it came in, or, with `source` operator, a decision of our own: then `basis` names a clause of our rules."""

    source: Literal["authority", "operator"] = "authority"
    kind: Literal["restrict", "restore", "inform"]
    marketplace: Annotated[str, Field(max_length=80)]
    received_at: Instant
    words: Annotated[str, Field(max_length=20_000)] = Field(description="What is ordered and why; the seller reads it.")
    authority: Annotated[str, Field(max_length=500)] = ""
    country: Annotated[str, Field(max_length=10)] = ""
    basis: Annotated[str, Field(max_length=1000)] = ""
    reference: Annotated[str, Field(max_length=500)] = Field("", description="The authority's own number.")
    contact_email: Annotated[str, Field(max_length=500)] = ""
    language: Annotated[str, Field(max_length=20)] = "en"
    measure: MeasureWord = ""
    territories: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=60)
    until: Instant | None = None
    addresses: list[Annotated[str, Field(max_length=600)]] = Field(default_factory=list, max_length=300)
    seller: Annotated[str, Field(max_length=100)] = Field(
        "", description="The seller's id: the order is about the whole shop."
    )
    file: Id | None = Field(None, description="The order itself, sent to /files before.")


class OrderLineShown(Shown):
    """One listing or one shop the order is about."""

    item_id: str | None
    seller: str | None
    case: str | None
    measure: str
    released_at: Instant | None
    effect_at: Instant | None
    effect: str


class OrderLetterShown(Shown):
    """A letter about the order, to its authority or to a shop."""

    id: int
    what: str
    seller: str | None
    address: str
    delivered_at: Instant | None
    failed_at: Instant | None
    answer: str


class OrderStep(Shown):
    """A step of the order's own log."""

    seq: int
    event: str
    by: str
    at: Instant
    hash: str


class OrderRow(Shown):
    """An order as a list shows it."""

    number: str
    source: str
    kind: str
    marketplace: str
    authority: str
    country: str
    basis: str
    reference: str
    measure: str
    countries: list[str] = Field(description="None: everywhere.")
    until: Instant | None
    received_at: Instant
    at: Instant
    state: str
    ended_at: Instant | None
    ended_how: str
    lines: int
    confirmed: int = Field(description="Lines of which the marketplace has confirmed the effect.")


class OrderShown(OrderRow):
    """One order whole."""

    words: Words
    answer: Words
    contact_email: str
    language: str
    about: list[OrderLineShown]
    letters: list[OrderLetterShown]
    steps: list[OrderStep]


class OrdersAsked(Asked):
    """How the list is narrowed."""

    state: Literal["", "in_force", "ended", "untold"] = Field(
        "", description="untold: a letter about it did not arrive."
    )
    source: Literal["", "authority", "operator", "screening"] = ""
    marketplace: Line = ""
    q: Line = Field("", description="In number, authority, reference, item id or seller.")


def _orders(request: HttpRequest) -> QuerySet[Order]:
    rows = Order.objects.filter(**only_here(request, "marketplace")).select_related("marketplace")
    return rows.annotate(count=Count("lines"), done=Count("lines", filter=~Q(lines__effect_at=None)))


@router.get("/orders", response=Page[OrderRow])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown",),
    example=Example("operator", query={"state": "in_force"}),
)
def list_orders(request: HttpRequest, asked: Query[OrdersAsked]) -> dict[str, Any]:
    """List orders and decisions, newest first."""
    wanted = {"state": asked.state, "source": asked.source, "marketplace__slug": asked.marketplace}
    if asked.state == "untold":
        wanted |= {"state": "", "pk__in": letters.not_arrived().values("order")}
    rows = _orders(request).filter(**{name: value for name, value in wanted.items() if value})
    if q := asked.q:
        found = Q(number__icontains=q) | Q(authority__icontains=q) | Q(reference__icontains=q)
        found |= Q(lines__listing__item_id__icontains=q) | Q(lines__seller__name__icontains=q)
        rows = rows.filter(pk__in=Order.objects.filter(found).values("pk"))
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_row(each) for each in piece])


@router.post("/orders", response={201: OrderShown})
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("order_defective", "file_unknown"),
    example=Example(
        "operator",
        body={
            "kind": "restrict", "marketplace": "quay", "received_at": "2026-02-25T14:02:00+08:00", "measure": "suspend",
            "authority": "Regional Court Oslo", "country": "NO", "basis": "Trademark Act, section 57", "reference": "24-1",
            "words": "The shop sells lamps under a mark that is not its own.", "seller": "lantern",
        },
        status=201,
    ),
)  # fmt: skip
def record_order(request: HttpRequest, body: OrderSent) -> tuple[int, dict[str, Any]]:
    """Record an order, or a decision of our own, and have it carried out at once. All that is wrong is said at once."""
    at, person = request.at, caller_of(request).person
    file = attached(request, [Piece(file=body.file)], "file")[0][0] if body.file is not None else None
    given = body.model_dump(exclude={"file", "seller", "addresses", "marketplace"})
    place = Marketplace.objects.filter(slug=body.marketplace, **only_here(request, "pk")).first()
    received = Received(
        **given, marketplace=place, addresses="\n".join(body.addresses), seller_ref=body.seller, file=file
    )
    key = request.headers.get("Idempotency-Key")
    key = f"api-{caller_of(request).client.pk}-{uuid.uuid5(uuid.NAMESPACE_OID, key)}" if key else None
    order = services.record(received, by=person, at=at, now=true_time.now(), key=key)
    answer_header(request, "Location", f"/api/v1/orders/{order.number}")
    return 201, _whole(_orders(request).get(pk=order.pk))


def _one(request: HttpRequest, number: str) -> Order:
    return get_object_or_404(_orders(request), number=number)


@router.get("/orders/{number}", response=OrderShown)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator", path={"number": NUMBER}))
def read_order(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read one order: what it lays on whom, what came of it, whom it was told."""
    return _whole(_one(request, number))


class OrderAnswer(Strict):
    """Which information was given."""

    text: Text


@router.post("/orders/{number}/answer", response=OrderShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("order_ended", "order_defective"),
    example=Example(
        "operator", path={"number": "O-2026-710002"}, body={"text": "Name and address were given by letter."}
    ),
)
def answer_order(request: HttpRequest, number: str, body: OrderAnswer) -> dict[str, Any]:
    """Say that the information that was ordered has been given; the authority is told."""
    order = _one(request, number)
    at, person = request.at, caller_of(request).person
    services.answer(order.pk, text=body.text, by=person, at=at, now=true_time.now())
    return _whole(_one(request, number))


@router.post("/orders/{number}/set-aside", response=OrderShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("order_ended",),
    example=Example("operator", path={"number": NUMBER}),
)
def set_order_aside(request: HttpRequest, number: str) -> dict[str, Any]:
    """End an order that was lifted, or a decision that is taken back: what it asked is released."""
    order = _one(request, number)
    at, person = request.at, caller_of(request).person
    services.set_aside(order.pk, by=person, at=at, now=true_time.now())
    return _whole(_one(request, number))


@router.post("/orders/{number}/letters/{letter_id}/handed-over", response=OrderShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    example=Example("operator", path={"number": NUMBER, "letter_id": "710001"}),
)
def hand_over_order_letter(request: HttpRequest, number: str, letter_id: Id) -> dict[str, Any]:
    """Say that a letter which came back was given to its reader another way."""
    order = _one(request, number)
    at, person = request.at, caller_of(request).person
    with transaction.atomic():
        if not letters.handed_over(order, letter_id, by=person, at=at, now=true_time.now()):
            raise Http404("there is no such letter that came back")
    return _whole(_one(request, number))


@router.post("/orders/{number}/letters/{letter_id}/send-again", response=OrderShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    example=Example("operator", path={"number": NUMBER, "letter_id": "710001"}),
)
def send_order_letter_again(request: HttpRequest, number: str, letter_id: Id) -> dict[str, Any]:
    """Send a letter which came back once more, to the same address."""
    order = _one(request, number)
    if not letters.send_again(order.letters.filter(pk=letter_id), now=true_time.now()):
        raise Http404("there is no such letter that came back from an address")
    return _whole(_one(request, number))


class OrderReceipt(Shown):
    """The receipt as the authority gets it, in the language of the order."""

    number: str
    language: str
    to: str
    lines: list[str]


@router.get("/orders/{number}/receipt", response=OrderReceipt)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator", path={"number": NUMBER}))
def read_order_receipt(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read the receipt of an authority's order, to send it by post or by a program of one's own."""
    order = _one(request, number)
    if order.source != "authority" or order.kind == "case":
        raise Http404("no receipt belongs to this")
    with translation.override(order.language):
        lines = [*wording.receipt_lines(order), *wording.effect_lines(order)]
        lines += wording.ended_lines(order) if order.ended_how in EARLY else []
    return {"number": order.number, "language": order.language, "to": order.authority, "lines": list(map(str, lines))}


# --- one case -------------------------------------------------------------------------------------------------------------


class CaseOrder(Strict):
    """An order that decides one case."""

    event: Literal["ordered_up", "ordered_down"]
    reference: Annotated[str, Field(max_length=20_000)] = Field(
        description="Who ordered what, when, under which number."
    )


@router.post("/complaints/{number}/order", response=CaseShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    if_match=True,
    problems=("order_defective",),
    example=Example(
        "operator",
        path={"number": "CM-2026-000001-01"},
        headers={"If-Match": "*"},
        body={"event": "ordered_down", "reference": "Regional Court Oslo, order 24-1 of 3 March 2026: take it down."},
    ),
)
def order_case(request: HttpRequest, number: str, body: CaseOrder) -> dict[str, Any]:
    """Record the order of a court or an authority on one case; it takes effect at once."""
    case = own_case(request, number)
    services.decide_case(
        complaint=case,
        event=body.event,
        reference=body.reference,
        seen=seen(request, case),
        by=caller_of(request).person,
        at=max(request.at, case.at),
        now=true_time.now(),
    )
    return case_shown(case_view(request, number))


# --- shown ----------------------------------------------------------------------------------------------------------------


def _row(order: Any) -> dict[str, Any]:
    same = set(OrderRow.model_fields) - {"marketplace", "lines", "confirmed"}
    here = {"marketplace": order.marketplace.slug, "lines": order.count, "confirmed": order.done}
    return {**{name: getattr(order, name) for name in same}, **here}


def _whole(order: Any) -> dict[str, Any]:
    lines = order.lines.select_related("listing", "seller", "complaint").order_by("pk")
    return {
        **_row(order),
        "words": words_shown(unseal(order.words)),
        "answer": words_shown(unseal(order.answer)),
        "contact_email": order.contact_email,
        "language": order.language,
        "about": [_line(line) for line in lines],
        "letters": [_letter(letter) for letter in order.letters.select_related("seller").order_by("pk")],
        "steps": [_step(event) for event in order.events.all()],
    }


def _line(line: OrderLine) -> dict[str, Any]:
    same = {name: getattr(line, name) for name in ("measure", "released_at", "effect_at", "effect")}
    return {
        **same,
        "item_id": line.listing.item_id if line.listing else None,
        "seller": line.seller.ref if line.seller else None,
        "case": line.complaint.number if line.complaint else None,
    }


def _letter(row: OrderLetter) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("what", "address", "delivered_at", "failed_at", "answer")}
    return {"id": row.pk, **same, "seller": row.seller.ref if row.seller else None}


def _step(event: Any) -> dict[str, Any]:
    same = {name: getattr(event, name) for name in ("seq", "event", "by", "at")}
    return {**same, "hash": bytes(event.hash).hex()}
