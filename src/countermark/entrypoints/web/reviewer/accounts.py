"""Is this account who it says? The papers that wait; one of them, taken on, beside what the account says: verify or send back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from countermark.apps.identity import selectors, services
from countermark.apps.identity.models import IdentityCheck, IdentityPaper
from countermark.core import identity
from countermark.entrypoints.identity_words import PLACES, SAME, STATES, document_title, reason_said
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.public.files import LOCKED, PICTURES
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts
from countermark.entrypoints.web.rights_holder.faults import faults_of


@require_GET
@reviewer_page
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that wait, those due first in front."""
    page = page_of(request, selectors.to_check())
    rows = list(page.object_list)
    due = services.check_dues(row.submitted_at for row in rows)
    now = timezone.now()
    context = {
        "page": page,
        "rows": [
            (row, document_title(row.document), until, _held(row, now)) for row, until in zip(rows, due, strict=True)
        ],
        "heading": _heading(page.paginator.count),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/accounts.html", context)


def _held(row: IdentityCheck, now: Any) -> str:
    """Who has it on the desk, "" for nobody."""
    return str(row.taken_by) if services.is_taken(row, now=now) else ""


def _heading(count: int) -> str:
    if not count:
        return gettext("No account waits to be verified")
    return ngettext("One account waits to be verified", "%(n)s accounts wait to be verified", count) % {"n": count}


@require_GET
@reviewer_page
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One attempt; its papers for whoever took it on."""
    return _page(request, _found(pk))


def _found(pk: int) -> IdentityCheck:
    rows = IdentityCheck.objects.select_related("holder", "taken_by", "decided_by", "submitted_by")
    return get_object_or_404(rows.exclude(state="draft"), pk=pk)


def _page(
    request: HttpRequest, row: IdentityCheck, *, faults: Any = (), reasons: Any = (), note: str = "", status: int = 200
) -> HttpResponse:
    mine = row.state == "pending" and row.taken_by_id == request.user.pk
    context = {
        "check": row,
        "state": STATES[row.state],
        "document": document_title(row.document),
        "due": services.check_due(row.submitted_at) if row.state == "pending" and row.submitted_at else None,
        "mine": mine,
        "place": PLACES.get(row.holder.location, row.holder.location),
        "held_by": "" if mine else _held(row, timezone.now()),
        "papers": list(row.papers.defer("sealed").order_by("pk")),
        "pictures": PICTURES,
        "duplicates": [(each.holder, SAME[each.by]) for each in selectors.duplicates(row)],
        "history": [_step(each) for each in selectors.history(row.holder).exclude(pk=row.pk)[:20]],
        "reasons": [
            (each.id, *reason_said(each.id), each.id in reasons) for each in identity.reasons_for(row.document)
        ],
        "found": [reason_said(code) for code in row.reasons],
        "note": note,
        "faults": faults,
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/account.html", context, status=status)


def _step(row: IdentityCheck) -> dict[str, Any]:
    why = " ".join(reason_said(code)[0] for code in row.reasons)
    title = f"{document_title(row.document)}: {STATES[row.state][2]}"
    title = f"{title} ({row.name})" if row.is_change else title
    by = str(row.decided_by or "")
    return {"at": row.decided_at or row.submitted_at, "title": title, "text": f"{why} {row.note}".strip(), "by": by}


@require_POST
@reviewer_page
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it on; from then on its papers can be opened."""
    services.take(check=_found(pk), by=request.user, now=timezone.now())
    return redirect("reviewer:account", pk)


@require_POST
@reviewer_page
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it to others."""
    services.let_go(check=_found(pk), by=request.user)
    return redirect("reviewer:accounts")


@require_POST
@reviewer_page
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is who it says."""
    row = _found(pk)
    services.verify(check=row, by=request.user, at=request.at, now=timezone.now())
    messages.success(request, gettext("%(name)s is verified.") % {"name": row.name or row.holder.name})
    return redirect("reviewer:accounts")


@require_POST
@reviewer_page
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the holder with reasons, each with its cure."""
    row, reasons, note = _found(pk), request.POST.getlist("reasons"), said(request.POST, "note")[:2000]
    told = {"by": request.user, "at": request.at, "now": timezone.now()}
    try:
        services.send_back(check=row, reasons=reasons, note=note, **told)
    except services.IdentityDefective as defective:
        faults = faults_of(defective.defects, {"reasons": "reasons"})
        return _page(request, row, faults=faults, reasons=reasons, note=note, status=422)
    messages.success(request, gettext("The papers of %(name)s are sent back.") % {"name": row.holder.name})
    return redirect("reviewer:accounts")


@require_GET
@never_cache
@reviewer_page
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """One paper, opened for whoever took it on; the look is kept before it is shown, and no browser keeps a copy."""
    row = get_object_or_404(IdentityPaper.objects.select_related("check_of", "key"), check_of=pk, pk=paper)
    told = {"role": request.role, "request_id": getattr(request, "request_id", "")}
    content = services.open_paper(paper=row, by=request.user, now=timezone.now(), **told)
    if not isinstance(content, bytes):
        raise Http404("its key was destroyed")
    response = HttpResponse(content, content_type=row.media_type)
    as_attachment = row.media_type not in PICTURES or "download" in request.GET
    response["Content-Disposition"] = content_disposition_header(as_attachment, row.name) or "attachment"
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
