"""The desk's orders and shops: recorded with all faults said at once, followed, answered, ended, printed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement import shops
from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.orders import letters
from countermark.apps.orders.models import Order, OrderLetter
from countermark.apps.parties.models import Marketplace
from entrypoints.test_operator import ago, said
from people import World, a_complaint, a_world, listings_of

pytestmark = pytest.mark.django_db

PATTERNS = r"""
id = "%s"
name = "Harbour Market"
source = "The operator's own."
brands = ["harbour"]
[domains]
"harbour.example" = "harbour.example"
[canonical]
listing = "https://harbour.example/i/{item}"
[[listing]]
path = 'i/(?P<item>\d{4,12})'
"""


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    """Tomás, signed in."""
    client = Client()
    client.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def place(world: World) -> Marketplace:
    world.market.patterns = PATTERNS % world.market.slug
    world.market.save()
    return world.market


def typed(place: Marketplace, **changes: Any) -> dict[str, Any]:
    """What Tomás types of the order of the customs office."""
    return {
        "key": "k-1", "kind": "restrict", "marketplace": place.slug, "authority": "Hauptzollamt Hamburg", "country": "de",
        "reference": "SV 1215/26", "basis": "Regulation (EU) 608/2013, art. 17", "language": "en",
        "contact_email": "poststelle@zoll.example", "received_at": ago(days=1).strftime("%Y-%m-%dT%H:%M"),
        "words": "Offers of lamps that carry the mark without consent are to be taken down.", "measure": "remove",
        "territories": "", "until": "", "addresses": "https://harbour.example/i/40718\nhttps://harbour.example/i/40719",
        "seller_ref": "", **changes,
    }  # fmt: skip


def recorded(desk: Client, place: Marketplace, **changes: Any) -> Order:
    answer = desk.post(reverse("operator:record-order"), typed(place, **changes))
    assert answer.status_code == 302, said(answer)
    return Order.objects.get(number=answer["Location"].rstrip("/").rpartition("/")[2])


def test_an_order_is_recorded_carried_out_by_hand_and_its_receipt_says_when(desk: Client, place: Marketplace):
    order = recorded(desk, place, territories="DE, at", until="2036-01-01T00:00")
    assert (order.countries, order.country, order.lines.count()) == (["AT", "DE"], "DE", 2)
    for line in order.lines.all():
        enforcement.enforce(line.listing_id, at=timezone.now(), now=timezone.now())
    page = said(desk.get(reverse("operator:order", args=[order.number])))
    assert "Confirmed: 0 of 2" in page
    measure = Measure.objects.first()
    todo = said(desk.get(reverse("operator:measure", args=[measure.pk])))
    assert "in some countries" in todo
    assert order.number in todo
    for row in Measure.objects.all():
        assert desk.post(reverse("operator:measure", args=[row.pk]), {"state": "up"}).status_code == 302
    assert "Confirmed: 2 of 2" in said(desk.get(reverse("operator:order", args=[order.number])))
    receipt = said(desk.get(reverse("operator:order-receipt", args=[order.number])))
    assert "Receipt O-" in receipt
    assert receipt.count("done, confirmed") == 2


def test_all_that_is_wrong_is_said_at_once_leads_to_its_field_and_what_was_typed_stays(
    desk: Client, place: Marketplace
):
    wrong = typed(place, authority="", country="Germany", basis="", measure="", territories="Bavaria", until="tomorrow",
                  received_at="", words="short", addresses="https://elsewhere.example/i/1")  # fmt: skip
    answer = desk.post(reverse("operator:record-order"), wrong)
    page = said(answer)
    assert answer.status_code == 422
    for field in (
        "authority",
        "country",
        "basis",
        "measure",
        "territories",
        "until",
        "received_at",
        "words",
        "addresses",
    ):
        assert f'href="#id_{field}"' in page, field
        assert f'id="id_{field}"' in page, field
    assert "https://elsewhere.example/i/1" in page
    assert 'value="Bavaria"' in page
    assert not Order.objects.exists()


def test_a_double_click_records_once(desk: Client, place: Marketplace):
    assert recorded(desk, place) == recorded(desk, place)
    assert Order.objects.count() == 1


def test_a_lifted_order_is_set_aside_once_and_says_so(desk: Client, place: Marketplace):
    order = recorded(desk, place)
    url = reverse("operator:order", args=[order.number])
    assert "set it aside" in said(desk.get(url))
    desk.post(url, {"do": "aside"})
    assert "It had ended already" in said(desk.post(url, {"do": "aside"}, follow=True))
    order.refresh_from_db()
    assert order.ended_how == "set_aside"


def test_an_order_for_information_ends_when_the_answer_is_said(desk: Client, place: Marketplace):
    order = recorded(desk, place, kind="inform", measure="")
    url = reverse("operator:order", args=[order.number])
    assert desk.post(url, {"do": "answer", "answer": " "}).status_code == 422
    desk.post(url, {"do": "answer", "answer": "Name and address of the shop, by courier."})
    assert "Name and address of the shop" in said(desk.get(url))
    assert "given on" in said(desk.get(reverse("operator:order-receipt", args=[order.number])))


def test_a_word_document_of_an_order_is_refused_and_the_rest_stays_typed(desk: Client, place: Marketplace):
    sent = {**typed(place), "file": SimpleUploadedFile("order.doc", b"\xd0\xcf\x11\xe0 word")}
    answer = desk.post(reverse("operator:record-order"), sent)
    assert (answer.status_code, "The file was not kept" in said(answer), Order.objects.exists()) == (422, True, False)
    assert "SV 1215/26" in said(answer)


def test_our_own_decision_about_a_shop_is_done_by_hand_and_confirmed_on_its_page(
    desk: Client,
    place: Marketplace,
    world: World,
):
    start = said(desk.get(reverse("operator:record-decision"), {"shop": world.mei.pk}))
    assert 'value="lantern"' in start
    sent = typed(place, basis="IP-1.1", seller_ref="lantern", addresses="", measure="suspend", key="k-9")
    assert desk.post(reverse("operator:record-decision"), sent).status_code == 302
    order = Order.objects.get()
    assert (order.number[:2], order.source, order.basis) == ("M-", "operator", "IP-1.1")
    shops.enforce_shop(world.mei.pk, at=timezone.now(), now=timezone.now())
    url = reverse("operator:shop", args=[world.mei.pk])
    page = said(desk.get(url))
    assert "Suspend the shop" in page
    assert "Yours to do" in page
    measure = ShopMeasure.objects.get()
    desk.post(url, {"do": "done", "measure": measure.pk})
    measure.refresh_from_db()
    assert measure.confirmed_at
    assert "It was confirmed already" in said(desk.post(url, {"do": "done", "measure": measure.pk}, follow=True))
    assert desk.post(url, {"do": "done", "measure": "x"}).status_code == 404
    assert "1 shop is restricted" in said(desk.get(reverse("operator:shops")))
    assert world.otto.name not in said(desk.get(reverse("operator:shops"), {"what": "restricted"}))


def test_lists_of_orders_and_shops_are_found_filtered_and_downloaded(desk: Client, place: Marketplace):
    assert "No order has reached us" in said(desk.get(reverse("operator:orders")))
    order = recorded(desk, place)
    assert order.number in said(desk.get(reverse("operator:orders"), {"q": "Hamburg", "state": "in_force"}))
    assert "No order fits" in said(desk.get(reverse("operator:orders"), {"state": "ended"}))
    for name in ("orders", "shops"):
        sheet = desk.get(reverse(f"operator:{name}"), {"csv": "1"})
        assert sheet["Content-Type"].startswith("text/csv")
    assert "SV 1215/26" in desk.get(reverse("operator:orders"), {"csv": "1"}).content.decode()


def test_fifty_orders_cost_no_more_questions_than_two(
    desk: Client,
    place: Marketplace,
    django_assert_max_num_queries: Any,
):
    for number in range(25):
        recorded(desk, place, key=f"k-{number}", addresses=f"https://harbour.example/i/{50000 + number}")
    for name in ("orders", "shops"):
        with django_assert_max_num_queries(24):
            desk.get(reverse(f"operator:{name}"))


def test_a_listing_that_came_back_by_itself_is_named_on_the_page_of_measures(desk: Client, world: World):
    case = a_complaint(world, at=ago(days=2))
    Measure.objects.create(
        listing=case.listing,
        wanted="remove",
        reference="r-1",
        asked_at=ago(hours=2),
        confirmed_at=ago(hours=1),
        drifted=True,
    )
    assert "1 came back by itself" in said(desk.get(reverse("operator:measures")))
    assert case.listing.item_id in said(desk.get(reverse("operator:measures"), {"what": "drifted"}))


def test_a_letter_that_did_not_arrive_stands_on_the_page_of_its_order(desk: Client, place: Marketplace):
    order = recorded(desk, place, contact_email="")
    letters.tell(order.pk, at=timezone.now(), now=timezone.now())
    assert OrderLetter.objects.get(what="receipt").failed_at
    page = said(desk.get(reverse("operator:order", args=[order.number])))
    assert "Did not arrive" in page
    assert "No address is known" in page
    receipt = OrderLetter.objects.get(what="receipt")
    desk.post(reverse("operator:order", args=[order.number]), {"do": "handed", "letter": receipt.pk})
    receipt.refresh_from_db()
    assert receipt.delivered_at
    assert order.events.last().event == "receipt"
    desk.post(reverse("operator:order", args=[order.number]), {"do": "handed", "letter": "x"})
    assert order.events.count() == 2


def test_a_hostile_order_shows_as_text(desk: Client, place: Marketplace):
    order = recorded(
        desk, place, authority="<script>alert(1)</script>", words="<img src=x onerror=alert(1)> is ordered here"
    )
    for url in (
        reverse("operator:orders"),
        reverse("operator:order", args=[order.number]),
        reverse("operator:order-receipt", args=[order.number]),
    ):
        page = said(desk.get(url))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_an_order_about_many_listings_is_read_page_by_page(desk: Client, place: Marketplace, world: World):
    listings_of(world, 1)
    lines = "\n".join(f"https://harbour.example/i/{60000 + number}" for number in range(120))
    order = recorded(desk, place, addresses=lines)
    first = said(desk.get(reverse("operator:order", args=[order.number])))
    assert "60000" in first
    assert "60119" not in first
    assert "60119" in said(desk.get(reverse("operator:order", args=[order.number]), {"page": "3"}))
    assert order.at - order.received_at > timedelta(hours=1)
