"""A person confirms that two sellers belong together, or takes it back; and all links are read as a list, one for each pair."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from countermark.apps.parties.models import Seller
from countermark.apps.screening import identifiers, link_confirming, link_list, links
from countermark.apps.screening.link_list import LinkFilter
from countermark.apps.screening.models import LinkWord, SellerLink, SellerTrace
from countermark.apps.work.sealing import unseal
from people import World, a_world

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ADDRESS = ("address", "Kai 4, Bergen")
PHONE = ("phone", "+47 55 00 00 00")


@pytest.fixture
def world() -> World:
    return a_world()


def said(seller: Seller, *given: tuple[str, str]) -> None:
    identifiers.put(seller=seller, given=given, at=NOON)


def a_weak_link(world: World) -> None:
    for shop in (world.mei, world.otto):
        said(shop, ADDRESS)


def confirmed(world: World) -> list[SellerLink]:
    told = {"one": world.otto.pk, "other": world.mei.pk, "words": "One signed for both.", "by": world.rana}
    return link_confirming.confirm(**told, at=NOON)


def taken_back(world: World) -> list[SellerLink]:
    told = {"one": world.otto.pk, "other": world.mei.pk, "words": "It was a cousin.", "by": world.rana}
    return link_confirming.take_back(**told, at=NOON)


def listed(**asked: str) -> list[SellerLink]:
    return list(link_list.listed(LinkFilter(**asked)))


# --- confirming -----------------------------------------------------------------------------------------------------------


def test_what_a_person_confirms_counts_however_weak_it_is_until_it_is_taken_back(world):
    a_weak_link(world)
    assert links.linked(world.mei.pk) == frozenset()
    confirmed(world)
    assert links.linked(world.mei.pk) == {world.otto.pk}
    assert links.why(world.mei.pk, world.otto.pk)[0].strength == 0.95
    confirmed(world)  # once more changes nothing
    taken_back(world)
    assert links.linked(world.mei.pk) == frozenset()
    assert [(word.what, unseal(word.words)) for word in links.words_of(world.mei.pk)] == [
        ("confirmed", "One signed for both."), ("unconfirmed", "It was a cousin.")
    ]  # fmt: skip


def test_a_confirmation_holds_for_what_is_found_later_and_goes_with_the_last_of_the_evidence(world):
    a_weak_link(world)
    confirmed(world)
    for shop in (world.mei, world.otto):
        said(shop, ADDRESS, PHONE)
    for shop in (world.mei, world.otto):
        said(shop, PHONE)
    assert SellerLink.objects.get().confirmed_by == world.rana
    said(world.mei)
    assert not SellerLink.objects.exists() and links.linked(world.mei.pk) == frozenset()
    said(world.mei, PHONE)
    assert SellerLink.objects.get().confirmed_at is None  # nobody has looked at this


@pytest.mark.parametrize("what", ["confirmed", "denied"])
def test_evidence_of_another_kind_comes_under_what_was_said_already(world, what):
    a_weak_link(world)
    told = {"words": "I rang them.", "by": world.rana, "at": NOON}
    act = link_confirming.confirm if what == "confirmed" else links.deny
    act(one=world.mei.pk, other=world.otto.pk, **told)
    for seller in (world.mei, world.otto):
        for n in range(3):
            SellerTrace.objects.create(seller=seller, kind="picture", key=f"known:{n}", at=NOON)
    links.recompute_all(at=NOON)
    rows = SellerLink.objects.order_by("kind")
    assert [(row.kind, getattr(row, f"{what}_by")) for row in rows] == [
        ("identifier", world.rana), ("picture", world.rana)
    ]  # fmt: skip
    assert (world.otto.pk in links.linked(world.mei.pk)) == (what == "confirmed")


def test_what_is_denied_is_not_confirmed_and_who_denies_takes_the_confirmation_with_it(world):
    a_weak_link(world)
    confirmed(world)
    links.deny(one=world.mei.pk, other=world.otto.pk, words="Two firms.", by=world.rana, at=NOON)
    assert SellerLink.objects.get().confirmed_at is None
    with pytest.raises(link_confirming.LinkIsDenied):
        confirmed(world)
    with pytest.raises(link_confirming.LinkNotConfirmed):
        taken_back(world)
    assert [word.what for word in LinkWord.objects.order_by("pk")] == ["confirmed", "denied"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SellerLink.objects.update(confirmed_at=NOON)


def test_nothing_is_confirmed_that_nothing_ties(world):
    for act in (confirmed, taken_back):
        with pytest.raises(links.NoSuchLink):
            act(world)
    assert not LinkWord.objects.exists()


# --- the list -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(world: World) -> list[Seller]:
    """Mei and Otto share an address and three texts, Mei and a third shop a bank account, Otto and a fourth an address."""
    third, fourth = (
        Seller.objects.create(marketplace=world.market, ref=ref, name=f"The {ref} shop") for ref in ("third", "fourth")
    )
    for one, other, kind, strength in (
        (world.mei, world.otto, "text", 0.3), (world.mei, world.otto, "identifier", 0.5),
        (world.mei, third, "identifier", 0.95), (world.otto, fourth, "identifier", 0.5),
    ):  # fmt: skip
        a, b = sorted((one, other), key=lambda seller: seller.pk)
        SellerLink.objects.create(one=a, other=b, kind=kind, strength=strength, evidence={}, found_at=NOON)
    return [world.mei, world.otto, third, fourth]


def test_a_pair_stands_once_with_all_of_its_evidence_the_strongest_pair_first(three):
    rows = listed()
    assert [round(row.share, 2) for row in rows] == [0.95, 0.65, 0.5]  # 1 - 0.7 x 0.5 = 0.65
    assert [link_list.counts(row) for row in rows] == [True, True, False]
    found = link_list.evidence_of(rows)
    assert [row.kind for row in found[rows[1].one_id, rows[1].other_id]] == ["identifier", "text"]


def test_the_list_is_narrowed_by_state_kind_strength_place_and_name(world, three):
    mei, otto, third, fourth = three
    links.deny(one=mei.pk, other=third.pk, words="No.", by=world.rana, at=NOON)
    told = {"words": "Yes.", "by": world.rana, "at": NOON}
    link_confirming.confirm(one=otto.pk, other=fourth.pk, **told)
    ends = {state: [{row.one_id, row.other_id} for row in listed(state=state)] for state in link_list.STATES}
    assert ends == {
        "suggested": [{mei.pk, otto.pk}],
        "confirmed": [{otto.pk, fourth.pk}],
        "denied": [{mei.pk, third.pk}],
    }
    assert [{row.one_id, row.other_id} for row in listed(kind="text")] == [{mei.pk, otto.pk}]
    assert len(listed(strong="counts")) == 3 and listed(strong="weak") == []  # what is confirmed counts
    assert len(listed(marketplace=world.market.slug)) == 3 and listed(marketplace="nowhere") == []
    assert [row.other_id for row in listed(q="FOURTH shop")] == [fourth.pk]
    assert listed(q="100%") == [] and listed(q="\0") != []


def test_a_pair_is_found_by_its_name_and_nothing_else_is_one(three):
    row = listed()[0]
    assert link_list.find(link_list.key_of(row)) == row
    assert link_list.find(f"{row.other_id}-{row.one_id}") == row
    for none in ("", "-", "1", "1-", "a-b", "1-1", "９-８", f"1-{10**30}", "0-99999999"):
        assert link_list.find(none) is None


def test_after_one_suggested_link_comes_the_next_one_down(world, three):
    rows = listed()
    assert link_list.next_suggested(None) == rows[0]
    assert link_list.next_suggested(link_list.find(link_list.key_of(rows[0]))) == rows[1]
    last = link_list.find(link_list.key_of(rows[2]))
    assert link_list.next_suggested(last) is None
