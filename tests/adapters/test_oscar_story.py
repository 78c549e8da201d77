"""A link pasted from a real oscar shop: the product page goes when the complaint is accepted, and comes back when it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.conftest import ADAPTERS, SECRET, Quay
from countermark.apps.complaints import services as cases
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement.models import Measure
from countermark.apps.listings.models import Listing
from countermark.apps.listings.services import freeze, look_up
from countermark.connectors.marketplace import ListingSnapshot
from countermark.core.listing_urls import Marketplace, define, identify
from people import WEDNESDAY, a_complaint, a_world, happens

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHY = cases.Reasons(("tm_mark_on_goods",))


@pytest.fixture
def addresses(quay: Quay) -> Marketplace:
    """The shipped description of an oscar shop's addresses, for this shop's host."""
    host = quay.url.removeprefix("http://")
    shipped = (ADAPTERS / "oscar/marketplace.toml").read_text("utf-8")
    return define(shipped.replace("https://", "http://").replace("quay.example", host))


def test_a_complaint_takes_a_product_page_down_and_its_end_brings_it_back(
    quay: Quay, addresses: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUAY_SECRET", SECRET)
    world = a_world(connector="rest", base_url=quay.url, secret_name="QUAY_SECRET")
    page, other = quay.new_item(), quay.new_item()
    mei, otto = quay.partner_of(page), quay.partner_of(other)
    quay.also_offered_by(page, otto)

    pasted = identify(page.url, extra=[addresses])
    shown = look_up(world.market, {pasted.item_id: pasted.canonical_url}, at=WEDNESDAY)
    assert isinstance(shown[pasted.item_id], ListingSnapshot)
    copies = freeze(
        marketplace=world.market, kind="listing", items={pasted.item_id: page.url}, shown=shown, at=WEDNESDAY
    )
    case = a_complaint(world, pack="cn-ecommerce-law", copies=copies)
    listing = Listing.objects.get(pk=case.listing_id)
    assert (listing.item_id, listing.seller.ref) == (page.item_id, str(mei))
    assert [picture["url"] for picture in case.copy.pictures]  # the pictures were fetched and kept

    happens(case, "accepted", "reviewer", WEDNESDAY + HOUR, reasons=WHY)
    enforcement.enforce(listing.pk, at=WEDNESDAY + HOUR, now=NOW)
    assert Measure.objects.get().confirmed_state == "removed"
    assert quay.sees(page) == 200  # Otto offers the same page and was not complained of
    quay.rows("DELETE FROM partner_stockrecord WHERE product_id = ? AND partner_id = ?", page.item_id, otto)
    assert quay.sees(page) == 404

    happens(case, "withdrawn", "complainant", WEDNESDAY + 2 * HOUR)
    enforcement.enforce(listing.pk, at=WEDNESDAY + 2 * HOUR, now=NOW)
    listing.refresh_from_db()
    assert (listing.shop_state, quay.sees(page)) == ("up", 200)
    assert [(kind, acted) for kind, _, acted in quay.asked(page)] == [("apply", 1), ("reverse", 1)]
