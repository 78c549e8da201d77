"""Which names stand in text without blanks between its words: Chinese, Japanese, Korean, Thai?

What separates letters is taken out first: marks of punctuation inside a name do not hide it. Names are found by
Aho-Corasick as they are written, and Chinese ones by how they sound in Mandarin, without tones.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from countermark.matching.libraries import Library
from countermark.matching.policy import SHAPE
from countermark.matching.vocabulary import chinese_words

ahocorasick_rs: Any = Library("ahocorasick_rs")
pypinyin: Any = Library("pypinyin")

FIRST_SYLLABLE = 0xF0000  # a private plane: one character for each syllable
HAN = range(0x4E00, 0xA000)


class DenseFind(NamedTuple):
    """A name found: its key, how, from where to where in the folded text, and what weakens it."""

    key: str
    kind: str
    start: int
    end: int
    weak: tuple[str, ...]


class Syllables(dict[int, str]):
    """Han character -> one character for its commonest reading, tones left out; others stay themselves."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __missing__(self, point: int) -> str:
        self[point] = said = self.say(chr(point)) if point in HAN else chr(point)
        return said

    def say(self, character: str) -> str:
        syllable = pypinyin.lazy_pinyin(character)[0]
        return chr(FIRST_SYLLABLE + self.numbers.setdefault(syllable, len(self.numbers)))


class DenseNames:
    """The names in scripts without blanks, `keys`: key -> places of marks."""

    def __init__(self, keys: Mapping[str, tuple[int, ...]]) -> None:
        self.keys, self.names = keys, sorted(keys)
        self.syllables = Syllables()

    @cached_property
    def written(self) -> Any:
        return ahocorasick_rs.AhoCorasick(self.names)

    @cached_property
    def heard(self) -> tuple[Any, list[list[str]]]:
        """The finder of sounds, and the names of each sound."""
        sounds: dict[str, list[str]] = {}
        for name in self.names:
            if len(name) >= SHAPE["homophone_least"] and all(ord(letter) in HAN for letter in name):
                sounds.setdefault(name.translate(self.syllables), []).append(name)
        return ahocorasick_rs.AhoCorasick(list(sounds)), list(sounds.values())

    def find(self, folded: str) -> Iterator[DenseFind]:
        """Yield the names in folded text."""
        if not self.names:
            return
        places = [place for place, letter in enumerate(folded) if letter.isalnum()]
        text = "".join(folded[place] for place in places)
        for key, kind, start, end in (*self._written(text), *self._heard(text)):
            first, last = places[start], places[end - 1] + 1
            kind = "joined" if kind == "exact" and last - first > end - start else kind
            yield DenseFind(key, kind, first, last, weakness(text, start, end, kind))

    def _written(self, text: str) -> Iterator[tuple[str, str, int, int]]:
        for name, start, end in self.written.find_matches_as_indexes(text, overlapping=True):
            yield self.names[name], "exact", start, end

    def _heard(self, text: str) -> Iterator[tuple[str, str, int, int]]:
        finder, names = self.heard
        if not names:
            return
        for sound, start, end in finder.find_matches_as_indexes(text.translate(self.syllables), overlapping=True):
            for name in names[sound]:
                if name != (written := text[start:end]) and written not in chinese_words():
                    yield name, "homophone", start, end


def weakness(text: str, start: int, end: int, kind: str) -> tuple[str, ...]:
    """Return what makes a find doubtful: it lies across the border of two words, or few syllables sound alike by chance."""
    before, after = text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1]
    across = sum(len(pair) == 2 and pair in chinese_words() for pair in (before, after))
    loose = across == 2 or (kind == "homophone" and across > 0)
    few = kind == "homophone" and end - start <= SHAPE["homophone_least"]
    return ("loose",) * loose + ("few_syllables",) * few
