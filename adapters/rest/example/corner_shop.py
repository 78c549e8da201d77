"""How little is a marketplace that answers Countermark? A shop in one file: sqlite3 and the standard library's server.

    SHOP_API_SECRET=choose-one python corner_shop.py --db shop.db --port 8002

It offers everything of the protocol. Its pages: /i/ID answers 200 while a listing can be seen, 404 when it cannot. The country a
visitor comes from is read from the header X-Country, as a shop behind a content network would.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from countermark_shop import (
    Call,
    Listing,
    Measure,
    Offers,
    Own,
    Restriction,
    Seller,
    ShopMeasure,
    ShopStanding,
    Standing,
    signed_rest,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, price TEXT NOT NULL, seller TEXT NOT NULL,
    own TEXT NOT NULL DEFAULT 'up', restriction TEXT NOT NULL DEFAULT '', since TEXT, newest INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS laid (
    seller TEXT NOT NULL, measure TEXT NOT NULL, lies INTEGER NOT NULL, since TEXT NOT NULL, newest INTEGER NOT NULL,
    PRIMARY KEY (seller, measure)
);
CREATE TABLE IF NOT EXISTS asked (
    about TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL,
    asks TEXT NOT NULL, acted INTEGER NOT NULL, PRIMARY KEY (about, subject, kind, reference)
);
"""
EVERYTHING = Offers(frozenset(Measure), frozenset(ShopMeasure), territories=True)


class CornerShop:
    """The protocol `Shop` over one SQLite file."""

    def __init__(self, db: Path, url: str) -> None:
        self.db, self.url = db, url
        with closing(self._connection()) as rows:
            rows.execute("PRAGMA journal_mode = WAL")
            rows.executescript(SCHEMA)

    def offers(self) -> Offers:
        return EVERYTHING

    def listing(self, item_id: str) -> Listing | None:
        with closing(self._connection()) as rows:
            row = rows.execute("SELECT * FROM item WHERE id = ?", (item_id,)).fetchone()
        if row is None:
            return None
        seller = Seller(row["seller"], row["seller"].title(), f"{row['seller']}@corner.example")
        page = f"{self.url}/i/{item_id}"
        return Listing(item_id, page, row["title"], "", (row["price"], "EUR"), (), seller, _standing(row))

    def shop_standing(self, seller_id: str) -> ShopStanding | None:
        with closing(self._connection()) as rows:
            return SqliteBook(rows).shop_standing(seller_id)

    @contextmanager
    def book(self, call: Call) -> Iterator[SqliteBook]:
        """The whole file is locked for the moment of one call; closing rolls back what was not committed."""
        with closing(self._connection()) as rows:
            rows.execute("BEGIN IMMEDIATE")
            yield SqliteBook(rows)
            rows.execute("COMMIT")

    def can_be_seen(self, item_id: str, country: str) -> bool:
        listing = self.listing(item_id)
        standing = self.shop_standing(listing.seller.id) if listing else None
        if listing is None or standing is None or any(measure.hides for measure in standing.measures):
            return False
        if listing.standing.own is Own.DELETED:
            return False
        restriction = listing.standing.restriction
        measure = restriction.territories.get(country, restriction.everywhere)
        return measure is None or not measure.hides

    def write(self, sql: str, *values: object) -> None:
        with closing(self._connection()) as rows:
            rows.execute(sql, values)

    def _connection(self) -> sqlite3.Connection:
        rows = sqlite3.connect(self.db, timeout=10, isolation_level=None)
        rows.row_factory = sqlite3.Row
        return rows


class SqliteBook:
    """The protocol `Book`: one open transaction."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows

    def asked_before(self, call: Call) -> str | None:
        row = self._rows.execute(
            "SELECT asks FROM asked WHERE about = ? AND subject = ? AND kind = ? AND reference = ?",
            (call.about, call.id, call.kind, call.reference),
        ).fetchone()
        return row["asks"] if row else None

    def write_down(self, call: Call, *, acted: bool) -> None:
        values = (call.about, call.id, call.kind, call.reference, call.asks, acted)
        self._rows.execute("INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?)", values)

    def standing(self, item_id: str) -> Standing | None:
        row = self._rows.execute("SELECT * FROM item WHERE id = ?", (item_id,)).fetchone()
        return _standing(row) if row else None

    def restrict(self, call: Call) -> None:
        self._rows.execute(
            """UPDATE item SET since = CASE WHEN restriction = :restriction THEN since ELSE :now END,
                               restriction = :restriction, newest = :newest WHERE id = :id""",
            {"restriction": call.restriction.written, "now": _now(), "newest": call.signed_at, "id": call.id},
        )

    def shop_standing(self, seller_id: str) -> ShopStanding | None:
        if not self._rows.execute("SELECT 1 FROM item WHERE seller = ?", (seller_id,)).fetchone():
            return None
        laid = self._rows.execute("SELECT * FROM laid WHERE seller = ? ORDER BY since", (seller_id,)).fetchall()
        since = [row["since"] for row in laid if row["lies"]]
        return ShopStanding(
            frozenset(ShopMeasure(row["measure"]) for row in laid if row["lies"]),
            datetime.fromisoformat(since[-1]) if since else None,
            {ShopMeasure(row["measure"]): row["newest"] for row in laid},
        )

    def set_shop(self, call: Call) -> None:
        self._rows.execute(
            "INSERT INTO laid VALUES (?, ?, ?, ?, ?) ON CONFLICT (seller, measure) DO UPDATE SET "
            "since = CASE WHEN lies = excluded.lies THEN since ELSE excluded.since END, "
            "lies = excluded.lies, newest = excluded.newest",
            (call.id, call.measure, call.kind == "apply", _now(), call.signed_at),
        )


def _standing(row: sqlite3.Row) -> Standing:
    since = datetime.fromisoformat(row["since"]) if row["since"] else None
    return Standing(Own(row["own"]), Restriction.read(row["restriction"]), since, row["newest"])


def _now() -> str:
    return datetime.now(UTC).isoformat()


# The shop's own pages, and its server ----------------------------------------------------------------------------------


def application(shop: CornerShop, secret: str) -> Callable[..., Iterable[bytes]]:
    """/api is the desk's; the rest is the shop's."""
    desk = signed_rest(shop, [secret.encode()])

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/api/"):
            return desk(environ, start_response)
        item_id, country = environ["PATH_INFO"].removeprefix("/i/"), environ.get("HTTP_X_COUNTRY", "")
        seen = shop.can_be_seen(item_id, country)
        listing = shop.listing(item_id) if seen else None
        status = HTTPStatus.OK if listing else HTTPStatus.NOT_FOUND
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "text/html; charset=utf-8")])
        return [f"<h1>{escape(listing.title) if listing else 'Not available'}</h1>".encode()]

    return app


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "REQUEST_URI": self.path}  # as it was sent and signed

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--db", type=Path, required=True)
    asked.add_argument("--port", type=int, default=8002)
    told = asked.parse_args()
    server = Server(("127.0.0.1", told.port), Handler)
    url = f"http://localhost:{server.server_port}"
    server.set_app(application(CornerShop(told.db, url), os.environ["SHOP_API_SECRET"]))
    print(f"The corner shop is open at {url} since {time.strftime('%H:%M:%S')}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
