"""By which sign-in of its own a marketplace says who runs which shop: sellers claim theirs by it, without a link."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.parties import shop_sign_in as services
from countermark.apps.parties.models import ShopSignIn
from countermark.apps.parties.shop_sign_in import SignInSaid
from countermark.apps.work import true_time
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Line, Shown, Strict
from countermark.entrypoints.shop_sign_in import back_address, begin_address, trouble

router = ApiRouter(tags=["sellers"])
PATH = {"slug": "quay"}
SAID = {
    "issuer": "https://login.quay.example", "client_id": "countermark", "secret_name": "SHOP_SIGN_IN_QUAY",
    "ref_claim": "shop_id", "scope": "openid shop",
}  # fmt: skip


class ShopSignInSaid(Strict):
    """How the marketplace's provider is spoken to (authorization code with PKCE), and where it says which shop somebody runs."""

    issuer: Annotated[str, Field(max_length=600)] = Field(description="As the provider's description names it.")
    client_id: Line
    secret_name: Line = Field(
        description="The environment variable that holds the client secret, SHOP_SIGN_IN_…; never the secret itself."
    )
    ref_claim: Line = Field(description="The claim with the seller's id: a text or a whole number.")
    name_claim: Line = Field("", description="The claim with the shop's name, for shops not known yet.")
    scope: Line = Field("openid", description="What brings these claims, `openid` among them.")


class ShopSignInShown(Shown):
    """The sign-in as it is kept, and the two addresses the marketplace needs."""

    issuer: str
    client_id: str
    secret_name: str
    ref_claim: str
    name_claim: str
    scope: str
    comes_back_to: str = Field(description="The redirect address the provider has to allow.")
    sellers_begin_at: str = Field(description="Where the marketplace leads its sellers.")


class SignInTried(Shown):
    """Whether the provider answers and the secret is set; `why_not` says what is in the way."""

    works: bool
    why_not: str


def _row(request: HttpRequest, slug: str) -> ShopSignIn:
    row = services.of(place_of(request, slug))
    if row is None:
        raise Http404("no sign-in is set up for this marketplace")
    return row


def _shown(row: ShopSignIn) -> dict[str, Any]:
    slug = row.marketplace.slug
    return {
        **asdict(services.said_of(row)),
        "comes_back_to": back_address(slug),
        "sellers_begin_at": begin_address(slug),
    }


@router.get("/marketplaces/{slug}/shop-sign-in", response=ShopSignInShown)
@api_door(roles=(OPERATOR,), scope="sellers:read", example=Example("operator", path=PATH))
def read_shop_sign_in(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Read how sellers of a marketplace claim their shop by signing in there."""
    return _shown(_row(request, slug))


@router.put("/marketplaces/{slug}/shop-sign-in", response=ShopSignInShown)
@api_door(
    roles=(OPERATOR,),
    scope="claims:write",
    problems=("shop_sign_in_defective",),
    example=Example("operator", path=PATH, body=SAID),
)
def set_shop_sign_in(request: HttpRequest, slug: str, body: ShopSignInSaid) -> dict[str, Any]:
    """Set the sign-in of a marketplace up, or replace it. Everything that is wrong is said at once."""
    place, by = place_of(request, slug), caller_of(request).person
    said = SignInSaid(**body.model_dump())
    return _shown(services.keep(marketplace_id=place.pk, said=said, by=by, now=true_time.now()))


@router.post("/marketplaces/{slug}/shop-sign-in/try", response=SignInTried)
@api_door(roles=(OPERATOR,), scope="claims:write", example=Example("operator", path=PATH))
def try_shop_sign_in(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Ask the provider for its description, as a seller's first step would. Nobody is signed in."""
    failed = services.try_out(_row(request, slug), back=back_address(slug))
    return {"works": failed is None, "why_not": trouble(failed) if failed else ""}


@router.delete("/marketplaces/{slug}/shop-sign-in", response={204: None})
@api_door(roles=(OPERATOR,), scope="claims:write", example=Example("operator", path=PATH, status=204))
def end_shop_sign_in(request: HttpRequest, slug: str) -> tuple[int, None]:
    """Take the sign-in away. Whoever claimed a shop by it keeps it."""
    place, by = place_of(request, slug), caller_of(request).person
    services.end(marketplace_id=place.pk, by=by, now=true_time.now())
    return 204, None
