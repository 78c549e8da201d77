"""How is a request of the desk answered in Django, and one partner's offer shown?"""

import time

from countermark_shop import Answer, Request, answer, raw_path
from countermark_shop.door import MAX_BODY, TOO_LARGE
from django.conf import settings
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from countermark_oscar import checks, offers
from countermark_oscar.shop import OscarShop
from countermark_oscar.shown import Laid, is_shown


@csrf_exempt
@non_atomic_requests
def desk(request: HttpRequest) -> HttpResponse:
    """Signed requests only: there is no session, no cookie and no user here."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BODY:
        return _respond(TOO_LARGE)
    asked = Request(
        request.method or "",
        _path(request),
        request.headers.get("Shop-Timestamp", ""),
        request.headers.get("Shop-Signature", ""),
        request.body,
    )
    prefix = reverse("countermark-desk").removesuffix("/offers")
    return _respond(answer(OscarShop(_base(request)), checks.secrets(), asked, now=time.time(), prefix=prefix))


@require_safe
def offer(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """The address of one partner's offer: leads to the product page while it can be bought there."""
    found = offers.find(item_id)
    laid = Laid()
    if found is None or not offers.is_published(found.product) or not is_shown(found.product):
        raise Http404
    if all(laid.hides(record) for record in found.records):
        raise Http404
    return redirect(found.product.get_absolute_url())


def _path(request: HttpRequest) -> str:
    """The path as it was sent and signed, whatever server stands before us."""
    scope = getattr(request, "scope", None)
    if scope is None:
        return raw_path(request.META)
    sent, query = scope.get("raw_path") or scope["path"].encode(), scope.get("query_string", b"")
    return (sent + (b"?" + query if query else b"")).decode("latin-1")


def _base(request: HttpRequest) -> str:
    return str(getattr(settings, "COUNTERMARK_SHOP_URL", "")) or request.build_absolute_uri("/")


def _respond(told: Answer) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **dict(told.headers)}
    return HttpResponse(told.body, status=told.status, content_type="application/json", headers=headers)
