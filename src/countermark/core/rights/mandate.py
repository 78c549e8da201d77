"""What may an agent do under a power of attorney: for which right, at which marketplace, by which power, on which day?

Rule 1: a mandate covers an act when nothing of it is lacking, and `lacking` names all that is. A mandate for all rights is one
for all rights *of its principal*: another owner's right needs another mandate.
Rule 2: a sub-mandate allows what it says as far as the mandate it was passed on from allows the same at that moment; so it ends
with it. `exceeding` names what says more than that one when it is passed on.
Source: Civil Code of the PRC arts 161 to 165 and 173 (scope, written form, end by term or revocation), art. 169 (passing on
takes the principal's consent); BGB sections 164, 168.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

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
    "appealed": "answer",  # it goes on with what was answered, as going to court does
}


def covers(mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date) -> bool:
    """Whether the mandate allows `power` on this right at this marketplace (its slug) on that day."""
    return not lacking(mandate, right, marketplace, power, on)


def lacking(mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date) -> tuple[str, ...]:
    """Everything the mandate lacks for the act, as defect codes of the catalogue; empty when it covers it.

    Of a sub-mandate also what the one it was passed on from lacks.
    """
    found = list(_lacking(mandate, right, marketplace, power, on))
    if mandate.parent is not None:
        above = lacking(mandate.parent, right, marketplace, power, on)
        found += [code for code in above if code not in found]
        found += [] if mandate.parent.may_delegate else ["mandate_not_passed_on"]
    return tuple(dict.fromkeys(found))


def mandate_defects(
    mandate: MandateFacts, right: RightFacts, marketplace: str, power: str, on: date, *, field: str = "right"
) -> Iterator[Defect]:
    """The same as defects, each with what its words name."""
    ends, starts = ends_on(mandate), starts_on(mandate)
    data: dict[str, dict[str, Datum]] = {
        "mandate_not_covering": {"kind": right.kind, "owner": right.owner},
        "mandate_without_power": {"power": power},
        "mandate_not_begun": {"on": starts or on},
        "mandate_ended": {"on": ends or on},
    }
    for code in lacking(mandate, right, marketplace, power, on):
        yield Defect(code, field, data=data.get(code, {}))


def ends_on(mandate: MandateFacts) -> date | None:
    """The last day on which it allows anything: the earliest of its own and of those it was passed on from."""
    return min((one.ends_on for one in _chain(mandate) if one.ends_on), default=None)


def starts_on(mandate: MandateFacts) -> date | None:
    """The first day, in the same way the latest."""
    return max((one.starts_on for one in _chain(mandate) if one.starts_on), default=None)


def _chain(mandate: MandateFacts | None) -> Iterator[MandateFacts]:
    while mandate is not None:
        yield mandate
        mandate = mandate.parent


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
    return not {"*", right.kind}.isdisjoint(mandate.right_kinds) and _is_named(mandate, right)


# --- passing it on --------------------------------------------------------------------------------------------------------


def exceeding(sub: MandateFacts, parent: MandateFacts, named: Sequence[RightFacts] = ()) -> tuple[str, ...]:
    """In what a sub-mandate says more than its parent allows, as defect codes; empty when it stays within.

    `named` are the rights it names one by one; one that is named and not among them counts as more.
    """
    checks = {
        "sub_not_allowed": parent.may_delegate,
        "sub_rights_wider": _rights_within(sub, parent, named),
        "sub_places_wider": _all_within(sub.marketplaces, parent.marketplaces),
        "sub_powers_wider": set(sub.powers) <= set(parent.powers),
        "sub_days_wider": _days_within(sub, parent),
        "sub_passed_on_again": not sub.may_delegate,  # the owner agreed to this agent's choice, not to the next one's
    }
    return tuple(code for code, within in checks.items() if not within)


def _all_within(sub: Sequence[str], parent: Sequence[str]) -> bool:
    return "*" in parent or set(sub) <= set(parent)


def _rights_within(sub: MandateFacts, parent: MandateFacts, named: Sequence[RightFacts]) -> bool:
    if not _all_within(sub.right_kinds, parent.right_kinds):
        return False
    if "*" in sub.rights and not _same_all(sub, parent):
        return False
    ids = {right.id: right for right in named}
    each = (ids.get(one) for one in sub.rights if one != "*")
    return all(right is not None and _is_named(parent, right) for right in each)


def _same_all(sub: MandateFacts, parent: MandateFacts) -> bool:
    """Whether "all rights" of the one are those of the other."""
    return "*" in parent.rights and (not parent.principal or same_owner(parent.principal, sub.principal))


def _is_named(mandate: MandateFacts, right: RightFacts) -> bool:
    """Whether it names this right, whatever its kind."""
    if right.id in mandate.rights:
        return True
    return "*" in mandate.rights and (not mandate.principal or same_owner(mandate.principal, right.owner))


def _days_within(sub: MandateFacts, parent: MandateFacts) -> bool:
    begins = (sub.starts_on or date.min) >= (parent.starts_on or date.min)
    return begins and (sub.ends_on or date.max) <= (parent.ends_on or date.max)


# --- its end comes near ---------------------------------------------------------------------------------------------------


def marks() -> tuple[int, ...]:
    """How many days before its last day owner and agent are reminded, the first in front."""
    return tuple(_policy("remind"))


def mark_reached(ends: date | None, today: date) -> int | None:
    """The last reminder that is due: the smallest number of days that are not more than those left. None before the first."""
    if ends is None or ends < today:
        return None
    return min((mark for mark in marks() if (ends - today).days <= mark), default=None)


def offers_a_day() -> int:
    """How many times within a day one mandate may be offered to other agents: each offer is a letter to an address."""
    return int(_policy("offers"))


@cache
def _policy(name: str) -> Any:
    text = resources.files("countermark.core.rights").joinpath("mandate.toml").read_text("utf-8")
    return tomllib.loads(text)["policy"][name]["value"]
