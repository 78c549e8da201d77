"""The operator, and the visitor of the demo, in a real browser: what is stuck is mended, and silence visibly decides."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.looking import SIZES, assert_accessible, look, sign_in
from countermark.apps.complaints import services
from countermark.apps.enforcement import services as enforcement
from countermark.apps.notifications import services as telling
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties.models import Marketplace, Person, Seller
from countermark.apps.parties.seeds import ensure_known_marketplaces
from countermark.apps.work.models import HolidayNotice, Worker
from people import World, a_complaint, a_notice, a_world, happens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）上班。
"""


@pytest.fixture
def world(live_server: Any) -> World:
    """Mei's letter came back; another of her listings has to come down by hand; a case is late."""
    made, now = a_world(), timezone.now()
    ensure_known_marketplaces()
    long_ago = now - timedelta(days=9)
    notice = a_notice(made, lines=2, at=long_ago)
    for case in notice.complaints.all():
        happens(case, "accepted", "reviewer", long_ago)
    telling.tell(notice.pk, at=long_ago, now=now)
    Delivery.objects.filter(message__party="seller").update(
        failed_at=long_ago, attempts=5, answer="550 5.1.1 unknown user"
    )
    silent = happens(a_complaint(made, at=now - timedelta(days=12)), "accepted", "reviewer", now - timedelta(days=11))
    happens(silent, "served", "", now - timedelta(days=11))
    a_complaint(made, at=now - timedelta(days=20))
    services.sweep(now=now)
    enforcement.enforce(silent.listing_id, at=now, now=now)
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now + timedelta(hours=1), doing="deliver", done=18204)
    return made


def seen(page: Page, name: str) -> None:
    """Photograph the page in both languages, which loads it anew, and judge it."""
    look(page, f"operator-{name}")
    judged(page)


def judged(page: Page) -> None:
    """Judge the page as it stands, at both widths."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_tomas_mends_what_is_stuck(live: Page, world: World):
    sign_in_first(live, world.tomas)
    live.goto("/operate/")
    expect(live.get_by_role("heading", level=1)).to_have_text("Three things are stuck")
    seen(live, "home")
    live.get_by_role("link", name="See the 2 addresses").click()
    seen(live, "deliveries")
    live.get_by_role("link", name="Tell them another way").first.click()
    seen(live, "delivery")
    live.get_by_label("They were told by telephone").check()
    judged(live)
    live.get_by_role("button", name="Keep it").click()
    expect(live.get_by_role("status")).to_contain_text("Their clock runs from then")
    live.get_by_role("link", name="Measures").first.click()
    seen(live, "measures")
    live.get_by_role("link", name="Do it and say so").click()
    seen(live, "measure")
    live.get_by_label("Taken down").check()
    live.get_by_role("button", name="Confirm").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Every measure is confirmed")
    live.goto("/operate/cases/?where=late")
    seen(live, "cases")
    live.get_by_role("cell").get_by_role("link").first.click()
    seen(live, "case")
    live.get_by_text("Record an order").click()
    judged(live)


def test_tomas_loads_an_official_notice(live: Page, world: World):
    sign_in_first(live, world.tomas)
    live.goto("/operate/calendars/")
    seen(live, "calendars")
    live.get_by_role("link", name=re.compile("Load a notice.*: People")).click()
    seen(live, "notice")
    live.get_by_label("The notice", exact=True).fill(NOTICE.replace("1月1日（周五）", "1月1日（周一）"))
    live.get_by_label("Where it is from").fill("国办发明电〔2026〕9号")
    live.get_by_role("button", name="See the days").click()
    expect(live.get_by_role("region", name="The notice was not loaded")).to_be_focused()
    judged(live)
    live.get_by_label("The notice", exact=True).fill(NOTICE)
    live.get_by_role("button", name="See the days").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Are these the days of 2027?")
    assert_accessible(live)
    live.get_by_role("button", name="Put it into force").click()
    expect(live.get_by_role("status")).to_contain_text("The notice for 2027 is in force.")
    seen(live, "calendar")
    assert HolidayNotice.objects.get().year == 2027


def test_tomas_adds_a_marketplace_and_a_colleague(live: Page, world: World):
    sign_in_first(live, world.tomas)
    live.goto("/operate/marketplaces/")
    seen(live, "marketplaces")
    live.get_by_role("link", name="Add a marketplace").click()
    live.get_by_label("Name", exact=True).fill("Fjord Bazaar")
    live.get_by_label("Where it sells").select_option("EU")
    live.get_by_label("Procedure of its complaints").select_option("eu-notice")
    live.get_by_role("button", name="Add it").click()
    expect(live.get_by_role("region", name="One thing to mend")).to_be_focused()
    judged(live)
    live.get_by_label("Short name").fill("fjord-bazaar")
    live.get_by_role("button", name="Add it").click()
    expect(live.get_by_role("status")).to_contain_text("Fjord Bazaar is kept.")
    assert Marketplace.objects.get(slug="fjord-bazaar").packs == ["eu-notice"]
    live.get_by_role("link", name="People").first.click()
    seen(live, "people")
    live.get_by_role("link", name="Add somebody").click()
    seen(live, "person-add")
    live.get_by_label("Name", exact=True).fill("Noor Castellanos")
    live.get_by_label("E-mail address").fill("noor@desk.example")
    live.get_by_label("Senior reviewer").check()
    live.get_by_role("button", name="Add them").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Noor Castellanos")
    live.get_by_role("button", name=re.compile("^Give it.*: reviewer")).click()
    seen(live, "person")
    assert Person.objects.get(email="noor@desk.example").is_reviewer
    for name in ("jobs", "log"):
        live.goto(f"/operate/{name}/")
        seen(live, name)


def test_a_visitor_of_the_demo_is_anybody_and_lets_days_pass(live: Page, world: World, settings: Any):
    settings.DEMO = True
    Person.objects.filter(pk=world.tomas.pk).update(email="tomas@desk.example")
    Seller.objects.filter(pk=world.mei.pk).update(email="mei@lantern-lane.example")
    now = timezone.now()
    case = happens(a_complaint(world, at=now), "accepted", "reviewer", now)
    happens(case, "served", "", now)
    live.goto("/demo/")
    look(live, "demo-roles")
    assert_accessible(live)
    live.get_by_role("main").get_by_role("button", name=re.compile("7 working days")).click()
    expect(live.get_by_role("status")).to_contain_text("7 working days have passed. In")
    case.refresh_from_db()
    assert case.state == "removed"
    live.get_by_role("button", name="Sign in as Tomás").click()
    expect(live.get_by_role("navigation", name="Main").get_by_role("link", name="Home")).to_be_visible()
    live.goto("/demo/mail/")
    assert_accessible(live)
    look(live, "demo-mail")


def test_anybody_reads_how_it_works(live: Page, world: World):
    for name in ("", "how-it-works/", "how-it-works/platform/", "accessibility/"):
        live.goto(f"/{name}")
        seen(live, f"public-{name.strip('/').replace('/', '-') or 'front'}")


def sign_in_first(page: Page, person: Person) -> None:
    """A session needs an address to hang on: open any page, then sign in."""
    page.goto("/accessibility/")
    sign_in(page, person)
