"""Mei on her phone and at a desk: from the mail to the case, an answer with papers, a listing taken down by herself."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any, cast

import pikepdf
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, Route, expect

import plugged
from browser.looking import SIZES, assert_accessible, look
from countermark.apps.complaints import services
from countermark.apps.complaints.models import Complaint, Notice, NoticeFile
from countermark.apps.complaints.services import Reasons
from countermark.apps.parties.arrivals import make_link
from countermark.apps.work import files
from countermark.connectors.fake_mail import FakeMailer
from people import SHANGHAI, WEDNESDAY, World, a_notice, a_world, happens

pytestmark = pytest.mark.browser
THURSDAY = datetime(2026, 2, 26, 9, 0, tzinfo=SHANGHAI)
TITLES = ("Nordic mushroom table lamp, brass, E14, dimmable", "Same lamp, white", "Same lamp, set of two")


@pytest.fixture
def world(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Harbour Market on Thursday morning, with a post office in memory."""
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: THURSDAY)
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return a_world(offered_in=["EU"])


def a_picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (480, 384), "#c9822b").save(content, "PNG")
    return content.getvalue()


def a_pdf() -> dict[str, Any]:
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.save(content, deterministic_id=True)  # else its number changes with the second
    return {
        "name": "Invoice 2025-11-04 Northlight Trading.pdf",
        "mimeType": "application/pdf",
        "buffer": content.getvalue(),
    }


def a_notice_to_mei(world: World, *, pack: str = "platform") -> Notice:
    """Three lamps, a photograph as evidence, found complete."""
    notice = a_notice(world, lines=len(TITLES), pack=pack, at=WEDNESDAY)
    photo = files.keep(content=a_picture(), name="Photo 1, mark circled.png", by=None, at=WEDNESDAY)
    NoticeFile.objects.create(notice=notice, file=photo, kind="photo")
    for case, title in zip(notice.complaints.order_by("line"), TITLES, strict=True):
        case.listing.title = title
        case.listing.save()
        case.copy.pictures = [{"file": photo.pk, "sha256": photo.sha256, "url": ""}]
        case.copy.save()
        at = WEDNESDAY + timedelta(hours=1)
        services.act([case.pk], "accepted", by="reviewer", at=at, reasons=Reasons((notice.reason,)))
    return notice


def arrive(live: Page, world: World, notice: Notice) -> None:
    """Come by the link of the mail and the code."""
    live.goto(f"/seller/arrive/{make_link(world.mei, notice.number, timezone.now())}/")
    live.get_by_role("button", name="Send me the code").click()
    mail = cast(FakeMailer, plugged.ports["post"]).outbox[-1]
    code = re.search(r"^ {4}(\d{6})$", mail.text, re.MULTILINE)
    assert code
    live.get_by_label("Code").fill(code[1])
    live.get_by_role("button", name="See the case").click()


def seen_by_everybody(live: Page, name: str) -> None:
    """axe at a desk and on a phone, and a photograph of both in both languages."""
    for width, height in SIZES.items():
        live.set_viewport_size({"width": width, "height": height})
        assert_accessible(live)
    look(live, name)


def test_mei_answers_from_the_mail_to_the_end(live: Page, world: World):
    notice = a_notice_to_mei(world)
    first = notice.complaints.get(line=1)
    arrive(live, world, notice)
    expect(live.get_by_role("heading", level=1)).to_contain_text("complains about 3 of your listings")
    live.get_by_role("link", name=TITLES[0]).click()
    expect(live.get_by_role("heading", name="To answer: 3 working days left")).to_be_visible()
    seen_by_everybody(live, "seller-case")

    live.get_by_label("Answer: I may sell it").check()
    live.get_by_role("button", name="Continue").click()
    for title in TITLES:
        live.get_by_label(title).check()
    live.get_by_role("button", name="Save and continue").click()

    live.get_by_label("I bought it from a supplier the owner has authorised").check()
    live.get_by_label("Name of the supplier").fill("Northlight Trading")  # its needs came without a new page
    live.get_by_label("In your own words").fill("Northlight is on their own list.")
    live.get_by_label("Invoice or contract").set_input_files(a_pdf())
    expect(live.get_by_role("link", name="Invoice 2025-11-04 Northlight Trading.pdf")).to_be_visible()
    word = {
        "name": "授权书.docx",
        "mimeType": "application/msword",
        "buffer": b"PK\x03\x04" + b"word/document.xml" * 20,
    }
    live.get_by_label("The supplier’s authorisation").set_input_files(word)
    expect(live.get_by_role("heading", name="One thing to mend")).to_be_visible()
    expect(live.get_by_label("Name of the supplier")).to_have_value("Northlight Trading")
    expect(live.get_by_label("In your own words")).to_have_value("Northlight is on their own list.")
    assert_accessible(live)
    live.get_by_role("button", name="Save and continue").last.click()
    live.get_by_role("button", name="Save and continue").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Check your answer, then send it")
    seen_by_everybody(live, "seller-check")

    live.get_by_role("button", name="Send the answer").click()
    live.get_by_role("link", name="What I have stated here is true and complete.").click()
    live.get_by_label("What I have stated here is true and complete.").check()
    live.get_by_role("button", name="Send the answer").dblclick()
    expect(live.get_by_role("heading", level=1)).to_have_text("Your answer for 3 listings is with Halden & Moe AS")
    assert {case.state for case in notice.complaints.all()} == {"countered"}
    assert first.counter_lines.count() == 1


def test_what_mei_types_while_a_paper_is_on_its_way_is_kept(live: Page, world: World):
    notice = a_notice_to_mei(world)
    arrive(live, world, notice)
    live.goto(f"/seller/cases/{notice.complaints.get(line=1).number}/")
    live.get_by_label("Answer: I may sell it").check()
    live.get_by_role("button", name="Continue").click()
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("I bought it from a supplier the owner has authorised").check()
    supplier = live.get_by_label("Name of the supplier")
    expect(supplier).to_be_visible()
    waiting: list[Route] = []
    live.route("**/why/", lambda route: waiting.append(route))
    live.get_by_label("Invoice or contract").set_input_files(a_pdf())
    supplier.fill("Northlight Trading")
    live.get_by_label("In your own words").fill("Northlight is on their own list.")
    while not waiting:
        live.wait_for_timeout(20)
    waiting[0].continue_()
    expect(live.get_by_role("link", name="Invoice 2025-11-04 Northlight Trading.pdf")).to_be_visible()
    expect(supplier).to_have_value("Northlight Trading")
    expect(live.get_by_label("In your own words")).to_have_value("Northlight is on their own list.")


def test_mei_reads_on_her_phone_why_it_came_down_and_takes_the_others_down_herself(live: Page, world: World):
    notice = a_notice_to_mei(world)
    first, second, third = notice.complaints.order_by("line")
    happens(first, "ordered_down", "operator", THURSDAY, reasons=Reasons(("ordered",)))
    live.set_viewport_size({"width": 375, "height": SIZES[375]})
    arrive(live, world, notice)
    live.get_by_role("link", name="My cases").first.click()
    seen_by_everybody(live, "seller-home")
    live.get_by_role("link", name=TITLES[0]).click()
    expect(live.get_by_text("Appeal to us")).to_have_count(0)  # a court decided, not we
    expect(live.get_by_text("Go to court.")).to_be_visible()
    seen_by_everybody(live, "seller-decided")
    live.goto(f"/seller/cases/{second.number}/")
    live.get_by_label("Take the listing down myself").check()
    live.get_by_role("button", name="Continue").click()
    live.get_by_label(TITLES[2]).check()
    seen_by_everybody(live, "seller-take-down")
    live.get_by_label(TITLES[2]).check()
    live.get_by_role("button", name="Take it down").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("You took the listing down: the case is closed")
    assert {Complaint.objects.get(pk=case.pk).outcome for case in (second, third)} == {"upheld"}
