"""What do the words around a mark make of it: does the title say what goods fit, compare, deny, imitate, offer a replica?"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from countermark.matching.fold import IS_DENSE
from countermark.matching.hits import Hit
from countermark.matching.page import Page
from countermark.matching.policy import Rule, goods, wording


class Context(NamedTuple):
    """What is said of a mark, and the word that says so; "plain" and "" when nothing is."""

    says: str
    word: str


PLAIN = Context("plain", "")
LISTED = frozenset(("nominative", "comparative"))  # readings that carry on through "and"
LISTED_WITHIN = 3  # tokens: "for Halden 500 and Quay"
ORDER = ("imitative", "negation", "nominative", "comparative")  # of several words the first is heard


class Around:
    """The words of one title that say something of marks."""

    def __init__(self, page: Page) -> None:
        self.page, words = page, wording().of_tokens
        self.spoken = [(number, words[token]) for number, token in enumerate(page.tokens) if token in words]
        self.dense = list(dense_words(page.folded)) if page.dense else []
        self.replica = next(self._anywhere(), "")

    def _anywhere(self) -> Iterator[str]:
        """Yield the words that speak of the whole title."""
        found = [(self.page.tokens[number], rules) for number, rules in self.spoken]
        found += [(word, rules) for word, _, _, rules in self.dense]
        return (word for word, rules in found if any(rule.place == "anywhere" for rule in rules))

    def of(self, hit: Hit, before: tuple[Hit, Context] | None) -> Context:
        """Return the context of a hit; `before` is the hit before it with its own."""
        if self.replica:
            return Context("replica", self.replica)
        if not (self.spoken or self.dense):
            return PLAIN
        found = [*self._of_tokens(hit), *self._of_dense(hit)]
        if found:
            return min(found, key=lambda context: ORDER.index(context.says))
        return before[1] if before and self._carries_on(before, hit) else PLAIN

    def _of_tokens(self, hit: Hit) -> Iterator[Context]:
        for number, rules in self.spoken if hit.first >= 0 else ():
            for rule in rules:
                if self._reaches(rule, number, hit):
                    yield Context(rule.says, self.page.tokens[number])

    def _reaches(self, rule: Rule, number: int, hit: Hit) -> bool:
        if rule.place == "after":
            return 0 < number - hit.last <= rule.within
        if rule.place != "before" or number >= hit.first:
            return False
        between = self.page.tokens[number + 1 : hit.first]
        return sum(token not in wording().passed for token in between) < rule.within

    def _of_dense(self, hit: Hit) -> Iterator[Context]:
        start, end = hit.start, hit.end
        for word, first, last, rules in self.dense:
            for rule in rules:
                gap = start - last if rule.place == "before" else first - end
                if 0 <= gap <= rule.within:
                    yield Context(rule.says, word)

    def _carries_on(self, before: tuple[Hit, Context], hit: Hit) -> bool:
        between = self.page.tokens[before[0].last + 1 : hit.first]
        listed = before[1].says in LISTED and hit.first >= 0 and before[0].first >= 0
        return listed and (not between or (between[-1] in wording().lists and len(between) <= LISTED_WITHIN))


def dense_words(folded: str) -> Iterator[tuple[str, int, int, tuple[Rule, ...]]]:
    """Yield (word, first, behind last, its rules) of wordings in scripts without blanks."""
    for found in dense_pattern().finditer(folded):
        yield found[0], found.start(), found.end(), wording().of_dense[found[0]]


@cache
def dense_pattern() -> re.Pattern[str]:
    longest_first = sorted(wording().of_dense, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def classes_named(page: Page) -> frozenset[int]:
    """Return the Nice classes of the goods that a title names."""
    known = goods()
    found = [known[token] for token in page.tokens if token in known]
    if page.dense:
        found += [known[goods_word] for goods_word in dense_goods().findall(page.folded)]
    return frozenset().union(*found)


@cache
def dense_goods() -> re.Pattern[str]:
    dense = sorted((word for word in goods() if IS_DENSE.search(word)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, dense)))
