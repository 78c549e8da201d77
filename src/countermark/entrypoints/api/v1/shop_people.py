"""Who acts for a shop: a marketplace's own program makes the links with which sellers claim theirs, and lets people go."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.parties import shop_claims, shop_invitations, shop_people
from countermark.apps.parties.models import Seller, ShopClaim, ShopMember
from countermark.apps.parties.selectors import members_of
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict
from countermark.entrypoints.shop_left import close_what_nobody_reads

router = ApiRouter(tags=["sellers"])
PATH = {"slug": "quay"}
ROW = {**PATH, "id": "710001"}


class ClaimLinkWanted(Strict):
    """For which shop a link is to be made, and whether we mail it."""

    ref: str = Field(min_length=1, max_length=100, description="The seller's id at the marketplace.")
    mail: bool = Field(False, description="Mail it to the address of the shop; then no answer shows it.")


class ClaimLinkShown(Shown):
    """A link that nobody has used."""

    id: int
    ref: str
    kind: str = Field(description="issued: by the desk; invited: mailed to a colleague by an admin of the shop.")
    role: str = Field(description="What whoever uses it becomes: admin or member.")
    created_at: Instant
    expires_at: Instant


class ClaimLinkMade(ClaimLinkShown):
    """A new link. Its address is shown this once; null where it was mailed."""

    url: str | None


class ShopMemberShown(Shown):
    """Somebody who acts for a shop with an account."""

    id: int
    name: str
    email: str
    role: str = Field(description="admin: says who else acts for the shop; member.")
    since: Instant


class ShopAsked(Asked):
    """Of which shop."""

    ref: Line = Field(description="The seller's id at the marketplace.")


@router.post("/marketplaces/{slug}/claim-links", response={201: ClaimLinkMade})
@api_door(
    roles=(OPERATOR,),
    scope="claims:write",
    problems=("shop_unknown", "shop_without_address", "link_not_mailed"),
    example=Example("operator", path=PATH, body={"ref": "lantern"}, status=201),
)
def make_claim_link(request: HttpRequest, slug: str, body: ClaimLinkWanted) -> tuple[int, dict[str, Any]]:
    """Make a link with which one person becomes admin of a shop. It works once; an earlier one of the desk ends."""
    seller = Seller.objects.filter(marketplace=place_of(request, slug), ref=body.ref).first()
    if seller is None:
        raise Refused("shop_unknown", ref=body.ref)
    told: dict[str, Any] = {"seller": seller, "by": caller_of(request).person, "now": timezone.now()}
    if not body.mail:
        claim, url = shop_claims.issue(**told)
        return 201, {**_link(claim), "url": url}
    try:
        return 201, {**_link(shop_invitations.issue_by_mail(**told)), "url": None}
    except shop_invitations.InvitationRefused as refused:
        raise Refused({"email": "shop_without_address"}.get(refused.why, "link_not_mailed")) from refused


@router.get("/marketplaces/{slug}/claim-links", response=Page[ClaimLinkShown])
@api_door(
    roles=(OPERATOR,),
    scope="sellers:read",
    problems=("cursor_unknown",),
    example=Example("operator", path=PATH, query={"ref": "lantern"}),
)
def list_claim_links(request: HttpRequest, slug: str, asked: Query[ShopAsked]) -> dict[str, Any]:
    """List the links to a shop that nobody has used, taken back or let run out. Their addresses are not kept."""
    rows = shop_claims.open_claims(_shop(request, slug, asked.ref), now=timezone.now())
    return page_of(request, rows, asked, order=("pk",), show=lambda piece: [_link(row) for row in piece])


@router.post("/marketplaces/{slug}/claim-links/{id}/revoke", response=ClaimLinkShown)
@api_door(roles=(OPERATOR,), scope="claims:write", problems=("link_ended",), example=Example("operator", path=ROW))
def revoke_claim_link(request: HttpRequest, slug: str, id: Id) -> dict[str, Any]:
    """Take a link back that nobody has used."""
    rows = ShopClaim.objects.select_related("seller").filter(seller__marketplace=place_of(request, slug))
    claim = get_object_or_404(rows, pk=id)
    if not shop_claims.revoke(claim, by=caller_of(request).person, now=timezone.now(), for_the_desk=True):
        raise Refused("link_ended")
    return _link(claim)


@router.get("/marketplaces/{slug}/shop-people", response=Page[ShopMemberShown])
@api_door(
    roles=(OPERATOR,),
    scope="sellers:read",
    problems=("cursor_unknown",),
    example=Example("operator", path=PATH, query={"ref": "lantern"}),
)
def list_shop_people(request: HttpRequest, slug: str, asked: Query[ShopAsked]) -> dict[str, Any]:
    """List who acts for a shop with an account."""
    rows = members_of(_shop(request, slug, asked.ref))
    return page_of(request, rows, asked, order=("pk",), show=lambda piece: [_member(row) for row in piece])


@router.post("/marketplaces/{slug}/shop-people/{id}/remove", response=ShopMemberShown)
@api_door(roles=(OPERATOR,), scope="claims:write", example=Example("operator", path=ROW))
def remove_shop_person(request: HttpRequest, slug: str, id: Id) -> dict[str, Any]:
    """Let somebody act for a shop no longer, its last admin too. Their keys for it open nothing; they and the shop are told.

    With the last person the webhooks of the shop are closed."""
    rows = ShopMember.objects.select_related("seller", "person").filter(seller__marketplace=place_of(request, slug))
    member, now = get_object_or_404(rows, pk=id), timezone.now()
    shop_people.remove(member, by=caller_of(request).person, now=now, for_the_desk=True)
    close_what_nobody_reads(member.seller, now=now)
    return _member(member)


def _shop(request: HttpRequest, slug: str, ref: str) -> Seller:
    row = Seller.objects.filter(marketplace=place_of(request, slug), ref=ref).first()
    if row is None:
        raise Http404(f"there is no seller {ref} here")
    return row


def _link(row: ShopClaim) -> dict[str, Any]:
    same = ("kind", "role", "created_at", "expires_at")
    return {"id": row.pk, "ref": row.seller.ref, **{name: getattr(row, name) for name in same}}


def _member(row: ShopMember) -> dict[str, Any]:
    who = row.person
    return {"id": row.pk, "name": who.name, "email": who.email, "role": row.role, "since": row.since}
