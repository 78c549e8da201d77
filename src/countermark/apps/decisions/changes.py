"""What has changed in a listing since its copy was frozen? The marketplace is asked again; the decision is about the copy.

Texts are compared word by word (Chinese: character by character), pictures by their digests. What the marketplace does not
answer is said as such; nothing is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings import services as listings
from countermark.apps.listings.models import FrozenCopy
from countermark.connectors.marketplace import ListingGone, ListingSnapshot, MarketplaceError

WORDS = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+|\s+|.", re.DOTALL)
MOST_WORDS = 3000  # longer texts are compared line by line: the comparison is quadratic
KEPT = 60  # characters of unchanged text shown at each side of a change


class Piece(NamedTuple):
    """A piece of a compared text: `kind` is same, gone, new, or cut (something unchanged is left out here)."""

    kind: str
    text: str


class PictureChange(NamedTuple):
    """Picture `number` (from 1) as frozen: replaced, gone, or new."""

    number: int
    what: str


@dataclass(frozen=True)
class Changes:
    """What is different at `asked_at`. `answer` is same, changed, gone, unreachable, or nobody (no way to ask)."""

    answer: str
    asked_at: datetime
    title: tuple[Piece, ...] = ()
    text: tuple[Piece, ...] = ()
    price: tuple[str, str] | None = None
    seller: tuple[str, str] | None = None
    pictures: tuple[PictureChange, ...] = ()
    state: str = ""


def changes_since(complaint: Complaint, *, at: datetime) -> Changes:
    """Ask the marketplace now and compare with the frozen copy; never raises."""
    listing = complaint.listing
    if listing.kind != "listing" or complaint.copy.source == "address":
        return Changes("nobody", at)
    shown = listings.look_up(complaint.notice.marketplace, {listing.item_id: listing.url}, at=at)[listing.item_id]
    if isinstance(shown, ListingGone):
        return Changes("gone", at)
    if isinstance(shown, MarketplaceError):
        return Changes("unreachable", at)
    return Changes("nobody", at) if shown is None else compared(complaint.copy, shown, at)


def compared(copy: FrozenCopy, shown: ListingSnapshot, at: datetime) -> Changes:
    """The differences between a frozen copy and what is shown now."""
    was = f"{copy.price} {copy.currency}".strip()
    now = f"{shown.price.amount} {shown.price.currency}" if shown.price else ""
    title = differences(copy.title, shown.title) if copy.title != shown.title else ()
    text = shortened(differences(copy.text, shown.text)) if copy.text != shown.text else ()
    pictures = tuple(_pictures(copy, shown))
    price = (was, now) if was != now else None
    seller = (copy.seller_name, shown.seller.name) if copy.seller_ref != shown.seller.id else None
    is_changed = any((title, text, pictures, price, seller))
    return Changes("changed" if is_changed else "same", at, title, text, price, seller, pictures, shown.state.value)


def differences(was: str, now: str) -> tuple[Piece, ...]:
    """The two texts as one: what stayed, what went, what came."""
    before, after = WORDS.findall(was), WORDS.findall(now)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = was.splitlines(keepends=True)[:MOST_WORDS], now.splitlines(keepends=True)[:MOST_WORDS]
    return tuple(_pieces(before, after))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("gone", "".join(before[a:b]))
        if d > c:
            yield Piece("new", "".join(after[c:d]))


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with long unchanged stretches cut to what stands beside a change."""
    return tuple(part for i, piece in enumerate(pieces) for part in _cut(piece, i == 0, i == len(pieces) - 1))


def _cut(piece: Piece, is_first: bool, is_last: bool) -> list[Piece]:
    text = piece.text
    if piece.kind != "same" or len(text) <= 2 * KEPT:
        return [piece]
    head = [] if is_first else [Piece("same", text[:KEPT])]
    tail = [] if is_last else [Piece("same", text[-KEPT:])]
    return [*head, Piece("cut", "…"), *tail]


def _pictures(copy: FrozenCopy, shown: ListingSnapshot) -> Iterator[PictureChange]:
    was = [picture["sha256"] for picture in copy.pictures]
    now = [hashlib.sha256(i.content).hexdigest() if i.content else i.sha256 for i in shown.images]
    for number, digest in enumerate(was, 1):
        if digest not in now:
            replaced = len(now) >= number and now[number - 1] not in was
            yield PictureChange(number, "replaced" if replaced else "gone")
    for number, digest in enumerate(now, 1):
        if digest not in was and number > len(was):
            yield PictureChange(number, "new")
