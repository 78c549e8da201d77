"""In which browsers is somebody signed in, and how does one end it there? Each alone, or all but this one."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.entrypoints import sign_ins
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import SIGNED_IN


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[SIGNED_IN])
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own, the newest first."""
    here = request.session.session_key
    if request.method == "POST":
        return _ended(request, here or "")
    if not UserSession.objects.filter(session_key=here).exists():  # signed in another way than by a code
        UserSession.objects.create_from_request(request)
    rows = sign_ins.sign_ins_of(request.user)
    shown = [(row, sign_ins.named(row.user_agent), row.session_key == here) for row in rows]
    return render(request, "account/sessions.html", {"sessions": shown})


def _ended(request: HttpRequest, here: str) -> HttpResponse:
    which = request.POST.get("end", "")
    if which == "others":
        sign_ins.end_all(request.user, keep=here)
    elif which.isdecimal() and len(which) < 19:
        sign_ins.end(request.user, int(which), keep=here)
    messages.success(request, gettext("Signed out there."))
    return redirect("account-sessions")
