"""The number of a right where it is entered: kept as typed, listed as it is written properly, mended before it is sent."""

from datetime import date

import pytest
from django.utils import translation

from countermark.apps.rights import completeness, numbering, services, words
from countermark.core import numbers
from countermark.core.numbers.rules import cn_check_digit
from people import WEDNESDAY, a_right, a_world

TODAY = date(2026, 2, 25)


def number_defects(kind: str, office: str, number: str) -> list[str]:
    answers = {"office": office, "number": number, "registered": "yes"}
    found = completeness.defects(kind, answers, (), is_agent=False, today=TODAY)
    return [defect.code for defect in found if defect.field == "number"]


@pytest.mark.django_db
def test_ines_types_a_number_with_words_around_it_and_sees_it_written_properly():
    world = a_world()
    answers = {"office": "US", "number": " Reg. No. 2,178,784 "}
    right = services.save_draft(holder=world.halden, kind="trademark", answers=answers, at=WEDNESDAY)
    assert right.number == "2178784"
    assert right.fields["number"] == " Reg. No. 2,178,784 "


@pytest.mark.django_db
def test_the_same_number_written_differently_is_the_same_right():
    world = a_world()
    a_right(world.halden, kind="trademark", office="US", number="2178784")
    answers = {"office": "US", "number": "2,178,784"}
    again = services.save_draft(holder=world.halden, kind="trademark", answers=answers, at=WEDNESDAY)
    assert "right_known" in [defect.code for defect in services.defects(again, at=WEDNESDAY)]


@pytest.mark.django_db
def test_a_right_kept_under_its_number_as_typed_long_ago_is_found_and_stays_as_it_is():
    world = a_world()
    older = a_right(world.halden, kind="trademark", office="US", number="2,178,784", state="approved")
    answers = {"office": "US", "number": "2,178,784"}
    again = services.save_draft(holder=world.halden, kind="trademark", answers=answers, at=WEDNESDAY)
    assert "right_known" in [defect.code for defect in services.defects(again, at=WEDNESDAY)]
    older.refresh_from_db()
    assert (older.state, older.number) == ("approved", "2,178,784")


@pytest.mark.parametrize(
    ("kind", "office", "number", "code"),
    [
        ("trademark", "US", "75/123,456", "number_other_what"),
        ("trademark", "US", "2.18E+06", "number_excel_scientific"),
        ("trademark", "EM", "18123456", "number_zeros_lost"),
        ("patent", "CN", "ZL200310102344.6", "number_check_digit"),
        ("patent", "CN", f"209010102344.{cn_check_digit('209010102344')}", "number_year_to_come"),
        ("trademark", "GB", "017867542", "number_comparable"),
        ("copyright", "CN", "软著登字第1234567号", "number_other_what"),
    ],
)
def test_what_is_wrong_with_a_number_is_named_before_anything_is_sent(kind, office, number, code):
    assert number_defects(kind, office, number) == [code]


def test_where_the_forms_of_an_office_are_not_all_known_a_strange_number_is_taken_but_no_mangled_one():
    assert number_defects("trademark", "HK", "A-17/1962") == []
    assert number_defects("copyright", "US", "Eu-Register 17 b") == []
    assert number_defects("trademark", "HK", "3.05E+08") == ["number_excel_scientific"]


def test_kinds_and_offices_without_numbers_of_their_own_take_what_is_typed():
    assert number_defects("other", "CN", "GI-CN-2005-118") == []
    assert number_defects("trademark", "other", "NO 287 341") == []
    assert numbering.written("trademark", "other", " NO 287 341 ") == "NO 287 341"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", sorted(numbers.refusals()))
def test_every_refusal_is_said_in_the_language_of_the_reader(language: str, code: str):
    names = "shown near is wanted instead expected given year letter count most length examples"
    data = dict.fromkeys(names.split(), "7")
    with translation.override(language):
        what, cure = words.defect_said(numbering.PREFIX + code, data)
    assert "%(" not in what + cure
    assert (what == numbers.refusals()[code]["text"] % data) == (language == "en")


def test_several_kinds_in_a_refusal_are_joined_as_the_language_joins_them():
    refused = numbers.check("D823456", "US", "trademark")
    with translation.override("zh-hans"):
        what, _ = words.defect_said(numbering.PREFIX + refused.code, refused.data)
    assert what == "“D823456”的写法属于另一种权利：外观设计、著作权。"


def test_the_rules_that_look_for_a_wrong_kind_are_told_what_a_number_can_be():
    serial = numbering.said_by("trademark", "US", "75123456")
    assert (serial.offices, serial.kinds, serial.whats) == ({"US"}, {"trademark"}, {"application"})
    elsewhere = numbering.said_by("trademark", "EM", "DM/123456")
    assert (elsewhere.offices, elsewhere.kinds) == ({"WO"}, {"design"})
    assert numbering.said_by("trademark", "US", "ACME") is None
    assert numbering.said_by("other", "US", "17") is None
