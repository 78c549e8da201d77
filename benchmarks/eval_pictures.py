"""How probable is what is found in pictures, do hashes of crops pay, and do colours tell variants apart? On the half for tuning.

    python benchmarks/eval_pictures.py [--pictures FOLDER] [--queries 800]

The pictures and their halves are those of `script/bench recall`, of the materials that count; nothing here looks at the half for
testing. What it prints is in docs/reference/evaluation-pictures.md, and what was chosen by it in `pictures.toml`.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import recall
from PIL import Image
from recall_edits import saved
from recall_material import Halves, Picture, dealt, materials
from recall_shares import interval

from countermark.matching.hamming.hashes import as_words
from countermark.matching.pictures.colours import colours_of, counted, likeness
from countermark.matching.pictures.features import features_of
from countermark.matching.pictures.numbers import COLOURS, PDQ, SIGNALS
from countermark.matching.pictures.pdq import hashed_all_ways
from countermark.matching.pictures.reading import grey
from countermark.matching.pictures.verifying import shared
from countermark.matching.pictures.views import query_views, reference_views
from matching.made_pictures import encoded

CROPS = (0.9, 0.8, 0.7)  # of the area; each at nine places
SIZES = (0.6, 0.97)  # crops of any size, of the area
TURNS = (42, 85, 128)  # of 256 steps of the circle of hues
TINTED = 0.1  # so much of a picture has a hue, or turning hues changes little


def greys(found: list[Picture]) -> dict[int, Any]:
    return {picture.number: np.asarray(picture.image.convert("L")) for picture in found}


def row_of(value: float, table: list[list[float]]) -> int:
    """Return the row of a table of `pictures.toml` that a value falls in."""
    return next((place for place, (limit, _) in enumerate(table) if value <= limit), len(table))


def heard(known: recall.Known, asked: Any) -> Iterator[tuple[str, int, int]]:
    """Yield what is found: by hash or part, the row of the table of `pictures.toml`, and the id."""
    views = [view.hashed.bits for view in query_views(asked)]
    near = known.views.near(as_words(views), PDQ["radius"]) if views else None
    if near is not None and len(near.ids):
        for number, bits in zip(near.ids.tolist(), near.distances.tolist(), strict=True):
            yield "same", row_of(bits, SIGNALS["same"]), number
        return
    seen = features_of(asked)
    points = [[-least, found] for least, found in SIGNALS["part"]]
    for one in known.parts.candidates(seen):
        if common := shared(seen, known.features[one.id]):
            yield "part", row_of(-common.points, points), one.id


def calibration(familiar: list[Picture], strangers: list[Picture], queries: int) -> list[str]:
    """Return of each row of the tables how much of what was found was right, and where that lies."""
    known, right, wrong = recall.Known(familiar), Counter(), Counter()
    for found in (familiar, strangers):
        for picture, edit in recall.asked_with(found, queries):
            for kind, row, number in heard(known, grey(saved(picture.image, edit))):
                (right if number == picture.number else wrong)[kind, row] += 1
    cells = sorted(right.keys() | wrong.keys())
    return [f"{kind} {limit(kind, row)}: {told(right[kind, row], wrong[kind, row])}" for kind, row in cells]


def limit(kind: str, row: int) -> str:
    table = SIGNALS[kind]
    word = "bits at most" if kind == "same" else "points at least"
    return f"{table[row][0]} {word}" if row < len(table) else "beyond the table"


def told(right: int, wrong: int) -> str:
    low, high = interval(right, right + wrong)
    return f"{right} of {right + wrong} right [{low:.2f}, {high:.2f}]"


def cut(pixels: Any) -> Iterator[Any]:
    """Yield the crops of a reference that might be kept too."""
    rows, columns = pixels.shape
    for share in CROPS:
        high, wide = round(rows * sqrt(share)), round(columns * sqrt(share))
        for down in (0, 0.5, 1):
            for across in (0, 0.5, 1):
                top, left = int((rows - high) * down), int((columns - wide) * across)
                yield pixels[top : top + high, left : left + wide]


def views_of(pixels: Any, *, crops: bool) -> list[bytes]:
    found = [view.hashed.bits for view in reference_views(pixels)]
    for part in cut(pixels) if crops else ():
        ways = hashed_all_ways(part)
        found += [ways[way].bits for way in ("plain", "mirrored") if ways[way].telling]
    return found


def cut_anywhere(picture: Picture, dice: random.Random) -> bytes:
    """Return a picture cut to any size at any place, as a file."""
    side = sqrt(dice.uniform(*SIZES))
    wide, high = round(picture.image.width * side), round(picture.image.height * side)
    left, top = dice.randint(0, picture.image.width - wide), dice.randint(0, picture.image.height - high)
    return encoded(picture.image.crop((left, top, left + wide, top + high)), "JPEG", quality=85)


def crops(familiar: list[Picture], queries: int) -> Iterator[str]:
    """Yield what hashes find with and without those of crops, of the edits of the bench and of crops of any size."""
    seen, dice = greys(familiar), random.Random(5)
    kept = {with_crops: {n: views_of(one, crops=with_crops) for n, one in seen.items()} for with_crops in (False, True)}
    known = recall.Known(familiar)
    edits = [(picture, saved(picture.image, edit)) for picture, edit in recall.asked_with(familiar, queries)]
    anywhere = [(picture, cut_anywhere(picture, dice)) for picture in familiar for _ in range(4)]
    for with_crops, views in kept.items():
        index = recall.index_of([(number, bits) for number, found in views.items() for bits in found])
        size = sum(map(len, views.values())) / len(views)
        for name, asked in (("edits", edits), ("crops of any size", anywhere)):
            hashes, chain = by_chain(known, index, asked)
            means = "with crops" if with_crops else "without"
            yield f"{means} ({size:.0f} hashes a picture), {name}: hashes {hashes}, features too {chain} of {len(asked)}"


def by_chain(known: recall.Known, index: Any, asked: list[tuple[Picture, bytes]]) -> tuple[int, int]:
    """Return how many pictures hashes recognise, and how many hashes or else features."""
    hashes = chain = 0
    for picture, content in asked:
        pixels = grey(content)
        views = [view.hashed.bits for view in query_views(pixels)]
        near = set(index.near(as_words(views), PDQ["radius"]).ids.tolist()) if views else set()
        hashes += picture.number in near
        chain += picture.number in (near or known.by_parts(pixels))
    return hashes, chain


def hues_turned(image: Image.Image) -> Iterator[Any]:
    hues = np.asarray(image.convert("HSV"))
    tinted = hues[..., 1].astype(int) * hues[..., 2] // 255 >= COLOURS["tint"]
    for turn in TURNS if tinted.mean() >= TINTED else ():
        turned = hues.copy()
        turned[..., 0] += np.uint8(turn)
        yield np.asarray(Image.fromarray(turned, "HSV").convert("RGB"))


def colours(familiar: list[Picture], queries: int) -> str:
    """Say how many edited copies, and how many pictures in other hues, have less in common than `alike`."""
    own = {picture.number: counted(np.asarray(picture.image)) for picture in familiar}
    copies = [
        likeness(own[picture.number], colours_of(saved(picture.image, edit)))
        for picture, edit in recall.asked_with(familiar, queries)
    ]
    others = [likeness(own[one.number], counted(turned)) for one in familiar for turned in hues_turned(one.image)]
    below = [sum(found is not None and found < COLOURS["alike"] for found in part) for part in (copies, others)]
    return f"less in common than {COLOURS['alike']}: {below[0]} of {len(copies)} copies, {below[1]} of {len(others)} others"


def looked_at(folder: Path | None) -> Halves:
    """Return the half for tuning of the materials that count."""
    given = {name: material for name, material in materials(folder).items() if material["counts"]}
    with recall.hands() as some:
        return dealt(given, "tune", some)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--queries", type=int, default=800)
    asked = parser.parse_args()
    halves = looked_at(asked.pictures)
    print(f"{len(halves.familiar)} known pictures, {len(halves.strangers)} strangers")
    print(*calibration(halves.familiar, halves.strangers, asked.queries), sep="\n")
    print(*crops(halves.familiar, asked.queries), sep="\n")
    print(colours(halves.familiar, asked.queries))


if __name__ == "__main__":
    main()
