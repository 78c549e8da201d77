"""A real mail server that bounces, is full, or hangs up after taking the letter; and two people who answer in the same second."""

import socket
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from countermark.apps.complaints import replies
from countermark.apps.complaints import services as cases
from countermark.apps.notifications import selectors
from countermark.apps.notifications.models import Delivery
from countermark.apps.work.models import Job
from countermark.apps.work.services import case_now
from countermark.core.complaint import Refusal
from countermark.entrypoints.jobs.worker import Worker
from countermark.project import wiring
from countermark.project.environment import MailServer
from people import a_complaint, a_world, happens

pytestmark = pytest.mark.django_db(transaction=True)


class Mailbox:
    """Answers RCPT by the address, counts what arrived, and hangs up once after DATA where told to."""

    def __init__(self):
        self.answers = {}
        self.letters = []
        self.hangs_up = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos[0], letter["Message-ID"], letter))
        if self.hangs_up:
            self.hangs_up -= 1
            server.transport.abort()
        return "250 Queued"


@pytest.fixture
def mailbox(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    settings.MAIL_SERVER = MailServer("127.0.0.1", port, "", "", False)
    wiring.mailer.cache_clear()
    yield box
    controller.stop()
    wiring.mailer.cache_clear()


def an_accepted_complaint():
    """Mei's case, about to be told."""
    world = a_world()
    return world, happens(a_complaint(world, at=case_now()), "accepted", "reviewer", case_now())


def a_wait_passes():
    """The time to the next try is over for every job that was put back."""
    Job.objects.filter(kind="deliver").update(run_at=case_now() - timedelta(seconds=1))


def test_a_mailbox_that_does_not_exist_never_starts_a_clock_and_becomes_an_operators_task(mailbox):
    world, case = an_accepted_complaint()
    mailbox.answers[world.mei.email] = "550 5.1.1 No such mailbox"
    Worker("w").once()
    a_wait_passes()
    Worker("w").once()
    case.refresh_from_db()
    assert (case.awaits_service, case.due_at) == (True, None)
    assert cases.sweep(now=case_now() + timedelta(days=365)) == 0
    (task,) = selectors.not_served(at=case_now())
    (delivery,) = task.deliveries
    assert (task.complaint, delivery.attempts, delivery.answer[:9]) == (case, 1, "550 5.1.1")


def test_a_mailbox_that_is_full_is_tried_again_until_it_is_not(mailbox):
    world, case = an_accepted_complaint()
    mailbox.answers[world.mei.email] = "452 4.2.2 Mailbox full"
    Worker("w").once()
    put_back = Job.objects.get(kind="deliver")
    assert "452" in put_back.last_error
    assert put_back.run_at > case_now()
    del mailbox.answers[world.mei.email]
    a_wait_passes()
    Worker("w").once()
    case.refresh_from_db()
    assert case.due_at is not None
    assert Delivery.objects.get(message__party="seller").attempts == 2


def test_a_server_that_takes_the_letter_and_hangs_up_gets_it_again_under_the_same_message_id(mailbox):
    world, case = an_accepted_complaint()
    mailbox.hangs_up = 3  # more than there are letters in the first turn
    Worker("w").once()
    case.refresh_from_db()
    assert case.awaits_service, "nobody said that the letter was taken"
    mailbox.hangs_up = 0
    a_wait_passes()
    Worker("w").once()
    case.refresh_from_db()
    assert case.due_at is not None
    meis = [message_id for to, message_id, _ in mailbox.letters if to == world.mei.email]
    assert len(meis) == 2
    assert len(set(meis)) == 1


def test_a_letter_is_plain_text_first_and_simple_html_second(mailbox):
    world, case = an_accepted_complaint()
    Worker("w").once()
    (letter,) = [letter for to, _, letter in mailbox.letters if to == world.mei.email]
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert case.number in letter.get_body(("plain",)).get_content()
    assert (letter["Auto-Submitted"], letter["Content-Language"]) == ("auto-generated", "en")


def test_two_people_who_answer_in_the_same_second_get_one_clear_answer_each(mailbox):
    world, case = an_accepted_complaint()
    Worker("w").once()
    case.refresh_from_db()
    happens(case, "counter_notice_filed", "seller", case_now())
    Worker("w").once()
    case.refresh_from_db()
    seen, at = {case.pk: case.seq}, case_now()
    together, ends = threading.Barrier(2), {}

    def answer(event):
        try:
            together.wait(60)
            replies.answer(holder_id=world.halden.pk, seen=seen, event=event, at=at)
            ends[event] = "done"
        except (cases.StaleCase, Refusal) as refused:
            ends[event] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(event,)) for event in ("counter_accepted", "counter_rejected")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends.values()) == ["done", "stale_case"]
    Worker("w").once()
    case.refresh_from_db()
    assert case.seq == seen[case.pk] + 1
    subjects = [letter["Subject"] for to, _, letter in mailbox.letters if to == world.mei.email]
    assert len(subjects) == 3, "the seller hears of the one answer that counts, once"
