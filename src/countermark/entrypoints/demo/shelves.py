"""What stands on the shelves of the demo shop, and what listings elsewhere look like?"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import datetime

from countermark.connectors.marketplace import Image, ListingSnapshot, ListingState, Price, SellerInfo
from countermark.demo_shop import draw_picture
from countermark.entrypoints.demo.stories import Table, read

PICTURES = 2  # of each listing: all of it, and closer


def shop_world(*, only: Collection[str] | None = None, pictures: int = PICTURES) -> Table:
    """The world as `countermark.demo_shop.seed` takes it; `only` these numbers, each with so many pictures."""
    rows = ((seller, row) for seller in read("listings")["seller"] for row in seller["rows"])
    return {"items": [_item(s, r, pictures) for s, r in rows if only is None or r[0] in only]}


def _item(seller: Table, row: list[str], pictures: int) -> Table:
    number, title, shape, colour, word, price = row
    return {
        "id": number,
        "slug": _slug(title) or f"{shape}-{colour}".replace("_", "-"),
        "title": title,
        "text": text_of(shape, seller["language"], int(number)),
        "price": price,
        "currency": seller["currency"],
        "seller": {name: seller[name] for name in ("id", "name", "email", "language")},
        "pictures": [_picture(shape, colour, word, view) for view in range(pictures)],
    }


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z]{2,}", plain)
    return "-".join(words[:7]) if title.isascii() else ""


def text_of(shape: str, language: str, number: int) -> str:
    """The words of the seller, in its language where the file has them."""
    texts = read("listings")["text_zh"] if language.startswith("zh") else read("listings")["text"]
    words = texts.get(shape) or read("listings")["text"][shape]
    return str(words[number % len(words)])


def _picture(shape: str, colour: str, word: str, view: int) -> Table:
    return {"shape": shape, "colour": colour, "word": word.lstrip("~"), "blurred": word.startswith("~"), "view": view}


def look_of(item: str) -> tuple[str, str, str]:
    """Shape, colour and printed word of a listing, for whoever draws a comparison; a shop has no look of its own."""
    for seller in read("listings")["seller"]:
        for number, _, shape, colour, word, _ in seller["rows"]:
            if number == item or seller["id"] == item:
                return shape, colour, word.lstrip("~")
    listed = next(row for row in read("listings")["elsewhere"] if row["item"] == item)
    return listed["shape"], listed["colour"], listed.get("word", "")


def elsewhere(item: str, *, at: datetime) -> ListingSnapshot:
    """A listing of a marketplace without a connector, as its page showed it at `at`."""
    row = next(row for row in read("listings")["elsewhere"] if row["item"] == item)
    seller = row["seller"]
    pictures = [draw_picture(row["shape"], row["colour"], row.get("word", ""), view=view) for view in range(PICTURES)]
    return ListingSnapshot(
        item_id=item,
        url=row["url"],
        title=row["title"],
        text=text_of(row["shape"], seller["language"], 0),
        price=Price(row["price"], row["currency"]),
        images=tuple(_images(row["url"], pictures)),
        seller=SellerInfo(**seller),
        state=ListingState.UP,
        fetched_at=at,
    )


def _images(url: str, pictures: list[bytes]) -> Iterator[Image]:
    for number, png in enumerate(pictures, 1):
        yield Image(f"{url}#{number}", png, hashlib.sha256(png).hexdigest())


def patterns(base_url: str) -> str:
    """How the addresses of the demo shop look, for whoever reads pasted links."""
    host = base_url.removeprefix("http://")
    port = host.partition(":")[2]
    twin = f'"127.0.0.1:{port}" = "{host}"\n' if host.startswith("localhost") else ""
    return PATTERNS % {"host": host, "twin": twin}


PATTERNS = r"""id   = "harbour-market"
name = "Harbour Market"

[domains]
"%(host)s" = "%(host)s"
%(twin)s
[canonical]
listing    = "http://%(host)s/i/{item}"
storefront = "http://%(host)s/s/{seller}"

[[listing]]
path = 'i/(?P<item>\d{5})(?:-[a-z0-9-]{0,120})?'

[[storefront]]
path = 's/(?P<seller>[a-z0-9-]{2,40})'

[[bare]]
text = '(?P<item>4\d{4})'

[[good]]
paste   = "http://%(host)s/i/41001-nordic-mushroom-lamp"
item_id = "41001"
"""


def address(base_url: str, item: str, kind: str = "listing") -> str:
    """The canonical address of a listing or shop of the demo shop."""
    return f"{base_url}/{'i' if kind == 'listing' else 's'}/{item}"
