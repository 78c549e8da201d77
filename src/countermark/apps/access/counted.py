"""How many requests of this minute has a key left, over all processes?

Rule 1: every request is one of those the database has counted, and never is more let through than the limit. Rule 2: the first of
a minute are counted one by one; for a key that asks often a process counts some ahead and lets them through itself, as one row
that every request writes would make all of them wait for each other. The closer to the limit, the fewer ahead: what a process
counted and did not use is at most a fiftieth of the limit, and at the limit it is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.db import connection

from countermark.apps.work.bulk import instant_writer

MINUTE = 60  # seconds
ONE_BY_ONE = 20  # requests of a minute, before any is counted ahead
PART, MOST = 50, 1000  # ahead: this part of the limit, but no more than so many
NEAR = 10  # and this part of what is left
COUNT = """UPDATE access_apiclient SET used = CASE WHEN minute = %s THEN used + %s ELSE %s END, minute = %s,
last_used_at = CASE WHEN minute = %s AND last_used_at IS NOT NULL THEN last_used_at ELSE %s END
WHERE id = %s RETURNING used"""


@dataclass(frozen=True)
class Spent:
    """How many requests of this minute are left, and in how many seconds the next minute begins."""

    limit: int
    remaining: int
    reset: int
    refused: bool


@dataclass
class Ahead:
    """What this process knows of a key: of which minute and limit, how many were counted, and how many of them it has left."""

    minute: int
    limit: int
    used: int
    left: int = 0


_ahead: dict[int, Ahead] = {}
_turn = Lock()


def spend(client_id: int, *, now: datetime) -> Spent:
    """Count one request of this key."""
    limit, seconds = settings.API_REQUESTS_PER_MINUTE, int(now.timestamp())
    minute, reset = seconds // MINUTE, MINUTE - seconds % MINUTE
    known = _known(client_id, minute, limit)
    with _turn:
        if known.left > 0:
            known.left -= 1
            return Spent(limit, max(0, limit - known.used) + known.left, reset, refused=False)
    block = _block(known)
    used = _count(client_id, minute, block, now)
    before = used - block
    with _turn:
        known.used = max(known.used, used)
        known.left += max(0, min(used, limit) - before - 1)
        return Spent(limit, max(0, limit - used) + known.left, reset, refused=before >= limit)


def _known(client_id: int, minute: int, limit: int) -> Ahead:
    """What is known of this minute; whatever was counted in another, or under another limit, is void."""
    with _turn:
        known = _ahead.get(client_id)
        if known is None or (known.minute, known.limit) != (minute, limit):
            known = _ahead[client_id] = Ahead(minute, limit, 0)
        return known


def _block(known: Ahead) -> int:
    """How many to count at once."""
    if known.used < ONE_BY_ONE:
        return 1
    return max(1, min(known.limit // PART, MOST, (known.limit - known.used) // NEAR))


def _count(client_id: int, minute: int, block: int, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [minute, block, block, minute, minute, instant_writer()(now), client_id])
        return int(cursor.fetchone()[0])


def forget() -> None:
    """Begin as a new process would."""
    with _turn:
        _ahead.clear()
