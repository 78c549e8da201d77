"""What a party was told, and who could not be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Value

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.parts import gathered, once
from countermark.apps.notifications.models import Delivery, Message, RightLetter
from countermark.apps.work.prepared import Prepared
from countermark.apps.work.services import calendars_for_each
from countermark.core import catalogue
from countermark.core.calendar import Calendar, Clock, due_at

MOST = 500  # cases without service that are looked at, those that wait longest first
TOLD = "told"  # with the party: what a row keeps the messages under


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


def told_at(complaint: Complaint, seq: int, party: str) -> datetime | None:
    """When a party was told of event `seq` of a case: by a letter that arrived, or a message read; None: not yet."""
    return telling_of(complaint, party)(seq)


def telling_of(complaint: Complaint, party: str) -> Callable[[int], datetime | None]:
    """Answers `told_at` for any event of this case; reads when first asked."""

    @cache
    def messages() -> list[Message]:
        return [message for message in messages_about(complaint, party) if message.kind != "appeal"]

    return lambda seq: _instant_told(messages(), complaint, seq)


def messages_about(complaint: Complaint, party: str) -> Sequence[Message]:
    """What a party was told about this case, each with its deliveries; read once for a view."""
    whose = {"seller": complaint.seller_id} if party == "seller" and complaint.seller_id else {}

    def read() -> list[Message]:
        rows = ABOUT(notice=complaint.notice_id, party=party, **whose)
        return [message for message in gathered(rows, "way", "deliveries") if message.is_about(complaint.pk)]

    return once(complaint, f"{TOLD} {party}", read)


def _about(**whom: Any) -> QuerySet[Message]:
    rows = Message.objects.filter(**whom).annotate(way=FilteredRelation("deliveries"))
    return rows.select_related("way").order_by("pk", "way__pk")


ABOUT = Prepared(_about)


def _instant_told(messages: Iterable[Message], complaint: Complaint, seq: int) -> datetime | None:
    instants = [
        instant
        for message in messages
        if any(line[0] == complaint.pk and line[1] == seq for line in message.lines)
        for instant in (message.read_at, *(delivery.delivered_at for delivery in message.deliveries.all()))
        if instant is not None
    ]
    return min(instants, default=None)


def messages_to(party: str, *, holder_ids: Iterable[int] = (), seller_ids: Iterable[int] = ()) -> QuerySet[Message]:
    """The messages of a holder or a shop, newest first."""
    own = Q(holder__in=list(holder_ids)) if party == "complainant" else Q(seller__in=list(seller_ids))
    rows = Message.objects.filter(own, party=party)
    return rows.select_related("notice__marketplace", "seller", "holder").order_by("-created_at", "-pk")


class Mailbox:
    """Everything a holder was told, newest first: about its cases and about its rights. Sliced, it reads only the slice."""

    def __init__(self, holder_ids: Iterable[int]) -> None:
        mine = list(holder_ids)
        self.messages = messages_to("complainant", holder_ids=mine)
        self.letters = RightLetter.objects.filter(holder__in=mine).select_related("right", "holder")

    def __len__(self) -> int:
        return self.messages.count() + self.letters.count()

    def __getitem__(self, which: slice) -> list[Message | RightLetter]:
        found = list(self._newest_first()[which])
        messages = self.messages.in_bulk([pk for about, pk, _ in found if about == "case"])
        letters = self.letters.in_bulk([pk for about, pk, _ in found if about == "right"])
        return [messages[pk] if about == "case" else letters[pk] for about, pk, _ in found]

    def _newest_first(self) -> QuerySet[Any, tuple[str, int, datetime]]:
        cases, rights = (
            rows.order_by().annotate(about=Value(about)).values_list("about", "pk", "created_at")
            for about, rows in (("case", self.messages), ("right", self.letters))
        )
        return cases.union(rights, all=True).order_by("-created_at", "-pk")

    def unread(self) -> int:
        """How many wait to be read."""
        return unread(self.messages) + self.letters.filter(read_at=None).count()


def unread(messages: QuerySet[Message]) -> int:
    """How many of these wait to be read."""
    return messages.filter(read_at=None).count()


def failed_deliveries() -> QuerySet[Delivery]:
    """Letters that came back for good and whose message was neither read nor delivered another way: operators' tasks."""
    arrived = Delivery.objects.filter(message=OuterRef("message")).exclude(delivered_at=None)
    rows = Delivery.objects.filter(failed_at__isnull=False, message__read_at=None).exclude(Exists(arrived))
    return rows.select_related("message__notice", "message__seller", "message__holder").order_by("failed_at", "pk")


def _awaiting_service() -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(awaits_service=True).select_related("notice__marketplace", "seller", "listing")
    return rows.order_by("at", "pk")[:MOST]


AWAITING_SERVICE = Prepared(_awaiting_service)


def not_served(*, at: datetime) -> list[Unserved]:
    """Cases whose party should have been told by now: a working day has passed, or its letter came back; MOST are looked at."""
    cases = AWAITING_SERVICE()
    told, places = _last_messages(cases), calendars_for_each({c.calendar for c in cases})
    found = [_unserved(case, told.get(case.pk), places[case.calendar]["marketplace"], at) for case in cases]
    return [one for one in found if one.is_late or one.has_failed]


def _last_messages(cases: Sequence[Complaint]) -> dict[int, Message]:
    """The newest message to the party waited for about each case as it stands now."""
    steps = {case.pk: (case.waits_on, case.seq) for case in cases}
    rows = Message.objects.filter(notice__in={case.notice_id for case in cases})
    rows = rows.annotate(way=FilteredRelation("deliveries")).select_related("way", "notice", "seller", "holder")
    found: dict[int, Message] = {}
    for message in gathered(rows.order_by("pk", "way__pk"), "way", "deliveries"):
        for complaint_id, seq, _ in message.lines:
            if steps.get(complaint_id) == (message.party, seq):
                found[complaint_id] = message
    return found


def _unserved(complaint: Complaint, message: Message | None, calendar: Calendar, at: datetime) -> Unserved:
    deliveries = sorted(message.deliveries.all(), key=lambda one: one.pk) if message else []
    return Unserved(complaint, message, deliveries, at >= _told_by(complaint, calendar))


def _told_by(complaint: Complaint, calendar: Calendar) -> datetime:
    """Until when a party should have been told: a working day of the place of sale after the case began to wait."""
    return due_at(Clock(catalogue.load().number("unserved_days"), "working"), calendar, complaint.at)
