"""Which instant is it, on whatever machine this process runs?

A clock that is wrong on one machine must not make anybody late, take another worker's job or date a letter falsely. So
all processes of an installation go by one clock: the database server's. How far this machine's clock is off is measured
whenever a connection is opened, and by a worker every few seconds. SQLite lies on the machine itself: there is nothing to
measure. Who needs the instant asks `now()`; sessions and mailed codes stay with the machine's own clock. ADR 0014.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

log = logging.getLogger("countermark.clock")

WELL_ENOUGH = timedelta(
    seconds=1
)  # what a synchronised machine stays within; below it, its own clock is taken as it is

_measured = {"offset": timedelta()}


def now() -> datetime:
    """The instant by the clock of the installation."""
    return timezone.now() + _measured["offset"]


def offset() -> timedelta:
    """What has to be added to this machine's clock; zero when the clock is well."""
    return _measured["offset"]


def measure(with_connection: BaseDatabaseWrapper | None = None) -> None:
    """Ask the database's clock how far ours is off; the answer is as good as half the way there and back."""
    server = with_connection or connection
    if server.vendor != "postgresql":
        return
    with server.cursor() as cursor:
        asked = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
        answered = timezone.now()
    _keep(there - (asked + (answered - asked) / 2), answered - asked)


def _keep(found: timedelta, doubt: timedelta) -> None:
    before = _measured["offset"]
    _measured["offset"] = found if abs(found) > max(WELL_ENOUGH, doubt) else timedelta()
    if abs(_measured["offset"] - before) > WELL_ENOUGH:
        log.warning("clock.wrong seconds=%.1f corrected=yes", -_measured["offset"].total_seconds())


def on_connection(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A connection was opened: a good moment to compare clocks."""
    measure(connection)
