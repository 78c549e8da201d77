"""The internal appeal: who may appeal what until when, as a table under the shipped packs and as properties of every walk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.walking import PACKS, Walk
from countermark.core import appeal, calendar
from countermark.core.appeal import Earlier, Entered
from countermark.core.complaint import FACTS, Refusal
from countermark.core.procedure_loader import load_duties

EU = appeal.months(6, calendar.load("EU"))
TOLD = datetime(2026, 5, 6, 10, tzinfo=UTC)  # Wed; six months by Reg. 1182/71: Fri 6 Nov 2026, 24:00 Brussels
LAST = datetime(2026, 11, 6, 23, tzinfo=UTC)  # the first late instant
SECOND = timedelta(seconds=1)
DOWN = "accepted by reviewer, counter_notice_filed by seller, counter_rejected by complainant, decided_for_holder by reviewer"
AGAIN = "counter_notice_filed by seller, counter_rejected by complainant, decided_for_holder by reviewer"
RESTS_DOWN = f"{DOWN}, {AGAIN}, {AGAIN}"  # three chances used
UP = DOWN.replace("decided_for_holder", "decided_for_seller")


def walked(pack: str, steps: str) -> Walk:
    walk = Walk(pack, "2026-03-02 10:00", place="CN")
    for step in filter(None, steps.split(", ")):
        event, by = step.split(" by ")
        walk.does(by, event, walk.local(walk.case.at + timedelta(minutes=1)))
    return walk


def log_of(walk: Walk) -> list[Entered]:
    return [Entered(0, "opened", "complainant", "nothing")] + [
        Entered(step.new.seq, step.event, step.by, step.new.ask) for step in walk.steps
    ]


def asked(walk: Walk, side: str, *, earlier=(), told_at=TOLD, at=TOLD + SECOND) -> str:
    """The event that can be appealed, or the code of the refusal."""
    try:
        found = appeal.may_appeal(
            walk.procedure, walk.case, log_of(walk), side, earlier=earlier, told_at=told_at, window=EU, at=at
        )
    except appeal.AppealRefused as refused:
        return refused.code
    return next(one.event for one in log_of(walk) if one.seq == found.seq)


@pytest.mark.parametrize(
    ("pack", "steps", "seller", "complainant"),
    [
        ("platform", "", "appeal_still_open", "appeal_still_open"),
        ("platform", "accepted by reviewer", "appeal_counter_notice_open", "appeal_still_open"),
        ("platform", DOWN, "appeal_counter_notice_open", "appeal_nothing_lost"),
        ("platform", RESTS_DOWN, "decided_for_holder", "appeal_nothing_lost"),
        ("platform", UP, "appeal_nothing_lost", "decided_for_seller"),
        ("platform", "refused by reviewer", "appeal_nothing_lost", "refused"),
        ("platform", "accepted by reviewer, seller_removed by seller", "appeal_not_ours", "appeal_nothing_lost"),
        (
            "platform",
            "accepted by reviewer, counter_notice_filed by seller, counter_accepted by complainant",
            "appeal_nothing_lost",
            "appeal_not_ours",
        ),
        ("platform", f"{RESTS_DOWN}, withdrawn by complainant", "decided_for_holder", "appeal_nothing_lost"),
        ("platform", "accepted by reviewer, withdrawn by complainant", "appeal_nothing_lost", "appeal_nothing_lost"),
        ("platform", f"{RESTS_DOWN}, retracted_as_error by complainant", "appeal_nothing_lost", "appeal_not_ours"),
        ("platform", f"{UP}, ordered_down by operator", "appeal_not_ours", "appeal_nothing_lost"),
        ("platform", "accepted by reviewer, right_in_doubt by rights", "appeal_still_open", "appeal_still_open"),
        ("platform", f"{UP}, appeal_granted by reviewer", "appeal_granted", "appeal_nothing_lost"),
        ("eu-notice", "restricted by reviewer", "restricted", "appeal_nothing_lost"),
        ("eu-notice", "kept by reviewer", "appeal_nothing_lost", "kept"),
        ("us-dmca-512", "accepted by reviewer", "appeal_counter_notice_open", "appeal_nothing_lost"),
        ("cn-ecommerce-law", "accepted by reviewer", "appeal_counter_notice_open", "appeal_nothing_lost"),
        (
            "pause-and-answer",
            "accepted by reviewer, counter_notice_filed by seller, withdrawn by complainant",
            "accepted",
            "appeal_nothing_lost",
        ),
    ],
)
def test_who_may_appeal_what(pack, steps, seller, complainant):
    walk = walked(pack, steps)
    assert (asked(walk, "seller"), asked(walk, "complainant")) == (seller, complainant)


def test_who_stayed_silent_to_the_end_may_appeal_what_silence_did():
    walk = walked("pause-and-answer", "accepted by reviewer")
    if walk.case.due_at is None:
        walk.told("2026-03-03 10:00")
    walk.until("2026-03-20 10:00")
    assert walk.case.state == "removed"
    assert asked(walk, "seller") == "due"


def test_the_time_to_appeal_ends_six_months_after_the_day_of_being_told():
    walk = walked("eu-notice", "restricted by reviewer")
    assert asked(walk, "seller", at=LAST - SECOND) == "restricted"
    assert asked(walk, "seller", at=LAST) == "appeal_late"
    # 31 August and six months: no 31 February, Sun 28 Feb 2027 rolls to Mon 1 March, 24:00 Brussels
    due = appeal.until(EU, datetime(2026, 8, 31, 10, tzinfo=UTC))
    assert due is not None
    assert due.due_at == datetime(2027, 3, 1, 23, tzinfo=UTC)


def test_nobodys_time_runs_before_being_told():
    walk = walked("eu-notice", "restricted by reviewer")
    assert asked(walk, "seller", told_at=None, at=LAST + timedelta(days=4000)) == "restricted"


def test_the_law_says_how_long_where_one_binds_and_the_marketplace_elsewhere():
    assert appeal.window_months([load_duties("eu-dsa")], 9) == (6, True)
    assert appeal.window_months([load_duties("cn-publication")], 9) == (9, False)
    assert appeal.window_months([], 9) == (9, False)


def test_one_appeal_at_a_time_and_each_side_once_a_decision():
    walk = walked("eu-notice", "restricted by reviewer")
    assert asked(walk, "seller", earlier=[Earlier("seller", 1, True)]) == "appeal_open"
    assert asked(walk, "seller", earlier=[Earlier("seller", 1, False)]) == "appealed_before"
    assert asked(walk, "seller", earlier=[Earlier("complainant", 1, False)]) == "restricted"


def test_appeals_end_although_each_can_be_answered_by_one():
    """Mei wins hers, Ines wins hers against that; then both have appealed what was first decided."""
    walk = walked("eu-notice", "restricted by reviewer, appeal_granted by reviewer")
    first = Earlier("seller", 1, False, made=2)
    assert asked(walk, "complainant", earlier=[first]) == "appeal_granted"
    walk = walked("eu-notice", "restricted by reviewer, appeal_granted by reviewer, appeal_granted by reviewer")
    both = [first, Earlier("complainant", 2, False, made=3)]
    assert asked(walk, "seller", earlier=both) == "appealed_before"
    assert appeal.chain_of(3, both) == [3, 2, 1]


def test_a_counter_notice_makes_a_new_decision_that_can_be_appealed_anew():
    walk = walked("platform", RESTS_DOWN)
    earlier_decision = next(one.seq for one in log_of(walk) if one.event == "decided_for_holder")
    assert asked(walk, "seller", earlier=[Earlier("seller", earlier_decision, False)]) == "decided_for_holder"


def test_whoever_decided_does_not_decide_the_appeal():
    appeal.must_be_another(3, {1, 2})
    with pytest.raises(appeal.SameReviewer):
        appeal.must_be_another(2, {1, 2})


def test_an_appeal_has_nothing_left_to_win_once_an_order_put_the_listing_back():
    assert not appeal.is_pointless(*case_of("eu-notice", "restricted by reviewer"), "seller")
    assert appeal.is_pointless(*case_of("eu-notice", "restricted by reviewer, ordered_up by operator"), "seller")
    started_over = case_of("platform", "refused by reviewer, appeal_granted by reviewer")
    assert appeal.is_pointless(*started_over, "complainant")


def case_of(pack, steps):
    walk = walked(pack, steps)
    return walk.procedure, walk.case


def test_nobody_else_appeals():
    walk = walked("eu-notice", "restricted by reviewer")
    with pytest.raises(ValueError, match="only seller and complainant appeal"):
        asked(walk, "reviewer")


# --- every walk there can be ------------------------------------------------------------------------------------------


@st.composite
def walks(draw) -> Walk:
    """A complaint after any permitted steps."""
    walk = Walk(draw(st.sampled_from(PACKS)), "2026-03-02 10:00", place=draw(st.sampled_from(["CN", "EU"])))
    for _ in range(draw(st.integers(0, 12))):
        may = sorted(
            (event, by) for (state, by), events in walk.procedure.events.items() if state == walk.case.state
            for event in events if by != "clock"
        )  # fmt: skip
        if not may:
            break
        event, by = draw(st.sampled_from(may))
        try:
            walk.does(by, event, walk.local(walk.case.at + timedelta(hours=1)), *draw(st.sets(st.sampled_from(FACTS))))
        except Refusal:
            continue
    return walk


@settings(max_examples=300)
@given(walks())
def test_the_two_sides_can_never_both_appeal(walk: Walk):
    refusals = [
        asked(walk, side).startswith("appeal_") and asked(walk, side) != "appeal_granted" for side in appeal.SIDES
    ]
    assert any(refusals)


@settings(max_examples=300)
@given(walks(), st.sampled_from(appeal.SIDES))
def test_whoever_may_appeal_wins_something_by_it(walk: Walk, side: str):
    if asked(walk, side) not in appeal.OURS:
        return
    before = walk.case
    walk.does("reviewer", "appeal_granted", walk.local(walk.case.at + timedelta(hours=1)))
    after = walk.procedure.states[walk.case.state]
    if side == "seller":
        assert (walk.case.ask, after.outcome) == ("nothing", "reversed")
    else:
        assert before.ask == "nothing"
        assert walk.case.ask == "remove" or walk.case.state == walk.procedure.start


@settings(max_examples=200)
@given(walks())
def test_appeals_of_a_case_come_to_an_end(walk: Walk):
    """Whatever is granted, each side has one appeal for each decision that was first made."""
    earlier: list[Earlier] = []
    for _ in range(4):
        side = next((s for s in appeal.SIDES if asked(walk, s, earlier=earlier) in appeal.OURS), None)
        if side is None or walk.case.state == walk.procedure.start:
            return
        seq = appeal.against(walk.procedure, walk.case, log_of(walk), side).seq
        made = walk.does("reviewer", "appeal_granted", walk.local(walk.case.at + timedelta(hours=1))).new.seq
        earlier.append(Earlier(side, seq, False, made))
    raise AssertionError(f"four appeals about one decision: {earlier}")


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS, st.integers(-3, 3))
def test_the_last_second_counts_and_the_next_does_not(told_at: datetime, seconds: int):
    walk = walked("eu-notice", "kept by reviewer")
    due = appeal.until(EU, told_at)
    assert due is not None
    said = asked(walk, "complainant", told_at=told_at, at=due.due_at + seconds * SECOND)
    assert said == ("kept" if seconds < 0 else "appeal_late")
