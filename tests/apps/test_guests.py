"""Somebody without an account reports a listing: nothing leaves before the code came back, and the seller never learns who."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from PIL import Image

from apps.test_drafts import HARBOUR
from countermark.apps.complaints import guest_links, guests, replies
from countermark.apps.complaints.drafts import AlreadySent, TooManyFiles
from countermark.apps.complaints.file_access import may_read_file
from countermark.apps.complaints.guest_again import AlreadyReported
from countermark.apps.complaints.held import UnknownCase
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import Complaint, ComplaintEvent, GuestDraft, GuestLink, Notice
from countermark.apps.complaints.selectors import case_view, visible
from countermark.apps.complaints.services import Reasons
from countermark.apps.decisions.appeals import file_appeal
from countermark.apps.listings.models import Listing
from countermark.apps.notifications import services as telling
from countermark.apps.notifications.mail import mail_of
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties import codes
from countermark.apps.work.models import Job, SubjectKey
from countermark.apps.work.sealing import erase, unseal
from countermark.connectors.mail import MailUnavailable
from people import WEDNESDAY, a_world, happens

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
MINUTE = timedelta(minutes=1)
WHY = Reasons(("tm_mark_on_goods",), {"reason": "TM-4"})
GUNDULA = {"name": "Gundula Fremd", "email": "gundula@fremd.example"}
WORDS = "The second picture shows the wordmark on the base; the maker told me that this shop has no licence."


@pytest.fixture(autouse=True)
def nobody_has_tried_before(settings, post):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def world():
    return a_world(patterns=HARBOUR, territory="EU", offered_in=["EU"], packs=["eu-notice"])


def a_link(item=40655):
    return f"https://harbour.example/i/{item}"


def a_draft(world, text=None, **answers):
    draft = guests.start(marketplace=world.market, language="en", at=WEDNESDAY, now=NOW)
    guests.check_lines(draft, text=text or a_link(), at=WEDNESDAY, now=NOW, by="203.0.113.7")
    said = {"reason": "TM-4", "statement": WORDS, "declarations": ["good_faith", "truth"], **GUNDULA, **answers}
    guests.save(draft, at=WEDNESDAY, **said)
    return draft


def code_in(post, to=GUNDULA["email"]):
    return re.search(r"^    (\d{6})$", post.to(to)[-1].text, re.MULTILINE)[1]


def send_code(draft, now=NOW, by="203.0.113.7"):
    guests.send_code(draft, at=WEDNESDAY, now=now, by=by)


def a_report(world, post, text=None, **answers):
    draft = a_draft(world, text, **answers)
    send_code(draft)
    return guests.submit(draft, code_in(post, draft.data["email"]), at=WEDNESDAY, now=NOW)


def told(notice, at=WEDNESDAY):
    telling.tell(notice.pk, at=at, now=NOW)
    for delivery in Delivery.objects.filter(message__notice=notice, delivered_at=None, failed_at=None):
        receipt = telling.send(delivery.pk, at=at, now=NOW)
        telling.delivered(delivery.pk, receipt=receipt, at=at)


def a_picture():
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(file, "PNG")
    return file.getvalue()


# --- nothing before the code ------------------------------------------------------------------------------------------


def test_nothing_is_opened_and_nobody_is_told_before_the_code_came_back(world, post):
    draft = a_draft(world)
    send_code(draft)
    assert (Notice.objects.count(), Complaint.objects.count(), Job.objects.filter(kind="tell").count()) == (0, 0, 0)
    assert [letter.to for letter in post.outbox] == [GUNDULA["email"]]


def test_the_right_code_opens_one_case_for_each_listing_and_a_second_click_finds_the_same_report(world, post):
    draft = a_draft(world, f"{a_link(40655)}\n{a_link(40656)}")
    send_code(draft)
    code = code_in(post)
    notice = guests.submit(draft, code, at=WEDNESDAY, now=NOW)
    assert notice == guests.submit(draft, code, at=WEDNESDAY, now=NOW)
    assert (notice.filer_role, notice.pack, notice.complaints.count(), Notice.objects.count()) == (
        "guest",
        "eu-notice",
        2,
        1,
    )
    assert unseal(notice.statement) == WORDS
    assert GuestDraft.objects.get(pk=draft.pk).data == {}  # what was typed is in the notice, and nowhere else


def test_a_wrong_code_sends_nothing_and_five_wrong_ones_end_it(world, post):
    draft = a_draft(world)
    send_code(draft)
    wrong = "000000" if code_in(post) != "000000" else "111111"
    for left in (4, 3, 2, 1):
        with pytest.raises(codes.CodeWrong) as refused:
            guests.submit(draft, wrong, at=WEDNESDAY, now=NOW)
        assert refused.value.left == left
    for typed in (wrong, code_in(post)):
        with pytest.raises(codes.CodeDead):
            guests.submit(draft, typed, at=WEDNESDAY, now=NOW)
    assert Notice.objects.count() == 0


def test_a_code_is_dead_after_fifteen_minutes(world, post):
    draft = a_draft(world)
    send_code(draft)
    with pytest.raises(codes.CodeDead):
        guests.submit(draft, code_in(post), at=WEDNESDAY, now=NOW + 15 * MINUTE)


def test_a_code_sent_to_ones_own_address_does_not_report_in_the_name_of_another(world, post):
    draft = a_draft(world, email="mallory@elsewhere.example")
    send_code(draft)
    guests.save(draft, at=WEDNESDAY, **GUNDULA)
    with pytest.raises(codes.ArrivalRefused):
        guests.submit(draft, code_in(post, "mallory@elsewhere.example"), at=WEDNESDAY, now=NOW)
    assert Notice.objects.count() == 0


def test_the_letter_with_the_code_holds_no_word_of_whoever_typed_the_address(world, post):
    draft = a_draft(world, name="Buy lamps at evil.example", statement="Visit evil.example now, it is cheap and good.")
    send_code(draft)
    letter = post.to(GUNDULA["email"])[-1]
    assert "evil" not in letter.subject + letter.text


def test_a_mail_server_that_is_away_leaves_no_code_open(world, post):
    draft = a_draft(world)
    post.fail_next(MailUnavailable("try later"))
    with pytest.raises(codes.CodeNotSent):
        send_code(draft)
    assert not guests.code_is_out(GuestDraft.objects.get(pk=draft.pk), now=NOW)


# --- what a report must hold ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"statement": "bad"}, "statement_too_short"),
        ({"statement": "x" * 2001}, "statement_too_long"),
        ({"name": ""}, "name_email_missing"),
        ({"email": "gundula at home"}, "account_contact_email"),
        ({"email": "gundula@fremd.example\nBcc: all@shops.example"}, "account_contact_email"),
        ({"name": "x" * 201}, "name_too_long"),
        ({"declarations": []}, "good_faith_missing"),
        ({"reason": "XX-9"}, "reason_unknown"),
        ({"facts": {"right_owner": "x" * 201}}, "name_too_long"),
    ],
)
def test_what_is_missing_is_named_before_a_code_is_sent(world, post, answers, code):
    draft = a_draft(world, **answers)
    with pytest.raises(NoticeDefective) as defective:
        send_code(draft)
    assert code in {defect.code for defect in defective.value.defects}
    assert post.outbox == []


def test_everything_that_is_wrong_is_named_at_once(world):
    draft = a_draft(world, statement="", name="", declarations=[])
    with pytest.raises(NoticeDefective) as defective:
        send_code(draft)
    found = {defect.code for defect in defective.value.defects}
    assert {"statement_too_short", "name_email_missing", "good_faith_missing"} <= found


def test_a_null_character_is_kept_as_its_picture_and_breaks_nothing(world, post):
    notice = a_report(world, post, statement=f"{WORDS}\0", name="Gundula\0 Fremd")
    assert "\0" not in notice.filer_name + unseal(notice.statement)


def test_ten_links_go_and_the_eleventh_is_named(world, post):
    draft = a_draft(world, "\n".join(a_link(40600 + n) for n in range(11)))
    verdicts = [line.code for line in guests.lines_of(draft)]
    assert verdicts == [*[""] * 10, "over_limit"]
    send_code(draft)
    assert guests.submit(draft, code_in(post), at=WEDNESDAY, now=NOW).complaints.count() == 10


def test_a_marketplace_may_let_guests_name_fewer(world):
    world.market.guest_links = 2
    world.market.save()
    draft = a_draft(world, "\n".join(a_link(40600 + n) for n in range(3)))
    assert [line.code for line in guests.lines_of(draft)] == ["", "", "over_limit"]


def test_links_of_elsewhere_are_never_fetched_and_cannot_be_sent(world, shop):
    hostile = ["http://169.254.169.254/latest/meta-data", "http://localhost:8000/i/40655", "file:///etc/passwd"]
    hostile += [
        "https://harbour.example.evil.example/i/40655",
        "javascript:alert(1)",
        "https://harbour.example@evil.example/i/1",
    ]
    draft = a_draft(world, "\n".join(hostile))
    assert all(line.code for line in guests.lines_of(draft))
    assert Listing.objects.count() == 0
    with pytest.raises(NoticeDefective) as defective:
        send_code(draft)
    assert "links_missing" in {defect.code for defect in defective.value.defects}


def test_under_the_platforms_own_procedure_a_guest_says_whose_right_it_is(post):
    world = a_world(patterns=HARBOUR)
    draft = a_draft(world)
    assert guests.report_of(draft).pack == "platform"
    with pytest.raises(NoticeDefective) as defective:
        send_code(draft)
    assert {defect.code for defect in defective.value.defects} == {"right_named_missing"}
    guests.save(draft, at=WEDNESDAY, facts={"right_owner": "Halden & Moe AS", "right_number": "EUTM 018123456"})
    send_code(draft)
    notice = guests.submit(draft, code_in(post), at=WEDNESDAY, now=NOW)
    assert notice.complaints.get().state == "checking"
    assert notice.facts == {"right_owner": "Halden & Moe AS", "right_number": "EUTM 018123456"}


def test_where_the_law_lets_guests_report_there_is_a_procedure_even_if_the_place_names_none():
    in_the_eu = {"patterns": HARBOUR, "territory": "EU", "offered_in": ["EU"]}
    assert guests.pack_for(a_world(**in_the_eu, packs=["pause-and-answer"]).market) == "eu-notice"
    assert guests.pack_for(a_world(patterns=HARBOUR, territory="CN", packs=["cn-ecommerce-law"]).market) == ""


# --- how often --------------------------------------------------------------------------------------------------------


def test_nobody_fills_a_strangers_mailbox_with_codes(world, post):
    draft = a_draft(world)
    for n in range(6):
        send_code(draft, by=f"203.0.113.{n}")
    with pytest.raises(guests.TooOften):
        send_code(a_draft(world), by="203.0.113.99")
    assert len(post.outbox) == 6
    send_code(draft, now=NOW + timedelta(hours=1, seconds=1))
    assert len(post.outbox) == 7


def test_one_computer_sends_codes_to_twenty_addresses_an_hour_and_no_more(world, post):
    for n in range(20):
        send_code(a_draft(world, email=f"person{n}@fremd.example"))
    with pytest.raises(guests.TooOften):
        send_code(a_draft(world, email="one.more@fremd.example"))
    assert len(post.outbox) == 20


def test_one_computer_has_links_checked_sixty_times_an_hour(world):
    draft = guests.start(marketplace=world.market, language="en", at=WEDNESDAY, now=NOW)
    for _ in range(60):
        guests.check_lines(draft, text="no link", at=WEDNESDAY, now=NOW, by="203.0.113.7")
    with pytest.raises(guests.TooOften):
        guests.check_lines(draft, text="no link", at=WEDNESDAY, now=NOW, by="203.0.113.7")
    guests.check_lines(draft, text="no link", at=WEDNESDAY, now=NOW, by="203.0.113.8")


# --- files ------------------------------------------------------------------------------------------------------------


def attach(draft, name="gundula-fremd.png", **more):
    said = {"kind": "photo", "private": True, "at": WEDNESDAY, "now": NOW, "by": "203.0.113.7", **more}
    guests.attach(draft, content=a_picture(), name=name, **said)


def test_a_file_is_kept_under_a_name_of_ours_and_the_seller_sees_only_what_the_guest_shows(world, post):
    draft = a_draft(world)
    attach(draft)
    attach(draft, name="mein ausweis.PNG", private=False)
    send_code(draft)
    notice = guests.submit(draft, code_in(post), at=WEDNESDAY, now=NOW)
    hidden, shown = (row.file for row in notice.files.order_by("pk"))
    assert (hidden.name, shown.name) == ("evidence-1.png", "evidence-2.png")
    case = notice.complaints.get()
    Complaint.objects.filter(pk=case.pk).update(seller=world.mei)
    happens(case, "restricted", "reviewer", WEDNESDAY + MINUTE, reasons=WHY)
    asks = {"person_id": None, "is_staff": False}
    assert not may_read_file(hidden, **asks, seller_ids=[world.mei.pk])
    assert may_read_file(shown, **asks, seller_ids=[world.mei.pk])
    assert may_read_file(hidden, **asks, notice_ids=[notice.pk])
    assert not may_read_file(hidden, **asks, notice_ids=[notice.pk + 1])
    assert not may_read_file(hidden, **asks)


def test_a_file_too_many_is_refused_and_one_taken_away_makes_room(world):
    draft = a_draft(world)
    for _ in range(20):
        attach(draft)
    with pytest.raises(TooManyFiles):
        attach(draft)
    guests.detach(draft, file_id=guests.files_of(draft)[0].file.pk)
    attach(draft)
    assert len(guests.files_of(draft)) == 20


def test_a_report_that_went_out_takes_nothing_more(world, post):
    draft = a_draft(world)
    send_code(draft)
    guests.submit(draft, code_in(post), at=WEDNESDAY, now=NOW)
    for change in (
        lambda: guests.save(draft, at=WEDNESDAY, statement="other"),
        lambda: attach(draft),
        lambda: send_code(draft),
        lambda: guests.check_lines(draft, text=a_link(), at=WEDNESDAY, now=NOW, by="x"),
    ):
        with pytest.raises(AlreadySent):
            change()


def test_what_nobody_sent_in_a_week_is_deleted_when_the_next_one_begins(world):
    old = a_draft(world)
    guests.start(marketplace=world.market, language="en", at=WEDNESDAY, now=NOW + timedelta(days=6))
    assert GuestDraft.objects.filter(pk=old.pk).exists()
    guests.start(marketplace=world.market, language="en", at=WEDNESDAY, now=NOW + timedelta(days=7, seconds=1))
    assert not GuestDraft.objects.filter(pk=old.pk).exists()


# --- the seller never learns who --------------------------------------------------------------------------------------


def test_the_seller_learns_neither_name_nor_address_from_mail_page_or_log(world, post):
    notice = a_report(world, post, facts={"right_owner": "Gundula Fremd"})
    case = notice.complaints.get()
    Complaint.objects.filter(pk=case.pk).update(seller=world.mei)
    happens(case, "restricted", "reviewer", WEDNESDAY + MINUTE, reasons=WHY)
    told(notice)
    (letter,) = post.to(world.mei.email)
    view = case_view(case.number, reader="seller", seller_ids=[world.mei.pk])
    said = " ".join((letter.subject, letter.text, letter.html, view.complainant_name, view.complainant_email))
    said += " ".join(entry.title for entry in view.trail)
    said += " ".join(ComplaintEvent.objects.filter(complaint=case).values_list("payload", flat=True))
    assert not re.search("gundula|fremd", said, re.IGNORECASE)


def test_the_name_of_the_key_of_a_guests_words_says_nothing_and_erasing_one_report_leaves_the_address_free(world, post):
    first = a_report(world, post)
    assert not SubjectKey.objects.filter(subject__icontains="fremd").exists()
    assert erase(subject=f"guest:{first.number}", rule="asked", at=NOW) == 1
    second = a_report(world, post, a_link(40777))
    assert unseal(second.statement) == WORDS


# --- coming back ------------------------------------------------------------------------------------------------------


def a_token(notice):
    return guest_links.make_link(notice, now=NOW)


def test_the_receipt_leads_to_the_report_after_a_code_to_the_same_address(world, post):
    notice = a_report(world, post)
    told(notice)
    receipt = post.to(GUNDULA["email"])[-1]
    assert notice.number in receipt.subject
    link = guest_links.open_link(re.search(r"/report/track/([\w-]{43})/", receipt.text)[1])
    guest_links.send_code(link, now=NOW)
    assert guest_links.check_code(link, code_in(post), now=NOW) == notice


def test_a_link_whose_time_is_over_is_renewed_by_a_code_and_one_that_was_ended_is_not(world, post):
    notice = a_report(world, post)
    token, later = a_token(notice), NOW + timedelta(days=400)
    link = guest_links.open_link(token)
    assert link.expires_at < later
    guest_links.send_code(link, now=later)
    guest_links.check_code(link, code_in(post), now=later)
    assert GuestLink.objects.get(pk=link.pk).expires_at > later + timedelta(days=300)
    assert guest_links.end_links(notice, now=later) == 1
    with pytest.raises(codes.LinkGone):
        guest_links.open_link(token)


def test_a_made_up_link_leads_nowhere(world, post):
    a_report(world, post)
    for token in ("", "x" * 43, "\udcff", "\0"):
        with pytest.raises(codes.LinkGone):
            guest_links.open_link(token)


def test_whoever_asks_for_links_gets_the_same_answer_and_a_mail_whether_something_was_reported_or_not(world, post):
    notice = a_report(world, post)
    before = len(post.outbox)
    assert guest_links.request_links(GUNDULA["email"].upper(), now=NOW) is None
    assert guest_links.request_links("nobody@elsewhere.example", now=NOW) is None
    known, unknown = post.outbox[before:]
    assert notice.number in known.text
    assert "/report/track/" in known.text
    assert "/report/track/" not in unknown.text
    for _ in range(5):
        guest_links.request_links("nobody@elsewhere.example", now=NOW)
    assert len(post.to("nobody@elsewhere.example")) == 3


def test_a_guest_sees_the_own_cases_and_nobody_elses(world, post):
    mine, other = a_report(world, post), a_report(world, post, a_link(40777), email="otto@fremd.example")
    assert set(visible("complainant", notice_ids=[mine.pk])) == set(mine.complaints.all())
    with pytest.raises(UnknownCase):
        case_view(other.complaints.get().number, reader="complainant", notice_ids=[mine.pk])


# --- acting in a case -------------------------------------------------------------------------------------------------


def answer(notice, case, event, at=WEDNESDAY + MINUTE, **more):
    return replies.answer(guest=notice, seen={case.pk: case.seq}, event=event, at=at, **more)


def test_a_guest_withdraws_and_cannot_touch_a_case_of_another(world, post):
    mine, other = a_report(world, post), a_report(world, post, a_link(40777), email="otto@fremd.example")
    with pytest.raises(UnknownCase):
        answer(mine, other.complaints.get(), "withdrawn")
    answer(mine, mine.complaints.get(), "withdrawn", words="I was wrong about the shop.")
    assert mine.complaints.get().outcome == "withdrawn"
    assert other.complaints.get().outcome == ""


def test_a_guest_adds_what_was_missing(post):
    world = a_world(patterns=HARBOUR)
    notice = a_report(world, post, facts={"right_owner": "Halden & Moe AS"})
    case = happens(notice.complaints.get(), "returned", "reviewer", WEDNESDAY + MINUTE) or notice.complaints.get()
    told(notice)
    case.refresh_from_db()
    answer(notice, case, "mended", at=WEDNESDAY + 5 * MINUTE, words="The mark is on the base, picture two.")
    assert notice.complaints.get().state == "checking"


def test_a_guest_appeals_and_the_words_are_under_the_key_of_the_report(world, post):
    notice = a_report(world, post)
    case = notice.complaints.get()
    happens(case, "kept", "reviewer", WEDNESDAY + MINUTE)
    told(notice)
    letter = post.to(GUNDULA["email"])[-1].text
    assert "You can appeal free of charge" in letter  # DSA art. 16(5): the decision comes with its redress
    appeal = file_appeal(
        complaint=notice.complaints.get(),
        side="complainant",
        seq=notice.complaints.get().seq,
        words="The reviewer has looked at the first picture only; it is the second one.",
        told_at=WEDNESDAY + 2 * MINUTE,
        by=None,
        at=WEDNESDAY + 3 * MINUTE,
        now=NOW,
        key="a",
    )
    assert appeal.words.key.subject == f"guest:{notice.number}"


def test_a_letter_that_goes_out_twice_carries_the_same_link(world, post):
    notice = a_report(world, post)
    telling.tell(notice.pk, at=WEDNESDAY, now=NOW)
    delivery = Delivery.objects.get(message__notice=notice)
    letters = [mail_of(delivery, at=WEDNESDAY, now=NOW).text for _ in range(2)]
    first, second = (re.search(r"/report/track/([\w-]{43})/", one)[1] for one in letters)
    assert first == second
    assert GuestLink.objects.filter(notice=notice).count() == 1


# --- the same listing twice -------------------------------------------------------------------------------------------


def test_the_same_guest_reporting_the_same_listing_twice_is_told_which_case_it_is(world, post):
    first = a_report(world, post)
    again = a_draft(world, reason="TM-1", email="GUNDULA@fremd.example")
    send_code(again)
    with pytest.raises(AlreadyReported) as refused:
        guests.submit(again, code_in(post, "GUNDULA@fremd.example"), at=WEDNESDAY, now=NOW)
    assert refused.value.cases == (first.complaints.get().number,)
    assert (Notice.objects.count(), Complaint.objects.count()) == (1, 1)
    assert guests.submit(again, "", at=WEDNESDAY, now=NOW) == first  # the second click finds the earlier report
    assert GuestDraft.objects.get(pk=again.pk).data == {}


def test_what_was_reported_before_is_left_out_beside_what_is_new(world, post):
    first = a_report(world, post)
    both = a_report(world, post, f"{a_link(40655)}\n{a_link(40656)}")
    assert [case.listing.item_id for case in both.complaints.all()] == ["40656"]
    assert [(out["line"], out["code"], out["data"]["case"]) for out in both.left_out] == [
        (1, "already_open", first.complaints.get().number)
    ]


def test_somebody_else_another_right_and_a_case_that_is_over_are_no_second_report(world, post):
    first = a_report(world, post)
    a_report(world, post, email="somebody@else.example")
    a_report(world, post, reason="CR-1")
    happens(first.complaints.get(), "withdrawn", "complainant", WEDNESDAY)
    a_report(world, post)
    assert Complaint.objects.count() == 4


def test_whoever_only_typed_the_address_learns_nothing_of_earlier_reports(world, post):
    a_report(world, post)
    draft = a_draft(world)
    assert [line.code for line in guests.lines_of(draft)] == [""]
    assert [d for d in guests.defects(guests.report_of(draft), at=WEDNESDAY) if d.blocks] == []
