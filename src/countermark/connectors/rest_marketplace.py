"""How is a shop asked that speaks the small signed JSON protocol of docs/how-to/write-a-marketplace-adapter.md?

Every request carries `Shop-Timestamp` (milliseconds since 1970) and `Shop-Signature: v1=` HMAC-SHA256 over method,
path with query, timestamp and body, a line break between them. The timestamp is the real time of asking, whatever the
case time is: the shop refuses old ones, and lets no request act that was signed before the newest it has already
carried out on that listing.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from countermark.connectors.bounded import TooLarge, TooSlow, read_body
from countermark.connectors.fetch import FetchError
from countermark.connectors.marketplace import (
    NO_TERRITORIES,
    Confirmation,
    Image,
    ItemRef,
    ListingGone,
    ListingSnapshot,
    ListingState,
    MarketplaceError,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
    Offers,
    Price,
    SellerGone,
    SellerInfo,
    SellerRef,
    ShopMeasure,
    ShopStanding,
    Territories,
    check_restriction,
)

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)

# A listing with its text and addresses of pictures has a few KB; what is a thousand times larger is not an answer.
MAX_ANSWER_BYTES = 2_000_000
# A worker holds a lease while it waits; a shop that needs longer is asked again later, with the same reference.
SECONDS = 10.0
MAX_IMAGES = 30  # the picture limit of the large marketplaces lies below it (eBay 24, Taobao 15)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    retry_after: timedelta | None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a request is about: its id, the word for it, the start of its path."""

    id: str
    about: str
    path: str

    def unavailable(self, code: str, retry_after: timedelta | None = None) -> MarketplaceUnavailable:
        return MarketplaceUnavailable(self.id, code, retry_after, about=self.about)

    def refused(self, code: str, text: str) -> MarketplaceRefused:
        return MarketplaceRefused(self.id, code, text, about=self.about)


_OFFERS = _Subject("offers", "what it can do,", "/api/offers")
_GONE: Mapping[str, Callable[[str], MarketplaceError]] = {"unknown_item": ListingGone, "unknown_seller": SellerGone}
_FINAL = ("reference_reused", "cannot_be_undone")


def _listing(item: ItemRef) -> _Subject:
    return _Subject(item.item_id, "listing", f"/api/items/{quote(item.item_id, safe='')}")


def _shop(seller: SellerRef) -> _Subject:
    return _Subject(seller.id, "shop", f"/api/sellers/{quote(seller.id, safe='')}")


class RestMarketplace:
    """The port `Marketplace` over HTTP. One object serves several threads; close it, or use it in a `with`.

    `fetch` reads a picture's bytes and raises FetchError; without it listings come with the pictures' addresses only.
    """

    def __init__(
        self,
        base_url: str,
        secret: str,
        *,
        seconds: float = SECONDS,
        fetch: Callable[[str], bytes] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not secret:
            raise ValueError("a shop is asked with a shared secret only; pass the one the shop was started with")
        self._secret = secret.encode()
        self._seconds = seconds
        self._fetch = fetch
        self._clock = clock
        # The operator names this address, so it may be a private one; proxies of the environment stay out of it.
        self._client = httpx.Client(base_url=base_url, timeout=seconds, trust_env=False, follow_redirects=False)
        self._folder = urlsplit(base_url).path.rstrip("/")  # of a shop that is not at its origin: signed with the rest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def offers(self) -> Offers:
        """A shop that knows no such question pauses and removes, as every shop of this protocol has to."""
        answer = self._send("GET", _OFFERS, "")
        if answer.status == 404:
            return Offers()
        return _told(_OFFERS, lambda: _offers(self._believed(answer, _OFFERS)))

    def resolve(self, item: ItemRef, *, at: datetime) -> ListingSnapshot:
        told = self._ask("GET", _listing(item), "")
        images = tuple(self._image(one) for one in _told(_listing(item), lambda: list(told["images"]))[:MAX_IMAGES])
        return _told(_listing(item), lambda: _snapshot(told, images, at))

    def state(self, item: ItemRef) -> ListingState:
        return self.standing(item).state

    def standing(self, item: ItemRef) -> Confirmation:
        told = self._ask("GET", _listing(item), "")
        return _told(_listing(item), lambda: _confirmation(told))

    def apply(
        self,
        measure: Measure | None,
        item: ItemRef,
        *,
        reference: str,
        reason_url: str | None = None,
        territories: Territories = NO_TERRITORIES,
    ) -> Confirmation:
        check_restriction(measure, territories)
        word = Measure(measure).value if measure else None
        body: dict[str, Any] = {"measure": word, "reference": reference, "reason_url": reason_url}
        if territories:
            body["territories"] = {country: there.value for country, there in sorted(territories.items())}
        return _confirmed(item, reference, self._ask("POST", _listing(item), "/measures", body))

    def reverse(self, item: ItemRef, *, reference: str) -> Confirmation:
        rest = f"/measures?reference={quote(reference, safe='')}"
        return _confirmed(item, reference, self._ask("DELETE", _listing(item), rest))

    def shop_state(self, seller: SellerRef) -> ShopStanding:
        told = self._ask("GET", _shop(seller), "")
        return _told(_shop(seller), lambda: _shop_standing(told))

    def apply_to_shop(
        self, measure: ShopMeasure, seller: SellerRef, *, reference: str, reason_url: str | None = None
    ) -> ShopStanding:
        body = {"measure": ShopMeasure(measure).value, "reference": reference, "reason_url": reason_url}
        return _shop_confirmed(seller, reference, self._ask("POST", _shop(seller), "/measures", body))

    def reverse_shop(self, measure: ShopMeasure, seller: SellerRef, *, reference: str) -> ShopStanding:
        rest = f"/measures/{ShopMeasure(measure).value}?reference={quote(reference, safe='')}"
        return _shop_confirmed(seller, reference, self._ask("DELETE", _shop(seller), rest))

    def _image(self, told: dict[str, Any]) -> Image:
        """The picture with its bytes, or without when they cannot be had: that must not hide the listing."""
        url = str(told["url"])
        try:
            content = self._fetch(url) if self._fetch else None
        except FetchError:
            content = None
        return Image(url, content, hashlib.sha256(content).hexdigest() if content is not None else told.get("sha256"))

    def _ask(self, method: str, subject: _Subject, rest: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._believed(self._send(method, subject, rest, body), subject)

    def _believed(self, answer: _Answer, subject: _Subject) -> dict[str, Any]:
        if answer.status == 200:
            return _told(subject, lambda: _object(answer.body))
        raise _error(subject, answer)

    def _send(self, method: str, subject: _Subject, rest: str, told: dict[str, Any] | None = None) -> _Answer:
        until = time.monotonic() + self._seconds
        path, body = subject.path + rest, json.dumps(told).encode() if told is not None else b""
        try:
            with self._client.stream(method, path, content=body, headers=self._headers(method, path, body)) as response:
                content = read_body(response, max_bytes=MAX_ANSWER_BYTES, until=until)
                return _Answer(response.status_code, content, _retry_after(response))
        except (httpx.TimeoutException, TooSlow) as error:
            raise subject.unavailable("timeout") from error
        except TooLarge as error:
            raise subject.unavailable("answer_not_understood") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise subject.unavailable("unreachable") from error

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock() * 1000))
        signature = sign(self._secret, method, self._folder + path, timestamp, body)
        return {
            "Shop-Timestamp": timestamp,
            "Shop-Signature": f"v1={signature}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }


def sign(secret: bytes, method: str, path: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over the four parts, a line break between them; `path` with its query."""
    message = b"\n".join((method.encode(), path.encode(), timestamp.encode(), body))
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def _error(subject: _Subject, answer: _Answer) -> Exception:
    code, text = _reason(answer.body)
    if answer.status == 404 and code in _GONE:
        return _GONE[code](subject.id)
    if answer.status in {401, 403}:
        return subject.refused("not_authorised", text)
    if answer.status == 429:
        return subject.unavailable("too_many_requests", answer.retry_after)
    if answer.status in {409, 413, 422} and code:
        return subject.refused(code if code in _FINAL else "not_accepted", text)
    known = "server_error" if answer.status >= 500 else "answer_not_understood"
    return subject.unavailable(known, answer.retry_after)


def _reason(body: bytes) -> tuple[str, str]:
    try:
        told = _object(body)
    except ValueError:
        return "", ""
    return str(told.get("error", "")), str(told.get("text", ""))[:500]


def _object(body: bytes) -> dict[str, Any]:
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("an answer of this protocol is a JSON object")
    return told


def _told(subject: _Subject, read: Callable[[], T]) -> T:
    """Read from an answer; what is missing or of another kind makes the answer useless, not the program wrong."""
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise subject.unavailable("answer_not_understood") from error


def _confirmed(item: ItemRef, reference: str, told: dict[str, Any]) -> Confirmation:
    def read() -> Confirmation:
        if (told["item_id"], told["reference"]) != (item.item_id, reference):
            raise ValueError("this answers another request")
        return _confirmation(told)

    return _told(_listing(item), read)


def _shop_confirmed(seller: SellerRef, reference: str, told: dict[str, Any]) -> ShopStanding:
    def read() -> ShopStanding:
        if (told["seller_id"], told["reference"]) != (seller.id, reference):
            raise ValueError("this answers another request")
        return _shop_standing(told)

    return _told(_shop(seller), read)


def _confirmation(told: dict[str, Any]) -> Confirmation:
    return Confirmation(ListingState(told["state"]), _at(told), _territories(told))


def _shop_standing(told: dict[str, Any]) -> ShopStanding:
    return ShopStanding(frozenset(ShopMeasure(one) for one in told["measures"]), _at(told))


def _territories(told: dict[str, Any]) -> dict[str, ListingState]:
    return {str(country): ListingState(state) for country, state in (told.get("territories") or {}).items()}


def _offers(told: dict[str, Any]) -> Offers:
    return Offers(
        _known(Measure, told["measures"]),
        _known(ShopMeasure, told["shop_measures"]),
        told["territories"] is True,
        _known(ShopMeasure, told.get("cannot_undo") or ()),
    )


def _known(words: type[Word], told: Iterable[str]) -> frozenset[Word]:
    """Those of these words that are known here; a newer shop may offer more."""
    return frozenset(word for word in words if word in set(told))


def _at(told: dict[str, Any]) -> datetime | None:
    return _instant(told["at"]) if told.get("at") else None


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return at


def _snapshot(told: dict[str, Any], images: tuple[Image, ...], at: datetime) -> ListingSnapshot:
    seller, price = told["seller"], told.get("price")
    return ListingSnapshot(
        item_id=str(told["id"]),
        url=str(told["url"]),
        title=str(told["title"]),
        text=str(told["text"]),
        price=Price(str(price["amount"]), str(price["currency"])) if price else None,
        images=images,
        seller=SellerInfo(str(seller["id"]), str(seller["name"]), seller.get("email"), str(seller["language"])),
        state=ListingState(told["state"]),
        fetched_at=at,
        territories=_territories(told),
    )


def _retry_after(response: httpx.Response) -> timedelta | None:
    told = response.headers.get("retry-after", "")
    return timedelta(seconds=min(int(told), 86_400)) if told.isascii() and told.isdigit() else None
