"""What do sellers show that others show too? Pictures and rare sequences of words of the listings somebody looked at, as digests.

Only of sellers in whose listings something was found, or against whom a case ran: nobody else is looked at. Pictures count by
their bytes, by their hash or one near it, and by the known picture of an old case they were recognised in; pictures a holder
registered do not count, because everybody who sells the goods has them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from countermark.apps.listings.models import FrozenCopy
from countermark.apps.screening import linking, links, near_pictures
from countermark.apps.screening.models import Finding, Fingerprint, Picture, SellerTrace
from countermark.apps.screening.seen import hash_of, hashes_of
from countermark.apps.work.bulk import instant_writer, put_once
from countermark.matching.libraries import ScreeningNotInstalled
from countermark.matching.pictures.pdq import Hashed

AT_ONCE = 100  # sellers whose traces are read together
RECENT = timedelta(hours=1)
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff"  # kana and CJK: a sign is a word
WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W{IDEOGRAPHS}]+")
TYPES = {"seller_id": "bigint", **dict.fromkeys(("kind", "key"), "text"), "at": "timestamptz"}
Trace = tuple[str, str]  # kind and key
Row = tuple[int, Sequence[Mapping[str, Any]], Sequence[str], str]  # seller, pictures shown, keys of known ones, text


# --- when -----------------------------------------------------------------------------------------------------------------


def look_at_all(*, at: datetime) -> int:
    """Look at every seller anew and work out all links. Returns how many links changed."""
    sellers = set(Finding.objects.exclude(seller=None).values_list("seller", flat=True).distinct())
    sellers |= set(Fingerprint.objects.exclude(seller=None).values_list("seller", flat=True).distinct())
    sellers |= set(SellerTrace.objects.values_list("seller", flat=True).distinct())
    for piece in _pieces(sellers):
        _rewrite(piece, at)
    near_pictures.learn_all()
    return links.recompute_all(at=at)


def look_at_recent(*, at: datetime) -> int:
    """The same for the sellers of what was found in the last hour before `at` (case time)."""
    rows = Finding.objects.filter(at__gte=at - RECENT).exclude(seller=None)
    return look_at_sellers(rows.values_list("seller", flat=True).distinct(), at=at)


def look_at_sellers(sellers: Iterable[int], *, at: datetime) -> int:
    """Look at these sellers anew, and work out their links. Returns how many changed."""
    touched: set[int] = set()
    for piece in _pieces(sellers):
        before = links.reach(piece)
        if _rewrite(piece, at):
            touched |= before | set(piece)
    return links.recompute(touched, at=at) if touched else 0


def _pieces(sellers: Iterable[int]) -> Iterator[list[int]]:
    ids = sorted(set(sellers))
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _rewrite(sellers: Sequence[int], at: datetime) -> bool:
    """Bring what is kept of these sellers to what they show; whether anything changed."""
    rows = [*_findings(sellers), *_copies(sellers), *_fingerprints(sellers)]
    hashes = _hashes(rows)  # pictures are read before anything is locked
    gone, new = _write(sellers, traces_of(rows, hashes), at)
    if gone:
        near_pictures.forget(gone)
    if new:
        near_pictures.learn(new, set(_of_one_file(rows, hashes)))
    return bool(gone or new)


@transaction.atomic
def _write(sellers: Sequence[int], shown: Mapping[int, set[Trace]], at: datetime) -> tuple[set[str], set[str]]:
    """The keys that went, and those that came."""
    kept = {
        (row.seller_id, row.kind, row.key): row.pk for row in SellerTrace.objects.filter(seller__in=sellers).order_by()
    }
    found = {(seller, *trace) for seller, traces in shown.items() for trace in traces}
    gone, when = {key: pk for key, pk in kept.items() if key not in found}, instant_writer()(at)
    SellerTrace.objects.filter(pk__in=gone.values()).delete()
    new = sorted(found - kept.keys())
    put_once(SellerTrace._meta.db_table, TYPES, [(*each, when) for each in new])
    return {key for *_, key in gone}, {key for *_, key in new}


# --- what -----------------------------------------------------------------------------------------------------------------


def traces_of(rows: Iterable[Row], hashes: Mapping[int, Hashed]) -> Mapping[int, set[Trace]]:
    """What each seller shows."""
    found: defaultdict[int, set[Trace]] = defaultdict(set)
    for seller, pictures, known, text in rows:
        found[seller] |= {("picture", key) for one in pictures for key in _keys(one, hashes)}
        found[seller] |= {("picture", key) for key in known}
        found[seller] |= {("text", key) for key in sequences(text)}
    return found


def _keys(one: Mapping[str, Any], hashes: Mapping[int, Hashed]) -> list[str]:
    """By what a picture is known: its bytes, and its hash where that says anything."""
    said = hash_of(one, hashes)
    digest = [f"sha256:{one['sha256']}"] if one.get("sha256") else []
    return [*digest, f"{near_pictures.HASH}{said.bits.hex()}"] if said.bits and said.telling else digest


def _of_one_file(rows: Iterable[Row], hashes: Mapping[int, Hashed]) -> Iterator[Trace]:
    """The two keys of each picture that has both."""
    for _, pictures, _, _ in rows:
        yield from ((keys[0], keys[1]) for one in pictures if len(keys := _keys(one, hashes)) == 2)


def _hashes(rows: Iterable[Row]) -> Mapping[int, Hashed]:
    """The hashes of the kept files among these pictures; none without the extra that reads pictures."""
    files = {one["file"] for _, pictures, _, _ in rows for one in pictures if one.get("file") and not one.get("hash")}
    try:
        return hashes_of(files, most=linking.number("picture", "hashed_most"))
    except ScreeningNotInstalled:
        return {}


def _newest(rows: QuerySet[Any], sellers: Sequence[int], column: str) -> Iterator[Any]:
    """The newest rows of each seller."""
    for seller in sellers:
        yield from rows.filter(**{column: seller}).order_by("-pk")[: linking.number("limits", "listings_most")]


def _findings(sellers: Sequence[int]) -> Iterator[Row]:
    rows = Finding.objects.only("seller_id", "pictures", "signals", "shown")
    for row in _newest(rows, sellers, "seller"):
        seen = [f"known:{known}" for known in _recognised(row.signals)]
        yield row.seller_id, row.pictures, seen, str(row.shown.get("text", ""))


def _recognised(signals: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    """The pictures of old cases that were recognised."""
    for one in signals:
        known = one.get("figures", {}).get("known")
        if str(one.get("about", "")).startswith("fingerprint:") and isinstance(known, int):
            yield known


def _copies(sellers: Sequence[int]) -> Iterator[Row]:
    rows = FrozenCopy.objects.select_related("listing").only("listing__seller_id", "pictures", "text")
    for row in _newest(rows, sellers, "listing__seller"):
        yield row.listing.seller_id, row.pictures, [], row.text


def _fingerprints(sellers: Sequence[int]) -> Iterator[Row]:
    pictures: defaultdict[int, list[str]] = defaultdict(list)
    for pk, fingerprint in Picture.objects.filter(fingerprint__seller__in=sellers).values_list("pk", "fingerprint_id"):
        pictures[fingerprint].append(f"known:{pk}")
    for row in Fingerprint.objects.filter(seller__in=sellers).only("seller_id"):
        yield row.seller_id, [], pictures[row.pk], ""


def sequences(text: str) -> set[str]:
    """Digests of sequences of words such that every run of words long enough, shared by two texts, leaves one in both.

    Winnowing: of each window of sequences the one with the smallest digest is kept.
    """
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    length, window = linking.number("text", "words"), linking.number("text", "window")
    digests = [_digest(words[at : at + length]) for at in range(len(words) - length + 1)]
    return {min(digests[at : at + window]) for at in range(len(digests) - window + 1)}


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32]
