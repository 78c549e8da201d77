"""Is this power of attorney good? The mandates that wait, and one beside its signed paper: in force, or back with reasons."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from countermark.apps.complaints import mandate_watch
from countermark.apps.mandates import selectors, services, words
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateDefective, MandateMoved
from countermark.apps.rights.services import check_due, check_dues
from countermark.entrypoints.mandate_shown import acts_under, facts_said, passed_on, trail_of
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.reviewer.access import reviewer_page
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts
from countermark.entrypoints.web.rights_holder.faults import faults_of


@require_GET
@reviewer_page
def mandates(request: HttpRequest) -> HttpResponse:
    """The mandates that wait, those due first in front."""
    page = page_of(request, selectors.to_check())
    due = check_dues(row.submitted_at for row in page.object_list)
    shown = {
        "page": page,
        "rows": [{"mandate": row, "due": until} for row, until in zip(page.object_list, due, strict=True)],
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/mandates.html", shown)


@require_GET
@reviewer_page
def mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """One mandate beside its signed paper."""
    return _page(request, _found(pk))


def _found(pk: int) -> Mandate:
    rows = Mandate.objects.exclude(state="draft").select_related(*selectors.BESIDE, "verified_by")
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, row: Mandate, *, faults: Any = (), ticked: Any = (), note: str = "") -> HttpResponse:
    stands = selectors.stands(row, at=request.at)
    shown = {
        "mandate": row,
        "stands": stands,
        "state": words.STATES[stands],
        "facts": facts_said(row),
        "due": check_due(row.submitted_at) if stands == "pending" and row.submitted_at else None,
        "trail": trail_of(row),
        "passed_on": passed_on(row, at=request.at),
        "acts": acts_under(row),
        "reasons": [
            (reason.id, *words.reason_said(reason.id), reason.id in ticked) for reason in services.return_reasons()
        ],
        "note": note,
        "faults": faults,
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/mandate.html", shown, status=422 if faults else 200)


@require_POST
@reviewer_page
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Verified: the agent can act under it."""
    row = _found(pk)
    try:
        told = mandate_watch.put_in_force(mandate=row, by=request.user, at=request.at)
    except MandateMoved as moved:
        raise _moved(pk) from moved
    done = ngettext("In force; one case goes on.", "In force; %(n)s cases go on.", told) % {"n": told}
    messages.success(request, done if told else gettext("The mandate is in force."))
    return redirect("reviewer:mandates")


@require_POST
@reviewer_page
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to its agent with reasons, each with its cure."""
    row, reasons, note = _found(pk), request.POST.getlist("reasons"), request.POST.get("note", "")[:2000]
    try:
        services.send_back(mandate=row, reasons=reasons, note=note, by=request.user, at=request.at)
    except MandateDefective as defective:
        found = faults_of(defective.defects, {"reasons": "reasons"})
        return _page(request, row, faults=found, ticked=reasons, note=note)
    except MandateMoved as moved:
        raise _moved(pk) from moved
    messages.success(request, gettext("The mandate is sent back to its agent."))
    return redirect("reviewer:mandates")


def _moved(pk: int) -> Refused:
    return Refused(
        gettext("This mandate has moved while you had it open"),
        gettext("Somebody else was faster."),
        gettext("Look at it as it is now."),
        url=f"/review/mandates/{pk}/",
        link=gettext("Look at the mandate"),
    )
