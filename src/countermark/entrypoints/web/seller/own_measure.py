"""Is this measure the visitor's to read? What does not touch one of their shops is not there at all."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from countermark.apps.orders import appeals
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Seller
from countermark.entrypoints.web.seller.shops import seller_ids


def own_measure(request: HttpRequest, number: str) -> tuple[Order, Seller]:
    """The order, and the visitor's shop it touches; the one named in the address where there are several."""
    mine = seller_ids(request)
    order = appeals.orders_about(mine).filter(number=number).first()
    shops = appeals.shops_in(order, mine) if order else []
    if order is None or not shops:
        raise Http404("there is no such measure among yours")
    named = request.GET.get("shop", "")
    return order, next((shop for shop in shops if str(shop.pk) == named), shops[0])
