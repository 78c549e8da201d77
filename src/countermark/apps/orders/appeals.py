"""A shop's appeal against a decision of our own (M-… of people, S-… of screening): free, answered by another person
(DSA art. 20).

Rule 1: what a court or an authority ordered is appealed there; what was taken back is nothing to appeal. Each shop appeals a
decision once. Rule 2: the months count from the day its letter arrived; whoever was not told yet has all the time.
Rule 3: an appeal touches nothing while it is open. Granted, what the decision lays on this shop and its listings is released;
what it lays on others stays. Rule 4: whoever decided does not decide the appeal. The answer goes to the shop with its reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from countermark.apps.decisions.appeal_selectors import LAW_CALENDAR
from countermark.apps.decisions.appeals import AppealDecided, AppealDefective, answer_defects, filing_defects
from countermark.apps.decisions.services import DecisionDefective
from countermark.apps.orders import services, trace
from countermark.apps.orders.models import OWN, Order, OrderAppeal
from countermark.apps.parties.models import Marketplace, Person, Seller
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import seal
from countermark.apps.work.services import calendar_in_force, calendars_for
from countermark.core import appeal as rules
from countermark.core import catalogue, procedure_loader
from countermark.core.calendar import Clock, Due, explain

READ_BY_SHOPS = ("restrict", "restore")  # of information that is asked for the authority tells, of a case the case does


class Standing(NamedTuple):
    """Where a shop stands with a decision: it may appeal, until when (None: not told yet), or why not; what it filed."""

    may: bool
    due: Due | None
    refused: rules.AppealRefused | None
    filed: OrderAppeal | None


# --- what a shop can read -------------------------------------------------------------------------------------------------


def orders_about(seller_ids: list[int] | tuple[int, ...]) -> QuerySet[Order]:
    """The orders and decisions that touch these shops or their listings, the newest first."""
    mine = Q(lines__seller__in=seller_ids) | Q(lines__listing__seller__in=seller_ids)
    rows = Order.objects.filter(mine, kind__in=READ_BY_SHOPS).select_related("marketplace", "words__key")
    return rows.distinct().order_by("-pk")


def shops_in(order: Order, seller_ids: list[int] | tuple[int, ...]) -> list[Seller]:
    """Those of these shops that the order touches."""
    lines = order.lines.filter(Q(seller__in=seller_ids) | Q(listing__seller__in=seller_ids))
    found = {pk for pair in lines.values_list("seller_id", "listing__seller_id") for pk in pair if pk}
    return list(Seller.objects.filter(pk__in=found & set(seller_ids)).select_related("marketplace").order_by("pk"))


def standing(order: Order, seller: Seller, *, at: datetime) -> Standing:
    """What this shop can do against this order at `at`."""
    related = ("words__key", "answer__key", "decided_by")
    rows = OrderAppeal.objects.filter(order=order, seller=seller).select_related(*related)
    filed = rows.prefetch_related("files").first()
    try:
        return Standing(True, _may_appeal(order, seller, filed, at), None, filed)
    except rules.AppealRefused as refused:
        return Standing(False, None, refused, filed)


def _may_appeal(order: Order, seller: Seller, filed: OrderAppeal | None, at: datetime) -> Due | None:
    if filed is not None:
        raise rules.AppealedBefore("this shop has appealed this decision")
    if order.source not in OWN or order.kind != "restrict":
        raise rules.NotOurs("ordered", order.source)
    if order.ended_how == "set_aside":
        raise rules.NothingLost("the decision was taken back")
    told = order.letters.filter(seller=seller, what="told").values_list("delivered_at", flat=True).first()
    due = rules.until(_window(order.marketplace), told)
    if due is not None and at >= due.due_at:
        raise rules.TimeIsOver(due)
    return due


def _window(place: Marketplace) -> rules.Window:
    """The months of the law that binds at this marketplace, by its calendar; else our own, by that of the place of sale."""
    laws = [procedure_loader.load_duties(duty) for duty in place.duties]
    amount, by_law = rules.window_months(laws, catalogue.load().number("appeal_months"))
    if by_law:
        return rules.months(amount, calendar_in_force(LAW_CALENDAR))
    return rules.months(amount, calendars_for(place.calendar)["marketplace"], ZoneInfo(place.zone))


def our_due(place: Marketplace, filed_at: datetime) -> Due:
    """Until when we want to have answered, by the days of the place of sale."""
    clock = Clock(catalogue.load().number("appeal_days"), "calendar")
    return explain(clock, calendars_for(place.calendar)["marketplace"], filed_at, ZoneInfo(place.zone))


# --- filing ---------------------------------------------------------------------------------------------------------------


def file_appeal(
    *,
    order: Order,
    seller: Seller,
    words: str,
    files: Sequence[StoredFile] = (),
    by: Person | None,
    at: datetime,
    now: datetime,
    key: str,
) -> OrderAppeal:
    """Appeal the decision for this shop, with papers. A replay with the same `key` answers the same appeal.

    Raises decisions.appeals.AppealDefective and the refusals of core.appeal; then nothing was filed.
    """
    if missing := filing_defects(words, len(files)):
        raise AppealDefective(missing)
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("marketplace").get(pk=order.pk)
        stands = standing(order, seller, at=at)
        if stands.filed is not None and stands.filed.key == key:
            return stands.filed
        if stands.refused is not None:
            raise stands.refused
        appeal = OrderAppeal.objects.create(
            order=order,
            seller=seller,
            filed_by=by,
            words=seal(subject=f"seller:{seller.pk}", text=words.strip()),
            filed_at=at,
            due_at=our_due(order.marketplace, at).due_at,
            key=key,
        )
        appeal.files.set(files)
        trace.write(order, "appealed", by="seller", at=at, now=now, seller=seller.pk, words=appeal.words.digest)
        enqueue("tell_order", str(order.pk), run_at=now)
    return appeal


def may_read_file(file: StoredFile, *, seller_ids: Sequence[int] = (), **others: object) -> bool:
    """Whether a file came with an appeal of these shops. Staff and whoever sent it in are asked elsewhere."""
    return OrderAppeal.objects.filter(files=file, seller__in=list(seller_ids)).exists()


def came_about(file: StoredFile, marketplace_id: int) -> bool:
    """Whether a file came with an appeal against a decision at this marketplace: for staff of one place."""
    return OrderAppeal.objects.filter(files=file, order__marketplace=marketplace_id).exists()


# --- deciding -------------------------------------------------------------------------------------------------------------


def waiting() -> QuerySet[OrderAppeal]:
    """The appeals that wait for an answer, those due first in front."""
    return _whole().filter(decided_at=None).order_by("due_at", "pk")


def decided() -> QuerySet[OrderAppeal]:
    """The appeals that were answered, the newest first."""
    return _whole().exclude(decided_at=None).order_by("-decided_at", "-pk")


def find(pk: int) -> OrderAppeal | None:
    """One appeal with what was said in it."""
    related = ("words__key", "answer__key", "order__words__key", "filed_by")
    return _whole().select_related(*related).prefetch_related("files").filter(pk=pk).first()


def matching(rows: QuerySet[OrderAppeal], q: str) -> QuerySet[OrderAppeal]:
    """Those whose decision's number, or whose shop, or whose marketplace holds these letters."""
    if not q:
        return rows
    places = Q(seller__marketplace__name__icontains=q) | Q(seller__marketplace__slug=q)
    return rows.filter(Q(order__number__icontains=q) | Q(seller__name__icontains=q) | Q(seller__ref=q) | places)


def _whole() -> QuerySet[OrderAppeal]:
    related = ("order__marketplace", "order__recorded_by", "seller__marketplace", "decided_by")
    return OrderAppeal.objects.select_related(*related)


def decide_appeal(*, appeal_id: int, granted: bool, words: str, by: Person, at: datetime, now: datetime) -> OrderAppeal:
    """Grant an appeal, or not, with reasons. A second click finds the first.

    Raises core.appeal.SameReviewer, DecisionDefective, AppealDecided; then nothing was decided.
    """
    if missing := answer_defects(words.strip()):
        raise DecisionDefective(missing)
    with transaction.atomic():
        order_id = OrderAppeal.objects.values_list("order_id", flat=True).get(pk=appeal_id)
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
        appeal = OrderAppeal.objects.select_related("decided_by").get(pk=appeal_id)
        rules.must_be_another(by.pk, trace.people_of(order))
        if appeal.decided_at is not None:
            return _decided_before(appeal, granted, by)
        appeal.answer = seal(subject=f"order:{order.number}", text=words.strip())
        appeal.granted, appeal.decided_by, appeal.decided_at = granted, by, max(at, appeal.filed_at)
        appeal.save()
        _take_effect(order, appeal, now)
    return appeal


def _decided_before(appeal: OrderAppeal, granted: bool, by: Person) -> OrderAppeal:
    if (appeal.decided_by_id, appeal.granted) != (by.pk, granted):
        raise AppealDecided(appeal)
    return appeal


def _take_effect(order: Order, appeal: OrderAppeal, now: datetime) -> None:
    assert appeal.decided_at is not None and appeal.answer is not None
    event = "appeal_won" if appeal.granted else "appeal_lost"
    codes = {"seller": appeal.seller_id, "words": appeal.answer.digest}
    trace.write(order, event, by="operator", at=appeal.decided_at, now=now, **codes)
    if appeal.granted:
        services.release_shop(order, appeal.seller_id, at=appeal.decided_at, now=now)
    enqueue("tell_order", str(order.pk), run_at=now)
