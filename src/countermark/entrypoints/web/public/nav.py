"""What stands at the foot of every page?"""

from django.http import HttpRequest
from django.utils.translation import gettext

from countermark.entrypoints.web.entry import Entry


def footer(request: HttpRequest) -> tuple[Entry, ...]:
    """Return the links at the foot: reporting without an account, how the procedures work, accessibility."""
    return (
        Entry(gettext("Report a listing"), "guest:begin"),
        Entry(gettext("How a procedure works"), "procedures"),
        Entry(gettext("Accessibility"), "accessibility"),
    )
