"""Numbers of rights: read as people write them, explained where a spreadsheet or a typist has changed them."""

from datetime import date

import pytest

from countermark.core import numbers
from countermark.core.numbers.forms import CERTAINTIES, FormsBroken, _form, data
from countermark.core.numbers.rules import cn_check_digit

FORMS = [form for office in numbers.offices().values() for form in office.forms]
EXAMPLES = [(form, written, normal) for form in FORMS for written, normal in form.good]
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(("form", "written", "normal"), EXAMPLES, ids=lambda value: getattr(value, "id", value))
def test_every_example_is_read_as_it_says(form: numbers.Form, written: str, normal: str):
    verdict = numbers.check(written, form.office, form.kind, what=form.what[0], today=TODAY)
    assert (form.id, normal) in [(each.form.id, each.normalised) for each in verdict.readings], verdict


@pytest.mark.parametrize(("form", "written", "normal"), EXAMPLES, ids=lambda value: getattr(value, "id", value))
def test_a_number_written_properly_is_written_as_before(form: numbers.Form, written: str, normal: str):
    assert normal in [each.normalised for each in numbers.check(normal, form.office, form.kind).readings]


def test_every_form_says_where_it_is_known_from_and_how_far_that_was_checked():
    assert len({form.id for form in FORMS}) == len(FORMS)
    assert {form.certainty for form in FORMS} == set(CERTAINTIES)
    assert {form.source for form in FORMS} | {"st13"} == set(data("sources")["source"])  # st13: the ids of databases
    assert all(form.good and form.text.endswith(".") for form in FORMS)


def test_where_a_number_is_not_the_registration_its_owner_is_told_where_that_stands():
    assert [form.id for form in FORMS if "registration" not in form.what and not form.instead] == []


def test_a_form_whose_source_nobody_defines_is_refused():
    row = {"id": "x", "kind": "trademark", "what": ["registration"], "source": "hearsay", "certainty": "K"}
    with pytest.raises(FormsBroken, match=r"zz\.toml, x"):
        _form(row, {"office": "ZZ", "aliases": []}, "zz.toml")


# Sum of digit times weight for 200310102344: 4+0+0+15+6+0+8+0+4+9+16+20 = 82 = 7*11 + 5
@pytest.mark.parametrize(("digits", "check"), [("200310102344", "5"), ("95108192", "6")])
def test_the_check_digit_of_a_chinese_patent_is_reckoned_as_the_standard_does(digits: str, check: str):
    assert cn_check_digit(digits) == check


@pytest.mark.parametrize(
    ("office", "kind", "text", "readings"),
    [
        ("US", "patent", "16123456", ["registration US16123456", "application 16/123456"]),
        ("KR", "trademark", "4020190123456", ["application 40-2019-0123456", "registration 40-2019012-3456"]),
        ("JP", "patent", "2019-123456", ["application 2019-123456", "publication JP2019-123456A"]),
        ("HK", "patent", "HK30012345A", ["registration HK30012345"]),
        ("TW", "patent", "108112345", ["application 108112345"]),
    ],
)
def test_a_number_that_can_be_two_things_is_answered_with_both(office, kind, text, readings):
    verdict = numbers.check(text, office, kind)
    assert sorted(f"{each.what} {each.normalised}" for each in verdict.readings) == sorted(readings)


@pytest.mark.parametrize(
    ("era", "last", "year"), [("昭和", 64, "1989"), ("S", 64, "1989"), ("平", 31, "2019"), ("令和", 81, "2099")]
)
def test_a_year_that_an_emperor_did_not_live_to_see_makes_no_number(era: str, last: int, year: str):
    verdicts = [numbers.check(f"商願{era}{of}-1", "JP", "trademark") for of in range(1, 100)]
    assert [verdict.valid for verdict in verdicts] == [of <= last for of in range(1, 100)]
    assert verdicts[last - 1].normalised == f"{year}-000001"


@pytest.mark.parametrize(("label", "what"), [("特願", "application"), ("特開", "publication")])
def test_the_word_before_a_number_chooses_between_its_readings(label: str, what: str):
    assert [each.what for each in numbers.check(f"{label}2019-123456", "JP", "patent").readings] == [what]


def test_without_an_office_every_office_that_writes_so_is_named():
    found = {(each.office, each.kind) for each in numbers.check("018123456").readings}
    assert {("EM", "trademark"), ("EM", "design")} <= found
    assert [each.office for each in numbers.check("US 2,178,784", kind="trademark").readings] == ["US"]


def test_the_id_of_a_database_holds_the_number():
    assert numbers.check("EM500000018123456", "EM", "trademark").normalised == "018123456"
    assert numbers.check("EM700040480980004").normalised == "004048098-0004"
    assert numbers.check("US500000075123456", "US", "trademark").what == "application"
    assert not numbers.check("ZZ500000018123456").valid


def test_a_number_says_its_year_its_series_and_what_it_was_made_from():
    patent = numbers.check("ZL200310102344.5", "CN", "patent").readings[0]
    assert (patent.year, patent.what, patent.also) == (2003, "registration", ("application",))
    assert numbers.check("98212345.0", "CN", "utility_model").readings[0].year == 1998
    assert numbers.check("ZL 01312345.9", "CN", "design").readings[0].year == 2001
    assert numbers.check("特願昭60-1234", "JP", "patent").readings[0].year == 1985  # year 60 of the era: 1925 + 60
    serial = numbers.check("75/123,456", "US", "trademark")
    assert serial.readings[0].series == "75"
    assert "filed from 1 October 1995" in serial.explanation
    made = numbers.check("UK00917867542", "GB", "trademark").readings[0]
    assert made.made_from == "EM 017867542"


def test_the_names_people_use_for_an_office_are_known():
    assert numbers.check("2178784", "uspto", "trademark").readings[0].office == "US"
    assert numbers.office_of("UK").id == "GB"


def test_an_office_or_kind_nobody_knows_is_refused_with_those_that_are():
    with pytest.raises(numbers.OfficeUnknown, match="CN, EM"):
        numbers.check("1", "Atlantis", "trademark")
    with pytest.raises(numbers.OfficeUnknown, match="utility_model"):
        numbers.check("1", "US", "slogan")
    with pytest.raises(ValueError, match="registration"):
        numbers.check("2178784", "US", "trademark", what="rumour")


def test_many_numbers_are_answered_in_their_order():
    verdicts = numbers.check_all(["2178784", "", "75123456"], "US", "trademark")
    assert [verdict.valid for verdict in verdicts] == [True, False, True]


# --- what is not taken, and how it is mended -----------------------------------------------------------------------------

REFUSED = [  # office, kind, as written, code, where, what may be meant
    ("US", "trademark", "  ", "empty", None, []),
    ("US", "trademark", "1" * 121, "too_long", None, []),
    ("US", "trademark", "########", "excel_hashes", None, []),
    ("US", "trademark", "#NUM!", "excel_hashes", None, []),
    ("US", "trademark", "Mar-19", "excel_date", None, []),
    ("JP", "trademark", "2019/3/1 0:00:00", "excel_date", None, []),
    ("US", "trademark", "2.18E+06", "excel_scientific", None, []),
    ("CN", "patent", "2,00310102344E+12", "excel_scientific", None, []),
    ("US", "trademark", "２．１８Ｅ＋０６", "excel_scientific", None, []),
    ("US", "trademark", "2178784.0", "excel_decimal", None, ["2178784"]),
    ("US", "trademark", "2178784,00", "excel_decimal", None, ["2178784"]),
    ("EM", "trademark", "18123456.0", "excel_decimal", None, ["018123456"]),
    ("CN", "patent", "2003101023445.0", "excel_decimal", None, ["200310102344.5"]),
    ("US", "trademark", "2178784; 2178785", "several_numbers", None, []),
    ("US", "trademark", "2178784, 2178785 and 2178786", "several_numbers", None, []),
    ("CN", "trademark", "1234\n5678", "several_numbers", None, []),
    ("CN", "trademark", "1234567 7654321", "several_numbers", None, []),
    ("CN", "patent", "ZL200310102344.6", "check_digit", 16, []),
    ("CN", "patent", "2003 1 0102344.X", "check_digit", 16, []),
    ("CN", "patent", "ZL200310102344", "check_digit_missing", None, ["200310102344.5"]),
    ("EM", "trademark", "18123456", "zeros_lost", None, ["018123456"]),
    ("EM", "design", "4048098-4", "zeros_lost", None, ["004048098-0004"]),
    ("EM", "design", "40480980004", "zeros_lost", None, ["004048098-0004"]),
    ("KR", "trademark", "40-123456", "zeros_lost", None, ["40-0123456"]),
    ("TW", "trademark", "1987654", "zeros_lost", None, ["01987654"]),
    ("US", "trademark", "02178784", "zeros_added", None, ["2178784"]),
    ("US", "trademark", "217878O", "letter_for_digit", 7, ["2178780"]),
    ("EM", "trademark", "O18I23456", "letter_for_digit", None, ["018123456"]),
    ("GB", "trademark", "017867542", "comparable", None, ["UK00917867542"]),
    ("GB", "design", "004048098-0004", "comparable", None, ["90040480980004"]),
    ("CN", "design", "ZL201620123456.1", "other_kind", None, ["201620123456.1"]),
    ("EM", "trademark", "G1234567", "other_office", None, ["G1234567"]),
    ("US", "trademark", "123456789", "too_many_digits", None, []),
    ("US", "trademark", "100,000,000", "too_many_digits", None, []),
    ("US", "patent", "100,000,000", "too_many_digits", None, []),
    ("US", "trademark", "2178#84", "strange_character", 5, []),
    ("US", "trademark", "ACME", "no_form", None, []),
]


@pytest.mark.parametrize(("office", "kind", "text", "code", "where", "near"), REFUSED)
def test_a_number_that_was_changed_on_the_way_is_explained_and_never_taken(office, kind, text, code, where, near):
    verdict = numbers.check(text, office, kind)
    assert (verdict.valid, verdict.code) == (False, code), verdict
    assert (verdict.position, [each.normalised for each in verdict.near][: len(near)]) == (where, near)
    assert "%(" not in verdict.error + verdict.mend
    assert verdict.mend.endswith(".")


def test_every_code_of_a_refusal_has_its_example():
    told = {code for _, _, _, code, _, _ in REFUSED} | {"other_what", "year_to_come"}  # those two stand below
    assert told == set(data("refusals"))


@pytest.mark.parametrize(
    ("office", "kind", "text", "place"),
    [
        ("US", "trademark", "75/123,456", "at most seven digits"),
        ("CN", "patent", "CN101234567A", "ZL"),
        ("CN", "copyright", "软著登字第1234567号", "2019SR0123456"),
        ("EM", "design", "004048098", "-0001"),
        ("EP", "patent", "EP3988214A1", "without the A1"),
    ],
)
def test_whoever_gives_another_number_than_the_registration_is_told_where_that_is(office, kind, text, place):
    verdict = numbers.check(text, office, kind, what="registration")
    assert verdict.code == "other_what"
    assert place in verdict.mend
    assert numbers.check(text, office, kind).valid


def test_a_number_of_a_year_to_come_is_refused_when_the_day_is_told():
    text = f"209010102344{cn_check_digit('209010102344')}"
    assert numbers.check(text, "CN", "patent").valid
    refused = numbers.check(text, "CN", "patent", today=TODAY)
    assert (refused.code, refused.data["year"]) == ("year_to_come", "2090")


def test_what_a_person_puts_around_a_number_is_taken_off():
    for text in (
        '="2178784"',
        "'2178784",
        "No. 2178784.",
        "（注册号：2178784）",
        "№ 2 178 784",
        "2\u00a0178\u200b784",
        "٢١٧٨٧٨٤",
    ):
        assert numbers.check(text, "US", "trademark").normalised == "2178784", text
