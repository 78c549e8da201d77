"""The letters about an order: to the authority its receipt and what was done, to the shop what and why (DSA art. 9 and 17).

Rule 1: a letter is written once, for its order, its reader and its occasion. Rule 2: it is sent at least once, under one
Message-ID.
Rule 3: a letter without an address, or one that came back for good, is an operator's task; the receipt can be printed.
"""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from countermark.apps.orders import trace, wording
from countermark.apps.orders.models import EARLY, Order, OrderAppeal, OrderLetter
from countermark.apps.parties.codes import token_digest
from countermark.apps.parties.models import Person, Seller, SignInLink
from countermark.apps.work.jobs import TryLater, enqueue_many
from countermark.connectors.mail import Mail, MailFailed
from countermark.core import catalogue

log = logging.getLogger("countermark.orders")


@transaction.atomic
def tell(order_id: int, *, at: datetime, now: datetime) -> int:
    """Write the letters that this order calls for now and that were not written yet; returns how many."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    letters = [letter for letter in _due(order, at) if not _is_written(letter)]
    made = OrderLetter.objects.bulk_create(letters)
    enqueue_many([("deliver_order", str(one.pk), {}) for one in made if one.address], run_at=now)
    return len(made)


def _due(order: Order, at: datetime) -> Iterator[OrderLetter]:
    if order.kind == "case":
        return  # its parties are told by the case
    if order.source == "authority":
        yield _letter(order, "receipt", None, order.contact_email, at)
        if _is_carried_out(order):
            yield _letter(order, "effect", None, order.contact_email, at)
        if order.ended_how in EARLY:
            yield _letter(order, "ended", None, order.contact_email, at)
    if order.kind == "inform":
        return  # art. 10(5): the recipient is told by whom and when the authority says; an operator does it
    appeals = {appeal.seller_id: appeal for appeal in order.appeals.all()}
    for seller in sellers_of(order):
        for what in _due_to_shop(order, appeals.get(seller.pk)):
            yield _letter(order, what, seller, seller.email, at)


def _due_to_shop(order: Order, appeal: OrderAppeal | None) -> Iterator[str]:
    """What this shop is told; one that won its appeal reads there that it has ended."""
    yield "told"
    if appeal is not None:
        yield "appeal"
    if appeal is not None and appeal.decided_at is not None:
        yield "answer"
    if order.ended_how in EARLY and not (appeal and appeal.granted):
        yield "ended"


def _is_carried_out(order: Order) -> bool:
    if order.kind == "inform":
        return order.ended_how == "done"
    return not order.lines.filter(effect_at=None).exists()


def sellers_of(order: Order) -> QuerySet[Seller]:
    """The shops this order touches."""
    ids = order.lines.values_list("seller_id", "listing__seller_id")
    return Seller.objects.filter(pk__in={pk for pair in ids for pk in pair if pk}).order_by("pk")


def _is_written(letter: OrderLetter) -> bool:
    return OrderLetter.objects.filter(order=letter.order, seller=letter.seller, what=letter.what).exists()


def _letter(order: Order, what: str, seller: Seller | None, address: str, at: datetime) -> OrderLetter:
    mail_id = f"<{order.number}.{what}.{secrets.token_hex(12)}@{urlsplit(settings.BASE_URL).hostname}>"
    failed = {} if address else {"failed_at": at, "answer": "no address is known"}
    return OrderLetter(order=order, what=what, seller=seller, address=address, mail_id=mail_id, created_at=at, **failed)


def send(letter_id: int, *, at: datetime, now: datetime) -> bool:
    """Hand one letter to the mail server; whether it was taken over. Raises TryLater when it was not, for now."""
    letter = OrderLetter.objects.select_related("order__marketplace", "seller").get(pk=letter_id)
    if letter.delivered_at or letter.failed_at or not letter.address:
        return False
    OrderLetter.objects.filter(pk=letter_id).update(attempts=F("attempts") + 1, tried_at=now)
    try:
        receipt = import_string(settings.MAILER_FACTORY)().send(mail_of(letter, now=now))
    except MailFailed as failed:
        OrderLetter.objects.filter(pk=letter_id).update(
            answer=f"{failed.code} {failed.text}"[:300], failed_at=at if failed.permanent else None
        )
        if not failed.permanent:
            raise TryLater(str(failed)) from failed
        log.warning("order_letter.failed letter=%s code=%s", letter_id, failed.code)
        return False
    _taken_over(letter, f"{receipt.code} {receipt.text}"[:300], at, now)
    return True


def had_gone_out(letter_id: int, *, answer: str, at: datetime, now: datetime) -> None:
    """An operator says that a mail server had taken this letter over; it counts from `at` (case time)."""
    _taken_over(OrderLetter.objects.get(pk=letter_id), answer, at, now)


@transaction.atomic
def _taken_over(letter: OrderLetter, answer: str, at: datetime, now: datetime) -> None:
    mine = OrderLetter.objects.filter(pk=letter.pk, delivered_at=None)
    if not mine.update(delivered_at=at, answer=answer):
        return
    order = Order.objects.select_for_update(of=("self",)).get(pk=letter.order_id)
    event = "told" if letter.seller_id else "receipt"
    trace.write(order, event, by="platform", at=at, now=now, what=letter.what, letter=letter.pk)


def mail_of(letter: OrderLetter, *, now: datetime) -> Mail:
    """The letter in its reader's language; `now` (real time) dates the link in it."""
    language = language_of(letter)
    with translation.override(language):
        said = wording.letter(letter, link_of(letter, now=now))
        html = render_to_string("mail/order.html", {"letter": said, "language": language})
    return Mail(letter.address, said.subject, wording.as_text(said), letter.mail_id, language, html)


def link_of(letter: OrderLetter, *, now: datetime) -> str:
    """Where a shop reads the measure and appeals: signed, opens after a code, the same for every try; "" for an authority."""
    if letter.seller is None:
        return ""
    mac = salted_hmac("countermark.orders.seller_link", letter.mail_id, algorithm="sha256").digest()
    token = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    days = timedelta(days=catalogue.load().number("seller_link_days"))
    given = {"seller": letter.seller, "notice_number": letter.order.number, "created_at": now, "expires_at": now + days}
    SignInLink.objects.get_or_create(token_digest=token_digest(token), defaults=given)
    return f"{settings.BASE_URL}{reverse('seller:arrive', args=[token])}"


@transaction.atomic
def handed_over(order: Order, letter_id: int, *, by: Person, at: datetime, now: datetime) -> bool:
    """An operator gave a letter that did not arrive to its reader another way; whether there was one to give."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    failed = order.letters.filter(delivered_at=None).exclude(failed_at=None)
    mine = failed.filter(pk=letter_id)
    letter = mine.select_for_update(of=("self",)).first()
    if letter is None:
        return False
    mine.update(delivered_at=at, answer="handed over by the desk")
    event = "told" if letter.seller_id else "receipt"
    trace.write(order, event, by="operator", at=at, now=now, what=letter.what, letter=letter.pk, person=by.pk)
    return True


def send_again(letters: QuerySet[OrderLetter], *, now: datetime) -> int:
    """Send these once more, of those that came back for good and have an address; returns how many."""
    back = letters.filter(delivered_at=None).exclude(failed_at=None).exclude(address="")
    ids = list(back.values_list("pk", flat=True))
    OrderLetter.objects.filter(pk__in=ids).update(failed_at=None, answer="")
    enqueue_many([("deliver_order", str(pk), {}) for pk in ids], run_at=now)
    return len(ids)


def not_arrived() -> QuerySet[OrderLetter]:
    """The letters that came back for good, or had no address, and that nobody has handed over."""
    return OrderLetter.objects.filter(delivered_at=None).exclude(failed_at=None).select_related("order", "seller")


def language_of(letter: OrderLetter) -> str:
    """The order's own language for the authority, the shop's for the shop; always one of settings.LANGUAGES."""
    wished = letter.seller.language if letter.seller else letter.order.language
    try:
        return translation.get_supported_language_variant(wished.lower())
    except LookupError:
        return settings.LANGUAGE_CODE
