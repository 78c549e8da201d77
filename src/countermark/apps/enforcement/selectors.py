"""What was asked of the marketplaces and is not done yet, and which listings should be looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from countermark.apps.enforcement.models import Measure
from countermark.apps.listings.models import Listing

LOOK_EVERY = timedelta(days=1)  # of case time, while a case about the listing is open


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


def not_confirmed(*, at: datetime, since: timedelta = timedelta(hours=1)) -> QuerySet[Measure]:
    """What a marketplace with a connector should have confirmed by now: asked for longer than `since` ago."""
    return open_measures().filter(by_hand=False, asked_at__lte=at - since)


def measures_of(listing: Listing) -> QuerySet[Measure]:
    """Everything ever asked about this listing, newest first."""
    return listing.measures.order_by("-pk")


def listings_to_look_at(*, at: datetime, limit: int) -> list[int]:
    """Ids of listings with an open case whose state at the marketplace was last seen more than a day ago."""
    live = Listing.objects.filter(kind="listing", complaints__outcome__in=("", "moot"))
    stale = Q(shop_state_at=None) | Q(shop_state_at__lt=at - LOOK_EVERY)
    rows = live.exclude(marketplace__connector="none").filter(stale).order_by(F("shop_state_at").asc(nulls_first=True))
    return list(dict.fromkeys(rows.values_list("pk", flat=True)[:limit]))
