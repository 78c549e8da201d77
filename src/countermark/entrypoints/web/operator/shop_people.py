"""Who acts for a shop, seen from the desk: give out the link that lets somebody, take it back, let somebody go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from countermark.apps.parties import shop_claims, shop_invitations, shop_people
from countermark.apps.parties.models import Seller, ShopMember
from countermark.apps.parties.selectors import members_of
from countermark.entrypoints.shop_left import close_what_nobody_reads
from countermark.entrypoints.shop_words import ROLES, history
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import OPERATOR

WRONG = {
    "email": (
        gettext_lazy("No address of this shop is known"),
        gettext_lazy("Make the link and hand it over another way."),
    ),
    "not_sent": (
        gettext_lazy("The mail could not be sent"),
        gettext_lazy("Try again in a minute, or make the link here."),
    ),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The people, the links nobody has used, what was changed."""
    seller = get_object_or_404(Seller.objects.select_related("marketplace"), pk=pk)
    if request.method != "POST":
        return _page(request, seller)
    do, _, key = request.POST.get("do", "").partition(":")
    if do == "make":
        _, link = shop_claims.issue(seller=seller, by=request.user, now=timezone.now())
        return _page(request, seller, link=link)
    if do in DEEDS:
        DEEDS[do](request, seller, int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)
    return redirect("operator:shop-people", pk)


def _page(request: HttpRequest, seller: Seller, link: str = "") -> HttpResponse:
    page: dict[str, Any] = {
        "seller": seller,
        "link": link,
        "people": [(row, ROLES[row.role]) for row in members_of(seller)],
        "links": [(row, ROLES[row.role]) for row in shop_claims.open_claims(seller, now=timezone.now())],
        "history": history(seller, for_the_desk=True),
    }
    return render(request, "operator/shop_people.html", page)


def _mail(request: HttpRequest, seller: Seller, key: int) -> None:
    try:
        shop_invitations.issue_by_mail(seller=seller, by=request.user, now=timezone.now())
    except shop_invitations.InvitationRefused as refused:
        what, way_out = WRONG[refused.why]
        raise Refused(
            what, gettext("Nobody was invited."), way_out, url=request.path, link=gettext("Back")
        ) from refused
    messages.success(request, gettext("A link is on its way to %(address)s.") % {"address": seller.email})


def _revoke(request: HttpRequest, seller: Seller, key: int) -> None:
    now = timezone.now()
    claim = get_object_or_404(shop_claims.open_claims(seller, now=now), pk=key)
    shop_claims.revoke(claim, by=request.user, now=now, for_the_desk=True)
    messages.success(request, gettext("Taken back. The link opens nothing now."))


def _remove(request: HttpRequest, seller: Seller, key: int) -> None:
    now = timezone.now()
    whom = get_object_or_404(ShopMember.objects.select_related("seller", "person"), seller=seller, pk=key)
    shop_people.remove(whom, by=request.user, now=now, for_the_desk=True)
    closed = close_what_nobody_reads(seller, now=now)
    said = gettext("%(name)s no longer acts for %(shop)s.") % {"name": whom.person, "shop": seller.name}
    messages.success(request, said)
    if closed:
        messages.info(request, gettext("Its webhooks are closed: nobody is left to read them."))


DEEDS = {"mail": _mail, "revoke": _revoke, "remove": _remove}
