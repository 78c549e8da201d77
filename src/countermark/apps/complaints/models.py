"""Notices and the cases they open, the log of each case, and what the parties said. Rows and constraints, no rules.

`Complaint.state` has one writer: `services.record_transitions`. `ComplaintEvent` is append-only: triggers on both engines.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Coded, Holder, Marketplace, Seller
from countermark.apps.rights.models import Right
from countermark.apps.work.models import SealedText, StoredFile


class NoticeDraft(models.Model):
    """A notice being written, as typed. Nothing is sent and no clock runs."""

    holder = models.ForeignKey(Holder, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    files = models.ManyToManyField(StoredFile, through="DraftFile")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sent_as = models.ForeignKey(
        "Notice", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # a double click finds it


class DraftFile(models.Model):
    draft = models.ForeignKey(NoticeDraft, models.CASCADE)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    kind = models.CharField(max_length=40)


class Notice(models.Model):
    """What a complainant submitted: one right (a guest may have none), one reason, one or many listings."""

    number = models.CharField(max_length=20, unique=True)  # N-2026-000417
    holder = models.ForeignKey(Holder, models.PROTECT, null=True, blank=True, related_name="notices")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    filer_role = models.CharField(max_length=20)  # right_holder, agent, guest
    filer_name = models.CharField(max_length=200)
    filer_email = models.EmailField()
    marketplace = models.ForeignKey(Marketplace, models.PROTECT, related_name="notices")
    right = models.ForeignKey(Right, models.PROTECT, null=True, blank=True, related_name="notices")
    right_frozen = models.JSONField(default=dict)  # the right as it stood at filing
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="notices")  # an agent's
    mode = models.CharField(max_length=12, default="listing")
    reason = models.CharField(max_length=10)
    statement = models.ForeignKey(SealedText, models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    declarations = models.JSONField(default=list)
    signature = models.CharField(max_length=200, blank=True)
    pack = models.CharField(max_length=40)
    pack_version = models.CharField(max_length=20)
    pack_digest = models.CharField(max_length=64)
    duties = models.JSONField(default=list)  # overlays fixed at intake
    language = models.CharField(max_length=10, default="en")
    submitted_at = models.DateTimeField()
    left_out = models.JSONField(default=list)  # lines that stayed out, with their verdict
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)  # idempotency: a replay finds this notice

    class Meta:
        indexes = [
            models.Index(fields=["submitted_at"], name="notice_day"),
            models.Index(fields=["holder", "right", "marketplace"], name="notice_about"),
        ]


class NoticeFile(models.Model):
    """Evidence of a notice. The seller sees it unless `private`."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    private = models.BooleanField(default=False)


class GuestDraft(Coded):
    """A report being written by somebody without an account, as typed. It goes out once a code sent to the address came back."""

    data = models.JSONField(default=dict)
    files = models.ManyToManyField(StoredFile, through="GuestDraftFile")
    created_at = models.DateTimeField()  # real time: what nobody sends goes after some days
    updated_at = models.DateTimeField()  # case time
    sent_as = models.ForeignKey(Notice, models.SET_NULL, null=True, blank=True, related_name="+")
    token_digest = models.CharField(
        max_length=64, blank=True, default="", db_index=True
    )  # of a program's; "" in a browser

    @property
    def code_for(self) -> str:
        return str(self.data.get("email", "")).strip().lower()


class GuestDraftFile(models.Model):
    draft = models.ForeignKey(GuestDraft, models.CASCADE)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    kind = models.CharField(max_length=40)
    private = models.BooleanField(default=True)


class GuestLink(Coded):
    """A link in a mail that brings a guest to the report: opened with a code, renewed by one, ended by the guest.

    One that `opens` was never mailed: a program holds it that has shown a code, as a browser holds its session.
    """

    token_digest = models.CharField(max_length=64, unique=True)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="guest_links")
    created_at = models.DateTimeField()  # real time, as the next two
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opens = models.BooleanField(default=False)


class Complaint(models.Model):
    """The case a notice opens, one for each listing or storefront: 300 lines can end 300 ways.

    The columns from `state` to `back` are `core.complaint.Case`, written by one function only.
    """

    number = models.CharField(max_length=24, unique=True)  # CM-2026-000417-03
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="complaints")
    line = models.PositiveIntegerField()
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="complaints")
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="complaints")  # at filing
    # that of the notice, told again: the lists of a holder are in order by an index, without a look at every notice
    holder = models.ForeignKey(Holder, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    copy = models.ForeignKey(FrozenCopy, models.PROTECT, related_name="+")
    pack = models.CharField(max_length=40)
    calendar = models.CharField(max_length=20)  # of the place of sale
    zone = models.CharField(max_length=60)
    timing = models.CharField(max_length=30)
    opened_at = models.DateTimeField()

    state = models.CharField(max_length=30)
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    ask = models.CharField(max_length=10, default="nothing")
    clock_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    escalated = models.BooleanField(default=False)
    anchor_at = models.DateTimeField(null=True, blank=True)
    units = models.PositiveIntegerField(null=True, blank=True)
    back = models.JSONField(default=list)

    waits_on = models.CharField(max_length=12, blank=True, default="")  # "" rests
    awaits_service = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, blank=True, default="")  # "" open
    outcome_at = models.DateTimeField(null=True, blank=True)
    head_hash = models.BinaryField()
    remind_at = models.DateTimeField(null=True, blank=True)  # case time of the next reminder
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="claims"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)  # real time
    risk = models.PositiveSmallIntegerField(default=1)  # 0 low, 1 middle, 2 high

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "line"], name="case_line_once"),
            models.CheckConstraint(
                condition=Q(waits_on="") | Q(due_at__isnull=False) | Q(awaits_service=True), name="waiting_has_a_clock"
            ),
            models.CheckConstraint(condition=Q(ask__in=["nothing", "pause", "remove"]), name="ask_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="case_due", condition=Q(escalated=False, due_at__isnull=False)),
            models.Index(fields=["remind_at"], name="case_remind", condition=Q(remind_at__isnull=False)),
            models.Index(  # with all that the order of the reviewers' queue is told from
                fields=["waits_on", "due_at", "zone", "ask", "round", "seller", "notice"], name="case_queue"
            ),
            models.Index(fields=["listing", "ask"], name="case_listing"),
            models.Index(fields=["seller", "waits_on", "outcome"], name="case_shop"),
            models.Index(fields=["seller", "waits_on", "due_at"], name="case_shop_due"),
            models.Index(fields=["seller", "outcome"], name="case_upheld"),
            models.Index(fields=["claimed_by"], name="case_claimed", condition=Q(claimed_by__isnull=False)),
            models.Index(fields=["holder", "waits_on", "due_at", "state", "outcome"], name="case_turn"),
            models.Index(fields=["holder", "due_at"], name="case_holder_due"),
            models.Index(fields=["escalated"], name="case_late", condition=Q(escalated=True)),
            models.Index(fields=["opened_at"], name="case_opened"),
            models.Index(fields=["at"], name="case_untold", condition=Q(awaits_service=True)),
            models.Index(fields=["holder", "outcome_at"], name="case_ended", condition=Q(outcome_at__isnull=False)),
        ]


class ComplaintEvent(models.Model):
    """One link of a case's chain: codes, ids, instants and salted digests; never a name, an address, free text or a file."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=30)
    by = models.CharField(max_length=12)
    at = models.DateTimeField()  # legal
    recorded_at = models.DateTimeField()  # real
    state = models.CharField(max_length=30)  # after it
    ask = models.CharField(max_length=10)
    payload = models.TextField()  # canonical JSON, as hashed
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="link_once")]
        indexes = [models.Index(fields=["at"], name="link_by_clock", condition=Q(by="clock"))]
        ordering = ["complaint_id", "seq"]


class LogLeaf(models.Model):
    """The place of an event in the whole log, given by one sequencer. Append-only."""

    position = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(ComplaintEvent, models.PROTECT, related_name="leaf")


class LogCheckpoint(models.Model):
    """The signed root over the first `size` leaves. Append-only."""

    size = models.PositiveBigIntegerField(unique=True)
    origin = models.CharField(max_length=200)
    root = models.BinaryField()
    at = models.DateTimeField()
    signature = models.BinaryField()
    public_key = models.BinaryField()


class EventReceipt(models.Model):
    """A consumer has dealt with an event. Consumers ask for events without their receipt, never for `id > last seen`."""

    consumer = models.CharField(max_length=40)
    event = models.ForeignKey(ComplaintEvent, models.PROTECT, related_name="receipts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "event"], name="receipt_once")]


class StatementOfReasons(models.Model):
    """Why a listing was restricted (DSA art. 17), in structured fields; written with the transition that restricts."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="statements")
    seq = models.PositiveIntegerField()  # of the event that raised the ask
    at = models.DateTimeField()
    restriction = models.CharField(max_length=10)  # pause, remove
    cause = models.CharField(max_length=30)  # the event: due, decided_for_holder, accepted, …
    grounds = models.JSONField(default=list)  # ids of core/catalogue
    facts = models.JSONField(default=dict)  # codes and instants
    words = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")  # a reviewer's own
    automated_detection = models.BooleanField(default=False)
    automated_decision = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="statement_once")]


class CounterNotice(models.Model):
    """The seller's reply to one or many complaints of a notice; chances are counted per complaint."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="counter_notices")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="counter_notices")
    ground = models.CharField(max_length=40)
    statement = models.ForeignKey(SealedText, models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        SealedText, models.PROTECT, null=True, blank=True, related_name="+"
    )  # JSON: name, address, phone
    facts = models.JSONField(default=dict)
    declarations = models.JSONField(default=list)
    signature = models.CharField(max_length=200, blank=True)
    filed_at = models.DateTimeField()
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)


class CounterNoticeLine(models.Model):
    counter_notice = models.ForeignKey(CounterNotice, models.CASCADE, related_name="lines")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="counter_lines")
    seq = models.PositiveIntegerField()  # of its event
    round = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="counter_line_once")]


class CounterNoticeFile(models.Model):
    counter_notice = models.ForeignKey(CounterNotice, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)


class CounterDraft(models.Model):
    """A counter-notice being written, as typed. Nobody sees it and the clock goes on."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="counter_drafts")
    seller = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    files = models.ManyToManyField(StoredFile, through="CounterDraftFile")
    updated_at = models.DateTimeField()
    sent_as = models.ForeignKey(CounterNotice, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "seller"], condition=Q(sent_as=None), name="one_open_counter_draft"
            )
        ]


class CounterDraftFile(models.Model):
    draft = models.ForeignKey(CounterDraft, models.CASCADE)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    kind = models.CharField(max_length=40)


class PartyWord(models.Model):
    """What a party said with an event other than filing: why a counter-notice is not accepted, why a notice is returned."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="words")
    seq = models.PositiveIntegerField()
    by = models.CharField(max_length=12)
    text = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")
    codes = models.JSONField(default=list)  # reasons chosen from a list

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="word_once")]


class WordFile(models.Model):
    word = models.ForeignKey(PartyWord, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, default="evidence")
