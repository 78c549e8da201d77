"""What does the register say? A reviewer has it asked, and says when a record that speaks against a right was looked at."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from countermark.apps.rights import asking, services
from countermark.apps.rights.models import Right, RightRecord
from countermark.connectors.office import OfficeError
from countermark.entrypoints.register_shown import refused_said
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.reviewer.access import reviewer_page, said


@require_POST
@reviewer_page
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch the record of the register again and show it beside the right."""
    row = get_object_or_404(Right.objects.select_related("holder").exclude(state="draft"), pk=pk)
    try:
        asking.look_up(row, by=request.user, at=request.at)
    except (OfficeError, asking.RegisterNotAsked) as refused:
        what, _ = refused_said(refused)
        raise _refused(pk, what, gettext("Compare the papers with the register yourself.")) from refused
    messages.success(request, gettext("The register was asked."))
    return redirect("reviewer:right", pk)


@require_POST
@reviewer_page
def looked(request: HttpRequest, pk: int, record: int) -> HttpResponse:
    """Nothing more follows from this record by itself."""
    row = get_object_or_404(RightRecord.objects.select_related("right"), pk=record, right_id=pk)
    try:
        asking.looked(row, note=said(request.POST, "note")[:2000], by=request.user, at=request.at)
    except services.RightMoved as moved:
        raise _refused(pk, gettext("Somebody else was faster."), gettext("Look at it as it is now.")) from moved
    messages.success(request, gettext("Noted."))
    return redirect("reviewer:rights")


def _refused(pk: int, what: str, way_out: str) -> Refused:
    title = gettext("Nothing was recorded")
    return Refused(title, what, way_out, url=f"/review/rights/{pk}/", link=gettext("Look at the right"))
