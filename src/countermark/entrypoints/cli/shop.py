"""`countermark shop-link` and `shop-people`: the link with which a seller claims a shop, and who acts for one."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils import timezone

from countermark.apps.parties import shop_claims
from countermark.apps.parties.models import Seller
from countermark.apps.parties.selectors import members_of

Place = Annotated[str, typer.Argument(help="The marketplace's short name.")]
Ref = Annotated[str, typer.Argument(help="The seller's id at the marketplace.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("shop-link")(shop_link)
    app.command("shop-people")(shop_people)


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


def _shop(marketplace: str, seller: str) -> Seller:
    row = Seller.objects.select_related("marketplace").filter(marketplace__slug=marketplace, ref=seller).first()
    if row is None:
        raise typer.BadParameter(
            f"there is no seller {seller} at a marketplace {marketplace}; sellers are sent by the API"
        )
    return row
