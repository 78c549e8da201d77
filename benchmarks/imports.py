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

import io
import sys
import time
from datetime import UTC, date, datetime
from typing import Any

from raw_pairs import Bench, Desk, emptied, tidy

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


class Portfolio(Desk):
    """The tables, filled by importing, checked and emptied again."""

    def __init__(self, rights: int) -> None:
        from countermark.apps.parties.models import Holder

        super().__init__()
        self.rights = rights
        self.holder = Holder.objects.create(
            name="Halden & Moe AS", kind="enterprise", location="other", contact_email="ip@halden-moe.example",
            address="Kai 4, Bergen", phone="+47 55 00 00 00", verified_at=NOW,
        )  # fmt: skip
        self.file = a_sheet(rights)

    def empty(self) -> None:
        """Nothing brought in."""
        from django.db import transaction

        with transaction.atomic():
            emptied(("work_job", *reversed(TABLES)))
        tidy()

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

        started = time.perf_counter()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.file))
        read = book.get_sheet_by_index(0).to_python()
        for table in TABLES:
            with transaction.atomic():
                self.put(table, self.rows[table])
        seconds = time.perf_counter() - started
        assert len(read) == self.rights + 1
        return seconds

    def read_back(self) -> None:
        """The rows of our run."""
        self.rows = {table: self.all_of(table) for table in TABLES}

    def check(self) -> None:
        """Every row of the sheet is a right with its event, and says what the sheet says."""
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


def a_sheet(rights: int) -> bytes:
    """The portfolio as Excel keeps it."""
    from countermark.entrypoints.intake.template import headings
    from countermark.entrypoints.intake.workbook import xlsx

    head = headings(is_agent=False)
    return xlsx([("Rights", [head, *([row_of(n).get(name, "") for name in head] for n in range(rights))])])


BENCH = Bench("import", __file__, __doc__, "rights", 10_000, "rights", Portfolio, target=0.3, most_mb=250)

if __name__ == "__main__":
    sys.exit(BENCH.main())
