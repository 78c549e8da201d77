"""What holds for every clock: the fast answer, its explanation and a slow walk agree, and nobody gains or loses a day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from countermark.core.calendar import (
    Calendar,
    Clock,
    due_at,
    explain,
    instant_at_fraction,
    is_provisional,
    load,
    resume,
    units_left,
)

DAY = timedelta(days=1)
CN, EU = load("CN"), load("EU")
PLACES = ("Europe/Brussels", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia")
ZONES = [ZoneInfo(place) for place in PLACES]
calendars = st.sampled_from([CN, load("US-federal"), EU, load("DE"), load("none")])
zones = st.sampled_from([None, *ZONES])
first_days, rolls = st.sampled_from(["next", "same"]), st.sampled_from(["none", "next_working"])
working_clocks = st.builds(Clock, st.integers(1, 40), st.just("working"), first_days)
day_clocks = st.one_of(
    working_clocks,
    st.builds(Clock, st.integers(1, 100), st.just("calendar"), first_days, rolls),
    st.builds(Clock, st.integers(1, 13), st.just("month"), first_days, rolls),
)
clocks = day_clocks | st.builds(Clock, st.integers(1, 400), st.just("hour"))
starts = st.datetimes(datetime(2004, 1, 3), datetime(2034, 1, 1), timezones=st.sampled_from([UTC, *ZONES]))  # noqa: DTZ001
waits = st.timedeltas(timedelta(0), timedelta(days=60))


def slow_last_day(clock: Clock, calendar: Calendar, day: date) -> date:
    """The last day, found one day at a time by asking nothing but whether a day is a working day."""
    if clock.unit == "month":
        day = slow_month(day, clock.amount, clock.first_day)
    else:
        left = clock.amount
        day += DAY if clock.first_day == "next" else timedelta(0)
        while left := left - (clock.unit == "calendar" or calendar.is_working(day)):
            day += DAY
    while clock.unit != "working" and clock.roll == "next_working" and not calendar.is_working(day):
        day += DAY
    return day


def slow_month(day: date, months: int, first_day: str) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    first = date(year, month, 1)
    same = [found for found in (first + DAY * n for n in range(31)) if found.month == month and found.day <= day.day][
        -1
    ]
    return same - DAY if first_day == "same" and same.day == day.day else same


@given(day_clocks, calendars, starts, zones)
@example(Clock(6, "month", "next", "next_working"), EU, datetime(2023, 8, 31, 22, tzinfo=UTC), None)
@example(Clock(1, "month", "same"), EU, datetime(2024, 3, 1, tzinfo=UTC), None)
@example(Clock(3, "working"), CN, datetime(2011, 12, 29, tzinfo=UTC), ZoneInfo("Pacific/Apia"))  # 30 Dec did not exist
def test_due_date_explanation_and_slow_walk_agree(
    clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None
) -> None:
    due, fast = explain(clock, calendar, start, zone), due_at(clock, calendar, start, zone)
    zone = zone or calendar.tz
    begin = start.astimezone(UTC).astimezone(zone).date()
    assert due.last_day == slow_last_day(clock, calendar, begin)
    assert fast == due.due_at
    assert fast.tzinfo is UTC
    assert due.days[0].day == begin
    assert is_provisional(clock, calendar, start, zone) == due.provisional


@given(clocks, calendars, starts, zones)
def test_the_due_instant_is_the_first_that_lies_after_the_last_day(
    clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None
) -> None:
    due = explain(clock, calendar, start, zone)
    zone = zone or calendar.tz
    assert due.due_at > start.astimezone(UTC)
    before = (due.due_at - timedelta(microseconds=1)).astimezone(zone).date()
    skipped = (date(2011, 12, 30),) if zone.key == "Pacific/Apia" else ()  # Samoa crossed the date line
    assert before == due.last_day or due.last_day in skipped
    assert clock.unit == "hour" or due.due_at.astimezone(zone).date() > due.last_day


@given(st.integers(1, 400), calendars, starts)
def test_hours_are_counted_exactly(amount: int, calendar: Calendar, start: datetime) -> None:
    due = explain(Clock(amount, "hour"), calendar, start)
    assert due.due_at - start.astimezone(UTC) == timedelta(hours=amount)
    assert due.due_at == due_at(Clock(amount, "hour"), calendar, start)
    assert due.days[-1].counted == amount
    assert not due.provisional


@given(clocks, calendars, starts, waits, zones)
def test_whoever_starts_later_is_never_due_earlier(
    clock: Clock, calendar: Calendar, start: datetime, wait: timedelta, zone: ZoneInfo | None
) -> None:
    later = start.astimezone(UTC) + wait
    assert due_at(clock, calendar, start, zone) <= due_at(clock, calendar, later, zone)


@given(clocks, calendars, starts, zones)
def test_one_unit_more_is_never_due_earlier(
    clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None
) -> None:
    longer = Clock(clock.amount + 1, clock.unit, clock.first_day, clock.roll)
    assert due_at(clock, calendar, start, zone) <= due_at(longer, calendar, start, zone)


@given(working_clocks, calendars, starts, zones)
def test_n_working_days_contain_exactly_n_working_days(
    clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None
) -> None:
    due = explain(clock, calendar, start, zone)
    begin = due.days[0].day
    counted = [begin + DAY * n for n in range(clock.first_day == "next", (due.last_day - begin).days + 1)]
    assert sum(calendar.is_working(day) for day in counted) == clock.amount
    assert [day.counted for day in due.days if day.counted] == list(range(1, clock.amount + 1))
    assert calendar.is_working(due.last_day)
    assert [day.day for day in due.days] == [begin + DAY * n for n in range(len(due.days))]  # no day is left out


@given(working_clocks, calendars, starts, waits, waits, zones)
def test_working_days_before_an_interruption_and_after_it_are_together_the_amount(
    clock: Clock, calendar: Calendar, start: datetime, until: timedelta, pause: timedelta, zone: ZoneInfo | None
) -> None:
    place, interrupted = zone or calendar.tz, start.astimezone(UTC) + until
    assume(interrupted < due_at(clock, calendar, start, zone))
    left = units_left(clock, calendar, start, interrupted, zone)
    assert 1 <= left <= clock.amount
    before = given_days(clock, calendar, start, interrupted.astimezone(place).date() - DAY, place)
    resumed = interrupted + pause
    again = resume(clock, left)
    last = explain(again, calendar, resumed, zone).last_day
    after = given_days(again, calendar, resumed, last, place)
    assert before + after == clock.amount
    assert due_at(again, calendar, resumed, zone) >= due_at(clock, calendar, start, zone)


def given_days(clock: Clock, calendar: Calendar, start: datetime, last: date, zone: ZoneInfo) -> int:
    """How many working days a party had whole from the start of a clock to the end of `last`."""
    day = start.astimezone(UTC).astimezone(zone).date() + (DAY if clock.first_day == "next" else timedelta(0))
    return sum(calendar.is_working(day + DAY * n) for n in range((last - day).days + 1))


@given(clocks, calendars, starts, waits, waits, zones)
def test_units_left_only_ever_fall_and_reach_nothing_at_due(
    clock: Clock, calendar: Calendar, start: datetime, until: timedelta, more: timedelta, zone: ZoneInfo | None
) -> None:
    first = start.astimezone(UTC) + until
    second = first + more
    earlier, later = (units_left(clock, calendar, start, at, zone) for at in (first, second))
    due = due_at(clock, calendar, start, zone)
    assert clock.amount >= earlier >= later >= 0
    assert (later == 0) == (second >= due)
    assert units_left(clock, calendar, start, due - timedelta(microseconds=1), zone) == 1


@given(clocks, calendars, starts, st.floats(0, 1), st.floats(0, 1), zones)
def test_reminders_come_in_order_between_start_and_due(
    clock: Clock, calendar: Calendar, start: datetime, one: float, other: float, zone: ZoneInfo | None
) -> None:
    low, high = sorted((one, other))
    first, second = (instant_at_fraction(clock, calendar, start, fraction, zone) for fraction in (low, high))
    assert start.astimezone(UTC) <= first <= second <= due_at(clock, calendar, start, zone)
    assert instant_at_fraction(clock, calendar, start, 1, zone) == due_at(clock, calendar, start, zone)


@given(working_clocks, calendars, starts, st.floats(0, 0.99))
def test_reminders_of_a_working_clock_fall_on_its_working_days(
    clock: Clock, calendar: Calendar, start: datetime, fraction: float
) -> None:
    instant = instant_at_fraction(clock, calendar, start, fraction)
    day = instant.astimezone(calendar.tz).date()
    assert calendar.is_working(day) or instant == start.astimezone(UTC)
