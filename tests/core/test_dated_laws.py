"""The other procedures on real days, every ending from both sides.

DMCA 512, the PRC E-Commerce Law, DSA art. 16, pause-and-answer. Ines complains, Mei sells.
"""

from __future__ import annotations

import pytest

from core.walking import Walk
from countermark.core.complaint import ClockRanOut, advance, explain_due

# --- 17 USC 512: federal business days of New York, November 2026; the 26th is Thanksgiving ----------------------------


def taken_down() -> Walk:
    walk = Walk("us-dmca-512", "2026-11-02 10:00", place="US-federal")
    walk.does("reviewer", "accepted", "2026-11-02 16:00")
    return walk


def countered() -> Walk:
    """The designated agent received the counter notification on Monday 16 November, 15:00."""
    walk = taken_down()
    walk.does("seller", "counter_notice_filed", "2026-11-16 15:00")
    return walk


def in_the_window() -> Walk:
    walk = countered()
    walk.until("2026-12-02 00:00")
    return walk


def test_dmca_removal_is_at_once_and_rests_without_a_limit_for_the_counter_notification():
    walk = Walk("us-dmca-512", "2026-11-02 10:00", place="US-federal")
    assert walk.late_from == "2026-11-04 00:00"  # Tue 3 = 1
    walk.does("reviewer", "accepted", "2026-11-02 16:00")
    assert walk.stands == ("removed", "remove", "upheld")
    assert walk.restricted_by == ["accepted"]
    assert walk.until("2030-01-01 00:00") == []
    walk.does("seller", "counter_notice_filed", "2030-01-01 00:00")  # 512(g) sets no time limit
    assert walk.stands == ("countered", "remove", None)


def test_dmca_way_back_opens_after_ten_business_days_and_is_owed_by_the_fourteenth_from_one_receipt():
    walk = countered()
    # Tue 17 = 1, 18 = 2, 19 = 3, Fri 20 = 4, Mon 23 = 5, 24 = 6, Wed 25 = 7, Thanksgiving off, Fri 27 = 8,
    # Mon 30 = 9, Tue 1 Dec = 10
    assert walk.late_from == "2026-12-02 00:00"
    assert walk.until("2026-12-01 23:59") == []
    assert walk.until("2026-12-02 00:00") == ["countered 2026-12-02 00:00"]
    assert walk.stands == ("restorable", "nothing", None)
    assert walk.late_from == "2026-12-08 00:00"  # Wed 2 = 11, Thu 3 = 12, Fri 4 = 13, Mon 7 = 14
    assert walk.local(walk.case.clock_from) == "2026-11-16 15:00"  # the same receipt, not the end of the first clock
    days = explain_due(walk.procedure, walk.case, walk.calendars).days
    assert [(day.day.isoformat(), day.reason) for day in days if day.reason == "holiday"] == [("2026-11-26", "holiday")]
    assert days[-1].counted == 14


def test_dmca_listing_is_put_back_in_the_window():
    walk = in_the_window()
    walk.does("marketplace", "effect_confirmed", "2026-12-02 08:00")
    assert walk.stands == ("restored", "nothing", "not_upheld")


def test_dmca_listing_not_put_back_in_time_is_an_alarm_not_a_decision():
    walk = in_the_window()
    assert walk.until("2026-12-31 00:00") == ["restorable 2026-12-08 00:00"]
    assert walk.stands == ("restorable", "nothing", None)
    assert walk.case.escalated
    walk.does("marketplace", "effect_confirmed", "2027-01-04 08:00")
    assert walk.stands == ("restored", "nothing", "not_upheld")


def test_dmca_action_filed_before_the_tenth_day_keeps_it_down():
    walk = countered()
    walk.does("complainant", "action_filed", "2026-12-01 23:59")
    assert walk.stands == ("in_court", "remove", "in_court")
    assert walk.until("2028-01-01 00:00") == []


def test_dmca_action_filed_inside_the_window_takes_it_down_again_and_owes_reasons():
    walk = in_the_window()
    walk.does(
        "complainant", "action_filed", "2026-12-03 11:00"
    )  # 512(g)(2)(C): "unless its designated agent first receives"
    assert walk.stands == ("in_court", "remove", "in_court")
    assert walk.restricted_by == ["accepted", "action_filed"]


def test_dmca_action_after_the_listing_is_back_comes_too_late_for_this_complaint():
    walk = in_the_window()
    walk.does("marketplace", "effect_confirmed", "2026-12-02 08:00")
    assert ("restored", "action_filed", "complainant") not in walk.procedure.moves


@pytest.mark.parametrize(
    ("facts", "stands"),
    [(("seller_won",), ("restored", "nothing", "not_upheld")), ((), ("removed", "remove", "upheld"))],
    ids=["for Mei", "for Ines"],
)
def test_dmca_court_decides_and_the_listing_follows(facts, stands):
    walk = countered()
    walk.does("complainant", "action_filed", "2026-11-20 09:00")
    walk.does("reviewer", "action_ended", "2027-06-01 09:00", *facts)
    assert walk.stands == stands


def test_dmca_holder_who_accepts_the_counter_notification_puts_it_back_at_once():
    walk = countered()
    walk.does("complainant", "counter_accepted", "2026-11-17 09:00")
    assert walk.stands == ("restored", "nothing", "not_upheld")


def test_dmca_second_counter_notification_has_an_anchor_of_its_own():
    walk = countered()
    walk.does("complainant", "action_filed", "2026-11-20 09:00")
    walk.does("reviewer", "action_ended", "2027-03-01 09:00")
    walk.does("seller", "counter_notice_filed", "2027-03-02 10:00")
    assert walk.local(walk.case.clock_from) == "2027-03-02 10:00"
    assert (
        walk.late_from == "2027-03-17 00:00"
    )  # Wed 3 = 1, 4, Fri 5 = 3, Mon 8 = 4 … Fri 12 = 8, Mon 15 = 9, Tue 16 = 10


def test_dmca_notice_with_its_core_is_returned_and_one_without_is_refused():
    walk = Walk("us-dmca-512", "2026-11-20 10:00", place="US-federal")
    walk.does("reviewer", "returned", "2026-11-20 16:00", "core_elements")  # 512(c)(3)(B)(ii)
    assert walk.stands == ("returned", "nothing", None)
    walk.told("2026-11-20 16:30")
    assert walk.late_from == "2026-12-01 00:00"  # Mon 23 = 1, 24 = 2, 25 = 3, Thanksgiving off, Fri 27 = 4, Mon 30 = 5
    assert walk.until("2026-12-24 00:00") == ["returned 2026-12-01 00:00"]
    assert walk.stands == ("dropped", "nothing", "dropped")

    other = Walk("us-dmca-512", "2026-11-20 10:00", place="US-federal")
    other.does("reviewer", "returned", "2026-11-20 16:00")
    assert other.stands == ("refused", "nothing", "refused")


def test_dmca_returned_notice_that_is_mended_is_checked_again():
    walk = Walk("us-dmca-512", "2026-11-20 10:00", place="US-federal")
    walk.does("reviewer", "returned", "2026-11-20 16:00", "core_elements")
    walk.told("2026-11-20 16:30")
    walk.does("complainant", "mended", "2026-11-24 09:00")
    assert walk.stands == ("checking", "nothing", None)
    walk.does("reviewer", "refused", "2026-11-24 10:00")
    assert walk.stands == ("refused", "nothing", "refused")


# --- PRC E-Commerce Law arts 42, 43; autumn 2026: 1 to 7 October off, Sat 10 October worked ---------------------------


def cn_removed() -> Walk:
    walk = Walk("cn-ecommerce-law", "2026-09-16 10:00", place="CN")
    walk.does("reviewer", "accepted", "2026-09-16 15:00")
    return walk


def declared(arrived: str) -> Walk:
    """Mei's declaration was filed on Thursday 17 September, looked at on Friday, and reached Ines at `arrived`."""
    walk = cn_removed()
    walk.does("seller", "counter_notice_filed", "2026-09-17 10:00")
    walk.does("reviewer", "declaration_forwarded", "2026-09-18 10:00")
    walk.told(arrived)
    return walk


def test_cn_measures_are_taken_at_once_and_rest_until_a_declaration():
    walk = cn_removed()
    assert walk.stands == ("removed", "remove", "upheld")
    assert walk.until("2028-01-01 00:00") == []


def test_cn_declaration_is_forwarded_within_a_working_day_or_an_alarm_is_raised():
    walk = cn_removed()
    walk.does("seller", "counter_notice_filed", "2026-09-18 10:00")
    assert walk.stands == ("weighing", "remove", None)
    assert walk.late_from == "2026-09-21 00:00"  # Sat 19 off, Sun 20 (make-up) = 1
    assert walk.until("2026-09-30 00:00") == ["weighing 2026-09-21 00:00"]
    assert walk.case.escalated
    walk.does("reviewer", "declaration_returned", "2026-09-30 09:00")
    assert walk.stands == ("removed", "remove", "upheld")
    walk.does("seller", "counter_notice_filed", "2026-09-30 10:00")  # and Mei may declare again
    assert walk.stands == ("weighing", "remove", None)


def test_cn_fifteen_calendar_days_run_from_the_arrival_at_the_holder():
    walk = declared("2026-10-08 09:00")
    assert walk.late_from == "2026-10-24 00:00"  # day 15 after Thu 8 is Fri 23, worked: no rolling
    assert walk.until("2026-10-23 23:59") == []
    assert walk.until("2026-10-24 00:00") == ["declared 2026-10-24 00:00"]
    assert walk.stands == ("lifted", "nothing", "not_upheld")


def test_cn_fifteenth_day_in_the_golden_week_moves_to_the_first_day_worked():
    walk = declared("2026-09-21 09:00")
    # Tue 22 = 1 … Wed 30 = 9, 1 Oct = 10 … Tue 6 Oct = 15, off until the 7th: Thu 8 Oct (Civil Code art. 203)
    assert walk.late_from == "2026-10-09 00:00"
    assert explain_due(walk.procedure, walk.case, walk.calendars).days[-1].reason == "rolled"


def test_cn_suit_or_complaint_shown_in_time_keeps_it_down():
    walk = declared("2026-09-21 09:00")
    walk.does("complainant", "action_filed", "2026-10-08 23:59")
    assert walk.stands == ("in_court", "remove", "in_court")
    walk.does("reviewer", "action_ended", "2027-10-08 10:00", "seller_won")
    assert walk.stands == ("lifted", "nothing", "not_upheld")


def test_cn_suit_lost_by_the_seller_leaves_it_removed():
    walk = declared("2026-09-21 09:00")
    walk.does("complainant", "action_filed", "2026-09-22 09:00")
    walk.does("reviewer", "action_ended", "2027-10-08 10:00")
    assert walk.stands == ("removed", "remove", "upheld")


def test_cn_holder_who_accepts_the_declaration_lifts_the_measures():
    walk = declared("2026-09-21 09:00")
    walk.does("complainant", "counter_accepted", "2026-09-22 09:00")
    assert walk.stands == ("lifted", "nothing", "not_upheld")


def extended() -> Walk:
    walk = declared("2026-09-21 09:00")
    walk.does("reviewer", "extension_granted", "2026-10-08 10:00")
    return walk


def test_cn_extension_for_notarisation_has_twenty_working_days_with_the_make_up_saturday():
    walk = extended()
    # Fri 9 Oct = 1, Sat 10 (make-up) = 2, Mon 12 = 3 … Fri 16 = 7, Mon 19 = 8 … 23 = 12, 26 = 13 … 30 = 17,
    # Mon 2 Nov = 18, Tue 3 = 19, Wed 4 = 20
    assert walk.late_from == "2026-11-05 00:00"
    assert walk.until("2026-11-05 00:00") == ["extended 2026-11-05 00:00"]
    assert walk.stands == ("lifted", "nothing", "not_upheld")


@pytest.mark.parametrize(
    ("event", "stands"),
    [("action_filed", ("in_court", "remove", "in_court")), ("counter_accepted", ("lifted", "nothing", "not_upheld"))],
)
def test_cn_holder_answers_within_the_extension(event, stands):
    walk = extended()
    walk.does("complainant", event, "2026-11-04 23:59")
    assert walk.stands == stands


def test_cn_notice_is_refused_or_returned_before_anybody_is_told():
    walk = Walk("cn-ecommerce-law", "2026-09-16 10:00", place="CN")
    walk.does("reviewer", "refused", "2026-09-16 11:00")
    assert walk.stands == ("refused", "nothing", "refused")

    other = Walk("cn-ecommerce-law", "2026-09-16 10:00", place="CN")
    other.does("reviewer", "returned", "2026-09-16 11:00")
    other.told("2026-09-16 12:00")
    assert other.late_from == "2026-09-23 00:00"  # Thu 17 = 1, Fri 18 = 2, Sun 20 (make-up) = 3, Mon 21 = 4, Tue 22 = 5
    other.does("complainant", "mended", "2026-09-22 23:59")
    assert other.stands == ("checking", "nothing", None)
    other.does("reviewer", "returned", "2026-09-23 11:00")
    other.told("2026-09-23 12:00")
    assert other.until("2026-12-31 00:00") == [
        "returned 2026-10-09 00:00"
    ]  # 24 = 1, 28 = 2, 29 = 3, 30 = 4, Thu 8 Oct = 5
    assert other.stands == ("dropped", "nothing", "dropped")


# --- DSA art. 16: hours, over the night the clocks go forward ---------------------------------------------------------


def reported() -> Walk:
    return Walk("eu-notice", "2026-03-27 22:00", place="DE")


def test_eu_notice_is_assessed_within_72_hours_whatever_the_clock_on_the_wall_does():
    walk = reported()
    assert walk.late_from == "2026-03-30 23:00"  # 72 hours after Fri 22:00 CET; Sunday has 23 hours
    assert walk.until("2026-03-30 22:59") == []
    assert walk.until("2026-04-30 00:00") == ["assessing 2026-03-30 23:00"]
    assert walk.stands == ("assessing", "nothing", None)  # late, and nothing is decided by it
    assert walk.case.escalated


def test_eu_notice_that_is_right_restricts_with_reasons():
    walk = reported()
    walk.does("reviewer", "restricted", "2026-03-28 09:00")
    assert walk.stands == ("restricted", "remove", "upheld")
    assert walk.restricted_by == ["restricted"]


def test_eu_notice_that_is_wrong_leaves_the_listing_alone():
    walk = reported()
    walk.does("reviewer", "kept", "2026-03-31 09:00")
    assert walk.stands == ("kept", "nothing", "not_upheld")
    assert walk.restricted_by == []


# --- pause and answer: calendar days, over Easter 2026 in Spain -------------------------------------------------------


def paused() -> Walk:
    """Accepted on Thursday 2 April; Mei was told five minutes later."""
    walk = Walk("pause-and-answer", "2026-04-02 09:00", place="ES")
    assert walk.late_from == "2026-04-04 00:00"  # Fri 3 = 1, a holiday that counts: calendar days
    walk.does("reviewer", "accepted", "2026-04-02 10:00")
    walk.told("2026-04-02 10:05")
    return walk


def answered() -> Walk:
    walk = paused()
    walk.does("seller", "counter_notice_filed", "2026-04-06 23:59:59")
    walk.told("2026-04-07 09:00")
    return walk


def test_pause_first_and_silence_of_the_seller_removes():
    walk = paused()
    assert walk.stands == ("awaiting_seller", "pause", None)
    assert walk.late_from == "2026-04-07 00:00"  # Good Friday 3 = 1, Sat 4 = 2, Easter Sunday 5 = 3, Mon 6 = 4
    assert walk.until("2026-05-01 00:00") == ["awaiting_seller 2026-04-07 00:00"]
    assert walk.stands == ("removed", "remove", "upheld")
    assert walk.restricted_by == ["accepted", "due"]


def test_pause_and_the_seller_removes():
    walk = paused()
    walk.does("seller", "seller_removed", "2026-04-03 12:00")
    assert walk.stands == ("removed", "remove", "upheld")


def test_pause_and_silence_of_the_holder_reactivates():
    walk = answered()
    assert walk.stands == ("countered", "pause", None)
    assert walk.late_from == "2026-04-12 00:00"  # Wed 8 = 1, Thu 9 = 2, Fri 10 = 3, Sat 11 = 4
    assert walk.until("2026-04-12 00:00") == ["countered 2026-04-12 00:00"]
    assert walk.stands == ("dropped", "nothing", "dropped")


def test_pause_and_the_holder_accepts_the_answer():
    walk = answered()
    walk.does("complainant", "counter_accepted", "2026-04-08 12:00")
    assert walk.stands == ("reactivated", "nothing", "not_upheld")


@pytest.mark.parametrize(
    ("event", "stands"),
    [
        ("decided_for_holder", ("removed", "remove", "upheld")),
        ("decided_for_seller", ("reactivated", "nothing", "not_upheld")),
    ],
)
def test_pause_and_a_person_decides_what_the_two_cannot_agree_on(event, stands):
    walk = answered()
    walk.does("complainant", "counter_rejected", "2026-04-11 23:59")
    assert walk.late_from == "2026-04-17 00:00"  # Sun 12 = 1, 13 = 2, 14 = 3, 15 = 4, Thu 16 = 5
    assert walk.until("2026-04-20 00:00") == ["deciding 2026-04-17 00:00"]
    assert walk.stands == ("deciding", "pause", None)
    walk.does("reviewer", event, "2026-04-20 09:00")
    assert walk.stands == stands


def test_pause_comes_with_one_chance_and_late_is_late():
    walk = paused()
    assert walk.case.round == walk.procedure.chances == 1
    with pytest.raises(ClockRanOut):
        advance(walk.procedure, walk.case, "seller_removed", by="seller", at=walk.case.due_at, calendars=walk.calendars)
    refused = Walk("pause-and-answer", "2026-04-02 09:00", place="ES")
    refused.does("reviewer", "refused", "2026-04-02 10:00")
    assert refused.stands == ("refused", "nothing", "refused")
