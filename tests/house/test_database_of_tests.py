"""Does the database that tests begin with hold what the migrations make, whatever an earlier run has left?"""

import fcntl
import sqlite3
from contextlib import closing

import pytest

import as_migrated


@pytest.fixture
def left(tmp_path, monkeypatch):
    """Where an earlier run leaves its copy."""
    place = tmp_path / "left.sqlite3"
    monkeypatch.setattr(as_migrated, "from_run_to_run", lambda: place)
    return place


def test_a_copy_that_was_left_without_tables_is_not_taken_over_and_makes_room(left, tmp_path):
    left.touch()
    assert not as_migrated.is_taken_over(tmp_path / "test.sqlite3")
    assert not left.exists()


def test_a_copy_with_what_the_migrations_make_is_taken_over(left, tmp_path):
    with closing(sqlite3.connect(left)) as copy:
        copy.execute("CREATE TABLE django_migrations (id integer)")
    assert as_migrated.is_taken_over(tmp_path / "test.sqlite3")
    assert left.exists()


def test_whoever_waits_for_its_turn_waits_until_the_other_has_left_what_it_made(left, monkeypatch):
    monkeypatch.setattr(as_migrated.connection, "vendor", "sqlite")
    as_migrated.waits_for_its_turn()
    with (left.parent / "migrating").open() as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        as_migrated.turn_is_over()
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_database_nobody_has_migrated_is_not_kept(monkeypatch):
    monkeypatch.setattr(as_migrated.connection.introspection, "table_names", list)
    with pytest.raises(AssertionError, match="no test is marked django_db"):
        as_migrated.keep("never_migrated")
