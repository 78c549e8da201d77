"""Does an adapter keep the rules of the marketplace port? Tests any adapter must pass; they run under pytest only.

    class TestMyShop(MarketplaceContract):
        @pytest.fixture
        def stage(self) -> Iterator[Stage]:
            ...                                 # start the shop or its sandbox, offer one listing
            yield Stage(marketplace=..., item=..., unknown=..., seller_deletes=..., sells_out=...)

What `offers` does not name is not asked: those tests pass by showing just that. The tests of a seller's shop stand in
shop_contract.py, and come with this class.

The rules stand at the head of marketplace.py; docs/how-to/write-a-marketplace-adapter.md goes through it step by step.
"""

from collections.abc import Mapping

import pytest

from countermark.connectors.marketplace import (
    Confirmation,
    ListingGone,
    ListingState,
    MarketplaceRefused,
    Measure,
    Territories,
)
from countermark.connectors.shop_contract import AT, ShopContract, Stage

__all__ = ["AT", "MarketplaceContract", "Stage"]


def wanted_there(territories: Territories) -> Mapping[str, ListingState]:
    return {country: measure.result for country, measure in territories.items()}


class MarketplaceContract(ShopContract):
    """Subclass it as Test… and define the fixture `stage`."""

    def test_a_marketplace_can_at_least_pause_and_remove(self, stage: Stage) -> None:
        offers = stage.marketplace.offers()
        assert offers.measures >= {Measure.PAUSE, Measure.REMOVE}
        assert offers.cannot_undo <= offers.shop_measures

    def test_a_listing_is_read_as_it_stands(self, stage: Stage) -> None:
        listing = stage.marketplace.resolve(stage.item, at=AT)
        assert listing.item_id == stage.item.item_id
        assert listing.state is ListingState.UP
        assert listing.fetched_at == AT
        assert listing.title and listing.seller.id and listing.url.startswith("http")

    def test_every_call_about_an_unknown_listing_says_it_is_gone(self, stage: Stage) -> None:
        shop, unknown = stage.marketplace, stage.unknown
        for ask in (
            lambda: shop.resolve(unknown, at=AT),
            lambda: shop.state(unknown),
            lambda: shop.apply(Measure.REMOVE, unknown, reference="u-1"),
            lambda: shop.reverse(unknown, reference="u-2"),
        ):
            with pytest.raises(ListingGone) as caught:
                ask()
            assert caught.value.item_id == unknown.item_id

    @pytest.mark.parametrize("measure", Measure)
    def test_a_measure_is_confirmed_and_can_be_seen_and_lifted(self, stage: Stage, measure: Measure) -> None:
        shop, item = stage.marketplace, stage.item
        if not shop.offers().can(measure):
            pytest.skip(f"this marketplace says that it cannot {measure}, so it is never asked to")
        assert (
            shop.apply(measure, item, reference="m-1", reason_url="https://rights.example/c/1").state is measure.result
        )
        assert shop.state(item) is measure.result
        assert shop.resolve(item, at=AT).state is measure.result
        assert shop.reverse(item, reference="m-2").state is ListingState.UP
        assert shop.state(item) is ListingState.UP

    def test_the_same_request_twice_acts_once(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        first = shop.apply(Measure.REMOVE, item, reference="m-1")
        assert shop.apply(Measure.REMOVE, item, reference="m-1") == first
        shop.reverse(item, reference="m-2")
        assert shop.reverse(item, reference="m-2").state is ListingState.UP

    def test_a_late_repetition_does_not_take_down_what_was_put_back(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.REMOVE, item, reference="m-1")
        shop.reverse(item, reference="m-2")
        assert shop.apply(Measure.REMOVE, item, reference="m-1").state is ListingState.UP
        assert shop.state(item) is ListingState.UP

    def test_a_late_repetition_does_not_put_back_what_was_taken_down_again(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.REMOVE, item, reference="m-1")
        shop.reverse(item, reference="m-2")
        shop.apply(Measure.REMOVE, item, reference="m-3")
        assert shop.reverse(item, reference="m-2").state is ListingState.REMOVED
        assert shop.state(item) is ListingState.REMOVED

    def test_a_measure_and_its_reversal_may_share_a_reference(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.PAUSE, item, reference="m-1")
        assert shop.reverse(item, reference="m-1").state is ListingState.UP
        assert shop.apply(Measure.PAUSE, item, reference="m-1").state is ListingState.UP

    def test_a_reference_cannot_be_used_for_another_measure(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.PAUSE, item, reference="m-1")
        with pytest.raises(MarketplaceRefused) as caught:
            shop.apply(Measure.REMOVE, item, reference="m-1")
        assert caught.value.code == "reference_reused"
        assert shop.state(item) is ListingState.PAUSED

    def test_the_newest_measure_counts_up_and_down(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.PAUSE, item, reference="m-1")
        assert shop.apply(Measure.REMOVE, item, reference="m-2").state is ListingState.REMOVED
        assert shop.apply(Measure.PAUSE, item, reference="m-3").state is ListingState.PAUSED

    def test_lifting_where_nothing_lies_is_content(self, stage: Stage) -> None:
        assert stage.marketplace.reverse(stage.item, reference="m-1").state is ListingState.UP

    def test_what_the_seller_deleted_is_never_republished(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.REMOVE, item, reference="m-1")
        stage.seller_deletes(item)
        assert shop.reverse(item, reference="m-2").state is ListingState.DELETED_BY_SELLER
        assert shop.state(item) is ListingState.DELETED_BY_SELLER

    def test_what_the_seller_deleted_needs_no_measure(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        stage.seller_deletes(item)
        assert shop.apply(Measure.REMOVE, item, reference="m-1").state is ListingState.DELETED_BY_SELLER
        assert shop.resolve(item, at=AT).state is ListingState.DELETED_BY_SELLER

    def test_what_is_sold_out_comes_back_sold_out(self, stage: Stage) -> None:
        shop, item = stage.marketplace, stage.item
        stage.sells_out(item)
        assert shop.state(item) is ListingState.SOLD_OUT
        assert shop.apply(Measure.PAUSE, item, reference="m-1").state is ListingState.PAUSED
        assert shop.reverse(item, reference="m-2").state is ListingState.SOLD_OUT

    # Territories

    def needs_territories(self, stage: Stage, *measures: Measure) -> None:
        if not stage.marketplace.offers().can(None, dict.fromkeys(("DE",), Measure.REMOVE)):
            pytest.skip("this marketplace says that it knows no territories, so it is never asked to")
        for measure in measures:
            if not stage.marketplace.offers().can(measure):
                pytest.skip(f"this marketplace says that it cannot {measure}, so it is never asked to")

    def stands(self, stage: Stage, told: Confirmation) -> None:
        """What was told is what is seen, from every side."""
        shop, item = stage.marketplace, stage.item
        seen, listing = shop.standing(item), shop.resolve(item, at=AT)
        assert (seen.state, dict(seen.territories)) == (told.state, dict(told.territories))
        assert (listing.state, dict(listing.territories)) == (told.state, dict(told.territories))
        assert shop.state(item) is told.state

    def test_a_listing_is_restricted_in_one_country_and_up_everywhere_else(self, stage: Stage) -> None:
        self.needs_territories(stage)
        there = {"DE": Measure.REMOVE, "AT": Measure.PAUSE}
        told = stage.marketplace.apply(None, stage.item, reference="m-1", territories=there)
        assert (told.state, dict(told.territories)) == (ListingState.UP, wanted_there(there))
        self.stands(stage, told)

    def test_a_country_may_be_restricted_more_strongly_than_everywhere(self, stage: Stage) -> None:
        self.needs_territories(stage)
        there = {"DE": Measure.REMOVE}
        told = stage.marketplace.apply(Measure.PAUSE, stage.item, reference="m-1", territories=there)
        assert (told.state, dict(told.territories)) == (ListingState.PAUSED, wanted_there(there))
        self.stands(stage, told)

    def test_the_newest_restriction_replaces_the_territories_too(self, stage: Stage) -> None:
        self.needs_territories(stage)
        shop, item = stage.marketplace, stage.item
        shop.apply(None, item, reference="m-1", territories={"DE": Measure.REMOVE})
        told = shop.apply(None, item, reference="m-2", territories={"FR": Measure.PAUSE})
        assert dict(told.territories) == {"FR": ListingState.PAUSED}
        told = shop.apply(Measure.PAUSE, item, reference="m-3")
        assert (told.state, dict(told.territories)) == (ListingState.PAUSED, {})
        self.stands(stage, told)

    def test_lifting_lifts_in_every_country(self, stage: Stage) -> None:
        self.needs_territories(stage)
        shop, item = stage.marketplace, stage.item
        shop.apply(Measure.PAUSE, item, reference="m-1", territories={"DE": Measure.REMOVE})
        told = shop.reverse(item, reference="m-2")
        assert (told.state, dict(told.territories)) == (ListingState.UP, {})
        self.stands(stage, told)

    def test_a_reference_cannot_be_used_for_other_countries(self, stage: Stage) -> None:
        self.needs_territories(stage)
        shop, item = stage.marketplace, stage.item
        shop.apply(None, item, reference="m-1", territories={"DE": Measure.REMOVE})
        with pytest.raises(MarketplaceRefused) as caught:
            shop.apply(None, item, reference="m-1", territories={"FR": Measure.REMOVE})
        assert caught.value.code == "reference_reused"
        assert dict(shop.standing(item).territories) == {"DE": ListingState.REMOVED}

    def test_what_the_seller_deleted_is_restricted_in_no_country(self, stage: Stage) -> None:
        self.needs_territories(stage)
        shop, item = stage.marketplace, stage.item
        stage.seller_deletes(item)
        told = shop.apply(None, item, reference="m-1", territories={"DE": Measure.REMOVE})
        assert (told.state, dict(told.territories)) == (ListingState.DELETED_BY_SELLER, {})

    def test_what_is_sold_out_and_restricted_in_one_country_comes_back_sold_out(self, stage: Stage) -> None:
        self.needs_territories(stage)
        shop, item = stage.marketplace, stage.item
        stage.sells_out(item)
        told = shop.apply(None, item, reference="m-1", territories={"DE": Measure.REMOVE})
        assert (told.state, dict(told.territories)) == (ListingState.SOLD_OUT, {"DE": ListingState.REMOVED})
        assert shop.reverse(item, reference="m-2").state is ListingState.SOLD_OUT

    @pytest.mark.parametrize(
        ("measure", "there"),
        [
            (None, {}),
            (Measure.REMOVE, {"DE": Measure.REMOVE}),
            (Measure.REMOVE, {"DE": Measure.PAUSE}),
            (Measure.PAUSE, {"Germany": Measure.REMOVE}),
        ],
    )
    def test_a_restriction_that_means_nothing_is_a_mistake_of_who_asks(
        self, stage: Stage, measure: Measure | None, there: Territories
    ) -> None:
        with pytest.raises(ValueError):
            stage.marketplace.apply(measure, stage.item, reference="m-1", territories=there)
        assert stage.marketplace.state(stage.item) is ListingState.UP
