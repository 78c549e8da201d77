"""Which days count: the shipped calendars against the packages they come from, and notices an operator loads."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from subprocess import run
from sys import executable

import chinese_calendar
import holidays
import pytest

from countermark.core.calendar import (
    Calendar,
    Clock,
    DayKind,
    UnknownCalendar,
    calendars,
    due_at,
    explain,
    is_provisional,
    load,
    read,
)

ROOT = Path(__file__).parents[2]
CN = load("CN")
STATES = sorted(name for name in calendars() if len(name) == 2 and name not in ("CN", "EU"))
SPRING_2027: Mapping[date, tuple[DayKind, str]] = {
    date(2027, 2, 6): (DayKind.HOLIDAY, "Spring Festival"),
    date(2027, 2, 8): (DayKind.HOLIDAY, "Spring Festival"),
    date(2027, 2, 13): (DayKind.MAKE_UP, "Spring Festival"),
}


def every_day(first: int, last: int) -> list[date]:
    begin = date(first, 1, 1)
    return [begin + timedelta(days=n) for n in range((date(last, 12, 31) - begin).days + 1)]


def test_every_day_of_china_is_as_the_package_has_it() -> None:
    assert CN.years == (2004, 2026)
    for day in every_day(2004, 2026):
        assert CN.is_working(day) == chinese_calendar.is_workday(day), day
        assert (CN.kind(day) is DayKind.MAKE_UP) == (day in chinese_calendar.constants.workdays), day
        assert (CN.kind(day) is DayKind.HOLIDAY) == (day in chinese_calendar.constants.holidays), day


def test_every_day_of_the_united_states_is_as_the_package_has_it_with_closings_by_order() -> None:
    calendar = load("US-federal")
    package = holidays.country_holidays("US", years=range(2004, 2036), categories=("public", "government"))
    assert_same_days(calendar, package, 2004, 2035)
    assert calendar.name(date(2025, 12, 26)) == "Day After Christmas"  # Executive Order of 18 December 2025
    assert calendar.years == (2004, 2030)


def test_every_closing_day_of_target_is_as_the_package_has_it() -> None:
    assert_same_days(load("EU"), holidays.financial_holidays("ECB", years=range(2004, 2036)), 2004, 2035)


@pytest.mark.parametrize("state", STATES)
def test_every_day_of_a_member_state_is_as_the_package_has_it(state: str) -> None:
    assert_same_days(load(state), holidays.country_holidays(state, years=range(2020, 2033)), 2020, 2032)


def assert_same_days(calendar: Calendar, package: holidays.HolidayBase, first: int, last: int) -> None:
    for day in every_day(first, last):
        assert (calendar.kind(day) is DayKind.HOLIDAY) == (day in package), day
        assert calendar.is_working(day) == (day.weekday() < 5 and day not in package), day


def test_the_shipped_files_are_what_the_packages_give_today() -> None:
    check = run(
        [executable, ROOT / "script" / "seed-calendars", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr + version("holidays")


def test_all_27_member_states_are_there_and_every_calendar_names_its_source() -> None:
    assert len(STATES) == 27
    for name in calendars():
        calendar = load(name)
        assert calendar.id == name
        assert calendar.source.strip()
        assert calendar.title
        assert calendar.version
        assert calendar.tz.key == calendar.zone


def test_saturdays_of_a_member_state_never_work() -> None:
    assert (
        load("HU").kind(date(2026, 1, 10)) is DayKind.WEEKEND
    )  # worked there for 2 January, yet Reg. 1182/71 art. 2(2)


def test_a_calendar_is_found_in_any_case_and_by_its_alias() -> None:
    assert load("cn") is load("CN")
    assert load("US") is load("us-federal") is load("US-federal")


@pytest.mark.parametrize("name", ["XX", "", "../calendars/CN", "CN.toml", "C" * 10_000])
def test_an_unknown_calendar_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownCalendar, match="choose one of AT, BE") as refused:
        load(name)
    assert refused.value.code == "unknown_calendar"
    assert len(str(refused.value)) < 300


def test_the_calendar_none_counts_every_day() -> None:
    assert all(load("none").is_working(day) for day in every_day(2026, 2026))


def test_a_calendar_asked_for_an_instant_says_to_pass_a_date() -> None:
    with pytest.raises(ValueError, match="local dates, not instants"):
        CN.kind(datetime(2026, 2, 14, tzinfo=UTC))


# --- what is not published yet ---------------------------------------------------------------------------------------


def test_a_chinese_year_without_notice_is_weekends_only_and_provisional() -> None:
    assert {day for day in every_day(2027, 2030) if CN.kind(day) not in (DayKind.WORKING, DayKind.WEEKEND)} == set()
    assert not CN.published(date(2027, 2, 8))
    assert CN.published(date(2026, 12, 28))
    # The notices for 2008 and 2019 moved days as early as 29 December before; those days are open until the next one.
    assert not CN.published(date(2026, 12, 29))
    assert not CN.published(date(2003, 12, 31))


@pytest.mark.parametrize(
    ("clock", "start", "provisional"),
    [
        (Clock(3, "working"), "2026-12-22T10:00+08:00", False),  # 23, 24, 25
        (Clock(3, "working"), "2026-12-24T10:00+08:00", True),  # 25, 28, 29: the last is open
        (Clock(3, "working"), "2027-02-03T10:00+08:00", True),
        (Clock(15, "calendar"), "2027-02-03T10:00+08:00", False),  # no calendar is asked
        (Clock(15, "calendar", roll="next_working"), "2027-02-03T10:00+08:00", True),
        (Clock(6, "month", roll="next_working"), "2026-08-13T10:00+08:00", True),  # ends in February 2027
        (Clock(72, "hour"), "2027-02-03T10:00+08:00", False),
        (Clock(1, "working"), "2003-12-31T10:00+08:00", False),  # not counted itself: 1 Jan 2004 is off, Fri 2 Jan = 1
        (Clock(15, "calendar", roll="next_working"), "2003-12-25T10:00+08:00", False),  # ends on Fri 9 Jan 2004
        (Clock(1, "working", "same"), "2003-12-31T10:00+08:00", True),
    ],
)
def test_a_due_date_is_provisional_when_it_rests_on_days_nobody_has_announced(
    clock: Clock, start: str, provisional: bool
) -> None:
    at = datetime.fromisoformat(start)
    assert explain(clock, CN, at).provisional is provisional
    assert is_provisional(clock, CN, at) is provisional


def test_a_law_that_fixes_its_holidays_is_known_beyond_the_published_years_yet_provisional() -> None:
    us = load("US")
    assert us.kind(date(2031, 7, 4)) is DayKind.HOLIDAY
    assert not us.published(date(2031, 7, 4))
    assert explain(Clock(1, "working"), us, datetime(2031, 7, 3, 15, tzinfo=UTC)).provisional


# --- official notices ------------------------------------------------------------------------------------------------


def test_a_loaded_notice_moves_the_due_date_and_settles_the_year() -> None:
    # Fri 5 Feb 2027 received. Without the notice Mon 8, Tue 9, Wed 10. With it Mon 8 is off: 9, 10, 11.
    start, clock = datetime(2027, 2, 5, 2, tzinfo=UTC), Clock(3, "working")
    loaded = CN.with_notice(SPRING_2027, 2027, "notice of November 2026")
    assert (explain(clock, CN, start).last_day, explain(clock, CN, start).provisional) == (date(2027, 2, 10), True)
    assert (explain(clock, loaded, start).last_day, explain(clock, loaded, start).provisional) == (
        date(2027, 2, 11),
        False,
    )
    assert due_at(clock, loaded, start) == explain(clock, loaded, start).due_at
    # Fri 12 received: Sat 13 is a make-up day = 1.
    assert explain(Clock(1, "working"), loaded, start + timedelta(days=7)).last_day == date(2027, 2, 13)
    assert loaded.published(date(2026, 12, 31))
    assert loaded.years == (2004, 2027)
    assert loaded.notices[0].source == "notice of November 2026"


def test_the_calendar_a_notice_was_loaded_on_stays_as_it_was() -> None:
    loaded = CN.with_notice(SPRING_2027, 2027, "notice")
    assert CN.is_working(date(2027, 2, 8))
    assert CN.years == (2004, 2026)
    assert loaded != CN
    assert loaded.version.startswith("2026.1+2027.")
    assert loaded == CN.with_notice(dict(SPRING_2027), 2027, "the same days from elsewhere")


def test_a_corrected_notice_takes_the_place_of_the_first() -> None:
    corrected = {date(2027, 2, 9): (DayKind.HOLIDAY, "Spring Festival")}
    loaded = CN.with_notice(SPRING_2027, 2027, "first").with_notice(corrected, 2027, "corrected")
    assert loaded.is_working(date(2027, 2, 8))
    assert not loaded.is_working(date(2027, 2, 9))
    assert [notice.source for notice in loaded.notices] == ["corrected"]


def test_the_order_in_which_notices_are_loaded_does_not_matter() -> None:
    later = {date(2028, 1, 3): (DayKind.HOLIDAY, "New Year's Day")}
    one = CN.with_notice(SPRING_2027, 2027, "a").with_notice(later, 2028, "b")
    other = CN.with_notice(later, 2028, "b").with_notice(SPRING_2027, 2027, "a")
    assert one == other
    assert one.listed == other.listed
    assert one.years == (2004, 2028)


def test_a_notice_for_a_later_year_leaves_the_year_between_open() -> None:
    loaded = CN.with_notice({date(2028, 1, 3): (DayKind.HOLIDAY, "New Year's Day")}, 2028, "b")
    assert loaded.years == (2004, 2026)
    assert loaded.published(date(2028, 3, 1))
    assert not loaded.published(date(2027, 3, 1))
    # From Mon 21 Dec 2026 by way of 2027 to January 2028: provisional although both ends are published.
    clock, start = Clock(275, "working"), datetime(2026, 12, 20, tzinfo=UTC)
    assert explain(clock, loaded, start).last_day.year == 2028
    assert is_provisional(clock, loaded, start)


def test_a_closing_by_executive_order_can_be_loaded_beside_the_statutory_holidays() -> None:
    us = load("US")
    loaded = us.with_notice({date(2026, 12, 24): (DayKind.HOLIDAY, "Closed by order")}, 2026, "E.O.")
    # Wed 23 Dec 2026 received: Thu 24 closed, Fri 25 Christmas, Mon 28 = 1.
    start = datetime(2026, 12, 23, 15, tzinfo=UTC)
    assert explain(Clock(1, "working"), us, start).last_day == date(2026, 12, 24)
    assert explain(Clock(1, "working"), loaded, start).last_day == date(2026, 12, 28)


def test_a_notice_can_take_a_day_off_back() -> None:
    loaded = CN.with_notice({date(2026, 10, 7): (DayKind.WORKING, "National Day")}, 2026, "amended")
    assert loaded.is_working(date(2026, 10, 7))
    assert (
        due_at(Clock(1, "working"), loaded, datetime(2026, 10, 5, tzinfo=UTC)).day == 7
    )  # 24:00 of Wed 7 is 16:00 UTC


# --- files that are not sound ----------------------------------------------------------------------------------------

FILE = """
id = "X"
title = "Test"
zone = "UTC"
version = "1"
source = "test"
published = [2026, 2026]
"""


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('[holiday.2026]\n"01-01..01-03" = "A"\n"01-02" = "B"', "lists 2026-01-02 twice"),
        ('[holiday.2026]\n"01-03" = "A"\n[make_up.2026]\n"01-03" = "A"', "lists 2026-01-03 twice"),
        ('[holiday.2026]\n"01-03..01-01" = "A"', "ends before it begins"),
        ('[holiday.2026]\n"02-29" = "A"', "day is out of range"),
    ],
)
def test_a_calendar_file_that_contradicts_itself_is_refused(lines: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(FILE + lines)


def test_a_calendar_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="has no working day"):
        read(FILE + "weekend = [0, 1, 2, 3, 4, 5, 6]").table  # noqa: B018


def test_an_operators_own_weekend_is_kept() -> None:
    calendar = read(FILE + "weekend = [4, 5]")
    assert calendar.kind(date(2026, 2, 13)) is DayKind.WEEKEND  # a Friday
    assert calendar.is_working(date(2026, 2, 15))  # a Sunday
    # Thu 12 received: Fri and Sat off, Sun 15 = 1.
    assert due_at(Clock(1, "working"), calendar, datetime(2026, 2, 12, 9, tzinfo=UTC)) == datetime(
        2026, 2, 16, tzinfo=UTC
    )
