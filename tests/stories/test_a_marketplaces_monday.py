"""A marketplace's Monday: two orders of authorities and a suspended shop, carried out by a worker at a real shop, and lifted.

The customs office of Hamburg wants one lamp out of sight in Germany; a court in Hangzhou wants another gone everywhere; and
the operator suspends a shop for a while. The shop is a process with a database of its own; what counts is what its visitors see.
"""

import json
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from apps.test_orders import PATTERNS, a_decision, an_order
from connectors.conftest import SECRET, an_item, running
from countermark.apps.listings.models import Listing
from countermark.apps.orders import services as orders
from countermark.apps.work.models import Job
from people import a_world
from stories.processes import Process

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def test_a_marketplaces_monday(tmp_path, monkeypatch):
    monkeypatch.setenv("MONDAY_SECRET", SECRET)
    stock = [an_item("40101"), an_item("40102"), an_item("40103", seller="otto")]
    (tmp_path / "world.json").write_text(json.dumps({"items": stock}))
    with running(tmp_path / "shop.db", tmp_path / "world.json") as url:
        world = a_world(slug="harbour", connector="rest", base_url=url, secret_name="MONDAY_SECRET", patterns=PATTERNS)

        def seen(item, **where):
            return httpx.get(f"{url}/i/{item}-nordic-mushroom-lamp-brass", params=where, timeout=30).status_code

        def worked(name):
            done = Process(tmp_path / f"{name}.log", "worker", "--once")
            assert done.status() == 0, done.said()
            later = ["checkpoint", "rounds", "seller_links", "look", "look_shop"]
            assert not Job.objects.exclude(kind__in=later).exists(), done.said()

        def entered(received):
            return orders.record(received, by=world.tomas, at=timezone.now(), now=timezone.now())

        morning = {"received_at": timezone.now() - HOUR}
        customs = entered(an_order(world, addresses="https://harbour.example/i/40101", territories=["DE"], **morning))
        court = entered(
            an_order(
                world, addresses="https://harbour.example/i/40102", country="CN",
                authority="Hangzhou Internet Court", basis="E-Commerce Law, art. 42", reference="(2026) 0192 Min Chu 77",
                contact_email="court@hangzhou.example", **morning,
            )
        )  # fmt: skip
        assert (customs.number, court.number) == ("O-2026-000001", "O-2026-000002")
        worked("morning")
        assert (seen("40101"), seen("40101", to="FR"), seen("40101", to="DE")) == (200, 200, 404)
        assert (seen("40102"), seen("40103")) == (404, 200)

        mei = Listing.objects.get(item_id="40101").seller
        suspended = entered(a_decision(world, seller_ref=mei.ref, measure="suspend", **morning))
        worked("noon")
        assert [seen(item) for item in ("40101", "40102", "40103")] == [404, 404, 200], "Otto's shop is not Mei's"
        for order in (customs, court, suspended):
            order.refresh_from_db()
            assert order.lines.get().effect_at is not None, "each says when it took effect"

        ended = {"by": world.tomas, "at": timezone.now(), "now": timezone.now()}
        orders.set_aside(suspended.pk, **ended)
        orders.set_aside(court.pk, **ended)
        worked("evening")
        assert [seen(item) for item in ("40101", "40102", "40103")] == [200, 200, 200]
        assert seen("40101", to="DE") == 404, "what customs asked still holds"
