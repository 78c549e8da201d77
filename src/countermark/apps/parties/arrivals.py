"""How does a seller without an account come to its case? By the link of a mail, then by a code sent to its own address.

Rule 1: the link says which shop and which notice, and opens nothing by itself; the code shows that the mailbox is still the
seller's. Rule 2: of link and code only digests are kept. Rule 3: whoever asks for a new link by address gets the same answer
whether the address is known or not, and a mail in both cases. Rule 4: all times here are real time, never case time.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import unicodedata
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from countermark.apps.parties.models import Seller, SignInLink
from countermark.connectors.mail import Mail, MailFailed
from countermark.core import catalogue

log = logging.getLogger("countermark.arrivals")
HOUR = timedelta(hours=1)


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
    """This shop was sent as many codes as an hour allows."""

    code = "too_many_codes"
    http_status_hint = 429


class CodeNotSent(ArrivalRefused):
    """The mail server did not take the letter, or no address is known. No code is open now."""

    code = "code_not_sent"
    http_status_hint = 503


# --- the link ---------------------------------------------------------------------------------------------------------


def make_link(seller: Seller, notice_number: str, at: datetime) -> str:
    """A new token that leads this shop to this notice for some months from `at` (real time); only its digest is kept."""
    token = secrets.token_urlsafe(32)
    days = timedelta(days=catalogue.load().number("seller_link_days"))
    SignInLink.objects.create(
        token_digest=token_digest(token),
        seller=seller,
        notice_number=notice_number,
        created_at=at,
        expires_at=at + days,
    )
    return token


def token_digest(token: str) -> str:
    """How a token is kept: hex SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_link(token: str, *, now: datetime) -> SignInLink:
    """The link of this token. LinkGone when there is none, or it is too old."""
    found = SignInLink.objects.select_related("seller__marketplace").filter(token_digest=token_digest(token)).first()
    if found is None or found.expires_at <= now:
        raise LinkGone("there is no such link, or its time is over")
    return found


def request_link(address: str, *, now: datetime) -> None:
    """Mail a link to every shop of this address, or say to the address that it has none. Says nothing to whoever asks."""
    address = address.strip()
    if not _spend(f"seller-link:{_key(address.lower())}", "seller_links_an_hour", now):
        return
    sellers = list(Seller.objects.filter(email__iexact=address).select_related("marketplace").order_by("pk"))
    try:
        for seller in sellers:
            _mail_link(seller, make_link(seller, _last_notice(seller), now))
        if not sellers:
            _mail_nothing_known(address)
    except MailFailed as failed:
        log.warning("link.not_sent code=%s", failed.code)


def _last_notice(seller: Seller) -> str:
    """The notice the newest link led to; "" leads to all cases of the shop."""
    newest = seller.links.order_by("-created_at", "-pk").values_list("notice_number", flat=True).first()
    return newest or ""


# --- the code ---------------------------------------------------------------------------------------------------------


def code_is_out(link: SignInLink, *, now: datetime) -> bool:
    """Whether a code was sent that can still be entered."""
    sent_at, tries = link.code_sent_at, catalogue.load().number("seller_code_tries")
    return bool(link.code_digest) and sent_at is not None and sent_at > _oldest(now) and link.tries < tries


def send_code(link: SignInLink, *, now: datetime) -> None:
    """Send a new code to the seller's own address; an earlier one is worth nothing from now on.

    Raises TooManyCodes or CodeNotSent.
    """
    if not _spend(f"seller-code:{link.seller_id}", "seller_codes_an_hour", now):
        raise TooManyCodes("this shop was sent as many codes as an hour allows")
    digits = catalogue.load().number("seller_code_digits")
    code = f"{secrets.randbelow(10**digits):0{digits}}"
    link.code_digest, link.code_sent_at, link.tries = _code_digest(link, code), now, 0
    link.save(update_fields=["code_digest", "code_sent_at", "tries"])
    try:
        _mail_code(link.seller, code)
    except MailFailed as failed:
        SignInLink.objects.filter(pk=link.pk).update(code_digest="")
        raise CodeNotSent("the mail server did not take the letter") from failed


def check_code(link: SignInLink, typed: str, *, now: datetime) -> Seller:
    """The shop, once, for the right code. Raises CodeWrong or CodeDead; every try counts, also of two at once."""
    most = catalogue.load().number("seller_code_tries")
    open_code = SignInLink.objects.filter(pk=link.pk, tries__lt=most, code_sent_at__gt=_oldest(now))
    if not open_code.exclude(code_digest="").update(tries=F("tries") + 1):
        raise CodeDead("no code is open; ask for a new one")
    link.refresh_from_db(fields=["code_digest", "tries"])
    wanted, given = link.code_digest, _code_digest(link, _digits_of(typed))
    if not constant_time_compare(wanted, given):
        raise CodeWrong(max(most - link.tries, 0)) if link.tries < most else CodeDead("that was the last try")
    if not SignInLink.objects.filter(pk=link.pk, code_digest=wanted).update(code_digest="", tries=0):
        raise CodeDead("the code was used a moment ago")
    return link.seller


def _oldest(now: datetime) -> datetime:
    return now - timedelta(minutes=catalogue.load().number("seller_code_minutes"))


def _code_digest(link: SignInLink, code: str) -> str:
    """A code of six digits can be tried out against a plain digest; without SECRET_KEY it cannot be against this one."""
    return salted_hmac("countermark.arrivals.code", f"{link.pk}:{code}", algorithm="sha256").hexdigest()


def _digits_of(typed: str) -> str:
    """What was typed without blanks and dashes; the wide digits of Chinese keyboards are digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdigit())


def _spend(key: str, number: str, now: datetime) -> bool:
    """Whether one more is within what an hour allows; then it is counted."""
    spent = [stamp for stamp in cache.get(key, []) if stamp > (now - HOUR).timestamp()]
    if len(spent) >= catalogue.load().number(number):
        return False
    cache.set(key, [*spent, now.timestamp()], HOUR.total_seconds())
    return True


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def masked(address: str) -> str:
    """An address its owner recognises and nobody else learns: m…n@lantern.example."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…{local[-1:] if len(local) > 1 else ''}@{domain}" if local else ""


# --- the mails --------------------------------------------------------------------------------------------------------


def _mail_code(seller: Seller, code: str) -> None:
    if not seller.email:
        raise CodeNotSent("no address is known for this shop")
    minutes = catalogue.load().number("seller_code_minutes")
    with translation.override(_language(seller)):
        _send(
            seller.email,
            gettext("%(code)s is your code for Countermark") % {"code": code},
            gettext("Enter this code on the page you have open:"),
            f"    {code}",
            gettext("It is good for %(minutes)s minutes and can be used once.") % {"minutes": minutes},
            gettext(
                "You did not open the link yourself? Then somebody else has our earlier mail; "
                "without this code it opens nothing. Do not pass the code on."
            ),
        )


def _mail_link(seller: Seller, token: str) -> None:
    with translation.override(_language(seller)):
        _send(
            seller.email,
            gettext("The way to your cases at %(place)s") % {"place": seller.marketplace.name},
            gettext(
                "You asked for the way to the cases of %(shop)s. Open this link; we then send a code to this address:"
            )
            % {"shop": seller.name},
            f"{settings.BASE_URL}{reverse('seller:arrive', args=[token])}",
            gettext("You did not ask for it? Then you need not do anything: the link opens nothing without the code."),
        )


def _mail_nothing_known(address: str) -> None:
    _send(
        address,
        gettext("No shop is known under this address"),
        gettext(
            "Somebody, probably you, asked for the way to the cases of a shop. "
            "No shop is registered with this address at the marketplaces we work for."
        ),
        gettext("If you sell there, try the address you use at the marketplace. If it was not you, ignore this mail."),
    )


def _send(to: str, subject: str, *paragraphs: str) -> None:
    host = urlsplit(settings.BASE_URL).hostname
    language = translation.get_language() or settings.LANGUAGE_CODE
    mail = Mail(to, subject, "\n\n".join(paragraphs) + "\n", f"<{secrets.token_hex(16)}@{host}>", language)
    import_string(settings.MAILER_FACTORY)().send(mail)


def _language(seller: Seller) -> str:
    try:
        return translation.get_supported_language_variant((seller.language or settings.LANGUAGE_CODE).lower())
    except LookupError:
        return settings.LANGUAGE_CODE
