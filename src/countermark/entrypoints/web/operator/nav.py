"""What stands in the bar for operators, and how much waits behind each entry?"""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.recount import provisional
from countermark.apps.enforcement.selectors import not_confirmed, shops_by_hand, shops_not_confirmed, to_do_by_hand
from countermark.apps.orders.letters import not_arrived as not_handed_over
from countermark.apps.work.counts import counted
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.operator.letters import Letter, not_arrived


def standing(request: HttpRequest, listed: QuerySet[Complaint] | None = None) -> list[int]:
    """How many measures are to be done by hand, and not confirmed, on listings and on shops; how many letters about orders did
    not arrive; how many cases are late; how long the list is that is shown. Asked in one statement, once a request."""
    if not hasattr(request, "standing"):
        late, at = Complaint.objects.filter(escalated=True), request.at
        listings, shops = (to_do_by_hand(), not_confirmed(at=at)), (shops_by_hand(), shops_not_confirmed(at=at))
        request.standing = counted(*listings, *shops, not_handed_over(), late, listed)
    return request.standing


def letters_of(request: HttpRequest, at: datetime) -> list[Letter]:
    """The letters that did not arrive, read once a request."""
    if not hasattr(request, "letters"):
        request.letters = not_arrived(at=at)
    return request.letters


def resting_of(request: HttpRequest) -> dict[str, list[str]]:
    """The cases whose due date a holiday notice may still move, by calendar; the bar counts the same calendars."""
    request.resting = provisional()
    return request.resting


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    resting = getattr(request, "resting", None)
    resting = provisional(limit=200) if resting is None else resting
    *measures, orders, late, _ = standing(request)
    return (
        Entry(pgettext("bar", "Home"), "operator:home"),
        Entry(gettext("Deliveries"), "operator:deliveries", len(letters_of(request, at)) or None),
        Entry(gettext("Measures"), "operator:measures", sum(measures) or None),
        Entry(gettext("Orders"), "operator:orders", orders or None),
        Entry(gettext("Screening"), "operator:screening"),
        Entry(gettext("Cases"), "operator:cases", late or None),
        Entry(gettext("Marketplaces"), "operator:marketplaces"),
        Entry(gettext("Calendars"), "operator:calendars", len(resting) or None),
        Entry(gettext("People"), "operator:people"),
        Entry(gettext("Log"), "operator:log"),
        Entry(gettext("Looks"), "operator:looks"),
    )
