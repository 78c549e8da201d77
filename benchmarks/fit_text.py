"""How probable is what text screening finds? Estimated on the tune half of the marks, for the engine to say.

    python benchmarks/fit_text.py --titles FILE [--write]

FILE has real offers, one a line or in columns named title. Of each way of finding a name, alone or weak, the share that is right
(text_scores.py) becomes its probability. Where one more reason to doubt would make it more probable, the two are taken
together. Ways found less than 20 times keep the numbers of policy.toml. `--write` writes matching/estimates.toml.
The test half is not looked at here: `benchmarks/eval_text.py` does.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import text_attacks
import text_material
from text_scores import ATTACKED, CAP, JEFFREYS, SHARE, Cell, Counted, counted, said

from countermark.matching import policy
from countermark.matching.mark import Mark
from countermark.matching.screen import TextScreen

FILE = Path(policy.__file__).with_name("estimates.toml")
HEAD = """# How probable it is that what is found in one way is what it seems, where nothing stands beside it.
# Written by `python benchmarks/fit_text.py --titles FILE --write`; not by hand. What is not named here is not estimated: there
# the numbers of policy.toml hold. Behind each: how many matches were right and wrong. How far they hold on the other half of the
# marks is in docs/reference/evaluation-text.md.
# Source: {marks} brand names of the tune half of simple-icons; {titles:,} real offers of the WDC product corpus v2;
# {attacked:,} attacks planted in them, weighed as if a share of {share:g} of all titles hid a name (policy.toml, [estimate]);
# what stands as registered was read, at most {cap} titles of a name.

[probability]
"""


class Group:
    """Ways that are estimated together."""

    def __init__(self, cell: Cell, half: Counted) -> None:
        seen, units = half.by_cell()[cell], half.units(cell)
        self.cells = [cell]
        self.right, self.wrong = sum(one.right for one in seen), sum(not one.right for one in seen)
        self.of_right = JEFFREYS * units.right + sum(one.weight for one in seen if one.right)
        self.of_wrong = JEFFREYS * units.wrong + sum(one.weight for one in seen if not one.right)

    @property
    def probability(self) -> float:
        return self.of_right / (self.of_right + self.of_wrong)

    def take(self, other: Group) -> None:
        self.cells += other.cells
        for name in ("right", "wrong", "of_right", "of_wrong"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def contradicts(self, other: Group) -> bool:
        """Is something here weaker than something there, and more probable all the same?"""
        weaker = any(a[0] == b[0] and set(a[1]) > set(b[1]) for a in self.cells for b in other.cells)
        return weaker and self.probability > other.probability


def pooled(half: Counted) -> list[Group]:
    """Return the estimates, no weaker way more probable than the way itself (pool adjacent violators)."""
    groups = [Group(cell, half) for cell in half.by_cell()]
    while pair := next(((a, b) for a in groups for b in groups if a is not b and a.contradicts(b)), None):
        pair[1].take(pair[0])
        groups.remove(pair[0])
    return groups


def written(groups: list[Group], head: str) -> str:
    lines = {
        said(cell): f'"{said(cell)}" = {group.probability:.3f}  # {group.right} right, {group.wrong} wrong'
        + f", with {', '.join(said(other) for other in group.cells if other != cell)}" * (len(group.cells) > 1)
        for group in groups
        for cell in group.cells
    }
    return head + "\n".join(line for _, line in sorted(lines.items())) + "\n"


def main() -> None:
    """Print the estimates, or write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--titles", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    every, titles = text_material.brands(), text_material.titles(asked.titles)
    half = counted(TextScreen([Mark(name) for name in every]), every, titles, test=False)
    marks = sum(not text_attacks.is_test(name) for name in every)
    head = HEAD.format(marks=marks, titles=len(titles), attacked=ATTACKED, share=SHARE, cap=CAP)
    text = written(pooled(half), head)
    if asked.write:
        FILE.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
