"""A listing's state is the strongest live ask, whatever the order in which complaints end."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from countermark.core import measures, procedure
from countermark.core.measures import ASKS, ListingState, Restriction, Step, Upon, resolve, step

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


# --- territories --------------------------------------------------------------------------------------------------------

PLACES = ("AT", "DE", "FR")
upons = st.lists(
    st.builds(
        Upon,
        st.sampled_from(measures.RESTRICTIONS),
        st.lists(st.sampled_from(PLACES), unique=True, max_size=3).map(sorted).map(tuple),
    ),
    max_size=5,
)


def test_an_order_of_one_country_reaches_that_country_only():
    held = resolve([], upon=[Upon("remove", ("DE",))])
    assert held.whole == Restriction("nothing", (("DE", "remove"),))
    assert held.is_visible


def test_a_country_is_named_only_where_it_needs_more_than_everywhere():
    assert measures.combine(["remove"], [Upon("remove", ("DE",)), Upon("pause", ("FR",))]) == Restriction("remove")
    assert measures.combine(["pause"], [Upon("remove", ("DE",))]) == Restriction("pause", (("DE", "remove"),))


def test_an_order_for_the_european_union_binds_its_members():
    members = measures.countries(["EU"])
    assert len(members) == 27
    assert {"DE", "IE", "SE"} <= set(members)
    assert measures.countries(["EU", "*"]) == ()  # everywhere is wider
    with pytest.raises(ValueError, match="Germany"):
        measures.countries(["Germany"])


@given(asks, upons)
def test_in_every_country_the_strongest_ask_holds_and_the_order_is_nothing(live, holds):
    whole = measures.combine(live, holds)
    for place in (*PLACES, None):
        here = [hold.ask for hold in holds if not hold.countries or place in hold.countries]
        assert whole.in_country(place) == measures.strongest([*live, *here])
    assert measures.combine(reversed(live), reversed(holds)) == whole
    assert all(measures.STRENGTH[ask] > measures.STRENGTH[whole.everywhere] for _, ask in whole.there)


@given(asks, upons, st.randoms())
def test_every_restriction_is_released_when_its_causes_end_in_whatever_order(live, holds, chance):
    causes = [("ask", ask) for ask in live] + [("upon", hold) for hold in holds]
    chance.shuffle(causes)
    before = measures.combine(live, holds)
    while causes:
        causes.pop()
        now = measures.combine([c for kind, c in causes if kind == "ask"], [c for kind, c in causes if kind == "upon"])
        assert before.covers(now), "ending a cause makes nothing stronger, in any country"
        before = now
    assert before.is_nothing


@given(upons, upons)
def test_a_shop_that_follows_the_steps_holds_what_is_asked(first, second):
    lies = measures.NOTHING
    for holds in (first, second, ()):
        wanted = resolve([], upon=holds)
        call = step(lies, wanted)
        if call is not None:
            lies = Restriction(call.measure, call.there) if call.act == "apply" else measures.NOTHING
        assert lies == wanted.whole


# --- measures on a shop -------------------------------------------------------------------------------------------------

shop_asks = st.lists(st.sampled_from(measures.SHOP_MEASURES), max_size=5)


def test_measures_on_a_shop_lie_beside_each_other_and_end_apart():
    assert measures.shop_steps([], ["suspend", "freeze_funds"]) == [
        Step("apply", "freeze_funds"),
        Step("apply", "suspend"),
    ]
    assert measures.shop_steps(["freeze_funds", "suspend"], ["freeze_funds"]) == [Step("reverse", "suspend")]
    assert measures.shop_steps(["suspend"], ["suspend", "suspend"]) == []
    with pytest.raises(ValueError, match="fine"):
        measures.shop_steps([], ["fine"])


@given(shop_asks, shop_asks)
def test_two_causes_for_one_measure_on_a_shop_are_both_waited_for(first, second):
    lies = {call.measure for call in measures.shop_steps([], [*first, *second])}
    assert lies == {*first, *second}
    left = lies - {call.measure for call in measures.shop_steps(lies, second)}
    assert left == set(second)
    assert {call.measure for call in measures.shop_steps(left, [])} == left


def test_closing_a_shop_says_that_it_cannot_be_undone():
    assert "not undone" in measures.measures()["close"].why
    assert set(measures.SHOP_MEASURES) | set(measures.RESTRICTIONS[1:]) <= set(measures.measures())
