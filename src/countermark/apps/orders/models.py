"""Orders of courts and authorities and our own decisions, of people or of screening: what they lay on which listing or shop.

`OrderEvent` is append-only: triggers on both engines. An `OrderLine` in force joins what its listing or shop must be.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.work.models import SealedText, StoredFile

SOURCES = ("authority", "operator", "screening")
OWN = ("operator", "screening")  # decisions of our own: what was laid by them can be appealed here
KINDS = ("restrict", "restore", "inform", "case")
STATES = ("in_force", "ended")
EARLY = ("set_aside", "expired", "mended")  # how an order ends that whoever it touches is told of


class Order(models.Model):
    """One order (O-2026-000001), decision of the operator's own (M-…) or of screening (S-…), as it was recorded."""

    number = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)  # restrict, restore, inform; case: it decides one case
    marketplace = models.ForeignKey(Marketplace, models.PROTECT, related_name="orders")
    authority = models.CharField(max_length=200, blank=True)  # an office, never a person
    country = models.CharField(max_length=2, blank=True)  # whose authority it is
    basis = models.CharField(max_length=300, blank=True)  # the law it names; for a decision, the clause of our rules
    reference = models.CharField(max_length=120, blank=True)  # the authority's own number
    contact_email = models.EmailField(blank=True)  # where the authority gets its receipt
    language = models.CharField(max_length=10, default="en")  # of the order, and so of the receipt
    words = models.ForeignKey(
        SealedText, models.PROTECT, related_name="+"
    )  # what is ordered and why: the seller reads it
    answer = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")  # information given
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.CharField(max_length=12, blank=True)  # of core.measures; "" for restore and inform
    countries = models.JSONField(default=list)  # ISO 3166-1; none: everywhere
    until = models.DateTimeField(null=True, blank=True)  # case time; none: until it is set aside
    received_at = models.DateTimeField()  # case time: when it reached us
    at = models.DateTimeField()  # case time: when it was recorded, and took effect here
    recorded_at = models.DateTimeField()  # real time
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )  # None: software decided
    state = models.CharField(max_length=10, default="in_force")
    ended_at = models.DateTimeField(null=True, blank=True)  # case time
    ended_how = models.CharField(max_length=12, blank=True)  # one of EARLY, or done
    seq = models.PositiveIntegerField(default=0)
    head_hash = models.BinaryField()
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)  # idempotency: a replay finds this order

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="order_state_known"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="order_source_known"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="order_kind_known"),
            models.CheckConstraint(
                condition=Q(source="screening") | Q(recorded_by__isnull=False), name="order_by_software_is_of_screening"
            ),
        ]
        indexes = [models.Index(fields=["until"], name="order_until", condition=Q(state="in_force"))]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One listing or one shop an order is about. While not released, `measure` is asked of it."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, blank=True, related_name="order_lines")
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="order_lines")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="order_lines")
    measure = models.CharField(max_length=12, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)  # case time
    effect_at = models.DateTimeField(null=True, blank=True)  # case time: the marketplace confirmed it
    effect = models.CharField(max_length=20, blank=True)  # how it then stood

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(listing=None) ^ Q(seller=None), name="order_line_is_about_one_thing"),
            models.UniqueConstraint(fields=["order", "listing"], name="order_listing_once"),
            models.UniqueConstraint(fields=["order", "seller"], name="order_seller_once"),
        ]
        indexes = [
            models.Index(fields=["listing"], name="order_on_listing", condition=Q(released_at=None)),
            models.Index(fields=["seller"], name="order_on_seller", condition=Q(released_at=None)),
        ]


class OrderEvent(models.Model):
    """One link of an order's chain: codes, ids and instants; hashed as the events of a case are."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=20)
    by = models.CharField(max_length=12)
    at = models.DateTimeField()  # legal
    recorded_at = models.DateTimeField()  # real
    payload = models.TextField()  # canonical JSON, as hashed
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "seq"], name="order_link_once")]
        ordering = ["order_id", "seq"]


class OrderAppeal(models.Model):
    """A shop's appeal against a decision of the operator's own (DSA art. 20), and the answer of another person."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="appeals")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="order_appeals")
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # None: a seller who came by a link
    words = models.ForeignKey(SealedText, models.PROTECT, related_name="+")
    files = models.ManyToManyField(StoredFile, related_name="order_appeals")
    filed_at = models.DateTimeField()  # case time
    due_at = models.DateTimeField()  # ours; late is an operator's task and decides nothing
    key = models.CharField(max_length=80, unique=True)  # a second click finds this one
    decided_at = models.DateTimeField(null=True, blank=True)  # case time
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    granted = models.BooleanField(null=True, blank=True)
    answer = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")  # why, in words

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "seller"], name="order_appealed_once"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, granted=None, answer=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, granted__isnull=False, answer__isnull=False),
                name="order_appeal_decided_whole",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="order_appeal_due", condition=Q(decided_at=None))]


class OrderLetter(models.Model):
    """One letter about an order: to the authority, or to a shop that it touches. At least once, with a stable Message-ID."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="letters")
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="order_letters")
    what = models.CharField(max_length=12)  # receipt, effect, told, ended, appeal, answer
    address = models.CharField(max_length=254, blank=True)  # none known: failed at once, an operator's task
    mail_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()  # case time
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # case time
    failed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "seller", "what"], name="order_letter_once"),
            models.UniqueConstraint(
                fields=["order", "what"], condition=Q(seller=None), name="order_letter_to_authority_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["failed_at"],
                name="order_letter_failed",
                condition=Q(delivered_at=None, failed_at__isnull=False),
            ),
        ]
