"""What is said of a title: its verdict, and for each mark found how, where, in which words, and how sure."""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from countermark.matching.mark import Mark
from countermark.matching.policy import VERSION
from countermark.matching.score import VERDICTS

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


class Finding(NamedTuple):
    """What is said of a mark wherever it stands: how it is written, what the words around say, and what follows.

    `distance`: letters changed. `context`: what the words around say, `word` the one that says it. `support`, `weak`: what
    stands beside the mark, what speaks against it. `field`: title or brand.
    """

    mark: Mark
    kind: str
    distance: int
    score: float
    verdict: str
    context: str
    word: str
    support: tuple[str, ...]
    weak: tuple[str, ...]
    field: str


class Match(NamedTuple):
    """One mark found in a title: from where to where in the title as given, in characters, what stands there, and its finding."""

    start: int
    end: int
    observed: str
    finding: Finding

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def mark(self) -> Mark:
        return self.finding.mark

    @property
    def kind(self) -> str:
        return self.finding.kind

    @property
    def score(self) -> float:
        return self.finding.score

    @property
    def verdict(self) -> str:
        return self.finding.verdict

    @property
    def context(self) -> str:
        return self.finding.context

    @property
    def canonical(self) -> str:
        """The mark as it is registered."""
        return self.finding.mark.text


class Answer(NamedTuple):
    """What becomes of one title, the strictest of its matches, and by which version of the rules."""

    title: str
    verdict: str
    matches: tuple[Match, ...]
    version: str = VERSION


# Made of all their fields at once: a third of the time that their own constructors take, and there are millions of them.
match_of: Callable[[tuple[int, int, str, Finding]], Match] = partial(tuple.__new__, Match)
answer_of: Callable[[tuple[str, str, tuple[Match, ...], str]], Answer] = partial(tuple.__new__, Answer)


@cache
def strictest(verdicts: frozenset[str]) -> str:
    """Return the strictest of some verdicts; without any, allow."""
    return max(verdicts, key=VERDICTS.index, default=VERDICTS[0])
