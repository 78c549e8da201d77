"""In which browsers is somebody signed in, and how does one end it there? Each alone, or all but this one."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.apps.parties.people import sessions_of
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import SIGNED_IN

# What a browser says of itself -> its name; the first that is found: Edge also says Chrome, Chrome also says Safari.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[SIGNED_IN])
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own, the newest first."""
    here = request.session.session_key
    if request.method == "POST":
        return _ended(request, here or "")
    if not UserSession.objects.filter(session_key=here).exists():  # signed in another way than by a code
        UserSession.objects.create_from_request(request)
    rows = sorted(UserSession.objects.purge_and_list(request.user), key=lambda row: row.created_at, reverse=True)  # type: ignore[arg-type]
    shown = [(row, named(row.user_agent), row.session_key == here) for row in rows]
    return render(request, "account/sessions.html", {"sessions": shown})


def _ended(request: HttpRequest, here: str) -> HttpResponse:
    which = request.POST.get("end", "")
    if which == "others":
        keys = set(sessions_of(request.user, now=true_time.now())) - {here}  # type: ignore[arg-type]
        Session.objects.filter(pk__in=keys).delete()
        UserSession.objects.filter(user=request.user).exclude(session_key=here).delete()
    else:
        key = int(which) if which.isdecimal() and len(which) < 19 else 0
        for row in UserSession.objects.exclude(session_key=here).filter(user=request.user, pk=key):  # none: ended already
            row.end()
    messages.success(request, gettext("Signed out there."))
    return redirect("account-sessions")


def named(agent: str) -> str:
    """A browser and its system as one would call them; "" when it does not say."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return ", ".join(word for word in (browser, system) if word)
