"""Is it not the request, and not a mistake of ours, but something that has gone away for a while?

A database that restarts and a disk that is full are answered with 503 and a word when to come back: programs try again by
themselves, people read that nothing was saved. Everything else that breaks stays a 500.
"""

import errno
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

COME_BACK = 20  # seconds: a database that restarts is back by then; said as Retry-After
NO_ROOM = frozenset([errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
DISK_FULL = "53100"  # SQLSTATE disk_full (PostgreSQL, appendix A)
NO_ROOM_IN_SQLITE = frozenset(["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"])  # sqlite.org/rescode.html


def outage_of(fault: BaseException | None) -> str:
    """Return `disk_full`, `database_away` (codes of `refusal_words`), or nothing where `fault` is neither."""
    if any(_is_full(each) for each in _causes(fault)):
        return "disk_full"
    return "database_away" if isinstance(fault, (OperationalError, InterfaceError)) else ""


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """The fault and what it was raised from."""
    while fault is not None:
        yield fault
        fault = fault.__cause__


def _is_full(fault: BaseException) -> bool:
    if isinstance(fault, OSError):
        return fault.errno in NO_ROOM
    return getattr(fault, "sqlstate", "") == DISK_FULL or getattr(fault, "sqlite_errorname", "") in NO_ROOM_IN_SQLITE
