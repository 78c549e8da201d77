"""Whose webhooks does whoever asks see? The platform's for operators, else those of their own accounts or shops, and no others.

Somebody who came by the signed link of a mail and has no account keeps no endpoint: it would outlive the link.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest

from countermark.apps.parties.holder_members import NotAccountAdmin
from countermark.apps.webhooks.models import Endpoint
from countermark.apps.webhooks.selectors import PLATFORM, Owner
from countermark.apps.webhooks.services import UnknownEndpoint, endpoint_of
from countermark.entrypoints.web.acting import SHOP, is_chosen
from countermark.entrypoints.web.rights_holder.accounts import all_holders, is_admin
from countermark.entrypoints.web.roles import AGENT, AUDITOR, OPERATOR, RIGHTS_HOLDER, SELLER

ROLES = (OPERATOR, AGENT, RIGHTS_HOLDER, SELLER)


def owners(request: HttpRequest) -> list[tuple[Owner, str]]:
    """The owners whoever asks acts for, each with its name: what is new is begun for the first, the chosen one."""
    if request.role in (OPERATOR, AUDITOR):
        return [(PLATFORM, "")]
    if not request.user.is_authenticated:
        raise Http404("webhooks belong to an account")
    if request.role == SELLER:
        shops = sorted(request.user.shops.order_by("pk"), key=lambda shop: not is_chosen(request, SHOP, shop.pk))
        return [(Owner(seller_id=shop.pk), shop.name) for shop in shops]
    mine = [holder for holder in all_holders(request) if is_admin(holder)]
    if not mine:
        raise NotAccountAdmin("webhooks of an account are its admins' business")
    return [(Owner(holder_id=holder.pk), holder.name) for holder in mine]


def owned(request: HttpRequest, pk: int) -> tuple[Endpoint, Owner]:
    """An endpoint of whoever asks. UnknownEndpoint, told as "not found", for any other."""
    for owner, _ in owners(request):
        try:
            return endpoint_of(pk, owner), owner
        except UnknownEndpoint:
            continue
    raise UnknownEndpoint("there is no such endpoint among yours")
