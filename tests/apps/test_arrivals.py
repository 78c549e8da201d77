"""A seller arrives by the link of a mail and a code to its own address; nobody else does, and nobody learns who sells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.utils import translation

import plugged
from countermark.apps.parties import arrivals
from countermark.apps.parties.models import SignInLink
from countermark.connectors.fake_mail import FakeMailer
from countermark.connectors.mail import MailUnavailable
from people import World, a_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 26, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def mails() -> FakeMailer:
    return cast(FakeMailer, plugged.ports["post"])


@pytest.fixture(autouse=True)
def nobody_has_tried_before(settings: Any, post: FakeMailer) -> None:
    settings.ROOT_URLCONF = "countermark.project.urls"  # the links of these mails lead to the real pages
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def world() -> World:
    return a_world()


def arrived(world: World, at: datetime = NOW) -> SignInLink:
    """The link Mei has just opened."""
    return arrivals.open_link(arrivals.make_link(world.mei, "N-2026-000417", at), now=at)


def code() -> str:
    found = re.search(r"^ {4}(\d{6})$", mails().outbox[-1].text, re.MULTILINE)
    assert found, mails().outbox[-1].text
    return found[1]


def other_than(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06}"


def test_mei_gets_in_with_the_code_sent_to_her_own_address(world: World):
    link = arrived(world)
    arrivals.send_code(link, now=NOW)
    assert mails().outbox[-1].to == world.mei.email
    assert arrivals.check_code(link, code(), now=NOW + 14 * MINUTE) == world.mei


def test_neither_the_link_nor_the_code_is_kept_as_such(world: World):
    token = arrivals.make_link(world.mei, "N-2026-000417", NOW)
    link = arrivals.open_link(token, now=NOW)
    arrivals.send_code(link, now=NOW)
    kept = [str(value) for value in SignInLink.objects.values_list().get()]
    assert token not in kept
    assert code() not in kept


def test_a_code_is_good_once(world: World):
    link = arrived(world)
    arrivals.send_code(link, now=NOW)
    arrivals.check_code(link, code(), now=NOW)
    with pytest.raises(arrivals.CodeDead):
        arrivals.check_code(link, code(), now=NOW)


def test_a_code_is_good_for_fifteen_minutes_and_not_a_second_longer(world: World):
    link = arrived(world)
    arrivals.send_code(link, now=NOW)
    assert arrivals.code_is_out(link, now=NOW + 15 * MINUTE - timedelta(seconds=1))
    assert not arrivals.code_is_out(link, now=NOW + 15 * MINUTE)
    with pytest.raises(arrivals.CodeDead):
        arrivals.check_code(link, code(), now=NOW + 15 * MINUTE)


def test_whoever_guesses_has_five_tries_and_the_right_code_no_longer_helps(world: World):
    link = arrived(world)
    arrivals.send_code(link, now=NOW)
    left = []
    for _ in range(4):
        with pytest.raises(arrivals.CodeWrong) as refused:
            arrivals.check_code(link, other_than(code()), now=NOW)
        left.append(refused.value.left)
    assert left == [4, 3, 2, 1]
    with pytest.raises(arrivals.CodeDead):
        arrivals.check_code(link, other_than(code()), now=NOW)
    with pytest.raises(arrivals.CodeDead):
        arrivals.check_code(link, code(), now=NOW)


def test_the_code_of_one_link_opens_no_other(world: World):
    mine, other = arrived(world), arrived(world)
    arrivals.send_code(mine, now=NOW)
    first = code()
    arrivals.send_code(other, now=NOW)
    with pytest.raises(arrivals.ArrivalRefused):
        arrivals.check_code(other, first if first != code() else other_than(first), now=NOW)


def test_a_new_code_ends_the_one_before(world: World):
    link = arrived(world)
    arrivals.send_code(link, now=NOW)
    first = code()
    arrivals.send_code(link, now=NOW)
    if first != code():  # one in a million draws the same
        with pytest.raises(arrivals.CodeWrong):
            arrivals.check_code(link, first, now=NOW)
    assert arrivals.check_code(link, code(), now=NOW) == world.mei


def test_blanks_dashes_and_wide_digits_are_read_as_meant(world: World):
    link = arrived(world)
    arrivals.send_code(link, now=NOW)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code())
    assert arrivals.check_code(link, f" {wide[:3]}-{wide[3:]} ", now=NOW) == world.mei


def test_a_shop_is_sent_six_codes_an_hour_and_then_more(world: World):
    link = arrived(world)
    for _ in range(6):
        arrivals.send_code(link, now=NOW)
    with pytest.raises(arrivals.TooManyCodes):
        arrivals.send_code(arrived(world), now=NOW + 59 * MINUTE)  # another link of the shop is no way around
    arrivals.send_code(link, now=NOW + 60 * MINUTE)
    assert len(mails().outbox) == 7


def test_a_mail_server_that_does_not_answer_leaves_no_code_open(world: World):
    link = arrived(world)
    mails().fail_next(MailUnavailable("no answer"))
    with pytest.raises(arrivals.CodeNotSent):
        arrivals.send_code(link, now=NOW)
    link.refresh_from_db()
    assert not arrivals.code_is_out(link, now=NOW)


def test_a_link_ends_after_its_days_and_an_unknown_one_was_never_there(world: World):
    token = arrivals.make_link(world.mei, "N-2026-000417", NOW)
    arrivals.open_link(token, now=NOW + timedelta(days=90) - timedelta(seconds=1))
    for wrong, at in ((token, NOW + timedelta(days=90)), (token + "x", NOW), ("", NOW)):
        with pytest.raises(arrivals.LinkGone):
            arrivals.open_link(wrong, now=at)


def test_a_new_link_goes_to_the_address_of_the_shop_and_leads_to_its_newest_notice(world: World):
    arrivals.make_link(world.mei, "N-2026-000001", NOW - timedelta(days=9))
    arrivals.make_link(world.mei, "N-2026-000002", NOW - timedelta(days=1))
    arrivals.request_link(world.mei.email.upper(), now=NOW)
    mail = mails().outbox[-1]
    assert mail.to == world.mei.email
    token = re.search(r"/seller/arrive/([\w-]+)/", mail.text)
    assert token, mail.text
    link = arrivals.open_link(token[1], now=NOW)
    assert (link.seller, link.notice_number) == (world.mei, "N-2026-000002")


def test_an_unknown_address_gets_a_mail_that_says_so_and_whoever_asked_learns_nothing(world: World):
    assert arrivals.request_link("nobody@example.org", now=NOW) is None
    assert arrivals.request_link(world.mei.email, now=NOW) is None
    assert [mail.to for mail in mails().outbox] == ["nobody@example.org", world.mei.email]
    assert "arrive" not in mails().outbox[0].text


def test_nobody_fills_a_mailbox_with_links(world: World):
    for _ in range(9):
        arrivals.request_link(world.mei.email, now=NOW)
    assert len(mails().outbox) == 3


def test_the_mails_speak_the_language_of_the_shop(world: World):
    world.mei.language = "zh-Hans"
    world.mei.save()
    link = arrived(world)
    with translation.override("en"):
        arrivals.send_code(link, now=NOW)
    assert mails().outbox[-1].language == "zh-hans"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("mei@lantern.example", "m…i@lantern.example"), ("m@lantern.example", "m…@lantern.example"), ("", "")],
)
def test_an_address_is_shown_so_that_only_its_owner_knows_it(address: str, shown: str):
    assert arrivals.masked(address) == shown
