"""In which state must this listing be, and how is every measure undone?

Rule 1: a listing's state is computed, never stored as somebody's wish: the strongest ask among its live complaints, the holds
and orders upon it, and what the seller did. Ending one complaint releases its own ask only; the order of endings is nothing.
Rule 2: what the seller deleted is never republished by us.
Rule 3: every measure names its reversal, or says why it has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from countermark.core import catalogue
from countermark.core.catalogue import Measure

Ask = Literal["nothing", "pause", "remove"]  # in order of strength
ASKS: tuple[str, ...] = get_args(Ask)
STRENGTH: Mapping[str, int] = MappingProxyType({ask: rank for rank, ask in enumerate(ASKS)})


def measures() -> Mapping[str, Measure]:
    """Every measure by its id, each with its reversal or the reason why it has none."""
    return catalogue.load().measures


class ListingState(NamedTuple):
    """What holds for a listing: our restriction (`nothing`, `pause`, `remove`), and whether the seller deleted it."""

    restriction: str = "nothing"
    deleted_by_seller: bool = False

    @property
    def is_visible(self) -> bool:
        return self.restriction == "nothing" and not self.deleted_by_seller


class Step(NamedTuple):
    """One call of the marketplace: `apply` a measure, or `reverse` it."""

    act: Literal["apply", "reverse"]
    measure: str


def strongest(asks: Iterable[str]) -> str:
    """The strongest of these asks; `nothing` when there are none. ValueError for an ask that is none of ASKS."""
    try:
        return max(asks, key=STRENGTH.__getitem__, default="nothing")
    except KeyError as unknown:
        raise ValueError(f"{unknown} is no ask; resolve it to one of {', '.join(ASKS)} first") from None


def resolve(asks: Iterable[str], *, seller_deleted: bool = False, holds: Iterable[str] = ()) -> ListingState:
    """The state a listing must be in: `asks` of its live complaints, `holds` the asks of orders and operators' holds."""
    return ListingState(strongest([*asks, *holds]), seller_deleted)


def step(applied: str, wanted: ListingState, *, returned: bool = False) -> Step | None:
    """What to ask of the marketplace, which holds one restriction at a time: applying one replaces the one before.

    `applied` is the restriction it last confirmed. None when there is nothing to do: nothing changed, or the seller deleted
    the listing. `returned`: the listing is back after it was gone, so that what was applied to it may be lost; what is
    wanted is then applied again, or what was applied reversed.
    """
    if wanted.deleted_by_seller or (wanted.restriction == applied and not returned):
        return None
    if wanted.restriction != "nothing":
        return Step("apply", wanted.restriction)
    return Step("reverse", applied) if applied != "nothing" else None
