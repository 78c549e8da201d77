"""For which accounts does whoever asks act? Read once a request, for the doors, the bar and the pages."""

from django.http import HttpRequest

from countermark.apps.parties.models import Holder
from countermark.apps.parties.selectors import holders_of


def holders(request: HttpRequest) -> list[Holder]:
    """The accounts of rights holders and agents, the oldest first; none for somebody who is not signed in."""
    if not hasattr(request, "_holders"):
        request._holders = list(holders_of(request.user)) if request.user.is_authenticated else []  # type: ignore[attr-defined]
    return request._holders  # type: ignore[attr-defined, no-any-return]


def holder_ids(request: HttpRequest) -> list[int]:
    return [holder.pk for holder in holders(request)]
