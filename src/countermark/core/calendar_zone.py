"""At which instant does a local day begin?

A clock ends at 24:00 local time, which is the first instant of the next day. Where the hour is put forward at midnight,
that instant is the change itself, for 00:00 does not exist that day; where it is put back past midnight (Newfoundland
until 2010), it is the first 00:00. Asked once for each day and zone, then kept: a look-up is faster than the zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo


class Midnights(dict[int, datetime]):
    """Day number (`date.toordinal`) -> the UTC instant at which that day begins in `zone`."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def __missing__(self, ordinal: int) -> datetime:
        instant = datetime.combine(date.fromordinal(ordinal), time.min, self.zone).astimezone(UTC)
        self[ordinal] = instant
        return instant

    def day_of(self, instant: datetime) -> int:
        """The number of the local day that holds `instant`, found by comparing it with the midnights around it.

        So no day ends before an instant it holds, not even where the hour is put back past midnight.
        """
        day = instant.toordinal()  # where it was noted that may be up to two days off
        while instant < self[day]:
            day -= 1
        while instant >= self[day + 1]:
            day += 1
        return day


@lru_cache(maxsize=64)
def midnights(zone: ZoneInfo) -> Midnights:
    """The table of `zone`, the same one each time."""
    return Midnights(zone)
