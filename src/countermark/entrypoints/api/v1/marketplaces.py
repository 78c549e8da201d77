"""The places of sale: under which law and calendar, how they are reached, how their addresses are read."""

from dataclasses import asdict
from typing import Annotated, Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.parties import operator_services as services
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.operator_services import MarketplaceSaid
from countermark.apps.parties.seeds import ensure_known_marketplaces
from countermark.apps.parties.selectors import addresses_of
from countermark.apps.work import true_time
from countermark.core.listing_urls import Found
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here, place_of, whole_desk
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Line, Page, Shown, Strict

router = ApiRouter(tags=["marketplaces"])
Code = Annotated[str, Field(max_length=60)]
Codes = Annotated[list[Code], Field(max_length=60)]
QUAY = {
    "name": "Quay Market", "territory": "CN", "calendar": "CN", "zone": "Asia/Shanghai", "language": "en",
    "packs": ["platform"],
}  # fmt: skip


class MarketplaceChanged(Strict):
    """All that is said about a place of sale; what is left out is as for a new one."""

    name: Line
    territory: Code = Field(description="Where its rights have to hold: CN, EU, US, …, or * for everywhere.")
    offered_in: Codes = Field(default_factory=list, description="Territories whose duties bind as well.")
    calendar: Code
    zone: Code
    language: Code = "en"
    packs: Codes = Field(description="The procedures it runs, the default first.")
    duties: Codes = Field(default_factory=list)
    timing: Code = ""
    connector: Code = Field("none", description="none: an operator acts by hand; rest: its REST interface.")
    base_url: Annotated[str, Field(max_length=600)] = ""
    secret_name: Code = Field(
        "", description="The environment variable that holds the secret; never the secret itself."
    )
    patterns: Annotated[str, Field(max_length=70_000)] = Field("", description='TOML; "" for the shipped ones.')
    is_active: bool = True


class MarketplaceAdded(MarketplaceChanged):
    """A new place of sale."""

    slug: Code = Field(description="Its short name in addresses; it stays.")


class MarketplaceShown(Shown):
    """A place of sale as it is kept."""

    slug: str
    name: str
    territory: str
    offered_in: list[str]
    calendar: str
    zone: str
    language: str
    packs: list[str]
    duties: list[str]
    timing: str
    connector: str
    base_url: str
    secret_name: str
    patterns: str
    is_active: bool
    reads_addresses: bool = Field(
        description="Addresses of its listings can be read, by its own patterns or shipped ones."
    )
    open_cases: int


def _said(body: MarketplaceChanged, slug: str) -> MarketplaceSaid:
    given = {**body.model_dump(), "slug": slug}
    return MarketplaceSaid(**{name: tuple(v) if isinstance(v, list) else v for name, v in given.items()})


def _rows(request: HttpRequest) -> QuerySet[Marketplace]:
    open_cases = Count("notices__complaints", filter=Q(notices__complaints__outcome=""), distinct=True)
    return Marketplace.objects.filter(**only_here(request, "pk")).annotate(open_cases=open_cases)


def _shown(row: Marketplace) -> dict[str, Any]:
    kept = asdict(services.said_of(row))
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}
    open_cases = getattr(row, "open_cases", 0)
    return {**said, "reads_addresses": addresses_of(row) is not None, "open_cases": open_cases}


class MarketplacesAsked(Asked):
    """How the list is narrowed."""

    q: Line = ""
    active: bool | None = None


@router.get("/marketplaces", response=Page[MarketplaceShown])
@api_door(
    roles=(OPERATOR,),
    scope="marketplaces:read",
    problems=("cursor_unknown",),
    example=Example("operator", query={"active": "true"}),
)
def list_marketplaces(request: HttpRequest, asked: Query[MarketplacesAsked]) -> dict[str, Any]:
    """List the places of sale, as an operator keeps them."""
    rows = _rows(request).filter(Q(name__icontains=asked.q) | Q(slug__icontains=asked.q))
    if asked.active is not None:
        rows = rows.filter(is_active=asked.active)
    return page_of(request, rows, asked, order=("slug",), show=lambda piece: [_shown(row) for row in piece])


@router.post("/marketplaces", response={201: MarketplaceShown})
@api_door(
    roles=(OPERATOR,),
    scope="marketplaces:write",
    problems=("marketplace_defective", "key_is_narrowed"),
    example=Example("operator", body={**QUAY, "slug": "pier", "name": "Pier"}, status=201),
)
def add_marketplace(request: HttpRequest, body: MarketplaceAdded) -> tuple[int, dict[str, Any]]:
    """Take up a place of sale. Everything that is wrong is said at once."""
    whole_desk(request)
    by = caller_of(request).person
    row = services.add_marketplace(said=_said(body, body.slug), by=by, now=true_time.now())
    answer_header(request, "Location", f"/api/v1/marketplaces/{row.slug}")
    return 201, _shown(row)


class KnownAdded(Shown):
    """The slugs of those that were added."""

    added: list[str]


@router.post("/known-marketplaces", response=KnownAdded)
@api_door(roles=(OPERATOR,), scope="marketplaces:write", problems=("key_is_narrowed",), example=Example("operator"))
def add_known_marketplaces(request: HttpRequest) -> dict[str, Any]:
    """Add what is missing of the marketplaces known from the start."""
    whole_desk(request)
    return {"added": [row.slug for row in ensure_known_marketplaces()]}


@router.get("/marketplaces/{slug}", response=MarketplaceShown)
@api_door(roles=(OPERATOR,), scope="marketplaces:read", example=Example("operator", path={"slug": "quay"}))
def read_marketplace(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Read one place of sale."""
    return _shown(_rows(request).get(pk=place_of(request, slug).pk))


@router.put("/marketplaces/{slug}", response=MarketplaceShown)
@api_door(
    roles=(OPERATOR,),
    scope="marketplaces:write",
    problems=("marketplace_defective",),
    example=Example("operator", path={"slug": "quay"}, body={**QUAY, "is_active": False}),
)
def change_marketplace(request: HttpRequest, slug: str, body: MarketplaceChanged) -> dict[str, Any]:
    """Replace what is said about a place of sale. Running cases keep what they were opened with."""
    row = place_of(request, slug)
    by, said = caller_of(request).person, _said(body, row.slug)
    services.change_marketplace(marketplace_id=row.pk, said=said, by=by, now=true_time.now())
    return _shown(_rows(request).get(pk=row.pk))


class AddressTried(Strict):
    """An address to read; `patterns` in place of those that are kept."""

    address: Annotated[str, Field(min_length=1, max_length=2000)]
    patterns: Annotated[str, Field(max_length=70_000)] | None = None


class AddressVerdict(Shown):
    """How an address is read; nothing was kept."""

    found: bool
    item_id: str
    url: str
    kind: str
    sentence: str = Field(description="Why nothing was found.")


@router.post("/marketplaces/{slug}/try-address", response=AddressVerdict)
@api_door(
    roles=(OPERATOR,),
    scope="marketplaces:read",
    problems=("marketplace_defective",),
    example=Example("operator", path={"slug": "quay"}, body={"address": "https://quay.example/item/L-1"}),
)
def try_address(request: HttpRequest, slug: str, body: AddressTried) -> dict[str, Any]:
    """Try how an address would be read at this place, by its patterns or by others."""
    said = asdict(services.said_of(place_of(request, slug)))
    if body.patterns is not None:
        said["patterns"] = body.patterns
    read = services.try_address(MarketplaceSaid(**said), body.address)
    if isinstance(read, Found):
        return {"found": True, "item_id": read.item_id, "url": read.canonical_url, "kind": read.kind, "sentence": ""}
    sentence = gettext(read.sentence).format_map(read.data)
    return {"found": False, "item_id": "", "url": "", "kind": "", "sentence": sentence}
