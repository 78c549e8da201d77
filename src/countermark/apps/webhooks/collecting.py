"""Which events does each endpoint get? Taken up in the order of the log, in batches, by what its party may see and its filters.

Numbers of the log are given by one sequencer under one lock, without gaps, to what was committed: other than ids they are
safe to count on, nothing ever comes in below a number that was seen. A row for endpoint and event is unique besides. Whoever
writes the log does nothing for this; an endpoint that is far behind takes up no more than it can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from countermark.apps.complaints import log
from countermark.apps.complaints.models import ComplaintEvent, LogLeaf
from countermark.apps.complaints.selectors import hidden_from
from countermark.apps.webhooks.models import ACTIVE, WAITING, Dispatch, Endpoint
from countermark.apps.webhooks.payloads import webhook_id
from countermark.apps.work.bulk import instant_writer, put_once
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import Job
from countermark.core import procedure_loader

GATHER, SEND = "webhook_gather", "webhook_send"  # kinds of jobs
SOON = timedelta(seconds=1)  # events that come together are taken up together
BATCH = 500  # numbers of the log a transaction
MOST_WAITING = 10_000  # rows an endpoint may have waiting; the log itself keeps the rest
NEWEST = 50_000  # rows of the log among which new ones are looked for; the checkpoint's round looks at all
BATCHES_A_RUN = 100
COLUMNS = {
    "event_id": "bigint",
    "endpoint_id": "bigint",
    "complaint_id": "bigint",
    "seq": "integer",
    "position": "bigint",
    "webhook_id": "text",
    "due_at": "timestamptz",
    "created_at": "timestamptz",
    "state": "text",
    "attempts": "integer",
    "next_at": "timestamptz",
    "fault": "text",
    "answer": "text",
    "tries": "jsonb",
    "replays": "integer",
}


class Found(NamedTuple):
    """An event of the log, as it is taken up."""

    position: int
    event_id: int
    complaint_id: int
    seq: int
    event: str
    state: str
    hash: bytes
    pack: str
    case_seq: int
    due_at: datetime | None


FIELDS = (
    *("position", "event_id", "event__complaint_id", "event__seq", "event__event", "event__state", "event__hash"),
    *("event__complaint__pack", "event__complaint__seq", "event__complaint__due_at"),
)


def wake(*, now: datetime) -> None:
    """Something was recorded: have it taken up soon, if anybody wants to be told."""
    if Endpoint.objects.filter(state=ACTIVE).exists():
        enqueue(GATHER, "log", run_at=now + SOON)


def gather(*, now: datetime) -> None:
    """Number what is new, take it up for every endpoint, and have it sent."""
    while log.sequence(newest=NEWEST) == log.BATCH:
        pass
    behind = Endpoint.objects.filter(state=ACTIVE, next_position__lt=end_of_log())
    for pk in list(behind.values_list("pk", flat=True)):
        _take_up(pk, now)
    at_work = Dispatch.objects.filter(state=WAITING, endpoint=OuterRef("pk"))
    wanted = Endpoint.objects.filter(Exists(at_work), state=ACTIVE).values_list("pk", "next_try_at")
    for pk, next_try_at in wanted:
        promise(pk, run_at=max(now, next_try_at or now))


def promise(endpoint_id: int, *, run_at: datetime) -> None:
    """Have what waits for an endpoint sent at `run_at` or before: a promise made for later is brought forward."""
    enqueue(SEND, str(endpoint_id), run_at=run_at)
    later = Job.objects.filter(kind=SEND, key=str(endpoint_id), leased_until=None, failed_at=None, run_at__gt=run_at)
    later.update(run_at=run_at)


def _take_up(endpoint_id: int, now: datetime) -> None:
    for _ in range(BATCHES_A_RUN):
        if not collect(endpoint_id, now=now):
            return
    enqueue(GATHER, "log", run_at=now)


def end_of_log() -> int:
    """The number the next event will get."""
    last = LogLeaf.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


@transaction.atomic
def collect(endpoint_id: int, *, now: datetime) -> bool:
    """Take up the next batch for an endpoint; False when it has all there is, or as much as it can hold."""
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id, state=ACTIVE).first()
    if endpoint is None or endpoint.dispatches.filter(state=WAITING).count() >= MOST_WAITING:
        return False
    start, end = endpoint.next_position, min(endpoint.next_position + BATCH, end_of_log())
    if start >= end:
        return False
    found = list(_for(endpoint, start, end))
    again = [one.event_id for one in found if one.position < endpoint.replay_until]
    _ask_again(endpoint, again, now)
    put_once("webhooks_dispatch", COLUMNS, _rows(endpoint, found, now))
    Endpoint.objects.filter(pk=endpoint_id).update(next_position=end)
    return True


def _ask_again(endpoint: Endpoint, event_ids: Sequence[int], now: datetime) -> None:
    """What was sent before waits once more, under its old id."""
    before = endpoint.dispatches.filter(event__in=event_ids).exclude(state=WAITING)
    before.update(state=WAITING, attempts=0, first_tried_at=None, next_at=now, replays=F("replays") + 1)


def _rows(endpoint: Endpoint, found: Iterable[Found], now: datetime) -> Iterable[tuple[Any, ...]]:
    when = instant_writer()
    at = when(now)
    for one in found:
        due_at = one.due_at if one.case_seq == one.seq else None  # of a case that has moved on nobody knows it any more
        yield (
            one.event_id, endpoint.pk, one.complaint_id, one.seq, one.position, webhook_id(one.hash), when(due_at), at,
            WAITING, 0, at, "", "", "[]", 0,
        )  # fmt: skip


def _for(endpoint: Endpoint, start: int, end: int) -> Iterable[Found]:
    """The events from `start` up to but not including `end` that this endpoint wants and its party may see."""
    rows = LogLeaf.objects.filter(position__gte=start, position__lt=end)
    if endpoint.events:
        rows = rows.filter(event__event__in=endpoint.events)
    if endpoint.packs:
        rows = rows.filter(event__complaint__pack__in=endpoint.packs)
    if endpoint.marketplaces:
        rows = rows.filter(event__complaint__notice__marketplace__slug__in=endpoint.marketplaces)
    found = (Found(*row) for row in _seen_by(endpoint, rows).order_by("position").values_list(*FIELDS))
    return (one for one in found if endpoint.seller_id is None or not _between_others(one))


def _seen_by(endpoint: Endpoint, rows: QuerySet[LogLeaf]) -> QuerySet[LogLeaf]:
    """What the party of this endpoint may see: a holder its own cases, a shop its cases from the event on that reached it."""
    if endpoint.holder_id is not None:
        return rows.filter(event__complaint__notice__holder=endpoint.holder_id)
    if endpoint.seller_id is None:
        return rows
    earlier = ComplaintEvent.objects.filter(complaint=OuterRef("event__complaint"), seq__lte=OuterRef("event__seq"))
    own = rows.filter(Exists(earlier.filter(reaches_the_seller())), event__complaint__seller=endpoint.seller_id)
    return own.exclude(event__event__in=hidden_from("seller"))


def reaches_the_seller() -> Q:
    """Events by which a case becomes the seller's to see: those of complaints.selectors.reached_the_seller."""
    restricted_on_appeal = Q(event="appeal_granted") & ~Q(ask="nothing")
    return Q(event__in=("accepted", "restricted", "ordered_down")) | restricted_on_appeal


def _between_others(one: Found) -> bool:
    """That the complainant was told is none of the seller's business."""
    return one.event == "served" and procedure_loader.load(one.pack).states[one.state].waits_on == "complainant"
