"""Rana at her desk, all by keys, and on a phone: from the queue to a decision, taken back, sent; a right verified."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from browser.looking import assert_accessible, look, sign_in
from countermark.apps.complaints import replies
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import services as decisions
from countermark.apps.decisions.models import PendingStep
from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.rights import services as rights
from countermark.apps.rights.models import RightDocument
from countermark.apps.work import files
from people import SHANGHAI, WEDNESDAY, World, a_notice, a_right, a_world, happens

pytestmark = pytest.mark.browser
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
SEEN = "Photos 1 and 3 show the mark on the base of the lamp."
TITLE = "Mushroom table lamp, brass, HALDEN & MOE style"


@pytest.fixture
def world(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Harbour Market on Monday morning."""
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: MONDAY)
    return a_world()


def a_picture(color: str, words: str = "") -> Any:
    picture, content = Image.new("RGB", (480, 384), color), io.BytesIO()
    ImageDraw.Draw(picture).text((180, 180), words, fill="#222", font_size=32)
    picture.save(content, "PNG")
    return files.keep(content=content.getvalue(), name="photo.png", by=None, at=WEDNESDAY)


def answered(world: World, lines: int = 1) -> list[Complaint]:
    """Mei answered, Ines did not accept the answer: cases to decide, with pictures."""
    cases = list(a_notice(world, lines=lines, at=WEDNESDAY).complaints.order_by("line"))
    shown = [a_picture(color, "HALDEN") for color in ("#dfe6df", "#e8e1d6", "#d9e2ea")]
    kept = [{"file": each.pk, "sha256": each.original_sha256, "url": ""} for each in shown]
    for case in cases:
        FrozenCopy.objects.filter(pk=case.copy_id).update(
            title=TITLE, text="A quiet light.", pictures=kept, source="rest"
        )
        Listing.objects.filter(pk=case.listing_id).update(title=TITLE)
        happens(case, "accepted", "reviewer", WEDNESDAY + timedelta(hours=1))
        for event, by, later in (("served", "", 2), ("counter_notice_filed", "seller", 3), ("served", "", 4)):
            happens(case, event, by, WEDNESDAY + timedelta(hours=later))
        said = "Yunhe Trading is not one of our suppliers."
        at = WEDNESDAY + timedelta(hours=5)
        replies.answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event="counter_rejected", words=said, at=at)
        case.refresh_from_db()
    return cases


def test_a_case_is_claimed_decided_undone_and_sent_without_a_mouse(live: Page, world: World):
    first, second = answered(world, lines=2)
    live.goto("/account/sign-in/")
    sign_in(live, world.rana)
    live.goto("/review/")
    expect(live.get_by_role("heading", level=1)).to_have_text("2 cases wait, none is late")
    assert_accessible(live)
    look(live, "reviewer-queue")
    live.keyboard.press("j")
    live.keyboard.press("x")
    expect(live.get_by_text("1 selected")).to_be_visible()
    live.keyboard.press("c")
    expect(live.get_by_text("You hold one more case.")).to_be_visible()
    live.keyboard.press("j")
    live.keyboard.press("Enter")
    live.wait_for_url(f"**/review/case/{first.number}/")
    decided_by_keys(live)
    live.wait_for_url(f"**/review/case/{second.number}/")
    expect(live.get_by_text(f"{first.number} upheld.")).to_be_visible()
    live.keyboard.press("z")
    live.wait_for_url(f"**/review/case/{first.number}/")
    expect(live.get_by_label("In your own words")).to_have_value(SEEN)
    expect(live.get_by_label("1 Mark shown on the goods offered")).to_be_checked()
    live.keyboard.press("Enter")
    live.wait_for_url(f"**/review/case/{second.number}/")
    decisions.release_due_steps(now=timezone.now() + timedelta(seconds=11), at=MONDAY)
    first.refresh_from_db()
    assert first.state == "removed"
    live.goto(f"/review/case/{first.number}/")
    expect(live.get_by_role("heading", level=1)).to_have_text("Down, seller may still answer")
    assert_accessible(live)
    look(live, "reviewer-case-file")


def decided_by_keys(live: Page) -> None:
    """Upheld on the first ground, in words, the preview read, sent."""
    expect(live.get_by_role("heading", level=1)).to_contain_text("is HALDEN & MOE used on these goods")
    live.keyboard.press("u")
    live.keyboard.press("1")
    live.keyboard.press("w")
    live.keyboard.type(SEEN)
    preview = live.get_by_role("region", name="What will be sent, preview")
    expect(preview).to_contain_text(SEEN)
    expect(preview).to_contain_text("We take down listing")
    assert_accessible(live)
    send = live.get_by_role("button", name="Decide: upheld")
    box = send.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900, f"the decision has to stand above the fold, and ends at {box}"
    live.keyboard.press("Control+Enter")


def test_the_bench_reads_well_at_a_desk_on_a_phone_and_in_the_dark(live: Page, world: World):
    (case,) = answered(world)
    live.goto("/account/sign-in/")
    sign_in(live, world.rana)
    live.goto(f"/review/case/{case.number}/")
    look(live, "reviewer-bench")
    live.set_viewport_size({"width": 375, "height": 812})
    assert_accessible(live)
    live.set_viewport_size({"width": 1440, "height": 900})
    live.emulate_media(color_scheme="dark")
    live.keyboard.press("u")
    assert_accessible(live)
    live.keyboard.press("p")
    expect(live.get_by_role("dialog", name="Pictures of the listing")).to_be_visible()
    live.keyboard.press("Escape")
    live.keyboard.press("?")
    expect(live.get_by_role("dialog", name="All keys")).to_be_visible()
    live.get_by_role("button", name="Close").click()
    live.keyboard.press("Control+k")
    live.keyboard.type("rights")
    live.keyboard.press("Enter")
    live.wait_for_url("**/review/rights/")


def test_a_decision_can_be_made_without_a_script(browser: Any, live_server: Any, world: World):
    (case,) = answered(world)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/sign-in/")
    sign_in(page, world.rana)
    page.goto(f"/review/case/{case.number}/")
    page.get_by_label("Not upheld N").check(force=True)
    page.locator('input[name="grounds-decided_for_seller"][value="licensed"]').check(force=True)
    page.get_by_role("button", name="Show what will be sent").click()
    expect(page.get_by_text("The seller has shown a licence").first).to_be_attached()
    page.locator("[data-rv-send]").click()
    page.wait_for_url("**/review/")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Decide:")
    assert not PendingStep.objects.exists()
    context.close()


def test_a_right_is_verified_beside_its_papers(live: Page, world: World):
    sent = WEDNESDAY
    right = a_right(
        world.halden,
        name="FJELL",
        state="pending",
        verified_at=None,
        submitted_at=sent,
        due_at=rights.check_due(sent).due_at,
    )
    RightDocument.objects.create(right=right, file=a_picture("#fdfcf6", "No. 41902337"), kind="certificate")
    live.goto("/account/sign-in/")
    sign_in(live, world.rana)
    live.goto("/review/rights/")
    assert_accessible(live)
    look(live, "reviewer-rights")
    live.keyboard.press("j")
    live.keyboard.press("Enter")
    live.wait_for_url(f"**/review/rights/{right.pk}/")
    expect(live.get_by_role("heading", level=1)).to_have_text("Is FJELL proved?")
    assert_accessible(live)
    look(live, "reviewer-right")
    live.keyboard.press("b")
    expect(live.get_by_role("link", name="Nothing says why it is sent back.")).to_be_visible()
    live.keyboard.press("u")
    live.wait_for_url("**/review/rights/")
    right.refresh_from_db()
    assert right.state == "approved"
