"""A portfolio brought in by program: judged, stored by a worker, and nobody else's is there."""

import pytest

from countermark.apps.portfolio import running
from countermark.apps.portfolio.models import RightImport
from countermark.apps.rights.models import Right
from countermark.apps.work.services import case_now
from countermark.entrypoints.api.v1.files import MULTIPART
from countermark.entrypoints.api.v1.right_imports import SHEET

FORM = {"content-type": MULTIPART["content-type"]}
BAD = SHEET.replace("2036-07-30,11", "07/08/2036,46")


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


def test_a_file_is_judged_then_stored_by_a_worker(ines):
    sent = ines.post("/right-imports", SHEET, **FORM)
    assert sent.status_code == 201, sent.content
    path = sent["Location"].removeprefix("/api/v1")
    assert (sent.json()["state"], sent.json()["counts"], sent.json()["encoding"]) == ("shown", {"new": 1}, "UTF-8")
    assert not Right.objects.filter(number="55180021").exists()
    assert ines.post(f"{path}/start").json()["state"] == "running"
    assert ines.post(f"{path}/start").json()["state"] == "running"  # the second click finds the first
    running.run(int(path.rpartition("/")[2]), at=case_now())  # as a worker does
    assert (ines.get(path).json()["state"], ines.get(path).json()["stored"]) == ("done", 1)
    assert Right.objects.get(number="55180021").state == "draft"


def test_what_is_to_mend_comes_with_every_defect_and_its_cure(ines, problem):
    path = ines.post("/right-imports", BAD, **FORM)["Location"].removeprefix("/api/v1")
    (row,) = ines.get(f"{path}/rows?verdict=mend").json()["items"]
    assert (row["row"], [d["code"] for d in row["defects"]]) == (
        2,
        ["import_day_ambiguous", "right_classes_unreadable"],
    )
    assert row["defects"][0]["how_to_mend"] == "Write 2036-07-08 or 2036-08-07."
    assert ines.ask("delete", path).status_code == 204
    problem(ines.get(path), 404, "not_found")


def test_a_file_that_cannot_be_read_says_why(ines, problem):
    said = problem(ines.post("/right-imports", SHEET.replace("kind,", "lamp,"), **FORM), 422, "rights_file_unreadable")
    assert [d["message"] for d in said["defects"]] == ["No column says the kind of right."]


def test_one_that_is_stored_already_is_neither_started_nor_forgotten(ines, problem):
    RightImport.objects.filter(pk=700001).update(state="done")
    problem(ines.post("/right-imports/700001/start"), 409, "import_moved")
    problem(ines.ask("delete", "/right-imports/700001"), 409, "import_moved")


def test_a_copy_of_a_right_is_begun(ines):
    copy = ines.post("/rights/700003/clone")
    assert copy.status_code == 201 and copy.json()["state"] == "draft" and copy.json()["number"] == ""
    assert copy.json()["id"] != 700003 and "name" not in {d["field"] for d in copy.json()["missing"]}
