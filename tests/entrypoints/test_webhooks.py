"""The pages of webhooks: a party sees its own endpoints, learns a secret once, and mends what does not get through."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import plugged
from countermark.apps.parties.models import Person
from countermark.apps.webhooks import collecting, sending, services
from countermark.apps.webhooks.models import CLOSED, GIVEN_UP, PAUSED, STOPPED, WAITING, Dispatch, Endpoint
from countermark.apps.webhooks.selectors import PLATFORM, Owner
from countermark.apps.webhooks.services import EndpointSaid
from countermark.apps.work.models import Job, Worker
from countermark.connectors.webhook import Answer, NotReached
from countermark.connectors.webhook_fake import FakeSender
from people import World, a_complaint, a_notice, a_world, acts_for

pytestmark = pytest.mark.django_db
URL = "https://hooks.example/in"


@pytest.fixture
def receiver(settings, monkeypatch):
    settings.WEBHOOK_FACTORY = "plugged.webhook_sender"
    monkeypatch.setitem(plugged.ports, "receiver", FakeSender())
    return plugged.ports["receiver"]


@pytest.fixture
def world() -> World:
    return a_world()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk(world: World) -> Client:
    now = timezone.now()
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now)
    return signed_in(world.tomas)


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


def an_endpoint(owner: Owner = PLATFORM, **words: Any) -> Endpoint:
    told = EndpointSaid(**{"name": "Shop, live", "url": URL, **words})
    return services.add_endpoint(owner=owner, said=told, by=None, now=timezone.now())[0]


def sent(endpoint: Endpoint) -> None:
    collecting.gather(now=timezone.now())
    sending.send(endpoint.pk, clock=timezone.now)


def test_a_new_endpoint_shows_its_secret_once(desk: Client):
    page = said(desk.post("/webhooks/new/", {"name": "Shop, live", "url": URL, "events": ["accepted", "due"]}))
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)
    endpoint = Endpoint.objects.get()
    assert (endpoint.name, endpoint.url, endpoint.events) == ("Shop, live", URL, ["accepted", "due"])
    for address in (f"/webhooks/{endpoint.pk}/", "/webhooks/", f"/webhooks/{endpoint.pk}/change/"):
        page = said(desk.get(address))
        assert "whsec_" not in page
        assert secret not in page
    assert "A clock ran out" in said(desk.get(f"/webhooks/{endpoint.pk}/"))


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(desk: Client):
    response = desk.post("/webhooks/new/", {"name": "", "url": "http://10.0.0.1/x", "events": ["nothing-such"]})
    page = said(response)
    assert response.status_code == 422
    for words in ("The name is missing", "The address is not encrypted", "There is no such event: nothing-such"):
        assert words in page
    assert 'value="http://10.0.0.1/x"' in page
    assert not Endpoint.objects.exists()


def test_an_operator_without_endpoints_is_led_to_the_first(desk: Client):
    page = said(desk.get("/webhooks/"))
    assert "No program is told yet" in page
    assert 'href="/webhooks/new/"' in page


def test_the_list_says_how_each_is(desk: Client, world: World, receiver: FakeSender):
    well = an_endpoint()
    a_complaint(world)
    sent(well)
    broken = an_endpoint(name="Second", url=f"{URL}/2")
    receiver.reply = lambda one: NotReached("timeout")
    a_complaint(world)
    sent(broken)
    page = said(desk.get("/webhooks/"))
    assert "<h1>1 endpoint takes nothing</h1>" in page
    for word in ("Delivering", "Failing", "Second"):
        assert word in page


def test_the_deliveries_show_tries_answers_and_filters(desk: Client, world: World, receiver: FakeSender):
    endpoint = an_endpoint()
    case = a_complaint(world)
    a_complaint(world)
    receiver.reply = lambda one: Answer(500 if one.said["data"]["case"] == case.number else 204, "<b>down</b>")
    sent(endpoint)
    Dispatch.objects.update(next_at=timezone.now())
    sent(endpoint)
    page = said(desk.get(f"/webhooks/{endpoint.pk}/deliveries/"))
    assert "2 tries" in page
    assert "&lt;b&gt;down&lt;/b&gt;" in page
    assert "To be tried again" in page
    waiting = said(desk.get(f"/webhooks/{endpoint.pk}/deliveries/?state=waiting&event=opened&q={case.number}"))
    assert "1 to 1 of 1" in waiting
    assert "None of them fits" in said(desk.get(f"/webhooks/{endpoint.pk}/deliveries/?event=ping"))
    rows = list(
        csv.reader(io.StringIO(desk.get(f"/webhooks/{endpoint.pk}/deliveries/?csv=1").content.decode("utf-8-sig")))
    )
    assert rows[0][:3] == ["webhook_id", "type", "case"]
    assert {row[2] for row in rows[1:]} == {each.number for each in (case, *type(case).objects.all())}


def test_the_buttons_do_what_they_say(desk: Client, world: World, receiver: FakeSender):
    endpoint = an_endpoint()
    act = f"/webhooks/{endpoint.pk}/do/"
    assert "A test is on its way" in said(desk.post(act, {"do": "test"}, follow=True))
    assert Job.objects.filter(kind=services.PING_JOB).count() == 1
    desk.post(act, {"do": "pause"})
    assert Endpoint.objects.get().state == PAUSED
    assert desk.post(act, {"do": "pause"}).status_code == 409
    desk.post(act, {"do": "resume"})
    new = said(desk.post(f"/webhooks/{endpoint.pk}/secret/"))
    assert "whsec_" in new
    assert "signed with both" in new
    desk.post(act, {"do": "close"})
    assert Endpoint.objects.get().state == CLOSED
    assert desk.get(f"/webhooks/{endpoint.pk}/").status_code == 404


def test_one_delivery_is_sent_again_or_given_up(desk: Client, world: World, receiver: FakeSender):
    endpoint = an_endpoint()
    a_complaint(world)
    sent(endpoint)
    one = Dispatch.objects.get()
    desk.post(f"/webhooks/deliveries/{one.pk}/", {"do": "again"})
    one.refresh_from_db()
    assert (one.state, one.replays) == (WAITING, 1)
    desk.post(f"/webhooks/deliveries/{one.pk}/", {"do": "give-up"})
    one.refresh_from_db()
    assert one.state == GIVEN_UP


@pytest.mark.parametrize("point", [{"position": "0"}, {"since": "2026-01-01T08:00"}])
def test_everything_from_a_point_on_is_sent_again(desk: Client, world: World, receiver: FakeSender, point):
    endpoint = an_endpoint()
    a_complaint(world)
    sent(endpoint)
    page = said(desk.post(f"/webhooks/{endpoint.pk}/replay/", point, follow=True))
    assert "Everything from number 0 on is sent again" in page
    sent(endpoint)
    assert len(receiver.received) == 2


@pytest.mark.parametrize(
    "point", [{}, {"position": "x"}, {"position": "9" * 40}, {"since": "2026-13-45T99:00"}, {"position": "7"}]
)
def test_a_point_that_says_nothing_is_named_and_nothing_is_sent(
    desk: Client, world: World, receiver: FakeSender, point
):
    endpoint = an_endpoint()
    response = desk.post(f"/webhooks/{endpoint.pk}/replay/", point)
    assert response.status_code == 422
    assert "id_position" in said(response)


def test_a_stopped_webhook_of_the_platform_is_a_task_on_the_operators_home(desk: Client):
    an_endpoint()
    Endpoint.objects.update(state=STOPPED, why="failing", state_at=timezone.now())
    page = said(desk.get("/operate/"))
    assert "1 webhook was stopped" in page
    assert 'href="/webhooks/"' in page
    assert "Nothing was accepted for three days" in said(desk.get(f"/webhooks/{Endpoint.objects.get().pk}/"))


# --- whose it is ----------------------------------------------------------------------------------------------------------


def with_a_shop(world: World) -> Client:
    mei = Person.objects.create_user("mei@lantern.example", name="Mei")
    acts_for(mei, world.mei)
    return signed_in(mei)


def test_each_party_makes_and_sees_its_own(world: World, desk: Client):
    ines, mei = signed_in(world.ines), with_a_shop(world)
    for browser, name in ((desk, "Platform"), (ines, "Halden"), (mei, "Lantern")):
        browser.post("/webhooks/new/", {"name": name, "url": URL})
    owners = {row.name: (row.holder_id, row.seller_id) for row in Endpoint.objects.all()}
    assert owners == {"Platform": (None, None), "Halden": (world.halden.pk, None), "Lantern": (None, world.mei.pk)}
    for browser, own in ((desk, "Platform"), (ines, "Halden"), (mei, "Lantern")):
        page = said(browser.get("/webhooks/"))
        assert [name for name in owners if name in page.split("<main")[1]] == [own]


def test_nothing_of_anothers_endpoint_can_be_seen_or_done(world: World, desk: Client, receiver: FakeSender):
    endpoint = an_endpoint()
    a_complaint(world)
    sent(endpoint)
    delivery, before = Dispatch.objects.get().pk, Endpoint.objects.values().get()
    for browser in (signed_in(world.ines), with_a_shop(world)):
        for address in ("", "change/", "deliveries/", "deliveries/?csv=1"):
            assert browser.get(f"/webhooks/{endpoint.pk}/{address}").status_code == 404
        for address, what in (
            ("do/", {"do": "close"}),
            ("secret/", {}),
            ("replay/", {"position": "0"}),
            ("change/", {}),
        ):
            assert browser.post(f"/webhooks/{endpoint.pk}/{address}", what).status_code == 404
        assert browser.post(f"/webhooks/deliveries/{delivery}/", {"do": "again"}).status_code == 404
    assert Endpoint.objects.values().get() == before


def test_a_seller_who_came_by_the_link_of_a_mail_keeps_no_endpoint(world: World):
    browser = Client()
    session = browser.session
    session["seller_id"] = world.mei.pk
    session.save()
    assert browser.get("/webhooks/").status_code == 404
    assert browser.post("/webhooks/new/", {"name": "x", "url": URL}).status_code == 404


def test_a_list_of_deliveries_costs_the_same_queries_however_long_it_is(
    desk: Client, world: World, receiver: FakeSender, django_assert_max_num_queries
):
    endpoint = an_endpoint()
    a_notice(world, lines=60)
    sent(endpoint)
    with django_assert_max_num_queries(28):  # the bar of operators has its own counts
        assert "1 to 50 of 60" in said(desk.get(f"/webhooks/{endpoint.pk}/deliveries/"))


def test_instants_are_read_in_the_zone_the_page_names(desk: Client, world: World, receiver: FakeSender):
    endpoint = an_endpoint()
    a_complaint(world)
    sent(endpoint)
    ahead = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")  # in Shanghai that is six hours ago
    assert desk.post(f"/webhooks/{endpoint.pk}/replay/", {"since": ahead}).status_code == 302
