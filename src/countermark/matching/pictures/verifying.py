"""Does this picture show what that one shows, in part at least, and where? Points that lie alike, and greys alike between them.

The polygon around those points is what a person is shown. Figurative marks are no pictures in this sense: they have too few
points, and what is found of them is for people to look at.
"""

from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.numbers import VERIFY

np: Any = Library("numpy")
cv2: Any = Library("cv2")

Polygon = tuple[tuple[float, float], ...]
LEAST_PAIRS = 3  # a turn, shear and scale is known by three points
LEAST_SEEN = 64  # pixels of the small copies whose greys can be compared


class Shared(NamedTuple):
    """What two pictures share: how many points lie alike, where in either (corners in fractions of width and height), whether
    one is mirrored, and how alike the greys are, up to 1."""

    points: int
    place: Polygon
    known_place: Polygon
    mirrored: bool
    likeness: float


def shared(asked: Features, known: Features) -> Shared | None:
    """Return what a picture shares with a known one, mirrored or not; None when that is not enough to say they do."""
    found = [one for mirrored in (False, True) if (one := aligned(asked, known, mirrored=mirrored))]
    return max(found, key=lambda one: one.points, default=None)


def aligned(asked: Features, known: Features, *, mirrored: bool) -> Shared | None:
    seen = asked.mirrored() if mirrored else asked
    one, other = pairs(seen.descriptions, known.descriptions)
    if len(one) < VERIFY["inliers"]:
        return None
    start, end = seen.points[one], known.points[other]
    matrix, kept = cv2.estimateAffine2D(start, end, ransacReprojThreshold=VERIFY["tolerance"])
    if matrix is None or not is_plausible(matrix):
        return None
    start, end = distinct(start[kept.ravel() > 0], end[kept.ravel() > 0])
    likeness = alike(seen, known, matrix) if len(start) >= VERIFY["inliers"] else -1.0
    if likeness < least_likeness(len(start)):
        return None
    place = polygon(start, seen.size)
    if mirrored:
        place = tuple((1 - across, down) for across, down in place)
    return Shared(len(start), place, polygon(end, known.size), mirrored, likeness)


def least_likeness(points: int) -> float:
    """Return how alike the greys must be: the fewer points, the more, as a line of common print has a dozen."""
    return float(VERIFY["likeness"] if points >= VERIFY["few"] else VERIFY["few_likeness"])


def pairs(asked: Any, known: Any) -> tuple[Any, Any]:
    """Return which points are described alike: those clearly nearer to one than to all others, each known point once."""
    if len(asked) < LEAST_PAIRS or len(known) < LEAST_PAIRS:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    likeness = (asked.astype(np.float32) / 255) @ (known.astype(np.float32) / 255).T
    best = likeness.argmax(axis=1)
    two = np.partition(likeness, -2, axis=1)[:, -2:]
    far = np.sqrt(np.maximum(2 - 2 * two, 0))  # of vectors of length one
    clear = np.flatnonzero(far[:, 1] < VERIFY["ratio"] * far[:, 0])
    mutual = likeness.argmax(axis=0)[best[clear]] == clear
    return clear[mutual], best[clear[mutual]]


def is_plausible(matrix: Any) -> bool:
    """Is this a turn and a scale that a picture may have undergone? Mirroring was tried on its own."""
    if not np.isfinite(matrix).all():  # points all in one place
        return False
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    if np.linalg.det(matrix[:, :2]) <= 0 or small <= 0:
        return False
    return bool(large / small <= VERIFY["stretch"] and 1 / VERIFY["scale"] <= small and large <= VERIFY["scale"])


def distinct(start: Any, end: Any) -> tuple[Any, Any]:
    """Return the points without those that lie on another: a blob is found in several directions."""
    _, first = np.unique(np.rint(np.hstack([start, end]) / 2), axis=0, return_index=True)
    return start[first], end[first]


def alike(asked: Features, known: Features, matrix: Any) -> float:
    """Return the correlation of the greys where both pictures are seen, on the known one's small copy; -1 if hardly anywhere."""
    rows, columns = known.thumbnail.shape
    into_known = scaling(columns / known.size[0], rows / known.size[1])
    from_asked = scaling(asked.size[0] / asked.thumbnail.shape[1], asked.size[1] / asked.thumbnail.shape[0])
    whole = (into_known @ np.vstack([matrix, [0, 0, 1]]) @ from_asked)[:2]
    moved = cv2.warpAffine(np.ascontiguousarray(asked.thumbnail), whole, (columns, rows))
    there = cv2.warpAffine(np.full(asked.thumbnail.shape, 255, np.uint8), whole, (columns, rows)) == 255
    if there.sum() < LEAST_SEEN:
        return -1.0
    return correlation(moved[there].astype(np.float64), known.thumbnail[there].astype(np.float64))


def scaling(across: float, down: float) -> Any:
    return np.diag([across, down, 1.0])


def correlation(one: Any, other: Any) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / size if size else -1.0


def polygon(points: Any, size: tuple[int, int]) -> Polygon:
    """Return the corners around points, in fractions of the picture."""
    corners = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2) / np.float32(size)
    return tuple((round(float(across), 4), round(float(down), 4)) for across, down in corners.clip(0, 1))
