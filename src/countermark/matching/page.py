"""One title being looked at: as given, folded, its tokens, where they stand."""

from functools import cached_property

from countermark.matching.fold import DENSE, IS_DENSE, UNEVEN, origins
from countermark.matching.token_text import BREAKS, pattern_of


class Page:
    """A title that may name a mark. Where things stand is worked out when asked."""

    def __init__(self, text: str, folded: str, tokens: list[str]) -> None:
        self.text, self.folded, self.tokens = text, folded, tokens
        self.ascii = text.isascii()

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """From where to where each token stands in the folded text."""
        return [found.span() for found in pattern_of(self.folded).finditer(self.folded)]

    @cached_property
    def places(self) -> list[int] | None:
        """The place in the text as given that each place of the folded text came from; None when they are the same."""
        return None if self.ascii or UNEVEN.isdisjoint(self.text) else origins(self.text)

    @cached_property
    def dense(self) -> bool:
        """Is a script without blanks in it?"""
        return not self.ascii and max(self.folded, default="") >= DENSE[0] and IS_DENSE.search(self.folded) is not None

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the folded text stands in the text as given."""
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def place_of(token: str, folded: str, start: int) -> int:
    """Return where a token stands in text without signs for letters, from `start` on."""
    at = folded.find(token, start)
    while (at and folded[at - 1] not in BREAKS) or folded[at + len(token) : at + len(token) + 1] not in BREAKS:
        at = folded.find(token, at + 1)
    return at
