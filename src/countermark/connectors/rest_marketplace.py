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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from countermark.connectors.bounded import TooLarge, TooSlow, read_body
from countermark.connectors.fetch import FetchError
from countermark.connectors.marketplace import (
    Confirmation,
    Image,
    ItemRef,
    ListingGone,
    ListingSnapshot,
    ListingState,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
    Price,
    SellerInfo,
)

T = TypeVar("T")

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def resolve(self, item: ItemRef, *, at: datetime) -> ListingSnapshot:
        told = self._ask("GET", item, "")
        images = tuple(self._image(one) for one in _told(item, lambda: list(told["images"]))[:MAX_IMAGES])
        return _told(item, lambda: _snapshot(told, images, at))

    def state(self, item: ItemRef) -> ListingState:
        told = self._ask("GET", item, "")
        return _told(item, lambda: ListingState(told["state"]))

    def apply(self, measure: Measure, item: ItemRef, *, reference: str, reason_url: str | None = None) -> Confirmation:
        body = {"measure": Measure(measure).value, "reference": reference, "reason_url": reason_url}
        return _confirmed(item, reference, self._ask("POST", item, "/measures", body))

    def reverse(self, item: ItemRef, *, reference: str) -> Confirmation:
        return _confirmed(
            item, reference, self._ask("DELETE", item, f"/measures?reference={quote(reference, safe='')}")
        )

    def _image(self, told: dict[str, Any]) -> Image:
        """The picture with its bytes, or without when they cannot be had: that must not hide the listing."""
        url = str(told["url"])
        try:
            content = self._fetch(url) if self._fetch else None
        except FetchError:
            content = None
        return Image(url, content, hashlib.sha256(content).hexdigest() if content is not None else told.get("sha256"))

    def _ask(self, method: str, item: ItemRef, rest: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        path = f"/api/items/{quote(item.item_id, safe='')}{rest}"
        answer = self._send(method, path, json.dumps(body).encode() if body is not None else b"", item)
        if answer.status == 200:
            return _told(item, lambda: _object(answer.body))
        raise _error(item, answer)

    def _send(self, method: str, path: str, body: bytes, item: ItemRef) -> _Answer:
        until = time.monotonic() + self._seconds
        try:
            with self._client.stream(method, path, content=body, headers=self._headers(method, path, body)) as response:
                content = read_body(response, max_bytes=MAX_ANSWER_BYTES, until=until)
                return _Answer(response.status_code, content, _retry_after(response))
        except (httpx.TimeoutException, TooSlow) as error:
            raise MarketplaceUnavailable(item.item_id, "timeout") from error
        except TooLarge as error:
            raise MarketplaceUnavailable(item.item_id, "answer_not_understood") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise MarketplaceUnavailable(item.item_id, "unreachable") from error

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock() * 1000))
        signature = sign(self._secret, method, path, timestamp, body)
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


def _error(item: ItemRef, answer: _Answer) -> Exception:
    code, text = _reason(answer.body)
    if answer.status == 404 and code == "unknown_item":
        return ListingGone(item.item_id)
    if answer.status in {401, 403}:
        return MarketplaceRefused(item.item_id, "not_authorised", text)
    if answer.status == 429:
        return MarketplaceUnavailable(item.item_id, "too_many_requests", answer.retry_after)
    if answer.status in {409, 413, 422} and code:
        return MarketplaceRefused(
            item.item_id, "reference_reused" if code == "reference_reused" else "not_accepted", text
        )
    known = "server_error" if answer.status >= 500 else "answer_not_understood"
    return MarketplaceUnavailable(item.item_id, known, answer.retry_after)


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


def _told(item: ItemRef, read: Callable[[], T]) -> T:
    """Read from an answer; what is missing or of another kind makes the answer useless, not the program wrong."""
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MarketplaceUnavailable(item.item_id, "answer_not_understood") from error


def _confirmed(item: ItemRef, reference: str, told: dict[str, Any]) -> Confirmation:
    def read() -> Confirmation:
        if (told["item_id"], told["reference"]) != (item.item_id, reference):
            raise ValueError("this answers another request")
        return Confirmation(ListingState(told["state"]), _instant(told["at"]) if told.get("at") else None)

    return _told(item, read)


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
    )


def _retry_after(response: httpx.Response) -> timedelta | None:
    told = response.headers.get("retry-after", "")
    return timedelta(seconds=min(int(told), 86_400)) if told.isascii() and told.isdigit() else None
