"""How is text read once everything that only changes its look is gone?

Per character: NFKC, format characters and combining marks dropped, look-alikes read as the letter they imitate (UTS #39),
traditional Chinese read as simplified, lower case. What is no letter or digit becomes a blank. Both titles and marks are read
this way, so any choice of representative serves.

`reading` is a table for str.translate; each character is worked out once. ASCII text needs only str.lower.
Refuses to know what a mark is.
"""

import json
import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from countermark.matching.libraries import data_text

LOOK = tomllib.loads((files(__package__) / "lookalike.toml").read_text("utf-8"))
SIGNS = frozenset(LOOK["signs"]["blank"])
LEET = str.maketrans(LOOK["leet"])
LEET_SIGNS = frozenset("$@!")
PAIRS = LOOK["pairs"]

# Combining marks that lie on any letter (Unicode blocks); those of Indic, Thai or kana spelling are letters to their readers.
ON_ANY_LETTER = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0670\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
# Letters by category, yet nothing is seen: Hangul fillers, the empty Braille cell, tatweel.
INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u0640\u034f")
# Scripts that write words without blanks: Thai to Lao, Myanmar, Hangul Jamo, Khmer, CJK with kana, Hangul syllables.
DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
IS_DENSE = re.compile(f"[{DENSE}]")
BEYOND_ASCII = re.compile("([^\x00-\x7f]+)")
LATIN_NAME = re.compile(
    r"(?:[A-Z ]+ )?(?:LATIN|REGIONAL INDICATOR)(?: [A-Z]+)* LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?"
)


class Reading(dict[int, str]):
    """code point -> what it reads as; filled on demand."""

    def __missing__(self, point: int) -> str:
        self[point] = read = read_character(chr(point))
        if len(read) != 1:
            UNEVEN.add(chr(point))
        return read


UNEVEN: set[str] = set()  # the characters met that do not read as one
reading = Reading()


def fold(text: str) -> str:
    """Return `text` as it is compared: lower case, look-alikes resolved."""
    if text.isascii():
        return text.lower()
    parts = BEYOND_ASCII.split(text)  # ASCII and what is beyond it by turns
    parts[::2] = map(str.lower, parts[::2])
    parts[1::2] = [part.translate(reading) for part in parts[1::2]]
    return "".join(parts)


def leet(folded: str) -> str:
    """Return folded text with digits and signs read as letters; i and l become one letter, rn reads as m."""
    text = folded.translate(LEET)
    for pair, letter in PAIRS.items():
        if pair in text:
            text = text.replace(pair, letter)
    return text


def origins(text: str) -> list[int]:
    """Return for each place of the folded text, and for its end, the place in `text` it came from."""
    places: list[int] = []
    behind = 0
    for found in BEYOND_ASCII.finditer(text):
        places.extend(range(behind, found.start()))
        for place, character in enumerate(found[0], found.start()):
            places += [place] * len(reading[ord(character)])
        behind = found.end()
    return [*places, *range(behind, len(text) + 1)]


def read_character(character: str) -> str:
    """Return what one character reads as; "" when it is not seen at all."""
    if character.isascii():
        return character.lower()
    if character in SIGNS:
        return " "
    if not seen(character):
        return ""
    read = "".join(read_letter(letter) for letter in unicodedata.normalize("NFKC", character))
    return read if len(read) < 2 or any(map(str.isalnum, read)) else " "


def seen(character: str) -> bool:
    """Is there something to see? Format characters, marks on letters, fillers and lone surrogates are not."""
    return unicodedata.category(character) not in ("Cf", "Cs", "Cn") and not (
        character in INVISIBLE or ON_ANY_LETTER.match(character)
    )


def read_letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    if letter in INVISIBLE:
        return ""
    if IS_DENSE.match(letter):
        return simplified().get(letter, letter)
    bare = without_marks(letter)
    latin = bare.lower() if bare.isascii() else imitated(bare)
    if latin or not bare:
        return latin
    small = bare.casefold()
    if small != bare:
        return "".join(read_letter(one) for one in small)
    return bare if unicodedata.category(bare[0])[0] in "LMN" else " "


def without_marks(letter: str) -> str:
    """Return a letter without what lies on it; é is e, but the kana が stays itself."""
    return unicodedata.normalize("NFC", ON_ANY_LETTER.sub("", unicodedata.normalize("NFD", letter)))


def imitated(letter: str) -> str:
    """Return the Latin letters that this one imitates, "" for none."""
    own = LOOK["letters"].get(letter) or named(letter)
    if own:
        return own
    if unicodedata.category(letter[0])[0] != "L":
        return ""  # a sign is a sign: the euro is no C
    prototype = prototypes().get(letter, "")
    if prototype == "l" and unicodedata.category(letter) == "Lu":
        return "i"  # UTS #39 takes a capital I for an l
    if prototype.isascii():
        return prototype.lower() if prototype.isalnum() else ""
    return LOOK["letters"].get(prototype) or named(without_marks(prototype))


def named(letter: str) -> str:
    """Return the Latin letter that this one is a form of by its Unicode name: small capital N, D with stroke, boxed A."""
    found = LATIN_NAME.fullmatch(unicodedata.name(letter, "")) if len(letter) == 1 else None
    return found[1].lower() if found else ""


@cache
def prototypes() -> dict[str, str]:
    """Return UTS #39: character -> its prototype. The library's table holds both directions; a prototype has many entries,
    or is what the only entry of the other side names."""
    table = json.loads(data_text("confusable_homoglyphs", "confusables.json"))
    return {one: found[0]["c"] for one, found in table.items() if len(found) == 1 and len(one) == 1}


@cache
def simplified() -> dict[str, str]:
    """Return OpenCC's table of characters, traditional -> simplified; the first choice where it gives several."""
    lines = data_text("opencc", "dictionary", "TSCharacters.txt").splitlines()
    table = {line.split()[0]: line.split()[1] for line in lines if line.strip() and not line.startswith("#")}
    return {old: table.get(new, new) for old, new in table.items()}  # 薴 leads to 苧, and that to 苎
