"""What does a person see and change about their own account?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext

from countermark.entrypoints.web.account.forms import AccountForm
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.preferences import LANGUAGE_KEY, language_of
from countermark.entrypoints.web.roles import NAMES, SIGNED_IN, roles_of


@door(roles=[SIGNED_IN])
def account(request: HttpRequest) -> HttpResponse:
    """Show name, address, roles, language and zone; take changes."""
    person = request.user
    now = {"name": person.name, "language": person.language, "zone": person.zone}
    form = AccountForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        for field, value in form.cleaned_data.items():
            setattr(person, field, value)
        person.save(update_fields=["name", "language", "zone"])
        request.session.pop(LANGUAGE_KEY, None)
        with translation.override(language_of(request)):  # from now on the new one
            messages.success(request, gettext("Saved."))
        return redirect("account")
    roles = [NAMES[role] for role in NAMES if role in roles_of(request)]
    return render(request, "account/account.html", {"form": form, "roles": roles})
