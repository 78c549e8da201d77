"""Showing who one is, in a real browser: an enterprise, a person, papers mended; members; where one is signed in."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

import plugged
from browser.looking import assert_accessible, look, sign_in
from countermark.apps.parties import holder_members
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.connectors.fake_mail import FakeMailer
from people import World, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    cache.clear()
    made = a_world()
    Holder.objects.filter(pk=made.halden.pk).update(verified_at=None)
    Person.objects.filter(pk=made.ines.pk).update(language="")  # what the browser speaks: both languages are looked at
    return made


def judged(live: Page, name: str) -> None:
    look(live, name)
    assert_accessible(live)


def a_scan(name: str) -> dict[str, Any]:
    kept = io.BytesIO()
    Image.new("RGB", (600, 400), "#c9822b").save(kept, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": kept.getvalue()}


def test_an_enterprise_shows_who_it_is_mends_what_came_back_and_is_verified(world: World, live: Page):
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/holder/")
    live.get_by_role("link", name="Show who Halden & Moe AS is").first.click()
    judged(live, "identity-none")
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_text("Nothing says which document it is.")).to_be_visible()
    assert_accessible(live)
    live.get_by_label("Certificate of incorporation").check()
    live.get_by_label("Its number").fill("913 045 228")
    live.get_by_label("Scans or photos of it").set_input_files(a_scan("register.png"))
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", name="A reviewer looks at your papers")).to_be_visible()
    judged(live, "identity-pending")

    sign_in(live, world.rana)
    live.goto("/review/accounts/")
    judged(live, "accounts")
    live.get_by_role("link", name="Halden & Moe AS").click()
    judged(live, "account-free")
    live.get_by_role("button", name="Take it on").click()
    expect(live.get_by_role("img", name="register.png")).to_be_visible()
    judged(live, "account-taken")
    live.get_by_label("A page or a side is missing.").check()
    live.get_by_label("In your own words").fill("The second page, please.")
    live.get_by_role("button", name="Send back with these reasons").click()
    expect(live.get_by_text("The papers of Halden & Moe AS are sent back.")).to_be_visible()

    sign_in(live, world.ines)
    live.goto("/holder/")
    live.get_by_role("link", name="Mend the papers that show who you are").first.click()
    expect(live.get_by_text("The second page, please.")).to_be_visible()
    judged(live, "identity-returned")
    live.get_by_label("Scans or photos of it").set_input_files(a_scan("page 2.png"))
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", name="A reviewer looks at your papers")).to_be_visible()

    sign_in(live, world.rana)
    live.goto("/review/accounts/")
    live.get_by_role("link", name="Halden & Moe AS").click()
    live.get_by_role("button", name="Take it on").click()
    live.get_by_role("button", name="Verify the account").click()
    expect(live.get_by_text("Halden & Moe AS is verified.")).to_be_visible()
    sign_in(live, world.ines)
    live.goto("/holder/identity/")
    judged(live, "identity-verified")


def test_a_person_opens_an_account_accepts_what_is_in_force_and_shows_a_passport(world: World, live: Page):
    kai = Person.objects.create_user("kai@fjell.example", name="Kai Fjell")
    live.goto("/")
    sign_in(live, kai)
    live.goto("/holder/welcome/")
    live.get_by_label("Somewhere else").check()
    live.get_by_role("button", name="Continue").click()
    live.get_by_label("A person").check()
    live.get_by_role("button", name="Continue").click()
    live.get_by_label("We own them").check()
    live.get_by_role("button", name="Continue").click()
    live.get_by_role("button", name="Continue").click()
    judged(live, "welcome-terms")
    live.get_by_label("I accept these terms").check()
    live.get_by_role("button", name="Open the account").click()
    live.goto("/holder/identity/")
    live.get_by_label("Passport").check()
    live.get_by_label("Its number").fill("N 1203344")
    live.get_by_label("Scans or photos of it").set_input_files(a_scan("passport.png"))
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_text("Nothing says until when it is valid.")).to_be_visible()
    live.get_by_label("Valid until").fill("2031-05-04")
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", name="A reviewer looks at your papers")).to_be_visible()
    live.goto("/holder/agreement/")
    judged(live, "agreement")


def test_members_are_invited_and_let_go_and_sessions_are_seen(world: World, live: Page):
    kim = Person.objects.create_user("kim@halden-moe.example", name="Kim Berg")
    row = Membership.objects.create(person=kim, holder=world.halden, role="viewer", since=timezone.now())
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/holder/members/")
    live.get_by_label("E-mail address").fill("the.second.desk@halden-moe-lighting.example")
    live.get_by_label("Filer").check()
    live.get_by_role("button", name="Send the invitation").click()
    expect(live.get_by_text("An invitation is on its way")).to_be_visible()
    judged(live, "members")
    live.goto(f"/holder/members/{row.pk}/remove/")
    judged(live, "member-remove")
    live.goto("/account/sessions/")
    judged(live, "sessions")
    for page in ("", "totp/activate/", "webauthn/add/"):
        live.goto(f"/account/two-factor/{page}")
        assert_accessible(live)
    now = timezone.now() - timedelta(minutes=1)
    invitation, link = holder_members._made(world.halden, "ida@halden-moe.example", "filer", world.ines, now)
    ida = Person.objects.create_user(invitation.address, name="Ida")
    live.context.clear_cookies()
    live.goto(link.removeprefix("http://localhost:8000"))
    judged(live, "join-sign-in")
    sign_in(live, ida)
    live.goto(link.removeprefix("http://localhost:8000"))
    live.get_by_role("button", name="Act for Halden & Moe AS").click()
    expect(live.get_by_text("You act for Halden & Moe AS now.")).to_be_visible()
