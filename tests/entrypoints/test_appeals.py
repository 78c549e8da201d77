"""An appeal from both sides' pages to the reviewer's: what stands in the way is said, once sent it is there, once decided too."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.test_appeals import BECAUSE, WHY, kept_down, kept_up
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions.models import Appeal
from countermark.apps.notifications.models import Message
from countermark.apps.notifications.services import tell
from countermark.apps.parties.models import Person, Seller
from countermark.entrypoints.web.seller.shops import SELLER_KEY
from entrypoints.test_rights_holder import a_picture
from people import WEDNESDAY, World, a_complaint, a_world, happens

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
THURSDAY = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    at = {"now": THURSDAY}
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: at["now"])
    made = a_world()
    made.extra["clock"] = at
    return made


def browser_of(person: Person | Seller) -> Client:
    client = Client()
    if isinstance(person, Seller):
        session = client.session
        session[SELLER_KEY] = person.pk
        session.save()
    else:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return unescape(" ".join(re.sub("<[^>]+>", " ", response.content.decode()).split()))


def h1(response: Any) -> str:
    heading = re.search("<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    assert heading
    return unescape(" ".join(re.sub("<[^>]+>", "", heading[1]).split()))


def told(case: Complaint, at: Any) -> None:
    """Both sides have read what was decided."""
    tell(case.notice_id, at=at, now=timezone.now())
    Message.objects.filter(notice=case.notice).update(read_at=at)


def sends(browser: Client, url: str, case: Complaint, **more: Any) -> Any:
    sent = {"seq": str(case.seq), "key": "one", "words": WHY, "checked": "1"}
    return browser.post(url, {**sent, **more}, follow=True)


def test_mei_appeals_from_her_case(world: World):
    case, mei = kept_down(world), browser_of(world.mei)
    told(case, WEDNESDAY + 2 * HOUR)
    page = mei.get(f"/seller/cases/{case.number}/")
    # told on Wed 25 Feb; six months by Reg. 1182/71 end on Tue 25 Aug 2026
    assert (
        "Another person looks at the decision again. It costs nothing. Until Tue 25 Aug 2026, 24:00 Brussels"
        in text(page)
    )
    assert page.content.decode().count(f'href="/seller/cases/{case.number}/appeal/"') == 2  # the box, and the statement
    url = f"/seller/cases/{case.number}/appeal/"
    assert h1(mei.get(url)) == "Why is the decision wrong?"
    done = sends(mei, url, case, files=a_picture("invoice.png"))
    appeal = Appeal.objects.get()
    assert (h1(done), appeal.side, appeal.filed_by, appeal.files.get().name) == (
        "Your appeal is with us", "seller", None, "invoice.png",
    )  # fmt: skip
    assert "by Thu 12 Mar 2026, 24:00 Shanghai" in text(mei.get(f"/seller/cases/{case.number}/"))
    assert "You appealed" in text(mei.get(f"/seller/cases/{case.number}/print/"))


def test_the_paper_of_an_appeal_opens_for_its_side_and_for_us(world: World):
    case, mei = kept_down(world), browser_of(world.mei)
    sends(mei, f"/seller/cases/{case.number}/appeal/", case, files=a_picture("invoice.png"))
    url = re.search(r'href="([^"]*file[^"]*/\d+/)"', mei.get(f"/seller/cases/{case.number}/appeal/").content.decode())[
        1
    ]
    assert mei.get(url).status_code == 200
    assert browser_of(world.samir).get(url).status_code == 200
    assert browser_of(world.ines).get(url).status_code == 404
    assert browser_of(world.otto).get(url).status_code == 404


def test_ines_appeals_what_was_not_upheld(world: World):
    case, ines = kept_up(world), browser_of(world.ines)
    assert "Appeal this decision" in text(ines.get(f"/holder/cases/{case.number}/"))
    done = sends(ines, f"/holder/cases/{case.number}/appeal/", case)
    assert (h1(done), Appeal.objects.get().filed_by) == ("Your appeal is with us", world.ines)
    assert "You appealed" in text(ines.get(f"/holder/cases/{case.number}/"))
    # the seller was never troubled, and hears of it only when it is granted
    assert browser_of(world.mei).get(f"/seller/cases/{case.number}/").status_code == 404


def test_the_other_side_learns_that_there_is_an_appeal_and_not_what_it_says(world: World):
    case = happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY + HOUR)
    for event, by in (("counter_notice_filed", "seller"), ("counter_rejected", "complainant")):
        happens(case, event, by, WEDNESDAY + 2 * HOUR)
    case = happens(case, "decided_for_seller", "reviewer", WEDNESDAY + 3 * HOUR)
    sends(browser_of(world.ines), f"/holder/cases/{case.number}/appeal/", case)
    said = text(browser_of(world.mei).get(f"/seller/cases/{case.number}/"))
    assert "The other side has appealed" in said
    assert WHY not in said


def test_a_double_click_files_one_appeal(world: World):
    case, mei = kept_down(world), browser_of(world.mei)
    url = f"/seller/cases/{case.number}/appeal/"
    assert h1(sends(mei, url, case)) == h1(sends(mei, url, case)) == "Your appeal is with us"
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": "Unfair."}, 'href="#words"'),
        ({"checked": ""}, 'href="#checked"'),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(world: World, changes: dict[str, str], said: str):
    case, mei = kept_down(world), browser_of(world.mei)
    page = sends(mei, f"/seller/cases/{case.number}/appeal/", case, **changes)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert changes.get("words", WHY) in unescape(page.content.decode())
    assert not Appeal.objects.exists()


def test_a_refused_paper_is_named_and_nothing_is_filed(world: World):
    case, mei = kept_down(world), browser_of(world.mei)
    bad = a_picture("invoice.png")
    bad.truncate(20)
    page = sends(mei, f"/seller/cases/{case.number}/appeal/", case, files=bad)
    assert (page.status_code, Appeal.objects.count()) == (422, 0)
    assert 'href="#files"' in page.content.decode()


def test_what_stands_in_the_way_is_said_with_the_way_out(world: World):
    mei = browser_of(world.mei)
    waits = happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY + HOUR)
    said = text(mei.get(f"/seller/cases/{waits.number}/appeal/"))
    assert "Answer first: you have a chance left" in said
    assert "To the case: answer" in said
    assert "Appeal this decision" not in text(mei.get(f"/seller/cases/{waits.number}/"))
    happens(waits, "seller_removed", "seller", THURSDAY)
    assert "You ended the case yourself." in text(mei.get(f"/seller/cases/{waits.number}/appeal/"))


def test_once_the_time_is_over_the_page_says_since_when_and_nothing_is_filed(world: World):
    case, mei = kept_down(world), browser_of(world.mei)
    told(case, WEDNESDAY + 2 * HOUR)
    world.extra["clock"]["now"] = WEDNESDAY + timedelta(days=200)
    url = f"/seller/cases/{case.number}/appeal/"
    assert "It ended Tue 25 Aug 2026, 24:00 Brussels." in text(mei.get(url))
    late = sends(mei, url, case)
    assert (late.status_code, Appeal.objects.count()) == (409, 0)
    assert WHY in text(late)  # what was typed can be copied


def test_a_newer_decision_is_said_and_what_was_typed_is_kept(world: World):
    case, mei = kept_down(world), browser_of(world.mei)
    page = sends(mei, f"/seller/cases/{case.number}/appeal/", case, seq="0")
    assert page.status_code == 409
    assert WHY in text(page)
    assert not Appeal.objects.exists()


def test_nobody_appeals_in_the_case_of_another(world: World):
    case = kept_down(world)
    for address in (f"/seller/cases/{case.number}/appeal/", f"/holder/cases/{case.number}/appeal/"):
        answer = browser_of(world.otto).get(address)
        assert answer.status_code in (302, 403, 404)
    assert browser_of(world.otto).post(f"/seller/cases/{case.number}/appeal/", {"words": WHY}).status_code == 404


# --- the reviewer's ----------------------------------------------------------------------------------------------------


@pytest.fixture
def appealed(world: World) -> Appeal:
    case = kept_down(world)
    sends(browser_of(world.mei), f"/seller/cases/{case.number}/appeal/", case)
    return Appeal.objects.get()


def decides(browser: Client, appeal: Appeal, choice: str, **more: str) -> Any:
    seq = Complaint.objects.get(pk=appeal.complaint_id).seq
    sent = {"seq": str(seq), "choice": choice, "words": BECAUSE}
    return browser.post(f"/review/appeals/{appeal.pk}/", {**sent, **more}, follow=True)


def test_another_reviewer_reads_both_sides_checks_and_grants(world: World, appealed: Appeal):
    samir = browser_of(world.samir)
    queue = samir.get("/review/appeals/")
    assert h1(queue) == "One appeal waits, none is late"
    page = text(samir.get(f"/review/appeals/{appealed.pk}/"))
    assert WHY in page
    assert "The base of the lamp carries the mark." in page  # the decision
    assert "We have licensed nobody for lamps here." in page  # the notice
    assert f"Anybody but {world.rana}, who had a part in the decision." in page
    check = decides(samir, appealed, "grant")
    assert h1(check) == "Send it like this?"
    assert "comes back." in text(check)
    appealed.refresh_from_db()
    assert appealed.decided_at is None  # only looked at
    done = decides(samir, appealed, "grant", confirmed="1")
    appealed.refresh_from_db()
    assert (h1(done), appealed.granted, appealed.complaint.state) == ("No appeal waits", True, "reversed")
    assert "Granted" in text(samir.get("/review/appeals/?show=decided"))
    mei = browser_of(world.mei)
    assert h1(mei.get(f"/seller/cases/{appealed.complaint.number}/appeal/")) == "Your appeal was granted"


def test_whoever_decided_reads_and_cannot_decide(world: World, appealed: Appeal):
    rana = browser_of(world.rana)
    page = text(rana.get(f"/review/appeals/{appealed.pk}/"))
    assert "You had a part in this decision" in page
    assert "Look at what will be sent" not in page
    refused = decides(rana, appealed, "grant", confirmed="1")
    assert "An appeal is decided by another person" in text(refused)
    appealed.refresh_from_db()
    assert appealed.decided_at is None


def test_without_a_choice_or_words_the_reviewer_is_told_what_is_missing(world: World, appealed: Appeal):
    page = decides(browser_of(world.samir), appealed, "", words="")
    assert page.status_code == 422
    assert 'href="#choice"' in page.content.decode()
    assert 'href="#words"' in page.content.decode()


def test_what_is_not_granted_is_answered_in_words_both_sides_read(world: World, appealed: Appeal):
    decides(browser_of(world.samir), appealed, "keep", confirmed="1")
    url = f"cases/{appealed.complaint.number}/"
    mei, ines = browser_of(world.mei), browser_of(world.ines)
    assert BECAUSE in text(mei.get(f"/seller/{url}appeal/"))
    assert "Your appeal was not granted" in text(mei.get(f"/seller/{url}"))
    said = text(ines.get(f"/holder/{url}"))
    assert BECAUSE in said
    assert WHY not in said


def test_two_reviewers_one_appeal_one_clear_refusal(world: World, appealed: Appeal):
    decides(browser_of(world.samir), appealed, "keep", confirmed="1")
    third = Person.objects.create_user("noor@countermark.example", name="Noor Aziz", is_reviewer=True)
    page = decides(browser_of(third), appealed, "grant", confirmed="1")
    assert page.status_code == 409
    assert "The appeal is decided: Not granted." in text(page)
    assert BECAUSE in text(page)


def test_an_appeal_that_an_order_overtook_can_only_be_closed(world: World, appealed: Appeal):
    happens(appealed.complaint, "ordered_up", "operator", THURSDAY + HOUR)
    world.extra["clock"]["now"] = THURSDAY + 2 * HOUR
    samir = browser_of(world.samir)
    page = text(samir.get(f"/review/appeals/{appealed.pk}/"))
    assert "Nothing is left to decide" in page
    assert "Grant the appeal" not in page
    decides(samir, appealed, "close", confirmed="1")
    appealed.refresh_from_db()
    assert (appealed.granted, appealed.decided_by) == (None, world.samir)


def test_a_refused_notice_is_shown_with_its_grounds_and_starts_over_when_granted(world: World):
    case = happens(a_complaint(world), "refused", "reviewer", WEDNESDAY + HOUR)
    sends(browser_of(world.ines), f"/holder/cases/{case.number}/appeal/", case)
    appeal, samir = Appeal.objects.get(), browser_of(world.samir)
    assert "The notice is checked anew." in text(samir.get(f"/review/appeals/{appeal.pk}/"))
    decides(samir, appeal, "grant", confirmed="1")
    case.refresh_from_db()
    assert case.state == "checking"


def test_a_late_appeal_is_said_to_be_late_and_stays_open(world: World, appealed: Appeal):
    world.extra["clock"]["now"] = appealed.due_at + HOUR
    assert h1(browser_of(world.samir).get("/review/appeals/")) == "One appeal waits, one is late"
