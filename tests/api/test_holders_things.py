"""Rights, messages, the contact and the choices, as a program of a rights holder reads and changes them."""

import pytest

from countermark.apps.notifications.models import Message
from countermark.apps.parties.models import Holder
from countermark.apps.rights.models import Right
from countermark.apps.rights.services import return_right
from countermark.apps.work.services import case_now
from countermark.core import catalogue
from countermark.entrypoints.api.v1.files import MULTIPART
from countermark.entrypoints.api.v1.rights import MARK, PAPER
from countermark.entrypoints.api.v1.rights_living import SENT

FORM = {"content-type": MULTIPART["content-type"]}


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


# --- rights -------------------------------------------------------------------------------------------------------------


def test_ines_registers_a_right_from_the_first_answer_to_the_sending(ines):
    begun = ines.post("/rights", {"kind": "trademark", "answers": {**MARK, "number": "61902338"}})
    assert begun.status_code == 201, begun.content
    path = begun["Location"].removeprefix("/api/v1")
    assert {d["field"] for d in begun.json()["missing"]} >= {"renewed", "paper-certificate"}
    cures = {d["field"]: d["how_to_mend"] for d in begun.json()["missing"]}
    assert cures["renewed"] == cures["assigned"] == "Send one of: yes, no."
    assert all(d["message"] != d["code"] and d["how_to_mend"] for d in begun.json()["missing"])
    assert ines.post(f"{path}/papers", PAPER, **FORM).status_code == 201
    rest = dict.fromkeys(("renewed", "assigned", "changed"), "no")
    assert ines.ask("patch", path, {"answers": rest}).json()["missing"] == []
    sent = ines.post(f"{path}/submit")
    assert (sent.status_code, sent.json()["state"]) == (200, "pending")
    assert sent.json()["due_at"] and sent.json()["history"][0]["answers"]["number"] == "61902338"
    assert ines.post(f"{path}/submit").json()["history"] == sent.json()["history"]  # the second click finds the first


def test_what_is_missing_refuses_the_sending_and_names_all_of_it(ines, problem):
    said = problem(ines.post("/rights/700001/submit"), 422, "right_defective")
    assert {d["code"] for d in said["defects"]} == {"right_field_missing"}
    assert len(said["defects"]) == 3
    assert Right.objects.get(pk=700001).state == "draft"


def test_an_answer_no_such_right_is_asked_is_refused(ines, problem):
    said = problem(ines.post("/rights", {"kind": "patent", "answers": {"classes": "11"}}), 422, "right_defective")
    assert [(d["field"], d["code"]) for d in said["defects"]] == [("answers.classes", "answer_not_asked")]
    said = problem(ines.post("/rights", {"kind": "patent", "answers": {"nmae": "x"}}), 422, "request_defective")
    assert "name" in said["defects"][0]["how_to_mend"]


def test_a_right_that_was_sent_is_changed_by_nobody(ines, problem):
    problem(ines.ask("patch", "/rights/700002", {"answers": {"name": "X"}}), 409, "right_moved")
    problem(ines.ask("delete", "/rights/700002"), 409, "right_moved")
    problem(ines.post("/rights/700002/papers", PAPER, **FORM), 409, "right_moved")


def test_what_a_reviewer_would_send_it_back_for_is_said_before_it_is_sent(ines):
    begun = ines.post(
        "/rights", {"kind": "trademark", "answers": {**MARK, "number": "61902339", "owner": "Lantern Lane"}}
    )
    would = {d["code"]: d for d in begun.json()["would_be_returned"]}
    assert set(would) == {"owner_differs", "class_page_missing"}
    assert all(d["message"] != d["code"] and d["how_to_mend"] for d in would.values())


def test_how_near_its_end_a_right_is_stands_with_it(ines):
    ends = ines.get("/rights/700002").json()["ends"]
    assert (ends["state"], ends["on"], ends["reminded"]) == ("approved", "2036-07-30", None)
    assert (ends["renewable_from"], ends["rescued_until"]) == ("2035-07-30", "2037-01-30")  # China: 12 and 6 months


def test_a_renewal_that_is_no_later_is_refused_with_the_way_to_mend_it(ines, problem):
    early = SENT.replace("2046-07-30", "2030-01-01")
    said = problem(ines.post("/rights/700002/renewals", early, **FORM), 422, "right_defective")
    assert [d["code"] for d in said["defects"]] == ["renewal_not_later"]
    assert ines.get("/rights/700002").json()["renewal"] is None


def test_why_it_was_sent_back_stands_there_with_the_way_to_mend_it(desk, ines):
    assert ines.post("/rights/700003/submit").status_code == 200
    assert ines.get("/rights/700003").json()["return_reasons"] == []
    reason = catalogue.load().return_reasons_for("trademark")[0].id
    right = Right.objects.get(pk=700003)
    return_right(right=right, reasons=[reason], note="Page two.", by=desk.world.rana, at=case_now())
    said = ines.get("/rights/700003").json()
    assert (said["state"], said["return_note"]) == ("returned", "Page two.")
    assert said["return_reasons"][0]["what"] and said["return_reasons"][0]["how_to_mend"]


def test_nobody_reads_or_changes_anothers_right_and_reviewers_see_no_drafts(desk, problem):
    for ask in (("get", "/rights/700001"), ("delete", "/rights/700001"), ("post", "/rights/700003/submit")):
        problem(desk.programs["agent"].ask(*ask), 404, "not_found")
    rana = desk.programs["reviewer"]
    problem(rana.get("/rights/700001"), 404, "not_found")
    assert rana.get("/rights/700002").status_code == 200
    states = {row["state"] for row in rana.get("/rights").json()["items"]}
    assert "approved" in states and "draft" not in states


def test_an_agent_is_asked_for_the_mandate_and_adds_it(desk):
    ayo = desk.programs["agent"]
    kinds = {each["kind"]: each for each in ayo.get("/right-kinds").json()["items"]}
    assert "mandate" in {paper["id"] for paper in kinds["trademark"]["papers"]}
    begun = ayo.post("/rights", {"kind": "trademark", "answers": {"name": "FJELL"}})
    path = begun["Location"].removeprefix("/api/v1")
    added = ayo.post(f"{path}/papers", PAPER.replace("certificate\r\n", "mandate\r\n", 1), **FORM)
    assert [paper["kind"] for paper in added.json()["papers"]] == ["mandate"]
    ines = desk.programs["rights_holder"].get("/right-kinds").json()["items"]
    assert all("mandate" not in {paper["id"] for paper in each["papers"]} for each in ines)


# --- messages and the contact ---------------------------------------------------------------------------------------------


def test_reading_a_message_through_the_api_is_not_being_told_and_saying_so_is(ines):
    assert ines.get("/messages/700001").json()["subject"]
    ines.get("/messages")
    assert Message.objects.get(pk=700001).read_at is None
    assert ines.post("/messages/700001/read").json()["read_at"]
    first = Message.objects.get(pk=700001).read_at
    assert ines.post("/messages/700001/read").status_code == 200
    assert Message.objects.get(pk=700001).read_at == first
    assert ines.get("/messages?unread=true").json()["items"] == []


def test_a_message_is_for_its_reader_alone(desk, problem):
    for other in ("agent", "seller"):
        problem(desk.programs[other].get("/messages/700001"), 404, "not_found")
        problem(desk.programs[other].post("/messages/700001/read"), 404, "not_found")
    assert Message.objects.get(pk=700001).read_at is None


def test_a_message_is_worded_in_the_language_asked_for(ines):
    english = ines.get("/messages/700001").json()
    chinese = ines.get("/messages/700001", accept_language="zh-Hans").json()
    assert chinese["subject"] != english["subject"]


def test_the_contact_changes_only_where_it_was_named_and_only_to_what_is_one(desk, ines, problem):
    before = Holder.objects.get(pk=desk.world.halden.pk)
    said = problem(ines.ask("patch", "/contact", {"contact_email": "nobody"}), 422, "account_defective")
    assert said["defects"][0]["message"] == "This is no e-mail address."
    assert ines.ask("patch", "/contact", {"phone": "+47 1"}).json()["phone"] == "+47 1"
    after = Holder.objects.get(pk=before.pk)
    assert (after.contact_email, after.address) == (before.contact_email, before.address)


# --- choices --------------------------------------------------------------------------------------------------------------


def test_a_program_learns_from_the_choices_all_that_sending_a_notice_asks(ines):
    place = next(each for each in ines.get("/filing-places").json()["items"] if each["slug"] == "harbour")
    usual = place["procedures"][0]
    assert usual["declarations"] and usual["id"] == "platform"
    reasons = ines.get("/reasons?right_kind=trademark&mode=listing&marketplace=harbour").json()["items"]
    reason = next(each for each in reasons if each["code"] == "TM-4")
    body = {
        "marketplace": place["slug"],
        "procedure": usual["id"],
        "right": 700002,
        "reason": reason["code"],
        "listings": ["https://harbour.example/i/40655"],
        "statement": "The base of the lamp carries our wordmark. " * 4,
        "evidence": [{"file": 700001, "kind": kinds[0]["code"]} for kinds in reason["needs"]],
        "facts": {fact["code"]: "Yes, see page 1." for fact in reason["facts"]},
        "declarations": [each["code"] for each in usual["declarations"]],
        "signature": "Ines Moe",
    }
    assert ines.post("/notices/lint", body).json()["defects"] == []


def test_a_procedure_says_every_state_its_clock_and_where_its_numbers_come_from(ines, problem):
    said = ines.get("/procedures/platform").json()
    states = {state["name"]: state for state in said["states"]}
    assert states["awaiting_seller"]["waits_on"] == "seller"
    clock = next(each for each in said["clocks"] if each["name"] == states["awaiting_seller"]["clock"])
    assert clock["amounts"][0] == 3 and clock["source"]
    assert {move["state"] for move in said["moves"]} <= set(states)
    assert ines.get("/procedures/platform/diagram")["Content-Type"] == "image/svg+xml"
    problem(ines.get("/procedures/nothing"), 404, "not_found")
