"""In which ways does somebody hide a name in a title, which brands are in which half, and which titles name none?"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

from countermark.matching.fold import fold
from countermark.matching.token_text import tokens_of

HOMOGLYPHS = str.maketrans("aceiopxyABEHKMOPTX", "асеіорхуАВЕНКМОРТХ")
LEET = str.maketrans("aeiost", "431057")
Operator = Callable[[str, random.Random], str]


def at_random(name: str, dice: random.Random, put: Callable[[str], str]) -> str:
    """Change one letter inside a name."""
    place = dice.randrange(1, len(name) - 1)
    return name[:place] + put(name[place]) + name[place + 1 :]


def swapped(name: str, dice: random.Random) -> str:
    place = dice.randrange(len(name) - 1)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


OPERATORS: dict[str, Operator] = {
    "as it is": lambda name, dice: name,
    "upper case": lambda name, dice: name.upper(),
    "Cyrillic look-alikes": lambda name, dice: name.translate(HOMOGLYPHS),
    "digits for letters": lambda name, dice: name.translate(LEET),
    "dots between letters": lambda name, dice: ".".join(name),
    "blanks between letters": lambda name, dice: " ".join(name),
    "one blank inside": lambda name, dice: at_random(name, dice, lambda letter: f" {letter}"),
    "one hyphen inside": lambda name, dice: at_random(name, dice, lambda letter: f"-{letter}"),
    "zero width space inside": lambda name, dice: at_random(name, dice, lambda letter: f"\u200b{letter}"),
    "full width": lambda name, dice: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in name),
    "mathematical bold": lambda name, dice: "".join(bold(letter) for letter in name),
    "accents": lambda name, dice: at_random(name, dice, lambda letter: f"{letter}\u0301"),
    "Zalgo": lambda name, dice: "".join(f"{letter}\u0336\u0348\u031b" for letter in name),
    "a letter three times": lambda name, dice: at_random(name, dice, lambda letter: letter * 3),
    "with a word in one": lambda name, dice: f"{name}shoes",
    "a letter left out": lambda name, dice: at_random(name, dice, lambda letter: ""),
    "a letter doubled": lambda name, dice: at_random(name, dice, lambda letter: letter * 2),
    "letters swapped": swapped,
}


def bold(letter: str) -> str:
    base = {True: 0x1D400 - ord("A"), False: 0x1D41A - ord("a")}[letter.isupper()]
    return chr(ord(letter) + base) if letter.isascii() and letter.isalpha() else letter


def is_test(name: str) -> bool:
    """Is a brand in the test half?"""
    return hashlib.sha256(name.encode()).digest()[0] >= 128


def hideable(names: list[str]) -> list[str]:
    """Return the names that every operator can hide: four letters and more, and nothing else."""
    return [name for name in names if name.isascii() and name.isalpha() and len(name) >= 4]


def innocent(titles: list[str], names: list[str]) -> list[str]:
    """Return the titles in which no mark stands as its own words."""
    keys = {" ".join(tokens_of(fold(name))) for name in names} - {""}
    longest = max(key.count(" ") + 1 for key in keys)
    return [title for title in titles if not any(run in keys for run in runs(tokens_of(fold(title)), longest))]


def runs(tokens: list[str], longest: int) -> list[str]:
    """Return every run of up to `longest` tokens."""
    return [
        " ".join(tokens[first:last])
        for first in range(len(tokens))
        for last in range(first + 1, min(first + longest, len(tokens)) + 1)
    ]
