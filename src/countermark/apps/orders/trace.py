"""What happened to an order, as a chain nobody can rewrite: one writer, hashed like the events of a case (core.chain)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from countermark.apps.orders.models import Order, OrderEvent
from countermark.core import chain

EVENTS = (
    *("received", "decided", "carried_out", "told", "receipt", "answered", "set_aside", "expired"),
    *("appealed", "appeal_won", "appeal_lost", "confirmed", "mended"),
)


def write(order: Order, event: str, *, by: str, at: datetime, now: datetime, **data: str | int) -> OrderEvent:
    """Add one link. The order is locked by whoever calls; its head is written with the link. `data`: codes, ids, instants."""
    if event not in EVENTS:
        raise ValueError(f"{event!r} is no event of an order; there are {', '.join(EVENTS)}")
    seq = order.seq + 1
    payload = chain.payload(
        order=order.number,
        seq=seq,
        event=event,
        by=by,
        at=chain.instant(at),
        recorded_at=chain.instant(now),
        **({"data": data} if data else {}),
    )
    linked = chain.event_hash(bytes(order.head_hash), payload)
    row = OrderEvent.objects.create(
        order=order, seq=seq, event=event, by=by, at=at, recorded_at=now, payload=payload.decode(), hash=linked
    )
    order.seq, order.head_hash = seq, linked
    order.save(update_fields=["seq", "head_hash"])
    return row


def people_of(order: Order) -> set[int | None]:
    """Who decided an order or confirmed what software had decided: an appeal is another's to answer."""
    if order.source != "screening":
        return {order.recorded_by_id}
    confirmed = order.events.filter(event="confirmed").values_list("payload", flat=True)
    return {order.recorded_by_id, *(json.loads(payload)["data"]["person"] for payload in confirmed)}


def faults() -> Iterator[str]:
    """What is broken in the chains of all orders, one sentence each; nothing when they hold."""
    for order in Order.objects.order_by("pk").prefetch_related("events").iterator(500):
        yield from _faults_of(order)


def _faults_of(order: Order) -> Iterator[str]:
    links = sorted(order.events.all(), key=lambda one: one.seq)
    bad = chain.verify_chain(((one.payload.encode(), bytes(one.hash)) for one in links), head=bytes(order.head_hash))
    if bad is not None:
        yield f"Order {order.number}: event {bad + 1} does not follow from the one before it."
