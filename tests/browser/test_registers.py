"""The register beside a right, seen in a browser: a form filled in, what differs offered, the reviewer's view and desk."""

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page

import plugged
from browser.looking import assert_accessible, look, sign_in
from countermark.apps.rights import asking, services
from countermark.apps.rights.models import Right
from countermark.apps.work.services import case_now
from countermark.connectors.office_fake import DEMO, FakeOffice, crown
from people import a_right, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(settings, monkeypatch):
    settings.OFFICE_FACTORY = "plugged.office"
    monkeypatch.setitem(plugged.ports, "office", FakeOffice([DEMO[0]], pictures={"7654321": crown()}))
    made = a_world()
    made.ines.language = made.rana.language = ""  # as the browser says
    made.ines.save()
    made.rana.save()
    return made


def seen(page: Page, name: str) -> None:
    assert_accessible(page)
    look(page, name)


def test_a_number_fills_in_the_form_and_a_press_takes_one_answer_over(live, world):
    said = {"office": "US", "owner": "Fjell Lamps Inc."}
    right = services.save_draft(holder=world.halden, kind="trademark", answers=said, at=case_now())
    live.goto("/")
    sign_in(live, world.ines)
    live.goto(f"/holder/rights/{right.pk}/details/")
    seen(live, "register-empty")
    live.locator("#id_number").fill("1111111")
    live.get_by_role("button", name="Fill in from the register").click()
    seen(live, "register-unknown")
    live.locator("#id_number").fill("7654321")
    live.get_by_role("button", name="Fill in from the register").click()
    live.get_by_text("answers are filled in from the register.").wait_for()
    assert live.get_by_role("radio", name="Principal register").is_checked()  # asked of this office alone
    seen(live, "register-filled")
    live.get_by_role("button", name="Take it over: Owner").click()
    live.locator("#id_owner[value='Halden & Moe AS']").wait_for()
    assert Right.objects.get(pk=right.pk).fields["owner"] == "Halden & Moe AS"


def test_a_reviewer_looks_at_what_the_register_says_against_a_right(live, world):
    mark = a_right(world.halden, name="FJELL", office="US", territory="US", number="7654321", expires_on=date(2029, 3, 5),
                   owner_name="Fjell Lamps Inc.", classes=[9, 11])  # fmt: skip
    plugged.ports["office"].records["7654321"] = replace(
        DEMO[0], status="ended", status_text="Registration cancelled: no declaration of use was filed."
    )
    asking.look_up(mark, by=None, at=case_now())
    live.goto("/")
    sign_in(live, world.rana)
    live.goto("/review/rights/")
    seen(live, "register-desk")
    live.get_by_role("link", name="FJELL").click()
    live.get_by_role("heading", name="Beside the register").wait_for()
    seen(live, "register-beside")
    live.get_by_role("button", name="Ask the register again").click()
    live.get_by_text("The register was asked.").wait_for()
    live.get_by_role("button", name="Looked at: nothing follows").click()
    live.get_by_text("Noted.").wait_for()
    assert not asking.to_look_at().exists()


def test_the_register_reads_as_well_in_the_dark(live, world):
    said = {"office": "US", "number": "7654321", "owner": "Fjell Lamps Inc."}
    right = services.save_draft(holder=world.halden, kind="trademark", answers=said, at=case_now())
    asking.fill(right, by=world.ines, at=case_now())
    Right.objects.filter(pk=right.pk).update(state="approved", owner_name="Fjell Lamps Inc.")
    plugged.ports["office"].records["7654321"] = replace(DEMO[0], status="ended", status_text="Cancelled.")
    asking.look_up(Right.objects.get(pk=right.pk), by=None, at=case_now())
    live.emulate_media(color_scheme="dark")
    live.goto("/")
    sign_in(live, world.rana)
    live.goto(f"/review/rights/{right.pk}/")
    assert_accessible(live)
    look(live, "register-beside-dark", languages=("en",))
    Right.objects.filter(pk=right.pk).update(state="returned")
    sign_in(live, world.ines)
    live.goto(f"/holder/rights/{right.pk}/details/")
    assert_accessible(live)
    look(live, "register-filled-dark", languages=("en",))
