"""Who is this account? Its papers are added here, sent, mended when they come back; what was found each time stays to be read.

A verified account that is to be called otherwise, or has moved, shows that here as well: rights_holder/identity_change.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from countermark.apps.identity import selectors, services
from countermark.apps.identity.models import IdentityCheck
from countermark.apps.parties.models import Holder
from countermark.core import identity as papers_of
from countermark.core.defect import Defect
from countermark.entrypoints.identity_words import STATES, document_title, reason_said
from countermark.entrypoints.web.rights_holder.access import holder_of, holder_page
from countermark.entrypoints.web.rights_holder.accounts import acts
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.evidence.uploads import UploadRefused

ANCHORS = {"papers": "id_papers"}


@holder_page
def identity(request: HttpRequest) -> HttpResponse:
    """Where the account stands, and the form while something is to be shown."""
    holder = holder_of(request)
    standing, change = selectors.standing(holder), selectors.change_of(holder)
    if request.method != "POST":
        return _page(request, holder, standing)
    if (change.state if change else standing) in ("verified", "pending"):
        raise services.IdentityMoved(change.state if change else standing)
    check = services.draft_of(holder=holder, at=request.at)
    if wrong := [*_answers(request, check), *_files(request, check)]:
        return _page(request, holder, standing, wrong)
    return _sent(request, check, standing) if request.POST.get("then") == "send" else redirect("holder:identity")


def _answers(request: HttpRequest, check: IdentityCheck) -> list[Fault]:
    typed = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ("document", "number")}
    said = request.POST.get("valid_until", "").strip()
    try:
        until = date.fromisoformat(said) if said else None
    except ValueError:
        return faults_of([Defect("identity_date", "valid_until")])
    try:
        services.save_answers(check=check, valid_until=until, **typed)
    except services.IdentityDefective as defective:
        return faults_of(defective.defects)
    return []


def _files(request: HttpRequest, check: IdentityCheck) -> list[Fault]:
    wrong = []
    for each in request.FILES.getlist("papers"):
        try:
            services.add_paper(check=check, content=each.read(), name=each.name or "", at=request.at)
        except UploadRefused as refused:
            wrong.append(upload_fault(refused, "id_papers"))
        except services.IdentityDefective as defective:
            return faults_of(defective.defects, ANCHORS)
    return wrong


def _sent(request: HttpRequest, check: IdentityCheck, standing: str) -> HttpResponse:
    try:
        services.submit(check=check, by=request.user, at=request.at)
    except services.IdentityDefective as defective:
        documents = papers_of.documents_for(check.holder.location, check.holder.kind)
        first = {"document": f"document-{documents[0].id}", **ANCHORS}
        return _page(request, check.holder, standing, faults_of(defective.defects, first))
    messages.success(request, gettext("Sent. We look at it within three working days."))
    return redirect("holder:identity")


@require_POST
@holder_page
def remove_paper(request: HttpRequest, paper: int) -> HttpResponse:
    """Take a file away again, while nothing was sent."""
    check = services.draft_of(holder=holder_of(request), at=request.at)
    services.remove_paper(check=check, paper_id=paper)
    return redirect("holder:identity")


def _page(request: HttpRequest, holder: Holder, standing: str, faults: list[Fault] | None = None) -> HttpResponse:
    last, change = selectors.last_check(holder), selectors.change_of(holder)
    draft = last if last is not None and last.state in ("draft", "returned") else None
    to_show = standing in ("none", "returned") or (change is not None and change.state != "pending")
    waits = standing == "pending" or (change is not None and change.state == "pending")
    now = request.at
    shown: dict[str, Any] = {
        "holder": holder,
        "standing": standing,
        "state": STATES[standing],
        "missing": selectors.missing(holder),
        "change": change,
        "change_state": STATES[change.state] if change else None,
        "may_send": acts(holder) and to_show,
        "may_change": acts(holder) and not waits,
        "came_back": (change.state if change else standing) == "returned",
        "draft": draft,
        "chosen": request.POST.get("document") or (draft.document if draft else ""),
        "valid_until": request.POST.get("valid_until") or (draft.valid_until if draft else "") or "",
        "documents": papers_of.documents_for(holder.location, holder.kind),
        "papers": list(draft.papers.defer("sealed").order_by("pk")) if draft else [],
        "due": services.check_due(last.submitted_at if waits and last and last.submitted_at else now),
        "history": [_attempt(row) for row in selectors.history(holder)[:20]],
        "faults": faults or [],
    }
    return render(request, "rights_holder/identity.html", shown, status=422 if faults else 200)


def _attempt(row: IdentityCheck) -> dict[str, Any]:
    """One attempt as its holder reads it: what was shown, what was found, how to mend it. Who found it stays at the desk."""
    return {
        "check": row,
        "document": document_title(row.document),
        "new_name": row.name if row.is_change else "",
        "state": STATES[row.state],
        "reasons": [reason_said(code) for code in row.reasons],
    }
