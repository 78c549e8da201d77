"""What does a rights holder's program send, and what comes of it? Notices whole, line by line, and answers in many cases."""

import copy

import pytest

from countermark.apps.access.models import Replay
from countermark.apps.complaints.models import Complaint, Notice, NoticeFile
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.api.v1.files import MULTIPART, SENT
from countermark.entrypoints.api.v1.notices import EXAMPLE
from holders_desk import countered
from people import a_right
from programs import a_program


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


def a_body(**changes):
    return {**copy.deepcopy(EXAMPLE), **changes}


# --- sending ----------------------------------------------------------------------------------------------------------


def test_ines_sends_a_notice_in_one_call_and_follows_it(ines):
    answer = ines.post("/notices", a_body(), idempotency_key="first")
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert answer["Location"] == f"/api/v1/notices/{said['number']}"
    assert [case["state"] for case in said["complaints"]] == ["checking", "checking"]
    assert (said["cases"], said["open_cases"]) == (2, 2)
    assert [(line["line"], line["raw"]) for line in said["left_out"]] == [(3, "no link at all")]
    assert said["left_out"][0]["code"] and said["left_out"][0]["message"]
    assert said["statement"]["text"] == EXAMPLE["statement"]
    assert said["evidence"][0]["file"]["id"] == 700001
    assert ines.get(f"/notices/{said['number']}").json() == said
    case = ines.get(f"/complaints/{said['complaints'][0]['number']}").json()
    assert case["listing"]["url"] == "https://harbour.example/i/40655"
    assert ines.get("/notices").json()["items"][0]["number"] == said["number"]


def test_the_same_notice_sent_twice_is_one_also_when_its_kept_answer_is_gone(ines):
    from_first = ines.post("/notices", a_body(), idempotency_key="k").json()["number"]
    Replay.objects.all().delete()
    again = ines.post("/notices", a_body(), idempotency_key="k")
    assert again.json()["number"] == from_first
    assert Notice.objects.filter(marketplace__slug="harbour", filer_role="right_holder").count() == 1


def test_lint_says_everything_that_is_wrong_and_opens_nothing(ines):
    before = Complaint.objects.count()
    said = ines.post("/notices/lint", a_body(statement="No.", evidence=[], declarations=[], signature="")).json()
    assert said["can_send"] is False
    codes = {defect["code"] for defect in said["defects"]}
    assert {"statement_too_short", "good_faith_missing", "truth_missing"} <= codes
    assert all(defect["message"] and defect["message"] != defect["code"] for defect in said["defects"])
    assert said["counted"] == {"all": 3, "ready": 2, "mend": 1, "nothing": 0}
    assert [line["verdict"] for line in said["lines"]] == ["ready", "ready", "mend"]
    assert Complaint.objects.count() == before


def test_goods_of_another_class_than_the_marks_are_told_and_stop_nothing_and_what_is_no_class_does(ines):
    said = ines.post("/notices/lint", a_body(facts={"goods_classes": "9"})).json()
    assert said["can_send"] is True
    doubt = [d["message"] for d in said["warnings"] if d["code"] == "right_doubtful_here"]
    assert len(doubt) == 1 and "the goods are of class 9" in doubt[0]
    wrong = ines.post("/notices/lint", a_body(facts={"goods_classes": "99"})).json()
    assert wrong["can_send"] is False
    assert "goods_classes_unreadable" in {d["code"] for d in wrong["defects"]}


def test_what_lint_refuses_sending_refuses_in_the_same_words(ines, problem):
    body = a_body(statement="No.", evidence=[])
    linted = ines.post("/notices/lint", body).json()["defects"]
    sent = problem(ines.post("/notices", body), 422, "notice_defective")["defects"]
    assert sent == linted


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"marketplace": "nowhere"}, "marketplace", "marketplace_unknown"),
        ({"right": 999999}, "right", "right_unknown"),
        ({"right": 700001}, "right", "right_unknown"),  # a draft is nothing a notice can rest on
        ({"procedure": "eu-notice"}, "procedure", "procedure_not_offered"),
    ],
)
def test_what_is_not_there_is_named_with_the_way_to_find_one_that_is(ines, problem, change, field, code):
    said = problem(ines.post("/notices", a_body(**change)), 422, "notice_defective")
    assert [(d["field"], d["code"]) for d in said["defects"]] == [(field, code)]
    assert "/api/v1/" in said["defects"][0]["how_to_mend"] and said["defects"][0]["message"] != code


def test_another_holders_right_is_as_if_it_were_not_there(desk, problem):
    theirs = a_right(desk.programs["agent"].client.holder)
    said = problem(desk.programs["rights_holder"].post("/notices", a_body(right=theirs.pk)), 422, "notice_defective")
    assert [d["code"] for d in said["defects"]] == ["right_unknown"]


def test_nobody_can_attach_a_file_somebody_else_sent_in(desk, problem):
    ayo = desk.programs["agent"]
    theirs = ayo.post("/files", SENT, **{"content-type": MULTIPART["content-type"]}).json()["id"]
    body = a_body(evidence=[{"file": 700001, "kind": "photo"}, {"file": theirs, "kind": "photo"}])
    said = problem(desk.programs["rights_holder"].post("/notices", body), 422, "file_unknown")
    assert [d["field"] for d in said["defects"]] == ["evidence.1.file"]
    assert not NoticeFile.objects.filter(file=theirs).exists()


def test_an_unknown_fact_or_reason_is_refused_with_the_nearest_name(ines, problem):
    said = problem(ines.post("/notices", a_body(reason="TM-99", facts={"wrok": "x"})), 422, "request_defective")
    assert {d["field"] for d in said["defects"]} == {"reason", "facts.wrok"}
    assert "work" in next(d["how_to_mend"] for d in said["defects"] if d["field"] == "facts.wrok")


def test_a_proof_of_identity_is_never_shown_whatever_was_said(ines):
    evidence = [{"file": 700001, "kind": "identity_document", "private": False}]
    said = ines.post("/notices", a_body(evidence=evidence))
    assert said.status_code == 201, said.content
    assert [piece["private"] for piece in said.json()["evidence"]] == [True]


def test_a_line_already_under_complaint_is_left_out_and_says_in_which_case(ines):
    first = ines.post("/notices", a_body(listings=["https://harbour.example/i/40655"])).json()
    again = ines.post("/notices/lint", a_body()).json()
    line = again["lines"][0]
    assert (line["verdict"], line["code"]) == ("nothing", "already_open")
    assert line["case"] == first["complaints"][0]["number"]


def test_links_are_judged_before_there_is_a_notice(ines):
    body = {"marketplace": "harbour", "lines": ["https://harbour.example/i/40655", "", "https://elsewhere.example/1"]}
    said = ines.post("/listing-urls/check", body).json()
    assert [(line["line"], line["verdict"]) for line in said["lines"]] == [(1, "ready"), (3, "mend")]


# --- answering --------------------------------------------------------------------------------------------------------


def test_ines_answers_in_many_cases_and_each_says_what_became_of_it(desk, ines):
    notice = countered(desk.world, desk.notice.submitted_at, lines=3)
    one, two, three = notice.complaints.order_by("line")
    body = {
        "event": "counter_accepted",
        "cases": [
            {"number": one.number},
            {"number": two.number, "seq": two.seq},
            {"number": three.number, "seq": three.seq - 1},
            {"number": "CM-2026-000001-01"},  # waits for the seller: nothing to accept
            {"number": "CM-2026-999999-01"},
        ],
    }
    said = ines.post("/answers", body).json()
    assert [(case["done"], (case["problem"] or {}).get("code")) for case in said["cases"]] == [
        (True, None),
        (True, None),
        (False, "stale_case"),
        (False, "not_permitted"),
        (False, "not_found"),
    ]
    assert (said["done"], said["not_done"]) == (2, 3)
    one.refresh_from_db()
    three.refresh_from_db()
    assert (one.outcome, three.outcome) == ("not_upheld", "")
    assert all(case["problem"]["title"] for case in said["cases"] if not case["done"])


def test_an_answer_without_its_words_or_its_proof_is_refused_whole(ines, problem):
    number = "CM-2026-000002-01"
    said = problem(
        ines.post(f"/complaints/{number}/answer", {"event": "counter_rejected"}, if_match="*"), 422, "answer_defective"
    )
    assert [d["code"] for d in said["defects"]] == ["statement_too_short"]
    said = problem(
        ines.post("/answers", {"event": "action_filed", "cases": [{"number": number}]}), 422, "answer_defective"
    )
    assert [(d["code"], d["field"]) for d in said["defects"]] == [("action_proof_missing", "files")]
    assert Complaint.objects.get(number=number).state == "countered"


def test_another_holder_reads_and_answers_nothing_of_hers(desk, problem):
    ayo = desk.programs["agent"]
    problem(ayo.get("/notices/N-2026-000001"), 404, "not_found")
    problem(ayo.get("/complaints/CM-2026-000002-01/counter-notice"), 404, "not_found")
    said = ayo.post("/answers", {"event": "withdrawn", "cases": [{"number": "CM-2026-000001-01"}]}).json()
    assert [case["problem"]["code"] for case in said["cases"]] == ["not_found"]
    hers = set(Notice.objects.filter(holder=desk.world.halden).values_list("number", flat=True))
    assert hers.isdisjoint(row["number"] for row in ayo.get("/notices").json()["items"])


def test_she_reads_what_the_seller_answered_as_the_procedure_passes_it_on(ines):
    said = ines.get("/complaints/CM-2026-000002-01/counter-notice").json()
    assert (said["ground"], said["statement"]["text"]) == ("licence", "They licensed me.")
    assert [paper["kind"] for paper in said["papers"]] == ["licence_letter"]
    paper = said["papers"][0]["file"]["id"]
    assert ines.get(f"/files/{paper}/content").status_code == 200


# --- appeals and what one takes home ------------------------------------------------------------------------------------


def test_ines_appeals_a_decision_once_and_as_she_saw_it(ines, problem):
    path = "/complaints/CM-2026-000003-01/appeal"
    assert ines.get(path).json()["may"] is True
    words = {"words": "The letter names goods of another make; please read its second page again."}
    problem(ines.post(path, words, if_match='"0"'), 412, "stale_case")
    problem(ines.post(path, {"words": "No."}, if_match="*"), 422, "appeal_defective")
    answer = ines.post(path, words, if_match="*")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["may"], len(answer.json()["filed"])) == (False, 1)
    problem(ines.post(path, words, if_match="*"), 409, "appeal_open")


def test_what_cannot_be_appealed_says_why(ines):
    said = ines.get("/complaints/CM-2026-000001-01/appeal").json()
    assert said["may"] is False and said["why_not"]["code"] == "appeal_still_open" and said["why_not"]["detail"]


def test_the_case_file_holds_the_proof_of_each_step(ines):
    said = ines.get("/complaints/CM-2026-000003-01/file").json()
    assert said["case"] == "CM-2026-000003-01"
    events = Complaint.objects.get(number="CM-2026-000003-01").events
    assert len(said["proof"]["events"]) == events.count()


# --- files --------------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_anew_and_read_by_those_it_was_sent_to(desk, problem):
    ines = desk.programs["rights_holder"]
    kept = ines.post("/files", SENT, **{"content-type": MULTIPART["content-type"]})
    assert kept.status_code == 201, kept.content
    said = kept.json()
    assert said["media_type"] == "application/pdf" and said["sha256"] != said["original_sha256"]
    content = ines.get(f"/files/{said['id']}/content")
    assert content.content.startswith(b"%PDF") and "attachment" in content["Content-Disposition"]
    assert content["Content-Security-Policy"].endswith("sandbox")
    for other in ("agent", "seller"):
        problem(desk.programs[other].get(f"/files/{said['id']}"), 404, "not_found")
        problem(desk.programs[other].get(f"/files/{said['id']}/content"), 404, "not_found")
    assert desk.programs["reviewer"].get(f"/files/{said['id']}").status_code == 200


def test_what_is_no_document_is_refused_with_the_way_out(ines, problem):
    said = problem(
        ines.post("/files", SENT.replace("%PDF-1.4", "MZ......"), **{"content-type": MULTIPART["content-type"]}),
        422,
        "file_refused",
    )
    assert said["defects"][0]["message"]


def test_an_operators_key_of_one_marketplace_opens_the_files_of_no_other(desk, problem):
    world = desk.world
    other = type(world.market).objects.get(slug="harbour")
    page = StoredFile.objects.get(pk=700001)
    NoticeFile.objects.create(notice=desk.notice, file=page, kind="photo")
    here = a_program(world.tomas, "operator", marketplace=world.market)
    there = a_program(world.tomas, "operator", marketplace=other)
    assert here.get("/files/700001").status_code == 200
    problem(there.get("/files/700001"), 404, "not_found")
    problem(there.get("/files/700001/content"), 404, "not_found")
