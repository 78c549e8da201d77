"""Whose clock counts when machines disagree? The database's: a wrong clock of one machine dates nothing and takes nothing."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from countermark.apps.work import true_time
from countermark.apps.work.services import case_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_measured(monkeypatch):
    monkeypatch.setattr(true_time, "_measured", {"offset": timedelta()})


def off_by(monkeypatch, ahead):
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
    return real


@pytest.mark.postgresql
@pytest.mark.parametrize("minutes", [10, -10, 600])
def test_a_machine_whose_clock_is_wrong_dates_by_the_clock_of_the_database(monkeypatch, minutes):
    real = off_by(monkeypatch, timedelta(minutes=minutes))
    true_time.measure()
    assert abs(case_now() - real()) < timedelta(seconds=1)
    assert abs(true_time.offset() + timedelta(minutes=minutes)) < timedelta(seconds=1)


@pytest.mark.postgresql
def test_clocks_are_compared_whenever_a_connection_is_opened(monkeypatch):
    real = off_by(monkeypatch, timedelta(minutes=-10))
    fresh = connections.create_connection("default")
    fresh.settings_dict = connection.settings_dict
    fresh.ensure_connection()
    fresh.close()
    assert abs(true_time.now() - real()) < timedelta(seconds=1)


@pytest.mark.postgresql
def test_a_clock_that_is_set_right_again_is_taken_as_it_is(monkeypatch, caplog):
    off_by(monkeypatch, timedelta(minutes=10))
    true_time.measure()
    assert "clock.wrong seconds=600" in caplog.text
    monkeypatch.undo()
    true_time.measure()
    assert true_time.offset() == timedelta()


def test_a_clock_that_is_well_is_left_alone():
    """Some milliseconds are the way there and back, not a clock that is off: instants of one process never jump by them."""
    true_time.measure()
    assert true_time.offset() == timedelta()
    before, now, after = timezone.now(), true_time.now(), timezone.now()
    assert before <= now <= after
