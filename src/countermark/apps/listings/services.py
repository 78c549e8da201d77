"""Writers of listings: rows for what was pasted, copies frozen as the marketplace showed them, what it confirmed since.

The network is asked first, in parallel and outside any transaction; then everything is written in sets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from countermark.apps.listings import pictures
from countermark.apps.listings.shops import shop_of
from countermark.apps.parties.models import Marketplace
from countermark.apps.work.bulk import (
    instant_column,
    instant_reader,
    instant_writer,
    next_ids,
    put,
    put_newest,
    put_once,
    read_among,
)
from countermark.connectors import marketplace as port
from countermark.connectors.marketplace import (
    ItemRef,
    ListingGone,
    ListingSnapshot,
    MarketplaceError,
    MarketplaceUnavailable,
)

AT_ONCE = 8  # questions to one marketplace at a time
ASKED_AGAIN = 3  # times, where a shop failed but answered for most
FEW = 8  # listings: so many are asked again even when a shop answered for none
Items = Mapping[str, str]  # item id -> canonical address
Answer = ListingSnapshot | MarketplaceError | None  # None: nobody to ask


class Kept(NamedTuple):
    """A frozen copy as a case refers to it."""

    pk: int
    listing_id: int
    taken_at: datetime
    digest: str


SELLER_TYPES = {
    **dict.fromkeys(("marketplace_id",), "bigint"),
    **dict.fromkeys(("ref", "name", "email", "language", "zone"), "text"),
}
NEWLY_SEEN = {"title": "text", "seller_id": "bigint", "shop_state": "text", "shop_state_at": "timestamptz"}
LISTING_TYPES = {  # of a new row, for PostgreSQL
    **dict.fromkeys(("item_id",), "text"),
    **dict.fromkeys(("marketplace_id",), "bigint"),
    **dict.fromkeys(("kind", "url", "wanted"), "text"),
    **dict.fromkeys(("wanted_there", "shop_there"), "jsonb"),
    **NEWLY_SEEN,
}
COPY_FIELDS = (
    *("id", "listing_id", "taken_at", "digest", "title", "text", "price", "currency", "seller_ref", "seller_name"),
    *("pictures", "source"),
)


def look_up(marketplace: Marketplace, items: Items, *, at: datetime) -> dict[str, Answer]:
    """What the marketplace shows for each item now. An item it cannot answer for has the error instead; nothing raises.

    Without an answer nobody knows whose the listing is, and its seller cannot be told: a shop that answers for most is asked
    again about the others."""
    shop = shop_of(marketplace)
    if shop is None:
        return dict.fromkeys(items)

    answers: dict[str, Answer] = dict.fromkeys(items)  # in the order of the items, whoever answers first
    _ask(shop, items, answers, at)
    for _ in range(ASKED_AGAIN):
        failed = {item: url for item, url in items.items() if _worth_asking_again(answers[item])}
        if not failed or len(failed) > max(FEW, len(items) // 2):
            break  # it is down: what it could not say is not asked of it again
        _ask(shop, failed, answers, at)
    return answers


def _ask(shop: port.Marketplace, items: Items, answers: dict[str, Answer], at: datetime) -> None:
    waiting = iter(items.items())

    def ask() -> None:
        for item_id, url in waiting:  # one list for all that ask: a slow answer holds up nobody else
            try:
                answers[item_id] = shop.resolve(ItemRef(item_id, url), at=at)
            except MarketplaceError as error:
                answers[item_id] = error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for asked in [pool.submit(ask) for _ in range(min(AT_ONCE, len(items)))]:
            asked.result()


def _worth_asking_again(answer: Answer) -> bool:
    """It failed at once; who lets us wait for ten seconds would do so again."""
    return isinstance(answer, MarketplaceUnavailable) and answer.code in ("server_error", "unreachable")


def kept(ids: Iterable[int]) -> dict[int, Kept]:
    """What a case needs of these copies, by their ids; those that are not there are left out."""
    read = instant_reader()
    rows = read_among("listings_frozencopy", ("id", "listing_id", instant_column("taken_at"), "digest"), "id", ids)
    return {pk: Kept(pk, listing, read(taken_at), digest) for pk, listing, taken_at, digest in rows}


def freeze(
    *, marketplace: Marketplace, kind: str, items: Items, shown: Mapping[str, Answer], at: datetime
) -> dict[str, Kept]:
    """Keep one copy of each item as it was shown; where nobody could be asked, the address is all that is known."""
    seen = {item: answer for item in items if isinstance(answer := shown.get(item), ListingSnapshot)}
    kept = pictures.known(seen.values())
    new = pictures.examined(seen.values(), kept)  # rewriting a picture takes its time: before any lock
    with transaction.atomic():
        kept |= pictures.put(new)
        sellers = _sellers(marketplace, seen.values())
        ids = _listings(marketplace, kind, items, seen, sellers)
        copies = {
            item: _copy(pk, ids[item], url, marketplace.connector, seen.get(item), kept, at)
            for pk, (item, url) in zip(next_ids("listings_frozencopy", len(items)), items.items(), strict=True)
        }
        when = instant_writer()
        put("listings_frozencopy", COPY_FIELDS, ((*row[:2], when(row[2]), *row[3:]) for row in copies.values()))
    return {item: Kept(*row[:4]) for item, row in copies.items()}


def gone(shown: Mapping[str, Answer]) -> set[str]:
    """The items the marketplace says it does not have."""
    return {item_id for item_id, answer in shown.items() if isinstance(answer, ListingGone)}


def _sellers(marketplace: Marketplace, seen: Iterable[ListingSnapshot]) -> dict[str, int]:
    """The shops that offer these, with the name and address the marketplace gives now; their ids by its own."""
    infos = {snapshot.seller.id: snapshot.seller for snapshot in seen}
    rows = [
        (marketplace.pk, ref, info.name[:200], info.email or "", info.language, marketplace.zone)
        for ref, info in sorted(infos.items())
    ]
    put_newest("parties_seller", SELLER_TYPES, rows, unique=("marketplace_id", "ref"), replaced=("name", "email"))
    own = {"where": "marketplace_id = %s", "given": (marketplace.pk,)}
    return dict(read_among("parties_seller", ("ref", "id"), "ref", infos, **own))


def _listings(
    marketplace: Marketplace, kind: str, items: Items, seen: Mapping[str, ListingSnapshot], sellers: Mapping[str, int]
) -> dict[str, int]:
    """The rows of these items, made where there were none, with what the marketplace says of them now; their ids."""
    when, unique = instant_writer(), ("marketplace_id", "kind", "item_id")
    known, unknown = [], []
    for item, url in sorted(items.items()):
        fixed = (item, marketplace.pk, kind, url, "nothing", "{}", "{}")
        if (s := seen.get(item)) is None:
            unknown.append((*fixed, "", None, "unknown", None))
        else:
            known.append((*fixed, s.title[:600], sellers[s.seller.id], s.state.value, when(s.fetched_at)))
    put_newest("listings_listing", LISTING_TYPES, known, unique=unique, replaced=list(NEWLY_SEEN))
    put_once("listings_listing", LISTING_TYPES, unknown)
    own = {"where": "marketplace_id = %s AND kind = %s", "given": (marketplace.pk, kind)}
    return dict(read_among("listings_listing", ("item_id", "id"), "item_id", items, **own))


def sellers_of(listing_ids: Iterable[int]) -> dict[int, int | None]:
    """Who offers each of these listings now."""
    return dict(read_among("listings_listing", ("id", "seller_id"), "id", listing_ids))


def _copy(
    pk: int,
    listing_id: int,
    url: str,
    connector: str,
    shown: ListingSnapshot | None,
    kept: Mapping[str, int],
    at: datetime,
) -> tuple[Any, ...]:
    """A copy as COPY_FIELDS names its columns, the first four as in Kept."""
    if shown is None:
        return (pk, listing_id, at, copy_digest("", "", "", url, ()), "", "", "", "", "", "", "[]", "address")
    amount, currency = (shown.price.amount, shown.price.currency) if shown.price else ("", "")
    seller, pictured = shown.seller, [image.sha256 or "" for image in shown.images]
    price = f"{amount} {currency}" if shown.price else ""
    return (
        pk, listing_id, shown.fetched_at, copy_digest(shown.title, shown.text, price, seller.id, pictured),
        shown.title[:600], shown.text, amount, currency, seller.id, seller.name[:200],
        json.dumps(pictures.of(shown, kept)), connector,
    )  # fmt: skip


def copy_digest(title: str, text: str, price: str, seller: str, pictures: Sequence[str]) -> str:
    """SHA-256 over what was shown, each part ended by a NUL."""
    return hashlib.sha256("\0".join((title, text, price, seller, *pictures, "")).encode()).hexdigest()
