"""One case of a report before the guest: what happened, until when, why it was decided so, and what can be done about it.

Opening the page is being told: a letter about this case counts as read, and a clock that waited for it starts.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from countermark.apps.complaints.selectors import CaseView
from countermark.apps.notifications import services as telling
from countermark.entrypoints.web import appealing, own_case
from countermark.entrypoints.web.appealing import Place
from countermark.entrypoints.web.case_file import as_json, papers_of
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.guest.visitors import notice_ids
from countermark.entrypoints.web.rights_holder.case import clock_heading, headline, sections, silence
from countermark.entrypoints.web.rights_holder.cases import ANSWERS
from countermark.entrypoints.web.roles import GUEST

SIDE = "complainant"
ENDS = ("withdrawn", "retracted_as_error")


def own(request: HttpRequest, number: str) -> CaseView:
    """A case of theirs, as it stands; the letters about it are read by that."""
    view = own_case.case_or_404(request, number, SIDE, notice_ids=notice_ids(request))
    if telling.read_case(view.complaint, party=SIDE, by=None, at=request.at):
        view = own_case.case_or_404(request, number, SIDE, notice_ids=notice_ids(request))
    return view


@require_safe
@door([GUEST])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The page of the case."""
    view = own(request, number)
    page: dict[str, Any] = {
        "view": view,
        "headline": headline(view),
        "silence": silence(view),
        "clock_heading": clock_heading(view),
        "sections": list(sections(view)),
        "offer": appealing.offer(request, view, SIDE, reverse("guest:appeal", args=[number])),
        "papers": papers_of(view),
        "answers": any(event in ANSWERS for event in view.permitted),
        "mends": "mended" in view.permitted,
        "withdraws": any(event in ENDS for event in view.permitted),
    }
    return render(request, "guest/case.html", page)


@door([GUEST])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Ask why the decision is wrong; show what became of the appeal (DSA art. 20: who reported may, with or without account)."""
    view = own(request, number)
    case_url, url = (reverse(f"guest:{name}", args=[number]) for name in ("case", "appeal"))
    return appealing.page(request, view, Place(SIDE, case_url, url, None))


@require_safe
@door([GUEST])
def case_file(request: HttpRequest, number: str) -> HttpResponse:
    """The case with the proof of each step, to take home."""
    return as_json(own(request, number), request.at)
