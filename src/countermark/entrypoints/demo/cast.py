"""Who is there: people, the accounts they act for, the places of sale, and the shops whose owners have an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress

from countermark.apps.parties import operator_services as places
from countermark.apps.parties import people as desk
from countermark.apps.parties.models import Holder, Marketplace, Person, Seller, ShopMember
from countermark.apps.parties.seeds import ensure_known_marketplaces
from countermark.apps.parties.services import TERMS, AccountSaid, open_account
from countermark.apps.rights.models import Right
from countermark.entrypoints.demo import shelves
from countermark.entrypoints.demo.people import DemoPerson, demo_people
from countermark.entrypoints.demo.stories import Table, read

HARBOUR = "harbour-market"
DESK = ("reviewer", "senior", "operator", "auditor")
AUDIT_FOR = timedelta(days=90)


@dataclass
class Cast:
    """Everybody and everything the stories name, by the names they use."""

    people: dict[str, Person] = field(default_factory=dict)  # by the part of the address before the @
    holders: dict[str, Holder] = field(default_factory=dict)
    members: dict[str, Person] = field(default_factory=dict)  # holder -> who signs for it
    rights: dict[str, Right] = field(default_factory=dict)

    @property
    def operator(self) -> Person:
        return self.people["tomas"]

    def reviewer(self, name: str) -> Person:
        return self.people[name]


def assemble(*, shop_url: str, since: datetime, now: datetime) -> Cast:
    """Make everybody, as of `since`; the demo shop is at `shop_url`. `now` is real time."""
    cast = Cast()
    _desk(cast, since, now)
    for person in demo_people():
        if person.role not in DESK:
            _person(cast, person.email, person.name, person.language, since)
    for row in read("cast")["person"]:
        _person(cast, row["email"], row["name"], row["language"], since)
    for row in read("cast")["holder"]:
        _holder(cast, row, since)
    ensure_known_marketplaces()
    harbour = places.add_marketplace(said=harbour_said(shop_url), by=cast.operator, now=now)
    for row in read("cast")["shop"]:
        _shop(cast, harbour, row)
    return cast


def _desk(cast: Cast, since: datetime, now: datetime) -> None:
    """The operator first: nobody else can give a role."""
    staff = sorted((p for p in demo_people() if p.role in DESK), key=lambda p: p.role != "operator")
    for member in staff:
        if member.role == "operator":
            person = _person(cast, member.email, member.name, member.language, since, is_operator=True)
        else:
            person = _employed(cast, member, since, now)
        if member.role == "senior":
            desk.set_role(person_id=person.pk, role="reviewer", given=True, by=cast.operator, now=now)


def _employed(cast: Cast, member: DemoPerson, since: datetime, now: datetime) -> Person:
    until = now + AUDIT_FOR if member.role == "auditor" else None
    told = {"email": member.email, "name": member.name, "role": member.role, "until": until}
    person = desk.add_person(**told, by=cast.operator, now=now)
    person.language, person.date_joined = member.language, since
    person.save(update_fields=["language", "date_joined"])
    return _known(cast, person)


def _person(cast: Cast, email: str, name: str, language: str, since: datetime, **roles: bool) -> Person:
    return _known(cast, Person.objects.create_user(email, name=name, language=language, date_joined=since, **roles))


def _known(cast: Cast, person: Person) -> Person:
    """The address was confirmed, as the first code to it would have."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    cast.people[person.email.partition("@")[0]] = person
    return person


def _holder(cast: Cast, row: Table, since: datetime) -> None:
    member = cast.people[row["member"].partition("@")[0]]
    said = AccountSaid(
        location=row["location"],
        kind="enterprise",
        is_agent=row.get("is_agent", False),
        name=row["name"],
        contact_email=row["contact_email"],
        address=row["address"],
        phone=row["phone"],
        terms=TERMS,
    )
    cast.holders[row["id"]] = open_account(
        person=member, said=said, at=since, zone=row["zone"], language=row["language"]
    )
    cast.members[row["id"]] = member


def harbour_said(shop_url: str) -> places.MarketplaceSaid:
    """What an operator says about the demo shop at this address."""
    row = next(row for row in read("cast")["marketplace"] if row["slug"] == HARBOUR)
    names = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return places.MarketplaceSaid(**names, base_url=shop_url, patterns=shelves.patterns(shop_url))


def _shop(cast: Cast, harbour: Marketplace, row: Table) -> None:
    owner = cast.people[row["owner"].partition("@")[0]]
    seller = next(each for each in read("listings")["seller"] if each["id"] == row["ref"])
    shop = Seller.objects.create(
        marketplace=harbour,
        ref=row["ref"],
        name=seller["name"],
        email=owner.email,
        language=seller["language"],
        zone=harbour.zone,
    )
    ShopMember.objects.create(seller=shop, person=owner, role="admin", since=owner.date_joined)
