"""How does a reviewer's program work: the queue, the bench, a step that can be undone, appeals, rights to verify?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import act
from countermark.apps.decisions.models import Appeal, DroppedStep, PendingStep
from countermark.apps.decisions.services import release_due_steps
from countermark.apps.rights.models import Right
from people import a_notice
from programs import a_program

CHECKING, MOVING, REFUSED, DECIDED = (f"CM-2026-710001-0{n}" for n in range(1, 5))
WORDS = "The notice does not say which of the pictured goods carries the mark. Name it, and show it."
RETURNED = {"event": "returned", "grounds": ["rt_evidence"], "words": WORDS}


@pytest.fixture
def rana(desk):
    return desk.programs["reviewer"]


def numbers(answer):
    return [row["number"] for row in answer.json()["items"]]


# --- the queue --------------------------------------------------------------------------------------------------------


def test_the_queue_holds_what_waits_and_not_what_is_on_its_way(rana):
    row = rana.get("/queue").json()["items"][0]
    assert numbers(rana.get("/queue")) == [CHECKING]
    assert (row["to_do"], row["right_name"], row["seller"], row["held_by"]) == (
        "check",
        "HALDEN & MOE",
        "Otto's Attic",
        None,
    )
    assert row["due"]["due_at"] and row["risk"]["level"] in ("low", "medium", "high")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("to_do=check", 1), ("to_do=decide", 0), ("clock=late", 0), ("right=trademark", 1), ("right=patent", 0),
        ("held=me", 0), ("held=free", 1), ("marketplace=nowhere", 0), ("q=otto", 1), ("q=lantern", 0), ("sort=-risk", 1),
    ],
)  # fmt: skip
def test_the_queue_is_narrowed_as_on_the_page(rana, query, found):
    assert len(numbers(rana.get(f"/queue?{query}"))) == found


@pytest.mark.parametrize("sort", ["due", "-due", "risk", "-risk", "right", "listing", "-reason", "todo", "case"])
def test_every_case_of_the_queue_comes_once_in_every_order(desk, rana, sort):
    a_notice(desk.world, lines=5, at=timezone.now() - timedelta(hours=2))
    found, cursor = [], ""
    while cursor is not None:
        piece = rana.get(f"/queue?sort={sort}&limit=2&cursor={cursor}")
        found, cursor = found + numbers(piece), piece.json()["next"]
    assert len(found) == len(set(found)) == 6


def test_the_queue_asks_as_many_questions_for_twenty_cases_as_for_two(desk, rana):
    a_notice(desk.world, lines=1, at=timezone.now())
    with CaptureQueriesContext(connection) as few:
        assert len(numbers(rana.get("/queue?limit=100"))) == 2
    a_notice(desk.world, lines=20, at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        assert len(numbers(rana.get("/queue?limit=100"))) == 22
    assert len(many) == len(few) <= 16


def test_rana_claims_what_is_free_and_samir_is_told_who_holds_it(desk, rana, problem):
    samir = a_program(desk.world.samir, "reviewer")
    said = rana.post("/queue/claims", {"cases": [CHECKING, DECIDED, "CM-1"]}).json()
    assert said == {"held": [CHECKING], "held_by_others": [], "not_waiting": ["CM-1", DECIDED]}
    assert samir.post("/queue/claims", {"cases": [CHECKING]}).json()["held_by_others"] == [CHECKING]
    problem(samir.post(f"/complaints/{CHECKING}/claim"), 409, "held_by_another")
    problem(samir.post(f"/complaints/{CHECKING}/decision", RETURNED, if_match="*"), 409, "held_by_another")
    assert numbers(rana.get("/queue?held=me")) == [CHECKING]
    assert rana.get("/queue/figures").json()["mine"] == 1
    assert rana.get("/queue/next").json()["case"]["held_by"]["is_you"] is True
    assert samir.get("/queue/next").json()["case"] is None
    assert rana.post(f"/complaints/{CHECKING}/let-go").json()["held_by"] is None
    assert samir.post(f"/complaints/{CHECKING}/claim").json()["held_by"]["name"] == "Samir Okoye"


def test_what_waits_for_nobody_here_is_not_claimed(rana, problem):
    problem(rana.post(f"/complaints/{DECIDED}/claim"), 409, "not_waiting")
    problem(rana.post("/complaints/CM-2026-000001-01/claim"), 409, "not_waiting")
    problem(rana.post("/complaints/CM-1/claim"), 404, "not_found")


def test_a_case_passed_on_is_for_seniors_alone(desk, rana, problem):
    short = rana.post(f"/complaints/{CHECKING}/pass-to-senior", {"note": "?"})
    assert problem(short, 422, "decision_defective")["defects"][0]["field"] == "note"
    said = rana.post(f"/complaints/{CHECKING}/pass-to-senior", {"note": "The mark is disputed before the office."})
    assert (said.status_code, said.json()["for_a_senior"]) == (200, True)
    problem(rana.post(f"/complaints/{CHECKING}/claim"), 409, "for_a_senior")
    noor = desk.programs["senior"]
    bench = noor.get(f"/complaints/{CHECKING}/bench").json()
    assert bench["senior"] == {"by": "Rana Haddad", "note": "The mark is disputed before the office."}
    assert noor.post(f"/complaints/{CHECKING}/decision", RETURNED, if_match="*").status_code == 202


# --- a step -----------------------------------------------------------------------------------------------------------


def test_the_bench_shows_the_open_steps_with_their_grounds_and_what_follows(rana):
    bench = rana.get(f"/complaints/{CHECKING}/bench").json()
    assert [step["event"] for step in bench["steps"]] == ["accepted", "returned", "refused"]
    returned = bench["steps"][1]
    assert "rt_evidence" in [ground["id"] for ground in returned["grounds"]]
    assert returned["consequence"].startswith("The seller is not troubled.")
    assert bench["case"]["copy_of_listing"]["sha256"] and bench["right_now"]["state"] == "approved"
    assert bench["held_by"] is None  # a program that reads has not sat down
    assert rana.get(f"/complaints/{DECIDED}/bench").json()["steps"] == []


def test_a_decision_is_read_before_it_is_made_and_nothing_is_written(rana):
    path = f"/complaints/{CHECKING}/decision-preview"
    shown = rana.post(path, RETURNED).json()
    assert shown["can_be_sent"] and WORDS in " ".join(text for _, text in shown["paragraphs"])
    missing = rana.post(path, {"event": "returned"}).json()
    assert not missing["can_be_sent"] and missing["defects"]
    assert rana.get(f"/complaints/{CHECKING}/bench").json()["step_on_its_way"] is False


def test_a_step_waits_ten_seconds_is_undone_and_made_again(desk, rana, problem):
    answer = rana.post(f"/complaints/{CHECKING}/decision", RETURNED, if_match='"0"')
    assert answer.status_code == 202, answer.content
    step = answer.json()
    assert answer["Location"] == f"/api/v1/steps/{step['id']}"
    row = PendingStep.objects.get(pk=step["id"])
    assert 5 <= (row.goes_at - timezone.now()).total_seconds() <= 10
    assert rana.get(f"/steps/{step['id']}").json() == step
    assert numbers(rana.get("/queue")) == []
    assert rana.post(step["undo"].removeprefix("/api/v1")).json() == step
    assert numbers(rana.get("/queue")) == [CHECKING]
    problem(rana.post(step["undo"].removeprefix("/api/v1")), 409, "too_late_to_undo")
    rana.post(f"/complaints/{CHECKING}/decision", RETURNED, if_match='"0"')
    release_due_steps(now=timezone.now() + timedelta(seconds=11), at=timezone.now())
    assert Complaint.objects.get(number=CHECKING).state == "returned"


def test_the_same_step_sent_twice_is_one_and_another_is_refused(rana, problem):
    path = f"/complaints/{CHECKING}/decision"
    first, again = (rana.post(path, RETURNED, if_match="*").json() for _ in range(2))
    assert first["id"] == again["id"]
    problem(rana.post(path, {"event": "accepted"}, if_match="*"), 409, "step_on_its_way")


def test_nobody_undoes_the_step_of_another(desk, problem):
    samir = a_program(desk.world.samir, "reviewer")
    problem(samir.get("/steps/710001"), 404, "not_found")
    problem(samir.post("/steps/710001/undo"), 409, "too_late_to_undo")
    assert PendingStep.objects.filter(pk=710001).exists()


def test_a_step_without_grounds_or_words_names_all_that_is_missing(rana, problem):
    path = f"/complaints/{CHECKING}/decision"
    refused = problem(rana.post(path, {"event": "returned"}, if_match="*"), 422, "decision_defective")
    assert refused["defects"] and all(each["how_to_mend"] for each in refused["defects"])
    problem(rana.post(path, {"event": "decided_for_holder"}, if_match="*"), 409, "not_permitted")
    problem(rana.post(path, {"event": "accepted", "fact": "seller_won"}, if_match="*"), 409, "not_permitted")
    problem(rana.post(path, {"event": "accepted"}), 428, "match_missing")
    problem(rana.post(path, {"event": "accepted"}, if_match='"7"'), 412, "stale_case")


def test_one_step_for_all_lines_of_a_notice_is_undone_as_one(desk, rana):
    notice = a_notice(desk.world, lines=3, at=timezone.now() - timedelta(hours=1))
    first, *others = notice.complaints.order_by("line").values_list("number", flat=True)
    assert rana.get(f"/complaints/{first}/bench").json()["alike"] == others
    step = rana.post(f"/complaints/{first}/decision", {"event": "accepted", "and_alike": True}, if_match="*").json()
    assert (step["number"], step["also"]) == (first, others)
    assert PendingStep.objects.filter(complaint__notice=notice).count() == 3
    assert step["id"] in [each["id"] for each in rana.get("/steps").json()["items"]]
    rana.post(f"/steps/{step['id']}/undo")
    assert PendingStep.objects.filter(complaint__notice=notice).count() == 0


def test_a_step_that_another_hand_overtook_is_told_until_it_was_read(desk, rana):
    rana.post("/dropped-steps/read", {"ids": [710001]})
    rana.post(f"/complaints/{CHECKING}/decision", RETURNED, if_match="*")
    act([Complaint.objects.get(number=CHECKING).pk], "withdrawn", by="complainant", at=timezone.now())
    release_due_steps(now=timezone.now() + timedelta(seconds=11), at=timezone.now())
    dropped = rana.get("/dropped-steps").json()["items"]
    assert [(each["number"], each["event"]) for each in dropped] == [(CHECKING, "returned")]
    assert rana.post("/dropped-steps/read", {"ids": [dropped[0]["id"]]}).json()["items"] == []
    assert not DroppedStep.objects.filter(reviewer=desk.world.rana).exists()


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_decision_is_found_and_read_with_its_reasons(desk, rana):
    found = rana.get("/decisions?verdict=not_upheld").json()["items"]
    assert [(each["id"], each["number"], each["reviewer"]) for each in found] == [(710001, DECIDED, "Samir Okoye")]
    assert rana.get("/decisions?mine=true").json()["items"] == []
    assert rana.get("/decisions?verdict=upheld").json()["items"] == []
    whole = rana.get("/decisions/710001").json()
    assert whole["words"]["text"].startswith("The mark named")
    assert whole["words"]["text"] in " ".join(text for _, text in whole["paragraphs"])


def test_an_operator_narrowed_to_one_marketplace_reads_its_decisions_alone(desk, problem):
    place = desk.world.market
    here = a_program(desk.world.tomas, "operator", marketplace=place)
    other = type(place).objects.exclude(pk=place.pk).first()
    there = a_program(desk.world.tomas, "operator", marketplace=other)
    assert len(here.get("/decisions").json()["items"]) == 1
    assert there.get("/decisions").json()["items"] == []
    problem(there.get("/decisions/710001"), 404, "not_found")


def test_the_grounds_a_reviewer_can_choose_for_a_reason_are_told(rana):
    found = rana.get("/decision-grounds?reason=TM-4&verdict=not_upheld").json()["items"]
    assert "no_mark" in [each["id"] for each in found]
    assert {each["verdict"] for each in found} == {"not_upheld"} and "rule" not in {each["role"] for each in found}


# --- appeals ----------------------------------------------------------------------------------------------------------


def test_rana_reads_an_appeal_and_grants_it_as_she_saw_the_case(rana, problem):
    row = rana.get("/appeals").json()["items"][0]
    assert (row["id"], row["number"], row["had_a_part"]) == (710001, REFUSED, False)
    read = rana.get("/appeals/710001")
    assert read.json()["words"]["text"].startswith("Photo 1") and read.json()["deciders"] == ["Samir Okoye"]
    words = "The second look finds the mark on the base of the lamp, as photo 1 shows."
    body = {"granted": True, "words": words}
    shown = rana.post("/appeals/710001/preview", body).json()
    assert shown["can_be_sent"] and words in " ".join(text for _, text in shown["paragraphs"])
    problem(rana.post("/appeals/710001/decide", body, if_match='"0"'), 412, "stale_case")
    done = rana.post("/appeals/710001/decide", body, if_match=read["ETag"])
    assert (done.status_code, done.json()["granted"]) == (200, True)
    assert Complaint.objects.get(number=REFUSED).state == "checking"
    assert [each["id"] for each in rana.get("/appeals?show=decided").json()["items"]] == [710001]
    refusal = rana.post("/appeals/710001/decide", {**body, "granted": False}, if_match="*")
    problem(refusal, 409, "appeal_decided")


def test_whoever_decided_does_not_decide_the_appeal(desk, problem):
    samir = a_program(desk.world.samir, "reviewer")
    assert samir.get("/appeals").json()["items"][0]["had_a_part"] is True
    body = {"granted": False, "words": "I looked again and still do not see the mark anywhere."}
    problem(samir.post("/appeals/710001/decide", body, if_match="*"), 409, "appeal_same_reviewer")
    assert Appeal.objects.get(pk=710001).decided_at is None


def test_an_answer_to_an_appeal_without_reasons_is_refused(rana, problem):
    assert rana.post("/appeals/710001/preview", {"granted": False, "words": "no"}).json()["can_be_sent"] is False
    refused = problem(
        rana.post("/appeals/710001/decide", {"granted": False, "words": "no"}, if_match="*"), 422, "decision_defective"
    )
    assert [each["code"] for each in refused["defects"]] == ["facts_missing"]


# --- rights -----------------------------------------------------------------------------------------------------------


def test_a_right_is_verified_once(desk, rana, problem):
    assert [row["id"] for row in rana.get("/rights-to-verify").json()["items"]] == [710001]
    assert rana.post("/rights/710001/approve").json()["state"] == "approved"
    assert Right.objects.get(pk=710001).verified_by == desk.world.rana
    problem(rana.post("/rights/710001/approve"), 409, "right_moved")
    problem(rana.post("/rights/710001/return", {"reasons": ["unreadable"]}), 409, "right_moved")


def test_a_right_is_sent_back_with_reasons_of_its_kind(rana, problem):
    offered = rana.get("/return-reasons?right_kind=trademark").json()["items"]
    assert "unreadable" in [reason["id"] for reason in offered] and all(reason["how_to_mend"] for reason in offered)
    problem(rana.post("/rights/710001/return", {"reasons": []}), 422, "request_defective")
    every = {reason["id"] for reason in rana.get("/return-reasons").json()["items"]}
    if strange := every - {reason["id"] for reason in offered}:
        problem(rana.post("/rights/710001/return", {"reasons": [min(strange)]}), 422, "right_defective")
    sent = rana.post("/rights/710001/return", {"reasons": ["unreadable"], "note": "Page two is cut off."})
    assert sent.json()["state"] == "returned"
    assert Right.objects.get(pk=710001).return_note == "Page two is cut off."


def test_a_doubt_is_settled_for_all_cases_of_the_right(rana, problem):
    assert [row["id"] for row in rana.get("/rights-to-verify?show=in_doubt").json()["items"]] == [710002]
    problem(rana.post("/rights/710002/settle", {"answer": "cleared", "why": "  "}), 422, "request_defective")
    done = rana.post("/rights/710002/settle", {"answer": "cleared", "why": "The office confirmed it."}).json()
    assert (done["right"]["state"], done["cases_told"]) == ("approved", 0)
    problem(rana.post("/rights/710002/settle", {"answer": "cleared", "why": "Again."}), 409, "right_moved")


def test_a_draft_of_a_holder_is_not_there_for_the_desk(rana, problem):
    problem(rana.post("/rights/700001/approve"), 404, "not_found")
