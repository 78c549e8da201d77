"""What would a marketplace do? One in memory that keeps the port's rules and can be told to misbehave.

    shop = FakeMarketplace([a_listing("40718")])
    shop.misbehave(Fault.LATE)              # the next call acts, but its answer does not arrive

Safe for several threads. `calls` lists what arrived: (kind, item id, reference), repetitions included.
"""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from countermark.connectors.marketplace import (
    Confirmation,
    ItemRef,
    ListingGone,
    ListingSnapshot,
    ListingState,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
)

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


@dataclass(slots=True)
class _Shelf:
    """One listing: what the seller did (`own`), and the restriction of ours that lies on it."""

    snapshot: ListingSnapshot
    own: ListingState
    restriction: Measure | None = None
    answered: dict[tuple[str, str], Measure | None] = field(default_factory=dict)

    @property
    def state(self) -> ListingState:
        if self.own is ListingState.DELETED_BY_SELLER or not self.restriction:
            return self.own
        return self.restriction.result


class FakeMarketplace:
    """The port `Marketplace`, in memory."""

    def __init__(self, listings: Iterable[ListingSnapshot] = ()) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self._faults: deque[Fault] = deque()
        self._shelves: dict[str, _Shelf] = {}
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

    def seller_deletes(self, item_id: str) -> None:
        self._shelves[item_id].own = ListingState.DELETED_BY_SELLER

    def sells_out(self, item_id: str) -> None:
        self._shelves[item_id].own = ListingState.SOLD_OUT

    def forgets(self, item_id: str) -> None:
        del self._shelves[item_id]

    def misbehave(self, *faults: Fault) -> None:
        """Let the next calls go wrong, one fault each, in this order."""
        self._faults.extend(faults)

    # The port

    def resolve(self, item: ItemRef, *, at: datetime) -> ListingSnapshot:
        shelf = self._asked("resolve", item)
        return replace(shelf.snapshot, state=shelf.state, fetched_at=at)

    def state(self, item: ItemRef) -> ListingState:
        return self._asked("state", item).state

    def apply(self, measure: Measure, item: ItemRef, *, reference: str, reason_url: str | None = None) -> Confirmation:
        return self._act("apply", item, reference, Measure(measure))

    def reverse(self, item: ItemRef, *, reference: str) -> Confirmation:
        return self._act("reverse", item, reference, None)

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

    def _act(self, kind: str, item: ItemRef, reference: str, measure: Measure | None) -> Confirmation:
        with self._lock:
            fault = self._faults.popleft() if self._faults else None
            shelf = self._shelf(item)
            for _ in range(2 if fault is Fault.TWICE else 1):
                self.calls.append((kind, item.item_id, reference))
                if fault in {None, Fault.TWICE, Fault.LATE, Fault.GARBAGE}:
                    _set(shelf, kind, reference, measure)
            if fault is Fault.LYING:
                return Confirmation(measure.result if measure else shelf.own, None)
            _fail(fault, item.item_id)
            return Confirmation(shelf.state, None)


def _set(shelf: _Shelf, kind: str, reference: str, measure: Measure | None) -> None:
    if (kind, reference) in shelf.answered:
        if shelf.answered[kind, reference] != measure:
            raise MarketplaceRefused(shelf.snapshot.item_id, "reference_reused", f"{reference} was another measure.")
        return
    shelf.answered[kind, reference] = measure
    if shelf.own is not ListingState.DELETED_BY_SELLER:
        shelf.restriction = measure


def _fail(fault: Fault | None, item_id: str) -> None:
    """Raise what an adapter raises when its marketplace does this; some faults are answers and raise nothing."""
    if fault in {Fault.LATE, Fault.NEVER}:
        raise MarketplaceUnavailable(item_id, "timeout")
    if fault is Fault.ERROR:
        raise MarketplaceUnavailable(item_id, "server_error")
    if fault is Fault.GARBAGE:
        raise MarketplaceUnavailable(item_id, "answer_not_understood")
    if fault is Fault.REFUSED:
        raise MarketplaceRefused(item_id, "not_accepted", "Not today.")
