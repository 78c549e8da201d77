"""How does a database come to be as it was before, without doing again what made it so?

The migrations run in one process of tests; the others wait for it and begin with a copy. What they made is kept by each: a
file on SQLite, a database of its own on PostgreSQL. From that copy another installation is made, migrated and never used; and
on SQLite the database of the tests comes back from it after a test that really committed, with what the migrations filled in.
Django's flush, which would leave that out, empties table by table and finds out content types and permissions anew, takes
many times as long. A world that many tests begin with is kept and comes back in the same way.

On SQLite the copy also stays in var/tests, under the digest of all that migrations are made of: the next run begins with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

from django.db import Error, connection
from django.test import TransactionTestCase

World = TypeVar("World")
flush = TransactionTestCase._fixture_teardown


ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("apps", "core", "project")  # what migrations are, call and read
OTHERS = ("Django", "django-allauth")  # who bring migrations of their own


_turn: list[TextIO] = []  # the lock of this process while it may be the one that migrates


def waits_for_its_turn() -> None:
    """One process at a time asks for what another has migrated, and migrates where there is nothing yet."""
    place = from_run_to_run().parent if connection.vendor == "sqlite" else Path(os.environ["COUNTERMARK_TEST_HOME"])
    place.mkdir(parents=True, exist_ok=True)
    _turn.append((place / "migrating").open("w"))
    fcntl.flock(_turn[-1], fcntl.LOCK_EX)  # given up with the process, whatever becomes of it


def turn_is_over() -> None:
    """The next one may look; what this one has made is there."""
    while _turn:
        _turn.pop().close()


def from_run_to_run() -> Path:
    """Where the copy stays that these very migrations make."""
    whole = hashlib.sha256(" ".join(version(name) for name in OTHERS).encode())
    for folder in FOLDERS:
        for file in sorted((ROOT / "src/countermark" / folder).rglob("*.*")):
            if file.suffix in (".py", ".toml"):
                whole.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return ROOT / "var/tests" / f"{whole.hexdigest()[:16]}.sqlite3"


def is_taken_over(database: Path) -> bool:
    """Whether an earlier run has left what the migrations make; then the database is there already."""
    place = from_run_to_run()
    try:
        shutil.copyfile(place, database)
    except FileNotFoundError:
        return False
    if not has_tables(database):
        place.unlink(missing_ok=True)  # makes room for a whole one
        return False
    return True


def has_tables(database: Path) -> bool:
    """Whether migrations ran here: an empty file is a database as well."""
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'").fetchone() is not None


def is_copied(database: str) -> bool:
    """Whether another process of this run has migrated on this PostgreSQL; then its database is here a second time."""
    try:
        another(database, of=_told().read_text())
    except (FileNotFoundError, Error):  # nobody has, or its process is gone with what it made
        return False
    return True


def _told() -> Path:
    """Where the processes of one run read which database holds what the migrations make."""
    return Path(os.environ["COUNTERMARK_TEST_HOME"], "migrated")


def stays() -> None:
    """Leave the copy to the other processes, on SQLite to the next run too; older ones go."""
    if connection.vendor != "sqlite":
        _told().write_text(kept())
        return
    place = from_run_to_run()
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    for older in sorted(place.parent.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-2]:
        older.unlink(missing_ok=True)
    own = place.with_suffix(f".{os.getpid()}")
    shutil.copyfile(kept(), own)
    own.replace(place)  # whole, or not at all: others may be reading


def kept(state: str = "as_migrated") -> str:
    """The copy of this state that belongs to the database this process is connected to: a path, or a database's name."""
    name = str(connection.settings_dict["NAME"])
    return str(Path(name).with_suffix(f".{state}")) if connection.vendor == "sqlite" else f"{name}_{state}"


def keep(state: str = "as_migrated") -> None:
    """Keep the database as it is now; one that nobody has migrated would be taken over by every later run."""
    assert connection.introspection.table_names(), (
        "the database of the tests was not set up: no test is marked django_db"
    )
    if connection.vendor != "sqlite":
        another(kept(state), of=str(connection.settings_dict["NAME"]))
        return
    connection.ensure_connection()
    Path(kept(state)).unlink(missing_ok=True)
    with closing(sqlite3.connect(kept(state))) as copy:
        connection.connection.backup(copy)


def forget(state: str = "as_migrated") -> None:
    """The copy is gone."""
    if connection.vendor == "sqlite":
        Path(kept(state)).unlink(missing_ok=True)
    else:
        without(kept(state))


def ends() -> None:
    """The database itself is gone: Django leaves one that it has not made. A file on SQLite goes with the home of the tests."""
    if connection.vendor != "sqlite":
        name = str(connection.settings_dict["NAME"])
        connection.close()
        without(name)


def comes_back(state: str = "as_migrated") -> None:
    """The database is as it was kept, its schema too."""
    if connection.vendor != "sqlite":
        another(str(connection.settings_dict["NAME"]), of=kept(state))
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(kept(state))) as copy:
        copy.backup(connection.connection)


def after_a_test(case: Any) -> None:
    """What a test has committed is gone."""
    flush(case) if connection.vendor != "sqlite" else comes_back()


class Begun(Generic[World]):
    """A world that many tests with transactions of their own begin with: built for the first, kept for the others."""

    def __init__(self, state: str, build: Callable[[], World]) -> None:
        self._state, self._build = state, build
        self._world: World | None = None

    def world(self) -> World:
        """The world, in a database that was as the migrations leave it."""
        if connection.vendor != "sqlite":
            return self._build()
        if self._world is None:
            self._world = self._build()
            keep(self._state)
        else:
            comes_back(self._state)
        return deepcopy(self._world)


def another(name: str, *, of: str) -> None:
    """Make a database `name` on this PostgreSQL, as `of` is now, to which nobody may be connected."""
    connection.close()
    without(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')


def without(name: str) -> None:
    """Take a database off this PostgreSQL."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
