"""Is what a marketplace sends of its listings screened too? New and changed ones are, by a worker, with their pictures.

Rule 1: what was kept is screened: the promise is made in the transaction that keeps it. Rule 2: pictures are fetched only where
pictures are looked for at all, politely, and never from private addresses but the marketplace's own; what cannot be fetched or
read keeps nothing up: the words are screened without it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import modes, services
from countermark.apps.screening.engine import is_installed
from countermark.apps.screening.lines import Line, Shown
from countermark.apps.screening.models import Picture
from countermark.apps.screening.replaying import line_of
from countermark.apps.work.jobs import enqueue_many
from countermark.connectors.fetch import FetchError

log = logging.getLogger("countermark.screening")
JOB = "screen_pushed"
AT_ONCE = 50  # listings a job
PICTURES = 4  # of a listing: what buyers see first
ASKING = 4  # pictures fetched at a time


def promise(marketplace: Marketplace, listing_ids: Sequence[int], *, now: datetime) -> None:
    """Have these listings screened, where anything is looked for at this place of sale."""
    if not listing_ids or not is_installed() or not modes.is_on(marketplace.pk):
        return
    pieces = [list(listing_ids[start : start + AT_ONCE]) for start in range(0, len(listing_ids), AT_ONCE)]
    enqueue_many([(JOB, _key(piece), {"listings": piece}) for piece in pieces], run_at=now)


def _key(piece: Sequence[int]) -> str:
    return hashlib.sha256(",".join(map(str, piece)).encode()).hexdigest()[:40]


def screen(listing_ids: Sequence[int], *, at: datetime, now: datetime) -> int:
    """Screen listings as they were sent last; returns in how many something was found. Raises engine.ScreeningUnavailable."""
    rows = Listing.objects.filter(pk__in=listing_ids, kind="listing").exclude(pushed=None)
    found = 0
    by_place: dict[Marketplace, list[Listing]] = {}
    for listing in rows.select_related("marketplace", "seller", "pushed").order_by("pk"):
        by_place.setdefault(listing.marketplace, []).append(listing)
    for place, listings in by_place.items():
        answers = services.screen(place, _lines(place, listings), at=at, now=now)
        found += sum(answer.finding is not None for answer in answers)
    return found


def _lines(place: Marketplace, listings: Iterable[Listing]) -> list[Line]:
    lines = [line_of(listing) for listing in listings]
    looked_for = modes.modes_of(place.pk)
    if "off" == looked_for["pictures"] == looked_for["stay_down"] or not Picture.objects.filter(live=True).exists():
        return lines
    urls = {line.item_id: listing.pushed.images[:PICTURES] for line, listing in zip(lines, listings, strict=True)}
    got = _fetched(place, dict.fromkeys(url for several in urls.values() for url in several))
    return [
        replace(line, pictures=tuple(_shown(url, got.get(url, b"")) for url in urls[line.item_id])) for line in lines
    ]


def _shown(url: str, content: bytes) -> Shown:
    return Shown(url, content=content, sha256=hashlib.sha256(content).hexdigest() if content else "")


def _fetched(place: Marketplace, urls: Iterable[str]) -> dict[str, bytes]:
    """The bytes at each address; an address that cannot be had is left out."""
    fetch = import_string(settings.PICTURES_FACTORY)(place.base_url)

    def one(url: str) -> tuple[str, bytes]:
        try:
            return url, fetch(url)
        except FetchError as fault:
            log.info("screening.picture_not_fetched place=%s code=%s", place.slug, fault.code)
            return url, b""

    with ThreadPoolExecutor(ASKING) as pool:
        return {url: content for url, content in pool.map(one, urls) if content}
