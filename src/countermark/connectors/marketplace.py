"""What does the product ask of a marketplace, and what may it rely on?

A marketplace shows listings; four calls are asked of it: what is this listing (`resolve`), how does it stand
(`state`), restrict it (`apply`), lift our restriction (`reverse`). What every adapter keeps, and
connectors/contract.py proves:

Rule 1, once: a call is known by its kind, its item and its `reference`. A reference seen before acts no second time,
however often and however late it arrives; its answer tells how the listing stands now. A reference used for another
measure is refused. A marketplace that can tell lets no call act that was made before the newest one it carried out.
Rule 2, newest: `apply` sets the restriction, it does not add one: `pause` after `remove` leaves the listing paused.
`reverse` lifts whatever restriction of ours is there, and is content when there is none.
Rule 3, not ours: what the seller deleted is never republished and never restricted; both calls answer
`deleted_by_seller` and change nothing. What the seller sold out comes back sold out.
Rule 4, no answer is no knowledge: after MarketplaceUnavailable the call may have acted or not. Ask again with the
same reference.

This file knows no protocol, no row and no current time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class ListingState(StrEnum):
    """How a listing stands on its marketplace. Only UP can be bought."""

    UP = "up"
    PAUSED = "paused"
    REMOVED = "removed"
    DELETED_BY_SELLER = "deleted_by_seller"
    SOLD_OUT = "sold_out"


class Measure(StrEnum):
    """What the product may ask a marketplace to do to a listing."""

    PAUSE = "pause"
    REMOVE = "remove"

    @property
    def result(self) -> ListingState:
        return ListingState.PAUSED if self is Measure.PAUSE else ListingState.REMOVED


@dataclass(frozen=True, slots=True)
class ItemRef:
    """A listing by the marketplace's own id; `url` is where the complainant saw it, if that is known."""

    item_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of a listing. `content` is None when it could not be had; `sha256` (hex) is of it, or as told."""

    url: str
    content: bytes | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` is a decimal number as text, as the marketplace wrote it; `currency` an ISO 4217 code."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class SellerInfo:
    """Who offers it. `email` is None where the marketplace keeps it; `language` is a BCP 47 tag such as `zh-Hans`."""

    id: str
    name: str
    email: str | None
    language: str


@dataclass(frozen=True, slots=True)
class ListingSnapshot:
    """A listing as it was at `fetched_at` (aware, given by the caller)."""

    item_id: str
    url: str
    title: str
    text: str
    price: Price | None
    images: tuple[Image, ...]
    seller: SellerInfo
    state: ListingState
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How the listing stands now, and since when by the marketplace's clock (aware; None if it does not say)."""

    state: ListingState
    at: datetime | None


class MarketplaceError(Exception):
    """A marketplace did not do what was asked. `code` is stable; `item_id` names the listing."""

    http_status_hint = 502
    sentence = "{item_id}: {code}"

    def __init__(self, item_id: str, code: str, **data: object) -> None:
        self.item_id = item_id
        self.code = code
        self.data = data
        super().__init__(item_id, code)

    def __str__(self) -> str:
        return self.sentence.format(item_id=self.item_id, code=self.code, **self.data)


class ListingGone(MarketplaceError):
    """The marketplace does not know this listing, or no longer. Asking again does not help."""

    http_status_hint = 404
    sentence = "The marketplace knows no listing {item_id}. Check the number or the address."

    def __init__(self, item_id: str) -> None:
        super().__init__(item_id, "listing_gone")


class MarketplaceUnavailable(MarketplaceError):
    """No usable answer; whether the call acted is not known. Ask again, same reference, after `retry_after` if told.

    Codes: timeout, unreachable, server_error, too_many_requests, answer_not_understood.
    """

    http_status_hint = 503
    sentence = "The marketplace gave no usable answer about listing {item_id} ({code}). It will be asked again."

    def __init__(self, item_id: str, code: str, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(item_id, code)


class MarketplaceRefused(MarketplaceError):
    """The marketplace said no and would say so again; an operator has to look.

    Codes: not_authorised, reference_reused, not_accepted (`text` holds the marketplace's own words).
    """

    http_status_hint = 502
    sentence = (
        "The marketplace refused what was asked about listing {item_id} ({code}): {text} An operator has to look."
    )

    def __init__(self, item_id: str, code: str, text: str = "") -> None:
        self.text = text
        super().__init__(item_id, code, text=text)


class Marketplace(Protocol):
    """The port. Every method may raise any MarketplaceError; the rules stand at the head of this file."""

    def resolve(self, item: ItemRef, *, at: datetime) -> ListingSnapshot:
        """Return the listing as it stands, whatever its state; ListingGone when the marketplace knows nothing of it."""
        ...

    def state(self, item: ItemRef) -> ListingState:
        """Return how the listing stands now."""
        ...

    def apply(self, measure: Measure, item: ItemRef, *, reference: str, reason_url: str | None = None) -> Confirmation:
        """Pause or remove the listing, once per `reference`. `reason_url` is where the seller reads why."""
        ...

    def reverse(self, item: ItemRef, *, reference: str) -> Confirmation:
        """Lift our restriction, once per `reference`; the seller's own doings stay."""
        ...
