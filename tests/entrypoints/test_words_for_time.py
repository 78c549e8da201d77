"""How instants and deadlines are said: with place and meaning, never as an hour that nobody lives through."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation

from countermark.apps.work import moments
from countermark.core.calendar import Clock, Due, explain, load
from countermark.entrypoints.web import strip

SHANGHAI = "Asia/Shanghai"
CN = load("CN")


def at(day: int, hour: int = 1, minute: int = 0, month: int = 2) -> datetime:
    """An instant of 2026, in UTC; 01:00 UTC is 09:00 in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def due(amount: int, start: datetime, unit: str = "working") -> Due:
    return explain(Clock(amount, unit), CN, start)


def test_an_instant_says_weekday_date_hour_and_place():
    assert moments.moment(at(26, 1, 12), SHANGHAI) == "Thu 26 Feb 2026, 09:12 Shanghai"
    assert moments.moment(at(26, 1, 12), "America/New_York") == "Wed 25 Feb 2026, 20:12 New York"


def test_an_instant_in_chinese():
    with translation.override("zh-hans"):
        assert moments.moment(at(26, 1, 12), SHANGHAI) == "2026年2月26日 周四 09:12（上海）"


def test_a_place_we_have_no_word_for_is_said_by_its_name():
    assert moments.place("America/Port_of_Spain") == "Port of Spain"


def test_a_deadline_at_midnight_is_24_00_of_the_day_that_ends():
    assert moments.deadline(at(2, 16, month=3), SHANGHAI) == "Mon 2 Mar 2026, 24:00 Shanghai"  # 3 Mar 00:00 there
    assert moments.deadline(at(2, 15, month=3), SHANGHAI) == "Mon 2 Mar 2026, 23:00 Shanghai"


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="pass an aware one"):
        moments.moment(datetime(2026, 2, 26, 9), SHANGHAI)  # noqa: DTZ001


def test_what_is_left_is_counted_in_working_days_after_today():
    three = due(3, at(26))  # told Thu 26; Fri 27 = 1, Sat 28 = 2 (made up), Mon 2 Mar = 3
    left = moments.time_left(three, at(26))
    assert str(left) == "3 working days left: Mon 2 Mar, 24:00 Shanghai"
    assert left.tone == "you"
    assert str(moments.time_left(three, at(28))) == "1 working day left: Mon 2 Mar, 24:00 Shanghai"
    assert moments.time_left(three, at(28)).tone == "soon"


def test_the_days_a_clock_was_not_counting_are_no_days_left():
    five = due(5, at(12))  # Thu 12; Fri 13, Sat 14 (made up), then Spring Festival until 23, Tue 24, Wed 25, Thu 26
    assert moments.time_left(five, at(14)).amount == "3 working days left"
    assert moments.time_left(five, at(20)).amount == "3 working days left"


def test_on_the_last_day_it_is_hours_and_then_minutes():
    three = due(3, at(26))
    assert str(moments.time_left(three, at(2, 1, 30, month=3))) == "14 hours left: today, 24:00 Shanghai"
    assert moments.time_left(three, at(2, 15, month=3)).amount == "1 hour left"
    assert moments.time_left(three, at(2, 15, 35, month=3)).amount == "25 minutes left"
    assert moments.time_left(three, at(2, 15, 59, month=3)).amount == "1 minute left"
    assert moments.time_left(three, at(2, 15, 59, month=3)).tone == "soon"


def test_from_the_first_late_instant_on_it_is_late():
    three = due(3, at(26))
    assert moments.time_left(three, at(2, 16, month=3)).amount == "Late by 1 min"
    assert moments.time_left(three, at(3, 1, month=3)).amount == "Late by 9 h"
    assert moments.time_left(three, at(5, 17, month=3)).amount == "Late by 3 days"
    assert moments.time_left(three, at(2, 16, month=3)).tone == "late"


def test_months_are_left_in_days_and_hours_in_hours():
    appeal = due(6, at(15, month=1), "month")
    assert moments.time_left(appeal, at(15, month=7)).tone == "soon"
    assert moments.time_left(appeal, at(14, month=7)).amount == "1 day left"
    day = due(24, at(10), "hour")  # Tue 10, 09:00 there, to Wed 11, 09:00
    assert str(moments.time_left(day, at(10))) == "24 hours left: Wed 11 Feb, 09:00 Shanghai"


def test_a_bare_instant_is_left_in_calendar_days():
    assert moments.time_left(at(28, 16), at(26), SHANGHAI).amount == "2 days left"


def test_the_strip_shows_received_counted_free_and_last():
    cells = [(cell.day, cell.note, cell.css) for cell in strip.cells(due(5, at(12)), start="received")]
    assert cells == [
        ("Thu 12", "received", ""),
        ("Fri 13", "day 1", "is-counted"),
        ("Sat 14", "day 2, make-up", "is-counted"),
        ("15 to 23", "Spring Festival", "is-off is-span"),
        ("Tue 24", "day 3", "is-counted"),
        ("Wed 25", "day 4", "is-counted"),
        ("Thu 26", "day 5, to 24:00", "is-last"),
    ]


def test_the_strip_in_chinese():
    with translation.override("zh-hans"):
        cells = {cell.day: cell.note for cell in strip.cells(due(5, at(12)))}
    assert cells["15至23日"] == "春节"
    assert cells["26日 周四"] == "第5天，至24:00"


def test_a_long_clock_folds_its_middle():
    cells = strip.cells(due(20, at(2, month=3)))  # Mon 2 Mar to Mon 30 Mar
    assert len(cells) == 7  # Mon 2, Tue 3 = 1, Wed 4 = 2 | the middle | Fri 27 = 19, the weekend, Mon 30 = 20
    assert cells[3].note == "days 3 to 18"
    assert cells[-1].css == "is-last"


def test_a_last_day_that_rolled_shows_both_days():
    rolled = explain(Clock(1, "month", roll="next_working"), CN, at(15, month=1))  # Sun 15 Feb: Spring Festival
    cells = strip.cells(rolled)
    assert cells[-2].css.startswith("is-off")
    assert (cells[-1].note, cells[-1].css) == ("to 24:00", "is-last")


def test_weekends_in_a_row_are_one_cell():
    days = (
        SimpleNamespace(day=date(2026, 3, 6), counted=None, reason="start", name=None),
        SimpleNamespace(day=date(2026, 3, 7), counted=None, reason="weekend", name=None),
        SimpleNamespace(day=date(2026, 3, 8), counted=None, reason="weekend", name=None),
        SimpleNamespace(day=date(2026, 3, 9), counted=1, reason="last", name=None),
    )
    one = SimpleNamespace(days=days, unit="working", due_at=at(9, 16, month=3), zone=SHANGHAI)
    assert [(cell.day, cell.note) for cell in strip.cells(one)][1] == ("7 to 8", "weekend")


def test_across_the_end_of_a_month_both_ends_say_their_month():
    assert moments.span(date(2026, 2, 28), date(2026, 3, 1)) == "28 Feb to 1 Mar"
