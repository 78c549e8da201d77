"""What becomes of a finding when its listing is changed? Asked after a marketplace has sent the listing as it is offered now.

Rule 1: only what was looked at again counts: a finding that rests on pictures is past only when every picture of the listing
could be read, and what a marketplace does not say when it sends a listing (brand field, classes) counts as it was. Rule 2: what
is past and waits, is closed with the reason; what still matches stays, by the newer finding of the listing as it is. Rule 3: what
software alone had stopped is lifted, as if the listing had come like this; what a person decided, or an appeal is open on, is for
people. Rule 4: the same words and pictures again are a new finding.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from countermark.apps.listings.models import Listing
from countermark.apps.orders import services as orders
from countermark.apps.screening import links
from countermark.apps.screening.book import is_read
from countermark.apps.screening.engine import engine
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import REASONS, Finding
from countermark.apps.screening.verdicts import found_in

log = logging.getLogger("countermark.screening")
GONE = ("deleted_by_seller", "gone")  # states in which nobody can buy it, and nobody but its seller brings it back
OPEN = Q(state="waiting") | Q(done="blocked", order__state="in_force", past_why="")
EVERY_REASON = dict.fromkeys(REASONS, "blocking")


class Now(NamedTuple):
    """A listing as its marketplace shows it now, as it was looked at, and what was found in it."""

    listing: Listing
    line: Line
    finding: Finding | None


class Left(NamedTuple):
    """What an open finding spoke for: which of it the listing still shows, and which of it is looked for no more."""

    still: frozenset[str]
    unknown: frozenset[str]


def open_of(listing_ids: Collection[int]) -> QuerySet[Finding]:
    """What waits for people in these listings, or stopped them."""
    return Finding.objects.filter(OPEN, listing__in=listing_ids).select_related("order").order_by("pk")


def by_pictures(listing_ids: Collection[int]) -> set[int]:
    """Those of these listings in which a picture was met: all their pictures have to be looked at again."""
    return {row.listing_id for row in open_of(listing_ids) if row.listing_id and _rests_on_pictures(row)}


def gone(listing_ids: Collection[int], *, at: datetime, now: datetime) -> int:
    """These listings are no longer offered: nobody has to look at them. What stopped one stands for its return."""
    waiting = open_of(listing_ids).filter(state="waiting").values_list("pk", flat=True)
    return sum(_end(pk, "gone", at=at, now=now) for pk in list(waiting))


def settle(shown: Sequence[Now], *, at: datetime, now: datetime) -> int:
    """End what is past in these listings; returns how many findings. Raises engine.ScreeningUnavailable."""
    by_listing = {one.listing.pk: one for one in shown}
    rows = [(row, by_listing[row.listing_id]) for row in open_of(list(by_listing)) if row.listing_id]
    changed = [(row, one) for row, one in rows if _is_changed(row, one)]
    ended = 0
    for (row, one), left in zip(changed, _left(changed, at), strict=True):
        if why := _why(row, one, left):
            ended += _end(row.pk, why, at=at, now=now)
    return ended


def stands_for(finding: Finding, *, at: datetime, now: datetime) -> int:
    """This finding says of a listing all that others say that wait: they wait no longer. Returns how many."""
    others = Finding.objects.filter(state="waiting", listing=finding.listing_id, title=finding.title, pk__lt=finding.pk)
    said = [row.pk for row in others if _about(row) <= _newer(finding)]
    return sum(_end(pk, "replaced", at=at, now=now) for pk in said)


def is_back(finding: Finding) -> None:
    """What was past is shown again, and had not been ended meanwhile. The finding is locked."""
    finding.past_at, finding.past_why = None, ""
    finding.save(update_fields=["past_at", "past_why"])


# --- is it past? ----------------------------------------------------------------------------------------------------------


def _is_changed(row: Finding, one: Now) -> bool:
    if one.finding is not None and one.finding.pk == row.pk:
        return False
    before = [each.get("sha256") or each.get("hash") or each.get("url", "") for each in row.pictures]
    now = [each.sha256 or each.hash.hex() or each.url for each in one.line.pictures]
    return row.title != one.line.title[:600] or before != now[: len(before)]


def _left(changed: Sequence[tuple[Finding, Now]], at: datetime) -> Iterator[Left]:
    """Look at each listing again, with what was known beside it when the finding was made."""
    lines = [_as_known(one.line, row) for row, one in changed]
    heard, looked = engine.look(lines, at=at) if lines else ([], None)
    for (row, one), signals in zip(changed, heard, strict=True):
        assert looked is not None
        given = {"seller": one.listing.seller_id, "modes": EVERY_REASON, "things": looked.known.things}
        found = found_in(signals, **given, rules=looked.rules, linked=links.linked)
        speaks = {signal.about for signal in found.signals} if found else set()
        about = _about(row)
        yield Left(about & speaks, about - looked.known.things.keys())


def _as_known(line: Line, row: Finding) -> Line:
    brand, classes = line.brand or str(row.shown.get("brand", "")), row.shown.get("classes", ())
    return replace(line, brand=brand, classes=line.classes or frozenset(classes))


def _why(row: Finding, one: Now, left: Left) -> str:
    """Why a finding is past; "" where it is not, or nobody knows."""
    if left.unknown:
        return ""
    if left.still:
        return "replaced" if row.state == "waiting" and left.still <= _newer(one.finding) else ""
    return "mended" if _is_whole(one) or not _rests_on_pictures(row) else ""


def _newer(finding: Finding | None) -> frozenset[str]:
    """What the finding of the listing as it is now speaks for, where people look at that one or it is stopped."""
    return _about(finding) if finding is not None and finding.done != "noted" else frozenset()


def _about(row: Finding) -> frozenset[str]:
    return frozenset(each["about"] for each in row.signals)


def _rests_on_pictures(row: Finding) -> bool:
    return any(not each["kind"].startswith("text:") for each in row.signals)


def _is_whole(one: Now) -> bool:
    """Whether every picture of the listing was looked at and could be read."""
    pictures = one.line.pictures
    return len(pictures) == len(one.listing.pushed.images) and all(each.content and is_read(each) for each in pictures)


# --- then it ends ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def _end(finding_id: int, why: str, *, at: datetime, now: datetime) -> bool:
    """End one, unless somebody was faster."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related("order")
    row = rows.filter(OPEN, pk=finding_id).first()
    if row is None:
        return False
    row.past_at, row.past_why = at, why
    if row.state == "waiting":
        row.state, row.taken_by, row.taken_at = "closed", None, None
    if row.order is not None and why == "mended" and _is_by_software_alone(row):
        orders.mended(row.order.pk, at=at, now=now)
        row.order.refresh_from_db()
    if row.order is None or row.order.state == "ended":
        row.key = _of_the_past(row.key, at)
    row.save()
    log.info("screening.finding_past finding=%s why=%s", row.pk, why)
    return True


def _is_by_software_alone(row: Finding) -> bool:
    """Whether no person has looked at what stopped the listing, and none is about to."""
    order = row.order
    assert order is not None
    people = order.recorded_by_id is not None or row.state == "decided"
    seen = people or order.events.filter(event="confirmed").exists()
    return not seen and not order.appeals.filter(decided_at=None).exists()


def _of_the_past(key: str, at: datetime) -> str:
    """A key under which the same words and pictures are not met again."""
    return hashlib.sha256(f"{key} until {at.isoformat()}".encode()).hexdigest()
