"""Is what stands in the title the mark as anybody writes it, or letters made to look like it?"""

import re
import unicodedata
from functools import cache

from countermark.matching.fold import IS_DENSE, ON_ANY_LETTER, fold, seen, simplified

PLAIN_KINDS = frozenset(("exact", "plural", "joined"))
LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
ORDER = ("lookalike", "invisible", "styled", "wide", "traditional", "accented")


def looks(
    kind: str, weak: tuple[str, ...], text: str, start: int, end: int, registered: str
) -> tuple[str, tuple[str, ...]]:
    """Return the kind once looks are considered, and what weakens it."""
    observed = text[start:end]
    if kind not in PLAIN_KINDS or is_as_registered(observed, registered):
        return kind, weak
    found = {look for look in map(look_of, observed) if look}
    if len(ON_ANY_LETTER.findall(observed)) > len(observed) / 2:
        found.add("styled")  # more marks than letters: no language is spelled so
    worst = next((look for look in ORDER if look in found), kind)
    return worst, weak + ("native",) * (worst == "lookalike" and is_native(text, start, end))


def is_as_registered(observed: str, registered: str) -> bool:
    return unicodedata.normalize("NFC", observed).casefold() == unicodedata.normalize("NFC", registered).casefold()


@cache
def look_of(character: str) -> str:
    """Return how one character of a mark's name differs from a plain one, "" when it does not."""
    if character.isascii() or not fold(character).strip():
        return "" if character.isascii() or seen(character) or ON_ANY_LETTER.match(character) else "invisible"
    if IS_DENSE.match(character):
        return "traditional" if character in simplified() else ""
    if LATIN.match(character):
        return "accented"
    if unicodedata.east_asian_width(character) == "F":
        return "wide"
    return "styled" if is_styled(character) else "lookalike" if fold(character).isascii() else ""


def is_styled(character: str) -> bool:
    """Is this a Latin letter or a digit in another dress: mathematical, boxed, small capital?"""
    name = unicodedata.name(character, "")
    return unicodedata.normalize("NFKC", character).isascii() or "LATIN" in name or "REGIONAL" in name


def is_native(text: str, start: int, end: int) -> bool:
    """Is the whole name in one other script, and is the rest of the title written in it too?"""
    scripts = {script(letter) for letter in text[start:end] if letter.isalpha()}
    return len(scripts) == 1 and any(
        script(letter) in scripts for letter in text[:start] + text[end:] if letter.isalpha()
    )


@cache
def script(letter: str) -> str:
    """Return the first word of a letter's Unicode name, which is its script."""
    return unicodedata.name(letter, "?").split()[0]
