"""Do two pictures of one thing show it in the same colours? To hashes and points a red shirt and a blue one are alike: grey.

Colours are counted by hue, and black, grey and white for what has none. What they stand on (the commonest colour along the edge)
is left out: a shop's white ground is in both pictures whatever is sold.
"""

from collections.abc import Sequence
from typing import Any

from countermark.matching.libraries import Library
from countermark.matching.pictures.numbers import COLOURS
from countermark.matching.pictures.reading import coloured

np: Any = Library("numpy")
cv2: Any = Library("cv2")

HUES, GREYS = 12, 3
BINS = HUES + GREYS
NO_GROUND = -1
SIDE = 64  # pixels of each side of the picture whose colours are counted


def colours_of(content: bytes) -> list[float]:
    """Return the colours of a picture's file: the share of each, BINS of them, then the number of the ground's, NO_GROUND
    without one. Raises PictureUnreadable."""
    return counted(coloured(content, SIDE))


def counted(pixels: Any) -> list[float]:
    """Return what `colours_of` does, of pixels (rows, columns, 3)."""
    shares = shares_of(cv2.resize(np.ascontiguousarray(pixels), (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    edge = np.concatenate([shares[0], shares[-1], shares[:, 0], shares[:, -1]]).mean(axis=0)
    ground = int(edge.argmax()) if edge.max() >= COLOURS["ground"] else NO_GROUND
    return [*(round(float(share), 4) for share in shares.mean(axis=(0, 1))), float(ground)]


def shares_of(pixels: Any) -> Any:
    """Return how much of each colour is in each pixel, (rows, columns, BINS): hues belong to the two nearest."""
    hue, pale, light = (
        channel.astype(np.float32) for channel in np.moveaxis(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV), -1, 0)
    )
    shares = np.zeros((*pixels.shape[:2], BINS), dtype=np.float32)
    tinted = pale * light / 255 >= COLOURS["tint"]
    place = hue * HUES / 180  # OpenCV counts hues to 180
    first, rest = np.floor(place).astype(int), place % 1
    down, across = np.indices(tinted.shape)
    shares[down, across, first % HUES] += (1 - rest) * tinted
    shares[down, across, (first + 1) % HUES] += rest * tinted
    greys = HUES + (light * GREYS / 256).astype(int)
    shares[down, across, greys] += ~tinted
    return shares


def likeness(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return how much of their colours two pictures have in common, 0 to 1, the ground left out; None where nothing is known."""
    if len(one) != BINS + 1 or len(other) != BINS + 1:
        return None
    grounds = {int(one[BINS]), int(other[BINS])} - {NO_GROUND} or {NO_GROUND}
    return round(max(overlap(without(one, ground), without(other, ground)) for ground in grounds), 4)


def without(colours: Sequence[float], ground: int) -> Any:
    """Return the shares of all colours but the ground's, together one."""
    shares = np.array(colours[:BINS])
    if ground != NO_GROUND:
        shares[ground] = 0
    return shares / max(float(shares.sum()), 1e-6)


def overlap(one: Any, other: Any) -> float:
    """Return the common part of two histograms; of what is nothing but ground it says nothing, so all is common."""
    return float(np.minimum(one, other).sum()) if one.any() and other.any() else 1.0
