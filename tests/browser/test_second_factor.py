"""A passkey, an authenticator app and recovery codes in a real browser: set up, used to sign in, made anew, taken away."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from an_app import code_of
from browser.looking import assert_accessible, look, sign_in
from people import World, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAILED = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def world(live_server: Any, settings: Any) -> World:
    settings.MFA_TOTP_TOLERANCE = 1  # a test may fall on the half minute at which codes change
    settings.BASE_URL = live_server.url
    cache.clear()
    made = a_world()
    type(made.ines).objects.filter(pk=made.ines.pk).update(language="")
    return made


def judged(live: Page, name: str) -> None:
    look(live, name)
    assert_accessible(live)


def mailed_code() -> str:
    found = MAILED.search(str(mail.outbox[-1].body))
    assert found
    return found[1]


def by_mail(live: Page, world: World) -> None:
    """Sign out, and come as far as the mailed code leads."""
    live.context.clear_cookies()
    live.goto(reverse("account_login"))
    live.get_by_label("Your e-mail address").fill(world.ines.email)
    live.get_by_role("button", name="Send me a code").click()
    live.get_by_label("Code", exact=True).fill(mailed_code())
    live.get_by_role("button", name="Continue").click()


def codes_shown(live: Page) -> list[str]:
    expect(live.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    return live.locator(".cm-codes li").all_inner_texts()


def test_a_passkey_signs_in_alone_and_an_app_after_the_mail_and_recovery_codes_when_both_are_lost(world: World, live: Page):
    device = live.context.new_cdp_session(live)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    live.goto("/")
    by_mail(live, world)
    live.goto(reverse("account"))
    live.get_by_role("link", name="Add a passkey or an app").click()
    judged(live, "mfa-none")

    live.get_by_role("link", name="Add a passkey").click()
    judged(live, "passkey-add")
    live.get_by_label("Name", exact=True).fill("Laptop")
    live.get_by_label("Sign in with it alone").check()
    live.get_by_role("button", name="Add it").click()
    first = codes_shown(live)
    assert len(set(first)) == 10 and mail.outbox[-1].subject == "A passkey was added"
    assert_accessible(live)
    live.get_by_role("link", name="I have kept them").click()

    live.context.clear_cookies()
    live.goto(reverse("account_login"))
    live.get_by_role("button", name="Use a passkey").click()
    live.wait_for_url("**/holder/**")
    live.goto(reverse("mfa_list_webauthn"))
    expect(live.get_by_text("enough by itself")).to_be_visible()
    assert_accessible(live)

    live.goto(reverse("mfa_activate_totp"))
    expect(live.get_by_role("heading", name="Show that it is you")).to_be_visible()
    assert_accessible(live)
    if live.get_by_role("link", name="Use a passkey").is_visible():
        live.get_by_role("link", name="Use a passkey").click()
    live.get_by_role("button", name="Use a passkey").click()
    live.get_by_role("heading", name="Switch on the authenticator app").wait_for()
    assert_accessible(live)
    secret = live.get_by_label("Or type this secret into the app").input_value()
    live.get_by_label("Code of the app").fill("000000")
    live.get_by_role("button", name="Switch it on").click()
    expect(live.locator("#id_code-error")).to_be_visible()
    live.get_by_label("Code of the app").fill(code_of(secret))
    live.get_by_role("button", name="Switch it on").click()
    expect(live.get_by_text("On: after the mailed code")).to_be_visible()
    assert_accessible(live)

    by_mail(live, world)
    expect(live.get_by_role("heading", name="One more step")).to_be_visible()
    judged(live, "mfa-step")
    live.get_by_label("Code of the app, or a recovery code").fill(code_of(secret))
    live.get_by_role("button", name="Sign in", exact=True).click()
    live.wait_for_url("**/holder/**")

    by_mail(live, world)
    live.get_by_label("Code of the app, or a recovery code").fill(first[0])
    live.get_by_role("button", name="Sign in", exact=True).click()
    live.wait_for_url("**/holder/**")
    live.goto(reverse("mfa_generate_recovery_codes"))
    live.get_by_label("Code of the app, or a recovery code").fill(first[1])
    live.get_by_role("button", name="Continue").click()
    expect(live.get_by_text("The 8 that are left open nothing from then on.")).to_be_visible()
    assert_accessible(live)
    live.get_by_role("button", name="Make them").click()
    fresh = codes_shown(live)
    assert not set(fresh) & set(first)
    live.reload()
    expect(live.get_by_text("They were shown once and are not shown again.")).to_be_visible()
    judged(live, "recovery-left")


def test_the_bar_changes_between_accounts(world: World, live: Page):
    from_elsewhere = a_world()
    from_elsewhere.halden.memberships.create(person=world.ines, role="filer")
    type(from_elsewhere.halden).objects.filter(pk=from_elsewhere.halden.pk).update(name="Fjell IP", is_agent=True)
    live.goto("/")
    sign_in(live, world.ines)
    live.goto(reverse("holder:home"))
    live.locator(".cm-bar .cm-who summary").click()
    live.get_by_role("button", name="Fjell IP, agent").first.click()
    expect(live.get_by_text("You act for Fjell IP now.")).to_be_visible()
    live.locator(".cm-bar .cm-who summary").click()
    assert_accessible(live)
    live.goto(reverse("holder:right-new"))
    expect(live.get_by_text("In the name of Fjell IP.")).to_be_visible()
    assert_accessible(live)
    live.goto(reverse("account-acting"))
    judged(live, "acting")
