"""By which forms are marks looked up? Worked out once for a list of marks; titles are held against it.

A mark's key is its tokens in a row: "Coca-Cola" is cocacola. Marks of scripts without blanks are kept apart.
"""

from collections.abc import Iterable, Sequence

from countermark.matching.dense import DenseNames
from countermark.matching.fold import IS_DENSE, fold, leet
from countermark.matching.mark import Mark
from countermark.matching.near import NearNames
from countermark.matching.numbered import Filter
from countermark.matching.policy import SHAPE
from countermark.matching.token_text import tokens_of
from countermark.matching.vocabulary import dictionary, is_ordinary

Places = tuple[int, ...]  # which marks, by their place in the list


class MarkIndex:
    """Marks by their forms. `keys`: key -> marks; `names`: the tokens of each mark; `unreadable`: marks of no letters at all."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.marks: Sequence[Mark] = tuple(marks)
        self.names = [tuple(tokens_of(fold(mark.text))) for mark in self.marks]
        self.dense_keys = [dense_key(mark.text) for mark in self.marks]
        spaced = [place for place, key in enumerate(self.dense_keys) if not key]
        self.unreadable = [place for place in spaced if not self.names[place]]
        self.keys = grouped(("".join(self.names[place]), place) for place in spaced if self.names[place])
        self.dense = DenseNames(grouped((key, place) for place, key in enumerate(self.dense_keys) if key))
        self.with_classes = any(mark.classes for mark in self.marks)
        self._ordinary: dict[int, bool] = {}
        self._prepare()

    def _prepare(self) -> None:
        several = [name for name in self.names if len(name) > 1]
        self.parts = frozenset(part for name in several for part in name if len(part) > 1)
        self.leet_keys = by_leet(key for key in self.keys if len(key) >= SHAPE["fold_letters"])
        self.leet_parts = by_leet(part for part in self.parts if len(part) >= SHAPE["fold_letters"])
        self.near = NearNames(sorted(name for name in self.keys.keys() | self.parts if compared_by_letters(name)))
        self.long = long_names(self.names)
        self.coined = frozenset(self.keys.keys() - dictionary())  # what is no dictionary word
        self.heads = frozenset(key[: SHAPE["compound_letters"]] for key in self.coined)
        self.tails = frozenset(key[-SHAPE["compound_letters"] :] for key in self.coined)
        self.names_with = names_with(self.names)
        self.openings = frozenset(self.keys) | self.long.keys()
        self.openings_filter = Filter(list(self.openings))
        self.longest = max(map(len, self.keys), default=0)

    def ordinary(self, place: int) -> bool:
        """Is this mark an ordinary word?"""
        if place not in self._ordinary:
            given = self.marks[place].ordinary
            self._ordinary[place] = is_ordinary(list(self.names[place])) if given is None else given
        return self._ordinary[place]


def dense_key(text: str) -> str:
    """Return the key of a mark in a script without blanks, "" for others."""
    folded = fold(text)
    return "".join(letter for letter in folded if letter.isalnum()) if IS_DENSE.search(folded) else ""


def compared_by_letters(name: str) -> bool:
    return SHAPE["edited_letters"] <= len(name) <= SHAPE["longest_token"] and name.isalpha()


def grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, Places]:
    """Return key -> places; most keys have one."""
    found: dict[str, Places] = {}
    for key, place in pairs:
        found[key] = (*found[key], place) if key in found else (place,)
    return found


def by_leet(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(names):
        form = leet(name)
        found[form] = (*found.get(form, ()), name)
    return found


def long_names(names: Sequence[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return first tokens, joined -> the names of more tokens than are joined that begin so."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in sorted({name for name in names if len(name) > SHAPE["joins"]}):
        opening = "".join(name[: SHAPE["joins"]])
        found[opening] = (*found.get(opening, ()), name)
    return found


def names_with(names: Sequence[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return word -> the names of several words that it is one of."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in sorted({name for name in names if len(name) > 1}):
        for part in set(name):
            found[part] = (*found.get(part, ()), name)
    return found
