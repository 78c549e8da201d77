"""Into which tokens does folded text fall? Runs of letters and digits; of scripts without blanks there are none.

Where $, @ or ! stand for letters they belong to the token: inside it, before it ($, @) or after it ($, !).
"""

import re

from countermark.matching.fold import DENSE, IS_DENSE, LEET_SIGNS, fold

# Folding has made everything beyond ASCII that is no letter or digit a blank, so a token ends at an ASCII sign.
ENDS = "\\x00-\\x2f\\x3a-\\x60\\x7b-\\x7f"
BREAKS = frozenset(chr(point) for point in range(128) if not chr(point).isalnum()) | {""}
BLANKED = bytes(ord(chr(point).lower()) if chr(point).isalnum() else ord(" ") for point in range(128)).ljust(256)
ASCII_LETTER, LETTER = "[a-z0-9]", f"[^{ENDS}]"
SPACED_LETTER = f"(?:[a-z0-9]|(?![{DENSE}])[^{ENDS}])"  # the same without scripts without blanks; slower


def patterns(letter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of tokens of these letters: plain ones, and with signs for letters."""
    return re.compile(f"{letter}+"), re.compile(f"[$@]?{letter}+(?:[$@!]+{letter}+)*[$!]?")


ASCII, SPACED, MIXED = patterns(ASCII_LETTER), patterns(LETTER), patterns(SPACED_LETTER)


def pattern_of(folded: str) -> re.Pattern[str]:
    """Return the pattern of the tokens of this text."""
    plain, signed = ASCII if folded.isascii() else MIXED if IS_DENSE.search(folded) else SPACED
    return signed if "$" in folded or "@" in folded or "!" in folded else plain


def is_plain(folded: str) -> bool:
    """Is this ASCII in which no sign stands for a letter?"""
    return folded.isascii() and not ("$" in folded or "@" in folded or "!" in folded)


def read(text: str) -> tuple[str, list[str]]:
    """Return how a text reads, place for place as it is folded, and its tokens. Where all of it reads as ASCII and no sign
    stands for a letter, the other signs are blanks, too."""
    folded = text if text.isascii() else fold(text)
    if not is_plain(folded):
        folded = folded.lower() if text.isascii() else folded
        return folded, tokens_of(folded)
    blanked = folded.encode("ascii").translate(BLANKED).decode("ascii")
    return blanked, blanked.split()


def tokens_of(folded: str) -> list[str]:
    """Return the tokens of folded text, in order."""
    return pattern_of(folded).findall(folded)


def bare(token: str) -> str:
    """Return a token without signs around it: halden! is halden."""
    return token.strip("$@!") if token[0] in LEET_SIGNS or token[-1] in LEET_SIGNS else token
