"""Of what is found in one way, how much is what it seems? Counted on one half of the marks, to estimate by and to check against.

Two materials, and only matches that name a mark of the half count:

- *Planted*: real offers in which no mark stands as registered. As they are, every match is wrong; with a name of the half put
  before them, hidden in one way or another, a match of that name is right. They are weighed so that a share of all titles is
  attacked (policy.toml, [estimate]), and because half the marks are looked for, what is wrong counts by so much more.
- *Read*: real offers as they are. What stands there as registered was read name by name (offers_read.toml), at most `CAP` titles
  of each name, so that no single one decides.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from text_attacks import OPERATORS, hideable, is_test

from countermark.matching.answer import Answer, Match
from countermark.matching.policy import POLICY
from countermark.matching.screen import TextScreen

SHARE: float = POLICY["estimate"]["attacked_share"]
CAP, ATTACKED, SAMPLES, FEWEST = 20, 12_000, 1000, 20
READ = tomllib.loads(Path(__file__).with_name("offers_read.toml").read_text("utf-8"))
MEANT, UNCLEAR = frozenset(READ["meant"].split()), frozenset(READ["unclear"].split())
JEFFREYS = 0.5  # what is added to each count, so that never seen is not impossible (Jeffreys 1946)

Cell = tuple[str, tuple[str, ...]]  # the kind, and what weakens it


class Seen(NamedTuple):
    """One match whose truth is known, and what it weighs."""

    cell: Cell
    mark: str
    right: bool
    weight: float


class Units(NamedTuple):
    """What one right and one wrong match weigh in a material."""

    right: float
    wrong: float


class Counted(NamedTuple):
    """The matches of one half of the marks, and the units of each cell."""

    seen: list[Seen]
    planted: Units

    def by_cell(self) -> dict[Cell, list[Seen]]:
        cells: dict[Cell, list[Seen]] = defaultdict(list)
        for one in self.seen:
            cells[one.cell].append(one)
        return {cell: seen for cell, seen in sorted(cells.items()) if len(seen) >= FEWEST and is_tried(cell, seen)}

    def units(self, cell: Cell) -> Units:
        return Units(1.0, 1.0) if cell[0] == "exact" else self.planted


def is_tried(cell: Cell, seen: list[Seen]) -> bool:
    """Does any attack write names so? Of what none does, plurals above all, only the wrong ones would be seen."""
    return cell[0] == "exact" or any(one.right for one in seen)


def cell_of(match: Match) -> Cell:
    return match.kind, tuple(sorted(match.finding.weak))


def said(cell: Cell) -> str:
    return ", ".join((cell[0], *cell[1]))


def counted(screen: TextScreen, every: list[str], titles: list[str], *, test: bool) -> Counted:
    """Return what is found of the marks of one half in titles planted and read; `every`: all marks."""
    half = frozenset(name for name in every if is_test(name) == test)
    answers = screen.titles(titles)
    clean = [answer for answer in answers if not any(match.kind == "exact" for match in answer.matches)]
    more = len(every) / len(half)
    units = Units(SHARE / ATTACKED, (1 - SHARE) / len(clean) * more)
    frames, dice = [answer.title for answer in clean], random.Random(20261122 + test)
    hidden = [dice.choice(hideable(sorted(half))) for _ in range(ATTACKED)]
    ways = list(OPERATORS.values())
    attacked = screen.titles([f"{dice.choice(ways)(name, dice)} {dice.choice(frames)}" for name in hidden])
    seen = [*of_attacked(hidden, attacked, half, Units(SHARE / ATTACKED, SHARE / ATTACKED * more))]
    seen += [one for answer in clean for one in of_innocent(answer, half, units.wrong)]
    return Counted([*seen, *read(answers, half)], units)


def of_attacked(hidden: list[str], answers: list[Answer], half: frozenset[str], units: Units) -> Iterable[Seen]:
    for name, answer in zip(hidden, answers, strict=True):
        for match in answer.matches:
            if match.kind != "exact" and match.mark.text in half:
                right = match.mark.text == name
                yield Seen(cell_of(match), match.mark.text, right, units.right if right else units.wrong)


def of_innocent(answer: Answer, half: frozenset[str], weight: float) -> Iterable[Seen]:
    return (Seen(cell_of(match), match.mark.text, False, weight) for match in answer.matches if match.mark.text in half)


def read(answers: list[Answer], half: frozenset[str]) -> Iterable[Seen]:
    """Yield what stands in offers as registered, at most CAP matches of each name and way."""
    kept: Counter[tuple[Cell, str]] = Counter()
    for answer in random.Random(20).sample(answers, len(answers)):
        for match in answer.matches:
            cell, name = cell_of(match), match.mark.text
            if match.kind == "exact" and name in half - UNCLEAR and kept[cell, name] < CAP:
                kept[cell, name] += 1
                yield Seen(cell, name, name in MEANT, 1.0)


class Rate(NamedTuple):
    """How much of a cell is right: counts, the share by weight, and its interval, 95 %."""

    right: int
    wrong: int
    share: float
    low: float
    high: float


def rate(seen: list[Seen], units: Units) -> Rate:
    """Return the share of right ones by weight. The interval is of 1,000 samples of marks, and of what was never seen."""
    right, wrong = weights(seen)
    dice = np.random.default_rng(95)
    picked = dice.multinomial(len(right), np.full(len(right), 1 / len(right)), size=SAMPLES)
    unseen = dice.gamma(JEFFREYS, size=(2, SAMPLES))
    rights, wrongs = picked @ right + unseen[0] * units.right, picked @ wrong + unseen[1] * units.wrong
    low, high = np.quantile(rights / (rights + wrongs), (0.025, 0.975))
    count, total = sum(one.right for one in seen), right.sum() + wrong.sum()
    return Rate(count, len(seen) - count, float(right.sum() / total), float(low), float(high))


def weights(seen: list[Seen]) -> tuple[np.ndarray, np.ndarray]:
    """Return of each mark the weight of what is right, and of what is wrong."""
    marks = {name: place for place, name in enumerate(sorted({one.mark for one in seen}))}
    table = np.zeros((2, len(marks)))
    for one in seen:
        table[int(not one.right), marks[one.mark]] += one.weight
    return table[0], table[1]
