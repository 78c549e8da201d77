"""Which known pictures may share a part with this one? Those that have rare points in common; `verifying` tells which do.

Each point votes for the pictures that have one under the same word and with a near signature, the more the fewer pictures have
that word. Built once from the features of all references; who adds one builds anew.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.numbers import CANDIDATES
from countermark.matching.pictures.vocabulary import Vocabulary, trained

np: Any = Library("numpy")


class Candidate(NamedTuple):
    """A known picture worth a closer look, and how much speaks for it."""

    id: int
    votes: float


class PartIndex:
    """The points of known pictures by their words. `references` are ids and features."""

    def __init__(self, references: Sequence[tuple[int, Features]], vocabulary: Vocabulary | None = None) -> None:
        self.ids = [one for one, _ in references]
        sizes = np.array([len(known.descriptions) for _, known in references], dtype=np.int64)
        self.sizes = np.sqrt(np.maximum(sizes, 1))
        if not sizes.sum():
            self.vocabulary = None
            return
        descriptions = np.concatenate([known.descriptions for _, known in references])
        self.vocabulary = vocabulary or trained(descriptions)
        self._post(descriptions, np.repeat(np.arange(len(references), dtype=np.int32), sizes))

    def _post(self, descriptions: Any, owners: Any) -> None:
        """Sort the points by their words: `owners` are the places of the references they belong to."""
        count = len(self.vocabulary.words)
        words = self.vocabulary.nearest(descriptions)[:, 0]
        order = np.argsort(words, kind="stable")
        self.owners = owners[order]
        self.signatures = self.vocabulary.signatures(descriptions, words)[order]
        self.starts = np.searchsorted(words[order], np.arange(count + 1))
        pictures = np.bincount(
            np.unique(words.astype(np.int64) * len(self.ids) + owners) // len(self.ids), minlength=count
        )
        self.weights = np.log1p(len(self.ids) / np.maximum(pictures, 1)) ** 2

    def candidates(self, asked: Features, most: int = CANDIDATES["most"]) -> list[Candidate]:
        """Return the pictures that most speaks for, the most first; the one asked with may be mirrored."""
        if self.vocabulary is None or not len(asked.descriptions):
            return []
        votes = np.maximum(self._votes(asked.descriptions), self._votes(asked.mirrored().descriptions))
        best = np.argsort(-votes, kind="stable")[:most]
        return [Candidate(self.ids[place], float(votes[place])) for place in best.tolist() if votes[place] > 0]

    def _votes(self, descriptions: Any) -> Any:
        """Return what speaks for each reference."""
        count = min(CANDIDATES["words"], len(self.vocabulary.words))
        words = self.vocabulary.nearest(descriptions, count).ravel()
        signatures = self.vocabulary.signatures(np.repeat(descriptions, count, axis=0), words)
        lengths = self.starts[words + 1] - self.starts[words]
        asking = np.repeat(np.arange(len(words)), lengths)
        places = np.arange(lengths.sum()) + np.repeat(self.starts[words] - np.cumsum(lengths) + lengths, lengths)
        near = np.bitwise_count(self.signatures[places] ^ signatures[asking]) <= CANDIDATES["apart"]
        weights = self.weights[words[asking[near]]]
        return np.bincount(self.owners[places[near]], weights=weights, minlength=len(self.ids)) / self.sizes
