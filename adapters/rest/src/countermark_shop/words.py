"""Which words does the protocol know? Those of a listing, of a seller's shop, and how either stands.

A word is never given another meaning; a desk that is older than the shop leaves out those it does not know.
"""

from enum import StrEnum


class Measure(StrEnum):
    """What may be asked of a listing, in order of strength."""

    DEMOTE = "demote"  # it can be bought, but is shown last and recommended nowhere
    PAUSE = "pause"  # hidden from buyers while a question is open
    REMOVE = "remove"  # taken down

    @property
    def strength(self) -> int:
        return list(Measure).index(self)

    @property
    def hides(self) -> bool:
        """Whether visitors may neither see nor buy what this lies on."""
        return self is not Measure.DEMOTE


class ShopMeasure(StrEnum):
    """What may be asked of a seller's whole shop. They lie beside each other."""

    FREEZE_FUNDS = "freeze_funds"  # nothing is paid out; it goes on selling
    SUSPEND = "suspend"  # nothing of it is shown or sold for a while
    CLOSE = "close"  # the contract with the seller is ended

    @property
    def hides(self) -> bool:
        return self is not ShopMeasure.FREEZE_FUNDS


class Own(StrEnum):
    """What the seller did with the listing; no measure ever changes it."""

    UP = "up"
    SOLD_OUT = "sold_out"
    DELETED = "deleted_by_seller"  # or taken down by the seller's own hand


class State(StrEnum):
    """How a listing stands, as it is told. Only UP and DEMOTED can be bought."""

    UP = "up"
    DEMOTED = "demoted"
    PAUSED = "paused"
    REMOVED = "removed"
    DELETED_BY_SELLER = "deleted_by_seller"
    SOLD_OUT = "sold_out"


RESULT = {Measure.DEMOTE: State.DEMOTED, Measure.PAUSE: State.PAUSED, Measure.REMOVE: State.REMOVED}
