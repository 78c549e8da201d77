"""What the platform decides is seen in the shop: for the one, for the other, and over three rounds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from countermark.apps.complaints import replies, services
from countermark.apps.complaints.models import Complaint, StatementOfReasons
from countermark.apps.decisions.models import Decision
from countermark.apps.work.services import case_now
from countermark.core.complaint import NotPermitted
from people import World
from stories.at_the_desk import Desk, a_picture, states
from stories.walks import Ines, Mei, Rana

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COLOURS = ("#c9822b", "#2b5fc9", "#2bc96a")  # each paper is another one: a later answer has to show something new


def found_complete(desk: Desk, world: World, lines: int = 1) -> list[Complaint]:
    """Sent an hour ago, found complete half an hour later, Mei told since."""
    cases = list(desk.a_notice(world, lines=lines).complaints.order_by("line"))
    at, reasons = case_now() - timedelta(minutes=30), services.Reasons(("notice_sufficient",))
    services.act([case.pk for case in cases], "accepted", by="reviewer", at=at, reasons=reasons)
    desk.works()
    return cases


def disputed(desk: Desk, world: World, cases: list[Complaint]) -> None:
    """Mei answered, Ines did not accept it: what a reviewer finds on the desk."""
    services.act([case.pk for case in cases], "counter_notice_filed", by="seller", at=case_now())
    desk.works()
    for case in cases:
        case.refresh_from_db()
        said = "The seal on the letter is not ours."
        seen = {case.pk: case.seq}
        replies.answer(holder_id=world.halden.pk, seen=seen, event="counter_rejected", words=said, at=case_now())
    desk.works()


def test_the_platform_decides_for_the_one_and_for_the_other(desk: Desk):
    world = desk.a_world(timing="at_acceptance")
    upheld, not_upheld = found_complete(desk, world, lines=2)
    disputed(desk, world, [upheld, not_upheld])
    assert [desk.shop.status(case) for case in (upheld, not_upheld)] == [404, 404]
    rana = Rana.of(desk, world.rana)
    rana.decides(upheld, "decided_for_holder")
    rana.decides(not_upheld, "decided_for_seller")
    desk.works()
    assert states([upheld, not_upheld]) == ["deciding", "deciding"]
    desk.ten_seconds_pass()
    assert states([upheld, not_upheld]) == ["removed", "not_upheld"]
    assert [desk.shop.status(case) for case in (upheld, not_upheld)] == [404, 200]
    assert {d.complaint_id: d.verdict for d in Decision.objects.all()} == {
        upheld.pk: "upheld",
        not_upheld.pk: "not_upheld",
    }

    ines, mei = Ines.of(desk, world.ines), Mei.of(desk)
    mei.comes_by_letter(upheld.notice)
    for reader in (ines, mei):
        reader.opens(not_upheld)
        reader.sees_tags("Not upheld: stays up", "Listing stays up")
        reader.opens(upheld)
    ines.sees_tags("Down, seller may still answer", "Listing is down")
    mei.sees_tags("Down, you may still answer", "Listing is down")


def test_three_rounds_end_upheld_with_no_chance_left(desk: Desk):
    world = desk.a_world()
    (case,) = found_complete(desk, world)
    assert desk.shop.status(case) == 200
    ines, mei, rana = Ines.of(desk, world.ines), Mei.of(desk), Rana.of(desk, world.rana)
    mei.comes_by_letter(case.notice)
    for chance, colour in enumerate(COLOURS, 1):
        case.refresh_from_db()
        assert case.round == chance
        assert desk.shop.status(case) == (200 if chance == 1 else 404), "down since the first round was lost"
        mei.answers(case, "licence", {"licence_letter": a_picture(f"licence {chance}.png", colour)})
        desk.works()
        ines.rejects_the_answer(case)
        desk.works()
        rana.decides(case, "decided_for_holder")
        desk.ten_seconds_pass()
        assert desk.shop.status(case) == 404
    assert states([case]) == ["upheld"]
    assert StatementOfReasons.objects.filter(complaint=case).count() == 1, "the listing came down once"
    mei.opens(case)
    mei.sees_tags("Upheld: taken down", "Listing is down")
    assert mei.page.locator("#choice-answer").count() == 0
    ines.opens(case)
    ines.sees_tags("Upheld: taken down")
    with pytest.raises(NotPermitted):
        services.act([case.pk], "counter_notice_filed", by="seller", at=case_now())
