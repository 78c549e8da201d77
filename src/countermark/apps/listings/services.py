"""Writers of listings: rows for what was pasted, copies frozen as the marketplace showed them, what it confirmed since.

The network is asked first, in parallel and outside any transaction; then everything is written in sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import transaction

from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.listings.shops import shop_of
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.connectors.marketplace import ItemRef, ListingGone, ListingSnapshot, MarketplaceError
from countermark.evidence.uploads import UploadRefused

AT_ONCE = 8  # questions to one marketplace at a time
Items = Mapping[str, str]  # item id -> canonical address
Answer = ListingSnapshot | MarketplaceError | None  # None: nobody to ask


def look_up(marketplace: Marketplace, items: Items, *, at: datetime) -> dict[str, Answer]:
    """What the marketplace shows for each item now. An item it cannot answer for has the error instead; nothing raises."""
    shop = shop_of(marketplace)
    if shop is None:
        return dict.fromkeys(items)

    def ask(pair: tuple[str, str]) -> Answer:
        try:
            return shop.resolve(ItemRef(*pair), at=at)
        except MarketplaceError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(items, pool.map(ask, items.items()), strict=True))


@transaction.atomic
def freeze(
    *, marketplace: Marketplace, kind: str, items: Items, shown: Mapping[str, Answer], at: datetime
) -> dict[str, FrozenCopy]:
    """Keep one copy of each item as it was shown; where nobody could be asked, the address is all that is known."""
    _known_listings(marketplace, kind, items)
    found = {
        row.item_id: row for row in Listing.objects.filter(marketplace=marketplace, kind=kind, item_id__in=list(items))
    }
    sellers = _known_sellers(marketplace, shown)
    copies = []
    for item_id in items:
        snapshot = shown.get(item_id)
        copies.append(_copy(found[item_id], snapshot if isinstance(snapshot, ListingSnapshot) else None, at))
        if isinstance(snapshot, ListingSnapshot):
            _refresh(found[item_id], snapshot, sellers.get(snapshot.seller.id))
    Listing.objects.bulk_update(found.values(), ["title", "seller", "shop_state", "shop_state_at"])
    made = FrozenCopy.objects.bulk_create(copies)
    return dict(zip(items, made, strict=True))


def gone(shown: Mapping[str, Answer]) -> set[str]:
    """The items the marketplace says it does not have."""
    return {item_id for item_id, answer in shown.items() if isinstance(answer, ListingGone)}


def _known_listings(marketplace: Marketplace, kind: str, items: Items) -> None:
    rows = [Listing(marketplace=marketplace, kind=kind, item_id=item_id, url=url) for item_id, url in items.items()]
    Listing.objects.bulk_create(rows, ignore_conflicts=True)


def _known_sellers(marketplace: Marketplace, shown: Mapping[str, Answer]) -> dict[str, Seller]:
    infos = {a.seller.id: a.seller for a in shown.values() if isinstance(a, ListingSnapshot)}
    rows = [
        Seller(
            marketplace=marketplace,
            ref=i.id,
            name=i.name,
            email=i.email or "",
            language=i.language,
            zone=marketplace.zone,
        )
        for i in infos.values()
    ]
    Seller.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["marketplace", "ref"],
        update_fields=["name", "email"],
    )
    return {row.ref: row for row in Seller.objects.filter(marketplace=marketplace, ref__in=list(infos))}


def _refresh(listing: Listing, snapshot: ListingSnapshot, seller: Seller | None) -> None:
    listing.title, listing.seller = snapshot.title[:600], seller
    listing.shop_state, listing.shop_state_at = snapshot.state.value, snapshot.fetched_at


def _copy(listing: Listing, shown: ListingSnapshot | None, at: datetime) -> FrozenCopy:
    if shown is None:
        digest = copy_digest("", "", "", listing.url, ())
        return FrozenCopy(listing=listing, taken_at=at, digest=digest, source="address")
    pictures = [_picture(image.content, image.url, shown) for image in shown.images if image.content]
    price = f"{shown.price.amount} {shown.price.currency}" if shown.price else ""
    return FrozenCopy(
        listing=listing,
        taken_at=shown.fetched_at,
        title=shown.title[:600],
        text=shown.text,
        price=shown.price.amount if shown.price else "",
        currency=shown.price.currency if shown.price else "",
        seller_ref=shown.seller.id,
        seller_name=shown.seller.name,
        pictures=[picture for picture in pictures if picture],
        digest=copy_digest(shown.title, shown.text, price, shown.seller.id, [i.sha256 or "" for i in shown.images]),
        source=listing.marketplace.connector,
    )


def copy_digest(title: str, text: str, price: str, seller: str, pictures: Sequence[str]) -> str:
    """SHA-256 over what was shown, each part ended by a NUL."""
    return hashlib.sha256("\0".join((title, text, price, seller, *pictures, "")).encode()).hexdigest()


def _picture(content: bytes, url: str, shown: ListingSnapshot) -> dict[str, object] | None:
    """A picture of a listing, kept re-encoded; the digest is that of what the marketplace showed."""
    original = hashlib.sha256(content).hexdigest()
    kept = StoredFile.objects.filter(original_sha256=original, uploaded_by=None).first()
    if kept is None:
        try:
            kept = files.keep(content=content, name=url.rsplit("/", 1)[-1] or "picture", by=None, at=shown.fetched_at)
        except UploadRefused:
            return None
    return {"file": kept.pk, "sha256": original, "url": url}
