"""How many rows are there of each of several kinds? Asked in one statement."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


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
        return rows.order_by().values("pk")[:most].query.sql_with_params()  # type: ignore[no-any-return]
    except EmptyResultSet:  # a condition nothing fulfils
        return None
