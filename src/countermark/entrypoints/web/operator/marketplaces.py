"""The places of sale: under which law and calendar, how they are reached, and how their addresses are read."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from countermark.apps.parties import operator_services as services
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.operator_services import MarketplaceSaid
from countermark.apps.parties.seeds import KNOWN, ensure_known_marketplaces
from countermark.apps.parties.selectors import addresses_of, open_marketplaces
from countermark.apps.work import moments, true_time
from countermark.core import procedure_loader
from countermark.core.calendar import calendars
from countermark.core.calendar import load as load_calendar
from countermark.core.listing_urls import Found
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.words import TIMINGS, deed, faults_of, nobody, said
from countermark.entrypoints.web.roles import OPERATOR

CODE = re.compile(r"[^\s,;，、；]+")  # codes in a row, however a keyboard sets them apart
ANCHORS = {"packs": "id_default_pack", "duties": "id_duties_0"}
CONNECTORS = (
    ("none", pgettext_lazy("connector", "None: an operator acts by hand")),
    ("rest", pgettext_lazy("connector", "REST interface of the marketplace")),
)


def _packs() -> list[tuple[str, str]]:
    return [(pack, gettext(procedure_loader.load(pack).name)) for pack in procedure_loader.pack_ids()]


def _duties() -> list[tuple[str, str]]:
    return [(each, each) for each in procedure_loader.duties_ids()]


def _places() -> list[tuple[str, str]]:
    return [(each, gettext("Everywhere") if each == services.EVERYWHERE else each) for each in services.territories()]


def _calendars() -> list[tuple[str, str]]:
    return [(each, f"{each}: {gettext(load_calendar(each).title)}") for each in calendars()]


class MarketplaceForm(forms.Form):
    """What an operator says about a marketplace. It only reads: everything that is wrong is said by the service."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Name"))
    slug = forms.CharField(label=gettext_lazy("Short name"))
    territory = forms.ChoiceField(label=gettext_lazy("Where it sells"), choices=_places)
    offered_in = forms.CharField(label=gettext_lazy("Where its listings are offered"))
    calendar = forms.ChoiceField(label=gettext_lazy("Calendar of its working days"), choices=_calendars)
    zone = forms.CharField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=lambda: settings.LANGUAGES)
    default_pack = forms.ChoiceField(label=gettext_lazy("Procedure of its complaints"), choices=_packs)
    packs = forms.MultipleChoiceField(
        label=gettext_lazy("Other procedures it offers"), choices=_packs, widget=forms.CheckboxSelectMultiple
    )
    duties = forms.MultipleChoiceField(
        label=gettext_lazy("Duties beyond those the law of its places brings"),
        choices=_duties,
        widget=forms.CheckboxSelectMultiple,
    )
    timing = forms.ChoiceField(label=gettext_lazy("When a measure takes effect"), choices=lambda: TIMINGS.items())
    connector = forms.ChoiceField(label=gettext_lazy("How it is reached"), choices=CONNECTORS)
    base_url = forms.CharField(label=gettext_lazy("Address of the interface"))
    secret_name = forms.CharField(label=gettext_lazy("Environment variable of the secret"))
    patterns = forms.CharField(label=gettext_lazy("How its addresses look"), widget=forms.Textarea, strip=False)
    is_active = forms.BooleanField(label=gettext_lazy("Takes new complaints"))
    sample = forms.CharField(label=gettext_lazy("An address to try"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def said(self, slug: str = "") -> MarketplaceSaid:
        """What was filled in, as it was typed: the service judges it, so that all faults are said at once."""
        get = self.data.get
        default = get("default_pack", "")
        others = [pack for pack in self.data.getlist("packs") if pack != default]
        texts = {name: _clean(get(name, "")) for name in TEXTS}
        return MarketplaceSaid(
            **{**texts, "slug": slug or texts["slug"]},
            offered_in=tuple(dict.fromkeys(CODE.findall(get("offered_in", "").upper()))),
            packs=tuple(each for each in (default, *others) if each),
            duties=tuple(self.data.getlist("duties")),
            patterns=get("patterns", "").replace("\r\n", "\n").replace("\0", ""),
            is_active="is_active" in self.data,
        )  # fmt: skip


TEXTS = ("slug", "name", "territory", "calendar", "zone", "language", "timing", "connector", "base_url", "secret_name")


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()


def _shown(known: MarketplaceSaid) -> dict[str, Any]:
    """What is kept, as the form shows it."""
    values = {name: getattr(known, name) for name in (*TEXTS, "patterns", "is_active", "duties")}
    return {
        **values,
        "offered_in": ", ".join(known.offered_in),
        "default_pack": known.packs[0] if known.packs else "",
        "packs": list(known.packs[1:]),
    }


# --- the list -------------------------------------------------------------------------------------------------------------


@require_safe
@door(roles=[OPERATOR])
def marketplaces(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    q, active = lists.typed(request), lists.chosen(request, "active", ("yes", "no"))
    open_cases = Count("notices__complaints", filter=Q(notices__complaints__outcome=""), distinct=True)
    rows = Marketplace.objects.filter(Q(name__icontains=q) | Q(slug__icontains=q)).annotate(open_cases=open_cases)
    if active:
        rows = rows.filter(is_active=active == "yes")
    rows = rows.order_by("name")
    if lists.wants_csv(request):
        head = ("slug", "name", "territory", "calendar", "zone", "packs", "connector", "active")
        table = (
            (m.slug, m.name, m.territory, m.calendar, m.zone, " ".join(m.packs), m.connector, m.is_active) for m in rows
        )
        return csv_answer("marketplaces.csv", head, table)
    shown = lists.page_of(request, rows)
    there = set(Marketplace.objects.values_list("slug", flat=True))
    page = {
        "page": shown,
        "places": [(row, _laws(row), addresses_of(row) is not None) for row in shown],
        "count": len(open_marketplaces()),
        "missing": [name for slug, name, _ in KNOWN if slug not in there],
        "q": q,
        "active": active,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/marketplaces.html", page)


def _laws(row: Marketplace) -> list[str]:
    known = procedure_loader.pack_ids()
    return [gettext(procedure_loader.load(pack).name) if pack in known else pack for pack in row.packs]


@require_POST
@door(roles=[OPERATOR])
def add_known(request: HttpRequest) -> HttpResponse:
    """Add what is missing of the marketplaces known from the start."""
    added = ensure_known_marketplaces()
    names = moments.joined(row.name for row in added)
    messages.success(request, gettext("Added: %(names)s.") % {"names": names} if added else gettext("All are there."))
    return redirect("operator:marketplaces")


# --- one ------------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def add(request: HttpRequest) -> HttpResponse:
    """Take up a place of sale."""
    usual = MarketplaceSaid(calendar="CN", zone=settings.TIME_ZONE, language="en", territory="CN", packs=("platform",))
    return _edit(request, usual, None)


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def marketplace(request: HttpRequest, slug: str) -> HttpResponse:
    """Change one; running cases keep what they were opened with."""
    row = get_object_or_404(Marketplace, slug=slug)
    return _edit(request, services.said_of(row), row)


def _edit(request: HttpRequest, known: MarketplaceSaid, row: Marketplace | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, MarketplaceForm(initial=_shown(known)), row)
    form = MarketplaceForm(request.POST)
    given = form.said(row.slug if row else "")
    if request.POST.get("do") == "try":
        return _tried(request, form, given, row)
    told = {"said": given, "by": request.user, "now": true_time.now()}
    try:
        if row is None:
            row = services.add_marketplace(**told)
        else:
            services.change_marketplace(marketplace_id=row.pk, **told)
    except services.MarketplaceDefective as defective:
        return _page(request, form, row, defects=defective.defects)
    messages.success(request, gettext("%(name)s is kept.") % {"name": given.name})
    return redirect("operator:marketplaces")


def _tried(
    request: HttpRequest, form: MarketplaceForm, given: MarketplaceSaid, row: Marketplace | None
) -> HttpResponse:
    """How the sample address is read, without keeping anything."""
    try:
        verdict = services.try_address(given, request.POST.get("sample", ""))
    except services.MarketplaceDefective as defective:
        return _page(request, form, row, defects=defective.defects)
    return _page(request, form, row, verdict=_verdict(verdict))


def _verdict(verdict: Any) -> dict[str, Any]:
    if isinstance(verdict, Found):
        return {"found": True, "item": verdict.item_id, "url": verdict.canonical_url, "kind": verdict.kind}
    return {"found": False, "sentence": gettext(verdict.sentence).format_map(verdict.data)}


def _page(
    request: HttpRequest, form: MarketplaceForm, row: Marketplace | None, *, defects: Any = (), verdict: Any = None
) -> HttpResponse:
    if form.is_bound:
        form.full_clean()
        form.errors.clear()  # what the service finds is said, and nothing twice
        for defect in defects:
            name = {"packs": "default_pack"}.get(defect.field, defect.field)
            form.add_error(name, " ".join(said(defect.code, defect.data)))
    events = row.staff_events.select_related("by", "person", "marketplace").order_by("-pk")[:20] if row else ()
    page = {
        "form": form,
        "row": row,
        "faults": faults_of(defects, ANCHORS),
        "verdict": verdict,
        "is_shipped": bool(row and not row.patterns and addresses_of(row)),
        "history": [{"at": e.at, "text": f"{e.by or nobody()} {deed(e)}"} for e in events],
    }
    return render(request, "operator/marketplace.html", page, status=422 if defects else 200)
