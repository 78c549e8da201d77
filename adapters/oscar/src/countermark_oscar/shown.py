"""What may visitors see and buy, given what lies on listings and partners? Conditions for queries, and answers for one product.

An offer is hidden by a pause or a removal on its own page or on the page it is a variant of, and by the suspension or
closing of its partner. A page is hidden when it has offers and all are hidden, or has none and was itself taken down. What
the seller shows or not (`is_public`) is oscar's and stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from countermark_shop import Measure
from django.db.models import Exists, OuterRef, Q
from oscar.core.loading import get_model

from countermark_oscar.models import CLOSING, HIDING, PartnerMeasure, Restriction
from countermark_oscar.offers import NOBODY


def shown_pages() -> Q:
    """The condition on products that a page is not hidden; every part of it is a look into an index."""
    records = get_model("partner", "StockRecord").objects
    own = records.filter(product=OuterRef("pk"))
    variants = records.filter(product__parent=OuterRef("pk"), product__is_public=True)
    taken_down = Restriction.objects.filter(measure__in=HIDING, partner_id=NOBODY)
    free = ~Exists(taken_down.filter(product_id=OuterRef("pk"))) & ~Exists(
        taken_down.filter(product_id=OuterRef("parent_id"))
    )
    offered = Q(Exists(own.filter(open_offers()))) | Q(Exists(variants.filter(open_offers())))
    return offered | Q(~Exists(own) & ~Exists(variants) & free)


def open_offers() -> Q:
    """The condition on stock records that an offer is not hidden."""
    laid = Restriction.objects.filter(measure__in=HIDING, partner_id=OuterRef("partner_id"))
    closed = PartnerMeasure.objects.filter(partner_id=OuterRef("partner_id"), lies=True, measure__in=CLOSING)
    return Q(
        ~Exists(laid.filter(product_id=OuterRef("product_id")))
        & ~Exists(laid.filter(product_id=OuterRef("product__parent_id")))
        & ~Exists(closed)
    )


def is_shown(product: Any) -> bool:
    """Whether visitors may open this page; a variant only while the page it belongs to is not hidden either."""
    pages = [product.pk, *([product.parent_id] if product.parent_id else [])]
    products = get_model("catalogue", "Product").objects
    return products.filter(shown_pages(), pk__in=pages).count() == len(pages)


class Laid:
    """What lies on offers, for one request: partners are read once, each product's restrictions once."""

    def __init__(self) -> None:
        self._closed: frozenset[int] | None = None
        self._by_product: dict[int, dict[int, str]] = {}

    def hides(self, record: Any) -> bool:
        """Whether this stock record cannot be bought from."""
        return record.partner_id in self._closed_partners() or self._measure(record) in HIDING

    def demotes(self, record: Any) -> bool:
        return self._measure(record) == Measure.DEMOTE

    def _measure(self, record: Any) -> str:
        if record.product_id not in self._by_product:
            pages = [record.product_id, *([record.product.parent_id] if record.product.parent_id else [])]
            rows = Restriction.objects.filter(product_id__in=pages).exclude(measure="")
            self._by_product[record.product_id] = strongest(rows.values_list("partner_id", "measure"))
        return self._by_product[record.product_id].get(record.partner_id, "")

    def _closed_partners(self) -> frozenset[int]:
        if self._closed is None:
            rows = PartnerMeasure.objects.filter(lies=True, measure__in=CLOSING)
            self._closed = frozenset(rows.values_list("partner_id", flat=True))
        return self._closed


def strongest(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Return the strongest measure of each partner."""
    by_strength = sorted(rows, key=lambda row: Measure(row[1]).strength)
    return dict(by_strength)


def demoted_pages() -> list[int]:
    """Return the products that stand last in every list: each offer that is left on their page is demoted."""
    demoting = Restriction.objects.filter(measure=Measure.DEMOTE)
    laid = demoting.filter(partner_id=OuterRef("partner_id"))
    records = get_model("partner", "StockRecord").objects.filter(
        open_offers(), ~Exists(laid.filter(product_id=OuterRef("product_id"))),
        ~Exists(laid.filter(product_id=OuterRef("product__parent_id"))),
    )  # fmt: skip
    others = records.filter(product=OuterRef("pk")), records.filter(product__parent=OuterRef("pk"))
    pages = get_model("catalogue", "Product").objects.filter(pk__in=list(demoting.values_list("product_id", flat=True)))
    return list(pages.exclude(Exists(others[0])).exclude(Exists(others[1])).values_list("pk", flat=True))
