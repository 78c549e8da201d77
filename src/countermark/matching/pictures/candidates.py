"""Which known pictures may share a part with this one? Those that have rare points in common; `verifying` tells which do.

Each point votes for the pictures that have one under the same word and with a near signature, the more the fewer pictures have
that word. The words are found once, from the first pictures; more are added, and some removed, without finding words anew.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.numbers import CANDIDATES
from countermark.matching.pictures.postings import Postings, joined, posted
from countermark.matching.pictures.vocabulary import Vocabulary, trained

np: Any = Library("numpy")


class Candidate(NamedTuple):
    """A known picture worth a closer look, and how much speaks for it."""

    id: int
    votes: float


class State(NamedTuple):
    """All that is asked at one time: who asks keeps one while others change the index."""

    layers: tuple[Postings, ...]
    pictures: Any  # how many have a point under each word, (words)
    total: int
    version: int

    def without(self, ids: Sequence[int]) -> "State":
        layers, pictures, total = [], self.pictures, self.total
        for layer in self.layers:
            gone = layer.places_of(ids)
            if len(gone):
                pictures, total = pictures - layer.pictures(gone), total - len(gone)
            layers.append(layer.without(gone) if len(gone) else layer)
        return self._replace(layers=tuple(layers), pictures=pictures, total=total)


class PartIndex:
    """The points of known pictures by their words. `references` are ids and features.

    `version` counts the steps since it was made, or goes on from where `save` left it. One thread at a time may change it, any
    number may ask.
    """

    def __init__(self, references: Sequence[tuple[int, Features]] = (), vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary
        self.state = State((), None, 0, 0)
        self.rebuilt = ""
        if references:
            self.add(references, version=0)

    @property
    def version(self) -> int:
        return self.state.version

    @property
    def ids(self) -> list[int]:
        """The pictures that are looked for, in the order of their ids."""
        return sorted(one for layer in self.state.layers for one in layer.living)

    def add(self, references: Iterable[tuple[int, Features]], version: int | None = None) -> None:
        """Add pictures; one of an id that is there takes its place. Without points a picture is never found."""
        last = {one: known for one, known in references if len(known.descriptions)}
        state = self._numbered(version)
        if not last:
            self.state = state
            return
        descriptions = np.concatenate([known.descriptions for known in last.values()])
        self.vocabulary = vocabulary = self.vocabulary or trained(descriptions)
        layer = posted(list(last), [len(known.descriptions) for known in last.values()], descriptions, vocabulary)
        state = state.without(list(last))
        pictures = layer.pictures() if state.pictures is None else state.pictures + layer.pictures()
        self.state = State(tiered((*state.layers, layer)), pictures, state.total + len(last), state.version)

    def remove(self, ids: Sequence[int], version: int | None = None) -> None:
        """Remove pictures; ids that are not there do no harm."""
        self.state = self._numbered(version).without(ids)

    def _numbered(self, version: int | None) -> State:
        return self.state._replace(version=self.version + 1 if version is None else version)

    def candidates(self, asked: Features, most: int = CANDIDATES["most"]) -> list[Candidate]:
        """Return the pictures that most speaks for, the most first; the one asked with may be mirrored."""
        state, vocabulary = self.state, self.vocabulary
        if vocabulary is None or not state.total or not len(asked.descriptions):
            return []
        weights = np.log1p(state.total / np.maximum(state.pictures, 1)) ** 2
        views = [Question.of(one.descriptions, vocabulary, weights) for one in (asked, asked.mirrored())]
        found: list[Candidate] = []
        for layer in state.layers:
            votes = np.maximum(*(one.votes(layer) for one in views))
            best = np.argsort(-votes, kind="stable")[:most]
            found += [Candidate(int(layer.ids[at]), float(votes[at])) for at in best.tolist() if votes[at] > 0]
        return sorted(found, key=lambda one: -one.votes)[:most]


class Question(NamedTuple):
    """The words and signatures under which points are looked for, and what each vote counts."""

    words: Any
    signatures: Any
    weights: Any

    @classmethod
    def of(cls, descriptions: Any, vocabulary: Vocabulary, weights: Any) -> "Question":
        count = min(CANDIDATES["words"], len(vocabulary.words))
        words = vocabulary.nearest(descriptions, count).ravel()
        return cls(words, vocabulary.signatures(np.repeat(descriptions, count, axis=0), words), weights[words])

    def votes(self, layer: Postings) -> Any:
        """Return what speaks for each picture of a layer."""
        starts = layer.starts[self.words]
        lengths = layer.starts[self.words + 1] - starts
        asking = np.repeat(np.arange(len(self.words)), lengths)
        places = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        near = np.bitwise_count(layer.signatures[places] ^ self.signatures[asking]) <= CANDIDATES["apart"]
        votes = np.bincount(layer.owners[places[near]], weights=self.weights[asking[near]], minlength=len(layer.ids))
        return votes / np.sqrt(layer.sizes) * layer.alive


def tiered(layers: tuple[Postings, ...]) -> tuple[Postings, ...]:
    """Join the newest layers until each is much larger than the next: so there are few, and each point is sorted in few times."""
    while len(layers) > 1 and len(layers[-1].owners) * CANDIDATES["tier"] >= len(layers[-2].owners):
        layers = (*layers[:-2], joined(layers[-2:]))
    return layers
