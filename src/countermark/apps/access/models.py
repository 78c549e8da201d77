"""Keys of programs, the short-lived tokens made from them, what each asked before, and how often. Rows, no rules.

No secret is kept: a digest of a secret with 256 random bits cannot be searched back, so it needs no slow hash.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.parties.models import Holder, Marketplace, Seller


class ApiClient(models.Model):
    """A program that acts for one person in one role. It never can more than that person can at this moment."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_clients")
    role = models.CharField(max_length=20)  # apps/access/scopes.py
    holder = models.ForeignKey(Holder, models.CASCADE, null=True, blank=True, related_name="+")
    seller = models.ForeignKey(Seller, models.CASCADE, null=True, blank=True, related_name="+")
    marketplace = models.ForeignKey(Marketplace, models.CASCADE, null=True, blank=True, related_name="+")  # narrows
    scopes = models.JSONField(default=list)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8, unique=True)  # shown in lists; cmk_<prefix> is the client id of OAuth
    digest = models.CharField(max_length=64)  # SHA-256 of the whole key, hex
    created_at = models.DateTimeField()  # real time, like all of these
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    minute = models.PositiveBigIntegerField(default=0)  # the minute of `used`, counted from 1970
    used = models.PositiveIntegerField(default=0)  # requests in that minute, over all processes

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(digest=""), name="key_has_name_and_digest"),
            models.CheckConstraint(
                condition=(Q(role__in=("rights_holder", "agent"), holder__isnull=False) & Q(seller=None))
                | (Q(role="seller", seller__isnull=False) & Q(holder=None))
                | (Q(role__in=("reviewer", "senior", "operator", "auditor")) & Q(holder=None) & Q(seller=None)),
                name="key_acts_for_one",
            ),
        ]

    @property
    def client_id(self) -> str:
        return f"cmk_{self.prefix}"

    def __str__(self) -> str:
        return self.name


class AccessToken(models.Model):
    """A short-lived token of OAuth's client credentials (RFC 6749, 4.4). It ends with its key."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class Replay(models.Model):
    """A POST with an idempotency key: what was asked, and what was answered. Without an answer it is still running."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="replays")
    key = models.CharField(max_length=255)
    target = models.CharField(max_length=300)  # method and path
    body_digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    answer = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotency_key_once")]


class AddressCount(models.Model):
    """How many requests without a key came from one computer in one minute, over all processes. No address stands here."""

    digest = models.CharField(max_length=64, unique=True)  # of what is asked and from where
    at = models.DateTimeField(db_index=True)  # real time: the beginning of the minute
    used = models.PositiveIntegerField()
