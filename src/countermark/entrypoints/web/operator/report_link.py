"""What does a marketplace paste into its pages, so that anybody can report a listing from there? One page for each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from countermark.apps.parties.models import Marketplace
from countermark.core import procedure_loader
from countermark.entrypoints.report_link import snippet_of
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import OPERATOR


@require_safe
@door(roles=[OPERATOR])
def report_link(request: HttpRequest, slug: str) -> HttpResponse:
    """The HTML to paste, the address of the form, and by which procedure a report runs."""
    row = get_object_or_404(Marketplace, slug=slug)
    snippet = snippet_of(row)
    procedure = gettext(procedure_loader.load(snippet.pack).name) if snippet.pack else ""
    return render(request, "operator/report_link.html", {"row": row, "procedure": procedure, **snippet._asdict()})
