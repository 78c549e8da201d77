"""Something has gone away for a while: pages and programs hear that nothing was saved, and when to come back."""

import errno

import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client

from countermark.apps.work import services
from countermark.entrypoints.outages import outage_of

pytestmark = pytest.mark.django_db
NO_ROOM = OSError(errno.ENOSPC, "No space left on device", "/srv/countermark/files/ab")
GONE = OperationalError("connection to server at db.internal (10.0.0.7), user countermark, failed")


class DiskFull(Exception):
    sqlstate = "53100"


class NoRoom(Exception):
    def __init__(self, name):
        self.sqlite_errorname = name


def raised_from(fault, cause):
    fault.__cause__ = cause
    return fault


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (NO_ROOM, "disk_full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk_full"),
        (raised_from(OperationalError("database or disk is full"), NoRoom("SQLITE_FULL")), "disk_full"),
        (raised_from(OperationalError("disk I/O error"), NoRoom("SQLITE_IOERR_SHMSIZE")), "disk_full"),
        (raised_from(OperationalError("disk I/O error"), NoRoom("SQLITE_IOERR_READ")), "database_away"),
        (raised_from(OperationalError("could not extend file"), DiskFull()), "disk_full"),
        (GONE, "database_away"),
        (InterfaceError("connection already closed"), "database_away"),
        (DataError("a mistake of ours"), ""),
        (OSError(errno.EACCES, "Permission denied"), ""),
        (ValueError("a mistake of ours"), ""),
        (None, ""),
    ],
)
def test_what_passes_by_itself_is_told_from_what_is_broken(fault, what):
    assert outage_of(fault) == what


def every_request_meets(monkeypatch, fault):
    def refuse(*_):
        raise fault

    for place in ("countermark.entrypoints.web.middleware", "countermark.entrypoints.api.middleware"):
        monkeypatch.setattr(f"{place}.case_now", refuse)


@pytest.mark.parametrize(("fault", "code"), [(GONE, "database_away"), (NO_ROOM, "disk_full")])
def test_a_program_hears_when_to_come_back_and_nothing_of_the_machine(monkeypatch, fault, code):
    every_request_meets(monkeypatch, fault)
    answer = Client(raise_request_exception=False).get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, code, "20")
    assert "10.0.0.7" not in answer.content.decode() and "/srv" not in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "language", "words"),
    [
        (GONE, "en", "The database does not answer at the moment"),
        (NO_ROOM, "en", "There is no room left to save this"),
        (NO_ROOM, "zh-hans", "没有剩余空间保存此内容"),
    ],
)
def test_a_person_reads_that_nothing_was_saved_and_what_to_do(monkeypatch, fault, language, words):
    every_request_meets(monkeypatch, fault)
    page = Client(raise_request_exception=False).get("/", headers={"Accept-Language": language})
    assert (page.status_code, page["Retry-After"]) == (503, "20")
    assert words in page.content.decode() and "10.0.0.7" not in page.content.decode()


def test_a_mistake_of_ours_stays_one(monkeypatch):
    every_request_meets(monkeypatch, ValueError("ours"))
    assert Client(raise_request_exception=False).get("/").status_code == 500
    assert services.case_now().tzinfo is not None
