"""When does a clock run out?

Rule 1: whole days. A clock in working days, calendar days or months ends at 24:00 local time of its last day; an act at
or after that instant is late, an act before it is in time. A clock in hours ends that many hours after its start.
Rule 2: the day of the event is not counted (`first_day="next"`: PRC Civil Code art. 201, Reg. 1182/71 art. 3(1)) unless
the clock says `same`. A working clock that starts on a day off begins with the next working day.
Rule 3: `roll="next_working"` moves a last day that is not a working day to the next one (PRC Civil Code art. 203,
Reg. 1182/71 art. 3(4)). A month ends on the same date, or on the last day of a month without it (art. 3(2)(c)).
Rule 4: an interrupted clock keeps its remaining units. A unit that has begun is not spent.

This file answers fast: it looks days up in tables and never walks. Why it is that day: `calendar_explain`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from countermark.core.calendar_days import FIRST, HORIZON, LAST, Calendar
from countermark.core.calendar_zone import midnights

Unit = Literal["working", "calendar", "month", "hour"]
FirstDay = Literal["next", "same"]
Roll = Literal["next_working", "none"]


@dataclass(frozen=True, slots=True)
class Clock:
    """So many units, whether the first day counts, and what happens to a last day that falls on a day off."""

    amount: int
    unit: Unit
    first_day: FirstDay = "next"
    roll: Roll = "none"

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount < 1:
            raise ValueError(f"a clock needs an amount of 1 or more, not {self.amount!r}; give a whole number")
        for value, allowed in ((self.unit, Unit), (self.first_day, FirstDay), (self.roll, Roll)):
            if value not in get_args(allowed):
                raise ValueError(f"a clock cannot have {value!r} here; choose one of {', '.join(get_args(allowed))}")


def due_at(clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None = None) -> datetime:
    """Return the UTC instant from which an act is late, for a clock that starts at `start` (aware, any zone).

    `zone` is where days begin and end, by default that of the calendar. ValueError for a naive `start` and for a clock
    that leaves the years of the tables.
    """
    if start.tzinfo is None:
        raise naive(start)
    if clock.unit == "hour":
        return _after_hours(clock, start)
    zone = zone or calendar.tz
    return midnights(zone)[last_ordinal(clock, calendar, local_day(clock, start, zone)) + 1]


def local_day(clock: Clock, instant: datetime, zone: ZoneInfo) -> int:
    """Return the day number (`date.toordinal`) of `instant` in `zone`; ValueError outside the years of the tables."""
    near = FIRST - 2 <= instant.toordinal() <= LAST + 2  # its date where it was noted is up to two days off
    day = midnights(zone).day_of(instant) if near else 0
    if not FIRST <= day <= LAST:
        raise beyond(clock)
    return day


def last_ordinal(clock: Clock, calendar: Calendar, day: int) -> int:
    """Return the last day, as `date.toordinal` counts, of a clock that is not in hours and starts on day `day`."""
    table = calendar.table
    try:
        if clock.unit == "working":
            return table.days[table.before[day - FIRST + (clock.first_day == "next")] + clock.amount - 1]
        last = nominal_ordinal(clock, day)
        return last if clock.roll == "none" else table.days[table.before[last - FIRST]]
    except (IndexError, OverflowError):
        raise beyond(clock) from None


def nominal_ordinal(clock: Clock, day: int) -> int:
    """Return the last day of a clock in calendar days or months before any rolling; IndexError past the tables."""
    if clock.unit == "month":
        last = months_after(date.fromordinal(day), clock.amount, clock.first_day).toordinal()
    else:
        last = day + clock.amount - (clock.first_day == "same")
    if last > LAST:
        raise IndexError
    return last


def months_after(day: date, months: int, first_day: FirstDay = "next") -> date:
    """Return the last day of `months` calendar months that start on `day`.

    The same date, or the last day of a month without it. Where the first day counts, the day before the same date.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > HORIZON[1]:
        raise IndexError
    first = date(year, month + 1, 1)
    same = first + timedelta(days=day.day - 1)
    if same.month != first.month:  # no such date: the last day of the month
        return same - timedelta(days=same.day)
    return same - timedelta(days=first_day == "same")


def is_provisional(clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None = None) -> bool:
    """Return whether the due date rests on a day that is not published yet, so that a notice may still move it."""
    if start.tzinfo is None:
        raise naive(start)
    if clock.unit == "hour" or (clock.unit != "working" and clock.roll == "none"):
        return False
    day = local_day(clock, start, zone or calendar.tz)
    first = day + (clock.first_day == "next") if clock.unit == "working" else nominal_ordinal(clock, day)
    return any_unpublished(calendar, first, last_ordinal(clock, calendar, day))


def any_unpublished(calendar: Calendar, first: int, last: int) -> bool:
    """Return whether a day from `first` to `last` (day numbers, both included) is not published."""
    begin, end = date.fromordinal(first), date.fromordinal(last)
    ends = (date(year, 12, 31) for year in range(begin.year, end.year))
    return not all(calendar.published(day) for day in (begin, end, *ends))


def units_left(clock: Clock, calendar: Calendar, start: datetime, at: datetime, zone: ZoneInfo | None = None) -> int:
    """Return how many whole units are unspent when a clock is interrupted at `at`; 0 once it is due.

    A unit that has begun is not spent: the day of the interruption counts as unspent, so that the whole days given
    before the interruption and after the resumption are together exactly the amount. At least 1 while it is not due.
    """
    if at.tzinfo is None or start.tzinfo is None:
        raise naive(at if at.tzinfo is None else start)
    at, start = at.astimezone(UTC), start.astimezone(UTC)  # two instants of one zone would compare by their wall time
    if at < start:
        raise ValueError(f"a clock cannot be interrupted at {at}, before its start {start}; swap the two instants")
    due = due_at(clock, calendar, start, zone)
    if at >= due:
        return 0
    if clock.unit == "hour":
        return -((at - due) // timedelta(hours=1))
    zone = zone or calendar.tz
    return max(1, _days_left(clock, calendar, local_day(clock, start, zone), local_day(clock, at, zone)))


def resume(clock: Clock, units: int) -> Clock:
    """Return the clock that runs the `units` that were left, to be started at the instant of resumption.

    It counts the day of the resumption as the clock counts its first day: by `next`, neither the day of the interruption
    nor that of the resumption is counted, and nobody is left with the last minutes of a day.
    """
    return replace(clock, amount=units)


def instant_at_fraction(
    clock: Clock, calendar: Calendar, start: datetime, fraction: float, zone: ZoneInfo | None = None
) -> datetime:
    """Return the UTC instant at which `fraction` (0 to 1) of the clock is spent, for reminders; never before `start`.

    A working clock is spent on its working days only: half of three is noon of the second. The others run evenly.
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"a fraction of a clock lies between 0 and 1, not {fraction}; for 80 % pass 0.8")
    due = due_at(clock, calendar, start, zone)
    begin = start.astimezone(UTC)
    if fraction == 1 or clock.unit != "working":
        return due if fraction == 1 else begin + (due - begin) * fraction
    return max(begin, _working_fraction(clock, calendar, start, fraction, zone or calendar.tz))


def naive(moment: datetime) -> ValueError:
    return ValueError(f"a clock cannot run from the naive datetime {moment}; pass an aware one, for example in UTC")


def beyond(clock: Clock) -> ValueError:
    return ValueError(
        f"a clock of {clock.amount} ({clock.unit}) leaves the years {HORIZON[0]} to {HORIZON[1]} that calendars cover; "
        "check the amount and the start"
    )


def _after_hours(clock: Clock, start: datetime) -> datetime:
    try:
        begin = start.astimezone(UTC)
        due = begin + timedelta(hours=clock.amount)
    except OverflowError:
        raise beyond(clock) from None
    if begin.year < HORIZON[0] or due.year > HORIZON[1]:
        raise beyond(clock)
    return due


def _days_left(clock: Clock, calendar: Calendar, start: int, at: int) -> int:
    if clock.unit == "working":
        before = calendar.table.before
        first = start + (clock.first_day == "next")
        return before[first - FIRST] + clock.amount - before[max(at, first) - FIRST]
    if clock.unit == "calendar":
        first = start + (clock.first_day == "next")
        return first + clock.amount - max(at, first)
    begin = date.fromordinal(start)
    spent = bisect_right(range(1, clock.amount), at - 1, key=lambda n: _month_end(begin, n, clock.first_day))
    return clock.amount - spent


def _month_end(begin: date, months: int, first_day: FirstDay) -> int:
    return months_after(begin, months, first_day).toordinal()


def _working_fraction(clock: Clock, calendar: Calendar, start: datetime, fraction: float, zone: ZoneInfo) -> datetime:
    table, starts = calendar.table, midnights(zone)
    first = table.before[local_day(clock, start, zone) - FIRST + (clock.first_day == "next")]
    whole, part = divmod(clock.amount * fraction, 1)
    day = table.days[first + min(int(whole), clock.amount - 1)]
    return starts[day] + (starts[day + 1] - starts[day]) * part
