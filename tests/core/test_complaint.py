"""The walk itself: who may do what, what comes first, and that no late sweep, stopped mailer or wrong clock decides a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.walking import PACKS, calendars_of
from countermark.core.complaint import (
    AlreadyServed,
    BeforeTheLastEvent,
    Case,
    ClockRanOut,
    NotPermitted,
    Refusal,
    advance,
    awaits_service,
    catch_up,
    explain_due,
    foresee,
    open_case,
    permitted_events,
    serve,
)
from countermark.core.procedure_loader import load, parse

PLATFORM = load("platform")
CALENDARS = calendars_of("CN")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # Monday 2 March, 12:00 in Shanghai
SECOND = timedelta(seconds=1)


def checking(at: datetime = NOON) -> Case:
    return open_case(PLATFORM, timing="after_seller_window", at=at, calendars=CALENDARS)


def asked() -> Case:
    """Accepted after an hour, not told yet."""
    return does(checking(), "reviewer", "accepted", NOON + timedelta(hours=1))


def told() -> Case:
    return serve(PLATFORM, asked(), at=NOON + timedelta(hours=2), calendars=CALENDARS).new


def does(case: Case, by: str, event: str, at: datetime, *facts: str) -> Case:
    return advance(PLATFORM, case, event, by=by, at=at, calendars=CALENDARS, facts=frozenset(facts)).new


# --- refusals carry what a door needs to word them --------------------------------------------------------------------


def test_a_move_that_is_not_in_the_pack_is_refused_and_names_those_that_are():
    with pytest.raises(NotPermitted) as refusal:
        does(told(), "seller", "counter_accepted", NOON + timedelta(hours=3))
    error = refusal.value
    assert (error.state, error.event, error.by) == ("awaiting_seller", "counter_accepted", "seller")
    assert error.permitted == ("seller_removed", "counter_notice_filed")
    assert error.permitted == permitted_events(PLATFORM, told(), "seller")
    assert (error.code, error.http_status_hint) == ("not_permitted", 409)
    assert str(error) == (
        "seller cannot counter_accepted while the complaint is awaiting_seller; "
        "possible: seller_removed, counter_notice_filed"
    )


@pytest.mark.parametrize("by", ["complainant", "reviewer", "operator", "rights", "marketplace", "clock", "nobody"])
def test_nobody_answers_for_the_seller(by):
    with pytest.raises(NotPermitted):
        does(told(), by, "counter_notice_filed", NOON + timedelta(hours=3))


def test_a_reply_one_second_before_due_counts_and_one_at_due_or_after_does_not():
    case = told()
    assert case.due_at == datetime(2026, 3, 5, 16, tzinfo=UTC)  # Thu 5 March, 24:00 in Shanghai: Tue, Wed, Thu
    assert does(case, "seller", "counter_notice_filed", case.due_at - SECOND).state == "countered"
    for late in (case.due_at, case.due_at + SECOND):
        with pytest.raises(ClockRanOut) as refusal:
            does(case, "seller", "counter_notice_filed", late)
        assert (refusal.value.state, refusal.value.due_at, refusal.value.at) == ("awaiting_seller", case.due_at, late)
        assert refusal.value.code == "clock_ran_out"


@pytest.mark.parametrize("by", ["reviewer", "operator", "complainant", "rights", "marketplace"])
def test_what_fell_due_comes_first_for_everybody(by):
    case = told()
    with pytest.raises(ClockRanOut):
        does(case, by, "ordered_up", case.due_at)


def test_an_instant_before_the_last_event_means_that_a_clock_was_set_back():
    with pytest.raises(BeforeTheLastEvent) as refusal:
        does(asked(), "seller", "counter_notice_filed", NOON)
    assert (refusal.value.at, refusal.value.last) == (NOON, NOON + timedelta(hours=1))
    assert refusal.value.code == "before_the_last_event"
    with pytest.raises(BeforeTheLastEvent):
        serve(PLATFORM, asked(), at=NOON, calendars=CALENDARS)


def test_two_things_may_happen_at_the_same_instant_in_their_order():
    case = does(asked(), "seller", "seller_removed", asked().at)
    assert (case.at, case.seq) == (asked().at, 2)


def test_telling_somebody_twice_starts_no_second_clock():
    with pytest.raises(AlreadyServed) as refusal:
        serve(PLATFORM, told(), at=NOON + timedelta(days=1), calendars=CALENDARS)
    assert (refusal.value.state, refusal.value.due_at) == ("awaiting_seller", told().due_at)
    assert refusal.value.code == "already_served"


def test_nobody_is_told_where_nobody_waits_or_the_clock_runs_by_itself():
    with pytest.raises(AlreadyServed):
        serve(PLATFORM, checking(), at=NOON, calendars=CALENDARS)
    rested = does(told(), "seller", "seller_removed", NOON + timedelta(hours=3))
    with pytest.raises(AlreadyServed):
        serve(PLATFORM, rested, at=NOON + timedelta(hours=4), calendars=CALENDARS)


def test_every_refusal_is_one_a_door_can_catch_and_changes_nothing():
    case = told()
    for by, event, at in (
        ("seller", "mended", NOON),
        ("seller", "mended", case.due_at),
        ("nobody", "due", case.due_at),
    ):
        with pytest.raises(Refusal):
            does(case, by, event, at)
    assert case == told()


@pytest.mark.parametrize(
    "call",
    [
        lambda naive: checking(naive),
        lambda naive: does(asked(), "seller", "seller_removed", naive),
        lambda naive: serve(PLATFORM, asked(), at=naive, calendars=CALENDARS),
    ],
)
def test_an_instant_without_a_zone_is_a_mistake_of_ours_and_says_so(call):
    with pytest.raises(ValueError, match=r"naive datetime .* pass an aware one"):
        call(datetime(2026, 3, 9, 12))  # noqa: DTZ001


def test_a_timing_the_pack_does_not_offer_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="choose one of at_acceptance"):
        open_case(load("us-dmca-512"), timing="after_seller_window", at=NOON, calendars=CALENDARS)


# --- clocks -----------------------------------------------------------------------------------------------------------


def test_the_clock_of_somebody_who_was_not_told_does_not_run():
    case = asked()
    assert case.due_at is None and case.clock_from is None
    assert awaits_service(PLATFORM, case)
    assert catch_up(PLATFORM, case, NOON + timedelta(days=3650), CALENDARS) == []
    assert explain_due(PLATFORM, case, CALENDARS) is None


def test_service_starts_the_clock_and_is_an_event_of_its_own():
    step = serve(PLATFORM, asked(), at=NOON + timedelta(days=1), calendars=CALENDARS)
    assert (step.event, step.by, step.at) == ("served", "platform", NOON + timedelta(days=1))
    assert step.new.seq == asked().seq + 1
    assert step.new.clock_from == step.at
    assert step.new.due_at == datetime(2026, 3, 6, 16, tzinfo=UTC)  # told on Tue 3: Wed 4, Thu 5, Fri 6
    assert not awaits_service(PLATFORM, step.new)
    assert not step.raises_ask and not step.escalates


def test_only_the_clock_falls_due_and_only_at_its_own_instant():
    case = told()
    for at in (case.due_at - SECOND, case.due_at + SECOND):
        with pytest.raises(NotPermitted):
            does(case, "clock", "due", at)
    with pytest.raises(NotPermitted):
        does(case, "clock", "counter_notice_filed", case.due_at)
    with pytest.raises(ClockRanOut):
        does(case, "reviewer", "due", case.due_at)
    assert does(case, "clock", "due", case.due_at).state == "removed"


def test_an_alarm_is_raised_once():
    case = checking()
    (step,) = catch_up(PLATFORM, case, NOON + timedelta(days=400), CALENDARS)
    assert step.escalates and step.at == case.due_at
    assert catch_up(PLATFORM, step.new, NOON + timedelta(days=800), CALENDARS) == []
    with pytest.raises(NotPermitted):
        does(step.new, "clock", "due", case.due_at)


def test_the_due_date_of_a_case_explains_itself():
    case = told()
    due = explain_due(PLATFORM, case, CALENDARS)
    assert due is not None and due.due_at == case.due_at
    assert [(day.day.day, day.counted) for day in due.days] == [(2, None), (3, 1), (4, 2), (5, 3)]


def test_days_are_those_of_the_place_of_sale():
    """The same instant, Monday 23:30 in Berlin, is Tuesday in Shanghai: the day of receipt differs, so does the end."""
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    ends = {
        zone: open_case(
            PLATFORM, timing="after_seller_window", at=late, calendars=calendars_of(place), zone=zone
        ).due_at
        for place, zone in (("DE", "Europe/Berlin"), ("CN", "Asia/Shanghai"))
    }
    assert ends["Europe/Berlin"] == datetime(2026, 3, 5, 23, tzinfo=UTC)  # Tue 3, Wed 4, Thu 5; 24:00 CET
    assert ends["Asia/Shanghai"] == datetime(2026, 3, 6, 16, tzinfo=UTC)  # Wed 4, Thu 5, Fri 6; 24:00 CST


def test_what_would_follow_can_be_asked_before_anybody_does_it():
    assert foresee(PLATFORM, told(), "counter_notice_filed", "seller") == "countered"
    assert foresee(PLATFORM, told(), "right_in_doubt", "rights") == "suspended"
    doubted = does(told(), "rights", "right_in_doubt", NOON + timedelta(hours=3))
    assert foresee(PLATFORM, doubted, "right_cleared", "rights") == "awaiting_seller"
    refused = does(checking(), "reviewer", "refused", NOON)
    assert foresee(PLATFORM, refused, "appeal_granted", "reviewer") == "checking"
    assert foresee(PLATFORM, refused, "right_void", "rights") == "refused"
    with pytest.raises(NotPermitted):
        foresee(PLATFORM, told(), "mended", "complainant")


def test_facts_an_event_brings_choose_where_it_leads():
    dmca = load("us-dmca-512")
    case = open_case(dmca, timing="at_acceptance", at=NOON, calendars=CALENDARS)
    for facts, state in ((frozenset({"core_elements"}), "returned"), (frozenset(), "refused")):
        assert foresee(dmca, case, "returned", "reviewer", facts) == state
        step = advance(dmca, case, "returned", by="reviewer", at=NOON, calendars=CALENDARS, facts=facts)
        assert step.new.state == state


@pytest.mark.parametrize("pack", PACKS)
def test_a_step_keeps_the_case_it_came_from(pack):
    procedure = load(pack)
    case = open_case(procedure, timing=procedure.timing[0], at=NOON, calendars=CALENDARS)
    for event, by in (("accepted", "reviewer"), ("counter_notice_filed", "seller")):
        if event in permitted_events(procedure, case, by):
            step = advance(procedure, case, event, by=by, at=NOON, calendars=CALENDARS)
            assert step.old is case
            case = step.new


# --- the instant decides, not the sweep -------------------------------------------------------------------------------


def served_when_asked(case: Case, until: datetime) -> Case:
    """A world in which everybody is told one hour after they are waited on, and says nothing."""
    while True:
        for step in catch_up(PLATFORM, case, until, CALENDARS):
            case = step.new
        at = case.at + timedelta(hours=1)
        if not awaits_service(PLATFORM, case) or at > until:
            return case
        case = serve(PLATFORM, case, at=at, calendars=CALENDARS).new


def test_a_sweep_months_later_writes_what_a_sweep_in_time_would_have_written():
    case = told()
    in_time = catch_up(PLATFORM, case, case.due_at, CALENDARS)
    assert [step.at for step in in_time] == [case.due_at]
    assert catch_up(PLATFORM, case, case.due_at + timedelta(days=200), CALENDARS) == in_time
    assert catch_up(PLATFORM, case, case.due_at - SECOND, CALENDARS) == []


def test_two_clocks_that_both_ran_out_each_keep_their_own_instant():
    """512(g): the bar ends on the tenth business day, the duty on the fourteenth; nobody looked for a year."""
    dmca, calendars = load("us-dmca-512"), calendars_of("US-federal")
    case = open_case(dmca, timing="at_acceptance", at=datetime(2026, 11, 2, 15, tzinfo=UTC), calendars=calendars)
    for event, by, day in (("accepted", "reviewer", 2), ("counter_notice_filed", "seller", 16)):
        at = datetime(2026, 11, day, 20, tzinfo=UTC)
        case = advance(dmca, case, event, by=by, at=at, calendars=calendars).new
    steps = catch_up(dmca, case, datetime(2027, 11, 1, tzinfo=UTC), calendars)
    assert [(step.new.state, step.new.escalated, step.at) for step in steps] == [
        ("restorable", False, datetime(2026, 12, 2, 5, tzinfo=UTC)),  # midnight in New York
        ("restorable", True, datetime(2026, 12, 8, 5, tzinfo=UTC)),
    ]


SLOW_ANCHOR = """
id = "slow-anchor"
name = "Slow anchor"
version = "1"
timing = ["after_seller_window"]
[clock.look]
amount = 5
[clock.since]
amount = 2
starts = "received:answered"
[state]
asked   = { waits_on = "seller", clock = "look", asks = "nothing" }
looking = { waits_on = "reviewer", clock = "look", asks = "nothing" }
last    = { waits_on = "complainant", clock = "since", asks = "nothing" }
over    = { asks = "nothing", outcome = "dropped" }
[moves]
"asked   | answered | seller"      = "looking"
"asked   | due      | clock"       = "over"
"looking | looked   | reviewer"    = "last"
"looking | due      | clock"       = "@escalate"
"last    | agreed   | complainant" = "over"
"last    | due      | clock"       = "over"
[sources]
"clock.look.amount" = "a test"
"clock.since.amount" = "a test"
"""


def test_a_clock_whose_anchor_lies_too_far_back_ends_when_it_is_entered_and_not_before():
    pack = parse(SLOW_ANCHOR, file="slow-anchor.toml")
    case = open_case(pack, timing="after_seller_window", at=NOON, calendars=CALENDARS)
    case = advance(pack, case, "answered", by="seller", at=NOON, calendars=CALENDARS).new
    entered = NOON + timedelta(days=3)  # the two working days since the answer, Tue and Wed, are over
    case = advance(pack, case, "looked", by="reviewer", at=entered, calendars=CALENDARS).new
    assert case.due_at == entered
    assert [(step.new.state, step.at) for step in catch_up(pack, case, entered, CALENDARS)] == [("over", entered)]


instants = st.datetimes(datetime(2026, 3, 2), datetime(2026, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001


@given(sweeps=st.lists(instants, max_size=8), end=instants)
def test_however_often_and_whenever_it_is_swept_the_case_comes_out_the_same(sweeps, end):
    once = served_when_asked(told(), end)
    case = told()
    for now in sorted(sweep for sweep in sweeps if sweep <= end):
        case = served_when_asked(case, now)
    assert served_when_asked(case, end) == once


@given(batches=st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), min_size=1, max_size=6))
def test_catching_up_in_batches_makes_the_same_steps_as_at_once(batches):
    case, now, steps = told(), told().at, []
    for batch in batches:
        now += batch
        made = catch_up(PLATFORM, case, now, CALENDARS)
        steps += made
        case = made[-1].new if made else case
    assert steps == catch_up(PLATFORM, told(), now, CALENDARS)
