"""Which tables does an installation consist of, and how does a row travel between engines?

Tables are found among all models, whatever app brings them. A row is one JSON array in the order of its columns; each column
has a kind that says how it is written: an instant in UTC, bytes in base64, JSON as JSON. Reading goes through the models of this
version; writing goes by table, column and kind alone, so that rows fit into the older schema they were read from.
"""

from __future__ import annotations

import base64
import copy
import datetime as dates
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.postgresql.psycopg_any import IsolationLevel

CHUNK = 2000  # rows fetched at a time
LEFT_OUT = ("sessions.Session", "work.Worker")  # of this machine and hour: people sign in again, workers come anew
FROM_MIGRATE = (
    "contenttypes.ContentType",
    "auth.Permission",
    "parties.Marketplace",
    "work.PackText",
)  # in an empty database
KINDS = {
    **dict.fromkeys(("DateTimeField",), "instant"),
    **dict.fromkeys(("BinaryField",), "bytes"),
    **dict.fromkeys(("JSONField",), "json"),
    **dict.fromkeys(("BooleanField",), "bool"),
    **dict.fromkeys(("DateField", "TimeField"), "iso"),
    **dict.fromkeys(("DecimalField",), "text"),
    **dict.fromkeys(("UUIDField",), "uuid"),
    **dict.fromkeys(("AutoField", "BigAutoField", "SmallAutoField", "FloatField"), "plain"),
    **dict.fromkeys(("IntegerField", "BigIntegerField", "SmallIntegerField"), "plain"),
    **dict.fromkeys(("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField"), "plain"),
    **dict.fromkeys(("CharField", "TextField", "SlugField", "EmailField", "URLField", "FilePathField"), "plain"),
    **dict.fromkeys(("FileField", "ImageField", "GenericIPAddressField"), "plain"),
}
Columns = Sequence[tuple[str, str]]  # name and kind


def all_models() -> list[type[models.Model]]:
    """Every table of the installation as a model, many-to-many tables too; in a stable order."""
    found = (one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy)
    return sorted(found, key=lambda one: one._meta.db_table)


def kept_models() -> list[type[models.Model]]:
    """Those that a backup holds."""
    return [one for one in all_models() if one._meta.label not in LEFT_OUT]


def columns_of(model: type[models.Model]) -> list[tuple[str, str]]:
    """The columns of a table with their kinds. ValueError for a kind of field that nobody taught this file."""
    return [(field.column, _kind(field)) for field in model._meta.concrete_fields]


def _kind(field: Any) -> str:
    while field.remote_field is not None:
        field = field.target_field
    name = field.get_internal_type()
    if name not in KINDS:
        raise ValueError(f"{field} is a {name}; say in KINDS how it travels between engines")
    return "json?" if KINDS[name] == "json" and field.null else KINDS[name]


# --- reading --------------------------------------------------------------------------------------------------------------


@contextmanager
def snapshot() -> Iterator[str]:
    """The database as it is now, for as long as it takes to read it, while others write; yields the alias to read by.

    PostgreSQL: REPEATABLE READ, read-only. SQLite: a deferred transaction, which in WAL mode sees one state and stops nobody.
    """
    alias, source = "countermark-snapshot", connections["default"]
    settings = copy.deepcopy(source.settings_dict)
    if source.vendor == "postgresql":
        settings["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    else:
        settings["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[alias] = type(source)(settings, alias)
    try:
        with transaction.atomic(using=alias):
            if source.vendor == "postgresql":
                with connections[alias].cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            yield alias
    finally:
        connections[alias].close()
        del connections[alias]


def lines(model: type[models.Model], *, using: str) -> Iterator[bytes]:
    """The rows of a table as lines, by primary key; memory stays bounded."""
    fields = model._meta.concrete_fields
    writers = [_WRITE[kind.rstrip("?")] for _, kind in columns_of(model)]
    rows = model._base_manager.using(using).order_by("pk").values_list(*(field.attname for field in fields))
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
    for row in rows.iterator(chunk_size=CHUNK):
        values = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield encode(values).encode("utf-8") + b"\n"


def _same(value: Any) -> Any:
    return value


def _utc(value: dates.datetime) -> str:
    return value.astimezone(dates.UTC).isoformat(timespec="microseconds")


_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "plain": _same,
    "json": _same,
    "bool": bool,
    "text": str,
    "uuid": str,
    "iso": lambda value: value.isoformat(),
    "instant": _utc,
    "bytes": lambda value: base64.b64encode(bytes(value)).decode(),
}


# --- writing --------------------------------------------------------------------------------------------------------------


def load(table: str, columns: Columns, rows: Iterable[bytes], *, using: str = "default") -> None:
    """Write lines as rows. Raises the engine's errors as Django's."""
    connection = connections[using]
    names = ", ".join(connection.ops.quote_name(name) for name, _ in columns)
    read = [_reader(kind, connection.vendor) for _, kind in columns]
    values = ([each(value) for each, value in zip(read, json.loads(line), strict=True)] for line in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying:
                for row in values:
                    copying.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


def _reader(kind: str, vendor: str) -> Callable[[Any], Any]:
    """How a value of this kind is handed to this engine."""
    if kind == "json":
        return _json
    read = {"json?": _json, "bytes": base64.b64decode}
    if vendor == "sqlite":
        read |= {"instant": _naive_text, "bool": int, "uuid": lambda value: value.replace("-", "")}
    one = read.get(kind, _same)
    return lambda value: None if value is None else one(value)


def _json(value: Any) -> str:
    return json.dumps(value)


def _naive_text(value: str) -> str:
    """As SQLite keeps instants: UTC without saying so, microseconds only where there are some."""
    return str(dates.datetime.fromisoformat(value).replace(tzinfo=None))


def empty_what_migrate_filled(tables: Iterable[str]) -> None:
    """Take out the rows that `countermark migrate` puts into a new database; the backup brings its own."""
    filled = [apps.get_model(label)._meta.db_table for label in reversed(FROM_MIGRATE)]
    with connections["default"].cursor() as cursor:
        for table in filled:
            if table in set(tables):
                cursor.execute(f"DELETE FROM {table}")


def rows_in_the_way(tables: Iterable[str]) -> list[str]:
    """The tables that are not empty although `countermark migrate` alone would have left them so."""
    filled = {apps.get_model(label)._meta.db_table for label in FROM_MIGRATE}
    with connections["default"].cursor() as cursor:
        return [table for table in tables if table not in filled and _has_rows(cursor, table)]


def _has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
    return cursor.fetchone() is not None


def count_ids_from_the_rows(tables: Mapping[str, Columns]) -> None:
    """Rows came with their ids: the next one of each table follows the highest. SQLite sees to that itself."""
    if connections["default"].vendor != "postgresql":
        return
    with connections["default"].cursor() as cursor:
        for table in (table for table, columns in tables.items() if any(name == "id" for name, _ in columns)):
            last = f"(SELECT max(id) FROM {table})"
            cursor.execute(
                f"SELECT setval(s, coalesce({last}, 1), {last} IS NOT NULL) "
                f"FROM pg_get_serial_sequence('{table}', 'id') AS s WHERE s IS NOT NULL"
            )


def leave_out_ids(*, gap: int) -> None:
    """Let every table give out ids from `gap` beyond its last: what was given out and is lost is never given out again."""
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor != "postgresql":
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s", [gap])
            return
        for table in (model._meta.db_table for model in all_models() if model._meta.pk.column == "id"):
            cursor.execute(
                f"SELECT setval(s, nextval(s) + {int(gap)}) "
                f"FROM pg_get_serial_sequence('{table}', 'id') AS s WHERE s IS NOT NULL"
            )


def wipe(tables: Iterable[str]) -> None:
    """Take our tables out of a database that was empty before us: a failed restore leaves it as it was found."""
    connection = connections["default"]
    ours = {*tables, *(model._meta.db_table for model in all_models()), "django_migrations"}
    with connection.cursor() as cursor:
        names = ours & set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
        for name in sorted(names):
            tail = " CASCADE" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)}{tail}")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = ON")
