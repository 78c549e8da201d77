"""What can a complainant choose from? Marketplaces with their procedures, reasons that fit, what has to be declared.

Forms, the API and its answers ask here, so that none of them offers what another refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import open_marketplaces
from countermark.core import catalogue, procedure_loader
from countermark.core.catalogue import Element, Reason
from countermark.core.procedure import Procedure


class Place(NamedTuple):
    """A marketplace with the procedures it offers this kind of complainant, the default first."""

    row: Marketplace
    procedures: Sequence[Procedure]


def places(*, is_agent: bool) -> list[Place]:
    """The marketplaces a notice can be about; one without a procedure for this kind of complainant is not among them."""
    found = (Place(row, procedures_at(row, is_agent=is_agent)) for row in open_marketplaces())
    return [place for place in found if place.procedures]


def procedures_at(place: Marketplace, *, is_agent: bool) -> list[Procedure]:
    """The procedures this marketplace offers this kind of complainant, the default first."""
    role = "agent" if is_agent else "right_holder"
    offered = (procedure_loader.load(pack) for pack in place.packs)
    return [each for each in offered if role in each.serves.get("filers", ()) and _holds_there(each, place)]


def _holds_there(procedure: Procedure, place: Marketplace) -> bool:
    known, there = catalogue.load(), place.territory.split()
    return any(known.overlap(one, other) for one in procedure.serves.get("territories", ("*",)) for other in there)


def reasons_at(place: Marketplace, *, right_kind: str | None, mode: str) -> list[Reason]:
    """The reasons that go with the right, with listings or storefronts, and with the law of the place."""
    known, there = catalogue.load(), place.territory.split()
    fitting = known.reasons_for(right_kind, mode)
    return [
        each
        for each in fitting
        if not each.territories or any(known.overlap(one, other) for one in each.territories for other in there)
    ]


def declared(procedure: Procedure) -> list[Element]:
    """What this procedure has the complainant declare, beside signing."""
    elements = (catalogue.load().elements[each] for each in procedure.needs.get("notice", ()))
    return [element for element in elements if element.kind == "declaration" and element.id != "signature"]
