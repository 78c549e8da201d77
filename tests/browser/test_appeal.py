"""Mei appeals from her phone, Samir, who did not decide her case, reads both sides and grants it, and she reads so."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from browser.looking import COOKIE, SIZES, assert_accessible, look, sign_in
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import services as decisions
from countermark.apps.decisions.models import Appeal
from countermark.apps.decisions.services import Made
from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.notifications.models import Message
from countermark.apps.notifications.services import tell
from countermark.entrypoints.web.seller.shops import SELLER_KEY
from people import WEDNESDAY, World, a_complaint, a_world

pytestmark = pytest.mark.browser
THURSDAY = WEDNESDAY + timedelta(days=1)
HOUR = timedelta(hours=1)
TITLE = "Nordic mushroom table lamp, brass, E14, dimmable"
WHY = "We bought these lamps from Northlight, whom the owner authorised; the invoice is attached."
BECAUSE = "The invoice of 4 November names the owner's own distributor and these very lamps."


@pytest.fixture
def world(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Harbour Market on Thursday."""
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: THURSDAY)
    return a_world(offered_in=["EU"])


def a_decided_case(world: World) -> Complaint:
    """Rana took Mei's lamp down yesterday, and both sides have read it."""
    case = a_complaint(world, pack="eu-notice")
    Listing.objects.filter(pk=case.listing_id).update(title=TITLE)
    FrozenCopy.objects.filter(pk=case.copy_id).update(title=TITLE)
    made = Made("restricted", grounds=("tm_mark_on_goods",), words="The base of the lamp carries the mark.")
    now = timezone.now()
    decisions.decide(complaint=case, made=made, seen=case.seq, reviewer=world.rana, at=WEDNESDAY + HOUR, now=now)
    decisions.release_due_steps(now=now + timedelta(seconds=11), at=WEDNESDAY + HOUR)
    tell(case.notice_id, at=WEDNESDAY + HOUR, now=now)
    Message.objects.update(read_at=WEDNESDAY + 2 * HOUR)
    return case


def come_by_link(live: Page, world: World) -> None:
    """Give the browser the session of Mei, who came by the link of a mail."""
    client = Client()
    session = client.session
    session[SELLER_KEY] = world.mei.pk
    session.save()
    live.context.add_cookies([{"name": COOKIE, "value": session.session_key, "url": live.url.split("/account/")[0]}])


def invoice() -> dict[str, Any]:
    content = io.BytesIO()
    Image.new("RGB", (480, 640), "#fdfcf6").save(content, "PNG")
    return {"name": "Invoice 2025-11-04.png", "mimeType": "image/png", "buffer": content.getvalue()}


def seen_by_everybody(live: Page, name: str) -> None:
    """axe at a desk and on a phone, and photographs of both in both languages."""
    for width, height in SIZES.items():
        live.set_viewport_size({"width": width, "height": height})
        assert_accessible(live)
    look(live, name)


def test_mei_appeals_samir_grants_and_she_reads_it(live: Page, world: World):
    case = a_decided_case(world)
    live.goto("/account/sign-in/")
    come_by_link(live, world)
    live.goto(f"/seller/cases/{case.number}/")
    seen_by_everybody(live, "appeal-seller-case")
    live.get_by_role("link", name="Appeal this decision").first.click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Why is the decision wrong?")
    seen_by_everybody(live, "appeal-form")
    live.get_by_label("In your own words").fill("Unfair.")
    live.get_by_role("button", name="Send the appeal").click()
    live.get_by_role("link", name="The tick before sending is missing.").click()
    expect(live.get_by_label("I have said everything")).to_be_focused()
    assert_accessible(live)
    live.get_by_label("In your own words").fill(WHY)
    live.get_by_label("Papers and pictures").set_input_files(invoice())
    live.get_by_label("I have said everything").check()
    live.get_by_role("button", name="Send the appeal").dblclick()
    expect(live.get_by_role("heading", level=1)).to_have_text("Your appeal is with us")
    assert Appeal.objects.count() == 1
    seen_by_everybody(live, "appeal-sent")

    live.context.clear_cookies()
    live.goto("/account/sign-in/")
    sign_in(live, world.samir)
    live.goto("/review/appeals/")
    seen_by_everybody(live, "appeal-list")
    live.get_by_role("link", name=case.number).click()
    expect(live.get_by_text(WHY)).to_be_visible()
    seen_by_everybody(live, "appeal-reviewer")
    live.get_by_label("Grant the appeal").check()
    live.get_by_label("Why, in your own words").fill(BECAUSE)
    live.get_by_role("button", name="Look at what will be sent").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Send it like this?")
    for width, height in SIZES.items():
        live.set_viewport_size({"width": width, "height": height})
        assert_accessible(live)
    live.get_by_role("button", name="Change it").click()
    expect(live.get_by_label("Why, in your own words")).to_have_value(BECAUSE)
    live.get_by_role("button", name="Look at what will be sent").click()
    live.get_by_role("button", name="Send it").click()
    expect(live.get_by_text(f"The appeal in {case.number} is granted.")).to_be_visible()
    case.refresh_from_db()
    assert (case.state, case.ask) == ("reversed", "nothing")

    live.context.clear_cookies()
    live.goto("/account/sign-in/")
    come_by_link(live, world)
    live.goto(f"/seller/cases/{case.number}/appeal/")
    expect(live.get_by_role("heading", level=1)).to_have_text("Your appeal was granted")
    expect(live.get_by_text(BECAUSE)).to_be_visible()
    seen_by_everybody(live, "appeal-granted")
