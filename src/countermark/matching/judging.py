"""What follows when several signals speak for one listing: how probable is it, how sure is that, and what becomes of it?

Rule 1: signals speak together only for the same protected thing. Of each kind the strongest counts: ten pictures that show the
same are no ten witnesses. The kinds that spoke are the combination.
Rule 2: the rules' own estimate is that not all of them err (a noisy or); people's opinions move it, of each kind alone first and
then of each combination, as a Beta distribution of which the estimate weighs `prior_weight` opinions. So one more signal never
makes a listing less suspect unless people said so of that very combination, and one more "wrong" never makes any more so.
Rule 3: a verdict is never stricter than the strictest that one of the signals may lead to alone (policy.toml, [judging]). So
what only a plug-in saw, and what resembles a figurative mark, goes to people; one changed letter alone goes nowhere.

    >>> words = Signal("text:exact", "NO-1", 0.97, {"verdict": "review"})
    >>> part = Signal("picture:part", "NO-1", 0.90, {})
    >>> judged = judge([words, part], numbers_of({}), {}, "7")
    >>> judged.verdict, judged.probability, judged.combination
    ('review', 0.997, 'picture:part+text:exact')
    >>> judge([words, part], numbers_of({}), {"picture:part+text:exact": (5, 45)}, "7").probability
    0.2495
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import isfinite, prod, sqrt
from typing import Any, NamedTuple

from countermark.matching.answer import Answer, Match, strictest
from countermark.matching.policy import POLICY
from countermark.matching.score import ALLOW, BLOCK, REVIEW, VERDICTS, score
from countermark.matching.signals import Judged, Signal

JUDGING: dict[str, Any] = POLICY["judging"]
ALONE: dict[str, str] = JUDGING["alone"]
NEEDS_SUPPORT = frozenset(JUDGING["needs_support"])
Z = 1.959964  # standard deviations within which 95 % of a normal distribution lie
NOT_STORABLE = re.compile("[\ud800-\udfff\x00]")  # half characters and the zero: PostgreSQL keeps neither in JSON

Counts = Mapping[str, Sequence[int]]


class NumbersDefective(ValueError):
    """A rule set's numbers cannot be judged by: the field, and what is wrong with it."""

    code = "numbers_defective"

    def __init__(self, field: str, fault: str) -> None:
        self.field, self.fault = field, fault
        super().__init__(f"{field}: {fault}")


class Numbers(NamedTuple):
    """From which probability a person looks, from which a listing stops, and how many opinions the rules' own estimate weighs."""

    review_at: float
    block_at: float
    prior_weight: float


class Belief(NamedTuple):
    """How probable, and how many opinions that rests on, the rules' own weight included."""

    probability: float
    weight: float

    def after(self, right: int, wrong: int) -> "Belief":
        """Return the mean of the Beta distribution once these opinions are counted."""
        weight = self.weight + right + wrong
        return Belief((self.weight * self.probability + right) / weight, weight)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the probability lies, 95 % (Wilson 1927, of as many tries as the belief weighs)."""
        spread = Z * Z / self.weight
        middle = (self.probability + spread / 2) / (1 + spread)
        half = sqrt(self.probability * (1 - self.probability) * spread + spread * spread / 4) / (1 + spread)
        return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def numbers_of(found: Mapping[str, Any]) -> Numbers:
    """Return the numbers of a rule set, those it does not name from policy.toml; raises NumbersDefective."""
    if unknown := sorted(set(found) - set(Numbers._fields)):
        raise NumbersDefective(unknown[0][:40], f"unknown; there are {', '.join(Numbers._fields)}")
    numbers = Numbers(*(number_of(name, found.get(name, JUDGING[name])) for name in Numbers._fields))
    if not 0 < numbers.review_at <= numbers.block_at <= 1:
        raise NumbersDefective("review_at", "must be above 0 and at most block_at, and that at most 1")
    if numbers.prior_weight <= 0:
        raise NumbersDefective("prior_weight", "must be above 0: with 0 nothing is known before the first opinion")
    return numbers


def number_of(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise NumbersDefective(name, "must be a number")
    return float(value)


def judge(signals: Iterable[Signal], numbers: Numbers, counts: Counts, version: str) -> Judged:
    """Return what becomes of a listing. `counts`: how often each combination proved [right, wrong]; `version`: of the rules."""
    told = [judged_of(found, numbers, counts, version) for found in by_thing(signals).values()]
    if not told:
        return Judged(ALLOW, 0.0, (0.0, 0.0), "", "", (), version)
    told.sort(key=lambda one: (-VERDICTS.index(one.verdict), -one.probability, one.about))
    return told[0]._replace(signals=tuple(signal for one in told for signal in one.signals))


def by_thing(signals: Iterable[Signal]) -> dict[str, list[Signal]]:
    things: dict[str, list[Signal]] = {}
    for signal in signals:
        things.setdefault(signal.about, []).append(signal)
    return things


def judged_of(signals: list[Signal], numbers: Numbers, counts: Counts, version: str) -> Judged:
    """Judge by what speaks for one protected thing."""
    signals.sort(key=lambda one: (-one.probability, one.kind))
    strongest = {signal.kind: signal.probability for signal in reversed(signals)}
    belief = believed(strongest, numbers, counts)
    probability = round(belief.probability, 4)
    verdict = at_most(verdict_at(probability, numbers), ceiling(signals))
    about = signals[0].about
    return Judged(verdict, probability, belief.interval, "+".join(sorted(strongest)), about, tuple(signals), version)


def believed(kinds: Mapping[str, float], numbers: Numbers, counts: Counts) -> Belief:
    """Return the belief in kinds that spoke together, by each one's own probability and by people's opinions."""
    alone = {kind: Belief(own, numbers.prior_weight).after(*counts.get(kind, (0, 0))) for kind, own in kinds.items()}
    if len(alone) == 1:
        return next(iter(alone.values()))
    beliefs: dict[frozenset[str], Belief] = {}
    for part in parts_of(frozenset(kinds), counts):
        estimate = 1 - prod(1 - alone[kind].probability for kind in part)
        base = max([estimate, *(belief.probability for other, belief in beliefs.items() if other < part)])
        beliefs[part] = Belief(base, numbers.prior_weight).after(*counts.get("+".join(sorted(part)), (0, 0)))
    return beliefs[frozenset(kinds)]


def parts_of(kinds: frozenset[str], counts: Counts) -> list[frozenset[str]]:
    """Return the combinations within `kinds` that people said something of, and `kinds` itself, the smallest first."""
    known = {part for combination in counts if len(part := kinds_of(combination)) > 1 and part < kinds}
    return [*sorted(known, key=lambda part: (len(part), sorted(part))), kinds]


@cache
def kinds_of(combination: str) -> frozenset[str]:
    return frozenset(combination.split("+"))


def verdict_at(probability: float, numbers: Numbers) -> str:
    if probability >= numbers.block_at:
        return BLOCK
    return REVIEW if probability >= numbers.review_at else ALLOW


def at_most(verdict: str, limit: str) -> str:
    return min(verdict, limit, key=VERDICTS.index)


def ceiling(signals: Sequence[Signal]) -> str:
    """Return the strictest verdict that these signals, all of one thing, may lead to."""
    several = len({signal.kind for signal in signals}) > 1
    return strictest(frozenset(ceiling_of(signal, several=several) for signal in signals))


def ceiling_of(signal: Signal, *, several: bool) -> str:
    """Return the strictest verdict that one signal may lead to; `several`: another kind speaks for the same thing."""
    figures = signal.figures
    if needs_support(signal) and not (several or figures.get("support")):
        return ALLOW
    if signal.kind.startswith("text:"):
        return str(figures.get("verdict", REVIEW))
    return REVIEW if figures.get("figurative") else ALONE.get(signal.kind, JUDGING["other"])


def needs_support(signal: Signal) -> bool:
    """Does this say nothing by itself? One changed letter does not, nor an ordinary word."""
    return signal.kind in NEEDS_SUPPORT or "ordinary" in signal.figures.get("weak", ())


def text_signals(answer: Answer, *, pictured: bool = False) -> list[Signal]:
    """Return what the words of a listing say. What the text rules allow, being excused or weak, says nothing.

    `pictured`: the listing's pictures speak by signals of their own, so they do not count once more in the words' probability.
    """
    return [text_signal(match, pictured=pictured) for match in answer.matches if match.verdict != ALLOW]


def text_signal(match: Match, *, pictured: bool) -> Signal:
    found = match.finding
    beside = tuple(sign for sign in found.support if not (pictured and sign == "image"))
    probability = found.score if beside == found.support else score(found.kind, found.weak, beside)
    figures = {
        "span": list(match.span), "observed": storable(match.observed), "canonical": storable(match.canonical),
        "distance": found.distance, "context": found.context, "word": storable(found.word), "field": found.field,
        "support": list(found.support), "weak": list(found.weak), "verdict": found.verdict,
    }  # fmt: skip
    return Signal(f"text:{found.kind}", match.mark.id or match.mark.text, probability, figures)


def storable(text: str) -> str:
    """Return a text that every database keeps."""
    return NOT_STORABLE.sub("\ufffd", text)
