"""Appeals of shops against the operator's own decisions: which wait until when, one of them, and its answer.

By another than who decided, an operator or a senior reviewer. The answer is shown as it will be sent, and goes out when it is
confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.decisions.appeals import AppealDecided, answer_defects
from countermark.apps.orders import appeals as services
from countermark.apps.orders import letters, trace, wording, words
from countermark.apps.orders.models import OrderAppeal, OrderLetter
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.core.appeal import SameReviewer
from countermark.entrypoints import finding_shown
from countermark.entrypoints.web.case_file import said
from countermark.entrypoints.web.doors import Refused, Stale, door
from countermark.entrypoints.web.lists import chosen, csv_answer, csv_url, page_of, typed, wants_csv
from countermark.entrypoints.web.operator.words import Fault, faults_of
from countermark.entrypoints.web.roles import OPERATOR, SENIOR

CHOICES = {
    "grant": (
        gettext_lazy("Grant the appeal"),
        gettext_lazy(
            "What the decision lays on this shop and its listings is lifted at once. What it lays on others stays."
        ),
    ),
    "keep": (gettext_lazy("Do not grant it"), gettext_lazy("The decision stands. The seller reads why.")),
}


HEAD = (
    "decision", "measure", "marketplace", "shop", "name", "filed_at", "due_at", "decided_at", "result", "decision_by",
    "answered_by",
)  # fmt: skip


@require_safe
@door([OPERATOR, SENIOR])
def appeals(request: HttpRequest) -> HttpResponse:
    """The appeals that wait, those due first in front; or those that were answered."""
    shown, q = chosen(request, "show", ("decided",)), typed(request)
    found = services.matching(services.decided() if shown else services.waiting(), q)
    if wants_csv(request):
        return csv_answer("appeals.csv", HEAD, (_cells(row) for row in found.iterator()))
    waiting, page = services.waiting().count(), page_of(request, found)
    told = {
        "page": page,
        "rows": _rows(request, page),
        "tabs": _tabs(shown, q, waiting),
        "shown": shown,
        "waiting": waiting,
        "q": q,
        "csv_url": csv_url(request),
    }
    return render(request, "operator/appeals.html", told)


def _tabs(shown: str, q: str, waiting: int) -> list[dict[str, Any]]:
    search = f"&{urlencode({'q': q})}" if q else ""
    return [
        {"label": gettext("To decide"), "url": f"?{search[1:]}", "here": not shown, "count": waiting},
        {"label": gettext("Decided"), "url": f"?show=decided{search}", "here": bool(shown), "count": None},
    ]


def _rows(request: HttpRequest, found: Iterable[OrderAppeal]) -> list[dict[str, Any]]:
    return [
        {
            "appeal": row,
            "due": services.our_due(row.order.marketplace, row.filed_at),
            "what": words.MEASURES.get(row.order.measure),
            "result": result(row),
            "yours": request.user.pk in trace.people_of(row.order),
        }
        for row in found
    ]


def _cells(row: OrderAppeal) -> tuple[Any, ...]:
    ended = row.decided_at.isoformat() if row.decided_at else ""
    result = "" if row.granted is None else "granted" if row.granted else "not granted"
    shop = (row.order.marketplace.slug, row.seller.ref, row.seller.name)
    return (
        row.order.number, row.order.measure, *shop, row.filed_at.isoformat(), row.due_at.isoformat(), ended, result,
        row.order.recorded_by or "", row.decided_by or "",
    )  # fmt: skip


def result(appeal: OrderAppeal) -> str:
    """How it ended; "" while it is open."""
    if appeal.decided_at is None:
        return ""
    return gettext("Granted") if appeal.granted else gettext("Not granted")


@require_http_methods(["GET", "HEAD", "POST"])
@door([OPERATOR, SENIOR])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal: read it, say how it ends, look at what will be sent, send it."""
    row = services.find(pk)
    if row is None:
        raise Http404(f"there is no appeal {pk}")
    if request.method != "POST":
        return _page(request, row)
    choice, typed = chosen_of(request), _typed(request)
    if faults := _faults(choice, typed):
        return _page(request, row, faults=faults)
    if "confirmed" not in request.POST:
        return _page(request, row, checking="change" not in request.POST)
    return _decided(request, row, choice == "grant", typed)


def chosen_of(request: HttpRequest) -> str:
    """What was chosen, of what can be."""
    value = request.POST.get("choice", "")
    return value if value in CHOICES else ""


def _typed(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _faults(choice: str, typed: str) -> list[Fault]:
    found = [] if choice else [Fault(gettext("Nothing is chosen."), gettext("Choose what you decide."), "choice")]
    return [*found, *faults_of(answer_defects(typed), {"words": "words"})]


def _decided(request: HttpRequest, row: OrderAppeal, granted: bool, typed: str) -> HttpResponse:
    at, now = request.at, true_time.now()
    try:
        services.decide_appeal(appeal_id=row.pk, granted=granted, words=typed, by=request.user, at=at, now=now)
    except SameReviewer as same:
        raise _another() from same
    except AppealDecided as before:
        raise _stale(before.appeal, typed) from before
    said_so = gettext("The appeal is granted; what lay on the shop is lifted.")
    messages.success(request, said_so if granted else gettext("The appeal is not granted; the seller reads why."))
    return redirect("operator:order-appeals")


def _another() -> Refused:
    return Refused(
        gettext("You made this decision"),
        gettext("An appeal is decided by another person than the decision it is about."),
        gettext("Leave it to another operator or a senior reviewer; it waits in the list of appeals."),
        url="../",
        link=gettext("All appeals"),
    )


def _stale(row: Any, typed: str) -> Stale:
    kept = [(gettext("In your own words"), typed)] if typed else []
    what = gettext("The appeal is decided: %(result)s.") % {"result": result(row)}
    return Stale(what, str(row.decided_by), row.decided_at, row.order.marketplace.zone, "../", kept)


def _page(request: HttpRequest, row: OrderAppeal, *, faults: Any = (), checking: bool = False) -> HttpResponse:
    order, zone, choice = row.order, row.order.marketplace.zone, chosen_of(request)
    page = {
        "appeal": row,
        "order": order,
        "zone": zone,
        "due": services.our_due(order.marketplace, row.filed_at),
        "what": words.DONE[order.measure],
        "result": result(row),
        "own": said(unseal(row.words)),
        "answer": said(unseal(row.answer)),
        "papers": list(row.files.all()),
        "shown": finding_shown.of_order(row.order),
        "blocks": [block for block in wording.statement(order, row.seller) if block],
        "yours": request.user.pk in trace.people_of(order),
        "choices": [(value, *texts) for value, texts in CHOICES.items()],
        "choice": choice,
        "typed": _typed(request),
        "preview": _preview(row, choice, _typed(request)) if checking else [],
        "checking": checking,
        "faults": faults,
        "may_open_order": request.role != SENIOR,
    }
    return render(request, "operator/appeal.html", page, status=422 if faults else 200)


def _preview(row: OrderAppeal, choice: str, typed: str) -> list[list[str]]:
    """The answer as the seller will read it, in its language."""
    with override(letters.language_of(OrderLetter(order=row.order, seller=row.seller))):
        return list(wording.appeal_answer(row.order, choice == "grant", typed))
