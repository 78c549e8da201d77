"""What stands in the bar for reviewers, and how much waits behind each entry?"""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from countermark.apps.decisions import appeal_selectors, selectors
from countermark.apps.rights.selectors import to_verify
from countermark.entrypoints.web.entry import Entry


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    waiting = selectors.waiting()
    return (
        Entry(gettext("Queue"), "reviewer:queue", waiting.count()),
        Entry(gettext("My cases"), "reviewer:mine", waiting.filter(claimed_by=request.user).count()),
        Entry(gettext("Appeals"), "reviewer:appeals", appeal_selectors.waiting().count()),
        Entry(gettext("Rights to verify"), "reviewer:rights", to_verify().count()),
        Entry(gettext("Search"), "reviewer:search"),
    )
