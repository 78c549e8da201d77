"""The rights holder at a desk and on a phone: a right is registered, a complaint goes out, a counter-notice is answered."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from apps.test_drafts import HARBOUR
from browser.looking import SIZES, assert_accessible, look, sign_in
from countermark.apps.complaints.replies import file_counter_notice
from countermark.apps.work import files
from countermark.apps.work.services import case_now
from countermark.core.counter_notice import CounterNotice
from countermark.core.defect import EvidenceFacts
from people import a_notice, a_world, happens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINKS = "\n".join([
    "https://harbour.example/i/40655", "https://harbour.example/i/40656", "http://harbour.example/i/40655?ref=mail",
    "https://harbour.example/shop/lantern", "https://item.taobao.com/item.htm?id=627374829104", "😀 مرحبا 40655",
])  # fmt: skip


@pytest.fixture
def world(live: Page) -> Any:
    made = a_world(patterns=HARBOUR)
    live.goto("/account/sign-in/")
    sign_in(live, made.ines)
    return made


def a_picture(name: str = "certificate.png") -> dict[str, Any]:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "brown").save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


def at_both_widths(page: Page) -> None:
    """Accessible at a desk and on a phone, without scrolling sideways."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_a_right_is_registered_question_by_question(live: Page, world: Any):
    live.goto("/holder/rights/")
    live.get_by_role("link", name="Register a right").first.click()
    live.get_by_label("Trademark", exact=True).check()
    live.get_by_role("button", name="Continue").click()
    live.get_by_label("China (CNIPA)").check()
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_role("button", name="Save and continue").click()
    expect(live.get_by_role("heading", name="8 things to mend")).to_be_visible()
    at_both_widths(live)
    live.get_by_label("Words", exact=True).check()
    live.get_by_label("The mark").fill("FJELL")
    live.get_by_label("Registration number").fill("55180021")
    live.get_by_label("Registered until").fill("2036-07-30")
    live.get_by_label("Nice classes").fill("11")
    for question in ("renewed", "assigned", "changed"):
        live.locator(f"#{question}-no").check()
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("Certificate of registration").set_input_files(a_picture())
    at_both_widths(live)
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("FJELL: being verified")
    at_both_widths(live)


def test_a_complaint_is_submitted_with_every_verdict_seen_before_anything_is_sent(live: Page, world: Any):
    live.goto("/holder/submit/")
    live.get_by_label("Harbour Market").check()
    expect(live.get_by_role("group", name="By which procedure on Harbour Market?")).to_be_visible()
    at_both_widths(live)
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("HALDEN & MOE").check()
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("The mark is on the goods without a licence").check()
    expect(live.get_by_text("What makes it quicker").locator("visible=true")).to_be_visible()
    live.get_by_role("button", name="Save and continue").click()
    live.get_by_label("Which listings?").fill(LINKS)
    live.get_by_role("button", name="Check the links").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("2 of 6 lines are ready to send")
    at_both_widths(live)
    look(live, "holder-lines", languages=("en",))
    live.get_by_role("link", name="Continue with 2 listings").click()
    live.get_by_label("In your words").fill("The base of the lamp carries our wordmark. We have licensed nobody here.")
    live.get_by_label("Files").set_input_files(a_picture("photo.png"))
    live.get_by_role("button", name="Save and continue").click()
    expect(live.get_by_text("photo.png", exact=True).first).to_be_visible()
    live.get_by_role("button", name="Send 2 complaints").click()
    expect(live.get_by_role("heading", name="2 things to mend")).to_be_visible()
    at_both_widths(live)
    live.get_by_label("I declare this for Halden & Moe AS, as Ines Moe").check()
    live.get_by_role("button", name="Send 2 complaints").click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Sent: 2 complaints")
    at_both_widths(live)
    live.get_by_role("link", name="CM-").first.click()
    expect(live.get_by_role("heading", level=1)).to_have_text("Being checked")
    at_both_widths(live)


def answered(world: Any) -> Any:
    """Two cases in which Mei has answered and Ines was told."""
    at = case_now() - timedelta(hours=1)
    notice = a_notice(world, lines=2, at=at)
    for case in notice.complaints.all():
        happens(happens(case, "accepted", "reviewer", at), "served", "seller", at)
    letter = files.keep(content=a_picture()["buffer"], name="letter.png", by=None, at=at)
    said = CounterNotice(
        ground="licence",
        statement="They licensed me.",
        complaints=tuple(notice.complaints.values_list("number", flat=True)),
        evidence=(EvidenceFacts("licence_letter", letter.name, letter.sha256),),
        declarations=frozenset(["truth"]),
        contact={"name": "Mei Lin", "email": "mei@lantern.example"},
    )
    seen = dict(notice.complaints.values_list("pk", "seq"))
    file_counter_notice(
        notice=notice, seller=world.mei, said=said, files=[(letter, "licence_letter")], seen=seen, at=at, key="k"
    )
    for case in notice.complaints.all():
        happens(case, "served", "complainant", at)
    return notice


def test_two_counter_notices_are_answered_at_once_from_the_list(live: Page, world: Any):
    notice = answered(world)
    live.goto("/holder/")
    expect(live.get_by_role("heading", level=1)).to_have_text("One thing needs you")
    at_both_widths(live)
    live.goto("/holder/complaints/?turn=yours")
    live.get_by_label("Choose all on this page").check()
    at_both_widths(live)
    live.get_by_role("button", name="Answer counter-notices").click()
    expect(live.get_by_text("They licensed me.")).to_be_visible()
    at_both_widths(live)
    live.get_by_label("I do not accept it").check()
    live.get_by_label("Why", exact=True).fill("The seal on the letter is not ours; ours is round.")
    live.get_by_role("button", name="Send the answer for 2 cases").click()
    expect(live.get_by_text("A reviewer decides now.")).to_be_visible()
    assert set(notice.complaints.values_list("state", flat=True)) == {"deciding"}
