"""By which points is a picture recognised in part? Corners and blobs, each described by the slopes around it.

Kept of a reference once, taken of a listing's picture when its hash alone found nothing. Mirroring a picture only changes the
order of the numbers, so nobody has to look for its points a second time.
"""

import struct
import zlib
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.numbers import FEATURES

np: Any = Library("numpy")
cv2: Any = Library("cv2")

CELLS, SLOPES = 4, 8  # a description is 4 x 4 cells of 8 directions (Lowe 2004, 6.1)
SIZE = CELLS * CELLS * SLOPES
KEPT = 1  # the form of what packed() writes
HEAD = struct.Struct("<BHHHHH")
PLACES, STEP = (
    64,
    4,
)  # 34 KB a picture at most, not 60; of 119 points that lie alike 113 still do (19 pictures, cropped)


class FeaturesDamaged(ValueError):
    """These bytes are no kept features, or not all of them: take them of the picture again."""

    code = "features_damaged"

    def __init__(self, fault: str) -> None:
        super().__init__(f"kept features cannot be read ({fault}); take them of the picture again")


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

    def packed(self) -> bytes:
        """Return the features as bytes to keep: places to 1/64 of a pixel, descriptions in 64 steps."""
        rows, columns = self.thumbnail.shape
        places = np.rint(self.points * PLACES).astype("<u2")
        steps = ((self.descriptions.astype(np.uint16) + STEP // 2) // STEP).astype(np.uint8)
        body = b"".join(np.ascontiguousarray(one).tobytes() for one in (places, steps, self.thumbnail))
        return HEAD.pack(KEPT, len(places), *self.size, rows, columns) + zlib.compress(body, 9)

    @classmethod
    def unpacked(cls, kept: bytes) -> "Features":
        """Return the features that `packed` kept; raises FeaturesDamaged."""
        try:
            form, count, *size, rows, columns = HEAD.unpack(kept[: HEAD.size])
            body = zlib.decompress(kept[HEAD.size :])
        except (struct.error, zlib.error) as fault:
            raise FeaturesDamaged(str(fault)) from fault
        ends = np.cumsum([0, 4 * count, SIZE * count, rows * columns])
        if form != KEPT or len(body) != ends[-1]:
            raise FeaturesDamaged(f"form {form} of {len(body)} bytes, not {KEPT} of {ends[-1]}")
        places, steps, grey = (np.frombuffer(body[start:end], np.uint8) for start, end in pairwise(ends))
        points = places.view("<u2").reshape(-1, 2).astype(np.float32) / PLACES
        descriptions = np.minimum(steps.reshape(-1, SIZE).astype(np.uint16) * STEP, 255).astype(np.uint8)
        return cls(points, descriptions, (size[0], size[1]), grey.reshape(rows, columns))


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
