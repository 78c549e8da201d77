"""Which marks does a title name, and where? From tokens judged one by one, from tokens joined, and from scripts without blanks.

A hit says how a name was written and what makes that doubtful; whether it matters is not asked here.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from countermark.matching.mark_index import MarkIndex
from countermark.matching.page import Page
from countermark.matching.policy import SHAPE
from countermark.matching.sieve import PARTS, SINGLE, Sifted
from countermark.matching.tokens import Find, TokenJudge
from countermark.matching.vocabulary import pieces

KINDS = ("exact", "plural", "spelled", "repeated", "leet", "compound", "homophone", "edited")  # the plainest first
RANK = {kind: rank for rank, kind in enumerate(KINDS)} | {"joined": 1}
JOINS, SPELLED = SHAPE["joins"], SHAPE["spelled_letters"]
Weak = tuple[str, ...]
Named = tuple[
    int, str, int, int, Weak
]  # a mark's place, how it is written, from where to where in the token, what weakens that


class Hit(NamedTuple):
    """A mark found: its place in the index, how, from where to where in the folded title, and what weakens it.

    `first` and `last` are the tokens it covers, for the words around it; -1 in scripts without blanks.
    """

    place: int
    kind: str
    start: int
    end: int
    weak: Weak
    first: int
    last: int


class Finder:
    """Finds the marks of an index in titles whose tokens the judge has learnt."""

    def __init__(self, index: MarkIndex, judge: TokenJudge) -> None:
        self.index, self.judge = index, judge
        self.names_of: dict[str, list[tuple[tuple[str, ...], int, str]]] = {}
        self.named: dict[str, tuple[Named, ...]] = {}

    def hits(self, page: Page, sifted: Sifted) -> list[Hit]:
        """Return the marks a title names, in order; a name inside a longer one is left out."""
        tokens, found = page.tokens, []
        for number, at in zip(sifted.finds, page.starts(sifted.finds), strict=True):
            for place, kind, start, end, weak in self.marks_of(tokens[number]):
                found.append(Hit(place, kind, at + start, at + end, weak, number, number))
        more = [*self.several(page, sifted)]
        return longest(found + more) if more else found

    def marks_of(self, token: str) -> tuple[Named, ...]:
        """Return the marks a token stands for."""
        named = self.named.get(token)
        if named is None:
            if len(self.named) > TokenJudge.MOST:
                self.named = {}
            finds = self.judge.finds[token]
            named = self.named[token] = tuple(said for find in finds for said in self._owners(find, token))
        return named

    def _owners(self, find: Find, token: str) -> Iterator[Named]:
        for place in self.index.keys[find.key]:
            kind, weak = find.kind, ()
            if kind == "exact" and len(self.index.names[place]) > 1:
                kind, weak = "joined", ("loose",) * is_piece(token)
                if len(find.key) < SHAPE["joined_letters"]:
                    continue
            yield place, kind, find.start, find.end, weak

    def several(self, page: Page, sifted: Sifted) -> Iterator[Hit]:
        """Yield the marks that are more than one token, or none."""
        for first, last in sifted.joined:
            yield from self._opened(page, first, last)
        if sifted.known & PARTS:
            yield from self._mended(page)
        if sifted.known & SINGLE:
            yield from self._spelled(page)
        if self.index.dense.names and page.dense:
            yield from self._dense(page.folded)

    def _opened(self, page: Page, first: int, last: int) -> Iterator[Hit]:
        written = tuple(page.tokens[first : last + 1])
        key = "".join(written)
        for place in self.index.keys.get(key, ()):
            kind, weak = self._as_written(key, self.index.names[place], written)
            if kind == "exact" or (kind and is_close(page, first, last)):
                yield self._hit(page, place, kind, first, last, weak)
        for name in self.index.long.get(key, ()) if len(written) == JOINS else ():
            if tuple(page.tokens[first : first + len(name)]) == name:
                yield from self._whole(page, name, "exact", first)

    def _as_written(self, key: str, name: tuple[str, ...], written: tuple[str, ...]) -> tuple[str, Weak]:
        """Return how these tokens write a name, and what weakens it; "" when that is too little, or a matter of letters."""
        if written == name:
            return "exact", ()
        if len(key) < SHAPE["joined_letters"] or is_spelled(written):
            return "", ()
        return "joined", ("loose",) * all(map(is_piece, written))

    def _hit(self, page: Page, place: int, kind: str, first: int, last: int, weak: Weak = ()) -> Hit:
        return Hit(place, kind, page.spans[first][0], page.spans[last][1], weak, first, last)

    def _whole(self, page: Page, name: tuple[str, ...], kind: str, first: int) -> Iterator[Hit]:
        """Yield the marks of this very name, which begins at token `first`."""
        for place in self.index.keys["".join(name)]:
            if self.index.names[place] == name:
                yield self._hit(page, place, kind, first, first + len(name) - 1)

    def _mended(self, page: Page) -> Iterator[Hit]:
        """Yield names of several words of which one is written otherwise: "Louis Vu1tton"."""
        tokens, parts = page.tokens, self.judge.parts
        for number, token in enumerate(tokens):
            if token in parts:
                for name, place, kind in self._names_of(token):
                    first, beside = number - place, not place  # its neighbour is looked at first
                    if first < 0 or first + beside >= len(tokens) or tokens[first + beside] != name[beside]:
                        continue
                    if differs_only_there(tokens[first : first + len(name)], name, place):
                        yield from self._whole(page, name, kind, first)

    def _names_of(self, token: str) -> list[tuple[tuple[str, ...], int, str]]:
        """Return (name, which of its words this token may be, how it is written then), and remember it."""
        found = self.names_of.get(token)
        if found is None:
            if len(self.names_of) > TokenJudge.MOST:
                self.names_of = {}
            names = self.index.names_with
            found = self.names_of[token] = [
                (name, place, kind)
                for part, kind in self.judge.parts[token]
                for name in names[part]
                for place, word in enumerate(name)
                if word == part
            ]
        return found

    def _spelled(self, page: Page) -> Iterator[Hit]:
        for first, last in single_letter_runs(page.tokens):
            letters = "".join(page.tokens[first:last])
            for start in range(len(letters)):
                for end in range(start + SPELLED, min(len(letters), start + self.index.longest) + 1):
                    for place in self.index.keys.get(letters[start:end], ()):
                        at = (first + start, first + end - 1)
                        if self.index.names[place] != tuple(letters[start:end]) and is_close(page, *at):
                            yield self._hit(page, place, "spelled", *at)

    def _dense(self, folded: str) -> Iterator[Hit]:
        for find in self.index.dense.find(folded):
            for place in self.index.dense.keys[find.key]:
                yield Hit(place, find.kind, find.start, find.end, find.weak, -1, -1)


def differs_only_there(tokens: Sequence[str], name: tuple[str, ...], there: int) -> bool:
    return len(tokens) == len(name) and all(
        token == word or place == there for place, (token, word) in enumerate(zip(tokens, name, strict=True))
    )


def is_close(page: Page, first: int, last: int) -> bool:
    """Do these tokens stand close enough to be pieces of one name?"""
    spans = page.spans[first : last + 1]
    return all(after[0] - before[1] <= SHAPE["joined_gap"] for before, after in pairwise(spans))


def is_spelled(tokens: Sequence[str]) -> bool:
    """Are these single letters, enough of them to be a word spelled out?"""
    return len(tokens) >= SPELLED and all(len(token) == 1 for token in tokens)


def is_piece(token: str) -> bool:
    """Is this piece of a joined name a word, or a number, of its own?"""
    return token in pieces() or token.isdigit()


def single_letter_runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (first, behind last) of the runs of single characters that are long enough and not all alike."""
    lengths = list(map(len, tokens))
    if lengths.count(1) < SPELLED:
        return
    first = 0
    for number, length in enumerate([*lengths, 0]):
        if length == 1:
            continue
        if number - first >= SPELLED and len(set(tokens[first:number])) >= SPELLED:
            yield first, number
        first = number + 1


def longest(hits: list[Hit]) -> list[Hit]:
    """Return the hits that lie in no longer one, the best reading of each mark once, in order."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, RANK[hit.kind], hit.place)):
        if not any(covers(other, hit) for other in kept):
            kept.append(hit)
    return kept


def covers(other: Hit, hit: Hit) -> bool:
    """Does another hit say the same of this place, or more? A guess never covers what is plain to see."""
    if (other.start, other.end) == (hit.start, hit.end):
        return other.place == hit.place or (other.kind == "exact" and hit.kind in ("homophone", "edited"))
    inside = other.start <= hit.start and hit.end <= other.end
    return inside and (RANK[other.kind] <= RANK[hit.kind] or other.place == hit.place)
