"""What does a marketplace paste into its pages, so that anybody can report a listing from there? One page for each.

The same page says how many listings one report may name.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.operator_services import set_guest_links
from countermark.apps.work import true_time
from countermark.core import catalogue, procedure_loader
from countermark.entrypoints.report_link import snippet_of
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.roles import OPERATOR


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def report_link(request: HttpRequest, slug: str) -> HttpResponse:
    """The HTML to paste, the address of the form, by which procedure a report runs, and how much one may name."""
    row = get_object_or_404(Marketplace, slug=slug)
    if request.method != "POST":
        return _page(request, row)
    typed = request.POST.get("most", "").replace("\0", "").strip()
    if not _fits(typed):
        way_out = gettext("Write a number from 1 to %(most)s, or leave it empty.") % {"most": _largest()}
        fault = Fault(gettext("That is no number of listings."), way_out, "most")
        return _page(request, row, typed[:20], [fault])
    most = int(typed) if typed else None
    set_guest_links(marketplace_id=row.pk, most=most, by=request.user, now=true_time.now())
    messages.success(request, gettext("%(name)s is kept.") % {"name": row.name})
    return redirect("operator:report-link", row.slug)


def _largest() -> int:
    return catalogue.load().number("guest_links_most")


def _fits(typed: str) -> bool:
    return not typed or (typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= _largest())


def _page(
    request: HttpRequest, row: Marketplace, typed: str | None = None, faults: Sequence[Fault] = ()
) -> HttpResponse:
    snippet = snippet_of(row)
    procedure = gettext(procedure_loader.load(snippet.pack).name) if snippet.pack else ""
    page = {
        "row": row,
        "procedure": procedure,
        **snippet._asdict(),
        "typed": typed if typed is not None else row.guest_links or "",
        "usual": catalogue.load().number("guest_links"),
        "largest": _largest(),
        "faults": list(faults),
    }
    return render(request, "operator/report_link.html", page, status=422 if faults else 200)
