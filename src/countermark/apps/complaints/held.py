"""Reading cases as the rules need them: tuples from one query, locked, in sets.

A Held case carries `seq` and the head of its chain, so the next link costs no read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from countermark.apps.complaints.models import Complaint
from countermark.apps.work import packs
from countermark.apps.work.bulk import instant_reader, instant_writer
from countermark.apps.work.services import calendars_for_each
from countermark.core.calendar import Calendar
from countermark.core.complaint import Case, Frame
from countermark.core.procedure import Procedure

INSTANTS = ("at", "clock_from", "due_at", "anchor_at")
CASE_COLUMNS = "state, at, seq, round, timing, ask, clock_from, due_at, escalated, anchor_at, units, back, zone"
DIGEST = (
    "(SELECT pack_digest FROM complaints_notice n WHERE n.id = notice_id)"  # of the version the case was opened under
)
COLUMNS = f"id, number, notice_id, line, listing_id, seller_id, pack, calendar, head_hash, {CASE_COLUMNS}, {DIGEST}"


class Held(NamedTuple):
    """A case with what its writers need."""

    id: int
    number: str
    notice_id: int
    line: int
    listing_id: int
    seller_id: int | None
    pack: str
    calendar: str
    head: bytes
    case: Case
    procedure: Procedure
    calendars: Mapping[str, Calendar]


class UnknownCase(Exception):
    """There is no such case, or it is not one this party may see."""

    code = "unknown_case"
    http_status_hint = 404


def hold(ids: Iterable[int]) -> list[Held]:
    """Lock and read these cases, in order of id. UnknownCase when one is missing. Call inside a transaction."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    found = _read(f"id IN ({', '.join(['%s'] * len(wanted))})", wanted, f"ORDER BY id {_lock()}")
    if len(found) != len(wanted):
        raise UnknownCase("a case in this request does not exist")
    return found


def hold_due(now: datetime, limit: int) -> list[Held]:
    """Lock and read up to `limit` cases whose clock ended at or before `now`, those due longest first."""
    where = "due_at <= %s AND NOT escalated AND due_at IS NOT NULL"
    return _read(where, [instant_writer()(now)], f"ORDER BY due_at LIMIT {int(limit)} {_lock(skip=True)}")


def glance(ids: Iterable[int]) -> list[Held]:
    """Read these cases without a lock, for pages."""
    wanted = list(ids)
    return _read(f"id IN ({', '.join(['%s'] * len(wanted))})", wanted, "ORDER BY id") if wanted else []


def held_of(row: Complaint) -> Held:
    """A case whose row and notice were read already, for a page; asks for the calendars only."""
    return held_of_each([row])[0]


def held_of_each(rows: Sequence[Complaint]) -> list[Held]:
    """The same for each of these rows, in their order; the calendars are asked for once."""
    places = calendars_for_each({row.calendar for row in rows}) if rows else {}
    return [_held_row(row, places[row.calendar]) for row in rows]


def _held_row(row: Complaint, calendars: Mapping[str, Calendar]) -> Held:
    case = Case(
        row.state, row.at, row.seq, row.round, row.timing, row.ask, row.clock_from, row.due_at, row.escalated,
        row.anchor_at, row.units, _frames(row.back), row.zone,
    )  # fmt: skip
    rules = packs.in_force(row.pack, row.notice.pack_digest)
    ids = (row.pk, row.number, row.notice_id, row.line, row.listing_id, row.seller_id, row.pack, row.calendar)
    return Held(*ids, bytes(row.head_hash), case, rules, calendars)


def glance_after(instant: datetime, limit: int) -> list[Held]:
    """Read up to `limit` cases whose clock runs and ends after `instant`, those due first in front, without a lock."""
    where = "due_at > %s AND NOT escalated AND due_at IS NOT NULL"
    return _read(where, [instant_writer()(instant)], f"ORDER BY due_at, id LIMIT {int(limit)}")


def _columns() -> str:
    """The columns as this engine reads them fastest: instants of SQLite as text, past Django's converter."""
    if connection.vendor == "postgresql":
        return COLUMNS
    return ", ".join(f"{name} || '+00:00'" if name in INSTANTS else name for name in COLUMNS.split(", "))


def _lock(*, skip: bool = False) -> str:
    if connection.vendor != "postgresql":
        return ""
    return "FOR UPDATE SKIP LOCKED" if skip else "FOR UPDATE"


def _read(where: str, params: list[Any], tail: str) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_columns()} FROM complaints_complaint WHERE {where} {tail}", params)
        rows = cursor.fetchall()
    read = instant_reader()
    rules = {key: packs.in_force(*key) for key in {(row[6], row[-1]) for row in rows}}
    places = calendars_for_each({row[7] for row in rows}) if rows else {}
    return [_held(row[:-1], read, rules[row[6], row[-1]], places[row[7]]) for row in rows]


def _held(row: tuple[Any, ...], read: Any, procedure: Procedure, calendars: Mapping[str, Calendar]) -> Held:
    (
        pk, number, notice, line, listing, seller, pack, calendar, head,
        state, at, seq, round, timing, ask, clock_from, due_at, escalated, anchor_at, units, back, zone,
    ) = row  # fmt: skip
    case = Case(
        state, read(at), seq, round, timing, ask, read(clock_from), read(due_at), bool(escalated),
        read(anchor_at), units, _frames(back), zone,
    )  # fmt: skip
    return Held(pk, number, notice, line, listing, seller, pack, calendar, bytes(head), case, procedure, calendars)


def _frames(back: Any) -> tuple[Frame, ...]:
    if back == "[]":
        return ()
    rows = json.loads(back) if isinstance(back, str) else back
    return tuple(Frame(*row) for row in rows) if rows else ()
