"""Do the scores of text screening hold on the half of the marks that they were not estimated on? Before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from text_scores import CAP, SAMPLES, SHARE, Cell, Counted, Rate, Seen, counted, rate, said

from countermark.matching.policy import ESTIMATES
from countermark.matching.score import alone, by_hand
from countermark.matching.screen import TextScreen

OTHER_SHARES = (0.5, 0.05, 0.01)
Scorer = Callable[[str, tuple[str, ...]], float]
HEAD = """
## Do the scores hold?

A score says how probable it is that what is found is what it seems, where nothing stands beside it. It is estimated on the tune
half (`python benchmarks/fit_text.py`, matching/estimates.toml) and held here against the test half: other marks, and of a title
only what names one of them. *Planted*: real offers in which no mark stands as registered; as they are, every match is wrong; with
a hidden name before them, a match of that name is right. They are weighed as if a share of {share:g} of all titles hid a name:
that share is ours, nobody knows it of your marketplace, and further down is what another one would make of the scores. *Read*:
what stands in real offers as registered, read name by name, at most {cap} titles of each name. *By hand*: policy.toml alone.
`holds`: the score lies within the interval (samples of marks). What the opinions of people say counts from the first one
([how](../how-to/screen-listings.md)).
"""


def report(screen: TextScreen, every: list[str], titles: list[str]) -> list[str]:
    """Return this part of the page."""
    half = counted(screen, every, titles, test=True)
    cells = half.by_cell()
    rows = ["| found as | right | wrong | share right | 95 % | by hand | | estimated | |", "|---" * 9 + "|"]
    rows += [row(cell, rate(seen, half.units(cell))) for cell, seen in cells.items()]
    kept = ["", "Not found often enough on the tune half, so still by hand: " + not_estimated(cells) + ".", ""]
    return [HEAD.format(share=SHARE, cap=CAP), *rows, *kept, *errors(half), *other_shares(cells)]


def row(cell: Cell, found: Rate) -> str:
    told = " | ".join(f"{score(*cell):.2f} | {holds(score(*cell), found)}" for score in (by_hand, alone))
    return f"| {said(cell)} | {found.right} | {found.wrong} | {found.share:.2f} | {found.low:.2f} to {found.high:.2f} | {told} |"


def holds(score: float, found: Rate) -> str:
    return "holds" if found.low <= score <= found.high else "too high" if score > found.high else "too low"


def not_estimated(cells: dict[Cell, list[Seen]]) -> str:
    return "; ".join(said(cell) for cell in cells if said(cell) not in ESTIMATES) or "none"


def errors(half: Counted) -> list[str]:
    """Return the mean squared error of the scores (Brier) and their mean distance from the share that is right (ECE)."""
    rows = ["| material | error | by hand | estimated | smaller by | 95 % |", "|---" * 6 + "|"]
    cells = half.by_cell()
    for material, is_read in (("planted", False), ("read", True)):
        chosen = {cell: seen for cell, seen in cells.items() if (cell[0] == "exact") == is_read}
        for name, error in (("Brier", brier), ("ECE", distance)):
            (before, sampled), (after, again) = (error(chosen, score) for score in (by_hand, alone))
            low, high = np.quantile(sampled - again, (0.025, 0.975))
            rows.append(
                f"| {material} | {name} | {before:.3f} | {after:.3f} | {before - after:.3f} | {low:.3f} to {high:.3f} |"
            )
    return [*rows, ""]


def brier(cells: dict[Cell, list[Seen]], score: Scorer) -> tuple[float, Any]:
    """Return the mean squared error, and that of samples of marks."""
    right, wrong, scores = sums(cells, score)
    return of_all_and_samples((right * (1 - scores) ** 2 + wrong * scores**2).sum(axis=-1), right + wrong)


def distance(cells: dict[Cell, list[Seen]], score: Scorer) -> tuple[float, Any]:
    """Return the mean distance between score and share, and that of samples of marks."""
    right, wrong, scores = sums(cells, score)
    return of_all_and_samples(abs(scores * (right + wrong) - right).sum(axis=-1), right + wrong)


def of_all_and_samples(error: Any, weight: Any) -> tuple[float, Any]:
    found = error / weight.sum(axis=-1)
    return float(found[0]), found[1:]


def sums(cells: dict[Cell, list[Seen]], score: Scorer) -> tuple[Any, Any, Any]:
    """Return the weight of what is right and wrong, (1 + samples, cells), the first row of all marks; and the scores."""
    marks = {name: place for place, name in enumerate(sorted({one.mark for seen in cells.values() for one in seen}))}
    table = np.zeros((2, len(marks), len(cells)))
    for number, seen in enumerate(cells.values()):
        for one in seen:
            table[int(not one.right), marks[one.mark], number] += one.weight
    picked = np.random.default_rng(95).multinomial(len(marks), np.full(len(marks), 1 / len(marks)), size=SAMPLES)
    picked = np.concatenate([np.ones((1, len(marks)), dtype=np.int64), picked])
    return picked @ table[0], picked @ table[1], np.array([score(*cell) for cell in cells])


def other_shares(cells: dict[Cell, list[Seen]]) -> list[str]:
    """Return what the estimates would be if another share of titles hid a name."""
    told = ", ".join(f"{share:g}" for share in OTHER_SHARES)
    rows = [f"The planted ones if another share of titles hid a name ({told}):", ""]
    rows += ["| found as | " + " | ".join(f"{share:g}" for share in OTHER_SHARES) + " |", "|---" * 4 + "|"]
    planted = [cell for cell in cells if cell[0] != "exact" and said(cell) in ESTIMATES]
    return rows + [f"| {said(cell)} | {' | '.join(at_shares(alone(*cell)))} |" for cell in planted]


def at_shares(probability: float) -> list[str]:
    return [f"{at_share(probability, share):.2f}" for share in OTHER_SHARES]


def at_share(probability: float, share: float) -> float:
    """Return what a probability becomes when another share is attacked: its odds grow as those of an attack do."""
    odds = probability / (1 - probability) * (share / (1 - share)) / (SHARE / (1 - SHARE))
    return odds / (1 + odds)
