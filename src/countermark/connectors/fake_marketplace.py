"""What would a marketplace do? One in memory that keeps the port's rules and can be told to misbehave.

    shop = FakeMarketplace([a_listing("40718")])
    shop.misbehave(Fault.LATE)              # the next call acts, but its answer does not arrive

It offers everything unless told otherwise. Safe for several threads. `calls` lists what arrived: (kind, item or seller id,
reference), repetitions included; kinds of a shop are `shop_apply` and `shop_reverse`.
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from countermark.connectors.marketplace import (
    NO_TERRITORIES,
    NOTHING_THERE,
    Confirmation,
    ItemRef,
    ListingGone,
    ListingSnapshot,
    ListingState,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
    Offers,
    SellerGone,
    SellerRef,
    ShopMeasure,
    ShopStanding,
    Territories,
    check_restriction,
)

EVERYTHING = Offers(frozenset(Measure), frozenset(ShopMeasure), territories=True)
_SELLERS_OWN = {ListingState.DELETED_BY_SELLER, ListingState.SOLD_OUT}


class Fault(StrEnum):
    """How the next call goes wrong."""

    LATE = "late"  # it acts, the answer comes after everybody stopped waiting
    TWICE = "twice"  # the network delivers the request two times
    NEVER = "never"  # nothing arrives, nothing happens
    ERROR = "error"  # the marketplace fails before acting
    WRONG = "wrong"  # it does nothing, and its answer shows that
    LYING = "lying"  # it does nothing, and answers as if it had
    GARBAGE = "garbage"  # it acts and answers something that is no answer
    REFUSED = "refused"  # it says no


@dataclass(frozen=True, slots=True)
class _Restriction:
    """The whole restriction of a listing; `everywhere` None and no territories: none."""

    everywhere: Measure | None = None
    territories: tuple[tuple[str, Measure], ...] = ()


NONE = _Restriction()


@dataclass(slots=True)
class _Shelf:
    """One listing: what the seller did (`own`), and the restriction of ours that lies on it."""

    snapshot: ListingSnapshot
    own: ListingState
    restriction: _Restriction = NONE
    answered: dict[tuple[str, str], _Restriction] = field(default_factory=dict)

    @property
    def state(self) -> ListingState:
        if self.own is ListingState.DELETED_BY_SELLER or not self.restriction.everywhere:
            return self.own
        return self.restriction.everywhere.result

    @property
    def territories(self) -> Mapping[str, ListingState]:
        if self.own is ListingState.DELETED_BY_SELLER:
            return NOTHING_THERE
        return {country: measure.result for country, measure in self.restriction.territories}


@dataclass(slots=True)
class _Shop:
    """What of ours lies on one seller's shop."""

    measures: set[ShopMeasure] = field(default_factory=set)
    answered: dict[tuple[str, str], ShopMeasure] = field(default_factory=dict)


class FakeMarketplace:
    """The port `Marketplace`, in memory."""

    def __init__(self, listings: Iterable[ListingSnapshot] = (), *, offers: Offers = EVERYTHING) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self._offers = offers
        self._faults: deque[Fault] = deque()
        self._shelves: dict[str, _Shelf] = {}
        self._shops: dict[str, _Shop] = {}
        self._lock = threading.RLock()
        for listing in listings:
            self.put(listing)

    # What a test or a demo arranges

    def put(self, listing: ListingSnapshot) -> None:
        """Offer a listing, or replace it by a newer version of itself; our restriction on it stays."""
        own = listing.state if listing.state in _SELLERS_OWN else ListingState.UP
        with self._lock:
            if shelf := self._shelves.get(listing.item_id):
                shelf.snapshot, shelf.own = listing, own
            else:
                self._shelves[listing.item_id] = _Shelf(listing, own)
            self._shops.setdefault(listing.seller.id, _Shop())

    def seller_deletes(self, item_id: str) -> None:
        self._shelves[item_id].own = ListingState.DELETED_BY_SELLER

    def sells_out(self, item_id: str) -> None:
        self._shelves[item_id].own = ListingState.SOLD_OUT

    def forgets(self, item_id: str) -> None:
        del self._shelves[item_id]

    def comes_back(self, item_id: str) -> None:
        """The listing is up again although nobody lifted anything: a restored backup, a hand at the database."""
        self._shelves[item_id].restriction = NONE

    def reopens(self, seller_id: str) -> None:
        """The shop is free of all measures although nobody lifted them."""
        self._shops[seller_id].measures.clear()

    def is_sold(self, item_id: str) -> bool:
        """Whether a visitor can buy it now."""
        shelf = self._shelves[item_id]
        closed = self._shops[shelf.snapshot.seller.id].measures & {ShopMeasure.SUSPEND, ShopMeasure.CLOSE}
        return shelf.state in {ListingState.UP, ListingState.DEMOTED} and not closed

    def misbehave(self, *faults: Fault) -> None:
        """Let the next calls go wrong, one fault each, in this order."""
        self._faults.extend(faults)

    # The port

    def offers(self) -> Offers:
        return self._offers

    def resolve(self, item: ItemRef, *, at: datetime) -> ListingSnapshot:
        shelf = self._asked("resolve", item)
        return replace(shelf.snapshot, state=shelf.state, fetched_at=at, territories=shelf.territories)

    def state(self, item: ItemRef) -> ListingState:
        return self._asked("state", item).state

    def standing(self, item: ItemRef) -> Confirmation:
        shelf = self._asked("state", item)
        return Confirmation(shelf.state, None, shelf.territories)

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
        return self._act("apply", item, reference, _Restriction(measure, tuple(sorted(territories.items()))))

    def reverse(self, item: ItemRef, *, reference: str) -> Confirmation:
        return self._act("reverse", item, reference, NONE)

    def shop_state(self, seller: SellerRef) -> ShopStanding:
        with self._lock:
            self.calls.append(("shop_state", seller.id, ""))
            _fail(self._faults.popleft() if self._faults else None, seller.id, "shop")
            return ShopStanding(frozenset(self._shop(seller).measures), None)

    def apply_to_shop(
        self, measure: ShopMeasure, seller: SellerRef, *, reference: str, reason_url: str | None = None
    ) -> ShopStanding:
        return self._act_on_shop("shop_apply", seller, reference, ShopMeasure(measure))

    def reverse_shop(self, measure: ShopMeasure, seller: SellerRef, *, reference: str) -> ShopStanding:
        return self._act_on_shop("shop_reverse", seller, reference, ShopMeasure(measure))

    # How it is done

    def _asked(self, kind: str, item: ItemRef) -> _Shelf:
        with self._lock:
            self.calls.append((kind, item.item_id, ""))
            _fail(self._faults.popleft() if self._faults else None, item.item_id)
            return self._shelf(item)

    def _shelf(self, item: ItemRef) -> _Shelf:
        if item.item_id not in self._shelves:
            raise ListingGone(item.item_id)
        return self._shelves[item.item_id]

    def _shop(self, seller: SellerRef) -> _Shop:
        if seller.id not in self._shops:
            raise SellerGone(seller.id)
        return self._shops[seller.id]

    def _act(self, kind: str, item: ItemRef, reference: str, wanted: _Restriction) -> Confirmation:
        with self._lock:
            fault = self._faults.popleft() if self._faults else None
            shelf = self._shelf(item)
            for _ in range(2 if fault is Fault.TWICE else 1):
                self.calls.append((kind, item.item_id, reference))
                if fault in _ACTING:
                    _set(shelf, kind, reference, wanted)
            if fault is Fault.LYING:
                return Confirmation(wanted.everywhere.result if wanted.everywhere else shelf.own, None)
            _fail(fault, item.item_id)
            return Confirmation(shelf.state, None, shelf.territories)

    def _act_on_shop(self, kind: str, seller: SellerRef, reference: str, measure: ShopMeasure) -> ShopStanding:
        with self._lock:
            fault = self._faults.popleft() if self._faults else None
            shop = self._shop(seller)
            for _ in range(2 if fault is Fault.TWICE else 1):
                self.calls.append((kind, seller.id, reference))
                if fault in _ACTING:
                    self._set_shop(shop, kind, seller, reference, measure)
            if fault is Fault.LYING:
                return ShopStanding(frozenset({measure} if kind == "shop_apply" else ()), None)
            _fail(fault, seller.id, "shop")
            return ShopStanding(frozenset(shop.measures), None)

    def _set_shop(self, shop: _Shop, kind: str, seller: SellerRef, reference: str, measure: ShopMeasure) -> None:
        if kind == "shop_reverse" and measure in self._offers.cannot_undo:
            raise MarketplaceRefused(seller.id, "cannot_be_undone", f"{measure} is final here.", about="shop")
        if (kind, reference) in shop.answered:
            if shop.answered[kind, reference] != measure:
                raise MarketplaceRefused(seller.id, "reference_reused", f"{reference} was another.", about="shop")
            return
        shop.answered[kind, reference] = measure
        (shop.measures.add if kind == "shop_apply" else shop.measures.discard)(measure)


_ACTING = {None, Fault.TWICE, Fault.LATE, Fault.GARBAGE}


def _set(shelf: _Shelf, kind: str, reference: str, wanted: _Restriction) -> None:
    if (kind, reference) in shelf.answered:
        if shelf.answered[kind, reference] != wanted:
            raise MarketplaceRefused(shelf.snapshot.item_id, "reference_reused", f"{reference} was another measure.")
        return
    shelf.answered[kind, reference] = wanted
    if shelf.own is not ListingState.DELETED_BY_SELLER:
        shelf.restriction = wanted


def _fail(fault: Fault | None, item_id: str, about: str = "listing") -> None:
    """Raise what an adapter raises when its marketplace does this; some faults are answers and raise nothing."""
    if fault in {Fault.LATE, Fault.NEVER}:
        raise MarketplaceUnavailable(item_id, "timeout", about=about)
    if fault is Fault.ERROR:
        raise MarketplaceUnavailable(item_id, "server_error", about=about)
    if fault is Fault.GARBAGE:
        raise MarketplaceUnavailable(item_id, "answer_not_understood", about=about)
    if fault is Fault.REFUSED:
        raise MarketplaceRefused(item_id, "not_accepted", "Not today.", about=about)
