"""What was asked of the marketplaces, for listings and for whole shops: confirmed by hand, or asked once more."""

from datetime import timedelta
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.enforcement import services, shops
from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict

router = ApiRouter(tags=["measures"])
DRIFT_SHOWN = timedelta(days=90)
PATH = {"id": "710001"}
State = Literal["up", "demoted", "paused", "removed", "sold_out", "deleted_by_seller", "gone"]


class MeasureShown(Shown):
    """What a listing should be, asked of its marketplace."""

    id: int
    marketplace: str
    item_id: str
    url: str
    wanted: str
    wanted_there: dict[str, str]
    asked_at: Instant
    attempts: int
    answer: str = Field(description="Of the last attempt that was not confirmed.")
    by_hand: bool = Field(description="An operator has to do it at the marketplace and then confirm it here.")
    drifted: bool = Field(description="It is asked because what was confirmed was found otherwise.")
    confirmed_at: Instant | None
    confirmed_state: str
    superseded: bool
    states: list[str] = Field(description="How the listing may stand once it is done.")


class ShopMeasureShown(Shown):
    """What should lie on a whole shop, or no longer lie on it."""

    id: int
    marketplace: str
    seller: str
    measure: str
    on: bool
    asked_at: Instant
    attempts: int
    answer: str
    by_hand: bool
    drifted: bool
    confirmed_at: Instant | None
    superseded: bool


class MeasuresAsked(Asked):
    """How the list is narrowed: open ones, unless `what` says otherwise."""

    what: Literal["open", "by_hand", "unconfirmed", "drifted", "all"] = "open"
    q: Line = Field("", description="In the listing's title, address or item id; for shops in name or id.")
    marketplace: Line = ""


def _narrowed(rows: QuerySet[Any], asked: MeasuresAsked, at: Any) -> QuerySet[Any]:
    is_open = Q(confirmed_at=None, superseded=False)
    chosen = {
        "open": is_open,
        "by_hand": is_open & Q(by_hand=True),
        "unconfirmed": is_open & Q(by_hand=False),
        "drifted": Q(drifted=True, asked_at__gte=at - DRIFT_SHOWN),
        "all": Q(),
    }
    return rows.filter(chosen[asked.what])


# --- listings -------------------------------------------------------------------------------------------------------------


def _measures(request: HttpRequest) -> QuerySet[Measure]:
    rows = Measure.objects.filter(**only_here(request, "listing__marketplace"))
    return rows.select_related("listing__marketplace")


@router.get("/measures", response=Page[MeasureShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown",),
    example=Example("operator", query={"what": "by_hand"}),
)
def list_measures(request: HttpRequest, asked: Query[MeasuresAsked]) -> dict[str, Any]:
    """List what was asked for listings, oldest first: what is not confirmed yet, or what drifted in the last 90 days."""
    rows = _narrowed(_measures(request), asked, request.at)
    if asked.marketplace:
        rows = rows.filter(listing__marketplace__slug=asked.marketplace)
    if q := asked.q:
        found = Q(listing__title__icontains=q) | Q(listing__item_id__icontains=q) | Q(listing__url__icontains=q)
        rows = rows.filter(found)
    return page_of(request, rows, asked, order=("asked_at", "pk"), show=lambda piece: [_measure(row) for row in piece])


@router.get("/measures/{id}", response=MeasureShown)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator", path=PATH))
def read_measure(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one measure."""
    return _measure(get_object_or_404(_measures(request), pk=id))


class ListingSeen(Strict):
    """How the listing stands now."""

    state: State


@router.post("/measures/{id}/confirm", response=MeasureShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("not_what_was_asked", "no_open_measure"),
    example=Example("operator", path=PATH, body={"state": "removed"}),
)
def confirm_measure(request: HttpRequest, id: Id, body: ListingSeen) -> dict[str, Any]:
    """Say that it was done at the marketplace, and how the listing stands now. Its cases know it at once."""
    row = get_object_or_404(_measures(request), pk=id)
    at, by = request.at, caller_of(request).person
    services.confirm_by_hand(row.pk, state=body.state, by=by, at=at, now=true_time.now())
    return _measure(_measures(request).get(pk=row.pk))


@router.post("/measures/{id}/try-again", response=MeasureShown)
@api_door(roles=(OPERATOR,), scope="operations:act", example=Example("operator", path=PATH))
def try_measure_again(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Ask the marketplace once more."""
    row = get_object_or_404(_measures(request), pk=id)
    services.try_again(row.pk, now=true_time.now())
    return _measure(_measures(request).get(pk=row.pk))


def _measure(row: Measure) -> dict[str, Any]:
    same = ("wanted", "asked_at", "attempts", "answer", "by_hand", "drifted", "confirmed_at", "superseded")
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "marketplace": row.listing.marketplace.slug,
        "item_id": row.listing.item_id,
        "url": row.listing.url,
        "wanted_there": row.there,
        "confirmed_state": row.confirmed_state or "",
        "states": [*services.FITS[row.wanted], *services.GONE],
    }


# --- shops ----------------------------------------------------------------------------------------------------------------


def _shop_measures(request: HttpRequest) -> QuerySet[ShopMeasure]:
    rows = ShopMeasure.objects.filter(**only_here(request, "seller__marketplace"))
    return rows.select_related("seller__marketplace")


@router.get("/shop-measures", response=Page[ShopMeasureShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown",),
    example=Example("operator", query={"what": "all"}),
)
def list_shop_measures(request: HttpRequest, asked: Query[MeasuresAsked]) -> dict[str, Any]:
    """List what was asked for whole shops, oldest first."""
    rows = _narrowed(_shop_measures(request), asked, request.at)
    if asked.marketplace:
        rows = rows.filter(seller__marketplace__slug=asked.marketplace)
    if asked.q:
        rows = rows.filter(Q(seller__name__icontains=asked.q) | Q(seller__ref__icontains=asked.q))
    order = ("asked_at", "pk")
    return page_of(request, rows, asked, order=order, show=lambda piece: [_shop_measure(row) for row in piece])


@router.get("/shop-measures/{id}", response=ShopMeasureShown)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator", path=PATH))
def read_shop_measure(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one measure upon a shop."""
    return _shop_measure(get_object_or_404(_shop_measures(request), pk=id))


@router.post("/shop-measures/{id}/confirm", response=ShopMeasureShown)
@api_door(
    roles=(OPERATOR,), scope="operations:act", problems=("no_open_measure",), example=Example("operator", path=PATH)
)
def confirm_shop_measure(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Say that it was done at the marketplace."""
    row = get_object_or_404(_shop_measures(request), pk=id)
    at, by = request.at, caller_of(request).person
    shops.confirm_shop_by_hand(row.pk, by=by, at=at, now=true_time.now())
    return _shop_measure(_shop_measures(request).get(pk=row.pk))


@router.post("/shop-measures/{id}/try-again", response=ShopMeasureShown)
@api_door(roles=(OPERATOR,), scope="operations:act", example=Example("operator", path=PATH))
def try_shop_measure_again(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Ask the marketplace once more."""
    row = get_object_or_404(_shop_measures(request), pk=id)
    shops.try_shop_again(row.pk, now=true_time.now())
    return _shop_measure(_shop_measures(request).get(pk=row.pk))


def _shop_measure(row: ShopMeasure) -> dict[str, Any]:
    same = ("measure", "on", "asked_at", "attempts", "answer", "by_hand", "drifted", "confirmed_at", "superseded")
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "marketplace": row.seller.marketplace.slug,
        "seller": row.seller.ref,
    }
