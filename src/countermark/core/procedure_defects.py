"""Where in the file of a pack is it wrong?

A pack is written by hand, by lawyers too: each defect names its line, and all defects are told at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

Where = tuple[str, ...]  # the path to an entry: ("clock", "seller", "amount")


@dataclass(frozen=True)
class PackDefect:
    """One reason why a pack cannot be used. `line` counts from 1; what concerns the whole file stands at line 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class PackDefective(Exception):
    """The pack contradicts itself or names something unknown; `defects` holds every fault found, in order of line."""

    code = "pack_defective"
    http_status_hint = 422

    def __init__(self, defects: Iterable[PackDefect]) -> None:
        self.defects = tuple(sorted(defects, key=lambda defect: defect.line))
        super().__init__("\n".join(str(defect) for defect in self.defects))


def read_toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        place = re.search(r"line (\d+)", str(broken))
        line = int(place[1]) if place else len(text.splitlines()) or 1  # without a place: the end of the file
        raise PackDefective([PackDefect(file, line, f"not TOML: {broken}")]) from None


def nearest(word: object, known: Iterable[str]) -> str:
    words = list(known)
    return (get_close_matches(str(word), words, 1, 0.4) or [" or ".join(words)])[0]


HEADER = re.compile(r"^\s*\[+([\w.\-\"' ]+)\]+\s*(?:#.*)?$")
ENTRY = re.compile(r"""^\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w.\-]+))\s*=""")


def places_of(text: str) -> dict[Where, int]:
    """Path of each table and entry -> the line it stands on, counted from 1."""
    places: dict[Where, int] = {}
    section: Where = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            section = tuple(part.strip(" \"'") for part in header[1].split("."))
            places.setdefault(section, number)
        elif entry := ENTRY.match(line):
            bare = entry[3].split(".") if entry[3] else [entry[1] if entry[1] is not None else entry[2]]
            places.setdefault((*section, *bare), number)
    return places
