"""How fast is a catalogue screened by two processes, and does its length decide the memory?

    script/bench catalogue [--titles FILE] [--rows 200000] [--short 100000] [--long 1000000] [--marks 100000] [--hashes 1000000]

`countermark screen` reads Parquet with a title and a hash a row and writes the answers. Its rate with two processes is compared
with one, and with twice the rate of the engine alone: `ListingScreen.judge` on the same listings in one process, nothing read
nor written. Reading the rights is printed and not counted in the rates. Memory is what all its processes hold at the peak, shared
pages once (PSS), the reading of the rights included; at `--long` rows and at `--short`. Every title has a number of its own, as
offers have: words do not simply come again.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, sleep
from typing import Any, NamedTuple

import hamming_material
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import text_material

from countermark.matching.catalogue.batch import screen_of
from countermark.matching.catalogue.reading import ROWS
from countermark.matching.catalogue.rights import read_rights
from countermark.matching.listing_screen import Asked
from countermark.matching.pictures.known import PictureAsked
from countermark.matching.pictures.pdq import Hashed
from countermark.matching.screen import uncollected

SPEED_TARGET, ENGINE_TARGET, MEMORY_TARGET = 1.7, 0.85, 1.1
PART = 100_000  # rows made at a time
LOOKS = 0.2  # seconds between two looks at the memory


class Ran(NamedTuple):
    """One run: rows a second once the rights were read, seconds until then, MB at the peak."""

    rate: float
    before: float
    peak: float


def write_rights(path: Path, marks: int, hashes: int) -> Any:
    """Write marks and known hashes; return the hashes as words."""
    rows = hamming_material.hashes(hashes, 1)
    texts = [mark.text for mark in text_material.marks(marks)]
    nothing, ids = [None] * marks, [f"P-{number}" for number in range(hashes)]
    columns = {
        "text": pa.array(texts + [None] * hashes, pa.string()),
        "id": pa.array(nothing + ids, pa.string()),
        "picture": pa.array(nothing + [row.tobytes() for row in rows], pa.binary()),
    }
    pq.write_table(pa.table(columns), path)
    return rows


def write_catalogue(path: Path, rows: int, known: Any, titles: list[str]) -> None:
    schema = pa.schema({"id": pa.int64(), "title": pa.string(), "pdq": pa.binary(32)})
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, PART):
            count = min(PART, rows - start)
            asked = hamming_material.questions(known, count + count % 2, start + 5)[:count]
            texts = [f"{titles[row % len(titles)]} {row:x}" for row in range(start, start + count)]
            ids, hashes = np.arange(start, start + count), [row.tobytes() for row in asked]
            writer.write_table(pa.table([ids, texts, hashes], schema=schema))


def engine_rate(rights: Path, catalogue: Path) -> float:
    """Return rows a second of the engine alone."""
    found, _ = read_rights(rights)
    listings, table = screen_of(found).listings, pq.read_table(catalogue)
    asked = [
        Asked(title, pictures=(PictureAsked((Hashed(bits, 100),)),))
        for title, bits in zip(table["title"].to_pylist(), table["pdq"].to_pylist(), strict=True)
    ]
    begin = perf_counter()
    for start in range(0, len(asked), ROWS):
        with uncollected():
            listings.judge(asked[start : start + ROWS])
    return len(asked) / (perf_counter() - begin)


def screened(rights: Path, catalogue: Path, processes: int) -> Ran:
    """Run the command, and look at its memory meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        asked = [str(catalogue), "--rights", str(rights), "--out", f"{folder}/out.parquet", "--progress", "json"]
        command = [str(Path(sys.executable).with_name("countermark")), "screen", *asked, "--processes", str(processes)]
        begin = perf_counter()
        running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        peak = [0.0]
        Thread(target=watch, args=(running, peak), daemon=True).start()
        lines = running.communicate()[1].splitlines()
        if running.returncode:
            raise SystemExit("\n".join(lines))
        told = json.loads(lines[-1])
        if told["rows"] != pq.read_metadata(catalogue).num_rows:
            raise SystemExit("rows were lost")
        return Ran(told["rows_per_second"], perf_counter() - begin - told["seconds"], peak[0])


def watch(running: subprocess.Popen[str], peak: list[float]) -> None:
    while running.poll() is None:
        peak[0] = max(peak[0], memory_of(running.pid))
        sleep(LOOKS)


def memory_of(session: int) -> float:
    """Return the MB that the processes of a session hold, shared pages once."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[3]) == session:
                rollup = stat.with_name("smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration):  # it ended meanwhile
            continue
    return total / 1000


def alone(rights: Path, catalogue: Path) -> float:
    """Return the engine's rate, in a fresh process."""
    command = [sys.executable, __file__, "--child", str(rights), str(catalogue)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Print the figures; 0 when all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, count in (
        ("rows", 200_000),
        ("short", 100_000),
        ("long", 1_000_000),
        ("marks", 100_000),
        ("hashes", 1_000_000),
        ("pairs", 3),
    ):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--titles", type=Path)
    parser.add_argument("--child", type=Path, nargs=2)
    arguments = parser.parse_args()
    if arguments.child:
        print(engine_rate(*arguments.child))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return measured(arguments, Path(folder))


def measured(arguments: argparse.Namespace, folder: Path) -> int:
    rights, rows, short, long = (folder / f"{name}.parquet" for name in ("rights", "rows", "short", "long"))
    known, titles = write_rights(rights, arguments.marks, arguments.hashes), text_material.titles(arguments.titles)
    for path, count in ((rows, arguments.rows), (short, arguments.short), (long, arguments.long)):
        write_catalogue(path, count, known, titles)
    print(
        f"{arguments.marks:,} marks, {arguments.hashes:,} hashes; {arguments.rows:,} rows, median of {arguments.pairs}"
    )
    engine, one, two = [], [], []
    for _ in range(arguments.pairs):  # interleaved, as the machine is not always as fast
        engine.append(alone(rights, rows))
        one.append(screened(rights, rows, 1))
        two.append(screened(rights, rows, 2))
    speed = median(both.rate / single.rate for both, single in zip(two, one, strict=True))
    share = median(both.rate / (2 * own) for both, own in zip(two, engine, strict=True))
    for name, rates in (
        ("engine alone", engine),
        ("1 process", [run.rate for run in one]),
        ("2 processes", [run.rate for run in two]),
    ):
        print(f"{name:<12} {median(rates):>8,.0f} rows/s")
    print(f"reading the rights: {median(run.before for run in two):.1f} s")
    near, far = screened(rights, short, 2), screened(rights, long, 2)
    print(f"2 processes against one: {speed:.2f} (target >= {SPEED_TARGET:g})")
    shown = (
        f"{near.peak:,.0f} MB at {arguments.short:,} rows, {far.peak:,.0f} MB at {arguments.long:,} ({far.rate:,.0f}/s)"
    )
    print(f"memory: {shown}: {far.peak / near.peak:.2f} (target <= {MEMORY_TARGET:g})")
    print(f"catalogue: {share:.2f} (target >= {ENGINE_TARGET:g} of twice the engine's own rate)")
    return 0 if speed >= SPEED_TARGET and share >= ENGINE_TARGET and far.peak <= MEMORY_TARGET * near.peak else 1


if __name__ == "__main__":
    sys.exit(main())
