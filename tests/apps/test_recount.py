"""An official holiday notice is loaded: clocks that rested on its days are counted again, in the log, and both are told."""

from datetime import datetime

import pytest

from countermark.apps.complaints import log, recount
from countermark.apps.complaints.models import Complaint
from countermark.apps.notifications import services as telling
from countermark.apps.notifications.models import Message
from countermark.apps.parties.models import StaffEvent
from countermark.apps.work.models import Job
from countermark.core.holiday_notice import parse
from people import SHANGHAI, a_complaint, a_world, happens

pytestmark = pytest.mark.django_db
TABLE = "date,kind,name\n" + "".join(f"2027-02-{day:02},holiday,Spring Festival\n" for day in range(5, 12))
FILED = datetime(2027, 2, 3, 10, tzinfo=SHANGHAI)
TOLD = datetime(2027, 2, 4, 10, tzinfo=SHANGHAI)  # Fri 5 = 1, Mon 8 = 2, Tue 9 = 3
FRIDAY = datetime(2027, 2, 5, 9, tzinfo=SHANGHAI)


def waiting_for_mei(world) -> Complaint:
    case = happens(a_complaint(world, at=FILED), "accepted", "reviewer", TOLD)
    return happens(case, "served", "", TOLD)


def load(world):
    recount.announce(calendar_id="CN", notice=parse(TABLE), source="a test", by=world.tomas, at=FRIDAY, now=FRIDAY)
    return recount.recount_running(year=2027, at=FRIDAY)


def test_due_dates_that_rest_on_an_unpublished_year_are_named():
    world = a_world()
    case = waiting_for_mei(world)
    assert recount.provisional() == {"CN": [case.number]}


def test_mei_gets_the_days_back_that_turned_out_to_be_holidays():
    world = a_world()
    case = waiting_for_mei(world)
    assert case.due_at == datetime(2027, 2, 10, tzinfo=SHANGHAI)
    done = load(world)
    case.refresh_from_db()
    assert case.due_at == datetime(2027, 2, 17, tzinfo=SHANGHAI)  # Fri 12 = 1, Mon 15 = 2, Tue 16 = 3
    assert done.moved == ((case.number, datetime(2027, 2, 10, tzinfo=SHANGHAI), case.due_at),)
    assert case.events.order_by("seq").last().event == "recounted"
    assert list(log.verify()) == []
    assert recount.provisional() == {}


def test_both_sides_are_told_of_the_new_date():
    world = a_world()
    case = waiting_for_mei(world)
    telling.tell(case.notice_id, at=TOLD, now=TOLD)
    load(world)
    telling.tell(case.notice_id, at=FRIDAY, now=FRIDAY)
    told = Message.objects.filter(created_at=FRIDAY)
    assert {message.party for message in told} == {"seller", "complainant"}
    assert all(message.lines[0][2] == "recounted" for message in told)


def test_loading_twice_moves_nothing_twice_and_the_promise_is_kept_by_a_worker_too():
    world = a_world()
    case = waiting_for_mei(world)
    load(world)
    assert load(world).moved == ()
    assert case.events.filter(event="recounted").count() == 1
    assert Job.objects.filter(kind="recount", key="2027").count() == 1
    assert StaffEvent.objects.filter(event="calendar.notice_loaded", by=world.tomas).count() == 2


def test_a_clock_that_ended_before_the_notice_stays_ended():
    world = a_world()
    case = waiting_for_mei(world)
    recount.announce(calendar_id="CN", notice=parse(TABLE), source="late", by=world.tomas, at=FRIDAY, now=FRIDAY)
    recount.recount_running(year=2027, at=datetime(2027, 2, 10, 9, tzinfo=SHANGHAI))
    case.refresh_from_db()
    assert case.state == "removed"
