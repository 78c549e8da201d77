"""Who is told what, once; and that being told, and nothing else, starts a clock."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as live
from django.db import connection
from django.urls import reverse
from django.utils import translation

from countermark.apps.complaints import guest_links
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.intake import Filing, submit_notice
from countermark.apps.complaints.models import Complaint, EventReceipt
from countermark.apps.notifications import mail, selectors, services, wording
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.parties.arrivals import token_digest
from countermark.apps.parties.models import SignInLink
from countermark.apps.work.jobs import TryLater
from countermark.apps.work.models import Job
from countermark.connectors.mail import MailUnavailable
from countermark.core.defect import Contact
from people import WEDNESDAY, a_complaint, a_notice, a_world, happens, listings_of, said_by

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = WEDNESDAY + HOUR
WHY = cases.Reasons(("tm_mark_on_goods",))


@pytest.fixture
def world(post):
    return a_world()


def told(notice, at=LATER):
    """Write the messages that are due and hand over every letter that can be handed over."""
    services.tell(notice.pk, at=at, now=NOW)
    for delivery in Delivery.objects.filter(message__notice=notice, delivered_at=None, failed_at=None):
        sent(delivery, at)


def sent(delivery, at=LATER):
    receipt = services.send(delivery.pk, at=at, now=NOW)
    if receipt:
        services.delivered(delivery.pk, receipt=receipt, at=at)
    delivery.refresh_from_db()
    return delivery


def accepted(case, at=LATER):
    return happens(case, "accepted", "reviewer", at, reasons=WHY)


def to_mei(world, post):
    return post.to(world.mei.email)


# --- who is told ----------------------------------------------------------------------------------------------------------


def test_one_message_for_each_party_names_every_line_and_is_written_once(world, post):
    notice = a_notice(world, lines=3)
    told(notice)
    assert services.tell(notice.pk, at=LATER, now=NOW) == 0
    message = Message.objects.get()
    assert (message.party, message.kind, len(message.lines)) == ("complainant", "receipt", 3)
    (letter,) = post.to(world.halden.contact_email)
    assert all(case.number in letter.text for case in notice.complaints.all())


def test_both_the_contact_address_and_whoever_filed_get_a_letter(world, post):
    told(a_notice(world))
    assert {letter.to for letter in post.outbox} == {world.halden.contact_email, world.ines.email}
    assert len({letter.message_id for letter in post.outbox}) == 2


def test_seller_hears_nothing_of_a_notice_that_is_refused_or_returned(world, post):
    refused, returned = a_complaint(world), a_complaint(world)
    happens(refused, "refused", "reviewer", LATER)
    happens(returned, "returned", "reviewer", LATER)
    told(refused.notice)
    told(returned.notice)
    assert to_mei(world, post) == []
    assert not Message.objects.filter(party="seller").exists()


def test_seller_hears_of_a_complaint_with_its_acceptance_and_not_of_what_came_before(world, post):
    case = accepted(a_complaint(world))
    told(case.notice)
    message = Message.objects.get(party="seller")
    assert message.lines == [[case.pk, 1, "accepted"]]


def test_each_seller_of_a_notice_sees_only_what_concerns_that_seller(world, post):
    copies = {**listings_of(world, 1), **listings_of(world, 1, world.otto)}
    notice = a_notice(world, copies=copies)
    meis, ottos = (accepted(case) for case in notice.complaints.order_by("line"))
    told(notice)
    (to_otto,) = post.to(world.otto.email)
    assert ottos.number in to_otto.text
    assert meis.number not in to_otto.text
    assert world.mei.name not in to_otto.text


def test_nobody_is_told_of_what_one_did_oneself_but_a_filing_gets_its_receipt(world, post):
    case = accepted(a_complaint(world))
    told(case.notice)
    case.refresh_from_db()
    happens(case, "counter_notice_filed", "seller", LATER + HOUR)
    told(case.notice, LATER + HOUR)
    case.refresh_from_db()
    happens(case, "counter_rejected", "complainant", LATER + 2 * HOUR)
    told(case.notice, LATER + 2 * HOUR)
    events = [
        line[2] for message in Message.objects.order_by("pk") for line in message.lines if message.party == "seller"
    ]
    assert events == ["accepted", "counter_notice_filed", "counter_rejected"]
    mine = [
        line[2] for message in Message.objects.order_by("pk") for line in message.lines if message.party != "seller"
    ]
    assert mine == ["opened", "accepted", "counter_notice_filed"]


def test_our_own_lateness_is_no_mail(world, post):
    case = a_complaint(world)
    told(case.notice)
    before = len(post.outbox)
    cases.sweep(now=case.due_at)
    told(case.notice, case.due_at)
    assert len(post.outbox) == before


def test_an_event_that_was_committed_late_is_told_although_later_ones_were(world, post):
    case = accepted(a_complaint(world))
    EventReceipt.objects.create(consumer="tell", event=case.events.get(seq=1))
    told(case.notice)
    assert [line[1] for message in Message.objects.all() for line in message.lines] == [0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_one_thing_once(post):
    notice = a_notice(a_world(), lines=2)
    together, written = threading.Barrier(3), []

    def run():
        try:
            together.wait(60)
            written.append(services.tell(notice.pk, at=LATER, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 0, 1]
    assert Message.objects.count() == 1


# --- what a letter says and hides -----------------------------------------------------------------------------------------


def test_the_letter_says_who_what_right_what_silence_means_and_how_long(world, post):
    case = accepted(a_complaint(world))
    told(case.notice)
    (letter,) = to_mei(world, post)
    for words in (
        "Halden & Moe AS complained about one of your listings at Harbour Market.",
        "Trademark HALDEN & MOE, CN 41902337",
        "The mark is on the goods without a licence",
        f"Contact of the complainant: {world.halden.contact_email}",
        "You have 3 working days from the day you are told",
        "If no answer comes in time, the listing is taken down.",
    ):
        assert words in letter.text
    assert "until" not in letter.text, "there is no due date before the seller was told"
    assert world.halden.phone not in letter.text
    assert world.halden.address not in letter.text
    assert letter.html.count(case.number) == 1


def test_what_silence_means_comes_from_the_pack(world, post):
    case = accepted(a_complaint(world))
    told(case.notice)
    case.refresh_from_db()
    happens(case, "counter_notice_filed", "seller", LATER + HOUR)
    told(case.notice, LATER + HOUR)
    last = post.to(world.ines.email)[-1]
    assert "If no answer comes in time, the complaint is dropped." in last.text
    assert "Lantern Lane filed a counter-notice." in last.text


def test_silence_that_takes_the_listing_down_says_so_and_names_the_next_chance(world, post):
    case = accepted(a_complaint(world))
    told(case.notice)
    case.refresh_from_db()
    cases.sweep(now=case.due_at)
    told(case.notice, case.due_at)
    last = to_mei(world, post)[-1].text
    assert "The time to answer ended; the listing comes down." in last
    assert "Why: No answer in time. The full reasons are on the page." in last
    assert "You have 7 working days" in last
    assert "this chance is used up" in last


def guests_notice(world, **said):
    """A guest reports a listing in the EU."""
    copies = listings_of(world, 1)
    who = Contact("Gundula Fremd", "gundula@fremd.example", "Weg 1", "+49 1")
    said = said_by(world, copies, filer_role="guest", filer=who, right=None, right_row=None, **said)
    return submit_notice(Filing(said, "eu-notice", world.market, copies, language="zh-hans"), at=WEDNESDAY)


def test_a_guest_gets_mail_with_a_link_to_the_report_and_is_never_named_to_the_seller(world, post):
    notice = guests_notice(world)
    case = notice.complaints.get()
    told(notice)
    happens(case, "restricted", "reviewer", LATER, reasons=WHY)
    told(notice)
    assert len(post.to("gundula@fremd.example")) == 2
    for letter in post.to("gundula@fremd.example"):
        (token,) = re.findall(r"/report/track/([\w-]{43})/", letter.text)
        assert guest_links.open_link(token).notice == notice
    (seller,) = to_mei(world, post)
    for part in (seller.subject, seller.text, seller.html):
        assert "Gundula" not in part
        assert "fremd" not in part


def test_a_message_is_mailed_in_the_language_of_whoever_reads(world, post):
    world.mei.language = "zh-Hans"
    world.mei.save()
    case = accepted(a_complaint(world))
    told(case.notice)
    (letter,) = to_mei(world, post)
    assert letter.language == "zh-hans"
    assert "个工作日" in letter.text
    assert "working day" not in letter.text
    assert {one.language for one in post.outbox if one.to != world.mei.email} == {"en"}


def test_a_language_we_do_not_speak_is_answered_in_ours(world, post):
    world.mei.language = "sw"
    world.mei.save()
    told(accepted(a_complaint(world)).notice)
    assert to_mei(world, post)[0].language == "en"


def test_a_line_break_in_a_name_breaks_no_subject(world, post):
    notice = a_notice(world)
    notice.filer_name = "Halden\nBcc: all@shops.example"
    notice.save()
    case = notice.complaints.get()
    happens(case, "accepted", "reviewer", LATER)
    told(notice)
    assert all("\n" not in letter.subject for letter in post.outbox)


def test_a_listing_title_is_text_and_never_markup(world, post):
    case = accepted(a_complaint(world))
    case.listing.title = "<img src=x onerror=alert(1)> & lamp"
    case.listing.save()
    told(case.notice)
    (letter,) = to_mei(world, post)
    assert "<img" not in letter.html
    assert "<img src=x onerror=alert(1)> & lamp" in letter.text


def test_three_hundred_lines_of_one_kind_are_said_once_with_every_number(world, post):
    notice = a_notice(world, lines=300)
    cases.act([c.pk for c in notice.complaints.all()], "accepted", by="reviewer", at=LATER)
    told(notice)
    (letter,) = to_mei(world, post)
    assert letter.text.count("You have 3 working days") == 1
    assert letter.text.count("CM-") == 300


# --- the link -------------------------------------------------------------------------------------------------------------


def test_a_sellers_link_is_the_same_in_every_attempt_and_kept_only_as_a_digest(world, post):
    case = accepted(a_complaint(world))
    post.fail_next(MailUnavailable("the line broke", may_have_arrived=True))
    services.tell(case.notice_id, at=LATER, now=NOW)
    delivery = Delivery.objects.get(message__party="seller")
    with pytest.raises(TryLater):
        services.send(delivery.pk, at=LATER, now=NOW)
    first = mail.mail_of(delivery, at=LATER, now=NOW)
    sent(delivery)
    (second,) = to_mei(world, post)
    token = mail.token_of(delivery)
    address = live.BASE_URL + reverse("seller:arrive", args=[token])
    assert address in first.text
    assert address in second.text
    link = SignInLink.objects.get()
    assert (link.seller, link.notice_number) == (world.mei, case.notice.number)
    assert link.token_digest == token_digest(token)
    assert link.expires_at == NOW + timedelta(days=90)


# --- being told starts the clock ------------------------------------------------------------------------------------------


def test_the_clock_starts_when_the_letter_was_taken_over_and_only_once(world, post):
    case = accepted(a_complaint(world))
    told(case.notice, LATER + HOUR)
    case.refresh_from_db()
    assert case.clock_from == LATER + HOUR
    delivery = Delivery.objects.get(message__party="seller")
    assert services.delivered(delivery.pk, receipt=services.Receipt("x", 250, "again"), at=LATER + 5 * HOUR) == 0
    services.read(delivery.message, by=world.rana, at=LATER + 5 * HOUR)
    case.refresh_from_db()
    assert case.clock_from == LATER + HOUR
    assert case.events.filter(event="served").count() == 1


def test_a_bounced_letter_starts_no_clock_and_is_an_operators_task(world, post):
    post.refuse(world.mei.email, 550)
    case = accepted(a_complaint(world))
    told(case.notice)
    case.refresh_from_db()
    assert (case.awaits_service, case.due_at) == (True, None)
    assert cases.sweep(now=LATER + timedelta(days=60)) == 0, "a mailbox that bounces delays the clock for ever"
    (failed,) = selectors.failed_deliveries()
    assert (failed.address, failed.answer[:3]) == (world.mei.email, "550")
    (task,) = selectors.not_served(at=LATER)
    assert (task.complaint, task.has_failed, task.is_late) == (case, True, False)
    assert services.send(failed.pk, at=LATER, now=NOW) is None, "what bounced for good is not sent again"


def test_a_full_mailbox_is_tried_again_and_then_the_clock_starts(world, post):
    post.refuse(world.mei.email, 452, "Mailbox full.")
    case = accepted(a_complaint(world))
    services.tell(case.notice_id, at=LATER, now=NOW)
    delivery = Delivery.objects.get(message__party="seller")
    with pytest.raises(TryLater):
        services.send(delivery.pk, at=LATER, now=NOW)
    case.refresh_from_db()
    assert case.awaits_service
    post.accept(world.mei.email)
    sent(delivery, LATER + HOUR)
    case.refresh_from_db()
    assert (delivery.attempts, case.clock_from) == (2, LATER + HOUR)


def test_a_mail_server_that_refuses_us_is_no_fault_of_the_reader(world, post):
    post.refuse(world.mei.email, 535, "Authentication failed.")
    case = accepted(a_complaint(world))
    services.tell(case.notice_id, at=LATER, now=NOW)
    delivery = Delivery.objects.get(message__party="seller")
    with pytest.raises(TryLater):
        services.send(delivery.pk, at=LATER, now=NOW)
    delivery.refresh_from_db()
    assert delivery.failed_at is None


def test_a_seller_without_an_address_is_an_operators_task_at_once(world, post):
    world.mei.email = ""
    world.mei.save()
    case = accepted(a_complaint(world))
    told(case.notice)
    (task,) = selectors.not_served(at=LATER)
    assert task.has_failed
    services.serve_another_way(task.message, channel="shop", by=world.tomas, at=LATER + HOUR, now=NOW)
    case.refresh_from_db()
    assert case.clock_from == LATER + HOUR
    assert selectors.not_served(at=LATER + HOUR) == []
    assert not selectors.failed_deliveries().exists()


def test_another_address_starts_the_clock_when_its_letter_was_taken_over(world, post):
    post.refuse(world.mei.email, 550)
    case = accepted(a_complaint(world))
    told(case.notice)
    message = Message.objects.get(party="seller")
    with pytest.raises(services.CannotServe):
        services.serve_another_way(message, channel="mail", by=world.tomas, at=LATER, now=NOW)
    with pytest.raises(services.CannotServe):
        services.serve_another_way(message, channel="pigeon", by=world.tomas, at=LATER, now=NOW)
    again = services.serve_another_way(
        message, channel="mail", address="mei@home.example", by=world.tomas, at=LATER, now=NOW
    )
    assert Job.objects.filter(kind="deliver", key=str(again.pk)).exists()
    case.refresh_from_db()
    assert case.awaits_service
    sent(again, LATER + HOUR)
    case.refresh_from_db()
    assert case.clock_from == LATER + HOUR


def test_who_is_told_nothing_for_a_working_day_is_an_operators_task(world, post):
    case = accepted(a_complaint(world))
    services.tell(case.notice_id, at=LATER, now=NOW)
    assert selectors.not_served(at=LATER + HOUR) == []
    # waits since Wed 25; Thu 26 is the working day, over at 24:00 in Shanghai, 16:00 UTC
    end = datetime(2026, 2, 26, 16, tzinfo=UTC)
    assert selectors.not_served(at=end - timedelta(seconds=1)) == []
    (task,) = selectors.not_served(at=end)
    assert (task.complaint, task.is_late, task.has_failed) == (case, True, False)


def test_reading_here_is_being_told(world, post):
    post.refuse(world.mei.email, 550)
    case = accepted(a_complaint(world))
    told(case.notice)
    assert services.read_about([case.pk], party="seller", by=world.rana, at=LATER + HOUR) == 1
    case.refresh_from_db()
    assert case.clock_from == LATER + HOUR
    assert case.events.get(event="served").payload.find('"channel":"app"') > 0
    assert services.read_about([case.pk], party="seller", by=world.rana, at=LATER + 2 * HOUR) == 0
    assert not selectors.failed_deliveries().exists()


def test_what_was_told_of_an_earlier_state_does_not_serve_a_later_one(world, post):
    case = accepted(a_complaint(world))
    services.tell(case.notice_id, at=LATER, now=NOW)
    early = Delivery.objects.get(message__party="seller")
    happens(case, "right_in_doubt", "rights", LATER + HOUR)
    happens(case, "right_cleared", "rights", LATER + 2 * HOUR)
    sent(early, LATER + 3 * HOUR)
    case.refresh_from_db()
    assert case.awaits_service, "the letter said nothing of what happened since"
    told(case.notice, LATER + 4 * HOUR)
    case.refresh_from_db()
    assert case.clock_from == LATER + 4 * HOUR


# --- reminders ------------------------------------------------------------------------------------------------------------


def running(world, lines=1):
    notice = a_notice(world, lines=lines)
    cases.act([c.pk for c in notice.complaints.all()], "accepted", by="reviewer", at=LATER)
    told(notice)
    return notice


def reminders():
    return list(Message.objects.filter(kind="reminder").order_by("pk"))


def test_a_clock_is_reminded_of_at_50_80_and_95_percent_with_all_its_lines(world, post):
    notice = running(world, lines=2)
    case = notice.complaints.first()
    span = case.due_at - case.clock_from
    for share in (0.5, 0.8, 0.95):
        at = case.clock_from + span * share
        assert services.remind(at=at - timedelta(seconds=1), now=NOW) == 0
        assert services.remind(at=at + timedelta(seconds=1), now=NOW) == 1
        assert services.remind(at=at + timedelta(seconds=1), now=NOW) == 0
    assert [len(message.lines) for message in reminders()] == [2, 2, 2]
    assert {message.party for message in reminders()} == {"seller"}
    assert not Complaint.objects.filter(remind_at__isnull=False).exists()


def test_a_reminder_says_how_long_is_left_and_until_when(world, post):
    notice = running(world)
    at = notice.complaints.get().remind_at
    services.remind(at=at, now=NOW)
    told(notice, at)
    letter = to_mei(world, post)[-1]
    # served Wed 25, 15:02; half of the time until Sat 28, 24:00 is over on Fri 27, 07:31: Sat 28 is left
    assert letter.subject.startswith("Reminder: 1 working day left")
    assert "You have until Sat 28 Feb, 24:00 Shanghai" in letter.text


def test_time_that_jumps_brings_one_reminder_not_three(world, post):
    case = running(world).complaints.get()
    services.remind(at=case.due_at - timedelta(minutes=1), now=NOW)
    assert [message.key.split("-")[1] for message in reminders()] == ["3"]


def test_who_has_answered_is_not_reminded(world, post):
    case = running(world).complaints.get()
    at = case.remind_at
    happens(case, "counter_notice_filed", "seller", LATER + HOUR)
    assert services.remind(at=at, now=NOW) == 0


def test_a_page_words_a_message_in_the_language_of_the_page(world, post):
    case = accepted(a_complaint(world))
    told(case.notice)
    message = selectors.messages_to("seller", seller_ids=[world.mei.pk]).get()
    assert selectors.unread(selectors.messages_to("seller", seller_ids=[world.mei.pk])) == 1
    assert selectors.unread(selectors.messages_to("seller", seller_ids=[world.otto.pk])) == 0
    with translation.override("zh-hans"):
        assert "个工作日" in wording.letter(message, at=LATER).groups[0].to_do[1]
