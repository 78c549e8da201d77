"""A clock that stood still while nobody knows what was sent: what was left counts on, for whoever was waited for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core.calendar import load as calendar
from countermark.core.complaint import BeforeTheLastEvent, advance, catch_up, give_back, open_case, serve
from countermark.core.procedure_loader import load, pack_ids

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
CALENDARS = {name: calendar(name) for name in ("CN", "US-federal", "EU", "none")}
CALENDARS["marketplace"] = CALENDARS["CN"]
HOURS = st.integers(0, 30 * 24).map(lambda hours: timedelta(hours=hours))


def told(at=WEDNESDAY):
    """Mei was told: three working days, Thu 5, Fri 6, Mon 9 March; late from Tue 10, 00:00."""
    pack = load("platform")
    case = open_case(pack, timing="after_seller_window", at=at, calendars=CALENDARS, zone="Asia/Shanghai")
    case = advance(pack, case, "accepted", by="reviewer", at=at, calendars=CALENDARS).new
    return pack, serve(pack, case, at=at, calendars=CALENDARS).new


def test_seller_has_after_the_restore_what_she_had_at_the_backup():
    pack, case = told()
    assert case.due_at == datetime(2026, 3, 10, tzinfo=SHANGHAI)
    backup = datetime(2026, 3, 6, 9, tzinfo=SHANGHAI)  # Fri: Thu is spent, Fri and Mon are left
    restored = datetime(2026, 3, 18, 15, tzinfo=SHANGHAI)  # Wed, long after the clock would have ended
    made = give_back(pack, case, since=backup, at=restored, calendars=CALENDARS)
    assert made.new.due_at == datetime(2026, 3, 21, tzinfo=SHANGHAI)  # Thu 19, Fri 20; late from Sat 00:00
    assert (made.event, made.by, made.new.seq, made.new.state) == ("given_back", "platform", case.seq + 1, case.state)
    assert catch_up(pack, made.new, restored, CALENDARS) == []


def test_a_clock_that_had_ended_by_the_backup_stays_ended():
    pack, case = told()
    assert give_back(pack, case, since=case.due_at, at=case.due_at + timedelta(days=3), calendars=CALENDARS) is None


def test_a_clock_that_waits_for_service_or_for_ourselves_is_left_alone():
    pack = load("platform")
    ours = open_case(pack, timing="after_seller_window", at=WEDNESDAY, calendars=CALENDARS, zone="Asia/Shanghai")
    assert ours.due_at is not None  # a reviewer is to check; lateness alarms and decides nothing
    later = WEDNESDAY + timedelta(days=20)
    assert give_back(pack, ours, since=WEDNESDAY, at=later, calendars=CALENDARS) is None
    untold = advance(pack, ours, "accepted", by="reviewer", at=WEDNESDAY, calendars=CALENDARS).new
    assert untold.due_at is None
    assert give_back(pack, untold, since=WEDNESDAY, at=later, calendars=CALENDARS) is None


def test_nothing_is_given_back_before_the_last_event():
    pack, case = told()
    with pytest.raises(BeforeTheLastEvent):
        give_back(
            pack, case, since=WEDNESDAY - timedelta(days=2), at=WEDNESDAY - timedelta(days=1), calendars=CALENDARS
        )


@given(since=HOURS, down=HOURS)
def test_nobody_ever_loses_time_by_a_restore(since, down):
    pack, case = told()
    backup = WEDNESDAY + since
    made = give_back(pack, case, since=backup, at=backup + down, calendars=CALENDARS)
    if made is None:
        still_ours = case.due_at > backup
        assert not still_ours or case.due_at > backup + down, (
            "its end would otherwise have passed while nobody could answer"
        )
    else:
        assert made.new.due_at > case.due_at
        assert made.new.due_at > backup + down, "there is always something left"
        assert made.new.ask == case.ask


@pytest.mark.parametrize("pack_id", pack_ids())
def test_in_every_pack_a_clock_is_given_back_exactly_where_its_end_decides_something(pack_id):
    pack = load(pack_id)
    for name in pack.waiting():
        targets = pack.moves.get((name, "due", "clock"), ())
        assert targets, f"{pack_id}: the end of the clock of {name} means nothing"
        assert len({to[0] == "@" for _, to in targets}) == 1, (
            "it alarms whatever the facts, or it decides whatever the facts"
        )
