"""Triggers that keep who looked at what, and who accepted what: no row changes; a look goes after a year, an acceptance never.

Retention may take old rows away (apps/keeping/retention.toml), so DELETE is refused by age; UPDATE always. A migration that
alters the table runs `install` again: Django rebuilds SQLite tables and drops their triggers.
"""

from __future__ import annotations

TABLES = ("parties_look", "parties_acceptance")
KEPT_DAYS = 365  # a year, so that an audit finds the whole of it; the rule of retention lets rows go later than this

FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_unlook() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEPT_DAYS} days' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME;
END; $$ LANGUAGE plpgsql
"""


ACCEPTED_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_unaccept() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only: % of % refused', TG_OP, TG_TABLE_NAME; END; $$ LANGUAGE plpgsql
"""


def install_acceptances(vendor: str) -> list[str]:
    """The statements that make who accepted what append-only, for good."""
    if vendor == "postgresql":
        on = "BEFORE UPDATE OR DELETE ON parties_acceptance FOR EACH ROW EXECUTE FUNCTION refuse_unaccept()"
        return [ACCEPTED_FUNCTION, f"CREATE TRIGGER append_only {on}"]
    refuse = "BEGIN SELECT RAISE(ABORT, 'append-only: change of parties_acceptance refused'); END"
    return [
        f"CREATE TRIGGER parties_acceptance_no_{verb.lower()} BEFORE {verb} ON parties_acceptance {refuse}"
        for verb in ("UPDATE", "DELETE")
    ]


def remove_acceptances(vendor: str) -> list[str]:
    """The statements that take those triggers off again."""
    if vendor == "postgresql":
        return ["DROP TRIGGER IF EXISTS append_only ON parties_acceptance"]
    return [f"DROP TRIGGER IF EXISTS parties_acceptance_no_{verb}" for verb in ("update", "delete")]


def install(vendor: str) -> list[str]:
    """The statements that make the table append-only for a year."""
    if vendor == "postgresql":
        on = "BEFORE UPDATE OR DELETE ON parties_look FOR EACH ROW EXECUTE FUNCTION refuse_unlook()"
        return [FUNCTION, f"CREATE TRIGGER append_only {on}"]
    refuse = "BEGIN SELECT RAISE(ABORT, 'append-only: change of parties_look refused'); END"
    young = f"WHEN julianday(OLD.at) >= julianday('now') - {KEPT_DAYS}"
    return [
        f"CREATE TRIGGER parties_look_no_update BEFORE UPDATE ON parties_look {refuse}",
        f"CREATE TRIGGER parties_look_no_delete BEFORE DELETE ON parties_look {young} {refuse}",
    ]


def remove(vendor: str) -> list[str]:
    """The statements that take the triggers off again: for migrating back, and for emptying a test database."""
    if vendor == "postgresql":
        return ["DROP TRIGGER IF EXISTS append_only ON parties_look"]
    return [f"DROP TRIGGER IF EXISTS parties_look_no_{verb}" for verb in ("update", "delete")]
