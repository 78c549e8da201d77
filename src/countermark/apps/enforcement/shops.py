"""A shop bears what orders and the operator's decisions lay on it, and nobody is believed to have done it before saying so.

The rules are those of `services` for listings: computed under a lock from what asks for it now, asked outside any transaction by
reference until confirmed, counted before the call, by hand where there is no connector or the marketplace does not offer it,
looked at again and mended when it drifted. Each measure on a shop is asked and lifted by itself. What a marketplace says it
cannot undo is an operator's: a closed shop may be opened again as a new one, its closure is not unmade.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from countermark.apps.enforcement.models import ShopMeasure
from countermark.apps.enforcement.services import LOOK_AFTER, NOT_OFFERED, NoOpenMeasure
from countermark.apps.listings.shops import shop_of
from countermark.apps.orders.services import asked_of_shop, note_effect
from countermark.apps.parties.models import Seller
from countermark.apps.work.jobs import TryLater, enqueue
from countermark.connectors import marketplace as port
from countermark.core import measures

log = logging.getLogger("countermark.enforcement")

CANNOT_UNDO = "the marketplace says that this cannot be undone"
NO_SUCH_SHOP = "the marketplace does not know this seller"


def enforce_shop(seller_id: int, *, at: datetime, now: datetime) -> None:
    """Bring the shop to what is asked of it: one attempt for each measure. Raises TryLater when one was not confirmed."""
    late: TryLater | None = None
    for measure in _wanted(seller_id, at):
        if measure.by_hand:
            continue
        try:
            _ask(measure, at, now)
        except TryLater as later:
            late = later
    _tell(seller_id, at, now)
    if late is not None:
        raise late


def look_at_shop(seller_id: int, *, at: datetime, now: datetime) -> None:
    """See what lies on the shop, and set right what is not as it was confirmed."""
    seller = Seller.objects.select_related("marketplace").get(pk=seller_id)
    shop = shop_of(seller.marketplace)
    if shop is None or not _confirmed_on(seller):
        return
    before = _pulse(seller)
    try:
        lies = {measure.value for measure in shop.shop_state(port.SellerRef(seller.ref)).measures}
        shown = {measure.value for measure in shop.offers().shop_measures}
    except port.SellerGone:
        return
    except port.MarketplaceError as error:
        raise TryLater(str(error), getattr(error, "retry_after", None)) from error
    with transaction.atomic():
        seller = _locked(seller_id)
        if _pulse(seller) != before:
            return
        ShopMeasure.objects.filter(seller=seller).exclude(confirmed_at=None).update(seen_at=at)
        wanted = asked_of_shop(seller_id, at=at)
        for name in sorted((_confirmed_on(seller) & wanted & shown) - lies):
            _write(seller, name, on=True, at=at, drifted=True)
    enforce_shop(seller_id, at=at, now=now)


def confirm_shop_by_hand(measure_id: int, *, by: Any, at: datetime, now: datetime) -> None:
    """An operator did it at the marketplace and says so. Raises NoOpenMeasure."""
    measure = ShopMeasure.objects.get(pk=measure_id)
    with transaction.atomic():
        seller = _locked(measure.seller_id)
        if not _confirm(measure, at):
            raise NoOpenMeasure("this measure is no longer open; look at the shop again")
    log.info("shop_measure.confirmed_by_hand measure=%s by=%s", measure_id, by.pk)
    _tell(seller.pk, at, now)


def try_shop_again(measure_id: int, *, now: datetime) -> None:
    """An operator's button: ask the marketplace once more."""
    measure = ShopMeasure.objects.select_related("seller__marketplace").get(pk=measure_id)
    ShopMeasure.objects.filter(pk=measure_id, confirmed_at=None).update(by_hand=_by_hand(measure.seller))
    enqueue("enforce_shop", str(measure.seller_id), run_at=now)


# --- what must be ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def _wanted(seller_id: int, at: datetime) -> list[ShopMeasure]:
    """The measures to ask for now, written where they are new."""
    seller = _locked(seller_id)
    asked = asked_of_shop(seller_id, at=at)
    for row in list(_open(seller)):
        if row.on != (row.measure in asked):
            ShopMeasure.objects.filter(pk=row.pk).update(superseded=True)
    for step in measures.shop_steps(_lies(seller), asked):
        if not _open(seller).filter(measure=step.measure).exists():
            _write(seller, step.measure, on=step.act == "apply", at=at)
    return list(_open(seller).select_related("seller__marketplace").order_by("pk"))


def _open(seller: Seller) -> Any:
    return ShopMeasure.objects.filter(seller=seller, confirmed_at=None, superseded=False)


def _lies(seller: Seller) -> set[str]:
    """What was confirmed, and what may lie there although nobody said so: an attempt that was overtaken may have acted."""
    lies = _confirmed_on(seller)
    for row in seller.measures.filter(Q(attempts__gt=0) | Q(by_hand=True), superseded=True, on=True):
        newest = seller.measures.filter(measure=row.measure).exclude(confirmed_at=None).order_by("-pk").first()
        if newest is None or newest.pk < row.pk:
            lies.add(row.measure)
    return lies


def _confirmed_on(seller: Seller) -> set[str]:
    """The measures whose newest confirmation says that they lie on the shop."""
    rows = ShopMeasure.objects.filter(seller=seller).exclude(confirmed_at=None).order_by("pk")
    newest = dict(rows.values_list("measure", "on"))
    return {measure for measure, on in newest.items() if on}


def _write(seller: Seller, measure: str, *, on: bool, at: datetime, drifted: bool = False) -> ShopMeasure:
    reference = f"cm-s{seller.pk}-{secrets.token_hex(8)}"
    return ShopMeasure.objects.create(
        seller=seller,
        measure=measure,
        on=on,
        reference=reference,
        asked_at=at,
        by_hand=_by_hand(seller),
        drifted=drifted,
    )


def _by_hand(seller: Seller) -> bool:
    return seller.marketplace.connector == "none"


def _locked(seller_id: int) -> Seller:
    return Seller.objects.select_for_update(of=("self",)).select_related("marketplace").get(pk=seller_id)


def _pulse(seller: Seller) -> list[Any]:
    rows = ShopMeasure.objects.filter(seller=seller).order_by("pk")
    return list(rows.values_list("pk", "attempts", "confirmed_at", "superseded"))


# --- asking the marketplace -----------------------------------------------------------------------------------------------


def _ask(measure: ShopMeasure, at: datetime, now: datetime) -> None:
    mine = ShopMeasure.objects.filter(pk=measure.pk, confirmed_at=None, superseded=False)
    if not mine.update(attempts=F("attempts") + 1, tried_at=now):
        return
    try:
        answer = _call(measure)
    except port.SellerGone:
        answer = NO_SUCH_SHOP
    except port.MarketplaceRefused as refused:
        answer = _refused(measure, refused, at)
    except (port.MarketplaceUnavailable, ImproperlyConfigured) as fault:
        mine.update(answer=str(fault)[:300])
        raise TryLater(str(fault), getattr(fault, "retry_after", None)) from fault
    if isinstance(answer, str):
        mine.update(by_hand=True, answer=answer[:300])
        log.warning("shop_measure.by_hand measure=%s", measure.pk)
        return
    _answered(measure, answer, at, now)


def _call(measure: ShopMeasure) -> port.ShopStanding | str:
    """What lies on the shop after the call, or why an operator has to do it."""
    seller, word = measure.seller, port.ShopMeasure(measure.measure)
    shop = shop_of(seller.marketplace)
    if shop is None:
        raise ImproperlyConfigured(f"{seller.marketplace} has lost its connector; name it again")
    offers, ref = shop.offers(), port.SellerRef(seller.ref)
    if word not in offers.shop_measures:
        return NOT_OFFERED
    if not measure.on:
        return CANNOT_UNDO if word in offers.cannot_undo else shop.reverse_shop(word, ref, reference=measure.reference)
    why = f"{settings.BASE_URL}{reverse('seller:ask')}"
    return shop.apply_to_shop(word, ref, reference=measure.reference, reason_url=why)


def _refused(measure: ShopMeasure, refused: port.MarketplaceRefused, at: datetime) -> str:
    """What is final is the operator's; a used reference is replaced, a closed door is tried again."""
    if refused.code in ("not_accepted", "cannot_be_undone"):
        return str(refused)
    if refused.code == "reference_reused":
        _ask_anew(measure, str(refused), at)
    else:
        ShopMeasure.objects.filter(pk=measure.pk).update(answer=str(refused)[:300])
    raise TryLater(str(refused)) from refused


def _answered(measure: ShopMeasure, standing: port.ShopStanding, at: datetime, now: datetime) -> None:
    """An answer that shows the contrary is no confirmation: it is asked anew."""
    if (measure.measure in standing.measures) != measure.on:
        _ask_anew(measure, "answered that it is not done", at)
        raise TryLater("the marketplace answered that what was asked of the shop is not done")
    with transaction.atomic():
        seller = _locked(measure.seller_id)
        if _confirm(measure, at):
            log.info("shop_measure.confirmed measure=%s what=%s on=%s", measure.pk, measure.measure, measure.on)
            enqueue("look_shop", str(seller.pk), run_at=now + (LOOK_AFTER if measure.on else timedelta()))


def _confirm(measure: ShopMeasure, at: datetime) -> bool:
    mine = ShopMeasure.objects.filter(pk=measure.pk, confirmed_at=None, superseded=False)
    return bool(mine.update(confirmed_at=at, confirmed_state="on" if measure.on else "off"))


@transaction.atomic
def _ask_anew(measure: ShopMeasure, answer: str, at: datetime) -> None:
    seller = _locked(measure.seller_id)
    mine = ShopMeasure.objects.filter(pk=measure.pk, confirmed_at=None, superseded=False)
    if mine.update(superseded=True, answer=answer[:300]):
        _write(seller, measure.measure, on=measure.on, at=at)


def _tell(seller_id: int, at: datetime, now: datetime) -> None:
    """Orders upon the shop have taken effect once everything asked of it is confirmed."""
    seller = Seller.objects.get(pk=seller_id)
    if not _open(seller).exists() and asked_of_shop(seller_id, at=at) == _confirmed_on(seller):
        stands = ",".join(sorted(_confirmed_on(seller)))[:20] or "free"
        note_effect(seller_id=seller_id, stands=stands, at=at, now=now)
