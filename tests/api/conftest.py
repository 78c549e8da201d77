"""The world the API's tests stand in."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction

import plugged
from countermark.connectors.office_fake import DEMO, FakeOffice
from programs import Desk, a_desk


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    """One notice with two cases, and a program for every role; all taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield a_desk()
        transaction.set_rollback(True)


@pytest.fixture
def desk(furnished, db, settings, monkeypatch) -> Desk:
    """The desk as it was furnished; the register of the demo can be asked."""
    settings.OFFICE_FACTORY = "plugged.office"
    monkeypatch.setitem(plugged.ports, "office", FakeOffice(DEMO))
    return deepcopy(furnished)


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
