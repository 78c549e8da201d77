"""Hashes for the bench of the index: made like those of shops' pictures, which are not spread evenly.

Photographs have much in common (a thing in the middle, a bright ground), so two of them share a band of 16 bits within one bit
2.9 times as often as evenly spread hashes would: measured on PDQ hashes of 840 photographs and drawings. Bits that lean to one
side with probability 0.64 give that. One in ten is a copy of an earlier one, up to 12 bits away, as pictures are used again.
"""

from typing import Any

import numpy as np

LEANING = (
    0.641  # (0.641^2 + 0.359^2) agree in a bit, and 2.9 times as many pairs in a band: 0.54^16 + 16 * 0.54^15 * 0.46
)
COPIED, COPY_BITS = 0.1, 12
HOT, HOT_BITS = 0.03, 8  # of a set with hot buckets so many are near copies of one banner
NEAR_BITS = 31


def hashes(count: int, seed: int) -> Any:
    """Return `count` hashes as words, (count, 4)."""
    dice = np.random.default_rng(seed)
    made = np.empty((count, 32), dtype=np.uint8)
    for start in range(0, count, 1 << 17):
        part = made[start : start + (1 << 17)]
        part[:] = np.packbits(dice.random((len(part), 256), dtype=np.float32) < LEANING, axis=1)
    made = made.view(np.uint64)
    made ^= lean()
    copies = np.flatnonzero(dice.random(count) < COPIED)[1:]
    made[copies] = changed(made[(dice.random(len(copies)) * copies).astype(np.int64)], COPY_BITS, dice)
    return made


def lean() -> Any:
    """Return to which side each bit leans."""
    return np.random.default_rng(16).integers(0, 1 << 64, size=4, dtype=np.uint64)


def with_banner(rows: Any, seed: int) -> Any:
    """Return the rows with near copies of one picture in place of 3 % of them: the one that has most in common with all."""
    dice = np.random.default_rng(seed)
    banner, rows = ~lean(), rows.copy()
    places = np.flatnonzero(dice.random(len(rows)) < HOT)
    rows[places] = changed(np.broadcast_to(banner, (len(places), 4)), HOT_BITS, dice)
    return rows


def changed(rows: Any, most: int, dice: np.random.Generator) -> Any:
    """Return copies of rows with up to `most` of their bits flipped."""
    copies, number = rows.copy(), dice.integers(0, most + 1, size=len(rows))
    for step in range(most):
        flips = dice.integers(0, 256, size=len(rows))
        here = np.flatnonzero(number > step)
        copies[here, flips[here] // 64] ^= np.uint64(1) << (flips[here] % 64).astype(np.uint64)
    return copies


def questions(rows: Any, count: int, seed: int) -> Any:
    """Return what is asked: half near copies of rows, half pictures nobody knows."""
    dice = np.random.default_rng(seed)
    known = changed(rows[dice.integers(0, len(rows), size=count // 2)], NEAR_BITS, dice)
    return np.concatenate([known, hashes(count - len(known), seed + 1)])[dice.permutation(count)]
