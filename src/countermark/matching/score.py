"""What follows from a mark found: how probable is it that the mark is meant, and is the title allowed, looked at or blocked?

The probability depends on how the name was written, what weakens it and what stands beside it. Of what was found often enough in
titles whose truth is known it is estimated (estimates.toml), the rest is set by hand (policy.toml), as is what stands beside a
name. The verdict depends on that and on what the words around say.

One more reason to doubt never makes a name more probable, one more thing beside it never less.
"""

from functools import cache
from math import prod

from countermark.matching.policy import DISGUISES, ESTIMATES, POLICY

ALLOW, REVIEW, BLOCK = VERDICTS = ("allow", "review", "block")
EXCUSED = frozenset(("nominative", "comparative", "negation"))
NEEDS_SUPPORT = frozenset(POLICY["judging"]["needs_support"])
Weak = tuple[str, ...]


@cache
def score(kind: str, weak: Weak, support: tuple[str, ...]) -> float:
    """Return the probability that the mark is meant, 0 to 1."""
    meant = alone(kind, weak)
    if support:
        meant = max(meant, by_hand(kind, weak))  # what was estimated is of names that nothing stands beside
    return round(1 - (1 - meant) * prod(POLICY["support"][sign] for sign in support), 4)


@cache
def alone(kind: str, weak: Weak) -> float:
    """Return the probability where nothing stands beside: as estimated; else what it is with one reason to doubt less, times
    the factor of that reason."""
    less = {reason: alone(kind, tuple(other for other in weak if other != reason)) for reason in weak}
    factors = [without * POLICY["weak"][reason] for reason, without in less.items()]
    own = ESTIMATES.get(", ".join((kind, *sorted(weak))), min(factors, default=by_hand(kind, weak)))
    return min([own, *less.values()])


def by_hand(kind: str, weak: Weak) -> float:
    """Return the probability by the numbers set by hand."""
    return float(POLICY["meant"][kind]) * prod(POLICY["weak"][reason] for reason in weak)


def verdict(probability: float, kind: str, says: str, *, ordinary: bool, supported: bool, allowed: bool) -> str:
    """Return what becomes of a title because of one mark; `supported`: something stands beside it.

    A seller whom the owner allows may always use it. What says that goods fit, compare or deny excuses a plain use, not a
    disguised one. An ordinary word and one changed letter say nothing by themselves, however probable. A disguise or a replica of
    a mark that is no ordinary word is blocked.
    """
    limits = POLICY["verdict"]
    disguised, ordinary = kind in DISGUISES, ordinary and not supported
    if allowed or probability < limits["review_at"] or (says in EXCUSED and not disguised):
        return ALLOW
    if not supported and (f"text:{kind}" in NEEDS_SUPPORT or (ordinary and not disguised)):
        return ALLOW
    if probability >= limits["block_at"] and (says == "replica" or (disguised and not ordinary)):
        return BLOCK
    return REVIEW
