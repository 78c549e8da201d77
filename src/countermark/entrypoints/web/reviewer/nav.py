"""What stands in the bar for reviewers, and how much waits behind each entry?"""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from countermark.apps.decisions import selectors
from countermark.apps.screening import selectors as findings
from countermark.entrypoints.web.entry import Entry


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    desk = getattr(request, "desk", None)  # the queue has counted already
    total, mine, appeals, rights, accounts, found = (
        (desk.figures.total, desk.figures.mine, desk.appeals, desk.rights, desk.accounts, desk.beside)
        if desk
        else (selectors.in_the_bar(request.user, findings.waiting()))
    )
    return (
        Entry(gettext("Queue"), "reviewer:queue", total),
        Entry(gettext("My cases"), "reviewer:mine", mine),
        Entry(gettext("Findings"), "reviewer:findings", found),
        Entry(gettext("Appeals"), "reviewer:appeals", appeals),
        Entry(gettext("Rights to verify"), "reviewer:rights", rights),
        Entry(gettext("Accounts to verify"), "reviewer:accounts", accounts),
        Entry(gettext("Search"), "reviewer:search"),
    )
