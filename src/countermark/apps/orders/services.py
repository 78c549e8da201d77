"""The writers of orders: recorded with all their lines, carried out, ended; each step a link of the order's chain.

Rule 1: an order is carried out at once and as it stands; what it lays on a listing or a shop is one ask among others, and joins
what that must be (core.measures) until the order ends. It decides no complaint, unless it is recorded on that very case.
Rule 2: an order to restore ends what asks anything of the listing: the cases take it as `ordered_up`, the operator's own
decisions are set aside. Another authority's order is not lifted by it (intake.check refuses).
Rule 3: the authority gets a receipt, and is told when effect was given; the seller is told what was done and why (DSA art. 9
and 17).
Rule 4: the instant decides: after `until` an order asks nothing, whether or not its end has been recorded yet.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from countermark.apps.complaints import orders as on_case
from countermark.apps.complaints.held import hold
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import Reasons, act
from countermark.apps.listings.models import Listing
from countermark.apps.orders import trace
from countermark.apps.orders.intake import Checked, Received, check
from countermark.apps.orders.models import OWN, Order, OrderLine
from countermark.apps.parties.models import Person
from countermark.apps.work.jobs import enqueue, enqueue_many
from countermark.apps.work.sealing import seal
from countermark.apps.work.services import next_numbers
from countermark.core import chain
from countermark.core.complaint import permitted_events
from countermark.core.defect import Defect
from countermark.core.measures import SHOP_MEASURES, Upon

log = logging.getLogger("countermark.orders")
SERIES = {"authority": "O", "operator": "M", "screening": "S"}


class OrderDefective(Exception):
    """The order cannot be recorded as described; `defects` names all of it. Nothing was recorded."""

    code = "order_defective"
    http_status_hint = 422

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.defects = checked.defects
        super().__init__("; ".join(defect.code for defect in checked.defects))


class OrderEnded(Exception):
    """The order has ended already, or asks for nothing of this kind. Nothing was changed."""

    code = "order_ended"
    http_status_hint = 409


# --- recording ------------------------------------------------------------------------------------------------------------


def record(received: Received, *, by: Person, at: datetime, now: datetime, key: str | None = None) -> Order:
    """Record an order or a decision and have it carried out. With a `key` seen before, the order it made then.

    Raises OrderDefective. `at` is case time, `now` real time.
    """
    if key and (known := Order.objects.filter(key=key).first()):
        return known
    checked = check(received, at=at)
    if checked.defects:
        raise OrderDefective(checked)
    with transaction.atomic():
        order = _write(received, checked, by=by, at=at, now=now, key=key)
        lines = _write_lines(order, received, checked)
        event = "received" if order.source == "authority" else "decided"
        trace.write(
            order, event, by="operator", at=at, now=now, kind=order.kind, lines=len(lines), words=order.words.digest
        )
        if order.kind == "restore":
            _restore(order, lines, by=by, at=at, now=now)
        _have_done(lines, now=now)
        enqueue("tell_order", str(order.pk), run_at=now)
    log.info("order.recorded order=%s kind=%s lines=%s", order.number, order.kind, len(lines))
    return order


def decide_case(
    *,
    complaint: Complaint,
    event: str,
    reference: str,
    seen: Mapping[int, int],
    by: Person,
    at: datetime,
    now: datetime,
) -> Order:
    """An order that decides one case: recorded in the case's own log, with a number and a trace of its own.

    Raises the refusals of complaints.orders.record_order; then nothing was recorded.
    """
    with transaction.atomic():
        on_case.record_order(
            complaint_id=complaint.pk, event=event, reference=reference, seen=seen, by=by, at=at, now=now
        )
        number = _number("authority", at)
        order = Order.objects.create(
            number=number,
            source="authority",
            kind="case",
            marketplace_id=complaint.notice.marketplace_id,
            words=seal(subject=f"order:{number}", text=reference.strip()),
            measure="remove" if event == "ordered_down" else "",
            received_at=at,
            at=at,
            recorded_at=now,
            recorded_by=by,
            state="ended",
            ended_at=at,
            ended_how="done",
            head_hash=chain.GENESIS,
        )
        OrderLine.objects.create(order=order, listing_id=complaint.listing_id, complaint=complaint, released_at=at)
        trace.write(order, "received", by="operator", at=at, now=now, case=complaint.number, ordered=event)
    return order


def stop(
    listing: Listing, *, words: str, language: str, basis: str, by: Person | None, at: datetime, now: datetime
) -> Order:
    """Record that screening takes one listing down, and have it carried out. `by` None: software decided.

    `words`: facts and reasons in `language`, which the seller reads. `basis`: a clause of our rules.
    """
    number = _number("screening", at)
    with transaction.atomic():
        order = Order.objects.create(
            number=number,
            source="screening",
            kind="restrict",
            marketplace=listing.marketplace,
            basis=basis,
            words=seal(subject=f"order:{number}", text=words),
            language=language,
            measure="remove",
            received_at=at,
            at=at,
            recorded_at=now,
            recorded_by=by,
            head_hash=chain.GENESIS,
        )
        line = OrderLine.objects.create(order=order, listing=listing, measure=order.measure)
        trace.write(
            order, "decided", by="operator" if by else "platform", at=at, now=now, kind="restrict", lines=1,
            words=order.words.digest,
        )  # fmt: skip
        _have_done([line], now=now)
        enqueue("tell_order", str(order.pk), run_at=now)
    return order


@transaction.atomic
def confirm(order_id: int, *, by: Person, at: datetime, now: datetime) -> Order:
    """A person has looked at what software decided, and it stands. Raises OrderEnded."""
    order = _in_force(order_id)
    trace.write(order, "confirmed", by="operator", at=at, now=now, person=by.pk)
    return order


def _write(received: Received, checked: Checked, *, by: Person, at: datetime, now: datetime, key: str | None) -> Order:
    number = _number(received.source, at)
    return Order.objects.create(
        number=number,
        source=received.source,
        kind=received.kind,
        marketplace=received.marketplace,
        authority=received.authority.strip(),
        country=received.country,
        basis=received.basis.strip(),
        reference=received.reference.strip(),
        contact_email=received.contact_email.strip(),
        language=received.language,
        words=seal(subject=f"order:{number}", text=received.words.strip()),
        file=received.file,
        measure=received.measure if received.kind == "restrict" else "",
        countries=list(checked.countries),
        until=received.until if received.kind == "restrict" else None,
        received_at=received.received_at,
        at=at,
        recorded_at=now,
        recorded_by=by,
        head_hash=chain.GENESIS,
        key=key,
    )


def _number(source: str, at: datetime) -> str:
    series = f"{SERIES[source]}-{at.year}"
    return f"{series}-{next_numbers(series)[0]:06d}"


def _write_lines(order: Order, received: Received, checked: Checked) -> list[OrderLine]:
    if checked.seller is not None:
        lines = [OrderLine(order=order, seller=checked.seller, measure=order.measure)]
    else:
        lines = [OrderLine(order=order, listing=row, measure=order.measure) for row in _listings(order, checked)]
    return OrderLine.objects.bulk_create(lines)


def _listings(order: Order, checked: Checked) -> list[Listing]:
    """The rows of the listings, made where the marketplace showed none: an order about what is gone stands for its return."""
    items = {line.item_id: line.url for line in checked.taken}
    rows = [Listing(marketplace=order.marketplace, kind="listing", item_id=i, url=url) for i, url in items.items()]
    Listing.objects.bulk_create(rows, ignore_conflicts=True)
    known = Listing.objects.filter(marketplace=order.marketplace, kind="listing", item_id__in=list(items))
    return sorted(known, key=lambda row: list(items).index(row.item_id))


def _have_done(lines: Iterable[OrderLine], *, now: datetime) -> None:
    lines = list(lines)
    enqueue_many([("enforce", str(line.listing_id), {}) for line in lines if line.listing_id], run_at=now)
    enqueue_many([("enforce_shop", str(line.seller_id), {}) for line in lines if line.seller_id], run_at=now)


# --- an order to restore --------------------------------------------------------------------------------------------------


def _restore(order: Order, lines: list[OrderLine], *, by: Person, at: datetime, now: datetime) -> None:
    for line in lines:
        for complaint_id in _asking(line):
            _order_up(order, complaint_id, at=at)
    own = Order.objects.filter(source__in=OWN, state="in_force", lines__in=_same_things(lines)).distinct()
    for decision in list(own):
        set_aside(decision.pk, by=by, at=at, now=now)


def _asking(line: OrderLine) -> list[int]:
    """The cases that ask something of this listing; a shop's own measures come from orders alone."""
    if line.listing_id is None:
        return []
    cases = Complaint.objects.filter(listing_id=line.listing_id).exclude(ask="nothing")
    return list(cases.values_list("pk", flat=True))


def _same_things(lines: list[OrderLine]) -> QuerySet[OrderLine]:
    same = Q(listing__in=[line.listing_id for line in lines if line.listing_id])
    same |= Q(seller__in=[line.seller_id for line in lines if line.seller_id])
    return OrderLine.objects.filter(same, released_at=None)


def _order_up(order: Order, complaint_id: int, *, at: datetime) -> None:
    held = hold([complaint_id])[0]
    if "ordered_up" in permitted_events(held.procedure, held.case, "operator"):
        data = {"order": order.number, "words": order.words.digest}
        reasons = Reasons((on_case.GROUND,), {}, order.words_id)
        act([complaint_id], "ordered_up", by="operator", at=max(at, held.case.at), data=data, reasons=reasons)


# --- its end --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_aside(order_id: int, *, by: Person, at: datetime, now: datetime) -> Order:
    """The order was lifted, or the decision taken back: what it asked is released. Raises OrderEnded."""
    order = _in_force(order_id)
    return _end(order, "set_aside", by="operator", at=at, now=now)


@transaction.atomic
def mended(order_id: int, *, at: datetime, now: datetime) -> Order:
    """What screening found is no longer in the listing, as its marketplace shows it: what was asked is released. It had been
    right, so it is not set aside. Raises OrderEnded."""
    order = _in_force(order_id)
    return _end(order, "mended", by="platform", at=at, now=now)


@transaction.atomic
def answer(order_id: int, *, text: str, by: Person, at: datetime, now: datetime) -> Order:
    """The information that was ordered has been given; `text` says which, and is kept sealed. Raises OrderEnded."""
    order = _in_force(order_id)
    if order.kind != "inform":
        raise OrderEnded("this order asks for no information")
    least = Defect("order_answer", "answer")
    if not text.strip():
        raise OrderDefective(Checked((least,)))
    order.answer = seal(subject=f"order:{order.number}", text=text.strip())
    order.save(update_fields=["answer"])
    return _end(order, "answered", by="operator", at=at, now=now, words=order.answer.digest)


def expire(*, at: datetime, now: datetime) -> int:
    """Record the end of every order whose time is up; returns how many. Each ended at its own instant."""
    due = Order.objects.filter(state="in_force", until__lte=at).order_by("until").values_list("pk", flat=True)
    ended = 0
    for pk in list(due[:500]):
        with transaction.atomic():
            order = Order.objects.select_for_update(of=("self",)).get(pk=pk)
            if order.state == "in_force" and order.until is not None:
                _end(order, "expired", by="clock", at=order.until, now=now)
                ended += 1
    return ended


def release_shop(order: Order, seller_id: int, *, at: datetime, now: datetime) -> None:
    """Release what a decision lays on one shop and its listings; with nothing left the decision has ended.

    The order is locked by whoever calls.
    """
    if order.state != "in_force":
        return
    lines = order.lines.filter(Q(seller=seller_id) | Q(listing__seller=seller_id), released_at=None)
    ids = list(lines.values_list("pk", flat=True))
    OrderLine.objects.filter(pk__in=ids).update(released_at=at)
    _have_done(OrderLine.objects.filter(pk__in=ids), now=now)
    if not order.lines.filter(released_at=None).exists():
        _end(order, "set_aside", by="operator", at=at, now=now)


def _in_force(order_id: int) -> Order:
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    if order.state != "in_force":
        raise OrderEnded("this order has ended already")
    return order


def _end(order: Order, event: str, *, by: str, at: datetime, now: datetime, **data: str | int) -> Order:
    order.state, order.ended_at = "ended", at
    order.ended_how = {"answered": "done"}.get(event, event)
    order.save(update_fields=["state", "ended_at", "ended_how"])
    trace.write(order, event, by=by, at=at, now=now, **data)
    lines = list(order.lines.filter(released_at=None))
    order.lines.filter(released_at=None).update(released_at=at)
    _have_done(lines, now=now)
    enqueue("tell_order", str(order.pk), run_at=now)
    return order


# --- what it asks, and what came of it ------------------------------------------------------------------------------------


def asked_of_listing(listing_id: int, *, at: datetime) -> list[Upon]:
    """What orders in force ask of this listing at `at`."""
    lines = OrderLine.objects.filter(_live(at), listing_id=listing_id).exclude(measure="").select_related("order")
    return [Upon(line.measure, tuple(line.order.countries)) for line in lines]


def asked_of_shop(seller_id: int, *, at: datetime) -> set[str]:
    """The measures that orders in force ask of this shop at `at`."""
    lines = OrderLine.objects.filter(_live(at), seller_id=seller_id, measure__in=SHOP_MEASURES)
    return set(lines.values_list("measure", flat=True))


def _live(at: datetime) -> Q:
    return Q(released_at=None) & (Q(order__until=None) | Q(order__until__gt=at))


def note_effect(
    *, listing_id: int | None = None, seller_id: int | None = None, stands: str, at: datetime, now: datetime
) -> None:
    """The marketplace has confirmed how a listing or a shop stands: orders upon it have taken effect, once."""
    waiting = OrderLine.objects.filter(effect_at=None, released_at=None, order__kind__in=("restrict", "restore"))
    mine = waiting.filter(listing_id=listing_id) if listing_id else waiting.filter(seller_id=seller_id)
    for order_id in list(mine.values_list("order_id", flat=True).distinct()):
        with transaction.atomic():
            order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
            done = mine.filter(order=order).update(effect_at=at, effect=stands)
            if done and not order.lines.filter(effect_at=None).exists():
                trace.write(order, "carried_out", by="marketplace", at=at, now=now, stands=stands)
                _finish(order, at)
                enqueue("tell_order", str(order.pk), run_at=now)


def _finish(order: Order, at: datetime) -> None:
    """An order to restore has nothing left to hold once it was carried out."""
    if order.kind == "restore" and order.state == "in_force":
        order.lines.filter(released_at=None).update(released_at=at)
        order.state, order.ended_at, order.ended_how = "ended", at, "done"
        order.save(update_fields=["state", "ended_at", "ended_how"])
