"""Which rules of retention are there, and does each table have one? Read from retention.toml; nothing is erased here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("retention.toml")
DOES = ("delete", "blank", "erase_texts", "erase_files", "erase_left_files")


@dataclass(frozen=True)
class Rule:
    """What goes when. `days` and `years` count from `after`, or from the end of the last case where it is ""."""

    id: str
    does: str
    table: str
    source: str
    after: str = ""
    days: int = 0
    years: int = 0
    where: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # of files; none: every kind

    def cutoff(self, at: datetime) -> datetime:
        """What ended before this instant goes at `at`. 29 February counts back to 28 February."""
        day = at - timedelta(days=self.days)
        try:
            return day.replace(year=day.year - self.years)
        except ValueError:
            return day.replace(year=day.year - self.years, day=28)


@cache
def _raw() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file. ValueError for one that does something unknown."""
    found = []
    for name, row in _raw()["rule"].items():
        if row["does"] not in DOES:
            raise ValueError(f"{FILE.name}: [rule.{name}] does {row['does']!r}; it may do {', '.join(DOES)}")
        lists = {key: tuple(row[key]) for key in ("columns", "kinds") if key in row}
        found.append(Rule(id=name, **{**row, **lists}))
    return tuple(found)


def without_rule(tables: Iterable[str]) -> list[str]:
    """Those of these tables (as `app.Model`) about which the file says nothing."""
    said = {rule.table for rule in rules()} | set(_raw()["with"]) | set(_raw()["kept"])
    return sorted(set(tables) - said)


def left_over(tables: Iterable[str]) -> list[str]:
    """The tables of the file that are none, and those that go with a table that has no rule of its own."""
    known, ruled = set(tables), {rule.table for rule in rules()}
    named = ruled | set(_raw()["with"]) | set(_raw()["kept"])
    loose = {goes for goes, parent in _raw()["with"].items() if parent not in ruled | set(_raw()["kept"])}
    return sorted((named - known) | loose)
