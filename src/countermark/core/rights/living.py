"""Is this right alive on that day, until when, and what happens to its cases when it is not?

Terms, windows and graces per office and kind, and what each way to end means, stand in `living.toml`. `standing` is a pure
function of the right and the day: `expiring` and its reminders are worked out, never stored. What a case does about it is the
packs' (`core/procedures/common.toml`); this file only names the events.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from countermark.core.calendar_clock import months_after
from countermark.core.rights.facts import RightFacts


@dataclass(frozen=True, slots=True)
class Term:
    """How long rights of one kind live at one office. `years` of a period, `most` in all; 0 is unknown or no limit."""

    office: str
    kind: str
    years: int
    most: int
    counts_from: str
    renewable: bool
    opens: int
    grace: int
    fee_grace: int
    source: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What may happen to a right: between which states, what its cases are told, and what that means."""

    id: str
    comes_from: tuple[str, ...]
    to: str
    events: tuple[str, ...]
    void: bool
    open: str
    closed: str
    points: str
    stay_down: str
    source: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a right stands on a day: `state`, and the days that matter.

    `mark` is the reminder that was reached (180, 90, 30 or 7 days), None before the first. `opens_on`: from when on the office
    takes a renewal; `ends_on`: the last day of the term; `grace_ends_on`: the last day on which it can be rescued, None
    where nothing can. `rule` is the row of the table it follows from; None where nothing ends by itself.
    """

    state: str
    rule: Term | None = None
    mark: int | None = None
    opens_on: date | None = None
    ends_on: date | None = None
    grace_ends_on: date | None = None

    @property
    def ending(self) -> str | None:
        """What the passing of time has done to a right stored as good: `grace_begun`, `expired` or nothing."""
        return {"in_grace": "grace_begun", "expired": "expired"}.get(self.state)


ALIVE = ("approved", "in_grace")  # stored states that time can still change


def standing(right: RightFacts, today: date) -> Standing:
    """How `right` stands on `today`, a day at its own office: a right is in force until the end of its last day there."""
    if right.state not in ALIVE or right.expires_on is None:
        return Standing(right.state, ends_on=right.expires_on)
    rule, ends = term_of(right.office, right.kind), right.expires_on
    grace_ends = _later(ends, rule.grace) if rule.renewable and rule.grace else None
    opens = _later(ends, -rule.opens) if rule.renewable and rule.opens else None
    if today <= ends:
        mark = _reached(ends, today)
        return Standing("expiring" if mark else "approved", rule, mark, opens, ends, grace_ends)
    alive = grace_ends is not None and today <= grace_ends
    return Standing("in_grace" if alive else "expired", rule, None, opens, ends, grace_ends)


def term_of(office: str, kind: str) -> Term:
    """The row for this office and kind; that of `other` offices where there is none."""
    found = terms()
    return found.get((office, kind)) or found.get(("other", kind)) or found["other", "other"]


def latest_end(right: RightFacts, filed_on: date) -> date | None:
    """The last day a right filed on `filed_on` can live to, if the law of its office sets one from filing on."""
    rule = term_of(right.office, right.kind)
    if not rule.most or rule.counts_from != "filing":
        return None
    return _later(filed_on, 12 * rule.most)


def terms() -> Mapping[tuple[str, str], Term]:
    """Every row of the table by office and kind."""
    return _terms()


def endings() -> Mapping[str, Ending]:
    """Everything that may happen to a right, by its id."""
    return _endings()


def marks() -> tuple[int, ...]:
    """How many days before its end the holder is reminded, the first in front."""
    return tuple(_table()["policy"]["remind"]["value"])


def _reached(ends: date, today: date) -> int | None:
    """The last reminder that is due: the smallest number of days that are not more than those left."""
    left = (ends - today).days
    return min((mark for mark in marks() if left <= mark), default=None)


def _later(day: date, months: int) -> date:
    """The same date so many months later, or earlier; the end of the calendar where there is none."""
    try:
        return months_after(day, months)
    except (IndexError, ValueError):
        return date.max if months > 0 else day


@cache
def _terms() -> Mapping[tuple[str, str], Term]:
    rows = (Term(counts_from=row["from"], **{k: v for k, v in row.items() if k != "from"}) for row in _table()["term"])
    return {(row.office, row.kind): row for row in rows}


@cache
def _endings() -> Mapping[str, Ending]:
    return {name: _ending(name, row) for name, row in _table()["ending"].items()}


def _ending(name: str, row: Mapping[str, Any]) -> Ending:
    said: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items() if key != "from"
    }
    return Ending(id=name, comes_from=tuple(row["from"]), **said)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("countermark.core.rights").joinpath("living.toml").read_text("utf-8"))
