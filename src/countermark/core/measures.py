"""In which state must this listing be, or this shop, and how is every measure undone?

Rule 1: a listing's state is computed, never stored as somebody's wish: in every territory the strongest ask among its live
complaints, the holds and orders upon it, and what the seller did. Ending one releases its own ask only; the order of endings is
nothing. A shop's measures lie beside each other: each holds while anything asks for it.
Rule 2: what the seller deleted is never republished by us.
Rule 3: every measure names its reversal, or says why it has none.
Rule 4: an ask that names no territory is for everywhere; a country is restricted apart only where it has to be more strongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from countermark.core import catalogue
from countermark.core.catalogue import Measure

Ask = Literal["nothing", "pause", "remove"]  # what a complaint may ask, in order of strength
ASKS: tuple[str, ...] = get_args(Ask)
RESTRICTIONS = ("nothing", "demote", "pause", "remove")  # what may lie on a listing, in order of strength
SHOP_MEASURES = ("freeze_funds", "suspend", "close")  # what may lie on a shop
STRENGTH: Mapping[str, int] = MappingProxyType({ask: rank for rank, ask in enumerate(RESTRICTIONS)})


def measures() -> Mapping[str, Measure]:
    """Every measure by its id, each with its reversal or the reason why it has none."""
    return catalogue.load().measures


class Upon(NamedTuple):
    """What one order or hold asks of a listing: `ask` in these countries (ISO 3166-1 alpha-2); with none, everywhere."""

    ask: str
    countries: tuple[str, ...] = ()


class Restriction(NamedTuple):
    """What lies on a listing: `everywhere`, and in the countries of `there` something stronger, sorted by country."""

    everywhere: str = "nothing"
    there: tuple[tuple[str, str], ...] = ()

    @property
    def is_nothing(self) -> bool:
        return self.everywhere == "nothing" and not self.there

    @property
    def strongest(self) -> str:
        return strongest([self.everywhere, *(ask for _, ask in self.there)])

    @property
    def territories(self) -> dict[str, str]:
        return dict(self.there)

    def covers(self, other: Restriction) -> bool:
        """Whether nothing of `other` is stronger than this, in any country."""
        places = {None, *dict(self.there), *dict(other.there)}
        return all(STRENGTH[other.in_country(place)] <= STRENGTH[self.in_country(place)] for place in places)

    def in_country(self, country: str | None) -> str:
        """What holds in this country; None for a country that nothing names."""
        return dict(self.there).get(country or "", self.everywhere)


NOTHING = Restriction()


class ListingState(NamedTuple):
    """What holds for a listing: our restriction, where it is stronger, and whether the seller deleted it."""

    restriction: str = "nothing"
    deleted_by_seller: bool = False
    there: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> Restriction:
        return Restriction(self.restriction, self.there)

    @property
    def is_visible(self) -> bool:
        """Whether buyers find it where no country says otherwise."""
        return self.restriction in ("nothing", "demote") and not self.deleted_by_seller


class Step(NamedTuple):
    """One call of the marketplace: `apply` a whole restriction, or `reverse` it."""

    act: Literal["apply", "reverse"]
    measure: str
    there: tuple[tuple[str, str], ...] = ()


def strongest(asks: Iterable[str]) -> str:
    """The strongest of these; `nothing` when there are none. ValueError for what is none of RESTRICTIONS."""
    try:
        return max(asks, key=STRENGTH.__getitem__, default="nothing")
    except KeyError as unknown:
        raise ValueError(f"{unknown} is no ask; resolve it to one of {', '.join(RESTRICTIONS)} first") from None


def countries(territories: Iterable[str]) -> tuple[str, ...]:
    """The countries of these territories, sorted: EU stands for its members, `*` for everywhere, which is no countries.

    ValueError for what is neither a country nor a territory of the catalogue.
    """
    known = catalogue.load().territories
    found: set[str] = set()
    for territory in territories:
        if territory == "*":
            return ()
        if not (territory in known or re.fullmatch("[A-Z]{2}", territory)):
            raise ValueError(f"{territory!r} is no territory; write two capital letters of ISO 3166-1, or EU")
        found.update(known.get(territory, (territory,)))
    return tuple(sorted(found))


def combine(asks: Iterable[str], upon: Iterable[Upon] = ()) -> Restriction:
    """The strongest ask in every territory."""
    holds = list(upon)
    everywhere = strongest([*asks, *(hold.ask for hold in holds if not hold.countries)])
    named = sorted({country for hold in holds for country in hold.countries})
    there = ((place, strongest(hold.ask for hold in holds if place in hold.countries)) for place in named)
    return Restriction(everywhere, tuple((p, ask) for p, ask in there if STRENGTH[ask] > STRENGTH[everywhere]))


def resolve(
    asks: Iterable[str], *, seller_deleted: bool = False, holds: Iterable[str] = (), upon: Iterable[Upon] = ()
) -> ListingState:
    """The state a listing must be in: `asks` of its live complaints, `holds` and `upon` those of orders and operators."""
    whole = combine([*asks, *holds], upon)
    return ListingState(whole.everywhere, seller_deleted, whole.there)


def step(applied: str | Restriction, wanted: ListingState, *, returned: bool = False) -> Step | None:
    """What to ask of the marketplace, which holds one restriction at a time: applying one replaces the one before.

    `applied` is the restriction it last confirmed. None when there is nothing to do: nothing changed, or the seller deleted
    the listing. `returned`: the listing is back after it was gone, so that what was applied to it may be lost; what is
    wanted is then applied again, or what was applied reversed.
    """
    lies = Restriction(applied) if isinstance(applied, str) else applied
    if wanted.deleted_by_seller or (wanted.whole == lies and not returned):
        return None
    if not wanted.whole.is_nothing:
        return Step("apply", wanted.restriction, wanted.there)
    return None if lies.is_nothing else Step("reverse", lies.strongest)


def shop_steps(applied: Iterable[str], asked: Iterable[str]) -> list[Step]:
    """What to ask about a shop: lift what nothing asks for any more, then lay what is asked; in the order of SHOP_MEASURES."""
    lies, wanted = set(applied), set(asked)
    for unknown in (lies | wanted) - set(SHOP_MEASURES):
        raise ValueError(f"{unknown!r} is no measure on a shop; choose one of {', '.join(SHOP_MEASURES)}")
    lift = [Step("reverse", measure) for measure in SHOP_MEASURES if measure in lies - wanted]
    return lift + [Step("apply", measure) for measure in SHOP_MEASURES if measure in wanted - lies]
