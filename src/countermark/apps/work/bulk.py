"""Sets of rows, written at the speed of the engine: executemany on SQLite, COPY on PostgreSQL.

Row-by-row ORM writes reach a seventh of it. Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
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


def put_once(table: str, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
    """Insert the rows that break no unique constraint; the others are there already. `columns` maps to PostgreSQL's types."""
    held = list(rows)
    if not held:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(*_insert_once(table, columns, held))
        else:
            marks = ", ".join(["%s"] * len(columns))
            names = ", ".join(columns)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", held)


def put_once_and_hold(
    table: str, columns: Mapping[str, str], rows: Iterable[Row], *, key: Sequence[str], where: str
) -> None:
    """Like `put_once`, and nobody takes away or changes the key of a row that was there before the caller's transaction ends.

    `key` names the columns that are unique among the rows of which `where` is true, text each. SQLite has one writer at a
    time, so that nobody could. Writers that hold the same row do not wait for each other.
    """
    if connection.vendor != "postgresql":
        put_once(table, columns, rows)
        return
    names = ", ".join(key)
    place = [list(columns).index(name) for name in key]
    left = {tuple(row[index] for index in place): row for row in rows}
    with connection.cursor() as cursor:
        while left:  # what was there and is gone before it could be held is put anew
            statement, given = _insert_once(table, columns, [left[one] for one in sorted(left)])
            cursor.execute(f"{statement} RETURNING {names}", given)
            _forget(left, cursor.fetchall())
            if left:
                value, source, sought = as_set(dict.fromkeys(key, "text"), sorted(left))
                among = f"({names}) IN (SELECT {', '.join(value[name] for name in key)} FROM {source})"
                cursor.execute(f"SELECT {names} FROM {table} WHERE {where} AND {among} FOR KEY SHARE", sought)
                _forget(left, cursor.fetchall())


def _forget(left: dict[Any, Row], found: Iterable[Row]) -> None:
    for one in found:
        left.pop(tuple(one), None)


def _insert_once(table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> tuple[str, dict[str, Any]]:
    value, source, given = as_set(columns, rows)
    select = f"SELECT {', '.join(value[name] for name in columns)} FROM {source}"
    return f"INSERT INTO {table} ({', '.join(columns)}) {select} ON CONFLICT DO NOTHING", given


def put_newest(
    table: str, columns: Mapping[str, str], rows: Iterable[Row], *, unique: Sequence[str], replaced: Sequence[str]
) -> None:
    """Insert the rows; where one with the same `unique` columns is there already, only its `replaced` columns change.

    No two rows may share `unique`. Writers that come together wait for each other: pass the rows in one order everywhere.
    """
    rows, names = list(rows), ", ".join(columns)
    if not rows:
        return
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in replaced)
    there = f"ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {sets}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            value, source, given = as_set(columns, rows)
            select = f"SELECT {', '.join(value[name] for name in columns)} FROM {source}"
            cursor.execute(f"INSERT INTO {table} ({names}) {select} {there}", given)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {there}", rows)


def next_ids(table: str, count: int) -> list[int]:
    """Ids for the next `count` rows of `table`, ascending: what is written with them need not be read back.

    Inside a transaction that has written already, or will write now: on SQLite it is the write lock that keeps them ours.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, count])
            return sorted(pk for (pk,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + count))


def as_set(columns: Mapping[str, str], rows: Sequence[Row]) -> tuple[dict[str, str], str, dict[str, Any]]:
    """Rows as one source of a PostgreSQL statement: the SQL of each column's value, what stands behind FROM, the parameters.

    A column that is the same in all rows travels once; the others as arrays, the first column always.
    """
    first = next(iter(columns))
    held = dict(zip(columns, zip(*rows, strict=True), strict=True))
    each = [name for name, column in held.items() if name == first or column.count(column[0]) != len(rows)]
    value = {name: f"v.{name}" if name in each else f"%({name})s::{kind}" for name, kind in columns.items()}
    arrays = ", ".join(f"%({name})s::{columns[name]}[]" for name in each)
    given = {name: list(column) if name in each else column[0] for name, column in held.items()}
    return value, f"unnest({arrays}) AS v({', '.join(each)})", given


def read_among(
    table: str, columns: Sequence[str], column: str, values: Iterable[Any], *, where: str = "TRUE", given: Row = ()
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose `column` is one of `values`, in no order, as the driver reads them.

    One parameter carries all values, any number of them. `where` narrows further, with its parameters in `given`.
    """
    held = list(values)
    if connection.vendor == "postgresql":
        among, packed = f"{column} = ANY(%s)", held
    else:
        among, packed = f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(held)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {among} AND {where}", [packed, *given])
        return list(cursor.fetchall())


def instant_writer() -> Callable[[datetime | None], Any]:
    """How this engine takes an instant in raw SQL: SQLite stores naive UTC text, PostgreSQL takes the value."""
    return _as_it_is if connection.vendor == "postgresql" else _utc_text


def instant_reader() -> Callable[[Any], datetime | None]:
    """The inverse of `instant_writer` for columns read by raw SQL; on SQLite read as text with "+00:00" appended."""
    return _as_it_is if connection.vendor == "postgresql" else _from_text


def instant_column(name: str) -> str:
    """A column of instants as raw SQL reads it fastest for `instant_reader`: on SQLite as text, past Django's converter."""
    return name if connection.vendor == "postgresql" else f"{name} || '+00:00'"


def _as_it_is(value: Any) -> Any:
    return value


@lru_cache(maxsize=4096)  # one instant stands in several columns of several rows
def _utc_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return str(value if value.tzinfo is UTC else value.astimezone(UTC))[:-6]  # without "+00:00"


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
