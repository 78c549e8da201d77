"""A right in a browser from its draft to its end: sent, returned with reasons, mended, verified; its end freezes a complaint."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from browser.looking import assert_accessible, look, sign_in
from countermark.apps.complaints import rights_watch
from countermark.apps.notifications import right_letters
from countermark.apps.rights import living, services
from countermark.apps.rights.models import Right
from countermark.apps.work import true_time
from countermark.apps.work.services import case_now
from people import a_notice, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHOLE = {
    "office": "CN", "mark_type": "word", "name": "FJELL", "number": "51902339", "owner": "Halden & Moe AS",
    "expires_on": "2046-07-30", "classes": "11", "renewed": "no", "assigned": "no", "changed": "no",
}  # fmt: skip


def a_certificate(*, seal: bool) -> dict[str, Any]:
    page = Image.new("RGB", (900, 1200), "#f4f4f4")
    draw = ImageDraw.Draw(page)
    for line in range(150, 1000, 40):
        draw.line((100, line, 800, line), fill="#222222", width=5)
    draw.ellipse((600, 900, 780, 1080), outline="#c8102e" if seal else "#555555", width=12)
    file = io.BytesIO()
    page.save(file, "PNG")
    return {"name": "certificate.png", "mimeType": "image/png", "buffer": file.getvalue()}


def seen(page: Page, name: str) -> None:
    """Accessible by day and by night; photographed."""
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.emulate_media(color_scheme="light")
    look(page, name)


def test_a_right_is_returned_mended_verified_and_its_end_stills_what_runs_on_it(live: Page):
    world = a_world()
    for person in (world.ines, world.rana, world.tomas):
        person.language = ""  # as the browser says
        person.save()
    right = services.save_draft(holder=world.halden, kind="trademark", answers=WHOLE, at=case_now())
    live.goto("/")
    sign_in(live, world.ines)
    live.goto(f"/holder/rights/{right.pk}/papers/")
    live.locator("#file-certificate").set_input_files(a_certificate(seal=False))
    live.get_by_role("button", name="Add the files").click()
    expect(live.get_by_text("black-and-white copy without a seal")).to_be_visible()
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_text("Being verified").first).to_be_visible()

    sign_in(live, world.rana)
    live.goto(f"/review/rights/{right.pk}/")
    expect(live.get_by_role("heading", name="The rules noticed")).to_be_visible()
    seen(live, "right-noticed")
    live.locator("#r-copy_not_colour").check()
    live.get_by_label("In your own words").fill("The seal is not red on this copy.")
    live.get_by_role("button", name="Send back with these reasons").click()

    _write(right)
    sign_in(live, world.ines)
    live.goto("/holder/messages/")
    seen(live, "right-messages")
    live.get_by_role("link", name="Sent back").click()
    expect(live.get_by_text("The seal is not red on this copy.")).to_be_visible()
    seen(live, "right-letter")
    live.get_by_role("link", name="Look at the right").click()
    expect(live.get_by_text("Add a colour scan").first).to_be_visible()
    live.goto(f"/holder/rights/{right.pk}/papers/")
    live.get_by_role("button", name="Remove certificate.png").click()
    live.locator("#file-certificate").set_input_files(a_certificate(seal=True))
    live.get_by_role("button", name="Send for verification").click()

    sign_in(live, world.rana)
    live.goto(f"/review/rights/{right.pk}/")
    expect(live.get_by_role("heading", name="The rules noticed")).to_have_count(0)
    live.get_by_role("button", name="Verify: complaints can rest on it").click()
    right.refresh_from_db()
    assert right.state == "approved"

    case = a_notice(world, at=case_now()).complaints.get()
    Right.objects.filter(pk=world.mark.pk).update(
        expires_on=case_now().date() - timedelta(days=2), look_at=case_now() - timedelta(hours=1)
    )
    rights_watch.look(at=case_now())
    sign_in(live, world.ines)
    live.goto(f"/holder/cases/{case.number}/")
    expect(live.get_by_role("heading", name="The term of the right is over", level=2)).to_be_visible()
    seen(live, "right-over-case")


def test_a_transferred_right_is_taken_over_and_moves(live: Page):
    world = a_world()
    for person in (world.ines, world.rana, world.tomas):
        person.language = ""
        person.save()
    a_notice(world, at=case_now())
    living.happen(world.mark, "transferred", by=world.rana, at=case_now(), why="assignment recorded")
    former = world.extra["former"] = _another_account(world)
    Right.objects.filter(pk=world.mark.pk).update(holder=former)
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/holder/rights/taken-over/")
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", name="3 things to mend")).to_be_visible()
    seen(live, "right-take-over-faults")
    live.get_by_label("Registration number").fill(world.mark.number)
    live.locator("#file").set_input_files(a_certificate(seal=True))
    live.get_by_label("They go on as mine").check()
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_text("Being verified")).to_be_visible()
    seen(live, "right-take-over-sent")
    sign_in(live, world.rana)
    live.goto(f"/review/rights/{world.mark.pk}/")
    seen(live, "right-transfer-review")
    live.get_by_role("button", name="Yes: move it").click()
    assert Right.objects.get(pk=world.mark.pk).holder == world.halden
    _came_back(world.mark)
    sign_in(live, world.tomas)
    live.goto("/operate/deliveries/rights/")
    seen(live, "right-letters-back")


def _another_account(world: Any) -> Any:
    former = type(world.halden).objects.get(pk=world.halden.pk)
    former.pk, former.name, former.contact_email = None, "Lantern Lane Holding", "ip@lantern.example"
    former.save()
    return former


def _write(right: Right) -> None:
    """The worker comes by."""
    for event in right.events.filter(event="returned"):
        right_letters.tell(event.pk, at=case_now(), now=true_time.now())


def _came_back(right: Right) -> None:
    for event in right.events.filter(event="confirmed"):
        right_letters.tell(event.pk, at=case_now(), now=true_time.now())
    right.letters.update(failed_at=case_now(), answer="550 no such mailbox", attempts=3)
