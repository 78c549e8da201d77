"""What was asked of the marketplaces and is not done yet, and which listings should be looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Seller

CONFIRMED_WITHIN = timedelta(hours=1)  # of being asked; what takes a marketplace longer is an operator's to look at
LOOK_EVERY = timedelta(days=1)  # of case time, while a case about the listing is open
LOOK_AT_RESTING = timedelta(days=7)  # what stays down when its case has ended may still come back by itself


def open_measure(listing: Listing) -> Measure | None:
    """The measure on this listing that is not confirmed yet; there is one at most."""
    return listing.measures.filter(confirmed_at=None, superseded=False).first()


def open_measures() -> QuerySet[Measure]:
    """Everything not confirmed yet, oldest first."""
    rows = Measure.objects.filter(confirmed_at=None, superseded=False)
    return rows.select_related("listing__marketplace", "listing__seller").order_by("asked_at", "pk")


def to_do_by_hand() -> QuerySet[Measure]:
    """What an operator has to do at the marketplace and then confirm: no connector, or the marketplace refused."""
    return open_measures().filter(by_hand=True)


def not_confirmed(*, at: datetime, since: timedelta = CONFIRMED_WITHIN) -> QuerySet[Measure]:
    """What a marketplace with a connector should have confirmed by now: asked for longer than `since` ago."""
    return open_measures().filter(by_hand=False, asked_at__lte=at - since)


def measures_of(listing: Listing) -> QuerySet[Measure]:
    """Everything ever asked about this listing, newest first."""
    return listing.measures.order_by("-pk")


def drifted(*, since: datetime) -> QuerySet[Measure]:
    """Listings that were found otherwise than confirmed, and are or were set right again: newest first."""
    rows = Measure.objects.filter(drifted=True, asked_at__gte=since)
    return rows.select_related("listing__marketplace", "listing__seller").order_by("-pk")


def times_drifted(listing: Listing) -> int:
    """How often this listing was found otherwise than its marketplace had confirmed."""
    return listing.measures.filter(drifted=True).count()


def listings_to_look_at(*, at: datetime, limit: int) -> list[int]:
    """Ids of listings whose state at the marketplace was last seen too long ago.

    With an open case or an order in force: more than a day; those that stay restricted otherwise: more than a week.
    """
    rows = Listing.objects.filter(kind="listing").exclude(marketplace__connector="none")
    asked = Q(complaints__outcome__in=("", "moot")) | Q(order_lines__released_at=None, order_lines__isnull=False)
    live = rows.filter(asked).filter(_unseen_since(at - LOOK_EVERY))
    resting = rows.filter(~Q(wanted="nothing") | ~Q(wanted_there={})).filter(_unseen_since(at - LOOK_AT_RESTING))
    oldest = F("shop_state_at").asc(nulls_first=True)
    ids = list(dict.fromkeys(live.order_by(oldest).values_list("pk", flat=True)[:limit]))
    more = resting.order_by(oldest).values_list("pk", flat=True)[:limit]
    return list(dict.fromkeys([*ids, *more]))[:limit]


def _unseen_since(instant: datetime) -> Q:
    return Q(shop_state_at=None) | Q(shop_state_at__lt=instant)


# --- shops ----------------------------------------------------------------------------------------------------------------


def open_shop_measures() -> QuerySet[ShopMeasure]:
    """What was asked of shops and is not confirmed yet, oldest first."""
    rows = ShopMeasure.objects.filter(confirmed_at=None, superseded=False)
    return rows.select_related("seller__marketplace").order_by("asked_at", "pk")


def shops_not_confirmed(*, at: datetime, since: timedelta = CONFIRMED_WITHIN) -> QuerySet[ShopMeasure]:
    """What a marketplace with a connector should have done to a shop by now: asked for longer than `since` ago."""
    return open_shop_measures().filter(by_hand=False, asked_at__lte=at - since)


def shops_by_hand() -> QuerySet[ShopMeasure]:
    """What an operator has to do to a shop at its marketplace and then confirm."""
    return open_shop_measures().filter(by_hand=True)


def measures_of_shop(seller: Seller) -> QuerySet[ShopMeasure]:
    """Everything ever asked about this shop, newest first."""
    return seller.measures.order_by("-pk")


def shops_to_look_at(*, at: datetime, limit: int) -> list[int]:
    """Ids of shops with a connector on which a measure lies, and that nobody has looked at for a day."""
    lying = ShopMeasure.objects.filter(on=True, superseded=False).exclude(confirmed_at=None)
    stale = Q(seen_at=None) | Q(seen_at__lt=at - LOOK_EVERY)
    rows = lying.filter(stale).exclude(seller__marketplace__connector="none")
    asked = rows.filter(seller__order_lines__released_at=None, seller__order_lines__isnull=False)
    return list(asked.order_by("seller_id").values_list("seller_id", flat=True).distinct()[:limit])
