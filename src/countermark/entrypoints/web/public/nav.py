"""What stands at the foot of every page?"""

from django.http import HttpRequest

from countermark.entrypoints.web.entry import Entry


def footer(request: HttpRequest) -> tuple[Entry, ...]:
    """Return the links at the foot: how the procedure works, accessibility, reporting without an account."""
    return ()
