"""Which roles are there at the doors, who has which, and what stands in the bar of each?"""

from collections.abc import Callable, Container
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from countermark.apps.work import true_time
from countermark.entrypoints.web import acting
from countermark.entrypoints.web.entry import Entry
from countermark.entrypoints.web.guest import nav as guest
from countermark.entrypoints.web.guest.visitors import GUEST_KEY
from countermark.entrypoints.web.operator import nav as operator
from countermark.entrypoints.web.reviewer import nav as reviewer
from countermark.entrypoints.web.rights_holder import nav as rights_holder
from countermark.entrypoints.web.rights_holder.accounts import all_holders
from countermark.entrypoints.web.seller import nav as seller
from countermark.entrypoints.web.seller.shops import SELLER_KEY, seller_ids

RIGHTS_HOLDER, AGENT, SELLER, GUEST = "rights_holder", "agent", "seller", "guest"
REVIEWER, SENIOR, OPERATOR = "reviewer", "senior", "operator"
AUDITOR = "auditor"  # reads whatever operators read, for a time, and changes nothing
SIGNED_IN = "signed_in"  # a door for whoever has an account, whatever the role
ANYONE = "anyone"  # a door for whoever comes, signed in or not

# In the order in which the bar picks one when a page belongs to none of them.
NAMES = {
    OPERATOR: pgettext_lazy("role", "operator"),
    SENIOR: pgettext_lazy("role", "senior reviewer"),
    REVIEWER: pgettext_lazy("role", "reviewer"),
    AUDITOR: pgettext_lazy("role", "auditor"),
    AGENT: pgettext_lazy("role", "agent"),
    RIGHTS_HOLDER: pgettext_lazy("role", "rights holder"),
    SELLER: pgettext_lazy("role", "seller"),
    GUEST: pgettext_lazy("role", "guest"),
}
BARS: dict[str, Callable[[HttpRequest, datetime], tuple[Entry, ...]]] = {
    OPERATOR: operator.entries,
    SENIOR: reviewer.entries,
    REVIEWER: reviewer.entries,
    AUDITOR: operator.entries,
    AGENT: rights_holder.entries,
    RIGHTS_HOLDER: rights_holder.entries,
    SELLER: seller.entries,
    GUEST: guest.entries,
}


HAS: dict[str, Callable[[HttpRequest], bool]] = {
    **{
        role: lambda request, flag=f"is_{role}": getattr(request.user, flag, False)
        for role in (OPERATOR, SENIOR, REVIEWER)
    },
    AUDITOR: lambda request: request.user.is_authenticated and request.user.is_auditor(true_time.now()),
    AGENT: lambda request: any(holder.is_agent for holder in all_holders(request)),
    RIGHTS_HOLDER: lambda request: not all(holder.is_agent for holder in all_holders(request)),
    SELLER: lambda request: bool(request.session.get(SELLER_KEY) or seller_ids(request)),
    GUEST: lambda request: bool(request.session.get(GUEST_KEY)),
}


def roles_of(request: HttpRequest) -> frozenset[str]:
    """Return the roles of whoever asks, read once a request; somebody unknown has none.

    A seller who came by the signed link of a mail need not have signed up: the session names the shop. So it is with a guest
    and the reports a code has opened."""
    if not hasattr(request, "_roles"):
        request._roles = frozenset(role for role in NAMES if HAS[role](request))
    return request._roles


def main_role(request: HttpRequest, allowed: Container[str] = NAMES) -> str | None:
    """Return the role of the account chosen in the bar, else the first of whoever asks in the order of NAMES, of those allowed.

    None for nobody; reads no more than it takes."""
    if (role := _chosen_role(request)) in allowed:
        return role
    return next((role for role in NAMES if role in allowed and HAS[role](request)), None)


def _chosen_role(request: HttpRequest) -> str | None:
    """The role in which one acts for what was chosen; None while nothing is, or when it is one's own no longer."""
    kind, key = acting.chosen(request) or ("", 0)
    if kind == acting.SHOP:
        return SELLER if key in seller_ids(request) else None
    found = next((holder for holder in all_holders(request) if holder.pk == key), None) if kind else None
    return found and (AGENT if found.is_agent else RIGHTS_HOLDER)


def bar(role: str | None, request: HttpRequest) -> tuple[Entry, ...]:
    """Return the entries of the bar in a role."""
    return BARS[role](request, request.at) if role else ()
