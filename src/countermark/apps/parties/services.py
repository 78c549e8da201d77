"""Writers of accounts: who may complain, and who acts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from countermark.apps.parties.models import Acceptance, Holder, HolderEvent, Membership, Person
from countermark.apps.work import true_time
from countermark.core import catalogue, identity
from countermark.core.defect import Defect, unprintable

LOCATIONS = ("CN", "HK", "TW", "other")  # the first question of an account, in this order
KINDS = ("individual", "enterprise")
ADDRESS_MAX = 254  # characters of an e-mail address: RFC 5321 4.5.3.1.3, and what its column holds
TERMS = identity.stamp()  # the version of what is accepted now, of all agreements together


class AccountDefective(Exception):
    """The account cannot be opened as described; `defects` names all that is missing. Nothing was written."""

    code = "account_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


@dataclass(frozen=True)
class AccountSaid:
    """What somebody says who opens an account to complain with. Address and phone are needed for a DMCA notice only."""

    location: str = ""
    kind: str = ""
    is_agent: bool | None = None
    name: str = ""
    contact_email: str = ""
    address: str = ""
    phone: str = ""
    terms: str = ""  # the version accepted


def account_defects(said: AccountSaid) -> tuple[Defect, ...]:
    """Everything there is to mend, in the order of the questions. Codes: `account_` and the name of the field."""
    found = [Defect("account_location", "location")] if said.location not in LOCATIONS else []
    if said.kind not in KINDS:
        found.append(Defect("account_kind", "kind"))
    if said.is_agent is None:
        found.append(Defect("account_is_agent", "is_agent"))
    return (*found, *contact_defects(said), *_terms(said))


def contact_defects(said: AccountSaid) -> tuple[Defect, ...]:
    """What is wrong with the name and the ways to reach the holder."""
    most = catalogue.load().number("name_max")
    found = []
    if not said.name.strip():
        found.append(Defect("account_name", "name"))
    elif len(said.name) > most:
        found.append(Defect("name_too_long", "name", data={"max": most}))
    if not _is_address(said.contact_email):
        found.append(Defect("account_contact_email", "contact_email"))
    texts = {"name": said.name, "address": said.address, "phone": said.phone}
    return (*found, *unprintable(texts))


def _terms(said: AccountSaid) -> list[Defect]:
    return [] if said.terms == TERMS else [Defect("account_terms", "terms")]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= ADDRESS_MAX


@transaction.atomic
def open_account(*, person: Person, said: AccountSaid, at: datetime, zone: str = "", language: str = "en") -> Holder:
    """Open the account and make the person its member; a second call for the same person answers the first account.

    Raises AccountDefective.
    """
    Person.objects.select_for_update().get(pk=person.pk)  # two clicks at once: the second waits and finds the account
    if existing := Holder.objects.filter(memberships__person=person).order_by("pk").first():
        return existing
    if defects := account_defects(said):
        raise AccountDefective(defects)
    holder = Holder.objects.create(
        name=said.name.strip(),
        is_agent=bool(said.is_agent),
        kind=said.kind,
        location=said.location,
        contact_email=said.contact_email.strip(),
        address=said.address.strip(),
        phone=said.phone.strip(),
        language=language,
        terms_version=said.terms,
        terms_accepted_at=at,
        created_at=at,
        **({"zone": zone} if zone else {}),
    )
    now = true_time.now()
    Membership.objects.create(person=person, holder=holder, role="admin", since=now)
    HolderEvent.objects.create(holder=holder, event="account.opened", by=person, person=person, at=now)
    accept_agreements(holder=holder, person=person, at=at)
    return holder


def agreements_asked(holder: Holder) -> tuple[identity.Agreement, ...]:
    """What is in force now and nobody has accepted for this holder."""
    there = set(Acceptance.objects.filter(holder=holder).values_list("agreement", "version"))
    return tuple(each for each in identity.in_force() if (each.id, each.version) not in there)


def asks_again(holder: Holder) -> bool:
    """Whether a newer version is in force than this holder accepted. Asks the database nothing."""
    return "" < holder.terms_version < TERMS


@transaction.atomic
def accept_agreements(*, holder: Holder, person: Person, at: datetime) -> None:
    """This person accepts everything in force for the holder; what was accepted already stays as it was."""
    Holder.objects.select_for_update().get(pk=holder.pk)
    for each in agreements_asked(holder):
        Acceptance.objects.create(holder=holder, person=person, agreement=each.id, version=each.version, at=at)
    holder.terms_version, holder.terms_accepted_at = TERMS, at
    holder.save(update_fields=["terms_version", "terms_accepted_at"])


def change_contact(*, holder: Holder, contact_email: str, address: str, phone: str) -> Holder:
    """How the holder is reached from now on; notices already sent keep what they said. Raises AccountDefective.

    An address that was verified with the account changes with papers alone: identity.services.change_name."""
    said = AccountSaid(name=holder.name, contact_email=contact_email, address=address, phone=phone)
    defects = contact_defects(said)
    if holder.verified_at and holder.address and identity.alike(address) != identity.alike(holder.address):
        defects = (*defects, Defect("account_address_verified", "address"))
    if defects:
        raise AccountDefective(defects)
    holder.contact_email, holder.address, holder.phone = contact_email.strip(), address.strip(), phone.strip()
    holder.save(update_fields=["contact_email", "address", "phone"])
    return holder
