"""What is left of a text when everything is taken out that people put around a number?

Full-width characters and digits of other scripts become plain ones, letters capitals, dashes one dash; blanks and characters that
cannot be seen go. Words in front of the number and signs behind it are taken off in a second step, which says what they said.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from countermark.core.numbers.forms import data, office_of

GROUPED = re.compile(r"\d{1,3}([.,'’])\d{3}(?:\1\d{3})+").fullmatch
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－ー"), "-")
_GONE = {"Cf", "Cc", "Zs", "Zl", "Zp"}
_LINES = re.compile(r"[\n\r\t\v\f]+")  # what parts two cells or lines parts two numbers
_BEHIND = re.compile(r"[号號호.,;:'\"”“’)\]}>。、]+$")
_BEFORE = "'\"“”‘’=([{<#:;.,*_"


def squeeze(text: str) -> str:
    """The text without blanks, in capitals, its digits and dashes plain."""
    text = _LINES.sub(";", text.strip())
    if text.isascii():
        return text.replace(" ", "").upper()
    return "".join(_plain(character) for character in unicodedata.normalize("NFKC", text).upper())


def _plain(character: str) -> str:
    if character.isascii():
        return character.strip()
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    return "" if unicodedata.category(character) in _GONE else character.translate(_DASHES)


def position_of(text: str, squeezed: int) -> int | None:
    """Which character of `text`, from 1, became the one at index `squeezed`; None when it cannot be told."""
    length = 0
    for place, character in enumerate(text, start=1):
        length += 1 if _LINES.match(character) else len(squeeze(character))
        if length > squeezed:
            return place
    return None


@cache
def _labels(office: str | None) -> tuple[re.Pattern[str], dict[str, str]]:
    known = {word: what for what, words in data("kinds")["label"].items() for word in words.split()}
    known |= dict.fromkeys(office_of(office).aliases, "any") if office else {}
    longest = sorted(known, key=len, reverse=True)
    words = "|".join(map(re.escape, longest))
    return re.compile(rf"[{re.escape(_BEFORE)}]*({words})?[{re.escape(_BEFORE)}]*"), known


def unlabel(squeezed: str, office: str | None) -> tuple[str, frozenset[str]]:
    """The text without words before and signs behind it, and what the words say it is."""
    expression, known = _labels(office)
    said: set[str] = set()
    at = 0
    while (found := expression.match(squeezed, at)) and found.end() > at:
        at = found.end()
        said.add(known.get(found[1] or "", "any"))
    return _BEHIND.sub("", squeezed[at:]), frozenset(said - {"any"})


def ungroup(squeezed: str) -> str:
    """Digits in groups of three without what separates them; anything else without its dashes and slashes."""
    if found := GROUPED(squeezed):
        return squeezed.replace(found[1], "")
    return squeezed.replace("-", "").replace("/", "")
