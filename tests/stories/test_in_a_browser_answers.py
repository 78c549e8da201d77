"""Mei answers from the letter, without an account: what is accepted, or met with silence, puts the listing back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from countermark.apps.complaints import services
from countermark.apps.complaints.models import Complaint
from countermark.apps.work.services import case_now
from people import World
from stories.at_the_desk import Desk, a_paper, states
from stories.languages import english_on
from stories.walks import Ines, Mei

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHINESE = {"seller": "lantern-zh", "statement": "灯座上有我们的商标，见照片。我们没有授权任何人在此销售。"}


def down_since_acceptance(desk: Desk, world: World, **notice: Any) -> list[Complaint]:
    """Found complete half an hour ago; the marketplace takes listings down then, so the shop shows none of them."""
    cases = list(desk.a_notice(world, **notice).complaints.order_by("line"))
    at = case_now() - timedelta(minutes=30)
    for case in cases:
        services.act([case.pk], "accepted", by="reviewer", at=at, reasons=services.Reasons(("notice_sufficient",)))
    desk.works()
    assert [desk.shop.status(case) for case in cases] == [404] * len(cases)
    return cases


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_answer_that_is_accepted_puts_the_listing_back(desk: Desk, language: str):
    world = desk.a_world(timing="at_acceptance")
    world.ines.language = world.halden.language = language
    world.ines.save()
    world.halden.save()
    (case,) = down_since_acceptance(desk, world, **(CHINESE if language == "zh-hans" else {}))

    mei = Mei.of(desk, language=language, address=case.seller.email)
    mei.comes_by_letter(case.notice)
    mei.is_at(f"**/seller/cases/{case.number}/")
    mei.sees_tags("Your turn: answer", "Listing is down")
    mei.answers(case, "licence", {"licence_letter": a_paper("licence.pdf")})
    desk.works()
    assert states([case]) == ["countered"]
    assert desk.shop.status(case) == 404

    ines = Ines.of(desk, world.ines, language)
    ines.accepts_the_answer(case)
    ines.sees_tags("Not upheld: stays up")
    desk.works()
    assert states([case]) == ["not_upheld"]
    assert desk.shop.status(case) == 200
    mei.opens(case)
    mei.sees_tags("Not upheld: stays up", "Listing stays up")


def test_an_answer_met_with_silence_puts_the_listing_back(desk: Desk):
    world = desk.a_world(timing="at_acceptance")
    answered, unanswered = down_since_acceptance(desk, world, lines=2)
    mei = Mei.of(desk)
    mei.comes_by_letter(answered.notice)
    mei.answers(answered, "licence", {"licence_letter": a_paper("licence.pdf")})
    desk.works()
    ines = Ines.of(desk, world.ines)
    ines.reads_the_answer(answered)
    ines.reads("If you do not answer")
    desk.silence(answered)
    assert states([answered, unanswered]) == ["dropped", "removed"]
    assert [desk.shop.status(case) for case in (answered, unanswered)] == [200, 404]
    ines.opens(answered)
    ines.sees_tags("Dropped: stays up", "Listing stays up")
    mei.opens(answered)
    mei.sees_tags("Dropped: stays up", "Listing stays up")


def test_a_complaint_withdrawn_after_the_removal_gives_the_listing_back(desk: Desk):
    world = desk.a_world()
    case = desk.a_notice(world).complaints.get()
    services.act([case.pk], "accepted", by="reviewer", at=case_now() - timedelta(minutes=30))
    desk.works()
    assert desk.shop.status(case) == 200
    desk.silence(case)
    assert states([case]) == ["removed"]
    assert desk.shop.status(case) == 404
    ines = Ines.of(desk, world.ines)
    ines.withdraws(case)
    ines.sees_tags("Withdrawn: stays up")
    desk.works()
    assert states([case]) == ["withdrawn"]
    assert desk.shop.status(case) == 200
    mei = Mei.of(desk)
    mei.comes_by_letter(case.notice)
    mei.sees_tags("Withdrawn: stays up", "Listing stays up")


def test_english_left_behind_on_a_chinese_page_is_found(desk: Desk):
    reader = desk.visitor(language="zh-hans")
    reader.goes("/")
    assert english_on(reader.page) == []
    reader.page.evaluate("document.querySelector('h1').textContent = 'Is something of yours sold without you?'")
    assert english_on(reader.page) == ["Is something of yours sold without you?"]
