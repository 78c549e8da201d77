"""Who of the desk looked at what? For operators and auditors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from countermark.entrypoints.web import looks as shown
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import OPERATOR


@require_safe
@door(roles=[OPERATOR])
def looks(request: HttpRequest) -> HttpResponse:
    """Everybody's, newest first."""
    return shown.page(request)
