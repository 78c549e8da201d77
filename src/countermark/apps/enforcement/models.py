"""What was asked of a marketplace, until it confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from countermark.apps.listings.models import Listing


class Measure(models.Model):
    """One change asked of one listing: pause, remove, or reverse. `reference` makes a repeated call harmless."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="measures")
    wanted = models.CharField(max_length=10)  # nothing (reverse), pause, remove
    reference = models.CharField(max_length=60, unique=True)
    asked_at = models.DateTimeField()  # case time
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)  # real time
    answer = models.CharField(max_length=300, blank=True)  # the last answer when it was not a confirmation
    confirmed_at = models.DateTimeField(null=True, blank=True)  # case time
    confirmed_state = models.CharField(max_length=20, blank=True)
    superseded = models.BooleanField(default=False)  # a later measure replaced it before it was confirmed
    by_hand = models.BooleanField(default=False)  # no connector: an operator does it and says so

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing"], condition=Q(confirmed_at=None, superseded=False), name="one_open_measure"
            )
        ]
