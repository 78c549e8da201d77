"""Do the shipped adapters keep the rules of the marketplace port?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from countermark.connectors.contract import MarketplaceContract, Stage
from countermark.connectors.fake_marketplace import FakeMarketplace
from countermark.connectors.marketplace import Image, ItemRef, ListingSnapshot, ListingState, Price, SellerInfo


def a_listing(item_id: str = "40718") -> ListingSnapshot:
    return ListingSnapshot(
        item_id=item_id,
        url=f"https://harbour.example/i/{item_id}",
        title="Nordic mushroom lamp, brass",
        text="A quiet light.",
        price=Price("89.00", "EUR"),
        images=(Image(f"https://harbour.example/pictures/{item_id}.png", None, None),),
        seller=SellerInfo("mei", "Mei’s Lamp Corner", "mei@lamp.example", "zh-Hans"),
        state=ListingState.UP,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


class TestFakeMarketplace(MarketplaceContract):
    @pytest.fixture
    def stage(self) -> Stage:
        fake = FakeMarketplace([a_listing("40718")])
        return Stage(
            marketplace=fake,
            item=ItemRef("40718"),
            unknown=ItemRef("1"),
            seller_deletes=lambda item: fake.seller_deletes(item.item_id),
            sells_out=lambda item: fake.sells_out(item.item_id),
        )


class TestRestMarketplaceAgainstTheDemoShop(MarketplaceContract):
    @pytest.fixture
    def stage(self, shop, desk) -> Iterator[Stage]:
        yield Stage(
            marketplace=desk,
            item=shop.new_item(),
            unknown=ItemRef("1"),
            seller_deletes=lambda item: shop.seller_sets(item, "deleted_by_seller"),
            sells_out=lambda item: shop.seller_sets(item, "sold_out"),
        )
