"""A due date that rested on a holiday list nobody had published is counted again, and nobody is robbed of time by it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.walking import Walk
from countermark.core.calendar import DayKind, load
from countermark.core.complaint import BeforeTheLastEvent, ClockRanOut, Transition, explain_due, recount

FESTIVAL = {date(2027, 2, day): (DayKind.HOLIDAY, "Spring Festival") for day in range(5, 12)}
WORKED = {date(2027, 2, day): (DayKind.MAKE_UP, "Spring Festival") for day in (6, 7)}
TOLD = "2027-02-04 10:00"  # a Thursday; without a list Fri 5 = 1, Mon 8 = 2, Tue 9 = 3


def told() -> Walk:
    walk = Walk("platform", "2027-02-03 09:00", place="CN")
    walk.does("reviewer", "accepted", TOLD)
    walk.told(TOLD)
    return walk


def again(walk: Walk, days: dict, at: str = "2027-02-05 09:00") -> Transition | None:
    announced = load("CN").with_notice(days, 2027, "an official notice")
    calendars = {**walk.calendars, "CN": announced, "marketplace": announced}
    return recount(walk.procedure, walk.case, at=walk.instant(at), calendars=calendars)


def test_a_date_that_rests_on_an_unpublished_year_says_so():
    walk = told()
    assert explain_due(walk.procedure, walk.case, walk.calendars).provisional
    assert walk.late_from == "2027-02-10 00:00"


def test_a_holiday_announced_within_the_clock_gives_the_seller_the_days_back():
    walk = told()
    step = walk.take(again(walk, FESTIVAL))
    assert walk.late_from == "2027-02-17 00:00"  # Fri 5 to Thu 11 free; Fri 12 = 1, Mon 15 = 2, Tue 16 = 3
    assert (step.event, step.by, step.new.state, step.new.seq) == (
        "recounted",
        "platform",
        "awaiting_seller",
        step.old.seq + 1,
    )
    assert step.new.clock_from == step.old.clock_from


def test_make_up_days_announced_in_time_shorten_the_clock():
    walk = told()
    walk.take(again(walk, WORKED))
    assert walk.late_from == "2027-02-08 00:00"  # Fri 5 = 1, Sat 6 = 2, Sun 7 = 3


def test_time_that_would_be_over_already_is_not_taken_away_from_anybody():
    walk = told()
    assert again(walk, WORKED, at="2027-02-08 09:00") is None  # the new end, Mon 8, 00:00, has passed
    assert walk.late_from == "2027-02-10 00:00"


def test_a_notice_that_moves_nothing_makes_no_event():
    assert again(told(), {date(2027, 10, 1): (DayKind.HOLIDAY, "National Day")}) is None


def test_what_fell_due_comes_before_a_recount():
    with pytest.raises(ClockRanOut):
        again(told(), FESTIVAL, at="2027-02-10 00:00")


def test_a_recount_cannot_lie_before_the_last_event():
    with pytest.raises(BeforeTheLastEvent):
        again(told(), FESTIVAL, at="2027-02-04 09:59")


def test_a_clock_that_waits_for_service_or_has_escalated_is_left_alone():
    waiting = Walk("platform", "2027-02-03 09:00", place="CN")
    waiting.does("reviewer", "accepted", TOLD)
    assert again(waiting, FESTIVAL) is None
    late = Walk("platform", "2027-02-03 09:00", place="CN")
    late.until("2027-02-12 09:00")
    assert late.case.escalated
    assert again(late, FESTIVAL, at="2027-02-12 10:00") is None


@given(st.sets(st.integers(0, 40), max_size=20), st.integers(0, 4))
def test_counting_twice_is_counting_once(offsets, hours):
    days = {date.fromordinal(date(2027, 2, 1).toordinal() + n): (DayKind.HOLIDAY, "Days off") for n in offsets}
    walk = told()
    at = f"2027-02-05 0{hours}:00"
    if step := again(walk, days, at=at):
        walk.take(step)
    assert again(walk, days, at=at) is None
    assert walk.case.due_at > walk.instant(at)
