"""The people of the tests, and builders that take only what a test is about.

Ines owns rights, Ayo is her agent, Mei sells, Otto is another seller who must see nothing, Rana reviews, Tomas operates.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from countermark.apps.complaints import services
from countermark.apps.complaints.intake import Filing, submit_notice
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.listings import services as listing_services
from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Holder, Marketplace, Membership, Person, Seller, ShopMember
from countermark.apps.rights.models import Right
from countermark.core import notice as rules
from countermark.core.defect import Contact, EvidenceFacts

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 2, 25, 14, 2, tzinfo=SHANGHAI)  # day 1 after is Thu 26; Sat 28 is a make-up working day
_count = itertools.count(1)


@dataclass
class World:
    """One holder with one right, one marketplace with two sellers, one reviewer, one operator."""

    ines: Person
    halden: Holder
    rana: Person
    samir: Person
    tomas: Person
    market: Marketplace
    mei: Seller
    otto: Seller
    mark: Right
    work: Right
    extra: dict[str, Any] = field(default_factory=dict)


def a_world(**market: Any) -> World:
    """Everybody, with Harbour Market running all packs in mainland China unless `market` says otherwise."""
    n = next(_count)
    ines = Person.objects.create_user(f"ines{n}@halden-moe.example", name="Ines Moe", language="en")
    halden = Holder.objects.create(
        name="Halden & Moe AS",
        kind="enterprise",
        location="other",
        contact_email=f"ip{n}@halden-moe.example",
        address="Kai 4, Bergen",
        phone="+47 55 00 00 00",
        verified_at=datetime(2026, 1, 12, tzinfo=UTC),
    )
    Membership.objects.create(person=ines, holder=halden)
    place = {
        "slug": f"harbour-{n}",
        "name": "Harbour Market",
        "territory": "*",
        "offered_in": [],
        "calendar": "CN",
        "zone": "Asia/Shanghai",
        "packs": ["platform", "us-dmca-512", "cn-ecommerce-law", "eu-notice", "pause-and-answer"],
    }
    harbour = Marketplace.objects.create(**{**place, **market})
    return World(
        ines=ines,
        halden=halden,
        rana=Person.objects.create_user(f"rana{n}@countermark.example", name="Rana Haddad", is_reviewer=True),
        samir=Person.objects.create_user(f"samir{n}@countermark.example", name="Samir Okoye", is_reviewer=True),
        tomas=Person.objects.create_user(f"tomas{n}@countermark.example", name="Tomás Ferreira", is_operator=True),
        market=harbour,
        mei=Seller.objects.create(
            marketplace=harbour, ref="lantern", name="Lantern Lane", email=f"mei{n}@lantern.example"
        ),
        otto=Seller.objects.create(
            marketplace=harbour, ref="otto", name="Otto's Attic", email=f"otto{n}@attic.example"
        ),
        mark=a_right(halden),
        work=a_right(
            halden, kind="copyright", name="Fjell photo series", number="VA0002178784", office="US", territory="*"
        ),
    )


def acts_for(person: Person, seller: Seller, role: str = "admin") -> ShopMember:
    """The person has claimed the shop."""
    return ShopMember.objects.create(seller=seller, person=person, role=role, since=person.date_joined)


def a_right(holder: Holder, **changes: Any) -> Right:
    """An approved trademark of the holder."""
    usual = {
        "kind": "trademark",
        "state": "approved",
        "name": "HALDEN & MOE",
        "office": "CN",
        "territory": "*",
        "number": "41902337",
        "owner_name": holder.name,
        "expires_on": date(2036, 7, 30),
        "classes": [11],
        "created_at": datetime(2026, 1, 5, tzinfo=UTC),
        "verified_at": datetime(2026, 1, 12, tzinfo=UTC),
    }
    return Right.objects.create(holder=holder, **{**usual, **changes})


def listings_of(world: World, count: int, seller: Seller | None = None, *, at: datetime = WEDNESDAY) -> dict[str, Any]:
    """Frozen copies of `count` new listings of Mei (or `seller`), by item id."""
    items = {f"4{next(_count):06}": "" for _ in range(count)}
    items = {item: f"https://harbour.example/i/{item}" for item in items}
    copies = listing_services.freeze(marketplace=world.market, kind="listing", items=items, shown={}, at=at)
    Listing.objects.filter(marketplace=world.market, item_id__in=items).update(
        seller=seller or world.mei, shop_state="up"
    )
    return copies


def said_by(world: World, copies: Mapping[str, Any], **changes: Any) -> rules.Notice:
    """What Ines says about these listings; `changes` replaces any part of it."""
    right = changes.pop("right_row", world.mark)
    usual: dict[str, Any] = {
        "filer_role": "right_holder",
        "filer": Contact(world.halden.name, world.halden.contact_email, world.halden.address, world.halden.phone),
        "verified": True,
        "marketplace": rules.Marketplace(world.market.slug, world.market.territory, world.market.calendar),
        "mode": "listing",
        "right": facts_of(right) if right else None,
        "reason": "CR-1" if right and right.kind == "copyright" else "TM-4",
        "statement": "The base of the lamp carries our wordmark, see photo 1. We have licensed nobody for lamps here.",
        "lines": tuple(lines_of(copies)),
        "evidence": (EvidenceFacts("photo", "Photo 1.png", "0" * 64),),
        "declarations": frozenset(["good_faith", "truth", "accuracy_perjury"]),
        "signature": "Ines Moe",
    }
    return rules.Notice(**{**usual, **changes})


def lines_of(copies: Mapping[str, Any]) -> Sequence[rules.LineFacts]:
    urls = dict(Listing.objects.filter(pk__in=[copy.listing_id for copy in copies.values()]).values_list("pk", "url"))
    rows = ((urls[copy.listing_id], item) for item, copy in copies.items())
    return [rules.LineFacts(n, url, item_id=item, canonical_url=url) for n, (url, item) in enumerate(rows, 1)]


def facts_of(right: Right) -> rules.RightFacts:
    return rules.RightFacts(
        id=str(right.pk), kind=right.kind, office=right.office, territory=right.territory, number=right.number,
        owner=right.owner_name, state=right.state, expires_on=right.expires_on, classes=tuple(right.classes), name=right.name,
    )  # fmt: skip


def a_notice(
    world: World, *, lines: int = 1, pack: str = "platform", at: datetime = WEDNESDAY, **changes: Any
) -> Notice:
    """A notice Ines sent at `at` under `pack`; the DMCA takes her photographs, the others her mark."""
    right = world.work if pack == "us-dmca-512" else world.mark
    copies = changes.pop("copies", None) or listings_of(world, lines, changes.pop("seller", None), at=at)
    said = said_by(world, copies, right_row=right, **changes)
    filing = Filing(said, pack, world.market, copies, holder=world.halden, person=world.ines, right=right)
    return submit_notice(filing, at=at)


def a_complaint(world: World, **what: Any) -> Complaint:
    """The only complaint of `a_notice`."""
    return a_notice(world, **what).complaints.get()


def happens(complaint: Complaint, event: str, by: str, at: datetime, **more: Any) -> Complaint:
    """Let one event happen to one case, and read it again."""
    if event == "served":
        party = complaint.waits_on
        services.record_service([complaint.pk], at=at, channel="mail", party=party)
    else:
        services.act([complaint.pk], event, by=by, at=at, **more)
    complaint.refresh_from_db()
    return complaint
