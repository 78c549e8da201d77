"""Does a score never grow by one more doubt, never shrink by one more thing beside, and never decide what it must not?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.matching.policy import DISGUISES, ESTIMATES, POLICY
from countermark.matching.score import alone, by_hand, score, verdict

kinds = st.sampled_from(sorted(POLICY["meant"]))
doubts = st.lists(st.sampled_from(sorted(POLICY["weak"])), unique=True, max_size=3).map(tuple)
beside = st.lists(st.sampled_from(sorted(POLICY["support"])), unique=True, max_size=3).map(tuple)


@given(kinds, doubts, beside, st.sampled_from(sorted(POLICY["weak"])))
def test_one_more_reason_to_doubt_never_makes_a_name_more_probable(kind, weak, support, reason):
    if reason not in weak:
        assert score(kind, (*weak, reason), support) <= score(kind, weak, support)


@given(kinds, doubts, beside, st.sampled_from(sorted(POLICY["support"])))
def test_one_more_thing_beside_never_makes_a_name_less_probable(kind, weak, support, sign):
    if sign not in support:
        assert score(kind, weak, (*support, sign)) >= score(kind, weak, support)


@given(kinds, doubts, st.randoms())
def test_the_order_of_doubts_does_not_matter(kind, weak, dice):
    assert score(kind, tuple(dice.sample(weak, len(weak))), ()) == score(kind, weak, ())


@pytest.mark.parametrize("way", sorted(ESTIMATES))
def test_an_estimate_is_of_a_way_there_is_and_never_certain(way: str):
    kind, *weak = way.split(", ")
    assert kind in POLICY["meant"]
    assert weak == sorted(weak)
    assert set(weak) <= set(POLICY["weak"])
    assert 0 < ESTIMATES[way] < 1
    assert alone(kind, tuple(weak)) == ESTIMATES[way]


def test_what_was_not_estimated_is_set_by_hand():
    assert "homophone" not in ESTIMATES
    assert alone("homophone", ()) == by_hand("homophone", ()) == POLICY["meant"]["homophone"]
    assert score("homophone", ("loose",), ()) == pytest.approx(POLICY["meant"]["homophone"] * POLICY["weak"]["loose"])


@given(
    st.floats(0, 1), st.sampled_from(sorted(set(POLICY["meant"]) - DISGUISES)), st.sampled_from(["plain", "replica"])
)
def test_mei_is_never_stopped_for_an_ordinary_word_alone_however_sure_we_are(probability, kind, says):
    assert verdict(probability, kind, says, ordinary=True, supported=False, allowed=False) == "allow"


@given(st.floats(0, 1), st.booleans())
def test_mei_is_never_stopped_for_one_letter_alone_however_sure_we_are(probability, ordinary):
    assert verdict(probability, "edited", "plain", ordinary=ordinary, supported=False, allowed=False) == "allow"
