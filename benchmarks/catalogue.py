"""How fast is a catalogue screened by two processes, and does its length decide the memory?

    script/bench catalogue [--titles FILE] [--rows 200000] [--short 100000] [--long 1000000] [--marks 100000] [--hashes 1000000]
                           [--pairs 3]

`countermark screen` reads Parquet with a title and a hash a row and writes the answers. Its rate with two processes is compared
with one, and with twice the rate of the engine alone: `ListingScreen.judge` on the same listings in one process, nothing read
nor written. Reading the rights is printed and not counted in the rates. Memory is what all its processes hold at the peak, shared
pages once (PSS), the reading of the rights included; at `--long` rows and at `--short`. Every title has a number of its own, as
offers have: words do not simply come again. With `--pairs 0` only the memory is measured.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
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


def write_catalogues(rows: dict[Path, int], known: Any, titles: list[str]) -> None:
    """Write catalogues of so many rows each: the shorter ones are how the longest begins, so their rows are made once."""
    schema = pa.schema({"id": pa.int64(), "title": pa.string(), "pdq": pa.binary(32)})
    with ExitStack() as open_files:
        writers = {path: open_files.enter_context(pq.ParquetWriter(path, schema)) for path in rows}
        for start in range(0, max(rows.values()), PART):
            part = rows_from(start, min(PART, max(rows.values()) - start), known, titles, schema)
            for path, count in rows.items():
                if start < count:
                    writers[path].write_table(part.slice(0, count - start))


def rows_from(start: int, count: int, known: Any, titles: list[str], schema: Any) -> Any:
    asked = hamming_material.questions(known, count + count % 2, start + 5)[:count]
    texts = [f"{titles[row % len(titles)]} {row:x}" for row in range(start, start + count)]
    hashes = pa.FixedSizeBinaryArray.from_buffers(pa.binary(32), count, [None, pa.py_buffer(asked.tobytes())])
    return pa.table([np.arange(start, start + count), texts, hashes], schema=schema)


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
    counts = {short: arguments.short, long: arguments.long}
    write_catalogues(counts | {rows: arguments.rows} if arguments.pairs else counts, known, titles)
    del known, titles
    print(f"{arguments.marks:,} marks, {arguments.hashes:,} hashes")
    near, far = screened(rights, short, 2), screened(rights, long, 2)
    shown = (
        f"{near.peak:,.0f} MB at {arguments.short:,} rows, {far.peak:,.0f} MB at {arguments.long:,} ({far.rate:,.0f}/s)"
    )
    print(f"memory: {shown}: {far.peak / near.peak:.2f} (target <= {MEMORY_TARGET:g})", flush=True)
    bounded = far.peak <= MEMORY_TARGET * near.peak
    return 0 if (not arguments.pairs or is_fast(rights, rows, arguments.pairs)) and bounded else 1


def is_fast(rights: Path, rows: Path, pairs: int) -> bool:
    """Print the rates, and say whether they are as they should be."""
    engine, one, two = [], [], []
    for _ in range(pairs):  # interleaved, as the machine is not always as fast
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
        print(f"{name:<12} {median(rates):>8,.0f} rows/s, median of {pairs}")
    print(f"reading the rights: {median(run.before for run in two):.1f} s")
    print(f"2 processes against one: {speed:.2f} (target >= {SPEED_TARGET:g})")
    print(f"catalogue: {share:.2f} (target >= {ENGINE_TARGET:g} of twice the engine's own rate)", flush=True)
    return speed >= SPEED_TARGET and share >= ENGINE_TARGET


if __name__ == "__main__":
    sys.exit(main())
