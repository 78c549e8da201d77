"""Telling the parties what happened, and knowing whether they were told.

Rule 1: a message is written once: events of the log get a receipt of this consumer in the same transaction. Rule 2: it is
delivered at least once, under one Message-ID. Rule 3: being told is what starts a clock: a letter the mail server took over, a
message read here, or an operator's word that it was handed over another way; and only for what that message told: a case
that has moved on since has to be told anew. Rule 4: a letter that came back starts nothing and is an operator's task.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from countermark.apps.complaints.held import glance, hold
from countermark.apps.complaints.models import Complaint, ComplaintEvent, EventReceipt, Notice
from countermark.apps.complaints.parts import forget
from countermark.apps.complaints.selectors import reached_the_seller
from countermark.apps.complaints.services import HEARD, move_reminders, record_service, reminder_instants
from countermark.apps.decisions.appeal_selectors import FILED, NOT_GRANTED, RESTED
from countermark.apps.decisions.models import Appeal
from countermark.apps.notifications.audience import Happened, audience
from countermark.apps.notifications.mail import mail_of
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.notifications.selectors import TOLD, messages_about
from countermark.apps.parties.models import Person
from countermark.apps.work import packs, spans
from countermark.apps.work.jobs import TryLater, enqueue, enqueue_many
from countermark.connectors.mail import MailFailed, Receipt

log = logging.getLogger("countermark.notifications")

CONSUMER = "tell"
CHANNELS = ("mail", "app", "post", "phone", "shop")  # how somebody can be told; the log keeps the word
# Replies by which a server refuses us and not the reader: authentication (RFC 4954, 6), a full mailbox said as final
# (RFC 5321, 4.2.3: 552). The letter is sent again once the operator, or the reader, has made room.
NOT_THE_ADDRESS = (530, 534, 535, 538, 552)

Lines = list[list[Any]]  # [[complaint id, seq, event], …]
To = tuple[str, int | None]  # party, and which seller


class CannotServe(Exception):
    """A message cannot be handed over this way. Nothing was recorded."""

    code = "cannot_serve"
    http_status_hint = 422


# --- writing messages -----------------------------------------------------------------------------------------------------


@transaction.atomic
def tell(notice_id: int, *, at: datetime, now: datetime) -> int:
    """Write what has happened in the cases of this notice and was not told yet: one message for each party.

    Returns how many messages were written. `at` is case time, `now` real time.
    """
    notice = Notice.objects.select_for_update(no_key=True, of=("self",)).select_related("holder").get(pk=notice_id)
    new = set(_untold(notice_id))
    if not new:
        return 0
    lines: dict[To, Lines] = {}
    for seller_id, events in _logs(notice_id, new):
        told = audience(packs.in_force(notice.pack, notice.pack_digest), events)
        for event in events:
            for party in told[event.seq] if event.id in new else ():
                to = (party, seller_id if party == "seller" else None)
                lines.setdefault(to, []).append([event.complaint_id, event.seq, event.event])
    for to, said in lines.items():
        _write(notice, to, _kind(said), f"events-{min(new)}-{max(new)}-{to[1] or 0}", said, at, now)
    EventReceipt.objects.bulk_create(EventReceipt(consumer=CONSUMER, event_id=pk) for pk in sorted(new))
    return len(lines)


@transaction.atomic
def tell_appeal(appeal_id: int, what: str, *, at: datetime, now: datetime) -> int:
    """Tell both sides that an appeal was `filed`, or how it was `decided` where nothing changed; returns how many messages.

    Telling twice is harmless. A seller who was never told of the complaint is not told of an appeal either.
    """
    appeal = Appeal.objects.select_related("complaint__notice__holder").get(pk=appeal_id)
    case, key = appeal.complaint, f"appeal-{appeal.pk}-{what}"
    ended = RESTED if appeal.granted is None else NOT_GRANTED
    line = [case.pk, appeal.seq, f"{FILED if what == 'filed' else ended}:{appeal.side}"]
    reached = case.seller_id is not None and Complaint.objects.filter(reached_the_seller(), pk=case.pk).exists()
    parties: list[To] = [("complainant", None), *([("seller", case.seller_id)] if reached else [])]
    new = [to for to in parties if not Message.objects.filter(notice=case.notice, party=to[0], key=key).exists()]
    for to in new:
        _write(case.notice, to, "appeal", key, [line], at, now)
    return len(new)


def _untold(notice_id: int) -> Iterable[int]:
    events = ComplaintEvent.objects.filter(complaint__notice_id=notice_id)
    return events.exclude(receipts__consumer=CONSUMER).order_by("pk").values_list("pk", flat=True)


def _logs(notice_id: int, new: set[int]) -> Iterable[tuple[int | None, list[Happened]]]:
    """The whole logs of the cases in which something new happened, each with its seller."""
    moved = ComplaintEvent.objects.filter(pk__in=new).values("complaint_id")
    rows = ComplaintEvent.objects.filter(complaint__notice_id=notice_id, complaint_id__in=moved)
    fields = ("pk", "complaint_id", "seq", "event", "by", "state", "ask")
    logs: dict[tuple[int, int | None], list[Happened]] = {}
    for *event, seller_id in rows.order_by("complaint__line", "seq").values_list(*fields, "complaint__seller_id"):
        logs.setdefault((event[1], seller_id), []).append(Happened(*event))
    return ((seller_id, events) for (_, seller_id), events in logs.items())


def _kind(lines: Lines) -> str:
    return "receipt" if all(event == "opened" for _, _, event in lines) else "events"


def _write(notice: Notice, to: To, kind: str, key: str, lines: Lines, at: datetime, now: datetime) -> Message:
    party, seller_id = to
    message = Message.objects.create(
        notice=notice,
        party=party,
        seller_id=seller_id,
        holder=notice.holder if party == "complainant" else None,
        kind=kind,
        key=key,
        lines=lines,
        created_at=at,
    )
    deliveries = [_delivery(message, address, at) for address in _addresses(message) or [""]]
    Delivery.objects.bulk_create(deliveries)
    enqueue_many([("deliver", str(one.pk), {}) for one in deliveries if one.address], run_at=now)
    log.info("message.written notice=%s party=%s kind=%s lines=%s", notice.number, party, kind, len(lines))
    return message


def _addresses(message: Message) -> list[str]:
    """Where this party gets mail: a seller's address; a holder's contact and whoever filed; a guest's own."""
    notice = message.notice
    if message.party == "seller":
        return [message.seller.email] if message.seller and message.seller.email else []
    if message.holder is None:
        return [notice.filer_email]
    filed = [notice.filed_by.email] if notice.filed_by else []
    return list({address.lower(): address for address in (message.holder.contact_email, *filed)}.values())


def _delivery(message: Message, address: str, at: datetime) -> Delivery:
    """A delivery not tried yet; without an address it has failed at once and is an operator's task."""
    mail_id = f"<{message.notice.number}.{secrets.token_hex(12)}@{urlsplit(settings.BASE_URL).hostname}>"
    failed = {} if address else {"failed_at": at, "answer": "no address is known"}
    return Delivery(message=message, address=address, mail_id=mail_id, **failed)


# --- delivering -----------------------------------------------------------------------------------------------------------


def send(delivery_id: int, *, at: datetime, now: datetime) -> Receipt | None:
    """Hand a letter to the mail server, once; None when there is nothing to send (any more) or it came back for good.

    Raises TryLater when it was not taken over for now. Whoever calls passes the receipt to `delivered`, with the instant.
    """
    related = ("message__notice__marketplace", "message__notice__filed_by", "message__seller", "message__holder")
    delivery = Delivery.objects.select_related(*related).get(pk=delivery_id)
    if delivery.delivered_at or delivery.failed_at or not delivery.address:
        return None
    Delivery.objects.filter(pk=delivery_id).update(attempts=F("attempts") + 1, tried_at=now)
    mailer = import_string(settings.MAILER_FACTORY)()
    try:
        with spans.call("letter", channel=delivery.channel):
            return mailer.send(mail_of(delivery, at=at, now=now))
    except MailFailed as failed:
        return _not_taken(delivery, failed, at)


def _not_taken(delivery: Delivery, failed: MailFailed, at: datetime) -> None:
    answer = f"{failed.code} {failed.text}"[:300]
    for_good = failed.permanent and failed.code not in NOT_THE_ADDRESS
    Delivery.objects.filter(pk=delivery.pk).update(answer=answer, failed_at=at if for_good else None)
    if not for_good:
        raise TryLater(str(failed)) from failed
    log.warning("delivery.failed delivery=%s code=%s", delivery.pk, failed.code)


@transaction.atomic
def delivered(delivery_id: int, *, receipt: Receipt, at: datetime) -> int:
    """The mail server took the letter over at `at` (case time): returns how many clocks this starts."""
    row = Delivery.objects.filter(pk=delivery_id, delivered_at=None)
    if not row.update(delivered_at=at, answer=f"{receipt.code} {receipt.text}"[:300]):
        return 0
    delivery = Delivery.objects.select_related("message").get(pk=delivery_id)
    log.info("delivery.delivered delivery=%s attempts=%s", delivery_id, delivery.attempts)
    return _serve(delivery.message, at, delivery.channel)


def _serve(message: Message, at: datetime, channel: str) -> int:
    """The party was told what this message says. A case that has moved since it was written is not served by it."""
    last = {complaint_id: seq for complaint_id, seq, _ in message.lines}
    with transaction.atomic():
        told = [held.id for held in hold(last) if held.case.seq == last[held.id]]
        return record_service(told, at=at, channel=channel, party=message.party)


@transaction.atomic
def read(message: Message, *, by: Person | None, at: datetime) -> int:
    """The party read the message on our pages: that is being told. Returns how many clocks this starts."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at, read_by=by)
    return _serve(message, at, "app")


def read_about(complaint_ids: Iterable[int], *, party: str, by: Person | None, at: datetime) -> int:
    """The party opened these cases: every message to it about them is read. Returns how many clocks this starts."""
    wanted = set(complaint_ids)
    notices = Complaint.objects.filter(pk__in=wanted).values("notice_id")
    unread = Message.objects.filter(notice__in=notices, party=party, read_at=None).order_by("pk")
    about = [message for message in unread if any(line[0] in wanted for line in message.lines)]
    return sum(read(message, by=by, at=at) for message in about)


def read_case(complaint: Complaint, *, party: str, by: Person | None, at: datetime) -> int:
    """The party opened this case, which a view shows: the same, by the messages the view reads anyway."""
    unread = [message for message in messages_about(complaint, party) if message.read_at is None]
    if unread:
        forget(complaint, f"{TOLD} {party}")
    return sum(read(message, by=by, at=at) for message in unread)


@transaction.atomic
def serve_another_way(
    message: Message, *, channel: str, address: str = "", by: Person, at: datetime, now: datetime
) -> Delivery:
    """An operator's way when mail fails: `mail` to another address, or `post`, `phone`, `shop`, handed over at `at`.

    Raises CannotServe. Another address starts no clock before its mail server takes the letter over.
    """
    if channel not in CHANNELS or channel == "app":
        raise CannotServe("choose mail, post, phone or shop")
    if channel == "mail" and "@" not in address:
        raise CannotServe("another address is needed to send the message to")
    delivery = _delivery(message, address or channel, at)
    delivery.channel = channel
    log.info("message.another_way message=%s channel=%s by=%s", message.pk, channel, by.pk)
    if channel == "mail":
        delivery.save()
        enqueue("deliver", str(delivery.pk), run_at=now)
        return delivery
    delivery.delivered_at, delivery.answer = at, f"handed over by person {by.pk}"
    delivery.save()
    _serve(message, at, channel)
    return delivery


# --- reminders ------------------------------------------------------------------------------------------------------------


def remind(*, at: datetime, now: datetime, limit: int = 200) -> int:
    """Remind whoever lets a clock run that it runs; returns how many messages were written."""
    due = Complaint.objects.filter(remind_at__lte=at, due_at__gt=at).order_by("remind_at")
    notices = dict.fromkeys(due.values_list("notice_id", flat=True)[:limit])
    return sum(_remind(notice_id, at, now) for notice_id in notices)


@transaction.atomic
def _remind(notice_id: int, at: datetime, now: datetime) -> int:
    notice = Notice.objects.select_for_update(no_key=True, of=("self",)).select_related("holder").get(pk=notice_id)
    running = Complaint.objects.filter(notice=notice, waits_on__in=HEARD, due_at__gt=at, remind_at__isnull=False)
    groups: dict[tuple[To, datetime], list[Complaint]] = {}
    for case in running.order_by("line"):
        to = (case.waits_on, case.seller_id if case.waits_on == "seller" else None)
        groups.setdefault((to, case.due_at), []).append(case)
    due = {key: cases for key, cases in groups.items() if any(case.remind_at <= at for case in cases)}
    for (to, due_at), cases in due.items():
        _remind_once(notice, to, due_at, cases, at, now)
    return len(due)


def _remind_once(
    notice: Notice, to: To, due_at: datetime, cases: Sequence[Complaint], at: datetime, now: datetime
) -> None:
    """One reminder for all lines of one clock; a jump in time gives the last one that is due and no other."""
    ids = [case.pk for case in cases]
    past = max(_passed(ids, at).values())
    key = f"reminder-{past}-{due_at.astimezone(UTC):%Y%m%dT%H%MZ}-{to[1] or 0}"
    if not Message.objects.filter(notice=notice, party=to[0], key=key).exists():
        _write(notice, to, "reminder", key, [[case.pk, case.seq, "reminder"] for case in cases], at, now)
    move_reminders(ids, past=past)


def _passed(ids: Iterable[int], at: datetime) -> Mapping[int, int]:
    """How many reminders of each of these cases are due by `at`."""
    return {held.id: sum(instant <= at for instant in reminder_instants(held.case)) for held in glance(ids)}
