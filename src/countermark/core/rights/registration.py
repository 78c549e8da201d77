"""What would a reviewer send this registration back for, as far as anybody can see before it is sent?

The reasons are those of the catalogue (`return_reasons.toml`), which have the words and the way to mend each; `lint.toml` says
which of them can be found here. A defect's code is the reason. What only the paper itself shows is left to the reviewer, and
what the form asks for anyway (fields, required papers) to the form.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from countermark.core.defect import Defect
from countermark.core.rights.applicability import places_of
from countermark.core.rights.facts import RightFacts
from countermark.core.rights.living import latest_end


@dataclass(frozen=True, slots=True)
class NumberSaid:
    """What a number can be: of which offices and kinds of right, and whether of a registration, an application, …"""

    offices: frozenset[str]
    kinds: frozenset[str]
    whats: frozenset[str]


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration before it is sent: the right, who registers it, further answers by field, how many papers of each kind.

    `number` is what the reader of numbers said, None where it could not read it. `mandate_ends_on` is an agent's. `differs`: the
    fields in which a record fetched from the register says something else. `coloured`: of papers that were measured, the share
    of coloured pixels, 0 to 1, of the greyest of each kind.
    """

    right: RightFacts
    holder: str
    is_agent: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, int] = field(default_factory=dict)
    filed_on: date | None = None
    mandate_ends_on: date | None = None
    number: NumberSaid | None = None
    differs: frozenset[str] = frozenset()
    coloured: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the table: who can find it, where it is mended, and whom it concerns."""

    id: str
    found_by: str
    doubt: str
    field: str = ""
    certain: bool = False
    kinds: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()

    def concerns(self, right: RightFacts) -> bool:
        return (not self.kinds or right.kind in self.kinds) and (not self.offices or right.office in self.offices)


Check = Callable[[Registration, date], bool]


def would_be_returned(one: Registration, today: date) -> tuple[Defect, ...]:
    """The reasons a reviewer would name, one for each field, in the order of the table. Certain ones block.

    A number that is both of another office and of an application is told once: by what is certain, else by what comes first.
    `today` is the day at the office of the right.
    """
    found = [
        Defect(row.id, row.field, data=_data(row, one), blocks=row.certain)
        for row in refusals().values()
        if row.found_by == "rules" and row.concerns(one.right) and _CHECKS[row.id](one, today)
    ]
    told: dict[str, Defect] = {}
    for defect in sorted(found, key=lambda defect: not defect.blocks):
        told.setdefault(defect.field, defect)
    return tuple(defect for defect in found if told[defect.field] is defect)


def papers_in_colour() -> tuple[str, ...]:
    """The kinds of paper that are wanted as colour scans, and measured."""
    return tuple(_table()["copy"]["papers"])


def later_than_the_law(one: Registration) -> date | None:
    """The last day the law gives a right filed on that day, if the end typed lies after it."""
    ends = one.right.expires_on
    last = latest_end(one.right, one.filed_on) if one.filed_on else None
    return last if last is not None and ends is not None and ends > last else None


def refusals() -> Mapping[str, Refusal]:
    """Every row of the table by its reason."""
    return _refusals()


def same_owner(one: str, other: str) -> bool:
    """Whether two names are the same but for case, marks and legal form."""
    return bool(_bare(one)) and _bare(one) == _bare(other)


# --- the checks, each named after its reason ------------------------------------------------------------------------------


def _owner_differs(one: Registration, today: date) -> bool:
    """Another owner than the account's, no mandate, and nothing said of a change of name or owner."""
    moved = "yes" in (one.answers.get("changed"), one.answers.get("assigned"))
    owner = one.right.owner.strip()
    return (
        bool(owner) and not (one.is_agent or one.papers.get("mandate") or moved) and not same_owner(owner, one.holder)
    )


def _mandate_too_narrow(one: Registration, today: date) -> bool:
    return one.is_agent and one.mandate_ends_on is not None and one.mandate_ends_on < today


def _class_page_missing(one: Registration, today: date) -> bool:
    return len(one.right.classes) > 1 and not one.papers.get("class_page")


def _copy_not_colour(one: Registration, today: date) -> bool:
    rule = _table()["copy"]
    return any(one.coloured.get(paper, 1.0) < rule["least"] for paper in rule["papers"])


def _number_mismatch(one: Registration, today: date) -> bool:
    said = one.number
    elsewhere = said is not None and one.right.kind in said.kinds and one.right.office not in said.offices
    return elsewhere or "number" in one.differs


def _name_mismatch(one: Registration, today: date) -> bool:
    """A picture is described in one's own words, which no register repeats."""
    return "name" in one.differs and one.answers.get("mark_type") != "figurative"


def _owner_mismatch(one: Registration, today: date) -> bool:
    return "owner" in one.differs


def _expired_unrenewed(one: Registration, today: date) -> bool:
    ends = one.right.expires_on
    return ends is not None and ends < today


def _pending_application(one: Registration, today: date) -> bool:
    said = one.number
    return said is not None and bool(said.whats) and "registration" not in said.whats and "application" in said.whats


def _extension_missing(one: Registration, today: date) -> bool:
    return "CN" in places_of(one.right.territory) and not one.papers.get("extension_certificate")


def _translation_missing(one: Registration, today: date) -> bool:
    rule, places = _table()["translation"], places_of(one.right.territory)
    foreign = one.right.office == "other" and bool(places) and set(places) <= set(rule["territories"])
    return (foreign or one.right.office in rule["offices"]) and not one.papers.get(rule["paper"])


def _wrong_kind(one: Registration, today: date) -> bool:
    return one.number is not None and bool(one.number.kinds) and one.right.kind not in one.number.kinds


def _supplemental_register(one: Registration, today: date) -> bool:
    return one.answers.get("us_register") == "supplemental"


def _evaluation_missing(one: Registration, today: date) -> bool:
    asked = one.filed_on is None or one.filed_on >= EVALUATED_SINCE
    return asked and not one.papers.get("evaluation_report")


EVALUATED_SINCE = date(2010, 1, 1)  # core/catalogue/right_kinds.toml: asked for everything filed since then
_CHECKS: Mapping[str, Check] = {
    "owner_differs": _owner_differs,
    "mandate_too_narrow": _mandate_too_narrow,
    "copy_not_colour": _copy_not_colour,
    "class_page_missing": _class_page_missing,
    "number_mismatch": _number_mismatch,
    "name_mismatch": _name_mismatch,
    "owner_mismatch": _owner_mismatch,
    "expired_unrenewed": _expired_unrenewed,
    "pending_application": _pending_application,
    "extension_missing": _extension_missing,
    "translation_missing": _translation_missing,
    "wrong_kind": _wrong_kind,
    "supplemental_register": _supplemental_register,
    "evaluation_missing": _evaluation_missing,
}


def _data(row: Refusal, one: Registration) -> dict[str, str | int | date]:
    """What the words of some reasons name beside the reason itself."""
    if row.id == "expired_unrenewed" and one.right.expires_on:
        return {"on": one.right.expires_on}
    return {}


def _bare(name: str) -> str:
    """A name as it is compared: letters and digits of any script, without accents and legal form."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace(".", "").replace("/", "")
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    forms = set(_table()["legal_form"]["words"])
    return " ".join([word for word in words if word not in forms] or words)


@cache
def _refusals() -> Mapping[str, Refusal]:
    return {name: _refusal(name, row) for name, row in _table()["refusal"].items()}


def _refusal(name: str, row: Mapping[str, Any]) -> Refusal:
    said: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Refusal(name, **said)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("countermark.core.rights").joinpath("lint.toml").read_text("utf-8"))
