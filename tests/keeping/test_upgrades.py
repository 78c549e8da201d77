"""Can an installation go forward to this version, back to the first release, and forward again, with everything it knew then?"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from countermark.apps.complaints import append_only, log
from countermark.apps.keeping import archive, backup, going_on, restore, schema
from countermark.apps.keeping.backup import Made
from countermark.apps.parties.models import Person, ShopClaim
from countermark.entrypoints.jobs.worker import Worker
from keeping.conftest import Elsewhere
from people import WEDNESDAY, World, a_notice, a_world, acts_for, happens

Tables = Mapping[str, Sequence[Mapping[str, Any]]]  # table -> rows, each as column -> value, in no order
FIRST = "0.1.0"
THEIRS = {"account", "auth", "contenttypes", "mfa", "sessions", "socialaccount"}  # as others published them


@dataclass(frozen=True)
class Journey:
    """One desk with cases in every stage, seen before it went back to the first release, there, and when it had come again."""

    there: Elsewhere
    world: World
    people: Sequence[Person]  # who act for Mei's shop, in the order they came
    backup: Made  # from before
    now: Tables
    then: Tables
    again: Tables
    applied: Mapping[str, Sequence[str]]  # migrations, at the first release
    columns: Mapping[str, frozenset[str]]  # of each table, at the first release


@pytest.fixture
def journey(elsewhere, post, shop, tmp_path):
    with elsewhere.entered():
        return travelled(elsewhere, tmp_path)


def travelled(there, folder):
    world = a_world(connector="rest")
    told = a_notice(world, lines=2, at=WEDNESDAY).complaints.first()
    happens(happens(told, "accepted", "reviewer", WEDNESDAY), "served", "", WEDNESDAY)
    a_notice(world, at=timezone.now())
    Worker("desk").once()
    log.sequence()
    log.checkpoint(at=timezone.now())
    people = [Person.objects.create_user(f"{name}@lantern.example", name=name) for name in ("lin", "mei", "wen")]
    for person, role in zip(people, ("member", "admin", "admin"), strict=True):
        acts_for(person, world.mei, role)
    a_day = {"created_at": timezone.now(), "expires_at": timezone.now()}
    ShopClaim.objects.create(seller=world.mei, token_digest="7" * 64, kind="openid", role="admin", **a_day)
    before = backup.make(folder / "now.backup", at=timezone.now())
    now = everything()
    schema.bring_to(schema.of_release(FIRST))
    then, applied, columns = everything(), schema.applied(), columns_there()
    nobody_changes_the_log()
    call_command("migrate", verbosity=0, interactive=False)
    nobody_changes_the_log()
    return Journey(there, world, people, before, now, then, everything(), applied, columns)


def everything():
    """Table -> its rows, each as column -> value, in no order."""
    with connection.cursor() as cursor:
        return {table: rows_of(cursor, table) for table in connection.introspection.table_names(cursor)}


def columns_there():
    """Table -> the names of its columns."""
    with connection.cursor() as cursor:
        return {
            table: frozenset(column.name for column in connection.introspection.get_table_description(cursor, table))
            for table in connection.introspection.table_names(cursor)
        }


def rows_of(cursor, table):
    cursor.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, map(plain, row), strict=True)) for row in cursor.fetchall()]


MOVED = {"parties_seller": {"person_id"}}  # to a table of its own; whoever_acted_for_a_shop_does_so_again follows it


def plain(value):
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def known_then(rows, then):
    """Of these rows what a schema with the tables and columns of `then` could hold."""
    found = {}
    for table, old in then.items():
        columns = (set(old[0]) if old else set()) - MOVED.get(table, set())
        found[table] = sorted(
            repr(sorted((k, v) for k, v in row.items() if k in columns)) for row in rows.get(table, [])
        )
    return found


def nobody_changes_the_log():
    with connection.cursor() as cursor:
        for table in append_only.OF_CASES:
            for statement in (
                f"DELETE FROM {table}",
                f"UPDATE {table} SET {first_column(table)} = {first_column(table)}",
            ):
                if rows_of(cursor, table):
                    with pytest.raises(Error, match="append-only"), transaction.atomic():
                        cursor.execute(statement)


def first_column(table):
    return "position" if table == "complaints_logleaf" else "id"


MOVES_ON = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}


def test_a_desk_goes_back_to_the_first_release_and_forward_again_and_loses_nothing_it_knew_then(
    journey, subtests, tmp_path
):
    """One test, for the way is long: whoever shares the tests out among processes cannot have it gone twice."""
    with subtests.test("what it knew then"):
        assert journey.applied == {app: names for app, names in schema.of_release(FIRST).items() if names}
        nothing_known_then_is_lost(journey)
    with subtests.test("who acts for a shop"):
        whoever_acted_for_a_shop_does_so_again(journey)
    with subtests.test("it goes on"), journey.there.entered():
        assert schema.is_current()
        a_notice(journey.world, at=timezone.now())
        goes_on()
    with subtests.test("a backup of the first release"):
        such_a_backup_is_restored_into_this_version(journey, tmp_path)


def nothing_known_then_is_lost(journey):
    then = {table: rows for table, rows in journey.then.items() if table not in MOVES_ON}
    assert then["complaints_complaintevent"] and then["notifications_message"]
    assert known_then(journey.now, then) == known_then(then, then) == known_then(journey.again, then)


def whoever_acted_for_a_shop_does_so_again(journey):
    """The first release had room for one person: the admin who came first."""
    sellers = {row["ref"]: row["person_id"] for row in journey.then["parties_seller"]}
    mei = journey.people[1]
    assert sellers == {"lantern": mei.pk, "otto": None}
    kept = [(row["seller_id"], row["person_id"], row["role"]) for row in journey.again["parties_shopmember"]]
    assert kept == [(journey.world.mei.pk, mei.pk, "admin")]


def such_a_backup_is_restored_into_this_version(journey, folder):
    """Such a backup holds the tables and columns of its release."""
    old = as_the_release_wrote_it(journey.backup, journey.columns, schema.of_release(FIRST), folder)
    journey.there.is_emptied()
    with journey.there.entered():
        restored = restore.restore(old, then=lambda done: going_on.go_on(done, now=timezone.now()))
        assert restored.faults == () and schema.is_current()
        going_on.release(letters="hold", by=None, now=timezone.now())
        goes_on()


def goes_on():
    assert list(log.verify()) == []
    Worker("goes on").once()
    assert list(log.verify()) == []


def as_the_release_wrote_it(made, there, migrations, folder):
    """The same backup with the tables and columns of the first release alone."""
    checked = archive.check(made.path, key=None)
    columns = {t: [c for c in cs if c[0] in there[t]] for t, cs in checked.head["tables"].items() if t in there}
    places = {t: [n for n, c in enumerate(checked.head["tables"][t]) if c[0] in there[t]] for t in columns}
    rows = {table: [] for table in columns}
    with archive.members(made.path, key=None) as each:
        for name, content in each:
            table = name.split("/")[1] if name.startswith("rows/") else ""
            for line in content if table in rows else ():
                values = json.loads(line)
                rows[table].append(json.dumps([values[n] for n in places[table]]).encode() + b"\n")
    old = folder / "first.backup"
    with archive.writing(old, key=None) as writer:
        writer.head({**checked.head, "version": FIRST, "migrations": migrations, "tables": columns})
        for table, said in rows.items():
            writer.table(table, said)
        writer.end(settings.LOG_SIGNING_KEY)
    return old


def test_every_migration_of_ours_knows_its_way_back():
    loader = MigrationLoader(None)
    one_way = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        if app not in THEIRS
        for operation in migration.operations
        if not operation.reversible
    ]
    assert one_way == []


def test_no_release_is_forgotten_and_each_names_migrations_there_are():
    releases = tomllib.loads(schema.RELEASES.read_text("utf-8"))
    known = set(MigrationLoader(None).disk_migrations)
    assert next(iter(releases)) == FIRST
    assert [
        (app, name) for release in releases.values() for app, name in release.items() if (app, name) not in known
    ] == []
