"""The links between sellers, for operators and auditors: they read them; whether one is right a reviewer says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from countermark.entrypoints.web import link_pages
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.link_pages import Desk
from countermark.entrypoints.web.operator.screening import tabs
from countermark.entrypoints.web.roles import OPERATOR


def _desk() -> Desk:
    return Desk("operator", "base.html", {"tabs": tabs("links")})


@require_safe
@door(roles=[OPERATOR])
def all_links(request: HttpRequest) -> HttpResponse:
    """The list."""
    return link_pages.listing(request, _desk())


@require_safe
@door(roles=[OPERATOR])
def link(request: HttpRequest, key: str) -> HttpResponse:
    """One link."""
    return link_pages.one(request, link_pages.pair_or_404(key), _desk())
