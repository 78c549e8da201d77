"""What do I hold, and where is that case? Lists that are not the queue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from countermark.apps.complaints import words as case_words
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import selectors
from countermark.apps.work import true_time
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.reviewer import words
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts


@require_GET
@reviewer_page
def mine(request: HttpRequest) -> HttpResponse:
    """The cases I hold, by clock, and what of mine is on its way or could not happen."""
    page = page_of(request, selectors.held_by(request.user))
    context = {
        "page": page,
        "rows": selectors.rows_of(page.object_list),
        "count": page.paginator.count,
        "to_do": words.TO_DO,
        "dropped": selectors.dropped_steps(request.user),
        "on_their_way": selectors.steps_on_their_way(request.user, now=true_time.now()),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/mine.html", context)


@require_GET
@reviewer_page
def search(request: HttpRequest) -> HttpResponse:
    """Any case, open or closed. A whole number leads straight to its case."""
    q = said(request.GET, "q")[:200]
    if q and (number := Complaint.objects.filter(number__iexact=q).values_list("number", flat=True).first()):
        return redirect("reviewer:case", number)
    found = selectors.found(q)
    context = {
        "q": q,
        "found": [{"case": case, "status": case_words.status(case, "reviewer")} for case in found],
        "count": len(found),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/search.html", context)
