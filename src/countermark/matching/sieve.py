"""Which titles of a batch can name a mark at all, and at which tokens?

Every token has a number; what is known of tokens lies in arrays by these numbers. A batch is one array of numbers, and each
question is asked of all of it at once. A name made of several tokens is met by a number worked out of theirs; what meets
is compared for good by whoever looks closer.
"""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from itertools import chain, pairwise
from operator import add, or_
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.mark_index import MarkIndex
from countermark.matching.numbered import hashed
from countermark.matching.policy import SHAPE, goods, wording
from countermark.matching.tokens import TokenJudge

np: Any = Library("numpy")

FINDS, PARTS, SINGLE, WORDS = 1, 2, 4, 8  # what is known of a token
Windows = list[tuple[int, int]]


class Sifted(NamedTuple):
    """What is left of one title: which tokens stand for names, from which to which token a name may be joined, and what
    is known of its tokens together."""

    finds: list[int]
    joined: Windows
    known: int


sifted_of: Callable[[tuple[list[int], Windows, int]], Sifted] = partial(tuple.__new__, Sifted)  # of all fields at once


class Numbers(dict[str, int]):
    """token -> its number; one not asked for before is the next, and `unseen` until something is known of it."""

    def __init__(self) -> None:
        super().__init__()
        self.unseen: list[str] = []

    def __missing__(self, token: str) -> int:
        self[token] = number = len(self)
        self.unseen.append(token)
        return number


class Sieve:
    """Sifts batches for an index and what the judge knows."""

    def __init__(self, index: MarkIndex, judge: TokenJudge) -> None:
        self.index, self.judge = index, judge
        self.speaking = wording().of_tokens.keys() | (goods().keys() if index.with_classes else set())
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.numbers = Numbers()
        self.known = np.zeros(0, dtype=np.uint8)
        self.hashes, self.powers = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64)

    def sift(self, tokens: Sequence[list[str]]) -> list[Sifted | None]:
        """Return for the tokens of each title what is left of it, None where no mark can be."""
        if len(tokens) == 1:
            return [self._sift_one(tokens[0])]
        flat = list(chain.from_iterable(tokens))
        numbers = self._numbered(flat)
        lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
        titles = np.repeat(np.arange(len(tokens)), lengths)
        starts = np.cumsum(lengths) - lengths
        return self._left(flat, numbers, titles, starts)

    def _sift_one(self, tokens: list[str]) -> Sifted | None:
        """As `sift`, without arrays: to make them takes longer than to look at one title."""
        numbers = self._numbered(tokens)
        known = self.known[numbers].tolist()
        whole = reduce(or_, known, 0) & (PARTS | WORDS)
        whole |= SINGLE * (sum(bits & SINGLE for bits in known) >= SINGLE * SHAPE["spelled_letters"])
        finds = [place for place, bits in enumerate(known) if bits & FINDS]
        joined = self._joins_of_one(tokens)
        return Sifted(finds, joined, whole) if finds or joined or whole & (PARTS | SINGLE) else None

    def _joins_of_one(self, tokens: list[str]) -> Windows:
        """As `_joins`, of one title."""
        openings, written, found = self.index.openings, tokens, []
        for more in range(1, SHAPE["joins"]):
            written = list(map(add, written, tokens[more:]))
            if not openings.isdisjoint(written):
                found += [(first, first + more) for first, name in enumerate(written) if name in openings]
        return found

    def _left(self, flat: list[str], numbers: Any, titles: Any, starts: Any) -> list[Sifted | None]:
        known, of_title = self.known[numbers], np.zeros(len(starts), dtype=np.uint8)
        for bit in (PARTS, WORDS):
            of_title[titles[known & bit > 0]] |= bit
        of_title[spelled(known & SINGLE > 0, titles)] |= SINGLE
        places = np.flatnonzero(known & FINDS)
        finds = by_title(titles[places], places - starts[titles[places]], len(starts))
        joined: list[Windows] = [[] for _ in starts] if len(starts) else []
        for title, first, last in self._joins(flat, numbers, titles, starts):
            joined[title].append((first, last))
        return [
            sifted_of((found, windows, whole)) if found or windows or whole & (PARTS | SINGLE) else None
            for found, windows, whole in zip(finds, joined, of_title.tolist(), strict=True)
        ]

    def _joins(self, flat: list[str], numbers: Any, titles: Any, starts: Any) -> list[tuple[int, int, int]]:
        """Return (title, first token, last token) of the tokens in a row that make a name, or begin one."""
        hashes, powers = self.hashes[numbers], self.powers[numbers]
        joined, found = hashes, []
        for more in range(1, SHAPE["joins"]):
            joined = joined[:-1] * powers[more:] + hashes[more:]
            places = self.index.openings_filter.passed(joined, titles[: len(joined)] == titles[more:])
            for place, title in zip(places.tolist(), titles[places].tolist(), strict=True):
                if "".join(flat[place : place + more + 1]) in self.index.openings:
                    first = place - int(starts[title])
                    found.append((title, first, first + more))
        return found

    def _numbered(self, flat: list[str]) -> Any:
        """Return the numbers of these tokens, and note what is known of those not seen before."""
        if len(self.numbers) > TokenJudge.MOST:
            self.forget()
            self.judge.forget()
        numbers = np.fromiter(map(self.numbers.__getitem__, flat), dtype=np.int64, count=len(flat))
        if self.numbers.unseen:
            self._learn(self.numbers.unseen)
            self.numbers.unseen = []
        return numbers

    def _learn(self, unseen: list[str]) -> None:
        """Note what is known of tokens, those with the last numbers."""
        self.judge.learn(set(unseen))
        first, end = len(self.numbers) - len(unseen), len(self.numbers)
        if end > len(self.known):
            self._make_room(2 * end)
        self.known[first:end] = self._known(unseen)
        self.hashes[first:end], self.powers[first:end] = hashed(unseen)

    def _make_room(self, count: int) -> None:
        """Make the arrays so long, and twice as long each time: what grew by every title would be copied for every title."""
        for name in ("known", "hashes", "powers"):
            before = getattr(self, name)
            setattr(self, name, np.concatenate([before, np.zeros(count - len(before), dtype=before.dtype)]))

    def _known(self, tokens: list[str]) -> list[int]:
        finds, parts, words = self.judge.finds, self.judge.parts, self.speaking
        return [
            FINDS * (token in finds) + PARTS * (token in parts) + SINGLE * (len(token) == 1) + WORDS * (token in words)
            for token in tokens
        ]


def spelled(single: Any, titles: Any) -> Any:
    """Return the titles in which so many single characters stand in a row that they may spell a word."""
    more = SHAPE["spelled_letters"] - 1
    count = max(0, len(single) - more)
    row = titles[:count] == titles[more:]
    for place in range(more + 1):
        row &= single[place : count + place]
    return titles[:count][row]


def by_title(titles: Any, values: Any, count: int) -> list[list[int]]:
    """Return the values of each title; titles are in order."""
    borders = np.searchsorted(titles, np.arange(count + 1)).tolist()
    listed = values.tolist()
    return [listed[start:end] for start, end in pairwise(borders)]
