"""10,000 rights from a sheet of Excel, validated and stored, against reading the sheet and raw SQL that writes the same rows.

Ours: what the page does. The file is looked over (bombs, far cells, formulas), every cell read, every row held against what its
kind of right asks, against the other rows and against what the holder has, and kept with its verdict; then the job stores
the rights, each with its first event, in batches. Peer: python-calamine reads the same sheet, and the very same rows of the very
same tables, read back after our last run, are written with executemany (SQLite) or COPY (PostgreSQL), each table in one
transaction. Both on the same tables with the same indexes and constraints. After every run the contents are checked, after
the peer's they are compared row by row. The figure is peer time / our time, the lower of the two engines; median of
interleaved pairs. The memory is the peak of a process that imports them all and nothing else.

    script/bench import [--rights 10000] [--pairs 5]
"""

import argparse
import gc
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET, MOST_MB = 0.3, 250
NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)
TABLES = ("portfolio_rightimport", "portfolio_rightimportrow", "rights_right", "rights_rightevent")
KINDS = (  # the answers that differ by kind; the portfolio of a brand with products of its own
    {"kind": "trademark", "office": "CN", "mark_type": "word", "renewed": "no", "assigned": "no", "changed": "no"},
    {"kind": "trademark", "office": "US", "mark_type": "combined", "renewed": "yes", "assigned": "no", "changed": "no"},
    {
        "kind": "trademark",
        "office": "EM",
        "mark_type": "figurative",
        "renewed": "no",
        "assigned": "yes",
        "changed": "no",
    },
    {"kind": "design", "office": "GB", "filed_on": date(2021, 4, 1)},
    {"kind": "copyright", "registered": "no", "work_kind": "picture", "author": "Ines Moe"},
)


def row_of(n: int) -> dict[str, Any]:
    """The n-th right."""
    said = dict(KINDS[n % len(KINDS)], name=f"FJELL {n}", owner=f"Halden & Moe {n % 40} AS")
    numbers = {"CN": f"{30_000_000 + n}", "US": f"{2_000_000 + n}", "EM": f"{10_000_000 + n:09}", "GB": f"60{n:05}"}
    if number := numbers.get(said.get("office", "")):
        said |= {"number": number, "expires_on": date(2030 + n % 9, 1 + n % 12, 1 + n % 28)}
    if said["kind"] == "trademark":
        said |= {"classes": f"{1 + n % 20}, {25 + n % 20}", "brand": f"Fjell {n % 12}"}
    return said


def inside(rights: int, pairs: int) -> None:
    """Measure on the engine of DATABASE_URL; prints its lines."""
    desk = begun(rights)
    from django.db import connection

    times: dict[str, list[float]] = {"ours": [], "raw": []}
    for pair in range(pairs + 1):  # the first pair warms up
        for who in ("ours", "raw"):  # the rows of the peer are those of the run before it
            desk.empty()
            seconds = desk.ours() if who == "ours" else desk.raw()
            desk.check(as_before=who == "raw")
            if who == "ours":
                desk.read_back()
            if pair:
                times[who].append(seconds)
    ours, raw = statistics.median(times["ours"]), statistics.median(times["raw"])
    ratio = statistics.median(r / o for o, r in zip(times["ours"], times["raw"], strict=True))
    print(
        f"{connection.vendor}: ours {rights / ours:,.0f} rights/s ({ours:.2f} s), raw {rights / raw:,.0f} ({raw:.2f} s)"
    )
    print(f"ratio {ratio:.3f}")


def memory(rights: int) -> None:
    """Import them all once in this process; prints the peak of its memory."""
    desk = begun(rights)
    before = peak_mb()
    desk.ours()
    print(f"peak {peak_mb():.0f} MB, {before:.0f} MB before the file was read")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def begun(rights: int) -> "Desk":
    os.environ["DJANGO_SETTINGS_MODULE"] = "countermark.project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    desk = Desk(rights)
    gc.collect()
    gc.freeze()  # as a process that serves does at its start
    return desk


class Desk:
    """The tables, filled by importing, checked and emptied again."""

    def __init__(self, rights: int) -> None:
        from countermark.apps.parties.models import Holder

        self.rights = rights
        self.holder = Holder.objects.create(
            name="Halden & Moe AS", kind="enterprise", location="other", contact_email="ip@halden-moe.example",
            address="Kai 4, Bergen", phone="+47 55 00 00 00", verified_at=NOW,
        )  # fmt: skip
        self.file = a_sheet(rights)
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.columns: dict[str, list[str]] = {}

    def empty(self) -> None:
        """Nothing brought in."""
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            for table in ("work_job", *reversed(TABLES)):
                cursor.execute(f"DELETE FROM {table}")
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("VACUUM ANALYZE")
            else:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def ours(self) -> float:
        """Read, judge, store: from the bytes of the file to the last right."""
        from countermark.apps.portfolio import running, staging
        from countermark.entrypoints.intake.files import read_file

        started = time.perf_counter()
        file = read_file("portfolio.xlsx", self.file)
        source = staging.stage(holder=self.holder, by=None, file=file, at=NOW)
        running.start(source=source, at=NOW, now=NOW)
        running.run(source.pk, at=NOW)
        return time.perf_counter() - started

    def raw(self) -> float:
        """The sheet read, and the same rows, made before the watch starts."""
        import python_calamine
        from django.db import transaction

        from countermark.apps.work.bulk import put

        started = time.perf_counter()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.file))
        read = book.get_sheet_by_index(0).to_python()
        for table in TABLES:
            with transaction.atomic():
                put(table, self.columns[table], self.rows[table])
        seconds = time.perf_counter() - started
        assert len(read) == self.rights + 1
        return seconds

    def read_back(self) -> None:
        """The rows of our run."""
        self.rows = {table: self._all(table) for table in TABLES}

    def _all(self, table: str) -> list[tuple[Any, ...]]:
        """Every row as the driver writes it: instants and JSON as the engine keeps them."""
        from django.db import connection

        from countermark.apps.work.bulk import instant_writer

        when = instant_writer()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            self.columns[table] = [f'"{column[0]}"' for column in cursor.description]
            return [tuple(_kept(value, when) for value in row) for row in cursor.fetchall()]

    def check(self, *, as_before: bool) -> None:
        """Every row of the sheet is a right with its event, and says what the sheet says; the peer's rows are ours."""
        from countermark.apps.portfolio.models import RightImport, RightImportRow
        from countermark.apps.rights.models import Right, RightEvent

        source = RightImport.objects.get(state="done")
        assert (source.counts, source.stored) == ({"new": self.rights}, self.rights), source.counts
        assert RightImportRow.objects.filter(source=source, verdict="new").count() == self.rights
        assert Right.objects.filter(holder=self.holder, state="draft").count() == self.rights
        assert RightEvent.objects.filter(event="imported").values("right").distinct().count() == self.rights
        for n, right in enumerate(Right.objects.order_by("pk").iterator()):
            said = row_of(n)
            assert (right.name, right.kind, right.owner_name) == (said["name"], said["kind"], said["owner"])
            assert right.fields.get("number", "") == said.get("number", "") and right.expires_on == said.get(
                "expires_on"
            )
        if as_before:
            for table, rows in self.rows.items():
                assert self._all(table) == rows, f"the peer wrote other rows into {table}"


def a_sheet(rights: int) -> bytes:
    """The portfolio as Excel keeps it."""
    from countermark.entrypoints.intake.template import headings
    from countermark.entrypoints.intake.workbook import xlsx

    head = headings(is_agent=False)
    return xlsx([("Rights", [head, *([row_of(n).get(name, "") for name in head] for n in range(rights))])])


def _kept(value: Any, when: Any) -> Any:
    """SQLite's driver reads instants as naive UTC, days as text is written."""
    if isinstance(value, datetime):
        return when(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value.isoformat() if isinstance(value, date) else value


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rights", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--inside", choices=("ratio", "memory"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options.rights, options.pairs) if options.inside == "ratio" else memory(options.rights)
        return 0
    again = [sys.executable, __file__, "--rights", str(options.rights), "--pairs", str(options.pairs), "--inside"]
    ratios, peaks = [], []
    for server in ([], [str(ROOT / "script" / "with-postgres"), "--durable"]):
        ratios.append(figure([*server, *again, "ratio"], "ratio "))
        peaks.append(figure([*server, *again, "memory"], "peak "))
    print(f"import: {min(ratios):.2f} (target >= {TARGET}), peak memory {max(peaks):.0f} MB (target <= {MOST_MB} MB)")
    return 0 if min(ratios) >= TARGET and max(peaks) <= MOST_MB else 1


def figure(command: list[str], after: str) -> float:
    """Run it with a home of its own, show what it prints, and return the number that stands after this word."""
    with tempfile.TemporaryDirectory() as home:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        done = subprocess.run(
            command, env=environment | {"COUNTERMARK_HOME": home}, check=True, stdout=subprocess.PIPE, text=True
        )
    print(done.stdout, end="", flush=True)
    return float(done.stdout.rsplit(after, 1)[1].split()[0])


if __name__ == "__main__":
    sys.exit(main())
