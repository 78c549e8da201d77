"""What becomes of listings a marketplace sends by itself? New and changed ones are written in sets, the same again is not.

Rule 1: a line older than what is kept changes nothing, in whatever order calls arrive. Rule 2: a state is believed when it
is newer than what was last seen of the listing; where a measure, an order or a case is about the listing, the shop is looked
at, or, where nobody can be asked, what the line says counts. Rule 3: one fault keeps one line out, the others are taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from countermark.apps.listings.models import Listing
from countermark.apps.listings.services import LISTING_TYPES
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import addresses_of
from countermark.apps.work.bulk import instant_column, instant_reader, instant_writer, put_newest, read_among
from countermark.apps.work.jobs import enqueue_many
from countermark.core import listing_urls
from countermark.core.defect import Defect
from countermark.core.listing_urls import Found

STATES = ("up", "demoted", "paused", "removed", "sold_out", "deleted_by_seller", "gone")
AHEAD = timedelta(minutes=5)  # proposal: clocks of two well-kept machines differ by less
UNIQUE = ("marketplace_id", "kind", "item_id")
PUSHED_TYPES = {
    **dict.fromkeys(("listing_id",), "bigint"),
    **dict.fromkeys(("text", "price", "currency"), "text"),
    **dict.fromkeys(("images",), "jsonb"),
    **dict.fromkeys(("state", "digest"), "text"),
    **dict.fromkeys(("updated_at", "pushed_at"), "timestamptz"),
}


@dataclass(frozen=True)
class Line:
    """One listing as it was sent; `number` is its line. `price` a decimal number as text, `updated_at` aware."""

    number: int
    item_id: str
    url: str
    title: str
    seller: str
    state: str
    updated_at: datetime
    text: str = ""
    price: str = ""
    currency: str = ""
    images: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over all of it but its place in the call."""
        said = [self.item_id, self.url, self.title, self.seller, self.state, self.updated_at.timestamp()]
        whole = json.dumps([*said, self.text, self.price, self.currency, self.images])
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass
class Outcome:
    """How many lines were added, changed, the same as before, or older than what is kept; and what was wrong with others."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    faults: list[Defect] = field(default_factory=list)


class Known(NamedTuple):
    """What is kept of a listing before the call."""

    pk: int
    shop_state: str
    seen_at: datetime | None
    digest: str | None
    updated_at: datetime | None


def push(
    *,
    marketplace: Marketplace,
    lines: Sequence[Line],
    at: datetime,
    now: datetime,
    also: Callable[[Sequence[int]], None] | None = None,
) -> Outcome:
    """Keep these lines, in one transaction. No two may name the same item. `at` is case time, `now` real time.

    `also` is called in that transaction with the ids of the listings that are new or changed.
    """
    outcome = Outcome()
    with transaction.atomic():
        Marketplace.objects.select_for_update(no_key=True).get(pk=marketplace.pk)  # one call after the other: rule 1
        sellers = _sellers(marketplace, lines)
        outcome.faults = list(_faults(marketplace, lines, sellers, now))
        wrong = {fault.line for fault in outcome.faults}
        known = _known(marketplace, [line.item_id for line in lines])
        fresh = [line for line in lines if line.number not in wrong and _is_news(line, known, outcome)]
        written = _write(marketplace, fresh, sellers, at)
        if also is not None:
            also(written)
        _stand(fresh, known, now)
    return outcome


def _is_news(line: Line, known: Mapping[str, Known], outcome: Outcome) -> bool:
    """Whether this line changes anything; counts it."""
    before = known.get(line.item_id)
    if before is None or before.updated_at is None:
        outcome.added += 1
    elif before.digest == line.digest:
        outcome.unchanged += 1
        return False
    elif before.updated_at > line.updated_at:
        outcome.older += 1
        return False
    else:
        outcome.changed += 1
    return True


# --- what is wrong --------------------------------------------------------------------------------------------------------


def _faults(
    marketplace: Marketplace, lines: Iterable[Line], sellers: Mapping[str, int], now: datetime
) -> Iterator[Defect]:
    addresses = addresses_of(marketplace)
    extra = (addresses,) if marketplace.patterns and addresses else ()
    for line in lines:
        if line.seller not in sellers:
            yield Defect("pushed_seller_unknown", "seller", line=line.number, data={"seller": line.seller[:100]})
        if line.updated_at > now + AHEAD:
            yield Defect("pushed_too_early", "updated_at", line=line.number)
        if bool(line.price) != bool(line.currency):
            field = "currency" if line.price else "price"
            yield Defect("pushed_price_half", field, line=line.number)
        if addresses is not None:
            read = listing_urls.judge(line.url, marketplace=marketplace.slug, extra=extra)
            if isinstance(read, Found) and read.kind == "listing" and read.item_id != line.item_id:
                yield Defect("pushed_other_item", "url", line=line.number, data={"item": read.item_id[:120]})


def _sellers(marketplace: Marketplace, lines: Iterable[Line]) -> dict[str, int]:
    refs = {line.seller for line in lines}
    own = {"where": "marketplace_id = %s", "given": (marketplace.pk,)}
    return dict(read_among("parties_seller", ("ref", "id"), "ref", refs, **own))


# --- what is kept ---------------------------------------------------------------------------------------------------------


def _known(marketplace: Marketplace, items: Sequence[str]) -> dict[str, Known]:
    read = instant_reader()
    seen, updated = instant_column("l.shop_state_at"), instant_column("p.updated_at")
    rows = read_among(
        "listings_listing l LEFT JOIN listings_pushedlisting p ON p.listing_id = l.id",
        ("l.item_id", "l.id", "l.shop_state", seen, "p.digest", updated),
        "l.item_id",
        items,
        where="l.marketplace_id = %s AND l.kind = 'listing'",
        given=(marketplace.pk,),
    )
    return {item: Known(pk, state, read(at), digest, read(changed)) for item, pk, state, at, digest, changed in rows}


def _write(marketplace: Marketplace, lines: Sequence[Line], sellers: Mapping[str, int], at: datetime) -> list[int]:
    """Both rows of each line; a listing that is there keeps what was seen and asked of it. Returns the ids of the listings."""
    when, ordered = instant_writer(), sorted(lines, key=lambda line: line.item_id)
    rows = [
        (line.item_id, marketplace.pk, "listing", line.url, "nothing", "{}", "{}", line.title, sellers[line.seller],
         line.state, when(line.updated_at))
        for line in ordered
    ]  # fmt: skip
    put_newest("listings_listing", LISTING_TYPES, rows, unique=UNIQUE, replaced=("url", "title", "seller_id"))
    ids = {item: known.pk for item, known in _known(marketplace, [line.item_id for line in ordered]).items()}
    pushed = [
        (ids[line.item_id], line.text, line.price, line.currency, json.dumps(line.images), line.state, line.digest,
         when(line.updated_at), when(at))
        for line in ordered
    ]  # fmt: skip
    changed = [name for name in PUSHED_TYPES if name != "listing_id"]
    put_newest("listings_pushedlisting", PUSHED_TYPES, pushed, unique=("listing_id",), replaced=changed)
    return list(ids.values())


# --- how they stand -------------------------------------------------------------------------------------------------------


def _stand(lines: Iterable[Line], known: Mapping[str, Known], now: datetime) -> None:
    """Believe the state of each line that is newer than what was seen, and have those looked at that somebody asked about."""
    moved = [(line, before) for line in lines if (before := known.get(line.item_id)) and _has_moved(line, before)]
    if not moved:
        return
    when = instant_writer()
    rows = [(line.state, when(line.updated_at), before.pk, when(line.updated_at)) for line, before in moved]
    statement = """
        UPDATE listings_listing SET shop_state = %s, shop_state_at = %s
        WHERE id = %s AND (shop_state_at IS NULL OR shop_state_at < %s)"""
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
    enqueue_many(_looks([before.pk for _, before in moved]), run_at=now)


def _has_moved(line: Line, before: Known) -> bool:
    return line.state != before.shop_state and (before.seen_at is None or before.seen_at < line.updated_at)


def _looks(ids: Sequence[int]) -> list[tuple[str, str, dict[str, Any]]]:
    """What has to happen for those of these listings that a case, a measure or an order is about."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    concerned = Q(complaints__isnull=False) | Q(measures__isnull=False) | Q(order_lines__isnull=False)
    for start in range(0, len(ids), 500):
        rows = Listing.objects.filter(concerned, pk__in=ids[start : start + 500]).distinct()
        for pk, connector in rows.values_list("pk", "marketplace__connector"):
            found.append(("enforce" if connector == "none" else "look", str(pk), {}))
    return found
