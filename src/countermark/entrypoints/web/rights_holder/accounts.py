"""For which accounts does whoever asks act, and as what? Read once a request, for the doors, the bar and the pages.

Rule: a viewer of an account reads. What changes something (any method but GET and HEAD) is for admins and filers: for it an
account in which one is a viewer is not there.
"""

from django.http import HttpRequest

from countermark.apps.parties.holder_members import ACTS
from countermark.apps.parties.models import Holder
from countermark.apps.parties.selectors import holders_of

READS = ("GET", "HEAD")


def all_holders(request: HttpRequest) -> list[Holder]:
    """The accounts of rights holders and agents, the oldest first, each with `member_role`."""
    if not hasattr(request, "_holders"):
        request._holders = list(holders_of(request.user)) if request.user.is_authenticated else []  # type: ignore[attr-defined]
    return request._holders  # type: ignore[attr-defined, no-any-return]


def holders(request: HttpRequest) -> list[Holder]:
    """Those of them in which whoever asks may do what is asked; none for somebody who is not signed in."""
    mine = all_holders(request)
    return mine if request.method in READS else [holder for holder in mine if acts(holder)]


def acts(holder: Holder) -> bool:
    """Whether whoever asks may do more in it than read."""
    return getattr(holder, "member_role", "admin") in ACTS


def is_admin(holder: Holder) -> bool:
    """Whether whoever asks says who acts for it."""
    return getattr(holder, "member_role", "admin") == "admin"


def holder_ids(request: HttpRequest) -> list[int]:
    return [holder.pk for holder in holders(request)]
