"""What a register says, by program: who may ask, what each refusal is called, and that nothing typed is overwritten."""

from dataclasses import replace

import pytest

import plugged
from countermark.apps.rights.models import Right, RightRecord
from countermark.connectors.office import OfficeRefused, OfficeUnavailable
from countermark.connectors.office_fake import DEMO

pytestmark = pytest.mark.django_db
DRAFT, DOUBTED = "/rights/700021", "/rights/700022"


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


@pytest.fixture
def rana(desk):
    return desk.programs["reviewer"]


@pytest.fixture
def office():
    return plugged.ports["office"]


def fields(said) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in said["fields"]}


def test_a_draft_is_filled_in_and_what_was_typed_stays(ines):
    answer = ines.post(f"{DRAFT}/register-record", {})
    assert answer.status_code == 201, answer.content
    said, right = answer.json(), ines.get(DRAFT).json()
    assert (right["answers"]["name"], right["answers"]["classes"]) == ("FJELD", "9, 11")
    assert (fields(said)["name"], fields(said)["classes"], said["status"]) == ("differs", "same", "registered")
    assert {each["id"] for each in said["fields"] if each["filled"]} == {
        "mark_type",
        "expires_on",
        "classes",
        "us_register",
    }
    assert [each["id"] for each in said["fields"] if each["worked_out"]] == ["expires_on"]


def test_an_answer_is_taken_over_by_name(ines):
    said = ines.post(f"{DRAFT}/register-record/take-over", {"answers": ["name"]}).json()
    assert fields(said)["name"] == "same" and ines.get(DRAFT).json()["answers"]["name"] == "FJELL"


@pytest.mark.parametrize(("number", "code"), [("7000000", "record_unknown"), ("../1", "office_takes_no_such_number")])
def test_a_number_the_register_does_not_have_or_take_is_told_apart(ines, problem, number, code):
    problem(ines.post(f"{DRAFT}/register-record", {"number": number}), 422, code)


def test_a_register_that_is_away_says_when_to_ask_again(ines, office, problem):
    office.failing = OfficeUnavailable("US", "7654321", "status 429", retry_after=42)
    answer = ines.post(f"{DRAFT}/register-record", {})
    problem(answer, 503, "office_unavailable")
    assert answer["Retry-After"] == "42"


def test_a_register_that_refuses_our_key_is_no_fault_of_the_caller(ines, office, problem):
    office.failing = OfficeRefused("US", "7654321", "status 401")
    problem(ines.post(f"{DRAFT}/register-record", {}), 502, "office_refused")


def test_a_right_whose_office_cannot_be_asked_says_so(ines, problem):
    problem(ines.post("/rights/700001/register-record", {}), 422, "register_not_asked")  # the office of China


def test_what_was_sent_for_verification_is_not_filled_in(ines, problem):
    problem(ines.post(f"{DOUBTED}/register-record", {}), 409, "right_moved")
    assert RightRecord.objects.filter(right=700022).count() == 1


def test_the_rights_of_others_are_not_there(desk, problem):
    ayo = desk.programs["agent"]
    for path, body in ((f"{DRAFT}/register-record", {}), (f"{DRAFT}/register-record/take-over", {"answers": ["name"]})):
        problem(ayo.post(path, body), 404, "not_found")
    problem(ayo.get(f"{DOUBTED}/register-record"), 404, "not_found")
    problem(
        desk.programs["reviewer"].get(f"{DRAFT}/register-record"), 404, "not_found"
    )  # a draft is its holder's alone
    problem(desk.programs["reviewer"].post(f"{DRAFT}/register-check"), 404, "not_found")


def test_a_reviewer_works_off_what_registers_say_against_rights(rana, problem):
    (waits,) = rana.get("/register-findings").json()["items"]
    assert [each["code"] for each in waits["findings"]] == ["register_ended"]
    noted = rana.post(f"/register-findings/{waits['id']}/looked", {"note": "An appeal is pending."})
    assert (noted.json()["waits"], noted.json()["note"]) == (False, "An appeal is pending.")
    assert rana.get("/register-findings").json()["items"] == []
    problem(rana.post(f"/register-findings/{waits['id']}/looked", {}), 409, "right_moved")
    assert Right.objects.get(pk=700022).state == "approved"


def test_a_register_asked_again_is_kept_beside_what_it_said_before(rana, office):
    office.records["7654321"] = replace(DEMO[0], owners=("Lumen SARL",))
    said = rana.post(f"{DOUBTED}/register-check").json()
    assert [each["code"] for each in said["findings"]] == ["register_owner_differs"]
    assert RightRecord.objects.filter(right=700022).count() == 2
    assert rana.get(f"{DOUBTED}/register-record").json()["id"] == said["id"]
