"""What every test shares: which engine runs, and how hard hypothesis tries.

script/test runs the tests of services and stories twice: on SQLite, and with DATABASE_URL naming a real PostgreSQL.
With pytest-xdist each worker has a database of its own on either engine.
"""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

import as_migrated
from browser.visitors import browser, context, live  # noqa: F401
from countermark.apps.complaints import append_only
from countermark.apps.parties import append_only as looks
from countermark.apps.screening.engine import engine as screening

hypothesis_settings.register_profile("house", deadline=None, print_blob=True)  # no deadline: the cores are shared
hypothesis_settings.load_profile("house")

OTHER_ENGINE = {"sqlite": "postgresql", "postgresql": "sqlite"}


def engine() -> str:
    """Return `sqlite` or `postgresql`."""
    return "sqlite" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "postgresql"


def touches_none(item: pytest.Item) -> bool:
    """Whether a test may not touch the database: it says the same on both engines, and SQLite's run has it."""
    asked = set(getattr(item, "fixturenames", ()))
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgresql"))
    return not marked and not asked & {"db", "transactional_db", "django_db_setup"}


def asks_in_silence(item: pytest.Item) -> bool:
    """Whether a test uses the database and does not say so; run alone it would get none, for pytest-django counts who says so."""
    asked = set(getattr(item, "fixturenames", ()))
    says_so = item.get_closest_marker("django_db") or asked & {"db", "transactional_db", "live_server"}
    return "django_db_setup" in asked and not says_so


def pytest_report_header() -> str:
    return f"database: {engine()}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what runs in the other of the two runs: what speaks of its engine alone, and what may touch neither."""
    if unsaid := [item.nodeid for item in items if asks_in_silence(item)]:
        raise pytest.UsageError(f"these use the database of the tests and are not marked django_db: {unsaid}")
    elsewhere = [
        item
        for item in items
        if item.get_closest_marker(OTHER_ENGINE[engine()]) or (engine() == "postgresql" and touches_none(item))
    ]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


DatabaseOperations = DatabaseWrapper.ops_class
empty_tables = DatabaseOperations.execute_sql_flush


def empty_tables_of_the_log_too(operations: DatabaseOperations, statements: list[str]) -> None:
    """Empty the tables after a transactional test: on SQLite that is a DELETE, which the log refuses everybody else."""
    guarded = (*append_only.TABLES, *looks.TABLES)
    if not any(table in statement for table in guarded for statement in statements):
        return empty_tables(operations, statements)
    vendor = operations.connection.vendor
    lifted = [*append_only.remove(vendor), *looks.remove(vendor), *looks.remove_acceptances(vendor)]
    restored = [*append_only.install(vendor), *looks.install(vendor), *looks.install_acceptances(vendor)]
    with transaction.atomic(using=operations.connection.alias):
        empty_tables(operations, [*lifted, *statements, *restored])
    return None


DatabaseOperations.execute_sql_flush = empty_tables_of_the_log_too
TransactionTestCase._fixture_teardown = as_migrated.after_a_test
# Headers and body leave in two packets; on a connection that is kept the second would wait 40 ms for a delayed ACK.
WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, django_db_blocker: Any) -> bool:
    """Whether the migrations need not run: another process, or an earlier run, has left what they make."""
    as_migrated.waits_for_its_turn()
    test, named = settings.DATABASES["default"]["TEST"], settings.DATABASES["default"]["NAME"]
    if engine() == "sqlite":
        return as_migrated.is_taken_over(Path(test["NAME"]))
    with django_db_blocker.unblock():
        return as_migrated.is_copied(test["NAME"] or f"test_{named}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: Any) -> Iterator[None]:
    """The database of this process, and a copy of it as the migrations left it."""
    with django_db_blocker.unblock():
        as_migrated.keep()
        as_migrated.stays()
        as_migrated.turn_is_over()
    yield
    with django_db_blocker.unblock():
        as_migrated.forget()
        if django_db_keepdb:
            as_migrated.ends()


def pytest_collection_finish() -> None:
    """Nobody searches all modules and tests for garbage again and again; a process that serves does the same at its start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(300_000, 20, 100)


@pytest.fixture(autouse=True)
def screened_anew() -> Iterator[None]:
    """What a test has taken back is no longer looked for: the engine of this process begins anew, its index with it."""
    yield
    if screening.is_built:
        screening.forget()
        shutil.rmtree(settings.SCREENING_DIR, ignore_errors=True)
