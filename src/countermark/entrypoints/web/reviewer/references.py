"""Is this word or picture its holder's own? What waits, and one of them beside the right it is under: looked for, or back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from countermark.apps.rights.services import check_dues
from countermark.apps.screening import references as services
from countermark.apps.screening.engine import ScreeningUnavailable
from countermark.apps.screening.holder_words import REFERENCE_KINDS, REFERENCE_STATES
from countermark.apps.screening.models import Reference
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.rights import facts
from countermark.entrypoints.web.reviewer.steps_shown import toasts
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of
from countermark.evidence.store import Corrupt, Missing


@require_GET
@reviewer_page
def references(request: HttpRequest) -> HttpResponse:
    """What waits, due first in front."""
    page = page_of(request, services.to_check())
    due = check_dues(row.made_at for row in page.object_list)
    context = {
        "page": page,
        "rows": [
            {"row": row, "kind": REFERENCE_KINDS[row.kind], "due": until}
            for row, until in zip(page.object_list, due, strict=True)
        ],
        "heading": heading(page.paginator.count),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/references.html", context)


def heading(count: int) -> str:
    """How many wait."""
    if not count:
        return gettext("No word or picture waits to be verified")
    return ngettext(
        "One word or picture waits to be verified", "%(n)s words and pictures wait to be verified", count
    ) % {"n": count}


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_page
def reference(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them; `answer` says whether it is theirs."""
    row = get_object_or_404(
        Reference.objects.select_related("right__holder", "right__picture", "file", "decided_by"), pk=pk
    )
    return _answered(request, row) if request.method == "POST" else _page(request, row)


def _answered(request: HttpRequest, row: Reference) -> HttpResponse:
    answer, note = said(request.POST, "answer", ("accept", "return")), said(request.POST, "note")[:600]
    try:
        if answer == "accept":
            services.accept(reference=row, by=request.user, at=request.at, now=true_time.now())
        else:
            services.send_back(reference=row, note=note, by=request.user, at=request.at, now=true_time.now())
    except services.ReferenceDefective as defective:
        return _page(request, row, faults=faults_of(defective.defects, {"note": "note", "right": "note"}), note=note)
    except services.ReferenceMoved as moved:
        raise _moved(row) from moved
    except (ScreeningUnavailable, Missing, Corrupt):
        fault = Fault(
            gettext("The picture cannot be read here now."), gettext("It waits on; tell the operator."), "note"
        )
        return _page(request, row, faults=[fault], note=note)
    done = {"accept": gettext("It is looked for from now on."), "return": gettext("It is sent back to its holder.")}
    messages.success(request, done.get(answer, done["return"]))
    following = services.to_check().first()
    return redirect("reviewer:reference", following.pk) if following else redirect("reviewer:references")


def _moved(row: Reference) -> Refused:
    return Refused(
        gettext("This word or picture has moved while you had it open"),
        gettext("Somebody else was faster."),
        gettext("Look at it as it is now."),
        url=reverse("reviewer:reference", args=[row.pk]),
        link=gettext("Look at it"),
    )


def _page(request: HttpRequest, row: Reference, *, faults: Any = (), note: str = "") -> HttpResponse:
    beside = Reference.objects.filter(right=row.right_id, state="in_force").select_related("file").order_by("-pk")
    context = {
        "row": row,
        "state": REFERENCE_STATES[row.state],
        "kind": REFERENCE_KINDS[row.kind],
        "due": next(iter(check_dues([row.made_at]))) if row.state == "pending" else None,
        "facts": facts(row.right),
        "beside": beside[:12],
        "note": note,
        "faults": faults,
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/reference.html", context, status=422 if faults else 200)
