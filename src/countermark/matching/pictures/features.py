"""By which points is a picture recognised in part? Corners and blobs, each described by the slopes around it.

Kept of a reference once, taken of a listing's picture when its hash alone found nothing. Mirroring a picture only changes the
order of the numbers, so nobody has to look for its points a second time.
"""

from functools import cache
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.numbers import FEATURES

np: Any = Library("numpy")
cv2: Any = Library("cv2")

CELLS, SLOPES = 4, 8  # a description is 4 x 4 cells of 8 directions (Lowe 2004, 6.1)
SIZE = CELLS * CELLS * SLOPES


class Features(NamedTuple):
    """The points of a picture, (n, 2) in pixels of the reduced one, their descriptions, (n, 128) in bytes, the size (width,
    height) of the reduced picture, and a smaller grey copy."""

    points: Any
    descriptions: Any
    size: tuple[int, int]
    thumbnail: Any

    def mirrored(self) -> "Features":
        """Return the features of the picture seen in a mirror."""
        width, _ = self.size
        points = self.points * np.float32([-1, 1]) + np.float32([width - 1, 0])
        return Features(points, self.descriptions[:, mirror()], self.size, self.thumbnail[:, ::-1])


def features_of(grey: Any) -> Features:
    """Return the features of grey pixels, (rows, columns). Pictures of plain areas may have none."""
    small = no_larger(grey, FEATURES["side"])
    found, raw = cv2.SIFT_create(nfeatures=FEATURES["keypoints"]).detectAndCompute(small, None)
    points = np.float32([one.pt for one in found]).reshape(-1, 2)
    size = (small.shape[1], small.shape[0])
    return Features(points, rooted(raw, len(points)), size, no_larger(small, FEATURES["thumbnail"]))


def no_larger(grey: Any, side: int) -> Any:
    """Return a picture whose longer side is at most `side`."""
    scale = side / max(grey.shape)
    if scale >= 1:
        return np.ascontiguousarray(grey)
    columns, rows = (max(1, round(length * scale)) for length in grey.shape[::-1])
    return cv2.resize(np.ascontiguousarray(grey), (columns, rows), interpolation=cv2.INTER_AREA)


def rooted(raw: Any, count: int) -> Any:
    """Return descriptions whose squares sum to one, as bytes: roots of the shares of each."""
    if not count:
        return np.zeros((0, SIZE), dtype=np.uint8)
    shares = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1)
    return np.rint(np.sqrt(shares) * 255).astype(np.uint8)


@cache
def mirror() -> Any:
    """Return the order of a description's numbers in a mirror: cells across the point's direction swap, slopes turn over."""
    places = np.arange(SIZE).reshape(CELLS, CELLS, SLOPES)
    return places[::-1][:, :, -np.arange(SLOPES) % SLOPES].ravel()
