"""How is it told, in tables, what became of the queries of `script/bench recall`?"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from recall_edits import EDITS, SAID
from recall_material import Halves
from recall_shares import by_scenes, interval

if TYPE_CHECKING:
    from recall import Outcome

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "evaluation-pictures.md"
BEGIN, END = "<!-- made by `script/bench recall --write`: begin -->", "<!-- end -->"
CHAIN, RICH = "with features", 40
WAYS = {
    "plain hash": "plain PDQ hash",
    "hash, all views": "PDQ hash, eight ways round, with border and without",
    CHAIN: "the same, then local features",
}


class Measured(NamedTuple):
    """The materials, how they were dealt, and what became of the queries: of known pictures and of strangers."""

    given: dict[str, dict[str, Any]]
    halves: Halves
    asked: list[Outcome]
    foreign: list[Outcome]

    def of(self, told: list[Outcome], name: str) -> list[Outcome]:
        return [one for one in told if one.material == name]

    def counted(self, told: list[Outcome]) -> list[Outcome]:
        """Return those the targets are for."""
        return [one for one in told if self.given[one.material]["counts"]]

    def groups(self) -> Iterator[tuple[str, list[Outcome], list[Outcome]]]:
        """Yield each material with its queries, then those the targets are for, then all."""
        for name in self.given:
            if self.of(self.asked, name):
                yield name, self.of(self.asked, name), self.of(self.foreign, name)
        counted = [name for name, material in self.given.items() if material["counts"] and self.of(self.asked, name)]
        if len(counted) > 1:
            yield f"**{' and '.join(counted)}**", self.counted(self.asked), self.counted(self.foreign)
        if len({one.material for one in self.asked}) > len(counted) > 0:
            yield "all", self.asked, self.foreign


def tables(told: Measured) -> str:
    """Return all tables as Markdown."""
    parts = [
        material_table(told),
        recall_table(told),
        false_table(told),
        ways_table(told),
        edits_table(told),
        fails(told),
    ]
    return "\n\n".join(parts)


def share(told: Iterable[tuple[int, bool]]) -> str:
    """Return a share with its interval by scenes."""
    told = list(told)
    low, high = by_scenes(told)
    return f"{short(sum(hit for _, hit in told) / max(1, len(told)))} [{short(low)}, {short(high)}]" if told else "none"


def short(value: float) -> str:
    """Return a share as .123, the whole ones as 0 and 1."""
    return f"{value:.3f}".lstrip("0") if 0.0005 <= value < 0.9995 else f"{value:.0f}"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def material_table(told: Measured) -> str:
    halves = told.halves
    rows = [
        [
            name,
            material["shows"],
            material.get("packages", "given"),
            str(halves.scenes[name]),
            str(sum(one.material == name for one in halves.familiar)),
            str(sum(one.material == name for one in halves.strangers)),
        ]
        for name, material in told.given.items()
    ]
    return table(["material", "shows", "from", "scenes", "known", "strangers"], rows)


def recall_table(told: Measured) -> str:
    """Return what was recognised of each material, by the plain hash and in the end."""
    rows = []
    for name, asked, _ in told.groups():
        rich = [one for one in asked if one.points >= RICH]
        rows.append([name, str(len(asked)), told_right(asked, "plain hash"), told_right(asked, CHAIN)])
        rows[-1] += [told_right(rich, CHAIN), str(len(rich))]
    return table(["material", "queries", "plain hash", "recognised", f"{RICH} points and more", "of"], rows)


def told_right(asked: list[Outcome], way: str) -> str:
    return share((one.scene, one.right[way]) for one in asked)


def false_table(told: Measured) -> str:
    """Return how many strangers were taken for known, and beside how many known pictures another was named."""
    rows = []
    for name, asked, foreign in told.groups():
        wrong = [(one.scene, one.wrong[CHAIN]) for one in foreign]
        beside = [(one.scene, one.wrong[CHAIN]) for one in asked]
        scenes = len({scene for scene, _ in wrong})
        rows.append(
            [name, f"{hits(wrong)} of {len(wrong)}", str(scenes), share(wrong), f"{hits(beside)} of {len(beside)}"]
        )
    return table(["material", "strangers taken for known", "scenes", "share", "another named beside"], rows)


def hits(told: list[tuple[int, bool]]) -> int:
    return sum(hit for _, hit in told)


def ways_table(told: Measured) -> str:
    """Return of those the targets are for how much each way recognises."""
    asked, foreign = told.counted(told.asked) or told.asked, told.counted(told.foreign) or told.foreign
    rows = [
        [
            WAYS.get(way, way),
            share((one.scene, one.right[way]) for one in asked),
            share((o.scene, o.wrong[way]) for o in foreign),
        ]
        for way in asked[0].right
    ]
    return table(["way", "recognised", "strangers taken for known"], rows)


def edits_table(told: Measured) -> str:
    """Return for each edit what the ways recognise of the materials that count, then in the end of each."""
    counted = told.counted(told.asked) or told.asked
    names = [name for name in told.given if told.of(told.asked, name)]
    others = names if len(names) > 1 else []
    ways = list(counted[0].right)
    rows = [
        [
            SAID.get(edit, edit),
            *(plainly(counted, edit, way) for way in ways if way != CHAIN),
            with_interval(counted, edit),
            *(plainly(told.of(told.asked, name), edit, CHAIN) for name in others),
        ]
        for edit in EDITS
    ]
    head = " and ".join(name for name in names if told.given[name]["counts"])
    return table(["edit", *(way for way in ways if way != CHAIN), head, *others], rows)


def of_edit(asked: list[Outcome], edit: str, way: str) -> list[bool]:
    return [one.right[way] for one in asked if one.edit == edit]


def plainly(asked: list[Outcome], edit: str, way: str) -> str:
    right = of_edit(asked, edit, way)
    return f"{sum(right) / len(right):.2f}".removeprefix("0") if right else "none"


def with_interval(asked: list[Outcome], edit: str) -> str:
    """Return a share and Wilson's interval: of one edit each scene is asked about once."""
    right = of_edit(asked, edit, CHAIN)
    low, high = interval(sum(right), len(right))
    return f"{plainly(asked, edit, CHAIN)} [{low:.2f}, {high:.2f}]"


def fails(told: Measured) -> str:
    """Say of what is missed how much is plain, and which scenes are missed most."""
    lines = []
    for name, asked, _ in told.groups():
        missed = [one for one in asked if not one.right[CHAIN]]
        plain = sum(one.points < RICH for one in missed)
        scenes = len({one.scene for one in missed})
        lines.append(
            f"- {name}: of {len(missed)} missed {plain} have fewer than {RICH} points; they are of {scenes} scenes."
        )
    return "\n".join(lines)


def write(told: Measured, arguments: argparse.Namespace) -> None:
    """Put the tables into the page, between its two marks."""
    text = PAGE.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(BEGIN)[1].split(END, 1)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(told)}\n\n{END}{after}", "utf-8")
