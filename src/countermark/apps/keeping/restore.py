"""From a backup into an empty database: all of it, or nothing.

Rule 1: the backup is read to its end and fits its signed manifest before anything is touched. Rule 2: only an empty database
takes it. Rule 3: rows go into the schema they were read from; then the schema comes forward to this version. Rule 4: what was
written is read again and compared, row by row, and the log is verified. Whatever fails leaves the database empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from countermark.apps.complaints import append_only, log
from countermark.apps.keeping import archive, schema, tables
from countermark.apps.keeping.archive import BackupRefused, Checked
from countermark.apps.keeping.backup import Say, sealing_fingerprint
from countermark.apps.work import files
from countermark.evidence.store import Store

SHOWN = 5  # tables or faults named in a sentence
MOST_FAULTS = 50


class NotEmpty(BackupRefused):
    """There is something in the database already. Nothing was changed."""

    code = "not_empty"
    http_status_hint = 409


class RestoreFailed(Exception):
    """The backup could not be written into this database, which is empty again."""

    code = "restore_failed"
    http_status_hint = 500


@dataclass(frozen=True)
class Restored:
    """What was brought back, and what does not hold in the log it brought."""

    checked: Checked
    rows: int
    files: int
    faults: tuple[str, ...]

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.checked.head["made_at"])


Then = Callable[[Restored], object]


def examine(path: Path) -> Checked:
    """Read a backup to its end. Raises BackupRefused unless it is whole, ours and not from a later version."""
    if not path.is_file():
        raise BackupRefused(f"{path} is not there")
    checked = archive.check(path, key=settings.BACKUP_KEY)
    own = Ed25519PrivateKey.from_private_bytes(settings.LOG_SIGNING_KEY).public_key().public_bytes_raw()
    if checked.public_key != own:
        raise BackupRefused(
            f"{path} was signed under another LOG_SIGNING_KEY; set the keys of the installation that made it "
            "(or somebody made it anew: then do not use it)"
        )
    if checked.head["sealing_key"] != sealing_fingerprint():
        raise BackupRefused(
            f"{path} was made under another SEALING_KEY: its sealed texts would stay closed; set that key"
        )
    if later := schema.unknown(checked.head["migrations"]):
        raise BackupRefused(
            f"{path} was made by version {checked.head['version']}, which knows {', '.join(later[:SHOWN])}; "
            "install that version or a later one"
        )
    return checked


def restore(path: Path, *, then: Then = lambda restored: None, say: Say = lambda text: None) -> Restored:
    """Bring a backup back, and do `then` with it as a part of that.

    Raises BackupRefused, NotEmpty or RestoreFailed; then the database is as it was found.
    """
    checked = examine(path)
    say(f"the backup of {checked.head['made_at']} is whole: {sum(checked.manifest.rows.values())} rows")
    _demand_empty(checked)
    store, written = files.kept(), []
    try:
        schema.bring_to(checked.head["migrations"])
        _load(checked, store, written, say)
        call_command("migrate", interactive=False, verbosity=0)
        _compare(checked, say)
        restored = Restored(checked, sum(checked.manifest.rows.values()), checked.manifest.files, _faults())
        then(restored)
    except BaseException as fault:
        tables.wipe(checked.head["tables"])
        for digest in written:
            store.remove(digest)
        if isinstance(fault, BackupRefused) or not isinstance(fault, Exception):
            raise
        raise RestoreFailed(f"nothing was restored, the database is empty again: {_short(fault)}") from fault
    return restored


def _faults() -> tuple[str, ...]:
    """What does not hold in the log: it did not hold in the installation that was backed up, or the backup would not fit."""
    return tuple(str(fault) for fault in islice(log.verify(), MOST_FAULTS))


def _short(fault: Exception) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[0][:300]


def _demand_empty(checked: Checked) -> None:
    there = set(connection.introspection.table_names())
    full = tables.rows_in_the_way(sorted(there & {*checked.head["tables"], *_all_tables()}))
    if full:
        raise NotEmpty(
            f"the database is not empty ({', '.join(full[:SHOWN])} {'has' if len(full) == 1 else 'have'} rows); "
            "restore into a new one: point DATABASE_URL at an empty database"
        )


def _all_tables() -> Iterable[str]:
    return (model._meta.db_table for model in tables.kept_models())


# --- writing --------------------------------------------------------------------------------------------------------------


def _load(checked: Checked, store: Store, written: list[str], say: Say) -> None:
    """All rows in one transaction, which also holds until every file was written."""
    known = checked.head["tables"]
    with transaction.atomic():
        tables.empty_what_migrate_filled(known)
        with archive.members(checked.path, key=settings.BACKUP_KEY) as each:
            for name, content in each:
                kind, _, rest = name.partition("/")
                if kind == "rows":
                    table = rest.partition("/")[0]
                    tables.load(table, known[table], content)
                elif kind == "files":
                    _file(store, rest, content, written)
        connection.check_constraints()
        tables.count_ids_from_the_rows(known)
        say(f"loaded {len(known)} tables and {checked.manifest.files} files")


def _file(store: Store, digest: str, content: IO[bytes], written: list[str]) -> None:
    if store.holds(digest):
        return
    if store.put(content.read()) != digest:
        raise BackupRefused(f"the file {digest} was changed while it was read")
    written.append(digest)


# --- looking again --------------------------------------------------------------------------------------------------------


def _compare(checked: Checked, say: Say) -> None:
    """Read every row again. Rows of an older version are counted alone: the schema has moved on since."""
    same = schema.applied() == checked.head["migrations"]
    by_table = {model._meta.db_table: model for model in tables.kept_models()}
    for table, said in checked.manifest.rows.items():
        if table not in by_table or by_table[table]._meta.label in tables.FROM_MIGRATE:
            continue  # this version has no such table any more, or adds rows of its own
        whole, count = hashlib.sha256(), 0
        for line in tables.lines(by_table[table], using="default") if same else ():
            whole.update(line)
            count += 1
        if same and (count, whole.hexdigest()) != (said, checked.manifest.digests[table]):
            raise RestoreFailed(f"{table} reads otherwise than it was written: {count} rows of {said}")
        if not same and by_table[table]._base_manager.count() < said:
            raise RestoreFailed(f"{table} has lost rows on the way to this version")
    _demand_triggers()
    say("every row was read again and compared" if same else "every table was counted again")


def _demand_triggers() -> None:
    query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    if connection.vendor == "sqlite":
        query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        guarded = {row[0] for row in cursor.fetchall()}
    if missing := set(append_only.TABLES) - guarded:
        raise RestoreFailed(f"the log would not be append-only: no triggers on {', '.join(sorted(missing))}")
