"""The form for people without an account: the ways in, what keeps machines and strangers out, and every step of a case."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import plugged
from apps.test_drafts import HARBOUR
from apps.test_guests import GUNDULA, WORDS, a_picture, code_in
from countermark.apps.complaints import guest_links, guests
from countermark.apps.complaints.models import Complaint, GuestDraft, GuestLink, Notice
from countermark.apps.complaints.services import Reasons
from countermark.apps.work.services import case_now
from countermark.connectors.fake_mail import FakeMailer
from people import a_world, happens

pytestmark = pytest.mark.django_db
LAMP = "https://harbour.example/i/40655"
WHY = Reasons(("tm_mark_on_goods",), {"reason": "TM-4"})


@pytest.fixture(autouse=True)
def post(settings: Any, monkeypatch: pytest.MonkeyPatch) -> FakeMailer:
    settings.MAILER_FACTORY = "plugged.mailer"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return plugged.ports["post"]


@pytest.fixture
def world():
    return a_world(patterns=HARBOUR, territory="EU", offered_in=["EU"], packs=["eu-notice"])


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"guest:{name}", args=args)


def begun(browser, world, pasted=LAMP, **more):
    return browser.post(url("begin"), {"marketplace": world.market.slug, "pasted": pasted, "website": "", **more})


def a_report(browser, world, post, *, owner=""):
    """Through every page; returns the notice."""
    begun(browser, world)
    pk = GuestDraft.objects.latest("pk").pk
    browser.post(url("reason", pk), {"reason": "TM-4"})
    browser.post(url("right", pk), {"right_owner": owner, "right_number": ""})
    browser.post(url("why", pk), {"statement": WORDS, "do": "go"})
    browser.post(url("you", pk), GUNDULA)
    browser.post(url("check", pk), {"declare": "yes"})
    answer = browser.post(url("code", pk), {"code": code_in(post), "step": "check"})
    assert answer.status_code == 302, text(answer)
    return Notice.objects.latest("pk")


# --- the ways in ------------------------------------------------------------------------------------------------------


def test_the_link_of_a_shop_opens_the_form_with_marketplace_and_listing_filled_in(world):
    page = text(Client().get(url("begin"), {"marketplace": world.market.slug, "link": LAMP}))
    assert f">{LAMP}</textarea>" in page
    assert 'type="radio"' not in page


def test_without_a_link_the_form_takes_the_page_the_visitor_comes_from_if_it_is_a_listing(world):
    asked = {"marketplace": world.market.slug}
    assert f">{LAMP}</textarea>" in text(Client().get(url("begin"), asked, headers={"referer": LAMP}))
    assert "elsewhere" not in text(
        Client().get(url("begin"), asked, headers={"referer": "https://elsewhere.example/i/40655"})
    )


def test_the_marketplace_is_found_by_the_address_and_asked_for_where_that_says_nothing(world):
    a_world(
        slug="fjord-bazaar",
        name="Fjord Bazaar",
        patterns=HARBOUR.replace("harbour", "fjord"),
        territory="EU",
        packs=["eu-notice"],
    )
    found = text(Client().get(url("begin"), {"link": "https://fjord.example/i/40655"}))
    assert re.search(r'value="fjord-bazaar"[^>]* checked', found)
    faults = begun(Client(), world, "lamp", marketplace="")
    assert faults.status_code == 422
    assert "No marketplace is chosen." in text(faults)


def test_a_script_in_a_link_is_text(world):
    page = text(Client().get(url("begin"), {"link": "</textarea><script>alert(1)</script>"}))
    assert "<script>alert" not in page


def test_somebody_with_an_account_is_led_to_the_own_form(world):
    browser = Client()
    browser.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    assert "You have an account: complain there" in text(browser.get(url("begin")))
    assert "You have an account" in text(begun(browser, world))
    assert GuestDraft.objects.count() == 0


def test_the_front_page_leads_to_the_form():
    assert f'href="{url("begin")}"' in text(Client().get("/"))


def test_the_script_of_the_link_may_be_used_by_any_page_and_is_the_one_the_operator_pastes(world):
    answer = Client().get(url("script"))
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Content-Type"].startswith("text/javascript")
    assert not answer.cookies
    browser = Client()
    browser.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    page = text(browser.get(reverse("operator:report-link", args=[world.market.slug])))
    assert base64.b64encode(hashlib.sha384(answer.content).digest()).decode() in page
    assert "<script src=" not in page.partition("<pre")[2]  # shown, not run


def test_an_operator_says_how_many_listings_a_report_names_and_the_form_keeps_to_it(world):
    operator, address = Client(), reverse("operator:report-link", args=[world.market.slug])
    operator.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    for wrong in ("0", "21", "-3", "many", "³"):
        refused = operator.post(address, {"most": wrong})
        assert (refused.status_code, "Write a number from 1 to 20" in text(refused)) == (422, True), wrong
    kept = operator.post(address, {"most": "2"}, follow=True)
    assert "up to 2 in a report" in text(kept) and 'value="2"' in text(kept)
    three = "\n".join(f"https://harbour.example/i/4065{n}" for n in range(3))
    begun(Client(), world, three)
    assert [line.is_ready for line in guests.lines_of(GuestDraft.objects.get())] == [True, True, False]
    assert "up to 10 in a report" in text(operator.post(address, {"most": ""}, follow=True))


def test_a_shop_of_another_language_gets_the_words_of_its_link_in_it(world):
    world.market.language = "zh-hans"
    world.market.save()
    browser = Client()
    browser.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    assert "举报此商品" in text(browser.get(reverse("operator:report-link", args=[world.market.slug])))


# --- keeping machines and strangers out -----------------------------------------------------------------------------------


def test_a_machine_that_fills_in_every_field_begins_nothing_and_a_person_is_told_why(world):
    answer = begun(Client(), world, website="https://spam.example")
    assert answer.status_code == 422
    assert "A field that is to stay empty is filled in." in text(answer)
    assert GuestDraft.objects.count() == 0


def test_a_draft_is_there_for_the_browser_it_was_begun_in_and_for_nobody_else(world):
    mine = Client()
    begun(mine, world)
    pk = GuestDraft.objects.get().pk
    assert mine.get(url("links", pk)).status_code == 200
    for page in ("links", "reason", "right", "why", "you", "check", "code"):
        assert Client().get(url(page, pk)).status_code == 404
        assert Client().post(url(page, pk)).status_code == 404


def test_too_many_checks_from_one_computer_pause_and_what_was_typed_stays(world):
    for _ in range(60):
        begun(Client(), world, "no link")
    answer = begun(Client(), world, "https://harbour.example/i/40999")
    assert answer.status_code == 429
    assert "https://harbour.example/i/40999" in text(answer)


def test_a_later_page_leads_back_to_the_first_question_that_is_open(world):
    browser = Client()
    begun(browser, world)
    pk = GuestDraft.objects.get().pk
    for page in ("right", "why", "you", "check"):
        assert browser.get(url(page, pk)).url == url("reason", pk)
    assert browser.post(url("check", pk), {"declare": "yes"}).url == url("reason", pk)


def test_a_wrong_code_is_said_and_the_report_waits(world, post):
    browser = Client()
    begun(browser, world)
    pk = GuestDraft.objects.get().pk
    for page, sent in (("reason", {"reason": "TM-4"}), ("right", {}), ("why", {"statement": WORDS}), ("you", GUNDULA)):
        browser.post(url(page, pk), sent)
    assert "One thing to mend" in text(browser.post(url("check", pk), {}))  # the declaration is missing
    browser.post(url("check", pk), {"declare": "yes"})
    answer = browser.post(url("code", pk), {"code": "12", "step": "check"})
    assert "That is not the code we sent." in text(answer)
    assert Notice.objects.count() == 0


def test_a_line_break_in_an_address_is_no_address(world, post):
    browser = Client()
    begun(browser, world)
    pk = GuestDraft.objects.get().pk
    for page, sent in (("reason", {"reason": "TM-4"}), ("right", {}), ("why", {"statement": WORDS})):
        browser.post(url(page, pk), sent)
    answer = browser.post(url("you", pk), {"name": "G", "email": "g@fremd.example\r\nBcc: all@shops.example"})
    assert answer.status_code == 422
    assert "This is no e-mail address." in text(answer)
    assert post.outbox == []


def test_a_file_that_is_none_is_refused_and_what_was_typed_is_kept(world):
    browser = Client()
    begun(browser, world)
    pk = GuestDraft.objects.get().pk
    browser.post(url("reason", pk), {"reason": "TM-4"})
    answer = browser.post(url("why", pk), {"statement": WORDS, "files": as_file(b"MZ\x90\x00", "a.png"), "do": "add"})
    assert answer.status_code == 422
    assert GuestDraft.objects.get().data["statement"] == WORDS
    answer = browser.post(url("why", pk), {"statement": WORDS, "files": as_file(a_picture(), "a.png"), "do": "add"})
    assert answer.status_code == 302
    assert GuestDraft.objects.get().files.get().name == "evidence-1.png"


def as_file(content, name):
    file = BytesIO(content)
    file.name = name
    return file


# --- following it -----------------------------------------------------------------------------------------------------


def test_after_the_code_the_report_is_open_here_and_nowhere_else(world, post):
    browser = Client()
    notice = a_report(browser, world, post)
    case = notice.complaints.get()
    page = browser.get(url("notice", notice.number))
    assert "Your report is sent" in text(page)
    assert "no-store" in page["Cache-Control"]
    assert browser.get(url("case", case.number)).status_code == 200
    for name, number in (("notice", notice.number), ("case", case.number), ("appeal", case.number)):
        assert Client().get(url(name, number)).status_code == 302  # to signing in
        other = Client()
        session = other.session
        session["guest_notices"] = [notice.pk + 1]
        session.save()
        assert other.get(url(name, number)).status_code == 404


def test_a_second_click_on_send_finds_the_report(world, post):
    browser = Client()
    notice = a_report(browser, world, post)
    draft = GuestDraft.objects.get()
    assert browser.post(url("code", draft.pk), {"code": code_in(post), "step": "check"}).url == url(
        "notice", notice.number
    )
    assert Notice.objects.count() == 1


def test_the_link_asks_for_a_code_and_opens_the_report_and_leaving_closes_it(world, post):
    notice = a_report(Client(), world, post)
    token = guest_links.make_link(notice, now=case_now())
    browser = Client()
    page = text(browser.get(url("track", token)))
    assert "g…a@fremd.example" in page
    assert GUNDULA["email"] not in page
    browser.post(url("track", token), {"step": "send"})
    assert browser.post(url("track", token), {"step": "check", "code": code_in(post)}).url == url(
        "notice", notice.number
    )
    assert browser.get(url("home")).status_code == 200
    browser.post(url("end-links", notice.number))
    assert Client().get(url("track", token)).status_code == 404
    browser.post(url("leave"))
    assert browser.get(url("notice", notice.number)).status_code == 302


def test_asking_for_links_says_the_same_for_every_address(world, post):
    a_report(Client(), world, post)
    known = text(Client().post(url("find"), {"email": GUNDULA["email"]}))
    unknown = text(Client().post(url("find"), {"email": "nobody@elsewhere.example"}))
    own = re.compile(r"[\w.]+@[\w.]+|name=\"csrf[^>]*>|X-CSRFToken[^}]*")  # of one visitor, and the address itself
    assert own.sub("", known) == own.sub("", unknown)
    assert GuestLink.objects.count() == 1


def test_a_guest_withdraws_once_however_often_it_is_clicked(world, post):
    browser = Client()
    case = a_report(browser, world, post).complaints.get()
    said = {"event": "withdrawn", "words": "I was wrong.", "seen": case.seq}
    assert browser.post(url("withdraw", case.number), said).url == url("case", case.number)
    assert browser.post(url("withdraw", case.number), said).url == url("case", case.number)
    case.refresh_from_db()
    assert (case.outcome, case.seq) == ("withdrawn", 1)


def test_a_step_in_a_case_that_moved_meanwhile_is_refused_and_the_words_are_kept(world, post):
    browser = Client()
    case = a_report(browser, world, post).complaints.get()
    happens(case, "restricted", "reviewer", case_now(), reasons=WHY)
    answer = browser.post(url("withdraw", case.number), {"event": "withdrawn", "words": "Not so sure.", "seen": 0})
    assert answer.status_code == 409
    assert "Not so sure." in text(answer)


def test_what_a_reviewer_missed_is_added_and_the_case_goes_on(post):
    world, browser = a_world(patterns=HARBOUR), Client()
    case = a_report(browser, world, post, owner="Halden & Moe AS").complaints.get()
    happens(case, "returned", "reviewer", case_now())
    assert "Add what is missing" in text(browser.get(url("case", case.number)))
    case.refresh_from_db()
    page = text(browser.get(url("mend", case.number)))
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    assert browser.post(url("mend", case.number), {"words": "", "seen": seen}).status_code == 422
    answer = browser.post(url("mend", case.number), {"words": "The mark is on the base, picture two.", "seen": seen})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "checking"


def test_under_the_platforms_procedure_the_owner_is_asked_for_and_the_reviewer_sees_it(post):
    world, browser = a_world(patterns=HARBOUR), Client()
    begun(browser, world)
    pk = GuestDraft.objects.get().pk
    browser.post(url("reason", pk), {"reason": "TM-4"})
    assert browser.post(url("right", pk), {"right_owner": ""}).status_code == 422
    notice = a_report(browser, world, post, owner="Halden & Moe AS")
    rana = Client()
    rana.force_login(world.rana, backend="django.contrib.auth.backends.ModelBackend")
    page = text(rana.get(reverse("reviewer:case", args=[notice.complaints.get().number])))
    assert "Halden &amp; Moe AS" in page
    assert "Gundula Fremd" in page


def test_no_page_of_the_seller_names_the_guest(world, post):
    notice = a_report(Client(), world, post, owner="Gundula Fremd")
    case = notice.complaints.get()
    Complaint.objects.filter(pk=case.pk).update(seller=world.mei)
    happens(case, "restricted", "reviewer", case_now(), reasons=WHY)
    mei = Client()
    session = mei.session
    session["seller_id"] = world.mei.pk
    session.save()
    pages = {"home": (), "cases-csv": (), "notice": (notice.number,)}
    pages |= dict.fromkeys(("case", "print", "case-file", "help", "appeal"), (case.number,))
    for name, argument in pages.items():
        answer = mei.get(reverse(f"seller:{name}", args=argument))
        assert answer.status_code == 200, name
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not re.search("gundula|fremd", said.decode(), re.IGNORECASE), name


def test_a_link_whose_year_is_over_says_so_and_offers_a_code(world, post):
    notice = a_report(Client(), world, post)
    token = guest_links.make_link(notice, now=case_now() - timedelta(days=400))
    assert "The time of this link is over." in text(Client().get(url("track", token)))


def test_reporting_the_same_listing_again_leads_to_the_case_there_is(world, post):
    notice = a_report(Client(), world, post)
    browser = Client()
    begun(browser, world)
    pk = GuestDraft.objects.latest("pk").pk
    browser.post(url("reason", pk), {"reason": "TM-4"})
    browser.post(url("right", pk), {"right_owner": "", "right_number": ""})
    browser.post(url("why", pk), {"statement": WORDS, "do": "go"})
    browser.post(url("you", pk), GUNDULA)
    browser.post(url("check", pk), {"declare": "yes"})
    page = browser.post(url("code", pk), {"code": code_in(post), "step": "check"}, follow=True)
    assert page.redirect_chain == [(url("notice", notice.number), 302)]
    assert f"It is followed as {notice.complaints.get().number}" in text(page)
    assert Complaint.objects.count() == 1
