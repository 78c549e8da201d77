"""How many questions a second does the index of near pictures answer, compared with `threatexchange`'s `PDQIndex.query`?

    script/bench hamming [--rows 1000000] [--pairs 5] [--processes 3]

The hashes are made with the skew of real ones (hamming_material), the radius is 31, each question is asked alone, one thread.
The ratio is the worst of three fresh processes, each the median of interleaved pairs; both sides must answer the same, and
a sample is compared with looking at every row. Then: a set with hot buckets, the memory of both (each in a process of its
own, the libraries loaded before), and how long it takes until a hash that was added is found, while questions are asked
without pause and the index merges.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

import hamming_material as material
import numpy as np
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from countermark.matching.hamming.index import IndexReader
from countermark.matching.hamming.writer import IndexWriter

TARGET, HOT_TARGET, MEMORY_TARGET, FRESH_TARGET = 6.0, 5.0, 0.45, 0.050
ASKED = 200  # questions of a turn
SAMPLE = 20  # questions compared with looking at every row
ADDED = 6000  # hashes added one by one: more than the newest list holds, so that it is sorted in once
LINE = 64  # bytes that memory gives at a time


def hex_of(rows: Any) -> list[str]:
    return [row.tobytes().hex() for row in rows]


def peer_index(rows: Any) -> Any:
    return PDQIndex(zip(hex_of(rows), range(len(rows)), strict=True))


@contextmanager
def our_index(rows: Any) -> Iterator[IndexReader]:
    """Write the rows as an index on disk, and open it as a reader does."""
    with tempfile.TemporaryDirectory() as folder:
        with IndexWriter(Path(folder)) as writer:
            writer.add_words(np.arange(len(rows)), rows)
            writer.merge()
        yield IndexReader(Path(folder))


def ask_us(reader: IndexReader, asked: list[bytes]) -> list[list[tuple[int, int]]]:
    return [[tuple(hit) for hit in reader.near([one]).of(0)] for one in asked]


def ask_peer(index: Any, asked: list[str]) -> list[list[tuple[int, int]]]:
    return [[(match.metadata, match.similarity_info.distance) for match in index.query(one)] for one in asked]


def by_looking(rows: Any, asked: Any) -> list[list[tuple[int, int]]]:
    """Return what is near by counting the bits of every row."""
    found = []
    for one in asked:
        distances = np.bitwise_count(rows ^ one).sum(axis=1, dtype=np.int64)
        found.append([(int(row), int(distances[row])) for row in np.flatnonzero(distances <= 31)])
    return found


def timed(run: Callable[[], object]) -> tuple[float, Any]:
    begin = process_time()
    result = run()
    return process_time() - begin, result


def same(one: list[Any], other: list[Any]) -> bool:
    return [sorted(hits) for hits in one] == [sorted(hits) for hits in other]


def race(rows: Any, asked: Any, pairs: int) -> dict[str, float]:
    """Return questions a second of both sides and the median ratio of interleaved pairs; the first turn is not counted."""
    peer = peer_index(rows)
    ratios, ours, theirs = [], [], []
    with our_index(rows) as reader:
        if not same(ask_us(reader, [row.tobytes() for row in asked[:SAMPLE]]), by_looking(rows, asked[:SAMPLE])):
            raise SystemExit("the index and looking at every row differ")
        for turn in range(pairs + 1):
            part = asked[turn * ASKED :][:ASKED]
            bare, texts = [row.tobytes() for row in part], hex_of(part)
            gc.collect()
            one, found = timed(lambda bare=bare: ask_us(reader, bare))
            other, expected = timed(lambda texts=texts: ask_peer(peer, texts))
            if not same(found, expected):
                raise SystemExit("the two sides differ")
            if turn:
                ratios.append(other / one)
                ours.append(len(part) / one)
                theirs.append(len(part) / other)
        return {
            "ratio": median(ratios),
            "ours": median(ours),
            "peer": median(theirs),
            "lines": lines_read(reader, asked),
        }


def lines_read(reader: IndexReader, asked: Any) -> float:
    """Return how many lines of memory a question needs: where each bucket begins, and the next bands of its rows. The few
    rows that are left then are not counted."""
    shelf = reader.contents.base.shelf
    if not len(shelf.starts):
        return shelf.rows * 32 / LINE
    sizes = np.diff(shelf.starts.astype(np.int64), axis=1)
    bands = asked.view(np.uint16).astype(np.int64)
    flips = np.concatenate([[0], 1 << np.arange(16)])
    rows = sum(sizes[band][bands[:, band, None] ^ flips].sum() for band in range(16)) / len(asked)
    return float(2 * 16 * len(flips) + rows * shelf.following.itemsize / LINE)


def memory_of(side: str, rows: Any) -> float:
    """Return by how many MB this process grew by an index that has answered."""
    asked = material.questions(rows, ASKED, 8)
    if side == "peer":
        peer_index(rows[:10])
        texts = hex_of(rows)
        before = resident()
        index = PDQIndex(zip(texts, range(len(texts)), strict=True))
        ask_peer(index, hex_of(asked))
        return resident() - before
    with tempfile.TemporaryDirectory() as folder, our_index(rows[:10]):
        before = resident()
        subprocess.run(
            [sys.executable, __file__, "--child", "write", "--rows", str(len(rows)), "--folder", folder], check=True
        )
        reader = IndexReader(Path(folder))
        ask_us(reader, [row.tobytes() for row in asked])
        return resident() - before


def resident() -> float:
    """Return the memory of this process in MB, what it maps from files included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def freshness(rows: Any) -> dict[str, float]:
    """Return seconds until a hash that is added is found by a reader, while another process asks without pause."""
    waits, new = [], material.hashes(ADDED, 99)
    with tempfile.TemporaryDirectory() as folder, IndexWriter(Path(folder)) as writer:
        writer.add_words(np.arange(len(rows)), rows)
        writer.merge()
        reader = IndexReader(Path(folder))
        command = [sys.executable, __file__, "--child", "ask", "--rows", str(len(rows)), "--folder", folder]
        asking = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        asking.stdout.readline()
        for number, row in enumerate(new):
            if number == ADDED // 2:
                threading.Thread(target=writer.merge).start()
            begin = perf_counter()
            writer.add_words([len(rows) + number], row[None, :])
            while len(rows) + number not in reader.near(row[None, :], 0).ids:
                pass
            waits.append(perf_counter() - begin)
        asked = int(asking.communicate()[0])
    cuts = quantiles(waits, n=100)
    return {"p50": cuts[49], "p99": cuts[98], "most": max(waits), "asked": asked / sum(waits)}


def keep_asking(folder: Path, rows: Any) -> None:
    """Ask until the standard input ends; print how often."""
    reader, asked, count = IndexReader(folder), material.questions(rows, ASKED, 12), 0
    done = threading.Event()
    print("asking", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
    while not done.is_set():
        for one in asked:
            reader.near(one[None, :])
        count += len(asked)
    print(count)


def reading_rate() -> float:
    """Return bytes a second that one thread reads from memory."""
    block = np.ones(1 << 25, dtype=np.uint64)
    begin = perf_counter()
    for _ in range(3):
        block.sum()
    return 3 * block.nbytes / (perf_counter() - begin)


def child(arguments: argparse.Namespace) -> None:
    """Do one measurement in this fresh process, and print it."""
    rows = material.hashes(arguments.rows, 1)
    if arguments.child == "write":
        with IndexWriter(arguments.folder) as writer:
            writer.add_words(np.arange(len(rows)), rows)
            writer.merge()
        return
    if arguments.child == "ask":
        keep_asking(arguments.folder, rows)
        return
    if arguments.child == "hot":
        rows = material.with_banner(rows, 2)
    asked = material.questions(rows, ASKED * (arguments.pairs + 1), 5)
    measured = {
        "race": lambda: race(rows, asked, arguments.pairs),
        "hot": lambda: race(rows, asked, arguments.pairs),
        "ours": lambda: {"mb": memory_of("ours", rows)},
        "peer": lambda: {"mb": memory_of("peer", rows)},
        "fresh": lambda: freshness(rows),
    }
    print(json.dumps(measured[arguments.child]()))


def fresh_process(what: str, arguments: argparse.Namespace) -> dict[str, float]:
    numbers = ["--rows", str(arguments.rows), "--pairs", str(arguments.pairs)]
    command = [sys.executable, __file__, "--child", what, *numbers]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def worst(what: str, arguments: argparse.Namespace) -> dict[str, float]:
    """Return the race with the lowest ratio of several fresh processes, and print all."""
    runs = [fresh_process(what, arguments) for _ in range(arguments.processes)]
    for run in runs:
        print(
            f"{what:<6} countermark {run['ours']:>8,.0f}/s   PDQIndex {run['peer']:>6,.0f}/s   ratio {run['ratio']:.1f}"
        )
    return min(runs, key=lambda run: run["ratio"])


def main() -> int:
    """Print the figures; 0 when all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--child")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments)
        return 0
    print(f"{arguments.rows:,} hashes, radius 31, one question at a time, threatexchange {version('threatexchange')}")
    even, hot = worst("race", arguments), worst("hot", arguments)
    ours, peer = (fresh_process(side, arguments)["mb"] for side in ("ours", "peer"))
    fresh = fresh_process("fresh", arguments)
    rate = reading_rate()
    limit, whole = rate / (even["lines"] * LINE), rate / (arguments.rows * 32)
    print(f"memory: {ours:,.0f} MB, PDQIndex {peer:,.0f} MB: {ours / peer:.2f} (target <= {MEMORY_TARGET:g})")
    print(
        f"added to found, while {fresh['asked']:,.0f}/s were asked and the index merged: p50 {1000 * fresh['p50']:.2f} ms, "
        f"p99 {1000 * fresh['p99']:.1f} ms (target <= {1000 * FRESH_TARGET:g}), at most {1000 * fresh['most']:.0f} ms"
    )
    print(
        f"a question needs {even['lines']:,.0f} lines of memory; came they in order, one thread could ask {limit:,.0f}/s: "
        f"{even['ours'] / limit:.2f} of that. Looking at every row: at most {whole:,.0f}/s"
    )
    print(f"hot buckets: {hot['ratio']:.1f} (target >= {HOT_TARGET:g})")
    print(
        f"hamming: {even['ratio']:.1f} (target >= {TARGET:g} of PDQIndex.query, the worst of {arguments.processes} processes)"
    )
    met = (
        even["ratio"] >= TARGET,
        hot["ratio"] >= HOT_TARGET,
        ours <= MEMORY_TARGET * peer,
        fresh["p99"] <= FRESH_TARGET,
    )
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
