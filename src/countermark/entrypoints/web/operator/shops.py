"""The sellers' shops: what lies on each, by whose decision, what their marketplace has confirmed; laid and lifted from here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.enforcement import selectors, shops
from countermark.apps.enforcement.models import ShopMeasure
from countermark.apps.orders import words
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Seller
from countermark.apps.work import true_time
from countermark.apps.work.counts import counted
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import OPERATOR

WHAT = {
    "restricted": gettext_lazy("Something lies on them"),
    "open": gettext_lazy("Not confirmed yet"),
}


@require_safe
@door(roles=[OPERATOR])
def sellers(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    rows = _filtered(request)
    if lists.wants_csv(request):
        head = ("marketplace", "seller", "name", "measures")
        return lists.csv_answer(
            "shops.csv", head, ((s.marketplace.name, s.ref, s.name, " ".join(_laid(s))) for s in rows)
        )
    listed, restricted, some = counted(rows, _with_measures(Seller.objects.all()), Seller.objects.all()[:1])
    shown = lists.page_of(request, rows, count=listed)
    page = {
        "page": shown,
        "shops": [(seller, [words.MEASURES[m] for m in _laid(seller)], _waits(seller)) for seller in shown],
        "restricted": restricted,
        "any": bool(some),
        "what": lists.chosen(request, "what", WHAT),
        "whats": WHAT.items(),
        "q": lists.typed(request),
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/shops.html", page)


def _filtered(request: HttpRequest) -> QuerySet[Seller]:
    rows, q, what = Seller.objects.all(), lists.typed(request), lists.chosen(request, "what", WHAT)
    if what == "restricted":
        rows = _with_measures(rows)
    if what == "open":
        rows = rows.filter(pk__in=selectors.open_shop_measures().values("seller"))
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(ref__icontains=q))
    return rows.select_related("marketplace").prefetch_related("order_lines", "measures").order_by("name", "pk")


def _with_measures(rows: QuerySet[Seller]) -> QuerySet[Seller]:
    return rows.filter(order_lines__released_at=None, order_lines__isnull=False).distinct()


def _laid(seller: Seller) -> list[str]:
    """What is asked of the shop now; the lines were read with it."""
    lines = seller.order_lines.all()
    return sorted({line.measure for line in lines if line.released_at is None and line.measure})


def _waits(seller: Seller) -> bool:
    return any(m.confirmed_at is None and not m.superseded for m in seller.measures.all())


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def shop(request: HttpRequest, pk: int) -> HttpResponse:
    """One shop: what lies on it and why, what is asked of its marketplace; confirm by hand, or ask again."""
    seller = get_object_or_404(Seller.objects.select_related("marketplace"), pk=pk)
    if request.method == "POST":
        return _done(request, seller)
    rows = selectors.measures_of_shop(seller)
    about = Order.objects.filter(Q(lines__seller=seller) | Q(lines__listing__seller=seller)).distinct().order_by("-pk")
    page = {
        "seller": seller,
        "open": [(row, words.MEASURES[row.measure]) for row in rows.filter(confirmed_at=None, superseded=False)],
        "history": [(row, words.MEASURES[row.measure]) for row in rows[:20]],
        "drifted": rows.filter(drifted=True).count(),
        "orders": [(row, words.KINDS[row.kind], words.MEASURES.get(row.measure), words.who(row)) for row in about[:50]],
        "laid": [words.MEASURES[m] for m in _laid(seller)],
        "zone": seller.marketplace.zone,
        "listings": seller.listings.count(),
        "cases": seller.complaints.count(),
        "people": seller.members.count(),
    }
    return render(request, "operator/shop.html", page)


def _done(request: HttpRequest, seller: Seller) -> HttpResponse:
    told: dict[str, Any] = {"now": true_time.now()}
    measure = get_object_or_404(ShopMeasure, pk=_number(request.POST.get("measure", "")), seller=seller)
    if request.POST.get("do") == "again":
        shops.try_shop_again(measure.pk, **told)
        messages.success(request, gettext("The marketplace is asked once more."))
        return redirect("operator:shop", seller.pk)
    try:
        shops.confirm_shop_by_hand(measure.pk, by=request.user, at=request.at, **told)
        messages.success(request, gettext("Confirmed: it is done at the marketplace."))
    except shops.NoOpenMeasure:
        messages.info(request, gettext("It was confirmed already, or a later one took its place."))
    return redirect("operator:shop", seller.pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
