"""For which accounts does whoever asks act, and as what? Read once a request, for the doors, the bar and the pages.

Rule: a viewer of an account reads. What changes something (any method but GET and HEAD) is for admins and filers: for it an
account in which one is a viewer is not there. The account chosen in the bar comes first: lists show it alone, and what is new is
begun in its name; what a link leads to opens whatever is chosen.
"""

from django.http import HttpRequest

from countermark.apps.parties.holder_members import ACTS
from countermark.apps.parties.models import Holder, Person
from countermark.apps.parties.selectors import count_of, holders_of
from countermark.entrypoints.web import acting

READS = ("GET", "HEAD")


def all_holders(request: HttpRequest) -> list[Holder]:
    """The accounts of rights holders and agents, each with `member_role`: the chosen one first, then the oldest."""
    if not hasattr(request, "_holders"):
        mine = _of(request.user) if request.user.is_authenticated else []
        request._holders = sorted(mine, key=lambda holder: not acting.is_chosen(request, acting.HOLDER, holder.pk))
    return request._holders


def _of(person: Person) -> list[Holder]:
    return list(holders_of(person).annotate(also=count_of("shop_memberships", person)))


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


def listed_ids(request: HttpRequest) -> list[int]:
    """The accounts a list shows: the chosen one, else all."""
    mine = holder_ids(request)
    return [pk for pk in mine if acting.is_chosen(request, acting.HOLDER, pk)] or mine
