"""What lies on a seller's whole shop, and who may change that? Its listings keep their own state, and come back as they stood."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from countermark.demo_shop.stock import ReferenceReused, Seller, seller

MEASURES = ("freeze_funds", "suspend", "close")


@dataclass(frozen=True, slots=True)
class ShopRequest:
    """What is asked from outside about a shop: `kind` apply or reverse; `asked_at` in milliseconds."""

    kind: str
    seller_id: str
    reference: str
    measure: str
    reason_url: str | None
    asked_at: int


def carry_out(stock: sqlite3.Connection, request: ShopRequest) -> Seller | None:
    """Do what is asked unless it was done before or comes after something newer; return how the shop stands."""
    found = seller(stock, request.seller_id)
    if not found or _is_repeated(stock, request):
        return found
    told = (request.seller_id, request.kind, request.reference, request.measure)
    stock.execute("INSERT INTO shop_answered VALUES (?, ?, ?, ?)", told)
    if not _is_overtaken(stock, request):
        _set(stock, found, request)
    return seller(stock, request.seller_id)


def _is_repeated(stock: sqlite3.Connection, request: ShopRequest) -> bool:
    row = stock.execute(
        "SELECT measure FROM shop_answered WHERE seller = ? AND kind = ? AND reference = ?",
        (request.seller_id, request.kind, request.reference),
    ).fetchone()
    if row and row["measure"] != request.measure:
        raise ReferenceReused(request.reference)
    return row is not None


def _is_overtaken(stock: sqlite3.Connection, request: ShopRequest) -> bool:
    """Whether something newer about this measure was carried out; if not, this is the newest."""
    done = stock.execute(
        """INSERT INTO shop_newest VALUES (:seller, :measure, :at) ON CONFLICT (seller, measure)
           DO UPDATE SET asked_at = :at WHERE asked_at <= :at""",
        {"seller": request.seller_id, "measure": request.measure, "at": request.asked_at},
    )
    return not done.rowcount


def _set(stock: sqlite3.Connection, found: Seller, request: ShopRequest) -> None:
    one = {request.measure}
    measures = found.measures | one if request.kind == "apply" else found.measures - one
    if measures == found.measures:
        return
    why = request.reason_url if request.kind == "apply" else found.reason_url
    now = datetime.now(UTC).isoformat(timespec="seconds")
    stock.execute(
        "UPDATE seller SET measures = ?, reason_url = ?, since = ? WHERE id = ?",
        (" ".join(sorted(measures)), why if measures else None, now, found.id),
    )
