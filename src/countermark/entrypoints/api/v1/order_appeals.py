"""What was laid on a seller's shop apart from complaints, as the seller reads it; the appeal against it, and its answer."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR, SELLER, SENIOR
from countermark.apps.orders import appeals, trace, wording
from countermark.apps.orders.models import Order, OrderAppeal
from countermark.apps.parties.models import Seller
from countermark.apps.screening.selectors import finding_for
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.codes import Id, Piece
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.once_key import once_key
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict, Text
from countermark.entrypoints.api.v1.answers import WhyNot, why_not
from countermark.entrypoints.api.v1.case_shown import Deadline, File, Words, due_shown, file_shown, words_shown
from countermark.entrypoints.api.v1.finding_parts import Match, matches_kept

router = ApiRouter(tags=["orders"])
NUMBER, APPEAL = "M-2026-710003", "710001"
WHY = "The lamps were bought from the maker in Bergen; the invoice of 3 March names every one of them."
ANSWER = "The invoice names the goods of another shop, and its date lies after the first sale. The decision stands."


class ShopOrderRow(Shown):
    """An order of an authority, or a decision of the marketplace's own (M-…, S-… of its screening), that touches the shop."""

    number: str
    source: Literal["authority", "operator", "screening"]
    authority: str
    measure: str = Field(description="Empty: what was restricted is put back.")
    marketplace: str
    at: Instant
    until: Instant | None
    state: Literal["in_force", "ended"]
    ended_at: Instant | None
    ended_how: str


class ShopAppeal(Shown):
    """The appeal of the shop."""

    filed_at: Instant
    due_at: Instant
    words: Words
    files: list[File]
    decided_at: Instant | None
    granted: bool | None
    answer: Words | None


class ShopOrderShown(ShopOrderRow):
    """One whole: the statement of reasons as it was sent, and whether it can be appealed."""

    statement: list[list[str]]
    matches: list[Match] = Field(
        description="What screening matched, where it stopped the listing; nothing of what another seller offered."
    )
    may_appeal: bool
    until_when: Deadline | None = Field(description="The end of the time to appeal; null before one was told.")
    why_not: WhyNot | None
    appeal: ShopAppeal | None


def _orders(request: HttpRequest) -> Any:
    return appeals.orders_about(caller_of(request).seller_ids)


@router.get("/shop-orders", response=Page[ShopOrderRow])
@api_door(roles=(SELLER,), scope="complaints:read", problems=("cursor_unknown",), example=Example("seller"))
def list_shop_orders(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List what courts, authorities and the marketplace itself laid on the shop or its listings, newest first."""
    return page_of(request, _orders(request), asked, order=("-pk",), show=lambda piece: [_row(row) for row in piece])


@router.get("/shop-orders/{number}", response=ShopOrderShown)
@api_door(roles=(SELLER,), scope="complaints:read", example=Example("seller", path={"number": NUMBER}))
def read_shop_order(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read one: what was done, why, until when, and what can be done against it."""
    return _shown(request, *_own(request, number))


class ShopAppealSent(Strict):
    """Why the decision is wrong, with papers."""

    words: Text
    files: list[Piece] = Field(default_factory=list, max_length=20)


@router.post("/shop-orders/{number}/appeal", response={201: ShopOrderShown})
@api_door(
    roles=(SELLER,),
    scope="complaints:act",
    problems=(
        *("appeal_defective", "file_unknown", "appeal_late", "appeal_nothing_lost", "appeal_not_ours"),
        "appealed_before",
    ),
    example=Example("seller", path={"number": "M-2026-710004"}, body={"words": WHY}, status=201),
)
def appeal_shop_order(request: HttpRequest, number: str, body: ShopAppealSent) -> tuple[int, dict[str, Any]]:
    """Appeal a decision of the marketplace's own. Another person than who decided answers, with reasons; it costs nothing."""
    order, seller = _own(request, number)
    at, key = request.at, once_key(request)
    told = {"by": caller_of(request).person, "at": at, "now": true_time.now(), "key": key}
    papers = [file for file, _ in attached(request, body.files, "files")]
    appeals.file_appeal(order=order, seller=seller, words=body.words, files=papers, **told)
    answer_header(request, "Location", f"/api/v1/shop-orders/{number}")
    return 201, _shown(request, *_own(request, number))


def _own(request: HttpRequest, number: str) -> tuple[Order, Seller]:
    order = _orders(request).filter(number=number).first()
    shops = appeals.shops_in(order, caller_of(request).seller_ids) if order else []
    if not shops:
        raise Http404("there is no such order among yours")
    return order, shops[0]


def _row(order: Order) -> dict[str, Any]:
    same = set(ShopOrderRow.model_fields) - {"marketplace"}
    return {**{name: getattr(order, name) for name in same}, "marketplace": order.marketplace.slug}


def _shown(request: HttpRequest, order: Order, seller: Seller) -> dict[str, Any]:
    stands, finding = appeals.standing(order, seller, at=request.at), finding_for(order, seller.pk)
    return {
        **_row(order),
        "statement": [[str(line) for line in block] for block in wording.statement(order, seller) if block],
        "matches": matches_kept(finding.signals) if finding else [],
        "may_appeal": stands.may,
        "until_when": due_shown(stands.due) if stands.due else None,
        "why_not": why_not(stands.refused) if stands.refused else None,
        "appeal": _filed(stands.filed) if stands.filed else None,
    }


def _filed(appeal: OrderAppeal) -> dict[str, Any]:
    same = {name: getattr(appeal, name) for name in ("filed_at", "due_at", "decided_at", "granted")}
    answer = words_shown(unseal(appeal.answer)) if appeal.answer else None
    files = [file_shown(file) for file in appeal.files.all()]
    return {**same, "words": words_shown(unseal(appeal.words)), "files": files, "answer": answer}


# --- the desk's -----------------------------------------------------------------------------------------------------------


class OrderAppealRow(Shown):
    """An appeal against a decision of our own. `had_a_part`: somebody else answers it."""

    id: int
    order: str
    seller: str
    marketplace: str
    filed_at: Instant
    due: Deadline
    decided_at: Instant | None
    granted: bool | None
    had_a_part: bool


class OrderAppealShown(OrderAppealRow):
    """One whole: why, and what the shop was told."""

    words: Words
    files: list[File]
    statement: list[list[str]]
    decided_by: str
    answer: Words | None


class OrderAppealsAsked(Asked):
    """Which appeals."""

    show: Literal["waiting", "decided"] = "waiting"
    q: Line = Field("", description="In the decision's number, or the shop's or marketplace's name.")


@router.get("/order-appeals", response=Page[OrderAppealRow])
@api_door(roles=(OPERATOR, SENIOR), scope="complaints:read", problems=("cursor_unknown",), example=Example("operator"))
def list_order_appeals(request: HttpRequest, asked: Query[OrderAppealsAsked]) -> dict[str, Any]:
    """List the appeals against our own decisions that wait, those due first in front; or those answered, newest first."""
    decided = asked.show == "decided"
    rows = appeals.matching(appeals.decided() if decided else appeals.waiting(), asked.q.strip())
    rows = rows.filter(**only_here(request, "order__marketplace"))
    order = ("-decided_at", "-pk") if decided else ("due_at", "pk")
    return page_of(request, rows, asked, order=order, show=lambda piece: [_line(request, row) for row in piece])


@router.get("/order-appeals/{appeal_id}", response=OrderAppealShown)
@api_door(roles=(OPERATOR, SENIOR), scope="complaints:read", example=Example("operator", path={"appeal_id": APPEAL}))
def read_order_appeal(request: HttpRequest, appeal_id: Id) -> dict[str, Any]:
    """Read one appeal against a decision of our own."""
    return _whole(request, _found(request, appeal_id))


class OrderAppealAnswer(Strict):
    """How it ends and why; the seller reads it."""

    granted: bool
    words: Annotated[str, Field(max_length=10_000)]


@router.post("/order-appeals/{appeal_id}/decide", response=OrderAppealShown)
@api_door(
    roles=(OPERATOR, SENIOR),
    scope="complaints:act",
    problems=("decision_defective", "appeal_same_reviewer", "appeal_decided"),
    example=Example("operator", path={"appeal_id": APPEAL}, body={"granted": False, "words": ANSWER}),
)
def decide_order_appeal(request: HttpRequest, appeal_id: Id, body: OrderAppealAnswer) -> dict[str, Any]:
    """Answer an appeal: granted, what the decision lays on this shop is lifted at once. By another than who decided."""
    row = _found(request, appeal_id)
    appeals.decide_appeal(
        appeal_id=row.pk,
        granted=body.granted,
        words=body.words,
        by=caller_of(request).person,
        at=request.at,
        now=true_time.now(),
    )
    return _whole(request, _found(request, appeal_id))


def _found(request: HttpRequest, appeal_id: int) -> OrderAppeal:
    row, narrowed = appeals.find(appeal_id), caller_of(request).marketplace
    if row is None or narrowed not in (None, row.order.marketplace):
        raise Http404("there is no such appeal")
    return row


def _line(request: HttpRequest, row: OrderAppeal) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("filed_at", "decided_at", "granted")}
    return {
        **same,
        "id": row.pk,
        "order": row.order.number,
        "seller": row.seller.ref,
        "marketplace": row.order.marketplace.slug,
        "due": due_shown(appeals.our_due(row.order.marketplace, row.filed_at)),
        "had_a_part": caller_of(request).person.pk in trace.people_of(row.order),
    }


def _whole(request: HttpRequest, row: OrderAppeal) -> dict[str, Any]:
    return {
        **_line(request, row),
        "words": words_shown(unseal(row.words)),
        "files": [file_shown(file) for file in row.files.all()],
        "statement": [[str(line) for line in block] for block in wording.statement(row.order, row.seller) if block],
        "decided_by": str(row.decided_by) if row.decided_by else "",
        "answer": words_shown(unseal(row.answer)) if row.answer else None,
    }
