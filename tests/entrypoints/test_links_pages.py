"""The links between sellers as a whole, on the pages of reviewers and operators: what they say, and who may say what of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.parties.models import Look, Person, Seller
from countermark.apps.screening import links
from countermark.apps.screening.models import LinkWord, SellerLink
from entrypoints.test_operator import said
from findings import a_finding, a_fingerprint
from people import World, a_complaint, a_world, acts_for

pytestmark = pytest.mark.django_db
DESK, OFFICE = "/review/links/", "/operate/screening/links/"
BANK = {"identifiers": [{"kind": "bank", "sellers": 2}]}


@pytest.fixture
def world() -> World:
    return a_world()


def of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def rana(world: World) -> Client:
    return of(world.rana)


def a_link(one: Seller, other: Seller, kind: str = "identifier", strength: float = 0.95, **more: Any) -> str:
    first, second = sorted((one, other), key=lambda seller: seller.pk)
    evidence = BANK if kind == "identifier" else {"count": 3, "sellers": 2, "pictures": []}
    row = {"one": first, "other": second, "kind": kind, "strength": strength, "evidence": evidence}
    SellerLink.objects.create(**row, found_at=timezone.now(), **more)
    return f"{first.pk}-{second.pk}"


def an_answer(rana: Client, key: str, answer: str, words: str = "I rang them.", seen: str = "suggested") -> Any:
    return rana.post(f"{DESK}{key}/", {"answer": answer, "words": words, "seen": seen}, follow=True)


# --- the list -------------------------------------------------------------------------------------------------------------


def test_where_nothing_ties_anybody_the_page_says_where_links_come_from(world: World, rana: Client):
    page = said(rana.get(DESK))
    assert "No link between sellers waits to be looked at" in page and "Links come from what marketplaces send" in page


def test_the_strongest_comes_first_and_says_what_the_two_have_in_common(world: World, rana: Client):
    third = Seller.objects.create(marketplace=world.market, ref="third", name="Third & <b>Sons")
    key = a_link(world.mei, world.otto)
    a_link(world.mei, third, "text", 0.3)
    page = said(rana.get(DESK))
    assert "2 links between sellers that nobody has looked at" in page
    assert page.index("Both gave the marketplace the same bank account.") < page.index("Their descriptions share")
    assert "neither shop is said to have done wrong" in page and "<b>Sons" not in rana.get(DESK).content.decode()
    assert f"{DESK}{key}/" in rana.get(DESK).content.decode()
    narrowed = said(rana.get(f"{DESK}?kind=text&strong=weak&q=third&marketplace={world.market.slug}"))
    assert "Their descriptions share" in narrowed and "bank account" not in narrowed
    assert "No link fits" in said(rana.get(f"{DESK}?q=nobody%00"))
    assert rana.get(f"{DESK}?state=x&kind=x&strong=x&sort=x&page=99").status_code == 200
    sheet = rana.get(f"{DESK}?csv=1").content.decode()
    assert sheet.count("\n") == 3 and f"{key},harbour" in sheet.replace(world.market.slug, "harbour")


def test_a_page_of_fifty_links_asks_as_often_as_a_page_of_one(world: World, rana: Client):
    a_link(world.mei, world.otto)
    rana.get(DESK)
    with CaptureQueriesContext(connection) as few:
        rana.get(DESK)
    for n in range(60):
        shop = Seller.objects.create(marketplace=world.market, ref=f"s{n}", name=f"Shop {n}")
        a_link(world.otto, shop, "picture", 0.3 + n / 100)
    with CaptureQueriesContext(connection) as many:
        page = said(rana.get(DESK))
    assert len(many) == len(few) <= 12 and "1 to 50 of 61" in page


def test_reviewers_say_operators_read_and_nobody_else_comes(world: World):
    key = a_link(world.mei, world.otto)
    mei = Person.objects.create_user("mei@lantern.example", name="Mei")
    acts_for(mei, world.mei)
    for person in (world.ines, mei):
        for url in (DESK, f"{DESK}{key}/", f"{DESK}next/", OFFICE, f"{OFFICE}{key}/"):
            assert of(person).get(url).status_code == 403
    tomas = of(world.tomas)
    assert tomas.get(DESK).status_code == 403 and tomas.get(OFFICE).status_code == 200
    page = tomas.get(f"{OFFICE}{key}/").content.decode()
    assert "It counts by its evidence." in page and 'name="answer"' not in page
    assert tomas.post(f"{OFFICE}{key}/", {"answer": "deny"}).status_code == 405
    assert tomas.post(f"{DESK}{key}/", {"answer": "deny"}).status_code == 403
    assert not LinkWord.objects.exists()


# --- one of them ----------------------------------------------------------------------------------------------------------


def test_a_link_says_what_follows_and_that_it_accuses_nobody(world: World, rana: Client):
    key = a_link(world.mei, world.otto)
    page = said(rana.get(f"{DESK}{key}/"))
    assert f"Do {world.mei.name} and {world.otto.name} belong together?" in page.replace("&#x27;", "'")
    assert "goes down the fast way" in page and "It does not say that either has done wrong" in page
    assert "The evidence together: 95 %. A link counts from 60 % on." in page
    assert list(Look.objects.values_list("what", "key")) == [("link", key)]
    weak = a_link(world.mei, Seller.objects.create(marketplace=world.market, ref="t", name="T"), "text", 0.3)
    assert "too weak to count" in said(rana.get(f"{DESK}{weak}/"))


def test_what_came_from_one_to_the_other_stands_beside_the_link(world: World, rana: Client):
    key = a_link(world.mei, world.otto)
    assert "Nothing so far." in said(rana.get(f"{DESK}{key}/"))
    case = a_complaint(world)
    kept = a_fingerprint(case, timezone.now(), seller=world.otto)
    found = a_finding(world, title="Came over", reason="stay_down", fingerprint=kept)
    page = rana.get(f"{DESK}{key}/").content.decode()
    assert "Came over" in page and f"/review/findings/{found.pk}/" in page


def test_a_reviewer_confirms_takes_back_denies_and_takes_that_back_and_all_of_it_stays(world: World, rana: Client):
    key = a_link(world.mei, world.otto, "text", 0.3)
    assert "Confirmed. These two count as linked." in said(an_answer(rana, key, "confirm", "One <b>signed"))
    assert links.linked(world.mei.pk) == {world.otto.pk}
    assert "The confirmation is taken back." in said(an_answer(rana, key, "take-back", seen="confirmed"))
    assert "Denied. These two are not linked again." in said(an_answer(rana, key, "deny"))
    page = an_answer(rana, key, "take-back-denial", seen="denied")
    assert page.status_code == 200
    assert [word.what for word in LinkWord.objects.order_by("pk")] == [
        "confirmed",
        "unconfirmed",
        "denied",
        "taken_back",
    ]


def test_without_a_reason_or_an_answer_nothing_is_entered(world: World, rana: Client):
    key = a_link(world.mei, world.otto)
    for answer, words in (("confirm", "  "), ("", "Because."), ("hang-them", "Because.")):
        page = an_answer(rana, key, answer, words)
        assert page.status_code == 422 and 'href="#words"' in page.content.decode()
    assert "Because." in page.content.decode() and not LinkWord.objects.exists()


def test_who_was_slower_reads_who_was_faster_and_keeps_the_words(world: World, rana: Client):
    key = a_link(world.mei, world.otto)
    noor = Person.objects.create_user("noor@desk.example", name="Noor", is_reviewer=True, is_senior=True)
    an_answer(of(noor), key, "deny", "Two sisters.")
    page = an_answer(rana, key, "confirm", "They share a desk.")
    assert page.status_code == 409
    assert "Noor" in said(page) and "They share a desk." in said(page)
    assert [word.what for word in LinkWord.objects.all()] == ["denied"]
    assert an_answer(rana, key, "take-back", seen="denied").status_code == 409  # it is denied, not confirmed


def test_a_link_that_has_gone_is_said_to_have_gone(world: World, rana: Client):
    key = a_link(world.mei, world.otto)
    SellerLink.objects.all().delete()
    assert an_answer(rana, key, "deny").status_code == 409
    for none in (key, "1-1", "x", "1-" + "9" * 30):
        assert rana.get(f"{DESK}{none}/").status_code == 404


def test_the_next_link_is_the_strongest_that_nobody_has_looked_at(world: World, rana: Client):
    third = Seller.objects.create(marketplace=world.market, ref="third", name="Third")
    first, second = a_link(world.mei, world.otto), a_link(world.mei, third, "picture", 0.6)
    assert rana.get(f"{DESK}next/").url == f"{DESK}{first}/"
    assert rana.get(f"{DESK}next/?after={first}").url == f"{DESK}{second}/"
    assert rana.get(f"{DESK}next/?after={second}").url == DESK
    assert rana.get(f"{DESK}next/?after=%00x").url == f"{DESK}{first}/"
