"""Countries and whole shops at a real process: what an order asks is seen by visitors, and goes when the order goes."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import plugged
from apps.test_enforcement import LATER, NOW, enforced
from apps.test_orders import PATTERNS, a_decision, an_order, recorded
from connectors.conftest import SECRET, an_item, running
from countermark.apps.enforcement import shops
from countermark.apps.listings.models import Listing
from countermark.apps.orders import services as orders
from countermark.connectors.rest_marketplace import RestMarketplace
from people import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(tmp_path: Path, settings, monkeypatch) -> Iterator[str]:
    """The demo shop with one listing of Mei's, reached through the shipped adapter."""
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"items": [an_item("40718")]}))
    settings.MARKETPLACE_FACTORY = "plugged.marketplace"
    with running(tmp_path / "shop.db", world) as address, RestMarketplace(address, SECRET, seconds=5) as shop:
        monkeypatch.setitem(plugged.ports, "shop", shop)
        yield address


@pytest.fixture
def world(url):
    return a_world(slug="harbour", connector="rest", patterns=PATTERNS)


def page(url, **where):
    return httpx.get(f"{url}/i/40718-nordic-mushroom-lamp-brass", params=where).status_code


def test_an_order_of_germany_takes_the_page_down_for_germany_until_it_is_set_aside(world, url):
    order = recorded(world, an_order(world, addresses="https://harbour.example/i/40718", territories=["DE"]))
    listing = enforced(Listing.objects.get())
    assert (page(url), page(url, to="FR"), page(url, to="DE")) == (200, 200, 404)
    assert (listing.shop_state, listing.shop_there) == ("up", {"DE": "removed"})
    orders.set_aside(order.pk, by=world.tomas, at=LATER, now=NOW)
    enforced(listing)
    assert page(url, to="DE") == 200


def test_a_suspended_shop_sells_nothing_until_the_decision_is_taken_back(world, url):
    recorded(world, an_order(world, addresses="https://harbour.example/i/40718", kind="inform", measure=""))
    mei = Listing.objects.get().seller
    decision = recorded(world, a_decision(world, seller_ref=mei.ref, measure="suspend"))
    shops.enforce_shop(mei.pk, at=LATER, now=NOW)
    assert (page(url), httpx.get(f"{url}/s/{mei.ref}").status_code) == (404, 404)
    assert decision.lines.get().effect_at == LATER
    orders.set_aside(decision.pk, by=world.tomas, at=LATER, now=NOW)
    shops.enforce_shop(mei.pk, at=LATER, now=NOW)
    assert page(url) == 200
