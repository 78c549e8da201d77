"""What a holder showed of its identity, each time, and what a reviewer found. Rows and constraints, no rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.parties.models import Holder
from countermark.apps.work.models import SubjectKey

STATES = ("draft", "pending", "returned", "verified")


class IdentityCheck(models.Model):
    """One attempt of a holder to show who it is. A later attempt is a row of its own: what was found before stays."""

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="identity_checks")
    state = models.CharField(max_length=10, default="draft")
    is_change = models.BooleanField(
        default=False
    )  # of a verified account: what it is to be called, or where it is, from then on
    name = models.CharField(max_length=200, blank=True)  # as it was sent; "" of attempts from before it was kept
    address = models.TextField(blank=True)
    document = models.CharField(max_length=40, blank=True)  # as in core/catalogue/identity.toml
    number_digest = models.CharField(max_length=64, blank=True, db_index=True)  # keyed: equal numbers are found by it
    number_end = models.CharField(max_length=10, blank=True)  # its last characters, to find it on the paper
    valid_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reasons = models.JSONField(default=list)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="identity_state_known"),
            models.UniqueConstraint(
                fields=["holder"], condition=Q(state__in=("draft", "pending")), name="identity_one_open"
            ),
            models.CheckConstraint(condition=~Q(state="pending") | Q(due_at__isnull=False), name="identity_has_clock"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="identity_waits", condition=Q(state="pending"))]


class IdentityPaper(models.Model):
    """One sealed file of an attempt. It goes by the retention rule identity_papers; the attempt stays."""

    check_of = models.ForeignKey(IdentityCheck, models.CASCADE, related_name="papers")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    key = models.ForeignKey(SubjectKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()  # nonce and AES-GCM under the key of the holder
    added_at = models.DateTimeField()
    decided_at = models.DateTimeField(
        null=True, blank=True
    )  # when its attempt was; from then on it is kept for a while
