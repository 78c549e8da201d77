"""Which 256 bits stand for this picture, and are they worth anything? The PDQ hash, as other services exchange it.

The published algorithm (Facebook 2019): blur twice by a box, pick 64 x 64 points, the first 16 x 16 frequencies without the
constant one, a bit for each above their median. Here blur and choice are one matrix for each axis that is zero but for a
band: every pixel is touched once, not five times. The bits differ from those of the reference by rounding only.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.numbers import PDQ

np: Any = Library("numpy")

SIDE, FREQUENCIES, BITS = 64, 16, 256  # of the published algorithm, like all bare numbers below
WAYS = ("plain", "mirrored", "upside_down", "half_turn", "transposed", "turned_left", "turned_right", "transversed")
AT_ONCE = 1 << 17  # pixels turned into floats at a time: they fit into the second-level cache


class Hashed(NamedTuple):
    """A picture's hash, 32 bytes as others write it in hexadecimal, and its quality from 0 to 100."""

    bits: bytes
    quality: int

    @property
    def telling(self) -> bool:
        """Does the hash say anything? Of flat pictures it does not."""
        return self.quality >= PDQ["least_quality"]


def hashed(grey: Any) -> Hashed:
    """Return the hash of grey pixels, (rows, columns)."""
    small = reduced(grey)
    return Hashed(bits_of([frequencies(small)])[0], quality(small))


def hashed_all_ways(grey: Any) -> dict[str, Hashed]:
    """Return the hashes of a picture mirrored and turned, by WAYS.

    Signs of the frequencies alone would give them too, but not to the bit: the published choice of points is not
    symmetrical, which costs up to 20 bits in small pictures. So the pixels are looked at four times; turning swaps axes.
    """
    small = [reduced(view) for view in (grey, grey[:, ::-1], grey[::-1], grey[::-1, ::-1])]
    upright = [frequencies(one) for one in small]
    found, good = bits_of([*upright, *(one.T for one in upright)]), quality(small[0])
    return {way: Hashed(bits, good) for way, bits in zip(WAYS, found, strict=True)}


def reduced(grey: Any) -> Any:
    """Return the 64 x 64 blurred points of a picture, in grey levels."""
    rows, columns = grey.shape
    if (rows, columns) == (SIDE, SIDE):
        return grey.astype(np.float32)
    by_rows = np.empty((SIDE, columns), dtype=np.float32)
    for first, start, weights in blocks(rows, block_of(rows, columns)):
        band = grey[start : start + weights.shape[1]].astype(np.float32)
        np.matmul(weights, band, out=by_rows[first : first + len(weights)])
    small = np.empty((SIDE, SIDE), dtype=np.float32)
    for first, start, weights in blocks(columns, SIDE // 8):
        band = by_rows[:, start : start + weights.shape[1]]
        np.matmul(band, weights.T, out=small[:, first : first + len(weights)])
    return small


def block_of(rows: int, columns: int) -> int:
    """Return how many of the 64 lines are worked out together, so that what they need stays in the cache."""
    block = 8
    while block > 1 and rows * columns * block > AT_ONCE * SIDE:
        block //= 2
    return block


@lru_cache(maxsize=256)
def blocks(length: int, block: int) -> tuple[tuple[int, int, Any], ...]:
    """Return the operator of one axis in blocks of lines: (first line, first pixel it needs, weights (lines, pixels))."""
    starts, bands = operator(length)
    made = []
    for first in range(0, SIDE, block):
        lines = slice(first, first + block)
        start = max(int(starts[first]), 0)
        end = min(int(starts[first + block - 1]) + bands.shape[1], length)
        dense = np.zeros((block, end - start), dtype=np.float32)
        for line, (place, band) in enumerate(zip(starts[lines].tolist(), bands[lines], strict=True)):
            low, high = max(place, start), min(place + len(band), end)
            dense[line, low - start : high - start] = band[low - place : high - place]
        made.append((first, start, dense))
    return tuple(made)


def operator(length: int) -> tuple[Any, Any]:
    """Return for each of the 64 points of an axis the first pixel it rests on (may lie before the picture) and the weights
    from there on: a box of the published width over a box of the same, cut off at the edges."""
    width = (length + 2 * SIDE - 1) // (2 * SIDE)
    after = (width + 2) // 2
    before = width - after
    points = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.int64)
    inner = points[:, None] - before + np.arange(width)  # the pixels of the second box
    low, high = np.maximum(inner - before, 0), np.minimum(inner + after, length)  # and the ends of the first box there
    inside = (inner >= 0) & (inner < length)
    share = np.where(inside, 1.0 / np.maximum(high - low, 1), 0.0) / inside.sum(axis=1, keepdims=True)
    starts = points - 2 * before
    steps = np.zeros((SIDE, 2 * width + 1))
    lines = np.broadcast_to(np.arange(SIDE)[:, None], inner.shape)[inside]
    np.add.at(steps, (lines, (low - starts[:, None])[inside]), share[inside])
    np.add.at(steps, (lines, (high - starts[:, None])[inside]), -share[inside])
    return starts, np.cumsum(steps, axis=1)[:, :-1]


@lru_cache(maxsize=1)
def cosines() -> Any:
    """Return the 16 x 64 matrix of the lowest frequencies but the constant one (DCT-II)."""
    lines, places = np.arange(1, FREQUENCIES + 1)[:, None], np.arange(SIDE)[None, :]
    return (np.sqrt(2 / SIDE) * np.cos(np.pi / (2 * SIDE) * lines * (2 * places + 1))).astype(np.float32)


def frequencies(small: Any) -> Any:
    """Return the 16 x 16 frequencies of the 64 x 64 points."""
    return cosines() @ small @ cosines().T


def bits_of(found: Iterable[Any]) -> list[bytes]:
    """Return the hashes of sets of frequencies: a bit for each above the lower median, the last frequency first."""
    flat = np.stack(list(found)).reshape(-1, BITS)
    median = np.partition(flat, BITS // 2 - 1, axis=1)[:, BITS // 2 - 1 : BITS // 2]
    return [row.tobytes() for row in np.packbits((flat > median)[:, ::-1], axis=1)]


def quality(small: Any) -> int:
    """Return how much changes from point to point, 0 to 100: the published sum of steps in whole percent."""
    steps = [np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum() for axis in (0, 1)]
    return min(int(sum(steps) / 90), 100)


def distance(one: bytes, other: bytes) -> int:
    """Return how many bits two hashes differ in."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()
