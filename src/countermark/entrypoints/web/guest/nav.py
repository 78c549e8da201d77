"""What stands in the bar of a guest?"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from countermark.apps.complaints.selectors import visible
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.guest.visitors import notice_ids


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    waiting = visible("complainant", notice_ids=notice_ids(request)).filter(waits_on="complainant").count()
    return (
        Entry(gettext("My reports"), "guest:home", waiting or None),
        Entry(gettext("Report a listing"), "guest:begin"),
    )
