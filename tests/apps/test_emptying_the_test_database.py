"""May a test empty the tables of the log, and does the log refuse everybody else before and after?"""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import Error, transaction

from countermark.apps.complaints.models import LogCheckpoint


def add_a_checkpoint() -> None:
    at = datetime(2026, 2, 13, 2, tzinfo=UTC)
    LogCheckpoint.objects.create(size=1, root=b"root", at=at, signature=b"signed", public_key=b"key")


def assert_nobody_changes_the_log() -> None:
    for change in (lambda: LogCheckpoint.objects.update(size=2), lambda: LogCheckpoint.objects.all().delete()):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_the_log_is_emptied_between_tests_and_stays_append_only():
    for _ in range(2):
        add_a_checkpoint()
        assert_nobody_changes_the_log()
        call_command("flush", interactive=False, verbosity=0)
        assert not LogCheckpoint.objects.exists()
