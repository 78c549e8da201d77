"""How does somebody claim a shop by signing in at its marketplace? There and back, then as with a link.

What the sign-in said is kept in the browser's session until it is used or its minutes are over. The way there is a link, because
a form that leaves our pages is forbidden by our policy.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.parties import shop_sign_in
from countermark.apps.parties.models import ShopSignIn
from countermark.apps.parties.shop_claims import ClaimGone, Offer
from countermark.apps.parties.shop_sign_in import NoShopTold, Told
from countermark.connectors.oidc import Attempt, OidcFailed
from countermark.entrypoints.shop_sign_in import back_address
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import ANYONE
from countermark.entrypoints.web.seller.claiming import claimed

log = logging.getLogger("countermark.sign_in")
ATTEMPT, TOLD = "shop_attempt", "shop_told"
LINK = gettext_lazy("Ask it for a link instead; that works without its sign-in.")
WRONG = {
    "missing": (
        gettext_lazy("%(place)s did not name a shop of yours"),
        gettext_lazy("You are signed in there, and it did not say which shop you run."),
        gettext_lazy("Sign in there with the account of the shop, then try again."),
    ),
    "several": (
        gettext_lazy("%(place)s named several shops of yours"),
        gettext_lazy("This way one shop is claimed, and it did not say which."),
        gettext_lazy("Ask it for a link for each of them."),
    ),
    "unreadable": (
        gettext_lazy("%(place)s named your shop in a way we cannot read"),
        gettext_lazy("Nothing was changed."),
        LINK,
    ),
}
TROUBLE = (
    gettext_lazy("The sign-in of %(place)s did not work"),
    gettext_lazy("Nothing was changed."),
    gettext_lazy("Try again. If it happens twice, ask it for a link instead; that works without its sign-in."),
)


def _sign_in_of(slug: str) -> ShopSignIn:
    rows = ShopSignIn.objects.select_related("marketplace").filter(marketplace__slug=slug, marketplace__is_active=True)
    if (row := rows.first()) is None:
        raise Http404("nobody claims a shop by signing in there")
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door([ANYONE])
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """What the sign-in said, with the question; before that, the way there."""
    row = _sign_in_of(slug)
    told = _told(request, slug)
    if told is None:
        return render(request, "seller/shop_claim_there.html", {"place": row.marketplace})

    def opened(now: datetime) -> Offer:
        try:
            return shop_sign_in.offer(row.marketplace, told, now=now)
        except ClaimGone:
            request.session.pop(TOLD, None)
            raise

    return _again(request, row) if _is_over(told) else claimed(request, opened)


def _told(request: HttpRequest, slug: str) -> Told | None:
    kept: dict[str, Any] = request.session.get(TOLD) or {}
    return Told(**kept) if kept.get("slug") == slug else None


def _is_over(told: Told) -> bool:
    return told.ends <= timezone.now().timestamp()


def _again(request: HttpRequest, row: ShopSignIn) -> HttpResponse:
    request.session.pop(TOLD, None)
    said = gettext("Too much time went by. Sign in at %(place)s once more.") % {"place": row.marketplace.name}
    messages.info(request, said)
    return redirect("seller:claim-there", row.marketplace.slug)


@never_cache
@require_safe
@door([ANYONE])
def go(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the browser to the marketplace's sign-in."""
    row, attempt = _sign_in_of(slug), Attempt()
    try:
        address = shop_sign_in.provider_of(row).begin(attempt, back=back_address(slug))
    except OidcFailed as failed:
        raise _refused(row, failed.code, failed.detail) from failed
    request.session[ATTEMPT] = {**asdict(attempt), "slug": slug}
    return redirect(address)


@never_cache
@require_safe
@door([ANYONE])
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what the sign-in said, and ask. An attempt counts once, in the browser it was begun in."""
    row, kept = _sign_in_of(slug), request.session.pop(ATTEMPT, None)
    try:
        if kept is None or kept.pop("slug") != slug:
            raise OidcFailed("state")
        attempt = Attempt(**kept)
        claims = shop_sign_in.provider_of(row).finish(attempt, request.GET.dict(), back=back_address(slug))
        request.session[TOLD] = asdict(shop_sign_in.told_by(row, claims, attempt, now=timezone.now()))
    except OidcFailed as failed:
        raise _refused(row, failed.code, failed.detail) from failed
    except NoShopTold as nobody:
        raise _refused(row, nobody.why, row.ref_claim) from nobody
    return redirect("seller:claim-there", slug)


def _refused(row: ShopSignIn, code: str, detail: str) -> Refused:
    place = row.marketplace
    log.warning("sign_in.shop_refused marketplace=%s code=%s detail=%s", place.slug, code, detail)
    what, why, way_out = WRONG.get(code, TROUBLE)
    return Refused(
        str(what) % {"place": place.name},
        str(why),
        str(way_out),
        url=reverse("seller:claim-there", args=[place.slug]),
        link=gettext("Back"),
    )
