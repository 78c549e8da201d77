"""Does an installation refuse to start when starting would be dangerous? Asked of real processes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core import checks
from django.db import connection

from countermark.project.checks import mail_is_sent

COUNTERMARK = Path(sys.prefix, "bin", "countermark")
KEYS = ("SECRET_KEY", "SEALING_KEY", "LOG_SIGNING_KEY")


def countermark(*arguments: str, without: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with the product's own settings."""
    outer = {name: value for name, value in os.environ.items() if name not in {*without, "DJANGO_SETTINGS_MODULE"}}
    return subprocess.run(
        [COUNTERMARK, *arguments], env={**outer, **environment}, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("hosts", ["shop.example", "localhost,192.168.1.10", "*", ".localhost"])
def test_the_demo_refuses_to_start_where_a_stranger_could_reach_it(hosts):
    ended = countermark("version", DEMO="1", ALLOWED_HOSTS=hosts)
    assert ended.returncode == 1
    assert "DEMO=1" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_demo_starts_on_this_machine_alone():
    assert countermark("version", DEMO="1", ALLOWED_HOSTS="localhost,127.0.0.1,[::1]").returncode == 0


@pytest.mark.parametrize(
    "broken", [{"SEALING_KEY": "too-short"}, {"SECRET_KEY": "", "SECRET_KEY_FILE": "/no/such/file"}]
)
def test_new_keys_are_made_for_whoever_has_broken_ones(broken):
    refused = countermark("version", **broken)
    assert refused.returncode == 1, refused.stderr
    made = countermark("keys", **broken)
    assert made.returncode == 0, made.stderr
    assert [line.partition("=")[0] for line in made.stdout.splitlines()] == list(KEYS)


def test_pages_are_not_served_with_keys_made_up_at_start():
    ended = countermark("web", "--port", "0", without=KEYS)
    assert ended.returncode == 1
    assert [name for name in KEYS if f"{name} is not set" in ended.stderr] == list(KEYS)


def test_fresh_keys_are_three_and_differ_every_time_and_are_understood():
    first, second = countermark("keys").stdout, countermark("keys").stdout
    keys = dict(line.split("=", 1) for line in first.splitlines())
    assert tuple(keys) == KEYS
    assert not set(first.splitlines()) & set(second.splitlines())
    assert countermark("version", **keys).returncode == 0


def test_a_setting_that_cannot_be_read_ends_in_one_sentence():
    ended = countermark("version", DATABASE_URL="mysql://localhost/marks")
    assert ended.returncode == 1
    assert re.fullmatch(r"countermark: DATABASE_URL starts with 'mysql'; .*\n", ended.stderr)


def test_a_command_that_needs_the_database_says_when_it_is_not_there_yet(tmp_path):
    count = "from countermark.apps.parties.models import Person; Person.objects.count()"
    ended = countermark("manage", "shell", "-c", count, COUNTERMARK_HOME=str(tmp_path), without=("DATABASE_URL",))
    assert ended.returncode == 1
    assert "countermark migrate" in ended.stderr


def test_a_command_used_wrongly_ends_with_2():
    assert countermark("no-such-command").returncode == 2
    assert countermark("web", "--port", "eighty").returncode == 2


def test_rate_limits_and_sessions_are_shared_by_all_processes():
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert settings.SESSION_ENGINE.endswith("backends.db")


def test_no_page_holds_the_write_lock_while_it_only_reads():
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


def test_uploaded_files_have_no_address_of_their_own():
    assert settings.MEDIA_URL in ("", "/")
    assert Path(settings.MEDIA_ROOT) == settings.FILES_DIR
    assert not settings.FILES_DIR.is_relative_to(settings.STATIC_ROOT)


def test_the_installation_passes_its_own_checks():
    assert checks.run_checks(include_deployment_checks=False) == []


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_sqlite_runs_as_the_decision_record_says():
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
    assert found == {"journal_mode": "wal", "foreign_keys": 1}
    assert connection.transaction_mode == "IMMEDIATE"


def test_whoever_serves_without_a_mail_server_is_warned_that_nobody_is_told(settings):
    settings.MAIL_SERVER = None
    assert "EMAIL_URL" in mail_is_sent(None)[0].msg
    settings.DEMO = True
    assert mail_is_sent(None) == []
