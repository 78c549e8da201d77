"""What the parties were told: one message per notice, party and occasion, and its deliveries."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.complaints.models import Notice
from countermark.apps.parties.models import Holder, Seller
from countermark.apps.rights.models import Right


class Message(models.Model):
    """One telling of one party about one notice, with every line it concerns. Worded when read, in the reader's language."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="messages")
    party = models.CharField(max_length=12)  # seller, complainant
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="messages")
    holder = models.ForeignKey(Holder, models.PROTECT, null=True, blank=True, related_name="messages")
    kind = models.CharField(max_length=20)  # events, reminder, receipt, appeal
    key = models.CharField(max_length=120)  # with notice and party unique: a telling happens once
    lines = models.JSONField(default=list)  # [[complaint id, seq, event], …]
    created_at = models.DateTimeField()  # case time
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "party", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["holder", "created_at"], name="message_of_holder"),
            models.Index(fields=["seller", "created_at"], name="message_of_shop"),
        ]

    def is_about(self, complaint_id: int) -> bool:
        return any(line[0] == complaint_id for line in self.lines)


class Delivery(models.Model):
    """One way a message goes to one address: at least once, with a stable Message-ID, until accepted or given up."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, default="mail")
    address = models.CharField(max_length=254)
    mail_id = models.CharField(max_length=200, unique=True)  # the Message-ID header
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # case time: this serves
    failed_at = models.DateTimeField(null=True, blank=True)  # came back for good: an operator's task
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["delivered_at"], name="delivery_day", condition=Q(delivered_at__isnull=False)),
            models.Index(fields=["failed_at"], name="delivery_failed", condition=Q(failed_at__isnull=False)),
            models.Index(
                fields=["attempts"], name="delivery_under_way", condition=Q(delivered_at=None, failed_at=None)
            ),
        ]


class RightLetter(models.Model):
    """One letter to the holder of a right: that its end comes near, or what happened to it. At least once, one Message-ID."""

    right = models.ForeignKey(Right, models.PROTECT, related_name="letters")
    holder = models.ForeignKey(Holder, models.PROTECT, related_name="+")  # to whom; a right can go over to another
    key = models.CharField(max_length=60)  # ends-2036-07-30-30 (days before), event-17: a letter is written once
    what = models.CharField(max_length=40)  # ends, or the event of the right
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # of a reminder
    created_at = models.DateTimeField()  # case time
    address = models.CharField(max_length=254)
    mail_id = models.CharField(max_length=200, unique=True)  # the Message-ID header
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # case time
    failed_at = models.DateTimeField(null=True, blank=True)  # came back for good
    answer = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # case time: opened among the messages

    class Meta:
        constraints = [models.UniqueConstraint(fields=["right", "key"], name="right_letter_once")]
        indexes = [
            models.Index(fields=["holder", "created_at"], name="right_letter_of_holder"),
            models.Index(
                fields=["failed_at"],
                name="right_letter_failed",
                condition=models.Q(delivered_at=None, failed_at__isnull=False),
            ),
        ]
