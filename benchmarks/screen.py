"""How many listings a second does `POST /api/v1/screen` judge, against Flask around `threatexchange`'s PDQIndex (hashes alone)?

    script/bench screen [--marks 100000] [--hashes 1000000] [--requests 2000] [--pairs 5] [--found 0.02]

Both behind gunicorn with two processes of four threads, asked by four clients over connections that are kept, in turn, after a
turn that is not counted: one title and one hash a request, then a hundred of each. Ours reads whose key it is, counts the
request, judges words and picture together and writes a finding where something is found; the peer is sent the same hashes. So
many of a hundred listings show a known picture as --found says, the others none. Hashes are made with the skew of real ones
(hamming_material), names as brands are made (text_material). Every answer is looked at.

The figures: listings a second, ours / the peer's, one a request (the median of pairs) and a hundred; our 99th percentile of
one a request; and in one process, without HTTP, one listing by `engine.look` / one hash by `PDQIndex.query`.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import json
import logging
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import hamming_material as material
import numpy as np
import text_material

HERE = Path(__file__).resolve().parent
CLIENTS, WORKERS, THREADS, BATCH = 4, 2, 4, 100
TARGETS = {"one a request": 1.5, "a hundred a request": 4.0, "in process": 2.0}
P99 = 15.0  # ms
Asked = list[tuple[str, str]]  # title and hash, in hexadecimal


class Side(NamedTuple):
    """One of the two servers: where it listens, and how a request with these listings looks."""

    name: str
    port: int
    head: str

    def request(self, listings: Asked, number: int) -> bytes:
        body = json.dumps(ours(listings, number) if self.name == "ours" else {"hashes": [one for _, one in listings]})
        return f"{self.head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def ours(listings: Asked, number: int) -> dict[str, Any]:
    said = [
        {"item_id": f"L-{number}-{n}", "title": title, "seller": "lantern", "pictures": [{"pdq": bits}]}
        for n, (title, bits) in enumerate(listings)
    ]
    return {"marketplace": "harbour", "listings": said}


# --- what is asked --------------------------------------------------------------------------------------------------------


def listings(rows: Any, names: Sequence[str], count: int, found: float) -> Asked:
    """Return titles of shops with names nobody protects, and pictures nobody knows but for a share of `found`."""
    dice, frequent = random.Random(7), text_material.wordfreq.top_n_list("en", 5000, wordlist="small")
    titles = [text_material.made_up_title(dice, list(names), frequent) for _ in range(count)]
    numbers = np.random.default_rng(11)
    bits = material.hashes(count, 12)
    known = np.flatnonzero(numbers.random(count) < found)
    bits[known] = material.changed(rows[numbers.integers(0, len(rows), size=len(known))], material.NEAR_BITS, numbers)
    return [(title, row.tobytes().hex()) for title, row in zip(titles, bits, strict=True)]


def made(folder: Path, arguments: argparse.Namespace) -> tuple[list[str], list[str], Any]:
    """Return names that are protected, names that are not, and the known hashes, which are left in a file too.

    Names that are words of the titles are left out: what is found shall be found by the pictures."""
    plain = {
        *text_material.WORDS,
        *text_material.GOODS,
        *text_material.wordfreq.top_n_list("en", 5000, wordlist="small"),
    }
    names = [mark.text for mark in text_material.marks(arguments.marks + 4000) if mark.text.lower() not in plain]
    rows = material.hashes(arguments.hashes, 1)
    rows.tofile(folder / "hashes")
    return names[: arguments.marks], names[arguments.marks :], rows


# --- the servers ----------------------------------------------------------------------------------------------------------


@contextmanager
def served(application: str, folder: Path, *more: str) -> Iterator[int]:
    """A gunicorn with this application; its port. Its log stands beside the database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--chdir", str(HERE), "--worker-class", "gthread", *more]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--timeout", "600"]
    with (folder / f"{application}.log").open("w") as told:
        process = subprocess.Popen([*command, "--keep-alive", "60", "--no-control-socket"], stderr=told, stdout=told)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def waits(side: Side, asked: Asked) -> None:
    """Wait until every process of a server has built what it looks with."""
    end, quick = time.monotonic() + 900, 0
    while quick < 6 * WORKERS:
        begin = time.monotonic()
        try:
            with ThreadPoolExecutor(CLIENTS) as pool:  # at the same time, so that each process gets some
                list(pool.map(lambda n: turn(side, [asked[:1]], n), range(CLIENTS)))
            quick = quick + 1 if time.monotonic() - begin < 0.5 else 0
        except OSError:
            time.sleep(0.5)
        if time.monotonic() > end:
            raise SystemExit(f"{side.name} does not answer; see its log")


# --- asking ---------------------------------------------------------------------------------------------------------------


def turn(side: Side, requests: Sequence[Asked], number: int) -> tuple[list[float], int]:
    """Ask one request after the other over one connection: seconds of each, and how many listings something was found of."""
    sent = [side.request(one, number * 1_000_000 + n) for n, one in enumerate(requests)]
    taken, found = [], 0
    with socket.create_connection(("127.0.0.1", side.port), 600) as link, link.makefile("rb") as answers:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request, listings in zip(sent, requests, strict=True):
            begin = time.perf_counter()
            link.sendall(request)
            body = answer_of(answers)
            taken.append(time.perf_counter() - begin)
            found += looked_at(side, body, len(listings))
    return taken, found


def answer_of(answers: Any) -> bytes:
    status, length = answers.readline(), 0
    while (line := answers.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    body = bytes(answers.read(length))
    if b" 200 " not in status:
        raise SystemExit(f"{status!r} {body[:2000]!r}")
    return body


def looked_at(side: Side, body: bytes, count: int) -> int:
    """Return of how many listings something was found. A request that is answered for other listings ends the bench."""
    items = json.loads(body)["items"]
    assert len(items) == count
    return sum(one["verdict"] != "allow" if side.name == "ours" else bool(one) for one in items)


def race(side: Side, requests: Sequence[Asked], number: int) -> tuple[float, list[float], int]:
    """Ask with all clients at once: listings a second, seconds of each answer, of how many something was found."""
    parts = [requests[client::CLIENTS] for client in range(CLIENTS)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(lambda n: turn(side, parts[n], number + n), range(CLIENTS)))
    rate = sum(map(len, requests)) / (time.perf_counter() - begin)
    return rate, [each for taken, _ in done for each in taken], sum(found for _, found in done)


def compared(sides: Sequence[Side], asked: Asked, size: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the medians of interleaved turns with so many listings a request; the first turn is not counted."""
    count = arguments.requests if size == 1 else max(CLIENTS, arguments.requests // 20)
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    taken: list[float] = []
    found = 0
    for pair in range(arguments.pairs + 1):
        start = pair * count * size
        requests = [[asked[(start + n * size + k) % len(asked)] for k in range(size)] for n in range(count)]
        for side in sides:
            rate, seconds, some = race(side, requests, (size * 100 + pair) * CLIENTS)
            if pair and side.name == "ours":
                taken, found = [*taken, *seconds], found + some
            if pair:
                rates[side.name].append(rate)
    ratio = median(one / other for one, other in zip(rates["ours"], rates["peer"], strict=True))
    cuts = [1000 * cut for cut in quantiles(taken, n=100)]
    share = found / (count * size * arguments.pairs)
    rated = {name: median(rate) for name, rate in rates.items()}
    return {"ratio": ratio, "p50": cuts[49], "p99": cuts[98], "found": share, **rated}


# --- in one process -------------------------------------------------------------------------------------------------------


def in_process(folder: Path, asked: Asked, pairs: int) -> float:
    """Return how many times as fast one listing is looked at as one hash is by the peer, one thread."""
    import screen_desk  # noqa: F401 - sets Django up
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    from countermark.apps.screening.engine import engine
    from countermark.apps.screening.lines import Line, Shown

    rows = np.fromfile(folder / "hashes", dtype=np.uint8).reshape(-1, 32)
    index = PDQIndex((row.tobytes().hex(), number) for number, row in enumerate(rows))
    at, count, ratios = datetime.now(UTC), 500, []
    for pair in range(pairs + 1):
        part = [asked[(pair * count + n) % len(asked)] for n in range(count)]
        lines = [
            Line(f"L-{n}", title, pictures=(Shown("", bytes.fromhex(bits)),)) for n, (title, bits) in enumerate(part)
        ]
        begin = time.process_time()
        for line in lines:
            engine.look([line], at=at)
        middle = time.process_time()
        for _, bits in part:
            index.query(bits)
        if pair:
            ratios.append((time.process_time() - middle) / (middle - begin))
    return median(ratios)


# --- all of it ------------------------------------------------------------------------------------------------------------


def child(what: str, folder: Path, arguments: argparse.Namespace) -> None:
    """Do one part in this process of its own, and print what came of it."""
    import screen_desk

    logging.disable(logging.INFO)
    if what == "fill":
        print(screen_desk.fill(json.loads((folder / "names").read_text()), folder / "hashes", datetime.now(UTC)))
    else:
        print(in_process(folder, json.loads((folder / "asked").read_text()), arguments.pairs))


def apart(what: str, folder: Path, arguments: argparse.Namespace) -> str:
    command = [sys.executable, __file__, "--child", what, "--folder", str(folder), "--pairs", str(arguments.pairs)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip().splitlines()[-1]


def measured(folder: Path, arguments: argparse.Namespace) -> dict[str, float]:
    """Make both sides, ask them in turn, and print what was measured on the way."""
    names, strangers, rows = made(folder, arguments)
    (folder / "names").write_text(json.dumps(names))
    key = apart("fill", folder, arguments)
    asked = listings(rows, strangers, 20_000, arguments.found)
    (folder / "asked").write_text(json.dumps(asked[:5000]))
    figures = {"in process": float(apart("alone", folder, arguments))}
    common = "Host: localhost\r\nContent-Type: application/json\r\n"
    with served("countermark.project.wsgi", folder) as port, served("screen_peer", folder, "--preload") as other:
        head = f"POST /api/v1/screen HTTP/1.1\r\n{common}Authorization: Bearer {key}\r\n"
        sides = Side("ours", port, head), Side("peer", other, f"POST /screen HTTP/1.1\r\n{common}")
        for side in sides:
            waits(side, asked)
        for name, size in (("one a request", 1), ("a hundred a request", BATCH)):
            said = compared(sides, asked, size, arguments)
            print(
                f"{name:<20} countermark {said['ours']:>7,.0f} listings/s   Flask + PDQIndex {said['peer']:>6,.0f}   ratio "
                f"{said['ratio']:.2f}   ours p50 {said['p50']:.1f} ms, p99 {said['p99']:.1f} ms; found {said['found']:.1%}",
                flush=True,
            )
            figures[name] = said["ratio"]
            figures.setdefault("p99", said["p99"])
    return figures


def main() -> int:
    """Print the figures; 0 when all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--marks", type=int, default=100_000)
    parser.add_argument("--hashes", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--found", type=float, default=0.02)
    parser.add_argument("--child")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.folder, arguments)
        return 0
    with tempfile.TemporaryDirectory(prefix="countermark-screen-") as name:
        os.environ |= {"COUNTERMARK_HOME": name, "HASHES": f"{name}/hashes", "API_REQUESTS_PER_MINUTE": "1000000000"}
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{name}/desk.sqlite3")
        os.environ |= {
            "SECRET_KEY": "s" * 50,
            "SEALING_KEY": "QUJD" * 10 + "QUI=",
            "LOG_SIGNING_KEY": "QUJD" * 10 + "QUI=",
        }
        figures = measured(Path(name), arguments)
    p99 = figures.pop("p99")
    print(
        f"in process: {figures['in process']:.2f}; p99 of one a request {p99:.1f} ms (target <= {P99:g} on a quiet machine)"
    )
    print("screen: " + ", ".join(f"{name} {figures[name]:.2f} (target >= {TARGETS[name]:g})" for name in TARGETS))
    return 0 if p99 <= P99 and all(figures[name] >= target for name, target in TARGETS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
