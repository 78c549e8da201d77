"""One title being looked at: as given, folded, its tokens, where they stand."""

from collections.abc import Iterable, Iterator, Sequence

from countermark.matching.fold import IS_DENSE, UNEVEN, origins
from countermark.matching.token_text import is_plain


class Page:
    """A title that may name a mark. Where things stand is worked out when asked, once."""

    __slots__ = ("_places", "_spans", "ascii", "dense", "folded", "text", "tokens", "uneven")

    def __init__(self, text: str, folded: str, tokens: list[str]) -> None:
        self.text, self.folded, self.tokens = text, folded, tokens
        self.ascii = text.isascii()
        self.uneven = not (self.ascii or UNEVEN.isdisjoint(text))  # do places differ from those of the text as given?
        self.dense = not folded.isascii() and IS_DENSE.search(folded) is not None  # is a script without blanks in it?
        self._spans: list[tuple[int, int]] | None = None
        self._places: list[int] | None = None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """From where to where each token stands in the folded text."""
        if self._spans is None:
            self._spans = list(spans_of(self.tokens, self.folded))
        return self._spans

    def starts(self, numbers: Sequence[int]) -> list[int]:
        """Return where the tokens of these numbers, in order, begin in the folded text."""
        if self._spans is not None or not is_plain(self.folded):
            return [self.spans[number][0] for number in numbers]
        padded, end, next_one, found = f" {self.folded} ", 0, 0, []
        for number in numbers:
            token = self.tokens[number]
            start = padded.find(f" {token} ", end)
            for _ in range(self.tokens[next_one:number].count(token)):  # the same word, not asked for
                start = padded.find(f" {token} ", start + 1)
            found.append(start)
            end, next_one = start + len(token), number + 1
        return found

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the folded text stands in the text as given."""
        if self._places is None:
            self._places = origins(self.text)
        return self._places[start], self._places[end - 1] + 1


def spans_of(tokens: Iterable[str], folded: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where each token stands: between two there is nothing that begins one."""
    end = 0
    for token in tokens:
        start = folded.find(token, end)
        end = start + len(token)
        yield start, end
