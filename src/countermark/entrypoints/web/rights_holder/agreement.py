"""What everybody accepts who complains, as it is in force now: asked when an account is opened, and again with a new version."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from countermark.apps.parties.models import Acceptance
from countermark.apps.parties.services import TERMS, accept_agreements, agreements_asked
from countermark.core.identity import in_force
from countermark.entrypoints.identity_words import agreements_said
from countermark.entrypoints.web.rights_holder.access import holder_of, member_page
from countermark.entrypoints.web.rights_holder.accounts import acts
from countermark.entrypoints.web.rights_holder.faults import Fault


@member_page
def agreement(request: HttpRequest) -> HttpResponse:
    """What is in force, who accepted what, and the box to tick while something is not accepted."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    wrong = []
    if request.method == "POST":
        if request.POST.get("terms") == TERMS:
            return _accepted(request, onward)
        wrong = [Fault(gettext("The terms are not accepted."), gettext("Read them and tick the box."), "id_terms")]
    holder = holder_of(request)
    shown = {
        "holder": holder,
        "asked": acts(holder) and bool(agreements_asked(holder)),
        "agreements": agreements_said(in_force()),
        "stamp": TERMS,
        "next": onward,
        "accepted": Acceptance.objects.filter(holder=holder).select_related("person").order_by("-pk")[:20],
        "faults": wrong,
    }
    return render(request, "rights_holder/agreement.html", shown, status=422 if wrong else 200)


def _accepted(request: HttpRequest, onward: str) -> HttpResponse:
    accept_agreements(holder=holder_of(request), person=request.user, at=request.at)
    messages.success(request, gettext("Accepted. It is kept with your name and the day."))
    ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if onward and ours else "holder:home")
