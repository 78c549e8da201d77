"""From an address of one's own to a listing that is gone: everybody walks through pages only, and nobody answers."""

from __future__ import annotations

from time import sleep

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.decisions.models import PendingStep
from countermark.apps.notifications.models import Message
from countermark.apps.parties.models import Holder, Marketplace, Person
from countermark.apps.rights.models import Right
from countermark.entrypoints.demo.shelves import patterns
from stories.at_the_desk import SECRET_NAME, Desk, Visitor, a_picture, code_in, states
from stories.walks import Mei, Rana

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INES, HALDEN = "ines@halden-moe.example", "Halden & Moe AS"
SEEN = "The base of the lamp carries our wordmark, see the photo. We have licensed nobody for lamps here."


@pytest.fixture
def rana(desk: Desk) -> Rana:
    """A reviewer, and a marketplace; nobody else is there."""
    Marketplace.objects.create(
        slug="harbour-market", name="Harbour Market", territory="*", offered_in=["EU"], calendar="CN",
        zone="Asia/Shanghai", packs=["platform", "eu-notice"], connector="rest", base_url=desk.shop.url,
        secret_name=SECRET_NAME, patterns=patterns(desk.shop.url),
    )  # fmt: skip
    person = Person.objects.create_user("rana@countermark.example", name="Rana Haddad", is_reviewer=True)
    return Rana.of(desk, person)


def test_silence_takes_the_listing_down(desk: Desk, rana: Rana):
    links = list(desk.shop.listings(2).values())
    ines = desk.visitor()
    signs_up_and_opens_an_account(desk, ines)
    registers_the_mark(ines)
    Holder.objects.update(verified_at=timezone.now())  # how that comes about: tests/browser/test_accounts.py
    verifies_the_mark(rana)
    notice = complains(ines, links)
    first, second = notice.complaints.order_by("line")
    assert [desk.shop.status(case) for case in (first, second)] == [200, 200]
    desk.works()
    assert notice.number in desk.letters(INES)[0].subject

    rana.accepts(first, and_alike=True)
    assert not Message.objects.filter(party="seller").exists()
    desk.ten_seconds_pass()
    assert states([first, second]) == ["awaiting_seller"] * 2

    mei = Mei.of(desk)
    mei.comes_by_letter(notice)
    mei.is_at(f"**/seller/notices/{notice.number}/")
    mei.reads("If you do nothing")
    mei.goes(f"/seller/cases/{first.number}/")
    mei.sees_tags("Your turn: answer", "Listing stays up")
    assert mei.days_left() == "3"

    three_days_pass(desk, mei, first)
    assert states([first, second]) == ["removed"] * 2
    assert [desk.shop.status(case) for case in (first, second)] == [404, 404]
    mei.goes(f"/seller/cases/{first.number}/")
    mei.sees_tags("Down, you may still answer", "Listing is down")
    mei.reads("Answer: I may sell it", "Why it was decided so")
    ines.goes(f"/holder/cases/{second.number}/")
    ines.sees_tags("Down, seller may still answer", "Listing is down")
    for address in (INES, mei.address):
        assert {case.number for case in (first, second) if case.number in desk.letters(address)[0].text}


def signs_up_and_opens_an_account(desk: Desk, ines: Visitor) -> None:
    ines.goes("/")
    ines.judges()
    ines.follows("Open an account")
    ines.is_at("**/holder/welcome/location/")
    for answer in ("Somewhere else", "An organisation", "We own them"):
        ines.judges()
        ines.chooses(answer)
        ines.clicks("Continue")
    ines.reads("How can you be reached?")
    ines.judges()
    ines.types("Your own name", "Ines Moe")
    ines.types("Name of the organisation", HALDEN)
    ines.types("Contact e-mail", INES)
    ines.clicks("Continue")
    ines.page.locator("#id_terms").check()
    ines.judges()
    ines.clicks("Send me a code")
    ines.reads("Enter the code we sent you")
    ines.types("Code", code_in(desk.letters(INES)[0]))
    ines.clicks("Continue")
    ines.is_at("**/holder/identity/")
    ines.judges()


def registers_the_mark(ines: Visitor) -> None:
    ines.goes("/holder/rights/")
    ines.judges()
    ines.follows("Register a right")
    ines.chooses("Trademark")
    ines.judges()
    ines.clicks("Continue")
    ines.chooses("China (CNIPA)")
    ines.judges()
    ines.clicks("Save and continue")
    ines.chooses("Words")
    ines.types("The mark", "HALDEN & MOE")
    ines.types("Registration number", "41902337")
    ines.types("Registered until", "2046-07-30")
    ines.types("Nice classes", "11")
    for question in ("renewed", "assigned", "changed"):
        ines.page.locator(f"#{question}-no").check()
    ines.judges()
    ines.clicks("Save and continue")
    ines.adds("Certificate of registration", a_picture("certificate.png", "#f4efe2"))
    ines.judges()
    ines.clicks("Send for verification")
    expect(ines.heading).to_contain_text("HALDEN & MOE")
    ines.judges()


def verifies_the_mark(rana: Rana) -> None:
    rana.goes("/review/rights/")
    rana.judges()
    rana.follows("HALDEN & MOE")
    rana.reads("Your finding")
    rana.clicks("Verify: complaints can rest on it")
    rana.is_at("**/review/rights/")
    assert Right.objects.get().state == "approved"


def complains(ines: Visitor, links: list[str]) -> Notice:
    ines.goes("/holder/submit/")
    ines.judges()
    ines.chooses("Harbour Market")
    ines.clicks("Save and continue")
    ines.chooses("HALDEN & MOE")
    ines.judges()
    ines.clicks("Save and continue")
    ines.chooses("The mark is on the goods without a licence", exact=False)
    ines.judges()
    ines.clicks("Save and continue")
    ines.types("Which listings?", "\n".join(links))
    ines.judges()
    ines.clicks("Check the links")
    ines.reads("All 2 lines are ready to send")
    ines.follows("Continue with 2 listings")
    ines.types("In your words", SEEN)
    ines.adds("Files", a_picture())
    ines.page.get_by_label("What is it?").select_option("photo")
    ines.judges()
    ines.clicks("Save and continue")
    ines.page.get_by_label("I declare this for").check()
    ines.judges()
    ines.clicks("Send 2 complaints")
    ines.is_at("**/holder/notices/*/")
    ines.judges()
    notice = Notice.objects.get()
    expect(ines.heading).to_contain_text("2")
    expect(ines.page.locator("body")).to_contain_text(notice.complaints.get(line=2).number)
    return notice


def three_days_pass(desk: Desk, mei: Mei, case: Complaint) -> None:
    """On the third working day the clock still runs; on the fourth it has ended."""
    mei.clicks("Let 3 working days pass")
    desk.works()
    assert states([case]) == ["awaiting_seller"]
    assert desk.shop.status(case) == 200
    mei.clicks("Let 1 working day pass")
    desk.works()


def test_a_step_taken_back_within_ten_seconds_never_leaves_the_house(desk: Desk):
    world = desk.a_world()
    case = desk.a_notice(world).complaints.get()
    desk.works()
    rana = Rana.of(desk, world.rana)
    rana.accepts(case)
    desk.works()
    assert states([case]) == ["checking"], "within the ten seconds the worker leaves the step alone"
    rana.clicks("Undo")
    rana.is_at(f"**/review/case/{case.number}/")
    rana.reads("Undone. Nothing has left; what you had typed is here again.")
    desk.ten_seconds_pass()
    assert states([case]) == ["checking"]
    assert not case.events.filter(event="accepted").exists()
    assert desk.letters(world.mei.email) == []

    rana.accepts(case)
    step = PendingStep.objects.get()
    sleep(max((step.goes_at - timezone.now()).total_seconds(), 0) + 0.1)  # this once the seconds really pass
    desk.works()
    assert states([case]) == ["awaiting_seller"]
    assert [case.notice.number in letter.subject for letter in desk.letters(world.mei.email)] == [True]
    rana.goes(f"/review/case/{case.number}/")
    expect(rana.page.get_by_role("button", name="Undo")).to_have_count(0)
