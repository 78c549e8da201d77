"""50,000 complaints decided by silence, against raw SQL that writes the same rows.

Ours: `complaints.services.sweep` in batches: reads what is due, walks the pack, computes due dates and chains, writes states,
events, statements of reasons and work. Peer: the very same rows, made beforehand, written per batch with one set UPDATE and
executemany (SQLite) or COPY (PostgreSQL), in transactions of the same size. Both on the same tables with the same indexes,
constraints and triggers. After every run the contents are checked. The figure is peer time / our time, the lower of the two
engines; median of interleaved pairs.

    script/bench sweep [--cases 50000] [--pairs 5]
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = 0.4
BATCH = 1000
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
TOLD = datetime(2026, 2, 2, 2, tzinfo=UTC)
SET = """UPDATE complaints_complaint SET state='removed', at=due_at, seq=3, round=2, ask='remove', clock_from=NULL,
 due_at=NULL, escalated={false}, anchor_at=NULL, units=NULL, back='[]', waits_on='seller', awaits_service={true},
 outcome='upheld', outcome_at=due_at, remind_at=NULL,
 head_hash=(SELECT e.hash FROM complaints_complaintevent e WHERE e.complaint_id=complaints_complaint.id AND e.seq=3)
 WHERE id BETWEEN %s AND %s AND state='awaiting_seller' AND seq=2"""


def inside(cases: int, pairs: int) -> float:
    """Measure on the engine of DATABASE_URL; prints its lines, returns the ratio."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "countermark.project.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    desk = Desk(cases)
    gc.collect()
    gc.freeze()  # as the worker does at its start
    times: dict[str, list[float]] = {"ours": [], "raw": []}
    for pair in range(pairs + 1):  # the first pair warms up
        for who in ("ours", "raw") if pair % 2 else ("raw", "ours"):
            desk.reset()
            seconds = desk.ours() if who == "ours" else desk.raw()
            desk.check()
            if pair:
                times[who].append(seconds)
    ours, raw = statistics.median(times["ours"]), statistics.median(times["raw"])
    ratio = statistics.median(r / o for o, r in zip(times["ours"], times["raw"], strict=True))
    print(
        f"{connection.vendor}: ours {cases / ours:,.0f} cases/s ({ours:.2f} s), raw {cases / raw:,.0f} cases/s ({raw:.2f} s)"
    )
    print(f"ratio {ratio:.3f}")
    return ratio


class Desk:
    """The tables, filled with due cases, swept, checked and filled again."""

    def __init__(self, cases: int) -> None:
        from countermark.apps.complaints.models import Notice
        from countermark.apps.listings.models import FrozenCopy, Listing
        from countermark.apps.parties.models import Holder, Marketplace, Seller
        from countermark.apps.work.sealing import seal
        from countermark.core.procedure_loader import load as load_pack

        self.cases = cases
        holder = Holder.objects.create(
            name="Halden & Moe AS", kind="enterprise", location="CN", contact_email="ip@halden.example"
        )
        place = Marketplace.objects.create(
            slug="harbour", name="Harbour", territory="CN", calendar="CN", zone="Asia/Shanghai", packs=["platform"]
        )
        seller = Seller.objects.create(marketplace=place, ref="s1", name="Lantern Lane")
        text = seal(subject="holder:1", text="The mark is on the lamp.")
        Listing.objects.bulk_create(
            [
                Listing(marketplace=place, item_id=str(n), url=f"https://harbour.example/i/{n}", seller=seller)
                for n in range(cases)
            ]
        )
        self.listings = list(Listing.objects.order_by("id").values_list("id", flat=True))
        FrozenCopy.objects.bulk_create(
            [FrozenCopy(listing_id=pk, taken_at=TOLD, digest="0" * 64, source="rest") for pk in self.listings]
        )
        self.copies = list(FrozenCopy.objects.order_by("id").values_list("id", flat=True))
        Notice.objects.bulk_create(
            Notice(number=f"N-2026-{n:06}", holder=holder, filer_role="right_holder", filer_name="H", filer_email="h@h.example",
                   marketplace=place, reason="TM-4", statement=text, pack="platform", pack_version="1",
                   pack_digest=load_pack("platform").digest, submitted_at=TOLD) for n in range(cases // 300 + 1)
        )  # fmt: skip
        self.notices = list(Notice.objects.order_by("id").values_list("id", flat=True))
        self.seller = seller.pk

    def reset(self) -> None:
        """Every case back to awaiting its seller, told on another minute each, due by now; no events of this sweep."""
        import json

        from django.db import connection, transaction

        from countermark.apps.complaints.append_only import install, remove
        from countermark.apps.complaints.intake import FIXED
        from countermark.apps.complaints.services import CASE_FIELDS
        from countermark.apps.work.bulk import instant_writer, put
        from countermark.core.calendar import load
        from countermark.core.complaint import Case, serve
        from countermark.core.procedure_loader import load as load_pack

        when, pack, cn = instant_writer(), load_pack("platform"), {"marketplace": load("CN")}
        rows = []
        for n in range(self.cases):
            told = TOLD + timedelta(seconds=47 * n)
            case = serve(pack, Case("awaiting_seller", told, 1, 1, zone="Asia/Shanghai"), at=told, calendars=cn).new
            fixed = (f"CM-{n:08}", self.notices[n // 300], n % 300 + 1, self.listings[n], self.seller, self.copies[n],
                     "platform", "CN", "Asia/Shanghai", case.timing, when(TOLD), 1, None)  # fmt: skip
            rows.append((*fixed, "awaiting_seller", when(case.at), 2, 1, "nothing", when(case.clock_from), when(case.due_at),
                         False, None, None, json.dumps([]), "seller", False, "", None, n.to_bytes(32, "big"), None))  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in remove(connection.vendor):
                cursor.execute(statement)
            for table in (
                "work_job",
                "complaints_statementofreasons",
                "complaints_complaintevent",
                "complaints_complaint",
            ):
                cursor.execute(f"DELETE FROM {table}")
            for statement in install(connection.vendor):
                cursor.execute(statement, None)
            put("complaints_complaint", (*FIXED, *CASE_FIELDS), rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("VACUUM ANALYZE")
            else:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def ours(self) -> float:
        from countermark.apps.complaints.services import sweep

        started = time.perf_counter()
        while sweep(now=NOW, limit=BATCH):
            pass
        return time.perf_counter() - started

    def raw(self) -> float:
        """The same rows, made before the watch starts."""
        from django.db import connection, transaction

        from countermark.apps.complaints import services
        from countermark.apps.complaints.held import glance
        from countermark.apps.complaints.models import Complaint
        from countermark.apps.work.bulk import instant_writer, put

        ids = list(Complaint.objects.order_by("id").values_list("id", flat=True))
        recorded = datetime.now(UTC)
        at, work = instant_writer()(recorded), set()
        made = []
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            steps = [step for held in glance(part) for step in services.silence(held, NOW)]
            _, events, statements = services._links(steps, recorded)
            jobs = [(k, key, "{}", at, 0, "", "", "") for k, key, _ in services._work(steps) if (k, key) not in work]
            jobs = list(dict.fromkeys(jobs))
            work.update((job[0], job[1]) for job in jobs)
            made.append((part[0], part[-1], events, statements, jobs))
        columns = ("kind", "key", "payload", "run_at", "attempts", "leased_by", "last_error", "progress")
        words = ("false", "true") if connection.vendor == "postgresql" else ("0", "1")
        update = SET.format(false=words[0], true=words[1])
        started = time.perf_counter()
        for first, last, events, statements, jobs in made:
            with transaction.atomic(), connection.cursor() as cursor:
                put("complaints_complaintevent", services.EVENT_FIELDS, events)
                put("complaints_statementofreasons", services.STATEMENT_FIELDS, statements)
                put("work_job", columns, jobs)
                cursor.execute(update, [first, last])
        return time.perf_counter() - started

    def check(self) -> None:
        """Every case removed at its own instant, with its event, its chain, its statement and its work."""
        from django.db.models import F

        from countermark.apps.complaints.models import Complaint, ComplaintEvent, StatementOfReasons
        from countermark.apps.work.models import Job
        from countermark.core import chain

        done = Complaint.objects.filter(
            state="removed", seq=3, round=2, ask="remove", awaits_service=True, outcome_at=F("at")
        )
        assert done.count() == self.cases, f"{done.count()} of {self.cases} cases were decided"
        events = ComplaintEvent.objects.filter(
            seq=3, event="due", at=F("complaint__at"), hash=F("complaint__head_hash")
        )
        assert events.count() == self.cases
        assert StatementOfReasons.objects.filter(seq=3, restriction="remove", cause="due").count() == self.cases
        assert Job.objects.filter(kind="enforce").count() == self.cases
        assert Job.objects.filter(kind="tell").count() == len({n // 300 for n in range(self.cases)})
        for event in ComplaintEvent.objects.select_related("complaint").order_by("id")[:: max(self.cases // 100, 1)]:
            head = int(event.complaint.number.removeprefix("CM-")).to_bytes(32, "big")
            assert chain.event_hash(head, event.payload.encode()) == bytes(event.hash)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options.cases, options.pairs)
        return 0
    again = [sys.executable, __file__, "--inside", "--cases", str(options.cases), "--pairs", str(options.pairs)]
    ratios = []
    with tempfile.TemporaryDirectory() as home:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {
            "COUNTERMARK_HOME": home
        }
        for command in (again, [str(ROOT / "script" / "with-postgres"), "--durable", *again]):
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            print(done.stdout, end="", flush=True)
            ratios.append(float(done.stdout.rsplit("ratio ", 1)[1]))
    print(f"sweep: {min(ratios):.2f} (target >= {TARGET})")
    return 0 if min(ratios) >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
