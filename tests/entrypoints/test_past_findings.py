"""A finding whose listing was changed: what the pages say of it, and that nothing can be decided there any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.orders import services as orders
from countermark.apps.parties.models import Person
from countermark.apps.screening import of_holder, services
from countermark.apps.screening.models import Finding, Opinion
from entrypoints.test_findings import of, page_of
from entrypoints.test_operator import said
from findings import a_finding
from people import World, a_world, acts_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def past(world: World, why: str = "mended", **changes: Any) -> Finding:
    return a_finding(world, past_why=why, past_at=timezone.now(), **{"state": "closed", **changes})


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("mended", "The listing was changed, and what was found is no longer in it."),
        ("replaced", "The listing was changed; a newer finding says what is in it now."),
        ("gone", "The listing is no longer offered."),
    ],
)
def test_a_reviewer_reads_why_nothing_is_to_be_decided(world: World, why: str, sentence: str):
    finding, desk = past(world, why), of(world.rana)
    page = desk.get(page_of(finding))
    assert sentence in said(page) and 'name="answer"' not in page.content.decode()
    late = desk.post(page_of(finding), {"answer": "right", "words": "It was a copy."})
    assert late.status_code == 409 and "It was a copy." in said(late)
    assert not Opinion.objects.exists()


def test_what_a_person_had_decided_says_both(world: World):
    finding, now = a_finding(world), timezone.now()
    services.decide(finding.pk, True, by=world.samir, at=now, now=now)
    Finding.objects.update(past_why="mended", past_at=now)
    page = said(of(world.rana).get(page_of(finding)))
    assert "By Samir Okoye" in page and "what was found is no longer in it." in page


def test_a_holder_reads_that_the_seller_changed_it_and_finds_those(world: World):
    past(world)
    (row,) = of_holder.found_for([world.halden.pk])
    assert of_holder.became(row) == "mended"
    holder = Client()
    holder.force_login(world.ines)
    page = said(holder.get(reverse("holder:screening"), {"became": "mended"}))
    assert "Changed, or no longer offered" in page and "wool jacket" in page


def test_the_seller_and_the_operator_read_that_it_ended_because_the_listing_was_changed(world: World):
    finding, now = a_finding(world, mode="blocking", done="blocked", state="closed"), timezone.now()
    order = services.stop(finding, by=None, at=now, now=now)
    orders.mended(order.pk, at=now, now=now)
    page = said(of(world.tomas).get(f"/operate/orders/{order.number}/"))
    assert "the listing was changed" in page
    assert "The listing was changed and shows it no longer" in page
    mei = Person.objects.create_user("mei@lantern.example", name="Mei Lin")
    acts_for(mei, world.mei)
    own = said(of(mei).get(f"/seller/measures/{order.number}/"))
    assert "It has ended: the listing was changed" in own and "It is put back, unless something else" in own
    assert "Appeal this decision" in own
