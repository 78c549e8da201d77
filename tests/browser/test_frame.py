"""The frame and its parts, in a real browser: reachable for everybody, in both languages, at a desk and on a phone."""

import re
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from browser import kitchen_sink
from browser.looking import assert_accessible, look, sign_in
from countermark.apps.parties.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.urls("browser.kitchen_sink")]


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def rana(live_server: Any) -> Person:
    return Person.objects.create_user("rana@harbour.example", name="Rana Haddad", is_reviewer=True)


@pytest.mark.usefixtures("demo")
def test_every_component_can_be_used_by_everybody_and_fits_a_phone(live: Page):
    live.goto("/kitchen-sink/")
    assert_accessible(live)
    look(live, "kitchen-sink")


@pytest.mark.usefixtures("demo")
def test_the_dark_of_the_system_is_as_readable_and_needs_no_script(live: Page):
    live.emulate_media(color_scheme="dark")
    live.goto("/kitchen-sink/")
    assert live.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 23, 24)"
    assert_accessible(live)
    look(live, "kitchen-sink-dark", languages=("en",))


def test_a_chosen_dark_is_the_same_dark(live: Page):
    live.goto("/kitchen-sink/")
    live.get_by_role("button", name="Dark").click()
    assert live.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 23, 24)"
    assert_accessible(live)


@pytest.mark.parametrize("name", ["refused", "stale", "no-such-page"])
def test_a_refusal_can_be_read_by_everybody(live: Page, name: str):
    live.goto(f"/{name}/")
    assert_accessible(live)
    look(live, name)


def test_ines_makes_an_account_in_a_browser(live: Page):
    live.goto("/account/sign-up/")
    assert_accessible(live)
    look(live, "sign-up")
    live.get_by_label("Your name").fill("Ines Moe")
    live.get_by_label("Your e-mail address").fill("ines@halden.example")
    live.get_by_role("button", name="Send me a code").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Enter the code we sent you")
    assert_accessible(live)
    look(live, "sign-in-code")
    live.get_by_label("Code").fill(re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)[1])
    live.get_by_role("button", name="Continue").click()
    assert Person.objects.get(email="ines@halden.example").name == "Ines Moe"


def test_an_error_is_named_on_top_and_leads_to_its_field(live: Page):
    live.goto("/account/sign-up/")
    live.get_by_role("main").locator("form").evaluate("form => { form.noValidate = true; }")
    live.get_by_role("button", name="Send me a code").click()
    expect(live.get_by_role("region", name="2 things to mend")).to_be_focused()
    assert_accessible(live)
    look(live, "sign-up-faults", languages=("en",))
    live.get_by_role("link", name="Your name: nothing is filled in.").click()
    expect(live.get_by_label("Your name")).to_be_focused()


def test_signing_in_and_ones_own_account(live: Page, rana: Person):
    live.goto("/account/sign-in/")
    assert_accessible(live)
    expect(live.get_by_role("button", name="Use a passkey")).to_be_visible()
    look(live, "sign-in")
    sign_in(live, rana)
    for name, place in {"account": "", "two-factor": "two-factor/", "authenticator": "two-factor/totp/activate/"}.items():
        live.goto(f"/account/{place}")
        assert_accessible(live)
        look(live, name)


def test_the_bar_holds_the_way_out_on_a_desk_and_on_a_phone(live: Page, rana: Person):
    live.goto("/kitchen-sink/")
    sign_in(live, rana)
    live.reload()
    live.get_by_text("Rana Haddad, reviewer").click()
    assert_accessible(live)
    live.screenshot(path="var/pictures/who-menu-1440.png")
    live.keyboard.press("Escape")
    live.set_viewport_size({"width": 375, "height": 812})
    live.get_by_text("Menu", exact=True).click()
    assert_accessible(live)
    live.screenshot(path="var/pictures/phone-menu-375.png")
    live.get_by_role("button", name="Sign out").click()
    live.goto("/account/")
    expect(live.get_by_role("heading", level=1)).to_have_text("Sign in with a code we send you")


# --- what the script adds ---------------------------------------------------------------------------------------------
def test_rows_are_walked_by_key(live: Page):
    live.goto("/kitchen-sink/")
    live.keyboard.press("j")
    live.keyboard.press("j")
    chosen = live.locator("tr[aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("CM-2026-000389-05")
    live.keyboard.press("k")
    expect(chosen).to_contain_text("CM-2026-000380-01")


def test_keys_pressed_while_typing_are_letters(live: Page):
    live.goto("/kitchen-sink/")
    live.get_by_label("In your words").press_sequentially("jk")
    expect(live.get_by_label("In your words")).to_have_value("jk")
    expect(live.locator("tr[aria-selected=true]")).to_have_count(0)


def test_a_form_clicked_twice_goes_out_once(live: Page):
    kitchen_sink.POSTS.clear()
    live.goto("/kitchen-sink/")
    undo = live.get_by_role("button", name="Undo")
    # The second click comes while the server is still busy with the first.
    undo.evaluate("button => { button.click(); setTimeout(() => button.click(), 200); }")
    live.wait_for_url("**/slow/")
    assert kitchen_sink.POSTS == ["/slow/"]


def test_the_undo_toast_counts_down_and_leaves(live: Page):
    live.clock.install()
    live.goto("/kitchen-sink/")
    expect(live.get_by_text("Goes out in 60 seconds.")).to_be_visible()
    live.clock.run_for(3_000)
    expect(live.get_by_text("Goes out in 57 seconds.")).to_be_visible()
    live.clock.run_for(60_000)
    expect(live.get_by_text("upheld.")).to_have_count(0)


def test_the_command_palette_narrows_and_goes(live: Page):
    live.goto("/kitchen-sink/")
    live.keyboard.press("Control+k")
    expect(live.get_by_role("dialog")).to_be_visible()
    assert_accessible(live)
    live.screenshot(path="var/pictures/palette-1440.png")
    live.keyboard.type("acc")
    live.keyboard.press("Enter")
    live.wait_for_url("**/account/sign-in/**")


def test_what_belongs_to_a_choice_shows_with_it_and_is_sent_only_then(live: Page):
    live.goto("/kitchen-sink/")
    papers = live.get_by_label("Number of the invoice")
    expect(papers).to_be_visible()
    live.get_by_label("Take the listing down myself").check()
    expect(papers).to_be_hidden()
    expect(papers).to_be_disabled()


def test_ticking_rows_brings_the_bar_that_acts_on_them(live: Page):
    live.goto("/kitchen-sink/")
    expect(live.get_by_text("selected")).to_be_hidden()
    live.get_by_label("Select all").check()
    expect(live.get_by_text("2 selected")).to_be_visible()
    live.get_by_label("Select CM-1").uncheck()
    expect(live.get_by_text("1 selected")).to_be_visible()


def test_pages_work_without_a_script(browser: Any, live_server: Any):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/kitchen-sink/")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    context.close()
