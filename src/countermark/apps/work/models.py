"""Rows of what the house itself does: jobs, workers, kept files, sealed text, the demo clock, calendars, packs as they were."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Job(models.Model):
    """Work to be done once, at least. A row is the promise; the lease says who keeps it; a finished row is deleted.

    `key` makes a promise unique while nobody works on it: what happens during the work needs a run of its own.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_by = models.CharField(max_length=80, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)  # given up: an operator's task
    last_error = models.TextField(blank=True, default="")
    progress = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["run_at", "id"], name="job_next", condition=Q(failed_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(leased_until=None, failed_at=None), name="job_once"
            ),
        ]


class Worker(models.Model):
    """A worker process and its last sign of life (real time, never case time)."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    doing = models.CharField(max_length=200, blank=True, default="")
    done = models.PositiveIntegerField(default=0)


class LogCheck(models.Model):
    """One check of the whole log: when it was asked for and done (real time), over how much, and what it found."""

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    events = models.PositiveBigIntegerField(default=0)
    checkpoints = models.PositiveBigIntegerField(default=0)
    faults = models.JSONField(default=list)  # sentences, the first ones
    fault_count = models.PositiveBigIntegerField(default=0)


class CaseClock(models.Model):
    """The demo's offset between case time and real time, in seconds, forward only. One row or none."""

    offset = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(offset__gte=0), name="case_time_goes_forward")]


class NumberSeries(models.Model):
    """The last number given out in a series, such as the notices of a year."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)


class HolidayNotice(models.Model):
    """An official holiday notice an operator loaded: it makes a year of a calendar certain."""

    calendar = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    days = models.JSONField()  # {"2027-02-06": ["HOLIDAY", "Spring Festival"], …}
    source = models.TextField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "year"], condition=Q(replaced_at=None), name="one_notice_a_year"
            ),
        ]


class StoredFile(models.Model):
    """A file as kept: re-encoded, addressed by its content. Who may see it is asked where it is attached."""

    sha256 = models.CharField(max_length=64, db_index=True)  # of what is kept
    original_sha256 = models.CharField(max_length=64)  # of what was sent
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)  # the bytes are gone; what they were (the digests) stays
    erased_by = models.CharField(max_length=120, blank=True, default="")  # the rule


class SubjectKey(models.Model):
    """The key that seals what one subject (a holder, a seller, a person) wrote. Destroying it erases the text, not the proof."""

    subject = models.CharField(max_length=80, unique=True)  # "holder:12", "seller:7"
    wrapped = models.BinaryField(null=True)  # AES-GCM under the master key; null once destroyed
    destroyed_at = models.DateTimeField(null=True, blank=True)
    rule = models.CharField(max_length=120, blank=True, default="")  # by which rule it was destroyed
    held = models.BooleanField(default=False)  # legal hold: wins over every retention rule


class SealedText(models.Model):
    """Free text of a party, sealed. The log holds `digest` only: SHA-256 of salt and text."""

    key = models.ForeignKey(SubjectKey, models.PROTECT, related_name="+")
    salt = models.BinaryField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)


class PackText(models.Model):
    """A procedure pack as it was when cases were opened under it: they walk by it to their end, whatever is shipped later."""

    digest = models.CharField(max_length=64, primary_key=True)  # as frozen into the notice
    pack = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    text = models.TextField()
    common = models.TextField()  # what it was merged with
    kept_at = models.DateTimeField()


class Restoration(models.Model):
    """The installation was restored from a backup. Until it is released no worker acts: what happened since is not known here."""

    backup_at = models.DateTimeField()  # real time: what the backup knows
    restored_at = models.DateTimeField()  # real time
    version = models.CharField(max_length=40)  # that made the backup
    archive = models.CharField(max_length=64)  # SHA-256 of its manifest
    log_size = models.PositiveBigIntegerField(default=0)  # of its last checkpoint
    released_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict)  # how many clocks were given back, letters held, numbers left out
