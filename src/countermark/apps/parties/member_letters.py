"""Who is written to when somebody comes to act for an account, is given another role there, or no longer acts for it?

Rule 1: the account's own address and its other admins always, and whom it is about unless they did it themselves. Rule 2: at
least once, each letter under a Message-ID of its own that stays the same when it is sent again. Rule 3: after a restore nothing
is told of what happened before it: it may have been told since the backup.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext

from countermark.apps.parties import post
from countermark.apps.parties.codes import spoken
from countermark.apps.parties.models import HolderEvent, Person
from countermark.apps.work.models import Restoration
from countermark.connectors.mail import Mail

log = logging.getLogger("countermark.accounts")


class Reader(NamedTuple):
    """Who reads a letter, and whether it is about them."""

    address: str
    language: str
    is_about: bool = False


def tell(event_id: int, *, now: datetime) -> int:
    """Write about one event to whom it concerns; how many letters were taken. Raises TryLater while a server is away."""
    event = HolderEvent.objects.select_related("holder", "person", "by").get(pk=event_id)
    if event.told_at is not None:
        return 0
    if Restoration.objects.filter(restored_at__gt=event.at).exists():
        log.warning("member_letter.held event=%s", event.pk)
        return 0
    taken = sum(post.sent(_mail(event, n, reader)) for n, reader in enumerate(_readers(event)))
    HolderEvent.objects.filter(pk=event.pk, told_at=None).update(told_at=now)
    return taken


def _readers(event: HolderEvent) -> Iterator[Reader]:
    """Everybody who is told, each address once."""
    about = [] if event.person is None or event.person == event.by else [event.person]
    admins = Person.objects.filter(memberships__holder=event.holder, memberships__role="admin", is_active=True)
    others = admins.exclude(Q(pk=event.person_id) | Q(pk=event.by_id)).order_by("pk")
    seen = {""} | ({event.person.email.lower()} if event.person and not about else set())
    for reader in (
        *(Reader(who.email, who.language or event.holder.language, True) for who in about),
        Reader(event.holder.contact_email, event.holder.language),
        *(Reader(who.email, who.language or event.holder.language) for who in others),
    ):
        if reader.address.lower() not in seen:
            seen.add(reader.address.lower())
            yield reader


def _mail(event: HolderEvent, n: int, reader: Reader) -> Mail:
    host, language = urlsplit(settings.BASE_URL).hostname, spoken(reader.language)
    with translation.override(language):
        subject, *paragraphs = _to_them(event) if reader.is_about else _to_the_account(event)
    return Mail(reader.address, subject, "\n\n".join(paragraphs) + "\n", f"<member-{event.pk}-{n}@{host}>", language)


def _said(event: HolderEvent) -> dict[str, str]:
    roles = {
        "admin": pgettext("of an account", "admin"),
        "filer": pgettext("of an account", "filer"),
        "viewer": pgettext("of an account", "viewer"),
    }
    about = {"name": str(event.person or ""), "address": event.person.email if event.person else ""}
    return {**about, "account": event.holder.name, "role": roles.get(str(event.data.get("role")), "")}


def _to_them(event: HolderEvent) -> tuple[str, ...]:
    """Subject, and what changed for whoever it is about."""
    said = _said(event)
    if event.event == "member.role_given":
        return (
            gettext("You are %(role)s of %(account)s now") % said,
            gettext("What you may do for %(account)s has changed: you are %(role)s now.") % said,
            gettext("What that means, and who decides about it, stands here:"),
            _page(),
        )
    return (
        gettext("You no longer act for %(account)s") % said,
        gettext("An admin of %(account)s has let you go. You and your API keys open nothing of it any more.") % said,
        gettext("Cases you filed go on. Was it a mistake? Another admin of the account can invite you again."),
    )


def _to_the_account(event: HolderEvent) -> tuple[str, ...]:
    """Subject, what changed, where it stands, and what to do if it was not meant so."""
    said = _said(event)
    if event.event == "member.joined":
        subject = gettext("%(name)s now acts for %(account)s") % said
        what = gettext("%(name)s (%(address)s) took an invitation and is %(role)s of %(account)s now.") % said
    elif event.event == "member.role_given":
        subject = gettext("Another role at %(account)s") % said
        what = gettext("%(name)s (%(address)s) is %(role)s of %(account)s now.") % said
    else:
        subject = gettext("%(name)s no longer acts for %(account)s") % said
        what = gettext("%(name)s (%(address)s) no longer acts for %(account)s.") % said
    where = gettext("Who acts for the account stands here, and its admins change it:")
    return (
        subject,
        what,
        where,
        _page(),
        gettext("Was it not meant so, and you cannot change it there? Write to us at once."),
    )


def _page() -> str:
    return f"{settings.BASE_URL}{reverse('holder:members')}"
