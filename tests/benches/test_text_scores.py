"""Are scores estimated on the tune half alone, and never more where there is more to doubt?"""

import pytest
from fit_text import pooled
from text_attacks import is_test
from text_reliability import at_share
from text_scores import SHARE, Counted, Seen, Units, counted, rate

from countermark.matching.mark import Mark
from countermark.matching.screen import TextScreen

NAMES = ["Halden", "Nordlys", "Kettering", "Vuorinen", "Lumenoir", "Quayside", "Ostrava", "Brightwell"]
TITLES = ["Wool jacket, blue", "Haldem thing", "Nordlis lamp", "Leather strap for watches", "Halden jacket"] * 10


def seen(kind: str, *weak: str, right: int, wrong: int) -> list[Seen]:
    return [Seen((kind, weak), "Halden", number < right, 1.0) for number in range(right + wrong)]


@pytest.mark.parametrize("test", [True, False])
def test_only_marks_of_the_asked_half_are_counted(test: bool):
    half = counted(TextScreen([Mark(name) for name in NAMES]), NAMES, TITLES, test=test)
    assert half.seen
    assert {one.mark for one in half.seen} <= {name for name in NAMES if is_test(name) == test}


def test_what_is_weaker_and_seems_more_probable_is_estimated_together():
    half = Counted([*seen("leet", right=60, wrong=40), *seen("leet", "ordinary", right=95, wrong=5)], Units(1.0, 1.0))
    (group,) = pooled(half)
    assert group.cells == [("leet", ()), ("leet", ("ordinary",))]
    assert group.probability == pytest.approx((155 + 1) / (200 + 2))  # half a match added to each of four counts


def test_what_is_weaker_and_less_probable_keeps_its_own():
    half = Counted([*seen("leet", right=95, wrong=5), *seen("leet", "ordinary", right=60, wrong=40)], Units(1.0, 1.0))
    assert [len(group.cells) for group in pooled(half)] == [1, 1]


def test_a_way_that_no_attack_writes_is_not_estimated():
    assert pooled(Counted(seen("plural", right=0, wrong=90), Units(1.0, 1.0))) == []


def test_what_was_never_seen_wrong_is_not_certain():
    found = rate(seen("leet", right=90, wrong=0), Units(1.0, 1.0))
    assert (found.right, found.wrong, found.share) == (90, 0, 1.0)
    assert 0.9 < found.low < 0.99


def test_another_share_of_attacks_moves_the_odds():
    assert at_share(0.5, SHARE) == pytest.approx(0.5)
    assert at_share(0.5, 0.5) == pytest.approx(1 - SHARE)  # the odds grow from SHARE / (1 - SHARE) to 1
