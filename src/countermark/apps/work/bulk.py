"""Sets of rows, written at the speed of the engine: executemany on SQLite, COPY on PostgreSQL.

Row-by-row ORM writes reach a seventh of it. Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

Row = Sequence[Any]


def put(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows` into `table`. Datetimes are aware; JSON comes as text. Raises the engine's IntegrityError as Django's."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def put_once(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert the rows that break no unique constraint; the others are there already."""
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", list(rows))


def instant_writer() -> Callable[[datetime | None], Any]:
    """How this engine takes an instant in raw SQL: SQLite stores naive UTC text, PostgreSQL takes the value."""
    return _as_it_is if connection.vendor == "postgresql" else _utc_text


def instant_reader() -> Callable[[Any], datetime | None]:
    """The inverse of `instant_writer` for columns read by raw SQL."""
    return _as_it_is if connection.vendor == "postgresql" else _aware


def _as_it_is(value: Any) -> Any:
    return value


def _utc_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return str(value if value.tzinfo is UTC else value.astimezone(UTC))[:-6]  # without "+00:00"


def _aware(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)
