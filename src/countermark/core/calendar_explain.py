"""Why is it that day?

Every due date explains itself day by day: which days were counted, which were passed over and for what reason. This
file walks; it asks the calendar for each day and shares no table with `calendar_clock`: the two check each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile
from typing import Any, Literal
from zoneinfo import ZoneInfo

from countermark.core.calendar_clock import Clock, Unit, beyond, due_at, local_day, months_after, naive
from countermark.core.calendar_days import HORIZON, WORKED, Calendar, DayKind
from countermark.core.calendar_zone import midnights

Reason = Literal["start", "counted", "holiday", "weekend", "make_up", "last", "rolled"]
DAY = timedelta(days=1)
DAY_OFF: dict[DayKind, Reason] = {DayKind.HOLIDAY: "holiday", DayKind.WEEKEND: "weekend"}


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One local day of a clock. `counted` is the number of the unit this day completes, None when it completes none.

    `reason`: `start` the day of the event · `counted` · `make_up` counted although a Saturday or Sunday · `holiday`,
    `weekend` passed over · `last` the day at whose 24:00 the clock ends · `rolled` the same, moved on from a day off.
    """

    day: date
    counted: int | None
    kind: DayKind
    reason: Reason
    name: str | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "counted": self.counted,
            "kind": str(self.kind),
            "reason": self.reason,
            "name": self.name,
        }


@dataclass(frozen=True, slots=True)
class Due:
    """A due date with its arithmetic. `due_at` (UTC) is the first late instant, `last_day` the last day in time."""

    due_at: datetime
    last_day: date
    provisional: bool
    zone: str
    days: tuple[CountedDay, ...]
    unit: Unit  # what `days` and `CountedDay.counted` are counted in

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it; `due_at` is written with the offset of `zone`."""
        return {
            "due_at": self.due_at.astimezone(ZoneInfo(self.zone)).isoformat(),
            "last_day": self.last_day.isoformat(),
            "provisional": self.provisional,
            "zone": self.zone,
            "days": [day.as_dict() for day in self.days],
        }


def explain(clock: Clock, calendar: Calendar, start: datetime, zone: ZoneInfo | None = None) -> Due:
    """Return when `clock` runs out and why, day by day; for months and hours, unit by unit. Same errors as `due_at`."""
    if start.tzinfo is None:
        raise naive(start)
    zone = zone or calendar.tz
    begin = date.fromordinal(local_day(clock, start, zone))
    if clock.unit == "hour":
        due = due_at(clock, calendar, start, zone)
        days = tuple(_hours(clock, calendar, start, due, zone))
    else:
        days = tuple(_WALKS[clock.unit](clock, calendar, begin))
        due = midnights(zone)[days[-1].day.toordinal() + 1]
    return Due(due, days[-1].day, _is_provisional(clock, calendar, days), zone.key, days, clock.unit)


def _working_days(clock: Clock, calendar: Calendar, begin: date) -> Iterator[CountedDay]:
    day, counted = begin, 0
    if clock.first_day == "next":
        yield _day(calendar, day, None, "start")
        day += DAY
    first = day if clock.first_day == "same" else None
    while counted < clock.amount:
        if day.year > HORIZON[1]:
            raise beyond(clock)
        kind = calendar.kind(day)
        works = kind in WORKED
        counted += works
        reason = _reason(kind, day == first, counted == clock.amount)
        yield _day(calendar, day, counted if works else None, reason)
        day += DAY


def _reason(kind: DayKind, is_first: bool, is_last: bool) -> Reason:
    if kind in DAY_OFF:
        return "start" if is_first else DAY_OFF[kind]
    if is_last:
        return "last"
    if is_first:
        return "start"
    return "make_up" if kind is DayKind.MAKE_UP else "counted"


def _calendar_days(clock: Clock, calendar: Calendar, begin: date) -> Iterator[CountedDay]:
    offset = 0 if clock.first_day == "next" else 1
    if begin.toordinal() + clock.amount > date(HORIZON[1], 12, 31).toordinal() + offset:
        raise beyond(clock)
    last = begin + DAY * (clock.amount - offset)
    if begin != last:
        yield _day(calendar, begin, offset or None, "start")
    for number in range(1, clock.amount - offset):
        yield _day(calendar, begin + DAY * number, number + offset, "counted")
    yield from _end(clock, calendar, last)


def _months(clock: Clock, calendar: Calendar, begin: date) -> Iterator[CountedDay]:
    if begin.year * 12 + begin.month - 1 + clock.amount >= (HORIZON[1] + 1) * 12:
        raise beyond(clock)
    yield _day(calendar, begin, None, "start")
    for number in range(1, clock.amount):
        yield _day(calendar, months_after(begin, number, clock.first_day), number, "counted")
    yield from _end(clock, calendar, months_after(begin, clock.amount, clock.first_day))


def _hours(clock: Clock, calendar: Calendar, start: datetime, due: datetime, zone: ZoneInfo) -> Iterator[CountedDay]:
    begin = start.astimezone(UTC)
    day, last = start.astimezone(zone).date(), (due - timedelta(microseconds=1)).astimezone(zone).date()
    if day != last:
        yield _day(calendar, day, _hours_by(begin, day, zone), "start")
    while (day := day + DAY) < last:
        yield _day(calendar, day, _hours_by(begin, day, zone), "counted")
    yield _day(calendar, last, clock.amount, "last")


def _hours_by(begin: datetime, day: date, zone: ZoneInfo) -> int | None:
    """How many whole hours have passed when `day` ends."""
    return (midnights(zone)[day.toordinal() + 1] - begin) // timedelta(hours=1) or None


def _end(clock: Clock, calendar: Calendar, last: date) -> Iterator[CountedDay]:
    """The last day and, where it is a day off and the clock rolls, the days up to the next working day."""
    if clock.roll == "none" or calendar.is_working(last):
        yield _day(calendar, last, clock.amount, "last")
        return
    yield _day(calendar, last, clock.amount, DAY_OFF[calendar.kind(last)])
    while not calendar.is_working(last := last + DAY):
        yield _day(calendar, last, None, DAY_OFF[calendar.kind(last)])
    if last.year > HORIZON[1]:
        raise beyond(clock)
    yield _day(calendar, last, None, "rolled")


def _day(calendar: Calendar, day: date, counted: int | None, reason: Reason) -> CountedDay:
    return CountedDay(day, counted, calendar.kind(day), reason, calendar.name(day))


def _is_provisional(clock: Clock, calendar: Calendar, days: tuple[CountedDay, ...]) -> bool:
    """Whether a day is unpublished on which the due date rests: all of a working clock, the end of one that rolls."""
    if clock.unit == "working":
        asked = days[clock.first_day == "next" :]
    elif clock.unit != "hour" and clock.roll == "next_working":
        asked = tuple(dropwhile(lambda day: day.counted != clock.amount, days))
    else:
        asked = ()
    return not all(calendar.published(day.day) for day in asked)


_WALKS = {"working": _working_days, "calendar": _calendar_days, "month": _months}
