"""One person asks to be forgotten: what goes, what the law makes us keep, and what is left to say of it.

GDPR art. 17(1), PIPL art. 47. Not while a case of theirs is open: art. 17(3)(e), legal claims. The account goes, with its ways
to sign in, its keys and its memberships; in the record stays that *somebody* acted, under a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from countermark.apps.access.models import ApiClient
from countermark.apps.complaints.models import Complaint
from countermark.apps.keeping import erasures
from countermark.apps.keeping.retention import OPEN, erase_subject
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties.models import Holder, MemberInvitation, Membership, Person, Seller, ShopClaim, ShopMember
from countermark.apps.parties.people import end_sessions, note
from countermark.apps.work.models import SubjectKey

NOBODY = "erased.invalid"  # RFC 2606: a domain nobody can have


class CannotErase(Exception):
    """The person cannot be erased now. Nothing was changed."""

    code = "cannot_erase"
    http_status_hint = 409


@dataclass(frozen=True)
class Footprint:
    """What there is of one person, as counts; `obstacles` say what has to be settled before."""

    person: Person
    rows: dict[str, int]
    obstacles: tuple[str, ...]


def footprint(email: str) -> Footprint:
    """What would go with this person. Raises CannotErase when nobody has this address."""
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise CannotErase(f"nobody here has the address {email}")
    rows = {
        "memberships": Membership.objects.filter(person=person).count(),
        "shops": ShopMember.objects.filter(person=person).count(),
        "keys of the API": ApiClient.objects.filter(person=person).count(),
        "addresses of letters": Delivery.objects.filter(address__iexact=person.email).count(),
    }
    return Footprint(person, rows, tuple(_obstacles(person)))


def _obstacles(person: Person) -> list[str]:
    alone = [one.holder_id for one in person.memberships.all() if one.holder.memberships.count() == 1]
    mine = Q(notice__holder__in=alone) | Q(seller__in=person.shops.values("pk"))
    found = []
    if numbers := list(Complaint.objects.filter(mine).filter(OPEN).values_list("number", flat=True)[:3]):
        found.append(f"cases are open: {', '.join(numbers)}; they end first (GDPR art. 17(3)(e))")
    subjects = {
        *(f"holder:{pk}" for pk in alone),
        *(f"seller:{pk}" for pk in person.shops.values_list("pk", flat=True)),
    }
    if SubjectKey.objects.filter(subject__in=subjects, held=True).exists():
        found.append("a legal hold lies on what they wrote; lift it first")
    others = Holder.objects.filter(memberships__person=person, memberships__role="admin")
    for holder in others.exclude(pk__in=alone):
        if holder.memberships.filter(role="admin").count() == 1:
            found.append(f"others act for {holder.name}, and this is its last admin; make somebody else admin first")
    if person.is_operator and Person.objects.filter(is_operator=True, is_active=True).count() == 1:
        found.append("this is the last operator; appoint another first")
    return found


@transaction.atomic
def erase_texts_of(subject: str, *, rule: str, now: datetime) -> int:
    """Erase what one subject wrote, on request; returns how many texts. Raises work.sealing.LegalHold."""
    count = erase_subject(subject, rule=rule, at=now)
    erasures.remember(subject, rule=rule, at=now)
    return count


@transaction.atomic
def erase_person(email: str, *, rule: str, by: Any, now: datetime) -> Footprint:
    """Erase a person. `rule` is kept with it: "GDPR art. 17(1)(a)". Raises CannotErase with what stands in the way."""
    found = footprint(email)
    if found.obstacles:
        raise CannotErase("; ".join(found.obstacles))
    _forget(found.person, by=by, now=now)
    note("person.erased", by=by, now=now, person=found.person, rule=rule)
    erasures.remember(f"person:{found.person.pk}", rule=rule, at=now)
    return found


def erase_again(whom: str, rule: str, *, now: datetime) -> None:
    """After a restore: what was erased before is erased once more, whatever runs; the request was granted then."""
    kind, _, key = whom.partition(":")
    if kind != "person":
        erase_subject(whom, rule=rule, at=now)
        return
    person = Person.objects.get(pk=int(key))
    _forget(person, by=None, now=now)
    note("person.erased", by=None, now=now, person=person, rule=rule)


def _forget(person: Person, *, by: Any, now: datetime) -> None:
    address = person.email
    end_sessions(person=person, by=by, now=now)
    for ways in (
        person.memberships, person.shop_memberships, person.emailaddress_set, person.authenticator_set,
        person.organisation_identities, person.usersession_set,
    ):  # fmt: skip
        ways.all().delete()
    ApiClient.objects.filter(person=person).update(revoked_at=now)
    ShopClaim.objects.filter(address__iexact=address).update(address="")
    MemberInvitation.objects.filter(address__iexact=address).update(address="")
    Seller.objects.filter(email__iexact=address).update(email="")
    Delivery.objects.filter(address__iexact=address).exclude(delivered_at=None).update(address="")
    gone = {
        "email": f"{person.pk}@{NOBODY}",
        "name": "",
        "zone": "",
        "is_active": False,
        "password": "!",
        "auditor_until": None,
    }
    roles = dict.fromkeys(("is_reviewer", "is_senior", "is_operator", "is_staff", "is_superuser"), False)
    Person.objects.filter(pk=person.pk).update(**gone, **roles)
