"""Retention and release on pages: nothing goes that was not counted and ticked, and no worker starts by one click."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.keeping import going_on, retention
from countermark.apps.keeping.rules import rules
from countermark.apps.parties.models import StaffEvent
from countermark.apps.work.models import Job, Restoration
from countermark.entrypoints import retention_words
from countermark.entrypoints.jobs.handlers import keep_no_longer
from entrypoints.test_operator import said
from people import World, a_world

pytestmark = pytest.mark.django_db
RETENTION = "/operate/retention/"


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    return client


def an_old_session() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=3))


def work() -> None:
    for job in Job.objects.filter(kind="retention"):
        keep_no_longer(job, timezone.now())
        job.delete()


def test_every_rule_of_retention_is_said_in_words():
    assert {rule.id for rule in rules()} <= set(retention_words.WHAT)
    assert {rule.does for rule in rules()} == set(retention_words.THEN)


def test_what_would_go_is_counted_by_a_worker_and_nothing_goes(desk: Client):
    an_old_session()
    assert "Sessions, from their end" in said(desk.get(RETENTION)) and 'name="sure"' not in said(desk.get(RETENTION))
    assert "A worker is at it" in said(desk.post(RETENTION, {"do": "count"}, follow=True))
    work()
    page = said(desk.get(RETENTION))
    assert "1 thing would go" in page and "Tomás Ferreira" in page and 'name="sure"' in page
    assert Session.objects.filter(session_key="old").exists()


def test_nothing_is_let_go_uncounted_or_without_the_tick_and_what_went_is_kept_with_who_asked(desk: Client, world: World):
    an_old_session()
    refused = desk.post(RETENTION, {"do": "apply", "sure": "1"})
    assert refused.status_code == 422 and "Have it counted first." in said(refused)
    retention.ask("count", by=world.tomas, now=timezone.now())
    work()
    assert desk.post(RETENTION, {"do": "apply"}).status_code == 422
    assert not Job.objects.filter(kind="retention").exists()
    desk.post(RETENTION, {"do": "apply", "sure": "1"})
    work()
    assert not Session.objects.filter(session_key="old").exists()
    event = StaffEvent.objects.get(event="retention.applied")
    assert (event.by, event.data["sessions"]) == (world.tomas, 1)
    assert "let go what was kept long enough: 1" in said(desk.get(reverse("operator:log")))
    assert desk.post(RETENTION, {"do": "apply", "sure": "1"}).status_code == 422, "what went is counted anew first"


def test_a_count_of_the_day_before_yesterday_lets_nothing_go(desk: Client, world: World):
    retention.ask("count", by=world.tomas, now=timezone.now())
    work()
    StaffEvent.objects.update(at=timezone.now() - timedelta(days=2))
    assert desk.post(RETENTION, {"do": "apply", "sure": "1"}).status_code == 422


def test_a_restored_installation_is_released_with_a_word_about_its_letters_and_a_tick(desk: Client, world: World):
    url, now = reverse("operator:release"), timezone.now()
    assert "Nothing is held" in said(desk.get(url))
    Restoration.objects.create(
        backup_at=now, restored_at=now, version="0.1.0", archive="0" * 64, report={"clocks_given_back": 7}
    )
    page = said(desk.get(url))
    assert "Restored from a backup, and held" in page and "7" in page
    for sent in ({}, {"letters": "hold"}, {"sure": "1"}, {"letters": "drop", "sure": "1"}):
        assert desk.post(url, sent).status_code == 422 and going_on.is_held()
    desk.post(url, {"letters": "hold", "sure": "1"})
    assert not going_on.is_held()
    assert StaffEvent.objects.get(event="installation.released").by == world.tomas
    assert "Nothing is held" in said(desk.post(url, {"letters": "hold", "sure": "1"}))
