"""Which number stands for a word, so that many words are compared at once? 64-bit numbers, of a word and of words joined."""

from functools import cache
from typing import Any

from countermark.matching.libraries import Library

np: Any = Library("numpy")

BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse; the golden ratio of 64 bits (Knuth, TAOCP 3, 6.4)
MASK = (1 << 64) - 1
FEW = 24  # words that are numbered one by one sooner than all at once
FILTER_BITS = 23  # 8 million bits for the million deletions of 100,000 names: one in eight is set


def mixed(numbers: Any) -> Any:
    """Spread numbers over all 64 bits (the finalizer of MurmurHash3)."""
    numbers ^= numbers >> np.uint64(33)
    numbers *= np.uint64(0xFF51AFD7ED558CCD)
    return numbers ^ (numbers >> np.uint64(33))


class Filter:
    """Which numbers may be those of names? 8 million bits, two for each name: one in a thousand others passes."""

    def __init__(self, names: list[str]) -> None:
        numbers = mixed(hashed(names)[0])
        self.bits = np.zeros(1 << FILTER_BITS, dtype=bool)
        for bits in (numbers >> np.uint64(64 - FILTER_BITS), numbers & np.uint64((1 << FILTER_BITS) - 1)):
            self.bits[bits] = True

    def passed(self, numbers: Any, among: Any) -> Any:
        """Return the places of the numbers that pass, of those that are `among`, true or false each."""
        numbers = mixed(numbers.copy())
        places = np.flatnonzero(self.bits[numbers >> np.uint64(64 - FILTER_BITS)] & among)
        return places[self.bits[numbers[places] & np.uint64((1 << FILTER_BITS) - 1)]] if len(places) else places


def hashed(words: list[str]) -> tuple[Any, Any]:
    """Return of each word a number, and what a number before it is multiplied by when the two are joined: number(ab) is
    number(a) * power(b) + number(b)."""
    if len(words) <= FEW:
        return np.array(list(map(_number, words)), np.uint64), np.array(
            [_power(len(word)) for word in words], np.uint64
        )
    numbers, powers = np.zeros(len(words), dtype=np.uint64), np.ones(len(words), dtype=np.uint64)
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    for letters in np.unique(lengths).tolist():
        same = np.flatnonzero(lengths == letters)
        codes = np.array([words[place] for place in same.tolist()], dtype=f"<U{letters}").view(np.uint32)
        for column in codes.reshape(len(same), letters).T:
            numbers[same] = numbers[same] * np.uint64(BASE) + column
        powers[same] = np.uint64(_power(letters))
    return numbers, powers


def _number(word: str) -> int:
    number = 0
    for letter in word:
        number = (number * BASE + ord(letter)) & MASK
    return number


@cache
def _power(letters: int) -> int:
    return pow(BASE, letters, 1 << 64)
