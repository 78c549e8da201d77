"""Which of the marks' names does one token stand for?

A token is judged once, whatever title it stands in: as it is, as a plural, with letters repeated, with digits for letters, as a
name and an ordinary word in one, and last with one letter changed, which is asked for many tokens together. `parts` are words
of names of several words that a token may stand for: "vu1tton".
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from countermark.matching.fold import leet
from countermark.matching.mark_index import MarkIndex
from countermark.matching.policy import SHAPE
from countermark.matching.token_text import bare
from countermark.matching.vocabulary import known_words

REPEATED = re.compile(r"(.)\1{2,}")


class Find(NamedTuple):
    """A name found in a token: its key, how, and from where to where in the token."""

    key: str
    kind: str
    start: int
    end: int


class Judgement(NamedTuple):
    """What a token stands for: whole names, and (word of a name, how) for names of several words."""

    finds: tuple[Find, ...]
    parts: tuple[tuple[str, str], ...]


class TokenJudge:
    """Judges tokens against the names of an index and remembers: `hot` holds those that stand for something."""

    MOST = 2_000_000  # tokens remembered; then it begins anew, so that memory stays bounded

    def __init__(self, index: MarkIndex) -> None:
        self.index, self.known = index, known_words()
        self.judged: set[str] = set()
        self.hot: dict[str, Judgement] = {}

    def learn(self, tokens: Iterable[str]) -> None:
        """Judge the tokens not judged before."""
        tokens = set(tokens)
        if len(self.judged) > self.MOST:
            self.judged, self.hot = set(), {}
        unseen = tokens - self.judged
        open_questions = [token for token in unseen if not self._judge(token)]
        self._change_one_letter(open_questions)
        self.judged |= unseen

    def _judge(self, token: str) -> bool:
        """Judge one token but for changed letters; False leaves that question open."""
        word = bare(token) or token
        at = token.find(word)
        if word in self.index.keys:
            self.hot[token] = Judgement((Find(word, "exact", at, at + len(word)),), ())
            return True
        if len(token) > SHAPE["longest_token"]:
            return True
        finds = self._written_otherwise(token, word, at)
        parts = self._parts(token, word)
        if finds or parts:
            self.hot[token] = Judgement(finds, parts)
        return bool(finds or parts)

    def _written_otherwise(self, token: str, word: str, at: int) -> tuple[Find, ...]:
        if key := self._singular(word):
            return (Find(key, "plural", at, at + len(word)),)
        if key := self._unrepeated(word):
            return (Find(key, "repeated", at, at + len(word)),)
        if word in self.known:
            return ()
        if found := leet_finds(self.index.leet_keys, token, word, at):
            return found
        return tuple(Find(key, "compound", at + start, at + end) for key, start, end in self._compounds(word))

    def _singular(self, word: str) -> str:
        """Return the key this is the plural of, "" for none."""
        if len(word) <= SHAPE["fold_letters"] or word[-1] != "s" or word[-2] == "s":
            return ""
        if word[:-1] in self.index.keys:
            return word[:-1]
        return word[:-2] if word[-2] == "e" and word[:-2] in self.index.keys and len(word) > 5 else ""

    def _unrepeated(self, word: str) -> str:
        """Return the key that letters repeated three times and more were made of, "" for none."""
        if not REPEATED.search(word):
            return ""
        forms = (REPEATED.sub(r"\1", word), REPEATED.sub(r"\1\1", word))
        return next((form for form in forms if form in self.index.keys and is_worth(form)), "")

    def _compounds(self, word: str) -> Iterator[tuple[str, int, int]]:
        """Yield (key, start, end) where a word is a name and an ordinary word, either way round; the longest name first."""
        least, rest = SHAPE["compound_letters"], SHAPE["compound_rest"]
        for size in range(len(word) - rest, least - 1, -1):
            if word[:size] in self.index.keys and self._goes_beside(word[size:]):
                yield word[:size], 0, size
                return
            if word[-size:] in self.index.keys and self._goes_beside(word[:-size]):
                yield word[-size:], len(word) - size, len(word)
                return

    def _goes_beside(self, rest: str) -> bool:
        return rest in self.known or rest.isdigit()

    def _parts(self, token: str, word: str) -> tuple[tuple[str, str], ...]:
        if word in self.known or word in self.index.parts or not self.index.leet_parts:
            return ()
        form = REPEATED.sub(r"\1", word)
        if form != word and form in self.index.parts:
            return ((form, "repeated"),)
        return tuple((find.key, find.kind) for find in leet_finds(self.index.leet_parts, token, word, 0))

    def _change_one_letter(self, tokens: list[str]) -> None:
        words = {token: bare(token) for token in tokens if is_compared(token) and token not in self.known}
        found = self.index.near.near(set(words.values()))
        for token, word in words.items():
            if names := found.get(word):
                at = token.find(word)
                finds = tuple(Find(name, "edited", at, at + len(word)) for name in names if name in self.index.keys)
                parts = tuple((name, "edited") for name in names if name in self.index.parts)
                self.hot[token] = Judgement(finds, parts)


def leet_finds(names: dict[str, tuple[str, ...]], token: str, word: str, at: int) -> tuple[Find, ...]:
    """Return the names that a token is when digits and signs are read as letters: the whole token, or without signs around it."""
    for text, start in ((token, 0), (word, at)):
        if is_worth(text) and (found := names.get(leet(text))):
            return tuple(Find(key, "leet", start, start + len(text)) for key in found)
    return ()


def is_worth(text: str) -> bool:
    """Is this long enough, and are most of its characters letters?"""
    return len(text) >= SHAPE["fold_letters"] and sum(map(str.isalpha, text)) * 2 >= len(text)


def is_compared(token: str) -> bool:
    """Is a token compared with a letter changed? Only words of letters, long enough."""
    word = bare(token)
    return SHAPE["edited_letters"] <= len(word) <= SHAPE["longest_token"] and word.isalpha()
