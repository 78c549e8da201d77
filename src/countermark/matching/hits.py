"""Which marks does a title name, and where? From tokens judged one by one, from tokens joined, and from scripts without blanks.

A hit says how a name was written and what makes that doubtful; whether it matters is not asked here.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from countermark.matching.dense import DenseFind
from countermark.matching.fold import IS_DENSE
from countermark.matching.look import looks
from countermark.matching.mark_index import MarkIndex
from countermark.matching.page import Page
from countermark.matching.policy import SHAPE
from countermark.matching.tokens import Judgement
from countermark.matching.vocabulary import pieces

KINDS = ("exact", "plural", "spelled", "repeated", "leet", "compound", "homophone", "edited")  # the plainest first
RANK = {kind: rank for rank, kind in enumerate(KINDS)} | {"joined": 1}


class Hit(NamedTuple):
    """A mark found: its place in the index, how, from where to where in the title, and what weakens it.

    `first` and `last` are the tokens it covers, for the words around it; -1 in scripts without blanks.
    """

    place: int
    kind: str
    start: int
    end: int
    weak: tuple[str, ...]
    first: int
    last: int
    folded: tuple[int, int]  # where it stands in the folded text


class Spot(NamedTuple):
    """A key found in folded text, before it is known whose it is."""

    key: str
    kind: str
    start: int
    end: int
    first: int
    last: int
    weak: tuple[str, ...] = ()


class Finder:
    """Finds the marks of an index in titles whose tokens are judged."""

    def __init__(self, index: MarkIndex, hot: dict[str, Judgement]) -> None:
        self.index, self.hot = index, hot

    def hits(self, page: Page) -> list[Hit]:
        """Return the marks a title names, in order; a name inside a longer one is left out."""
        spots = [*self._single(page), *self._joined(page), *self._spelled(page)]
        if not page.text.isascii():
            spots += [Spot(*find[:4], -1, -1, find[4]) for find in self._dense(page.folded)]
        return [hit for spot in longest(spots) for hit in self._of_marks(spot, page)]

    def _single(self, page: Page) -> Iterator[Spot]:
        hot = self.hot
        for number, token in enumerate(page.tokens):
            if token in hot:
                start = page.spans[number][0]
                for key, kind, begin, end in hot[token].finds:
                    yield Spot(key, kind, start + begin, start + end, number, number)

    def _joined(self, page: Page) -> Iterator[Spot]:
        tokens = page.tokens
        for first in range(len(tokens) - 1):
            key = tokens[first]
            for last in range(first + 1, min(first + SHAPE["joins"], len(tokens))):
                key += tokens[last]
                if key in self.index.openings:
                    yield from self._opened(page, key, first, last)
        if any(token in self.hot and self.hot[token].parts for token in tokens):
            yield from self._mended(page)

    def _opened(self, page: Page, key: str, first: int, last: int) -> Iterator[Spot]:
        if key in self.index.keys:
            yield self._spot(
                page, key, "spelled" if is_spelled(page.tokens[first : last + 1]) else "exact", first, last
            )
        for name in self.index.long.get(key, ()):
            if last - first + 1 == SHAPE["joins"] and tuple(page.tokens[first : first + len(name)]) == name:
                yield self._spot(page, "".join(name), "exact", first, first + len(name) - 1)

    def _spot(self, page: Page, key: str, kind: str, first: int, last: int) -> Spot:
        return Spot(key, kind, page.spans[first][0], page.spans[last][1], first, last)

    def _mended(self, page: Page) -> Iterator[Spot]:
        """Yield names of several words in which words are written otherwise: "Louis Vu1tton"."""
        options = [self._options(token) for token in page.tokens]
        for first in range(len(options) - 1):
            for last in range(first + 1, min(first + SHAPE["joins"], len(options))):
                for chosen in product(*options[first : last + 1]):
                    key, worst = (
                        "".join(part for part, _ in chosen),
                        max((kind for _, kind in chosen), key=RANK.__getitem__),
                    )
                    if worst != "exact" and sum(kind != "exact" for _, kind in chosen) == 1 and key in self.index.keys:
                        yield self._spot(page, key, worst, first, last)

    def _options(self, token: str) -> list[tuple[str, str]]:
        parts = self.hot[token].parts[:3] if token in self.hot else ()
        return [(token, "exact"), *parts]

    def _spelled(self, page: Page) -> Iterator[Spot]:
        for first, last in single_letter_runs(page.tokens):
            for start in range(first, last):
                longest_end = min(last, start + self.index.longest)
                for end in range(start + SHAPE["spelled_letters"], longest_end + 1):
                    if (key := "".join(page.tokens[start:end])) in self.index.keys:
                        yield self._spot(page, key, "spelled", start, end - 1)

    def _dense(self, folded: str) -> Iterator[DenseFind]:
        return self.index.dense.find(folded) if IS_DENSE.search(folded) else iter(())

    def _of_marks(self, spot: Spot, page: Page) -> Iterator[Hit]:
        start, end = page.given(spot.start, spot.end)
        owners = self.index.keys.get(spot.key) or self.index.dense.keys[spot.key]
        for place in owners:
            kind, weak = self._as_written(place, spot, page)
            if kind:
                kind, more = looks(kind, page.text, start, end, self.index.marks[place].text)
                yield Hit(place, kind, start, end, weak + more, spot.first, spot.last, (spot.start, spot.end))

    def _as_written(self, place: int, spot: Spot, page: Page) -> tuple[str, tuple[str, ...]]:
        """Return how the mark is written, and what weakens it; "" when too little is there to say so."""
        if spot.kind not in ("exact", "spelled") or spot.first < 0:
            return spot.kind, spot.weak
        name = self.index.names[place]
        written = page.tokens[spot.first : spot.last + 1]
        if len(name) == len(written) and (len(name) == 1 or tuple(written) == name):
            return "exact", ()
        if spot.kind == "spelled":
            return "spelled", ()
        if len(spot.key) < SHAPE["joined_letters"]:
            return "", ()
        return "joined", ("loose",) * all(map(is_piece, written))


def is_spelled(tokens: Sequence[str]) -> bool:
    """Are these single letters, enough of them to be a word spelled out?"""
    return len(tokens) >= SHAPE["spelled_letters"] and all(len(token) == 1 for token in tokens)


def is_piece(token: str) -> bool:
    """Is this piece of a joined name a word, or a number, of its own?"""
    return token in pieces() or token.isdigit()


def single_letter_runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (first, behind last) of the runs of single characters that are long enough and not all alike."""
    first = 0
    for number, token in enumerate([*tokens, "--"]):
        if len(token) == 1:
            continue
        if number - first >= SHAPE["spelled_letters"] and len(set(tokens[first:number])) >= SHAPE["spelled_letters"]:
            yield first, number
        first = number + 1


def longest(spots: list[Spot]) -> list[Spot]:
    """Return the spots that lie in no longer one, the best reading of each name once, in order."""
    if len(spots) < 2:
        return spots
    spots = sorted(spots, key=lambda spot: (spot.start, -spot.end, RANK[spot.kind], spot.key))
    kept: list[Spot] = []
    for spot in spots:
        if not any(covers(other, spot) for other in kept):
            kept.append(spot)
    return kept


def covers(other: Spot, spot: Spot) -> bool:
    """Does another spot say the same of this place, or more? A guess never covers what is plain to see."""
    if (other.start, other.end) == (spot.start, spot.end):
        return other.key == spot.key or (other.kind == "exact" and spot.kind in ("homophone", "edited"))
    inside = other.start <= spot.start and spot.end <= other.end
    return inside and (RANK[other.kind] <= RANK[spot.kind] or other.key == spot.key)
