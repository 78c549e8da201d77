"""Drafts sent together by program, and papers of many rights in one ZIP."""

import io
import zipfile

import pytest

from countermark.apps.portfolio import sending
from countermark.apps.rights.models import Right, RightDocument
from countermark.apps.work.services import case_now
from countermark.entrypoints.api.v1.files import BOUNDARY, MULTIPART, PAGE

FORM = {"content-type": MULTIPART["content-type"]}


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


def a_form(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="papers.zip"\r\n\r\n'
    return head.encode() + packed.getvalue() + f"\r\n--{BOUNDARY}--\r\n".encode()


def test_drafts_are_judged_then_the_ready_ones_sent_by_a_worker(ines):
    begun = ines.post("/right-submissions", {"import_id": None})
    assert begun.status_code == 201, begun.content
    path = begun["Location"].removeprefix("/api/v1")
    counts = begun.json()["counts"]
    stay = ines.get(f"{path}/drafts?verdict=mend").json()["items"]
    assert len(stay) == counts["mend"] > 0 and all(each["defects"][0]["how_to_mend"] for each in stay)
    before = Right.objects.filter(state="pending").count()
    assert ines.post(f"{path}/start", {"doubtful_too": True}).json()["state"] == "running"
    assert ines.post(f"{path}/start", {"doubtful_too": False}).json()["doubtful_too"] is True  # the first click counts
    sending.run(begun.json()["id"], at=case_now())  # as a worker does
    done = ines.get(path).json()
    assert done["state"] == "done" and done["sent"] == counts.get("ready", 0) + counts.get("doubtful", 0)
    assert Right.objects.filter(state="pending").count() == before + done["sent"]


def test_what_is_sent_is_neither_started_again_nor_forgotten_and_nobody_elses_is_there(ines, problem):
    path = ines.post("/right-submissions", {})["Location"].removeprefix("/api/v1")
    ines.post(f"{path}/start", {})
    sending.run(int(path.rpartition("/")[2]), at=case_now())
    problem(ines.post(f"{path}/start", {}), 409, "submission_moved")
    problem(ines.ask("delete", path), 409, "submission_moved")
    problem(ines.get("/right-submissions/4711"), 404, "not_found")
    problem(ines.post("/right-submissions", {"import_id": 4711}), 404, "not_found")


def test_a_zip_of_papers_finds_its_rights_and_every_other_file_is_named(ines):
    there = RightDocument.objects.count()
    answer = ines.post(
        "/right-papers", a_form({"700001 class_page.pdf": PAGE, "99999999.pdf": PAGE, "700001 x.pdf": PAGE}), **FORM
    )
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["added"], said["there_already"], said["left_out"]) == (1, 0, 2)
    assert [(each["file"], each["outcome"]) for each in said["items"]] == [
        ("700001 class_page.pdf", "attached"), ("99999999.pdf", "no_right"), ("700001 x.pdf", "paper_unknown"),
    ]  # fmt: skip
    assert said["items"][0]["right"] == 700001 and said["items"][0]["how_to_mend"] == ""
    assert "class_page" in said["items"][2]["how_to_mend"] and said["items"][1]["how_to_mend"]
    assert RightDocument.objects.count() == there + 1


def test_a_zip_that_leads_out_is_refused_whole(ines, problem):
    said = problem(ines.post("/right-papers", a_form({"../700001.pdf": PAGE}), **FORM), 422, "rights_file_unreadable")
    assert "leads out of the ZIP" in said["defects"][0]["message"]
