"""What happened in the last twenty-four hours of case time, by the hour?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncHour
from django.utils.translation import gettext, gettext_lazy

from countermark.apps.complaints.models import ComplaintEvent, Notice
from countermark.apps.enforcement.models import Measure
from countermark.apps.notifications.models import Delivery

HOURS = 24
HOUR = timedelta(hours=1)
NAMES = {
    "notices": gettext_lazy("Notices taken in"),
    "clocks": gettext_lazy("Cases moved by a clock"),
    "delivered": gettext_lazy("Letters delivered"),
    "confirmed": gettext_lazy("Measures confirmed"),
}


@dataclass(frozen=True)
class Figure:
    """One kind of thing that happened: how often in each of the last hours, oldest first."""

    name: str
    by_hour: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.by_hour)

    @property
    def total_said(self) -> str:
        return f"{self.total:,}"

    @property
    def most(self) -> int:
        return max(self.by_hour)

    @property
    def label(self) -> str:
        """The drawing in words."""
        words = {"name": self.name, "most": self.most, "last": self.by_hour[-1]}
        return gettext("%(name)s by the hour: %(most)s at most, %(last)s in the last hour") % words


def asked(at: datetime) -> dict[str, QuerySet[Any]]:
    """The queries of the day that ends at `at` (case time), for `work.counts.together`."""
    return {
        "notices": _by_hour(Notice.objects.all(), "submitted_at", at),
        "clocks": _by_hour(ComplaintEvent.objects.filter(by="clock"), "at", at),
        "delivered": _by_hour(Delivery.objects.all(), "delivered_at", at),
        "confirmed": _by_hour(Measure.objects.all(), "confirmed_at", at),
    }


def _by_hour(rows: QuerySet[Any], column: str, at: datetime) -> QuerySet[Any]:
    recent = rows.filter(**{f"{column}__gte": _hours(at)[0], f"{column}__lte": at})
    return recent.values(hour=TruncHour(column, tzinfo=UTC)).annotate(n=Count("pk")).order_by()


def _hours(at: datetime) -> list[datetime]:
    last = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [last - HOUR * back for back in range(HOURS - 1, -1, -1)]


def last_day(found: Mapping[str, Sequence[Any]], at: datetime) -> list[Figure]:
    """The figures of that day, from the rows of `asked`."""
    return [_figure(str(name), found[kind], at) for kind, name in NAMES.items()]


def _figure(name: str, rows: Sequence[Any], at: datetime) -> Figure:
    counts = {row.hour: row.n for row in rows}
    return Figure(name, tuple(counts.get(hour, 0) for hour in _hours(at)))
