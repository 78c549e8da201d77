"""What a holder owns: rights with their documents. Fields that differ by kind are data (core/catalogue/right_kinds.toml)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from countermark.apps.parties.models import Holder
from countermark.apps.work.models import StoredFile

STATES = (
    *("draft", "pending", "returned", "approved", "suspended", "expired", "invalidated"),
    *("in_grace", "lapsed", "surrendered", "transferred", "rejected"),
)


class Right(models.Model):
    """One IP right. `fields` holds what only its kind asks for, as typed; a draft may be incomplete in everything."""

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="rights")
    kind = models.CharField(max_length=20)  # trademark, copyright, patent, utility_model, design, other
    state = models.CharField(max_length=20, default="draft")
    name = models.CharField(max_length=300, blank=True)
    office = models.CharField(max_length=10, blank=True)  # WIPO ST.3
    territory = models.CharField(max_length=400, blank=True)  # codes, several separated by blanks; "*" everywhere
    number = models.CharField(max_length=60, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    classes = models.JSONField(default=list, blank=True)  # Nice or Locarno, whole numbers
    brand = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    picture = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # until when a reviewer should have looked
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    return_reasons = models.JSONField(default=list, blank=True)  # codes of core/catalogue
    return_note = models.TextField(blank=True)
    look_at = models.DateTimeField(null=True, blank=True)  # case time: when its end is reached, and that of its grace
    remind_at = models.DateTimeField(null=True, blank=True)  # case time: when its holder is reminded next

    class Meta:
        indexes = [
            models.Index(fields=["holder", "state"]),
            models.Index(fields=["state", "submitted_at"]),
            models.Index(fields=["look_at"], name="right_look", condition=models.Q(look_at__isnull=False)),
            models.Index(fields=["remind_at"], name="right_remind", condition=models.Q(remind_at__isnull=False)),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=STATES), name="right_state_known")]

    def __str__(self) -> str:
        return f"{self.name}, {self.office} {self.number}".rstrip(", ")


class RightDocument(models.Model):
    """A paper that proves a right: certificate, class page, claim statement, sample."""

    right = models.ForeignKey(Right, models.CASCADE, related_name="documents")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    coloured = models.FloatField(null=True, blank=True)  # share of coloured pixels, 0 to 1; null: not told

    class Meta:
        constraints = [models.UniqueConstraint(fields=["right", "file", "kind"], name="paper_once")]


class SentForReview(models.Model):
    """What somebody shows by a paper and a reviewer has to look at."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()  # until when a reviewer should have looked
    answer = models.CharField(max_length=10, blank=True)  # accepted, returned; "" waits
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


class RightRenewal(SentForReview):
    """What a holder says of a renewal: the new end and the paper that shows it. One at a time waits for a reviewer."""

    right = models.ForeignKey(Right, models.CASCADE, related_name="renewals")
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["right"], condition=models.Q(answer=""), name="one_renewal_waits"),
            models.CheckConstraint(condition=models.Q(answer__in=["", "accepted", "returned"]), name="renewal_answer"),
        ]


class RightTransfer(SentForReview):
    """A new owner says that a transferred right is now its own, and shows it. One at a time waits for a reviewer.

    `goes_on`: what was complained of before and still runs is the new owner's from then on; else it ends.
    """

    right = models.ForeignKey(Right, models.CASCADE, related_name="transfers")
    to = models.ForeignKey(Holder, models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=200)  # as the register shows it now
    goes_on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["right"], condition=models.Q(answer=""), name="one_transfer_waits"),
            models.CheckConstraint(condition=models.Q(answer__in=["", "accepted", "returned"]), name="transfer_answer"),
        ]


class RightRecord(models.Model):
    """What an office's register said of a right, as of the day it was asked; never rewritten, but for when it was last the same.

    `content` is what was read of it, `raw` the record as it came. `filled`: which answers were taken from it. `findings`: where
    it speaks against a right that complaints rest on; while it `waits`, a reviewer has to look.
    """

    right = models.ForeignKey(Right, models.CASCADE, related_name="records")
    office = models.CharField(max_length=10)
    number = models.CharField(max_length=60)
    content = models.JSONField()
    raw = models.TextField(blank=True)
    picture = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")  # of the mark
    fetched_at = models.DateTimeField()
    fetched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    same_at = models.DateTimeField()  # when the office last said the same
    filled = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)
    waits = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["right", "fetched_at"]),
            models.Index(fields=["waits"], name="record_waits", condition=models.Q(waits=True)),
        ]


class RightEvent(models.Model):
    """What happened to a right, in order: registered, returned with reasons, sent again, approved."""

    right = models.ForeignKey(Right, models.CASCADE, related_name="events")
    event = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
