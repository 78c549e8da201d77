"""As which pictures may this one come back? A reference is kept all eight ways round, with its border and without; a question
is asked with its border and without. So mirrored, turned, framed and unframed copies meet by their hashes alone.
"""

from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.numbers import TRIM
from countermark.matching.pictures.pdq import Hashed, hashed, hashed_all_ways

np: Any = Library("numpy")


class View(NamedTuple):
    """One way to look at a picture. `way` is one of pdq.WAYS; `trimmed` says whether its border was left out."""

    way: str
    trimmed: bool
    hashed: Hashed


def reference_views(grey: Any) -> list[View]:
    """Return the views to keep of a picture, those whose hash says something."""
    views = [
        View(way, trimmed, found)
        for trimmed, pixels in with_and_without_border(grey)
        for way, found in hashed_all_ways(pixels).items()
    ]
    return [view for view in views if view.hashed.telling]


def query_views(grey: Any) -> list[View]:
    """Return the views to ask with."""
    views = [View("plain", trimmed, hashed(pixels)) for trimmed, pixels in with_and_without_border(grey)]
    return [view for view in views if view.hashed.telling]


def with_and_without_border(grey: Any) -> list[tuple[bool, Any]]:
    without = trimmed(grey)
    return [(False, grey)] if without is None else [(False, grey), (True, without)]


def trimmed(grey: Any) -> Any:
    """Return the picture without its plain border; None when it has none, or is nothing but border."""
    rows, columns = grey.shape
    top, bottom = inside(sampled(grey))
    if not wanted(top, bottom, rows):
        return None
    left, right = inside(sampled(grey[top:bottom].T))
    if not wanted(left, right, columns) or (rows - bottom + top) / rows + (columns - right + left) / columns < LEAST:
        return None
    return grey[top:bottom, left:right]


LEAST = TRIM["least_removed"]


def wanted(first: int, last: int, length: int) -> bool:
    return last - first >= max(TRIM["least_left"] * length, 1)


def sampled(grey: Any) -> Any:
    """Return so many pixels of each line that a border shows."""
    return grey[:, :: max(1, grey.shape[1] // TRIM["samples"])]


def inside(lines: Any) -> tuple[int, int]:
    """Return from which line to which the picture goes: what comes before is all of the first line's grey, what comes after
    of the last's."""
    first, last = (first_unlike(way) for way in (lines, lines[::-1]))
    return first, len(lines) - last


def first_unlike(lines: Any) -> int:
    """Return the number of the first line that is not plain in the first line's grey; all of them when none is."""
    border = np.median(lines[0]).astype(np.int16)
    stray = (np.abs(lines.astype(np.int16) - border) > TRIM["tolerance"]).mean(axis=1) > TRIM["stray"]
    return int(stray.argmax()) if stray.any() else len(lines)
