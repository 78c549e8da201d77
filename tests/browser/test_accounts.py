"""Showing who one is, in a real browser: an enterprise, a person, papers mended; members; where one is signed in."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
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


def answers(live: Page, *chosen: str) -> None:
    """The first questions of an account, each on its page."""
    for each in chosen:
        live.get_by_label(each, exact=True).check()
        live.get_by_role("button", name="Continue").click()


def proves_the_address(live: Page) -> None:
    """Accept what is in force, then enter the six digits of the letter."""
    live.get_by_label("I accept these terms").check()
    live.get_by_role("button", name="Send me a code").click()
    live.get_by_label("Code", exact=True).fill(re.search(r"^ {4}(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)[1])
    live.get_by_role("button", name="Continue").click()
    live.wait_for_url("**/holder/identity/")


def shows(live: Page, document: str, number: str, *papers: str) -> None:
    live.get_by_label(document).check()
    live.get_by_label("Its number").fill(number)
    live.get_by_label("Scans or photos of it").set_input_files([a_scan(name) for name in papers])
    live.get_by_role("button", name="Send for verification").click()


def takes_on(live: Page, rana: Person, name: str) -> None:
    sign_in(live, rana)
    live.goto("/review/accounts/")
    live.get_by_role("link", name=name).click()
    live.get_by_role("button", name="Take it on").click()


def signed_in_as(live: Page, email: str) -> None:
    sign_in(live, Person.objects.get(email=email))


def test_a_person_signs_up_in_the_real_order_is_sent_back_with_a_reason_mends_it_and_is_verified(world: World, live: Page):
    live.goto("/")
    live.get_by_role("link", name="Open an account").click()
    assert_accessible(live)
    answers(live, "Somewhere else", "A person", "We own them")
    judged(live, "welcome-contact")
    live.get_by_label("Your name").fill("Kai Fjell")
    live.get_by_label("Contact e-mail").fill("kai@fjell.example")
    live.get_by_role("button", name="Continue").click()
    judged(live, "welcome-terms")
    proves_the_address(live)
    shows(live, "Passport", "N 1203344", "passport.png")
    expect(live.get_by_text("Nothing says until when it is valid.")).to_be_visible()
    live.get_by_label("Valid until").fill("2031-05-04")
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", name="A reviewer looks at your papers")).to_be_visible()
    live.goto("/holder/agreement/")
    judged(live, "agreement")

    takes_on(live, world.rana, "Kai Fjell")
    live.get_by_label("The paper cannot be read.").check()
    live.get_by_role("button", name="Send back with these reasons").click()
    signed_in_as(live, "kai@fjell.example")
    live.goto("/holder/identity/")
    expect(live.get_by_role("heading", name="Mend your papers and send them again")).to_be_visible()
    live.get_by_label("Scans or photos of it").set_input_files(a_scan("passport sharp.png"))
    live.get_by_role("button", name="Send for verification").click()
    takes_on(live, world.rana, "Kai Fjell")
    live.get_by_role("button", name="Verify the account").click()
    expect(live.get_by_text("Kai Fjell is verified.")).to_be_visible()


def test_an_enterprise_signs_up_in_the_real_order_and_changes_its_name_later(world: World, live: Page):
    live.goto("/holder/welcome/")
    answers(live, "Hong Kong", "An organisation", "We act for the owner")
    live.get_by_role("button", name="Continue").click()
    expect(live.get_by_text("Your own name is missing.")).to_be_visible()
    assert_accessible(live)
    live.get_by_label("Your own name").fill("Ayo Balogun")
    live.get_by_label("Name of the organisation").fill("Fjord IP Ltd")
    live.get_by_label("Contact e-mail").fill("ayo@fjord.example")
    live.get_by_role("button", name="Continue").click()
    proves_the_address(live)
    assert Person.objects.get(email="ayo@fjord.example").name == "Ayo Balogun"
    shows(live, "Business registration certificate", "HK 4410-22", "br.png")
    live.get_by_label("Valid until").fill("2031-05-04")
    live.get_by_role("button", name="Send for verification").click()
    takes_on(live, world.rana, "Fjord IP Ltd")
    live.get_by_role("button", name="Verify the account").click()

    signed_in_as(live, "ayo@fjord.example")
    live.goto("/holder/identity/")
    live.get_by_role("link", name="The name or the address is another one now").click()
    assert_accessible(live)
    live.get_by_role("button", name="Continue").click()
    expect(live.get_by_text("Name and address are as they were.")).to_be_visible()
    live.get_by_label("Name of the organisation").fill("Fjord & Ayo Ltd")
    live.get_by_role("button", name="Continue").click()
    expect(live.get_by_role("heading", name="Show that you are Fjord & Ayo Ltd now")).to_be_visible()
    judged(live, "identity-change-draft")
    shows(live, "Business registration certificate", "HK 4410-23", "br 2.png")
    live.get_by_label("Valid until").fill("2032-05-04")
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", name="A reviewer looks at the change to Fjord & Ayo Ltd")).to_be_visible()
    judged(live, "identity-change-pending")
    takes_on(live, world.rana, "Fjord IP Ltd")
    expect(live.get_by_role("heading", name="Is Fjord IP Ltd now Fjord & Ayo Ltd?")).to_be_visible()
    assert_accessible(live)
    live.get_by_role("button", name="Verify the account").click()
    assert Holder.objects.filter(name="Fjord & Ayo Ltd").exists()


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
