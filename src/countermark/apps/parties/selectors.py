"""Who acts for whom, and where can be complained about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Subquery

from countermark.apps.parties.models import Holder, Marketplace, Person, Seller, ShopMember
from countermark.core import listing_urls
from countermark.core.listing_urls import PatternDefective


def holders_of(person: Person) -> QuerySet[Holder]:
    """The accounts a person acts for, the oldest first; `member_role` says as what."""
    return Holder.objects.filter(memberships__person=person).annotate(member_role=F("memberships__role")).order_by("pk")


class Belonging(NamedTuple):
    """An account or a shop somebody acts for: holder or shop, its number, what it is called."""

    kind: str
    pk: int
    name: str
    is_agent: bool = False


def belongings(person: Person) -> list[Belonging]:
    """Everything a person acts for: accounts, the oldest first, then shops by name."""
    shops = Seller.objects.filter(members__person=person).select_related("marketplace").order_by("name", "pk")
    return [
        *(Belonging("holder", row.pk, row.name, row.is_agent) for row in holders_of(person)),
        *(Belonging("shop", row.pk, f"{row.name}, {row.marketplace.name}") for row in shops),
    ]


def count_of(relation: str, person: Person) -> Subquery:
    """How many rows a person has there, for a query that is asked anyway: `memberships`, `shop_memberships`."""
    return Subquery(Person.objects.filter(pk=person.pk).annotate(rows=Count(relation)).values("rows"))


def members_of(seller: Seller) -> QuerySet[ShopMember]:
    """Who acts for a shop, admins first, then by how long they have been there."""
    return seller.members.select_related("person").order_by("role", "pk")


def owner_of(seller: Seller) -> Person | None:
    """The first admin of a shop; None for one that nobody has claimed."""
    first = members_of(seller).first()
    return first.person if first else None


def open_marketplaces() -> list[Marketplace]:
    """The marketplaces a notice can be about: active, and their addresses can be read."""
    rows = Marketplace.objects.filter(is_active=True).order_by("name")
    return [row for row in rows if addresses_of(row) is not None]


def addresses_of(marketplace: Marketplace) -> listing_urls.Marketplace | None:
    """How the addresses of this marketplace look: the operator's own patterns, else the shipped ones, else nothing."""
    return _defined(marketplace.patterns) if marketplace.patterns else _shipped().get(marketplace.slug)


def own_patterns() -> tuple[listing_urls.Marketplace, ...]:
    """Every marketplace that operators described themselves, for whoever reads pasted addresses."""
    texts = Marketplace.objects.exclude(patterns="").order_by("slug").values_list("patterns", flat=True)
    return tuple(described for text in texts if (described := _defined(text)))


@lru_cache(maxsize=64)
def _defined(patterns: str) -> listing_urls.Marketplace | None:
    try:
        return listing_urls.define(patterns)
    except PatternDefective:
        return None  # the operator's page names what is wrong; here the marketplace is not offered


@lru_cache(maxsize=1)
def _shipped() -> dict[str, listing_urls.Marketplace]:
    return {each.id: each for each in listing_urls.marketplaces()}


def names_of(slugs: Sequence[str]) -> dict[str, str]:
    """What marketplaces are called, by slug."""
    return dict(Marketplace.objects.filter(slug__in=slugs).values_list("slug", "name"))
