"""What stands in the bar for rights holders and agents, and how much waits behind each entry?"""

from datetime import datetime

from django.http import HttpRequest

from countermark.entrypoints.web.entry import Entry


def entries(request: HttpRequest, at: datetime) -> tuple[Entry, ...]:
    """Return the entries of the bar, left to right, with what waits for whoever asks at `at`."""
    return ()
