"""Where do the shipped calendars come from, and is a calendar file sound?

One TOML file a calendar (`calendars/ID.toml`): id, title, zone, version, source, the first and the last published year,
and the days of each year that differ from their weekday, under `[holiday.YEAR]` and `[make_up.YEAR]`, by `"MM-DD"` or
`"MM-DD..MM-DD"`. A file may list years after the last published one: days a law already fixes; they stay provisional.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from countermark.core.calendar_days import WEEKEND, Calendar, DayKind, Days

FOLDER = Path(__file__).parent / "calendars"
ALIASES = {"us": "US-federal"}
KINDS = {"holiday": DayKind.HOLIDAY, "make_up": DayKind.MAKE_UP}


class UnknownCalendar(LookupError):
    """There is no calendar of this id. Data: `calendar` as asked for, `known` ids."""

    code = "unknown_calendar"
    http_status_hint = 422

    def __init__(self, calendar: str, known: tuple[str, ...]) -> None:
        self.calendar, self.known = calendar, known
        super().__init__(calendar)

    def __str__(self) -> str:
        return f"there is no calendar {self.calendar[:40]!r}; choose one of {', '.join(self.known)}"


@lru_cache(maxsize=1)
def calendars() -> tuple[str, ...]:
    """The ids of the shipped calendars, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(id: str) -> Calendar:
    """Return the shipped calendar `id`, in upper or lower case; `US` is `US-federal`. UnknownCalendar lists the ids."""
    known = {name.casefold(): name for name in calendars()} | ALIASES
    name = known.get(id.casefold())
    if name is None:
        raise UnknownCalendar(id, calendars())
    return _shipped(name)


@lru_cache(maxsize=64)
def _shipped(name: str) -> Calendar:
    return read((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read(text: str) -> Calendar:
    """Build a calendar from the text of its file. ValueError or KeyError where the file is not sound."""
    file = tomllib.loads(text)
    first, last = file["published"]
    month, day = map(int, file["open_from"].split("-")) if "open_from" in file else (0, 0)
    return Calendar(
        id=file["id"],
        zone=file["zone"],
        version=file["version"],
        years=(first, last),
        listed=_listed(file),
        weekend=tuple(file.get("weekend", WEEKEND)),
        open_from=(month, day) if month else None,
        title=file["title"],
        source=file["source"],
    )


def _listed(file: dict[str, Any]) -> Days:
    listed: dict[date, tuple[DayKind, str]] = {}
    for section, kind in KINDS.items():
        for year, entries in file.get(section, {}).items():
            for span, name in entries.items():
                for day in _span(int(year), span):
                    if day in listed:
                        raise ValueError(f"calendar {file['id']} lists {day} twice; keep one of the two entries")
                    listed[day] = (kind, name)
    return listed


def _span(year: int, span: str) -> Iterator[date]:
    begin, _, end = span.partition("..")
    day, last = (date.fromisoformat(f"{year}-{text}") for text in (begin, end or begin))
    if last < day:
        raise ValueError(f"{span} of {year} ends before it begins; swap the two days")
    while day <= last:
        yield day
        day += timedelta(days=1)
