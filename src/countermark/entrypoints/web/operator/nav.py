"""What stands in the bar for operators, and how much waits behind each entry?"""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.recount import provisional
from countermark.apps.enforcement.selectors import not_confirmed, to_do_by_hand
from countermark.apps.orders.letters import not_arrived as not_handed_over
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.operator.letters import not_arrived


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    measures = to_do_by_hand().count() + not_confirmed(at=at).count()
    late = Complaint.objects.filter(escalated=True).count()
    return (
        Entry(pgettext("bar", "Home"), "operator:home"),
        Entry(gettext("Deliveries"), "operator:deliveries", len(not_arrived(at=at)) or None),
        Entry(gettext("Measures"), "operator:measures", measures or None),
        Entry(gettext("Orders"), "operator:orders", not_handed_over().count() or None),
        Entry(gettext("Cases"), "operator:cases", late or None),
        Entry(gettext("Marketplaces"), "operator:marketplaces"),
        Entry(gettext("Calendars"), "operator:calendars", len(provisional(limit=200)) or None),
        Entry(gettext("People"), "operator:people"),
        Entry(gettext("Log"), "operator:log"),
        Entry(gettext("Looks"), "operator:looks"),
    )
