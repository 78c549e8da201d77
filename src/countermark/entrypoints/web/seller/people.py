"""Who acts for a shop? Its people and what was changed about them; admins invite, make admins, and let go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.parties import shop_claims, shop_invitations, shop_people
from countermark.apps.parties.models import Seller, ShopMember
from countermark.apps.parties.selectors import members_of
from countermark.entrypoints.shop_left import close_what_nobody_reads
from countermark.entrypoints.shop_words import ROLES, history
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller.faults import Fault

WRONG = {
    "email": (
        gettext_lazy("This is no e-mail address."),
        gettext_lazy("Type the one your colleague signs in with, such as name@shop.example."),
    ),
    "role": (gettext_lazy("Nothing says what your colleague may do."), gettext_lazy("Choose one.")),
    "there": (gettext_lazy("Somebody with this address acts for the shop already."), gettext_lazy("See the list.")),
    "too_many": (
        gettext_lazy("As many invitations were sent as an hour allows."),
        gettext_lazy("Try again in an hour."),
    ),
    "not_sent": (
        gettext_lazy("The mail could not be sent."),
        gettext_lazy("Nobody was invited. Try again in a minute."),
    ),
}


@require_safe
@door([SELLER])
def shops(request: HttpRequest) -> HttpResponse:
    """The shops of whoever is signed in; straight on where there is one."""
    rows: list[ShopMember] = []
    if request.user.is_authenticated:
        mine = request.user.shop_memberships.select_related("seller__marketplace")
        rows = list(mine.annotate(people=Count("seller__members")).order_by("seller__name", "pk"))
    if len(rows) == 1:
        return redirect("seller:people", rows[0].seller_id)
    return render(request, "seller/shops.html", {"rows": [(row, ROLES[row.role]) for row in rows]})


@require_http_methods(["GET", "HEAD", "POST"])
@door([SELLER])
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """One shop: who acts for it, who was invited, what was changed."""
    own = _own(request, pk)
    if request.method != "POST":
        return _page(request, own)
    do, _, key = request.POST.get("do", "").partition(":")
    if do == "invite":
        return _invite(request, own)
    if do in ("admin", "member"):
        _set_role(request, own, _number(key), do)
    elif do == "revoke":
        _revoke(request, own, _number(key))
    return redirect("seller:people", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@door([SELLER])
def remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Ask once more, then let somebody go; oneself, too."""
    own, now = _own(request, pk), timezone.now()
    whom = get_object_or_404(ShopMember.objects.select_related("seller__marketplace", "person"), seller=pk, pk=member)
    is_self = whom.pk == own.pk
    if not is_self and own.role != "admin":
        raise Http404("only an admin lets others go")
    if request.method != "POST":
        return render(request, "seller/shop_remove.html", {"seller": own.seller, "whom": whom, "is_self": is_self})
    shop_people.remove(whom, by=request.user, now=now)
    close_what_nobody_reads(own.seller, now=now)
    said = gettext("You no longer act for %(shop)s.") if is_self else gettext("%(name)s no longer acts for %(shop)s.")
    messages.success(request, said % {"shop": own.seller.name, "name": whom.person})
    return redirect("front") if is_self else redirect("seller:people", pk)


def _own(request: HttpRequest, pk: int) -> ShopMember:
    """The membership of whoever asks. Http404 for a shop of others, and for whoever came by a link without an account."""
    mine = ShopMember.objects.select_related("seller__marketplace").filter(seller=pk, person=request.user.pk or 0)
    return get_object_or_404(mine)


def _page(request: HttpRequest, own: ShopMember, faults: list[Fault] | None = None) -> HttpResponse:
    seller, now = own.seller, timezone.now()
    typed = {name: request.POST.get(name, "") for name in ("address", "role")}
    page: dict[str, Any] = {
        "seller": seller,
        "is_admin": own.role == "admin",
        "people": [(row, ROLES[row.role], row.pk == own.pk) for row in members_of(seller)],
        "invited": [(row, ROLES[row.role]) for row in _invited(seller, now)] if own.role == "admin" else [],
        "history": history(seller),
        "roles": ROLES.items(),
        "typed": typed,
        "faults": faults or [],
    }
    return render(request, "seller/shop_people.html", page, status=422 if faults else 200)


def _invited(seller: Seller, now: datetime) -> Any:
    return shop_claims.open_claims(seller, now=now).filter(kind="invited")


def _invite(request: HttpRequest, own: ShopMember) -> HttpResponse:
    said = {name: request.POST.get(name, "").replace("\0", "") for name in ("address", "role")}
    try:
        claim = shop_invitations.invite(seller=own.seller, by=request.user, now=timezone.now(), **said)
    except shop_invitations.InvitationRefused as refused:
        return _page(request, own, [_fault(why) for why in refused.whys])
    messages.success(request, gettext("An invitation is on its way to %(address)s.") % {"address": claim.address})
    return redirect("seller:people", own.seller_id)


def _fault(why: str) -> Fault:
    what, way_out = WRONG[why]
    return Fault(str(what), str(way_out), "role-admin" if why == "role" else "address")


def _set_role(request: HttpRequest, own: ShopMember, key: int, role: str) -> None:
    whom = get_object_or_404(ShopMember.objects.select_related("seller", "person"), seller=own.seller_id, pk=key)
    shop_people.set_role(whom, role, by=request.user, now=timezone.now())
    messages.success(request, gettext("Changed. It holds from their next click."))


def _revoke(request: HttpRequest, own: ShopMember, key: int) -> None:
    if own.role != "admin":
        raise shop_people.NotShopAdmin("only an admin of the shop takes an invitation back")
    now = timezone.now()
    claim = get_object_or_404(_invited(own.seller, now), pk=key)
    shop_claims.revoke(claim, by=request.user, now=now)
    messages.success(request, gettext("Taken back. The link in the mail opens nothing now."))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
