"""The endpoints of a party: how they are, what each is told, and the form that says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.parties.models import Marketplace
from countermark.apps.webhooks import selectors, services
from countermark.apps.webhooks.models import Endpoint
from countermark.apps.webhooks.selectors import Owner
from countermark.apps.webhooks.services import EndpointDefective, EndpointSaid
from countermark.apps.work import moments, true_time
from countermark.core import procedure_loader
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.webhooks.deliveries import line
from countermark.entrypoints.web.webhooks.owners import ROLES, owned, owners
from countermark.entrypoints.web.webhooks.words import WHY, event_words, health_tag, said

SHOWN = 10  # deliveries on the page of an endpoint
ANCHORS = {name: f"id_{name}_0" for name in ("events", "marketplaces", "packs")}


def _events() -> list[tuple[str, str]]:
    return [(code, event_words(code)) for code in services.known_events()]


def _places() -> list[tuple[str, str]]:
    return list(Marketplace.objects.order_by("name").values_list("slug", "name"))


def _packs() -> list[tuple[str, str]]:
    return [(pack, gettext(procedure_loader.load(pack).name)) for pack in procedure_loader.pack_ids()]


class EndpointForm(forms.Form):
    """What somebody says about an endpoint. It only reads: everything that is wrong is said by the service."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Name"), required=False)
    url = forms.CharField(label=gettext_lazy("Address of the receiver"), required=False)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Only these events"), choices=_events, required=False, widget=forms.CheckboxSelectMultiple
    )
    marketplaces = forms.MultipleChoiceField(
        label=gettext_lazy("Only these marketplaces"),
        choices=_places,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    packs = forms.MultipleChoiceField(
        label=gettext_lazy("Only these procedures"), choices=_packs, required=False, widget=forms.CheckboxSelectMultiple
    )

    def said(self) -> EndpointSaid:
        """What was filled in, as it was typed."""
        lists = {name: tuple(dict.fromkeys(self.data.getlist(name))) for name in ANCHORS}
        return EndpointSaid(name=self.data.get("name", "").strip(), url=self.data.get("url", "").strip(), **lists)


@require_safe
@door(roles=ROLES)
def endpoints(request: HttpRequest) -> HttpResponse:
    """All of them, with how they are."""
    named = owners(request)
    rows = [(row, health_tag(row), name) for owner, name in named for row in selectors.endpoints_of(owner)]
    broken = sum(row.state == "stopped" or row.failing_since is not None for row, _, _ in rows)
    return render(request, "webhooks/endpoints.html", {"rows": rows, "broken": broken, "several": len(named) > 1})


@require_safe
@door(roles=ROLES)
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One: its health, its last deliveries, and what can be done."""
    row, _ = owned(request, pk)
    return endpoint_page(request, row)


def endpoint_page(request: HttpRequest, row: Endpoint, faults: Any = (), typed: Any = None) -> HttpResponse:
    """The page of an endpoint, with what is wrong about a replay that was asked for."""
    page = {
        "row": row,
        "health": health_tag(row),
        "why": WHY.get(row.why, ""),
        "counts": selectors.counts_of(row),
        "last": [line(one) for one in selectors.deliveries_of(row)[:SHOWN]],
        "filters": _filters(row),
        "both_sign": row.old_until is not None and row.old_until > true_time.now(),
        "place": moments.place(None),
        "faults": faults,
        "typed": typed or {},
    }
    return render(request, "webhooks/endpoint.html", page, status=422 if faults else 200)


def _filters(row: Endpoint) -> list[tuple[str, list[str]]]:
    """What it is told, as labels and values; an empty list of values means everything."""
    places = dict(_places())
    laws = dict(_packs())
    return [
        (gettext("Events"), [event_words(code) for code in row.events if code in services.known_events()]),
        (gettext("Marketplaces"), [places.get(slug, slug) for slug in row.marketplaces]),
        (gettext("Procedures"), [laws.get(pack, pack) for pack in row.packs]),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=ROLES)
def add(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is shown on the page that follows, once."""
    named = owners(request)
    if request.method != "POST":
        return _form(request, EndpointForm(), None, named)
    form = EndpointForm(request.POST)
    owner = _chosen(request, named)
    try:
        row, secret = services.add_endpoint(owner=owner, said=form.said(), by=request.user, now=true_time.now())
    except EndpointDefective as defective:
        return _form(request, form, None, named, defective.defects)
    return render(request, "webhooks/secret.html", {"row": row, "secret": secret, "is_new": True})


def _chosen(request: HttpRequest, named: list[tuple[Owner, str]]) -> Owner:
    """Whose endpoint it becomes: the one chosen, the first where nothing is to be chosen."""
    wanted = request.POST.get("owner", "0")
    place = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 0
    return named[place if place < len(named) else 0][0]


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=ROLES)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, address or filters; what was taken up already goes out as it was."""
    row, owner = owned(request, pk)
    if request.method != "POST":
        names = EndpointForm.base_fields
        return _form(request, EndpointForm(initial={name: getattr(row, name) for name in names}), row, [])
    form = EndpointForm(request.POST)
    try:
        services.change_endpoint(row.pk, owner=owner, said=form.said())
    except EndpointDefective as defective:
        return _form(request, form, row, [], defective.defects)
    return redirect("webhooks:endpoint", row.pk)


def _form(
    request: HttpRequest, form: EndpointForm, row: Endpoint | None, named: list[tuple[Owner, str]], defects: Any = ()
) -> HttpResponse:
    if form.is_bound:
        form.full_clean()
        form.errors.clear()  # what the service finds is said, and nothing twice
    for defect in defects:
        form.add_error(defect.field, " ".join(said(defect.code, defect.data)))
    faults = [Fault(*said(d.code, d.data), ANCHORS.get(d.field, f"id_{d.field}")) for d in defects]
    names = [name for _, name in named] if len(named) > 1 else []
    page = {"form": form, "row": row, "faults": faults, "names": names, "narrowed": _narrowed(form)}
    return render(request, "webhooks/form.html", page, status=422 if defects else 200)


def _narrowed(form: EndpointForm) -> bool:
    """Whether a filter is set, so that the filters stand open."""
    return any(form[name].value() for name in ANCHORS)
