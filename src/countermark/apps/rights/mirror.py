"""What do the columns of a right hold, that lists, cases and rules read? They are taken from the answers as typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from countermark.apps.rights import completeness, numbering
from countermark.core.rights.nice import classes_of


class Columns(NamedTuple):
    """The columns of a row of rights that follow from its answers."""

    name: str
    office: str
    territory: str
    number: str
    owner_name: str
    expires_on: date | None
    classes: tuple[int, ...]
    brand: str


class Readers(NamedTuple):
    """How an answer is read. Whoever reads thousands passes readers that remember what they have read before."""

    day: Callable[[str], date | None] = completeness.day_of
    classes: Callable[[str], tuple[int, ...] | None] = classes_of
    territory: Callable[[str, str, str], str] = completeness.territory_of


ANEW = Readers()


def columns_of(kind: str, said: Mapping[str, str], *, number: str | None = None, read: Readers = ANEW) -> Columns:
    """The columns for these answers. `number` is the number as it is written properly, where that is known already."""
    office = office_of(kind, said)
    return Columns(
        name=said.get("name", "").strip()[:300],
        office=office,
        territory=read.territory(kind, said.get("office", ""), said.get("designates", ""))[:400],
        number=(numbering.written(kind, office, said.get("number", "")) if number is None else number)[:60],
        owner_name=said.get("owner", "").strip()[:200],
        expires_on=read.day(said.get("expires_on", "")),
        classes=read.classes(said.get("classes", "")) or (),
        brand=said.get("brand", "").strip()[:200],
    )


def office_of(kind: str, said: Mapping[str, str]) -> str:
    """The office of the right; none for a work that is registered nowhere."""
    return said.get("office", "")[:10] if kind != "copyright" or said.get("registered") == "yes" else ""
