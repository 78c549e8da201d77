"""What does a program do to a case through the API, once, as it saw it; and how does it walk a long list?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.access.models import Replay
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import act
from countermark.entrypoints.api.v1 import complaints as resource
from people import WEDNESDAY, a_notice

ONE = "CM-2026-000001-01"
PATH = f"/complaints/{ONE}/withdraw"


def test_ines_reads_a_case_and_withdraws_it_as_she_saw_it(desk):
    ines = desk.programs["rights_holder"]
    read = ines.get(f"/complaints/{ONE}")
    case = read.json()
    assert read["ETag"] == f'"{case["seq"]}"'
    assert (case["state"], case["is_yours"]) == ("awaiting_seller", False)
    assert "withdrawn" in case["permitted"]
    assert case["due"]["zone"] == "Asia/Shanghai"
    assert [day["counted"] for day in case["due"]["days"] if day["counted"]] == [1, 2, 3]  # three working days
    answer = ines.post(PATH, {"words": "We found a licence."}, if_match=read["ETag"])
    assert answer.status_code == 200, answer.content
    after = answer.json()
    assert (after["state"], after["outcome"]) == ("withdrawn", "withdrawn")
    assert after["trail"][-1]["words"]["text"] == "We found a licence."
    assert answer["ETag"] == f'"{case["seq"] + 1}"'


def test_acting_on_a_case_that_moved_is_refused_and_changes_nothing(desk, problem):
    ines = desk.programs["rights_holder"]
    etag = ines.get(f"/complaints/{ONE}")["ETag"]
    act([desk.case.pk], "seller_removed", by="seller", at=timezone.now())
    problem(ines.post(PATH, {}, if_match=etag), 412, "stale_case")
    for odd in ('W/"1"', '"1", "2"', "1", '""', '"٣"', '"99999999999999999999"', "x"):
        problem(ines.post(PATH, {}, if_match=odd), 412, "stale_case")
    assert Complaint.objects.get(pk=desk.case.pk).state != "withdrawn"


def test_acting_without_saying_which_state_was_seen_is_refused(desk, problem):
    problem(desk.programs["rights_holder"].post(PATH, {}), 428, "match_missing")


def test_what_is_not_open_in_this_case_is_said_so(desk, problem):
    ines = desk.programs["rights_holder"]
    assert ines.post(PATH, {}, if_match="*").status_code == 200
    problem(ines.post(PATH, {}, if_match="*"), 409, "not_permitted")


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_request_sent_twice_answers_the_same_and_happens_once(desk):
    ines = desk.programs["rights_holder"]
    etag = ines.get(f"/complaints/{ONE}")["ETag"]
    first = ines.post(PATH, {"words": "Once."}, if_match=etag, idempotency_key="k-1")
    again = ines.post(PATH, {"words": "Once."}, if_match=etag, idempotency_key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert (again["ETag"], again["Content-Type"]) == (first["ETag"], first["Content-Type"])
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    assert desk.case.events.filter(event="withdrawn").count() == 1


def test_a_refusal_is_replayed_too(desk, problem):
    ines = desk.programs["rights_holder"]
    first = ines.post(PATH, {"x": 1}, if_match="*", idempotency_key="k")
    again = ines.post(PATH, {"x": 1}, if_match="*", idempotency_key="k")
    assert first.status_code == again.status_code == 422
    assert again.content == first.content


def test_the_same_key_with_another_request_is_refused(desk, problem):
    ines = desk.programs["rights_holder"]
    ines.post(PATH, {"words": "a"}, if_match="*", idempotency_key="k")
    problem(ines.post(PATH, {"words": "b"}, if_match="*", idempotency_key="k"), 422, "idempotency_key_reused")
    other = "/complaints/CM-2026-000001-02/withdraw"
    problem(ines.post(other, {"words": "a"}, if_match="*", idempotency_key="k"), 422, "idempotency_key_reused")


def test_two_programs_may_choose_the_same_key(desk, problem):
    desk.programs["rights_holder"].post(PATH, {}, if_match="*", idempotency_key="k")
    problem(desk.programs["agent"].post(PATH, {}, if_match="*", idempotency_key="k"), 404, "not_found")


def test_a_request_that_still_runs_is_not_run_beside_itself(desk, problem):
    ines = desk.programs["rights_holder"]
    ines.post(PATH, {"x": 1}, if_match="*", idempotency_key="k")
    Replay.objects.update(status=None, at=timezone.now() - timedelta(seconds=30))
    problem(ines.post(PATH, {"x": 1}, if_match="*", idempotency_key="k"), 409, "request_still_running")
    Replay.objects.update(at=timezone.now() - timedelta(minutes=3))  # its process died
    problem(ines.post(PATH, {"x": 1}, if_match="*", idempotency_key="k"), 422, "request_defective")


def test_a_request_that_broke_can_be_sent_again(desk, problem, monkeypatch):
    ines = desk.programs["rights_holder"]
    with monkeypatch.context() as patched:
        patched.setattr(resource.replies, "answer", lambda **what: 1 / 0)
        problem(ines.post(PATH, {}, if_match="*", idempotency_key="k"), 500, "broken")
    assert ines.post(PATH, {}, if_match="*", idempotency_key="k").status_code == 200


def test_after_a_day_a_key_is_forgotten(desk):
    ines = desk.programs["rights_holder"]
    ines.post(PATH, {"x": 1}, if_match="*", idempotency_key="k")
    Replay.objects.update(at=timezone.now() - timedelta(hours=25))
    assert ines.post(PATH, {}, if_match="*", idempotency_key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
def test_a_key_nobody_can_repeat_is_refused(desk, problem, key):
    answer = desk.programs["rights_holder"].post(PATH, {}, if_match="*", idempotency_key=key)
    problem(answer, 400, "idempotency_key_unreadable")


def test_what_was_answered_is_kept_sealed(desk):
    ines = desk.programs["rights_holder"]
    ines.post(PATH, {"words": "We found a licence."}, if_match="*", idempotency_key="k")
    assert b"licence" not in bytes(Replay.objects.get().answer)


# --- lists ------------------------------------------------------------------------------------------------------------


def walked(program, query):
    """Every number of a list, piece by piece, and how many pieces there were."""
    numbers, cursor, pieces = [], "", 0
    while cursor is not None:
        said = program.get(f"/complaints?{query}&cursor={cursor}").json()
        numbers += [row["number"] for row in said["items"]]
        cursor, pieces = said["next"], pieces + 1
    return numbers, pieces


@pytest.mark.parametrize("sort", ["opened", "-opened", "due", "-due", "number", "-number"])
def test_every_case_of_a_list_comes_once_in_every_order(desk, sort):
    a_notice(desk.world, lines=5, at=WEDNESDAY)  # being checked: without the seller's clock
    numbers, pieces = walked(desk.programs["rights_holder"], f"sort={sort}&limit=2")
    stored = set(Complaint.objects.filter(notice__holder=desk.world.halden).values_list("number", flat=True))
    assert len(stored) >= 7
    assert (len(numbers), set(numbers), pieces) == (len(stored), stored, -(-len(stored) // 2))
    whole, _ = walked(desk.programs["rights_holder"], f"sort={sort}&limit=200")
    assert numbers == whole


def test_a_list_asks_as_many_questions_for_twenty_cases_as_for_two(desk):
    ines = desk.programs["rights_holder"]
    with CaptureQueriesContext(connection) as few:
        ines.get("/complaints?limit=2")
    a_notice(desk.world, lines=20, at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        assert len(ines.get("/complaints?limit=22").json()["items"]) == 22
    assert len(many) == len(few) <= 12


def test_the_next_piece_is_linked_in_a_header(desk):
    answer = desk.programs["rights_holder"].get("/complaints?limit=1&sort=number")
    assert answer["Link"].startswith("<http://localhost:8000/api/v1/complaints?limit=1&sort=number&cursor=")
    assert answer["Link"].endswith('>; rel="next"')


def test_a_cursor_of_another_list_or_program_is_refused(desk, problem):
    ines = desk.programs["rights_holder"]
    cursor = ines.get("/complaints?limit=1").json()["next"]
    problem(ines.get(f"/complaints?limit=1&cursor={cursor}&sort=number"), 422, "cursor_unknown")
    problem(ines.get(f"/complaints?limit=1&cursor={cursor[:-1]}"), 422, "cursor_unknown")
    problem(desk.programs["reviewer"].get(f"/complaints?limit=1&cursor={cursor}"), 422, "cursor_unknown")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=awaiting_seller", 2), ("state=removed", 0), ("waits_on=seller", 2), ("waits_on=reviewer", 0),
        ("open=true", 2), ("open=false", 0), ("outcome=upheld", 0), ("notice=N-2026-000001", 2), ("notice=N-1", 0),
        ("q=000001-02", 1), ("q=HARBOUR", 2), ("q=harbour+nothing", 0), ("marketplace=nowhere", 0),
        ("due_before=2020-01-01T00:00:00Z", 0), ("due_before=2100-01-01T00:00:00%2B08:00", 2),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_as_on_the_page(desk, query, found):
    said = desk.programs["rights_holder"].get(f"/complaints?{query}").json()["items"]
    assert len([row for row in said if row["notice"] == desk.notice.number]) == found


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_events_of_a_case_are_those_that_were_hashed(desk):
    said = desk.programs["seller"].get(f"/complaints/{ONE}/events?limit=2").json()
    assert [event["event"] for event in said["items"]] == ["opened", "accepted"]
    assert said["items"][0]["payload"]["complaint"] == ONE
    assert said["items"][0]["proof"] == f"http://localhost:8000/api/v1/complaints/{ONE}/proof"
    assert len(desk.programs["seller"].get(f"/complaints/{ONE}/proof").json()["events"]) == 3
