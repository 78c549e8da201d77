"""How many rows are there of each of several kinds, and which are they? Asked in one statement, however many the kinds."""

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Count, DateField, DateTimeField, QuerySet, Value


def counted(*kinds: "QuerySet[Any] | None", most: int | None = None) -> list[int]:
    """How many rows each of these queries has, `most` at most; 0 for None. One statement for all of them."""
    parts, params = [], []
    for rows in kinds:
        said = _subquery(rows, most)
        parts.append(f"(SELECT COUNT(*) FROM ({said[0]}) counted)" if said else "0")  # noqa: S608
        params += said[1] if said else ()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return [int(n) for n in cursor.fetchone()]


def _subquery(rows: "QuerySet[Any] | None", most: int | None) -> tuple[str, tuple[Any, ...]] | None:
    if rows is None:
        return None
    try:
        rows = rows.values("pk") if rows.query.is_sliced else rows.order_by().values("pk")[:most]
        return rows.query.sql_with_params()
    except EmptyResultSet:  # a condition nothing fulfils
        return None


def together(**kinds: "QuerySet[Any]") -> dict[str, list[Any]]:
    """The rows of several short queries by the name of each, in its order; one statement for all of them.

    Each query names its columns with `values`; a row has them as attributes: instants aware, days as dates, other values as
    JSON has them.
    """
    found: dict[str, list[Any]] = {kind: [] for kind in kinds}
    parts = [part for kind, rows in kinds.items() if (part := _part(kind, rows))]
    reads = {kind: fields for kind, fields, _, _ in parts}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql for _, _, sql, _ in parts), [each for part in parts for each in part[-1]])
        for kind, said in cursor.fetchall():
            found[kind].append(_row(json.loads(said), reads[kind]))
    return found


def number_of(rows: "QuerySet[Any]", **more: Any) -> "QuerySet[Any]":
    """For `together`: one row that says how many there are as `n`, with the aggregates named; no row may mean none."""
    return rows.order_by().values(one=Value(1)).annotate(n=Count("*"), **more)


def _part(kind: str, rows: "QuerySet[Any]") -> tuple[str, dict[str, Any], str, tuple[Any, ...]] | None:
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    fields = {name or expression.target.column: expression.output_field for expression, _, name in compiler.select}
    return kind, fields, f"SELECT %s AS kind, {_as_json(fields)} AS said FROM ({sql}) part", (kind, *params)  # noqa: S608


def _as_json(names: Any) -> str:
    if connection.vendor == "postgresql":
        return "to_json(part)::text"
    pairs = (f"'{name}', part.{connection.ops.quote_name(name)}" for name in names)
    return f"json_object({', '.join(pairs)})"


def _row(said: dict[str, Any], fields: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(**{name: _read(value, fields[name]) for name, value in said.items()})


def _read(value: Any, field: Any) -> Any:
    """A value of JSON as its column has it. An instant is a date, too: it is asked about first."""
    if value is None:
        return None
    if isinstance(field, BooleanField):
        return bool(value)
    if isinstance(field, DateTimeField):
        instant = datetime.fromisoformat(value)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return date.fromisoformat(value) if isinstance(field, DateField) else value
