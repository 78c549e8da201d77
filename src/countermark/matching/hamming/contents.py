"""What is in the index, and in which version? A large set, a middle one and a short list of the newest, changed by steps.

Each step makes a new `Contents` and leaves the old one as it was, so who asks is answered from one version while others
add. The newest are looked through; when they are too many they are sorted into the middle set.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from countermark.matching.hamming.hashes import Nearby, nearby
from countermark.matching.hamming.shelf import FEW, Shelf, find, looked_through, shelved
from countermark.matching.libraries import Library

np: Any = Library("numpy")

ADDED, REMOVED = 1, 2


class Step(NamedTuple):
    """A change: the version it leads to, ADDED or REMOVED, the ids and, when added, their hashes (n, 4)."""

    version: int
    kind: int
    ids: Any
    words: Any


class Layer(NamedTuple):
    """A shelf and which of its rows were removed."""

    shelf: Shelf
    dead: Any

    @property
    def living(self) -> tuple[Any, Any]:
        """Words and ids of the rows not removed."""
        alive = self.dead == 0
        return self.shelf.words[alive], self.shelf.ids[alive]


class Tail(NamedTuple):
    """The newest: arrays with room for FEW rows, of which the first `used` count. Rows are only ever written behind these,
    so older contents may share the arrays."""

    words: Any
    ids: Any
    dead: Any
    used: int

    @property
    def living(self) -> tuple[Any, Any]:
        alive = np.flatnonzero(self.dead[: self.used] == 0)
        return self.words[alive], self.ids[alive]


class Contents(NamedTuple):
    """All hashes of one version."""

    version: int
    base: Layer
    middle: Layer
    tail: Tail

    @property
    def living(self) -> tuple[Any, Any]:
        """Words and ids of all hashes that were not removed."""
        words, ids = zip(self.base.living, self.middle.living, self.tail.living, strict=True)
        return np.concatenate(words), np.concatenate(ids)

    def near(self, asked: Any, radius: int) -> Nearby:
        """Return what is within `radius` bits of the hashes asked with, (n, 4)."""
        parts, tail = [], self.tail
        for layer in (self.base, self.middle):
            if layer.shelf.rows and len(found := find(layer.shelf, asked, radius, layer.dead)):
                parts.append((layer.shelf.ids, found))
        if tail.used and len(found := looked_through(tail.words, tail.used, asked, radius, tail.dead)):
            parts.append((tail.ids, found))
        return nearby(self.version, parts)

    def after(self, step: Step) -> "Contents":
        """Return what is there after one more step."""
        return self._with(step) if step.kind == ADDED else self._without(step)

    def _with(self, step: Step) -> "Contents":
        used, more = self.tail.used, self.tail.used + len(step.ids)
        if more > FEW:
            return self._sorted_in(step)
        self.tail.words[used:more], self.tail.ids[used:more], self.tail.dead[used:more] = step.words, step.ids, 0
        return self._replace(version=step.version, tail=self.tail._replace(used=more))

    def _sorted_in(self, step: Step) -> "Contents":
        """Sort the newest into the middle set."""
        words, ids = zip(self.middle.living, self.tail.living, (step.words, step.ids), strict=True)
        middle = layered(shelved(np.concatenate(words), np.concatenate(ids)))
        return self._replace(version=step.version, middle=middle, tail=empty_tail())

    def _without(self, step: Step) -> "Contents":
        tail, gone = self.tail, np.flatnonzero(np.isin(self.tail.ids[: self.tail.used], step.ids))
        if len(gone):
            tail = tail._replace(dead=marked(tail.dead, gone))
        base, middle = (buried(layer, step.ids) for layer in (self.base, self.middle))
        return Contents(step.version, base, middle, tail)


def contents_of(shelf: Shelf, version: int) -> Contents:
    """Return the contents that a shelf alone makes."""
    nothing = shelved(np.zeros((0, 4), dtype=np.uint64), np.zeros(0, dtype=np.int64))
    return Contents(version, layered(shelf), layered(nothing), empty_tail())


def layered(shelf: Shelf) -> Layer:
    return Layer(shelf, np.zeros(shelf.rows, dtype=np.uint8))


def empty_tail() -> Tail:
    arrays: Callable[..., Any] = np.zeros
    return Tail(arrays((FEW, 4), dtype=np.uint64), arrays(FEW, dtype=np.int64), arrays(FEW, dtype=np.uint8), 0)


def buried(layer: Layer, ids: Any) -> Layer:
    rows = layer.shelf.rows_of(ids)
    return layer._replace(dead=marked(layer.dead, rows)) if len(rows) else layer


def marked(dead: Any, rows: Any) -> Any:
    """Return a copy with these rows marked: who asks meanwhile keeps what was."""
    copy = dead.copy()
    copy[rows] = 1
    return copy
