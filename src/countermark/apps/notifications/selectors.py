"""What a party was told, and who could not be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from countermark.apps.complaints.models import Complaint
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.work.services import calendars_for
from countermark.core import catalogue
from countermark.core.calendar import Clock, due_at


@dataclass(frozen=True)
class Unserved:
    """A case whose clock cannot start because its party was not told; `deliveries` is what was tried."""

    complaint: Complaint
    message: Message | None
    deliveries: Sequence[Delivery]
    is_late: bool

    @property
    def has_failed(self) -> bool:
        return any(delivery.failed_at for delivery in self.deliveries)


def messages_to(party: str, *, holder_ids: Iterable[int] = (), seller_ids: Iterable[int] = ()) -> QuerySet[Message]:
    """The messages of a holder or a shop, newest first."""
    own = Q(holder__in=list(holder_ids)) if party == "complainant" else Q(seller__in=list(seller_ids))
    rows = Message.objects.filter(own, party=party)
    return rows.select_related("notice__marketplace", "seller", "holder").order_by("-created_at", "-pk")


def unread(messages: QuerySet[Message]) -> int:
    """How many of these wait to be read."""
    return messages.filter(read_at=None).count()


def failed_deliveries() -> QuerySet[Delivery]:
    """Letters that came back for good and whose message was neither read nor delivered another way: operators' tasks."""
    arrived = Delivery.objects.exclude(delivered_at=None).values("message_id")
    rows = Delivery.objects.exclude(failed_at=None).filter(message__read_at=None).exclude(message__in=arrived)
    return rows.select_related("message__notice", "message__seller", "message__holder").order_by("failed_at", "pk")


def not_served(*, at: datetime, limit: int = 500) -> list[Unserved]:
    """Cases whose party should have been told by now: a working day has passed, or its letter came back."""
    waiting = Complaint.objects.filter(awaits_service=True).select_related("notice", "seller", "listing")
    found = [_unserved(complaint, at) for complaint in waiting.order_by("at", "pk")[:limit]]
    return [one for one in found if one.is_late or one.has_failed]


def _unserved(complaint: Complaint, at: datetime) -> Unserved:
    messages = complaint.notice.messages.filter(party=complaint.waits_on).order_by("-pk")
    own = (m for m in messages if any(line[0] == complaint.pk and line[1] == complaint.seq for line in m.lines))
    message = next(own, None)
    deliveries = list(message.deliveries.order_by("pk")) if message else []
    return Unserved(complaint, message, deliveries, at >= _told_by(complaint))


def _told_by(complaint: Complaint) -> datetime:
    """Until when a party should have been told: a working day of the place of sale after the case began to wait."""
    clock = Clock(catalogue.load().number("unserved_days"), "working")
    return due_at(clock, calendars_for(complaint.calendar)["marketplace"], complaint.at)
