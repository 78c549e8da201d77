"""What is wrong with what somebody is about to send, and who sent it with which papers?

A defect is data: a stable code, the field it belongs to, the line if it is about one, and what its sentence needs. Its
words and the way to mend it stand in the catalogue under the same code. All defects of a thing are found at once.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from countermark.core.catalogue import Alternatives

FactValue = str | int | date | tuple[str, ...]
Datum = str | int | date | tuple[str, ...]

# Control characters other than tab and line ends, and halves of surrogate pairs: no database or mail carries them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing to mend. `blocks`: nothing can be sent before it is.

    A defect with a `line` keeps only that line out; one without that does not block is a warning.
    """

    code: str
    field: str
    line: int | None = None
    data: Mapping[str, Datum] = dataclasses.field(default_factory=dict)
    blocks: bool = True

    @property
    def is_warning(self) -> bool:
        return self.line is None and not self.blocks


@dataclass(frozen=True, slots=True)
class Contact:
    """How a party is reached. Which of it the other side sees stands in the pack, under [tell]."""

    name: str = ""
    email: str = ""
    address: str = ""
    phone: str = ""

    def missing(self, *wanted: str) -> tuple[str, ...]:
        return tuple(name for name in wanted if not getattr(self, name).strip())


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """One file as the rules see it: what it is said to be, its name, and the SHA-256 of its bytes in hex."""

    kind: str
    name: str
    sha256: str


def blocks_sending(defects: Iterable[Defect]) -> bool:
    """Whether any defect keeps the whole thing from being sent; line defects and warnings do not."""
    return any(defect.blocks for defect in defects)


def missing(element: str, where: str, *, blocks: bool = True, **data: Datum) -> Defect:
    """The defect that an element of the procedure is not there."""
    return Defect(f"{element}_missing", where, data={"element": element, **data}, blocks=blocks)


def evidence_missing(needs: Alternatives, evidence: Iterable[EvidenceFacts], *, blocks: bool) -> Iterator[Defect]:
    """One defect for each need of which no alternative was added."""
    there = {piece.kind for piece in evidence}
    for kinds in needs:
        if there.isdisjoint(kinds):
            yield Defect("evidence_missing", "evidence", data={"kinds": kinds}, blocks=blocks)


def facts_missing(names: Iterable[str], facts: Mapping[str, FactValue], *, blocks: bool) -> Iterator[Defect]:
    """One defect for each fact that is not filled in."""
    for name in names:
        if facts.get(name) in (None, "", ()):
            yield Defect("fact_missing", name, data={"fact": name}, blocks=blocks)


def unprintable(texts: Mapping[str, str]) -> Iterator[Defect]:
    """One defect for each field whose text cannot be stored or sent."""
    for name, text in texts.items():
        if _UNPRINTABLE.search(text):
            yield Defect("unprintable_text", name)


def printable(text: str) -> str:
    """The text with a mark in place of each character that cannot be stored."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def length_of(text: str) -> int:
    """Characters of the trimmed text; a wide one (Chinese, Japanese, Korean) says as much as two and counts so."""
    trimmed = text.strip()
    return (
        len(trimmed) if trimmed.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in trimmed)
    )


def statement_defects(text: str, *, least: int, most: int) -> Iterator[Defect]:
    """Too short by weight, too long by plain characters (what a form counts)."""
    if length_of(text) < least:
        yield Defect("statement_too_short", "statement", data={"min": least, "count": length_of(text)})
    if len(text) > most:
        yield Defect("statement_too_long", "statement", data={"max": most, "count": len(text)})


def aware(at: datetime) -> datetime:
    """`at` itself. ValueError when it has no time zone."""
    if at.tzinfo is None:
        raise ValueError("a rule cannot be asked about a naive datetime; pass an aware one")
    return at
