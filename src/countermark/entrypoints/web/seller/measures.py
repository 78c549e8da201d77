"""What was laid on a shop or its listings apart from any complaint: the statement of reasons, and the appeal against it.

A measure that does not touch the visitor's shops is not there at all."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.complaints.words import defect_words
from countermark.apps.decisions.appeals import AppealDefective
from countermark.apps.orders import appeals, wording, words
from countermark.apps.orders.models import Order, OrderAppeal
from countermark.apps.parties.models import Seller
from countermark.apps.work import files, moments, true_time
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import unseal
from countermark.core import appeal as rules
from countermark.core import catalogue
from countermark.entrypoints.web.case_file import said
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller import matched
from countermark.entrypoints.web.seller.faults import Fault, upload_fault
from countermark.entrypoints.web.seller.own_measure import own_measure
from countermark.entrypoints.web.seller.shops import listed_ids, person_of
from countermark.evidence.uploads import DEFAULT, UploadRefused

LINES_SHOWN = 50


@require_safe
@door([SELLER])
def measures(request: HttpRequest) -> HttpResponse:
    """Every order and decision about the visitor's shops, the newest first."""
    mine = listed_ids(request)
    shown = page_of(request, appeals.orders_about(mine))
    rows = [
        {"order": order, "what": _what(order), "who": words.who(order), "until": words.until(order)} for order in shown
    ]
    return render(request, "seller/measures.html", {"page": shown, "rows": rows})


def _what(order: Order) -> str:
    return str(words.DONE[order.measure]) if order.measure else gettext("What was restricted is put back.")


@require_safe
@door([SELLER])
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """One of them: what was done, why, by whose order, until when; and what can be done against it."""
    order, seller = own_measure(request, number)
    stands = appeals.standing(order, seller, at=request.at)
    lines = order.lines.filter(listing__seller=seller).select_related("listing").order_by("pk")
    page = {
        **_about(order, seller),
        "shown": matched.of(order, seller),
        "blocks": [block for block in wording.statement(order, seller) if block],
        "lines": lines[:LINES_SHOWN],
        "more": max(0, lines.count() - LINES_SHOWN),
        "stands": stands,
        "offer": _offer(stands, order),
        "appeal": stands.filed and _filed(stands.filed),
    }
    return render(request, "seller/measure.html", page)


def _about(order: Order, seller: Seller) -> dict[str, Any]:
    url = reverse("seller:measure", args=[order.number])
    return {
        "order": order,
        "seller": seller,
        "zone": order.marketplace.zone,
        "what": _what(order),
        "how_ended": words.HOW_ENDED.get(order.ended_how, ""),
        "url": f"{url}?shop={seller.pk}",
        "appeal_url": f"{reverse('seller:measure-appeal', args=[order.number])}?shop={seller.pk}",
    }


def _offer(stands: appeals.Standing, order: Order) -> tuple[str, str] | None:
    """What the page says about an appeal that was not filed: heading and sentence."""
    if stands.filed is not None:
        return None
    if stands.may and order.ended_how == "mended":
        still = gettext("If it should never have been done, you can appeal all the same.")
        said = [str(words.LIFTED[order.measure]), still, _until(stands)]
        return gettext("It has ended: the listing was changed"), moments.sentences(said)
    if stands.may:
        return gettext("You can appeal"), f"{_who_looks(order)} {_until(stands)}"
    return why_not(stands.refused)


def _who_looks(order: Order) -> str:
    if order.source == "screening":
        return gettext("A person who had no part in it looks at it, never software alone.")
    return gettext("Another person than who decided looks at it.")


def _until(stands: appeals.Standing) -> str:
    if stands.due is None:
        return gettext("Your time to appeal begins when you have been told of the decision.")
    until = moments.deadline(stands.due.due_at, stands.due.zone)
    return gettext("Until %(until)s, counted from the day you were told.") % {"until": until}


def why_not(refused: rules.AppealRefused | None) -> tuple[str, str]:
    """Why nothing can be appealed here, and what can be done instead."""
    if isinstance(refused, rules.TimeIsOver):
        ended = {"until": moments.deadline(refused.due.due_at, refused.due.zone)}
        sentence = gettext("It ended %(until)s. A court remains open to you.") % ended
        return gettext("The time to appeal is over"), sentence
    if isinstance(refused, rules.NothingLost):
        return gettext("There is nothing to appeal"), gettext("The decision was taken back.")
    heading = gettext("There is no decision of ours to appeal")
    return heading, gettext("A court or an authority decided. Object there; what it decides we carry out.")


def result(appeal: OrderAppeal) -> str:
    """How an appeal stands, to the shop that filed it."""
    if appeal.decided_at is None:
        return gettext("Your appeal is with us")
    return gettext("Your appeal was granted") if appeal.granted else gettext("Your appeal was not granted")


def _filed(appeal: OrderAppeal) -> dict[str, Any]:
    zone = appeal.order.marketplace.zone
    return {
        "row": appeal,
        "result": result(appeal),
        "words": said(unseal(appeal.words)),
        "answer": said(unseal(appeal.answer)),
        "files": list(appeal.files.all()),
        "until": moments.deadline(appeal.due_at, zone),
    }


# --- the appeal -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door([SELLER])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Why is the decision wrong? Taken once, however often it is clicked."""
    order, seller = own_measure(request, number)
    if not appeals.standing(order, seller, at=request.at).may:
        return _as_it_stands(request, order, seller)
    if request.method != "POST":
        return _form(request, order, seller, [])
    faults = _faults(request)
    kept = _kept(request, faults)
    return _form(request, order, seller, faults) if faults else _file(request, order, seller, kept)


def _as_it_stands(request: HttpRequest, order: Order, seller: Seller) -> HttpResponse:
    """To the page of the measure; who wanted to file another appeal is told that none was."""
    filed = OrderAppeal.objects.filter(order=order, seller=seller, key=request.POST.get("key", "")[:80] or "-")
    if request.method == "POST" and not filed.exists():
        messages.info(request, gettext("Nothing was filed: the page says how it stands."))
    return redirect(_about(order, seller)["url"])


def _kept(request: HttpRequest, faults: list[Fault]) -> list[StoredFile]:
    """The papers, kept; none where something is wrong already. Adds why one was refused to `faults`."""
    kept: list[StoredFile] = []
    by, at = person_of(request), request.at
    for file in request.FILES.getlist("files") if not faults else ():
        try:
            kept.append(files.keep(content=file.read(), name=file.name or "", by=by, at=at))
        except UploadRefused as refused:
            faults.append(upload_fault(refused, "files"))
    return kept


def _typed(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _faults(request: HttpRequest) -> list[Fault]:
    sent = len(request.FILES.getlist("files"))
    wrong = appeals.filing_defects(_typed(request), sent)
    found = [Fault(*defect_words(d.code, d.data), {"files": "files"}.get(d.field, "words")) for d in wrong]
    if not request.POST.get("checked"):
        what = gettext("The tick before sending is missing.")
        found.append(Fault(what, gettext("Read what stands there and tick it."), "checked"))
    return found


def _file(request: HttpRequest, order: Order, seller: Seller, kept: list[StoredFile]) -> HttpResponse:
    try:
        appeals.file_appeal(
            order=order,
            seller=seller,
            words=_typed(request),
            files=kept,
            by=person_of(request),
            at=request.at,
            now=true_time.now(),
            key=request.POST.get("key", "")[:80].replace("\0", "") or str(uuid4()),
        )
        messages.success(request, gettext("Your appeal is filed. Another person looks at the decision again."))
    except (rules.AppealRefused, AppealDefective):
        messages.info(request, gettext("Nothing was filed: the page says how it stands."))
    return redirect(_about(order, seller)["url"])


def _form(request: HttpRequest, order: Order, seller: Seller, faults: list[Fault]) -> HttpResponse:
    known = catalogue.load()
    page = {
        **_about(order, seller),
        "stands": appeals.standing(order, seller, at=request.at),
        "faults": faults,
        "typed": _typed(request),
        "key": request.POST.get("key") or uuid4(),
        "longest": known.number("statement_max"),
        "most": known.number("appeal_files"),
        "megabytes": DEFAULT.max_bytes // 1_000_000,
        "days": known.number("appeal_days"),
    }
    return render(request, "seller/measure_appeal.html", page, status=422 if faults else 200)
