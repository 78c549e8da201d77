"""Is this right proved? The registrations that wait, and one of them beside its papers: approve, or send back with reasons.

A right in doubt stands here too: its cases stand still until somebody says whether it is in force, has ended, or never was."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from countermark.apps.complaints import rights_watch
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.words import rule_words
from countermark.apps.mandates import selectors as mandates
from countermark.apps.parties.models import Marketplace
from countermark.apps.rights import asking, living, selectors, services, transfers
from countermark.apps.rights import words as said_of
from countermark.apps.rights.clocks import stands
from countermark.apps.rights.completeness import day_of
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import Right
from countermark.apps.screening import references
from countermark.apps.work import moments
from countermark.apps.work.counts import counted
from countermark.core import catalogue
from countermark.core.catalogue import Asked
from countermark.core.rights.applicability import applies
from countermark.entrypoints.register_shown import record_shown
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.reviewer import right_endings
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts

SETTLED = {  # how a doubt can end -> (choice, what it does)
    "cleared": (gettext_lazy("It is in force"), gettext_lazy("Open complaints go on with the time that was left.")),
    "ended": (
        gettext_lazy("It has ended"),
        gettext_lazy("Open complaints end; what was decided stands."),
    ),
    "void": (
        gettext_lazy("It was void from the start"),
        gettext_lazy("Open complaints end, and what was taken down comes back."),
    ),
}


@require_GET
@reviewer_page
def rights(request: HttpRequest) -> HttpResponse:
    """The registrations that wait, those due first in front; then the rights in doubt."""
    kind = said(request.GET, "kind", catalogue.load().right_kinds)
    waiting = _narrowed(selectors.to_verify(), kind, said(request.GET, "q")[:200])
    page = page_of(request, waiting)
    due = services.check_dues(right.submitted_at for right in page.object_list)
    every = selectors.to_verify()
    count, late, papers, looked_for = counted(
        every, every.filter(due_at__lte=request.at), mandates.to_check(), references.to_check()
    )
    context = {
        "page": page,
        "rows": [{"right": right, "due": until} for right, until in zip(page.object_list, due, strict=True)],
        "heading": heading(count, late),
        "count": count,
        "kind": kind,
        "q": said(request.GET, "q")[:200],
        "kinds": [(each, said_of.kind_title(each)) for each in catalogue.load().right_kinds],
        "mandates": papers,
        "references": looked_for,
        "renewals": living.renewals_to_check()[:50],
        "transfers": transfers.to_check()[:50],
        "against": asking.to_look_at()[:50],
        "in_doubt": Right.objects.filter(state="suspended").select_related("holder").order_by("pk"),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/rights.html", context)


def _narrowed(rows: QuerySet[Right], kind: str, q: str) -> QuerySet[Right]:
    rows = rows.filter(kind=kind) if kind else rows
    for word in q.split()[:8]:
        rows = (
            rows.filter(name__icontains=word)
            | rows.filter(number__icontains=word)
            | rows.filter(holder__name__icontains=word)
        )
    return rows


def heading(count: int, late: int) -> str:
    """The finding: how many wait, how many are late."""
    if not count:
        return gettext("No right waits to be verified")
    wait = ngettext("One right waits to be verified", "%(n)s rights wait to be verified", count) % {"n": count}
    if not late:
        return gettext("%(wait)s, none is late") % {"wait": wait}
    return gettext("%(wait)s, %(late)s") % {
        "wait": wait,
        "late": ngettext("one is late", "%(n)s are late", late) % {"n": late},
    }


@require_GET
@reviewer_page
def right(request: HttpRequest, pk: int) -> HttpResponse:
    """One right beside its papers."""
    return _page(request, _found(pk))


def _places(row: Right) -> Iterator[tuple[str, str, str]]:
    """Where the right counts, and by which rule: (marketplace, answer, what the rule says)."""
    for place in Marketplace.objects.filter(is_active=True).order_by("name")[:20]:
        applied = applies(selectors.facts_of(row), place.territory)
        yield place.name, applied.answer, rule_words(applied.rule.id, applied.data)[0]


def _found(pk: int) -> Right:
    rows = Right.objects.select_related("holder", "picture", "verified_by").exclude(state="draft")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, row: Right, *, faults: Any = (), reasons: Any = (), note: str = "", status: int = 200
) -> HttpResponse:
    documents = list(row.documents.select_related("file").order_by("pk"))
    waits = list(selectors.to_verify().values_list("pk", flat=True))
    here = waits.index(row.pk) if row.pk in waits else -1
    context = {
        "right": row,
        "state": said_of.state_said(row.state),
        "facts": facts(row),
        "papers": papers(row, documents),
        "extra_papers": [d for d in documents if d.kind not in {a.id for a in _asked_documents(row)}],
        "noticed": _noticed(row, at=request.at),
        "due": services.check_due(row.submitted_at) if row.state == "pending" and row.submitted_at else None,
        "history": list(_history(row)),
        "reasons": _reasons(row, reasons),
        "note": note,
        "faults": faults,
        "settled": SETTLED,
        "endings": right_endings.offered(row),
        "renewal": living.waiting_renewal(row),
        "transfer": transfers.waiting(row),
        "now": stands(row, at=request.at),
        "places": list(_places(row)),
        "register": record_shown(row),
        "can_ask": asking.office_for(row.kind, row.office) is not None,
        "open_cases": Complaint.objects.filter(notice__right=row, outcome="").count(),
        "before": waits[here - 1] if here > 0 else None,
        "after": waits[here + 1] if 0 <= here < len(waits) - 1 else None,
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/right.html", context, status=status)


def _noticed(row: Right, *, at: datetime) -> list[str]:
    """What the rules would send it back for: told to whoever looks, decides nothing."""
    found = lint(row, at=at) if row.state == "pending" else ()
    return [said_of.defect_said(defect.code, defect.data)[0] for defect in found]


def facts(row: Right) -> list[tuple[str, str, str]]:
    """What the holder typed, in the order of the form, as (field, label, answer)."""
    fields = catalogue.load().fields_of(row.kind, is_agent=row.holder.is_agent)
    found = [(field.id, gettext(field.label), _answer(row, field)) for field in fields if field.applies(row.fields)]
    if not row.fields:
        found = _columns(row)
    return [(name, label, answer) for name, label, answer in found if answer]


def _answer(row: Right, field: Asked) -> str:
    text = str(row.fields.get(field.id, ""))
    labels = {choice.id: gettext(choice.label) for choice in field.choices}
    if field.type == "office":
        return said_of.office_title(text) if text else ""
    if field.type == "date" and (day := day_of(text)):
        return moments.day(day)
    if field.type == "yes_no":
        return {"yes": gettext("yes"), "no": gettext("no")}.get(text, "")
    return labels.get(text, text)


def _columns(row: Right) -> list[tuple[str, str, str]]:
    """A right that came without a form: what its columns hold."""
    ends = moments.day(row.expires_on) if row.expires_on else ""
    classes = moments.joined(str(each) for each in row.classes)
    return [
        ("name", gettext("Name"), row.name),
        ("office", gettext("Office"), said_of.office_title(row.office) if row.office else ""),
        ("number", gettext("Number"), row.number),
        ("owner", gettext("Owner"), row.owner_name),
        ("expires_on", gettext("In force until"), ends),
        ("classes", gettext("Classes"), classes),
    ]


def _asked_documents(row: Right) -> tuple[Asked, ...]:
    return catalogue.load().documents_of(row.kind, is_agent=row.holder.is_agent)


def papers(row: Right, documents: list[Any]) -> list[dict[str, Any]]:
    """What proves such a right, each with the papers that are there or the finding that they are missing."""
    asked = [paper for paper in _asked_documents(row) if paper.applies(row.fields)]
    there = {paper.id: [d for d in documents if d.kind == paper.id] for paper in asked}
    return [
        {
            "label": gettext(p.label),
            "hint": gettext(p.hint) if p.hint else "",
            "required": p.required,
            "files": there[p.id],
        }
        for p in asked
        if p.id != "picture" and (p.required or there[p.id])
    ]


def _history(row: Right) -> Any:
    for event in row.events.select_related("by").order_by("-at", "-pk"):
        why = moments.joined(said_of.return_reason_said(code)[0] for code in event.data.get("reasons", ()))
        text = " ".join(part for part in (why, event.data.get("note", ""), event.data.get("why", "")) if part)
        yield {"at": event.at, "title": said_of.event_said(event.event), "text": text, "by": str(event.by or "")}


def _reasons(row: Right, ticked: Any) -> list[dict[str, Any]]:
    return [
        {"id": reason.id, "title": gettext(reason.title), "cure": gettext(reason.cure), "ticked": reason.id in ticked}
        for reason in catalogue.load().return_reasons_for(row.kind)
    ]


@require_POST
@reviewer_page
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Verified: complaints can rest on it."""
    row = _found(pk)
    try:
        rights_watch.approve_right(right=row, by=request.user, at=request.at)
    except services.RightMoved as moved:
        raise _moved(row) from moved
    messages.success(request, gettext("%(right)s is verified.") % {"right": row})
    return _onwards()


@require_POST
@reviewer_page
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to its holder with reasons, each with its cure."""
    row, reasons, note = _found(pk), request.POST.getlist("reasons"), request.POST.get("note", "")[:2000]
    try:
        services.return_right(right=row, reasons=reasons, note=note, by=request.user, at=request.at)
    except services.RightDefective as missing:
        words = (said_of.defect_said(defect.code, defect.data) for defect in missing.defects)
        faults = [{"what": what, "way_out": way_out, "field": "reasons"} for what, way_out in words]
        return _page(request, row, faults=faults, reasons=reasons, note=note, status=422)
    except services.RightMoved as moved:
        raise _moved(row) from moved
    messages.success(request, gettext("%(right)s is sent back to its holder.") % {"right": row})
    return _onwards()


@require_POST
@reviewer_page
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how the doubt about a right ends, for all its cases."""
    row, answer, why = _found(pk), said(request.POST, "answer", SETTLED), said(request.POST, "why")[:2000]
    if not answer or not why:
        faults = [
            {
                "what": gettext("The answer, or why, is missing."),
                "way_out": gettext("Choose one and say why."),
                "field": "why",
            }
        ]
        return _page(request, row, faults=faults, status=422)
    try:
        told = rights_watch.SETTLE[answer](right=row, by=request.user, at=request.at, why=why)
    except services.RightMoved as moved:
        raise _moved(row) from moved
    done = ngettext("Settled; one case was told.", "Settled; %(n)s cases were told.", told) % {"n": told}
    messages.success(request, done)
    return redirect("reviewer:rights")


def _moved(row: Right) -> Refused:
    return Refused(
        gettext("This right has moved while you had it open"),
        gettext("Somebody else was faster."),
        gettext("Look at it as it is now."),
        url=f"../../{row.pk}/",
        link=gettext("Look at the right"),
    )


def _onwards() -> HttpResponse:
    onwards = selectors.to_verify().first()
    return redirect("reviewer:right", onwards.pk) if onwards else redirect("reviewer:rights")
