"""Which packs and duties are there, and is this one sound?

A bad pack is refused with file, line and reason, all defects at once: unknown names (state, role, guard, clock, element,
unit, calendar, key), the same move twice, something of `common` overridden, a number without its source, and whatever
`procedure_checks` finds unfair.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from countermark.core import catalogue
from countermark.core.procedure import Duties, Duty, Procedure
from countermark.core.procedure_defects import PackDefect, PackDefective, nearest, read_toml
from countermark.core.procedure_reader import Reader

__all__ = [
    "FOLDER",
    "PackDefect",
    "PackDefective",
    "UnknownPack",
    "duties_ids",
    "load",
    "load_duties",
    "pack_ids",
    "parse",
    "parse_duties",
    "texts",
]

FOLDER = Path(__file__).parent / "procedures"


class UnknownPack(Exception):
    """No pack of this id is shipped or loaded."""

    code = "unknown_pack"
    http_status_hint = 404


@cache
def pack_ids() -> tuple[str, ...]:
    """The shipped packs, the default first."""
    ids = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "common")
    return ("platform", *(i for i in ids if i != "platform"))


def duties_ids() -> tuple[str, ...]:
    """The shipped overlays of duties."""
    return tuple(sorted(path.stem for path in (FOLDER / "duties").glob("*.toml")))


@cache
def load(pack_id: str) -> Procedure:
    """The shipped pack of this id. UnknownPack names the nearest one."""
    if pack_id not in pack_ids():
        raise UnknownPack(f"there is no pack {pack_id!r}; did you mean {nearest(pack_id, pack_ids())}?")
    text, common = texts(pack_id)
    return parse(text, file=f"{pack_id}.toml", common=common)


def texts(pack_id: str) -> tuple[str, str]:
    """The TOML text of a shipped pack and of what it is merged with: whoever keeps both can `parse` them years later."""
    return (FOLDER / f"{pack_id}.toml").read_text("utf-8"), (FOLDER / "common.toml").read_text("utf-8")


@cache
def load_duties(duties_id: str) -> Duties:
    """The shipped duties of this id. UnknownPack names the nearest ones."""
    if duties_id not in duties_ids():
        raise UnknownPack(f"there are no duties {duties_id!r}; did you mean {nearest(duties_id, duties_ids())}?")
    return parse_duties((FOLDER / "duties" / f"{duties_id}.toml").read_text("utf-8"), file=f"{duties_id}.toml")


def parse_duties(text: str, *, file: str) -> Duties:
    """Duties from TOML text. PackDefective when the text is broken or a duty lacks a word."""
    raw = read_toml(text, file)
    try:
        rows = tuple(Duty(d["on"], d["do"], d["to"], d["by"], tuple(d.get("limits", ()))) for d in raw.get("duty", ()))
        applies = {key: tuple(places) for key, places in raw["applies"].items()}
        optional = (raw.get(key, {}) for key in ("element", "exempt", "sources"))
        return Duties(raw["id"], raw["version"], applies, rows, *optional)
    except KeyError as missing:
        raise PackDefective([PackDefect(file, 1, f"the word {missing} is missing")]) from None


def parse(text: str, *, file: str, common: str | None = None, elements: frozenset[str] | None = None) -> Procedure:
    """A pack from TOML text, merged with `common`. Raises PackDefective with every defect found.

    `elements` are the ids a pack may ask for under [needs]; None stands for those of the catalogue.
    """
    common_text = (FOLDER / "common.toml").read_text("utf-8") if common is None else common
    known = frozenset(catalogue.load().elements) if elements is None else elements
    reader = Reader(file, text, read_toml(common_text, "common.toml"), elements=known, duties=duties_ids())
    return reader.procedure(hashlib.sha256(f"{text}\0{common_text}".encode()).hexdigest())
