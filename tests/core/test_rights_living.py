"""Is a right alive on that day? Dated cases worked by hand, then what must hold on any day."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import catalogue
from countermark.core.procedure_loader import load, pack_ids
from countermark.core.rights.facts import RightFacts
from countermark.core.rights.living import endings, latest_end, marks, standing, term_of, terms
from countermark.core.rights.reference import as_markdown

MARK = RightFacts("R-1", "trademark", "CN", "CN", "41902337", "Halden & Moe AS", "approved", date(2026, 8, 31))
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def ends(day, **more):
    return replace(MARK, expires_on=day, **more)


@pytest.mark.parametrize(
    ("today", "state", "mark"),
    [
        (date(2026, 3, 3), "approved", None),  # 181 days before 31 August
        (date(2026, 3, 4), "expiring", 180),
        (date(2026, 6, 1), "expiring", 180),  # 91 days
        (date(2026, 6, 2), "expiring", 90),
        (date(2026, 8, 1), "expiring", 30),
        (date(2026, 8, 24), "expiring", 7),
        (date(2026, 8, 31), "expiring", 7),  # in force until the end of its last day
        (date(2026, 9, 1), "in_grace", None),
        (date(2027, 2, 28), "in_grace", None),  # 31 August + 6 months: there is no 31 February
        (date(2027, 3, 1), "expired", None),
    ],
)
def test_a_mark_is_reminded_of_then_rescued_for_six_months_then_over(today, state, mark):
    now = standing(MARK, today)
    assert (now.state, now.mark) == (state, mark)


def test_the_days_that_matter_stand_beside_the_state():
    now = standing(MARK, date(2026, 8, 1))
    # China: renewed from twelve months before; 31 August 2025, and until 28 February 2027 in the grace
    assert (now.opens_on, now.ends_on, now.grace_ends_on) == (date(2025, 8, 31), date(2026, 8, 31), date(2027, 2, 28))


def test_in_a_leap_year_the_grace_ends_on_the_29th():
    assert standing(ends(date(2027, 8, 31)), date(2027, 9, 1)).grace_ends_on == date(2028, 2, 29)


def test_a_patent_at_the_end_of_its_term_has_no_grace():
    patent = ends(date(2026, 8, 31), kind="patent")
    assert standing(patent, date(2026, 9, 1)).state == "expired"


def test_what_never_expires_stays_as_it_is():
    assert standing(ends(None, kind="copyright"), date(2026, 9, 1)).state == "approved"


@pytest.mark.parametrize("state", ["draft", "pending", "suspended", "invalidated", "lapsed", "a state nobody knows"])
def test_time_alone_changes_only_a_right_that_is_alive(state):
    assert standing(ends(date(2020, 1, 1), state=state), date(2026, 9, 1)).state == state


def test_an_office_without_a_row_is_taken_as_the_convention_says():
    rule = term_of("ZA", "trademark")
    assert (rule.office, rule.grace) == ("other", 6)  # Paris Convention art. 5bis(1): not less than six months


def test_a_chinese_utility_model_cannot_outlive_ten_years():
    model = ends(date(2036, 1, 1), kind="utility_model")
    assert latest_end(model, date(2024, 2, 29)) == date(2034, 2, 28)
    assert latest_end(ends(None), date(2024, 2, 29)) is None  # a mark is renewed for ever


@given(DAYS, DAYS)
def test_the_states_follow_each_other_and_never_go_back(end, today):
    order = ("approved", "expiring", "in_grace", "expired")
    now, later = standing(ends(end), today), standing(ends(end), today + timedelta(days=1))
    assert order.index(now.state) <= order.index(later.state)
    assert now.grace_ends_on is not None and now.ends_on is not None and now.grace_ends_on > now.ends_on
    assert (now.state in ("approved", "expiring")) == (today <= end)


@given(DAYS, st.sampled_from(sorted(terms())))
def test_a_reminder_is_reached_on_its_day_and_not_before(end, row):
    office, kind = row
    for days in marks():
        one = ends(end, office=office, kind=kind)
        assert standing(one, end - timedelta(days=days)).mark == days
        assert standing(one, end - timedelta(days=days + 1)).mark != days


@given(st.dates(), st.dates())
def test_any_two_days_are_answered(end, today):
    assert standing(ends(end), today).state in ("approved", "expiring", "in_grace", "expired")


def test_every_kind_of_right_has_a_row_and_every_row_its_source():
    known = catalogue.load()
    for kind in known.right_kinds.values():
        assert term_of("other", kind.id).kind == kind.id
    for (office, kind), rule in terms().items():
        assert rule.source and office in known.offices and kind in known.right_kinds
        assert rule.renewable or not (rule.grace or rule.opens), (office, kind)


def test_what_happens_to_a_right_is_known_to_every_pack():
    states = catalogue.load().right_states
    for pack in map(load, pack_ids()):
        events = {event for (_, event, by) in pack.moves if by == "rights"}
        for ending in endings().values():
            assert set(ending.events) <= events, ending.id
            assert {*ending.comes_from, ending.to} <= set(states), ending.id


def test_only_what_is_void_from_the_start_takes_points_back():
    for ending in endings().values():
        assert ending.void == ("right_void" in ending.events) == (ending.points == "are taken back"), ending.id
        assert ending.source


def test_the_reference_page_says_what_the_tables_say():
    page = Path(__file__).parents[2] / "docs" / "reference" / "rights.md"
    assert page.read_text("utf-8") == as_markdown(), "rights.md is stale; run script/reference"
