"""How does a guest come back to a report? By the link of a mail, then by a code sent to the address the report came from.

Rule 1: the link says which notice and opens nothing by itself. Rule 2: a link whose time is over is renewed by a code; one its
owner ended is worth nothing. Rule 3: of link and code only digests are kept. Rule 4: whoever asks for a link by address gets
the same answer whether anything came from it or not. Rule 5: all times here are real time.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.complaints.models import GuestLink, Notice
from countermark.apps.parties import codes
from countermark.apps.parties.codes import LinkGone, TooManyCodes, token_digest
from countermark.connectors.mail import MailFailed
from countermark.core import catalogue

log = logging.getLogger("countermark.guests")
SHOWN = 5  # the newest reports a mail leads to


def make_link(notice: Notice, *, now: datetime) -> str:
    """A new token that leads to this notice; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    keep_link(notice, token, now=now)
    return token


def keep_link(notice: Notice, token: str, *, now: datetime) -> str:
    """The address of the page `token` leads to; the token's digest is kept the first time."""
    GuestLink.objects.get_or_create(
        token_digest=token_digest(token),
        defaults={"notice": notice, "created_at": now, "expires_at": now + _days()},
    )
    return url_of(token)


def url_of(token: str) -> str:
    return f"{settings.BASE_URL}{reverse('guest:track', args=[token])}"


def _days() -> timedelta:
    return timedelta(days=catalogue.load().number("guest_link_days"))


def open_link(token: str) -> GuestLink:
    """The link of this token, also one whose time is over. LinkGone when there is none, or its owner ended it."""
    rows = GuestLink.objects.select_related("notice__marketplace", "notice__statement__key")
    theirs = {"revoked_at": None, "opens": False, "notice__filer_role": "guest"}
    found = rows.filter(token_digest=token_digest(token), **theirs).first()
    if found is None:
        raise LinkGone("there is no such link, or it was ended")
    return found


def send_code(link: GuestLink, *, now: datetime) -> None:
    """Send a new code to the address the report came from. Raises TooManyCodes or CodeNotSent."""
    notice = link.notice
    if not codes.spend(f"guest-code:{codes.key_of(notice.filer_email.lower())}", "guest_codes_an_hour", now):
        raise TooManyCodes("this address was sent as many codes as an hour allows")
    with translation.override(codes.spoken(notice.language)):
        not_you = gettext(
            "You did not open the link yourself? Then somebody else has our earlier mail; "
            "without this code it opens nothing. Do not pass the code on."
        )
        codes.mail_code(link, notice.filer_email, codes.make(link, now=now), not_you)


def check_code(link: GuestLink, typed: str, *, now: datetime) -> Notice:
    """The notice, once, for the right code; the link is good for its full time again. Raises CodeWrong or CodeDead."""
    codes.take(link, typed, now=now)
    GuestLink.objects.filter(pk=link.pk).update(expires_at=now + _days())
    return link.notice


def end_links(notice: Notice, *, now: datetime) -> int:
    """End every link to this notice; returns how many were open. A new one can be asked for by address."""
    return GuestLink.objects.filter(notice=notice, revoked_at=None).update(revoked_at=now, code_digest="")


def request_links(address: str, *, now: datetime) -> None:
    """Mail a link to each of the newest reports of this address, or say that there is none. Says nothing to whoever asks."""
    address = address.strip()
    if not codes.spend(f"guest-link:{codes.key_of(address.lower())}", "guest_links_an_hour", now):
        return
    found = Notice.objects.filter(filer_role="guest", filer_email__iexact=address).order_by("-pk")
    notices = list(found.select_related("marketplace")[:SHOWN])
    try:
        _mail_links(notices, now) if notices else _mail_nothing_known(address)
    except MailFailed as failed:
        log.warning("guest.link_not_sent code=%s", failed.code)


def _mail_links(notices: list[Notice], now: datetime) -> None:
    with translation.override(codes.spoken(notices[0].language)):
        codes.mail(
            notices[0].filer_email,
            gettext("The way to your reports"),
            gettext("You asked for the way to what you reported. Open a link; we then send a code to this address:"),
            *(f"{notice.number}\n{url_of(make_link(notice, now=now))}" for notice in notices),
            gettext("You did not ask for it? Then you need not do anything: the link opens nothing without the code."),
        )


def _mail_nothing_known(address: str) -> None:
    codes.mail(
        address,
        gettext("Nothing was reported from this address"),
        gettext(
            "Somebody, probably you, asked for the way to what was reported from this address without an account. "
            "Nothing was."
        ),
        gettext("If you used another address, ask with that one. If it was not you, ignore this mail."),
    )
