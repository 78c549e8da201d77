"""What was asked of the marketplaces and is not confirmed: done by hand and said here, or asked once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.complaints import words as case_words
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement import selectors, services
from countermark.apps.enforcement.models import Measure
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Marketplace
from countermark.apps.work import true_time
from countermark.apps.work.counts import counted
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.nav import standing
from countermark.entrypoints.web.operator.words import WANTED, Fault
from countermark.entrypoints.web.roles import OPERATOR

WHAT = ("by_hand", "unconfirmed", "drifted")
DRIFT_SHOWN = timedelta(days=90)


@require_safe
@door(roles=[OPERATOR])
def measures(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    rows = _filtered(request)
    if lists.wants_csv(request):
        return _sheet(rows)
    drifts = selectors.drifted(since=request.at - DRIFT_SHOWN)
    listed, everything, drifted = counted(rows, selectors.open_measures(), drifts)
    by_hand, unconfirmed, *_ = standing(request)
    page = {
        "measures": lists.page_of(request, rows, count=listed),
        "what": lists.chosen(request, "what", WHAT),
        "place": request.GET.get("place", ""),
        "places": Marketplace.objects.filter(listings__measures__in=selectors.open_measures())
        .distinct()
        .order_by("name"),
        "by_hand": by_hand,
        "unconfirmed": unconfirmed,
        "all": everything,
        "drifted": drifted,
        "q": lists.typed(request),
        "wanted": WANTED,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/measures.html", page)


def _filtered(request: HttpRequest) -> QuerySet[Measure]:
    rows, q = selectors.open_measures(), lists.typed(request)
    what, place = lists.chosen(request, "what", WHAT), request.GET.get("place", "").replace("\0", "")
    if what == "drifted":
        rows = selectors.drifted(since=request.at - DRIFT_SHOWN)
    elif what:
        rows = rows.filter(by_hand=what == "by_hand")
    if place:
        rows = rows.filter(listing__marketplace__slug=place)
    if q:
        found = Q(listing__title__icontains=q) | Q(listing__item_id__icontains=q) | Q(listing__url__icontains=q)
        rows = rows.filter(found | Q(listing__complaints__number__icontains=q)).distinct()
    return rows


def _sheet(rows: QuerySet[Measure]) -> HttpResponse:
    head = ("marketplace", "item", "address", "title", "wanted", "by_hand", "since", "tries", "answer")
    table = (
        (
            m.listing.marketplace.name,
            m.listing.item_id,
            m.listing.url,
            m.listing.title,
            m.wanted,
            m.by_hand,
            m.asked_at.isoformat(),
            m.attempts,
            m.answer,
        )
        for m in rows
    )
    return csv_answer("measures.csv", head, table)


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: what is asked, why, what was answered; say how the listing stands, or ask again."""
    row = get_object_or_404(Measure.objects.select_related("listing__marketplace", "listing__seller"), pk=pk)
    if request.method != "POST":
        return _page(request, row)
    if request.POST.get("do") == "again":
        services.try_again(row.pk, now=true_time.now())
        messages.success(request, gettext("The marketplace is asked once more."))
        return redirect("operator:measures")
    return _confirmed(request, row)


def _confirmed(request: HttpRequest, row: Measure) -> HttpResponse:
    state = request.POST.get("state", "")
    if state not in _states(row):
        fault = Fault(
            gettext("Nothing says how the listing stands."),
            gettext("Look at it, then choose."),
            f"state-{_states(row)[0]}",
        )
        return _page(request, row, [fault])
    at = request.at
    services.confirm_by_hand(row.pk, state=state, by=request.user, at=at, now=true_time.now())
    messages.success(request, gettext("Confirmed. The cases about this listing know it."))
    return redirect("operator:measures")


def _states(row: Measure) -> tuple[str, ...]:
    """How a listing may stand once this measure is done, what was asked for first."""
    return (*services.FITS[row.wanted], *services.GONE)


def _page(request: HttpRequest, row: Measure, faults: Any = ()) -> HttpResponse:
    cases = Complaint.objects.filter(listing=row.listing).select_related("notice__right").order_by("-pk")
    page = {
        "measure": row,
        "listing": row.listing,
        "wanted": WANTED[row.wanted],
        "is_open": row.confirmed_at is None and not row.superseded,
        "stands": case_words.SHOP[row.listing.shop_state],
        "states": [(state, case_words.SHOP[state]) for state in _states(row)],
        "cases": [(case, case_words.status(case, "operator")) for case in cases],
        "drifted": selectors.times_drifted(row.listing),
        "there": [(country, WANTED[ask]) for country, ask in sorted(row.there.items())],
        "orders": Order.objects.filter(lines__listing=row.listing, state="in_force").distinct().order_by("-pk"),
        "history": [(each, WANTED[each.wanted]) for each in selectors.measures_of(row.listing)[:20]],
        "zone": row.listing.marketplace.zone,
        "faults": faults,
    }
    return render(request, "operator/measure.html", page, status=422 if faults else 200)
