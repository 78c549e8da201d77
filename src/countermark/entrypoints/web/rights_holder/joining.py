"""How does a colleague come to act for an account? The link says which one, signing in says who, and a button says yes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from countermark.apps.parties import holder_members
from countermark.apps.parties.holder_members import InvitationGone
from countermark.apps.parties.models import MemberInvitation
from countermark.entrypoints.identity_words import GONE, ROLES
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door([ANYONE])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing."""
    now = timezone.now()
    try:
        row = holder_members.opened(token, now=now)
        if not request.user.is_authenticated:
            return _page(request, row)
        if refused := holder_members.refusal(row, request.user, now=now):
            raise refused
        if request.method == "POST":
            holder_members.join(row, person=request.user, now=now)
            messages.success(request, gettext("You act for %(account)s now.") % {"account": row.holder.name})
            return redirect("holder:home")
    except InvitationGone as gone:
        return _gone(request, gone)
    return _page(request, row)


def _page(request: HttpRequest, row: MemberInvitation) -> HttpResponse:
    shown = {"invitation": row, "role": ROLES[row.role], "here": request.get_full_path()}
    return render(request, "rights_holder/join.html", shown)


def _gone(request: HttpRequest, gone: InvitationGone) -> HttpResponse:
    what, why = GONE[gone.why]
    said = {"what": what, "why": str(why) % {"address": getattr(request.user, "email", "")}}
    elsewhere = gone.why in ("other_address", "desk")
    shown = {**said, "still_good": elsewhere, "here": request.get_full_path()}
    return render(request, "rights_holder/join_gone.html", shown, status=409 if elsewhere else 404)
