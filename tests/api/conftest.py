"""The world the API's tests stand in."""

import pytest

import plugged
from countermark.connectors.office_fake import DEMO, FakeOffice
from programs import Desk, a_desk


@pytest.fixture
def desk(db, settings, monkeypatch) -> Desk:
    """One notice with two cases, and a program for every role; the register of the demo can be asked."""
    settings.OFFICE_FACTORY = "plugged.office"
    monkeypatch.setitem(plugged.ports, "office", FakeOffice(DEMO))
    return a_desk()


@pytest.fixture
def problem():
    """A check that an answer is a problem, whole, of this status and code; returns it."""

    def checked(answer, status, code):
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
        said = answer.json()
        assert (said["status"], said["code"]) == (status, code)
        assert said["type"] == f"http://localhost:8000/problems/{code}"
        assert said["title"] and said["detail"] and said["request_id"] == answer["X-Request-Id"]
        return said

    return checked
