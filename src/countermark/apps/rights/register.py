"""What would the form of a right say if its register filled it in, and where does what is claimed differ from that?

A record is compared field by field as of the day it was fetched: the same, differs, or not in the record. What a register does
not say is never taken for a no. Nothing is fetched and nothing written here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from countermark.apps.rights import completeness, numbering
from countermark.apps.rights.models import Right, RightRecord
from countermark.connectors.office import OfficeRecord
from countermark.core.calendar_clock import months_after
from countermark.core.rights.living import term_of
from countermark.core.rights.nice import classes_of
from countermark.core.rights.registration import same_owner

OVER = {"ended": "register_ended", "expired": "register_expired", "pending": "register_pending"}
WORKED_OUT = "expires_on"  # where a register names no end, it follows from the term the law of the office gives


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what is claimed, what the record says (both as the form takes answers), and how the two stand."""

    field: str
    claimed: str
    recorded: str
    verdict: str  # same, differs, not_claimed, not_in_record


def answers_of(record: OfficeRecord) -> dict[str, str]:
    """The answers of the form as the record gives them; only those it gives."""
    ends = end_of(record)
    said = {
        "mark_type": record.mark_type,
        "name": record.mark,
        "number": record.number and numbering.written(record.kind, record.office, record.number),
        "owner": "; ".join(record.owners),
        "expires_on": ends.isoformat() if ends else "",
        "classes": ", ".join(map(str, record.classes)),
        "designates": ", ".join(record.designates),
        "us_register": record.register,
        "renewed": "yes" if record.renewed_on else "",
        "assigned": "yes" if record.was_assigned else "",
        "changed": "yes" if record.was_renamed else "",
    }
    return {name: text for name, text in said.items() if text}


def end_of(record: OfficeRecord) -> date | None:
    """The last day of its term: as the register says, else as the law of the office counts it from what the register says."""
    if record.expires_on:
        return record.expires_on
    term = term_of(record.office, record.kind)
    begun = record.renewed_on or (record.filed_on if term.counts_from == "filing" else record.registered_on)
    if begun is None or not record.number or not (term.years and term.office == record.office):
        return None
    return months_after(begun, 12 * term.years)


def record_of(row: RightRecord) -> OfficeRecord:
    """The record as it was read when it was fetched."""
    return OfficeRecord.from_json(row.content)


def compared(right: Right, record: OfficeRecord) -> tuple[Line, ...]:
    """Every field the form asks of this right, in its order, that is claimed or in the record; the office itself is asked.

    Of a right that came without a form only what its columns claim is compared.
    """
    asked = completeness.asked_fields(right.kind, right.fields, is_agent=right.holder.is_agent)
    recorded, claimed = answers_of(record), claims_of(right)
    lines = (_line(field.id, claimed.get(field.id, ""), recorded.get(field.id, "")) for field in asked)
    known = set(_COMPARABLE)
    return tuple(line for line in lines if line.field in known and (line.claimed or (line.recorded and right.fields)))


def claims_of(right: Right) -> dict[str, str]:
    """What is claimed: the answers as typed; the columns, where a right came without a form."""
    if right.fields:
        return {name: str(text).strip() for name, text in right.fields.items()}
    ends = right.expires_on.isoformat() if right.expires_on else ""
    classes = ", ".join(map(str, right.classes))
    return {
        "name": right.name,
        "number": right.number,
        "owner": right.owner_name,
        "expires_on": ends,
        "classes": classes,
    }


def _line(field: str, claimed: str, recorded: str) -> Line:
    if not recorded:
        return Line(field, claimed, recorded, "not_in_record")
    if not claimed:
        return Line(field, claimed, recorded, "not_claimed")
    same = _COMPARABLE.get(field, _is_same_text)(claimed, recorded)
    return Line(field, claimed, recorded, "same" if same else "differs")


def findings(right: Right, record: OfficeRecord) -> list[str]:
    """Where a register speaks against a right complaints rest on: not in force, another owner, another number, a later end."""
    found = [OVER[record.status]] if record.status in OVER else []
    if record.owners and not any(same_owner(right.owner_name, owner) for owner in record.owners):
        found.append("register_owner_differs")
    ends = end_of(record)
    if ends and right.expires_on and ends > right.expires_on and record.status == "registered":
        found.append("register_renewed")
    return found


# --- when two answers mean the same -----------------------------------------------------------------------------------------


def _is_same_text(claimed: str, recorded: str) -> bool:
    return _plain(claimed) == _plain(recorded)


def _is_same_number(claimed: str, recorded: str) -> bool:
    return _digits(claimed) == _digits(recorded)


def _is_same_owner(claimed: str, recorded: str) -> bool:
    """One of several owners is named, or all of them."""
    return same_owner(claimed, recorded) or any(same_owner(claimed, each) for each in recorded.split(";"))


def _are_same_classes(claimed: str, recorded: str) -> bool:
    return classes_of(claimed) == classes_of(recorded)


def _are_same_codes(claimed: str, recorded: str) -> bool:
    said, found = (completeness.territories_of(text) for text in (claimed, recorded))
    return said is not None and found is not None and set(said.split()) == set(found.split())


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digits(text: str) -> str:
    """A number as it is compared here: both are of the same office and kind, so its blanks and commas mean nothing."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum()).lstrip("0")


_COMPARABLE: Mapping[str, Callable[[str, str], bool]] = {
    "mark_type": _is_same_text,
    "name": _is_same_text,
    "number": _is_same_number,
    "owner": _is_same_owner,
    "expires_on": _is_same_text,
    "classes": _are_same_classes,
    "designates": _are_same_codes,
    "us_register": _is_same_text,
    "renewed": _is_same_text,
    "assigned": _is_same_text,
    "changed": _is_same_text,
}
