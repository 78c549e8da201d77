"""Who could not be told, and what came back? One row for each message, whatever the number of its lines and letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext

from countermark.apps.complaints import words
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.notifications.selectors import MOST, failed_deliveries, not_served
from countermark.apps.work.prepared import Prepared
from countermark.entrypoints.web.operator.words import answer_words


@dataclass
class Letter:
    """One party of one notice that was not told. `cases` wait for it; without a `message` none is written yet."""

    notice: Notice
    party: str
    since: datetime
    zone: str
    message: Message | None
    deliveries: Sequence[Delivery] = ()
    cases: list[Complaint] = field(default_factory=list)

    @property
    def to(self) -> str:
        """The name of whoever was to be told."""
        seller = self.message.seller if self.message else (self.cases[0].seller if self.cases else None)
        if self.party == "seller":
            return seller.name if seller else gettext("a seller nobody knows")
        return self.notice.filer_name

    @property
    def who(self) -> str:
        return str(words.PARTIES[self.party])

    @property
    def last(self) -> Delivery | None:
        """The delivery tried last."""
        return self.deliveries[-1] if self.deliveries else None

    @property
    def channel(self) -> str:
        return self.last.channel if self.last else "mail"

    @property
    def tries(self) -> int:
        return sum(delivery.attempts for delivery in self.deliveries)

    @property
    def came_back(self) -> str:
        """What the last attempt was answered, or why there was none."""
        if self.message is None:
            return gettext("no letter is written yet: no worker has come by")
        answers = [delivery.answer for delivery in self.deliveries if delivery.answer]
        if answers:
            return answer_words(answers[-1])
        return gettext("sent to nobody yet") if not self.tries else gettext("no answer")


def not_arrived(*, at: datetime) -> list[Letter]:
    """Every party that should have been told by `at` and was not, those whose clock waits first, oldest first."""
    found: dict[tuple[int, str, int | None], Letter] = {}
    for one in not_served(at=at):
        case = one.complaint
        key = (case.notice_id, case.waits_on, case.seller_id if case.waits_on == "seller" else None)
        letter = found.setdefault(
            key, Letter(case.notice, case.waits_on, case.at, case.zone, one.message, one.deliveries)
        )
        letter.cases.append(case)
    waiting = {letter.message.pk for letter in found.values() if letter.message}
    return [*found.values(), *_came_back(waiting)]


def _came_back(known: set[int]) -> list[Letter]:
    """Letters that came back for good although no clock waits for them."""
    rows: dict[int, list[Delivery]] = {}
    for delivery in list(_failed(known)) if known else FAILED():
        rows.setdefault(delivery.message_id, []).append(delivery)
    return [_bare(deliveries) for deliveries in rows.values()]


def _failed(known: Iterable[int] = ()) -> QuerySet[Delivery]:
    rows = failed_deliveries().exclude(message__in=known)
    return rows.select_related("message__notice__marketplace", "message__seller", "message__holder")[:MOST]


FAILED = Prepared(_failed)


def _bare(deliveries: list[Delivery]) -> Letter:
    message = deliveries[0].message
    since = deliveries[0].failed_at or message.created_at
    return Letter(message.notice, message.party, since, message.notice.marketplace.zone, message, deliveries)
