"""The window of 17 USC 512(g): down at once, a counter notification, ten business days, and the listing is put back."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from countermark.apps.work.services import calendar_in_force
from stories.at_the_desk import Desk, states
from stories.walks import Ines, Mei, Rana

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = {"address": "12 Lantern Lane, Hangzhou, China", "phone": "+86 571 0000 0111"}


def test_nobody_sues_and_the_listing_is_back_after_ten_business_days(desk: Desk):
    world = desk.a_world()
    case = desk.a_notice(world, pack="us-dmca-512").complaints.get()
    desk.works()
    rana = Rana.of(desk, world.rana)
    rana.accepts(case)
    assert desk.shop.status(case) == 200
    desk.ten_seconds_pass()
    assert states([case]) == ["removed"]
    assert desk.shop.status(case) == 404

    mei = Mei.of(desk)
    mei.comes_by_letter(case.notice)
    mei.sees_tags("Listing is down")
    mei.begins_an_answer(case)
    mei.gives_the_ground("work_not_copied", {})
    mei.reads("Everything on this page goes to Halden & Moe AS")
    mei.says_who_she_is(**ADDRESS)
    mei.sends_the_answer()
    desk.works()
    assert states([case]) == ["countered"]
    ines = Ines.of(desk, world.ines)
    ines.opens(case)
    ines.judges()
    for line in ADDRESS.values():
        expect(ines.page.locator("body")).to_contain_text(line)

    assert business_days(case) == 10
    desk.silence(case)
    assert desk.shop.status(case) == 200
    assert states([case]) == ["restored"]
    events = list(case.events.order_by("seq").values_list("event", flat=True))
    assert events[-2:] == ["due", "effect_confirmed"]
    for reader in (ines, mei):
        reader.opens(case)
        reader.sees_tags("Not upheld: stays up", "Listing stays up")


def business_days(case) -> int:
    """The business days between the counter notification and the end of the clock, neither of its ends counted twice."""
    calendar, zone = calendar_in_force("US-federal"), ZoneInfo("America/New_York")
    filed = case.events.get(event="counter_notice_filed").at.astimezone(zone).date()
    last = (case.due_at - timedelta(seconds=1)).astimezone(zone).date()
    days = (filed + timedelta(days=n) for n in range(1, (last - filed).days + 1))
    return sum(calendar.is_working(day) for day in days)
