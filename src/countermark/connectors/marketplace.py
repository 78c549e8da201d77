"""What does the product ask of a marketplace, and what may it rely on?

A marketplace shows listings and keeps shops. Of a listing four things are asked: what it is (`resolve`), how it stands
(`state`, `standing`), to restrict it (`apply`), to lift our restriction (`reverse`). Of a shop three: `shop_state`,
`apply_to_shop`, `reverse_shop`. What a marketplace can do it says itself (`offers`). What every adapter keeps, and
connectors/contract.py and shop_contract.py prove:

Rule 1, once: a call is known by its kind, its item or seller and its `reference`. A reference seen before acts no second
time, however often and however late it arrives; its answer tells how things stand now. A reference used for another
measure, or for other territories, is refused. A marketplace that can tell lets no call act that was made before the
newest one it carried out.
Rule 2, newest: `apply` sets the whole restriction of a listing, it does not add one: `pause` after `remove` leaves the
listing paused. `territories` names the countries where the listing must be restricted more strongly than everywhere; the
next `apply` without them ends them. `reverse` lifts whatever restriction of ours is there, in every territory, and is
content when there is none. The measures of a shop are apart: each is set and lifted by its own name.
Rule 3, not ours: what the seller deleted is never republished and never restricted; both calls answer
`deleted_by_seller` and change nothing. What the seller sold out comes back sold out. How a listing stands is its own:
that its shop is suspended or closed is told by `shop_state` only, and lifting that brings each listing back as it stood.
Rule 4, no answer is no knowledge: after MarketplaceUnavailable the call may have acted or not. Ask again with the
same reference.
Rule 5, not offered is not asked: a measure, or a territory, that `offers` does not name is never asked of this
marketplace, and nothing stronger in its place: the seller was told what is done, in which territories (DSA art. 17(3)(a)),
and an authority's order may reach no farther than necessary (art. 9(2)(b)). An operator does it by hand. A marketplace
with one way of hiding offers both PAUSE and REMOVE, and remembers by which word it was asked.
Rule 6, no clocks: how long a measure lasts is not told. Who asked for it reverses it at its end.

This file knows no protocol, no row and no current time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol


class ListingState(StrEnum):
    """How a listing stands on its marketplace. Only UP and DEMOTED can be bought."""

    UP = "up"
    DEMOTED = "demoted"
    PAUSED = "paused"
    REMOVED = "removed"
    DELETED_BY_SELLER = "deleted_by_seller"
    SOLD_OUT = "sold_out"


class Measure(StrEnum):
    """What the product may ask a marketplace to do to a listing, in order of strength."""

    DEMOTE = "demote"  # it can be bought, but is shown last and recommended nowhere
    PAUSE = "pause"  # hidden from buyers while a question is open
    REMOVE = "remove"  # taken down

    @property
    def result(self) -> ListingState:
        return _RESULT[self]

    @property
    def strength(self) -> int:
        return list(Measure).index(self)


_RESULT = {
    Measure.DEMOTE: ListingState.DEMOTED,
    Measure.PAUSE: ListingState.PAUSED,
    Measure.REMOVE: ListingState.REMOVED,
}


class ShopMeasure(StrEnum):
    """What the product may ask a marketplace to do to a seller's whole shop. They lie beside each other."""

    FREEZE_FUNDS = "freeze_funds"  # nothing is paid out; it goes on selling
    SUSPEND = "suspend"  # nothing of it is shown or sold for a while
    CLOSE = "close"  # the contract with the seller is ended


Territories = Mapping[str, Measure]  # ISO 3166-1 alpha-2 country -> what must hold there
NO_TERRITORIES: Territories = MappingProxyType({})
NOTHING_THERE: Mapping[str, ListingState] = MappingProxyType({})


def check_restriction(measure: Measure | None, territories: Territories) -> None:
    """ValueError unless something is asked, of countries by two capital letters, each more strongly than everywhere."""
    if measure is None and not territories:
        raise ValueError("nothing is asked: name a measure, or one for some territory; to lift all, call reverse")
    for country, there in territories.items():
        if not re.fullmatch("[A-Z]{2}", country):
            raise ValueError(f"{country!r} is no country; write two capital letters of ISO 3166-1, such as DE")
        if measure is not None and there.strength <= measure.strength:
            raise ValueError(f"{there} in {country} is no stronger than {measure} everywhere; leave it out")


@dataclass(frozen=True, slots=True)
class Offers:
    """What a marketplace can do. `cannot_undo`: shop measures it carries out once and for all."""

    measures: frozenset[Measure] = frozenset({Measure.PAUSE, Measure.REMOVE})
    shop_measures: frozenset[ShopMeasure] = frozenset()
    territories: bool = False
    cannot_undo: frozenset[ShopMeasure] = frozenset()

    def can(self, measure: Measure | None, territories: Territories = NO_TERRITORIES) -> bool:
        """Whether this whole restriction can be asked for."""
        wanted = {*territories.values(), *([measure] if measure else [])}
        return wanted <= self.measures and (self.territories or not territories)


@dataclass(frozen=True, slots=True)
class ItemRef:
    """A listing by the marketplace's own id; `url` is where the complainant saw it, if that is known."""

    item_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class SellerRef:
    """A seller, and so the seller's shop, by the marketplace's own id."""

    id: str


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
    territories: Mapping[str, ListingState] = field(default_factory=lambda: NOTHING_THERE, hash=False)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How the listing stands now, and since when by the marketplace's clock (aware; None if it does not say).

    `territories` names the countries where it stands otherwise than everywhere.
    """

    state: ListingState
    at: datetime | None
    territories: Mapping[str, ListingState] = field(default_factory=lambda: NOTHING_THERE, hash=False)


@dataclass(frozen=True, slots=True)
class ShopStanding:
    """What of ours lies on a shop now, and since when the newest of it does (aware; None if it is not told)."""

    measures: frozenset[ShopMeasure]
    at: datetime | None


class MarketplaceError(Exception):
    """A marketplace did not do what was asked. `code` is stable; `item_id` names the listing, or the shop (`about`)."""

    http_status_hint = 502
    sentence = "{item_id}: {code}"

    def __init__(self, item_id: str, code: str, *, about: str = "listing", **data: object) -> None:
        self.item_id = item_id
        self.code = code
        self.about = about
        self.data = data
        super().__init__(item_id, code)

    def __str__(self) -> str:
        return self.sentence.format(item_id=self.item_id, code=self.code, about=self.about, **self.data)


class ListingGone(MarketplaceError):
    """The marketplace does not know this listing, or no longer. Asking again does not help."""

    http_status_hint = 404
    sentence = "The marketplace knows no listing {item_id}. Check the number or the address."

    def __init__(self, item_id: str) -> None:
        super().__init__(item_id, "listing_gone")


class SellerGone(MarketplaceError):
    """The marketplace does not know this seller, or no longer. Asking again does not help."""

    http_status_hint = 404
    sentence = "The marketplace knows no seller {item_id}. Check the seller's id."

    def __init__(self, seller_id: str) -> None:
        super().__init__(seller_id, "seller_gone", about="shop")


class MarketplaceUnavailable(MarketplaceError):
    """No usable answer; whether the call acted is not known. Ask again, same reference, after `retry_after` if told.

    Codes: timeout, unreachable, server_error, too_many_requests, answer_not_understood.
    """

    http_status_hint = 503
    sentence = "The marketplace gave no usable answer about {about} {item_id} ({code}). It will be asked again."

    def __init__(
        self, item_id: str, code: str, retry_after: timedelta | None = None, *, about: str = "listing"
    ) -> None:
        self.retry_after = retry_after
        super().__init__(item_id, code, about=about)


class MarketplaceRefused(MarketplaceError):
    """The marketplace said no and would say so again; an operator has to look.

    Codes: not_authorised, reference_reused, cannot_be_undone, not_accepted (`text` holds the marketplace's own words).
    """

    http_status_hint = 502
    sentence = (
        "The marketplace refused what was asked about {about} {item_id} ({code}): {text} An operator has to look."
    )

    def __init__(self, item_id: str, code: str, text: str = "", *, about: str = "listing") -> None:
        self.text = text
        super().__init__(item_id, code, about=about, text=text)


class Marketplace(Protocol):
    """The port. Every method may raise any MarketplaceError; the rules stand at the head of this file."""

    def offers(self) -> Offers:
        """Return what this marketplace can do; it is asked nothing else."""
        ...

    def resolve(self, item: ItemRef, *, at: datetime) -> ListingSnapshot:
        """Return the listing as it stands, whatever its state; ListingGone when the marketplace knows nothing of it."""
        ...

    def state(self, item: ItemRef) -> ListingState:
        """Return how the listing stands now, where no territory says otherwise."""
        ...

    def standing(self, item: ItemRef) -> Confirmation:
        """Return how the listing stands now, in every territory."""
        ...

    def apply(
        self,
        measure: Measure | None,
        item: ItemRef,
        *,
        reference: str,
        reason_url: str | None = None,
        territories: Territories = NO_TERRITORIES,
    ) -> Confirmation:
        """Restrict the listing, once per `reference`: `measure` everywhere (None: not restricted), more in `territories`.

        `reason_url` is where the seller reads why. ValueError as of `check_restriction`.
        """
        ...

    def reverse(self, item: ItemRef, *, reference: str) -> Confirmation:
        """Lift our restriction in every territory, once per `reference`; the seller's own doings stay."""
        ...

    def shop_state(self, seller: SellerRef) -> ShopStanding:
        """Return what of ours lies on the seller's shop; SellerGone when the marketplace knows nothing of the seller."""
        ...

    def apply_to_shop(
        self, measure: ShopMeasure, seller: SellerRef, *, reference: str, reason_url: str | None = None
    ) -> ShopStanding:
        """Lay this measure on the shop, once per `reference`, beside what lies there."""
        ...

    def reverse_shop(self, measure: ShopMeasure, seller: SellerRef, *, reference: str) -> ShopStanding:
        """Lift this measure from the shop, once per `reference`; MarketplaceRefused `cannot_be_undone` if it is final."""
        ...
