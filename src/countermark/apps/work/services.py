"""Case time, numbers, and the calendars in force: small services everything above stands on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, JSONField, QuerySet
from django.db.models.expressions import RawSQL

from countermark.apps.work import true_time
from countermark.apps.work.models import CaseClock, HolidayNotice, NumberSeries
from countermark.core import calendar as core_calendar
from countermark.core.calendar import Calendar, DayKind
from countermark.core.holiday_notice import Notice as OfficialNotice

Rows = TypeVar("Rows", bound=QuerySet[Any])


class DemoOnly(Exception):
    """The case clock can be moved in the demo only."""

    code = "demo_only"
    http_status_hint = 404


def case_now() -> datetime:
    """The instant the law sees: true time, plus the demo's offset where this is a demo."""
    return case_time(true_time.now())


def case_time(real: datetime) -> datetime:
    if not settings.DEMO:
        return real
    offset = CaseClock.objects.values_list("offset", flat=True).first()
    return real + timedelta(seconds=offset or 0)


def move_case_clock(*, to: datetime) -> datetime:
    """Let case time pass until `to`, forward only. DemoOnly outside the demo; ValueError when `to` lies in the past."""
    if not settings.DEMO:
        raise DemoOnly("the case clock moves in the demo only")
    now = true_time.now()
    with transaction.atomic():
        clock = CaseClock.objects.select_for_update().first() or CaseClock()
        offset = int((to - now).total_seconds())
        if offset < clock.offset:
            raise ValueError("case time goes forward only; choose a later instant")
        clock.offset = offset
        clock.save()
    return now + timedelta(seconds=offset)


def next_numbers(series: str, count: int = 1) -> range:
    """The next `count` numbers of a series, without gaps between calls that commit."""
    NumberSeries.objects.get_or_create(series=series)
    with transaction.atomic():
        NumberSeries.objects.filter(series=series).update(last=F("last") + count)
        last = NumberSeries.objects.values_list("last", flat=True).get(series=series)
    return range(last - count + 1, last + 1)


@lru_cache(maxsize=64)
def _with_notices(calendar_id: str, stamp: tuple[tuple[int, int], ...]) -> Calendar:
    calendar = core_calendar.load(calendar_id)
    notices = HolidayNotice.objects.filter(pk__in=[pk for pk, _ in stamp])
    for notice in notices.order_by("year"):
        days = {_day(day): (DayKind[kind], name) for day, (kind, name) in notice.days.items()}
        calendar = calendar.with_notice(days, notice.year, notice.source)
    return calendar


def _day(text: str) -> core_calendar.date:
    return datetime.fromisoformat(text).date()


def calendar_in_force(calendar_id: str) -> Calendar:
    """The shipped calendar with every official notice an operator loaded."""
    return _in_force((calendar_id,))[calendar_id]


def calendars_for(place: str) -> Mapping[str, Calendar]:
    """All calendars in force by id, with `marketplace` standing for `place`; one query."""
    return calendars_for_each([place])[place]


def calendars_for_each(places: Iterable[str]) -> dict[str, Mapping[str, Calendar]]:
    """The same for each of these places; one query for all of them."""
    asked = set(places)
    known = _in_force({"CN", "US-federal", "EU", "none", *asked})
    return {place: {**known, "marketplace": known[place]} for place in asked}


def _in_force(ids: Collection[str]) -> dict[str, Calendar]:
    stamps = _stamps(ids)
    return {calendar_id: _with_notices(calendar_id, tuple(stamps.get(calendar_id, ()))) for calendar_id in ids}


Stamps = dict[str, list[tuple[int, int]]]  # calendar -> (id, year) of each notice in force
_read_once: ContextVar[list[Stamps] | None] = ContextVar("notices_read_once", default=None)


@contextmanager
def reading_calendars_once() -> Iterator[None]:
    """Within it the notices in force are asked for once: for what only reads, such as one page."""
    token = _read_once.set([])
    try:
        yield
    finally:
        _read_once.reset(token)


IN_FORCE = "SELECT calendar, id, year FROM work_holidaynotice WHERE replaced_at IS NULL ORDER BY id"
AS_JSON = {
    "sqlite": "json_group_array(json_array(calendar, id, year))",
    "postgresql": "jsonb_agg(jsonb_build_array(calendar, id, year))",
}


def with_calendars(rows: Rows) -> Rows:
    """These rows, each with the notices in force: `calendars_read` takes it, and nobody asks for them again."""
    found = RawSQL(f"SELECT {AS_JSON[connection.vendor]} FROM ({IN_FORCE}) notices", [], JSONField())  # noqa: S608, S611 - constants
    return rows.annotate(notices_in_force=found)


def calendars_read(row: Any) -> None:
    """The notices in force came with this row of `with_calendars`."""
    kept = _read_once.get()
    if kept is not None and not kept:
        kept.append(_by_calendar(row.notices_in_force or ()))


def _by_calendar(rows: Iterable[Sequence[Any]]) -> Stamps:
    stamps: Stamps = {}
    for calendar_id, pk, year in rows:
        stamps.setdefault(calendar_id, []).append((pk, year))
    return stamps


def _stamps(ids: Collection[str]) -> Stamps:
    kept = _read_once.get()
    if kept:
        return kept[0]
    loaded = HolidayNotice.objects.filter(replaced_at=None).order_by("pk")
    loaded = loaded if kept is not None else loaded.filter(calendar__in=list(ids))
    stamps = _by_calendar(loaded.values_list("calendar", "pk", "year"))
    if kept is not None:
        kept.append(stamps)
    return stamps


@transaction.atomic
def load_holiday_notice(
    *, calendar_id: str, notice: OfficialNotice, source: str, by: object, at: datetime
) -> HolidayNotice:
    """Keep an official notice; the year it speaks of becomes certain. An earlier notice for that year is replaced.

    `source` says where the operator has it from: its number or address."""
    HolidayNotice.objects.filter(calendar=calendar_id, year=notice.year, replaced_at=None).update(replaced_at=at)
    days = {day.isoformat(): [kind.name, name] for day, (kind, name) in notice.days.items()}
    return HolidayNotice.objects.create(
        calendar=calendar_id, year=notice.year, days=days, source=source, loaded_at=at, loaded_by=by
    )
