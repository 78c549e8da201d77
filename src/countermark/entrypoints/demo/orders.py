"""What courts order and the desk decides itself, in the demo's world: one order, two decisions, one of them appealed.

Each through the services, at its own instant, with the letters and measures that follow from it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from countermark.apps.orders import appeals, services
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Marketplace, Seller
from countermark.entrypoints.demo import desk, shelves
from countermark.entrypoints.demo.cast import HARBOUR, Cast
from countermark.entrypoints.demo.stories import Table, read


def lay(cast: Cast, *, shop_url: str, now: datetime) -> None:
    """Record the orders of data/orders.toml, oldest first, and carry them out as of then."""
    for told in sorted(read("orders")["order"], key=lambda row: -row["days_ago"]):
        at = now - timedelta(days=told["days_ago"])
        order = services.record(_received(told, shop_url, at), by=cast.operator, at=at, now=timezone.now())
        desk.catch_up(at)
        if words := told.get("appeal"):
            _appealed(order, words, at + timedelta(days=told["appeal_after"]))


def _received(told: Table, shop_url: str, at: datetime) -> Received:
    same: dict[str, Any] = {
        name: told.get(name, "") for name in ("authority", "country", "basis", "reference", "measure", "words")
    }
    until = at + timedelta(days=told["for_days"]) if "for_days" in told else None
    return Received(
        **same,
        source=told["source"],
        kind="restrict",
        marketplace=Marketplace.objects.get(slug=HARBOUR),
        received_at=at - timedelta(hours=2),
        territories=tuple(told.get("territories", ())),
        until=until,
        addresses="\n".join(shelves.address(shop_url, item) for item in told.get("items", ())),
        seller_ref=told.get("shop", ""),
    )


def _appealed(order: Order, words: str, at: datetime) -> None:
    line = order.lines.select_related("listing__seller", "seller").get()
    seller = line.seller or (line.listing.seller if line.listing else None)
    assert isinstance(seller, Seller)
    told = {"by": None, "at": at, "now": timezone.now(), "key": f"demo-{order.number}"}
    appeals.file_appeal(order=order, seller=seller, words=words, **told)
    desk.catch_up(at)
