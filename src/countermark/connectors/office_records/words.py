"""What do the words, codes and days of an office's record mean in ours? The words are data (words.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

LAST_NICE_CLASS = 45
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T+\-Z ].*)?$")
_EUROPEAN = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})$")
_BLANKS = re.compile(r"\s+")


def mark_type(text: str, code: str = "") -> str:
    """What a mark consists of: word, figurative, combined; "" when that is not said in words we know."""
    return _named("feature", text) or _coded("feature_code", code)


def status(text: str, code: str = "", sentence: str = "") -> str:
    """Where it stands: by the word, else by the code, else by what the sentence says, else unknown."""
    return _named("status", text) or _coded("status_code", code) or _in_sentence(sentence or text) or "unknown"


def register(text: str) -> str:
    return _named("register", text)


def conveyance(entries: Iterable[str]) -> tuple[bool | None, bool | None]:
    """Whether it was assigned, and whether its owner was renamed, by the entries of the register; None where none says."""
    said = [_plain(entry) for entry in entries]
    table = words()["conveyance"]
    meant = [entry for entry in said if entry and not _any_in(table["security"], entry)]
    assigned = any(_any_in(table["assigned"], entry) for entry in meant)
    renamed = any(_any_in(table["renamed"], entry) for entry in meant)
    return assigned or None, renamed or None


def picture(text: str) -> str:
    return "" if _plain(text) in words()["no_picture"]["words"] else text.strip()


def day(text: str) -> date | None:
    """A day as records write it: 1998-08-04, with or without a zone, 19980804, 04/08/1998. ValueError for anything else.

    None for nothing. The zone is not reckoned with: the office means its own day.
    """
    said = text.strip()
    if not said:
        return None
    if found := _DAY.match(said):
        return date(*(int(part) for part in found.groups()))
    if found := _EUROPEAN.match(said):
        last, middle, year = (int(part) for part in found.groups())
        return date(year, middle, last)
    raise ValueError(f"{said[:40]} is no day")


def nice_class(text: str) -> int:
    """009 -> 9. ValueError for what is no class of the Nice Agreement."""
    said = text.strip()
    number = int(said) if said.isascii() and said.isdigit() and len(said) <= 3 else 0
    if not 1 <= number <= LAST_NICE_CLASS:
        raise ValueError(f"{said[:40]} is no class")
    return number


@cache
def words() -> Mapping[str, Any]:
    return tomllib.loads(
        resources.files("countermark.connectors.office_records").joinpath("words.toml").read_text("utf-8")
    )


def _named(table: str, text: str) -> str:
    said = _plain(text)
    return next((name for name, known in words()[table].items() if said and said in known), "")


def _coded(table: str, code: str) -> str:
    return next(
        (name for name, known in words()[table].items() if isinstance(known, list) and code.strip() in known), ""
    )


def _in_sentence(text: str) -> str:
    said = _plain(text)
    return next((name for name, parts in words()["status_sentence"].items() if _any_in(parts, said)), "")


def _any_in(parts: Iterable[str], text: str) -> bool:
    return any(part in text for part in parts)


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text.strip().casefold())
