"""What follows from a mark found: how probable is it that the mark is meant, and is the title allowed, looked at or blocked?

The probability depends on how the name was written, what weakens it and what stands beside it; the verdict on that and on
what the words around say. Every number is in policy.toml.
"""

from functools import cache

from countermark.matching.policy import DISGUISES, POLICY

ALLOW, REVIEW, BLOCK = VERDICTS = ("allow", "review", "block")
EXCUSED = frozenset(("nominative", "comparative", "negation"))


@cache
def score(kind: str, weak: tuple[str, ...], support: tuple[str, ...]) -> float:
    """Return the probability that the mark is meant, 0 to 1."""
    meant = float(POLICY["meant"][kind])
    for reason in weak:
        meant *= POLICY["weak"][reason]
    doubt = 1 - meant
    for sign in support:
        doubt *= POLICY["support"][sign]
    return round(1 - doubt, 4)


def verdict(probability: float, kind: str, says: str, *, ordinary: bool, allowed: bool) -> str:
    """Return what becomes of a title because of one mark.

    A seller whom the owner allows may always use it. What says that goods fit, compare or deny excuses a plain use, not a
    disguised one. A disguise or a replica of a mark that is no ordinary word is blocked.
    """
    limits = POLICY["verdict"]
    disguised = kind in DISGUISES
    if allowed or probability < limits["review_at"] or (says in EXCUSED and not disguised):
        return ALLOW
    if probability >= limits["block_at"] and (says == "replica" or (disguised and not ordinary)):
        return BLOCK
    return REVIEW
