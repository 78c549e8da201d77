"""What holds for every number: normalising twice changes nothing, one wrong digit is noticed, nothing raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from countermark.core import numbers
from countermark.core.numbers.rules import CHECKS, cn_check_digit

OFFICES = [*numbers.offices(), None]
KINDS = [*numbers.kinds(), None]
FORMS = [form for office in numbers.offices().values() for form in office.forms]
PLAIN_FORMS = [form for form in FORMS if form.rule != "cn_check_digit"]
CHECKED = [form for form in FORMS if form.rule == "cn_check_digit"]

digits_of_patents = st.builds(
    "{}{}{:07}".format, st.integers(2003, 2026), st.sampled_from("12389"), st.integers(0, 9_999_999)
)
KIND_OF = {"1": "patent", "8": "patent", "2": "utility_model", "9": "utility_model", "3": "design"}


WRITTEN_WITH = st.characters(codec="utf-8", categories=["Nd", "Lu", "Lo", "Po", "Pd"])


def generated(form: numbers.Form) -> st.SearchStrategy[str]:
    return st.from_regex(form.pattern, fullmatch=True, alphabet=WRITTEN_WITH)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_number_written_as_a_form_says_is_taken_and_normalised_once_and_for_all(data: st.DataObject):
    form = data.draw(st.sampled_from(PLAIN_FORMS))
    verdict = numbers.check(data.draw(generated(form)), form.office, form.kind)
    assert verdict.valid
    for reading in verdict.readings:
        again = numbers.check(reading.normalised, form.office, form.kind)
        assert reading.normalised in [each.normalised for each in again.readings]


@given(digits_of_patents, st.sampled_from(["", "ZL", "CN", "ZL "]), st.sampled_from(["", "."]))
def test_a_chinese_number_with_its_check_digit_is_taken_however_it_is_written(digits: str, before: str, dot: str):
    check = cn_check_digit(digits)
    verdict = numbers.check(f"{before}{digits}{dot}{check}", "CN", KIND_OF[digits[4]])
    assert verdict.normalised == f"{digits}.{check}"


@given(digits_of_patents, st.integers(5, 12), st.sampled_from(CHECKS))
def test_a_chinese_number_with_one_digit_changed_is_refused(digits: str, place: int, other: str):
    number = digits + cn_check_digit(digits)
    changed = number[:place] + other + number[place + 1 :]
    verdict = numbers.check(changed, "CN", KIND_OF[digits[4]])
    assert verdict.valid == (changed == number)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=140), st.sampled_from(OFFICES), st.sampled_from(KINDS))
def test_no_text_raises_and_every_refusal_can_be_said(text: str, office: str | None, kind: str | None):
    verdict = numbers.check(text, office, kind, what="registration")
    assert verdict.explanation if verdict.valid else verdict.error and verdict.mend


NEARLY = st.text(st.sampled_from("0123456789０１OIXEGZLUK号第.,-/ +#\n"), max_size=24)


@settings(max_examples=500, deadline=None)
@given(NEARLY, st.sampled_from(OFFICES), st.sampled_from(KINDS))
def test_what_is_nearly_a_number_never_raises_and_is_normalised_once(text: str, office: str | None, kind: str | None):
    verdict = numbers.check(text, office, kind)
    if verdict.valid:
        for reading in verdict.readings:
            again = numbers.check(reading.normalised, reading.office, reading.kind)
            assert reading.normalised in [each.normalised for each in again.readings]
    else:
        assert verdict.error and verdict.mend


@given(st.text(st.sampled_from("0123456789"), min_size=5, max_size=9))
def test_a_number_shortened_by_a_spreadsheet_is_never_taken(digits: str):
    shortened = f"{int(digits):.2E}"
    for office in numbers.offices():
        for kind in numbers.kinds():
            assert not numbers.check(shortened, office, kind).valid
