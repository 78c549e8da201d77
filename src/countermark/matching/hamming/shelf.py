"""Which rows of this fixed set of hashes are near? A set that is sorted into buckets once and never changes.

Rows are in the order of their ids, so the rows of an id are found without another table. Sets of few rows have no buckets: they
are looked through.
"""

from functools import cache
from itertools import combinations
from threading import local
from typing import Any, NamedTuple

from countermark.matching.libraries import Library

np: Any = Library("numpy")
# Imported when first used: importing it loads numba.
kernel: Any = Library("countermark.matching.hamming.kernel")

BANDS, BUCKETS, BAND_BITS = 16, 1 << 16, 16
FEW = 4096  # rows that are looked through faster than sought by bands: measured, 10 to 20 microseconds either way
ROOM = 256  # hits there is room for at first

scratch = local()


class Shelf(NamedTuple):
    """Hashes by their buckets: `words` (rows, 4), `ids` (rows), sorted; the other three as kernel.shelve makes them."""

    words: Any
    ids: Any
    starts: Any
    postings: Any
    following: Any

    @property
    def rows(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: Any) -> Any:
        """Return the numbers of all rows of these ids."""
        first, last = np.searchsorted(self.ids, ids, "left"), np.searchsorted(self.ids, ids, "right")
        spans = [np.arange(start, end) for start, end in zip(first, last, strict=True) if end > start]
        return np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)


def shelved(words: Any, ids: Any, few: int | None = None) -> Shelf:
    """Sort hashes and their ids into a shelf, without buckets when they are `few`."""
    order = np.argsort(ids, kind="stable")
    words, ids = np.ascontiguousarray(words[order]), ids[order]
    banded = len(ids) > (FEW if few is None else few)
    starts = np.zeros((BANDS, BUCKETS + 1) if banded else (0, 0), dtype=np.uint32)
    postings, following = (
        np.empty((BANDS, len(ids)) if banded else (0, 0), dtype=kind) for kind in (np.uint32, np.uint16)
    )
    if banded:
        kernel.shelve(words, starts, postings, following)
    return Shelf(words, ids, starts, postings, following)


def find(shelf: Shelf, asked: Any, radius: int, dead: Any) -> Any:
    """Return (question, row, distance) of all rows near, (hits, 3); rows marked in `dead` are left out."""
    flips = flips_for(radius)
    if flips is None or not len(shelf.starts):
        return looked_through(shelf.words, shelf.rows, asked, radius, dead)
    seen, (words, _, *buckets) = bits_for(shelf.rows), shelf
    return with_room(lambda found: kernel.search(asked, radius, flips, words, *buckets, dead, seen, found))


def looked_through(words: Any, rows: int, asked: Any, radius: int, dead: Any) -> Any:
    """Return what `find` does, of the first `rows` rows of `words`."""
    return with_room(lambda found: kernel.scan(asked, radius, words, rows, dead, found))


def with_room(fill: Any) -> Any:
    """Fill an array with hits, a larger one when they are more than it holds."""
    found = getattr(scratch, "found", None)
    if found is None:
        found = scratch.found = np.empty((ROOM, 3), dtype=np.int64)
    count = fill(found)
    if count > len(found):
        found = np.empty((count, 3), dtype=np.int64)
        fill(found)
    return found[:count].copy()


def bits_for(rows: int) -> Any:
    """Return an array with a bit for each row, of this thread's own."""
    wanted, seen = (rows + 63) // 64, getattr(scratch, "seen", None)
    if seen is None or len(seen) < wanted:
        seen = scratch.seen = np.empty(wanted, dtype=np.uint64)
    return seen[:wanted]


@cache
def flips_for(radius: int) -> Any:
    """Return the changes of a band to try, and how many bits each leaves to the next band; None where they are so many that
    looking through is faster."""
    most, both = radius // BANDS, 2 * radius // BANDS
    if most > 2:
        return None
    chosen = (bits for size in range(most + 1) for bits in combinations(range(BAND_BITS), size))
    return np.array([(sum(1 << bit for bit in bits), both - len(bits)) for bits in chosen], dtype=np.int64)
