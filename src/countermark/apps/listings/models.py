"""What is complained of: listings and storefronts as the marketplace showed them, and frozen copies that never change."""

from __future__ import annotations

from django.db import models

from countermark.apps.parties.models import Marketplace, Seller

WANTED = ("nothing", "demote", "pause", "remove")
KINDS = ("listing", "storefront")
SHOP_STATES = ("unknown", "up", "demoted", "paused", "removed", "deleted_by_seller", "sold_out", "gone")


class Listing(models.Model):
    """One address of sale. `wanted` is computed from its complaints and orders; `shop_state` is what was last confirmed.

    `wanted_there` and `shop_there` name the countries where it is otherwise: {"DE": "remove"}, {"DE": "removed"}.
    """

    marketplace = models.ForeignKey(Marketplace, models.PROTECT, related_name="listings")
    kind = models.CharField(max_length=12, default="listing")
    item_id = models.CharField(max_length=120)
    url = models.URLField(max_length=600)
    title = models.CharField(max_length=600, blank=True)
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="listings")
    shop_state = models.CharField(max_length=20, default="unknown")
    shop_state_at = models.DateTimeField(null=True, blank=True)
    shop_there = models.JSONField(default=dict)
    wanted = models.CharField(max_length=10, default="nothing")
    wanted_there = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "kind", "item_id"], name="listing_once"),
            models.CheckConstraint(condition=models.Q(wanted__in=WANTED), name="wanted_known"),
            models.CheckConstraint(condition=models.Q(shop_state__in=SHOP_STATES), name="shop_state_known"),
        ]

    def __str__(self) -> str:
        return self.title or self.url


class FrozenCopy(models.Model):
    """A listing as it was at one instant. `digest` is SHA-256 over title, text, price, seller and the pictures' digests."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="copies")
    taken_at = models.DateTimeField()
    title = models.CharField(max_length=600, blank=True)
    text = models.TextField(blank=True)
    price = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    seller_ref = models.CharField(max_length=100, blank=True)
    seller_name = models.CharField(max_length=200, blank=True)
    pictures = models.JSONField(default=list)  # [{"file": StoredFile id, "sha256": …, "url": …}]
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=20)  # connector, or "address" when only the address is known


class PushedListing(models.Model):
    """A listing as its marketplace sent it by itself, last. `state` is its word; how it stands with us is the Listing's."""

    listing = models.OneToOneField(Listing, models.CASCADE, primary_key=True, related_name="pushed")
    text = models.TextField(blank=True)
    price = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    images = models.JSONField(default=list)  # their addresses
    state = models.CharField(max_length=20)
    updated_at = models.DateTimeField()  # by the marketplace's clock: what is older never replaces what is newer
    pushed_at = models.DateTimeField()  # case time
    digest = models.CharField(max_length=64)  # of the whole line: the same again writes nothing

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SHOP_STATES[1:]), name="pushed_state_known"),
        ]
