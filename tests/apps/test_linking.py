"""Links do not depend on who looks, nor on the order in which they were found; what was denied does not come back."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from countermark.apps.screening.linking import Web, kept_of, of_identifiers, of_pictures, of_texts, pair

SELLERS = st.integers(1, 9)
STEPS = st.lists(
    st.tuples(SELLERS, SELLERS, st.sampled_from(["identifier", "picture", "text"]), st.floats(0.05, 0.99)).filter(
        lambda step: step[0] != step[1]
    ),
    max_size=16,
    unique_by=lambda step: (pair(step[0], step[1]), step[2]),
)
DENIED = st.sets(st.tuples(SELLERS, SELLERS).filter(lambda ends: ends[0] != ends[1]), max_size=4)


def a_web(steps, denied=()) -> Web:
    web = Web()
    for step in steps:
        web.add(*step)
    for ends in denied:
        web.deny(*ends)
    return web


def everybody(web: Web) -> dict[int, frozenset[int]]:
    return {seller: web.linked(seller) for seller in range(1, 10)}


@given(STEPS, DENIED)
@settings(max_examples=60, deadline=None)
def test_who_is_linked_with_somebody_is_so_the_other_way_round(steps, denied):
    links = everybody(a_web(steps, denied))
    assert all(one in links[other] for one, others in links.items() for other in others)
    assert all(one not in others for one, others in links.items())


@given(STEPS, DENIED, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_things_were_found_does_not_matter(steps, denied, dice):
    shuffled = list(steps)
    dice.shuffle(shuffled)
    turned = [(other, one, kind, strength) if dice.random() < 0.5 else (one, other, kind, strength)
              for one, other, kind, strength in shuffled]  # fmt: skip
    first, second = a_web(steps, denied), a_web(turned, denied)
    assert everybody(first) == everybody(second)
    assert [first.way(1, other) for other in range(2, 10)] == [second.way(1, other) for other in range(2, 10)]


@given(STEPS, DENIED)
@settings(max_examples=60, deadline=None)
def test_what_was_denied_never_links_and_every_way_is_strong_enough(steps, denied):
    web = a_web(steps, denied)
    for one, others in everybody(web).items():
        for other in others:
            assert pair(one, other) not in {pair(*ends) for ends in denied}
            way = web.way(one, other)
            assert (way[0], way[-1], len(set(way))) == (one, other, len(way))
            strength = 1.0
            for a, b in itertools.pairwise(way):
                assert pair(a, b) not in {pair(*ends) for ends in denied}
                strength *= web.strength(a, b)
            assert strength >= 0.6 - 1e-6


@given(STEPS, st.tuples(SELLERS, SELLERS, st.just("identifier"), st.floats(0.05, 0.99)))
@settings(max_examples=60, deadline=None)
def test_more_evidence_never_unlinks(steps, more):
    before = everybody(a_web(steps))
    known = {(pair(one, other), kind) for one, other, kind, _ in steps}
    if more[0] != more[1] and (pair(more[0], more[1]), "identifier") not in known:
        after = everybody(a_web([*steps, more]))
        assert all(others <= after[seller] for seller, others in before.items())


def test_what_few_share_counts_in_full_and_what_a_crowd_shares_not_at_all():
    assert [kept_of("identifier", n) for n in (1, 2, 5, 10, 21)] == [0.0, 1.0, 1.0, 0.5, 0.0]
    assert [kept_of("picture", n) for n in (2, 4, 8)] == [1.0, 0.5, 1 / 3]
    assert of_identifiers([("bank", 2), ("tax", 2), ("email", 2)]) == 0.99  # never certain
    assert round(of_pictures([2, 2, 2]), 3) == 0.657
    assert of_texts([2, 2]) == 0.0  # two can be chance
    assert round(of_texts([2, 2, 2]), 3) == 0.386  # 1 - .85 x .85 x .85
    assert of_texts([2] * 40) == 0.5
