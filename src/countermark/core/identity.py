"""Which papers show who an account is, what is still missing in them, and what has to be accepted before complaining?

Everything stands in catalogue/identity.toml. Rule 1: the documents that are asked depend on where the holder lives and whether
it is a person or an organisation. Rule 2: everything that is missing is said at once. Rule 3: the last version of an agreement
is the one in force.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from countermark.core.defect import Defect

LONGEST = 60  # characters of a document number: none is longer than half of it


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of paper that shows who somebody is."""

    id: str
    title: str
    hint: str
    kinds: tuple[str, ...]
    locations: tuple[str, ...]
    must_end: bool  # it is asked until when it is valid
    chop: bool = False

    def shows(self, location: str, kind: str) -> bool:
        """Whether it shows who a holder of this kind is, who lives there."""
        return kind in self.kinds and location in self.locations


@dataclass(frozen=True, slots=True)
class Reason:
    """Why papers are sent back, and how that is mended."""

    id: str
    title: str
    cure: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of what everybody accepts who complains."""

    id: str
    version: str
    title: str
    text: tuple[str, ...]  # its paragraphs


@dataclass(frozen=True, slots=True)
class Said:
    """What a holder says with its papers."""

    location: str
    kind: str
    document: str = ""
    number: str = ""
    valid_until: date | None = None
    papers: int = 0


@cache
def _read() -> Mapping[str, Any]:
    path = resources.files("countermark.core") / "catalogue" / "identity.toml"
    return tomllib.loads(path.read_text("utf-8"))


def number(name: str) -> int:
    """A number of the file by its name."""
    return int(_read()["numbers"][name]["value"])


@cache
def documents() -> Mapping[str, Document]:
    """Every kind of paper, in the order of the file."""
    return {key: _document(key, row) for key, row in _read()["document"].items()}


def _document(key: str, row: Mapping[str, Any]) -> Document:
    lists = tuple(row["kinds"]), tuple(row["locations"])
    return Document(
        key, row["title"], row["hint"], *lists, must_end=row["valid_until"] == "required", chop="chop" in row
    )


def documents_for(location: str, kind: str) -> tuple[Document, ...]:
    """The papers of which one shows who such a holder is."""
    return tuple(each for each in documents().values() if each.shows(location, kind))


@cache
def reasons() -> Mapping[str, Reason]:
    return {key: Reason(key, row["title"], row["cure"]) for key, row in _read()["reason"].items()}


def reasons_for(document: str) -> tuple[Reason, ...]:
    """Why this document can be sent back: a chop is missed only where one is asked for."""
    known = documents().get(document)
    return tuple(each for each in reasons().values() if each.id != "chop_missing" or (known is not None and known.chop))


@cache
def agreements() -> tuple[Agreement, ...]:
    """Every version ever in force, the oldest first."""
    return tuple(
        Agreement(each["id"], each["version"], each["title"], tuple(each["text"])) for each in _read()["agreement"]
    )


def in_force(versions: Sequence[Agreement] | None = None) -> tuple[Agreement, ...]:
    """What has to be accepted now: the last version of each agreement."""
    last = {each.id: each for each in (agreements() if versions is None else versions)}
    return tuple(last.values())


def stamp() -> str:
    """What an account bears that has accepted everything now in force: the newest version of all."""
    return max(each.version for each in in_force())


@cache
def public_domains() -> frozenset[str]:
    """Domains of mail where anybody can have an address."""
    return frozenset(_read()["public"]["domains"])


def normalised(text: str) -> str:
    """A document number without blanks, dashes and case, wide characters made narrow: equal papers give equal texts."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def alike(text: str) -> str:
    """A name or address in which case, blanks and signs do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def defects(said: Said, today: date) -> tuple[Defect, ...]:
    """Everything that is missing before a reviewer can look, in the order of the form.

    Codes: identity_document, identity_number, identity_valid_until, identity_expired (data: on), identity_papers,
    identity_papers_many (data: max).
    """
    known = documents().get(said.document)
    if known is None or not known.shows(said.location, said.kind):
        found = [Defect("identity_document", "document")]
    else:
        found = _about_time(known, said, today)
    if not 4 <= len(normalised(said.number)) <= LONGEST:
        found.insert(len(found) if known is None else 0, Defect("identity_number", "number"))
    return (*found, *_about_papers(said))


def _about_time(known: Document, said: Said, today: date) -> list[Defect]:
    if said.valid_until is None:
        return [Defect("identity_valid_until", "valid_until")] if known.must_end else []
    if said.valid_until < today:
        return [Defect("identity_expired", "valid_until", data={"on": said.valid_until})]
    return []


def _about_papers(said: Said) -> list[Defect]:
    if not said.papers:
        return [Defect("identity_papers", "papers")]
    most = number("papers")
    return [Defect("identity_papers_many", "papers", data={"max": most})] if said.papers > most else []


def all_msgids() -> tuple[str, ...]:
    """Every text of the file, for whoever translates."""
    rows = (*documents().values(), *reasons().values(), *agreements())
    texts = (getattr(row, name, "") for row in rows for name in ("title", "hint", "cure"))
    accepted = (text for each in agreements() for text in each.text)
    return tuple(dict.fromkeys(text for text in (*texts, *accepted) if text))
