"""What stands in the bar for rights holders and agents, and how much waits behind each entry?"""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import pgettext

from countermark.apps.complaints.of_holder import your_turn
from countermark.apps.rights.models import Right
from countermark.apps.work.counts import counted
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.rights_holder.accounts import all_holders, listed_ids


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    mine = listed_ids(request)
    turns, returned = getattr(request, "turns", None), getattr(request, "returned", None)  # a list may have counted
    if turns is None or returned is None:
        waiting, returned = counted(your_turn(mine), Right.objects.filter(holder_id__in=mine, state="returned"))
    else:
        waiting = turns["yours"]
    return (
        Entry(pgettext("bar", "Home"), "holder:home"),
        Entry(pgettext("bar", "Complaints"), "holder:cases", waiting or None),
        Entry(pgettext("bar", "My rights"), "holder:rights", returned or None),
        Entry(pgettext("bar", "Screening"), "holder:screening"),
        *([Entry(pgettext("bar", "Mandates"), "holder:mandates")] if is_agent(request) else []),
        Entry(pgettext("bar", "Submit a complaint"), "holder:submit"),
    )


def is_agent(request: HttpRequest) -> bool:
    """Whether whoever asks acts for owners: then mandates stand in the bar."""
    return any(holder.is_agent for holder in all_holders(request))
