"""Which programs act for the person who is signed in, with which keys, and how does one make or end a key?

A key is shown once, in the answer to the form that made it; what is kept is a digest. Times here are real."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import pgettext_lazy as in_context

from countermark.apps.access.models import ApiClient
from countermark.apps.access.scopes import (
    AGENT,
    AUDITOR,
    OPERATOR,
    REVIEWER,
    RIGHTS_HOLDER,
    ROLES,
    SCOPES,
    SELLER,
    SENIOR,
    scopes_of,
)
from countermark.apps.access.services import KeyDefective, clients_of, create_client, revoke_client
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.parties.selectors import holders_of
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import SIGNED_IN

LASTS = {
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("One year"),
    "": in_context("how long a key lasts", "Until it is taken back"),
}


@dataclass(frozen=True)
class Standing:
    """One thing a key can act as: a role, and for whom."""

    value: str
    label: str
    role: str
    given: dict[str, Any] = field(default_factory=dict)


def standings(person: Person) -> list[Standing]:
    """Everything the keys of this person can act as."""
    found = []
    for holder in holders_of(person).filter(memberships__role="admin"):
        role = AGENT if holder.is_agent else RIGHTS_HOLDER
        found.append(Standing(f"holder-{holder.pk}", f"{holder.name} ({ROLES[role]})", role, {"holder": holder}))
    for shop in person.shops.select_related("marketplace").order_by("name"):
        label = f"{shop.name}, {shop.marketplace.name} ({ROLES[SELLER]})"
        found.append(Standing(f"shop-{shop.pk}", label, SELLER, {"seller": shop}))
    desk = (role for role in (REVIEWER, SENIOR, OPERATOR) if getattr(person, f"is_{role}"))
    roles = [*desk, *([AUDITOR] if person.is_auditor(true_time.now()) else [])]
    return found + [Standing(role, str(ROLES[role]), role) for role in roles]


class KeyForm(forms.Form):
    """What a key is called, what it may do, for how long."""

    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What the program is, such as “Order system, night run”. Only you read it."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Give it what it needs and no more; another key is made in a minute."),
    )
    marketplace = forms.ModelChoiceField(
        queryset=Marketplace.objects.none(), required=False, label=gettext_lazy("Only for"),
        empty_label=gettext_lazy("Every marketplace"),
    )  # fmt: skip
    lasts = forms.ChoiceField(label=gettext_lazy("It lasts"), required=False)

    def __init__(self, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, SCOPES[scope][0]) for scope in scopes_of(standing.role)]
        self.fields["lasts"].choices = list(LASTS.items())
        if standing.role == OPERATOR:
            self.fields["marketplace"].queryset = Marketplace.objects.order_by("name")
        else:
            del self.fields["marketplace"]


@door(roles=[SIGNED_IN])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, the newest first."""
    now = true_time.now()
    rows = [_row(client, now) for client in clients_of(request.user)]
    return render(request, "account/keys.html", {"rows": rows, "may_make": bool(standings(request.user))})


def _row(client: ApiClient, now: datetime) -> dict[str, Any]:
    whom = client.holder or client.seller or client.marketplace
    ended = client.revoked_at or (client.expires_at if client.expires_at and client.expires_at <= now else None)
    return {
        "client": client,
        "acts_as": f"{whom} ({ROLES[client.role]})" if whom else str(ROLES[client.role]),
        "may": [str(SCOPES[scope][0]) for scope in client.scopes if scope in SCOPES],
        "ended": ended,
        "was_revoked": client.revoked_at is not None,
    }


@door(roles=[SIGNED_IN])
def new_key(request: HttpRequest) -> HttpResponse:
    """Ask as whom the key acts, where there is a choice; then what it may; then show it, once."""
    can = standings(request.user)
    if not can:
        return redirect("account-keys")
    asked = request.POST.get("as", request.GET.get("as", ""))
    standing = next((each for each in can if each.value == asked), can[0] if len(can) == 1 else None)
    if standing is None:
        return render(request, "account/key_as.html", {"standings": can, "nothing_chosen": "as" in request.GET})
    typed = request.POST if request.method == "POST" else None
    form = KeyForm(standing, typed, initial={"scopes": ["complaints:read"], "lasts": "90"})
    if typed is not None and form.is_valid() and (made := _made(request, form, standing)):
        return render(request, "account/key_made.html", made)
    return render(request, "account/key_new.html", {"form": form, "standing": standing})


def _made(request: HttpRequest, form: KeyForm, standing: Standing) -> dict[str, Any] | None:
    """What the page with the new key shows; None when it could not be made, with the reason on the form."""
    now, said = true_time.now(), form.cleaned_data
    ends = now + timedelta(days=int(said["lasts"])) if said["lasts"] else None
    try:
        client, key = create_client(
            person=request.user, role=standing.role, name=said["name"], scopes=said["scopes"], now=now,
            marketplace=said.get("marketplace"), expires_at=ends, **standing.given,
        )  # fmt: skip
    except KeyDefective as defective:
        where = defective.field if defective.field in form.fields else None
        form.add_error(where, gettext("This does not fit. Change it and send the form again."))
        return None
    return {"client": client, "key": key, "secret": key.removeprefix(f"{client.client_id}_")}


@door(roles=[SIGNED_IN])
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take the key back."""
    client = clients_of(request.user).filter(pk=pk, revoked_at=None).first()
    if client is None:
        raise Http404("no such key of yours")
    if request.method == "POST":
        revoke_client(client_id=client.pk, person=request.user, now=true_time.now())
        return redirect(f"{reverse('account-keys')}#key-{client.pk}")
    return render(request, "account/key_revoke.html", {"client": client})
