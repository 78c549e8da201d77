"""Which of the marks' names does one token stand for?

A token is judged once, whatever title it stands in: as it is, as a plural, with letters repeated, with digits for letters, as a
name and an ordinary word in one, and last with one letter changed. Each question is asked of many tokens together, and only
of those that no question before has answered.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from countermark.matching.fold import LEET_SIGNS, leet
from countermark.matching.mark_index import MarkIndex, compared_by_letters
from countermark.matching.policy import SHAPE
from countermark.matching.token_text import bare
from countermark.matching.vocabulary import known_words, pieces

REPEATED = re.compile(r"([^\d\s])\1{2,}")
THREE_ALIKE = re.compile(r"^(?=\S*?([^\d\s])\1\1)\S*", re.MULTILINE)
FOLD, LONGEST = SHAPE["fold_letters"], SHAPE["longest_token"]
HEAD, REST, SHORT_REST = SHAPE["compound_letters"], SHAPE["compound_rest"], SHAPE["compound_short_rest"]
Parts = tuple[tuple[str, str], ...]


class Find(NamedTuple):
    """A name found in a token: its key, how, and from where to where in the token."""

    key: str
    kind: str
    start: int
    end: int


class TokenJudge:
    """Judges tokens against the names of an index and remembers.

    `finds`: token -> whole names it stands for. `parts`: token -> (word of a name of several words it may stand for, how).
    """

    MOST = 2_000_000  # tokens remembered; then it begins anew, so that memory stays bounded

    def __init__(self, index: MarkIndex) -> None:
        self.index, self.known = index, known_words()
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.judged: set[str] = set()
        self.finds: dict[str, tuple[Find, ...]] = {}
        self.parts: dict[str, Parts] = {}

    def learn(self, tokens: set[str]) -> None:
        """Judge the tokens not judged before."""
        if len(self.judged) > self.MOST:
            self.forget()
        unseen = tokens - self.judged
        signed = [token for token in unseen if token[0] in LEET_SIGNS or token[-1] in LEET_SIGNS]
        unseen |= {word for token in signed if (word := bare(token))}
        self._judge(unseen.difference(signed, self.judged))
        for token in signed:
            self._judge_signed(token)
        self.judged |= unseen

    def _judge(self, tokens: set[str]) -> None:
        exact = tokens & self.index.keys.keys()
        self.finds.update((token, (whole(token, token, "exact"),)) for token in exact)
        left = {token for token in tokens - exact if len(token) <= LONGEST}
        for question in (self._singular, self._unrepeated):
            left -= self._answered(question(left))
        left = left - self.known  # `-=` would go through all that is known
        left -= self._answered(self._unleeted(left))
        left = {token for token in left if token not in self.parts}
        left -= self._answered(self._compounds(left))
        self._change_one_letter(left)

    def _answered(self, answers: Iterable[tuple[str, tuple[Find, ...]]]) -> set[str]:
        found = dict(answers)
        self.finds.update(found)
        return set(found)

    def _judge_signed(self, token: str) -> None:
        """Judge a token with signs around it: without them, or with the signs read as letters."""
        word = bare(token)
        if word not in self.index.keys and (names := self._leet_names(token)):
            self.finds[token] = tuple(whole(token, name, "leet") for name in names)
            return
        at = token.find(word)
        if finds := self.finds.get(word):
            self.finds[token] = tuple(Find(key, kind, at + start, at + end) for key, kind, start, end in finds)
        if parts := self.parts.get(word):
            self.parts[token] = parts

    def _singular(self, tokens: set[str]) -> Iterator[tuple[str, tuple[Find, ...]]]:
        keys = self.index.keys
        for token in tokens:
            if token[-1] == "s" and len(token) > FOLD and token[-2] != "s":
                key = next((form for form in singulars(token) if form in keys), None)
                if key:
                    yield token, (whole(token, key, "plural"),)

    def _unrepeated(self, tokens: set[str]) -> Iterator[tuple[str, tuple[Find, ...]]]:
        for token in (found[0] for found in THREE_ALIKE.finditer("\n".join(tokens))):
            forms = (REPEATED.sub(r"\1", token), REPEATED.sub(r"\1\1", token))
            if key := next((form for form in forms if len(form) >= FOLD and form in self.index.keys), None):
                yield token, (whole(token, key, "repeated"),)
            elif part := next((form for form in forms if len(form) >= FOLD and form in self.index.parts), None):
                self.parts[token] = ((part, "repeated"),)

    def _unleeted(self, tokens: set[str]) -> Iterator[tuple[str, tuple[Find, ...]]]:
        keys, parts = self.index.leet_keys, self.index.leet_parts
        for token, form in leeted(tokens):
            if form in keys and self._is_worth(token):
                yield token, tuple(whole(token, key, "leet") for key in keys[form])
            if form in parts and self._is_worth(token) and token not in self.index.parts:
                self.parts[token] = tuple((part, "leet") for part in parts[form])

    def _leet_names(self, token: str) -> tuple[str, ...]:
        return self.index.leet_keys.get(leet(token), ()) if self._is_worth(token) else ()

    def _is_worth(self, token: str) -> bool:
        """Is this long enough, are most of its characters letters, and is it no number and word: 5pack?"""
        letters = sum(map(str.isalpha, token))
        return len(token) >= FOLD and letters * 2 >= len(token) and token.strip("0123456789") not in self.known

    def _compounds(self, tokens: set[str]) -> Iterator[tuple[str, tuple[Find, ...]]]:
        heads, tails = self.index.heads, self.index.tails
        for token in tokens:
            may = len(token) >= HEAD + REST and (token[:HEAD] in heads or token[-HEAD:] in tails)
            if may and (found := self._compound(token)):
                yield token, (found,)

    def _compound(self, token: str) -> Find | None:
        """Return the name in a token that is a name and an ordinary word, either way round; the longest name first. A name
        that is in the dictionary makes no such word: wireless is no Wire."""
        keys = self.index.coined
        for size in range(len(token) - REST, HEAD - 1, -1):
            if token[:size] in keys and self._goes_beside(token[size:], size):
                return Find(token[:size], "compound", 0, size)
            if token[-size:] in keys and self._goes_beside(token[:-size], size):
                return Find(token[-size:], "compound", len(token) - size, len(token))
        return None

    def _goes_beside(self, rest: str, size: int) -> bool:
        """Does a name of so many letters stand beside this in one word? Short names only beside long, frequent words."""
        if size > HEAD:
            return rest in self.known or rest.isdigit()
        return len(rest) >= SHORT_REST and rest in pieces()

    def _change_one_letter(self, tokens: set[str]) -> None:
        keys, parts = self.index.keys, self.index.parts
        for token, names in self.index.near.near(filter(compared_by_letters, tokens)).items():
            if finds := tuple(whole(token, name, "edited") for name in names if name in keys):
                self.finds[token] = finds
            if near := tuple((name, "edited") for name in names if name in parts):
                self.parts[token] = near


def leeted(tokens: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield tokens with digits read as letters; all of one kind at once, because one letter beyond ASCII slows all down."""
    ascii = [token for token in tokens if token.isascii()]
    others = [token for token in tokens if not token.isascii()]
    for listed in filter(None, (ascii, others)):
        yield from zip(listed, leet("\n".join(listed)).split("\n"), strict=True)


def whole(token: str, key: str, kind: str) -> Find:
    """A find that is the whole token."""
    return Find(key, kind, 0, len(token))


def singulars(token: str) -> tuple[str, ...]:
    """Return what a token is the plural of."""
    return (token[:-1], token[:-2]) if token[-2] == "e" and len(token) > FOLD + 1 else (token[:-1],)
