"""What stands in the bar for sellers, and how much waits behind each entry?"""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from countermark.apps.complaints.selectors import waiting_on_sellers
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.seller.shops import listed_ids


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    counted = getattr(request, "stands", None)  # the list of cases has counted them already
    waiting = counted["yours"] if counted else waiting_on_sellers(listed_ids(request))
    return (
        Entry(gettext("My cases"), "seller:home", waiting or None),
        Entry(gettext("Measures"), "seller:measures"),
        Entry(gettext("Your shops"), "seller:shops"),
    )
