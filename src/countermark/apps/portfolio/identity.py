"""Which right does a row speak of, and does the holder have it already?

The same kind, office and number, as numbers are written properly; without a number the same name and owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countermark.apps.rights.mirror import Columns
from countermark.apps.rights.models import Right
from countermark.apps.rights.services import OPEN
from countermark.core import catalogue
from countermark.core.defect import Defect

GONE = ("rejected",)  # registered anew, it is another right
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A right the holder has."""

    pk: int
    kind: str
    state: str
    fields: Mapping[str, str]

    def differing(self, answers: Mapping[str, str]) -> list[str]:
        """The answers that say something else. Two ways to write one number are none."""
        mine = self.fields
        return [name for name, text in answers.items() if name != "number" and text != mine.get(name, "")]


def key_of(kind: str, columns: Columns) -> Key:
    """What makes a right this one."""
    if columns.number:
        return kind, columns.office, columns.number
    return kind, "", columns.name.casefold(), columns.owner_name.casefold()


def known_rights(holder_id: int) -> dict[Key, Known]:
    """Everything the holder has; where a number stands twice, what was sent counts more than a draft."""
    names = ("kind", "office", "territory", "number", "owner_name", "expires_on", "classes", "brand", "name")
    rows = Right.objects.filter(holder_id=holder_id).exclude(state__in=GONE).order_by("pk")
    found: dict[Key, Known] = {}
    for row in rows.values("pk", "state", "fields", *names).iterator():
        key = key_of(row["kind"], Columns(**{name: row[name] for name in Columns._fields}))
        if key not in found or found[key].state in OPEN:
            found[key] = Known(row["pk"], row["kind"], row["state"], row["fields"])
    return found


def against(known: Known | None, answers: Mapping[str, str]) -> tuple[str, tuple[Defect, ...]]:
    """The verdict on answers without a fault, given what the holder has; and what is wrong, if it cannot be changed."""
    if known is None:
        return "new", ()
    differing = known.differing(answers)
    if not differing:
        return "same", ()
    if known.state in OPEN:
        return "changed", ()
    return "mend", (Defect("import_settled", differing[0], data=_settled(known, differing)),)


def _settled(known: Known, differing: list[str]) -> dict[str, Any]:
    labels = {field.id: field.label for field in catalogue.load().fields_of(known.kind, is_agent=True)}
    return {"state": known.state, "answers": tuple(labels.get(name, name) for name in differing)}
