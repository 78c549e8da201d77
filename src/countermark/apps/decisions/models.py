"""What reviewers do: a step that waits ten seconds and can be undone, and the decision it becomes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.complaints.models import Complaint
from countermark.apps.work.models import SealedText, StoredFile


class PendingStep(models.Model):
    """A reviewer's step that goes out at `goes_at` (real time) unless undone. One per case; it holds the case meanwhile."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="pending_step")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pending_steps")
    event = models.CharField(max_length=30)
    seq = models.PositiveIntegerField()  # the case as the reviewer saw it
    verdict = models.CharField(max_length=12, blank=True)
    grounds = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    facts = models.JSONField(default=list)  # what the event brings with it: core_elements, seller_won
    words = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)  # internal
    made_at = models.DateTimeField()
    goes_at = models.DateTimeField()

    twins = 1  # lines one click made it for; `selectors.steps_made` counts them

    @property
    def click(self) -> tuple[Any, ...]:
        """The same for all steps that one click made."""
        return self.complaint.notice_id, self.event, self.made_at, self.goes_at


class DroppedStep(models.Model):
    """A step that could not happen: the case moved by another hand before it went out. Kept until its reviewer has read it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="dropped_steps")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dropped_steps")
    event = models.CharField(max_length=30)
    dropped_at = models.DateTimeField()  # case time


class SeniorRequest(models.Model):
    """A reviewer asked a senior to take this case. It lasts until the case is decided; `note` is for the senior alone."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="senior_request")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    note = models.TextField()
    asked_at = models.DateTimeField()  # real time


class Decision(models.Model):
    """A decision on the claim: verdict, grounds, the reviewer's own words, and who made it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="decisions")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=30)
    verdict = models.CharField(max_length=12)
    grounds = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    words = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="decision_once")]


class Appeal(models.Model):
    """One side's appeal against a decision (DSA art. 20): a case of its own; granted, it is an event on the complaint.

    `granted` is None while it is open, and for one that had nothing left to win when it was closed.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="appeals")
    seq = models.PositiveIntegerField()  # of the event appealed against
    side = models.CharField(max_length=12)  # seller, complainant
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # None: a seller who came by a link
    words = models.ForeignKey(SealedText, models.PROTECT, related_name="+")
    files = models.ManyToManyField(StoredFile, related_name="appeals")
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()  # ours; late alarms senior review and decides nothing
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)  # a second click finds this one
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    granted = models.BooleanField(null=True, blank=True)
    answer = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")  # why, in words
    made = models.PositiveIntegerField(null=True, blank=True)  # seq of the event it led to

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(decided_at=None), name="one_open_appeal"),
            models.UniqueConstraint(fields=["complaint", "seq", "side"], name="appealed_once"),
            models.CheckConstraint(condition=Q(side__in=["seller", "complainant"]), name="appeal_side_known"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, granted=None, answer=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, answer__isnull=False),
                name="appeal_decided_whole",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="appeal_due", condition=Q(decided_at=None))]
