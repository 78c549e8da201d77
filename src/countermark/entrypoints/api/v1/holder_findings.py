"""What was found under a holder's own rights, read by its programs; a listing let go, a seller allowed."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.screening import of_holder
from countermark.apps.screening.holder_words import BECAME
from countermark.apps.screening.models import Allowed, Finding
from countermark.apps.screening.of_holder import FoundFilter
from countermark.apps.screening.references import ReferenceDefective
from countermark.apps.work import true_time
from countermark.core.defect import Defect
from countermark.entrypoints.api.codes import Id, Slug
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict
from countermark.entrypoints.api.v1.finding_parts import Match, matches_kept
from countermark.entrypoints.api.v1.references import named_right

router = ApiRouter(tags=["screening"])
PATH = {"id": "710001"}
Became = Literal["stopped", "waiting", "told", "put_back", "released", "mended"]
Reason = Literal["words", "pictures", "stay_down"]


class FoundRow(Shown):
    """A listing in which something of the holder's was found, and what became of it.

    `stopped`: taken down, and down still; `waiting`: a reviewer looks at it; `told`: the marketplace was told, nothing stopped;
    `put_back`: up again after an appeal or a second look; `released`: the holder let it go;
    `mended`: the seller changed the listing, or offers it no more, before anybody decided."""

    id: int
    marketplace: str
    item_id: str
    url: str
    title: str
    seller: str
    reason: Reason
    became: Became
    status: str
    probability: float
    rights: list[int] = Field(description="Of the holder's own rights, those it was found under.")
    can_release: bool = Field(description="It rests on the holder's rights alone.")
    at: Instant


class FoundShown(FoundRow):
    """The same with what matched."""

    matches: list[Match]
    told: list[str] = Field(description="What was found, a sentence for each thing.")


def _row(request: HttpRequest, row: Finding) -> dict[str, Any]:
    mine, became = caller_of(request).holder_ids, of_holder.became(row)
    same = ("item_id", "url", "title", "reason", "probability", "at")
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "marketplace": row.marketplace.slug,
        "seller": row.seller.name if row.seller else "",
        "became": became,
        "status": str(BECAME[became].word),
        "rights": [right.pk for right in row.rights.all() if right.holder_id in mine],
        "can_release": of_holder.can_release(row, mine),
    }


def _whole(request: HttpRequest, row: Finding) -> dict[str, Any]:
    """What speaks for other holders' rights is theirs to read."""
    own = of_holder.own_signals(row, of_holder.own_of(caller_of(request).holder_ids))
    return {**_row(request, row), "matches": matches_kept(own), "told": of_holder.told(row, own)}


class FoundAsked(Asked):
    """How the list is narrowed."""

    became: Became | None = None
    reason: Reason | None = None
    marketplace: Line = ""
    right: Id | None = None
    days: int = Field(0, ge=0, le=3660, description="Found at most so many days ago; 0 for any time.")
    q: Line = Field("", description="In title, item id or the seller's name.")


@router.get("/holder-findings", response=Page[FoundRow])
@api_door(
    roles=COMPLAINANTS,
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"became": "waiting"}),
)
def list_holder_findings(request: HttpRequest, asked: Query[FoundAsked]) -> dict[str, Any]:
    """List the listings that screening found under one's own rights, the newest first, and what became of them."""
    wanted = FoundFilter(asked.became or "", asked.reason or "", asked.marketplace, asked.right, asked.days, asked.q)
    rows = of_holder.found_like(caller_of(request).holder_ids, wanted, at=request.at)
    return page_of(request, rows, asked, order=("-at", "-pk"), show=lambda piece: [_row(request, row) for row in piece])


@router.get("/holder-findings/{id}", response=FoundShown)
@api_door(roles=COMPLAINANTS, scope="complaints:read", example=Example("rights_holder", path=PATH))
def read_holder_finding(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one: what matched where, and what became of the listing."""
    return _whole(request, _found(request, id))


def _found(request: HttpRequest, pk: int) -> Finding:
    row = of_holder.found_of(pk, caller_of(request).holder_ids)
    if row is None:
        raise Http404("nothing of this number was found under your rights")
    return row


class FindingReleased(Strict):
    """Why this listing is allowed; the platform reads it."""

    words: Annotated[str, Field(max_length=2000)] = ""


@router.post("/holder-findings/{id}/release", response=FoundShown)
@api_door(
    roles=COMPLAINANTS,
    scope="complaints:act",
    problems=("finding_rests_on_others", "mandate_lacks"),
    example=Example("rights_holder", path=PATH, body={"words": "An old model of ours, sold by a licensee."}),
)
def release_finding(request: HttpRequest, id: Id, body: FindingReleased) -> dict[str, Any]:
    """Say that this listing is allowed: what was laid on it is taken back, and it is not found for this again.

    Let go before, it is answered as it is."""
    caller, now = caller_of(request), true_time.now()
    of_holder.release(
        finding=_found(request, id),
        holder_ids=caller.holder_ids,
        by=caller.person,
        words=body.words,
        at=request.at,
        now=now,
    )
    return _whole(request, _found(request, id))


# --- sellers who may use a right --------------------------------------------------------------------------------------


class AllowedShown(Shown):
    """A seller who may use a right: nothing is found under it in this seller's listings."""

    id: int
    right: int
    marketplace: str
    seller: str = Field(description="The seller's id at the marketplace.")
    seller_name: str
    at: Instant
    ended_at: Instant | None


def _allowed(row: Allowed) -> dict[str, Any]:
    return {
        "id": row.pk,
        "right": row.right_id,
        "marketplace": row.seller.marketplace.slug,
        "seller": row.seller.ref,
        "seller_name": row.seller.name,
        "at": row.at,
        "ended_at": row.ended_at,
    }


@router.get("/allowed-sellers", response=Page[AllowedShown])
@api_door(roles=COMPLAINANTS, scope="rights:read", problems=("cursor_unknown",), example=Example("rights_holder"))
def list_allowed_sellers(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the sellers who may use one's own rights, the newest first."""
    rows = of_holder.allowed_by(caller_of(request).holder_ids)
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_allowed(row) for row in piece])


class AllowedSent(Strict):
    """Which seller may use which right."""

    right: Id
    marketplace: Slug
    seller: str = Field(min_length=1, max_length=100, description="The seller's id at the marketplace.")


@router.post("/allowed-sellers", response={201: AllowedShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("mandate_lacks", "reference_defective"),
    example=Example("rights_holder", body={"right": 700002, "marketplace": "quay", "seller": "lantern"}, status=201),
)
def allow_seller(request: HttpRequest, body: AllowedSent) -> tuple[int, dict[str, Any]]:
    """Say that a seller may use a right. What was stopped in its shop for that alone is taken back.

    Allowed before, it is answered as it is."""
    right, place = named_right(request, body.right), Marketplace.objects.filter(slug=body.marketplace).first()
    seller = Seller.objects.select_related("marketplace").filter(marketplace=place, ref=body.seller).first()
    if seller is None:
        raise ReferenceDefective([Defect("allowed_seller_unknown", "seller")])
    row = of_holder.allow(right=right, seller=seller, by=caller_of(request).person, at=request.at, now=true_time.now())
    answer_header(request, "Location", "/api/v1/allowed-sellers")
    return 201, _allowed(row)


@router.post("/allowed-sellers/{id}/end", response=AllowedShown)
@api_door(roles=COMPLAINANTS, scope="rights:write", example=Example("rights_holder", path=PATH))
def end_allowed_seller(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Say that a seller may no longer use a right. What was taken back for it stays so."""
    rows = Allowed.objects.filter(right__in=of_holder.rights_of(caller_of(request).holder_ids))
    row = rows.select_related("seller__marketplace").filter(pk=id).first()
    if row is None:
        raise Http404("you have allowed no such seller")
    ended = of_holder.end_allowed(allowed=row, at=request.at, now=true_time.now())
    row.ended_at = ended.ended_at
    return _allowed(row)
