"""Who is written to when somebody comes to act for a shop, or no longer does? The marketplace's address for it, above all.

Whoever took a link that was meant for somebody else is found out by whom it was taken from: the address the marketplace knows is
always told. Rule 1: at least once, each letter under a Message-ID of its own that stays the same when it is sent again. Rule 2:
after a restore nothing is told of what happened before it: it may have been told since the backup.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.parties import post
from countermark.apps.parties.codes import spoken
from countermark.apps.parties.models import Person, ShopEvent
from countermark.apps.work.models import Restoration
from countermark.connectors.mail import Mail

log = logging.getLogger("countermark.shops")


def tell(event_id: int, *, now: datetime) -> int:
    """Write about one event to whom it concerns; how many letters were taken. Raises TryLater while a server is away."""
    event = ShopEvent.objects.select_related("seller__marketplace", "person", "by").get(pk=event_id)
    if event.told_at is not None:
        return 0
    if Restoration.objects.filter(restored_at__gt=event.at).exists():
        log.warning("shop_letter.held event=%s", event.pk)
        return 0
    taken = sum(post.sent(_mail(event, n, address, language)) for n, (address, language) in enumerate(_readers(event)))
    ShopEvent.objects.filter(pk=event.pk, told_at=None).update(told_at=now)
    return taken


def _readers(event: ShopEvent) -> Iterator[tuple[str, str]]:
    """Address and language of everybody who is told, each address once: the shop, whom it is about, the shop's other admins."""
    seen = {""}
    people = [] if event.person is None or event.person == event.by else [event.person]
    admins = Person.objects.filter(shop_memberships__seller=event.seller, shop_memberships__role="admin")
    others = admins.exclude(Q(pk=event.person_id) | Q(pk=event.by_id)).order_by("pk")
    for address, language in (
        (event.seller.email, event.seller.language), *((who.email, who.language) for who in (*people, *others))
    ):  # fmt: skip
        if address.lower() not in seen:
            seen.add(address.lower())
            yield address, language


def _mail(event: ShopEvent, n: int, address: str, language: str) -> Mail:
    host = urlsplit(settings.BASE_URL).hostname
    with translation.override(spoken(language)):
        subject, *paragraphs = _words(event)
    return Mail(address, subject, "\n\n".join(paragraphs) + "\n", f"<shop-{event.pk}-{n}@{host}>", spoken(language))


def _words(event: ShopEvent) -> tuple[str, ...]:
    """Subject, what happened, what to do if it was not meant so."""
    shop = {"shop": event.seller.name, "place": event.seller.marketplace.name}
    who = {**shop, "name": str(event.person), "address": event.person.email if event.person else ""}
    page = f"{settings.BASE_URL}{reverse('seller:people', args=[event.seller_id])}"
    if event.event == "person.joined":
        subject = gettext("%(name)s now acts for %(shop)s") % who
        what = gettext("%(name)s (%(address)s) now reads and answers complaints for %(shop)s at %(place)s.") % who
    elif event.event == "role.given":
        subject = gettext("Who decides about %(shop)s") % who
        what = (
            gettext("%(name)s (%(address)s) is admin of %(shop)s at %(place)s now and says who else acts for it.") % who
            if event.data.get("role") == "admin"
            else gettext("%(name)s (%(address)s) acts for %(shop)s at %(place)s and is no longer its admin.") % who
        )
    else:
        subject = gettext("%(name)s no longer acts for %(shop)s") % who
        what = gettext("%(name)s (%(address)s) no longer acts for %(shop)s at %(place)s.") % who
    where = gettext("Who acts for the shop stands here, and admins of the shop change it:")
    not_you = gettext("This was not meant so, and you cannot change it there? Tell %(place)s at once.") % shop
    return subject, what, where, page, not_you
