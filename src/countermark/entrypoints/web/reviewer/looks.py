"""What was kept of what I looked at? For each reviewer their own, and nobody else's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from countermark.entrypoints.web import looks
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import REVIEWER, SENIOR


@require_safe
@door(roles=[SENIOR, REVIEWER])
def own_looks(request: HttpRequest) -> HttpResponse:
    """One's own, newest first."""
    return looks.page(request, of=request.user.pk)
