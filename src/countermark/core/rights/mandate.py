"""What may an agent do under a power of attorney: for which right, at which marketplace, by which power, on which day?

Rule: a mandate covers an act when nothing of it is lacking, and `lacking` names all that is. A mandate for all rights is one for
all rights *of its principal*: another owner's right needs another mandate.
Source: Civil Code of the PRC arts 161 to 165 and 173 (scope, written form, end by term or revocation); BGB sections 164, 168.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from countermark.core.defect import Datum, Defect
from countermark.core.rights.facts import MandateFacts, RightFacts
from countermark.core.rights.registration import same_owner

POWERS = ("file", "answer", "withdraw", "settle")
POWER_OF = {  # what a complainant does in a running case -> the power it takes
    "counter_rejected": "answer",
    "action_filed": "answer",
    "mended": "answer",
    "counter_accepted": "settle",
    "withdrawn": "withdraw",
    "retracted_as_error": "withdraw",
}


def covers(mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date) -> bool:
    """Whether the mandate allows `power` on this right at this marketplace (its slug) on that day."""
    return not lacking(mandate, right, marketplace, power, on)


def lacking(mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date) -> tuple[str, ...]:
    """Everything the mandate lacks for the act, as defect codes of the catalogue; empty when it covers it."""
    return tuple(_lacking(mandate, right, marketplace, power, on))


def mandate_defects(
    mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date, *, field: str = "right"
) -> Iterator[Defect]:
    """The same as defects, each with what its words name."""
    data: dict[str, dict[str, Datum]] = {
        "mandate_not_covering": {"kind": right.kind, "owner": right.owner},
        "mandate_not_begun": {"on": mandate.starts_on or on},
        "mandate_ended": {"on": mandate.ends_on or on},
    }
    for code in lacking(mandate, right, marketplace, power, on):
        yield Defect(code, field, data=data.get(code, {}))


def _lacking(mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date) -> Iterator[str]:
    if not mandate.verified:
        yield "mandate_not_verified"
    if mandate.revoked:
        yield "mandate_revoked"
    if not _names(mandate, right):
        yield "mandate_not_covering"
    if {"*", marketplace}.isdisjoint(mandate.marketplaces):
        yield "mandate_other_marketplace"
    if power not in mandate.powers:
        yield "mandate_without_power"
    if mandate.starts_on is not None and on < mandate.starts_on:
        yield "mandate_not_begun"
    if mandate.ends_on is not None and on > mandate.ends_on:
        yield "mandate_ended"


def _names(mandate: MandateFacts, right: RightFacts) -> bool:
    """Whether the right is named one by one, or is among all those of the principal."""
    if {"*", right.kind}.isdisjoint(mandate.right_kinds):
        return False
    if right.id in mandate.rights:
        return True
    return "*" in mandate.rights and (not mandate.principal or same_owner(mandate.principal, right.owner))
