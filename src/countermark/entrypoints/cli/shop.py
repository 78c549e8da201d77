"""`countermark shop-link`, `shop-people` and `shop-sign-in`: how a seller claims a shop, and who acts for one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from django.utils import timezone

from countermark.apps.parties import shop_claims
from countermark.apps.parties import shop_sign_in as sign_in
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.parties.selectors import members_of
from countermark.apps.parties.shop_sign_in import SignInSaid
from countermark.apps.work import true_time

Place = Annotated[str, typer.Argument(help="The marketplace's short name.")]
Ref = Annotated[str, typer.Argument(help="The seller's id at the marketplace.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("shop-link")(shop_link)
    app.command("shop-people")(shop_people)
    app.command("shop-sign-in")(shop_sign_in)


def shop_link(marketplace: Place, seller: Ref) -> None:
    """Make a link with which one person becomes admin of a shop; an earlier one ends."""
    claim, link = shop_claims.issue(seller=_shop(marketplace, seller), by=None, now=timezone.now())
    typer.echo(link)
    typer.echo(f"It works once, until {claim.expires_at.isoformat(timespec='minutes')}.", err=True)


def shop_people(marketplace: Place, seller: Ref) -> None:
    """Say who acts for a shop with an account, one a line."""
    rows = list(members_of(_shop(marketplace, seller)))
    for row in rows:
        typer.echo(f"{row.person.email}\t{row.role}\t{row.since.isoformat(timespec='minutes')}\t{row.person.name}")
    if not rows:
        typer.echo("nobody has claimed this shop; `countermark shop-link` makes the link for it", err=True)


def shop_sign_in(
    marketplace: Place,
    issuer: Annotated[str, typer.Option(help="The provider's issuer, as its description names it.")] = "",
    client_id: Annotated[str, typer.Option(help="What the provider calls this installation.")] = "",
    secret_name: Annotated[str, typer.Option(help="The variable with the client secret: SHOP_SIGN_IN_…")] = "",
    ref_claim: Annotated[str, typer.Option(help="The claim with the seller's id.")] = "",
    name_claim: Annotated[str, typer.Option(help="The claim with the shop's name, where there is one.")] = "",
    scope: Annotated[str, typer.Option(help="What brings these claims, openid among them.")] = "openid",
    end: Annotated[bool, typer.Option("--end", help="Take it away; who claimed a shop by it keeps it.")] = False,
) -> None:
    """Let sellers claim their shop by the marketplace's own sign-in (OpenID Connect); without options, say how it is."""
    place = Marketplace.objects.filter(slug=marketplace).first()
    if place is None:
        raise typer.BadParameter(f"there is no marketplace {marketplace}")
    told: dict[str, Any] = {"marketplace_id": place.pk, "by": None, "now": true_time.now()}
    if end:
        sign_in.end(**told)
    elif issuer:
        sign_in.keep(said=SignInSaid(issuer, client_id, secret_name, ref_claim, name_claim, scope), **told)
    row = sign_in.of(place)
    for name, value in asdict(sign_in.said_of(row)).items() if row else ():
        typer.echo(f"{name}\t{value}")
    if row is None:
        typer.echo("no sign-in is set up: sellers claim their shops by links", err=True)


def _shop(marketplace: str, seller: str) -> Seller:
    row = Seller.objects.select_related("marketplace").filter(marketplace__slug=marketplace, ref=seller).first()
    if row is None:
        raise typer.BadParameter(
            f"there is no seller {seller} at a marketplace {marketplace}; sellers are sent by the API"
        )
    return row
