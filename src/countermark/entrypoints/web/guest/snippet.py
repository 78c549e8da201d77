"""The optional script of the link a shop pastes into its pages, as any page may load it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from countermark.entrypoints.report_link import source
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE

A_DAY = 24 * 3600  # seconds


@require_safe
@door([ANYONE])
def script(request: HttpRequest) -> HttpResponse:
    """The script, for pages of any shop."""
    response = HttpResponse(source(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # all our other answers are for our own pages
    response["Access-Control-Allow-Origin"] = "*"  # what `integrity` needs on a page of somebody else
    return response
