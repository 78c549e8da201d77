"""Cases written and read back: one writer, guarded; silence recorded with its own instant; service starts clocks."""

from datetime import timedelta

import pytest

from countermark.apps.complaints import services
from countermark.apps.complaints.models import StatementOfReasons
from countermark.apps.work.models import Job
from people import WEDNESDAY, a_complaint, a_notice, a_world, happens

pytestmark = pytest.mark.django_db


def test_seller_who_stays_silent_for_three_working_days_loses_the_listing():
    world = a_world()
    case = a_complaint(world)
    assert (case.state, case.waits_on) == ("checking", "reviewer")
    case = happens(case, "accepted", "reviewer", WEDNESDAY + timedelta(hours=1))
    assert case.awaits_service
    assert case.due_at is None
    case = happens(case, "served", "", WEDNESDAY + timedelta(hours=2))
    # told on Wed 25; Thu 26 = 1, Fri 27 = 2, Sat 28 (make-up) = 3: ends Sat 24:00 = Sun 00:00 in Shanghai, Sat 16:00 UTC
    assert case.due_at.isoformat() == "2026-02-28T16:00:00+00:00"
    assert services.sweep(now=case.due_at - timedelta(seconds=1)) == 0
    assert services.sweep(now=case.due_at + timedelta(days=3)) == 1
    case.refresh_from_db()
    assert (case.state, case.ask, case.round, case.outcome) == ("removed", "remove", 2, "upheld")
    assert case.at.isoformat() == "2026-02-28T16:00:00+00:00"  # the instant decides, not the sweep
    statement = StatementOfReasons.objects.get(complaint=case)
    assert (statement.cause, statement.grounds, statement.automated_decision) == ("due", ["no_answer"], True)


def test_each_listing_of_a_notice_is_a_case_of_its_own():
    notice = a_notice(a_world(), lines=3)
    numbers = [case.number for case in notice.complaints.order_by("line")]
    assert numbers == [f"CM-{notice.number[2:]}-{n:02}" for n in (1, 2, 3)]


def test_two_people_with_a_stale_page_get_one_clear_refusal():
    case = a_complaint(a_world())
    services.act([case.pk], "accepted", by="reviewer", at=WEDNESDAY, seen={case.pk: 0})
    with pytest.raises(services.StaleCase) as refused:
        services.act([case.pk], "refused", by="reviewer", at=WEDNESDAY, seen={case.pk: 0})
    assert refused.value.ids == (case.pk,)


def test_work_that_follows_is_promised_in_the_same_transaction():
    notice = a_notice(a_world(), lines=2)
    assert Job.objects.filter(kind="tell", key=str(notice.pk)).count() == 1
