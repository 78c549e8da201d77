"""Orders of courts and authorities, and the desk's own decisions: recorded, followed, answered, ended; a receipt to print."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.orders import appeals, letters, services, wording, words
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import EARLY, Order
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.work import files, true_time
from countermark.apps.work.sealing import unseal
from countermark.core import catalogue
from countermark.entrypoints import finding_shown
from countermark.entrypoints.defect_said import upload_said
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.case_file import said
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator.appeals import result
from countermark.entrypoints.web.operator.order_words import faults_of_order
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.roles import OPERATOR
from countermark.evidence.uploads import UploadRefused

CODE = re.compile(r"[^\s,;，、；]+")
STATES = {
    "in_force": pgettext_lazy("order", "In force"),
    "ended": pgettext_lazy("order", "Ended"),
    "untold": gettext_lazy("A letter did not arrive"),
}
SOURCES = {
    "authority": gettext_lazy("Courts and authorities"),
    "operator": gettext_lazy("Our own decisions"),
    "screening": gettext_lazy("Stopped by screening"),
}


class OrderForm(forms.Form):
    """What an operator types. It only reads: everything that is wrong is said by the service, at once."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=gettext_lazy("What is ordered"), choices=lambda: _kinds())
    marketplace = forms.ChoiceField(label=gettext_lazy("Marketplace"), choices=lambda: _marketplaces())
    authority = forms.CharField(label=gettext_lazy("Court or authority"))
    country = forms.CharField(label=gettext_lazy("Its country"))
    reference = forms.CharField(label=gettext_lazy("Its number"))
    basis = forms.CharField(label=gettext_lazy("Legal basis"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=lambda: settings.LANGUAGES)
    contact_email = forms.CharField(label=gettext_lazy("Address for the receipt"), widget=forms.EmailInput)
    received_at = forms.CharField(label=gettext_lazy("When it reached us"))
    words = forms.CharField(label=gettext_lazy("What is ordered, and why"), widget=forms.Textarea, strip=False)
    measure = forms.ChoiceField(label=gettext_lazy("What has to be done"), choices=lambda: _measures())
    territories = forms.CharField(label=gettext_lazy("In which countries"))
    until = forms.CharField(label=gettext_lazy("Until when"))
    addresses = forms.CharField(label=gettext_lazy("Listings"), widget=forms.Textarea, strip=False)
    seller_ref = forms.CharField(label=gettext_lazy("Or the whole shop of a seller"))

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        if source == "operator":
            self.fields["basis"] = forms.ChoiceField(label=gettext_lazy("Rule that was broken"), choices=_clauses)
            self.fields["words"].label = gettext_lazy("What was found, and why this is done")
        for name in ("received_at", "until"):
            self.fields[name].widget = forms.TextInput(attrs={"type": "datetime-local"})
        for field in self.fields.values():
            field.required = False

    def received(self, *, at: datetime, file: Any = None) -> Received:
        """What was typed, for the service to judge."""
        texts = {name: self.data.get(name, "").replace("\0", "␀") for name in self.fields}
        place = Marketplace.objects.filter(slug=texts["marketplace"]).first()
        zone = ZoneInfo(place.zone if place else settings.TIME_ZONE)
        own = self.source == "operator"
        return Received(
            source=self.source,
            kind="restrict" if own else texts["kind"],
            marketplace=place,
            received_at=at if own else _instant(texts["received_at"], zone),
            words=texts["words"].replace("\r\n", "\n"),
            authority=texts["authority"],
            country=texts["country"].strip().upper(),
            basis=texts["basis"],
            reference=texts["reference"],
            contact_email=texts["contact_email"].strip(),
            language=texts["language"] or settings.LANGUAGE_CODE,
            measure=texts["measure"],
            territories=CODE.findall(texts["territories"]),
            until=_instant(texts["until"], zone),
            until_text=texts["until"],
            addresses=texts["addresses"],
            seller_ref=texts["seller_ref"],
            file=file,
        )


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None


def _kinds() -> list[tuple[str, Any]]:
    return [(kind, words.KINDS[kind]) for kind in ("restrict", "restore", "inform")]


def _marketplaces() -> list[tuple[str, str]]:
    return [(place.slug, place.name) for place in Marketplace.objects.order_by("name")]


def _measures() -> list[Any]:
    choose = ("", gettext("Choose"))
    on_listing = (gettext("To listings"), list(words.ON_LISTING.items()))
    return [choose, on_listing, (gettext("To the whole shop"), list(words.ON_SHOP.items()))]


def _clauses() -> list[tuple[str, str]]:
    clauses = catalogue.load().clauses.items()
    return [("", gettext("Choose")), *((key, f"{key}: {gettext(rule)}") for key, rule in clauses)]


# --- the list -------------------------------------------------------------------------------------------------------------


@require_safe
@door(roles=[OPERATOR])
def orders(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    rows = _filtered(request)
    if lists.wants_csv(request):
        return _sheet(rows)
    page = {
        "page": lists.page_of(request, rows),
        "in_force": Order.objects.filter(state="in_force").count(),
        "any": Order.objects.exists(),
        "state": lists.chosen(request, "state", STATES),
        "states": STATES.items(),
        "source": lists.chosen(request, "source", SOURCES),
        "sources": SOURCES.items(),
        "kinds": words.KINDS,
        "q": lists.typed(request),
        "csv_url": lists.csv_url(request),
    }
    page["rows"] = [
        (row, words.KINDS[row.kind], words.MEASURES.get(row.measure), words.who(row)) for row in page["page"]
    ]
    return render(request, "operator/orders.html", page)


def _filtered(request: HttpRequest) -> QuerySet[Order]:
    rows = Order.objects.select_related("marketplace").annotate(
        count=Count("lines"),
        done=Count("lines", filter=~Q(lines__effect_at=None)),
        is_untold=Exists(letters.not_arrived().filter(order=OuterRef("pk"))),
        is_appealed=Exists(appeals.waiting().filter(order=OuterRef("pk"))),
    )
    state, source = lists.chosen(request, "state", STATES), lists.chosen(request, "source", SOURCES)
    if state:
        untold = Q(pk__in=letters.not_arrived().values("order"))
        rows = rows.filter(untold if state == "untold" else Q(state=state))
    if source:
        rows = rows.filter(source=source)
    if q := lists.typed(request):
        found = Q(number__icontains=q) | Q(authority__icontains=q) | Q(reference__icontains=q)
        listing = Q(lines__listing__item_id__icontains=q) | Q(lines__seller__name__icontains=q)
        rows = rows.filter(Q(pk__in=Order.objects.filter(found | listing).values("pk")))
    return rows.order_by("-pk")


def _sheet(rows: QuerySet[Order]) -> HttpResponse:
    head = ("order", "authority", "country", "reference", "basis", "kind", "measure", "countries", "until", "received", "state",
            "lines", "confirmed")  # fmt: skip
    table = (
        (o.number, o.authority, o.country, o.reference, o.basis, o.kind, o.measure, " ".join(o.countries),
         o.until.isoformat() if o.until else "", o.received_at.isoformat(), o.state, o.count, o.done)
        for o in rows
    )  # fmt: skip
    return lists.csv_answer("orders.csv", head, table)


# --- recording one --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def record(request: HttpRequest, source: str = "authority") -> HttpResponse:
    """Record an order, or a decision of our own; all that is wrong is said at once."""
    if request.method != "POST":
        initial = {"key": secrets.token_urlsafe(16), "language": settings.LANGUAGE_CODE, **_about(request)}
        return _form(request, OrderForm(initial=initial, source=source), initial["key"])
    form = OrderForm(request.POST, source=source)
    at, key = request.at, request.POST.get("key", "")[:60]
    try:
        kept = _kept_file(request, at)
        received = form.received(at=at, file=kept)
        order = services.record(received, by=request.user, at=at, now=true_time.now(), key=key or None)
    except UploadRefused as refused:
        return _form(request, form, key, [Fault(gettext("The file was not kept."), upload_said(refused), "id_file")])
    except services.OrderDefective as defective:
        return _form(request, form, key, faults_of_order(defective.defects), defective)
    messages.success(request, gettext("%(number)s is recorded and is carried out now.") % {"number": order.number})
    return redirect("operator:order", order.number)


def _about(request: HttpRequest) -> dict[str, str]:
    """What is known already when somebody comes from a shop's page."""
    pk = request.GET.get("shop", "")
    seller = (
        Seller.objects.filter(pk=pk).select_related("marketplace").first() if pk.isascii() and pk.isdigit() else None
    )
    return {"seller_ref": seller.ref, "marketplace": seller.marketplace.slug} if seller else {}


def _kept_file(request: HttpRequest, at: datetime) -> Any:
    sent = request.FILES.get("file")
    return files.keep(content=sent.read(), name=sent.name or "order", by=request.user, at=at) if sent else None


def _form(
    request: HttpRequest, form: OrderForm, key: str, faults: Any = (), defective: services.OrderDefective | None = None
) -> HttpResponse:
    if form.is_bound:
        form.full_clean()
        form.errors.clear()
        for fault in faults:
            name = fault.field.removeprefix("id_")
            if name in form.fields:
                form.add_error(name, f"{fault.what} {fault.way_out}")
    page = {"form": form, "key": key, "faults": faults, "own": form.source == "operator", "is_again": bool(defective)}
    return render(request, "operator/order_new.html", page, status=422 if faults else 200)


# --- one ------------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: what it lays on whom, what came of it, whom it was told; set it aside, or say what was answered."""
    row = get_object_or_404(Order.objects.select_related("marketplace", "recorded_by", "file"), number=number)
    if request.method != "POST":
        return _page(request, row)
    try:
        if act := ACTS.get(request.POST.get("do", "")):
            messages.success(request, act(request, row))
    except services.OrderDefective as defective:
        return _page(request, row, faults_of_order(defective.defects))
    except services.OrderEnded:
        messages.info(request, gettext("It had ended already; nothing was changed."))
    return redirect("operator:order", row.number)


def _told(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "at": request.at, "now": true_time.now()}


def _answer(request: HttpRequest, row: Order) -> str:
    services.answer(row.pk, text=request.POST.get("answer", "").replace("\0", "␀"), **_told(request))
    return gettext("The answer is kept, and the authority is told.")


def _send_again(request: HttpRequest, row: Order) -> str:
    letters.send_again(row.letters.filter(pk=_number(request.POST.get("letter", ""))), now=true_time.now())
    return gettext("The letter is sent once more.")


def _handed_over(request: HttpRequest, row: Order) -> str:
    letters.handed_over(row, _number(request.POST.get("letter", "")), **_told(request))
    return gettext("It is kept that the letter was handed over.")


def _set_aside(request: HttpRequest, row: Order) -> str:
    services.set_aside(row.pk, **_told(request))
    return gettext("It is set aside; what it asked is released.")


ACTS = {"answer": _answer, "again": _send_again, "handed": _handed_over, "aside": _set_aside}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _page(request: HttpRequest, row: Order, faults: Any = ()) -> HttpResponse:
    lines = row.lines.select_related("listing", "seller", "complaint").order_by("pk")
    shown = lists.page_of(request, lines)
    page = {
        "order": row,
        "kind": words.KINDS[row.kind],
        "measure": words.MEASURES.get(row.measure),
        "who": words.who(row),
        "where": words.where(row),
        "until": words.until(row),
        "how_ended": words.HOW_ENDED.get(row.ended_how, ""),
        "words": said(unseal(row.words)),
        "answer": said(unseal(row.answer)),
        "rule": gettext(catalogue.load().clauses.get(row.basis, "")) if row.source != "authority" else "",
        "lines": shown,
        "done": row.lines.exclude(effect_at=None).count(),
        "shown": finding_shown.of_order(row),
        "letters": [
            (letter, words.LETTERS[letter.what]) for letter in row.letters.select_related("seller").order_by("pk")
        ],
        "appeals": [(appeal, result(appeal)) for appeal in row.appeals.select_related("seller").order_by("pk")],
        "steps": [_step(event) for event in row.events.all()],
        "lifted": words.LIFTED.get(row.measure, ""),
        "faults": faults,
    }
    return render(request, "operator/order.html", page, status=422 if faults else 200)


def _step(event: Any) -> dict[str, Any]:
    return {"at": event.at, "title": words.EVENTS[event.event], "text": "", "key": False, "files": [], "by": ""}


@require_safe
@door(roles=[OPERATOR])
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt to print or to send by post, in the language of the order."""
    row = get_object_or_404(Order.objects.select_related("marketplace"), number=number, source="authority")
    if row.kind == "case":
        return redirect("operator:order", row.number)
    with translation.override(row.language):
        page = {
            "order": row,
            "to": gettext("To %(authority)s") % {"authority": row.authority},
            "title": gettext("Receipt %(number)s") % {"number": row.number},
            "blocks": [list(wording.receipt_lines(row)), list(wording.effect_lines(row))],
            "ended": list(wording.ended_lines(row)) if row.ended_how in EARLY else [],
        }
    return render(request, "operator/order_receipt.html", page)
