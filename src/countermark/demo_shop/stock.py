"""What does the shop offer, how does each listing stand, and who may change that? The shop's only file that speaks SQL.

A listing stands by two things: what its seller did (`own`: up, sold out, deleted) and the restriction laid on it from
outside (none, pause, remove). Deleted beats everything; a restriction beats the rest; lifting it shows again what the
seller left.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from countermark.demo_shop.drawing import draw_picture

MEASURES = {"pause": "paused", "remove": "removed"}
_SCHEMA = resources.files(__package__).joinpath("schema.sql").read_text("utf-8")
_LISTED = "(i.own = 'up' OR i.own = 'sold_out') AND i.restriction IS NULL"


class ReferenceReused(Exception):
    """This reference was used for another measure on the same listing."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A shop inside the shop."""

    id: str
    name: str
    email: str
    language: str


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
    pictures: tuple[str, ...]

    @property
    def state(self) -> str:
        if self.own == "deleted_by_seller" or not self.restriction:
            return self.own
        return MEASURES[self.restriction]

    @property
    def is_shown(self) -> bool:
        return self.state in {"up", "sold_out"}

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
        connection.executescript(_SCHEMA)
    finally:
        connection.close()


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
        "INSERT INTO seller VALUES (:id, :name, :email, :language) ON CONFLICT (id) DO NOTHING",
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
           (SELECT group_concat(p.sha256) FROM (SELECT sha256 FROM item_picture WHERE item = i.id ORDER BY position)
           p) AS pictures
    FROM item i JOIN seller s ON s.id = i.seller
"""


def _item(row: sqlite3.Row) -> Item:
    return Item(
        **{key: row[key] for key in ("id", "slug", "title", "text", "price", "currency", "own", "restriction", "reason_url",
                                     "since")},
        seller=Seller(row["seller"], row["seller_name"], row["seller_email"], row["seller_language"]),
        pictures=tuple((row["pictures"] or "").split(",")) if row["pictures"] else (),
    )  # fmt: skip


def item(stock: sqlite3.Connection, item_id: str) -> Item | None:
    row = stock.execute(_ITEMS + " WHERE i.id = ?", (item_id,)).fetchone()
    return _item(row) if row else None


def listed(stock: sqlite3.Connection, words: str, *, limit: int, offset: int) -> tuple[list[Item], int]:
    """What visitors see, newest number first, whose title or seller has every one of `words`; and how many there are in all."""
    terms = [f"%{word}%" for word in words.split()[:8]]
    where = f" WHERE {_LISTED}" + " AND (i.title || ' ' || s.name || ' ' || i.text) LIKE ?" * len(terms)
    count = stock.execute(f"SELECT count(*) FROM item i JOIN seller s ON s.id = i.seller {where}", terms).fetchone()  # noqa: S608
    rows = stock.execute(
        f"{_ITEMS} {where} ORDER BY CAST(i.id AS INTEGER) DESC, i.id DESC LIMIT ? OFFSET ?", [*terms, limit, offset]
    )
    return [_item(row) for row in rows], int(count[0])


def of_seller(stock: sqlite3.Connection, seller_id: str) -> list[Item]:
    """All listings of one seller, however they stand."""
    rows = stock.execute(_ITEMS + " WHERE i.seller = ? ORDER BY CAST(i.id AS INTEGER) DESC, i.id DESC", (seller_id,))
    return [_item(row) for row in rows]


def seller(stock: sqlite3.Connection, seller_id: str) -> Seller | None:
    row = stock.execute("SELECT * FROM seller WHERE id = ?", (seller_id,)).fetchone()
    return Seller(**dict(row)) if row else None


def picture(stock: sqlite3.Connection, digest: str) -> bytes | None:
    row = stock.execute("SELECT png FROM picture WHERE sha256 = ?", (digest,)).fetchone()
    return bytes(row["png"]) if row else None


# Writing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked from outside: `measure` is None when a restriction is to be lifted; `asked_at` in milliseconds."""

    item_id: str
    reference: str
    measure: str | None
    reason_url: str | None
    asked_at: int

    @property
    def kind(self) -> str:
        return "apply" if self.measure else "reverse"


def carry_out(stock: sqlite3.Connection, request: Request) -> Item | None:
    """Do what is asked unless it was done before, comes after something newer, or is the seller's own; return how it stands."""
    found = item(stock, request.item_id)
    if not found or _is_repeated(stock, request):
        return found
    stock.execute(
        "INSERT INTO answered VALUES (?, ?, ?, ?)", (request.item_id, request.kind, request.reference, request.measure)
    )
    stock.execute(
        """UPDATE item SET restriction = :measure, reason_url = :reason_url, newest = :asked_at,
                           since = CASE WHEN restriction IS :measure THEN since ELSE :now END
           WHERE id = :item_id AND own <> 'deleted_by_seller' AND newest <= :asked_at""",
        {
            "measure": request.measure,
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
    if row and row["measure"] != request.measure:
        raise ReferenceReused(request.reference)
    return row is not None


def seller_sets(stock: sqlite3.Connection, item_id: str, own: str) -> None:
    """The seller puts a listing up again, marks it sold out, or deletes it, which nothing undoes."""
    stock.execute(
        "UPDATE item SET own = ?, since = ? WHERE id = ? AND own <> 'deleted_by_seller'", (own, _now(), item_id)
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
