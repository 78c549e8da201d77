"""How does a seller answer through the API: one case or many, asked about before it is sent, and what of it is kept?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.complaints.models import Complaint, CounterNotice
from countermark.apps.complaints.services import act
from countermark.apps.work import files
from countermark.entrypoints.api.v1.files import PAGE
from people import a_notice, acts_for, happens
from programs import a_program

ONE, TWO = "CM-2026-000001-01", "CM-2026-000001-02"
WORDS = "Halden & Moe licensed this lamp to our supplier until 2027; the letter names it on page one."


def said(**more):
    """What Mei sends, for the second case unless `cases` says more."""
    usual = {"cases": [{"number": TWO}], "ground": "licence", "statement": WORDS, "declarations": ["truth"]}
    return {**usual, **more}


def test_mei_answers_both_cases_at_once_and_reads_what_she_sent(desk):
    mei = desk.programs["seller"]
    both = [{"number": ONE, "seq": 2}, {"number": TWO, "seq": 2}]
    answer = mei.post("/counter-notices", said(cases=both, facts={"licensed_until": "2027-03-31"}))
    assert answer.status_code == 201, answer.content
    sent = answer.json()
    assert [(case["number"], case["round"]) for case in sent["cases"]] == [(ONE, 1), (TWO, 1)]
    assert (sent["ground"], sent["facts"], sent["statement"]["text"]) == (
        "licence",
        {"licensed_until": "2027-03-31"},
        WORDS,
    )
    assert sent["contact"]["name"] == "Lantern Lane"  # left out, so from the account of the shop
    assert set(Complaint.objects.filter(number__in=(ONE, TWO)).values_list("state", flat=True)) == {"countered"}
    assert mei.get(answer["Location"].removeprefix("/api/v1")).json() == sent
    assert mei.get("/counter-notices?notice=N-2026-000001").json()["items"] == [sent]
    assert mei.get(f"/complaints/{ONE}").json()["trail"][-1]["words"]["text"] == WORDS


def test_asking_first_says_all_there_is_to_mend_or_to_know_and_writes_nothing(desk):
    mei, before = desk.programs["seller"], CounterNotice.objects.count()
    found = mei.post("/counter-notices/lint", said(statement="", declarations=[])).json()
    assert found["can_be_sent"] is False
    assert [each["field"] for each in found["defects"]] == ["declarations"]
    assert {each["field"] for each in found["warnings"]} == {"evidence"}
    assert found["told"] == ["name", "ground", "ground_evidence"]
    assert [(case["state"], case["waits_on"], case["round"]) for case in found["cases"]] == [
        ("countered", "complainant", 1)
    ]
    assert mei.post("/counter-notices/lint", said()).json()["can_be_sent"] is True
    assert CounterNotice.objects.count() == before
    assert Complaint.objects.get(number=TWO).state == "awaiting_seller"


def test_what_asking_says_is_what_sending_says(desk, problem):
    mei, wrong = desk.programs["seller"], said(declarations=[], ground="")
    found = mei.post("/counter-notices/lint", wrong).json()["defects"]
    refused = problem(mei.post("/counter-notices", wrong), 422, "counter_notice_defective")
    assert refused["defects"] == found and len(found) == 2


def test_a_paper_of_her_own_goes_with_the_answer_and_nobody_elses_does(desk, problem):
    mei = desk.programs["seller"]
    person = mei.client.person
    letter = files.keep(content=PAGE.encode(), name="letter.pdf", by=person, at=timezone.now())
    with_it = said(evidence=[{"file": letter.pk, "kind": "licence_letter"}])
    sent = mei.post("/counter-notices", with_it).json()
    assert [(paper["kind"], paper["file"]["name"]) for paper in sent["papers"]] == [("licence_letter", "letter.pdf")]
    foreign = said(cases=[{"number": ONE}], evidence=[{"file": 700001, "kind": "licence_letter"}])
    refused = problem(mei.post("/counter-notices", foreign), 422, "file_unknown")
    assert refused["defects"][0]["field"] == "evidence.0.file"
    problem(mei.post("/counter-notices/lint", foreign), 422, "file_unknown")


def test_a_case_that_moved_is_not_answered_and_no_chance_is_used(desk, problem):
    mei = desk.programs["seller"]
    act([desk.case.pk], "withdrawn", by="complainant", at=timezone.now())
    for path in ("/counter-notices", "/counter-notices/lint"):
        problem(mei.post(path, said(cases=[{"number": ONE, "seq": 2}, {"number": TWO, "seq": 2}])), 409, "stale_case")
        problem(mei.post(path, said(cases=[{"number": ONE}])), 409, "not_permitted")
    assert Complaint.objects.get(number=TWO).seq == 2


def test_an_answer_sent_twice_with_one_key_is_filed_once(desk):
    mei, before = desk.programs["seller"], CounterNotice.objects.count()
    first = mei.post("/counter-notices", said(), idempotency_key="answer-1")
    again = mei.post("/counter-notices", said(), idempotency_key="answer-1")
    assert (first.status_code, again.content) == (201, first.content)
    assert CounterNotice.objects.count() == before + 1


def test_cases_of_two_notices_or_two_chances_are_not_answered_together(desk, problem):
    mei = desk.programs["seller"]
    other = a_notice(desk.world, at=timezone.now()).complaints.get()
    happens(other, "accepted", "reviewer", timezone.now())
    both = said(cases=[{"number": TWO}, {"number": other.number}])
    problem(mei.post("/counter-notices", both), 422, "cases_apart")
    problem(mei.post("/counter-notices/lint", both), 422, "cases_apart")


def test_otto_learns_nothing_of_meis_cases(desk, problem):
    otto = desk.world.otto
    acts_for(desk.world.samir, otto)
    his = a_program(desk.world.samir, "seller", seller=otto)
    problem(his.post("/counter-notices", said()), 404, "not_found")
    problem(his.post("/counter-notices/lint", said()), 404, "not_found")
    problem(his.post("/take-downs", {"cases": [{"number": ONE}]}), 404, "not_found")
    problem(his.post(f"/complaints/{ONE}/take-down", if_match="*"), 404, "not_found")
    problem(his.get(f"/complaints/{ONE}/counter-notice-form"), 404, "not_found")
    problem(his.get("/counter-notices/710001"), 404, "not_found")
    assert his.get("/counter-notices?notice=N-2026-000001").json()["items"] == []


def test_the_form_of_a_case_says_what_an_answer_takes(desk):
    form = desk.programs["seller"].get(f"/complaints/{ONE}/counter-notice-form").json()
    assert (form["may_answer"], form["round"], form["chances"]) == (True, 1, 3)
    assert [case["number"] for case in form["cases"]] == [ONE, TWO]
    assert [each["id"] for each in form["elements"] if each["kind"] == "declaration"] == ["truth"]
    licence = next(ground for ground in form["grounds"] if ground["id"] == "licence")
    assert [fact["name"] for fact in licence["facts"]] == ["licensed_until"]
    act([desk.case.pk], "withdrawn", by="complainant", at=timezone.now())
    form = desk.programs["seller"].get(f"/complaints/{ONE}/counter-notice-form").json()
    assert (form["may_answer"], form["cases"]) == (False, [])


def test_grounds_are_those_that_answer_the_right_and_the_reason(desk):
    mei = desk.programs["seller"]
    every = {ground["id"] for ground in mei.get("/counter-notice-grounds").json()["items"]}
    patent = {ground["id"] for ground in mei.get("/counter-notice-grounds?right_kind=patent").json()["items"]}
    assert "patent_not_infringed" in patent < every and "no_use_of_mark" not in patent


def test_mei_takes_both_listings_down_and_both_cases_end(desk, problem):
    mei = desk.programs["seller"]
    stale = [{"number": ONE, "seq": 2}, {"number": TWO, "seq": 1}]
    problem(mei.post("/take-downs", {"cases": stale}), 409, "stale_case")
    assert Complaint.objects.filter(number__in=(ONE, TWO), outcome="").count() == 2  # all of them or none
    ended = mei.post("/take-downs", {"cases": [{"number": ONE, "seq": 2}, {"number": TWO, "seq": 2}]}).json()["cases"]
    assert [case["number"] for case in ended] == [ONE, TWO] and all(case["outcome"] for case in ended)
    problem(mei.post("/take-downs", {"cases": [{"number": ONE}]}), 409, "not_permitted")


def test_one_listing_is_taken_down_as_it_was_seen(desk, problem):
    mei = desk.programs["seller"]
    problem(mei.post(f"/complaints/{ONE}/take-down", if_match='"1"'), 412, "stale_case")
    etag = mei.get(f"/complaints/{ONE}")["ETag"]
    assert mei.post(f"/complaints/{ONE}/take-down", if_match=etag).json()["outcome"]


def test_a_field_nobody_knows_is_refused_with_the_nearest_name(desk, problem):
    refused = problem(desk.programs["seller"].post("/counter-notices", said(statment="x")), 422, "request_defective")
    assert "statement" in refused["defects"][0]["how_to_mend"]
    refused = problem(
        desk.programs["seller"].post("/counter-notices", said(ground="licensed")), 422, "request_defective"
    )
    assert refused["defects"][0]["field"] == "ground"


@pytest.mark.parametrize("lines", [2, 20])
def test_answering_many_asks_as_many_questions_as_answering_few(desk, lines):
    at = timezone.now() - timedelta(hours=1)
    notice = a_notice(desk.world, lines=lines, at=at)
    act(list(notice.complaints.values_list("pk", flat=True)), "accepted", by="reviewer", at=at)
    numbers = list(notice.complaints.values_list("number", flat=True))
    with CaptureQueriesContext(connection) as asked:
        answer = desk.programs["seller"].post("/counter-notices/lint", said(cases=[{"number": n} for n in numbers]))
    assert answer.status_code == 200, answer.content
    assert len(asked) <= 24, len(asked)


def test_a_whole_number_is_one_however_json_writes_it(desk, problem):
    mei = desk.programs["seller"]
    sent = '{"cases": [{"number": "%s", "seq": %s}], "ground": "licence", "declarations": ["truth"]}'
    assert mei.post("/counter-notices/lint", sent % (ONE, "2.0")).status_code == 200
    problem(mei.post("/counter-notices/lint", sent % (ONE, "2.5")), 422, "request_defective")


def test_a_form_without_its_boundary_is_unreadable_and_nothing_breaks(desk, problem):
    sent = {"if_match": "*", "idempotency_key": "k", "content_type": "multipart/form-data"}
    problem(desk.programs["seller"].post(f"/complaints/{ONE}/take-down", "x", **sent), 400, "request_unreadable")
