"""What happened in the last twenty-four hours of case time, by the hour?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncHour
from django.utils.translation import gettext

from countermark.apps.complaints.models import ComplaintEvent, Notice
from countermark.apps.enforcement.models import Measure
from countermark.apps.notifications.models import Delivery

HOURS = 24
HOUR = timedelta(hours=1)


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


def last_day(at: datetime) -> Iterator[Figure]:
    """The figures of the day that ends at `at` (case time)."""
    yield _figure(gettext("Notices taken in"), Notice.objects.all(), "submitted_at", at)
    yield _figure(gettext("Cases moved by a clock"), ComplaintEvent.objects.filter(by="clock"), "at", at)
    yield _figure(gettext("Letters delivered"), Delivery.objects.all(), "delivered_at", at)
    yield _figure(gettext("Measures confirmed"), Measure.objects.all(), "confirmed_at", at)


def _figure(name: str, rows: QuerySet, column: str, at: datetime) -> Figure:
    last = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [last - HOUR * back for back in range(HOURS - 1, -1, -1)]
    recent = rows.filter(**{f"{column}__gte": hours[0], f"{column}__lte": at})
    counted = recent.annotate(hour=TruncHour(column, tzinfo=UTC)).values_list("hour").annotate(n=Count("pk")).order_by()
    found = dict(counted)
    return Figure(name, tuple(found.get(hour, 0) for hour in hours))
