"""Before a mandate ends, owner and agent are written to, so that nobody's complaints stand still by surprise."""

from datetime import date, datetime, timedelta

import pytest

from countermark.apps.mandates import letters, services
from countermark.apps.mandates.models import MandateEvent
from countermark.apps.work import moments
from countermark.core.rights.mandate import marks
from countermark.entrypoints.jobs import duties
from mandates import a_mandate, an_agents_world
from people import WEDNESDAY

pytestmark = pytest.mark.django_db
ENDS = date(2026, 12, 31)


@pytest.fixture
def world(db):
    return an_agents_world()


def on(day: date) -> datetime:
    """Noon of that day where mandates end."""
    return datetime.combine(day, datetime.min.time(), services.zone()) + timedelta(hours=12)


def reminders(row):
    return [event.data["days"] for event in row.events.filter(event="ends_soon").order_by("pk")]


def test_both_sides_are_reminded_on_each_of_the_days_and_no_more(world):
    row = a_mandate(world, ends_on=ENDS)
    for days in range(max(marks()) + 2, -2, -1):
        services.remind(at=on(ENDS - timedelta(days=days)))
    assert reminders(row) == list(marks())


def test_a_clock_that_jumps_gives_the_last_reminder_that_is_due_and_no_other(world):
    row = a_mandate(world, ends_on=ENDS)
    assert services.remind(at=on(ENDS - timedelta(days=5))) == 1
    assert services.remind(at=on(ENDS - timedelta(days=5))) == 0
    assert reminders(row) == [min(marks())]


def test_nobody_is_reminded_of_an_end_that_is_over_nor_of_a_mandate_that_was_revoked(world):
    over, gone = a_mandate(world, ends_on=ENDS), a_mandate(world, ends_on=ENDS)
    services.revoke(mandate=gone, side="agent", by=None, at=WEDNESDAY)
    services.remind(at=on(ENDS + timedelta(days=1)))
    assert reminders(over) == reminders(gone) == []


def test_a_mandate_without_an_end_reminds_nobody(world):
    assert a_mandate(world).remind_at is None


def test_the_letter_names_the_last_day_and_what_to_do_to_owner_and_agent(world, post):
    row = a_mandate(world, ends_on=ENDS)
    services.remind(at=on(ENDS - timedelta(days=30)))
    letters.tell(MandateEvent.objects.get(mandate=row, event="ends_soon").pk, now=WEDNESDAY)
    assert [mail.to for mail in post.outbox] == ["owner@fjell.example", world.halden.contact_email]
    for mail in post.outbox:
        assert "30 days" in mail.subject and moments.day(ENDS) in mail.text and str(row) in mail.text


def test_the_worker_reminds_by_itself(world):
    row = a_mandate(world, ends_on=ENDS)
    at = on(ENDS - timedelta(days=90))
    duties.run(at=at, now=at)
    assert reminders(row) == [90]
