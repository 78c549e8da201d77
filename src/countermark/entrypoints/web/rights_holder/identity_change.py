"""What if an account is called otherwise, or has moved? Until it is verified that is simply typed anew.

Afterwards it is asked for: what was verified stands, and its rights go on being used, until a reviewer has seen a paper that
shows the new name or address. E-mail, telephone and language change freely: rights_holder/contact.py."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from countermark.apps.identity import selectors, services
from countermark.apps.parties.services import AccountDefective
from countermark.entrypoints.web.rights_holder.access import holder_of, holder_page
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of

FIELDS = ("name", "address")


@holder_page
def change(request: HttpRequest) -> HttpResponse:
    """Name and address as they are to be."""
    holder = holder_of(request)
    open_change = selectors.change_of(holder)
    now = open_change if open_change is not None and open_change.state != "pending" else holder
    typed = {name: request.POST.get(name, getattr(now, name)).replace("\0", "") for name in FIELDS}
    wrong: list[Fault] = []
    if request.method == "POST":
        told = {"by": request.user, "at": request.at, "now": timezone.now()}
        try:
            asked = services.change_name(holder=holder, **typed, **told)
        except (AccountDefective, services.IdentityDefective) as defective:
            wrong = faults_of(defective.defects)
        else:
            if asked is None:
                messages.success(request, gettext("Saved. Notices already sent keep what they said."))
            return redirect("holder:identity")
    shown = {"holder": holder, "typed": typed, "faults": wrong}
    return render(request, "rights_holder/identity_change.html", shown, status=422 if wrong else 200)


@require_POST
@holder_page
def drop(request: HttpRequest) -> HttpResponse:
    """Leave it as it was verified."""
    services.drop_change(holder=holder_of(request), by=request.user, now=timezone.now())
    messages.success(request, gettext("Name and address stay as they were."))
    return redirect("holder:identity")
