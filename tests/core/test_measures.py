"""A listing's state is the strongest live ask, whatever the order in which complaints end."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from countermark.core import measures, procedure
from countermark.core.measures import ASKS, ListingState, Step, resolve, step

asks = st.lists(st.sampled_from(ASKS), max_size=6)


def test_the_strongest_live_ask_holds():
    assert resolve([]) == ListingState("nothing")
    assert resolve(["nothing", "pause"]) == ListingState("pause")
    assert resolve(["pause", "remove", "nothing"]) == ListingState("remove")


def test_two_holders_one_listing_ended_in_both_orders():
    assert resolve(["remove", "pause"]).restriction == "remove"
    assert resolve(["nothing", "pause"]).restriction == "pause"  # the first ended: the other's ask stays
    assert resolve(["remove", "nothing"]).restriction == "remove"  # the second ended
    assert resolve(["nothing", "nothing"]).is_visible


@given(asks, asks)
def test_the_order_of_complaints_and_of_their_endings_is_nothing(live, holds):
    expected = resolve(live, holds=holds)
    assert {resolve(order, holds=holds) for order in permutations(live[:4] + live[4:][:1])} <= {
        resolve(live[:5], holds=holds)
    }
    assert resolve(reversed(live), holds=reversed(holds)) == expected
    assert resolve([*live, "nothing"], holds=holds) == expected  # what has ended adds nothing


@given(asks, st.integers(0, 5))
def test_ending_one_complaint_never_makes_the_restriction_stronger(live, which):
    ended = [ask if index != which else "nothing" for index, ask in enumerate(live)]
    assert measures.STRENGTH[resolve(ended).restriction] <= measures.STRENGTH[resolve(live).restriction]


def test_an_order_holds_a_listing_down_when_no_complaint_is_left():
    assert resolve([], holds=["remove"]).restriction == "remove"


def test_an_ask_that_is_not_resolved_yet_is_a_mistake():
    with pytest.raises(ValueError, match="by_timing"):
        resolve(["pause", "by_timing"])


def test_asks_are_ranked_as_procedures_rank_them():
    assert measures.ASKS == procedure.ASKS


# --- what is asked of the marketplace ---------------------------------------------------------------------------------


def test_the_marketplace_is_called_only_when_something_changed():
    assert step("nothing", ListingState("remove")) == Step("apply", "remove")
    assert step("remove", ListingState("remove")) is None
    assert step("pause", ListingState("remove")) == Step("apply", "remove")
    assert step("remove", ListingState("pause")) == Step("apply", "pause")  # never up in between
    assert step("remove", ListingState("nothing")) == Step("reverse", "remove")
    assert step("nothing", ListingState("nothing")) is None


def test_what_the_seller_deleted_is_never_republished_by_us():
    gone = ListingState("nothing", deleted_by_seller=True)
    assert step("remove", gone) is None
    assert not gone.is_visible


def test_a_listing_that_returns_while_a_complaint_lives_is_restricted_again():
    assert step("remove", ListingState("remove"), returned=True) == Step("apply", "remove")
    assert step("remove", ListingState("nothing"), returned=True) == Step("reverse", "remove")
    assert step("nothing", ListingState("nothing"), returned=True) is None


def test_every_measure_names_its_reversal_or_says_why_it_has_none():
    for measure in measures.measures().values():
        assert bool(measure.reversed_by) != bool(measure.why), measure.id
    assert {"pause", "remove"} <= set(measures.measures())


class AListingBetweenItsComplaints(RuleBasedStateMachine):
    """Complaints begin, rise and end; the seller deletes and returns; a shop that holds one restriction follows the steps."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []
        self.deleted = False
        self.shop = "nothing"  # what the shop holds
        self.republished_by_us = False

    def follow(self, returned: bool = False) -> None:
        wanted = resolve(self.live, seller_deleted=self.deleted)
        call = step(self.shop_confirmed, wanted, returned=returned)
        if call is not None:
            self.republished_by_us = self.republished_by_us or self.deleted
            self.shop = call.measure if call.act == "apply" else "nothing"
            self.confirmed = self.shop

    confirmed = "nothing"

    @property
    def shop_confirmed(self) -> str:
        return self.confirmed

    @rule(ask=st.sampled_from(ASKS))
    def a_complaint_begins(self, ask: str) -> None:
        self.live.append(ask)
        self.follow()

    @rule(which=st.integers(0, 9))
    def a_complaint_ends(self, which: int) -> None:
        if self.live:
            self.live.pop(which % len(self.live))
        self.follow()

    @rule()
    def the_seller_deletes(self) -> None:
        self.deleted = True
        self.follow()

    @rule(forgets=st.booleans())
    def the_listing_returns(self, forgets: bool) -> None:
        if self.deleted:
            self.deleted = False
            self.shop = "nothing" if forgets else self.shop
            self.follow(returned=True)

    @invariant()
    def the_shop_holds_what_is_asked(self) -> None:
        assert self.deleted or self.shop == measures.strongest(self.live)
        assert not self.republished_by_us


TestAListingBetweenItsComplaints = AListingBetweenItsComplaints.TestCase
