"""How the rights holder is reached: what sellers read, and what only the platform reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from countermark.apps.parties.services import AccountDefective, change_contact
from countermark.entrypoints.web.rights_holder.access import holder_of, holder_page
from countermark.entrypoints.web.rights_holder.faults import faults_of

FIELDS = ("contact_email", "address", "phone")


@holder_page
def contact(request: HttpRequest) -> HttpResponse:
    """Show it and take changes; notices already sent keep what they said."""
    holder = holder_of(request)
    typed = {name: request.POST.get(name, getattr(holder, name)).replace("\0", "") for name in FIELDS}
    onward = request.POST.get("next") or request.GET.get("next", "")
    wrong = []
    if request.method == "POST":
        try:
            change_contact(holder=holder, **typed)
        except AccountDefective as defective:
            wrong = faults_of(defective.defects)
        else:
            messages.success(request, gettext("Saved. Notices already sent keep what they said."))
            ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
            return redirect(onward if onward and ours else "holder:home")
    shown = {"holder": holder, "typed": typed, "next": onward, "faults": wrong}
    return render(request, "rights_holder/contact.html", shown, status=422 if wrong else 200)
