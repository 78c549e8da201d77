"""In which forms do offices write their numbers?

The forms are `offices/*.toml`, read once. A form is one way in which one office writes one kind of number; its expression
is matched against the whole text, without blanks and in capitals, with or without the code of the office before it.
A file that contradicts itself is refused when it is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

CERTAINTIES = ("V", "K", "P")
_OFTEN_EMPTY = ("instead", "rule", "origin")


class FormsBroken(ValueError):
    """A file of numbers contradicts itself. The sentence names file, form and what is wrong."""


class OfficeUnknown(ValueError):
    """No such office, kind or sort of number is known here; the sentence names those that are."""

    code = "office_unknown"
    http_status_hint = 422


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing: `match` takes the whole text; `write` makes of its parts what `normal` says.

    `what` it is, most important first; `instead` says where the registration number is, when this is another.
    `most`: digits of the longest, 0 where it is not told. `widths`: digits of its parts, for zeros that were lost.
    """

    id: str
    office: str
    kind: str
    what: tuple[str, ...]
    text: str
    pattern: str
    match: Callable[[str], re.Match[str] | None]
    normal: str
    write: Callable[[Mapping[str, str]], str]
    source: str
    certainty: str
    good: tuple[tuple[str, str], ...]
    instead: str = ""
    rule: str = ""
    origin: str = ""
    most: int = 0
    widths: tuple[int, ...] = ()
    series: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Comparable:
    """Numbers of the form `of` stand, without their first `drop` characters, after `prefix` in numbers of this office."""

    of: str
    prefix: str
    drop: int


@dataclass(frozen=True, slots=True)
class Office:
    """An office by its ST.3 code. `closed`: kinds of which every number in force looks like one of its forms."""

    id: str
    title: str
    aliases: tuple[str, ...]
    closed: tuple[str, ...]
    forms: tuple[Form, ...]
    comparable: tuple[Comparable, ...]


@cache
def data(name: str) -> Mapping[str, Any]:
    """The content of a TOML file of this folder."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def offices() -> Mapping[str, Office]:
    """Every office by its code, in the order of the codes. Raises FormsBroken."""
    folder = resources.files(__package__).joinpath("offices")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda file: file.name)
    read = (_office(tomllib.loads(file.read_text("utf-8")), file.name) for file in files)
    return {office.id: office for office in read}


def _office(table: Mapping[str, Any], file: str) -> Office:
    forms = tuple(_form(row, table, file) for row in table["form"])
    if len({form.id for form in forms}) != len(forms):
        raise FormsBroken(f"{file}: two forms have one id")
    comparable = tuple(Comparable(**row) for row in table.get("comparable", ()))
    return Office(table["office"], table["title"], tuple(table["aliases"]), tuple(table["closed"]), forms, comparable)


def _form(row: Mapping[str, Any], table: Mapping[str, Any], file: str) -> Form:
    unknown = row["kind"] not in kinds() or not set(row["what"]) <= set(whats())
    if unknown or row["source"] not in data("sources")["source"] or row["certainty"] not in CERTAINTIES:
        raise FormsBroken(f"{file}, {row['id']}: kind, what, source or certainty is not defined")
    before = "|".join(map(re.escape, sorted((table["office"], *table["aliases"]), key=len, reverse=True)))
    name = rf"(?:{before})[.:-]?"  # once or twice: CNZL200310102344.5
    expression = re.compile(rf"(?:{name}(?:{name}|)|)(?:{row['pattern']})", re.ASCII)
    return Form(
        **{key: row[key] for key in ("id", "kind", "text", "pattern", "normal", "source", "certainty")},
        **{key: row.get(key, "") for key in _OFTEN_EMPTY},
        office=table["office"],
        what=tuple(row["what"]),
        match=expression.fullmatch,
        write=row["normal"].format_map,
        good=tuple((written, normal) for written, normal in row["good"]),
        most=row.get("most", 0),
        widths=tuple(row.get("parts", ())),
        series=table.get("series", {}).get(row["id"]),
    )


@cache
def forms_of(office: str | None, kind: str | None) -> tuple[Form, ...]:
    """The forms of an office and kind; None leaves that open. Raises OfficeUnknown."""
    if kind is not None and kind not in kinds():
        raise OfficeUnknown(f"no kind “{kind}” is known; there are {', '.join(kinds())}")
    chosen = offices().values() if office is None else (office_of(office),)
    return tuple(form for each in chosen for form in each.forms if kind in (None, form.kind))


@cache
def office_of(name: str) -> Office:
    """The office of this ST.3 code or usual name (US, USPTO, EUIPO, UK). Raises OfficeUnknown."""
    wanted = name.strip().upper()
    for office in offices().values():
        if wanted in (office.id, *office.aliases):
            return office
    raise OfficeUnknown(f"no office “{name}” is known; there are {', '.join(offices())}")


def is_closed(office: str, kind: str) -> bool:
    """Whether a number that fits no form of this office and kind is certainly mistyped."""
    return office in offices() and kind in offices()[office].closed


def kinds() -> Mapping[str, str]:
    """The kinds of right, each with its English name."""
    names: Mapping[str, str] = data("kinds")["kind"]
    return names


def whats() -> Mapping[str, str]:
    """What a number can be, each with its English name."""
    names: Mapping[str, str] = data("kinds")["what"]
    return names
