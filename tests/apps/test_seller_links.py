"""Which sellers are one behind two names? Same things tie them, a person can say no, and nobody reads what the things are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from countermark.apps.parties.models import Seller
from countermark.apps.screening import identifiers, links
from countermark.apps.screening.models import SellerIdentifier, SellerLink
from countermark.apps.work.sealing import unseal
from people import World, a_world

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
BANK = ("bank", "NO93 8601 1117 947")


@pytest.fixture
def world() -> World:
    return a_world()


def a_shop(world: World, ref: str) -> Seller:
    return Seller.objects.create(marketplace=world.market, ref=ref, name=ref.title())


def said(seller: Seller, *given: tuple[str, str], at: datetime = NOON) -> int:
    return identifiers.put(seller=seller, given=given, at=at)


def test_two_shops_paid_into_one_account_are_linked_and_each_says_why(world):
    said(world.mei, BANK)
    said(world.otto, ("bank", "no9386011117947"))
    assert links.linked(world.mei.pk) == {world.otto.pk}
    assert links.linked(world.otto.pk) == {world.mei.pk}
    (step,) = links.why(world.otto.pk, world.mei.pk)
    assert (step.strength, step.links[0].evidence) == (0.95, {"identifiers": [{"kind": "bank", "sellers": 2}]})


def test_one_building_alone_links_nobody(world):
    for shop in (world.mei, world.otto):
        said(shop, ("address", "Kai 4, Bergen"))
    assert SellerLink.objects.get().strength == 0.5
    assert links.linked(world.mei.pk) == frozenset()


def test_a_link_over_a_third_shop_counts_while_the_way_is_strong_enough(world):
    third, fourth = a_shop(world, "third"), a_shop(world, "fourth")
    said(world.mei, BANK)
    said(third, BANK, ("email", "shop@attic.example"))
    said(world.otto, ("email", "Shop+two@attic.example"), ("phone", "+47 55 00 00 00"))
    said(fourth, ("phone", "0047 5500 0000"))
    assert links.linked(world.mei.pk) == {third.pk, world.otto.pk, fourth.pk}  # .95 x .9 x .85 = .73
    assert [(step.one, step.other) for step in links.why(world.mei.pk, fourth.pk)] == [
        (world.mei.pk, third.pk), (third.pk, world.otto.pk), (world.otto.pk, fourth.pk)
    ]  # fmt: skip
    said(fourth)
    assert fourth.pk not in links.linked(world.mei.pk)


def test_what_a_marketplace_no_longer_says_links_nobody_any_more(world):
    said(world.mei, BANK)
    said(world.otto, BANK)
    assert said(world.mei, ("phone", "+47 55 00 00 01")) == 1
    assert links.linked(world.otto.pk) == frozenset()
    assert not SellerLink.objects.exists()


def test_the_same_again_changes_nothing(world):
    said(world.mei, BANK)
    assert said(world.otto, BANK) == 1
    assert said(world.otto, BANK, at=NOON + timedelta(days=1)) == 0
    assert SellerIdentifier.objects.get(seller=world.otto).at == NOON + timedelta(days=1)


def test_what_a_crowd_shares_ties_nobody(world):
    crowd = [a_shop(world, f"shop-{n}") for n in range(21)]
    for shop in crowd[:5]:
        said(shop, ("phone", "+86 21 5555 0101"))
    assert links.linked(crowd[0].pk) == {shop.pk for shop in crowd[1:5]}  # a ring of five
    for shop in crowd[5:10]:
        said(shop, ("phone", "+86 21 5555 0101"))
    assert SellerLink.objects.first().strength == pytest.approx(0.425)  # twice as many: .85 / 2
    for shop in crowd[10:20]:
        said(shop, ("phone", "+86 21 5555 0101"))
    assert SellerLink.objects.count() == 190  # 20 x 19 / 2
    said(crowd[20], ("phone", "+86 21 5555 0101"))
    assert not SellerLink.objects.exists()


def test_a_link_that_was_denied_stays_denied_whatever_is_found_later(world):
    said(world.mei, BANK)
    said(world.otto, BANK)
    denied = links.deny(one=world.otto.pk, other=world.mei.pk, words="Two sisters.", by=world.rana, at=NOON)
    assert len(denied) == 1
    said(world.mei, ("email", "a@b.example"))
    said(world.otto, ("email", "a@b.example"))
    links.recompute_all(at=NOON)
    assert links.linked(world.mei.pk) == frozenset()
    third = a_shop(world, "third")
    said(third, BANK, ("email", "a@b.example"))
    assert links.linked(world.mei.pk) == {third.pk}  # by e-mail; not over it to Otto
    again = links.deny(one=world.mei.pk, other=world.otto.pk, words="No.", by=world.tomas, at=NOON + timedelta(days=1))
    assert {row.denied_by_id for row in again} == {world.rana.pk}


def test_a_denial_is_taken_back_with_a_reason_and_what_was_said_stays(world):
    said(world.mei, BANK)
    said(world.otto, BANK)
    links.deny(one=world.mei.pk, other=world.otto.pk, words="Two sisters.", by=world.rana, at=NOON)
    later = NOON + timedelta(days=1)
    said(world.mei, ("email", "a@b.example"))
    said(world.otto, ("email", "a@b.example"))
    (denied,) = links.between(world.otto.pk, world.mei.pk)
    back = links.take_back_denial(denied, by=world.tomas, why="One of them sold her firm.", at=later)
    assert [row.denied_at for row in back] == [None]
    assert links.linked(world.mei.pk) == {world.otto.pk}
    told = [(one.what, one.by_id, one.at, unseal(one.words)) for one in links.words_of(world.otto.pk)]
    assert told == [
        ("denied", world.rana.pk, NOON, "Two sisters."),
        ("taken_back", world.tomas.pk, later, "One of them sold her firm."),
    ]


def test_what_went_while_it_was_denied_does_not_come_back_with_it(world):
    said(world.mei, BANK)
    said(world.otto, BANK)
    (link,) = links.deny(one=world.mei.pk, other=world.otto.pk, words="Two sisters.", by=world.rana, at=NOON)
    said(world.otto)
    assert links.take_back_denial(link, by=world.rana, why="I was wrong.", at=NOON) == []
    assert not SellerLink.objects.exists()
    with pytest.raises(links.LinkNotDenied):
        links.take_back_denial(link, by=world.rana, why="Once more.", at=NOON)
    assert [one.what for one in links.words_of(world.mei.pk)] == ["denied", "taken_back"]


def test_nothing_is_denied_that_is_not_there(world):
    with pytest.raises(links.NoSuchLink):
        links.deny(one=world.mei.pk, other=world.otto.pk, words="No.", by=world.rana, at=NOON)


def test_no_row_holds_what_the_marketplace_said(world):
    for shop in (world.mei, world.otto):
        said(shop, BANK, ("email", "mei@lantern.example"), ("phone", "+47 55 00 00 00"))
    with connection.cursor() as cursor:
        held: list[Any] = []
        for table in ("screening_selleridentifier", "screening_sellerlink"):
            cursor.execute(f"SELECT * FROM {table}")
            held += cursor.fetchall()
    written = json.dumps(held, default=str).casefold()
    assert all(secret not in written for secret in ("lantern.example", "8601", "550000"))


def test_what_says_nothing_is_refused_all_at_once(world):
    given = [("phone", "000000"), ("email", "n/a"), ("bank", "-"), BANK, ("device", "   ")]
    with pytest.raises(identifiers.IdentifiersDefective) as refused:
        said(world.mei, *given)
    assert [defect.field for defect in refused.value.defects] == [f"identifiers.{n}.value" for n in (0, 1, 2, 4)]
    with pytest.raises(identifiers.IdentifiersDefective):
        said(world.mei, *[("device", f"device-{n}") for n in range(51)])
    assert not SellerIdentifier.objects.exists()
