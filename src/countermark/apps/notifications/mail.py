"""A message as mail: the letter in the language of whoever reads it, plain text first, with a link straight to the case.

A seller's link, and a guest's, is signed and opens the case after a code sent to the same address; only its digest is kept.
It is derived from the delivery, so that a letter sent twice carries the same link.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from countermark.apps.complaints.guest_links import keep_link
from countermark.apps.notifications import wording
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.parties.arrivals import token_digest
from countermark.apps.parties.models import SignInLink
from countermark.connectors.mail import Mail
from countermark.core import catalogue


def mail_of(delivery: Delivery, *, at: datetime, now: datetime) -> Mail:
    """The letter of this delivery as it stands at `at` (case time); `now` (real time) dates the link in it."""
    message = delivery.message
    language = language_of(delivery)
    with translation.override(language):
        letter = wording.letter(message, at=at)
        link = link_of(delivery, now=now)
        text = as_text(letter, link, message)
        html = render_to_string(
            "mail/message.html",
            {"letter": letter, "link": link, "foot": foot(message), "language": language, "label": door_label(message)},
        )
    return Mail(delivery.address, letter.subject, text, delivery.mail_id, language, html)


def language_of(delivery: Delivery) -> str:
    """The language the reader of this delivery reads, always one of settings.LANGUAGES."""
    message = delivery.message
    notice = message.notice
    wished = [notice.language]
    if message.party == "seller":
        wished = [message.seller.language] if message.seller else []
    elif message.holder is not None:
        person = notice.filed_by
        own = [person.language] if person is not None and person.email == delivery.address else []
        wished = [*own, message.holder.language]
    return next((code for tag in wished if tag and (code := _spoken(tag))), settings.LANGUAGE_CODE)


def _spoken(tag: str) -> str:
    """The language of ours that serves a reader of `tag` ("zh-Hans", "zh-CN", "en-GB"); "" when there is none."""
    try:
        return translation.get_supported_language_variant(tag.lower())
    except LookupError:
        return ""


# --- the link -------------------------------------------------------------------------------------------------------------


def link_of(delivery: Delivery, *, now: datetime) -> str:
    """Where the reader goes from here."""
    message = delivery.message
    if message.party == "seller":
        return sign_in_link(delivery, now=now)
    if message.holder is None:
        return keep_link(message.notice, token_of(delivery), now=now)
    return f"{settings.BASE_URL}{reverse('holder:notice', args=[message.notice.number])}"


def sign_in_link(delivery: Delivery, *, now: datetime) -> str:
    """The seller's link, kept by its digest the first time; "" when nobody knows whose shop it is."""
    message = delivery.message
    if message.seller is None:
        return ""
    token = token_of(delivery)
    days = timedelta(days=catalogue.load().number("seller_link_days"))
    SignInLink.objects.get_or_create(
        token_digest=token_digest(token),
        defaults={
            "seller": message.seller,
            "notice_number": message.notice.number,
            "created_at": now,
            "expires_at": now + days,
        },
    )
    return f"{settings.BASE_URL}{reverse('seller:arrive', args=[token])}"


def token_of(delivery: Delivery) -> str:
    """43 characters for a URL, the same for every attempt of one delivery, known to nobody without SECRET_KEY."""
    mac = salted_hmac("countermark.notifications.seller_link", delivery.mail_id, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


# --- the text -------------------------------------------------------------------------------------------------------------


def as_text(letter: wording.Letter, link: str, message: Message) -> str:
    """The letter as plain text."""
    blocks = [letter.greeting, "\n".join(letter.about), *(_group(group) for group in letter.groups)]
    if link:
        blocks.append(f"{door_label(message)}\n{link}")
    blocks.append(f"-- \n{foot(message)}")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _group(group: wording.Group) -> str:
    return "\n".join(_group_lines(group))


def _group_lines(group: wording.Group) -> Iterable[str]:
    yield from group.happened
    if group.why:
        yield group.why
    yield group.stands
    yield from group.to_do
    for number, title in group.cases:
        yield f"  {number}  {title}"


def door_label(message: Message) -> str:
    """What stands before the link."""
    if message.party == "seller":
        return gettext("See the case and answer, without signing up; we send a code to this address:")
    if message.holder is None:
        return gettext("Follow your report, without an account; we send a code to this address:")
    return gettext("See the notice:")


def foot(message: Message) -> str:
    """Who writes, and that nobody reads replies."""
    return gettext(
        "Countermark, for %(place)s. Replies to this mail are not read; what you write on the page is part of the case."
    ) % {"place": message.notice.marketplace.name}
