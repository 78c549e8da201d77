"""For which of one's accounts and shops does one act? A list to choose from, on a page and in the bar.

Only for somebody who belongs to several. The choice lasts as long as the sign-in; a key of a program is bound to one account and
chooses nothing."""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.apps.parties.selectors import belongings
from countermark.entrypoints.web import acting
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.accounts import all_holders
from countermark.entrypoints.web.roles import AGENT, NAMES, RIGHTS_HOLDER, SELLER, SIGNED_IN
from countermark.entrypoints.web.seller.shops import own_shops

log = logging.getLogger("countermark.accounts")


class Choice(NamedTuple):
    """One account or shop to act for."""

    value: str
    name: str
    role: str
    is_chosen: bool


def choices(request: HttpRequest) -> list[Choice]:
    """What there is to choose from; empty for whoever belongs to one account or none. Asks nothing for those."""
    return _choices(request) if _several(request) else []


def _several(request: HttpRequest) -> bool:
    """Whether there is a choice, from what the doors have read already."""
    if not request.user.is_authenticated or not (hasattr(request, "_holders") or hasattr(request, "_own_shops")):
        return False
    first = all_holders(request) if hasattr(request, "_holders") else own_shops(request)
    return len(first) + (first[0].also if first else len(own_shops(request))) > 1


def _choices(request: HttpRequest) -> list[Choice]:
    now = acting.chosen(request)
    return [
        Choice(f"{each.kind}-{each.pk}", each.name, _role(each.kind, each.is_agent), now == (each.kind, each.pk))
        for each in belongings(request.user)
    ]


def _role(kind: str, is_agent: bool) -> str:
    return str(NAMES[SELLER if kind == acting.SHOP else AGENT if is_agent else RIGHTS_HOLDER])


@require_http_methods(["GET", "HEAD", "POST"])
@door([SIGNED_IN])
def acting_for(request: HttpRequest) -> HttpResponse:
    """Choose one of them, or all together."""
    mine = _choices(request)
    if request.method != "POST":
        return render(request, "account/acting.html", {"choices": mine})
    asked = request.POST.get("for", "")
    found = next((each for each in mine if each.value == asked), None)
    if asked and found is None:
        raise Http404("you do not act for it")
    request.session[acting.KEY] = asked
    log.info("account.chosen person=%s for=%s", request.user.pk, asked or "all")
    said = (
        gettext("You act for %(account)s now.") % {"account": found.name}
        if found
        else gettext("You see all of them now.")
    )
    messages.success(request, said)
    return redirect("front")
