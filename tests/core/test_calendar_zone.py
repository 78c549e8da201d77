"""A local day holds the instants between its midnight and the next, whatever the clocks on the wall did."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import calendar
from countermark.core.calendar import Clock
from countermark.core.calendar_zone import midnights

ZONES = ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Etc/GMT+12", "America/Sao_Paulo", "Asia/Beirut")
instants = st.datetimes(datetime(1991, 1, 1), datetime(2148, 1, 1))  # noqa: DTZ001


@given(instant=instants, noted_in=st.sampled_from(ZONES), zone=st.sampled_from(ZONES))
def test_an_instant_lies_in_the_day_its_zone_says_wherever_it_was_noted(instant, noted_in, zone):
    noted = instant.replace(tzinfo=ZoneInfo(noted_in)).astimezone(UTC).astimezone(ZoneInfo(noted_in))
    starts = midnights(ZoneInfo(zone))
    day = starts.day_of(noted)
    assert starts[day] <= noted < starts[day + 1]
    assert day == noted.astimezone(ZoneInfo(zone)).toordinal()


@pytest.mark.parametrize("minutes", range(0, 60, 7))
def test_an_hour_that_comes_twice_around_midnight_belongs_to_the_new_day_and_no_clock_ends_before_it_starts(minutes):
    """Newfoundland, 2 November 2008: at 00:01 it was 23:01 again. The day had begun at the first 00:00."""
    zone, start = ZoneInfo("America/St_Johns"), datetime(2008, 11, 2, 2, 31, tzinfo=UTC) + timedelta(minutes=minutes)
    clock = Clock(1, "calendar", "same")
    due = calendar.due_at(clock, calendar.load("none"), start, zone)
    assert start < due == datetime(2008, 11, 3, 3, 30, tzinfo=UTC)
    assert calendar.explain(clock, calendar.load("none"), start, zone).due_at == due
