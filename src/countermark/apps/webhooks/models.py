"""Where events are sent, and each event on its way to each endpoint. Rows and constraints, no rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.parties.models import Holder, Seller
from countermark.apps.work.models import SealedText

ACTIVE, PAUSED, STOPPED, CLOSED = "active", "paused", "stopped", "closed"
WAITING, ACCEPTED, GIVEN_UP = "waiting", "accepted", "given_up"


class Endpoint(models.Model):
    """An address that wants to be told. A holder's, a shop's, or the platform's: it is sent what that party may see.

    `next_position` is the first number of the log that was not looked at yet for it: what was not looked at is not lost
    while it is paused or stopped. Instants are real time.
    """

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=600)
    holder = models.ForeignKey(Holder, models.PROTECT, null=True, blank=True, related_name="endpoints")
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="endpoints")
    events = models.JSONField(default=list)  # [] for every one
    marketplaces = models.JSONField(default=list)  # slugs; [] for every one
    packs = models.JSONField(default=list)  # [] for every one
    secret = models.ForeignKey(SealedText, models.PROTECT, null=True, related_name="+")
    old_secret = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")
    old_until = models.DateTimeField(null=True, blank=True)  # both secrets sign until then

    state = models.CharField(max_length=10, default=ACTIVE)
    why = models.CharField(max_length=20, blank=True, default="")  # it was stopped: failing, gone, no_secret
    state_at = models.DateTimeField(null=True, blank=True)
    next_position = models.PositiveBigIntegerField(default=0)
    replay_until = models.PositiveBigIntegerField(default=0)  # below it what was sent before is sent again

    accepted_at = models.DateTimeField(null=True, blank=True)  # something, last
    failing_since = models.DateTimeField(null=True, blank=True)  # nothing was accepted since
    failures = models.PositiveIntegerField(default=0)  # runs in a row that the receiver itself ended
    next_try_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=300, blank=True, default="")  # of the last failure
    busy_by = models.CharField(max_length=40, blank=True, default="")
    busy_until = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[ACTIVE, PAUSED, STOPPED, CLOSED]), name="endpoint_state_known"
            ),
            models.CheckConstraint(condition=Q(holder=None) | Q(seller=None), name="endpoint_of_one_party"),
        ]

    def __str__(self) -> str:
        return self.name


class Dispatch(models.Model):
    """One event on its way to one endpoint, or a ping (no event). `due_at` stands as it was when the event was taken up."""

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="dispatches")
    event = models.ForeignKey(ComplaintEvent, models.PROTECT, null=True, blank=True, related_name="dispatches")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="dispatches")
    seq = models.PositiveIntegerField(default=0)
    position = models.PositiveBigIntegerField(null=True, blank=True)
    webhook_id = models.CharField(max_length=40)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    state = models.CharField(max_length=10, default=WAITING)
    attempts = models.PositiveIntegerField(default=0)  # since it was last asked for
    first_tried_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of the last answer
    fault = models.CharField(max_length=20, blank=True, default="")  # why none came
    answer = models.CharField(max_length=300, blank=True, default="")
    tries = models.JSONField(default=list)  # the last ones: [[instant, status or fault, milliseconds], …]
    replays = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="dispatched_once"),
            models.CheckConstraint(condition=Q(state__in=[WAITING, ACCEPTED, GIVEN_UP]), name="dispatch_state_known"),
        ]
        indexes = [
            models.Index(fields=["endpoint", "complaint", "seq"], name="dispatch_order", condition=Q(state=WAITING)),
            models.Index(fields=["endpoint", "next_at"], name="dispatch_next", condition=Q(state=WAITING)),
            models.Index(fields=["endpoint", "position"], name="dispatch_place"),
            models.Index(fields=["endpoint", "state"], name="dispatch_state"),
        ]
