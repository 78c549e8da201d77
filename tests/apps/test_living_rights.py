"""A right lives and dies: its end, its grace and its renewal, what its cases do, and when its holder is told."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.test_rights import a_picture
from countermark.apps.complaints import rights_watch
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import StaleCase
from countermark.apps.decisions.services import Made, decide
from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.apps.rights import living, services
from countermark.apps.rights.clocks import set_clocks, stands
from countermark.apps.rights.models import Right, RightRenewal
from countermark.core.rights.living import endings
from people import SHANGHAI, WEDNESDAY, a_notice, a_right, a_world, happens

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LAST_DAY = date(2026, 2, 26)  # a Thursday: Ines sends her notice the day before
MIDNIGHT = datetime(2026, 2, 27, tzinfo=SHANGHAI)


@pytest.fixture
def world():
    return a_world()


def ends(right, day, *, at=WEDNESDAY):
    """The right with this end, its clocks set."""
    right.expires_on = day
    set_clocks(right, at=at)
    right.save()
    return right


def read(right):
    return Right.objects.get(pk=right.pk)


def renewal(right, world, day=date(2036, 2, 26), at=MIDNIGHT + DAY):
    return living.send_renewal(right, expires_on=day, content=a_picture(), name="renewal.png", by=world.ines, at=at)


def heard(world):
    """A complaint of which Mei was told on Wednesday: three working days run, to Saturday 28, a make-up day, 24:00."""
    case = happens(a_notice(world).complaints.get(), "accepted", "reviewer", WEDNESDAY)
    return happens(case, "served", "seller", WEDNESDAY)


# --- the end of the term --------------------------------------------------------------------------------------------------


def test_at_the_end_of_its_last_day_a_mark_is_in_grace_and_its_cases_stand_still(world):
    right, case = ends(world.mark, LAST_DAY), heard(world)
    assert right.look_at == MIDNIGHT
    assert rights_watch.look(at=MIDNIGHT - timedelta(seconds=1)) == 0
    rights_watch.look(at=MIDNIGHT)
    case.refresh_from_db()
    assert (read(right).state, case.state) == ("in_grace", "suspended")


def test_after_six_months_nobody_renewed_the_right_has_expired_and_open_cases_end(world):
    right, case = ends(world.mark, LAST_DAY), heard(world)
    rights_watch.look(at=MIDNIGHT)
    rights_watch.look(at=datetime(2026, 8, 26, 23, 59, 59, tzinfo=SHANGHAI))
    assert read(right).state == "in_grace"  # 26 February + 6 months = 26 August, until 24:00
    rights_watch.look(at=datetime(2026, 8, 27, tzinfo=SHANGHAI))
    case.refresh_from_db()
    assert (read(right).state, case.outcome) == ("expired", "withdrawn")
    assert read(right).look_at is None


def test_nobody_decides_on_a_right_that_has_ended_though_no_worker_came_by(world):
    ends(world.mark, LAST_DAY)
    case = a_notice(world).complaints.get()
    with pytest.raises(StaleCase):
        decide(
            complaint=case, made=Made("accepted"), seen=case.seq, reviewer=world.rana, at=MIDNIGHT, now=MIDNIGHT
        )  # fmt: skip
    case.refresh_from_db()
    assert (case.state, read(world.mark).state) == ("suspended", "in_grace")


def test_a_clock_that_jumps_over_everything_takes_each_step_in_turn(world):
    right, later = ends(world.mark, LAST_DAY), datetime(2028, 1, 1, tzinfo=UTC)
    case = heard(world)
    while rights_watch.look(at=later):
        pass
    assert [event.event for event in right.events.order_by("pk")] == ["expired"]
    case.refresh_from_db()
    assert case.outcome != "", "what fell due before came first, then the right ended"


def test_two_workers_end_a_right_once(world):
    right = ends(world.mark, LAST_DAY)
    both = [living.due_for_a_look(at=MIDNIGHT)[0] for _ in range(2)]
    for one in both:
        rights_watch._look(one, MIDNIGHT)
    assert [event.event for event in right.events.all()] == ["grace_begun"]


def test_the_day_ends_where_the_right_is_registered_and_not_where_we_are(world):
    american = ends(a_right(world.halden, office="US", number="2178784"), LAST_DAY)
    assert american.look_at == datetime(2026, 2, 27, tzinfo=ZoneInfo("America/New_York"))


# --- renewals -------------------------------------------------------------------------------------------------------------


def test_a_renewal_in_the_grace_gives_the_cases_back_the_time_that_was_left(world):
    right, case = ends(world.mark, LAST_DAY), heard(world)
    rights_watch.look(at=MIDNIGHT)
    sent = renewal(right, world)
    told = rights_watch.answer_renewal(renewal=sent, accepted=True, by=world.rana, at=MIDNIGHT + 4 * DAY)
    case.refresh_from_db()
    # Thu 26 = 1 was spent; the right ended before Fri 27 began, so 2 were left; from Tue 3 March: Wed 4 = 1, Thu 5 = 2
    assert (told, case.state, case.due_at) == (1, "awaiting_seller", datetime(2026, 3, 6, tzinfo=SHANGHAI))
    assert (read(right).state, read(right).expires_on) == ("approved", date(2036, 2, 26))


def test_while_a_renewal_is_looked_at_the_right_does_not_expire(world):
    right = ends(world.mark, LAST_DAY)
    rights_watch.look(at=MIDNIGHT)
    sent = renewal(right, world, at=datetime(2026, 8, 26, tzinfo=UTC))
    assert rights_watch.look(at=datetime(2026, 9, 10, tzinfo=UTC)) == 0
    rights_watch.answer_renewal(
        renewal=sent, accepted=False, note="Another mark.", by=world.rana, at=datetime(2026, 9, 10, tzinfo=UTC)
    )
    rights_watch.look(at=datetime(2026, 9, 10, 0, 1, tzinfo=UTC))
    assert read(right).state == "expired"


def test_a_renewal_is_sent_once_and_answered_once(world):
    right = ends(world.mark, LAST_DAY)
    sent = renewal(right, world)
    with pytest.raises(services.RightMoved):
        renewal(right, world)
    rights_watch.answer_renewal(renewal=sent, accepted=True, by=world.rana, at=MIDNIGHT + DAY)
    with pytest.raises(services.RightMoved):
        rights_watch.answer_renewal(renewal=sent, accepted=False, by=world.samir, at=MIDNIGHT + DAY)


@pytest.mark.parametrize("day", [None, LAST_DAY, date(2020, 1, 1)])
def test_a_renewal_names_a_later_end_and_keeps_nothing_otherwise(world, day):
    right = ends(world.mark, LAST_DAY)
    with pytest.raises(services.RightDefective):
        renewal(right, world, day)
    assert not RightRenewal.objects.exists()


# --- whatever else may happen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", sorted(endings()))
def test_each_ending_moves_the_right_as_the_table_says_and_no_other_way(world, ending):
    row = endings()[ending]
    right = world.mark
    for state in {state for each in endings().values() for state in (*each.comes_from, each.to)}:
        Right.objects.filter(pk=right.pk).update(state=state)
        if state in row.comes_from:
            assert living.happen(right, ending, by=world.rana, at=WEDNESDAY).state == row.to
        else:
            with pytest.raises(services.RightMoved):
                living.happen(right, ending, by=world.rana, at=WEDNESDAY)


def test_a_transferred_right_holds_its_cases_until_the_new_owner_confirms(world):
    case = heard(world)
    rights_watch.let_happen(world.mark, "transferred", by=world.rana, at=WEDNESDAY + DAY)
    case.refresh_from_db()
    assert case.state == "suspended"
    rights_watch.let_happen(world.mark, "confirmed", by=world.rana, at=WEDNESDAY + 2 * DAY)
    case.refresh_from_db()
    assert (case.state, read(world.mark).state) == ("awaiting_seller", "approved")


@pytest.mark.parametrize("ending", ["lapsed", "surrendered", "revoked"])
def test_a_right_that_ended_later_leaves_what_was_decided(world, ending):
    decided = happens(heard(world), "seller_removed", "seller", WEDNESDAY + timedelta(hours=1))
    case = heard(world)
    rights_watch.let_happen(world.mark, ending, by=world.rana, at=WEDNESDAY + DAY)
    decided.refresh_from_db()
    case.refresh_from_db()
    assert (decided.outcome, decided.ask, case.outcome) == ("upheld", "remove", "withdrawn")


def test_forged_proof_undoes_what_was_decided(world):
    decided = happens(heard(world), "seller_removed", "seller", WEDNESDAY + timedelta(hours=1))
    rights_watch.let_happen(world.mark, "forged", by=world.rana, at=WEDNESDAY + DAY)
    decided.refresh_from_db()
    assert (decided.outcome, decided.ask) == ("reversed", "nothing")


def test_when_an_agents_mandate_is_over_its_cases_stand_still_and_one_cleared_is_not_asked_again(world):
    world.halden.is_agent = True
    world.halden.save()
    case, right = heard(world), world.mark
    right.holder, right.fields = world.halden, {"mandate_ends_on": LAST_DAY.isoformat()}
    ends(right, date(2036, 7, 30))
    assert rights_watch.look(at=MIDNIGHT - timedelta(seconds=1)) == 0
    rights_watch.look(at=MIDNIGHT)
    case.refresh_from_db()
    assert (read(right).state, case.state) == ("suspended", "suspended")
    rights_watch.clear_right(right=right, by=world.rana, at=MIDNIGHT + DAY, why="The owner took over.")
    assert rights_watch.look(at=MIDNIGHT + 2 * DAY) == 0
    case.refresh_from_db()
    assert case.state == "awaiting_seller"


# --- used before it is verified -------------------------------------------------------------------------------------------


def pending(world):
    world.mark.state, world.mark.submitted_at, world.mark.verified_at = "pending", WEDNESDAY, None
    world.mark.save()
    return world.mark


@pytest.mark.parametrize("pack", ["platform", "cn-ecommerce-law", "eu-notice", "pause-and-answer"])
def test_a_complaint_on_a_right_being_verified_waits_and_goes_out_by_itself(world, pack):
    pending(world)
    case = a_notice(world, pack=pack).complaints.get()
    assert (case.state, case.ask) == ("suspended", "nothing")
    assert list(case.events.order_by("seq").values_list("event", "by")) == [
        ("opened", "complainant"), ("right_in_doubt", "rights"),
    ]  # fmt: skip
    assert '"right":"pending"' in case.events.get(seq=1).payload.replace(" ", "")
    assert rights_watch.approve_right(right=world.mark, by=world.rana, at=WEDNESDAY + DAY) == 1
    case.refresh_from_db()
    assert (case.state, case.waits_on, case.back) == (
        "assessing" if pack == "eu-notice" else "checking",
        "reviewer",
        [],
    )
    assert case.notice.right_frozen["state"] == "pending"


def test_a_right_that_is_not_accepted_ends_what_waited_for_it_and_no_seller_hears_of_it(world):
    pending(world)
    case = a_notice(world).complaints.get()
    assert (
        rights_watch.reject_right(right=world.mark, by=world.rana, at=WEDNESDAY + DAY, why="Not in the register.") == 1
    )
    case.refresh_from_db()
    assert (case.outcome, case.ask, read(world.mark).state) == ("withdrawn", "nothing", "rejected")


def test_a_right_sent_back_keeps_its_complaints_waiting(world):
    pending(world)
    case = a_notice(world).complaints.get()
    services.return_right(right=world.mark, reasons=["unreadable"], note="", by=world.rana, at=WEDNESDAY)
    case.refresh_from_db()
    assert case.state == "suspended"


def test_a_right_verified_while_the_notice_was_written_keeps_nothing_waiting(world):
    right = pending(world)
    Right.objects.filter(pk=right.pk).update(state="approved")
    assert a_notice(world).complaints.get().state == "checking"  # the notice still says what it had read


def test_on_a_draft_nothing_is_sent(world):
    world.mark.state = "draft"
    world.mark.save()
    with pytest.raises(NoticeDefective):
        a_notice(world)
    assert not Complaint.objects.exists()


# --- letters --------------------------------------------------------------------------------------------------------------


def reminded(right):
    return list(RightLetter.objects.filter(right=right, what="ends").order_by("pk").values_list("days", flat=True))


def test_a_holder_is_reminded_once_at_each_of_180_90_30_and_7_days(world):
    right = ends(world.mark, date(2026, 12, 31))
    for day in range(310):
        right_letters.remind(at=WEDNESDAY + day * DAY, now=WEDNESDAY)
    assert reminded(right) == [180, 90, 30, 7]


def test_a_clock_that_jumps_gives_the_last_reminder_and_no_other(world):
    right = ends(world.mark, date(2026, 12, 31))
    right_letters.remind(at=datetime(2026, 12, 20, tzinfo=SHANGHAI), now=WEDNESDAY)
    assert reminded(right) == [30]
    right_letters.remind(at=datetime(2026, 12, 20, tzinfo=SHANGHAI), now=WEDNESDAY)
    assert reminded(right) == [30]


def test_a_renewed_right_is_reminded_of_its_new_end(world):
    right = ends(world.mark, LAST_DAY)
    rights_watch.answer_renewal(renewal=renewal(right, world), accepted=True, by=world.rana, at=MIDNIGHT)
    assert read(right).remind_at == datetime(2035, 8, 30, tzinfo=SHANGHAI)  # 180 days before 26 February 2036


def test_what_time_did_to_a_right_is_told_to_its_holder_once(world):
    right = ends(world.mark, LAST_DAY)
    rights_watch.look(at=MIDNIGHT)
    event = right.events.get()
    for _ in range(2):
        right_letters.tell(event.pk, at=MIDNIGHT, now=MIDNIGHT)
    letter = RightLetter.objects.get()
    assert right_letters.send(letter.pk, at=MIDNIGHT, now=MIDNIGHT)
    assert not right_letters.send(letter.pk, at=MIDNIGHT, now=MIDNIGHT)
    said = right_letters.mail_of(letter, at=MIDNIGHT)
    assert "can still be renewed until" in said.text
    assert "26 Aug" in said.text  # 26 February + 6 months


def test_how_a_right_stands_is_worked_out_and_not_stored(world):
    right = ends(world.mark, date(2026, 3, 20))
    assert (right.state, stands(right, at=WEDNESDAY).state) == ("approved", "expiring")
