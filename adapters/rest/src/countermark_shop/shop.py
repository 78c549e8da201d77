"""What does a marketplace implement to be asked? A `Shop`, and a `Book` in which one call is carried out.

The book lives in the marketplace's own database: what was asked before, and what lies on each listing and each shop. A call
is one transaction of it: either it acted and is written down, or neither. rules.py decides; the book only reads and writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from countermark_shop.words import RESULT, Measure, Own, ShopMeasure, State


@dataclass(frozen=True, slots=True)
class Offers:
    """What this marketplace can do. A desk asks nothing else; if it does, it is told so (422)."""

    measures: frozenset[Measure] = frozenset({Measure.PAUSE, Measure.REMOVE})
    shop_measures: frozenset[ShopMeasure] = frozenset()
    territories: bool = False
    cannot_undo: frozenset[ShopMeasure] = frozenset()


@dataclass(frozen=True, slots=True)
class Restriction:
    """The whole restriction of a listing: a measure everywhere (or None), and stronger ones in some countries."""

    everywhere: Measure | None = None
    territories: Mapping[str, Measure] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.everywhere is not None or bool(self.territories)

    @property
    def written(self) -> str:
        """One line that is the same for the same restriction: `pause DE=remove`; empty where there is none."""
        there = [f"{country}={measure}" for country, measure in sorted(self.territories.items())]
        return " ".join([self.everywhere or "-", *there]) if self else ""

    @classmethod
    def read(cls, written: str) -> Restriction:
        """The inverse of `written`."""
        everywhere, *there = written.split() or ["-"]
        pairs = (pair.split("=") for pair in there)
        return cls(
            None if everywhere == "-" else Measure(everywhere), {country: Measure(word) for country, word in pairs}
        )


NONE = Restriction()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a listing stands: the seller's own doing, what lies on it, and since when (aware, or None).

    `newest`: milliseconds since 1970, when the newest call was signed that was carried out on it; 0 if there was none.
    """

    own: Own
    restriction: Restriction = NONE
    since: datetime | None = None
    newest: int = 0

    @property
    def state(self) -> State:
        """Where no territory says otherwise. What the seller deleted is nobody else's; a restriction beats the rest."""
        if self.own is Own.DELETED or self.restriction.everywhere is None:
            return State(self.own)
        return RESULT[self.restriction.everywhere]

    @property
    def territories(self) -> Mapping[str, State]:
        if self.own is Own.DELETED:
            return {}
        return {country: RESULT[measure] for country, measure in self.restriction.territories.items()}


@dataclass(frozen=True, slots=True)
class ShopStanding:
    """What lies on a seller's shop, since when the newest of it does, and when each was last asked (milliseconds)."""

    measures: frozenset[ShopMeasure] = frozenset()
    since: datetime | None = None
    newest: Mapping[ShopMeasure, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who offers a listing. `email` None keeps it; `language` is a BCP 47 tag such as `zh-Hans`."""

    id: str
    name: str
    email: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Picture:
    """An address where the picture can be fetched; `sha256` in hex, if it is known."""

    url: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing as visitors read it, and how it stands. `price`: a decimal number as text, and an ISO 4217 code."""

    id: str
    url: str
    title: str
    text: str
    price: tuple[str, str] | None
    pictures: tuple[Picture, ...]
    seller: Seller
    standing: Standing


@dataclass(frozen=True, slots=True)
class Call:
    """One signed request to change something: `kind` is apply or reverse, `about` item or seller.

    `asks` is what it asks for in one line, so that a reference that comes again for something else is found out.
    """

    kind: str
    about: str
    id: str
    reference: str
    asks: str
    signed_at: int
    reason_url: str | None = None
    restriction: Restriction = NONE
    measure: ShopMeasure | None = None


class Book(Protocol):
    """One transaction. It holds a lock on the listing or shop of the call until it ends: two calls never cross."""

    def asked_before(self, call: Call) -> str | None:
        """Return what the call with this kind, subject and reference asked for; None if there was none."""
        ...

    def write_down(self, call: Call, *, acted: bool) -> None:
        """Keep that this call came, what it asked for and whether it acted; it is never forgotten."""
        ...

    def standing(self, item_id: str) -> Standing | None:
        """Return how the listing stands, locked; None when there is no such listing."""
        ...

    def restrict(self, call: Call) -> None:
        """Set the listing's whole restriction to `call.restriction`, its `newest` to `call.signed_at`."""
        ...

    def shop_standing(self, seller_id: str) -> ShopStanding | None:
        """Return what lies on the seller's shop, locked; None when there is no such seller."""
        ...

    def set_shop(self, call: Call) -> None:
        """Lay `call.measure` on the shop, or lift it if `call.kind` is reverse; its `newest` becomes `call.signed_at`."""
        ...


class Shop(Protocol):
    """A marketplace as the door sees it. Nothing needs to be inherited."""

    def offers(self) -> Offers: ...

    def listing(self, item_id: str) -> Listing | None:
        """Return the listing, whatever its state; None when there is no such listing."""
        ...

    def shop_standing(self, seller_id: str) -> ShopStanding | None:
        """Return what lies on the seller's shop; None when there is no such seller."""
        ...

    def book(self, call: Call) -> AbstractContextManager[Book]:
        """Open a transaction for this call: committed when the block ends, undone when it raises."""
        ...
