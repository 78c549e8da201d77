"""How many re-used pictures are recognised after an edit, and how many strangers are taken for known ones?

    script/bench recall [--pictures FOLDER] [--queries 1000] [--half test] [--plug matching.small_embedder:Slopes] [--write]

The pictures are those of `recall_material.toml` that are on this machine, and drawn ones; or those of FOLDER, sub-folders too.
Scenes are dealt into a half for tuning and one for testing, each of them into known pictures and strangers; numbers are chosen
on `--half tune` only. All known pictures are looked for at once. Each query is a picture with one of 13 edits, saved as JPEG;
`--queries` of each material at most, half as many of those that do not count.

What is recognised: a hash within 31 bits of one of the reference's views; else one of the ten candidates by local features
that shares at least what `pictures.toml` asks for. Beside it stands the plain hash alone. With an embedder plugged in, pictures
in which nothing was recognised are asked about once more. Intervals are of 95 %, by scenes, as the queries of one picture hang
together. `--write` puts the tables into docs/reference/evaluation-pictures.md.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import random
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import cv2
import numpy as np
import recall_report
from recall_edits import EDITS, saved
from recall_material import Picture, dealt, materials
from recall_shares import said

from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import as_words
from countermark.matching.hamming.shelf import shelved
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.features import Features, features_of
from countermark.matching.pictures.known import Known as Looked
from countermark.matching.pictures.known import PictureAsked
from countermark.matching.pictures.pdq import hashed
from countermark.matching.pictures.plugged import plug_signals
from countermark.matching.pictures.reading import grey
from countermark.matching.pictures.verifying import shared
from countermark.matching.pictures.views import query_views, reference_views
from countermark.matching.plugs import Embedded

RECALL_TARGET, RICH_TARGET, FALSE_TARGET, LEAST_QUERIES = 0.90, 0.95, 0.01, 1000
RICH = 40  # points from which on a picture is no plain one
CHAIN = "with features"


class Seen(NamedTuple):
    """What is kept of a known picture: its features, its plain hash if it says something, and the hashes of its views."""

    features: Features
    plain: bytes | None
    views: list[bytes]


def seen(picture: Picture) -> Seen:
    pixels = np.asarray(picture.image.convert("L"))
    plain = hashed(pixels)
    views = [view.hashed.bits for view in reference_views(pixels)]
    return Seen(features_of(pixels), plain.bits if plain.telling else None, views)


class Known:
    """The references: their hashes and features, and how an embedder sees them, if there is one."""

    def __init__(self, found: list[Picture], plug: Any = None, spread: Callable[..., Iterable[Seen]] = map) -> None:
        kept = dict(zip((picture.number for picture in found), spread(seen, found), strict=True))
        self.features = {number: one.features for number, one in kept.items()}
        self.parts = PartIndex(list(self.features.items()))
        self.plain = index_of([(number, one.plain) for number, one in kept.items() if one.plain])
        self.views = index_of([(number, bits) for number, one in kept.items() for bits in one.views])
        self.plug = plug
        self.embedded = plug and [Embedded(plug, [(p.number, plug.embed(np.asarray(p.image))) for p in found])]

    def by_plain_hash(self, asked: Any) -> set[int]:
        one = hashed(asked)
        return set(self.plain.near(as_words([one.bits]), 31).ids.tolist()) if one.telling else set()

    def by_views(self, asked: Any) -> set[int]:
        views = [view.hashed.bits for view in query_views(asked)]
        return set(self.views.near(as_words(views), 31).ids.tolist()) if views else set()

    def by_parts(self, asked: Any) -> set[int]:
        looked = features_of(asked)
        return {one.id for one in self.parts.candidates(looked) if shared(looked, self.features[one.id])}

    def by_plug(self, content: bytes) -> set[int]:
        told = plug_signals(0, PictureAsked(content=content), self.embedded, lambda number: Looked(str(number)))
        return {signal.figures["known"] for signal in told}


def index_of(entries: list[tuple[int, bytes]]) -> Any:
    return contents_of(shelved(as_words([bits for _, bits in entries]), np.array([number for number, _ in entries])), 1)


class Outcome(NamedTuple):
    """What became of one query: which ways recognised the right picture, and which found any other. `points`: how many the known
    picture has; `others`: what else was found in the end."""

    material: str
    scene: int
    edit: str
    points: int
    right: dict[str, bool]
    wrong: dict[str, bool]
    others: tuple[int, ...]


def outcome(known: Known, picture: Picture, edit: str) -> Outcome:
    content = saved(picture.image, edit)
    asked = grey(content)
    plain, views = known.by_plain_hash(asked), known.by_views(asked)
    chain = views or known.by_parts(asked)
    found = {"plain hash": plain, "hash, all views": views, CHAIN: chain}
    if known.plug:
        found[f"with {known.plug.name}"] = chain or known.by_plug(content)
    features = known.features.get(picture.number)
    return Outcome(
        picture.material,
        picture.number,
        edit,
        0 if features is None else len(features.points),
        {way: picture.number in ids for way, ids in found.items()},
        {way: bool(ids - {picture.number}) for way, ids in found.items()},
        tuple(sorted(chain - {picture.number})),
    )


def asked_with(found: list[Picture], count: int) -> list[tuple[Picture, str]]:
    """Return `count` queries: pictures and edits, each edit as often as the others."""
    pairs = [(picture, edit) for picture in found for edit in EDITS]
    random.Random(13).shuffle(pairs)
    return pairs[:count]


def asked_of_each(found: list[Picture], count: int, given: dict[str, Any]) -> list[tuple[Picture, str]]:
    """Return `count` queries of each material that counts, half as many of the others."""
    return [
        pair
        for name, material in given.items()
        for pair in asked_with(
            [picture for picture in found if picture.material == name], count if material["counts"] else count // 2
        )
    ]


def plugged(named: str | None) -> Any:
    """Return the embedder of that name."""
    if named is None:
        return None
    module, name = named.split(":")
    return getattr(import_module(module), name)()


_known: Known | None = None  # for the processes that ask: they are born with it


def asked_here(pair: tuple[Picture, str]) -> Outcome:
    assert _known
    return outcome(_known, *pair)


def hands() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(min(8, os.cpu_count() or 1), mp_context=get_context("fork"))


def measured(arguments: argparse.Namespace, given: dict[str, Any]) -> recall_report.Measured:
    """Deal the pictures, ask, and return what became of it."""
    global _known
    with hands() as some:
        halves = dealt(given, arguments.half, some)
        _known = Known(halves.familiar, plugged(arguments.plug), lambda each, of: some.map(each, of, chunksize=8))
    with hands() as some:
        asked, foreign = (
            list(some.map(asked_here, asked_of_each(found, arguments.queries, given), chunksize=16))
            for found in (halves.familiar, halves.strangers)
        )
    return recall_report.Measured(given, halves, asked, foreign)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, help="a folder, in place of the materials")
    parser.add_argument("--queries", type=int, default=1000, help="of each material that counts")
    parser.add_argument("--half", choices=("tune", "test"), default="test")
    parser.add_argument("--plug", help="an embedder as module:name, in place of none")
    parser.add_argument("--write", action="store_true", help="put the tables into the documentation")
    return parser.parse_args()


def main() -> int:
    """Print the figures; 0 when all targets are met."""
    cv2.setNumThreads(1)
    begin, arguments = perf_counter(), options()
    given = materials(arguments.pictures)
    told = measured(arguments, given)
    if not told.asked or not told.foreign:
        raise SystemExit("no pictures to ask about: give --pictures FOLDER, or install what recall_material.toml names")
    print(recall_report.tables(told))
    if arguments.write:
        recall_report.write(told, arguments)
    asked, foreign = told.counted(told.asked), told.counted(told.foreign)
    chain = [(one.scene, one.right[CHAIN]) for one in asked]
    rich = [(one.scene, one.right[CHAIN]) for one in asked if one.points >= RICH]
    false = [(one.scene, one.wrong[CHAIN]) for one in foreign]
    print(f"{len(asked)} and {len(foreign)} queries (target >= {LEAST_QUERIES} each), {perf_counter() - begin:.0f} s")
    print(f"of pictures with {RICH} points and more: {said(rich)} (target >= {RICH_TARGET:g})")
    print(f"strangers taken for known: {said(false)} (target <= {FALSE_TARGET:g})")
    print(f"recall: {said(chain)} (target >= {RECALL_TARGET:g})")
    met = (
        min(len(asked), len(foreign)) >= LEAST_QUERIES,
        share(chain) >= RECALL_TARGET,
        share(rich) >= RICH_TARGET,
        share(false) <= FALSE_TARGET,
    )
    return 0 if all(met) else 1


def share(told: list[tuple[int, bool]]) -> float:
    return sum(hit for _, hit in told) / max(1, len(told))


if __name__ == "__main__":
    sys.exit(main())
