"""What an agent may do: the whole table of a mandate, act by act, and what must hold of every mandate there could be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core.rights.facts import MandateFacts, RightFacts
from countermark.core.rights.mandate import POWER_OF, POWERS, covers, lacking, mandate_defects

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
