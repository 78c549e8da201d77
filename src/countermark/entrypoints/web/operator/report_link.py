"""What does a marketplace paste into its pages, so that anybody can report a listing from there? One page for each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from countermark.apps.complaints.guests import most_links, pack_for
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import addresses_of
from countermark.core import procedure_loader
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.guest import snippet
from countermark.entrypoints.web.roles import OPERATOR

EXAMPLE = "https://…"  # where the shop's template writes the address of the listing


@require_safe
@door(roles=[OPERATOR])
def report_link(request: HttpRequest, slug: str) -> HttpResponse:
    """The HTML to paste, the address of the form, and by which procedure a report runs."""
    row = get_object_or_404(Marketplace, slug=slug)
    pack = pack_for(row)
    page = {
        "row": row,
        "is_open": bool(pack) and row.is_active and addresses_of(row) is not None,
        "procedure": gettext(procedure_loader.load(pack).name) if pack else "",
        "pack": pack,
        "most": most_links(row),
        "url": snippet.address_of(row),
        "filled": snippet.link_html(row, EXAMPLE, language=row.language),
        "bare": snippet.link_html(row, language=row.language),
        "script": snippet.script_html(),
    }
    return render(request, "operator/report_link.html", page)
