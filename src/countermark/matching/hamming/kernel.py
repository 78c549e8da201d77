"""How are near hashes found in machine code? The loops of the index, compiled by numba when this module is first imported.

A hash is 256 bits in four words of 64, cut into a ring of 16 bands of 16 bits. Two hashes at most 31 bits apart have a band at
most one bit apart: 16 bands of two bits each were 32 (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index
Hashing", 2012). More than that, they have one of which this holds and whose next band brings it to three bits at most (Qin,
Xiao, "Pigeonring: A Principle for Faster Thresholded Similarity Search", 2018). So each row of a bucket has its next band
beside it, and of a hundred rows one has to be fetched and looked at whole.

All loops run without the interpreter's lock.
"""

from collections.abc import Callable
from typing import Any

from countermark.matching.libraries import load

numba, np = load("numba"), load("numpy")

BANDS, BUCKETS = 16, 1 << 16
ODD, PAIRS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
NIBBLES, BYTES = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)
ONE, TWO, FOUR, TOP = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


def read(kind: Any, axes: int) -> Any:
    """Return the type of an array that is only read: mapped from a file, it cannot be written."""
    return numba.types.Array(kind, axes, "C", readonly=True)


def written(kind: Any, axes: int) -> Any:
    return numba.types.Array(kind, axes, "C")


def compiled(*signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for these types, and keep the code beside this file or in the user's cache where one can."""

    def compile_it(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(signature, cache=True, nogil=True)(function)
        except RuntimeError:  # nowhere to keep it: a read-only installation without a home
            return numba.njit(signature, nogil=True)(function)

    return compile_it


WORDS, NUMBERS, MARKS = read(numba.uint64, 2), read(numba.uint32, 2), read(numba.uint8, 1)
FOUND = written(numba.int64, 2)


@compiled(numba.uint64)
def ones(word: Any) -> Any:
    """Count the bits set (Warren, Hacker's Delight, 5-1): the compiler knows this form and writes one instruction for it."""
    word -= (word >> ONE) & ODD
    word = (word & PAIRS) + ((word >> TWO) & PAIRS)
    word = (word + (word >> FOUR)) & NIBBLES
    return np.int64((word * BYTES) >> TOP)


@compiled(WORDS, numba.int64, numba.int64)
def band_of(words: Any, row: int, band: int) -> Any:
    """Return one band of a row; after the last comes the first."""
    band &= BANDS - 1
    return np.int64((words[row, band >> 2] >> np.uint64(16 * (band & 3))) & np.uint64(0xFFFF))


@compiled(WORDS, written(numba.uint32, 2), written(numba.uint32, 2), written(numba.uint16, 2))
def shelve(words: Any, starts: Any, postings: Any, following: Any) -> None:
    """Sort the rows into buckets, for each band: `starts` (16, 65537) where a bucket begins, `postings` (16, rows) its rows,
    `following` (16, rows) their next bands."""
    for band in range(BANDS):
        begin = starts[band]
        begin[:] = 0
        for row in range(len(words)):
            begin[band_of(words, row, band) + 1] += 1
        for bucket in range(BUCKETS):
            begin[bucket + 1] += begin[bucket]
        cursor = begin[:-1].copy()
        for row in range(len(words)):
            bucket = band_of(words, row, band)
            place = cursor[bucket]
            postings[band, place], following[band, place] = row, band_of(words, row, band + 1)
            cursor[bucket] += 1


@compiled(WORDS, numba.int64, WORDS, numba.int64)
def far_from(asked: Any, number: int, words: Any, row: int) -> Any:
    """Count the bits two hashes differ in."""
    far = ones(words[row, 0] ^ asked[number, 0]) + ones(words[row, 1] ^ asked[number, 1])
    return far + ones(words[row, 2] ^ asked[number, 2]) + ones(words[row, 3] ^ asked[number, 3])


@compiled(
    WORDS, numba.int64, read(numba.int64, 2), WORDS, NUMBERS, NUMBERS, read(numba.uint16, 2), MARKS,
    written(numba.uint64, 1), FOUND
)  # fmt: skip
def search(
    asked: Any, radius: int, flips: Any, words: Any, starts: Any, postings: Any, following: Any, dead: Any, seen: Any,
    found: Any,
) -> int:  # fmt: skip
    """Write (question, row, distance) of each row near a question into `found`; return how many there are, which may be
    more than `found` holds. `flips` are the changes of a band to try and how many bits each leaves to the next band. `seen` has
    a bit for each row, so that a row of many shared buckets is looked at once."""
    count = 0
    for number in range(len(asked)):
        seen[:] = 0
        for band in range(BANDS):
            value, after = band_of(asked, number, band), np.uint64(band_of(asked, number, band + 1))
            for flip in range(len(flips)):
                bucket, left = value ^ flips[flip, 0], flips[flip, 1]
                for place in range(starts[band, bucket], starts[band, bucket + 1]):
                    if ones(np.uint64(following[band, place]) ^ after) > left:
                        continue
                    row = postings[band, place]
                    bit = ONE << np.uint64(row & 63)
                    if seen[row >> 6] & bit:
                        continue
                    seen[row >> 6] |= bit
                    far = far_from(asked, number, words, row)
                    if far <= radius and not dead[row]:
                        if count < len(found):
                            found[count, 0], found[count, 1], found[count, 2] = number, row, far
                        count += 1
    return count


@compiled(WORDS, numba.int64, WORDS, numba.int64, MARKS, FOUND)
def scan(asked: Any, radius: int, words: Any, rows: int, dead: Any, found: Any) -> int:
    """As `search`, by looking at each of the first `rows` rows: for few of them that is faster."""
    count = 0
    for number in range(len(asked)):
        for row in range(rows):
            far = far_from(asked, number, words, row)
            if far <= radius and not dead[row]:
                if count < len(found):
                    found[count, 0], found[count, 1], found[count, 2] = number, row, far
                count += 1
    return count
