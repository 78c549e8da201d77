"""Letters about rights: among the holder's messages, and an operator's task where one did not arrive."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.apps.rights import living
from countermark.apps.rights import services as rights
from countermark.apps.work.models import Job, Worker
from countermark.apps.work.services import case_now
from people import World, a_notice, a_right, a_world

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world() -> World:
    return a_world()


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person, backend=BACKEND)
    return browser


def page(browser: Client, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


def a_letter(world: World, **changes) -> RightLetter:
    """The mark was challenged, and its holder is written to."""
    at = case_now()
    right = living.happen(world.mark, "disputed", by=world.rana, at=at, why="Cancellation filed")
    right_letters.tell(right.events.get().pk, at=at, now=timezone.now())
    RightLetter.objects.update(**changes)
    return RightLetter.objects.get()


def came_back(world: World) -> RightLetter:
    return a_letter(world, failed_at=case_now(), answer="550 no such mailbox", attempts=3)


def test_a_letter_about_a_right_stands_among_the_messages_and_is_new_until_it_is_opened(world):
    a_notice(world, at=case_now() - timedelta(days=1))
    letter = a_letter(world)
    ines = browser_of(world.ines)
    address = f"/holder/messages/rights/{letter.pk}/"
    assert address in page(ines, "/holder/messages/")
    assert "One new message" in page(ines, "/holder/messages/")
    assert address in page(ines, "/holder/")
    said = page(ines, address)
    assert f"/holder/rights/{world.mark.pk}/" in said and "Came into doubt" in said
    assert "No new message" in page(ines, "/holder/messages/")


def test_nobody_else_reads_it(world):
    letter = a_letter(world)
    for person in (world.rana, world.tomas):
        assert browser_of(person).get(f"/holder/messages/rights/{letter.pk}/").status_code in (302, 403, 404)
    assert RightLetter.objects.get().read_at is None


@pytest.fixture
def desk(world) -> Client:
    now = timezone.now()
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now)
    return browser_of(world.tomas)


def test_a_letter_that_came_back_is_an_operators_task_and_is_sent_again_to_the_address_of_now(world, desk):
    came_back(world)
    world.halden.contact_email = "ip@haldenmoe.example"
    world.halden.save()
    home = page(desk, "/operate/")
    assert "1 letter about a right did not arrive" in home and 'name="do" value="right_letters"' in home
    assert "550 no such mailbox" in page(desk, "/operate/deliveries/rights/")
    Job.objects.all().delete()
    assert "1 letter is sent once more" in desk.post("/operate/mend/", {"do": "right_letters"}, follow=True).content.decode()
    letter = RightLetter.objects.get()
    assert (letter.failed_at, letter.address) == (None, "ip@haldenmoe.example")
    assert list(Job.objects.values_list("kind", "key")) == [("deliver_right", str(letter.pk))]


def test_the_task_is_done_once_its_reader_was_told_another_way_or_has_read_it(world, desk):
    letter = came_back(world)
    desk.post("/operate/deliveries/rights/", {"letter": letter.pk, "do": "told"})
    assert RightLetter.objects.get().delivered_at is not None
    assert "did not arrive" not in page(desk, "/operate/")
    RightLetter.objects.update(delivered_at=None)
    browser_of(world.ines).get(f"/holder/messages/rights/{letter.pk}/")
    assert "Every letter about a right arrived" in page(desk, "/operate/deliveries/rights/")


def test_a_holder_without_an_address_is_a_task_that_no_sending_mends(world, desk):
    world.halden.contact_email = ""
    world.halden.save()
    a_letter(world)
    home = page(desk, "/operate/")
    assert "no address is known" in home and 'value="right_letters"' not in home
    desk.post("/operate/mend/", {"do": "right_letters"})
    assert RightLetter.objects.get().failed_at is not None


def test_a_registration_sent_back_is_written_with_every_reason_and_how_to_mend_it(world):
    at = case_now()
    right = a_right(world.halden, state="pending", number="61234567", verified_at=None)
    rights.return_right(
        right=right, reasons=["copy_not_colour", "class_page_missing"], note="Page 2, please.", by=world.rana, at=at
    )
    event = right.events.get(event="returned")
    assert Job.objects.filter(kind="tell_right", key=str(event.pk)).exists()
    right_letters.tell(event.pk, at=at, now=timezone.now())
    mail = right_letters.mail_of(RightLetter.objects.get(), at=at)
    for said in ("Sent back", "black-and-white copy", "Add a colour scan", "Add every class page", "Page 2, please."):
        assert said in mail.subject + mail.text


def test_a_letter_in_chinese_has_full_width_marks_and_no_room_between_sentences(world):
    world.halden.language = "zh-hans"
    right = a_right(world.halden, state="returned", number="61234569", return_reasons=["copy_not_colour"])
    mail = right_letters.mail_of(RightLetter(right=right, holder=world.halden, what="returned"), at=case_now())
    assert mail.subject == "HALDEN & MOE：已退回：需要更正"
    assert "商标 HALDEN & MOE，CN 61234569\n" in mail.text
    assert "\n证书为黑白复印件，未盖章或签字。请添加彩色扫描件，或将复印件盖章或签字。\n" in mail.text


def test_a_holder_is_told_that_its_right_was_verified(world):
    at = case_now()
    right = a_right(world.halden, state="pending", number="61234568", verified_at=None)
    rights.approve_right(right=right, by=world.rana, at=at)
    right_letters.tell(right.events.get(event="approved").pk, at=at, now=timezone.now())
    assert "Verified" in right_letters.subject(RightLetter.objects.get())
