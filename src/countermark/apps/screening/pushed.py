"""Is what a marketplace sends of its listings screened too? New and changed ones are, by a worker, with their pictures.

Rule 1: what was kept is screened: the promise is made in the transaction that keeps it. Rule 2: pictures are fetched only where
pictures are looked for at all, politely, and never from private addresses but the marketplace's own; what cannot be fetched or
read keeps nothing up: the words are screened without it. Rule 3: what was found before in a listing that is another now, is past
(`mended`); where a picture was found, all of its pictures are looked at for that.
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

from countermark.apps.listings.models import Listing, PushedListing
from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import mended, modes, services
from countermark.apps.screening.engine import is_installed
from countermark.apps.screening.lines import Line, Shown
from countermark.apps.screening.models import Picture
from countermark.apps.screening.replaying import line_of
from countermark.apps.work.jobs import enqueue_many
from countermark.connectors.fetch import FetchError
from countermark.core import catalogue

log = logging.getLogger("countermark.screening")
JOB = "screen_pushed"
AT_ONCE = 50  # listings a job
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
    """Screen listings as they were sent last, and end what is past in them; returns in how many something was found.

    Raises engine.ScreeningUnavailable.
    """
    rows = Listing.objects.filter(pk__in=listing_ids, kind="listing").exclude(pushed=None)
    by_place: dict[Marketplace, list[Listing]] = {}
    for listing in rows.select_related("marketplace", "seller", "pushed").order_by("pk"):
        by_place.setdefault(listing.marketplace, []).append(listing)
    return sum(_screened(place, listings, at, now) for place, listings in by_place.items())


def _screened(place: Marketplace, listings: Sequence[Listing], at: datetime, now: datetime) -> int:
    mended.gone([one.pk for one in listings if one.pushed.state in mended.GONE], at=at, now=now)
    offered = [one for one in listings if one.pushed.state not in mended.GONE]
    lines = _lines(place, offered)
    answers = services.screen(place, [_first(line) for line in lines], at=at, now=now) if lines else []
    found = [mended.Now(*one, answer.finding) for *one, answer in zip(offered, lines, answers, strict=True)]
    newer = _sent_since(offered)
    mended.settle([one for one in found if one.listing.pk not in newer], at=at, now=now)
    promise(place, sorted(newer), now=now)
    return sum(one.finding is not None for one in found)


def _first(line: Line) -> Line:
    """The line with the pictures that are looked at of every listing; what more was fetched says only what is past."""
    return replace(line, pictures=line.pictures[: catalogue.load().number("screen_pictures")])


def _sent_since(listings: Iterable[Listing]) -> set[int]:
    """Those that came anew while they were looked at: what was read of them says nothing of what they are now."""
    read = {one.pk: one.pushed.digest for one in listings}
    now = PushedListing.objects.filter(pk__in=read).values_list("pk", "digest")
    return {pk for pk, digest in now if read[pk] != digest}


def _lines(place: Marketplace, listings: Sequence[Listing]) -> list[Line]:
    lines = [line_of(listing) for listing in listings]
    if not pictures_are_looked_for(place):
        return lines
    whole, few = mended.by_pictures([one.pk for one in listings]), catalogue.load().number("screen_pictures")
    urls = [one.pushed.images[: None if one.pk in whole else few] for one in listings]
    return with_pictures(place, lines, urls)


def pictures_are_looked_for(place: Marketplace) -> bool:
    """Whether any picture is looked for at this place of sale."""
    said = modes.modes_of(place.pk)
    return {said["pictures"], said["stay_down"]} != {"off"} and Picture.objects.filter(live=True).exists()


def with_pictures(place: Marketplace, lines: Sequence[Line], urls: Sequence[Sequence[str]]) -> list[Line]:
    """The lines with the pictures at these addresses behind those they have; `urls` for each line."""
    got = _fetched(place, dict.fromkeys(url for several in urls for url in several))
    return [
        replace(line, pictures=(*line.pictures, *(_shown(url, got.get(url, b"")) for url in several)))
        for line, several in zip(lines, urls, strict=True)
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
