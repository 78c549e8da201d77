"""Which letters of what stands in a title are not the letters they look like? Named, so that a person sees what was done."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.translation import gettext, gettext_lazy

MOST = 8  # letters named; a title disguised in every letter is plain by then
LONGEST = 200  # characters compared
SCRIPTS = {  # how the name of a character begins in Unicode -> its script in words
    "CYRILLIC": gettext_lazy("Cyrillic"),
    "GREEK": gettext_lazy("Greek"),
    "ARMENIAN": gettext_lazy("Armenian"),
    "CHEROKEE": gettext_lazy("Cherokee"),
    "HEBREW": gettext_lazy("Hebrew"),
    "ARABIC": gettext_lazy("Arabic"),
    "COPTIC": gettext_lazy("Coptic"),
    "GEORGIAN": gettext_lazy("Georgian"),
    "FULLWIDTH": gettext_lazy("full width"),
    "MATHEMATICAL": gettext_lazy("a mathematical sign"),
    "CJK": gettext_lazy("Chinese"),
    "HANGUL": gettext_lazy("Korean"),
    "KATAKANA": gettext_lazy("Japanese"),
    "HIRAGANA": gettext_lazy("Japanese"),
    "LATIN": gettext_lazy("Latin"),
}


def named(observed: str, canonical: str) -> list[str]:
    """What stands for what: "а (Cyrillic) for a", "an invisible character", "4 for a"; each once, MOST at most."""
    found = dict.fromkeys(_differences(observed[:LONGEST], canonical[:LONGEST]))
    return list(found)[:MOST]


def odd(observed: str, canonical: str) -> list[tuple[str, bool]]:
    """The text in stretches, each with whether it is not what it stands for."""
    found, end = [], 0
    for first, last, _ in _steps(observed[:LONGEST], canonical[:LONGEST]):
        found += [(observed[end:first], False), (observed[first:last], True)]
        end = last
    return [each for each in (*found, (observed[end:], False)) if each[0]]


def _steps(observed: str, canonical: str) -> Iterator[tuple[int, int, str]]:
    """Where what stands there differs: from, to, and what is meant instead."""
    one, other = observed.casefold(), canonical.casefold()
    if len(one) != len(observed):  # a letter that becomes two: nothing can be pointed at
        return
    for what, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what in ("replace", "delete"):
            yield start, end, canonical[first:last]


def _differences(observed: str, canonical: str) -> Iterator[str]:
    for start, end, meant in _steps(observed, canonical):
        pairs = meant if len(meant) == end - start else [""] * (end - start)
        for letter, instead in zip(observed[start:end], pairs, strict=False):
            yield _said(letter, instead)


def _said(letter: str, instead: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Cc", "Cn", "Co", "Cs"):
        return gettext("an invisible character")
    if kind.startswith("Z"):
        return gettext("a blank")
    if kind.startswith("M"):
        return gettext("a mark above or below a letter")
    script = script_of(letter)
    named_so = gettext("%(letter)s (%(script)s)") % {"letter": letter, "script": script} if script else letter
    return gettext("%(letter)s for %(meant)s") % {"letter": named_so, "meant": instead} if instead else named_so


def script_of(letter: str) -> str:
    """The script a letter belongs to; "" for plain letters, digits and signs, which need no name."""
    if letter.isascii():
        return ""
    name = unicodedata.name(letter, "")
    return str(SCRIPTS.get(name.split(" ")[0].split("-")[0], name.lower()))
