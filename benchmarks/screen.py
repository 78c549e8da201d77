"""How many listings a second does `POST /api/v1/screen` judge, against Flask around `threatexchange`'s PDQIndex (hashes alone)?

    script/bench screen [--marks 100000] [--hashes 1000000] [--requests 2000] [--pairs 5] [--found 0.02] [--threads 1]

Both behind gunicorn with two processes of one thread (with --threads 4 neither is faster, and the slowest answers of both
take twice as long: neither waits for anything but the processor), asked by four clients over connections that are kept, in
turn, after a turn that is not counted: one title and one hash a request, then a hundred of each. Ours reads whose key it is,
counts the request, judges words and picture together and writes a finding where something is found; the peer is sent the same
hashes. What is asked is written before the clock runs and what is answered is looked at after it, every answer: the clients
share the processors with the servers.

So many of a hundred listings are found as --found says, on both sides, by a known picture; the titles are offers' in which no
protected name is nor one a letter away from it (hashes have the skew of real ones: hamming_material; names are made as brands
are: text_material). The database is what DATABASE_URL names, without it a SQLite file.

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
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import hamming_material as material
import numpy as np
import text_material

from countermark.matching.screen import TextScreen

HERE = Path(__file__).resolve().parent
CLIENTS, WORKERS, BATCH = 4, 2, 100
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


def titles(protected: Sequence[str], names: Sequence[str], count: int) -> list[str]:
    """Return titles of offers with names nobody protects, of which the words say nothing."""
    dice, frequent = random.Random(7), text_material.wordfreq.top_n_list("en", 5000, wordlist="small")
    screen, kept = TextScreen([text_material.Mark(name) for name in protected]), []
    while len(kept) < count:
        made = [text_material.made_up_title(dice, list(names), frequent) for _ in range(count)]
        kept += [answer.title for answer in screen.titles(made) if not answer.matches]
    return kept[:count]


def listings(rows: Any, titles: Sequence[str], found: float) -> Asked:
    """Return a listing for each title, with a picture nobody knows but for a share of `found`."""
    count = len(titles)
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
def served(application: str, folder: Path, threads: int, *more: str) -> Iterator[int]:
    """A gunicorn with this application; its port. Its log stands beside the database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--chdir", str(HERE), "--worker-class", "gthread", *more]
    command += ["--workers", str(WORKERS), "--threads", str(threads), "--bind", f"127.0.0.1:{port}", "--timeout", "600"]
    command += ["--worker-connections", str(CLIENTS - 1 + threads - 1)]  # never all four to one process, by chance
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
            answered(side, [[side.request(asked[:1], client)] for client in range(CLIENTS)])
            quick = quick + 1 if time.monotonic() - begin < 0.5 else 0
        except OSError:
            time.sleep(0.5)
        if time.monotonic() > end:
            raise SystemExit(f"{side.name} does not answer; see its log")


# --- asking ---------------------------------------------------------------------------------------------------------------


class Client:
    """One connection that asks one request after the other, and keeps what was answered and how long each took."""

    def __init__(self, side: Side, requests: Sequence[bytes]) -> None:
        self.requests, self.bodies, self.taken = iter(requests), list[bytes](), list[float]()
        self.port = side.port
        self.connect()

    def connect(self) -> None:
        self.link, self.is_last = socket.create_connection(("127.0.0.1", self.port), 600), False
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> bool:
        """Send the next request; whether there was one."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.held, self.length, self.begin = b"", -1, time.perf_counter()
        self.link.sendall(request)
        return True

    def read(self) -> bool:
        """Take what has come; whether the answer is whole."""
        if not (piece := self.link.recv(1 << 16)):
            raise ConnectionError("closed before it was answered")
        self.held += piece
        if self.length < 0 and b"\r\n\r\n" in self.held:
            head, _, self.held = self.held.partition(b"\r\n\r\n")
            if b" 200 " not in head[:20]:
                raise SystemExit(f"{head!r} {self.held[:2000]!r}")
            self.is_last = b"connection: close" in head.lower()
            self.length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(self.held) != self.length:
            return False
        self.taken.append(time.perf_counter() - self.begin)
        self.bodies.append(self.held)
        return True


def answered(side: Side, parts: Sequence[Sequence[bytes]]) -> list[Client]:
    """Ask with all clients at once, from one thread: four would take the processors from the servers they ask."""
    clients = [Client(side, part) for part in parts]
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client.link, selectors.EVENT_READ, client)
            client.ask()
        while waiting.get_map():
            for key, _ in waiting.select():
                client = key.data
                if not client.read():
                    continue
                if client.is_last:  # the server does not keep this one
                    waiting.unregister(client.link)
                    client.link.close()
                    client.connect()
                    waiting.register(client.link, selectors.EVENT_READ, client)
                if not client.ask():
                    waiting.unregister(client.link)
                    client.link.close()
    return clients


def looked_at(side: Side, body: bytes, count: int) -> int:
    """Return of how many listings something was found. A request that is answered for other listings ends the bench."""
    items = json.loads(body)["items"]
    assert len(items) == count
    return sum(one["verdict"] != "allow" if side.name == "ours" else bool(one) for one in items)


def race(side: Side, requests: Sequence[Asked], number: int) -> tuple[float, list[float], int]:
    """Ask with all clients at once: listings a second, seconds of each answer, of how many something was found."""
    sent = [side.request(one, number * 1_000_000 + n) for n, one in enumerate(requests)]
    begin = time.perf_counter()
    clients = answered(side, [sent[client::CLIENTS] for client in range(CLIENTS)])
    rate = sum(map(len, requests)) / (time.perf_counter() - begin)
    found = sum(looked_at(side, body, len(requests[0])) for client in clients for body in client.bodies)
    return rate, [each for client in clients for each in client.taken], found


def compared(sides: Sequence[Side], asked: Asked, size: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the medians of interleaved turns with so many listings a request; the first turn is not counted."""
    count = arguments.requests if size == 1 else max(CLIENTS, arguments.requests // 20)
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    taken: list[float] = []
    found = dict.fromkeys(rates, 0)
    for pair in range(arguments.pairs + 1):
        start = pair * count * size
        requests = [[asked[(start + n * size + k) % len(asked)] for k in range(size)] for n in range(count)]
        for side in sides:
            rate, seconds, some = race(side, requests, (size * 100 + pair) * CLIENTS)
            if not pair:
                continue
            rates[side.name].append(rate)
            found[side.name] += some
            taken += seconds if side.name == "ours" else []
    ratio = median(one / other for one, other in zip(rates["ours"], rates["peer"], strict=True))
    cuts = [1000 * cut for cut in quantiles(taken, n=100)]
    share = {f"found by {name}": some / (count * size * arguments.pairs) for name, some in found.items()}
    rated = {name: median(rate) for name, rate in rates.items()}
    return {"ratio": ratio, "p50": cuts[49], "p99": cuts[98], **share, **rated}


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
    asked = listings(rows, titles(names, strangers, 20_000), arguments.found)
    (folder / "asked").write_text(json.dumps(asked[:5000]))
    figures = {"in process": float(apart("alone", folder, arguments))}
    common = "Host: localhost\r\nContent-Type: application/json\r\n"
    ours, peer = "countermark.project.wsgi", "screen_peer"
    threads = arguments.threads
    with served(ours, folder, threads) as port, served(peer, folder, threads, "--preload") as other:
        head = f"POST /api/v1/screen HTTP/1.1\r\n{common}Authorization: Bearer {key}\r\n"
        sides = Side("ours", port, head), Side("peer", other, f"POST /screen HTTP/1.1\r\n{common}")
        for side in sides:
            waits(side, asked)
        for name, size in (("one a request", 1), ("a hundred a request", BATCH)):
            said = compared(sides, asked, size, arguments)
            print(
                f"{name:<20} countermark {said['ours']:>7,.0f} listings/s   Flask + PDQIndex {said['peer']:>6,.0f}   ratio "
                f"{said['ratio']:.2f}   ours p50 {said['p50']:.1f} ms, p99 {said['p99']:.1f} ms; found "
                f"{said['found by ours']:.1%}, peer {said['found by peer']:.1%}",
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
    parser.add_argument("--threads", type=int, default=1)
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
