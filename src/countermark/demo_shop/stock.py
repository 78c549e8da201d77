"""What does the shop offer, how does each listing stand, and who may change that? The shop's only file that speaks SQL.

A listing stands by two things: what its seller did (`own`: up, sold out, deleted) and the restriction laid on it from
outside (none, demote, pause, remove, and what is stronger in some countries). Deleted beats everything; a restriction beats the
rest; lifting it shows again what the seller left. What lies on a seller's whole shop is another matter: shops.py.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from countermark.demo_shop.drawing import draw_picture

MEASURES = {"demote": "demoted", "pause": "paused", "remove": "removed"}
STRENGTH = {None: 0, "demote": 1, "pause": 2, "remove": 3}
HIDDEN = ("paused", "removed", "deleted_by_seller")
_SCHEMA = resources.files(__package__).joinpath("schema.sql").read_text("utf-8")
_LISTED = """(i.own = 'up' OR i.own = 'sold_out') AND (i.restriction IS NULL OR i.restriction = 'demote')
             AND s.measures NOT LIKE '%suspend%' AND s.measures NOT LIKE '%close%'"""


class ReferenceReused(Exception):
    """This reference was used for another measure on the same listing."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A shop inside the shop."""

    id: str
    name: str
    email: str
    language: str
    measures: frozenset[str] = frozenset()
    reason_url: str | None = None
    since: str | None = None

    @property
    def sells(self) -> bool:
        return self.measures.isdisjoint(("suspend", "close"))


@dataclass(frozen=True, slots=True)
class Item:
    """One listing; `pictures` are digests in the order they are shown, `since` an ISO 8601 instant in UTC or None."""

    id: str
    slug: str
    title: str
    text: str
    price: str
    currency: str
    seller: Seller
    own: str
    restriction: str | None
    reason_url: str | None
    since: str | None
    territories: dict[str, str]
    pictures: tuple[str, ...]

    @property
    def state(self) -> str:
        if self.own == "deleted_by_seller" or not self.restriction:
            return self.own
        return MEASURES[self.restriction]

    @property
    def there(self) -> dict[str, str]:
        """How it stands where it stands otherwise than everywhere."""
        if self.own == "deleted_by_seller":
            return {}
        return {country: MEASURES[measure] for country, measure in self.territories.items()}

    def state_in(self, country: str) -> str:
        return self.there.get(country, self.state)

    @property
    def is_shown(self) -> bool:
        return self.is_shown_in("")

    def is_shown_in(self, country: str) -> bool:
        """Whether a visitor whose order would go to this country sees it; "" when nobody has said."""
        return self.seller.sells and self.state_in(country) not in HIDDEN

    @property
    def path(self) -> str:
        return f"/i/{self.id}-{self.slug}"


@contextmanager
def opened(db: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose writes are one transaction: committed at the end, rolled back when the body raises."""
    connection = sqlite3.connect(db, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()  # rolls back what was not committed


@contextmanager
def reading(db: Path) -> Iterator[sqlite3.Connection]:
    """A connection for pages: it waits for nobody and locks nothing."""
    connection = sqlite3.connect(db, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


def prepare(db: Path) -> None:
    """Make the tables where they are not there yet."""
    db.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(db)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        _renew(connection)
        connection.executescript(_SCHEMA)
    finally:
        connection.close()


def _renew(connection: sqlite3.Connection) -> None:
    """Bring the tables of an older shop to the form of schema.sql, with everything in them."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(item)")}
    if not columns or "territories" in columns:
        return
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")
    older = ("seller", "item")
    shared = {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in older}
    moved = [f"ALTER TABLE {name} RENAME TO older_{name};" for name in older]
    filled = [f"INSERT INTO {n} ({', '.join(c)}) SELECT {', '.join(c)} FROM older_{n};" for n, c in shared.items()]  # noqa: S608 - names of our own columns
    dropped = [f"DROP TABLE older_{name};" for name in older]
    index = "DROP INDEX IF EXISTS item_by_seller;"
    connection.executescript("\n".join(["BEGIN;", index, *moved, _SCHEMA, *filled, *dropped, "COMMIT;"]))


def seed(db_path: Path | str, world: dict[str, Any]) -> int:
    """Put the listings of `world` on the shelves and return how many were new; listings that are there stay as they are.

    `world["items"]`: id, slug, title, text, price, currency, seller {id, name, email, language}, pictures [{shape, colour, word?,
    blurred?, view?}], and optionally own ("up", "sold_out"). Shapes and colours are those of drawing.py and canvas.py.
    """
    db = Path(db_path)
    prepare(db)
    with reading(db) as stock:
        known = {row["id"] for row in stock.execute("SELECT id FROM item")}
    new = [item for item in world["items"] if str(item["id"]) not in known]
    pictures = [[_drawn(wanted, place) for place, wanted in enumerate(item["pictures"])] for item in new]
    with opened(db) as stock:  # after the drawing, which takes its time and needs no lock
        for item, drawn in zip(new, pictures, strict=True):
            _put(stock, item, drawn)
    return len(new)


def _drawn(wanted: dict[str, Any], place: int) -> bytes:
    return draw_picture(
        wanted["shape"],
        wanted["colour"],
        wanted.get("word") or "",
        blurred=bool(wanted.get("blurred")),
        view=int(wanted.get("view", place)),
    )


def _put(stock: sqlite3.Connection, item: dict[str, Any], drawn: list[bytes]) -> None:
    seller, item_id = item["seller"], str(item["id"])
    stock.execute(
        "INSERT INTO seller (id, name, email, language) VALUES (:id, :name, :email, :language) ON CONFLICT (id) DO NOTHING",
        {key: str(seller[key]) for key in ("id", "name", "email", "language")},
    )
    stock.execute(
        "INSERT INTO item (id, slug, title, text, price, currency, seller, own) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [str(item[key]) for key in ("id", "slug", "title", "text", "price", "currency")]
        + [str(seller["id"]), item.get("own", "up")],
    )
    for place, png in enumerate(drawn):
        digest = hashlib.sha256(png).hexdigest()
        stock.execute("INSERT INTO picture VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING", (digest, png))
        stock.execute("INSERT INTO item_picture VALUES (?, ?, ?)", (item_id, place, digest))


# Reading ------------------------------------------------------------------------------------------------------------

_ITEMS = """
    SELECT i.*, s.name AS seller_name, s.email AS seller_email, s.language AS seller_language,
           s.measures AS seller_measures, s.reason_url AS seller_reason_url, s.since AS seller_since,
           (SELECT group_concat(p.sha256) FROM (SELECT sha256 FROM item_picture WHERE item = i.id ORDER BY position)
           p) AS pictures
    FROM item i JOIN seller s ON s.id = i.seller
"""


def _item(row: sqlite3.Row) -> Item:
    return Item(
        **{key: row[key] for key in ("id", "slug", "title", "text", "price", "currency", "own", "restriction", "reason_url",
                                     "since")},
        seller=_seller({name: row[f"seller_{name}"] for name in _SELLER} | {"id": row["seller"]}),
        territories=json.loads(row["territories"]),
        pictures=tuple((row["pictures"] or "").split(",")) if row["pictures"] else (),
    )  # fmt: skip


_SELLER = ("name", "email", "language", "measures", "reason_url", "since")


def _seller(row: dict[str, Any]) -> Seller:
    return Seller(**{**row, "measures": frozenset(row["measures"].split())})


def item(stock: sqlite3.Connection, item_id: str) -> Item | None:
    row = stock.execute(_ITEMS + " WHERE i.id = ?", (item_id,)).fetchone()
    return _item(row) if row else None


def listed(stock: sqlite3.Connection, words: str, *, limit: int, offset: int) -> tuple[list[Item], int]:
    """What visitors see, newest number first, whose title or seller has every one of `words`; and how many there are in all."""
    terms = [f"%{word}%" for word in words.split()[:8]]
    where = f" WHERE {_LISTED}" + " AND (i.title || ' ' || s.name || ' ' || i.text) LIKE ?" * len(terms)
    count = stock.execute(f"SELECT count(*) FROM item i JOIN seller s ON s.id = i.seller {where}", terms).fetchone()  # noqa: S608
    order = "i.restriction IS NOT NULL, CAST(i.id AS INTEGER) DESC, i.id DESC"  # what is demoted comes last
    rows = stock.execute(f"{_ITEMS} {where} ORDER BY {order} LIMIT ? OFFSET ?", [*terms, limit, offset])
    return [_item(row) for row in rows], int(count[0])


def of_seller(stock: sqlite3.Connection, seller_id: str) -> list[Item]:
    """All listings of one seller, however they stand."""
    rows = stock.execute(_ITEMS + " WHERE i.seller = ? ORDER BY CAST(i.id AS INTEGER) DESC, i.id DESC", (seller_id,))
    return [_item(row) for row in rows]


def seller(stock: sqlite3.Connection, seller_id: str) -> Seller | None:
    row = stock.execute("SELECT * FROM seller WHERE id = ?", (seller_id,)).fetchone()
    return _seller(dict(row)) if row else None


def picture(stock: sqlite3.Connection, digest: str) -> bytes | None:
    row = stock.execute("SELECT png FROM picture WHERE sha256 = ?", (digest,)).fetchone()
    return bytes(row["png"]) if row else None


# Writing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked from outside: `kind` apply or reverse; `measure` everywhere; `asked_at` in milliseconds."""

    kind: str
    item_id: str
    reference: str
    measure: str | None
    territories: dict[str, str]
    reason_url: str | None
    asked_at: int

    @property
    def whole(self) -> str | None:
        """The whole restriction as one word: what a reference stands for."""
        if not self.territories:
            return self.measure
        return json.dumps([self.measure, self.territories], sort_keys=True)


def carry_out(stock: sqlite3.Connection, request: Request) -> Item | None:
    """Do what is asked unless it was done before, comes after something newer, or is the seller's own; return how it stands."""
    found = item(stock, request.item_id)
    if not found or _is_repeated(stock, request):
        return found
    stock.execute(
        "INSERT INTO answered VALUES (?, ?, ?, ?)", (request.item_id, request.kind, request.reference, request.whole)
    )
    stock.execute(
        """UPDATE item SET restriction = :measure, reason_url = :reason_url, newest = :asked_at, territories = :there,
                           since = CASE WHEN restriction IS :measure AND territories = :there THEN since ELSE :now END
           WHERE id = :item_id AND own <> 'deleted_by_seller' AND newest <= :asked_at""",
        {
            "measure": request.measure,
            "there": json.dumps(request.territories, sort_keys=True),
            "reason_url": request.reason_url,
            "asked_at": request.asked_at,
            "now": _now(),
            "item_id": request.item_id,
        },
    )
    return item(stock, request.item_id)


def _is_repeated(stock: sqlite3.Connection, request: Request) -> bool:
    row = stock.execute(
        "SELECT measure FROM answered WHERE item = ? AND kind = ? AND reference = ?",
        (request.item_id, request.kind, request.reference),
    ).fetchone()
    if row and row["measure"] != request.whole:
        raise ReferenceReused(request.reference)
    return row is not None


def seller_sets(stock: sqlite3.Connection, item_id: str, own: str) -> None:
    """The seller puts a listing up again, marks it sold out, or deletes it, which nothing undoes."""
    stock.execute(
        "UPDATE item SET own = ?, since = ? WHERE id = ? AND own <> 'deleted_by_seller'", (own, _now(), item_id)
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
