"""A worker is killed with `kill -9` in the midst of a portfolio; the next one goes on, and nothing is there twice or by half."""

import csv
import io
import signal
import time

import pytest
from django.test import Client
from django.urls import reverse

from countermark.apps.portfolio import running, staging
from countermark.apps.portfolio.models import RightImport
from countermark.apps.rights.models import Right, RightEvent
from countermark.apps.work import true_time
from countermark.apps.work.models import Job
from people import WEDNESDAY, a_world
from portfolio.files_of_rights import MARK, a_table, marks, read
from stories.test_worker_killed import a_worker, leases_end

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 4_000
BROKEN = {**MARK, "number": "2.18E+06"}


def killed_once_it_stores(source):
    """Let a worker begin, and kill it as soon as some of the rows are stored."""
    process = a_worker()
    until = time.monotonic() + 60
    while not RightImport.objects.filter(pk=source.pk, done_to__gt=0).exists():
        assert time.monotonic() < until, "the worker did not begin"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def nothing_by_half(source):
    """As many rights as the import says, each with its one event, none twice."""
    rights = Right.objects.filter(holder=source.holder, state="draft")
    assert rights.count() == rights.values("number").distinct().count() == source.stored
    assert RightEvent.objects.filter(event="imported", data__import=source.pk).count() == source.stored


def test_an_import_killed_in_its_midst_goes_on_where_it_was_and_its_result_is_whole():
    world = a_world()
    source = staging.stage(holder=world.halden, by=world.ines, file=read(a_table(*marks(ROWS), BROKEN)), at=WEDNESDAY)
    running.start(source=source, at=WEDNESDAY, now=true_time.now())
    killed_once_it_stores(source)
    source.refresh_from_db()
    assert source.state == "running" and 0 < source.stored < ROWS, "it was killed too late to say anything"
    nothing_by_half(source)
    leases_end()
    last = a_worker("--once")
    _, said = last.communicate(timeout=120)
    assert last.returncode == 0, said
    source.refresh_from_db()
    assert (source.state, source.stored, source.counts) == ("done", ROWS, {"new": ROWS, "mend": 1})
    nothing_by_half(source)
    assert not Job.objects.filter(kind=running.JOB).exists()
    ines = Client()
    ines.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    table = ines.get(reverse("holder:import-csv", args=[source.pk])).content.decode().lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    assert [row[0] for row in rows] == [str(n) for n in range(2, ROWS + 3)]
    assert {row[1] for row in rows[:-1]} == {"Stored"} and rows[-1][1] == "Left out"
