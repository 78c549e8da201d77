"""How does somebody claim a shop? The link says which one, signing in says who, and a button says yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from countermark.apps.parties import shop_claims
from countermark.apps.parties.shop_claims import ClaimGone, ClaimRefused, Offer
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE

ASK = gettext_lazy("Ask the marketplace, or whoever gave you the link, for a new one.")
GONE = {
    "unknown": (
        gettext_lazy("This link leads to no shop"),
        gettext_lazy("It is not complete, or it ended long ago: some mail programs break long links over two lines."),
        ASK,
    ),
    "expired": (
        gettext_lazy("This link is too old"),
        gettext_lazy("Its time is over. Nobody can use it any more."),
        ASK,
    ),
    "used": (
        gettext_lazy("This link was used already"),
        gettext_lazy("Each link works once, for one person."),
        gettext_lazy("Was it not you? Tell the marketplace at once: it sees who used it, and can undo it."),
    ),
    "revoked": (
        gettext_lazy("This link was taken back"),
        gettext_lazy("There is a newer one, or none is wanted."),
        ASK,
    ),
    "unreadable": (
        gettext_lazy("This link is not complete"),
        gettext_lazy("A part of it is missing, or is not written as it has to be. Nothing was changed."),
        gettext_lazy("Open it again from the page of your marketplace, whole."),
    ),
    "not_genuine": (
        gettext_lazy("The marketplace did not make this link"),
        gettext_lazy("It was changed on its way, or made for another marketplace. Nothing was changed."),
        gettext_lazy("Open it from the page of your marketplace, and from nowhere else."),
    ),
    "too_far": (
        gettext_lazy("This link is made to last too long"),
        gettext_lazy("A link that a marketplace signs itself may last a day. Nothing was changed."),
        gettext_lazy("Tell the marketplace; it can make a shorter one at once."),
    ),
    "closed": (
        gettext_lazy("This marketplace is closed here"),
        gettext_lazy("It takes no new complaints through this desk, and no new people."),
        gettext_lazy("Your cases go on; the links in our messages lead to them."),
    ),
}
REFUSED = {
    "openid": (
        gettext_lazy("Whoever works at the desk acts for no shop"),
        gettext_lazy("Nobody decides about their own cases."),
        gettext_lazy("Sign out, and begin again with another account."),
    ),
    "desk": (
        gettext_lazy("Whoever works at the desk acts for no shop"),
        gettext_lazy("Nobody decides about their own cases."),
        gettext_lazy("Sign out, and use the link with another account. It is still good."),
    ),
    "other_address": (
        gettext_lazy("This invitation is for another address"),
        gettext_lazy("It works only for the account of the address it was sent to. You are signed in as %(address)s."),
        gettext_lazy("Sign out, and sign in with that address. The link is still good."),
    ),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door([ANYONE])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """The link that the desk issued, or an admin of the shop mailed. Opening it changes nothing."""
    return claimed(request, lambda now: shop_claims.open_issued(token, now=now))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door([ANYONE])
def claim_signed(request: HttpRequest, slug: str) -> HttpResponse:
    """The link that the marketplace signed itself."""
    return claimed(request, lambda now: shop_claims.open_signed(slug, request.GET.dict(), now=now))


def claimed(request: HttpRequest, opened: Callable[[datetime], Offer]) -> HttpResponse:
    """From an offer that is opened anew for each request to somebody who acts for the shop, or to why nobody does."""
    now = timezone.now()
    try:
        offer = opened(now)
        if not request.user.is_authenticated:
            return render(request, "seller/shop_claim_sign_in.html", {"offer": offer, "here": request.get_full_path()})
        if refused := shop_claims.refusal(offer, request.user, now=now):
            return _refused(request, refused, offer)
        if request.method == "POST":
            return _taken(request, offer, now)
    except ClaimGone as gone:
        return _gone(request, gone)
    except ClaimRefused as refused:
        return _refused(request, refused, offer)
    return render(request, "seller/shop_claim.html", {"offer": offer})


def _taken(request: HttpRequest, offer: Offer, now: datetime) -> HttpResponse:
    member = shop_claims.take(offer, person=request.user, now=now)
    messages.success(request, gettext("You act for %(shop)s now.") % {"shop": offer.name})
    return redirect("seller:people", member.seller_id)


def _gone(request: HttpRequest, gone: ClaimGone) -> HttpResponse:
    if gone.used_by is not None and gone.used_by == request.user.pk:
        return redirect("seller:people", gone.shop)  # a second click, or the button Back
    what, why, way_out = GONE[gone.why]
    return render(request, "seller/shop_claim_gone.html", {"what": what, "why": why, "way_out": way_out}, status=404)


def _refused(request: HttpRequest, refused: ClaimRefused, offer: Offer) -> HttpResponse:
    if refused.why == "already" and offer.seller is not None:
        messages.info(request, gettext("You act for %(shop)s already; the link was not used.") % {"shop": offer.name})
        return redirect("seller:people", offer.seller.pk)
    what, why, way_out = REFUSED["openid" if offer.kind == "openid" else refused.why]
    said = {"what": what, "why": str(why) % {"address": request.user.email}, "way_out": way_out, "signed_in": True}
    return render(request, "seller/shop_claim_gone.html", {**said, "here": request.get_full_path()}, status=409)
