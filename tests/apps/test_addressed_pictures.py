"""Pictures a marketplace names by their addresses when it asks: the answer does not wait, and what is in them is found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.utils import timezone

from apps.test_mended_listings import AT, BACK, CLEAN, FRONT, PLAIN, SHOWN, a_place, looked_for
from countermark.apps.orders.models import Order
from countermark.apps.screening import addressed, modes, services
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import Finding
from countermark.apps.work.models import Job
from matching.made_pictures import cloudy, encoded
from people import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings) -> World:
    return a_place(settings)


def asked(world: World, title: str, urls: Sequence[str]) -> int:
    """The question is answered, and the worker has looked at the addresses; in how many listings it saw something."""
    line = Line("L-1", "https://harbour.example/i/L-1", title, seller="lantern")
    services.screen(world.market, [line], at=AT, now=timezone.now())
    addressed.promise(world.market, [(line, urls)], now=timezone.now())
    job = Job.objects.get(kind="screen_addressed")
    return addressed.screen(job.payload, at=AT, now=timezone.now())


def test_a_picture_at_an_address_is_found_after_the_answer_and_stops_the_listing(world):
    SHOWN[BACK] = looked_for(world, 503)
    SHOWN[FRONT] = encoded(cloudy(778, 90, 120))
    assert asked(world, CLEAN, [FRONT, BACK]) == 1
    finding = Finding.objects.get()
    assert (finding.done, finding.combination, finding.signals[0]["figures"]["picture"]) == (
        "blocked",
        "picture:same",
        1,
    )
    assert Order.objects.get().state == "in_force"


def test_pictures_that_say_nothing_leave_the_answer_as_it_was(world):
    looked_for(world, 503)
    SHOWN[FRONT] = encoded(cloudy(778, 90, 120))
    assert asked(world, PLAIN, [FRONT, "https://harbour.example/404.png"]) == 0
    assert Finding.objects.get().pictures == []


def test_what_words_and_pictures_say_together_takes_the_place_of_what_the_words_said(world):
    modes.set_mode(world.market, "pictures", "advisory", by=world.tomas, at=AT)
    SHOWN[FRONT] = looked_for(world, 504)
    assert asked(world, PLAIN, [FRONT]) == 1
    words, both = Finding.objects.order_by("pk")
    assert (words.past_why, words.state) == ("replaced", "closed")
    assert "picture:same" in both.combination and "text:" in both.combination


def test_where_no_picture_is_looked_for_nothing_is_fetched(world, settings):
    settings.PICTURES_FACTORY = "nothing.that.can.be.imported"
    assert asked(world, CLEAN, [FRONT]) == 0


def test_the_same_question_is_looked_at_once_and_many_go_in_pieces(world):
    line = Line("L-1", title=CLEAN)
    for _ in range(2):
        addressed.promise(world.market, [(line, [FRONT])] * 25, now=timezone.now())
    assert sorted(len(job.payload["listings"]) for job in Job.objects.filter(kind="screen_addressed")) == [5, 10]
