"""Can somebody make and end a key with a keyboard, a phone, a screen reader, in both languages?"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from browser.looking import assert_accessible, look, sign_in
from countermark.apps.access.services import revoke_client
from countermark.apps.parties.models import Holder, Membership
from people import a_world
from programs import a_program

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pages_of_keys_are_for_everybody(live):
    world = a_world()
    world.ines.language = ""  # as the browser says
    world.ines.save()
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/account/keys/")
    assert_accessible(live)
    look(live, "keys-none", languages=("en",))
    agency = Holder.objects.create(
        name="Balogun IP", is_agent=True, kind="enterprise", location="other", contact_email="a@b.example"
    )
    Membership.objects.create(person=world.ines, holder=agency)
    live.get_by_role("link", name="Make a key").click()
    assert_accessible(live)
    look(live, "keys-as")
    live.get_by_label("Halden & Moe AS (rights holder)").check()
    live.get_by_role("button", name="Continue").click()
    assert_accessible(live)
    look(live, "keys-new")
    live.get_by_label("Name").fill("Order system, night run")
    live.get_by_label("Send notices").check()
    live.get_by_role("button", name="Make the key").click()
    expect(live.get_by_label("Order system, night run")).to_have_value(re.compile("^cmk_"))
    assert_accessible(live)
    live.get_by_role("link", name="I have copied it").click()
    ended = a_program(world.ines, "agent", holder=agency)
    revoke_client(client_id=ended.client.pk, person=world.ines, now=timezone.now())
    live.reload()
    assert_accessible(live)
    look(live, "keys")
    live.get_by_role("link", name="Take back Order system, night run").click()
    assert_accessible(live)
    look(live, "keys-revoke")
    live.get_by_role("button", name="Take it back").click()
    expect(live.get_by_text("Taken back")).to_have_count(2)


def test_the_reference_of_the_api_is_for_everybody(live):
    live.goto("/api/")
    assert_accessible(live)
    look(live, "api")
    live.goto("/problems/stale_case")
    assert_accessible(live)
    look(live, "problem")
