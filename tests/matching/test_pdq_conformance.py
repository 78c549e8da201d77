"""Are the hashes those that other services compute? Against hashes of the package pdqhash 0.2.8, which wraps Facebook's own code.

The pictures are made. Where COUNTERMARK_PDQ_FOLDER names a copy of the `pdq/data` folder of facebook/ThreatExchange with
its `expected.json` (a list of `path`, `pytx_hash`, `pytx_quality`), its pictures are compared too, and the 250 pairs of its
needles and haystack.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np

from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import as_words
from countermark.matching.hamming.shelf import shelved
from countermark.matching.pictures.pdq import Hashed, distance, hashed
from countermark.matching.pictures.reading import grey
from matching.made_pictures import cloudy, encoded

FOLDER = os.environ.get("COUNTERMARK_PDQ_FOLDER", "")
MADE = [  # rows, columns, hash, quality; the number of the line is the picture's
    (64, 64, "080d1f78c1f67e22fd76983aecb92f943a47e732c3720e03d6f071f1310f0ccc", 100),
    (240, 320, "3c8f6d88e81d61a61be80c0f225994cf1dc0d40f6be03ff978ef8bb00179d86f", 100),
    (600, 400, "0fc909d8a6c5cc8d3f1c87d47bc39c4e8fbe7923202797909c7cc04f9b303bb8", 100),
    (501, 777, "974d0249f924418645b4cce2ae5a2249b27988cb4cda5db49b8fcd72bb67b38f", 100),
    (1200, 1600, "1052eee4ca6d15eab916df84986e00d2e2cf896b986de8dc0196f80f3979733b", 100),
    (90, 2000, "da4c1c78f84de78702b062993a8f8785f3c71c78787cf18707f00ef8c3876993", 100),
    (130, 128, "93cee224ad72bd9943cf3492f91b16455632bf78d1cc5b276c32a8daa0ccc127", 100),
]


@cache
def compared() -> tuple[tuple[str, Hashed, Hashed], ...]:
    """Return the name of each picture, its hash, and the one it should have."""
    return tuple(each_compared())


def each_compared() -> Iterator[tuple[str, Hashed, Hashed]]:
    for number, (rows, columns, expected, quality) in enumerate(MADE):
        found = hashed(grey(encoded(cloudy(number + 20, rows, columns))))
        yield f"made {number}", found, Hashed(bytes.fromhex(expected), quality)
    for entry in json.loads(Path(FOLDER, "expected.json").read_text("utf-8")) if FOLDER else []:
        if (file := Path(FOLDER, entry["path"])).exists() and "modes/" not in entry["path"]:
            expected = Hashed(bytes.fromhex(entry["pytx_hash"]), entry["pytx_quality"])
            yield entry["path"], hashed(grey(file.read_bytes())), expected


def test_the_hashes_are_those_of_the_reference():
    far = {name: distance(one.bits, other.bits) for name, one, other in compared() if other.quality >= 50}
    assert len(far) >= len(MADE)
    assert median(far.values()) <= 2
    assert {name: bits for name, bits in far.items() if bits > 10} == {}


def test_the_qualities_are_those_of_the_reference():
    assert {name: one.quality - other.quality for name, one, other in compared() if one.quality != other.quality} == {}


def needles_and_haystack() -> tuple[list[bytes], list[bytes], set[tuple[int, int, int]]]:
    """Return 100 needles, the haystack, and which needle is near which row and how far: of the folder, or made alike."""
    if FOLDER:
        needles, haystack = ([bytes.fromhex(line) for line in lines(name)] for name in ("needles", "haystack"))
        known = json.loads(Path(FOLDER, "needles_haystack_expected_d31.json").read_text("utf-8"))
        return needles, haystack, {tuple(pair) for pair in known["pairs"]}
    dice = np.random.default_rng(250)
    haystack = [dice.bytes(32) for _ in range(1000)]
    needles = [dice.bytes(32) for _ in range(100)]
    pairs = set()
    for needle, whole in enumerate(needles):
        for bits in (0, 4, 31)[: 2 + needle % 2]:
            pairs.add((needle, len(haystack), bits))
            changed = int.from_bytes(whole, "big") ^ sum(1 << int(bit) for bit in dice.choice(256, bits, replace=False))
            haystack.append(changed.to_bytes(32, "big"))
    return needles, haystack, pairs


def lines(name: str) -> list[str]:
    return Path(FOLDER, f"{name}.txt").read_text("ascii").split()


def test_exactly_the_250_pairs_of_needles_and_haystack_are_found():
    needles, haystack, pairs = needles_and_haystack()
    index = contents_of(shelved(as_words(haystack), np.arange(len(haystack)), few=100), 1)
    found = index.near(as_words(needles), 31)
    assert len(pairs) == 250
    assert set(zip(*(column.tolist() for column in found[1:]), strict=True)) == pairs
