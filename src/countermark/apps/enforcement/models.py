"""What was asked of a marketplace, until it confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Seller


class Asked(models.Model):
    """One change asked of a marketplace, until it confirmed. `reference` makes a repeated call harmless."""

    reference = models.CharField(max_length=60, unique=True)
    asked_at = models.DateTimeField()  # case time
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)  # real time
    answer = models.CharField(max_length=300, blank=True)  # the last answer when it was not a confirmation
    confirmed_at = models.DateTimeField(null=True, blank=True)  # case time
    confirmed_state = models.CharField(max_length=20, blank=True)
    superseded = models.BooleanField(default=False)  # a later measure replaced it before it was confirmed
    by_hand = models.BooleanField(
        default=False
    )  # no connector, or it does not offer this: an operator does it and says so
    drifted = models.BooleanField(default=False)  # asked again because what was confirmed was found undone

    class Meta:
        abstract = True


class Measure(Asked):
    """One restriction asked of one listing: demote, pause, remove or nothing (reverse); `there`, what is more."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="measures")
    wanted = models.CharField(max_length=10)  # everywhere
    there = models.JSONField(default=dict)  # {"DE": "remove"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing"], condition=Q(confirmed_at=None, superseded=False), name="one_open_measure"
            )
        ]
        indexes = [
            models.Index(fields=["confirmed_at"], name="measure_day", condition=Q(confirmed_at__isnull=False)),
            models.Index(fields=["asked_at"], name="measure_drifted", condition=Q(drifted=True)),
        ]


class ShopMeasure(Asked):
    """One measure laid on a seller's shop (`on`), or lifted from it. Each kind is asked, confirmed and lifted by itself."""

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="measures")
    measure = models.CharField(max_length=12)  # of core.measures.SHOP_MEASURES
    on = models.BooleanField()
    seen_at = models.DateTimeField(
        null=True, blank=True
    )  # case time: the shop was last looked at, after it was confirmed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "measure"],
                condition=Q(confirmed_at=None, superseded=False),
                name="one_open_shop_measure",
            )
        ]
