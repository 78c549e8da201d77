"""What operators may change, and what nobody may: people, marketplaces, orders."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from countermark.apps.complaints.orders import OrderDefective, record_order
from countermark.apps.complaints.services import StaleCase
from countermark.apps.parties import operator_services as places
from countermark.apps.parties import people
from countermark.apps.parties.models import Marketplace, Person, StaffEvent
from countermark.apps.parties.seeds import ensure_known_marketplaces
from countermark.apps.parties.selectors import open_marketplaces
from people import WEDNESDAY, a_complaint, a_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 25, 6, tzinfo=UTC)
PATTERNS = """
id = "fjord"
name = "Fjord Bazaar"
[domains]
"fjord.example" = "www.fjord.example"
[canonical]
listing = "https://www.fjord.example/item/{item}"
[[listing]]
path = '**/item/(?P<item>[0-9]{3,12})'
[[good]]
paste = "https://fjord.example/item/12345?ref=x"
item_id = "12345"
"""
FJORD = places.MarketplaceSaid(
    slug="fjord", name="Fjord Bazaar", territory="EU", offered_in=("EU",), calendar="EU", zone="Europe/Oslo", language="en",
    packs=("eu-notice", "platform"), patterns=PATTERNS,
)  # fmt: skip


@pytest.fixture
def tomas() -> Person:
    return Person.objects.create_user("tomas@desk.example", name="Tomás", is_operator=True)


def codes(said: places.MarketplaceSaid) -> list[str]:
    return [defect.code.removeprefix("marketplace_") for defect in places.marketplace_defects(said)]


# --- people ---------------------------------------------------------------------------------------------------------------


def test_the_last_operator_cannot_be_taken_away(tomas):
    with pytest.raises(people.LastOperator):
        people.set_role(person_id=tomas.pk, role="operator", given=False, by=tomas, now=NOW)
    with pytest.raises(people.LastOperator):
        people.set_active(person_id=tomas.pk, active=False, by=tomas, now=NOW)
    tomas.refresh_from_db()
    assert (tomas.is_operator, tomas.is_active) == (True, True)


def test_an_operator_who_cannot_sign_in_does_not_count(tomas):
    people.add_person(email="una@desk.example", name="Una", role="operator", by=tomas, now=NOW)
    una = Person.objects.get(email="una@desk.example")
    people.set_active(person_id=una.pk, active=False, by=tomas, now=NOW)
    with pytest.raises(people.LastOperator):
        people.set_role(person_id=tomas.pk, role="operator", given=False, by=tomas, now=NOW)


def test_every_change_is_kept_with_who_made_it(tomas):
    rana = people.add_person(email="rana@desk.example", name="Rana", role="reviewer", by=tomas, now=NOW)
    people.set_role(person_id=rana.pk, role="senior", given=True, by=tomas, now=NOW)
    people.set_role(person_id=rana.pk, role="senior", given=True, by=tomas, now=NOW)  # already so: no second line
    people.set_role(person_id=rana.pk, role="reviewer", given=False, by=tomas, now=NOW)
    said = list(StaffEvent.objects.filter(person=rana, by=tomas).order_by("pk").values_list("event", "data__role"))
    assert said == [
        ("person.added", None),
        ("role.given", "reviewer"),
        ("role.given", "senior"),
        ("role.taken", "reviewer"),
    ]


def test_who_is_shut_out_is_signed_out_in_every_browser(tomas):
    rana = people.add_person(email="rana@desk.example", name="Rana", role="reviewer", by=tomas, now=NOW)
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(rana, backend="django.contrib.auth.backends.ModelBackend")
    other = Client()
    other.force_login(tomas, backend="django.contrib.auth.backends.ModelBackend")
    people.set_active(person_id=rana.pk, active=False, by=tomas, now=NOW)
    assert people.sessions_of(rana, now=NOW) == []
    assert len(people.sessions_of(tomas, now=NOW)) == 1


@pytest.mark.parametrize(
    ("email", "name", "field"),
    [("no address", "A", "email"), ("TOMAS@desk.example", "A", "taken"), ("a@b.example", " ", "name")],
)
def test_nobody_is_added_twice_or_without_a_name_or_address(tomas, email, name, field):
    with pytest.raises(people.PersonDefective) as refused:
        people.add_person(email=email, name=name, role="reviewer", by=tomas, now=NOW)
    assert refused.value.field == field
    assert Person.objects.count() == 1


# --- marketplaces ---------------------------------------------------------------------------------------------------------


def test_the_five_are_there_and_a_second_call_changes_nothing():
    assert [row.slug for row in ensure_known_marketplaces()] == ["taobao", "tmall", "1688", "alibaba", "aliexpress"]
    Marketplace.objects.filter(slug="tmall").update(name="Tmall, renamed")
    assert ensure_known_marketplaces() == []
    assert Marketplace.objects.get(slug="tmall").name == "Tmall, renamed"
    assert len(open_marketplaces()) == 5
    for row in Marketplace.objects.all():
        assert places.marketplace_defects(places.said_of(row), existing=row) == (), row


def test_an_operators_own_marketplace_takes_complaints_once_its_addresses_can_be_read(tomas):
    row = places.add_marketplace(said=FJORD, by=tomas, now=NOW)
    assert row in open_marketplaces()
    assert StaffEvent.objects.get(marketplace=row).event == "marketplace.added"


def test_everything_wrong_with_a_marketplace_is_said_at_once(tomas):
    wrong = places.MarketplaceSaid(
        slug="No Slug", territory="Mars", offered_in=("XX",), calendar="MARS", zone="Mars/Olympus", language="tlh",
        packs=("platfrom",), connector="rest", patterns="domains = {",
    )  # fmt: skip
    assert codes(wrong) == [
        *("name", "slug", "territory", "offered_in", "calendar", "zone", "language"),
        *("packs", "base_url", "secret_name", "pattern"),
    ]
    with pytest.raises(places.MarketplaceDefective):
        places.add_marketplace(said=wrong, by=tomas, now=NOW)
    assert not Marketplace.objects.exists()


def test_every_defect_of_the_address_patterns_is_named_with_its_place():
    broken = PATTERNS.replace('item_id = "12345"', 'item_id = "54321"')
    found = [d.data["where"] for d in places.pattern_defects(replace(FJORD, patterns=broken))]
    assert found == ["good[1]"]
    many = PATTERNS.replace("{3,12}", "{3,12").replace("www.fjord.example/item", "elsewhere.example/item")
    assert len(list(places.pattern_defects(replace(FJORD, patterns=many)))) >= 2


def test_a_law_that_holds_nowhere_there_is_refused():
    assert codes(replace(FJORD, packs=("cn-ecommerce-law",))) == ["pack_elsewhere"]
    assert codes(replace(FJORD, timing="after_seller_window")) == ["timing"]
    assert codes(replace(FJORD, packs=("platform",), timing="after_seller_window")) == []


def test_a_change_says_which_fields_changed_and_the_slug_stays(tomas):
    row = places.add_marketplace(said=FJORD, by=tomas, now=NOW)
    places.change_marketplace(marketplace_id=row.pk, said=replace(FJORD, name="Fjord", slug="other"), by=tomas, now=NOW)
    row.refresh_from_db()
    assert (row.slug, row.name) == ("fjord", "Fjord")
    assert StaffEvent.objects.get(event="marketplace.changed").data == {"fields": ["name"]}


def test_a_sample_address_shows_how_it_would_be_read():
    assert places.try_address(FJORD, "https://fjord.example/item/777").item_id == "777"
    assert places.try_address(FJORD, "https://fjord.example/about").code == "no_item_id"
    assert (
        places.try_address(replace(FJORD, slug="nowhere", patterns=""), "https://fjord.example/item/777").code
        == "unknown_host"
    )


# --- orders ---------------------------------------------------------------------------------------------------------------


def test_a_court_order_takes_the_listing_down_with_its_reasons_and_back_up():
    world = a_world()
    case = a_complaint(world)
    told = {"by": world.tomas, "at": WEDNESDAY, "now": NOW}
    record_order(
        complaint_id=case.pk, event="ordered_down", reference="Court, 1 C 2/26", seen={case.pk: case.seq}, **told
    )
    case.refresh_from_db()
    assert (case.state, case.ask, case.statements.get().grounds) == ("reinforced", "remove", ["ordered"])
    with pytest.raises(StaleCase):
        record_order(complaint_id=case.pk, event="ordered_up", reference="Appeal", seen={case.pk: 0}, **told)
    record_order(
        complaint_id=case.pk, event="ordered_up", reference="Appeal, 3 U 1/26", seen={case.pk: case.seq}, **told
    )
    case.refresh_from_db()
    assert (case.state, case.ask) == ("reversed", "nothing")
    assert [word.by for word in case.words.order_by("seq")] == ["operator", "operator"]


def test_an_order_without_its_reference_is_not_recorded():
    world = a_world()
    case = a_complaint(world)
    told = {"seen": {case.pk: case.seq}, "by": world.tomas, "at": WEDNESDAY, "now": NOW}
    with pytest.raises(OrderDefective):
        record_order(complaint_id=case.pk, event="ordered_down", reference="  ", **told)
    case.refresh_from_db()
    assert case.state == "checking"
