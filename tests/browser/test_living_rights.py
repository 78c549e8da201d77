"""Rights that live and die, seen in a browser: the end comes near, the renewal, what a reviewer records, what lint says."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from apps.test_rights import a_picture
from browser.looking import assert_accessible, look, sign_in
from countermark.apps.complaints import drafts
from countermark.apps.rights import living, services
from countermark.apps.work.services import case_now
from people import a_notice, a_right, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    made = a_world()
    made.ines.language = made.rana.language = ""  # as the browser says
    made.ines.save()
    made.rana.save()
    return made


def seen(page: Page, address: str, name: str) -> None:
    page.goto(address)
    assert_accessible(page)
    look(page, name)


def test_a_right_in_its_grace_is_renewed_and_looked_at(live, world):
    at = case_now()
    right, ended = world.mark, at.date() - timedelta(days=20)
    a_notice(world, at=at)
    right.state, right.expires_on = "in_grace", ended
    right.save()
    live.goto("/")
    sign_in(live, world.ines)
    seen(live, f"/holder/rights/{right.pk}/", "living-in-grace")
    live.get_by_role("link", name="Register the renewal").click()
    live.get_by_role("button", name="Send for verification").click()
    assert_accessible(live)
    look(live, "living-renew-faults")
    living.send_renewal(
        right, expires_on=ended + timedelta(days=3650), content=a_picture(), name="renewal.png", by=world.ines, at=at
    )
    sign_in(live, world.rana)
    seen(live, "/review/rights/", "living-renewals")
    live.goto(f"/review/rights/{right.pk}/")
    live.get_by_text("Something happened to it").click()
    assert_accessible(live)
    look(live, "living-reviewer")
    live.get_by_role("button", name="It was renewed: open complaints go on").click()
    expect(live.locator("body")).to_contain_text("The renewal is noted")


def test_what_a_reviewer_would_send_back_and_where_a_right_counts_is_read_before_sending(live, world):
    said = {"office": "JP", "name": "FJELL", "number": "5512345", "owner": "Lantern Lane", "classes": "11, 21"}
    right = services.save_draft(holder=world.halden, kind="trademark", answers=said, at=case_now())
    live.goto("/")
    sign_in(live, world.ines)
    seen(live, f"/holder/rights/{right.pk}/papers/", "living-lint")
    world.market.territory = "EU"
    world.market.save()
    a_right(world.halden, name="FJELL", office="other", territory="DE", number="7")
    a_right(world.halden, name="NORDLYS", office="EM", territory="EU", number="018123456", state="pending")
    a_right(world.halden, name="SOLLYS", office="US", territory="US", number="2178784")
    begun = {"marketplace": world.market.slug, "pack": "platform"}
    draft = drafts.start(holder=world.halden, person=world.ines, at=case_now(), **begun)
    seen(live, f"/holder/submit/{draft.pk}/right/", "living-choose")
