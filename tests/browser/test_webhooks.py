"""Webhooks in a real browser: Tomás adds an endpoint, sees what got through, and sends again what did not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

import plugged
from browser.looking import SIZES, assert_accessible, look, sign_in
from countermark.apps.webhooks import collecting, sending
from countermark.apps.webhooks.models import ACTIVE, STOPPED, Dispatch, Endpoint
from countermark.apps.work.models import Job, Worker
from countermark.connectors.webhook import Answer, NotReached
from countermark.connectors.webhook_fake import FakeSender
from countermark.project.texts import compile_texts
from people import World, a_complaint, a_notice, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def receiver(settings: Any, monkeypatch: pytest.MonkeyPatch) -> FakeSender:
    compile_texts()
    settings.WEBHOOK_FACTORY = "plugged.webhook_sender"
    monkeypatch.setitem(plugged.ports, "receiver", FakeSender())
    return plugged.ports["receiver"]


@pytest.fixture
def world(live_server: Any) -> World:
    now = timezone.now()
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now + timedelta(hours=1))
    return a_world()


def worked() -> None:
    collecting.gather(now=timezone.now())
    for endpoint in Endpoint.objects.filter(state=ACTIVE):
        Dispatch.objects.update(next_at=timezone.now())
        sending.send(endpoint.pk, clock=timezone.now)
    for job in Job.objects.filter(kind="webhook_ping"):
        sending.ping(int(job.key), clock=timezone.now)


def judged(page: Page, name: str) -> None:
    """Photograph the page in both languages, at both widths; judge it in light and dark."""
    look(page, f"webhooks-{name}")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_tomas_connects_a_program_and_mends_what_does_not_get_through(live: Page, world: World, receiver: FakeSender):
    live.goto("/")
    sign_in(live, world.tomas)
    live.goto("/webhooks/")
    judged(live, "empty")
    live.get_by_role("link", name="Add an endpoint").click()
    live.get_by_role("button", name="Add it and show its secret").click()
    expect(live.get_by_text("The name is missing or too long.").first).to_be_visible()
    live.get_by_text("Tell it only some of what happens").click()
    judged_as_it_stands(live)
    live.get_by_label("Name", exact=True).fill("Harbour, live")
    live.get_by_label("Address of the receiver").fill("https://hooks.harbour.example/countermark")
    live.get_by_role("button", name="Add it and show its secret").click()
    expect(live.locator("#secret")).to_contain_text("whsec_")
    judged_as_it_stands(live)
    live.get_by_role("link", name="I have kept it").click()
    stuck = a_complaint(world)
    a_notice(world, lines=14)
    receiver.reply = lambda one: (
        Answer(500, "Traceback (most recent call last): KeyError 'item'")
        if one.said["data"].get("case") == stuck.number
        else Answer(204)
    )
    for _ in range(3):
        worked()
    live.get_by_role("button", name="Send a test").click()
    worked()
    live.reload()
    expect(live.get_by_text("Delivering")).to_be_visible()
    judged(live, "endpoint")
    live.get_by_role("link", name="All deliveries, with every answer").click()
    judged(live, "deliveries")
    live.get_by_role("link", name="Waiting 1").click()
    live.get_by_text("4 tries").click()
    live.get_by_role("button", name="Give up").click()
    live.get_by_role("link", name="Given up 1").click()
    live.get_by_role("button", name="Send again").click()
    expect(live.get_by_text("It is sent again, under the same id.")).to_be_visible()


def judged_as_it_stands(page: Page) -> None:
    """What a form answered cannot be loaded anew: judge it where it is."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sideways <= 0
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_what_is_broken_stands_out_in_the_list_and_goes_on_where_it_stood(
    live: Page, world: World, receiver: FakeSender
):
    live.goto("/")
    sign_in(live, world.tomas)
    for name in ("Harbour, live", "Warehouse", "Books"):
        live.goto("/webhooks/new/")
        live.get_by_label("Name", exact=True).fill(name)
        live.get_by_label("Address of the receiver").fill(f"https://hooks.example/{name[:4]}")
        live.get_by_role("button", name="Add it and show its secret").click()
    a_complaint(world)
    receiver.reply = lambda one: Answer(200) if one.url.endswith("Harb") else NotReached("tls", "certificate expired")
    worked()
    Endpoint.objects.filter(name="Books").update(
        state=STOPPED, why="failing", state_at=timezone.now(), failing_since=timezone.now() - timedelta(days=3)
    )
    live.goto("/webhooks/")
    expect(live.get_by_role("heading", level=1)).to_have_text("2 endpoints take nothing")
    judged(live, "list")
    live.get_by_role("link", name="Books").click()
    judged(live, "stopped")
    receiver.reply = lambda one: Answer(200)
    live.get_by_role("button", name="Resume").click()
    worked()
    live.reload()
    expect(live.get_by_text("Delivering")).to_be_visible()
