"""What is known of pictures that were kept? The hash of each, worked out once from its file; and which a listing had.

Hashes are of pictures, never of people. A file that is gone, or in which nothing can be seen, has none.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from countermark.apps.listings.models import FrozenCopy
from countermark.apps.screening.lines import Shown
from countermark.apps.screening.models import Finding, KeptHash
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.evidence.store import Away, Corrupt, Missing
from countermark.matching.pictures.pdq import Hashed, hashed
from countermark.matching.pictures.reading import PictureUnreadable, grey

log = logging.getLogger("countermark.screening")
NOTHING = Hashed(b"", 0)


def hashes_of(file_ids: Iterable[int], *, most: int | None = None) -> dict[int, Hashed]:
    """The hash of each of these files that has one. `most`: how many are worked out at most; the others wait for the next time.

    Raises ScreeningNotInstalled where one has to be worked out and the extra is missing.
    """
    rows = {row.pk: row for row in StoredFile.objects.filter(pk__in=list(file_ids)).order_by("pk")}
    known = _known({row.sha256 for row in rows.values()})
    new = {row.sha256: row for row in rows.values() if row.sha256 not in known and row.erased_at is None}
    known |= _keep(list(new.values())[:most])
    return {pk: found for pk, row in rows.items() if (found := known.get(row.sha256)) and found.bits}


def _known(digests: Collection[str]) -> dict[str, Hashed]:
    rows = KeptHash.objects.filter(pk__in=digests).values_list("pk", "hash", "quality")
    return {digest: Hashed(bytes(found), quality) for digest, found, quality in rows}


def _keep(rows: Iterable[StoredFile]) -> dict[str, Hashed]:
    found = dict(_worked_out(rows))
    made = [KeptHash(sha256=digest, hash=one.bits, quality=one.quality) for digest, one in sorted(found.items())]
    KeptHash.objects.bulk_create(made, ignore_conflicts=True)
    return found


def _worked_out(rows: Iterable[StoredFile]) -> Iterator[tuple[str, Hashed]]:
    """The hash of each file; of one that is not at hand nothing, so that it is tried again."""
    for row in rows:
        try:
            yield row.sha256, hashed(grey(files.read(row)))
        except PictureUnreadable:
            yield row.sha256, NOTHING
        except (Missing, Corrupt, Away) as fault:
            log.warning("screening.picture_not_read file=%s fault=%s", row.pk, type(fault).__name__)


# --- of listings ----------------------------------------------------------------------------------------------------------


def pictures_of(listing_ids: Collection[int]) -> dict[int, tuple[Shown, ...]]:
    """The pictures that were kept of each listing: of its newest frozen copy, and of what was found in it last."""
    kept: dict[int, list[Mapping[str, Any]]] = {}
    for table in (FrozenCopy, Finding):
        for listing, several in _newest(table, listing_ids).items():
            kept.setdefault(listing, []).extend(several)
    hashes = hashes_of({one["file"] for several in kept.values() for one in several if one.get("file")})
    found = {listing: _shown(several, hashes) for listing, several in kept.items()}
    return {listing: several for listing, several in found.items() if several}


def _newest(
    table: type[FrozenCopy] | type[Finding], listing_ids: Collection[int]
) -> dict[int, list[Mapping[str, Any]]]:
    """The pictures in the newest row of each listing that has some."""
    rows = table._default_manager.filter(listing__in=listing_ids).exclude(pictures=[]).order_by("pk")
    return dict(rows.values_list("listing_id", "pictures"))


def _shown(several: Iterable[Mapping[str, Any]], hashes: Mapping[int, Hashed]) -> tuple[Shown, ...]:
    """Each picture once, by its hash."""
    found: dict[bytes, Shown] = {}
    for one in several:
        said = hash_of(one, hashes)
        if said.bits:
            found.setdefault(said.bits, Shown(str(one.get("url") or ""), said.bits, said.quality))
    return tuple(found.values())


def hash_of(one: Mapping[str, Any], hashes: Mapping[int, Hashed]) -> Hashed:
    """As it was sent, else of the file."""
    if one.get("hash"):
        return Hashed(bytes.fromhex(one["hash"]), int(one.get("quality", 100)))
    return hashes.get(one.get("file") or 0, NOTHING)
