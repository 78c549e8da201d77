"""Mandates by program: an agent registers one, a reviewer puts it in force, and it ends; whose it is not reads none of it."""

import pytest

from apps.test_rights import a_picture
from countermark.apps.mandates import services
from countermark.apps.mandates.models import Mandate

OWNER = {"principal_name": "Fjell AS", "principal_address": "Kai 9, Bergen", "principal_email": "owner@fjell.example"}
PATH = "/mandates"


@pytest.fixture
def ayo(desk):
    return desk.programs["agent"]


def a_draft(ayo):
    return ayo.post(PATH, OWNER)


def with_paper(row):
    services.attach_paper(
        mandate=row,
        content=a_picture(),
        name="s.png",
        is_own_text=False,
        by=row.agent.memberships.first().person,
        at=row.created_at,
    )


def test_an_agent_registers_a_mandate_and_a_reviewer_puts_it_in_force(desk, ayo, problem):
    made = a_draft(ayo)
    assert made.status_code == 201 and [d["code"] for d in made.json()["missing"]] == ["mandate_paper_missing"]
    path = f"{PATH}/{made.json()['id']}"
    problem(ayo.post(f"{path}/submit"), 422, "mandate_defective")
    with_paper(Mandate.objects.get(pk=made.json()["id"]))
    assert ayo.post(f"{path}/submit").json()["state"] == "pending"
    problem(ayo.ask("put", path, {**OWNER, "powers": ["file"]}), 409, "mandate_moved")
    rana = desk.programs["reviewer"]
    assert made.json()["id"] in [row["id"] for row in rana.get(f"{PATH}?state=pending").json()["items"]]
    assert rana.post(f"{path}/approve").json()["state"] == "in_force"
    problem(rana.post(f"{path}/return", {"reasons": ["mandate_unsigned"]}), 409, "mandate_moved")
    assert ayo.post(f"{path}/revoke").json()["state"] == "revoked"


def test_the_days_of_a_mandate_are_said_as_dates(ayo, problem):
    made = ayo.post(PATH, {**OWNER, "starts_on": "2026-01-02", "ends_on": "2027-01-01"}).json()
    assert (made["starts_on"], made["ends_on"]) == ("2026-01-02", "2027-01-01")
    said = problem(ayo.ask("put", f"{PATH}/{made['id']}", {**OWNER, "ends_on": 17}), 422, "request_defective")
    assert [defect["field"] for defect in said["defects"]] == ["ends_on"]


def test_nobody_else_reads_or_ends_a_mandate(desk, ayo, problem):
    path = f"{PATH}/{a_draft(ayo).json()['id']}"
    problem(desk.programs["rights_holder"].get(path), 404, "not_found")
    problem(desk.programs["reviewer"].get(path), 404, "not_found")  # not sent yet
    problem(desk.programs["rights_holder"].post(f"{path}/revoke"), 404, "not_found")  # not one it gave
