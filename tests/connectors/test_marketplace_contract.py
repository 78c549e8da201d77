"""Do the shipped adapters keep the rules of the marketplace port?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from countermark.connectors.contract import MarketplaceContract, Stage
from countermark.connectors.fake_marketplace import EVERYTHING, FakeMarketplace
from countermark.connectors.marketplace import (
    Image,
    ItemRef,
    ListingSnapshot,
    ListingState,
    Offers,
    Price,
    SellerInfo,
    ShopMeasure,
)


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


def a_stage(fake: FakeMarketplace) -> Stage:
    return Stage(
        marketplace=fake,
        item=ItemRef("40718"),
        unknown=ItemRef("1"),
        seller_deletes=lambda item: fake.seller_deletes(item.item_id),
        sells_out=lambda item: fake.sells_out(item.item_id),
        is_sold=lambda item: fake.is_sold(item.item_id),
    )


class TestFakeMarketplace(MarketplaceContract):
    @pytest.fixture
    def stage(self) -> Stage:
        return a_stage(FakeMarketplace([a_listing("40718")]))


class TestFakeMarketplaceThatOffersTheLeast(MarketplaceContract):
    @pytest.fixture
    def stage(self) -> Stage:
        return a_stage(FakeMarketplace([a_listing("40718")], offers=Offers()))


class TestFakeMarketplaceThatCannotUndo(MarketplaceContract):
    @pytest.fixture
    def stage(self) -> Stage:
        final = frozenset({ShopMeasure.CLOSE, ShopMeasure.FREEZE_FUNDS})
        return a_stage(FakeMarketplace([a_listing("40718")], offers=replace(EVERYTHING, cannot_undo=final)))


class TestRestMarketplaceAgainstTheDemoShop(MarketplaceContract):
    @pytest.fixture
    def stage(self, shop, desk) -> Iterator[Stage]:
        yield Stage(
            marketplace=desk,
            item=shop.item_of_its_own_seller(),
            unknown=ItemRef("1"),
            seller_deletes=lambda item: shop.seller_sets(item, "deleted_by_seller"),
            sells_out=lambda item: shop.seller_sets(item, "sold_out"),
            is_sold=lambda item: shop.page(item).status_code == 200,
        )


def test_the_demo_shop_offers_everything_there_is(desk) -> None:
    assert desk.offers() == EVERYTHING
