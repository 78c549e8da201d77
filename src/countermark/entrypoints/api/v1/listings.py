"""The listings of a marketplace: sent in bulk by the marketplace itself, read back with how they stand."""

from functools import partial
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK, OPERATOR, SELLER
from countermark.apps.listings import pushed
from countermark.apps.listings.models import Listing, PushedListing
from countermark.apps.screening.pushed import promise
from countermark.apps.work import true_time
from countermark.entrypoints.api.bulk_lines import MEDIA, MOST_BYTES, BulkSummary, Reading
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Address, Asked, Instant, Line, Page, Price, Shown, Strict

router = ApiRouter(tags=["listings"])
READERS = (OPERATOR, *DESK, SELLER)
State = Literal["up", "demoted", "paused", "removed", "sold_out", "deleted_by_seller", "gone"]
PATH = {"slug": "quay"}


class ListingLine(Strict):
    """One listing, on a line of its own. `state` is how buyers see it, restrictions included."""

    item_id: str = Field(min_length=1, max_length=120)
    url: Address
    title: str = Field(max_length=600)
    seller: str = Field(min_length=1, max_length=100, description="The seller's id at the marketplace.")
    state: State = "up"
    updated_at: Instant = Field(description="When the marketplace last changed it: what is older changes nothing.")
    text: str = Field("", max_length=20_000)
    price: Price = ""
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    images: list[Address] = Field(default_factory=list, max_length=30)


class ListingSent(Shown):
    """What the marketplace sent of it last."""

    text: str
    price: str
    currency: str
    images: list[str]
    state: str
    updated_at: Instant
    pushed_at: Instant


class KnownListing(Shown):
    """A listing: how it stands, what is asked of it, and what its marketplace sent."""

    item_id: str
    kind: str
    url: str
    title: str
    seller: str | None = Field(description="The seller's id at the marketplace.")
    stands: str = Field(description="How it was last seen; `unknown` before anybody looked.")
    stands_at: Instant | None
    stands_there: dict[str, str] = Field(description="Countries in which it stands otherwise.")
    wanted: str = Field(description="What complaints and orders together ask: nothing, demote, pause, remove.")
    wanted_there: dict[str, str]
    sent: ListingSent | None


@router.post("/marketplaces/{slug}/listings", response=BulkSummary)
@api_door(
    roles=(OPERATOR,),
    scope="listings:write",
    body_limit=MOST_BYTES,
    media=MEDIA,
    problems=("too_many_lines",),
    example=Example(
        "operator",
        path=PATH,
        headers={"content-type": MEDIA[0]},
        body='{"item_id": "L-7", "url": "https://quay.example/item/L-7", "title": "Lamp with a heron", "seller": "lantern",'
        ' "state": "up", "updated_at": "2026-02-25T14:02:00+08:00", "price": "12.50", "currency": "CNY"}\n',
    ),
)
def push_listings(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Send listings in bulk: one JSON object on each line, up to 10,000 lines and 20 MB.

    New ones are added, changed ones kept, the same again writes nothing, so that a whole catalogue can be sent every night.
    Lines with faults are left out and named; all others are kept. A state that changed reaches the cases about the listing."""
    place = place_of(request, slug)
    reading, done = Reading(request, ListingLine, "item_id"), pushed.Outcome()
    at, now = request.at, true_time.now()
    for piece in reading.pieces():
        lines = [_line(number, said) for number, said in piece]
        part = pushed.push(marketplace=place, lines=lines, at=at, now=now, also=partial(promise, place, now=now))
        reading.take(part.faults)
        done.added, done.changed = done.added + part.added, done.changed + part.changed
        done.unchanged, done.older = done.unchanged + part.unchanged, done.older + part.older
    return reading.summary(added=done.added, changed=done.changed, unchanged=done.unchanged, older=done.older)


def _line(number: int, said: ListingLine) -> pushed.Line:
    return pushed.Line(
        number=number, item_id=said.item_id, url=said.url, title=said.title, seller=said.seller, state=said.state,
        updated_at=said.updated_at, text=said.text, price=said.price, currency=said.currency, images=tuple(said.images),
    )  # fmt: skip


class ListingsAsked(Asked):
    """How the list is narrowed."""

    item_id: Line = ""
    seller: Line = Field("", description="The seller's id at the marketplace.")
    stands: Literal["", "unknown", "up", "demoted", "paused", "removed", "sold_out", "deleted_by_seller", "gone"] = ""
    wanted: Literal["", "nothing", "demote", "pause", "remove"] = ""
    q: Line = Field("", description="In title, address or item id.")


@router.get("/marketplaces/{slug}/listings", response=Page[KnownListing])
@api_door(
    roles=READERS,
    scope="listings:read",
    problems=("cursor_unknown",),
    example=Example("operator", path=PATH, query={"stands": "up", "limit": "20"}),
)
def list_listings(request: HttpRequest, slug: str, asked: Query[ListingsAsked]) -> dict[str, Any]:
    """List the listings known of a marketplace; a seller sees their own."""
    wanted = {
        "item_id": asked.item_id, "seller__ref": asked.seller, "shop_state": asked.stands, "wanted": asked.wanted,
    }  # fmt: skip
    rows = _readable(request, slug).filter(**{name: value for name, value in wanted.items() if value})
    for word in asked.q.split():
        rows = rows.filter(Q(title__icontains=word) | Q(url__icontains=word) | Q(item_id__icontains=word))
    return page_of(request, rows, asked, order=("pk",), show=lambda piece: [_shown(each) for each in piece])


@router.get("/marketplaces/{slug}/listings/{item_id}", response=KnownListing)
@api_door(roles=READERS, scope="listings:read", example=Example("operator", path={**PATH, "item_id": "L-1"}))
def read_listing(request: HttpRequest, slug: str, item_id: str) -> dict[str, Any]:
    """Read one listing: how it stands, what is asked of it, what its marketplace sent last.

    An item id with a slash is asked for in the list, by `item_id`."""
    row = _readable(request, slug).filter(item_id=item_id, kind="listing").first()
    if row is None:
        raise Http404(f"there is no listing {item_id} here")
    return _shown(row)


def _readable(request: HttpRequest, slug: str) -> QuerySet[Listing]:
    caller = caller_of(request)
    rows = Listing.objects.filter(marketplace=place_of(request, slug)).select_related("seller", "pushed")
    return rows.filter(seller__in=caller.seller_ids) if caller.role == SELLER else rows


def _shown(row: Listing) -> dict[str, Any]:
    return {
        "item_id": row.item_id,
        "kind": row.kind,
        "url": row.url,
        "title": row.title,
        "seller": row.seller.ref if row.seller else None,
        "stands": row.shop_state,
        "stands_at": row.shop_state_at,
        "stands_there": row.shop_there,
        "wanted": row.wanted,
        "wanted_there": row.wanted_there,
        "sent": _sent(row.pushed) if hasattr(row, "pushed") else None,
    }


def _sent(row: PushedListing) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ListingSent.model_fields}
