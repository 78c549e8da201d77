"""What is answered to a request? The one door: signature, place, rules, answer. It knows no web framework.

    answer(shop, [secret], Request("GET", "/api/items/17", timestamp, signature, b""), now=time.time())

Every refusal is JSON with a stable `error` and a `text` for the desk's operator. Programming errors are not caught: the
framework answers 500, the transaction is undone, and the desk asks again with the same reference.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from countermark_shop import reading, rules
from countermark_shop.reading import NoSuchPath, NotAccepted, Place, WrongMethod
from countermark_shop.rules import CannotBeUndone, ReferenceReused
from countermark_shop.shop import Listing, Shop, ShopStanding, Standing
from countermark_shop.signature import NotAuthorised, check

MAX_BODY = 100_000  # 250 countries and two addresses are a tenth of it


@dataclass(frozen=True, slots=True)
class Request:
    """`path` as it was sent, with its query, nothing decoded: that is what was signed."""

    method: str
    path: str
    timestamp: str
    signature: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    told: dict[str, Any]
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def body(self) -> bytes:
        return json.dumps(self.told, ensure_ascii=False).encode("utf-8", "replace")


def refusal(status: int, error: str, text: str, *headers: tuple[str, str]) -> Answer:
    return Answer(status, {"error": error, "text": text}, headers)


UNKNOWN = {
    "item": refusal(404, "unknown_item", "There is no such listing."),
    "seller": refusal(404, "unknown_seller", "There is no such seller."),
}
TOO_LARGE = refusal(413, "too_large", f"A request of this protocol has at most {MAX_BODY} bytes.")


def answer(shop: Shop, secrets: Sequence[bytes], request: Request, *, now: float, prefix: str = "/api") -> Answer:
    """Answer one request. `prefix` is what stands before /items in the path as sent."""
    if len(request.body) > MAX_BODY:
        return TOO_LARGE
    try:
        signed_at = _signed_at(secrets, request, now)
        path, _, query = request.path.partition("?")
        if not path.startswith(f"{prefix}/"):
            raise NoSuchPath(path)
        return _answer(shop, request, reading.place_of(path.removeprefix(prefix)), query, signed_at)
    except NotAuthorised as error:
        return refusal(401, "not_authorised", str(error))
    except NoSuchPath:
        return refusal(404, "no_such_address", "This is no address of the protocol.")
    except WrongMethod as error:
        return refusal(405, "not_accepted", f"Ask with {error.allowed}.", ("Allow", error.allowed))
    except NotAccepted as error:
        return refusal(422, "not_accepted", str(error))
    except ReferenceReused as error:
        return refusal(409, "reference_reused", f"{error} was used for something else.")
    except CannotBeUndone as error:
        return refusal(409, "cannot_be_undone", f"{error} is final in this shop.")


def _signed_at(secrets: Sequence[bytes], request: Request, now: float) -> int:
    return check(
        secrets,
        method=request.method,
        path=request.path,
        timestamp=request.timestamp,
        signature=request.signature,
        body=request.body,
        now=now,
    )


def _answer(shop: Shop, request: Request, place: Place, query: str, signed_at: int) -> Answer:
    if not place.rest:
        if request.method not in {"GET", "HEAD"}:
            raise WrongMethod("GET")
        return _look(shop, place)
    if request.method not in {"POST", "DELETE"}:
        raise WrongMethod("POST, DELETE")
    return _act(shop, request, place, query, signed_at)


def _look(shop: Shop, place: Place) -> Answer:
    if place.about == "offers":
        return Answer(200, _offers(shop))
    if place.about == "item":
        listing = shop.listing(place.id)
        return Answer(200, _described(listing)) if listing else UNKNOWN["item"]
    standing = shop.shop_standing(place.id)
    return Answer(200, {"id": place.id, **_laid(standing)}) if standing else UNKNOWN["seller"]


def _act(shop: Shop, request: Request, place: Place, query: str, signed_at: int) -> Answer:
    call = reading.call_of(request.method, place, query, request.body, signed_at, shop.offers())
    with shop.book(call) as book:
        if call.about == "item":
            stands = rules.carry_out(book, call)
            told = {"item_id": call.id, "reference": call.reference, **_stands(stands)} if stands else None
        else:
            laid = rules.carry_out_on_shop(book, call, shop.offers())
            told = {"seller_id": call.id, "reference": call.reference, **_laid(laid)} if laid else None
    return Answer(200, told) if told else UNKNOWN[call.about]


def _offers(shop: Shop) -> dict[str, Any]:
    offers = shop.offers()
    return {
        "measures": sorted(offers.measures),
        "shop_measures": sorted(offers.shop_measures),
        "territories": offers.territories,
        "cannot_undo": sorted(offers.cannot_undo),
    }


def _stands(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state,
        "territories": dict(standing.territories),
        "at": standing.since.isoformat() if standing.since else None,
    }


def _laid(standing: ShopStanding) -> dict[str, Any]:
    return {"measures": sorted(standing.measures), "at": standing.since.isoformat() if standing.since else None}


def _described(listing: Listing) -> dict[str, Any]:
    seller = listing.seller
    return {
        "id": listing.id,
        "url": listing.url,
        "title": listing.title,
        "text": listing.text,
        "price": dict(zip(("amount", "currency"), listing.price, strict=True)) if listing.price else None,
        "images": [{"url": picture.url, "sha256": picture.sha256} for picture in listing.pictures],
        "seller": {"id": seller.id, "name": seller.name, "email": seller.email, "language": seller.language},
        **_stands(listing.standing),
    }
