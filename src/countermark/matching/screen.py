"""May this title go up as it is? The library's door: marks in, titles in, verdicts with their reasons out.

    >>> screen = TextScreen([Mark("Halden", classes=frozenset({25}))])
    >>> answer = screen.title("Hаlden wool jacket")     # the first a is Cyrillic
    >>> answer.verdict, answer.matches[0].kind, answer.matches[0].span
    ('block', 'lookalike', (0, 6))

A screen remembers what it learnt of tokens, so many titles at once are fast. It is not to be shared between threads.
"""

from collections.abc import Iterable, Sequence
from operator import add

from countermark.matching.answer import Answer, Listing, Match, matches_of
from countermark.matching.fold import fold
from countermark.matching.hits import Finder, single_letter_runs
from countermark.matching.mark import Mark
from countermark.matching.mark_index import MarkIndex
from countermark.matching.page import Page
from countermark.matching.score import ALLOW, VERDICTS
from countermark.matching.token_text import tokens_of
from countermark.matching.tokens import TokenJudge

SINGLE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class TextScreen:
    """Screens titles against marks. Give it many titles at a time: what they share is worked out once."""

    def __init__(self, marks: Iterable[Mark] | MarkIndex) -> None:
        self.index = marks if isinstance(marks, MarkIndex) else MarkIndex(marks)
        self.judge = TokenJudge(self.index)

    def title(self, title: str) -> Answer:
        """Screen one title."""
        return self.listings([Listing(title)])[0]

    def titles(self, titles: Sequence[str]) -> list[Answer]:
        """Screen many titles, in their order."""
        return self.listings([Listing(title) for title in titles])

    def listings(self, listings: Sequence[Listing]) -> list[Answer]:
        """Screen many listings, in their order."""
        pages = self._pages([listing.title for listing in listings])
        brands = [listing.brand for listing in listings if listing.brand]
        of_brands = dict(zip(brands, self._pages(brands), strict=True))
        return [
            self._answer(listing, page, of_brands.get(listing.brand))
            for listing, page in zip(listings, pages, strict=True)
        ]

    def _pages(self, texts: Sequence[str]) -> list[Page | None]:
        """Return for each text what is to be looked at, None where no mark can be; what all have in tokens is learnt first."""
        folded = [fold(text) for text in texts]
        tokens = [tokens_of(text) for text in folded]
        self.judge.learn(set().union(*tokens))
        return [
            Page(*parts) if self._may_name_a_mark(parts[0], parts[2]) else None
            for parts in zip(texts, folded, tokens, strict=True)
        ]

    def _may_name_a_mark(self, text: str, tokens: list[str]) -> bool:
        openings, pairs = self.index.openings, list(map(add, tokens, tokens[1:]))
        return (
            not self.judge.hot.keys().isdisjoint(tokens)
            or not openings.isdisjoint(pairs)
            or not openings.isdisjoint(map(add, pairs, tokens[2:]))
            or not openings.isdisjoint(map(add, pairs, pairs[2:]))
            or (not SINGLE.isdisjoint(tokens) and any(single_letter_runs(tokens)))
            or (not text.isascii() and (bool(self.index.dense.names) or any(single_letter_runs(tokens))))
        )

    def _answer(self, listing: Listing, page: Page | None, brand: Page | None) -> Answer:
        if page is None and brand is None:
            return Answer(listing.title, ALLOW, ())
        matches = self._matches(listing, page, brand)
        return Answer(
            listing.title, max((match.verdict for match in matches), key=VERDICTS.index, default=ALLOW), matches
        )

    def _matches(self, listing: Listing, page: Page | None, brand: Page | None) -> tuple[Match, ...]:
        finder = Finder(self.index, self.judge.hot)
        of_brand = finder.hits(brand) if brand else []
        named = frozenset(hit.place for hit in of_brand if hit.kind != "edited")
        found = matches_of(self.index, listing, page, finder.hits(page), named) if page else []
        if brand and of_brand:
            found += [
                match._replace(field="brand") for match in matches_of(self.index, listing, brand, of_brand, named)
            ]
        return tuple(found)
