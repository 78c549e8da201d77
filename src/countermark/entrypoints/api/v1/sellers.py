"""The sellers of a marketplace: sent in bulk, read back with what lies on their shops."""

from typing import Any, Literal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK, OPERATOR
from countermark.apps.enforcement import selectors
from countermark.apps.orders.models import OrderLine
from countermark.apps.parties.models import Seller, ShopMember
from countermark.apps.parties.pushed_sellers import SellerLine, SellersKept, push_sellers
from countermark.entrypoints.api.bulk_lines import MEDIA, MOST_BYTES, BulkSummary, Reading
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.routing import ApiRouter
from countermark.entrypoints.api.schemas import Asked, Line, Page, Shown, Strict

router = ApiRouter(tags=["sellers"])
READERS = (OPERATOR, *DESK)
PATH = {"slug": "quay"}


class SellerSaid(Strict):
    """One seller, on a line of its own. What a line leaves out stays as it is."""

    ref: str = Field(min_length=1, max_length=100, description="The seller's id at the marketplace.")
    name: str = Field(min_length=1, max_length=200)
    email: str | None = Field(None, max_length=254, description='Where notices are served. "" takes it away.')
    language: str | None = Field(None, max_length=10)
    zone: str | None = Field(None, max_length=60, description="Such as Asia/Shanghai.")


class SellerShown(Shown):
    """A seller, and what lies on the shop as a whole."""

    ref: str
    name: str
    email: str = Field(
        description="Where notices are served; empty: they reach nobody before somebody hands them over."
    )
    language: str
    zone: str
    has_account: bool = Field(description="Somebody has claimed this shop and acts for it with an account.")
    measures: list[str] = Field(description="What orders and decisions lay on the whole shop now.")
    unconfirmed: bool = Field(description="Something asked of the marketplace for this shop is not confirmed yet.")


@router.post("/marketplaces/{slug}/sellers", response=BulkSummary)
@api_door(
    roles=(OPERATOR,),
    scope="sellers:write",
    body_limit=MOST_BYTES,
    media=MEDIA,
    problems=("too_many_lines",),
    example=Example(
        "operator",
        path=PATH,
        headers={"content-type": MEDIA[0]},
        body='{"ref": "pearl", "name": "Pearl & Co", "email": "desk@pearl.example", "language": "en"}\n',
    ),
)
def push_seller_lines(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Send sellers in bulk: one JSON object on each line, up to 10,000 lines and 20 MB.

    New ones are added, changed ones kept, the same again writes nothing. Lines with faults are left out and named."""
    place, done = place_of(request, slug), SellersKept()
    reading = Reading(request, SellerSaid, "ref")
    for piece in reading.pieces():
        lines = [SellerLine(number=number, **said.model_dump()) for number, said in piece]
        part = push_sellers(marketplace=place, lines=lines)
        reading.take(part.faults)
        done.added, done.changed = done.added + part.added, done.changed + part.changed
        done.unchanged += part.unchanged
    return reading.summary(added=done.added, changed=done.changed, unchanged=done.unchanged)


class SellersAsked(Asked):
    """How the list is narrowed."""

    ref: Line = ""
    q: Line = Field("", description="In name or id.")
    what: Literal["", "restricted", "open", "no_address"] = Field(
        "",
        description="restricted: something lies on the shop; open: something is not confirmed; no_address: no e-mail.",
    )


@router.get("/marketplaces/{slug}/sellers", response=Page[SellerShown])
@api_door(
    roles=READERS,
    scope="sellers:read",
    problems=("cursor_unknown",),
    example=Example("operator", path=PATH, query={"limit": "20"}),
)
def list_sellers(request: HttpRequest, slug: str, asked: Query[SellersAsked]) -> dict[str, Any]:
    """List the sellers of a marketplace, with what lies on their shops."""
    rows = _of(request, slug)
    if asked.ref:
        rows = rows.filter(ref=asked.ref)
    if asked.q:
        rows = rows.filter(Q(name__icontains=asked.q) | Q(ref__icontains=asked.q))
    if asked.what == "restricted":
        rows = rows.filter(pk__in=_lying().values("seller"))
    elif asked.what == "open":
        rows = rows.filter(pk__in=selectors.open_shop_measures().values("seller"))
    elif asked.what == "no_address":
        rows = rows.filter(email="")
    return page_of(request, rows, asked, order=("pk",), show=lambda piece: [_shown(each) for each in piece])


@router.get("/marketplaces/{slug}/sellers/{ref}", response=SellerShown)
@api_door(roles=READERS, scope="sellers:read", example=Example("operator", path={**PATH, "ref": "lantern"}))
def read_seller(request: HttpRequest, slug: str, ref: str) -> dict[str, Any]:
    """Read one seller. An id with a slash is asked for in the list, by `ref`."""
    row = _of(request, slug).filter(ref=ref).first()
    if row is None:
        raise Http404(f"there is no seller {ref} here")
    return _shown(row)


def _lying() -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(released_at=None, seller__isnull=False).exclude(measure="")


def _of(request: HttpRequest, slug: str) -> QuerySet[Seller]:
    rows = Seller.objects.filter(marketplace=place_of(request, slug))
    rows = rows.annotate(is_claimed=Exists(ShopMember.objects.filter(seller=OuterRef("pk"))))
    return rows.prefetch_related(Prefetch("order_lines", _lying(), to_attr="lying"), "measures")


def _shown(row: Seller) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("ref", "name", "email", "language", "zone")},
        "has_account": row.is_claimed,
        "measures": sorted({line.measure for line in row.lying}),
        "unconfirmed": any(m.confirmed_at is None and not m.superseded for m in row.measures.all()),
    }
