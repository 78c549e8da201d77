"""Several short queries read in one statement: each row comes back under its own name, in its own order, with its own types."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from countermark.apps.parties.models import Person
from countermark.apps.rights.models import Right
from countermark.apps.work.counts import counted, number_of, together
from countermark.apps.work.models import Job, Worker
from people import a_right, a_world

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 25, 4, 0, 0, 123456, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai


def a_job(key: str, at: datetime) -> Job:
    return Job.objects.create(kind="look", key=key, run_at=at, last_error="it said 'no' and \"never\"")


def test_rows_of_several_tables_come_in_one_statement_with_their_types():
    world = a_world()
    a_right(world.halden, number="4190", state="approved", expires_on=date(2036, 7, 30))
    Worker.objects.create(name="desk-1", started_at=NOON, beat_at=NOON)
    a_job("1", NOON)
    with CaptureQueriesContext(connection) as seen:
        found = together(
            workers=Worker.objects.values("name", "beat_at"),
            rights=Right.objects.filter(number="4190").values("expires_on", owner=F("holder__name")),
            people=Person.objects.filter(pk=world.ines.pk).values("is_operator", "auditor_until"),
            jobs=Job.objects.values("last_error"),
        )
    assert len(seen) == 1
    (worker,), (right,), (person,), (job,) = (found[kind] for kind in ("workers", "rights", "people", "jobs"))
    assert (worker.name, worker.beat_at) == ("desk-1", NOON)
    assert (right.expires_on, right.owner) == (date(2036, 7, 30), world.halden.name)
    assert person.is_operator is False and person.auditor_until is None
    assert job.last_error == "it said 'no' and \"never\""


def test_each_query_keeps_its_order_and_its_limit():
    for number in range(5):
        a_job(str(number), NOON + timedelta(minutes=number))
    found = together(
        first=Job.objects.order_by("run_at").values("key")[:2], last=Job.objects.order_by("-run_at").values("key")[:3]
    )
    assert [row.key for row in found["first"]] == ["0", "1"]
    assert [row.key for row in found["last"]] == ["4", "3", "2"]


def test_a_query_that_finds_nothing_or_can_find_nothing_has_no_rows():
    found = together(some=Job.objects.values("key"), none=Job.objects.none().values("key"))
    assert found == {"some": [], "none": []}


def test_what_is_counted_together_is_what_each_query_counts():
    for number in range(3):
        a_job(str(number), NOON)
    rows = Job.objects.filter(key__in=("0", "1"))
    found = together(jobs=number_of(Job.objects.all()), workers=number_of(Worker.objects.all()))
    assert [row.n for row in found["jobs"]] == [3]
    assert sum(row.n for row in found["workers"]) == 0
    assert counted(rows, Job.objects.all(), Job.objects.all()[:1], None, Job.objects.none()) == [2, 3, 1, 0, 0]
