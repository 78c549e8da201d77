"""Which listing does an id name? A listing is what one partner offers on one product page.

`17-3` is what partner 3 offers as product 17. `17` alone is the same for the partner who opened the page: the one with the oldest
stock record, from whom oscar sells by default. While something lies on `17` it keeps meaning the partner it was aimed at,
whoever comes or goes. So taking one seller's listing down never takes down another's who was not heard. Product 17 may
be a page of its own, a variant (child), or a page with variants (parent): then its offers are those of its public variants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from oscar.core.loading import get_model

from countermark_oscar.models import Restriction

NOBODY = 0  # a page that no partner offers
_ID = re.compile(r"([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?")


@dataclass(frozen=True)
class Offer:
    """A listing: its product as oscar has it, and the partner who offers it (NOBODY: none)."""

    item_id: str
    product: Any
    partner_id: int

    @cached_property
    def records(self) -> list[Any]:
        """The partner's stock records, oldest first; those of variants that are shown, if the page has variants."""
        found = records_of(self.product).filter(partner_id=self.partner_id)
        return list(found.select_related("product__product_class", "product__parent__product_class", "partner"))


def find(item_id: str) -> Offer | None:
    """Return the listing of this id; None when there is no such product, or this partner never offered it."""
    told = _ID.fullmatch(item_id)
    product = (
        get_model("catalogue", "Product").objects.filter(pk=told[1]).select_related("parent").first() if told else None
    )
    if told is None or product is None:
        return None
    if told[2] is None:
        return Offer(item_id, product, _aimed_at(item_id) or _opener(product))
    partner_id = int(told[2])
    if not records_of(product).filter(partner_id=partner_id).exists() and _aimed_at(item_id, or_was=True) is None:
        return None
    return Offer(item_id, product, partner_id)


def records_of(product: Any) -> QuerySet[Any]:
    """All stock records on a page, oldest first."""
    records = get_model("partner", "StockRecord").objects.order_by("pk")
    if product.is_parent:
        return records.filter(product__parent=product, product__is_public=True)
    return records.filter(product=product)


def is_published(product: Any) -> bool:
    """Whether the seller shows this page: oscar's own flag, which is the seller's alone."""
    return bool(product.is_public and (product.parent is None or product.parent.is_public))


def _aimed_at(item_id: str, *, or_was: bool = False) -> int | None:
    rows = Restriction.objects.filter(item_id=item_id)
    return (rows if or_was else rows.filter(~Q(measure=""))).values_list("partner_id", flat=True).first()


def _opener(product: Any) -> int:
    return records_of(product).values_list("partner_id", flat=True).first() or NOBODY
