"""Into which tokens does folded text fall? Runs of letters and digits; of scripts without blanks there are none.

Where $, @ or ! stand for letters they belong to the token: inside it, before it ($, @) or after it ($, !).
"""

import re

from countermark.matching.fold import DENSE, LEET_SIGNS


def spaced_letters() -> str:
    """Return a character class: ASCII letters and digits, and what lies between the scripts without blanks. Folding has made
    everything else beyond ASCII that is no letter a blank."""
    edges = [0x80, *(ord(letter) for letter in DENSE.replace("-", "")), 0x110000]
    gaps = [(edges[0], edges[1] - 1)]
    gaps += [(edges[place] + 1, edges[place + 1] - 1) for place in range(2, len(edges) - 1, 2)]
    return "a-z0-9" + "".join(f"{chr(first)}-{chr(last)}" for first, last in gaps if first <= last)


LETTERS = spaced_letters()
PLAIN = re.compile(f"[{LETTERS}]+")
SIGNED = re.compile(f"[$@]?[{LETTERS}]+(?:[$@!]+[{LETTERS}]+)*[$!]?")


def pattern_of(folded: str) -> re.Pattern[str]:
    """Return the pattern of the tokens of this text."""
    return SIGNED if "$" in folded or "@" in folded or "!" in folded else PLAIN


def tokens_of(folded: str) -> list[str]:
    """Return the tokens of folded text, in order."""
    return pattern_of(folded).findall(folded)


def bare(token: str) -> str:
    """Return a token without signs around it: halden! is halden."""
    return token.strip("$@!") if token[0] in LEET_SIGNS or token[-1] in LEET_SIGNS else token
