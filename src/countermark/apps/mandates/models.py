"""What an owner lets an agent do in its name: the mandate, the rights it names, its history. Rows and constraints, no rules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.parties.models import Holder, Marketplace
from countermark.apps.rights.models import Right
from countermark.apps.work.models import StoredFile

STATES = ("draft", "offered", "pending", "returned", "in_force", "expired", "revoked")


class Mandate(models.Model):
    """A power of attorney: who gives it, who acts by it, for what, from when to when. Frozen once it is sent.

    A sub-mandate has a `parent`: the one its agent passed on. While it is only offered, `agent` is who offers it.
    """

    number = models.CharField(max_length=20, unique=True)  # POA-2026-000001
    agent = models.ForeignKey(Holder, models.PROTECT, related_name="mandates")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="passed_on")
    offered_to = models.EmailField(blank=True)  # of a sub-mandate: who may accept it
    principal_name = models.CharField(max_length=200, blank=True)
    principal_address = models.TextField(blank=True)
    principal_email = models.EmailField(blank=True)
    principal_language = models.CharField(max_length=10, default="en")
    principal = models.ForeignKey(Holder, models.PROTECT, null=True, blank=True, related_name="given_mandates")
    all_rights = models.BooleanField(default=True)  # all of the principal
    rights: models.ManyToManyField[Any, Any] = models.ManyToManyField(Right, related_name="mandates", blank=True)
    all_marketplaces = models.BooleanField(default=True)
    marketplaces: models.ManyToManyField[Any, Any] = models.ManyToManyField(Marketplace, related_name="+", blank=True)
    powers = models.JSONField(default=list)  # of core.rights.mandate.POWERS
    may_delegate = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)  # the last day; None names no end
    state = models.CharField(max_length=10, default="draft")
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    is_own_text = models.BooleanField(default=False)  # the owner's own wording, not the letter made here
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # until when a reviewer should have looked
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    return_reasons = models.JSONField(default=list, blank=True)  # codes of apps/mandates/letter.toml
    return_note = models.TextField(blank=True)
    look_at = models.DateTimeField(null=True, blank=True)  # case time: when its last day is over
    remind_at = models.DateTimeField(null=True, blank=True)  # case time: when both sides are reminded of it next

    class Meta:
        indexes = [
            models.Index(fields=["agent", "state"]),
            models.Index(fields=["look_at"], name="mandate_look", condition=Q(look_at__isnull=False)),
            models.Index(fields=["remind_at"], name="mandate_remind", condition=Q(remind_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="mandate_state_known"),
            models.CheckConstraint(condition=~Q(state="in_force") | Q(paper__isnull=False), name="mandate_has_paper"),
            models.CheckConstraint(condition=~Q(state="offered") | Q(parent__isnull=False), name="mandate_offered"),
        ]

    def __str__(self) -> str:
        return self.number


class MandateEvent(models.Model):
    """What happened to a mandate, in order: sent, returned with reasons, in force, passed on, revoked and by whom, expired."""

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="events")
    event = models.CharField(max_length=40)
    side = models.CharField(
        max_length=10
    )  # agent, principal, reviewer, clock; grantor: who passed it on; parent: what from
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True, blank=True)  # the other side was written to
