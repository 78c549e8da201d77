"""The catalogue names nothing that is not defined, and every number and every element says where it comes from."""

import re
import string
from datetime import date

import pytest

from countermark.core import catalogue, procedure_loader

KNOWN = catalogue.load()
DSA_KEYWORDS = {
    f"KEYWORD_{word}"
    for word in (
        *("TRADEMARK_INFRINGEMENT", "COPYRIGHT_INFRINGEMENT", "PATENT_INFRINGEMENT", "DESIGN_INFRINGEMENT", "OTHER"),
        *("GEOGRAPHIC_INDICATIONS_INFRINGEMENT", "TRADE_SECRET_INFRINGEMENT"),
    )
}


def test_it_is_read_once():
    assert catalogue.load() is KNOWN


def test_all_reasons_are_there_and_only_those():
    codes = {*(f"TM-{n}" for n in range(1, 11)), *(f"CR-{n}" for n in range(1, 6)), *(f"PT-{n}" for n in range(1, 5))}
    assert set(KNOWN.reasons) == codes | {"DS-1", "GI-1", "OT-1", "OT-2", "OT-3"}


def test_the_keyword_of_a_reason_is_one_the_transparency_database_knows_which_has_none_for_counterfeits():
    assert {reason.keyword for reason in KNOWN.reasons.values()} <= DSA_KEYWORDS


@pytest.mark.parametrize("pack", procedure_loader.pack_ids())
def test_every_element_a_procedure_asks_for_has_its_words_and_its_source(pack):
    asked = {element for needs in procedure_loader.load(pack).needs.values() for element in needs}
    assert asked <= set(KNOWN.elements)
    for element in asked:
        assert KNOWN.elements[element].source
        assert KNOWN.defects[f"{element}_missing"].cure


def test_every_timing_of_a_reason_is_one_a_pack_permits():
    permitted = {timing for pack in procedure_loader.pack_ids() for timing in procedure_loader.load(pack).timing}
    assert {reason.timing for reason in KNOWN.reasons.values() if reason.timing} <= permitted


def test_every_right_of_every_kind_has_a_reason_a_seller_can_answer_and_a_reviewer_can_decide():
    for kind in KNOWN.right_kinds:
        assert KNOWN.reasons_for(kind)
        assert len(KNOWN.counter_grounds_for(kind)) >= 5
    for reason in KNOWN.reasons:
        assert all(KNOWN.decision_grounds_for(reason, verdict) for verdict in catalogue.VERDICTS)


def test_a_reviewer_sees_the_usual_grounds_first_and_the_answers_to_the_seller_last():
    offered = KNOWN.decision_grounds_for("TM-6", "upheld")
    usual = set(KNOWN.reasons["TM-6"].grounds)
    assert {ground.id for ground in offered[: len(usual)]} == usual
    roles = [ground.role for ground in offered]
    assert roles == sorted(roles, key=("finding", "answer").index)


def test_the_usual_grounds_of_a_reason_can_decide_it():
    for reason in KNOWN.reasons.values():
        for ground in reason.grounds:
            usual = KNOWN.decision_grounds[ground]
            assert (usual.verdict, usual.role) == ("upheld", "finding")
            assert usual.goes_with(reason.family), (reason.code, ground)


def test_reasons_about_shops_are_offered_for_shops_only():
    assert "TM-7" in {reason.code for reason in KNOWN.reasons_for("trademark", "storefront")}
    assert "TM-7" not in {reason.code for reason in KNOWN.reasons_for("trademark")}
    assert len(KNOWN.reasons_for(None)) == len(KNOWN.reasons) - 1


def test_every_policy_number_says_its_unit_and_where_it_comes_from():
    assert all(number.unit and number.source for number in KNOWN.policy.values())
    assert (KNOWN.number("max_lines"), KNOWN.number("guest_links")) == (300, 10)
    assert [KNOWN.number(f"reminder_{which}") for which in ("first", "second", "last")] == [50, 80, 95]
    with pytest.raises(KeyError):
        KNOWN.number("a number nobody wrote down")


def test_a_country_of_the_union_rests_on_the_law_of_the_union():
    assert (
        KNOWN.legal_ground("TM-8", "SE")
        == KNOWN.legal_ground("TM-8", "EU")
        == "Regulation (EU) 2017/1001, art. 9(2)(b)"
    )
    assert KNOWN.legal_ground("TM-8", "CN") == "PRC Trademark Law, art. 57(2)"
    assert KNOWN.legal_ground("TM-8", "BR") is None
    assert KNOWN.legal_ground("TM-9", "CN") is None  # parallel imports: no such right there


# --- rights -----------------------------------------------------------------------------------------------------------


def documents(kind: str, **answers: object) -> set[str]:
    return {paper.id for paper in KNOWN.right_kinds[kind].documents if paper.required and paper.applies(answers)}


def test_a_renewed_and_assigned_trademark_needs_both_certificates():
    assert documents("trademark", office="CN", renewed="yes", assigned="yes", changed="no") == {
        *("certificate", "renewal_certificate", "assignment_certificate"),
    }
    assert "extension_certificate" in documents("trademark", office="WO")


def test_an_unregistered_work_needs_a_signed_statement_instead_of_a_certificate():
    assert documents("copyright", registered="no") == {"claim_statement", "work_sample"}
    assert documents("copyright", registered="yes", work_kind="software") == {
        "certificate",
        "work_sample",
        "software_screen",
    }


def test_chinese_utility_models_filed_since_2010_need_an_evaluation_report():
    assert "evaluation_report" in documents("utility_model", office="CN", filed_on=date(2010, 1, 1))
    assert "evaluation_report" not in documents("utility_model", office="CN", filed_on=date(2009, 12, 31))
    assert "evaluation_report" in documents("utility_model", office="CN")  # the date is not known yet
    assert "evaluation_report" not in documents("utility_model", office="JP", filed_on=date(2020, 1, 1))


def test_every_condition_on_a_field_asks_about_a_field_of_the_same_kind():
    for kind in KNOWN.right_kinds.values():
        fields = {field.id: field for field in kind.fields}
        for asked in kind.fields + kind.documents:
            for name, allowed in asked.when.items():
                possible = {"yes_no": {"yes", "no"}, "office": set(kind.offices)}.get(
                    fields[name].type, {choice.id for choice in fields[name].choices}
                )
                assert set(allowed) <= possible
            assert all(fields[name].type == "date" for name in asked.when_from)


def test_ids_within_a_kind_are_unique():
    for kind in KNOWN.right_kinds.values():
        for asked in (kind.fields, kind.documents):
            assert len({row.id for row in asked}) == len(asked)


# --- texts ------------------------------------------------------------------------------------------------------------


def test_all_texts_are_listed_for_translation_each_once():
    listed = catalogue.all_msgids()
    assert listed == sorted(set(listed))
    said = set(listed)
    assert {reason.title for reason in KNOWN.reasons.values()} <= said
    assert {words.cure for words in KNOWN.defects.values()} <= said
    assert {
        text for ground in KNOWN.decision_grounds.values() for text in (ground.title, ground.facts, ground.why)
    } <= said
    assert {*KNOWN.checks.values(), *KNOWN.clauses.values()} <= said
    assert {asked.label for kind in KNOWN.right_kinds.values() for asked in kind.fields + kind.documents} <= said
    assert {
        choice.label for kind in KNOWN.right_kinds.values() for field in kind.fields for choice in field.choices
    } <= said
    assert {text for words in KNOWN.statement.values() for text in words.values()} <= said
    assert {measure.title for measure in KNOWN.measures.values()} <= said
    assert KNOWN.legal_ground("TM-4", "CN") in said


def test_texts_are_whole_and_hold_named_blanks_only():
    for text in catalogue.all_msgids():
        assert text == text.strip()
        assert text[0] not in string.ascii_lowercase, text
        assert not re.search(r"%(?!\(\w+\)s)", text), text


# --- a broken catalogue -----------------------------------------------------------------------------------------------


def test_a_file_that_names_a_code_nobody_defines_is_refused_by_name(monkeypatch):
    whole = catalogue._file

    def broken(name: str) -> dict[str, object]:
        table = whole(name)
        if name == "reasons":
            table["TM-4"]["needs"] = ["claim_chart|crystal_ball"]
        return table

    monkeypatch.setattr(catalogue, "_file", broken)
    with pytest.raises(catalogue.CatalogueBroken, match="reason TM-4 names the evidence crystal_ball"):
        catalogue.load.__wrapped__()


def test_an_unknown_key_is_refused_by_name(monkeypatch):
    whole = catalogue._file
    monkeypatch.setattr(
        catalogue, "_file", lambda name: {**whole(name), "XX": {"colour": 1}} if name == "grounds" else whole(name)
    )
    with pytest.raises(catalogue.CatalogueBroken, match="catalogue entry XX"):
        catalogue.load.__wrapped__()
