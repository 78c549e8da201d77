"""What text screening must find, written down the slow and obvious way: every token against every mark, nothing remembered.

It shares how characters read, the vocabulary and the numbers of the policy with the engine; how names are found it does itself.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pypinyin
from rapidfuzz.distance import OSA

from countermark.matching.fold import IS_DENSE, fold, leet, origins
from countermark.matching.look import looks
from countermark.matching.mark import Mark
from countermark.matching.policy import SHAPE
from countermark.matching.token_text import bare, pattern_of, tokens_of
from countermark.matching.vocabulary import chinese_words, dictionary, known_words, pieces

PLAINEST = ("exact", "plural", "joined", "spelled", "repeated", "leet", "compound", "homophone", "edited")
RANK = {kind: (1 if kind == "joined" else rank) for rank, kind in enumerate(k for k in PLAINEST if k != "joined")} | {
    "joined": 1
}


class Spot(NamedTuple):
    mark: int
    kind: str
    start: int
    end: int
    weak: tuple[str, ...] = ()


class Reference:
    """Finds marks in titles by trying everything."""

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = marks
        self.dense = [bool(IS_DENSE.search(fold(mark.text))) for mark in marks]
        self.names = [tuple(tokens_of(fold(mark.text))) for mark in marks]
        self.keys = {number: "".join(name) for number, name in enumerate(self.names) if name and not self.dense[number]}
        self.all_keys = set(self.keys.values())
        self.parts = {word for name in self.names if len(name) > 1 for word in name if len(word) > 1}

    def hits(self, title: str) -> set[tuple[str, str, tuple[int, int], tuple[str, ...]]]:
        """Return (mark, kind, span in the title, weak) of every mark found."""
        folded, places = fold(title), origins(title)
        spots = {*self.of_tokens(folded), *self.of_several(folded), *self.of_dense(folded)}
        kept = [spot for spot in spots if not any(covers(other, spot) for other in spots - {spot})]
        found = set()
        for number, kind, start, end, weak in kept:
            first, last = places[start], places[end - 1] + 1
            kind, weak = looks(kind, weak, title, first, last, self.marks[number].text)
            found.add((self.marks[number].text, kind, (first, last), weak))
        return found

    def of_tokens(self, folded: str) -> Iterator[Spot]:
        for found in pattern_of(folded).finditer(folded):
            for key, kind, start, end in self.judged(found[0]):
                for number, own in self.keys.items():
                    if own == key:
                        spot = Spot(number, kind, found.start() + start, found.start() + end)
                        yield from self.of_several_words(spot, key, found[0]) if kind == "exact" else [spot]

    def of_several_words(self, spot: Spot, key: str, token: str) -> list[Spot]:
        if len(self.names[spot.mark]) == 1:
            return [spot]
        weak = ("loose",) if is_piece(token) else ()
        return [spot._replace(kind="joined", weak=weak)] if len(key) >= SHAPE["joined_letters"] else []

    def judged(self, token: str) -> list[tuple[str, str, int, int]]:
        """Return (key, kind, start, end) of the names one token stands for."""
        word = bare(token)
        if not word:
            return []
        at = token.find(word)
        if word != token and word not in self.all_keys and (keys := self.leet_of(token, self.all_keys)):
            return [(key, "leet", 0, len(token)) for key in keys]
        return [(key, kind, at + start, at + end) for key, kind, start, end in self.word(word)]

    @cache  # noqa: B019 - one reference lives as long as the test
    def word(self, word: str) -> list[tuple[str, str, int, int]]:
        size = len(word)
        if word in self.all_keys:
            return [(word, "exact", 0, size)]
        if size > SHAPE["longest_token"]:
            return []
        if keys := self.plural_of(word):
            return [(keys[0], "plural", 0, size)]
        if keys := self.repeats_of(word, self.all_keys):
            return [(keys[0], "repeated", 0, size)]
        if word in known_words():
            return []
        if keys := self.leet_of(word, self.all_keys):
            return [(key, "leet", 0, size) for key in keys]
        if self.plain_parts(word):
            return []
        if found := self.compound(word):
            return [found]
        return [(key, "edited", 0, size) for key in self.near(word, self.all_keys)]

    def plural_of(self, word: str) -> list[str]:
        if len(word) <= SHAPE["fold_letters"] or not word.endswith("s") or word.endswith("ss"):
            return []
        forms = [word[:-1]] + [word[:-2]] * (word.endswith("es") and len(word) > SHAPE["fold_letters"] + 1)
        return [form for form in forms if form in self.all_keys]

    def repeats_of(self, word: str, names: set[str]) -> list[str]:
        for most in (1, 2):
            form = squeezed(word, most)
            if form != word and len(form) >= SHAPE["fold_letters"] and form in names and has_three_alike(word):
                return [form]
        return []

    def leet_of(self, word: str, names: set[str]) -> list[str]:
        letters = sum(letter.isalpha() for letter in word)
        if len(word) < SHAPE["fold_letters"] or letters * 2 < len(word) or word.strip("0123456789") in known_words():
            return []
        return [name for name in names if len(name) >= SHAPE["fold_letters"] and leet(name) == leet(word)]

    def plain_parts(self, word: str) -> list[tuple[str, str]]:
        """Return words of names of several words that this is, but for one letter changed."""
        if word in self.all_keys or len(word) > SHAPE["longest_token"] or self.plural_of(word):
            return []
        if self.repeats_of(word, self.all_keys):
            return []
        if word not in known_words() and word not in self.parts and (found := self.leet_of(word, self.parts)):
            return [(part, "leet") for part in found]
        return [(part, "repeated") for part in self.repeats_of(word, self.parts)]

    def parts_of(self, token: str) -> list[tuple[str, str]]:
        word = bare(token)
        if not word or (word != token and word not in self.all_keys and self.leet_of(token, self.all_keys)):
            return []
        whole = self.word(word)
        if (found := self.plain_parts(word)) or word in known_words() or (whole and whole[0][1] != "edited"):
            return found
        return [(part, "edited") for part in self.near(word, self.parts)]

    def compound(self, word: str) -> tuple[str, str, int, int] | None:
        names = self.all_keys - dictionary()
        for size in range(len(word) - SHAPE["compound_rest"], SHAPE["compound_letters"] - 1, -1):
            for name, rest, start in ((word[:size], word[size:], 0), (word[-size:], word[:-size], len(word) - size)):
                if name in names and goes_beside(rest, size):
                    return name, "compound", start, start + size
        return None

    def near(self, word: str, names: set[str]) -> list[str]:
        least, most = SHAPE["edited_letters"], SHAPE["longest_token"]
        if not word.isalpha() or not least <= len(word) <= most:
            return []
        comparable = (name for name in names if name.isalpha() and least <= len(name) <= most)
        return [name for name in comparable if OSA.distance(word, name, score_cutoff=1) == 1]

    def of_several(self, folded: str) -> Iterator[Spot]:
        found = list(pattern_of(folded).finditer(folded))
        tokens, spans = [one[0] for one in found], [one.span() for one in found]
        for first in range(len(tokens)):
            for last in range(first + 1, len(tokens)):
                for number, key in self.may_be(tokens[first : last + 1]):
                    if kind := self.written(tokens[first : last + 1], spans[first : last + 1], key, self.names[number]):
                        loose = kind == "joined" and all(map(is_piece, tokens[first : last + 1]))
                        weak = ("loose",) if loose else ()
                        yield Spot(number, kind, spans[first][0], spans[last][1], weak)

    def may_be(self, tokens: list[str]) -> list[tuple[int, str]]:
        """Return the marks of as many words or of these letters; the others cannot be written so."""
        joined = "".join(tokens)
        return [
            (number, key)
            for number, key in self.keys.items()
            if key == joined or len(self.names[number]) == len(tokens)
        ]

    def written(self, tokens: list[str], spans: list[tuple[int, int]], key: str, name: tuple[str, ...]) -> str:
        """Return how these tokens in a row write a name, "" for not at all."""
        if tuple(tokens) == name:
            return "exact"
        close = all(after[0] - before[1] <= SHAPE["joined_gap"] for before, after in pairwise(spans))
        spelled = len(tokens) >= SHAPE["spelled_letters"] and all(len(token) == 1 for token in tokens)
        if "".join(tokens) == key and close:
            if spelled:
                return "spelled"
            return "joined" * (len(tokens) <= SHAPE["joins"] and len(key) >= SHAPE["joined_letters"])
        differing = [place for place, (a, b) in enumerate(zip(tokens, name, strict=False)) if a != b]
        if len(tokens) == len(name) and len(differing) == 1:
            kinds = [kind for part, kind in self.parts_of(tokens[differing[0]]) if part == name[differing[0]]]
            return kinds[0] if kinds else ""
        return ""

    def of_dense(self, folded: str) -> Iterator[Spot]:
        places = [place for place, letter in enumerate(folded) if letter.isalnum()]
        text = "".join(folded[place] for place in places)
        for number, mark in enumerate(self.marks):
            key = "".join(letter for letter in fold(mark.text) if letter.isalnum())
            for start in range(len(text) - len(key) + 1) if self.dense[number] and key else ():
                end = start + len(key)
                if kind := dense_kind(text[start:end], key, places[end - 1] - places[start] + 1):
                    weak = dense_weak(text, start, end, kind)
                    yield Spot(number, kind, places[start], places[end - 1] + 1, weak)


def covers(other: Spot, spot: Spot) -> bool:
    """Is a spot left out because of another: the same mark read more plainly, or a longer name around it?"""
    if (other.start, other.end) == (spot.start, spot.end):
        same = other.mark == spot.mark and RANK[other.kind] < RANK[spot.kind]
        return same or (other.kind == "exact" and spot.kind in ("homophone", "edited"))
    inside = other.start <= spot.start and spot.end <= other.end
    return inside and (RANK[other.kind] <= RANK[spot.kind] or other.mark == spot.mark)


def squeezed(word: str, most: int) -> str:
    """Return a word with each run of three and more equal letters cut to so many."""
    runs: list[str] = []
    for letter in word:
        if runs and runs[-1][0] == letter:
            runs[-1] += letter
        else:
            runs.append(letter)
    return "".join(run[0] * most if len(run) > 2 and not run[0].isdigit() else run for run in runs)


def has_three_alike(word: str) -> bool:
    return any(a == b == c and not a.isdigit() for a, b, c in zip(word, word[1:], word[2:], strict=False))


def goes_beside(rest: str, size: int) -> bool:
    if size > SHAPE["compound_letters"]:
        return rest in known_words() or rest.isdigit()
    return len(rest) >= SHAPE["compound_short_rest"] and rest in pieces()


def is_piece(token: str) -> bool:
    return token in pieces() or token.isdigit()


def dense_kind(written: str, key: str, stretch: int) -> str:
    if written == key:
        return "joined" if stretch > len(key) else "exact"
    han = all("一" <= letter <= "\u9fff" for letter in key + written)
    if not han or len(key) < SHAPE["homophone_least"] or written in chinese_words():
        return ""
    said = [[pypinyin.lazy_pinyin(letter)[0] for letter in text] for text in (written, key)]
    return "homophone" if said[0] == said[1] else ""


def dense_weak(text: str, start: int, end: int, kind: str) -> tuple[str, ...]:
    pairs = (text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1])
    across = sum(len(pair) == 2 and pair in chinese_words() for pair in pairs)
    loose = across == 2 or (kind == "homophone" and across == 1)
    few = kind == "homophone" and end - start <= SHAPE["homophone_least"]
    return ("loose",) * loose + ("few_syllables",) * few
