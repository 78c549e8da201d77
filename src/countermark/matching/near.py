"""Which names are one letter away from a token: inserted, left out, exchanged, or two neighbours swapped?

Every name is kept with each of its letters left out, as 64-bit numbers in one sorted array; a token is asked the same way.
What meets there is compared for good. All deletions of all words of one length are worked out together.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from countermark.matching.libraries import Library
from countermark.matching.numbered import BASE, FILTER_BITS, mixed

np: Any = Library("numpy")

INVERSE = pow(BASE, -1, 1 << 64)


def deletions(words: Sequence[str]) -> tuple[Any, Any]:
    """Return (number, which word) for each word and each way to leave one letter out, for words of one length."""
    letters = len(words[0])
    codes = np.array(words, dtype=f"<U{letters}").view(np.uint32).reshape(len(words), letters).astype(np.uint64)
    weighted = codes * powers(letters)
    before = np.zeros((len(words), letters + 1), dtype=np.uint64)
    np.cumsum(weighted, axis=1, dtype=np.uint64, out=before[:, 1:])
    whole = before[:, -1:]
    shorter = before[:, :-1] + (whole - before[:, 1:]) * np.uint64(INVERSE)
    numbers = np.concatenate([whole + of_length(letters), shorter + of_length(letters - 1)], axis=1)
    return mixed(numbers.ravel()), np.repeat(np.arange(len(words)), letters + 1)


def of_length(letters: int) -> Any:
    """Return what a length adds to a number, so that words of different lengths do not meet by their zeros."""
    return np.uint64(letters * 0xD1B54A32D192ED03 % (1 << 64))


@cache
def powers(letters: int) -> Any:
    return np.array([pow(BASE, place, 1 << 64) for place in range(1, letters + 1)], dtype=np.uint64)


def all_deletions(words: Iterable[str]) -> tuple[list[str], Any, Any]:
    """Return the words by length, and (number, which of them) for all of them; numbers None when there are none."""
    by_length: dict[int, list[str]] = {}
    for word in words:
        by_length.setdefault(len(word), []).append(word)
    ordered = [word for same in by_length.values() for word in same]
    found = [deletions(same) for same in by_length.values()]
    if len(found) == 1:
        return ordered, *found[0]
    starts = np.cumsum([0, *map(len, by_length.values())])
    if not found:
        return [], None, None
    owners = np.concatenate([owner + start for (_, owner), start in zip(found, starts, strict=False)])
    return ordered, np.concatenate([number for number, _ in found]), owners


class NearNames:
    """The names that are compared with a letter changed. Built once; asked with many tokens at a time."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names, numbers, owners = all_deletions(names)
        if not self.names:
            return
        order = np.argsort(numbers, kind="stable")
        self.numbers, self.owners = numbers[order], owners[order]
        self.filter = np.zeros(1 << FILTER_BITS, dtype=bool)
        self.filter[self.numbers >> np.uint64(64 - FILTER_BITS)] = True

    def near(self, tokens: Iterable[str]) -> dict[str, list[str]]:
        """Return token -> the names one letter away, sorted; tokens without any are left out."""
        words, numbers, owners = all_deletions(tokens) if self.names else ([], None, None)
        if not words:
            return {}
        asked = self.filter[numbers >> np.uint64(64 - FILTER_BITS)]
        found: dict[str, set[str]] = {}
        for owner, place in self._meetings(numbers[asked], owners[asked]):
            word, name = words[owner], self.names[place]
            if one_letter_away(word, name):
                found.setdefault(word, set()).add(name)
        return {word: sorted(names) for word, names in found.items()}

    def _meetings(self, numbers: Any, owners: Any) -> set[tuple[int, int]]:
        """Return (which word, which name) wherever a number of both is the same."""
        first = np.searchsorted(self.numbers, numbers)
        met = np.flatnonzero(self.numbers[np.minimum(first, len(self.numbers) - 1)] == numbers)
        first = first[met]
        counts = np.searchsorted(self.numbers, numbers[met], "right") - first
        places = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
        return set(zip(np.repeat(owners[met], counts).tolist(), self.owners[places].tolist(), strict=True))


def one_letter_away(one: str, other: str) -> bool:
    """Is one insertion, deletion, exchange or swap of neighbours between two different words?"""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
