"""The demo: be anybody, let time pass, read everybody's mail; and outside a demo there is no such page."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from countermark.apps.notifications import services as telling
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties.models import Person, Seller
from countermark.apps.work.models import CaseClock
from countermark.apps.work.services import case_now
from countermark.connectors.fake_mail import FileMailer
from countermark.entrypoints.web.demo.clock import after_working_days
from people import SHANGHAI, World, a_complaint, a_world, happens

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # the demo keeps to SQLite


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.DEMO = True
    settings.MAIL_DIR = tmp_path / "mail"
    made = a_world()
    for person, email in ((made.ines, "ines@halden-moe.example"), (made.tomas, "tomas@desk.example")):
        Person.objects.filter(pk=person.pk).update(email=email)
    Seller.objects.filter(pk=made.mei.pk).update(email="mei@lantern-lane.example")
    return made


def said(response) -> str:
    return " ".join(response.content.decode().split())


def test_outside_a_demo_nobody_becomes_anybody_and_no_clock_moves(client: Client, settings):
    assert settings.DEMO is False
    a_world()
    for name in ("demo-roles", "demo-mail"):
        assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse("demo-be"), {"who": "tomas@desk.example"}).status_code == 404
    assert client.post(reverse("demo-advance"), {"days": "7"}).status_code == 404
    assert not CaseClock.objects.exists()


def test_one_click_is_enough_to_be_somebody_else(client: Client, world: World):
    page = said(client.get("/demo/"))
    assert "Sign in as Ines" in page
    assert "Sign in as Rana" not in page  # nobody of this address lives here
    client.post("/demo/be/", {"who": "tomas@desk.example"})
    assert client.get("/operate/").status_code == 200
    client.post("/demo/be/", {"who": "mei@lantern-lane.example"})
    assert client.get("/operate/").status_code == 403
    assert client.session["seller_id"] == world.mei.pk


def test_who_was_a_seller_is_not_one_any_more_as_somebody_else(client: Client, world: World):
    client.post("/demo/be/", {"who": "mei@lantern-lane.example"})
    client.post("/demo/be/", {"who": "tomas@desk.example"})
    assert "seller_id" not in client.session


@pytest.mark.parametrize("who", ["", "root@localhost", "otto@kettle-crow.example"])
def test_only_the_people_of_the_demo_can_be_chosen(client: Client, world: World, who: str):
    Person.objects.create_user("root@localhost", is_operator=True)
    assert client.post("/demo/be/", {"who": who}).status_code == 404


def test_three_working_days_pass_and_silence_decides(client: Client, world: World):
    at = case_now()
    case = happens(a_complaint(world, at=at), "accepted", "reviewer", at)
    case = happens(case, "served", "", at)
    answer = client.post("/demo/advance/", {"days": "7", "next": "/how-it-works/"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/how-it-works/"
    assert "7 working days have passed. In 1 case a clock ended." in said(answer)
    case.refresh_from_db()
    assert case.state == "removed"
    assert case_now() > at + timedelta(days=7)


def test_days_pass_as_the_calendar_of_the_place_counts_them():
    friday = datetime(2026, 2, 27, 14, 2, tzinfo=SHANGHAI)  # Sat 28 is a make-up day
    assert after_working_days(friday, 1) == datetime(2026, 2, 28, 14, 2, tzinfo=SHANGHAI)
    assert after_working_days(friday, 3) == datetime(2026, 3, 3, 14, 2, tzinfo=SHANGHAI)
    eve = datetime(2026, 2, 14, 23, 59, tzinfo=SHANGHAI)  # Sun 15 to Mon 23 are the Spring Festival
    assert after_working_days(eve, 1) == datetime(2026, 2, 24, 23, 59, tzinfo=SHANGHAI)


@pytest.mark.parametrize("days", ["0", "-3", "2", "1000", "x", ""])
def test_time_passes_by_the_three_buttons_only(client: Client, world: World, days: str):
    before = case_now()
    assert client.post("/demo/advance/", {"days": days}).status_code == 422
    assert case_now() - before < timedelta(minutes=1)


def test_the_way_back_stays_in_the_house(client: Client, world: World):
    for page in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        assert client.post("/demo/advance/", {"days": "1", "next": page})["Location"] == "/"


def test_everybodys_mail_can_be_read_and_its_link_followed(client: Client, world: World, settings, monkeypatch):
    folder = FileMailer(settings.MAIL_DIR, "Countermark <desk@localhost>")
    monkeypatch.setattr("countermark.project.wiring.mailer", lambda: folder)
    assert "The mailbox is empty" in said(client.get("/demo/mail/"))
    at = case_now()
    case = happens(a_complaint(world, at=at), "accepted", "reviewer", at)
    telling.tell(case.notice_id, at=at, now=at)
    for delivery in Delivery.objects.all():
        telling.send(delivery.pk, at=at, now=at)
    page = said(client.get("/demo/mail/", {"to": "mei@lantern-lane.example"}))
    assert "ip" not in page.split("<tbody>")[1].split("</tbody>")[0].split("@")[0]
    name = folder.letters("mei@lantern-lane.example")[0].path.stem
    letter = said(client.get(f"/demo/mail/{name}/"))
    link = letter.split('href="http://localhost:8000')[1].split('"')[0]
    assert client.get(link).status_code == 200
    assert client.get("/demo/mail/no-such-letter/").status_code == 404
