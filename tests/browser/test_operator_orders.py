"""Orders and shops in a real browser: recorded with faults that lead to their fields, carried out by hand, printed, set aside."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.looking import SIZES, assert_accessible, look, sign_in
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement import shops
from countermark.apps.enforcement.models import Measure
from countermark.apps.orders import letters
from countermark.apps.orders.models import Order
from entrypoints.test_operator_orders import PATTERNS
from people import World, a_complaint, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any) -> World:
    """Mei's market has no connector: Tomás does by hand what is ordered. One listing of hers came back by itself."""
    made = a_world()
    made.market.patterns = PATTERNS % made.market.slug
    made.market.save()
    case = a_complaint(made, at=timezone.now() - timedelta(days=3))
    long_ago = timezone.now() - timedelta(days=2)
    Measure.objects.create(
        listing=case.listing, wanted="remove", reference="r-1", asked_at=long_ago, confirmed_at=long_ago, drifted=True
    )
    return made


def seen(page: Page, name: str) -> None:
    """Photograph the page in both languages, and judge it at both widths."""
    look(page, f"operator-{name}")
    judged(page)


def judged(page: Page) -> None:
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_tomas_records_an_order_and_the_authority_can_read_when_it_was_done(live: Page, world: World):
    live.goto("/")
    sign_in(live, world.tomas)
    live.goto("/operate/orders/")
    seen(live, "orders-empty")
    live.get_by_role("link", name="Record an order").first.click()
    seen(live, "order-new")
    live.get_by_role("button", name="Record it and carry it out").click()
    expect(live.get_by_role("heading", name="things to mend")).to_be_visible()
    judged(live)
    for label, text in {
        "Court or authority": "Hauptzollamt Hamburg",
        "Its country": "de",
        "Its number": "SV 1215/26",
        "Legal basis": "Regulation (EU) 608/2013, art. 17",
        "When it reached us": (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "What is ordered, and why": "Offers of lamps that carry the mark HALDEN & MOE without consent are taken down in Germany.",
        "Listings": "https://harbour.example/i/40718\nhttps://harbour.example/i/40719",
        "In which countries": "DE",
    }.items():
        live.get_by_label(label, exact=False).first.fill(text)
    live.get_by_label("What has to be done").select_option("remove")
    live.get_by_role("button", name="Record it and carry it out").click()
    expect(live.get_by_role("status")).to_contain_text("is recorded and is carried out now")
    order, now = Order.objects.get(), timezone.now()
    for line in order.lines.all():
        enforcement.enforce(line.listing_id, at=now, now=now)
    letters.tell(order.pk, at=now, now=now)
    live.goto("/operate/measures/?what=by_hand")
    seen(live, "measures-countries")
    live.get_by_role("link", name="Do it and say so").first.click()
    seen(live, "measure-country")
    live.get_by_label("Up", exact=True).check()
    live.get_by_role("button", name="Confirm").click()
    live.goto(f"/operate/orders/{order.number}/")
    seen(live, "order")
    live.get_by_role("link", name="Receipt to print").click()
    expect(live.get_by_role("heading", level=1)).to_have_text(f"Receipt {order.number}")
    seen(live, "order-receipt")
    live.goto("/operate/orders/")
    seen(live, "orders")
    live.goto("/operate/measures/?what=drifted")
    seen(live, "measures-drifted")
    live.goto(f"/operate/orders/{order.number}/")
    live.get_by_role("button", name="It was lifted: set it aside").click()
    expect(live.get_by_role("status")).to_contain_text("It is set aside")


def test_tomas_suspends_a_shop_and_confirms_by_hand(live: Page, world: World):
    live.goto("/")
    sign_in(live, world.tomas)
    live.goto(f"/operate/shops/{world.mei.pk}/")
    live.get_by_role("link", name="Decide about this shop").click()
    live.get_by_label("Rule that was broken").select_option("IP-1.1")
    live.get_by_label("What was found, and why this is done").fill(
        "Three upheld complaints about counterfeits within a month."
    )
    live.get_by_label("What has to be done").select_option("suspend")
    seen(live, "decision-new")
    live.get_by_label("Rule that was broken").select_option("IP-1.1")
    live.get_by_label("What was found, and why this is done").fill(
        "Three upheld complaints about counterfeits within a month."
    )
    live.get_by_label("What has to be done").select_option("suspend")
    live.get_by_role("button", name="Decide it").click()
    shops.enforce_shop(world.mei.pk, at=timezone.now(), now=timezone.now())
    live.goto(f"/operate/shops/{world.mei.pk}/")
    seen(live, "shop")
    live.get_by_role("button", name="It is done there").click()
    expect(live.get_by_role("status")).to_contain_text("Confirmed")
    live.goto("/operate/shops/")
    expect(live.get_by_role("heading", level=1)).to_have_text("1 shop is restricted")
    seen(live, "shops")
