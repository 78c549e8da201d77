"""How is one call of the desk kept in the shop's database? The protocol `Book` over Django's models: one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from countermark_shop import NONE, Call, Measure, Own, ShopMeasure, ShopStanding, Standing
from countermark_shop import Restriction as Wanted
from django.db import transaction
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from countermark_oscar import offers, search
from countermark_oscar.models import Asked, PartnerMeasure, Restriction
from countermark_oscar.offers import Offer


@contextmanager
def opened() -> Iterator[DjangoBook]:
    """A transaction of its own, whatever the site does with its requests."""
    with transaction.atomic():
        yield DjangoBook()


class DjangoBook:
    """Locks the row of a listing, or the partner's row, until the transaction ends."""

    def asked_before(self, call: Call) -> str | None:
        rows = Asked.objects.filter(about=call.about, subject=call.id, kind=call.kind, reference=call.reference)
        return rows.values_list("asks", flat=True).first()

    def write_down(self, call: Call, *, acted: bool) -> None:
        Asked.objects.create(
            about=call.about,
            subject=call.id,
            kind=call.kind,
            reference=call.reference,
            asks=call.asks,
            acted=acted,
            signed_at=call.signed_at,
        )

    def standing(self, item_id: str) -> Standing | None:
        offer = offers.find(item_id)
        if offer is None:
            return None
        aim = {"product_id": offer.product.pk, "partner_id": offer.partner_id}
        Restriction.objects.get_or_create(item_id=item_id, defaults=aim)
        row = Restriction.objects.select_for_update().get(item_id=item_id)
        list(
            offers.records_of(offer.product).filter(partner_id=offer.partner_id).select_for_update()
        )  # no order meanwhile
        return standing_of(offer, row)

    def restrict(self, call: Call) -> None:
        row = Restriction.objects.get(item_id=call.id)
        offer, measure = offers.find(call.id), call.restriction.everywhere or ""
        if not row.measure and offer is not None:
            row.partner_id = offer.partner_id  # nothing lay on it, so it is aimed anew
        if row.measure != measure:
            row.since = timezone.now()
        row.measure, row.reason_url, row.newest = measure, call.reason_url or "", call.signed_at
        row.save()
        transaction.on_commit(lambda: search.refresh_page(row.product_id))

    def shop_standing(self, seller_id: str) -> ShopStanding | None:
        partner = partner_of(seller_id)
        if partner is None:
            return None
        get_model("partner", "Partner").objects.select_for_update().get(pk=partner.pk)
        return laid_on(partner)

    def set_shop(self, call: Call) -> None:
        lies = call.kind == "apply"
        row = PartnerMeasure.objects.filter(partner_id=call.id, measure=call.measure).first()
        since = row.since if row and row.lies == lies else timezone.now()
        told = {"lies": lies, "since": since, "newest": call.signed_at, "reason_url": call.reason_url or ""}
        PartnerMeasure.objects.update_or_create(partner_id=call.id, measure=call.measure, defaults=told)
        transaction.on_commit(lambda: search.refresh_partner(int(call.id)))


def standing_of(offer: Offer, row: Restriction | None) -> Standing:
    """Return how a listing stands: what its seller did, and what lies on it."""
    if row is None:
        return Standing(own_state(offer))
    laid = Wanted(Measure(row.measure)) if row.measure else NONE
    return Standing(own_state(offer), laid, row.since, row.newest)


def own_state(offer: Offer) -> Own:
    """What the seller did: unpublished, or no longer offered, is deleted; on nobody's shelf is sold out."""
    records = offer.records
    if not offers.is_published(offer.product) or (offer.partner_id != offers.NOBODY and not records):
        return Own.DELETED
    strategy = plain_strategy()
    if any(strategy.fetch_for_product(one.product, one).availability.is_available_to_buy for one in records):
        return Own.UP
    return Own.SOLD_OUT


def plain_strategy() -> Any:
    """Return the site's strategy for nobody in particular, without our own holds: what lies on an offer is not its stock."""
    selector = get_class("partner.strategy", "Selector")
    plain = getattr(selector.strategy, "__wrapped__", selector.strategy)
    return plain(selector())


def partner_of(seller_id: str) -> Any | None:
    if not (seller_id.isascii() and seller_id.isdigit() and len(seller_id) <= 18):
        return None
    return get_model("partner", "Partner").objects.filter(pk=seller_id).first()


def laid_on(partner: Any) -> ShopStanding:
    rows = list(PartnerMeasure.objects.filter(partner_id=partner.pk).order_by("since"))
    since = [row.since for row in rows if row.lies]
    return ShopStanding(
        frozenset(ShopMeasure(row.measure) for row in rows if row.lies),
        since[-1] if since else None,
        {ShopMeasure(row.measure): row.newest for row in rows},
    )
