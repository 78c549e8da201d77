"""Has this guest reported this listing before? Then nothing is opened a second time, and the guest is told which case it is.

Rule 1: it is asked once the code came back and not before: whoever merely types an address learns nothing about it. Rule 2: the
same listing about the same kind of right, in a case that is open or still keeps the listing down, is the same report. Rule 3:
two reports of one address go one after the other, so that two at once do not open two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from countermark.apps.complaints.models import Notice
from countermark.apps.complaints.pasted import ReadLine, against_the_log
from countermark.apps.parties.models import Marketplace
from countermark.core import catalogue

KNOWN = ("already_open", "already_down")


class AlreadyReported(Exception):
    """This guest has every listing under complaint already, in `cases`; `notice` is the newest of those reports."""

    code = "already_reported"
    http_status_hint = 409

    def __init__(self, notice: Notice, cases: Iterable[str]) -> None:
        self.notice, self.cases = notice, tuple(cases)
        super().__init__(f"reported already: {', '.join(self.cases)}")


def one_at_a_time(address: str) -> None:
    """Wait, inside a transaction, for another report of this address. SQLite's writers go one after the other by themselves."""
    if connection.vendor == "postgresql":
        digest = hashlib.sha256(f"guest:{address.lower()}".encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])


def marked(lines: Sequence[ReadLine], place: Marketplace, *, address: str, reason: str) -> list[ReadLine]:
    """The lines; one this guest has reported before says in which case."""
    whose: dict[str, Any] = {
        "notice__filer_role": "guest",
        "notice__filer_email__iexact": address,
        "notice__reason__in": _about_the_same(reason),
    }
    return against_the_log(lines, place, "listing", whose)


def _about_the_same(reason: str) -> list[str]:
    """The reasons that speak of the same kind of right."""
    known = catalogue.load().reasons
    rights = set(known[reason].rights) if reason in known else set()
    return [each.code for each in known.values() if rights & set(each.rights)]


def refuse_if_all_known(lines: Sequence[ReadLine]) -> None:
    """Raise AlreadyReported when nothing is left to report because all of it was reported before."""
    cases = [str(line.data["case"]) for line in lines if line.code in KNOWN and "case" in line.data]
    if cases and not any(line.is_ready for line in lines):
        newest = Notice.objects.filter(complaints__number__in=cases).order_by("-pk").first()
        assert newest is not None
        raise AlreadyReported(newest, cases)
