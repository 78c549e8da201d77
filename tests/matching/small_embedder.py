"""A real embedder without weights: where in the picture do slopes run in which direction? Small enough to be read.

It stands for models that are plugged in: in tests of what plugs must keep, and in `script/bench recall --plug
matching.small_embedder:Slopes`. It sees drawings that have too few points, whole and little changed.
"""

from typing import Any

import cv2
import numpy as np

SIDE, CELL, DIRECTIONS = 64, 8, 9  # pixels, pixels of a cell, directions told apart


class Slopes:
    """Histograms of oriented gradients (Dalal, Triggs 2005) of the picture without its border, made square."""

    name = "slopes"
    # Similarity and how probable the same is from there on; chosen on the half for tuning of `script/bench recall`.
    SURE = ((0.92, 0.9), (0.88, 0.6))

    def embed(self, pixels: Any) -> Any:
        grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
        small = cv2.resize(inner(grey), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        down, across = np.gradient(cv2.GaussianBlur(small, (0, 0), 1).astype(np.float32))
        direction = np.minimum((np.arctan2(down, across) % np.pi) * DIRECTIONS / np.pi, DIRECTIONS - 1).astype(int)
        rows, columns = np.indices(small.shape) // CELL
        bins = (rows * (SIDE // CELL) + columns) * DIRECTIONS + direction
        found = np.bincount(bins.ravel(), np.hypot(down, across).ravel(), (SIDE // CELL) ** 2 * DIRECTIONS)
        found = np.append(np.sqrt(found), 1)  # the direction of a plain picture, which is no other's
        return (found / np.linalg.norm(found)).astype(np.float32)

    def probability(self, similarity: float) -> float:
        return next((found for least, found in self.SURE if similarity >= least), 0.0)


def inner(grey: Any) -> Any:
    """Return what is not all of one grey: crops and margins then matter less."""
    other = np.abs(grey.astype(np.int16) - int(np.median(grey[[0, -1]]))) > 16
    down, across = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(down):
        return grey
    return grey[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
