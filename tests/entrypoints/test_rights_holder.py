"""The rights holder's pages: one can open an account, register, complain, answer and withdraw, and nobody else's is there."""

import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from apps.test_drafts import HARBOUR
from countermark.apps.complaints import drafts
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.replies import file_counter_notice
from countermark.apps.notifications.services import tell
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.apps.parties.services import TERMS
from countermark.apps.rights import services as rights
from countermark.apps.rights.models import Right
from countermark.apps.work import files
from countermark.apps.work.services import case_now
from countermark.core import chain
from countermark.core.counter_notice import CounterNotice
from countermark.core.defect import EvidenceFacts
from people import a_notice, a_right, a_world, acts_for, happens

pytestmark = pytest.mark.django_db
WORDS = "The base of the lamp carries our wordmark, see photo 1. We have licensed nobody for lamps here."


@pytest.fixture
def world():
    return a_world(patterns=HARBOUR)


def browser_of(person):
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def ines(world):
    return browser_of(world.ines)


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"holder:{name}", args=args)


def a_picture(name="photo.png"):
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


def answered(world, lines=1):
    """A notice whose cases wait for Ines: Mei has answered with a licence, and Ines was told."""
    at = case_now() - timedelta(hours=1)
    notice = a_notice(world, lines=lines, at=at)
    for case in notice.complaints.all():
        happens(happens(case, "accepted", "reviewer", at), "served", "seller", at)
    letter = files.keep(content=a_picture().getvalue(), name="letter.png", by=None, at=at)
    said = CounterNotice(
        ground="licence",
        statement="They licensed me.",
        complaints=tuple(notice.complaints.values_list("number", flat=True)),
        evidence=(EvidenceFacts("licence_letter", letter.name, letter.sha256),),
        declarations=frozenset(["truth"]),
        contact={"name": "Mei Lin", "email": "mei@lantern.example"},
    )
    seen = dict(notice.complaints.values_list("pk", "seq"))
    papers = [(letter, "licence_letter")]
    file_counter_notice(notice=notice, seller=world.mei, said=said, files=papers, seen=seen, at=at, key=notice.number)
    for case in notice.complaints.all():
        happens(case, "served", "complainant", at)
    return notice, letter


def rows_of(notice):
    return [f"{case.number}:{case.seq}" for case in notice.complaints.order_by("line")]


# --- an account -----------------------------------------------------------------------------------------------------------


def test_whoever_belongs_nowhere_is_led_to_open_an_account():
    kai = browser_of(Person.objects.create_user("kai@fjell.example", name="Kai"))
    assert kai.get(url("home")).url == url("welcome")


def test_an_account_is_opened_question_by_question_and_once():
    person = Person.objects.create_user("kai@fjell.example", name="Kai")
    kai = browser_of(person)
    steps = {
        "location": {"location": "HK"},
        "kind": {"kind": "enterprise"},
        "role": {"is_agent": "no"},
        "contact": {"name": "Fjell Ltd", "contact_email": "ip@fjell.example"},
    }
    for step, answer in steps.items():
        assert kai.post(url("welcome-step", step), answer).status_code == 302
    assert not Holder.objects.exists()
    assert "not accepted" in text(kai.post(url("welcome-step", "terms"), {}))
    for _ in range(2):
        assert kai.post(url("welcome-step", "terms"), {"terms": TERMS}).url == url("home")
    holder = Holder.objects.get()
    assert (holder.name, holder.location, holder.is_agent, holder.terms_version) == (
        "Fjell Ltd",
        "HK",
        False,
        TERMS,
    )
    assert Membership.objects.get().person == person


def test_a_question_that_was_skipped_is_asked_before_the_account_opens():
    kai = browser_of(Person.objects.create_user("kai@fjell.example"))
    assert kai.post(url("welcome-step", "terms"), {"terms": TERMS}).url == url("welcome-step", "location")


# --- rights ---------------------------------------------------------------------------------------------------------------


def test_a_right_is_registered_in_four_questions(world, ines):
    kind = ines.post(url("right-new"), {"kind": "trademark"})
    right = Right.objects.get(state="draft")
    assert kind.url == url("right-office", right.pk)
    ines.post(url("right-office", right.pk), {"office": "CN"})
    details = {
        "mark_type": "word", "name": "FJELL", "number": "55180021", "owner": "Halden & Moe AS", "expires_on": "2036-07-30",
        "classes": "11", "renewed": "no", "assigned": "no", "changed": "no",
    }  # fmt: skip
    assert ines.post(url("right-details", right.pk), details).url == url("right-papers", right.pk)
    missing = ines.post(url("right-papers", right.pk), {"then": "send"})
    assert missing.status_code == 422
    assert "Certificate of registration" in text(missing)
    sent = ines.post(url("right-papers", right.pk), {"then": "send", "file-certificate": a_picture()})
    assert sent.url == url("right", right.pk)
    right.refresh_from_db()
    assert right.state == "pending"
    assert "Being verified" in text(ines.get(url("right", right.pk)))


def test_a_right_is_saved_for_later_exactly_as_typed(world, ines):
    ines.post(url("right-new"), {"kind": "trademark"})
    right = Right.objects.get(state="draft")
    ines.post(url("right-details", right.pk), {"expires_on": "someday", "classes": "?", "then": "later"})
    page = text(ines.get(url("right-details", right.pk)))
    assert 'value="someday"' in page


def test_a_right_sent_back_says_why_and_how_to_mend_it(world, ines):
    right = a_right(world.halden, state="pending", number="1", name="FJELL")
    rights.return_right(right=right, reasons=["class_page_missing"], note="Page 3.", by=world.rana, at=case_now())
    page = text(ines.get(url("right", right.pk)))
    assert "A page that lists the goods or services is missing." in page
    assert "Add every class page" in page
    assert "Page 3." in page
    assert "Mend the registration of FJELL" in text(ines.get(url("home")))


def test_the_list_of_rights_is_filtered_searched_and_downloaded(world, ines):
    a_right(world.halden, name="=SUM(A1)", number="9", kind="design")
    page = text(ines.get(url("rights"), {"q": "halden", "kind": "trademark"}))
    assert "HALDEN &amp; MOE" in page
    assert "SUM" not in page
    table = text(ines.get(url("rights-csv")))
    assert "'=SUM(A1)" in table  # a spreadsheet takes no cell for a formula


# --- submitting -----------------------------------------------------------------------------------------------------------


def begun(ines, world):
    """A draft past reason, ready for links."""
    ines.post(url("submit"), {"marketplace": world.market.slug, f"pack-{world.market.slug}": "platform"})
    (draft,) = drafts.drafts_of([world.halden.pk])
    ines.post(url("submit-right", draft.pk), {"right": world.mark.pk, "mode": "listing"})
    ines.post(url("submit-reason", draft.pk), {"reason": "TM-4"})
    return draft


def test_a_complaint_goes_from_the_marketplace_to_the_case_page(world, ines):
    draft = begun(ines, world)
    pasted = "https://harbour.example/i/40655\nhttps://harbour.example/i/40656\nhttps://harbour.example/help"
    assert ines.post(url("submit-listings", draft.pk), {"pasted": pasted}).url == url("submit-listings", draft.pk)
    assert "2 of 3 lines are ready to send" in text(ines.get(url("submit-listings", draft.pk)))
    evidence = {"statement": WORDS, "kind": "comparison", "files": a_picture(), "then": "check"}
    assert ines.post(url("submit-evidence", draft.pk), evidence).url == url("submit-check", draft.pk)
    page = text(ines.get(url("submit-check", draft.pk)))
    assert "Check your answers before you send 2 complaints" in page
    assert "I believe in good faith" in page
    sent = ines.post(url("submit-check", draft.pk), {"declare": "yes"})
    notice = Notice.objects.get()
    assert sent.url == url("notice", notice.number)
    assert "Sent: 2 complaints" in text(ines.get(sent.url))
    first = notice.complaints.get(line=1)
    assert "Being checked" in text(ines.get(url("case", first.number)))


def test_the_second_click_of_send_finds_the_notice_of_the_first(world, ines):
    draft = begun(ines, world)
    ines.post(url("submit-listings", draft.pk), {"pasted": "https://harbour.example/i/40655"})
    ines.post(url("submit-evidence", draft.pk), {"statement": WORDS, "then": "check"})
    answers = [ines.post(url("submit-check", draft.pk), {"declare": "yes"}).url for _ in range(2)]
    assert answers == [url("notice", Notice.objects.get().number)] * 2
    assert Complaint.objects.count() == 1


def test_without_the_declaration_nothing_is_sent_and_the_summary_says_so(world, ines):
    draft = begun(ines, world)
    ines.post(url("submit-listings", draft.pk), {"pasted": "https://harbour.example/i/40655"})
    ines.post(url("submit-evidence", draft.pk), {"statement": WORDS, "then": "check"})
    refused = ines.post(url("submit-check", draft.pk), {})
    assert refused.status_code == 422
    assert 'href="#declare"' in text(refused)
    assert not Notice.objects.exists()


def test_a_right_that_is_not_good_is_shown_with_why_it_cannot_be_used(world, ines):
    a_right(world.halden, state="suspended", name="FJELL", number="7")
    ines.post(url("submit"), {"marketplace": world.market.slug})
    (draft,) = drafts.drafts_of([world.halden.pk])
    page = text(ines.get(url("submit-right", draft.pk)))
    assert "The right cannot be used: it is In dispute" in page
    assert "cannot be used here" in page


def test_a_right_being_verified_can_be_chosen_and_says_that_the_complaint_waits(world, ines):
    a_right(world.halden, state="pending", name="FJELL", number="7")
    ines.post(url("submit"), {"marketplace": world.market.slug})
    (draft,) = drafts.drafts_of([world.halden.pk])
    page = text(ines.get(url("submit-right", draft.pk)))
    assert "the complaint waits, and goes out by itself once it is" in page
    assert "cannot be used here" not in page


def test_a_right_that_counts_only_in_a_part_says_so_where_it_is_chosen(world, ines):
    world.market.territory = "EU"
    world.market.save()
    a_right(world.halden, name="FJELL", office="other", territory="DE", number="7")
    ines.post(url("submit"), {"marketplace": world.market.slug})
    (draft,) = drafts.drafts_of([world.halden.pk])
    assert "in a part of where the marketplace sells" in text(ines.get(url("submit-right", draft.pk)))


def test_before_a_registration_is_sent_the_page_lists_what_a_reviewer_would_send_it_back_for(world, ines):
    said = {"office": "JP", "name": "FJELL", "number": "5512345", "owner": "Lantern Lane", "classes": "11, 21"}
    right = rights.save_draft(holder=world.halden, kind="trademark", answers=said, at=case_now())
    page = text(ines.get(url("right-papers", right.pk)))
    assert "The owner on the certificate is somebody else." in page
    assert "Add a translation into English or Chinese." in page
    assert "Add every class page, each as a file of its own." in page


def test_lines_of_another_kind_begin_a_notice_of_their_own(world, ines):
    draft = begun(ines, world)
    ines.post(
        url("submit-listings", draft.pk),
        {"pasted": "https://harbour.example/i/40655\nhttps://harbour.example/shop/lantern"},
    )
    ines.post(url("submit-split", draft.pk), {"code": "shop_in_listing_mode", "where": ""})
    fresh = next(each for each in drafts.drafts_of([world.halden.pk]) if each.pk != draft.pk)
    assert fresh.data["mode"] == "storefront"
    assert fresh.data["pasted"] == "https://harbour.example/shop/lantern"


def test_a_refused_file_is_named_and_keeps_the_others_and_the_words(world, ines):
    draft = begun(ines, world)
    ines.post(url("submit-listings", draft.pk), {"pasted": "https://harbour.example/i/40655"})
    bad = io.BytesIO(b"<html><script>alert(1)</script></html>")
    bad.name = "invoice.pdf"
    answer = ines.post(
        url("submit-evidence", draft.pk),
        {"statement": WORDS, "kind": "photo", "files": [bad, a_picture()], "then": "check"},
    )
    assert answer.status_code == 422
    assert "invoice.pdf is a web page" in text(answer)
    draft.refresh_from_db()
    assert [piece.file.name for piece in drafts.files_of(draft)] == ["photo.png"]
    assert draft.data["statement"] == WORDS


def test_nul_bytes_in_the_words_are_named_and_nothing_breaks(world, ines):
    draft = begun(ines, world)
    ines.post(url("submit-listings", draft.pk), {"pasted": "https://harbour.example/i/40655\0"})
    assert "Unreadable characters" in text(ines.get(url("submit-listings", draft.pk)))
    ines.post(url("submit-listings", draft.pk), {"pasted": "https://harbour.example/i/40655"})
    answer = ines.post(url("submit-evidence", draft.pk), {"statement": f"{WORDS}\0", "then": "check"})
    assert answer.status_code == 422
    assert "cannot be stored" in text(answer)


# --- complaints -----------------------------------------------------------------------------------------------------------


def test_the_list_keeps_its_number_of_queries_however_long_it_is(world, ines, django_assert_max_num_queries):
    a_notice(world, lines=3)
    ines.get(url("cases"))
    with django_assert_max_num_queries(40) as few:
        ines.get(url("cases"))
    a_notice(world, lines=40)
    with django_assert_max_num_queries(len(few.captured_queries)):
        ines.get(url("cases"))


def test_the_list_is_filtered_by_state_and_searched(world, ines):
    notice = a_notice(world, lines=2)
    first, second = notice.complaints.order_by("line")
    happens(second, "refused", "reviewer", notice.submitted_at)
    page = text(ines.get(url("cases"), {"turn": "checking"}))
    assert first.number in page
    assert second.number not in page
    assert second.number in text(ines.get(url("cases"), {"q": second.number}))
    assert first.number in text(ines.get(url("cases-csv")))


def test_a_filter_that_makes_no_sense_is_left_open(world, ines):
    notice = a_notice(world)
    asked = {"turn": "x", "right": "99999999999999999999", "days": "-1", "sort": "\0", "page": "9999", "q": "N-\0"}
    answer = ines.get(url("cases"), asked)
    assert answer.status_code == 200
    assert notice.number in text(answer)


def test_nobody_elses_case_right_or_draft_is_there(world, ines):
    stranger = browser_of(a_world().ines)
    case = a_notice(world).complaints.get()
    draft = begun(ines, world)
    for name, args in {"case": [case.number], "case-file": [case.number], "notice": [case.notice.number]}.items():
        assert stranger.get(url(name, *args)).status_code == 404
    assert stranger.get(url("right", world.mark.pk)).status_code == 404
    assert stranger.get(url("submit-reason", draft.pk)).status_code == 404
    assert stranger.get(url("answer"), {"case": case.number}).status_code == 404


def test_a_counter_notice_is_answered_for_many_cases_at_once_and_once(world, ines):
    notice, _ = answered(world, lines=3)
    page = text(ines.get(url("answer"), {"case": list(notice.complaints.values_list("number", flat=True))}))
    assert "They licensed me." in page
    assert "One answer for 3 cases." in page
    rows = rows_of(notice)
    assert ines.post(url("answer"), {"case": rows, "event": "counter_rejected", "words": ""}).status_code == 422
    for _ in range(2):  # a double click answers once
        said = {"case": rows, "event": "counter_rejected", "words": "We do not know this licence at all."}
        assert ines.post(url("answer"), said).url == url("notice", notice.number)
    assert set(notice.complaints.values_list("state", flat=True)) == {"deciding"}
    assert notice.complaints.first().events.filter(event="counter_rejected").count() == 1


def test_a_case_that_moved_meanwhile_keeps_what_was_typed(world, ines):
    notice, _ = answered(world)
    rows = rows_of(notice)
    case = notice.complaints.get()
    happens(case, "counter_accepted", "complainant", case_now())
    stale = ines.post(
        url("answer"), {"case": rows, "event": "counter_rejected", "words": "We do not know this licence."}
    )
    assert stale.status_code == 409
    assert "We do not know this licence." in text(stale)
    assert case.number in text(stale)


def test_the_paper_of_a_counter_notice_is_read_by_those_it_is_for(world, ines):
    _, letter = answered(world)
    address = reverse("file", args=[letter.pk])
    answer = ines.get(address)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert browser_of(world.rana).get(address).status_code == 200
    assert browser_of(a_world().ines).get(address).status_code == 404
    assert Client().get(address).status_code == 404


def test_private_evidence_never_reaches_the_seller(world):
    notice, _ = answered(world)
    paper = files.keep(content=a_picture().getvalue(), name="passport.png", by=world.ines, at=case_now())
    notice.files.create(file=paper, kind="identity_document", private=True)
    shown = files.keep(content=a_picture().getvalue(), name="photo.png", by=world.ines, at=case_now())
    notice.files.create(file=shown, kind="photo")
    mei = Person.objects.create_user("mei@lantern.example", name="Mei Lin")
    acts_for(mei, world.mei)
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    acts_for(otto, world.otto)
    assert browser_of(mei).get(reverse("file", args=[paper.pk])).status_code == 404
    assert browser_of(mei).get(reverse("file", args=[shown.pk])).status_code == 200
    assert browser_of(otto).get(reverse("file", args=[shown.pk])).status_code == 404


def test_withdrawing_says_what_follows_and_ends_the_case(world, ines):
    case = a_notice(world, at=case_now() - timedelta(hours=1)).complaints.get()
    page = text(ines.get(url("withdraw"), {"case": case.number}))
    assert "Nothing is said about who was right." in page
    done = ines.post(url("withdraw"), {"case": f"{case.number}:{case.seq}", "event": "withdrawn"})
    assert done.url == url("case", case.number)
    case.refresh_from_db()
    assert case.outcome == "withdrawn"
    assert "Withdrawn: stays up" in text(ines.get(url("case", case.number)))


def test_a_returned_notice_is_mended_for_all_its_cases(world, ines):
    at = case_now() - timedelta(hours=1)
    notice = a_notice(world, lines=2, at=at)
    for case in notice.complaints.all():
        happens(happens(case, "returned", "reviewer", at), "served", "complainant", at)
    assert "Add what is missing in notice" in text(ines.get(url("home")))
    said = {"case": rows_of(notice), "files": a_picture(), "kind": "comparison"}
    assert ines.post(url("mend", notice.number), said).url == url("notice", notice.number)
    assert set(notice.complaints.values_list("state", flat=True)) == {"checking"}


def test_home_puts_what_has_a_clock_first(world, ines):
    notice, _ = answered(world)
    drafts.start(holder=world.halden, person=world.ines, at=case_now())
    page = text(ines.get(url("home")))
    assert "2 things need you" in page
    number = notice.complaints.get().number
    assert page.index(f"Answer the counter-notice in {number}") < page.index("Finish the complaint you began")


def test_the_case_file_proves_itself(world, ines):
    notice, _ = answered(world)
    case = notice.complaints.get()
    answer = ines.get(url("case-file", case.number))
    said = json.loads(answer.content)
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}.json"'
    assert len(said["proof"]["events"]) == case.seq + 1
    head = b""
    for event in said["proof"]["events"]:
        head = chain.event_hash(head or chain.GENESIS, event["payload"].encode())
        assert head.hex() == event["hash"]


def test_opening_the_case_is_being_told_and_starts_the_clock(world, ines):
    at = case_now() - timedelta(hours=1)
    notice = a_notice(world, at=at)
    case = happens(notice.complaints.get(), "returned", "reviewer", at)
    assert case.awaits_service
    tell(notice.pk, at=at, now=timezone.now())
    assert "Something is missing in your notice" in text(ines.get(url("case", case.number)))
    case.refresh_from_db()
    assert not case.awaits_service
    assert case.due_at is not None


def test_messages_are_listed_and_read(world, ines):
    notice = a_notice(world, at=case_now() - timedelta(hours=1))
    tell(notice.pk, at=case_now(), now=timezone.now())
    assert "One new message" in text(ines.get(url("letters")))
    message = notice.messages.get()
    assert notice.number in text(ines.get(url("letter", message.pk)))
    assert "No new message" in text(ines.get(url("letters")))
