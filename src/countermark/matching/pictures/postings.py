"""Under which word has which picture a point? Points of pictures, sorted by their words once and never changed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.vocabulary import Vocabulary

np: Any = Library("numpy")


class Postings(NamedTuple):
    """Pictures: `ids`, `sizes` (points of each), `alive` (1, or 0 when removed). Points, by their words: `owners` (the place of
    the picture in `ids`), `signatures`; those of word w are from starts[w] to starts[w + 1]."""

    ids: Any
    sizes: Any
    alive: Any
    owners: Any
    signatures: Any
    starts: Any

    @property
    def living(self) -> list[int]:
        return [int(one) for one in self.ids[self.alive > 0]]

    @property
    def words(self) -> Any:
        """The word of each point."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    def places_of(self, ids: Sequence[int]) -> Any:
        """Return where the living pictures of these ids are."""
        return np.flatnonzero(np.isin(self.ids, np.array(ids, dtype=np.int64)) & (self.alive > 0))

    def without(self, gone: Any) -> "Postings":
        """Return the postings with the pictures at these places removed: who asks meanwhile keeps what was."""
        alive = np.array(self.alive)
        alive[gone] = 0
        return self._replace(alive=alive)

    def pictures(self, places: Any = None) -> Any:
        """Return how many pictures, of those at `places` alone if given, have a point under each word."""
        words, owners = self.words, self.owners
        if places is not None:
            theirs = np.isin(owners, places)
            words, owners = words[theirs], owners[theirs]
        pairs = np.unique(words.astype(np.int64) * max(1, len(self.ids)) + owners)
        return np.bincount(pairs // max(1, len(self.ids)), minlength=len(self.starts) - 1)


def posted(ids: Sequence[int], sizes: Sequence[int], descriptions: Any, vocabulary: Vocabulary) -> Postings:
    """Sort the points of pictures by their words; `descriptions` are of one picture after the other."""
    owners = np.repeat(np.arange(len(ids), dtype=np.int32), sizes)
    words = vocabulary.nearest(descriptions)[:, 0]
    signatures = vocabulary.signatures(descriptions, words)
    alive = np.ones(len(ids), dtype=np.uint8)
    return sorted_by(
        words, len(vocabulary.words), np.array(ids, np.int64), np.array(sizes, np.int32), alive, owners, signatures
    )


def sorted_by(words: Any, count: int, ids: Any, sizes: Any, alive: Any, owners: Any, signatures: Any) -> Postings:
    order = np.argsort(words, kind="stable")
    starts = np.searchsorted(words[order], np.arange(count + 1)).astype(np.int64)
    return Postings(ids, sizes, alive, owners[order], signatures[order], starts)


def joined(layers: Sequence[Postings]) -> Postings:
    """Return one layer of all living pictures of some."""
    kept = [np.flatnonzero(layer.alive) for layer in layers]
    parts, before = [], 0
    for layer, places in zip(layers, kept, strict=True):
        renumbered = np.full(len(layer.ids), -1, dtype=np.int32)
        renumbered[places] = np.arange(before, before + len(places))
        owners = renumbered[layer.owners]
        there = owners >= 0
        parts.append((layer.words[there], owners[there], layer.signatures[there]))
        before += len(places)
    words, owners, signatures = (np.concatenate(column) for column in zip(*parts, strict=True))
    ids, sizes = (
        np.concatenate([getattr(layer, name)[places] for layer, places in zip(layers, kept, strict=True)])
        for name in ("ids", "sizes")
    )
    alive = np.ones(len(ids), dtype=np.uint8)
    return sorted_by(words, len(layers[0].starts) - 1, ids, sizes, alive, owners, signatures)
