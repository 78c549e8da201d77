"""What is looked for in listings, what was found in one, what people said of that, and which sellers belong together.

No rules here. Hashes and features are of pictures, never of people; identifiers of sellers are kept as salted digests only.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import Listing
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.rights.models import Right
from countermark.apps.work.models import SealedText, StoredFile

REASONS = ("words", "pictures", "stay_down")  # why a listing may be stopped
MODES = ("off", "shadow", "advisory", "blocking")  # what the marketplace has us do for a reason, in order of strength
DONE = ("allowed", "noted", "told", "review", "blocked")  # what followed for a listing, in order of strength
RULES_STATES = ("draft", "in_force", "past")
REFERENCE_KINDS = ("word", "picture")
REFERENCE_STATES = ("pending", "in_force", "returned", "ended")
FINGERPRINT_STATES = ("in_force", "lifted", "expired")
FINDING_STATES = ("waiting", "decided", "closed")
PASTS = ("mended", "replaced", "gone")  # why the listing as it is now no longer shows what was found
OPINION_SOURCES = ("reviewer", "appeal", "holder", "case")
LINK_KINDS = ("identifier", "picture", "text")
LINK_WORDS = ("denied", "taken_back", "confirmed", "unconfirmed")  # what a person says of two sellers that are tied


class Rules(models.Model):
    """A rule set: the numbers verdicts are made by, and how often each combination of signals proved right. One is in force.

    `numbers`: {"review_at": .., "block_at": .., "prior_weight": ..}; `counts`: {combination: [right, wrong]} as of `made_at`.
    """

    number = models.PositiveIntegerField(unique=True)  # its version, in every answer
    state = models.CharField(max_length=10, default="draft")
    numbers = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()  # case time
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(null=True, blank=True)  # case time: in force from then on

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RULES_STATES), name="rules_state_known"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="in_force"), name="one_rule_set_in_force"),
        ]


class Mode(models.Model):
    """What a marketplace has us do for one reason. Where there is none: shadow."""

    marketplace = models.ForeignKey(Marketplace, models.PROTECT, related_name="screening_modes")
    reason = models.CharField(max_length=10)
    mode = models.CharField(max_length=10)
    at = models.DateTimeField()  # case time
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "reason"], name="screening_mode_once"),
            models.CheckConstraint(condition=Q(reason__in=REASONS), name="screening_reason_known"),
            models.CheckConstraint(condition=Q(mode__in=MODES), name="screening_mode_known"),
        ]


class Reference(models.Model):
    """A word or a picture of a rights holder's own, under a right of its own, looked at by a reviewer before it counts."""

    right = models.ForeignKey(Right, models.PROTECT, related_name="references")
    kind = models.CharField(max_length=8)
    text = models.CharField(max_length=200, blank=True)  # a word
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")  # a picture
    state = models.CharField(max_length=10, default="pending")
    made_at = models.DateTimeField()  # case time
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()  # until when a reviewer should have looked
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=600, blank=True)  # why it was returned
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REFERENCE_STATES), name="reference_state_known"),
            models.CheckConstraint(
                condition=Q(kind="word", file=None) & ~Q(text="") | Q(kind="picture", file__isnull=False),
                name="reference_is_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="reference_state")]


class Allowed(models.Model):
    """A seller who may use a right: said by its holder. Findings under that right no longer stop this seller."""

    right = models.ForeignKey(Right, models.PROTECT, related_name="allowed_sellers")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="allowed_rights")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["right", "seller"], condition=Q(ended_at=None), name="allowed_once"),
        ]


class Fingerprint(models.Model):
    """A listing that came down for good because of a case: its words and pictures, so that it stays down."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="fingerprint")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="fingerprints")
    right = models.ForeignKey(Right, models.PROTECT, null=True, blank=True, related_name="fingerprints")
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="fingerprints")
    title = models.CharField(max_length=600)
    attributes = models.JSONField(default=dict)  # {"price": …, "currency": …, "text": words of the description}
    state = models.CharField(max_length=10, default="in_force")
    made_at = models.DateTimeField()  # case time
    until = models.DateTimeField()  # case time: then it expires
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)  # appeal, right_ended, withdrawn, expired, operator

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FINGERPRINT_STATES), name="fingerprint_state_known")
        ]
        indexes = [
            models.Index(fields=["until"], name="fingerprint_until", condition=Q(state="in_force")),
            models.Index(fields=["seller"], name="fingerprint_seller", condition=Q(state="in_force")),
        ]


class Picture(models.Model):
    """A picture that is looked for, of a reference or a fingerprint. `features`: its points, as matching.pictures packs them."""

    reference = models.ForeignKey(Reference, models.CASCADE, null=True, blank=True, related_name="pictures")
    fingerprint = models.ForeignKey(Fingerprint, models.CASCADE, null=True, blank=True, related_name="pictures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    features = models.BinaryField(blank=True, default=bytes)
    colours = models.JSONField(default=list)  # histogram, tells colour variants of one product apart
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reference=None) ^ Q(fingerprint=None), name="picture_of_one_thing"),
        ]


class PictureHash(models.Model):
    """One view of a picture as a hash of 256 bits: what the index in memory is made of. Its id there is `picture`'s."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="hashes")
    way = models.CharField(max_length=16)  # one of matching.pictures.pdq.WAYS
    trimmed = models.BooleanField(default=False)
    quality = models.PositiveSmallIntegerField()
    hash = models.BinaryField()  # 32 bytes


class Change(models.Model):
    """One step of what is looked for, in the order it was made: by it every process brings its index up to date."""

    picture = models.BigIntegerField(null=True)  # its hashes were added, or taken out; null: words changed
    what = models.CharField(max_length=8)  # add, remove, words
    at = models.DateTimeField()  # real time


class Finding(models.Model):
    """What was found in one listing that is not simply allowed: which signals, how sure, by which rules, and what followed.

    `signals`: as matching.signals writes them. `done` is what the mode in force made of the verdict.
    """

    marketplace = models.ForeignKey(Marketplace, models.PROTECT, related_name="findings")
    item_id = models.CharField(max_length=120)
    url = models.URLField(max_length=600, blank=True)
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, blank=True, related_name="findings")
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, blank=True, related_name="findings")
    seller_ref = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=600, blank=True)
    shown = models.JSONField(default=dict)  # brand, text, price, currency, classes as sent
    pictures = models.JSONField(default=list)  # [{"url": …, "file": StoredFile id or null, "sha256": …}]
    reason = models.CharField(max_length=10)  # the strongest of REASONS
    verdict = models.CharField(max_length=8)  # allow, review, block
    probability = models.FloatField()
    combination = models.CharField(max_length=200)  # which kinds of signals spoke together
    signals = models.JSONField(default=list)
    mode = models.CharField(max_length=10)
    done = models.CharField(max_length=8)
    rules = models.ForeignKey(Rules, models.PROTECT, related_name="findings")
    index_version = models.BigIntegerField()
    rights = models.ManyToManyField(Right, related_name="findings")
    fingerprint = models.ForeignKey(Fingerprint, models.PROTECT, null=True, blank=True, related_name="findings")
    order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, related_name="finding")  # the measure
    at = models.DateTimeField()  # case time
    state = models.CharField(max_length=8)  # waiting for a person, decided by one, closed without
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    past_at = models.DateTimeField(null=True, blank=True)  # case time: since when the listing is another
    past_why = models.CharField(max_length=10, blank=True)  # one of PASTS
    # digest of place, item and content: the same again is this finding
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__in=DONE), name="finding_done_known"),
            models.CheckConstraint(condition=Q(state__in=FINDING_STATES), name="finding_state_known"),
            models.CheckConstraint(condition=Q(past_why__in=("", *PASTS)), name="finding_past_known"),
        ]
        indexes = [
            models.Index(fields=["-probability", "at"], name="finding_waits", condition=Q(state="waiting")),
            models.Index(fields=["marketplace", "item_id"], name="finding_item"),
            models.Index(fields=["seller", "at"], name="finding_seller"),
            models.Index(fields=["at", "verdict", "mode"], name="finding_at"),
        ]


class Opinion(models.Model):
    """What a person said of a finding: was it right? The calibration and the drift are counted from these."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="opinions")
    right = models.BooleanField()
    source = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()  # case time
    words = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=OPINION_SOURCES), name="opinion_source_known"),
            models.UniqueConstraint(fields=["finding", "source"], name="opinion_once"),
        ]
        indexes = [models.Index(fields=["at"], name="opinion_at")]


class Replay(models.Model):
    """Past listings judged by another rule set, without any effect: what would have changed."""

    rules = models.ForeignKey(Rules, models.PROTECT, related_name="replays")
    marketplace = models.ForeignKey(Marketplace, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    looked_at = models.PositiveIntegerField(default=0)
    unseen = models.PositiveIntegerField(default=0)  # listings of which no picture was kept: judged by words alone
    total = models.PositiveIntegerField(default=0)
    after = models.BigIntegerField(default=0)  # how far it has come: the last listing looked at
    changes = models.JSONField(default=dict)  # {"allow>block": 12, …}
    examples = models.JSONField(default=list)  # the first of each kind
    finished_at = models.DateTimeField(null=True, blank=True)


class SellerIdentifier(models.Model):
    """Something a marketplace knows of a seller, as a salted digest: two sellers with the same are linked."""

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12)  # phone, email, bank, tax, address, device, document
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "kind", "digest"], name="identifier_once")]
        indexes = [models.Index(fields=["kind", "digest"], name="identifier_digest")]


class SellerTrace(models.Model):
    """A picture or a sequence of words that a seller shows in listings somebody looked at: two sellers with the same may be one.

    `key`: "sha256:…" of a picture as shown, "known:7" for one that a Picture was recognised in, of words a digest.
    """

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="traces")
    kind = models.CharField(max_length=10)  # picture, text
    key = models.CharField(max_length=80)
    at = models.DateTimeField()  # case time

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind", "key"], name="trace_once"),
            models.CheckConstraint(condition=Q(kind__in=LINK_KINDS[1:]), name="trace_kind_known"),
        ]
        indexes = [models.Index(fields=["kind", "key"], name="trace_key")]


class SellerLink(models.Model):
    """Why two sellers may be one: typed evidence. `one` has the smaller id. A person may deny it, or confirm it, until one takes
    that back: it then holds for every row of the two. Why it is confirmed stands in LinkWord.
    """

    one = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    other = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    evidence = models.JSONField(default=dict)  # codes and ids: which identifier, which pictures, which titles
    strength = models.FloatField()  # 0 to 1
    found_at = models.DateTimeField()  # case time
    denied_at = models.DateTimeField(null=True, blank=True)
    denied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    denied_words = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")  # why
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other", "kind"], name="seller_link_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="seller_link_in_order"),
            models.CheckConstraint(condition=Q(kind__in=LINK_KINDS), name="seller_link_kind_known"),
            models.CheckConstraint(
                condition=Q(denied_at=None) | Q(confirmed_at=None), name="seller_link_not_denied_and_confirmed"
            ),
        ]
        indexes = [models.Index(fields=["other"], name="seller_link_other")]


class KeptHash(models.Model):
    """The hash of a picture kept as a file, worked out once. `hash`: 32 bytes, none where nothing can be seen in it."""

    sha256 = models.CharField(max_length=64, primary_key=True)  # of the file as it is kept
    hash = models.BinaryField(blank=True, default=bytes)
    quality = models.PositiveSmallIntegerField(default=0)


class SamePicture(models.Model):
    """Two keys of SellerTrace that are of one picture: hashes near each other, or a file and its hash. `one` sorts first."""

    one = models.CharField(max_length=80)
    other = models.CharField(max_length=80)
    distance = models.PositiveSmallIntegerField()  # bits

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="same_picture_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="same_picture_in_order"),
        ]
        indexes = [models.Index(fields=["other"], name="same_picture_other")]


class LinkWord(models.Model):
    """What a person said of two sellers that are tied, and why: written once, never changed. `one` has the smaller id."""

    one = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    other = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    what = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()  # case time
    words = models.ForeignKey(SealedText, models.PROTECT, null=True, blank=True, related_name="+")  # why

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="link_word_in_order"),
            models.CheckConstraint(condition=Q(what__in=LINK_WORDS), name="link_word_known"),
        ]
        indexes = [models.Index(fields=["one", "other"], name="link_word_of")]
