"""Do /healthz, /readyz and /metrics tell the truth, also when a disk is full, a key is another and the database is gone?"""

import errno
import json
import logging
import re
from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from countermark.apps.complaints import services
from countermark.apps.work import sealing
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import Job, Worker
from countermark.entrypoints.monitoring import readiness
from countermark.project.log_lines import JsonLines
from house.source_tree import ROOT
from people import a_complaint, a_notice, a_world

pytestmark = pytest.mark.django_db
DISK = namedtuple("DISK", "total used free")


def ready(**headers):
    response = Client().get("/readyz", headers=headers)
    return response.status_code, json.loads(response.content)


def figures(client: Client | None = None, **headers) -> dict[str, float]:
    response = (client or Client()).get("/metrics", headers=headers)
    assert response.status_code == 200, response.content
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def database_gone(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection to server at db.internal (10.0.0.7), user countermark, failed")

    monkeypatch.setattr(connection, "cursor", refuse)


def test_a_process_that_lives_says_so_without_a_database(monkeypatch):
    database_gone(monkeypatch)
    response = Client().get("/healthz", headers={"Host": "10.1.2.3"})  # a probe comes by an address, not by a name
    assert (response.status_code, response.json()["alive"]) == (200, True)


def test_an_installation_in_order_is_ready_even_without_a_worker():
    status, said = ready()
    assert (status, said["ready"]) == (200, True)
    assert set(said["checks"]) >= {
        "database",
        "migrations",
        "files",
        "keys",
        "sealing",
        "workers",
        "clocks",
        "screening",
        "durable",
    }
    assert said["checks"]["workers"] == {"ok": False, "required": False, "alive": 0, "gone": 0}


def test_a_database_that_is_gone_is_said_without_its_address(monkeypatch):
    database_gone(monkeypatch)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == {"ok": False, "required": True, "fault": "OperationalError"}
    assert "10.0.0.7" not in response.content.decode()


def test_a_migration_that_is_not_applied_is_named(monkeypatch):
    monkeypatch.setattr(readiness, "_shipped", lambda: frozenset({("parties", "9999_from_tomorrow")}))
    status, said = ready()
    assert (status, said["checks"]["migrations"]["unapplied"]) == (503, ["parties.9999_from_tomorrow"])


def test_a_disk_with_too_little_room_is_not_ready(monkeypatch):
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda folder: DISK(10**12, 10**12, 3_000_000))
    status, said = ready()
    assert (status, said["checks"]["files"]["free_mb"], said["checks"]["files"]["ok"]) == (503, 3, False)


def test_a_disk_that_takes_no_file_is_not_ready(monkeypatch):
    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device", str(file))

    monkeypatch.setattr(readiness, "write", full)
    status, said = ready()
    assert (status, said["checks"]["files"]) == (503, {"ok": False, "required": True, "fault": "OSError"})


def test_a_folder_that_is_not_there_is_not_ready(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "gone"
    status, said = ready()
    assert (status, said["checks"]["files"]["fault"]) == (503, "FileNotFoundError")


def test_the_probe_leaves_nothing_on_the_disk(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    assert ready()[0] == 200
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_missing_or_another_is_not_ready(settings):
    sealing.seal(subject="holder:1", text="Kai 4, Bergen")
    settings.SEALING_KEY = b"\1" * 32
    settings.MISSING_KEYS = ["SECRET_KEY"]
    status, said = ready()
    assert (status, said["checks"]["sealing"]["ok"], said["checks"]["keys"]["missing"]) == (503, False, ["SECRET_KEY"])


def test_a_worker_whose_clock_runs_ahead_is_reported():
    now = timezone.now()
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now + timedelta(seconds=90))
    status, said = ready()
    assert (status, said["checks"]["clocks"]["ok"]) == (200, False)
    assert 80 < said["checks"]["clocks"]["ahead_seconds"] <= 90


def test_probes_are_read_only():
    assert [Client().post(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [405, 405, 405]


# --- metrics --------------------------------------------------------------------------------------------------------------


def test_figures_are_for_this_machine_alone_unless_there_is_a_token(settings):
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 403
    assert Client().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
    settings.METRICS_TOKEN = "a-long-token"
    assert Client().get("/metrics").status_code == 403
    assert Client().get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    far = Client(REMOTE_ADDR="192.0.2.7")
    assert figures(far, Authorization="Bearer a-long-token")["countermark_database_up"] == 1


def test_the_figures_say_what_waits_and_how_long():
    now = timezone.now()
    world = a_world()
    case = a_complaint(world, at=now - timedelta(days=20))
    services.sweep(now=now)
    case.refresh_from_db()
    assert case.escalated
    enqueue("look", "4711", run_at=now - timedelta(seconds=300))
    enqueue("tell", "4712", run_at=now)
    Job.objects.filter(kind="tell").update(failed_at=now)
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now)
    found = figures()
    assert found["countermark_late"] == 1
    assert found["countermark_late_oldest_seconds"] == pytest.approx((now - case.due_at).total_seconds(), abs=60)
    assert found['countermark_jobs{kind="look",state="waiting"}'] == 1
    assert found['countermark_jobs{kind="tell",state="failed"}'] >= 1
    assert 300 <= found['countermark_jobs_oldest_seconds{kind="look"}'] < 360
    assert found["countermark_workers_alive"] == 1
    assert found["countermark_log_events_without_leaf"] == case.events.count()


def test_a_clock_that_ran_out_unseen_has_an_age():
    now = timezone.now()
    case = a_complaint(a_world(), at=now - timedelta(days=20))
    type(case).objects.filter(pk=case.pk).update(due_at=now - timedelta(hours=2), escalated=False)
    assert 7200 <= figures()["countermark_due_oldest_seconds"] < 7260


def test_the_figures_cost_the_same_for_thirty_cases_as_for_three(django_assert_max_num_queries):
    now, world = timezone.now(), a_world()
    a_notice(world, lines=3, at=now - timedelta(days=20))
    figures()
    with django_assert_max_num_queries(60) as few:
        figures()
    for _ in range(9):
        a_notice(world, lines=3, at=now - timedelta(days=20))
    with django_assert_max_num_queries(len(few.captured_queries)):
        figures()


def test_figures_without_a_database_say_that_there_is_none(monkeypatch):
    database_gone(monkeypatch)
    found = figures()
    assert found["countermark_database_up"] == 0
    assert found['countermark_check_ok{check="database"}'] == 0
    assert "countermark_due" not in found


def test_every_figure_is_in_the_reference_and_every_one_there_is_shown():
    Client().get("/healthz")
    shown = set(re.findall(r"^# HELP (\w+)", Client().get("/metrics").content.decode(), re.MULTILINE))
    shown = {name.removesuffix("_total") for name in shown if not name.endswith("_created")}
    page = (ROOT / "docs" / "reference" / "metrics.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(countermark_\w+)`", page, re.MULTILINE)) == shown


# --- logs -----------------------------------------------------------------------------------------------------------------


def lines(caplog) -> list[dict]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_a_request_keeps_its_id_and_a_forged_one_is_replaced():
    assert Client().get("/healthz", headers={"X-Request-Id": "abc-123"})["X-Request-Id"] == "abc-123"
    made = Client().get("/healthz", headers={"X-Request-Id": "a b\tc"})["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_a_line_says_route_person_and_case_and_no_address(rana, caplog):
    case = a_complaint(a_world())
    client = Client()
    client.force_login(rana, backend="django.contrib.auth.backends.ModelBackend")
    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(JsonLines().format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("countermark")
    logger.addHandler(handler)
    try:
        client.get(f"/review/cases/{case.number}/", headers={"X-Request-Id": "r-1"})
    finally:
        logger.removeHandler(handler)
    done = [line for line in map(json.loads, seen) if line["event"] == "request.done"]
    assert [(one["request_id"], one["person"]) for one in done] == [("r-1", rana.pk)]
    assert rana.email not in "".join(seen)


def test_what_a_database_or_a_mail_server_adds_is_blacked_out():
    try:
        raise ValueError("duplicate key\nDETAIL: Key (email)=(mei@lantern.example) already exists.")
    except ValueError as fault:
        told = ("deliver", "550 <mei@lantern.example> from 192.0.2.7")
        fault_info = (ValueError, fault, fault.__traceback__)
        record = logging.LogRecord("x", logging.ERROR, "", 1, "job.failed kind=%s why=%s", told, fault_info)
    said = JsonLines().format(record)
    assert json.loads(said)["kind"] == "deliver"
    assert json.loads(said)["error"] == "ValueError"
    assert "mei@" not in said and "192.0.2.7" not in said


def test_the_path_of_a_request_that_failed_is_not_logged():
    path = ("/seller/by-link/secret-token/",)
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Internal Server Error: %s", path, None)
    record.status_code = 500
    assert "secret-token" not in JsonLines().format(record)
