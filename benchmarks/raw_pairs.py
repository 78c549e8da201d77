"""What do our writers cost beside raw SQL that writes the same rows, on both engines, and how much memory do they take?

A bench brings a desk, which knows what is filled in and what must stand there afterwards; here it is run, interleaved with the
peer, in processes of their own. The figure is peer time / our time, the lower of the two engines; median of the pairs.
"""

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Row = tuple[Any, ...]


class Desk(ABC):
    """The tables, filled by us or by the peer, checked and emptied again."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.columns: dict[str, list[str]] = {}

    @abstractmethod
    def empty(self) -> None:
        """Nothing was done yet."""

    @abstractmethod
    def ours(self) -> float:
        """Do it as the product does; returns the seconds."""

    @abstractmethod
    def raw(self) -> float:
        """Write the rows of `read_back`, made before the watch starts; returns the seconds."""

    @abstractmethod
    def read_back(self) -> None:
        """Keep the rows of our run for the peer."""

    @abstractmethod
    def check(self) -> None:
        """What stands in the tables is what was brought in."""

    def check_as_before(self) -> None:
        """The peer's rows are ours."""
        for table, rows in self.rows.items():
            assert self.all_of(table) == rows, f"the peer wrote other rows into {table}"

    def put(self, table: str, rows: list[Row]) -> None:
        """Write rows of `all_of` as they stand."""
        from countermark.apps.work.bulk import put

        put(table, [f'"{name}"' for name in self.columns[table]], rows)

    def all_of(self, table: str) -> list[Row]:
        """Every row as the driver writes it: instants and JSON as the engine keeps them."""
        from django.db import connection

        from countermark.apps.work.bulk import instant_writer

        when = instant_writer()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            self.columns[table] = [column[0] for column in cursor.description]
            return [tuple(_kept(value, when) for value in row) for row in cursor.fetchall()]


def _kept(value: Any, when: Any) -> Any:
    """SQLite's driver reads instants as naive UTC, days as text is written."""
    if isinstance(value, datetime):
        return when(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value.isoformat() if isinstance(value, date) else value


def emptied(tables: Sequence[str]) -> None:
    """Take every row out of these tables, which follow those that refer to them; they are then as a new installation has them.

    PostgreSQL: a table that was vacuumed while it was empty is believed to stay small, and whoever planned a foreign key's check
    then reads it from end to end, with every row, until the next ANALYZE, a minute later. A new table is not believed so.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def tidy() -> None:
    """SQLite has put away what was deleted, outside any transaction."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True)
class Bench:
    """What is measured, and what it has to reach."""

    name: str  # script/bench NAME
    file: str
    about: str
    option: str  # how many of them: --OPTION
    usual: int
    unit: str  # what they are called in the lines that are printed
    begun: Callable[[int], Desk]  # makes Django ready and a desk for so many
    target: float  # peer time / our time
    most_mb: int

    def main(self) -> int:
        """Measure as the command line says; returns the exit status."""
        options = self._options()
        count: int = getattr(options, self.option)
        if options.inside:
            inside(self, count, options.pairs) if options.inside == "ratio" else memory(self, count)
            return 0
        again = [sys.executable, self.file, f"--{self.option}", str(count), "--pairs", str(options.pairs), "--inside"]
        servers: tuple[list[str], ...] = ([], [str(ROOT / "script" / "with-postgres"), "--durable"])
        found = [
            (_figure([*at, *again, "ratio"], "ratio "), _figure([*at, *again, "memory"], "peak ")) for at in servers
        ]
        ratio, peak = min(ratio for ratio, _ in found), max(peak for _, peak in found)
        said = f"{self.name}: {ratio:.2f} (target >= {self.target})"
        print(f"{said}, peak memory {peak:.0f} MB (target <= {self.most_mb} MB)")
        return 0 if ratio >= self.target and peak <= self.most_mb else 1

    def _options(self) -> argparse.Namespace:
        parser = argparse.ArgumentParser(description=self.about, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument(f"--{self.option}", type=int, default=self.usual)
        parser.add_argument("--pairs", type=int, default=5)
        parser.add_argument("--inside", choices=("ratio", "memory"), help=argparse.SUPPRESS)
        return parser.parse_args()


def inside(bench: Bench, count: int, pairs: int) -> None:
    """Measure on the engine of DATABASE_URL; prints its lines."""
    desk = _begun(bench, count)
    from django.db import connection

    times: dict[str, list[float]] = {"ours": [], "raw": []}
    for pair in range(pairs + 1):  # the first pair warms up
        for who, seconds in _pair(desk).items():
            if pair:
                times[who].append(seconds)
    ours, raw = (statistics.median(times[who]) for who in ("ours", "raw"))
    ratio = statistics.median(r / o for o, r in zip(times["ours"], times["raw"], strict=True))
    told = f"ours {count / ours:,.0f} {bench.unit}/s ({ours:.2f} s), raw {count / raw:,.0f} ({raw:.2f} s)"
    print(f"{connection.vendor}: {told}\nratio {ratio:.3f}")


def _pair(desk: Desk) -> dict[str, float]:
    """One run of ours, and one of the peer with the rows of that run; seconds of each."""
    desk.empty()
    ours = desk.ours()
    desk.check()
    desk.read_back()
    desk.empty()
    raw = desk.raw()
    desk.check()
    desk.check_as_before()
    return {"ours": ours, "raw": raw}


def memory(bench: Bench, count: int) -> None:
    """Do it once in this process; prints the peak of its memory."""
    desk = _begun(bench, count)
    before = _peak_mb()
    desk.empty()
    desk.ours()
    print(f"peak {_peak_mb():.0f} MB, {before:.0f} MB before")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _begun(bench: Bench, count: int) -> Desk:
    os.environ["DJANGO_SETTINGS_MODULE"] = "countermark.project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    desk = bench.begun(count)
    gc.collect()
    gc.freeze()  # as a process that serves does at its start
    return desk


def _figure(command: list[str], after: str) -> float:
    """Run it with a home of its own, show what it prints, and return the number that stands after this word."""
    with tempfile.TemporaryDirectory() as home:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        done = subprocess.run(
            command, env=environment | {"COUNTERMARK_HOME": home}, check=True, stdout=subprocess.PIPE, text=True
        )
    print(done.stdout, end="", flush=True)
    return float(done.stdout.rsplit(after, 1)[1].split()[0])
