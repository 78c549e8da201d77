"""What anybody may read: what this is, and how far it can be used by everybody. Whoever has a role is sent to its home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from countermark.apps.parties.selectors import open_marketplaces
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.public.procedures import offered
from countermark.entrypoints.web.rights_holder.welcome import is_answered
from countermark.entrypoints.web.roles import ANYONE, bar, main_role


@require_safe
@door(roles=[ANYONE])
def front(request: HttpRequest) -> HttpResponse:
    """The first page; for somebody with a role, the home of that role; for who was opening an account, what is left of that."""
    entries = bar(main_role(request), request)
    if entries:
        return redirect(entries[0].url_name)
    if is_answered(request):
        return redirect("holder:welcome-opened")
    places = open_marketplaces()
    page = {"places": places, "procedures": offered(places), "is_signed_in": request.user.is_authenticated}
    return render(request, "public/front.html", page)


@require_safe
@door(roles=[ANYONE])
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use these pages, what is known to be missing, and whom to tell."""
    return render(request, "public/accessibility.html")
