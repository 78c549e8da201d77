"""May this title go up as it is? The library's door: marks in, titles in, verdicts with their reasons out.

    >>> screen = TextScreen([Mark("Halden", classes=frozenset({25}))])
    >>> answer = screen.title("Hаlden wool jacket")     # the first a is Cyrillic
    >>> answer.verdict, answer.matches[0].kind, answer.matches[0].span
    ('block', 'lookalike', (0, 6))

A screen remembers what it learnt of tokens, so many titles at once are fast. It is not to be shared between threads.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from countermark.matching.answer import NO_CLASSES, Answer, Finding, Listing, Match, answer_of, match_of, strictest
from countermark.matching.context import PLAIN, Around, Context, classes_named
from countermark.matching.fold import UNEVEN
from countermark.matching.hits import Finder, Hit
from countermark.matching.look import looks
from countermark.matching.mark import Mark
from countermark.matching.mark_index import MarkIndex
from countermark.matching.page import Page
from countermark.matching.policy import DISGUISES, SHAPE, VERSION
from countermark.matching.score import ALLOW, score, verdict
from countermark.matching.sieve import WORDS, Sieve, Sifted
from countermark.matching.token_text import is_plain, read
from countermark.matching.tokens import TokenJudge

NOTHING: tuple[str, ...] = ()
NOBODY: frozenset[int] = frozenset()
NOTHING_LEFT = Sifted([], [], 0)
SHORT = SHAPE["short_letters"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the search for circles of objects: a batch makes many small objects and no circle, and looking for one among
    them takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class TextScreen:
    """Screens titles against marks. Give it many titles at a time: what they share is worked out once."""

    MOST = 500_000  # findings remembered

    def __init__(self, marks: Iterable[Mark] | MarkIndex) -> None:
        self.index = marks if isinstance(marks, MarkIndex) else MarkIndex(marks)
        self.forget()

    def forget(self) -> None:
        """Begin as if no title had been seen."""
        self.judge = TokenJudge(self.index)
        self.sieve, self.finder = Sieve(self.index, self.judge), Finder(self.index, self.judge)
        self.findings: dict[tuple[object, ...], Finding] = {}
        self.plain: dict[str, tuple[tuple[int, int, str, Finding], ...]] = {}

    def title(self, title: str) -> Answer:
        """Screen one title."""
        return self.titles([title])[0]

    def titles(self, titles: Sequence[str]) -> list[Answer]:
        """Screen many titles, in their order."""
        with uncollected():
            return list(map(self._of_title, titles, *self._sifted(titles)))

    def listings(self, listings: Sequence[Listing]) -> list[Answer]:
        """Screen many listings, in their order."""
        titles, brands = ([getattr(listing, name) for listing in listings] for name in ("title", "brand"))
        with uncollected():
            return list(map(self._of_listing, listings, *self._sifted(titles), *self._sifted(brands)))

    def _sifted(self, texts: Sequence[str]) -> tuple[list[str], list[list[str]], list[Sifted | None]]:
        """Return of each text how it reads, its tokens, and what is to be looked at closer."""
        readings = list(map(read, texts))
        tokens = [found for _, found in readings]
        return [folded for folded, _ in readings], tokens, self.sieve.sift(tokens)

    def _of_title(self, title: str, folded: str, tokens: list[str], sifted: Sifted | None) -> Answer:
        if sifted is None:
            if title.isascii() or not self.index.dense.names:
                return answer_of((title, ALLOW, (), VERSION))
            sifted = NOTHING_LEFT
        matches = self._plain_matches(title, folded, tokens, sifted)
        if matches is None:
            matches = self._matches(Listing(title), Page(title, folded, tokens), sifted, NOBODY)
        said = {match[3][4] for match in matches}  # by place: by name takes three times as long, and titles are many
        return answer_of((title, said.pop() if len(said) == 1 else strictest(frozenset(said)), matches, VERSION))

    def _plain_matches(self, title: str, folded: str, tokens: list[str], sifted: Sifted) -> tuple[Match, ...] | None:
        """Return the matches of a plain title, the common case, made fast; None when it is none. In a plain title every mark is a
        token written in ASCII, and no word says anything of it."""
        finds, joined, known = sifted
        if known & WORDS or not is_plain(folded):
            return None
        ascii = title.isascii()
        if not ascii and not UNEVEN.isdisjoint(title):
            return None
        if (joined or known) and any(self.finder.several(Page(title, folded, tokens), sifted)):
            return None
        found, end, plain, padded = [], 0, self.plain, f" {folded} "
        for number in finds:
            token = tokens[number]
            at = padded.find(f" {token} ", end)
            end = at + len(token)
            written = title[at:end]
            if not (ascii or written.isascii()):
                return None
            for first, last, observed, finding in plain.get(written) or self._say_plainly(written, token):
                found.append(match_of((at + first, at + last, observed, finding)))
        return tuple(found)

    def _say_plainly(self, written: str, token: str) -> tuple[tuple[int, int, str, Finding], ...]:
        """Return the findings of a token where nothing stands around it, and remember them."""
        if len(self.plain) > self.MOST:
            self.plain = {}
        said = []
        for place, kind, start, end, weak in self.finder.marks_of(token):
            observed = written[start:end]
            short = observed if end - start <= SHORT else ""
            said.append((start, end, observed, self._finding(place, kind, weak, short, PLAIN, NOTHING, "", "title")))
        return self.plain.setdefault(written, tuple(said))

    def _of_listing(self, listing: Listing, *parts: Any) -> Answer:
        """Screen one listing; `parts` are how title and brand read, their tokens, and what is left of them."""
        title, brand = Page(listing.title, *parts[:2]), Page(listing.brand, *parts[3:5])
        of_brand = self.finder.hits(brand, parts[5] or NOTHING_LEFT)
        named = frozenset(hit.place for hit in of_brand if hit.kind != "edited")
        matches = self._matches(listing, title, parts[2] or NOTHING_LEFT, named)
        matches += self._matches(listing, brand, parts[5] or NOTHING_LEFT, named, "brand")
        return Answer(listing.title, strictest(frozenset(match.verdict for match in matches)), matches)

    def _matches(
        self, listing: Listing, page: Page, sifted: Sifted, branded: frozenset[int], field: str = "title"
    ) -> tuple[Match, ...]:
        """Return the matches on one page; `branded` are the marks that the brand field names."""
        hits = self.finder.hits(page, sifted)
        if not hits:
            return ()
        around = Around(page) if sifted.known & WORDS or page.dense else None
        classes = self._classes(listing, page)
        found, before, context, support = [], None, PLAIN, NOTHING
        for hit in hits:
            if around:
                context = around.of(hit, before)
                before = (hit, context)
            if classes or branded or listing.images or context.says == "replica":
                support = self._support(hit.place, classes, branded, listing.images, context)
            found.append(self._match(page, hit, context, support, listing.seller, field))
        return tuple(found)

    def _classes(self, listing: Listing, page: Page) -> frozenset[int]:
        if listing.classes:
            return listing.classes
        return classes_named(page) if self.index.with_classes else NO_CLASSES

    def _support(
        self, place: int, classes: frozenset[int], branded: frozenset[int], images: Iterable[str], context: Context
    ) -> tuple[str, ...]:
        """Return what stands beside a mark."""
        mark = self.index.marks[place]
        there = {
            "brand": place in branded,
            "class": not classes.isdisjoint(mark.classes),
            "image": mark.id in images,
            "replica": context.says == "replica",
        }
        return tuple(sign for sign, is_there in there.items() if is_there)

    def _match(
        self, page: Page, hit: Hit, context: Context, support: tuple[str, ...], seller: str, field: str
    ) -> Match:
        place, kind, start, end, weak, first, _ = hit
        text = page.text
        if page.uneven:
            start, end = page.given(start, end)
        observed = text[start:end]
        if not (page.ascii or observed.isascii()):
            kind, weak = looks(kind, weak, text, start, end, self.index.marks[place].text)
        written = observed if len(observed) <= SHORT and first >= 0 else ""
        key = (place, kind, weak, written, context, support, seller, field)
        return match_of((start, end, observed, self.findings.get(key) or self._finding(*key)))

    def _finding(
        self, place: int, kind: str, weak: tuple[str, ...], written: str, context: Context, support: tuple[str, ...],
        seller: str, field: str,
    ) -> Finding:  # fmt: skip
        """Say what follows from a mark found, and remember it."""
        if len(self.findings) > self.MOST:
            self.findings = {}
        mark, ordinary = self.index.marks[place], self.index.ordinary(place)
        key = (place, kind, weak, written, context, support, seller, field)
        if ordinary and kind not in DISGUISES:
            weak += ("ordinary",)
        elif written and (written != mark.text or len(written) == 1):
            weak += ("short",)
        probable = score(kind, weak, support)
        allowed = bool(seller) and seller in mark.allowed_sellers
        becomes = verdict(probable, kind, context.says, ordinary=ordinary, supported=bool(support), allowed=allowed)
        says, distance = "allowed_seller" if allowed else context.says, int(kind == "edited")
        found = Finding(mark, kind, distance, probable, becomes, says, context.word, support, weak, field)
        return self.findings.setdefault(key, found)
