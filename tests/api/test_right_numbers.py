"""The number of a right by program: what is wrong is named with the way to mend it, and what is right is written properly."""

import pytest

from countermark.apps.rights.models import Right
from countermark.entrypoints.api.v1.rights import MARK


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


def number_faults(answer) -> dict[str, str]:
    return {d["code"]: d["how_to_mend"] for d in answer.json()["missing"] if d["field"] == "number"}


def test_what_excel_made_of_a_number_is_named_and_the_number_meant_is_taken(ines):
    begun = ines.post("/rights", {"kind": "trademark", "answers": {**MARK, "office": "EM", "number": "18123456"}})
    assert number_faults(begun) == {"number_zeros_lost": "Write 018123456 if that is what the certificate says."}
    path = begun["Location"].removeprefix("/api/v1")
    mended = ines.ask("patch", path, {"answers": {"number": "EUTM 018 123 456"}})
    assert number_faults(mended) == {}
    assert Right.objects.get(pk=mended.json()["id"]).number == "018123456"


def test_a_right_with_a_mistyped_check_digit_is_not_sent(ines, problem):
    answers = {"office": "CN", "name": "FJELL", "number": "ZL200310102344.6"}
    begun = ines.post("/rights", {"kind": "patent", "answers": answers})
    path = begun["Location"].removeprefix("/api/v1")
    said = problem(ines.post(f"{path}/submit"), 422, "right_defective")
    assert "number_check_digit" in {d["code"] for d in said["defects"]}
