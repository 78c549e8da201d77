"""How does somebody without an account show that an e-mail address is theirs? By the code that was sent to it.

Rule 1: of a code only a digest is kept, and a new code makes the earlier one worthless. Rule 2: every try counts, also of two
at once, and a code works once. Rule 3: how often anything may be asked for an hour is counted for every process together,
under a digest of what is counted: no address and no name of a computer stands in the store. Rule 4: all times are real time.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from countermark.apps.parties.models import Coded
from countermark.connectors.mail import Mail, MailFailed
from countermark.core import catalogue

log = logging.getLogger("countermark.codes")
HOUR = timedelta(hours=1)
Row = TypeVar("Row", bound=Coded)


class ArrivalRefused(Exception):
    """Nobody was let in. The page says the way out of each `code`."""

    code = "arrival_refused"
    http_status_hint = 422


class LinkGone(ArrivalRefused):
    """There is no such link, or its time is over."""

    code = "link_gone"
    http_status_hint = 410


class CodeWrong(ArrivalRefused):
    """Another code was sent; `left` tries remain for it."""

    code = "code_wrong"

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"another code was sent; {left} tries are left")


class CodeDead(ArrivalRefused):
    """The code is too old, used, or was guessed at too often; a new one is needed."""

    code = "code_dead"


class TooManyCodes(ArrivalRefused):
    """As many codes were sent as an hour allows."""

    code = "too_many_codes"
    http_status_hint = 429


class CodeNotSent(ArrivalRefused):
    """The mail server did not take the letter, or no address is known. No code is open now."""

    code = "code_not_sent"
    http_status_hint = 503


# --- the code ---------------------------------------------------------------------------------------------------------


def is_out(row: Coded, *, now: datetime) -> bool:
    """Whether a code was sent that can still be entered."""
    sent_at, tries = row.code_sent_at, catalogue.load().number("seller_code_tries")
    return bool(row.code_digest) and sent_at is not None and sent_at > oldest(now) and row.tries < tries


def make(row: Coded, *, now: datetime) -> str:
    """A new code for this row, kept by its digest; an earlier one is worth nothing from now on."""
    digits = catalogue.load().number("seller_code_digits")
    code = f"{secrets.randbelow(10**digits):0{digits}}"
    row.code_digest, row.code_sent_at, row.tries = _digest(row, code), now, 0
    row.save(update_fields=["code_digest", "code_sent_at", "tries"])
    return code


def forget(row: Coded) -> None:
    """The code could not be sent: none is open."""
    type(row)._default_manager.filter(pk=row.pk).update(code_digest="")


def take(row: Row, typed: str, *, now: datetime) -> Row:
    """The row, once, for the right code. Raises CodeWrong or CodeDead; every try counts, also of two at once."""
    most, rows = catalogue.load().number("seller_code_tries"), type(row)._default_manager
    open_code = rows.filter(pk=row.pk, tries__lt=most, code_sent_at__gt=oldest(now))
    if not open_code.exclude(code_digest="").update(tries=F("tries") + 1):
        raise CodeDead("no code is open; ask for a new one")
    row.refresh_from_db(fields=["code_digest", "tries"])
    wanted, given = row.code_digest, _digest(row, digits_of(typed))
    if not constant_time_compare(wanted, given):
        raise CodeWrong(max(most - row.tries, 0)) if row.tries < most else CodeDead("that was the last try")
    if not rows.filter(pk=row.pk, code_digest=wanted).update(code_digest="", tries=0):
        raise CodeDead("the code was used a moment ago")
    return row


def oldest(now: datetime) -> datetime:
    """When a code must have been sent to be good at `now`."""
    return now - timedelta(minutes=catalogue.load().number("seller_code_minutes"))


def _digest(row: Coded, code: str) -> str:
    """A code of six digits can be tried out against a plain digest; without SECRET_KEY it cannot be against this one."""
    salt = f"countermark.codes.{row._meta.model_name}"
    return salted_hmac(salt, f"{row.pk}:{row.code_for}:{code}", algorithm="sha256").hexdigest()


def digits_of(typed: str) -> str:
    """What was typed without blanks and dashes; the wide digits of Chinese keyboards are digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdigit())


# --- how often --------------------------------------------------------------------------------------------------------


def spend(key: str, number: str, now: datetime) -> bool:
    """Whether one more is within what an hour allows by `number` of the policy; then it is counted."""
    spent = [stamp for stamp in cache.get(key, []) if stamp > (now - HOUR).timestamp()]
    if len(spent) >= catalogue.load().number(number):
        return False
    cache.set(key, [*spent, now.timestamp()], HOUR.total_seconds())
    return True


def key_of(text: str) -> str:
    """A digest of what is counted."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def token_digest(token: str) -> str:
    """How a token is kept: hex SHA-256."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def masked(address: str) -> str:
    """An address its owner recognises and nobody else learns: m…n@lantern.example."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…{local[-1:] if len(local) > 1 else ''}@{domain}" if local else ""


# --- the mails --------------------------------------------------------------------------------------------------------


def mail_code(row: Coded, to: str, code: str, *about: str) -> None:
    """The code in the active language. Raises CodeNotSent; then no code is open."""
    minutes = catalogue.load().number("seller_code_minutes")
    try:
        mail(
            to,
            gettext("%(code)s is your code for Countermark") % {"code": code},
            gettext("Enter this code on the page you have open:"),
            f"    {code}",
            gettext("It is good for %(minutes)s minutes and can be used once.") % {"minutes": minutes},
            *about,
        )
    except MailFailed as failed:
        forget(row)
        raise CodeNotSent("the mail server did not take the letter") from failed


def mail(to: str, subject: str, *paragraphs: str) -> None:
    """A short letter, sent at once. Raises MailFailed."""
    host = urlsplit(settings.BASE_URL).hostname
    language = translation.get_language() or settings.LANGUAGE_CODE
    letter = Mail(to, subject, "\n\n".join(paragraphs) + "\n", f"<{secrets.token_hex(16)}@{host}>", language)
    import_string(settings.MAILER_FACTORY)().send(letter)


def spoken(tag: str) -> str:
    """The language of ours for whoever reads `tag`; the usual one where there is none."""
    try:
        return translation.get_supported_language_variant((tag or settings.LANGUAGE_CODE).lower())
    except LookupError:
        return settings.LANGUAGE_CODE
