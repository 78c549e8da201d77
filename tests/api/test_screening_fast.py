"""What a screening need not work out again changes nothing of what it answers; what was changed meanwhile is not missed."""

import pytest
from django.db import connection
from django.utils import timezone

from countermark.apps.access import counted
from countermark.apps.access.services import revoke_client
from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import modes
from countermark.apps.screening.engine import engine
from countermark.entrypoints.api import middleware
from people import a_right

pytestmark = pytest.mark.django_db
LISTINGS = [  # the first a of the second title is Cyrillic
    {"item_id": "F-1", "title": "Oak lamp", "seller": "lantern"},
    {"item_id": "F-2", "title": "Kvаrtz lamp, oak base", "seller": "lantern", "classes": [11]},
    {"item_id": "F-3", "title": "KVARTZ lamp", "seller": "nobody-yet"},
]


@pytest.fixture
def asked(desk):
    """A function that asks about the listings and returns the answer, at a place that stops what is plain."""
    a_right(desk.world.halden, name="KVARTZ", number="41902338", classes=[11])
    modes.set_mode(Marketplace.objects.get(slug="quay"), "words", "blocking", by=None, at=timezone.now())
    engine.refresh(at=timezone.now())
    sent = {"marketplace": "quay", "listings": LISTINGS}
    return lambda **headers: desk.programs["operator"].post("/screen", sent, **headers)


def test_asked_again_and_by_a_process_that_has_just_begun_the_answer_is_the_same(asked):
    first, again = asked().json(), asked().json()
    connection.__dict__.pop("_prepared", None)
    middleware._route.cache_clear()
    counted.forget()
    engine.forget()
    anew = asked().json()
    assert [item["done"] for item in first["items"]] == ["allowed", "blocked", "review"]
    assert first["items"] == again["items"] == anew["items"]


def test_a_mode_that_was_changed_holds_with_the_next_request(asked):
    assert asked().json()["items"][2]["done"] == "review"
    modes.set_mode(Marketplace.objects.get(slug="quay"), "words", "shadow", by=None, at=timezone.now())
    assert asked().json()["items"][2]["done"] == "noted"


def test_a_key_taken_back_and_a_place_that_is_called_otherwise_are_turned_away_with_the_next_request(
    asked, desk, problem
):
    assert asked().status_code == 200
    Marketplace.objects.filter(slug="quay").update(slug="old-quay")
    problem(asked(), 404, "not_found")
    Marketplace.objects.filter(slug="old-quay").update(slug="quay")
    operator = desk.programs["operator"].client
    assert revoke_client(client_id=operator.pk, person=operator.person, now=timezone.now())
    problem(asked(), 401, "not_authenticated")
