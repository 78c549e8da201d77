"""When did something happen in the invented past, told from now?

`9w 10:12` is 10:12 in Shanghai on the ninth working day before today in China; `12u` counts business days of the United
States, `6d` calendar days; `5h` is five hours before now. Clocks of the packs count in the same units, so a story written
once ends the same way on any day of the year, holidays or not.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from countermark.apps.work.services import calendar_in_force

HERE = ZoneInfo("Asia/Shanghai")  # where Harbour Market sits
CALENDARS = {"w": "CN", "u": "US-federal", "d": "none"}
_AGO = re.compile(r"(\d+)h|(\d+)([wud]) (\d\d):(\d\d)")
_DAYS = re.compile(r"([+-]\d+)d")


def instant(text: str, now: datetime) -> datetime:
    """The instant `text` names. ValueError when it cannot be read."""
    found = _AGO.fullmatch(text)
    if found is None:
        raise ValueError(f"no such time: {text!r}; write 9w 10:12, 12u 10:12, 6d 10:12 or 5h")
    hours, count, unit, hour, minute = found.groups()
    if hours:
        return now - timedelta(hours=int(hours))
    today = now.astimezone(HERE).date()
    return datetime.combine(_back(today, int(count), CALENDARS[unit]), time(int(hour), int(minute)), HERE)


def _back(today: date, count: int, calendar_id: str) -> date:
    """The working day that lies so many working days before today; every day works in the calendar `none`."""
    if calendar_id == "none":
        return today - timedelta(days=count)
    calendar, day = calendar_in_force(calendar_id), today
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working(day)
    return day


def day(text: str, now: datetime) -> str:
    """A day as a form takes it: `+400d` and `-20d` from today, anything else as it stands."""
    found = _DAYS.fullmatch(text)
    if found is None:
        return text
    return (now.astimezone(HERE).date() + timedelta(days=int(found[1]))).isoformat()


def ticks(first: datetime, last: datetime, hours: tuple[int, ...] = (9, 17)) -> list[datetime]:
    """The instants between two at which the desk looks at the clock: just after midnight, and at these hours."""
    days = range((last.astimezone(HERE).date() - first.astimezone(HERE).date()).days + 1)
    start = first.astimezone(HERE).date()
    times = (time(0, 2), *(time(hour) for hour in hours))
    found = (datetime.combine(start + timedelta(days=n), each, HERE) for n in days for each in times)
    return [each for each in found if first < each < last]
