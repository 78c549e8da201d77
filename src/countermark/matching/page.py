"""One title being looked at: as given, folded, its tokens, where they stand."""

from collections.abc import Sequence
from functools import cached_property

from countermark.matching.fold import origins
from countermark.matching.token_text import pattern_of


class Page:
    """A title that may name a mark. Where things stand is worked out when asked."""

    def __init__(self, text: str, folded: str, tokens: Sequence[str]) -> None:
        self.text, self.folded, self.tokens = text, folded, tokens

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """From where to where each token stands in the folded text."""
        return [found.span() for found in pattern_of(self.folded).finditer(self.folded)]

    @cached_property
    def places(self) -> list[int]:
        """The place in the text as given that each place of the folded text came from."""
        return origins(self.text)

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the folded text stands in the text as given."""
        return (start, end) if self.text.isascii() else (self.places[start], self.places[end - 1] + 1)
