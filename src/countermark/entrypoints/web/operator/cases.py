"""Any case of this desk, to find and to read; and the orders of courts and authorities, which operators carry out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.complaints import orders, services, words
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.orders import services as all_orders
from countermark.apps.parties.models import Marketplace
from countermark.apps.work import true_time
from countermark.core.complaint import explain_due
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.case_file import said
from countermark.entrypoints.web.doors import Stale, door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.nav import standing
from countermark.entrypoints.web.operator.words import faults_of
from countermark.entrypoints.web.own_case import case_or_404
from countermark.entrypoints.web.roles import OPERATOR

READER = "operator"
WHERE = {
    "": gettext_lazy("All cases"),
    "open": gettext_lazy("Open"),
    "late": gettext_lazy("Late"),
    "unserved": gettext_lazy("Waiting to be told"),
    "closed": gettext_lazy("Ended"),
}
SORTS = {"due": "due_at", "-due": "-due_at", "opened": "opened_at", "-opened": "-opened_at"}
ORDERED = {
    "ordered_down": pgettext_lazy("order", "The listing has to come down"),
    "ordered_up": pgettext_lazy("order", "The listing has to go back up"),
}


# --- the list -------------------------------------------------------------------------------------------------------------


@require_safe
@door(roles=[OPERATOR])
def cases(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    rows = _filtered(request)
    if lists.wants_csv(request):
        return _sheet(rows)
    *_, late, listed = standing(request, rows)
    shown = lists.page_of(request, rows, count=listed)
    narrowed = any(request.GET.get(name) for name in ("where", "place", "q"))
    page = {
        "page": shown,
        "cases": [(case, words.status(case, READER)) for case in shown],
        "late": late,
        "where": lists.chosen(request, "where", list(WHERE)),
        "wheres": WHERE.items(),
        "place": request.GET.get("place", ""),
        "places": Marketplace.objects.order_by("name"),
        "sort": lists.chosen(request, "sort", list(SORTS)) or "-opened",
        "q": lists.typed(request),
        "any": bool(shown.paginator.count) or (narrowed and Complaint.objects.exists()),
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/cases.html", page)


def _filtered(request: HttpRequest) -> QuerySet[Complaint]:
    rows = Complaint.objects.select_related("notice__marketplace", "notice__holder", "listing", "seller", "claimed_by")
    where, q = lists.chosen(request, "where", list(WHERE)), lists.typed(request)
    states = {
        "open": Q(outcome=""),
        "late": Q(escalated=True),
        "unserved": Q(awaits_service=True),
        "closed": ~Q(outcome=""),
    }
    rows = rows.filter(states.get(where, Q()))
    if place := request.GET.get("place", "").replace("\0", ""):
        rows = rows.filter(notice__marketplace__slug=place)
    if q:
        rows = rows.filter(_found(q))
    return rows.order_by(SORTS[lists.chosen(request, "sort", list(SORTS)) or "-opened"], "pk")


def _found(q: str) -> Q:
    columns = (
        "number",
        "notice__number",
        "notice__filer_name",
        "listing__title",
        "listing__item_id",
        "listing__url",
        "seller__name",
    )
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": q})
    return found


def _sheet(rows: QuerySet[Complaint]) -> HttpResponse:
    head = ("case", "notice", "marketplace", "item", "title", "complainant", "seller", "state", "outcome", "due")
    table = (
        (
            c.number,
            c.notice.number,
            c.notice.marketplace.name,
            c.listing.item_id,
            c.listing.title,
            c.notice.filer_name,
            c.seller.name if c.seller else "",
            c.state,
            c.outcome,
            c.due_at.isoformat() if c.due_at else "",
        )
        for c in rows
    )
    return csv_answer("cases.csv", head, table)


# --- one case -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case to read; a POST records an order."""
    view = case_or_404(request, number, READER)
    return _order(request, view) if request.method == "POST" else _page(request, view)


def _order(request: HttpRequest, view: CaseView) -> HttpResponse:
    event, reference = request.POST.get("event", ""), request.POST.get("reference", "")
    seen = request.POST.get("seen", "")
    try:
        made = all_orders.decide_case(
            complaint=view.complaint,
            event=event,
            reference=reference,
            seen={view.complaint.pk: int(seen) if seen.isascii() and seen.isdigit() else -1},
            by=request.user,
            at=max(request.at, view.complaint.at),
            now=true_time.now(),
        )
    except orders.OrderDefective as defective:
        faults = faults_of(defective.defects, {"event": f"event-{_orders(view)[0][0]}" if _orders(view) else "main"})
        return _page(request, view, faults)
    except services.StaleCase:
        raise _stale(view, reference) from None
    told = gettext("The order is recorded as %(number)s and takes effect now.") % {"number": made.number}
    messages.success(request, told)
    return redirect("operator:case", view.complaint.number)


def _stale(view: CaseView, reference: str) -> Stale:
    last = view.trail[-1]
    by = view.complaint.events.get(seq=last.seq).by
    return Stale(
        what=last.title,
        by=str(words.PARTIES[by]),
        at=last.at,
        zone=view.complaint.zone,
        url=reverse("operator:case", args=[view.complaint.number]),
        kept=[(gettext("The order"), reference)],
    )


def _orders(view: CaseView) -> list[tuple[str, str]]:
    """The orders this case can take now, with the words for them; none that would change nothing."""
    idle = {"nothing": "ordered_up", "remove": "ordered_down"}.get(view.complaint.ask)
    return [(event, str(ORDERED[event])) for event in ORDERED if event in view.permitted and event != idle]


def _page(request: HttpRequest, view: CaseView, faults: Any = ()) -> HttpResponse:
    page = {
        "view": view,
        "case": view.complaint,
        "notice": view.notice,
        "due": explain_due(view.held.procedure, view.held.case, view.held.calendars),
        "asks": words.ASKS[view.complaint.ask][1],
        "stands": words.SHOP[view.complaint.listing.shop_state],
        "said": said(view.statement),
        "steps": [step(entry) for entry in view.trail],
        "orders": _orders(view),
        "event": request.POST.get("event", ""),
        "reference": request.POST.get("reference", ""),
        "faults": faults,
    }
    return render(request, "operator/case.html", page, status=422 if faults else 200)


def step(entry: TrailEntry) -> dict[str, Any]:
    """One step of the case as the trail draws it."""
    text = said(entry.text)
    files = [{"url": reverse("file", args=[file.pk]), "name": file.name} for file in entry.files]
    return {"at": entry.at, "title": entry.title, "text": text, "key": entry.is_key, "files": files, "by": ""}
