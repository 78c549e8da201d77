"""How many pictures a second are decoded and hashed, compared with `threatexchange` and with only decoding them grey?

    script/bench image [--pictures FOLDER]

FOLDER is searched for JPEG, PNG and WebP files, those left out that the peer reads as something else than what they show
(palettes, transparency, inks); without it photographs are made up, as JPEG of shops' usual sizes. All are in memory. Before
the race each hash is compared with pdqhash's, of pictures whose quality is 50 and more; in it with those of the first run.

One thread: the libraries under numpy are told so.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import io
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pdqhash
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from countermark.matching.pictures.pdq import distance, hashed, hashed_all_ways
from countermark.matching.pictures.reading import grey
from matching.made_pictures import cloudy, encoded

PEER_TARGET, DECODE_TARGET = 5.0, 1.4
MEDIAN, FEW, SHARE, MOST = 2, 10, 0.995, 31  # bits from pdqhash: the middle, what 99.5 % keep to, and what all do
PAIRS = 7
SIZES = ((320, 240), (500, 500), (640, 480), (800, 800), (1024, 768), (1200, 1600), (1500, 1500), (2000, 1333))


def made_up() -> list[bytes]:
    """Return photographs made of numbers, five of each size."""
    return [
        encoded(cloudy(100 * number + seed, rows, columns), "JPEG", quality=(75, 85, 90, 95, 80)[seed])
        for number, (columns, rows) in enumerate(SIZES)
        for seed in range(5)
    ]


def found_in(folder: Path) -> list[bytes]:
    """Return the pictures of a folder that the peer reads as they are seen."""
    files = (file for file in sorted(folder.rglob("*")) if file.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    return [content for file in files if is_plain(content := file.read_bytes())]


def is_plain(content: bytes) -> bool:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.mode in {"RGB", "L"} and not opened.has_transparency_data


def decode(content: bytes) -> None:
    """The floor: what has to be done before anything can be said of a picture."""
    with Image.open(io.BytesIO(content)) as opened:
        opened.draft("L", None)
        opened.load()


def ours(content: bytes) -> bytes:
    return hashed(grey(content)).bits


def all_ways(content: bytes) -> int:
    return len(hashed_all_ways(grey(content)))


def differences(pictures: list[bytes]) -> list[int]:
    """Return by how many bits each hash differs from pdqhash's, of telling pictures; the qualities must be near too."""
    found = []
    for content in pictures:
        bits, quality = pdqhash.compute(np.asarray(Image.open(io.BytesIO(content)).convert("RGB")))
        one = hashed(grey(content))
        if quality >= 50:
            found.append(distance(one.bits, np.packbits(bits).tobytes()))
    return found


def timed(run: Callable[[bytes], object], pictures: list[bytes]) -> tuple[float, list[object]]:
    begin = process_time()
    results = [run(content) for content in pictures]
    return (process_time() - begin) / len(pictures), results


def race(pictures: list[bytes]) -> dict[str, list[float]]:
    """Return seconds a picture of each side, run by turns; the first turn is not counted."""
    sides = {"decode": decode, "ours": ours, "all ways": all_ways, "peer": pdq_from_bytes}
    first = {name: timed(run, pictures)[1] for name, run in sides.items()}
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(PAIRS):
        for name, run in sides.items():
            seconds, results = timed(run, pictures)
            times[name].append(seconds)
            if results != first[name]:
                raise SystemExit(f"{name}: two runs over the same pictures differ")
    return times


def ratio(times: dict[str, list[float]], one: str, other: str) -> float:
    return median(a / b for a, b in zip(times[one], times[other], strict=True))


def main() -> int:
    """Print the figures; 0 when all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path)
    folder = parser.parse_args().pictures
    pictures = found_in(folder) if folder else made_up()
    bits = differences(pictures)
    near = sum(one <= FEW for one in bits) / len(bits)
    kept = median(bits) <= MEDIAN and near >= SHARE and max(bits) <= MOST
    megapixels = sum(grey(content).size for content in pictures) / 1e6
    print(f"{len(pictures)} pictures, {megapixels:.0f} million pixels, {sum(map(len, pictures)) / 1e6:.1f} MB")
    print(
        f"bits from pdqhash {version('pdqhash')}, {len(bits)} telling pictures: median {median(bits):g} (target <= {MEDIAN}), "
        f"{near:.1%} within {FEW} (target {SHARE:.1%}), at most {max(bits)} (target {MOST})"
    )
    times = race(pictures)
    names = {"decode": "grey decode alone", "ours": "countermark", "all ways": "countermark, 8 hashes"}
    for name, seconds in times.items():
        said = names.get(name, f"threatexchange {version('threatexchange')}")
        print(f"{said:<24} {1 / median(seconds):>8,.0f} pictures/s   {1000 * median(seconds):>6.2f} ms")
    to_decode, to_peer = ratio(times, "ours", "decode"), ratio(times, "peer", "ours")
    print(f"ratio to the grey decode: {to_decode:.2f} (target <= {DECODE_TARGET:g})")
    print(f"image: {to_peer:.1f} (target >= {PEER_TARGET:g} of threatexchange)")
    return 0 if kept and to_decode <= DECODE_TARGET and to_peer >= PEER_TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
