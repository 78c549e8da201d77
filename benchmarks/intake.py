"""10,000 listings filed in notices of 300, against raw SQL that writes the same rows.

Ours: what every door does. 300 links are read, the log is asked whether they are under complaint already, the marketplace is
asked about each (one in this process; its pictures are known by their hash), what it shows is frozen, the notice is checked,
and cases, first events, chain and work are written. Peer: the very same rows of the very same tables, read back after our
last run, written in as many transactions with executemany (SQLite) or COPY (PostgreSQL). Both on the same tables with the same
indexes, constraints and triggers. After every run the contents are checked, after the peer's they are compared row by row. The
figure is peer time / our time, the lower of the two engines; median of interleaved pairs. The memory is the peak of a process
that files them all and nothing else.

    script/bench intake [--cases 10000] [--pairs 5]
"""

import hashlib
import io
import sys
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from raw_pairs import Bench, Desk, emptied, tidy

LINES = 300  # a notice
PRODUCTS, SELLERS = 60, 400  # pictures that are known, shops that offer them
NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)
PATTERNS = """
id = "harbour"
name = "Harbour Market"
source = "The shop of this bench."
[domains]
"harbour.example" = "harbour.example"
[canonical]
listing = "https://{host}/i/{item}"
[[listing]]
path = 'i/(?P<item>[0-9]{4,12})'
[[good]]
paste = "https://harbour.example/i/40655"
item_id = "40655"
[[bad]]
paste = "https://harbour.example/help"
code = "no_item_id"
"""
SAID = "The base of the lamp carries our wordmark, see photo 1. We have licensed nobody for lamps here."
# in the order they can be written and, reversed, emptied
SEEN = ("parties_seller", "listings_listing", "listings_frozencopy")  # first transaction: what the marketplace shows
FILED = (  # second transaction: the notice and its cases
    *("work_sealedtext", "complaints_notice", "complaints_noticefile"),
    *("complaints_complaint", "complaints_complaintevent", "complaints_statementofreasons", "work_job"),
)


class Shop:
    """A marketplace in this process: answers about any item at once, each of PRODUCTS pictures offered by many shops."""

    def __init__(self) -> None:
        from PIL import Image

        self.pictures = []
        for n in range(PRODUCTS):
            file = io.BytesIO()
            Image.new("RGB", (64, 64), (4 * n, 200 - 3 * n, 90)).save(file, "PNG")
            self.pictures.append((file.getvalue(), hashlib.sha256(file.getvalue()).hexdigest()))

    @cache  # noqa: B019 - one shop, and what it answers is not what is measured
    def resolve(self, item: Any, *, at: datetime) -> Any:
        from countermark.connectors.marketplace import Image, ListingSnapshot, ListingState, Price, SellerInfo

        n = int(item.item_id)
        content, digest = self.pictures[n % PRODUCTS]
        seller = n // 6 % SELLERS  # a shop offers several
        return ListingSnapshot(
            item_id=item.item_id,
            url=item.url,
            title=f"Nordic mushroom lamp, dimmable, for the bedside table, model {n % PRODUCTS}, lot {n}",
            text=f"A quiet light, E27, 40 W. Ships from the warehouse within {n % 9 + 1} days. " * 5,
            price=Price(f"{19 + n % 60}.90", "CNY"),
            images=(Image(f"https://harbour.example/p/{n % PRODUCTS}.png", content, digest),),
            seller=SellerInfo(f"s{seller}", f"Lantern Lane {seller}", f"shop{seller}@lantern.example", "zh-Hans"),
            state=ListingState.UP,
            fetched_at=at,
        )


_shop: list[Shop] = []


def connected(kind: str, base_url: str, secret_name: str) -> Shop:
    """What stands at the port."""
    if not _shop:
        _shop.append(Shop())
    return _shop[0]


class Filing(Desk):
    """The tables, filled by filing, checked and emptied again."""

    def __init__(self, cases: int) -> None:
        from django.conf import settings

        from countermark.apps.parties.models import Holder, Marketplace
        from countermark.apps.rights.models import Right
        from countermark.apps.work import files
        from countermark.apps.work.sealing import seal

        super().__init__()
        settings.MARKETPLACE_FACTORY = "__main__.connected"
        self.cases = cases
        self.holder = Holder.objects.create(
            name="Halden & Moe AS", kind="enterprise", location="other", contact_email="ip@halden-moe.example",
            address="Kai 4, Bergen", phone="+47 55 00 00 00", verified_at=NOW,
        )  # fmt: skip
        self.place = Marketplace.objects.create(
            slug="harbour", name="Harbour Market", territory="*", calendar="CN", zone="Asia/Shanghai", packs=["platform"],
            connector="rest", base_url="https://harbour.example", patterns=PATTERNS,
        )  # fmt: skip
        self.right = Right.objects.create(
            holder=self.holder, kind="trademark", state="approved", name="HALDEN & MOE", office="CN", territory="*",
            number="41902337", owner_name=self.holder.name, expires_on=date(2036, 7, 30), classes=[11], created_at=NOW,
        )  # fmt: skip
        known = [
            files.keep(content=content, name="p.png", by=None, at=NOW) for content, _ in connected("", "", "").pictures
        ]
        self.photo = known[0]
        seal(subject=f"holder:{self.holder.pk}", text="The key is made with the first text.")
        self.pasted = [
            "\n".join(f"https://harbour.example/i/{400_000 + n}?utm_source=mail" for n in part)
            for part in (range(first, min(first + LINES, cases)) for first in range(0, cases, LINES))
        ]
        self.notices: list[dict[str, list[tuple[Any, ...]]]] = []

    def empty(self) -> None:
        """Nothing filed, nothing seen."""
        from django.db import connection, transaction

        from countermark.apps.complaints.append_only import install, remove

        with transaction.atomic(), connection.cursor() as cursor:
            for statement in remove(connection.vendor):
                cursor.execute(statement)
            emptied((*reversed(FILED), *reversed(SEEN)))
            for statement in install(connection.vendor):
                cursor.execute(statement, None)
        tidy()

    def ours(self) -> float:
        """Paste, check, send: one notice after the other."""
        from countermark.apps.complaints import drafts
        from countermark.apps.complaints.intake import Attached
        from countermark.apps.complaints.pasted import read_pasted

        started = time.perf_counter()
        for n, text in enumerate(self.pasted):
            lines = read_pasted(
                text, marketplace=self.place, mode="listing", right_id=self.right.pk, holder_id=self.holder.pk, at=NOW
            )
            proposal = drafts.Proposal(
                holder=self.holder, person=None, marketplace=self.place, pack="platform", right=self.right,
                reason="TM-4", statement=SAID, lines=lines, files=[Attached(self.photo, "photo")],
                declarations=frozenset(["good_faith", "truth", "accuracy_perjury"]), signature="Ines Moe",
            )  # fmt: skip
            drafts.send(proposal, at=NOW, key=f"bench-{n}")
        return time.perf_counter() - started

    def raw(self) -> float:
        """The same rows, made before the watch starts."""
        from django.db import transaction

        started = time.perf_counter()
        for notice in self.notices:
            for tables in (SEEN, FILED):
                with transaction.atomic():
                    for table in tables:
                        if notice[table]:
                            self.put(table, notice[table])
        return time.perf_counter() - started

    def read_back(self) -> None:
        """The rows of our run, all and by notice."""
        self.rows = {table: self.all_of(table) for table in (*SEEN, *FILED)}
        place = {table: self.columns[table].index for table in self.rows}
        listing = {row[place["complaints_complaint"]("listing_id")]: row for row in self.rows["complaints_complaint"]}
        of_listing = {pk: row[place["complaints_complaint"]("notice_id")] for pk, row in listing.items()}
        of_case = {row[0]: row[place["complaints_complaint"]("notice_id")] for row in self.rows["complaints_complaint"]}
        of_text = {row[place["complaints_notice"]("statement_id")]: row[0] for row in self.rows["complaints_notice"]}
        of_seller: dict[Any, Any] = {}
        for row in self.rows["listings_listing"]:
            of_seller.setdefault(row[place["listings_listing"]("seller_id")], of_listing[row[0]])
        owner = {
            "parties_seller": lambda row: of_seller[row[0]],
            "listings_listing": lambda row: of_listing[row[0]],
            "listings_frozencopy": lambda row: of_listing[row[place["listings_frozencopy"]("listing_id")]],
            "work_sealedtext": lambda row: of_text[row[0]],
            "complaints_notice": lambda row: row[0],
            "complaints_noticefile": lambda row: row[place["complaints_noticefile"]("notice_id")],
            "complaints_complaint": lambda row: of_case[row[0]],
            "complaints_complaintevent": lambda row: of_case[row[place["complaints_complaintevent"]("complaint_id")]],
            "complaints_statementofreasons": lambda row: of_case[
                row[place["complaints_statementofreasons"]("complaint_id")]
            ],
            "work_job": lambda row: self._owner_of_job(row, of_listing),
        }
        by_notice: dict[Any, dict[str, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
        for table, rows in self.rows.items():
            for row in rows:
                by_notice[owner[table](row)][table].append(row)
        self.notices = [by_notice[pk] for pk in sorted(by_notice)]

    def _owner_of_job(self, row: tuple[Any, ...], of_listing: dict[Any, Any]) -> Any:
        kind, key = (row[self.columns["work_job"].index(name)] for name in ("kind", "key"))
        return of_listing[int(key)] if kind == "enforce" else int(key)

    def check(self) -> None:
        """Every listing under complaint with its copy, its event, its chain and its work."""
        from django.db.models import F

        from countermark.apps.complaints.models import Complaint, ComplaintEvent, Notice
        from countermark.apps.work.models import Job
        from countermark.core import chain

        notices = -(-self.cases // LINES)
        assert Notice.objects.filter(pack="platform", left_out=[]).count() == notices
        filed = Complaint.objects.filter(
            seq=0,
            outcome="",
            copy__listing=F("listing"),
            seller=F("listing__seller"),
            copy__seller_ref=F("seller__ref"),
        )
        assert filed.count() == Complaint.objects.count() == self.cases, f"{filed.count()} of {self.cases} were filed"
        events = ComplaintEvent.objects.filter(seq=0, event="opened", state=F("complaint__state"))
        assert events.filter(hash=F("complaint__head_hash")).count() == self.cases
        assert Job.objects.filter(kind="tell").count() == notices
        for event in ComplaintEvent.objects.order_by("id").select_related("complaint__copy")[
            :: max(self.cases // 100, 1)
        ]:
            assert chain.event_hash(chain.GENESIS, event.payload.encode()) == bytes(event.hash)
            copy = event.complaint.copy
            assert copy.digest in event.payload and copy.pictures[0]["sha256"] and copy.title and copy.text


BENCH = Bench("intake", __file__, __doc__, "cases", 10_000, "listings", Filing, target=0.3, most_mb=250)

if __name__ == "__main__":
    sys.exit(BENCH.main())
