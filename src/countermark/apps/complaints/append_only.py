"""Triggers that keep the log append-only on both engines.

Django rebuilds a SQLite table on `AlterField` and silently drops its triggers: a migration that alters one of these tables
runs `install` again, and a test tries UPDATE and DELETE after all migrations.
"""

from __future__ import annotations

from collections.abc import Sequence

OF_CASES = (
    "complaints_complaintevent",
    "complaints_logleaf",
    "complaints_logcheckpoint",
    "complaints_statementofreasons",
)
OF_ORDERS = ("orders_orderevent",)
TABLES = (*OF_CASES, *OF_ORDERS)

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME; END; $$ LANGUAGE plpgsql
"""


def install(vendor: str, tables: Sequence[str] = TABLES) -> list[str]:
    """The statements that make the tables append-only."""
    if vendor == "postgresql":
        return [FUNCTION, *(_postgres(table) for table in tables)]
    return [_sqlite(table, verb) for table in tables for verb in ("UPDATE", "DELETE")]


def remove(vendor: str, tables: Sequence[str] = TABLES) -> list[str]:
    """The statements that take the triggers off again: for migrating back, and for emptying a test database."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS append_only ON {table}" for table in tables]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}" for table in tables for verb in ("UPDATE", "DELETE")]


def _postgres(table: str) -> str:
    return (
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _sqlite(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {verb} of {table} refused'); END"
    )
