"""Which of the listings taken down for good does this one repeat by its words? A near-same title, and what stands beside it.

Titles alone do not decide that: measured on pairs of offers they tell a relisting from another offer of the same goods little
better than a coin with a bias. So without a price or a description that agree too, people look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from countermark.apps.screening.known import about_fingerprint
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import Fingerprint
from countermark.core import catalogue
from countermark.matching.fold import fold
from countermark.matching.score import BLOCK, REVIEW
from countermark.matching.signals import Signal
from countermark.matching.token_text import tokens_of

KIND = "text:relisted"
MOST = 2000  # fingerprints that share a word: a word of more says nothing of which


def words_of(text: str) -> frozenset[str]:
    """The words of a text as they are compared, look-alike letters resolved."""
    return frozenset(tokens_of(fold(text)))


class Relisted:
    """The titles of fingerprints by their words."""

    def __init__(self, fingerprints: Iterable[Fingerprint]) -> None:
        self.of = {one.pk: one for one in fingerprints}
        self.words = {pk: words_of(one.title) for pk, one in self.of.items()}
        self.having: defaultdict[str, list[int]] = defaultdict(list)
        for pk, words in self.words.items():
            for word in words:
                self.having[word].append(pk)

    def signals(self, line: Line) -> Iterator[Signal]:
        """What speaks for this listing being one of them, come back."""
        words = words_of(line.title) if self.of else frozenset()
        if len(words) < catalogue.load().number("relisted_words"):
            return
        shared = Counter(pk for word in words if len(ids := self.having.get(word, ())) <= MOST for pk in ids)
        for pk, count in shared.items():
            likeness = count / len(words | self.words[pk])
            if 100 * likeness >= catalogue.load().number("relisted_title"):
                yield _signal(line, self.of[pk], likeness)


def _signal(line: Line, fingerprint: Fingerprint, likeness: float) -> Signal:
    agree = [name for name, agrees in _beside(line, fingerprint.attributes).items() if agrees]
    figures = {
        "span": [0, len(line.title)], "observed": line.title, "canonical": fingerprint.title, "field": "title",
        "likeness": round(likeness, 3), "support": agree, "weak": [], "distance": 0, "context": "", "word": "",
        "verdict": BLOCK if agree else REVIEW,
    }  # fmt: skip
    sure = catalogue.load().number("relisted_sure" if agree else "relisted_unsure")
    return Signal(KIND, about_fingerprint(fingerprint.pk), round(likeness * sure / 100, 4), figures)


def _beside(line: Line, kept: Mapping[str, Any]) -> dict[str, bool]:
    return {"price": _near_price(line, kept), "text": _near_text(line, kept)}


def _near_price(line: Line, kept: Mapping[str, Any]) -> bool:
    try:
        one, other = Decimal(line.price), Decimal(str(kept.get("price") or ""))
    except InvalidOperation:
        return False
    if line.currency != kept.get("currency") or not one.is_finite() or not other.is_finite() or other <= 0:
        return False
    return abs(one - other) * 100 <= other * catalogue.load().number("relisted_price")


def _near_text(line: Line, kept: Mapping[str, Any]) -> bool:
    words, others = words_of(line.text), frozenset(str(kept.get("text") or "").split())
    least = catalogue.load().number("relisted_words")
    if min(len(words), len(others)) < least:
        return False
    return 100 * len(words & others) >= len(words | others) * catalogue.load().number("relisted_text")
