"""Into which words do descriptions of points fall? Found from the descriptions themselves; the same ones give the same words.

Beside its word a description has a signature of 64 bits: on which side of that word's middle it lies, in 64 directions.
"""

from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.features import SIZE
from countermark.matching.pictures.numbers import CANDIDATES

np: Any = Library("numpy")

DIRECTIONS = 64
ROUNDING = 5e-4  # an eighth of a step of a description: a word of one point has its middle there, which is one side, not chance
AT_ONCE = 4096  # descriptions held against all words at a time: 64 MB


class Vocabulary(NamedTuple):
    """Words (n, 128), directions (128, 64), and where the middle of each word lies in each direction (n, 64)."""

    words: Any
    directions: Any
    middles: Any

    def nearest(self, descriptions: Any, count: int = 1) -> Any:
        """Return the nearest words of each description, (n, count), in no order."""
        offsets = (self.words**2).sum(axis=1) / 2
        found = np.empty((len(descriptions), count), dtype=np.int32)
        for start in range(0, len(descriptions), AT_ONCE):
            likeness = floats(descriptions[start : start + AT_ONCE]) @ self.words.T - offsets
            found[start : start + AT_ONCE] = np.argpartition(likeness, -count, axis=1)[:, -count:]
        return found

    def signatures(self, descriptions: Any, words: Any) -> Any:
        """Return the signature of each description under one word each, as 64-bit numbers."""
        sides = floats(descriptions) @ self.directions > self.middles[words] - ROUNDING
        return np.packbits(sides, axis=1).view(np.uint64).ravel()


def floats(descriptions: Any) -> Any:
    return descriptions.astype(np.float32) / 255


def trained(descriptions: Any) -> Vocabulary:
    """Find words for these descriptions, bytes (n, 128), n at least one: first a few large groups, then words within each."""
    dice = np.random.default_rng(2008)
    chosen = dice.permutation(len(descriptions))[: CANDIDATES["sample"]]
    points = floats(descriptions[chosen])
    side = max(1, min(CANDIDATES["side"], int((len(points) / CANDIDATES["points"]) ** 0.5)))
    groups = centres(points, side, dice)
    of = closest(points, groups)
    words = np.concatenate([centres(points[of == group], side, dice) for group in np.unique(of)])
    directions = np.linalg.qr(dice.normal(size=(SIZE, SIZE)))[0][:, :DIRECTIONS].astype(np.float32)
    return Vocabulary(words, directions, middles_of(points @ directions, closest(points, words), len(words)))


def centres(points: Any, count: int, dice: Any) -> Any:
    """Return at most `count` points in the middle of groups of these (Lloyd's algorithm)."""
    found = points[dice.permutation(len(points))[:count]]
    for _ in range(CANDIDATES["rounds"]):
        _, found = means_of(points, closest(points, found))
    return found


def means_of(points: Any, groups: Any) -> tuple[Any, Any]:
    """Return the groups there are, and the mean of the points of each."""
    order = np.argsort(groups, kind="stable")
    there, first, counts = np.unique(groups[order], return_index=True, return_counts=True)
    return there, (np.add.reduceat(points[order], first) / counts[:, None]).astype(np.float32)


def closest(points: Any, found: Any) -> Any:
    """Return the number of the nearest of `found` for each point."""
    offsets = (found**2).sum(axis=1) / 2
    starts = range(0, len(points), AT_ONCE)
    return np.concatenate([(points[at : at + AT_ONCE] @ found.T - offsets).argmax(axis=1) for at in starts])


def middles_of(lying: Any, words: Any, count: int) -> Any:
    """Return the mean of what lies under each word, in each direction."""
    found = np.zeros((count, DIRECTIONS), dtype=np.float32)
    there, means = means_of(lying, words)
    found[there] = means
    return found
