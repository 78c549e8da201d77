"""What does the API make of what nobody should send? Each is one problem that names it, and nothing was done."""

import json

import pytest

from countermark.apps.complaints.models import Complaint

WITHDRAW = "/complaints/CM-2026-000001-01/withdraw"


def sent(desk, body, **headers):
    return desk.programs["rights_holder"].post(WITHDRAW, body, if_match="*", **headers)


@pytest.fixture(autouse=True)
def nothing_was_done(desk):
    yield
    assert Complaint.objects.get(number="CM-2026-000001-01").state == "awaiting_seller"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"{", "not_json"),
        (b'{"words": }', "not_json"),
        (b"\xff\xfe", "not_utf8"),
        (b'{"words": "\xc3("}', "not_utf8"),
        (b'{"as_error": NaN}', "no_number"),
        (b'{"as_error": -Infinity}', "no_number"),
        (b'{"words": "a", "words": "b"}', "named_twice"),
        (b'{"words": {"a": 1, "a": 2}}', "named_twice"),
        (b"[" * 40 + b"]" * 40, "too_deep"),
        (b"[" * 500_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
        (b'{"words": "a\\u0000b"}', "unprintable_text"),
        (b'{"words": "\\ud800"}', "unprintable_text"),
        (b'{"\\udfff": 1}', "unprintable_text"),
        (b'{"as_error": ' + b"9" * 10_000 + b"}", "not_json"),
    ],
)
def test_a_body_nobody_can_read_one_way_only_is_refused_by_name(desk, problem, body, what):
    said = problem(sent(desk, body), 400, "body_unreadable")
    assert [defect["code"] for defect in said["defects"]] == [what]
    assert said["defects"][0]["message"]


def test_an_unknown_field_is_refused_with_the_nearest_known_name(desk, problem):
    said = problem(sent(desk, {"as_eror": True, "wrods": "x", "zzz": 1}), 422, "request_defective")
    assert {d["field"]: (d["code"], d["how_to_mend"]) for d in said["defects"]} == {
        "as_eror": ("unknown_field", "Did you mean as_error?"),
        "wrods": ("unknown_field", "Did you mean words?"),
        "zzz": ("unknown_field", "Leave it out."),
    }


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"as_error": "yes"}, "as_error", "bool_type"),
        ({"as_error": 1}, "as_error", "bool_type"),
        ({"words": 7}, "words", "string_type"),
        ({"words": None}, "words", "string_type"),
        ({"words": "x" * 5001}, "words", "string_too_long"),
        ([], "body", "model_type"),
        ("null", "body", "model_type"),
        ("7", "body", "model_type"),
    ],
)
def test_a_wrong_type_is_named_with_its_path(desk, problem, body, field, code):
    said = problem(sent(desk, body), 422, "request_defective")
    assert [(d["field"], d["code"]) for d in said["defects"]] == [(field, code)]


def test_all_faults_are_named_at_once(desk, problem):
    said = problem(sent(desk, {"as_error": "yes", "words": 7, "x": 1}), 422, "request_defective")
    assert len(said["defects"]) == 3


def test_twenty_megabytes_are_refused_by_their_length(desk, problem):
    problem(sent(desk, b'{"words": "' + b"a" * 20 * 1024 * 1024 + b'"}'), 413, "body_too_large")


def test_a_body_of_another_kind_is_refused(desk, problem):
    said = problem(sent(desk, "words=x", content_type="application/x-www-form-urlencoded"), 415, "media_type_unknown")
    assert "application/json" in said["detail"]
    problem(sent(desk, "{}", content_type="text/plain"), 415, "media_type_unknown")


def test_no_body_where_one_is_needed_is_a_missing_field(desk, problem):
    said = problem(sent(desk, None), 422, "request_defective")
    assert said["defects"][0]["code"] == "missing"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "greater_than_equal"),
        ("limit=201", "less_than_equal"),
        ("limit=ten", "int_parsing"),
        ("sort=colour", "literal_error"),
        ("due_before=tomorrow", "not_a_date"),
        ("due_before=0.5", "not_a_date"),
        ("due_before=1772000000", "not_a_date"),
        ("due_before=2026-02-25T14:02:00", "timezone_aware"),
        ("stat=checking", "unknown_field"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_not_left_out(desk, problem, query, code):
    said = problem(desk.programs["rights_holder"].get(f"/complaints?{query}"), 422, "request_defective")
    assert [(d["field"], d["code"]) for d in said["defects"]] == [(query.partition("=")[0], code)]


def test_nul_in_an_address_is_refused_before_any_database_sees_it(desk, problem):
    ines = desk.programs["rights_holder"]
    problem(ines.get("/complaints/%00"), 400, "text_unprintable")
    problem(ines.get("/complaints?q=%00"), 400, "text_unprintable")
    problem(ines.get("/complaints?%00=1"), 400, "text_unprintable")


def test_what_is_not_there_and_what_cannot_be_done_are_problems_too(desk, problem):
    ines = desk.programs["rights_holder"]
    problem(ines.get("/nothing"), 404, "not_found")
    problem(ines.get("/complaints/CM-1999-000001-01"), 404, "not_found")
    answer = ines.ask("delete", "/complaints")
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


def test_a_mistake_of_ours_is_a_problem_without_its_insides(desk, problem, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the secret is zanzibar")

    monkeypatch.setattr("countermark.entrypoints.api.v1.complaints.visible", broken)
    answer = desk.programs["rights_holder"].get("/complaints")
    problem(answer, 500, "broken")
    assert b"zanzibar" not in answer.content


def test_a_body_without_a_length_is_not_waited_for(desk, problem):
    ines = desk.programs["rights_holder"]
    answer = ines.ask("post", WITHDRAW, None, if_match="*", transfer_encoding="chunked")
    problem(answer, 411, "length_required")


def test_json_with_wide_and_strange_but_whole_characters_is_read(desk, problem):
    said = problem(sent(desk, json.dumps({"words": "商标 \U0001f3ee ‮", "x": 1})), 422, "request_defective")
    assert [d["field"] for d in said["defects"]] == ["x"]
