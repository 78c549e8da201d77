"""A program sees where its person is signed in and ends it: of its own person, of nobody else."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from countermark.apps.parties.models import Person
from people import a_world
from programs import a_program

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone) Safari/604.1"


def in_browser(person: Person, agent: str = PHONE) -> Client:
    browser = Client(headers={"user-agent": agent})
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    browser.get("/account/sessions/")
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def test_a_program_ends_the_sign_ins_of_its_own_person_and_of_nobody_else():
    world = a_world()
    program = a_program(world.ines, "rights_holder", holder=world.halden)
    phone, desk, ranas = in_browser(world.ines), in_browser(world.ines, ""), in_browser(world.rana)
    shown = program.ask("GET", "/me/sign-ins").json()["items"]
    assert [each["device"] for each in shown] == ["", "Safari, iPhone"]
    theirs = UserSession.objects.get(user=world.rana)
    assert program.ask("DELETE", f"/me/sign-ins/{theirs.pk}").status_code == 204 and is_in(ranas)
    for _ in range(2):  # over is over
        assert program.ask("DELETE", f"/me/sign-ins/{shown[1]['id']}").status_code == 204
    assert not is_in(phone) and is_in(desk)
    assert program.ask("POST", "/me/sign-ins/end").json() == {"ended": 1}
    assert not is_in(desk) and is_in(ranas)
    assert program.ask("GET", "/me").status_code == 200, "keys are taken back one by one"


def test_a_program_without_the_scope_sees_and_ends_nothing():
    world = a_world()
    program = a_program(world.ines, "rights_holder", holder=world.halden, scopes=["complaints:read", "sign_ins:read"])
    browser = in_browser(world.ines)
    assert program.ask("POST", "/me/sign-ins/end").status_code == 403 and is_in(browser)
