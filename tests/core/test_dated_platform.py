"""The platform procedure on real days, every ending from both sides. People: Ines complains, Mei sells, Rana decides.

The days are those of the PRC around Spring Festival 2026: Sat 14 Feb is worked, 15 to 23 Feb are off, Sat 28 Feb is worked.
"""

from __future__ import annotations

import pytest

from core.walking import Walk
from countermark.core.complaint import ClockRanOut, advance


def a_complaint(timing: str = "after_seller_window") -> Walk:
    """Ines' notice arrived on Thursday 12 February, 10:00 in Shanghai."""
    return Walk("platform", "2026-02-12 10:00", place="CN", timing=timing)


def accepted(timing: str = "after_seller_window") -> Walk:
    """Rana accepted on Friday; Mei was told at once."""
    walk = a_complaint(timing)
    walk.does("reviewer", "accepted", "2026-02-13 09:00")
    walk.told("2026-02-13 10:00")
    return walk


def countered() -> Walk:
    """Mei answered on the last day of her first window; Ines was told on Thursday."""
    walk = accepted()
    walk.does("seller", "counter_notice_filed", "2026-02-25 23:59")
    walk.told("2026-02-26 09:00")
    return walk


def deciding() -> Walk:
    """Ines rejected on Friday 27 February: it is Rana's turn."""
    walk = countered()
    walk.does("complainant", "counter_rejected", "2026-02-27 15:00")
    return walk


# --- before the seller is heard ---------------------------------------------------------------------------------------


def test_a_notice_nobody_checks_in_three_working_days_raises_an_alarm_and_nothing_else():
    walk = a_complaint()
    assert walk.late_from == "2026-02-25 00:00"  # Fri 13 = 1, Sat 14 (make-up) = 2, 15 to 23 off, Tue 24 = 3
    assert walk.until("2026-02-24 23:59") == []
    assert walk.until("2026-03-31 00:00") == ["checking 2026-02-25 00:00"]
    assert walk.stands == ("checking", "nothing", None)
    assert walk.case.escalated
    walk.does("reviewer", "accepted", "2026-04-01 09:00")  # late, and still Rana's to decide
    assert walk.stands == ("awaiting_seller", "nothing", None)
    assert not walk.case.escalated


def test_a_refused_notice_never_reaches_the_seller():
    walk = a_complaint()
    walk.does("reviewer", "refused", "2026-02-13 09:00")
    assert walk.stands == ("refused", "nothing", "refused")
    assert walk.late_from is None
    assert walk.restricted_by == []


def test_a_returned_notice_can_be_mended_within_a_working_week():
    walk = a_complaint()
    walk.does("reviewer", "returned", "2026-02-13 09:00")
    assert walk.late_from is None  # Ines does not know yet
    walk.told("2026-02-13 10:00")
    assert walk.late_from == "2026-02-28 00:00"  # Sat 14 = 1, Tue 24 = 2, Wed 25 = 3, Thu 26 = 4, Fri 27 = 5
    walk.does("complainant", "mended", "2026-02-27 23:59")
    assert walk.stands == ("checking", "nothing", None)
    assert walk.late_from == "2026-03-04 00:00"  # Sat 28 (make-up) = 1, Mon 2 Mar = 2, Tue 3 = 3


def test_a_returned_notice_nobody_mends_is_dropped():
    walk = a_complaint()
    walk.does("reviewer", "returned", "2026-02-13 09:00")
    walk.told("2026-02-13 10:00")
    assert walk.until("2026-03-01 00:00") == ["returned 2026-02-28 00:00"]
    assert walk.stands == ("dropped", "nothing", "dropped")


# --- the seller's first chance ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timing", "meanwhile"),
    [("after_seller_window", "nothing"), ("pause_at_acceptance", "pause"), ("at_acceptance", "remove")],
)
def test_when_the_measure_takes_effect_is_chosen_at_intake(timing, meanwhile):
    walk = accepted(timing)
    assert walk.stands == ("awaiting_seller", meanwhile, None)
    assert walk.restricted_by == ([] if meanwhile == "nothing" else ["accepted"])
    walk.does("seller", "counter_notice_filed", "2026-02-24 09:00")
    assert walk.stands == ("countered", meanwhile, None)  # an answer alone neither lifts nor restricts
    walk.told("2026-02-24 10:00")
    walk.does("complainant", "counter_rejected", "2026-02-24 11:00")
    walk.does("reviewer", "decided_for_holder", "2026-02-25 09:00")
    assert walk.stands == ("removed", "remove", "upheld")
    assert len(walk.restricted_by) == (2 if meanwhile == "pause" else 1)


def test_mei_who_takes_the_listing_down_herself_ends_it():
    walk = accepted()
    walk.does("seller", "seller_removed", "2026-02-14 12:00")
    assert walk.stands == ("upheld", "remove", "upheld")
    assert walk.late_from is None
    assert walk.restricted_by == ["seller_removed"]


def test_mei_who_stays_silent_for_three_working_days_loses_the_listing():
    walk = accepted()
    assert walk.late_from == "2026-02-26 00:00"  # Sat 14 (make-up) = 1, 15 to 23 off, Tue 24 = 2, Wed 25 = 3
    assert walk.until("2026-02-25 23:59") == []
    assert walk.until("2026-02-26 00:00") == ["awaiting_seller 2026-02-26 00:00"]
    assert walk.stands == ("removed", "remove", "upheld")
    assert walk.restricted_by == ["due"]
    assert walk.case.round == 2  # the first chance is used up, the second is open
    assert walk.late_from is None  # and does not run before Mei is told


def test_mei_answers_one_second_before_the_end_and_not_at_it():
    walk = accepted()
    end = walk.case.due_at
    with pytest.raises(ClockRanOut):
        advance(
            walk.procedure, walk.case, "counter_notice_filed", by="seller", at=end, calendars=walk.calendars
        )  # 24:00 of the last day is late
    walk.does("seller", "counter_notice_filed", "2026-02-25 23:59:59")
    assert walk.stands == ("countered", "nothing", None)


def test_mei_who_was_never_told_is_never_late():
    walk = a_complaint()
    walk.does("reviewer", "accepted", "2026-02-13 09:00")
    assert walk.until("2027-02-13 09:00") == []
    assert walk.stands == ("awaiting_seller", "nothing", None)


# --- the complainant's answer -----------------------------------------------------------------------------------------


def test_ines_who_ignores_a_counter_notice_drops_the_complaint():
    walk = countered()
    assert walk.late_from == "2026-03-03 00:00"  # Fri 27 = 1, Sat 28 (make-up) = 2, Sun 1 March off, Mon 2 = 3
    assert walk.until("2026-03-02 23:59") == []
    assert walk.until("2026-03-03 00:00") == ["countered 2026-03-03 00:00"]
    assert walk.stands == ("dropped", "nothing", "dropped")


def test_ines_who_accepts_the_counter_notice_puts_the_listing_back():
    walk = countered()
    walk.does("complainant", "counter_accepted", "2026-02-28 12:00")
    assert walk.stands == ("not_upheld", "nothing", "not_upheld")


# --- the decision -----------------------------------------------------------------------------------------------------


def test_rana_who_decides_nothing_in_five_working_days_decides_against_nobody():
    walk = deciding()
    assert walk.late_from == "2026-03-06 00:00"  # Sat 28 (make-up) = 1, Mon 2 = 2, Tue 3 = 3, Wed 4 = 4, Thu 5 = 5
    assert walk.until("2026-12-31 00:00") == ["deciding 2026-03-06 00:00"]
    assert walk.stands == ("deciding", "nothing", None)
    walk.does("reviewer", "decided_for_seller", "2027-01-04 09:00")
    assert walk.stands == ("not_upheld", "nothing", "not_upheld")


def test_rana_decides_for_mei_and_the_listing_was_never_touched():
    walk = deciding()
    walk.does("reviewer", "decided_for_seller", "2026-03-03 10:00")
    assert walk.stands == ("not_upheld", "nothing", "not_upheld")
    assert walk.restricted_by == []


def test_rana_decides_for_ines_and_mei_has_two_chances_left():
    walk = deciding()
    walk.does("reviewer", "decided_for_holder", "2026-03-03 10:00")
    assert walk.stands == ("removed", "remove", "upheld")
    assert walk.case.round == 2
    assert walk.restricted_by == ["decided_for_holder"]


# --- three rounds, the second and third against a listing already down ------------------------------------------------


def lost_the_first() -> Walk:
    """Rana decided for Ines on Tuesday 3 March; Mei was told on Wednesday."""
    walk = deciding()
    walk.does("reviewer", "decided_for_holder", "2026-03-03 10:00")
    walk.told("2026-03-04 09:00")
    return walk


def lost_two() -> Walk:
    """The second round ended on Tuesday 24 March, again for Ines; Mei was told on Wednesday."""
    walk = lost_the_first()
    walk.does("seller", "counter_notice_filed", "2026-03-13 23:59")
    walk.told("2026-03-16 09:00")
    walk.does("complainant", "counter_rejected", "2026-03-18 09:00")
    walk.does("reviewer", "decided_for_holder", "2026-03-24 10:00")
    walk.told("2026-03-25 09:00")
    return walk


def test_the_second_chance_has_seven_working_days_and_the_listing_stays_down_meanwhile():
    walk = lost_the_first()
    assert walk.late_from == "2026-03-14 00:00"  # Thu 5 = 1, Fri 6 = 2, Mon 9 = 3, 10 = 4, 11 = 5, 12 = 6, Fri 13 = 7
    walk.does("seller", "counter_notice_filed", "2026-03-13 23:59")
    assert walk.stands == ("countered", "remove", None)
    walk.told("2026-03-16 09:00")
    walk.does("complainant", "counter_rejected", "2026-03-18 09:00")
    assert walk.stands == ("deciding", "remove", None)


def test_a_second_round_ines_leaves_unanswered_puts_the_listing_back():
    walk = lost_the_first()
    walk.does("seller", "counter_notice_filed", "2026-03-13 10:00")
    walk.told("2026-03-16 09:00")
    assert walk.until("2026-03-31 00:00") == ["countered 2026-03-20 00:00"]  # Tue 17 = 1, Wed 18 = 2, Thu 19 = 3
    assert walk.stands == ("dropped", "nothing", "dropped")
    assert walk.steps[-1].lowers_ask


def test_a_third_round_decided_for_mei_puts_the_listing_back():
    walk = lost_two()
    assert walk.case.round == 3
    walk.does("seller", "counter_notice_filed", "2026-04-02 10:00")
    walk.told("2026-04-02 11:00")
    walk.does("complainant", "counter_rejected", "2026-04-03 09:00")
    walk.does("reviewer", "decided_for_seller", "2026-04-08 10:00")
    assert walk.stands == ("not_upheld", "nothing", "not_upheld")
    assert walk.restricted_by == ["decided_for_holder"]  # once: rounds two and three found it down


def test_a_third_round_decided_for_ines_rests():
    walk = lost_two()
    walk.does("seller", "counter_notice_filed", "2026-04-02 10:00")
    walk.told("2026-04-02 11:00")
    walk.does("complainant", "counter_rejected", "2026-04-03 09:00")
    walk.does("reviewer", "decided_for_holder", "2026-04-08 10:00")
    assert walk.stands == ("upheld", "remove", "upheld")
    assert walk.case.round == 3
    assert walk.late_from is None


def test_three_missed_windows_use_up_three_chances():
    walk = accepted()
    assert walk.until("2026-02-26 09:00") == ["awaiting_seller 2026-02-26 00:00"]
    walk.told("2026-02-26 09:00")
    assert walk.late_from == "2026-03-07 00:00"  # Fri 27 = 1, Sat 28 = 2, Mon 2 = 3, 3 = 4, 4 = 5, 5 = 6, Fri 6 = 7
    assert walk.until("2026-03-09 09:00") == ["removed 2026-03-07 00:00"]
    assert walk.stands == ("removed", "remove", "upheld")
    assert walk.case.round == 3
    walk.told("2026-03-09 09:00")
    assert (
        walk.late_from == "2026-03-19 00:00"
    )  # Tue 10 = 1, 11 = 2, 12 = 3, Fri 13 = 4, Mon 16 = 5, 17 = 6, Wed 18 = 7
    assert walk.until("2026-12-31 00:00") == ["removed 2026-03-19 00:00"]
    assert walk.stands == ("upheld", "remove", "upheld")
    assert walk.restricted_by == ["due"]


def test_a_missed_first_window_still_leaves_mei_two_counter_notices():
    walk = accepted()
    walk.until("2026-02-26 09:00")
    walk.told("2026-02-26 09:00")
    walk.does("seller", "counter_notice_filed", "2026-03-06 23:59")
    walk.told("2026-03-09 09:00")
    walk.does("complainant", "counter_accepted", "2026-03-10 09:00")
    assert walk.stands == ("not_upheld", "nothing", "not_upheld")
    assert walk.steps[-1].lowers_ask
