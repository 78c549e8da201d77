"""Which regular expressions may read a piece of a link, and how often could one be tried at most?

Operators write patterns, strangers write links: together they must not stop the desk. A piece is one path segment or
one query value, and an expression always has to match the whole of it. So the language is closed: characters, classes,
named groups, alternatives, `?`, counted repeats, and one open-ended repeat of a single character. Nothing else is
needed to find a listing number, and everything that makes matching explode (a repeated group, a look-around, a
back-reference, two open-ended repeats) is refused when the pattern is read, not when the hostile link arrives.

The figure is an upper bound: choices multiply in sequence and add up between alternatives. It overstates, never
understates, except that a final `.*` is free, because it always succeeds.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from countermark.core.listing_urls.limits import LONGEST_EXPRESSION, LONGEST_LINE, MOST_TRIES

_CLASSES: Final = "dDwWsS"
_COUNT: Final = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}")
_GROUP: Final = re.compile(r"\((?:\?:|\?P<([a-z_]{1,30})>)")


class ExpressionRefused(ValueError):
    """`expression` is not in the closed language, or could be tried too often. The sentence says where and why."""


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    names: set[str] = field(default_factory=set)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def refuse(self, why: str) -> ExpressionRefused:
        return ExpressionRefused(f"{why} (character {self.at + 1} of «{self.text}»)")

    def alternatives(self) -> int:
        tries = self.sequence()
        while self.peek() == "|":
            self.at += 1
            tries += self.sequence()
        return tries

    def sequence(self) -> int:
        tries = 1
        while self.peek() not in ("", "|", ")"):
            if self.text[self.at :] == ".*":
                self.at += 2
                break
            tries *= self.repeated()
        return tries

    def repeated(self) -> int:
        is_group = self.peek() == "("
        inner = self.group() if is_group else self.single()
        least, most = self.quantifier()
        if is_group and (least, most) not in ((1, 1), (0, 1)):
            raise self.refuse("a group can be optional but not repeated; repeat one character or class instead")
        if is_group:
            return inner + (1 - least)
        return most - least + 1

    def group(self) -> int:
        opening = _GROUP.match(self.text, self.at)
        if opening is None:
            raise self.refuse("only (?:…) and (?P<name>…) groups are read here; look-arounds and flags are not")
        if name := opening[1]:
            if name in self.names:
                raise self.refuse(f"the group «{name}» is there twice")
            self.names.add(name)
        self.at = opening.end()
        tries = self.alternatives()
        if self.peek() != ")":
            raise self.refuse("a group is not closed")
        self.at += 1
        return tries

    def single(self) -> int:
        char = self.peek()
        if char in "*+?{":
            raise self.refuse("there is nothing to repeat")
        if char in "^$":
            raise self.refuse("anchors are not needed: an expression always has to match the whole piece")
        if char == "[":
            self.character_class()
        elif char == "\\":
            self.escape()
        else:
            self.at += 1
        return 1

    def escape(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if not following or (following.isalnum() and following not in _CLASSES):
            raise self.refuse(f"the escape «\\{following}» is not read here")
        self.at += 2

    def character_class(self) -> None:
        self.at += 2 if self.text[self.at + 1 : self.at + 2] == "^" else 1
        first = True
        while first or self.peek() != "]":
            if not self.peek():
                raise self.refuse("a character class is not closed")
            if self.peek() == "\\":
                self.escape()
            else:
                self.at += 1
            first = False
        self.at += 1

    def quantifier(self) -> tuple[int, int]:
        """The least and the most repeats; open-ended ones end at the longest line."""
        char = self.peek()
        bounds = {"?": (0, 1), "*": (0, LONGEST_LINE), "+": (1, LONGEST_LINE)}.get(char)
        if bounds:
            self.at += 1
        elif char == "{":
            bounds = self.count()
        else:
            return 1, 1
        if self.peek() and self.peek() in "?+*{":
            raise self.refuse("two repeats in a row are not read here")
        return bounds

    def count(self) -> tuple[int, int]:
        count = _COUNT.match(self.text, self.at)
        if count is None:
            raise self.refuse("a repeat is written {4}, {4,12} or {4,}")
        self.at = count.end()
        least = int(count[1])
        most = LONGEST_LINE if count[2] and not count[3] else int(count[3] or least)
        if most < least:
            raise self.refuse("a repeat counts from the smaller to the larger number")
        return least, most


def tries(expression: str) -> int:
    """At most how many ways `expression` can be tried on the longest piece. Raises `ExpressionRefused`."""
    if len(expression) > LONGEST_EXPRESSION:
        raise ExpressionRefused(
            f"an expression has at most {LONGEST_EXPRESSION} characters, this one {len(expression)}"
        )
    reader = _Reader(expression)
    found = reader.alternatives()
    if reader.peek():
        raise reader.refuse("a bracket is closed that was never opened")
    return found


def compiled(expression: str) -> re.Pattern[str]:
    """The expression, ready to match a whole piece; letters in either case. Raises `ExpressionRefused`."""
    if (found := tries(expression)) > MOST_TRIES:
        raise ExpressionRefused(
            f"«{expression}» could be tried {found:,} ways on one long link, {MOST_TRIES:,} are allowed; "
            "keep one open-ended repeat (* or +) and count the others, like {4,20}"
        )
    try:
        return re.compile(expression, re.ASCII | re.IGNORECASE | re.DOTALL)
    except (re.error, OverflowError, RecursionError) as fault:
        raise ExpressionRefused(f"«{expression}» cannot be read: {fault}") from fault
