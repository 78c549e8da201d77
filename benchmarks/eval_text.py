"""How often does text screening find a mark that somebody hides, and how often does it stop an innocent title?

    python benchmarks/eval_text.py [--titles FILE] [--write]

The marks are the brand names of simple-icons. Each is in the tune half or in the test half by a hash of its name; the numbers of
the policy may be chosen on the tune half, what is reported is the test half. Each way of hiding a name (an operator) is tried
on each mark in three titles of goods. A title is caught when its verdict is not allow and a match names that very mark.
Innocent titles are real offers (FILE, one a line) from which the names of all marks are absent, or made up ones. `--write` writes
docs/reference/evaluation-text.md.

Intervals of what was found are of 1,000 samples of brands, drawn with repeats: the titles of one brand stand or fall together.
"""

from __future__ import annotations

import argparse
import random
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import text_material
import text_reliability
from text_attacks import OPERATORS, Operator, hideable, innocent, is_test

from countermark.matching.answer import Answer
from countermark.matching.mark import Mark
from countermark.matching.score import VERDICTS
from countermark.matching.screen import TextScreen

REPORT = Path(__file__).resolve().parents[1] / "docs" / "reference" / "evaluation-text.md"
EACH, SAMPLES = 3, 1000  # titles of each brand and operator, samples of brands
EXCUSED = {
    "for ...": "Case for {}",
    "compatible with ...": "Charger compatible with {}",
    "not ...": "Watch strap, not {}",
    "alternative to ...": "Alternative to {} cartridges",
}


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z, share = 1.96, hits / tries
    middle, spread = share + z * z / (2 * tries), z * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return (middle - spread) / (1 + z * z / tries), min(1.0, (middle + spread) / (1 + z * z / tries))


def shown(hits: int, tries: int) -> str:
    low, high = wilson(hits, tries)
    return f"{hits} of {tries} | {hits / tries:.3f} | {low:.3f} to {high:.3f}"


def is_caught(answer: Answer, name: str) -> bool:
    return any(match.mark.text == name and match.verdict != "allow" for match in answer.matches)


class Tried(NamedTuple):
    """What became of the titles of brands, (brands): how many were caught, how many stopped because of another mark."""

    caught: Any
    other: Any

    def share(self, brands: Any, *, precise: bool) -> Any:
        """Return of titles of these brands, (samples, brands), the share caught; `precise`: of those stopped alone."""
        caught = self.caught[brands].sum(axis=-1)
        return caught / (
            np.maximum(1, caught + self.other[brands].sum(axis=-1)) if precise else EACH * brands.shape[-1]
        )

    def said(self, *, precise: bool) -> str:
        """Return a share and its interval, 95 %, of samples of brands."""
        count = len(self.caught)
        samples = np.random.default_rng(95).integers(count, size=(SAMPLES, count))
        low, high = np.quantile(self.share(samples, precise=precise), (0.025, 0.975))
        return f"{self.share(np.arange(count), precise=precise):.3f} | {low:.3f} to {high:.3f}"


def tried(screen: TextScreen, names: list[str], change: Operator, dice: random.Random) -> Tried:
    """Hide each name in titles, and screen them."""
    asked = [name for name in names for _ in range(EACH)]
    answers = screen.titles([f"New {change(name, dice)} {dice.choice(text_material.GOODS)}" for name in asked])
    caught = np.array([is_caught(answer, name) for name, answer in zip(asked, answers, strict=True)])
    stopped = np.array([answer.verdict != "allow" for answer in answers])
    return Tried(*(found.reshape(-1, EACH).sum(axis=1) for found in (caught, stopped & ~caught)))


def recall(screen: TextScreen, names: list[str]) -> list[str]:
    """Return the table of operators: caught, and of what was stopped the share that was because of the right mark."""
    rows = ["| operator | caught | recall | 95 % | precision | 95 % |", "|---|---|---|---|---|---|"]
    for operator, change in OPERATORS.items():
        found = tried(screen, names, change, random.Random(operator))
        caught = int(found.caught.sum())
        precision = found.said(precise=True) if caught else "- | -"
        rows.append(f"| {operator} | {caught} of {EACH * len(names)} | {found.said(precise=False)} | {precision} |")
    return rows


def excused(screen: TextScreen, names: list[str]) -> list[str]:
    rows = ["| wording | stopped all the same | share | 95 % |", "|---|---|---|---|"]
    for wording, title in EXCUSED.items():
        answers = screen.titles([title.format(name) for name in names])
        rows.append(f"| {wording} | {shown(sum(answer.verdict != 'allow' for answer in answers), len(names))} |")
    return rows


def flags(answers: list[Answer]) -> list[str]:
    rows = ["| found as | titles stopped by it |", "|---|---|"]
    kinds = sorted({match.kind for answer in answers for match in answer.matches if match.verdict != "allow"})
    for kind in kinds:
        count = sum(any(m.kind == kind and m.verdict != "allow" for m in answer.matches) for answer in answers)
        rows.append(f"| {kind} | {count} |")
    return rows


INTRO = """# How well text screening finds hidden names

Made by `python benchmarks/eval_text.py --titles FILE --write`; run it on titles of your own. {marks} brand names of
the package simple-icons with four letters and more and no other sign, split by a hash of the name: {tune} in the tune half,
{test} in the test half. The tables are about the test half. The numbers in `matching/policy.toml` were set by hand before it was
opened and none was changed after; four rules were tightened once after reading false flags on real offers with all brands,
so that figure is a little kind. One more was added after the test half was opened, because every title of boots was stopped: what
goods are called (Boots) is an ordinary word. All {all} brands are looked for at once. The attacks are generated: these
figures say what the engine was built to find, not what people will think of next.

## Found, by how the name was hidden

Caught: the verdict is not *allow* and a match names that very mark. A name that is an ordinary word (apple) is not caught as it
is, by design: it needs the class of goods, the brand field or an image beside it. One changed letter is never enough alone.
Precision: of the titles stopped, those that were because of the right mark. Three titles of each brand; intervals by samples of
brands.

"""
FAILS = """
## What fails

- One letter left out, doubled or swapped is found but allowed, by design; it counts once the brand field, the class or a replica
  word stands beside it. Two letters changed are not found at all.
- A blank inside a name makes two pieces; where both are words ("pu ma" is not, "out side" is) the name passes.
- Ordinary words as marks pass as they are. For other languages than English a mark's `ordinary` has to be given.
- Two attacks at once (digits for letters inside a compound, look-alikes in a letter left out) are found only by chance.
- Names of three letters and fewer are only taken as they are registered.
- "For" before a name is believed, also where the title lies.
- Of the names with digits for all their letters a fifth is missed: more digits than letters are taken for a model number.
- The scores are those of a share of hidden names that nobody knows, of attacks that are made up, and of a few thousand marks:
  against 100,000 a changed letter or a compound is wrong more often. The opinions of people are for that.
- A score that is *too low* above is an estimate of the tune half, whose marks happened to stand in more innocent words than
  those of the test half. Where nothing was seen wrong, an interval is as wide as the titles are few.
- What stands as registered is right or wrong by the name: of one name in nearly all titles, of another in none. Its score is a
  mean over names; how it is with yours, opinions tell. What stands beside a name (brand field, class, picture) is weighed by
  hand: there are no offers with known truth that have them.
- Stopped in offers without a brand are, above all, words that are somebody's brand in the plural or inside a longer word.
"""


def of_all(screen: TextScreen, titles: list[str]) -> str:
    """Say what becomes of all titles, those in which brands stand too."""
    verdicts = [answer.verdict for answer in screen.titles(titles)]
    counted = ", ".join(f"{verdict} {verdicts.count(verdict)}" for verdict in VERDICTS)
    return f"Of all {len(titles)} titles, most of which name a brand as it is: {counted}."


def report(screen: TextScreen, names: list[str], titles: list[str], every: list[str], source: str) -> str:
    """Return the whole page."""
    test = [name for name in names if is_test(name)]
    numbers = {"marks": len(names), "tune": len(names) - len(test), "test": len(test), "all": len(every)}
    clean = innocent(titles, every)
    answers = screen.titles(clean)
    stopped = sum(answer.verdict != "allow" for answer in answers)
    low, high = (10_000 * share for share in wilson(stopped, len(clean)))
    figure = (
        f"{10_000 * stopped / len(clean):.0f} of 10,000 ({low:.0f} to {high:.0f}): {stopped} of {len(clean)} titles."
    )
    parts = [INTRO.format(**numbers) + "\n".join(recall(screen, test))]
    parts += ["\n## Excused, as it should be\n", *excused(screen, test), "\n## Innocent titles that were stopped\n"]
    parts += [
        f"Titles in which no brand stands ({source}): {figure}\n{of_all(screen, titles)}\n",
        *flags(answers),
        *text_reliability.report(screen, every, titles),
    ]
    return "\n".join([*parts, FAILS])


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--titles", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    every = text_material.brands()
    names = hideable(every)
    source = "real offers" if asked.titles else "made up"
    screen = TextScreen([Mark(name) for name in every])
    text = report(screen, names, text_material.titles(asked.titles), every, source)
    if asked.write:
        REPORT.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
