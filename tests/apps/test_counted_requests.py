"""How many requests of a minute a key has, over all processes: never more than the limit, however they are counted."""

from datetime import UTC, datetime, timedelta

import pytest

from countermark.apps.access import counted
from countermark.apps.access.models import ApiClient
from people import a_world
from programs import a_program

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def key(settings) -> int:
    """The key of a program that may ask 600 times a minute; nothing of it is known to this process."""
    settings.API_REQUESTS_PER_MINUTE = 600
    counted.forget()
    return a_program(a_world().rana, "reviewer").client.pk


def in_process(own: dict) -> None:
    """What follows happens in the process that knows `own`."""
    counted._ahead = own


def test_two_processes_together_let_through_what_the_limit_says_and_refuse_the_rest(key):
    processes: tuple[dict, dict] = ({}, {})
    through = 0
    for n in range(900):
        in_process(processes[n % 3 == 0])  # one of them asks twice as often
        through += not counted.spend(key, now=NOON).refused
    assert through == 600


def test_a_program_that_asks_now_and_then_reads_to_the_last_one_what_is_left(key):
    assert [counted.spend(key, now=NOON).remaining for _ in range(20)] == list(range(599, 579, -1))


def test_what_one_process_reads_as_left_falls_by_one_with_each_request(key):
    left = [counted.spend(key, now=NOON).remaining for _ in range(600)]
    assert left == list(range(599, -1, -1))
    assert counted.spend(key, now=NOON).refused


def test_a_program_that_asks_often_does_not_write_for_each_request(key, django_assert_max_num_queries):
    with django_assert_max_num_queries(120):  # 20 one by one; blocks of twelve; at the end fewer and fewer ahead
        for _ in range(600):
            counted.spend(key, now=NOON)
    assert ApiClient.objects.get(pk=key).used == 600


def test_the_next_minute_begins_anew_and_what_was_counted_ahead_is_void(key):
    for _ in range(500):
        counted.spend(key, now=NOON)
    next_minute = NOON + timedelta(minutes=1)
    assert [counted.spend(key, now=next_minute).remaining for _ in range(2)] == [599, 598]


def test_what_a_process_that_ended_had_counted_ahead_is_at_most_a_fiftieth_of_the_limit(key):
    for _ in range(21):
        counted.spend(key, now=NOON)
    counted.forget()
    through = sum(not counted.spend(key, now=NOON).refused for _ in range(700))
    assert 600 - 21 - 600 // 50 <= through <= 600 - 21
