"""What an agent may do: the whole table of a mandate, act by act, and what must hold of every mandate there could be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core.rights.facts import MandateFacts, RightFacts
from countermark.core.rights.mandate import (
    POWER_OF,
    POWERS,
    covers,
    exceeding,
    lacking,
    mandate_defects,
    mark_reached,
    marks,
)

MARK = RightFacts("41", "trademark", "CN", "CN", owner="Halden & Moe AS")
OTHERS = RightFacts("42", "trademark", "CN", "CN", owner="Lumen SARL")
TODAY = date(2026, 2, 25)
ALL = MandateFacts("1", principal="HALDEN & MOE")
LISTED = replace(ALL, rights=("42",))

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
some = st.sampled_from
mandates = st.builds(
    MandateFacts,
    st.just("1"),
    right_kinds=some([("*",), ("trademark",), ("patent",)]),
    rights=some([("*",), ("41",), ("42",), ()]),
    verified=st.booleans(),
    starts_on=st.none() | days,
    ends_on=st.none() | days,
    principal=some(["", "Halden & Moe AS", "Lumen SARL"]),
    marketplaces=some([("*",), ("harbour",), ("quay", "harbour"), ()]),
    powers=st.lists(some(POWERS), unique=True).map(tuple),
    revoked=st.booleans(),
)
rights = some([MARK, OTHERS, replace(MARK, kind="patent")])
acts = st.tuples(rights, some(["harbour", "quay", "pier"]), some(POWERS), days)


@pytest.mark.parametrize(
    ("mandate", "right", "place", "power", "on", "lacks"),
    [
        (ALL, MARK, "harbour", "file", TODAY, ()),
        (ALL, OTHERS, "harbour", "file", TODAY, ("mandate_not_covering",)),  # all rights: of Halden & Moe
        (LISTED, OTHERS, "harbour", "file", TODAY, ()),  # named one by one, whoever owns it in the register
        (LISTED, MARK, "harbour", "file", TODAY, ("mandate_not_covering",)),
        (replace(ALL, right_kinds=("patent",)), MARK, "harbour", "file", TODAY, ("mandate_not_covering",)),
        (replace(ALL, marketplaces=("quay",)), MARK, "quay", "file", TODAY, ()),
        (replace(ALL, marketplaces=("quay",)), MARK, "harbour", "file", TODAY, ("mandate_other_marketplace",)),
        (replace(ALL, powers=("file",)), MARK, "harbour", "settle", TODAY, ("mandate_without_power",)),
        (replace(ALL, ends_on=TODAY), MARK, "harbour", "file", TODAY, ()),  # until the end of its last day
        (replace(ALL, ends_on=TODAY), MARK, "harbour", "file", TODAY + timedelta(1), ("mandate_ended",)),
        (replace(ALL, starts_on=TODAY), MARK, "harbour", "file", TODAY, ()),
        (replace(ALL, starts_on=TODAY), MARK, "harbour", "file", TODAY - timedelta(1), ("mandate_not_begun",)),
        (replace(ALL, verified=False), MARK, "harbour", "file", TODAY, ("mandate_not_verified",)),
        (replace(ALL, revoked=True), MARK, "harbour", "file", TODAY, ("mandate_revoked",)),
    ],
)
def test_a_mandate_allows_what_it_says_and_names_what_it_lacks(mandate, right, place, power, on, lacks):
    assert lacking(mandate, right, place, power, on) == lacks
    assert covers(mandate, right, place, power, on) == (not lacks)


@given(mandates, acts)
def test_an_act_is_covered_when_each_part_is(mandate, act):
    right, place, power, on = act
    whole = replace(MandateFacts("1"), verified=True)
    parts = (
        replace(whole, right_kinds=mandate.right_kinds, rights=mandate.rights, principal=mandate.principal),
        replace(whole, marketplaces=mandate.marketplaces),
        replace(whole, powers=mandate.powers),
        replace(whole, starts_on=mandate.starts_on, ends_on=mandate.ends_on),
        replace(whole, verified=mandate.verified, revoked=mandate.revoked),
    )
    assert covers(mandate, *act) == all(covers(part, right, place, power, on) for part in parts)


@given(mandates, acts, mandates)
def test_no_mandate_allows_more_once_it_is_narrowed(mandate, act, other):
    narrowed = replace(mandate, powers=tuple(set(mandate.powers) & set(other.powers)), revoked=other.revoked)
    assert covers(mandate, *act) or mandate.revoked or not covers(narrowed, *act)


@given(mandates, acts)
def test_a_revoked_or_unread_mandate_allows_nothing(mandate, act):
    assert not covers(replace(mandate, revoked=True), *act)
    assert not covers(replace(mandate, verified=False), *act)


@given(mandates, acts)
def test_what_is_lacking_is_told_once_each_with_the_field_it_is_asked_in(mandate, act):
    found = list(mandate_defects(mandate, *act, field="event"))
    assert [defect.code for defect in found] == list(lacking(mandate, *act)) and len(found) == len(
        set(found_codes(found))
    )
    assert {defect.field for defect in found} <= {"event"}


def found_codes(found):
    return [defect.code for defect in found]


def test_every_answer_of_a_complainant_takes_a_power_there_is():
    assert set(POWER_OF.values()) <= set(POWERS)


# --- passed on ------------------------------------------------------------------------------------------------------------

UNIVERSE = (MARK, OTHERS)
GIVEN = replace(ALL, may_delegate=True, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))


@given(mandates, mandates, st.booleans(), acts)
def test_no_sub_mandate_allows_at_any_instant_what_its_parent_does_not_allow(sub, parent, may, act):
    passed_on = replace(sub, parent=replace(parent, may_delegate=may))
    assert not covers(passed_on, *act) or (may and covers(parent, *act) and covers(sub, *act))


@given(mandates, mandates, mandates, acts)
def test_that_holds_through_every_further_hand(sub, middle, top, act):
    above = replace(middle, may_delegate=True, parent=replace(top, may_delegate=True))
    assert not covers(replace(sub, parent=above), *act) or (covers(above, *act) and covers(top, *act))


@given(mandates, mandates, acts)
def test_what_is_found_to_stay_within_the_parent_when_it_is_passed_on_never_allows_more(sub, parent, act):
    parent = replace(parent, may_delegate=True, verified=True, revoked=False)
    named = [right for right in UNIVERSE if right.id in sub.rights]
    assert exceeding(sub, parent, named) or not covers(sub, *act) or covers(parent, *act)


@given(mandates, acts)
def test_an_exact_copy_stays_within(mandate, act):
    parent = replace(mandate, may_delegate=True)
    named = [right for right in UNIVERSE if right.id in mandate.rights]
    assert exceeding(mandate, parent, named) == ()
    assert covers(replace(mandate, parent=parent), *act) == covers(mandate, *act)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rights": ("*",), "principal": "Lumen SARL"}, "sub_rights_wider"),  # all rights, but of somebody else
        ({"rights": ("42",)}, "sub_rights_wider"),  # one of another owner
        ({"rights": ("77",)}, "sub_rights_wider"),  # one nobody knows
        ({"marketplaces": ("*",)}, "sub_places_wider"),
        ({"marketplaces": ("harbour", "quay")}, "sub_places_wider"),
        ({"powers": ("file", "settle")}, "sub_powers_wider"),
        ({"starts_on": None}, "sub_days_wider"),
        ({"ends_on": None}, "sub_days_wider"),
        ({"ends_on": date(2027, 1, 1)}, "sub_days_wider"),  # one day later
        ({"may_delegate": True}, "sub_passed_on_again"),
    ],
)
def test_each_way_to_say_more_than_the_parent_has_its_name(change, code):
    parent = replace(GIVEN, marketplaces=("harbour",), powers=("file", "answer"))
    fits = replace(parent, may_delegate=False)
    assert exceeding(fits, parent) == ()
    assert exceeding(replace(fits, **change), parent, [OTHERS]) == (code,)


def test_a_mandate_that_may_not_be_passed_on_lends_nothing():
    parent = replace(GIVEN, may_delegate=False)
    assert exceeding(replace(parent), parent) == ("sub_not_allowed",)
    assert lacking(replace(parent, parent=parent), MARK, "harbour", "file", TODAY) == ("mandate_not_passed_on",)


def test_a_sub_mandate_is_said_to_end_on_the_day_its_parent_does():
    sub = replace(ALL, parent=GIVEN, ends_on=date(2027, 6, 1))
    ended = list(mandate_defects(sub, MARK, "harbour", "file", date(2027, 1, 1)))
    assert [(defect.code, defect.data) for defect in ended] == [("mandate_ended", {"on": date(2026, 12, 31)})]


def test_the_power_that_is_missing_is_named():
    (missing,) = mandate_defects(replace(ALL, powers=("file",)), MARK, "harbour", "settle", TODAY)
    assert missing.data == {"power": "settle"}


# --- its end comes near ---------------------------------------------------------------------------------------------------


@given(days, days)
def test_the_reminder_that_is_due_is_the_last_one_reached_and_none_is_due_after_the_end(ends, today):
    left = (ends - today).days
    reached = mark_reached(ends, today)
    assert reached == (min((mark for mark in marks() if left <= mark), default=None) if left >= 0 else None)
    assert mark_reached(None, today) is None


def test_reminders_are_asked_for_earlier_first():
    assert list(marks()) == sorted(set(marks()), reverse=True) and marks()[-1] > 0
