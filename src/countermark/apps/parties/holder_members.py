"""Who acts for a holder, as what, and who says so?

Rule 1: a viewer reads; a filer also registers rights, files and answers; an admin also says who acts for the account and gives
programs their keys. Rule 2: an account that people act for has an admin among them; the last one makes somebody else admin before
leaving. Rule 3: every change is kept as a HolderEvent, and told by letter (member_letters). Rule 4: it holds from the next click
on, for API keys too. Rule 5: an invitation works once, for the account of the address it was sent to; of its link only a digest
is kept. All times are real.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.parties import codes
from countermark.apps.parties.models import Holder, HolderEvent, MemberInvitation, Membership, Person
from countermark.apps.work import moments
from countermark.apps.work.jobs import enqueue
from countermark.connectors.mail import MailFailed
from countermark.core import identity

TELL = "tell_member"  # the kind of the job that writes about an event
TOLD = ("member.joined", "member.role_given", "member.removed", "member.left")
ROLES = ("admin", "filer", "viewer")
ACTS = ("admin", "filer")  # who may do more than read
ADMINS = ("admin",)


class NotAccountAdmin(Exception):
    """Only an admin of the account says who acts for it. Nothing was changed."""

    code = "not_account_admin"
    http_status_hint = 403


class LastAccountAdmin(Exception):
    """This is the last admin of the account. Nothing was changed."""

    code = "last_account_admin"
    http_status_hint = 409


class MemberNotInvited(Exception):
    """Nobody was invited. `whys`, all of them: email (no address), role, there (acts for it already), too_many, not_sent."""

    code = "member_not_invited"
    http_status_hint = 422

    def __init__(self, *whys: str) -> None:
        self.whys = whys
        super().__init__(" ".join(whys))


class InvitationGone(Exception):
    """This invitation lets nobody in, or not this person: `why` is unknown, expired, used, revoked, other_address, desk."""

    code = "invitation_gone"
    http_status_hint = 410

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def role_of(holder_id: int, person: Person) -> str:
    """What the person is in the account; "" for a stranger."""
    return Membership.objects.filter(holder=holder_id, person=person).values_list("role", flat=True).first() or ""


def members_of(holder: Holder) -> QuerySet[Membership]:
    """Who acts for a holder: admins, filers, viewers, each in the order they came."""
    return holder.memberships.select_related("person").order_by("role", "pk")


def history_of(holder: Holder) -> QuerySet[HolderEvent]:
    return HolderEvent.objects.filter(holder=holder).select_related("by", "person").order_by("-pk")


@transaction.atomic
def set_role(member: Membership, role: str, *, by: Person, now: datetime) -> Membership:
    """Make somebody admin, filer or viewer; what is so already changes nothing. Raises NotAccountAdmin, LastAccountAdmin."""
    if role not in ROLES:
        raise ValueError(f"no such role of a member: {role!r}; roles are {', '.join(ROLES)}")
    _by_an_admin(member.holder_id, by)
    row = Membership.objects.select_related("holder", "person").get(pk=member.pk)
    if row.role != role:
        _not_the_last(row)
        row.role = role
        row.save(update_fields=["role"])
        note(row.holder, "member.role_given", by=by, person=row.person, now=now, role=role)
    return row


@transaction.atomic
def remove(member: Membership, *, by: Person, now: datetime) -> bool:
    """Let somebody no longer act for the account, or leave it oneself; whether there was somebody.

    Raises NotAccountAdmin for whoever is none and removes another, LastAccountAdmin."""
    own = member.person_id == by.pk
    _by_an_admin(member.holder_id, None if own else by)
    row = Membership.objects.select_related("holder", "person").filter(pk=member.pk).first()
    if row is None:
        return False
    _not_the_last(row)
    note(row.holder, "member.left" if own else "member.removed", by=by, person=row.person, now=now)
    row.delete()
    return True


def note(
    holder: Holder, event: str, *, by: Person | None, now: datetime, person: Person | None = None, **data: str
) -> HolderEvent:
    """Keep what changed, and have it told where people have to know."""
    row = HolderEvent.objects.create(holder=holder, event=event, by=by, person=person, at=now, data=data)
    if event in TOLD:
        enqueue(TELL, str(row.pk), run_at=now)
    return row


def _by_an_admin(holder_id: int, by: Person | None) -> None:
    """Nobody else changes who acts for this holder meanwhile. Raises NotAccountAdmin when `by` may not."""
    Holder.objects.select_for_update(no_key=True).get(pk=holder_id)
    if by is not None and role_of(holder_id, by) not in ADMINS:
        raise NotAccountAdmin("only an admin of the account says who acts for it")


def _not_the_last(row: Membership) -> None:
    others = Membership.objects.filter(holder=row.holder_id, role="admin").exclude(pk=row.pk)
    if row.role == "admin" and not others.exists():
        raise LastAccountAdmin("make somebody else admin of the account first")


# --- invitations ------------------------------------------------------------------------------------------------------


def invite(*, holder: Holder, address: str, role: str, by: Person, now: datetime) -> MemberInvitation:
    """Mail a link to a colleague; an earlier one to the same address ends. Raises NotAccountAdmin, MemberNotInvited."""
    address = address.strip()
    with transaction.atomic():
        _by_an_admin(holder.pk, by)
        if whys := _wrong(holder, address, role):
            raise MemberNotInvited(*whys)
        if not _spend(holder, now):
            raise MemberNotInvited("too_many")
        open_invitations(holder, now=now).filter(address__iexact=address).update(revoked_at=now)
        row, link = _made(holder, address, role, by, now)
    try:
        _mail(row, link, by)
    except MailFailed as failed:
        revoke(row, by=by, now=now)
        raise MemberNotInvited("not_sent") from failed
    return row


def _made(holder: Holder, address: str, role: str, by: Person, now: datetime) -> tuple[MemberInvitation, str]:
    token = secrets.token_urlsafe(32)
    row = MemberInvitation.objects.create(
        holder=holder, token_digest=codes.token_digest(token), role=role, address=address, by=by, created_at=now,
        expires_at=now + timedelta(days=identity.number("invitation_days")),
    )  # fmt: skip
    note(holder, "member.invited", by=by, now=now, role=role)
    return row, f"{settings.BASE_URL}{reverse('holder:join', args=[token])}"


def _wrong(holder: Holder, address: str, role: str) -> list[str]:
    whys = []
    try:
        validate_email(address)
    except ValidationError:
        whys.append("email")
    if len(address) > MemberInvitation._meta.get_field("address").max_length:
        return ["email"]
    if holder.memberships.filter(person__email__iexact=address).exists():
        whys.append("there")
    return whys if role in ROLES else [*whys, "role"]


def _spend(holder: Holder, now: datetime) -> bool:
    """Whether one more invitation is within what an hour allows."""
    sent = MemberInvitation.objects.filter(holder=holder, created_at__gt=now - timedelta(hours=1)).count()
    return sent < identity.number("invitations_an_hour")


def open_invitations(holder: Holder, *, now: datetime) -> QuerySet[MemberInvitation]:
    """The invitations somebody could still use, the newest first."""
    rows = MemberInvitation.objects.filter(holder=holder, used_at=None, revoked_at=None, expires_at__gt=now)
    return rows.order_by("-pk")


@transaction.atomic
def revoke(row: MemberInvitation, *, by: Person, now: datetime) -> bool:
    """End an invitation nobody has used; whether there was one to end. Raises NotAccountAdmin."""
    _by_an_admin(row.holder_id, by)
    ended = MemberInvitation.objects.filter(pk=row.pk, used_at=None, revoked_at=None).update(revoked_at=now)
    if ended:
        note(row.holder, "member.invitation_revoked", by=by, now=now)
    return bool(ended)


def opened(token: str, *, now: datetime) -> MemberInvitation:
    """The invitation of this link. Raises InvitationGone."""
    rows = MemberInvitation.objects.select_related("holder", "by")
    row = rows.filter(token_digest=codes.token_digest(token)).first()
    if row is None:
        raise InvitationGone("unknown")
    if row.used_at is not None or row.revoked_at is not None:
        raise InvitationGone("used" if row.used_at else "revoked")
    if row.expires_at <= now:
        raise InvitationGone("expired")
    return row


def refusal(row: MemberInvitation, person: Person, *, now: datetime) -> InvitationGone | None:
    """Why this person cannot use it, if so: it is for another address, or they work at the desk, where nobody is a party."""
    if person.is_reviewer or person.is_senior or person.is_operator or person.is_auditor(now):
        return InvitationGone("desk")
    return InvitationGone("other_address") if row.address.lower() != person.email.lower() else None


@transaction.atomic
def join(row: MemberInvitation, *, person: Person, now: datetime) -> Membership:
    """The person acts for the holder; the link is used up. Raises InvitationGone (somebody was quicker, too)."""
    if refused := refusal(row, person, now=now):
        raise refused
    Holder.objects.select_for_update(no_key=True).get(pk=row.holder_id)
    if not MemberInvitation.objects.filter(pk=row.pk, used_at=None, revoked_at=None).update(used_at=now):
        raise InvitationGone("used")
    member, is_new = Membership.objects.get_or_create(
        person=person, holder=row.holder, defaults={"role": row.role, "since": now}
    )
    if is_new:
        note(row.holder, "member.joined", by=person, person=person, now=now, role=row.role)
    return member


def _mail(row: MemberInvitation, link: str, by: Person) -> None:
    known = Person.objects.filter(email__iexact=row.address).first()
    with translation.override(codes.spoken(known.language if known and known.language else row.holder.language)):
        said = {"name": by.name or by.email, "account": row.holder.name, "end": moments.deadline(row.expires_at)}
        codes.mail(
            row.address,
            gettext("%(name)s asks you to act for %(account)s") % said,
            gettext("%(name)s asks you to join the account of %(account)s. Open this link:") % said,
            link,
            gettext("Sign in with this address, or make an account with it. The link works once, until %(end)s.")
            % said,
            gettext("You know nothing of it? Then you need not do anything."),
        )
