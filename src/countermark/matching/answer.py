"""What is said of a title: its verdict, and for each mark found how, where, in which words, and how sure."""

from typing import NamedTuple

from countermark.matching.context import Around, Context, classes_named
from countermark.matching.hits import Hit
from countermark.matching.mark import Mark
from countermark.matching.mark_index import MarkIndex
from countermark.matching.page import Page
from countermark.matching.policy import DISGUISES, SHAPE, VERSION
from countermark.matching.score import score, verdict

NO_CLASSES: frozenset[int] = frozenset()
NO_NAMES: frozenset[str] = frozenset()


class Listing(NamedTuple):
    """What is screened: a title and what is known beside it.

    `classes` are Nice classes of the goods; `images` the ids of marks that an image of the listing matched.
    """

    title: str
    brand: str = ""
    seller: str = ""
    classes: frozenset[int] = NO_CLASSES
    images: frozenset[str] = NO_NAMES


class Match(NamedTuple):
    """One mark found in a title, and why it counts.

    `span`: from where to where in the title as given, in characters. `observed` stands there, `canonical` is the mark as
    registered. `distance`: letters changed. `context`: what the words around say, and `word` the one that says it. `support`,
    `weak`: what stands beside the mark, what speaks against it. `field`: title or brand.
    """

    mark: Mark
    kind: str
    span: tuple[int, int]
    observed: str
    canonical: str
    distance: int
    score: float
    verdict: str
    context: str
    word: str
    support: tuple[str, ...]
    weak: tuple[str, ...]
    field: str = "title"


class Answer(NamedTuple):
    """What becomes of one title, the strictest of its matches, and by which version of the rules."""

    title: str
    verdict: str
    matches: tuple[Match, ...]
    version: str = VERSION


def matches_of(index: MarkIndex, listing: Listing, page: Page, hits: list[Hit], branded: frozenset[int]) -> list[Match]:
    """Return the matches of hits on one page; `branded` are the marks that the brand field names."""
    if not hits:
        return []
    around = Around(page)
    classes = listing.classes or (classes_named(page) if index.with_classes else NO_CLASSES)
    found, before = [], None
    for hit in hits:
        context = around.of(hit, before)
        before = (hit, context)
        support = support_of(index.marks[hit.place], listing, classes, hit.place in branded, context)
        found.append(match_of(index, listing, page, hit, context, support))
    return found


def support_of(
    mark: Mark, listing: Listing, classes: frozenset[int], branded: bool, context: Context
) -> tuple[str, ...]:
    """Return what stands beside a mark."""
    found = ("brand",) if branded else ()
    if classes and not classes.isdisjoint(mark.classes):
        found += ("class",)
    if listing.images and mark.id in listing.images:
        found += ("image",)
    return (*found, "replica") if context.says == "replica" else found


def match_of(
    index: MarkIndex, listing: Listing, page: Page, hit: Hit, context: Context, support: tuple[str, ...]
) -> Match:
    mark, observed = index.marks[hit.place], page.text[hit.start : hit.end]
    ordinary = index.ordinary(hit.place)
    weak = hit.weak
    if ordinary and hit.kind not in DISGUISES:
        weak += ("ordinary",)
    elif len(observed) <= SHAPE["short_letters"] and hit.first >= 0 and observed != mark.text:
        weak += ("short",)
    probable = score(hit.kind, weak, support)
    allowed = bool(listing.seller) and listing.seller in mark.allowed_sellers
    becomes = verdict(probable, hit.kind, context.says, ordinary=ordinary and not support, allowed=allowed)
    distance, span = int(hit.kind == "edited"), (hit.start, hit.end)
    return Match(
        mark, hit.kind, span, observed, mark.text, distance, probable, becomes,
        "allowed_seller" if allowed else context.says, context.word, support, weak,
    )  # fmt: skip
