"""A notice is begun by program, mended, split and sent; pages of the same holder see the same draft, nobody else does."""

import pytest

from countermark.apps.complaints.models import Notice, NoticeDraft
from countermark.apps.work.models import StoredFile

LAMP = "https://harbour.example/i/40655"
SHOP = "https://harbour.example/shop/lantern"


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


def test_a_notice_grows_from_what_is_known_to_one_that_can_be_sent(ines):
    begun = ines.post("/notice-drafts", {"marketplace": "harbour", "listings": [LAMP, "no link at all"]})
    assert begun.status_code == 201, begun.content
    path, said = begun["Location"].removeprefix("/api/v1"), begun.json()
    assert (said["procedure"], said["can_send"], [line["verdict"] for line in said["lines"]]) == (
        "platform",
        False,
        ["ready", "mend"],
    )
    assert all(d["message"] and d["how_to_mend"] for d in said["defects"])
    more = {
        "right": 700002,
        "reason": "TM-4",
        "statement": "The base of the lamp carries our wordmark, see the photo. We have licensed nobody here.",
        "declarations": ["good_faith", "truth"],
        "signature": "Ines Moe",
    }
    assert ines.ask("patch", path, more).json()["statement"] == more["statement"]
    piece = {"file": 700001, "kind": "photo", "private": True}
    assert [ines.post(f"{path}/evidence", piece).status_code for _ in range(2)] == [201, 201]
    ready = ines.get(path).json()
    assert ready["can_send"] and [(e["kind"], e["private"]) for e in ready["evidence"]] == [("photo", True)]
    sent = ines.post(f"{path}/send")
    assert (sent.status_code, sent.json()["cases"], len(sent.json()["left_out"])) == (201, 1, 1)
    again = ines.post(f"{path}/send")
    assert (again.status_code, again.json()["number"]) == (200, sent.json()["number"])


def test_what_went_out_can_be_neither_changed_nor_deleted(ines, problem):
    assert ines.post("/notice-drafts/720001/send").status_code == 201
    for method, body in (("get", None), ("patch", {"reason": "TM-1"}), ("delete", None)):
        problem(ines.ask(method, "/notice-drafts/720001", body), 409, "already_sent")
    assert 720001 not in [row["id"] for row in ines.get("/notice-drafts").json()["items"]]


def test_a_draft_that_is_not_complete_sends_nothing_and_stays(ines, problem):
    before = Notice.objects.count()
    ines.ask("patch", "/notice-drafts/720001", {"statement": "", "declarations": []})
    said = problem(ines.post("/notice-drafts/720001/send"), 422, "notice_defective")
    assert {"statement", "declarations"} <= {d["field"] for d in said["defects"]}
    path = ines.post("/notice-drafts", {})["Location"].removeprefix("/api/v1")
    problem(ines.post(f"{path}/send"), 422, "notice_defective")
    assert Notice.objects.count() == before


def test_what_names_something_that_is_not_hers_is_refused(ines, problem):
    for body in ({"marketplace": "nowhere"}, {"right": 710001}, {"procedure": "eu-notice"}, {"listings": [LAMP]}):
        problem(ines.post("/notice-drafts", body), 422, "notice_defective")
    foreign = StoredFile.objects.exclude(uploaded_by=ines.client.person).earliest("pk").pk
    problem(ines.post("/notice-drafts/720001/evidence", {"file": foreign}), 422, "file_unknown")


def test_lines_for_a_shop_go_into_a_draft_of_their_own(ines):
    ines.ask("patch", "/notice-drafts/720001", {"listings": [LAMP, SHOP]})
    split = ines.post("/notice-drafts/720001/split", {"lines": [2], "mode": "storefront"}).json()
    assert split["id"] != 720001 and (split["mode"], split["reason"]) == ("storefront", "TM-4")
    assert [(line["raw"], line["verdict"]) for line in split["lines"]] == [(SHOP, "ready")]


def test_a_draft_is_there_for_its_holder_alone(desk, problem):
    ayo = desk.programs["agent"]
    assert ayo.get("/notice-drafts").json()["items"] == []
    for method, path in (("get", ""), ("patch", ""), ("delete", ""), ("post", "/send")):
        problem(ayo.ask(method, f"/notice-drafts/720001{path}", {} if method == "patch" else None), 404, "not_found")
    assert NoticeDraft.objects.filter(pk=720001, sent_as=None).exists()


# --- counter-notices --------------------------------------------------------------------------------------------------


def test_mei_writes_on_in_the_answer_her_shop_has_begun_and_files_it_once(desk):
    mei = desk.programs["seller"]
    numbers = ["CM-2026-000001-01", "CM-2026-000001-02"]
    begun = mei.post("/counter-notice-drafts", {"cases": numbers[:1]})
    assert (begun.status_code, begun.json()["id"], begun.json()["open_cases"]) == (200, 720001, numbers)
    assert mei.post("/counter-notice-drafts/720001/papers", {"file": 720001}).status_code == 201
    said = mei.ask(
        "patch", "/counter-notice-drafts/720001", {"cases": numbers, "contact": {"phone": "+86 571 1"}}
    ).json()
    assert (said["cases"], said["contact"]["phone"], len(said["papers"])) == (numbers, "+86 571 1", 1)
    assert said["can_send"], said["defects"]
    sent = mei.post("/counter-notice-drafts/720001/send", {})
    assert sent.status_code == 201, sent.content
    assert [case["number"] for case in sent.json()["cases"]] == numbers
    again = mei.post("/counter-notice-drafts/720001/send", {})
    assert (again.status_code, again.json()["id"]) == (200, sent.json()["id"])
    assert mei.get("/counter-notice-drafts").json()["items"] == []


def test_an_answer_that_moved_or_is_not_complete_is_refused_and_stays(desk, problem):
    mei = desk.programs["seller"]
    stale = {"cases": [{"number": "CM-2026-000001-01", "seq": 0}]}
    problem(mei.post("/counter-notice-drafts/720001/send", stale), 409, "stale_case")
    mei.ask("patch", "/counter-notice-drafts/720001", {"declarations": []})
    problem(mei.post("/counter-notice-drafts/720001/send", {}), 422, "counter_notice_defective")
    assert mei.get("/counter-notice-drafts/720001").json()["statement"]


def test_cases_of_another_notice_do_not_go_into_this_answer(desk, problem):
    mei = desk.programs["seller"]
    other = {"cases": ["CM-2026-000002-01"]}
    problem(mei.ask("patch", "/counter-notice-drafts/720001", other), 422, "cases_apart")
    problem(mei.ask("patch", "/counter-notice-drafts/720001", {"cases": ["CM-2026-710001-01"]}), 404, "not_found")
