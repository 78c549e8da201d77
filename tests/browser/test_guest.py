"""Gundula, who has no account, sees a copy of a lamp: she reports it, follows it by mail, and appeals; nobody tells Mei who."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import plugged
from apps.test_drafts import HARBOUR
from browser.looking import SIZES, assert_accessible, look, sign_in
from browser.visitors import a_visit, watched
from countermark.apps.complaints import services
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.notifications import services as telling
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties.models import Marketplace
from countermark.connectors.fake_mail import FakeMailer
from people import SHANGHAI, World, a_world

pytestmark = pytest.mark.browser
THURSDAY = datetime(2026, 2, 26, 9, 0, tzinfo=SHANGHAI)
GUNDULA = "gundula@fremd.example"
WORDS = "The second picture shows the wordmark on the base; the maker told me that this shop has no licence."
LAMP = "https://harbour.example/i/40655"


@pytest.fixture
def world(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Harbour Market in the EU on Thursday morning, with a post office in memory."""
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: THURSDAY)
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "guest"}}
    settings.BASE_URL = live_server.url
    return a_world(patterns=HARBOUR, territory="EU", offered_in=["EU"], packs=["eu-notice"])


def newest_letter() -> str:
    return cast(FakeMailer, plugged.ports["post"]).to(GUNDULA)[-1].text


def code_of_mail() -> str:
    found = re.search(r"^ {4}(\d{6})$", newest_letter(), re.MULTILINE)
    assert found
    return found[1]


def told(notice: Notice, at: datetime) -> None:
    telling.tell(notice.pk, at=at, now=timezone.now())
    for delivery in Delivery.objects.filter(message__notice=notice, delivered_at=None, failed_at=None):
        receipt = telling.send(delivery.pk, at=at, now=timezone.now())
        assert receipt is not None
        telling.delivered(delivery.pk, receipt=receipt, at=at)


def a_picture() -> dict[str, Any]:
    content = io.BytesIO()
    Image.new("RGB", (480, 384), "#c9822b").save(content, "PNG")
    return {"name": "gundula fremd.png", "mimeType": "image/png", "buffer": content.getvalue()}


def seen(live: Page, name: str, picture: bool) -> None:
    """Judge a page, and photograph it where it is asked for."""
    assert_accessible(live)
    if picture:
        look(live, f"guest-{name}")


def report(live: Page, world: World, *, picture: bool = False) -> Notice:
    """The whole form, in English, from the link on a shop's page to the code."""
    live.goto(f"/report/?marketplace={world.market.slug}&link={LAMP}")
    expect(live.get_by_label("Which listings?")).to_have_value(LAMP)
    seen(live, "begin", picture)
    live.get_by_label("Which listings?").fill(f"{LAMP}\nhttps://elsewhere.example/i/1")
    live.get_by_role("button", name="Check the links").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("1 of 2 links can be reported")
    seen(live, "links", picture)
    live.get_by_role("link", name="Continue with 1 listing").click()
    seen(live, "reason", picture)
    live.get_by_role("button", name="Save and continue").click()
    expect(live.get_by_role("heading", name="One thing to mend")).to_be_visible()
    live.get_by_label("The mark is on the goods without a licence").check()
    live.get_by_role("button", name="Save and continue").click()
    seen(live, "right", picture)
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("Why is it wrong?").fill(WORDS)
    live.get_by_label("Files").set_input_files([a_picture()])
    live.get_by_role("button", name="Add").click()
    expect(live.get_by_text("evidence-1.png").first).to_be_visible()
    seen(live, "why", picture)
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("Your name").fill("Gundula Fremd")
    live.get_by_label("Your e-mail address").fill("gundula at home")
    live.get_by_role("button", name="Save and continue").click()
    expect(live.get_by_role("link", name="This is no e-mail address.")).to_be_visible()
    seen(live, "you", False)
    live.get_by_label("Your e-mail address").fill(GUNDULA)
    live.get_by_role("button", name="Save and continue").click()
    seen(live, "check", picture)
    live.get_by_label("I declare this, as Gundula Fremd").check()
    live.get_by_role("button", name="Send me the code").click()
    seen(live, "code", picture)
    assert Notice.objects.count() == 0
    live.get_by_label("Code", exact=True).fill(code_of_mail())
    live.get_by_role("button", name="Send the report").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Your report is sent")
    return Notice.objects.get()


def test_a_visitor_reports_a_listing_follows_it_and_appeals(live: Page, world: World) -> None:
    notice = report(live, world, picture=True)
    seen(live, "sent", True)
    case = notice.complaints.get()
    Complaint.objects.filter(pk=case.pk).update(seller=world.mei)
    services.act([case.pk], "kept", by="reviewer", at=THURSDAY + timedelta(minutes=5))
    told(notice, THURSDAY + timedelta(minutes=6))
    live.context.clear_cookies()
    found = re.search(r"http://\S+/report/track/\S+", newest_letter())
    assert found
    live.goto(found[0])
    seen(live, "arrive", True)
    live.get_by_role("button", name="Send me the code").click()
    live.get_by_label("Code", exact=True).fill(code_of_mail())
    live.get_by_role("button", name="See the report").click()
    live.get_by_role("link", name=case.number).click()
    expect(live.get_by_role("heading", name="You can appeal")).to_be_visible()
    seen(live, "case", True)
    live.get_by_role("link", name="Appeal this decision").click()
    live.get_by_label("In your own words").fill("The reviewer looked at the first picture; it is the second one.")
    live.get_by_label("I have said everything").check()
    live.get_by_role("button", name="Send the appeal").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Your appeal is with us")
    assert_accessible(live)
    live.get_by_role("link", name="My reports").first.click()
    seen(live, "home", True)
    live.get_by_role("button", name="Leave on this device").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Where may we send the way to your report?")
    seen(live, "find", True)


@pytest.mark.parametrize("width", SIZES)
def test_it_works_on_any_screen_without_a_script_in_the_visitors_language(
    browser: Browser, live_server: Any, world: World, width: int
) -> None:
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": SIZES[width]},
        locale="zh-CN",
        java_script_enabled=False,
    )
    live = context.new_page()
    wrong = watched(live)
    live.goto(f"/report/?marketplace={world.market.slug}&link={LAMP}")
    expect(live.locator("html")).to_have_attribute("lang", "zh-Hans")
    typed: tuple[dict[str, str], ...] = (
        {},  # the link is filled in
        {},  # its verdict
        {"#reason-TM-4": ""},
        {},  # whose right it is may be left open
        {"#statement": "图二的底座上有权利人的商标，品牌方告诉我这家店没有许可。"},
        {"#name": "林美", "#email": GUNDULA},
        {"#declare": ""},
        {"#code": "the one of the mail"},
    )
    for answers in typed:
        heading = live.locator("h1").inner_text()
        assert re.search("[\u4e00-\u9fff]", heading), heading
        for field, text in answers.items():
            said = code_of_mail() if field == "#code" else text
            live.locator(field).fill(said) if said else live.locator(field).check()
        live.locator("main .btn-primary").first.click()
    notice = Notice.objects.get()
    expect(live.locator("main")).to_contain_text(notice.number)
    assert (notice.language, notice.filer_name) == ("zh-hans", "林美")
    assert wrong == []
    context.close()


def test_somebody_with_an_account_is_shown_to_the_own_form(live: Page, world: World) -> None:
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/report/")
    assert_accessible(live)
    expect(live.get_by_role("link", name="Submit a complaint").last).to_have_attribute("href", "/holder/submit/")


def test_the_operator_finds_what_to_paste_and_the_script_fills_the_address_in(
    live: Page, browser: Browser, live_server: Any, world: World
) -> None:
    live.goto("/")
    sign_in(live, world.tomas)
    live.goto(f"/operate/marketplaces/at/{world.market.slug}/report-link/")
    seen(live, "report-link", True)
    html = "".join(live.locator("pre").nth(n).inner_text() for n in (1, 2))
    shop = a_visit(browser, live_server.url).new_page()
    wrong = watched(shop)
    shop.route(
        "http://shop.localhost/**",
        lambda route: route.fulfill(content_type="text/html", body=f"<!doctype html>{html}"),
    )
    shop.route(
        "**/report/link.js", lambda route: route.fulfill(response=route.fetch())
    )  # a browser keeps local ones apart
    page = "http://shop.localhost/i/40655"  # another origin that a browser lets load a script from this machine
    shop.goto(f"{page}?photo=2#reviews")
    link = shop.get_by_role("link", name="Report this listing")
    expect(link).to_have_attribute("href", re.compile(r"link=http%3A%2F%2Fshop.localhost%2Fi%2F40655"))
    link.click()
    expect(shop.get_by_label("Which listings?")).to_have_value(f"{page}?photo=2")
    assert wrong == []
    shop.context.close()


def test_a_place_that_takes_no_reports_says_so(live: Page, world: World) -> None:
    Marketplace.objects.update(is_active=False)
    live.goto("/report/")
    expect(live.get_by_role("heading", level=1)).to_have_text("No marketplace takes reports without an account here")
    assert_accessible(live)
