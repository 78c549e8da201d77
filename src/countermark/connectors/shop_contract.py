"""Does an adapter keep the port's rules about a seller's whole shop? Comes with MarketplaceContract of contract.py.

A measure that `offers` does not name is never asked, and its tests are skipped, saying so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from countermark.connectors.marketplace import (
    ItemRef,
    ListingState,
    Marketplace,
    MarketplaceRefused,
    Measure,
    SellerGone,
    SellerRef,
    ShopMeasure,
)

AT = datetime(2026, 2, 26, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test plays with: an adapter, a listing that is up, an id nobody offers, what the seller may do.

    The listing has a seller of its own, so that a measure on the shop is this test's alone. `is_sold` tells whether a
    visitor can buy the listing now; without it nothing is asked of what visitors see.
    """

    marketplace: Marketplace
    item: ItemRef
    unknown: ItemRef
    seller_deletes: Callable[[ItemRef], None]
    sells_out: Callable[[ItemRef], None]
    is_sold: Callable[[ItemRef], bool] | None = None


def seller_of(stage: Stage) -> SellerRef:
    return SellerRef(stage.marketplace.resolve(stage.item, at=AT).seller.id)


def needs(stage: Stage, measure: ShopMeasure, *, undone: bool = True) -> None:
    offers = stage.marketplace.offers()
    if measure not in offers.shop_measures:
        pytest.skip(f"this marketplace says that it cannot {measure}, so it is never asked to")
    if undone and measure in offers.cannot_undo:
        pytest.skip(f"this marketplace says that {measure} is final")


class ShopContract:
    """The part of MarketplaceContract about sellers' shops."""

    @pytest.mark.parametrize("measure", ShopMeasure)
    def test_a_measure_on_a_shop_is_confirmed_and_can_be_seen_and_lifted(
        self, stage: Stage, measure: ShopMeasure
    ) -> None:
        needs(stage, measure)
        shop, seller = stage.marketplace, seller_of(stage)
        why = "https://rights.example/shop/1"
        assert shop.apply_to_shop(measure, seller, reference="s-1", reason_url=why).measures == {measure}
        assert shop.shop_state(seller).measures == {measure}
        assert shop.reverse_shop(measure, seller, reference="s-2").measures == set()
        assert shop.shop_state(seller).measures == set()

    @pytest.mark.parametrize("measure", ShopMeasure)
    def test_a_shops_measure_is_not_its_listings_and_they_come_back_as_they_stood(
        self, stage: Stage, measure: ShopMeasure
    ) -> None:
        needs(stage, measure)
        shop, item, seller = stage.marketplace, stage.item, seller_of(stage)
        shop.apply_to_shop(measure, seller, reference="s-1")
        assert shop.state(item) is ListingState.UP
        shop.apply(Measure.REMOVE, item, reference="m-1")
        shop.reverse_shop(measure, seller, reference="s-2")
        assert shop.state(item) is ListingState.REMOVED

    @pytest.mark.parametrize("measure", [ShopMeasure.SUSPEND, ShopMeasure.CLOSE])
    def test_nothing_is_sold_by_a_shop_that_is_suspended_or_closed(self, stage: Stage, measure: ShopMeasure) -> None:
        needs(stage, measure)
        if stage.is_sold is None:
            pytest.skip("this stage has no visitor who tries to buy")
        shop, seller = stage.marketplace, seller_of(stage)
        assert stage.is_sold(stage.item)
        shop.apply_to_shop(measure, seller, reference="s-1")
        assert not stage.is_sold(stage.item)
        shop.reverse_shop(measure, seller, reference="s-2")
        assert stage.is_sold(stage.item)

    def test_a_shop_whose_funds_are_frozen_goes_on_selling(self, stage: Stage) -> None:
        needs(stage, ShopMeasure.FREEZE_FUNDS)
        if stage.is_sold is None:
            pytest.skip("this stage has no visitor who tries to buy")
        stage.marketplace.apply_to_shop(ShopMeasure.FREEZE_FUNDS, seller_of(stage), reference="s-1")
        assert stage.is_sold(stage.item)

    def test_measures_on_a_shop_lie_beside_each_other(self, stage: Stage) -> None:
        needs(stage, ShopMeasure.FREEZE_FUNDS)
        needs(stage, ShopMeasure.SUSPEND)
        shop, seller = stage.marketplace, seller_of(stage)
        shop.apply_to_shop(ShopMeasure.FREEZE_FUNDS, seller, reference="s-1")
        both = shop.apply_to_shop(ShopMeasure.SUSPEND, seller, reference="s-2").measures
        assert both == {ShopMeasure.FREEZE_FUNDS, ShopMeasure.SUSPEND}
        assert shop.reverse_shop(ShopMeasure.SUSPEND, seller, reference="s-3").measures == {ShopMeasure.FREEZE_FUNDS}

    @pytest.mark.parametrize("measure", ShopMeasure)
    def test_a_late_repetition_about_a_shop_changes_nothing(self, stage: Stage, measure: ShopMeasure) -> None:
        needs(stage, measure)
        shop, seller = stage.marketplace, seller_of(stage)
        first = shop.apply_to_shop(measure, seller, reference="s-1")
        assert shop.apply_to_shop(measure, seller, reference="s-1") == first
        shop.reverse_shop(measure, seller, reference="s-2")
        assert shop.apply_to_shop(measure, seller, reference="s-1").measures == set()
        shop.apply_to_shop(measure, seller, reference="s-3")
        assert shop.reverse_shop(measure, seller, reference="s-2").measures == {measure}

    @pytest.mark.parametrize("measure", ShopMeasure)
    def test_lifting_from_a_shop_where_nothing_lies_is_content(self, stage: Stage, measure: ShopMeasure) -> None:
        needs(stage, measure)
        assert stage.marketplace.reverse_shop(measure, seller_of(stage), reference="s-1").measures == set()

    def test_a_reference_about_a_shop_cannot_be_used_for_another_measure(self, stage: Stage) -> None:
        needs(stage, ShopMeasure.FREEZE_FUNDS)
        needs(stage, ShopMeasure.SUSPEND)
        shop, seller = stage.marketplace, seller_of(stage)
        shop.apply_to_shop(ShopMeasure.FREEZE_FUNDS, seller, reference="s-1")
        with pytest.raises(MarketplaceRefused) as caught:
            shop.apply_to_shop(ShopMeasure.SUSPEND, seller, reference="s-1")
        assert (caught.value.code, caught.value.item_id) == ("reference_reused", seller.id)
        assert shop.shop_state(seller).measures == {ShopMeasure.FREEZE_FUNDS}

    @pytest.mark.parametrize("measure", ShopMeasure)
    def test_what_is_final_says_so_when_asked_back(self, stage: Stage, measure: ShopMeasure) -> None:
        if measure not in stage.marketplace.offers().cannot_undo:
            pytest.skip(f"{measure} can be undone here, or is not offered")
        shop, seller = stage.marketplace, seller_of(stage)
        shop.apply_to_shop(measure, seller, reference="s-1")
        with pytest.raises(MarketplaceRefused) as caught:
            shop.reverse_shop(measure, seller, reference="s-2")
        assert caught.value.code == "cannot_be_undone"
        assert measure in shop.shop_state(seller).measures

    def test_every_call_about_an_unknown_seller_says_so(self, stage: Stage) -> None:
        shop, nobody = stage.marketplace, SellerRef("nobody-sells-by-this-name")
        offered = [m for m in ShopMeasure if m in shop.offers().shop_measures - shop.offers().cannot_undo]
        if not offered:
            pytest.skip("this marketplace says that it can do nothing to a shop")
        asks: tuple[Callable[[], object], ...] = (
            lambda: shop.shop_state(nobody),
            lambda: shop.apply_to_shop(offered[0], nobody, reference="u-1"),
            lambda: shop.reverse_shop(offered[0], nobody, reference="u-2"),
        )
        for ask in asks:
            with pytest.raises(SellerGone) as caught:
                ask()
            assert caught.value.item_id == nobody.id
