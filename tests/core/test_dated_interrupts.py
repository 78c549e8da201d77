"""What may interrupt any complaint, on real days: withdrawal, retraction, appeals, orders, living rights, a listing gone.

The days are those of the PRC in March 2026, which has no holiday; Mon 2 March is a working day like all others.
"""

from __future__ import annotations

import pytest

from core.walking import PACKS, Walk
from countermark.core.complaint import Frame, NotPermitted, awaits_service


def asked(timing: str = "after_seller_window") -> Walk:
    """Mei was told on Monday 2 March, 10:00: three working days, Tue 3, Wed 4, Thu 5."""
    walk = Walk("platform", "2026-02-27 09:00", place="CN", timing=timing)
    walk.does("reviewer", "accepted", "2026-03-02 09:00")
    walk.told("2026-03-02 10:00")
    assert walk.late_from == "2026-03-06 00:00"
    return walk


def removed() -> Walk:
    walk = asked()
    walk.until("2026-03-06 00:00")
    assert walk.stands == ("removed", "remove", "upheld")
    return walk


def rested() -> Walk:
    walk = asked()
    walk.does("seller", "seller_removed", "2026-03-03 10:00")
    assert walk.stands == ("upheld", "remove", "upheld")
    return walk


def kept() -> Walk:
    """Mei answered, Ines accepted the answer."""
    walk = asked()
    walk.does("seller", "counter_notice_filed", "2026-03-03 10:00")
    walk.told("2026-03-03 11:00")
    walk.does("complainant", "counter_accepted", "2026-03-04 10:00")
    assert walk.stands == ("not_upheld", "nothing", "not_upheld")
    return walk


# --- withdrawal and retraction ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [asked, removed, rested])
def test_ines_may_withdraw_at_any_time_and_the_listing_is_free(before):
    walk = before()
    walk.does("complainant", "withdrawn", "2026-03-09 09:00" if before is removed else "2026-03-05 09:00")
    assert walk.stands == ("withdrawn", "nothing", "withdrawn")
    assert walk.late_from is None


def test_what_is_over_and_restricts_nothing_cannot_be_withdrawn():
    walk = kept()
    with pytest.raises(NotPermitted) as refusal:
        walk.does("complainant", "withdrawn", "2026-03-09 09:00")
    assert refusal.value.permitted == ()


@pytest.mark.parametrize("before", [asked, removed, rested])
def test_a_complaint_retracted_as_an_error_counts_as_wrong_from_the_start(before):
    walk = before()
    walk.does("complainant", "retracted_as_error", "2026-03-09 09:00" if before is removed else "2026-03-05 09:00")
    assert walk.stands == ("reversed", "nothing", "reversed")


def test_ines_who_has_withdrawn_may_still_say_that_it_was_an_error():
    walk = asked()
    walk.does("complainant", "withdrawn", "2026-03-03 09:00")
    walk.does("complainant", "retracted_as_error", "2026-03-04 09:00")
    assert walk.stands == ("reversed", "nothing", "reversed")


# --- appeals, both ways -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [removed, rested])
def test_an_appeal_of_the_seller_that_is_granted_reverses(before):
    walk = before()
    walk.does("reviewer", "appeal_granted", "2026-06-01 10:00")
    assert walk.stands == ("reversed", "nothing", "reversed")
    assert walk.steps[-1].lowers_ask


def test_an_appeal_of_the_complainant_that_is_granted_restricts_with_reasons():
    walk = kept()
    walk.does("reviewer", "appeal_granted", "2026-06-01 10:00")
    assert walk.stands == ("reinforced", "remove", "upheld")
    assert walk.restricted_by == ["appeal_granted"]
    walk.does("reviewer", "appeal_granted", "2026-09-01 10:00")  # and Mei may win hers
    assert walk.stands == ("reversed", "nothing", "reversed")


def test_a_refused_notice_that_wins_its_appeal_starts_over_so_that_the_seller_is_heard():
    walk = Walk("platform", "2026-03-02 09:00", place="CN")
    walk.does("reviewer", "refused", "2026-03-02 10:00")
    walk.does("reviewer", "appeal_granted", "2026-06-01 10:00")
    assert walk.stands == ("checking", "nothing", None)
    assert walk.late_from == "2026-06-05 00:00"  # Tue 2 June = 1, Wed 3 = 2, Thu 4 = 3
    walk.does("reviewer", "accepted", "2026-06-02 10:00")
    walk.told("2026-06-02 11:00")
    assert (walk.case.round, walk.late_from) == (1, "2026-06-06 00:00")  # a first chance, Wed 3, Thu 4, Fri 5


@pytest.mark.parametrize("pack", ["platform", "us-dmca-512", "cn-ecommerce-law"])
def test_a_notice_dropped_before_the_seller_was_heard_starts_over_too(pack):
    walk = Walk(pack, "2026-03-02 09:00", place="CN")
    walk.does("reviewer", "returned", "2026-03-02 10:00", "core_elements")
    walk.told("2026-03-02 11:00")
    walk.until("2026-04-01 00:00")
    assert walk.stands == ("dropped", "nothing", "dropped")
    walk.does("reviewer", "appeal_granted", "2026-04-01 10:00")
    assert walk.stands == ("checking", "nothing", None)


@pytest.mark.parametrize("pack", ["platform", "pause-and-answer"])
def test_a_complaint_dropped_after_the_seller_was_heard_does_not(pack):
    walk = Walk(pack, "2026-03-02 09:00", place="CN")
    walk.does("reviewer", "accepted", "2026-03-02 10:00")
    walk.told("2026-03-02 11:00")
    walk.does("seller", "counter_notice_filed", "2026-03-03 10:00")
    walk.told("2026-03-03 11:00")
    walk.until("2026-04-01 00:00")
    assert walk.stands == ("dropped", "nothing", "dropped")
    walk.does("reviewer", "appeal_granted", "2026-04-01 10:00")
    assert walk.stands == ("reinforced", "remove", "upheld")


def test_an_appeal_won_after_a_withdrawal_never_restricts_again():
    """Mei had appealed; Ines withdrew; the appeal still says that the listing should never have been down."""
    walk = removed()
    walk.does("complainant", "withdrawn", "2026-03-09 09:00")
    walk.does("reviewer", "appeal_granted", "2026-03-20 10:00")
    assert walk.stands == ("reversed", "nothing", "reversed")


def test_an_open_complaint_has_nothing_to_appeal():
    with pytest.raises(NotPermitted):
        asked().does("reviewer", "appeal_granted", "2026-03-03 10:00")


# --- orders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [asked, removed, rested, kept])
def test_an_order_of_a_court_is_carried_out_whatever_the_complaint_was_doing(before):
    walk = before()
    walk.does("operator", "ordered_down", "2026-03-10 10:00")
    assert walk.stands == ("reinforced", "remove", "upheld")
    walk.does("operator", "ordered_up", "2026-03-11 10:00")
    assert walk.stands == ("reversed", "nothing", "reversed")
    walk.does("operator", "ordered_down", "2026-03-12 10:00")
    assert walk.stands == ("reinforced", "remove", "upheld")
    assert walk.restricted_by[-1] == "ordered_down"


# --- a right that was never one ---------------------------------------------------------------------------------------


def test_a_right_void_from_the_start_reverses_what_it_took_down():
    for walk in (removed(), rested(), asked("pause_at_acceptance")):
        walk.does("rights", "right_void", "2026-03-06 09:00" if walk.case.state == "removed" else "2026-03-05 09:00")
        assert walk.stands == ("reversed", "nothing", "reversed")


def test_a_right_void_from_the_start_ends_an_open_complaint_that_restricts_nothing():
    walk = asked()
    walk.does("rights", "right_void", "2026-03-05 09:00")
    assert walk.stands == ("withdrawn", "nothing", "withdrawn")


def test_a_right_void_from_the_start_leaves_alone_what_is_over():
    walk = kept()
    step = walk.does("rights", "right_void", "2026-03-05 09:00")
    assert step.new == step.old._replace(seq=step.old.seq + 1, at=step.at)


@pytest.mark.parametrize(
    ("timing", "stands"),
    [
        ("pause_at_acceptance", ("reversed", "nothing", "reversed")),
        ("after_seller_window", ("withdrawn", "nothing", "withdrawn")),
    ],
)
def test_a_right_void_from_the_start_ends_the_complaint_even_while_the_listing_is_gone(timing, stands):
    walk = asked(timing)
    walk.does("marketplace", "listing_gone", "2026-03-03 10:00")
    walk.does("rights", "right_void", "2026-03-04 10:00")
    assert walk.stands == stands
    assert walk.case.back == ()


# --- a right in doubt -------------------------------------------------------------------------------------------------


def test_a_right_in_doubt_stops_the_clock_and_a_cleared_one_gives_back_what_was_left():
    walk = asked("pause_at_acceptance")
    walk.does("rights", "right_in_doubt", "2026-03-04 12:00")  # Tue 3 is spent; Wed 4 has begun and counts as unspent
    assert walk.stands == ("suspended", "pause", None)
    assert (
        walk.late_from == "2026-03-19 00:00"
    )  # Thu 5 = 1, Fri 6 = 2, Mon 9 = 3 … Fri 13 = 7, Mon 16 = 8, 17 = 9, Wed 18 = 10
    assert walk.case.back == (Frame("awaiting_seller", "pause", 2),)
    walk.does("rights", "right_cleared", "2026-03-10 12:00")
    assert walk.stands == ("awaiting_seller", "pause", None)
    assert walk.late_from == "2026-03-13 00:00"  # the two days left: Wed 11, Thu 12
    assert walk.case.round == 1 and walk.case.back == ()


def test_a_clock_that_had_not_started_still_waits_for_service_after_the_doubt():
    walk = Walk("platform", "2026-02-27 09:00", place="CN")
    walk.does("reviewer", "accepted", "2026-03-02 09:00")
    walk.does("rights", "right_in_doubt", "2026-03-03 09:00")
    walk.does("rights", "right_cleared", "2026-03-04 09:00")
    assert walk.late_from is None
    assert awaits_service(walk.procedure, walk.case)
    walk.told("2026-03-05 09:00")
    assert walk.late_from == "2026-03-11 00:00"  # all three: Fri 6, Mon 9, Tue 10


def test_a_doubt_nobody_resolves_is_an_alarm_and_can_still_end_either_way():
    walk = asked()
    walk.does("rights", "right_in_doubt", "2026-03-04 12:00")
    assert walk.until("2026-12-31 00:00") == ["suspended 2026-03-19 00:00"]
    assert walk.stands == ("suspended", "nothing", None)
    assert walk.case.escalated
    walk.does("rights", "right_ended", "2027-01-04 10:00")
    assert walk.stands == ("withdrawn", "nothing", "withdrawn")
    assert walk.case.back == ()


def test_a_platform_that_was_late_before_the_doubt_starts_with_one_day():
    walk = Walk("platform", "2026-03-02 09:00", place="CN")
    assert walk.until("2026-03-10 00:00") == ["checking 2026-03-06 00:00"]
    walk.does("rights", "right_in_doubt", "2026-03-10 12:00")
    walk.does("rights", "right_cleared", "2026-03-12 12:00")
    assert (walk.case.state, walk.case.escalated, walk.late_from) == ("checking", False, "2026-03-14 00:00")


def test_a_right_that_ends_later_leaves_closed_complaints_alone():
    walk = removed()
    with pytest.raises(NotPermitted):
        walk.does("rights", "right_in_doubt", "2026-03-09 09:00")


def test_the_clock_resumed_twice_loses_nothing_and_gains_no_whole_day():
    walk = asked()
    walk.does("rights", "right_in_doubt", "2026-03-04 12:00")  # 2 left
    walk.does("rights", "right_cleared", "2026-03-10 12:00")  # Wed 11 = 1, Thu 12 = 2
    walk.does("rights", "right_in_doubt", "2026-03-12 12:00")  # Wed 11 is spent; 1 left
    walk.does("rights", "right_cleared", "2026-03-16 12:00")
    assert walk.late_from == "2026-03-18 00:00"  # Tue 17
    assert walk.until("2026-03-31 00:00") == ["awaiting_seller 2026-03-18 00:00"]
    assert walk.case.units is None  # the next clock is a whole one
    walk.told("2026-03-31 09:00")
    assert walk.late_from == "2026-04-11 00:00"  # 1, 2, 3 April, Tomb-sweeping 4 to 6 off, 7, 8, 9, Fri 10 = 7


# --- a listing that is gone for a while -------------------------------------------------------------------------------


def test_a_listing_that_is_gone_leaves_nothing_to_ask_and_comes_back_with_its_complaint():
    walk = asked("pause_at_acceptance")
    walk.does("marketplace", "listing_gone", "2026-03-04 12:00")
    assert walk.stands == ("moot", "nothing", "moot")
    assert walk.late_from is None
    assert walk.until("2026-12-01 12:00") == []
    walk.does("marketplace", "listing_returned", "2026-12-01 12:00")
    assert walk.stands == ("awaiting_seller", "pause", None)
    assert walk.late_from == "2026-12-04 00:00"  # two days left: Wed 2, Thu 3
    assert walk.restricted_by == ["accepted", "listing_returned"]  # restricting again owes its reasons again


def test_a_listing_gone_while_the_right_is_in_doubt_goes_back_step_by_step():
    walk = asked("pause_at_acceptance")
    walk.does("rights", "right_in_doubt", "2026-03-04 12:00")
    walk.does("marketplace", "listing_gone", "2026-03-06 12:00")  # of ten days, Thu 5 is spent: nine left
    assert walk.case.back == (Frame("awaiting_seller", "pause", 2), Frame("suspended", "pause", 9))
    walk.does("marketplace", "listing_returned", "2026-03-16 12:00")
    assert walk.stands == ("suspended", "pause", None)
    assert walk.late_from == "2026-03-28 00:00"  # Tue 17 = 1 … Fri 20 = 4, Mon 23 = 5 … Fri 27 = 9
    walk.does("rights", "right_cleared", "2026-03-17 12:00")
    assert walk.stands == ("awaiting_seller", "pause", None)
    assert walk.late_from == "2026-03-20 00:00"  # Wed 18, Thu 19
    assert walk.case.back == ()


def test_a_complaint_of_a_listing_that_is_gone_can_be_withdrawn_and_forgets_its_way_back():
    walk = asked()
    walk.does("marketplace", "listing_gone", "2026-03-04 12:00")
    walk.does("complainant", "withdrawn", "2026-03-05 12:00")
    assert walk.stands == ("withdrawn", "nothing", "withdrawn")
    assert walk.case.back == ()
    with pytest.raises(NotPermitted):
        walk.does("marketplace", "listing_returned", "2026-03-06 12:00")


# --- two clocks on one anchor, interrupted ----------------------------------------------------------------------------


def test_dmca_doubt_moves_both_ends_of_the_window_and_keeps_them_four_business_days_apart():
    walk = Walk("us-dmca-512", "2026-11-02 10:00", place="US-federal")
    walk.does("reviewer", "accepted", "2026-11-02 16:00")
    walk.does("seller", "counter_notice_filed", "2026-11-16 15:00")
    walk.does("rights", "right_in_doubt", "2026-11-20 12:00")  # Tue 17, 18, Thu 19 are spent: 7 of 10 left
    walk.does("rights", "right_cleared", "2026-11-30 10:00")
    assert walk.late_from == "2026-12-10 00:00"  # Tue 1 = 1, 2, 3, Fri 4 = 4, Mon 7 = 5, Tue 8 = 6, Wed 9 = 7
    assert walk.until("2026-12-10 00:00") == ["countered 2026-12-10 00:00"]
    assert walk.late_from == "2026-12-16 00:00"  # 11 of 14 left: Thu 10 = 8, Fri 11 = 9, Mon 14 = 10, Tue 15 = 11
    walk.does("marketplace", "effect_confirmed", "2026-12-15 23:59")
    assert walk.stands == ("restored", "nothing", "not_upheld")


def test_dmca_doubt_inside_the_window_keeps_what_is_left_of_it():
    walk = Walk("us-dmca-512", "2026-11-02 10:00", place="US-federal")
    walk.does("reviewer", "accepted", "2026-11-02 16:00")
    walk.does("seller", "counter_notice_filed", "2026-11-16 15:00")
    walk.does("rights", "right_in_doubt", "2026-12-04 12:00")  # restorable since Wed 2 = 11; Thu 3 = 12 spent: 2 left
    assert walk.stands == ("suspended", "nothing", None)
    walk.does("rights", "right_cleared", "2027-01-04 10:00")
    assert walk.stands == ("restorable", "nothing", None)
    assert walk.late_from == "2027-01-07 00:00"  # Tue 5, Wed 6


@pytest.mark.parametrize("pack", PACKS)
def test_the_first_state_of_every_pack_can_be_interrupted_and_resumed(pack):
    walk = Walk(pack, "2026-03-02 09:00", place="CN")
    start = walk.case.state
    walk.does("rights", "right_in_doubt", "2026-03-02 10:00")
    assert (
        walk.late_from == "2026-03-17 00:00"
    )  # Tue 3 = 1 … Fri 6 = 4, Mon 9 = 5 … Fri 13 = 9, Mon 16 = 10, under any law
    walk.does("marketplace", "listing_gone", "2026-03-02 11:00")
    walk.does("marketplace", "listing_returned", "2026-03-05 10:00")
    walk.does("rights", "right_cleared", "2026-03-05 11:00")
    assert walk.case.state == start
    assert walk.case.due_at > walk.case.at
