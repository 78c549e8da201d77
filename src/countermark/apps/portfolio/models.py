"""A file of rights somebody brought in, and what became of each of its rows; drafts judged to be sent together."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from countermark.apps.parties.models import Holder
from countermark.apps.rights.models import Right

STATES = ("shown", "running", "done")
VERDICTS = ("new", "changed", "same", "mend")
SENDING_STATES = ("checking", *STATES)
SEND_VERDICTS = ("ready", "doubtful", "mend", "moved", "waits")


class RightImport(models.Model):
    """One file. `shown`: its verdicts can be read, nothing is stored; `running`: up to row `done_to`; `done`."""

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)  # of the file as it was sent; the file itself is not kept
    form = models.CharField(max_length=10)  # csv, xlsx, st66, st96, tmview
    encoding = models.CharField(max_length=20, blank=True)  # as a text file was read
    not_read = models.JSONField(default=list)  # headings of columns that mean nothing here
    state = models.CharField(max_length=10, default="shown")
    counts = models.JSONField(default=dict)  # verdict -> rows
    done_to = models.PositiveIntegerField(default=0)  # the last row that was seen to
    stored = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["holder", "-at"], name="import_of_holder")]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=STATES), name="import_state_known")]


class RightImportRow(models.Model):
    """One row of the file as it was read, with its verdict. `row` counts as the file does, the headings being row 1."""

    source = models.ForeignKey(RightImport, models.CASCADE, related_name="rows", db_index=False)
    row = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8)
    kind = models.CharField(max_length=20, blank=True)
    office = models.CharField(max_length=10, blank=True)
    number = models.CharField(max_length=60, blank=True)  # as it is written properly
    name = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict)
    defects = models.JSONField(default=list)  # [code, field, data]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "row"], name="import_row_once"),
            models.CheckConstraint(condition=models.Q(verdict__in=VERDICTS), name="import_verdict_known"),
        ]
        indexes = [models.Index(fields=["source", "verdict", "row"], name="import_verdicts")]


class RightSubmission(models.Model):
    """Drafts somebody had judged to send them at once: all of a holder, or those of one file. `checking`: up to row `done_to`;
    then as an import."""

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="submissions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(RightImport, models.PROTECT, null=True, related_name="submissions")
    state = models.CharField(max_length=10, default="checking")
    counts = models.JSONField(default=dict)  # verdict -> drafts
    doubtful_too = models.BooleanField(default=False)  # what would probably come back is sent all the same
    done_to = models.PositiveIntegerField(default=0)  # the last row that was seen to
    sent = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["holder", "-at"], name="submission_of_holder")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SENDING_STATES), name="submission_state_known")
        ]

    @property
    def goes(self) -> tuple[str, ...]:
        """The verdicts with which a draft is sent."""
        return ("ready", "doubtful") if self.doubtful_too else ("ready",)


class RightSubmissionRow(models.Model):
    """One draft with its verdict, as it was judged last; `waits` until it is."""

    submission = models.ForeignKey(RightSubmission, models.CASCADE, related_name="rows", db_index=False)
    row = models.PositiveIntegerField()
    right = models.ForeignKey(Right, models.CASCADE, related_name="submission_rows")
    verdict = models.CharField(max_length=8)
    defects = models.JSONField(default=list)  # [code, field, data]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "row"], name="submission_row_once"),
            models.CheckConstraint(condition=models.Q(verdict__in=SEND_VERDICTS), name="submission_verdict_known"),
        ]
        indexes = [models.Index(fields=["submission", "verdict", "row"], name="submission_verdicts")]
