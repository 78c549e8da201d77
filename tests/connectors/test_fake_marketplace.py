"""Does the fake marketplace misbehave as told, so that tests above it mean something?"""

import pytest

from connectors.test_marketplace_contract import a_listing
from countermark.connectors.fake_marketplace import FakeMarketplace, Fault
from countermark.connectors.marketplace import (
    ItemRef,
    ListingState,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
)

ITEM = ItemRef("40718")


@pytest.fixture
def fake() -> FakeMarketplace:
    return FakeMarketplace([a_listing("40718")])


@pytest.mark.parametrize(
    ("fault", "code", "acted"),
    [
        (Fault.LATE, "timeout", True),
        (Fault.GARBAGE, "answer_not_understood", True),
        (Fault.NEVER, "timeout", False),
        (Fault.ERROR, "server_error", False),
    ],
)
def test_no_answer_says_nothing_about_whether_it_acted_and_asking_again_mends_it(
    fake: FakeMarketplace, fault: Fault, code: str, acted: bool
) -> None:
    fake.misbehave(fault)
    with pytest.raises(MarketplaceUnavailable) as caught:
        fake.apply(Measure.REMOVE, ITEM, reference="m-1")
    assert caught.value.code == code
    assert (fake.state(ITEM) is ListingState.REMOVED) is acted
    assert fake.apply(Measure.REMOVE, ITEM, reference="m-1").state is ListingState.REMOVED


def test_a_request_delivered_twice_acts_once(fake: FakeMarketplace) -> None:
    fake.misbehave(Fault.TWICE)
    fake.apply(Measure.REMOVE, ITEM, reference="m-1")
    assert fake.calls == [("apply", "40718", "m-1"), ("apply", "40718", "m-1")]
    fake.reverse(ITEM, reference="m-2")
    assert fake.state(ITEM) is ListingState.UP


def test_a_wrong_answer_shows_and_a_lie_does_not(fake: FakeMarketplace) -> None:
    fake.misbehave(Fault.WRONG, Fault.LYING)
    assert fake.apply(Measure.REMOVE, ITEM, reference="m-1").state is ListingState.UP
    assert fake.apply(Measure.REMOVE, ITEM, reference="m-2").state is ListingState.REMOVED
    assert fake.state(ITEM) is ListingState.UP


def test_a_refusal_is_no_silence(fake: FakeMarketplace) -> None:
    fake.misbehave(Fault.REFUSED)
    with pytest.raises(MarketplaceRefused, match="An operator has to look"):
        fake.apply(Measure.REMOVE, ITEM, reference="m-1")
    assert fake.state(ITEM) is ListingState.UP


def test_faults_come_one_a_call_in_order(fake: FakeMarketplace) -> None:
    fake.misbehave(Fault.NEVER, Fault.ERROR)
    codes = []
    for _ in range(2):
        with pytest.raises(MarketplaceUnavailable) as caught:
            fake.state(ITEM)
        codes.append(caught.value.code)
    assert codes == ["timeout", "server_error"]
    assert fake.state(ITEM) is ListingState.UP
