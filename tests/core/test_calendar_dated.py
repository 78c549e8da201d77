"""Due dates worked by hand, the arithmetic beside each. A party reads these to check us against a paper calendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from countermark.core.calendar import Clock, due_at, explain, instant_at_fraction, load, resume, units_left

CN, US, EU, NONE = load("CN"), load("US-federal"), load("EU"), load("none")
BRUSSELS, NEW_YORK, SHANGHAI = ZoneInfo("Europe/Brussels"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")
CN_15 = Clock(15, "calendar", roll="next_working")  # E-Commerce Law art. 43
APPEAL = Clock(6, "month", roll="next_working")  # DSA art. 20(1)


def working(amount: int, first_day: str = "next") -> Clock:
    return Clock(amount, "working", first_day)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "clock", "last_day"),
    [
        # Fri 13 is the day of receipt. Sat 14 is a make-up day = 1; 15 to 23 Spring Festival; Tue 24 = 2, Wed 25 = 3.
        ("2026-02-13T10:00+08:00", working(3), "2026-02-25"),
        # Thu 26 received. Fri 27 = 1, Sat 28 make-up = 2, Sun 1 March off, Mon 2 = 3.
        ("2026-02-26T09:00+08:00", working(3), "2026-03-02"),
        # Second chance, 7 days from Fri 13 Feb: 14 = 1, 24 = 2, 25 = 3, 26 = 4, 27 = 5, Sat 28 = 6, Mon 2 March = 7.
        ("2026-02-13T10:00+08:00", working(7), "2026-03-02"),
        # 23:59 in London is the morning of Thu 26 in Shanghai: that day is the day of receipt.
        ("2026-02-25T23:59+00:00", working(3), "2026-03-02"),
        # Received on a holiday (Mon 16 Feb): Tue 24 = 1, Wed 25 = 2, Thu 26 = 3.
        ("2026-02-16T12:00+08:00", working(3), "2026-02-26"),
        # The same with the first day counted: a holiday is none to count.
        ("2026-02-16T12:00+08:00", working(3, "same"), "2026-02-26"),
        # First day counted on a working day: Thu 26 = 1, Fri 27 = 2, Sat 28 = 3.
        ("2026-02-26T09:00+08:00", working(3, "same"), "2026-02-28"),
        # 20 working days over National Day 2025, received Fri 26 Sep. Sun 28 make-up = 1, Mon 29 = 2, Tue 30 = 3; 1 to 8 Oct
        # off; 9, 10 = 5, Sat 11 make-up = 6, 13 to 17 = 11, 20 to 24 = 16, Mon 27 = 17, 28 = 18, 29 = 19, Thu 30 = 20.
        ("2025-09-26T15:00+08:00", working(20), "2025-10-30"),
        # 15 calendar days from Thu 10 Sep 2026 end on Fri 25, Mid-autumn; 25 to 27 off, so Mon 28.
        ("2026-09-10T08:00+08:00", CN_15, "2026-09-28"),
        # From Sat 5 Sep they end on Sun 20, a make-up day: worked, so it stays.
        ("2026-09-05T08:00+08:00", CN_15, "2026-09-20"),
        # From Fri 1 May, itself a holiday and not counted: Sat 16 May, an ordinary Saturday, so Mon 18.
        ("2026-05-01T08:00+08:00", CN_15, "2026-05-18"),
    ],
)
def test_seller_and_holder_on_a_chinese_marketplace_have_until_the_end_of(
    start: str, clock: Clock, last_day: str
) -> None:
    assert_last_day(clock, CN, start, last_day)


@pytest.mark.parametrize(
    ("start", "amount", "last_day"),
    [
        # Counter-notice received Fri 20 Nov 2026. 23 = 1, 24 = 2, 25 = 3, Thanksgiving, 27 = 4, 30 = 5, 1 Dec = 6, 2 = 7,
        # 3 = 8, 4 = 9, Mon 7 = 10; 8 = 11, 9 = 12, 10 = 13, Fri 11 = 14.
        ("2026-11-20T16:00-05:00", 10, "2026-12-07"),
        ("2026-11-20T16:00-05:00", 14, "2026-12-11"),
        # Received Thu 11 Dec 2025. 12 = 1, 15 to 19 = 6, 22 = 7, 23 = 8; 24 closed by order, 25 Christmas, 26 closed by order;
        # Mon 29 = 9, Tue 30 = 10; 31 = 11, New Year, Fri 2 Jan = 12, Mon 5 = 13, Tue 6 = 14.
        ("2025-12-11T09:00-05:00", 10, "2025-12-30"),
        ("2025-12-11T09:00-05:00", 14, "2026-01-06"),
        # The national day of mourning, Thu 9 Jan 2025, closed the federal offices: Wed 8 received, Fri 10 = 1.
        ("2025-01-08T09:00-05:00", 1, "2025-01-10"),
        # 4 July 2026 is a Saturday, observed on Fri 3: Thu 2 received, Mon 6 = 1.
        ("2026-07-02T09:00-04:00", 1, "2026-07-06"),
        # 1 January 2028 is a Saturday, observed on Fri 31 Dec 2027; Thu 30 received, Mon 3 Jan = 1.
        ("2027-12-30T09:00-05:00", 1, "2028-01-03"),
    ],
)
def test_business_days_of_the_dmca_skip_federal_holidays_and_closings_by_order(
    start: str, amount: int, last_day: str
) -> None:
    assert_last_day(working(amount), US, start, last_day)


@pytest.mark.parametrize(
    ("start", "clock", "last_day"),
    [
        ("2026-08-31T10:00+02:00", APPEAL, "2027-03-01"),  # no 31 Feb: Sun 28 Feb 2027, so Mon 1 March
        ("2023-08-31T10:00+02:00", APPEAL, "2024-02-29"),  # a leap year: Thu 29 Feb 2024
        ("2024-02-29T10:00+01:00", Clock(12, "month", roll="next_working"), "2025-02-28"),  # no 29 Feb: Fri 28
        ("2026-05-06T10:00+02:00", APPEAL, "2026-11-06"),  # Fri 6 Nov
        ("2025-10-03T10:00+02:00", APPEAL, "2026-04-07"),  # 3 April 2026 is Good Friday, Mon 6 Easter Monday, so Tue 7
        ("2026-01-31T10:00+01:00", Clock(1, "month"), "2026-02-28"),  # a Saturday; this clock does not roll
        ("2026-01-15T10:00+01:00", Clock(1, "month", "same"), "2026-02-14"),  # the first day counted: the day before
        ("2026-01-31T10:00+01:00", Clock(1, "month", "same"), "2026-02-28"),  # no 31 Feb: its last day, counted whole
        # Thu 2 April received; Good Friday, weekend, Easter Monday; Tue 7 = 1.
        ("2026-04-02T10:00+02:00", working(1), "2026-04-07"),
        # 90 calendar days (art. 21(4)) from Mon 2 March: 29 left in March, 30 in April = 59, 31 May = 90.
        ("2026-03-02T10:00+01:00", Clock(90, "calendar"), "2026-05-31"),
        # Calendar days with the first day counted: Mon 2 = 1, Tue 3 = 2, Wed 4 = 3.
        ("2026-03-02T10:00+01:00", Clock(3, "calendar", "same"), "2026-03-04"),
    ],
)
def test_periods_of_european_law_end_as_regulation_1182_71_says(start: str, clock: Clock, last_day: str) -> None:
    assert_last_day(clock, EU, start, last_day)


def assert_last_day(clock: Clock, calendar, start: str, last_day: str) -> None:
    due = explain(clock, calendar, at(start))
    midnight = due.due_at.astimezone(calendar.tz)
    assert due.last_day == date.fromisoformat(last_day)
    assert midnight.date().toordinal() == due.last_day.toordinal() + 1  # 24:00 of the last day
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert due_at(clock, calendar, at(start)) == due.due_at


def test_reply_one_second_before_due_counts_and_one_at_due_does_not() -> None:
    due = due_at(working(3), CN, at("2026-02-13T10:00+08:00"))
    assert at("2026-02-25T23:59:59+08:00") < due
    assert at("2026-02-26T00:00:00+08:00") >= due


def test_a_day_ends_at_local_midnight_after_the_hour_was_put_forward() -> None:
    # Fri 27 March received, one calendar day: Sat 28, 24:00 at +01:00; three: Mon 30, 24:00 at +02:00.
    assert due_at(Clock(1, "calendar"), EU, at("2026-03-27T10:00+01:00")) == at("2026-03-28T23:00+00:00")
    assert due_at(Clock(3, "calendar"), EU, at("2026-03-27T10:00+01:00")) == at("2026-03-30T22:00+00:00")


def test_hours_are_real_hours_across_the_change_of_the_hour() -> None:
    # New York, Sat 7 March 2026, 20:00 (-05:00) + 24 h: the clock on the wall shows 21:00 (-04:00).
    clock = Clock(24, "hour")
    assert due_at(clock, NONE, at("2026-03-07T20:00-05:00"), NEW_YORK) == at("2026-03-08T21:00-04:00")
    # Brussels, Sat 24 Oct 2026, 20:00 (+02:00) + 24 h: 19:00 (+01:00).
    assert due_at(clock, NONE, at("2026-10-24T20:00+02:00"), BRUSSELS) == at("2026-10-25T19:00+01:00")


def test_a_zone_whose_midnight_does_not_exist_begins_the_day_at_the_change() -> None:
    # Sao Paulo went from Sat 3 Nov 2018, 24:00 (-03:00) straight to Sun 01:00 (-02:00).
    due = due_at(Clock(1, "calendar"), NONE, at("2018-11-02T12:00-03:00"), ZoneInfo("America/Sao_Paulo"))
    assert due == at("2018-11-04T03:00+00:00")


def test_the_same_instant_is_another_day_in_another_zone() -> None:
    # Thu 26 Feb 2026, 23:30 in Brussels is Fri 27 in Shanghai: one working day there is the make-up Sat 28, not Fri 27.
    start = at("2026-02-26T23:30+01:00")
    assert explain(working(1), CN, start).last_day == date(2026, 2, 28)
    assert explain(working(1), CN, start, BRUSSELS).last_day == date(2026, 2, 27)


def test_every_due_date_explains_itself_day_by_day() -> None:
    due = explain(working(3), CN, at("2026-02-13T10:00+08:00"))
    told = [(day.day.day, day.counted, day.reason, day.name) for day in due.days]
    holiday = [(day, None, "holiday", "Spring Festival") for day in range(15, 24)]
    assert told == [
        (13, None, "start", None),
        (14, 1, "make_up", "Spring Festival"),
        *holiday,
        (24, 2, "counted", None),
        (25, 3, "last", None),
    ]
    assert due.as_dict() | {"days": due.as_dict()["days"][1:2]} == {
        "due_at": "2026-02-26T00:00:00+08:00",
        "last_day": "2026-02-25",
        "provisional": False,
        "zone": "Asia/Shanghai",
        "days": [
            {"day": "2026-02-14", "counted": 1, "kind": "make_up", "reason": "make_up", "name": "Spring Festival"}
        ],
    }


def test_an_end_on_a_day_off_is_explained_up_to_the_day_it_was_moved_to() -> None:
    due = explain(CN_15, CN, at("2026-09-10T08:00+08:00"))
    assert [(day.day.day, day.counted, day.reason) for day in due.days[-5:]] == [
        (24, 14, "counted"),
        (25, 15, "holiday"),
        (26, None, "holiday"),
        (27, None, "holiday"),
        (28, None, "rolled"),
    ]


def test_months_explain_themselves_month_by_month() -> None:
    due = explain(APPEAL, EU, at("2026-08-31T10:00+02:00"))
    assert [(str(day.day), day.counted, day.reason) for day in due.days] == [
        ("2026-08-31", None, "start"),
        ("2026-09-30", 1, "counted"),
        ("2026-10-31", 2, "counted"),
        ("2026-11-30", 3, "counted"),
        ("2026-12-31", 4, "counted"),
        ("2027-01-31", 5, "counted"),
        ("2027-02-28", 6, "weekend"),
        ("2027-03-01", None, "rolled"),
    ]
    assert due.unit == "month"


def test_hours_explain_how_many_had_passed_at_the_end_of_each_day() -> None:
    # 72 h from Fri 10:00: 14 by midnight, 38, 62, and the last 10 on Monday.
    due = explain(Clock(72, "hour"), NONE, at("2026-02-13T10:00+00:00"))
    assert [(day.day.day, day.counted, day.reason) for day in due.days] == [
        (13, 14, "start"),
        (14, 38, "counted"),
        (15, 62, "counted"),
        (16, 72, "last"),
    ]


def test_the_last_day_of_an_hour_clock_due_at_midnight_is_the_day_before() -> None:
    assert explain(Clock(24, "hour"), NONE, at("2026-02-13T00:00+00:00")).last_day == date(2026, 2, 13)


@pytest.mark.parametrize(
    ("fraction", "instant"),
    [  # 3 working days from Fri 13 Feb 2026 are Sat 14, Tue 24, Wed 25
        (0, "2026-02-14T00:00+08:00"),
        (0.5, "2026-02-24T12:00+08:00"),  # 1.5 days: noon of the second
        (0.8, "2026-02-25T09:36+08:00"),  # 2.4 days: 0.4 of the third, 9.6 hours
        (0.95, "2026-02-25T20:24+08:00"),  # 2.85 days: 20.4 hours
        (1, "2026-02-26T00:00+08:00"),
    ],
)
def test_reminders_follow_the_working_days_not_the_holidays_between(fraction: float, instant: str) -> None:
    found = instant_at_fraction(working(3), CN, at("2026-02-13T10:00+08:00"), fraction)
    assert abs((found - at(instant)).total_seconds()) < 0.001


def test_reminders_of_hours_run_evenly_and_never_come_before_the_start() -> None:
    start = at("2026-02-13T10:00+00:00")
    assert instant_at_fraction(Clock(72, "hour"), NONE, start, 0.5) == at("2026-02-14T22:00+00:00")
    assert instant_at_fraction(working(1, "same"), EU, start, 0.1) == start  # 0.1 of Friday is over at 10:00
    with pytest.raises(ValueError, match="for 80 % pass"):
        instant_at_fraction(working(1), EU, start, 80)


@pytest.mark.parametrize(
    ("clock", "calendar", "start", "interrupted", "left"),
    [
        # 3 working days from Thu 26 Feb: Fri 27, Sat 28, Mon 2. Interrupted on Thu none is spent; on Sat Fri is; on Mon two.
        (working(3), CN, "2026-02-26T09:00+08:00", "2026-02-26T18:00+08:00", 3),
        (working(3), CN, "2026-02-26T09:00+08:00", "2026-02-28T09:00+08:00", 2),
        (working(3), CN, "2026-02-26T09:00+08:00", "2026-03-01T09:00+08:00", 1),
        (working(3), CN, "2026-02-26T09:00+08:00", "2026-03-02T23:59+08:00", 1),
        (working(3), CN, "2026-02-26T09:00+08:00", "2026-03-03T00:00+08:00", 0),
        (CN_15, CN, "2026-09-10T08:00+08:00", "2026-09-20T08:00+08:00", 6),  # 11 to 19 spent = 9
        (
            CN_15,
            CN,
            "2026-09-10T08:00+08:00",
            "2026-09-27T08:00+08:00",
            1,
        ),  # all 15 over, yet not due before Mon 28 ends
        (APPEAL, EU, "2026-08-31T10:00+02:00", "2026-11-10T10:00+01:00", 4),  # 30 Sep and 31 Oct are over
        (APPEAL, EU, "2026-08-31T10:00+02:00", "2026-11-30T10:00+01:00", 4),  # the third ends with this day
        (APPEAL, EU, "2026-08-31T10:00+02:00", "2026-12-01T00:00+01:00", 3),
        (Clock(72, "hour"), NONE, "2026-02-13T10:00+00:00", "2026-02-14T10:30+00:00", 48),  # 24.5 spent, 47.5 left
    ],
)
def test_an_interrupted_clock_keeps_the_units_that_were_left(
    clock: Clock, calendar, start: str, interrupted: str, left: int
) -> None:
    assert units_left(clock, calendar, at(start), at(interrupted)) == left


def test_seller_whose_clock_was_interrupted_gets_the_rest_of_the_days_whole() -> None:
    # 3 days: Fri 27 is over; interrupted on Sat 28 Feb, resumed on Wed 11 March: Thu 12 and Fri 13 are left.
    left = units_left(working(3), CN, at("2026-02-26T09:00+08:00"), at("2026-02-28T09:00+08:00"))
    again = resume(working(3), left)
    assert explain(again, CN, at("2026-03-11T23:30+08:00")).last_day == date(2026, 3, 13)


def test_units_left_compares_instants_in_the_hour_that_comes_twice() -> None:
    # Brussels, 25 Oct 2026: 02:30 comes at 00:30 UTC and again at 01:30 UTC. Started at the first, interrupted at the second.
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=fold) for fold in (0, 1))
    assert units_left(Clock(3, "hour"), NONE, first, second) == 2
    with pytest.raises(ValueError, match="swap the two instants"):
        units_left(Clock(3, "hour"), NONE, second, first)


@pytest.mark.parametrize("amount", [0, -3, 1.5, "3", True, None])
def test_an_amount_that_is_no_positive_whole_number_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="amount of 1 or more"):
        Clock(amount, "working")  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [("days", "next", "none"), ("working", "first", "none"), ("working", "next", "back")])
def test_a_clock_of_unknown_words_names_the_known_ones(words: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="choose one of"):
        Clock(3, *words)  # type: ignore[arg-type]


def test_a_naive_datetime_is_refused_with_the_way_out() -> None:
    aware = datetime(2026, 2, 13, 10, tzinfo=UTC)
    naive = aware.replace(tzinfo=None)
    for asked in (due_at, explain):
        with pytest.raises(ValueError, match="pass an aware one"):
            asked(working(3), CN, naive)
    with pytest.raises(ValueError, match="pass an aware one"):
        units_left(working(3), CN, aware, naive)


@pytest.mark.parametrize("unit", ["working", "calendar", "month", "hour"])
@pytest.mark.parametrize("start", ["1989-12-30T10:00+00:00", "2149-12-31T10:00+00:00", "9999-12-31T23:30-05:00"])
def test_a_clock_that_leaves_the_known_years_is_refused_by_both_paths(unit: str, start: str) -> None:
    for amount in (40, 10**12):
        for asked in (due_at, explain):
            with pytest.raises(ValueError, match="leaves the years 1990 to 2149"):
                asked(Clock(amount, unit), NONE, at(start).replace(year=max(int(start[:4]), 1900)))  # type: ignore[arg-type]
