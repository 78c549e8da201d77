"""How does a deadline show the days it counted? As a strip: received, counted, free, last.

Free days in a row become one cell ("15 to 23, Spring Festival"); a long clock folds its middle into one as well."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext, pgettext

from countermark.apps.work import moments
from countermark.apps.work.holidays import holiday

FOLD_FROM = 12  # cells; more are not read but counted, and do not fit beside a docket
KEPT_AT_EACH_END = 3  # cells that stay when the middle is folded
OFF = frozenset({"holiday", "weekend"})
CSS = {"start": "", "last": "is-last", "rolled": "is-last", "holiday": "is-off", "weekend": "is-off"}


@dataclass(frozen=True)
class Cell:
    """One cell of the strip: the day or run of days, what it was, and its class in the theme."""

    day: str
    note: str
    css: str = ""


def cells(due: Any, start: str = "") -> list[Cell]:
    """Return the strip of a `core.calendar.Due`; `start` says what happened on the first day ("told, not counted")."""
    runs = [list(days) for _, days in groupby(due.days, key=_kind)]
    pieces = [piece for run in runs for piece in _pieces(run)]
    drawn = [_cell(piece, due, start) for piece in _folded(pieces)]
    return drawn if due.days else []


def _kind(day: Any) -> str:
    """Days that are not counted for the same kind of reason stand together; the first and the last day stand alone."""
    return "off" if day.reason in OFF else str(day.reason)


def _pieces(run: list[Any]) -> Iterator[list[Any]]:
    if _kind(run[0]) == "off":
        yield run
    else:
        yield from ([day] for day in run)


def _folded(pieces: list[list[Any]]) -> list[list[Any]]:
    if len(pieces) <= FOLD_FROM:
        return pieces
    middle = [day for piece in pieces[KEPT_AT_EACH_END:-KEPT_AT_EACH_END] for day in piece]
    return [*pieces[:KEPT_AT_EACH_END], middle, *pieces[-KEPT_AT_EACH_END:]]


def _cell(piece: list[Any], due: Any, start: str) -> Cell:
    first, last = piece[0], piece[-1]
    if len(piece) > 1:
        counted = [day.counted for day in piece if day.reason not in OFF]
        label = moments.span(first.day, last.day)
        if counted:
            return Cell(label, _count_range(counted[0], counted[-1], due), "is-counted is-span")
        return Cell(label, _why_free(piece), "is-off is-span")
    label = moments.day(first.day, year=False) if due.unit == "month" else moments.day_short(first.day)
    return Cell(label, _note(first, due, start), CSS.get(first.reason, "is-counted"))


def _note(day: Any, due: Any, start: str) -> str:
    if day.reason == "start":
        return start or gettext("not counted") if day.counted is None else _count(day.counted, due)
    if day.reason in {"last", "rolled"}:
        return _last(day, due)
    if day.reason in OFF:
        return _why_free([day])
    note = _count(day.counted, due)
    return gettext("%(day)s, make-up") % {"day": note} if day.reason == "make_up" else note


def _count(number: int, due: Any) -> str:
    words = {"number": number}
    if due.unit == "month":
        return gettext("month %(number)s") % words
    return (gettext("%(number)s h") if due.unit == "hour" else gettext("day %(number)s")) % words


def _last(day: Any, due: Any) -> str:
    time = moments.last_day(due.due_at, due.zone)[1]
    if day.counted is None:
        return gettext("to %(time)s") % {"time": time}
    return gettext("%(day)s, to %(time)s") % {"day": _count(day.counted, due), "time": time}


def _count_range(first: int, last: int, due: Any) -> str:
    if due.unit == "month":
        return gettext("months %(first)s to %(last)s") % {"first": first, "last": last}
    return gettext("days %(first)s to %(last)s") % {"first": first, "last": last}


def _why_free(piece: list[Any]) -> str:
    names = dict.fromkeys(holiday(day.name) for day in piece if day.reason == "holiday" and day.name)
    if names:
        return moments.joined(names)
    if len(piece) > 1 and all(day.reason == "weekend" for day in piece):
        return pgettext("run of days not counted", "weekend")
    return gettext("not counted")
