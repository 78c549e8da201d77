"""Who takes part: people, rights holders and agents, marketplaces and their sellers. Rows and constraints, no rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        return self.create_user(email, password, is_operator=True, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in, by a code sent to the e-mail address. What one may do follows from where one belongs."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)  # "" follows the browser
    zone = models.CharField(max_length=60, blank=True)
    is_reviewer = models.BooleanField(default=False)
    is_senior = models.BooleanField(default=False)
    is_operator = models.BooleanField(default=False)
    auditor_until = models.DateTimeField(null=True, blank=True)  # real time: reads what operators read until then
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self) -> str:
        return self.name or self.email

    def is_auditor(self, now: datetime) -> bool:
        """Whether the time given to audit is not over at `now` (real time): it ends by itself."""
        return self.auditor_until is not None and now < self.auditor_until

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email


class Holder(models.Model):
    """The account that complains: a rights holder, or an agent acting for some. Only name and contact e-mail reach a seller."""

    name = models.CharField(max_length=200)
    is_agent = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, choices=[("individual", "individual"), ("enterprise", "enterprise")])
    location = models.CharField(max_length=10)  # CN, HK, TW, other: the first question of sign-up
    contact_email = models.EmailField()
    address = models.TextField(blank=True)  # for the platform and, under 512(c)(3), for the notice itself
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=60, default="Asia/Shanghai")
    verified_at = models.DateTimeField(null=True, blank=True)
    terms_version = models.CharField(max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person acts for a holder: an admin also says who else does, a viewer only reads."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    holder = models.ForeignKey(Holder, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, default="admin")  # admin, filer, viewer
    since = models.DateTimeField(null=True, blank=True)  # real time; unknown of members from before roles were kept

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "holder"], name="member_once"),
            models.CheckConstraint(condition=Q(role__in=("admin", "filer", "viewer")), name="member_role"),
        ]


class MemberInvitation(models.Model):
    """A link that lets the owner of one address act for a holder, once. Of the link only a digest is kept."""

    holder = models.ForeignKey(Holder, models.CASCADE, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10)
    address = models.EmailField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used_at=None) | Q(revoked_at=None), name="invitation_used_or_revoked"),
            models.CheckConstraint(condition=Q(role__in=("admin", "filer", "viewer")), name="invitation_role"),
        ]


class HolderEvent(models.Model):
    """What changed about who acts for a holder: who, when, what. Never edited; codes and ids only."""

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="member_events")
    event = models.CharField(max_length=40)  # dotted and stable: member.joined, member.removed
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()  # real time
    data = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True, blank=True)  # the account's address, its admins and whom it is about


class Acceptance(models.Model):
    """Who accepted which version of an agreement for a holder, and when. Append-only: parties/append_only.py."""

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    agreement = models.CharField(max_length=20)  # as in core/catalogue/identity.toml: terms, disclaimer
    version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "person", "agreement", "version"], name="accepted_once"),
        ]


class Marketplace(models.Model):
    """A place of sale: its law, its calendar, how it is reached."""

    slug = models.SlugField(max_length=40, unique=True)  # as in core.listing_urls
    name = models.CharField(max_length=80)
    territory = models.CharField(max_length=10)  # where its rights have to hold: CN, US, EU, *
    offered_in = models.JSONField(default=list)  # territories whose duties bind: ["EU", "CN"]
    calendar = models.CharField(max_length=20)
    zone = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="en")
    packs = models.JSONField(default=list)  # procedures it runs, the default first
    duties = models.JSONField(default=list)
    timing = models.CharField(max_length=30, blank=True)  # "" leaves it to the pack
    connector = models.CharField(max_length=20, default="none")  # none: an operator acts by hand; rest
    base_url = models.URLField(blank=True)
    secret_name = models.CharField(max_length=60, blank=True)  # the environment variable that holds the secret
    patterns = models.TextField(blank=True)  # TOML: how its listing addresses look, where the shipped table has none
    guest_links = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class ShopSignIn(models.Model):
    """How a marketplace's own sign-in (OpenID Connect) says which shop somebody runs there. Its sellers claim theirs by it."""

    marketplace = models.OneToOneField(Marketplace, models.CASCADE, related_name="shop_sign_in")
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret_name = models.CharField(max_length=60)  # the environment variable that holds the client secret
    ref_claim = models.CharField(max_length=100)  # the claim with the seller's id there
    name_claim = models.CharField(max_length=100, blank=True)  # the claim with the shop's name, where there is one
    scope = models.CharField(max_length=200)  # what the provider is asked for: "openid" and what brings the claims


class Seller(models.Model):
    """A shop on a marketplace. Nobody need have claimed it: a signed link brings its seller to a case."""

    marketplace = models.ForeignKey(Marketplace, models.PROTECT, related_name="sellers")
    ref = models.CharField(max_length=100)  # its id at the marketplace
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=60, blank=True)
    people: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="ShopMember", related_name="shops"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["marketplace", "ref"], name="seller_once"),
            models.CheckConstraint(condition=~Q(ref=""), name="seller_has_ref"),
        ]

    def __str__(self) -> str:
        return self.name


class ShopMember(models.Model):
    """A person acts for a shop. An admin also says who else does."""

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shop_memberships")
    role = models.CharField(max_length=10)  # admin, member
    since = models.DateTimeField()  # real time, like all times of who acts for a shop

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "person"], name="shop_member_once"),
            models.CheckConstraint(condition=Q(role__in=("admin", "member")), name="shop_member_role"),
        ]


class ShopClaim(models.Model):
    """A link that lets one person act for a shop, once. What a marketplace signed itself, a link or a sign-in, is kept from its
    use on."""

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="claims")
    token_digest = models.CharField(max_length=64, unique=True)  # of a signed one: of marketplace and nonce
    kind = models.CharField(max_length=10)  # issued, signed, invited; openid: of one sign-in at the marketplace
    role = models.CharField(max_length=10)  # what whoever uses it becomes
    address = models.EmailField(blank=True)  # of an invitation: who may use it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used_at=None) | Q(revoked_at=None), name="claim_used_or_revoked"),
            models.CheckConstraint(condition=Q(kind__in=("issued", "signed", "invited", "openid")), name="claim_kind"),
        ]


class ShopEvent(models.Model):
    """What changed about who acts for a shop: who, when, what. Never edited; codes and ids only."""

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="events")
    event = models.CharField(max_length=40)  # dotted and stable: link.issued, person.joined
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="shop_events")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)  # {"role": "admin"}
    told_at = models.DateTimeField(null=True, blank=True)  # the shop's address and whom it is about were written to


class Coded(models.Model):
    """A row that a code sent by mail opens (`parties.codes`): its digest, when it was sent, how often it was tried."""

    code_digest = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)  # real time
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def code_for(self) -> str:
        """What the code is bound to beside the row: a code sent to one address opens nothing after another was typed."""
        return ""


class SignInLink(Coded):
    """A signed link in a mail that brings a seller to one notice: opened once with a code, ended when used up or too old."""

    token_digest = models.CharField(max_length=64, unique=True)
    seller = models.ForeignKey(Seller, models.CASCADE, related_name="links")
    notice_number = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class StaffEvent(models.Model):
    """What somebody of the desk changed about people, marketplaces, calendars or cases: who, when, what. Never edited."""

    event = models.CharField(max_length=40)  # dotted and stable: role.given, marketplace.changed
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()  # real time
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="staff_events")
    marketplace = models.ForeignKey(Marketplace, models.PROTECT, null=True, related_name="staff_events")
    data = models.JSONField(default=dict)  # codes and ids: {"role": "reviewer"}, {"fields": ["packs"]}


class Look(models.Model):
    """Somebody of the desk, or an auditor, was shown something about a party. Append-only: parties/append_only.py."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="looks")
    role = models.CharField(max_length=20)  # in which they looked
    what = models.CharField(max_length=20)  # case, file, identity_document, right, person, letter, list, …
    key = models.CharField(max_length=120)  # its number or id; of a list its route
    at = models.DateTimeField()  # real time
    request_id = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="look_newest"),
            models.Index(fields=["person", "-at"], name="look_of_person"),
            models.Index(fields=["what", "key"], name="look_at_thing"),
        ]


class OrganisationIdentity(models.Model):
    """Who somebody of the desk is at the organisation's own sign-in (OpenID Connect): issuer and subject, never the address."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organisation_identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]
