"""Reporting a listing without an account, the end: check the answers, declare, type the code of the mail, and it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from countermark.apps.complaints import guests
from countermark.apps.complaints.guest_again import AlreadyReported
from countermark.apps.complaints.guests import TooOften
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import GuestDraft
from countermark.apps.complaints.pasted import counted
from countermark.apps.parties import codes
from countermark.apps.work import moments
from countermark.core import catalogue, procedure_loader
from countermark.core.catalogue import Element
from countermark.core.defect import Defect
from countermark.core.notice import needs_of
from countermark.entrypoints.origin import origin
from countermark.entrypoints.web.guest.steps import at_step, not_yet, own_draft, paused, shown
from countermark.entrypoints.web.guest.visitors import let_in
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of
from countermark.entrypoints.web.rights_holder.next_steps import next_steps

# Where on the page of the answers each thing can be changed, for the links of the error summary.
ROWS = {
    "marketplace": "row-lines", "lines": "row-lines", "reason": "row-reason", "right": "row-right",
    "right_owner": "row-right", "right_number": "row-right", "statement": "row-why", "evidence": "row-why",
    "filer": "row-you", "email": "row-you", "declarations": "declare",
}  # fmt: skip


def declared(pack: str) -> list[Element]:
    """What this procedure has a guest declare."""
    elements = (catalogue.load().elements[each] for each in needs_of(procedure_loader.load(pack), guests.GUEST))
    return [element for element in elements if element.kind == "declaration" and element.id != "signature"]


@at_step
def check(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """Everything once more, the declaration, and the code."""
    report = guests.report_of(draft)
    if elsewhere := not_yet(draft, report, "check"):
        return elsewhere
    if request.method != "POST":
        return _check_page(request, draft, _open_yet(request, draft))
    ticked = [element.id for element in declared(report.pack)] if request.POST.get("declare") == "yes" else []
    guests.save(draft, at=request.at, declarations=ticked)
    try:
        guests.send_code(draft, at=request.at, now=timezone.now(), by=origin(request))
    except NoticeDefective as defective:
        return _check_page(request, draft, faults_of(defective.defects, ROWS), 422)
    except TooOften as refused:
        return _check_page(request, draft, [paused(refused, "declare")], 429)
    except codes.CodeNotSent:
        return _check_page(request, draft, [_not_sent("declare")], 503)
    return redirect("guest:code", draft.pk)


def _not_sent(field: str) -> Fault:
    return Fault(gettext("The code could not be sent."), gettext("Nothing was lost. Try again in a minute."), field)


def _open_yet(request: HttpRequest, draft: GuestDraft) -> list[Fault]:
    """What has to be mended before the declaration is asked for."""
    found = guests.defects(guests.report_of(draft), at=request.at)
    return faults_of([d for d in found if d.blocks and not _is_asked_here(d)], ROWS)


def _is_asked_here(defect: Defect) -> bool:
    return defect.field == "declarations"


def _check_page(request: HttpRequest, draft: GuestDraft, wrong: list[Fault], status: int = 200) -> HttpResponse:
    draft.refresh_from_db()
    page: dict[str, Any] = shown(request, draft, "check", wrong)
    report = page["report"]
    procedure, known = procedure_loader.load(report.pack), catalogue.load()
    numbers = counted(report.lines)
    page |= {
        "procedure_name": gettext(procedure.name),
        "counted": {**numbers, "out": numbers["all"] - numbers["ready"]},
        "ready": [line for line in report.lines if line.is_ready],
        "files": [{"piece": piece, "kind": known.evidence_kinds[piece.kind].label} for piece in report.files],
        "declared": declared(report.pack),
        "can_send": not _open_yet(request, draft),
        "warnings": faults_of([d for d in guests.defects(report, at=request.at) if d.is_warning], ROWS),
        "next_steps": next_steps(procedure, guests.timing(report), report.marketplace, at=request.at),
    }
    return render(request, "guest/check.html", page, status=status)


# --- the code -------------------------------------------------------------------------------------------------------------


@at_step
def enter(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """Type the code; the right one sends the report, once however often it is clicked."""
    now = timezone.now()
    if request.method != "POST":
        return _code_page(request, draft) if guests.code_is_out(draft, now=now) else redirect("guest:check", draft.pk)
    try:
        if request.POST.get("step") == "send":
            guests.send_code(draft, at=request.at, now=now, by=origin(request))
            return redirect("guest:code", draft.pk)
        notice = guests.submit(draft, request.POST.get("code", ""), at=request.at, now=now)
    except AlreadyReported as before:
        return _known_already(request, before)
    except NoticeDefective:
        return redirect("guest:check", own_draft(request, draft.pk).pk)
    except TooOften as refused:
        return _code_page(request, draft, paused(refused, "code"), 429)
    except codes.ArrivalRefused as refused:
        return _code_page(request, draft, fault_of(refused), refused.http_status_hint)
    let_in(request, notice)
    return redirect("guest:notice", notice.number)


def _known_already(request: HttpRequest, before: AlreadyReported) -> HttpResponse:
    """The code showed whose address it is: the earlier report opens, and says which cases they are."""
    let_in(request, before.notice)
    said = gettext("You have reported this before; nothing was opened a second time. It is followed as %(cases)s.")
    messages.info(request, said % {"cases": moments.joined(before.cases)})
    return redirect("guest:notice", before.notice.number)


def fault_of(refused: codes.ArrivalRefused) -> Fault:
    """Why a code opened nothing, and the way out."""
    if isinstance(refused, codes.CodeWrong):
        way_out = gettext("Look at the newest mail and type its six digits. Tries left: %(left)s.")
        return Fault(gettext("That is not the code we sent."), way_out % {"left": refused.left}, "code")
    if isinstance(refused, codes.TooManyCodes):
        many = gettext("We have sent several codes already.")
        return Fault(many, gettext("Use the newest one, or wait an hour."), "code")
    if isinstance(refused, codes.CodeNotSent):
        return _not_sent("code")
    return Fault(gettext("This code is no longer good."), gettext("Let us send you a new one."), "code")


def _code_page(request: HttpRequest, draft: GuestDraft, wrong: Fault | None = None, status: int = 200) -> HttpResponse:
    page = {"draft": draft, "address": draft.data.get("email", ""), "faults": [wrong] if wrong else []}
    return render(request, "guest/code.html", page, status=status)
