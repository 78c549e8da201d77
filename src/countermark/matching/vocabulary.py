"""Is this a word of its own? Asked of tokens before they are taken for a mark written otherwise, and of marks: apple is a word.

Frequencies come from wordfreq, English dictionary words from Webster's Second (package english-words). Both are there for
Latin scripts; for other languages than English a mark's `ordinary` has to be given.
"""

from functools import cache
from typing import Any

from countermark.matching.fold import fold
from countermark.matching.libraries import Library
from countermark.matching.policy import WORDS, goods

wordfreq: Any = Library("wordfreq")
english_words: Any = Library("english_words")

ENDINGS = ("s", "es", "ed", "ing", "er", "ly", "y")
ENDINGS_OF_E_OR_Y = ("ing", "ed", "ies", "y")


@cache
def known_words() -> frozenset[str]:
    """Return the words in common use in the languages of the policy, folded."""
    lists = (wordfreq.get_frequency_dict(language, "small") for language in WORDS["languages"])
    return frozenset(fold(word) for words in lists for word in words)


@cache
def pieces() -> frozenset[str]:
    """Return the words that stand beside others in any title: frequent ones of two letters and more, in English."""
    least = 10 ** (WORDS["piece"] - 9)
    frequencies = wordfreq.get_frequency_dict("en", "small")
    return frozenset(word for word, frequency in frequencies.items() if len(word) > 1 and frequency >= least)


@cache
def chinese_words() -> frozenset[str]:
    """Return the words in common use in Chinese, folded."""
    return frozenset(fold(word) for word in wordfreq.get_frequency_dict("zh", "small") if len(word) > 1)


@cache
def dictionary() -> frozenset[str]:
    """Return the words of an English dictionary that are written in lower case."""
    return frozenset(english_words.get_english_words_set(["web2"]))


@cache
def frequency(word: str) -> float:
    """Return how often English uses a word, as log10 of uses per thousand million."""
    return float(wordfreq.zipf_frequency(word, "en"))


def is_ordinary(tokens: list[str]) -> bool:
    """Has a mark of these words a meaning of its own? Two words together are taken as a name; digits alone say nothing, and what
    goods are called, boots, says what is sold."""
    return len(tokens) == 1 and (tokens[0].isdigit() or tokens[0] in goods() or is_ordinary_word(tokens[0]))


def is_ordinary_word(word: str) -> bool:
    """A word of the dictionary, and used as one: its inflected forms are in use too, unlike those of a surname."""
    if word not in dictionary() or not (used := frequency(word)) >= WORDS["ordinary"]:
        return False
    return used >= WORDS["always"] or used - max(map(frequency, inflected(word))) <= WORDS["family"]


def inflected(word: str) -> list[str]:
    """Return forms that an English word would have."""
    forms = [word + ending for ending in ENDINGS]
    return forms + [word[:-1] + ending for ending in ENDINGS_OF_E_OR_Y if word[-1] in "ey"]
