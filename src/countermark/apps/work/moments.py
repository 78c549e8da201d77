"""How is an instant, a day or a deadline said to a person?

Rule 1: a moment always says weekday, date, hour and place.
Rule 2: a deadline that falls on midnight is said as 24:00 of its last day, never as 00:00 of the next.
Rule 3: what is left is counted in the unit the clock itself counts in, and on the last day in hours.
This file words; it decides nothing: every date comes from `core.calendar`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy

WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)

# The cities a marketplace of ours is likely to sit in; any other zone is said by the last part of its IANA name.
PLACES = {
    "UTC": pgettext_lazy("place", "UTC"),
    "Asia/Shanghai": pgettext_lazy("place", "Shanghai"),
    "Asia/Hong_Kong": pgettext_lazy("place", "Hong Kong"),
    "Asia/Singapore": pgettext_lazy("place", "Singapore"),
    "Asia/Tokyo": pgettext_lazy("place", "Tokyo"),
    "Asia/Seoul": pgettext_lazy("place", "Seoul"),
    "Asia/Kolkata": pgettext_lazy("place", "Kolkata"),
    "Asia/Dubai": pgettext_lazy("place", "Dubai"),
    "Europe/Brussels": pgettext_lazy("place", "Brussels"),
    "Europe/Berlin": pgettext_lazy("place", "Berlin"),
    "Europe/Paris": pgettext_lazy("place", "Paris"),
    "Europe/Madrid": pgettext_lazy("place", "Madrid"),
    "Europe/Rome": pgettext_lazy("place", "Rome"),
    "Europe/London": pgettext_lazy("place", "London"),
    "Europe/Oslo": pgettext_lazy("place", "Oslo"),
    "America/New_York": pgettext_lazy("place", "New York"),
    "America/Chicago": pgettext_lazy("place", "Chicago"),
    "America/Los_Angeles": pgettext_lazy("place", "Los Angeles"),
    "America/Mexico_City": pgettext_lazy("place", "Mexico City"),
    "America/Sao_Paulo": pgettext_lazy("place", "São Paulo"),
    "America/Argentina/Buenos_Aires": pgettext_lazy("place", "Buenos Aires"),
    "Australia/Sydney": pgettext_lazy("place", "Sydney"),
}

HOUR = timedelta(hours=1)
MOST_HOURS = 48  # beyond two days, lateness is said in days


@dataclass(frozen=True)
class Left:
    """What is left of a clock: the words, and how urgent they are ("you", "soon" or "late")."""

    amount: str
    until: str
    tone: str

    def __str__(self) -> str:
        return pgettext("time left", "%(amount)s: %(until)s") % {"amount": self.amount, "until": self.until}


def place(zone: str | ZoneInfo | None) -> str:
    """Say an IANA zone as its city: "Asia/Shanghai" -> "Shanghai"."""
    key = str(zone or timezone.get_current_timezone_name())
    return str(PLACES.get(key) or key.rsplit("/", 1)[-1].replace("_", " "))


def day(of: date, *, year: bool = True) -> str:
    """Say a day: "Thu 26 Feb 2026", or without the year "Thu 26 Feb"."""
    pattern = pgettext("date format", "D j M Y") if year else pgettext("date format", "D j M")
    return _by(pattern, of)


def day_short(of: date) -> str:
    """Say a day within a strip of days: "Thu 26"."""
    return _by(pgettext("date format, in a strip of days", "D j"), of)


def span(first: date, last: date) -> str:
    """Say a run of days within a strip: "15 to 23", across a month's end "28 Feb to 1 Mar"."""
    one_month = (first.year, first.month) == (last.year, last.month)
    start = pgettext("date format, first of a run of days in one month", "j")
    end = pgettext("date format, last of a run of days in one month", "j")
    if not one_month:
        start = end = pgettext("date format, either end of a run across months", "j M")
    return pgettext("run of days", "%(first)s to %(last)s") % {"first": _by(start, first), "last": _by(end, last)}


def moment(at: datetime, zone: str | ZoneInfo | None = None, *, year: bool = True) -> str:
    """Say an instant at a place: "Thu 26 Feb 2026, 09:12 Shanghai"."""
    local = _local(at, zone)
    return _moment(local.date(), f"{local:%H:%M}", zone, year=year)


def day_and_hour(at: datetime, zone: str | ZoneInfo | None = None, *, brief: bool = False) -> tuple[str, str]:
    """Say an instant in two parts: ("Thu 26 Feb 2026", "09:12 Shanghai"); brief: ("Thu 26 Feb", "09:12")."""
    local = _local(at, zone)
    if brief:
        return day(local.date(), year=False), f"{local:%H:%M}"
    hour = pgettext("hour and place", "%(time)s %(place)s") % {"time": f"{local:%H:%M}", "place": place(zone)}
    return day(local.date()), hour


def deadline(due_at: datetime, zone: str | ZoneInfo | None = None, *, year: bool = True) -> str:
    """Say the end of a clock, midnight as 24:00 of the day that ends: "Mon 2 Mar 2026, 24:00 Shanghai"."""
    last, hour = last_day(due_at, zone)
    return _moment(last, hour, zone, year=year)


def last_day(due_at: datetime, zone: str | ZoneInfo | None = None) -> tuple[date, str]:
    """Return the last day of a clock and the hour it ends at, as people say it: (2 Mar, "24:00") for 3 Mar 00:00."""
    local = _local(due_at, zone)
    if local.time() == time.min:
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def duration(amount: int, unit: str) -> str:
    """Say an amount of a clock's unit: "3 working days"."""
    if unit == "working":
        return ngettext("%(n)s working day", "%(n)s working days", amount) % {"n": amount}
    if unit == "month":
        return ngettext("%(n)s month", "%(n)s months", amount) % {"n": amount}
    if unit == "hour":
        return ngettext("%(n)s hour", "%(n)s hours", amount) % {"n": amount}
    return ngettext("%(n)s calendar day", "%(n)s calendar days", amount) % {"n": amount}


def time_left(due: Any, now: datetime, zone: str | ZoneInfo | None = None) -> Left:
    """Say what is left of `due` (a `core.calendar.Due`, or a bare instant) at `now`: amount, end, urgency."""
    due_at, zone = getattr(due, "due_at", due), getattr(due, "zone", zone)
    until = deadline(due_at, zone, year=abs(due_at - now) > timedelta(days=180))
    if now >= due_at:
        return Left(_late(now - due_at), until, "late")
    unit = getattr(due, "unit", "calendar")
    days = _days_left(due, unit, _local(now, zone).date(), last_day(due_at, zone)[0])
    if days == 0 or (unit == "hour" and due_at - now < MOST_HOURS * HOUR):
        end = until if days else _today(due_at, zone)
        return Left(_hours(due_at - now), end, "soon" if days <= 1 else "you")
    return Left(_days(days, unit), until, "soon" if days == 1 else "you")


def _days_left(due: Any, unit: str, today: date, last: date) -> int:
    if unit == "working":
        return sum(1 for each in due.days if each.counted is not None and each.day > today)
    return max((last - today).days, 0)


def _today(due_at: datetime, zone: Any) -> str:
    words = {"time": last_day(due_at, zone)[1], "place": place(zone)}
    return pgettext("deadline", "today, %(time)s %(place)s") % words


def _days(days: int, unit: str) -> str:
    if unit == "working":
        return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _hours(left: timedelta) -> str:
    hours = left // HOUR
    if hours >= 1:
        return ngettext("%(hours)s hour left", "%(hours)s hours left", hours) % {"hours": hours}
    minutes = max(left // timedelta(minutes=1), 1)
    return ngettext("%(minutes)s minute left", "%(minutes)s minutes left", minutes) % {"minutes": minutes}


def _late(by: timedelta) -> str:
    hours = by // HOUR
    if hours < 1:
        return gettext("Late by %(minutes)s min") % {"minutes": max(by // timedelta(minutes=1), 1)}
    if hours < MOST_HOURS:
        return gettext("Late by %(hours)s h") % {"hours": hours}
    return ngettext("Late by %(days)s day", "Late by %(days)s days", by.days) % {"days": by.days}


def _moment(of: date, hour: str, zone: str | ZoneInfo | None, *, year: bool) -> str:
    words = {"date": day(of, year=year), "time": hour, "place": place(zone)}
    return pgettext("moment", "%(date)s, %(time)s %(place)s") % words


def _local(at: datetime, zone: str | ZoneInfo | None) -> datetime:
    if timezone.is_naive(at):
        raise ValueError("a naive datetime has no place; pass an aware one")
    return at.astimezone(ZoneInfo(str(zone)) if zone else timezone.get_current_timezone())


def _by(pattern: str, of: date) -> str:
    return _day_by(pattern, date(of.year, of.month, of.day), get_language())


@lru_cache(maxsize=4096)  # a list says the same few days again and again
def _day_by(pattern: str, of: date, language: str | None) -> str:
    """Format by Django's letters, but with our own weekdays for D: Django's Chinese ones are not short."""
    weekday = "".join(f"\\{letter}" for letter in str(WEEKDAYS[of.weekday()]))
    return date_format(of, pattern.replace("D", weekday))


def joined(names: Iterable[str]) -> str:
    """Join words as a list is joined in a sentence of the language: "a, b"."""
    return pgettext("between two items of a list", ", ").join(names)


def labelled(label: str, said: str) -> str:
    """Set what is said of something after its name: "HALDEN & MOE: Verified"."""
    return f"{label}{pgettext('mark between two pieces', ': ')}{said}"


def sentences(said: Iterable[str]) -> str:
    """Set sentences one after the other, with the room that the language leaves between them: in Chinese none."""
    return reduce(_two_sentences, filter(None, said), "")


def _two_sentences(first: str, second: str) -> str:
    both = {"first": first, "second": second}
    return pgettext("two sentences", "%(first)s %(second)s") % both if first else second
