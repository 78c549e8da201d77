"""What a reviewer would send a registration back for, found before it is sent."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import catalogue
from countermark.core.rights.facts import RightFacts
from countermark.core.rights.registration import (
    _CHECKS,
    NumberSaid,
    Registration,
    later_than_the_law,
    refusals,
    same_owner,
    would_be_returned,
)

TODAY = date(2026, 2, 25)
MARK = RightFacts("R-1", "trademark", "CN", "CN", "41902337", "Halden & Moe AS", "draft", date(2036, 7, 30), (11,))
WHOLE = Registration(MARK, "Halden & Moe AS", papers={"certificate": 1})
SERIAL = NumberSaid(frozenset({"US"}), frozenset({"trademark"}), frozenset({"application"}))


def of(**right):
    return replace(WHOLE, right=replace(MARK, **right))


def found(one):
    return [defect.code for defect in would_be_returned(one, TODAY)]


def test_nothing_is_said_of_a_whole_registration():
    assert found(WHOLE) == []


MODEL = {"kind": "utility_model", "classes": ()}


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (replace(WHOLE, holder="Lantern Lane"), "owner_differs"),
        (replace(WHOLE, is_agent=True, mandate_ends_on=date(2026, 2, 24)), "mandate_too_narrow"),
        (of(classes=(11, 21)), "class_page_missing"),
        (replace(WHOLE, number=replace(SERIAL, whats=frozenset({"registration"}))), "number_mismatch"),
        (of(expires_on=date(2026, 2, 24)), "expired_unrenewed"),
        (replace(of(office="US"), number=SERIAL), "pending_application"),
        (of(office="WO", territory="CN JP"), "extension_missing"),
        (of(office="JP", territory="JP"), "translation_missing"),
        (replace(WHOLE, number=NumberSaid(frozenset({"CN"}), frozenset({"design"}), frozenset())), "wrong_kind"),
        (replace(of(office="US"), answers={"us_register": "supplemental"}), "supplemental_register"),
        (replace(of(**MODEL), filed_on=date(2010, 1, 1)), "evaluation_missing"),
    ],
)
def test_each_reason_is_found_where_it_shows(one, reason):
    assert found(one) == [reason]


@pytest.mark.parametrize(
    "one",
    [
        replace(WHOLE, holder="HALDEN and MOE A/S", right=replace(MARK, owner="Halden and Moe AS")),
        replace(WHOLE, holder="Lantern Lane", is_agent=True),
        replace(WHOLE, holder="Lantern Lane", answers={"assigned": "yes"}),
        replace(WHOLE, is_agent=True, mandate_ends_on=TODAY),  # it runs until the end of that day
        replace(of(classes=(11, 21)), papers={"class_page": 2}),
        of(expires_on=TODAY),
        replace(of(office="US"), number=replace(SERIAL, whats=frozenset({"application", "registration"}))),
        of(office="WO", territory="JP"),
        replace(of(office="JP"), papers={"translation": 1}),
        replace(of(**MODEL), filed_on=date(2009, 12, 31)),
    ],
)
def test_what_is_in_order_is_left_alone(one):
    assert found(one) == []


def test_every_reason_of_a_reviewer_is_either_found_here_or_left_to_the_reviewer():
    rows, reasons = refusals(), catalogue.load().return_reasons
    of_rights = {name for name, reason in reasons.items() if set(reason.rights) != {"mandate"}}
    assert set(rows) == of_rights, "what a mandate by itself is sent back for is no matter of a registration"
    assert {name for name, row in rows.items() if row.found_by == "rules"} == set(_CHECKS)
    for name, row in rows.items():
        fits = {kind for kind in catalogue.load().right_kinds if {"*", kind} & set(reasons[name].rights)}
        assert set(row.kinds) <= fits, name


def test_what_only_probably_fails_does_not_stop_the_holder():
    differs = would_be_returned(replace(WHOLE, holder="Lantern Lane"), TODAY)[0]
    serial = would_be_returned(replace(of(office="US"), number=SERIAL), TODAY)[0]
    assert (differs.blocks, serial.blocks) == (False, True)


def test_an_end_that_the_law_does_not_give_is_named():
    patent = replace(of(kind="patent", classes=(), expires_on=date(2046, 3, 2)), filed_on=date(2026, 3, 1))
    assert later_than_the_law(patent) == date(2046, 3, 1)  # 20 years from filing
    assert later_than_the_law(replace(patent, filed_on=date(2026, 3, 2))) is None


@given(st.text(max_size=30))
def test_a_name_is_the_same_as_itself_in_capitals(name):
    assert same_owner(name, name.upper()) == same_owner(name, name)


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(sorted(catalogue.load().right_kinds)))
def test_any_names_are_answered(owner, holder, kind):
    one = replace(of(owner=owner, kind=kind), holder=holder)
    assert all(defect.code in refusals() for defect in would_be_returned(one, TODAY))
