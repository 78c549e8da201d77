"""How does a seller without an account come to its case? By the link of a mail, then by a code sent to its own address.

Rule 1: the link says which shop and which notice, and opens nothing by itself; the code shows that the mailbox is still the
seller's. Rule 2: of link and code only digests are kept. Rule 3: whoever asks for a new link by address gets the same answer
whether the address is known or not, and a mail in both cases. Rule 4: all times here are real time, never case time.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.parties import codes
from countermark.apps.parties.codes import (
    ArrivalRefused,
    CodeDead,
    CodeNotSent,
    CodeWrong,
    LinkGone,
    TooManyCodes,
    masked,
    token_digest,
)
from countermark.apps.parties.models import Seller, SignInLink
from countermark.connectors.mail import MailFailed
from countermark.core import catalogue

__all__ = [
    "ArrivalRefused", "CodeDead", "CodeNotSent", "CodeWrong", "LinkGone", "TooManyCodes", "check_code", "code_is_out",
    "make_link", "masked", "open_link", "request_link", "send_code", "token_digest",
]  # fmt: skip
log = logging.getLogger("countermark.arrivals")


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


def open_link(token: str, *, now: datetime) -> SignInLink:
    """The link of this token. LinkGone when there is none, or it is too old."""
    found = SignInLink.objects.select_related("seller__marketplace").filter(token_digest=token_digest(token)).first()
    if found is None or found.expires_at <= now:
        raise LinkGone("there is no such link, or its time is over")
    return found


def request_link(address: str, *, now: datetime) -> None:
    """Mail a link to every shop of this address, or say to the address that it has none. Says nothing to whoever asks."""
    address = address.strip()
    if not codes.spend(f"seller-link:{codes.key_of(address.lower())}", "seller_links_an_hour", now):
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
    return codes.is_out(link, now=now)


def send_code(link: SignInLink, *, now: datetime) -> None:
    """Send a new code to the seller's own address; an earlier one is worth nothing from now on.

    Raises TooManyCodes or CodeNotSent.
    """
    if not codes.spend(f"seller-code:{link.seller_id}", "seller_codes_an_hour", now):
        raise TooManyCodes("this shop was sent as many codes as an hour allows")
    code, seller = codes.make(link, now=now), link.seller
    if not seller.email:
        codes.forget(link)
        raise CodeNotSent("no address is known for this shop")
    with translation.override(codes.spoken(seller.language)):
        not_you = gettext(
            "You did not open the link yourself? Then somebody else has our earlier mail; "
            "without this code it opens nothing. Do not pass the code on."
        )
        codes.mail_code(link, seller.email, code, not_you)


def check_code(link: SignInLink, typed: str, *, now: datetime) -> Seller:
    """The shop, once, for the right code. Raises CodeWrong or CodeDead; every try counts, also of two at once."""
    return codes.take(link, typed, now=now).seller


# --- the mails --------------------------------------------------------------------------------------------------------


def _mail_link(seller: Seller, token: str) -> None:
    with translation.override(codes.spoken(seller.language)):
        codes.mail(
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
    codes.mail(
        address,
        gettext("No shop is known under this address"),
        gettext(
            "Somebody, probably you, asked for the way to the cases of a shop. "
            "No shop is registered with this address at the marketplaces we work for."
        ),
        gettext("If you sell there, try the address you use at the marketplace. If it was not you, ignore this mail."),
    )
