"""Which known pictures may share a part with this one? Those that have rare points in common; `verifying` tells which do.

Each point votes for the pictures that have one under the same word and with a near signature, the more the fewer pictures have
that word. The words are found once, from the first pictures; more are added, and some removed, without finding words anew.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.numbers import CANDIDATES, FEATURES
from countermark.matching.pictures.postings import Postings, joined, posted
from countermark.matching.pictures.vocabulary import Vocabulary, trained

np: Any = Library("numpy")

AT_ONCE = 500  # pictures taken at a time: 30 MB of features
Take = Callable[[Sequence[int]], Iterable[tuple[int, Features]]]


class Candidate(NamedTuple):
    """A known picture worth a closer look, and how much speaks for it."""

    id: int
    votes: float


class State(NamedTuple):
    """All that is asked at one time: who asks keeps one while others change the index. `pictures`: how many have a point under
    each word; `pointless`: ids of those that have none, and so are never found."""

    vocabulary: Vocabulary | None = None
    layers: tuple[Postings, ...] = ()
    pictures: Any = 0
    total: int = 0
    pointless: frozenset[int] = frozenset()
    version: int = 0

    @property
    def ids(self) -> list[int]:
        return sorted(one for layer in self.layers for one in layer.living)

    def without(self, ids: Iterable[int]) -> "State":
        ids = list(ids)
        layers, pictures, total = [], self.pictures, self.total
        for layer in self.layers:
            gone = layer.places_of(ids)
            if len(gone):
                pictures, total = pictures - layer.pictures(gone), total - len(gone)
            layers.append(layer.without(gone) if len(gone) else layer)
        pointless = self.pointless.difference(ids)
        return self._replace(layers=tuple(layers), pictures=pictures, total=total, pointless=pointless)

    def having(self, references: Iterable[tuple[int, Features]]) -> "State":
        """Return what is there with these pictures too; one of an id that is there takes its place."""
        last = dict(references)
        telling = {one: known for one, known in last.items() if len(known.descriptions)}
        state = self.without(last)
        state = state._replace(pointless=state.pointless | (last.keys() - telling.keys()))
        if not telling:
            return state
        descriptions = np.concatenate([known.descriptions for known in telling.values()])
        vocabulary = state.vocabulary or trained(descriptions)
        layer = posted(list(telling), [len(one.descriptions) for one in telling.values()], descriptions, vocabulary)
        return state._replace(
            vocabulary=vocabulary,
            layers=tiered((*state.layers, layer)),
            pictures=state.pictures + layer.pictures(),
            total=state.total + len(telling),
        )

    def outgrown(self, wanted: int) -> bool:
        """Are so many more pictures wanted than words were found for that each word would stand for too many points?"""
        if self.vocabulary is None:
            return True
        words = len(self.vocabulary.words)
        points = words * CANDIDATES["points"] * CANDIDATES["grown"]
        return words < CANDIDATES["side"] ** 2 // 2 and wanted * FEATURES["keypoints"] > points


class PartIndex:
    """The points of known pictures by their words. `references` are ids and features.

    `version` counts the steps since it was made, or goes on from where it was left. One thread at a time may change it, any
    number may ask.
    """

    def __init__(self, references: Sequence[tuple[int, Features]] = (), vocabulary: Vocabulary | None = None) -> None:
        self.state = State(vocabulary).having(references)
        self.rebuilt = ""

    @property
    def vocabulary(self) -> Vocabulary | None:
        return self.state.vocabulary

    @property
    def version(self) -> int:
        return self.state.version

    @property
    def ids(self) -> list[int]:
        """The pictures that may be found, in the order of their ids."""
        return self.state.ids

    def add(self, references: Iterable[tuple[int, Features]], version: int | None = None) -> None:
        """Add pictures; one of an id that is there takes its place. Without points a picture is never found."""
        self._step(self.state.having(references), version)

    def remove(self, ids: Iterable[int], version: int | None = None) -> None:
        """Remove pictures; ids that are not there do no harm."""
        self._step(self.state.without(ids), version)

    def follow(self, wanted: Collection[int], take: Take, version: int | None = None) -> None:
        """Bring the index to exactly these pictures. `take` gives the features of ids, of those there are; it is asked for what
        is missing only, some hundred at a time. When far more are wanted than words were found for, all are taken anew."""
        state, wanted = self.state, set(wanted)
        if state.outgrown(len(wanted)):
            sample = sorted(wanted)[:: len(wanted) // CANDIDATES["sampled"] + 1]
            state = State(State().having(take(sample)).vocabulary, version=state.version)
        there = set(state.ids) | state.pointless
        state = state.without(there - wanted)
        missing = sorted(wanted - there)
        for start in range(0, len(missing), AT_ONCE):
            state = state.having(take(missing[start : start + AT_ONCE]))
        self._step(state, version)

    def _step(self, state: State, version: int | None) -> None:
        self.state = state._replace(version=self.version + 1 if version is None else version)

    def candidates(self, asked: Features, most: int = CANDIDATES["most"]) -> list[Candidate]:
        """Return the pictures that most speaks for, the most first; the one asked with may be mirrored."""
        state, vocabulary = self.state, self.state.vocabulary
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
