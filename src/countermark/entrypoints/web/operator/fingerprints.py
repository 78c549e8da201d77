"""What was taken down and is kept down: which listings, because of which cases, until when, how often they came back?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from countermark.apps.screening import selectors, stay_down, words
from countermark.apps.screening.models import Fingerprint
from countermark.apps.work import true_time
from countermark.apps.work.counts import counted
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.operator.screening import tabs
from countermark.entrypoints.web.roles import OPERATOR


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def fingerprints(request: HttpRequest) -> HttpResponse:
    """The list; one is lifted here."""
    if request.method == "POST":
        return _lifted(request)
    state = lists.chosen(request, "state", words.FINGERPRINT_STATES) or "in_force"
    rows, q = selectors.fingerprints(state, lists.typed(request)), lists.typed(request)
    if lists.wants_csv(request):
        return _sheet(rows)
    in_force, listed = counted(Fingerprint.objects.filter(state="in_force"), rows)
    page = lists.page_of(request, rows, count=listed)
    context = {
        "heading": heading(in_force),
        "tabs": tabs("fingerprints"),
        "page": page,
        "rows": [(row, words.FINGERPRINT_ENDS.get(row.ended_why, "")) for row in page.object_list],
        "state": state,
        "states": [(value, each.word) for value, each in words.FINGERPRINT_STATES.items()],
        "q": q,
        "used": q or state != "in_force",
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/fingerprints.html", context)


def heading(in_force: int) -> str:
    """How many listings are kept down."""
    if not in_force:
        return gettext("No listing is kept down")
    return ngettext("%(n)s listing is kept down", "%(n)s listings are kept down", in_force) % {"n": in_force}


def _sheet(rows: Any) -> HttpResponse:
    head = (
        "case",
        "marketplace",
        "item",
        "title",
        "right",
        "seller",
        "state",
        "made",
        "until",
        "ended",
        "why",
        "came_back",
    )
    table = (
        (r.complaint.number, r.listing.marketplace.slug, r.listing.item_id, r.title, r.right, r.seller, r.state,
         r.made_at.isoformat(), r.until.isoformat(), r.ended_at.isoformat() if r.ended_at else "", r.ended_why, r.again)
        for r in rows
    )  # fmt: skip
    return lists.csv_answer("kept-down.csv", head, table)


def _lifted(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("fingerprint", "")
    chosen = Fingerprint.objects.filter(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    row = chosen.select_related("complaint").first() if chosen is not None else None
    if row is None:  # nothing was named, or it is no more: the list says how it stands
        return redirect("operator:fingerprints")
    try:
        stay_down.lift(row.pk, why="operator", at=request.at, now=true_time.now())
    except stay_down.FingerprintEnded as ended:
        raise Refused(
            gettext("It is not kept down any more"),
            gettext("What was taken down in %(case)s was lifted or has expired.") % {"case": row.complaint.number},
            url=reverse("operator:fingerprints"),
            link=gettext("What is kept down"),
        ) from ended
    said = gettext(
        "What was taken down in %(case)s is no longer looked for. What was stopped because of it stays stopped."
    )
    messages.success(request, said % {"case": row.complaint.number})
    return redirect("operator:fingerprints")
