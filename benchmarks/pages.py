"""Lists and case pages of every role, against plain Django pages of the same query shape in the same process.

Two servers of one process and eight threads each, on a database with few complaints and on one with many, are asked over HTTP
by eight connections, signed in: our page, the plain one (`plain_pages.py`), ours with few, in turn. Every answer is looked at.
The figures, each for the worst page: our median / the plain one's (many complaints), our median with many / with few, our 99th
percentile / our median, and how many statements a page sends. Both engines.

    script/bench pages [--cases 100000] [--few 1000] [--pairs 5] [--requests 4] [--only list]
"""

import argparse
import base64
import http.client
import json
import logging
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CONNECTIONS = 8
TARGETS = {"against plain": 2.5, "many against few": 1.3, "p99 / median": 4.0, "statements": 12.0}
ROLES = ("holder", "seller", "reviewer", "operator")


# --- one database ---------------------------------------------------------------------------------------------------------


def prepare(count: int) -> None:
    """Fill the database of the environment and write down who signs in, the addresses, and the statements of each page."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "countermark.project.settings"
    import django

    django.setup()
    logging.disable(logging.INFO)
    import stored_cases
    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from countermark.entrypoints.cli.server import prepare as migrated

    migrated()
    with transaction.atomic():
        people = stored_cases.fill(count, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    own = {"seller__people": people.mei}
    pages = {
        "holder": (people.ines, "holder:cases", "holder:case", ("countered", {"notice__holder_id": people.holder})),
        "seller": (people.mei, "seller:home", "seller:case", ("removed", own)),
        "reviewer": (people.rana, "reviewer:queue", "reviewer:case", ("deciding", {})),
        "operator": (people.tomas, "operator:cases", "operator:case", ("removed", {})),
    }
    said: dict[str, Any] = {"pages": [], "statements": {}, "holders": [people.holder], "sellers": [people.shop]}
    for role, (who, listed, one, (state, whose)) in pages.items():
        number = stored_cases.a_case(state, **whose)
        client = Client(SERVER_NAME="localhost")
        client.force_login(who)
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        for what, ours, plain in (
            ("list", reverse(listed), f"/{role}/list/"),
            ("case", reverse(one, args=[number]), f"/{role}/case/{number}/"),
        ):
            client.get(ours)  # the first look may count as being told, or take the case
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(ours)
            assert answer.status_code == 200, f"{ours} answers {answer.status_code}"
            sent = [one["sql"] for one in seen if one["sql"].startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]
            said["statements"][plain] = _others(sent, what)
            said["pages"].append(
                {"role": role, "what": what, "ours": ours, "plain": f"/plain{plain}", "cookie": cookie, "number": number,
                 "sent": len(sent)}
            )  # fmt: skip
    connection.close()
    (Path(settings.HOME) / "prepared.json").write_text(json.dumps(said))


def _others(sent: list[str], what: str) -> list[str]:
    """The statements but those the plain page makes itself: session and person, its cases, and the events of a case."""
    reads = [sql for sql in sent if sql.startswith("SELECT")][2:]
    cases = [sql for sql in reads if sql.startswith('SELECT "complaints_complaint"."id"')]
    main = next(sql for sql in cases if "listings_listing" in sql and "parties_marketplace" in sql)
    reads.remove(main)
    if what == "case":
        reads.remove(next(sql for sql in reads if '"complaints_complaintevent"."payload"' in sql and "ORDER BY" in sql))
    return reads


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """A server of one process and eight threads on this database; its port. It writes its log beside the database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "plain_pages:application",
        "--chdir",
        str(HERE),
        "--worker-class",
        "gthread",
    ]
    command += ["--threads", str(CONNECTIONS), "--workers", "1", "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    with (Path(environment["COUNTERMARK_HOME"]) / "server.log").open("w") as told:
        process = subprocess.Popen(
            [*command, "--keep-alive", "60"], env=environment | {"SERVES_PLAIN_PAGES": "1"}, stderr=told
        )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


# --- asking ---------------------------------------------------------------------------------------------------------------


def asked(port: int, page: dict[str, Any], which: str, requests: int) -> list[float]:
    """Seconds of each answer, eight connections at once, each asking so many times; every answer is looked at."""

    def one() -> list[float]:
        link, taken = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
        for _ in range(requests):
            started = time.perf_counter()
            link.request("GET", page[which], headers={"Cookie": page["cookie"], "Host": "localhost"})
            answer = link.getresponse()
            body = answer.read().decode()
            taken.append(time.perf_counter() - started)
            assert answer.status == 200, f"{page[which]} answers {answer.status}"
            numbers = set(re.findall(r"CM-\d{4}-\d{6}-\d+", body))
            assert len(numbers) >= 50 if page["what"] == "list" else page["number"] in numbers, (
                f"{page[which]}: other cases"
            )
        link.close()
        return taken

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return [seconds for found in [pool.submit(one) for _ in range(CONNECTIONS)] for seconds in found.result()]


def measured(engine: str, homes: dict[str, dict[str, str]], options: argparse.Namespace) -> dict[str, float]:
    """The worst figure of all pages, for each promise."""
    with ExitStack() as stack:
        ports = {size: stack.enter_context(served(environment)) for size, environment in homes.items()}
        pages = {
            size: json.loads((Path(e["COUNTERMARK_HOME"]) / "prepared.json").read_text()) for size, e in homes.items()
        }
        worst = dict.fromkeys(TARGETS, 0.0)
        for n, page in enumerate(pages["many"]["pages"]):
            if options.only not in ("", page["what"]):
                continue
            times: dict[tuple[str, str], list[float]] = {}
            for pair in range(options.pairs + 1):  # the first warms up
                for size, which in (("many", "ours"), ("many", "plain"), ("few", "ours")):
                    taken = asked(ports[size], pages[size]["pages"][n], which, options.requests)
                    times.setdefault((size, which), []).extend(taken if pair else ())
            found = _figures(times, max(pages[size]["pages"][n]["sent"] for size in pages))
            worst = {name: max(worst[name], found[name]) for name in worst}
            many, plain = (1000 * statistics.median(times["many", which]) for which in ("ours", "plain"))
            told = ", ".join(f"{name} {value:.2f}".replace(".00", "") for name, value in found.items())
            print(
                f"{engine} {page['role']} {page['what']}: ours {many:.0f} ms, plain {plain:.0f} ms; {told}", flush=True
            )
    return worst


def _figures(times: dict[tuple[str, str], list[float]], sent: int) -> dict[str, float]:
    median = {key: statistics.median(taken) for key, taken in times.items()}
    ours = sorted(times["many", "ours"])
    return {
        "against plain": median["many", "ours"] / median["many", "plain"],
        "many against few": median["many", "ours"] / median["few", "ours"],
        "p99 / median": ours[int(len(ours) * 0.99)] / median["many", "ours"],
        "statements": float(sent),
    }


# --- both engines ---------------------------------------------------------------------------------------------------------


def inside(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Measure on the engine of DATABASE_URL."""
    url = os.environ.get("DATABASE_URL", "")
    same = base64.b64encode(bytes(32)).decode()  # in every process of this bench
    keys = {"SECRET_KEY": same * 2, "SEALING_KEY": same, "LOG_SIGNING_KEY": same}
    homes = {}
    for size, count in (("few", options.few), ("many", options.cases)):
        homes[size] = os.environ | keys | {"COUNTERMARK_HOME": str(folder / size)}
        if url:
            homes[size]["DATABASE_URL"] = _database(url, size)
        command = [sys.executable, __file__, "--inside", "prepare", "--cases", str(count)]
        subprocess.run(command, env=homes[size], check=True)
    return measured("postgresql" if url else "sqlite", homes, options)


def _database(url: str, name: str) -> str:
    """A database of its own on the same server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    return re.sub(r"/countermark(?=\?|$)", f"/{name}", url)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4, help="of each connection, each time")
    parser.add_argument("--only", default="", choices=("", "list", "case"), help="one kind of page")
    parser.add_argument("--inside", choices=("prepare", "measure"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside == "prepare":
        prepare(options.cases)
        return 0
    if options.inside:
        with tempfile.TemporaryDirectory() as folder:
            print("worst " + json.dumps(inside(options, Path(folder))))
        return 0
    again = [sys.executable, __file__, "--inside", "measure"]
    again += [f"--{name}={getattr(options, name)}" for name in ("cases", "few", "pairs", "requests", "only")]
    worst = dict.fromkeys(TARGETS, 0.0)
    for server in ([], [str(ROOT / "script" / "with-postgres"), "--durable"]):
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        with subprocess.Popen([*server, *again], env=environment, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            for line in run.stdout:
                if line.startswith("worst "):
                    worst = {name: max(worst[name], value) for name, value in json.loads(line[6:]).items()}
                else:
                    print(line, end="", flush=True)
        assert run.returncode == 0, f"the run ended with {run.returncode}"
    print("pages: " + ", ".join(f"{name} {worst[name]:.2f} (target <= {most:g})" for name, most in TARGETS.items()))
    return 0 if all(worst[name] <= most for name, most in TARGETS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
