"""Which days count?

A calendar says of every day whether it is a working day and, if it is not, why. It is data (`calendars/*.toml`, each
with its source and version), two tables for speed, and the official notices an operator has loaded on top.

Rule 1: nothing is guessed. A day nobody has announced yet is taken by its weekday or by the law as it stands, and
`published` is False for it: a due date that rests on it is provisional, to be computed again once the day is announced.
Rule 2: a calendar never changes. Loading a notice gives a new calendar with another version.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

HORIZON = (1990, 2149)  # the years the tables cover; a clock that leaves them is refused
FIRST = date(HORIZON[0], 1, 1).toordinal()
LAST = date(HORIZON[1], 12, 31).toordinal()
WEEKEND = (5, 6)  # Saturday and Sunday, as date.weekday() counts


class DayKind(StrEnum):
    """What a day is by its calendar. `MAKE_UP` is a weekend day worked in exchange for a day off (PRC)."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})
Days = Mapping[date, tuple[DayKind, str]]


@dataclass(frozen=True, slots=True)
class LoadedNotice:
    """An official notice an operator has loaded: the year it makes published, its days, and where it comes from."""

    year: int
    source: str
    days: Days = field(repr=False)

    @property
    def digest(self) -> str:
        """Eight hex digits that name these days, whatever the wording of the notice was."""
        lines = (f"{day} {kind} {name}" for day, (kind, name) in sorted(self.days.items()))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Calendar:
    """The days of one territory. Two calendars are equal when id and version are.

    `zone` is the IANA zone in which a day begins and ends unless a clock is given another. `years` are the first and
    the last published year, `listed` the days that differ from their weekday. `open_from` is the (month, day) from
    which the last published December may still be moved by next year's notice, None where that does not happen.
    """

    id: str
    zone: str
    version: str
    years: tuple[int, int]
    listed: Days = field(default_factory=dict, repr=False, compare=False)
    weekend: tuple[int, ...] = field(default=WEEKEND, compare=False)
    open_from: tuple[int, int] | None = field(default=None, compare=False)
    title: str = field(default="", compare=False)
    source: str = field(default="", repr=False, compare=False)
    notices: tuple[LoadedNotice, ...] = field(default=(), repr=False, compare=False)
    shipped: Calendar | None = field(default=None, repr=False, compare=False)  # what the notices were loaded on

    def is_working(self, day: date) -> bool:
        return self.kind(day) in WORKED

    def kind(self, day: date) -> DayKind:
        """Return what `day` is; ValueError for a datetime, whose day depends on a zone."""
        if isinstance(day, datetime):
            raise ValueError("a calendar knows local dates, not instants; pass instant.astimezone(zone).date()")
        entry = self.listed.get(day)
        if entry is not None:
            return entry[0]
        return DayKind.WEEKEND if day.weekday() in self.weekend else DayKind.WORKING

    def name(self, day: date) -> str | None:
        """The name of the holiday, or of the holiday a make-up day is worked for; None for any other day."""
        entry = self.listed.get(day)
        return entry[1] if entry else None

    def published(self, day: date) -> bool:
        """Return whether `day` is settled; a due date that rests on a day for which this is False is provisional."""
        if not self._is_published(day.year):
            return False
        reach = self.open_from
        return reach is None or (day.month, day.day) < reach or self._is_published(day.year + 1)

    def with_notice(self, days: Days, year: int, source: str) -> Calendar:
        """Return this calendar with an official notice loaded: its days overrule what was known, `year` is published.

        One notice a year counts: loading another for the same year takes the place of the earlier one. A day off that
        is taken back is listed as `DayKind.WORKING`. `source` is kept for whoever asks where a day comes from.
        """
        notices = (*(n for n in self.notices if n.year != year), LoadedNotice(year, source, dict(days)))
        return _loaded(self.shipped or self, sorted(notices, key=lambda notice: notice.year))

    def _is_published(self, year: int) -> bool:
        return self.years[0] <= year <= self.years[1] or any(notice.year == year for notice in self.notices)

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def table(self) -> WorkingDays:
        return WorkingDays.of(self)


def _loaded(shipped: Calendar, notices: list[LoadedNotice]) -> Calendar:
    listed = dict(shipped.listed)
    for notice in notices:
        listed.update(notice.days)
    last = shipped.years[1]
    while any(notice.year == last + 1 for notice in notices):
        last += 1
    version = "+".join([shipped.version, *(f"{notice.year}.{notice.digest}" for notice in notices)])
    years = (shipped.years[0], last)
    return replace(shipped, version=version, years=years, listed=listed, notices=tuple(notices), shipped=shipped)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of a calendar as two tables over day numbers (`date.toordinal`), so that no clock has to walk.

    `before[d - FIRST]` is how many working days lie before day `d`; `days[k]` is the k-th working day, from 0.
    """

    before: array[int]
    days: array[int]

    @classmethod
    def of(cls, calendar: Calendar) -> WorkingDays:
        week = bytes((FIRST + i - 1) % 7 not in calendar.weekend for i in range(7))  # day number 1 was a Monday
        worked = bytearray(week * ((LAST - FIRST) // 7 + 1))[: LAST - FIRST + 1]
        for index, works in _exceptions(calendar.listed):
            worked[index] = works
        if not any(worked):
            raise ValueError(f"calendar {calendar.id} has no working day; check its weekend")
        before = array("i", accumulate(worked, initial=0))
        return cls(before, array("i", (FIRST + i for i, works in enumerate(worked) if works)))


def _exceptions(listed: Days) -> Iterable[tuple[int, bool]]:
    for day, (kind, _) in listed.items():
        if FIRST <= day.toordinal() <= LAST:
            yield day.toordinal() - FIRST, kind in WORKED
