"""Does an adapter keep the rules of the marketplace port? Tests any adapter must pass; they run under pytest only.

    class TestMyShop(MarketplaceContract):
        @pytest.fixture
        def stage(self) -> Iterator[Stage]:
            ...                                 # start the shop or its sandbox, offer one listing
            yield Stage(marketplace=..., item=..., unknown=..., seller_deletes=..., sells_out=...)

The rules stand at the head of marketplace.py; docs/how-to/write-a-marketplace-adapter.md goes through it step by step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from countermark.connectors.marketplace import (
    ItemRef,
    ListingGone,
    ListingState,
    Marketplace,
    MarketplaceRefused,
    Measure,
)

AT = datetime(2026, 2, 26, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test plays with: an adapter, a listing that is up, an id nobody offers, what the seller may do."""

    marketplace: Marketplace
    item: ItemRef
    unknown: ItemRef
    seller_deletes: Callable[[ItemRef], None]
    sells_out: Callable[[ItemRef], None]


class MarketplaceContract:
    """Subclass it as Test… and define the fixture `stage`."""

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
