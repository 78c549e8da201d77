"""Appeals: which wait until when, and one of them with what both sides said: grant it or not, by another than who decided.

What is decided is shown as it will be sent, and goes out when it is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.complaints.services import StaleCase
from countermark.apps.complaints.words import PARTIES, defect_words
from countermark.apps.decisions import appeal_selectors
from countermark.apps.decisions.appeal_selectors import FILED, trail_of
from countermark.apps.decisions.appeals import AppealDecided, answer_defects, decide_appeal
from countermark.apps.decisions.models import Appeal
from countermark.apps.decisions.services import DecisionDefective
from countermark.apps.orders import appeals as against_operators
from countermark.apps.parties.models import Person
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.core.appeal import SameReviewer
from countermark.core.complaint import Refusal
from countermark.entrypoints.steps_offered import appeal_preview, grant_foreseen
from countermark.entrypoints.web.case_file import papers_of
from countermark.entrypoints.web.case_file import said as as_said
from countermark.entrypoints.web.doors import Refused, Stale
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.reviewer.access import case_or_404, reviewer_page, said
from countermark.entrypoints.web.reviewer.case_file import step
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts
from countermark.entrypoints.web.roles import SENIOR

CHOICES = {"grant": True, "keep": False, "close": None}
DONE = {
    "grant": gettext_lazy("The appeal in %(number)s is granted."),
    "keep": gettext_lazy("The appeal in %(number)s is not granted."),
    "close": gettext_lazy("The appeal in %(number)s is closed."),
}


@require_GET
@reviewer_page
def appeals(request: HttpRequest) -> HttpResponse:
    """The appeals that wait, those due first in front; or those that were decided."""
    shown = said(request.GET, "show", ("decided",))
    rows = appeal_selectors.decided() if shown else appeal_selectors.waiting()
    page = page_of(request, rows)
    waiting = appeal_selectors.waiting()
    context = {
        "page": page,
        "rows": _rows(request, list(page.object_list)),
        "shown": shown,
        "heading": heading(waiting.count(), waiting.filter(due_at__lte=request.at).count()),
        "tabs": _tabs(shown, waiting.count()),
        "of_operators": against_operators.waiting().count() if request.role == SENIOR else None,
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/appeals.html", context)


def heading(count: int, late: int) -> str:
    """How much waits, how much of it is late."""
    if not count:
        return gettext("No appeal waits")
    wait = ngettext("One appeal waits", "%(n)s appeals wait", count) % {"n": count}
    if not late:
        return gettext("%(wait)s, none is late") % {"wait": wait}
    said_late = ngettext("one is late", "%(n)s are late", late) % {"n": late}
    return gettext("%(wait)s, %(late)s") % {"wait": wait, "late": said_late}


def _tabs(shown: str, count: int) -> list[dict[str, Any]]:
    return [
        {"label": gettext("To decide"), "url": "?", "here": not shown, "count": count},
        {"label": gettext("Decided"), "url": "?show=decided", "here": bool(shown), "count": None},
    ]


def _rows(request: HttpRequest, appeals: Sequence[Appeal]) -> list[dict[str, Any]]:
    deciders = appeal_selectors.deciders_of([each for each in appeals if each.decided_at is None])
    return [
        {
            "appeal": appeal,
            "case": appeal.complaint,
            "side": PARTIES[appeal.side],
            "due": due,
            "yours": request.user.pk in deciders.get(appeal.pk, ()),
            "result": result(appeal),
        }
        for appeal, due in zip(appeals, appeal_selectors.our_dues(appeals), strict=True)
    ]


def result(appeal: Appeal) -> str:
    """How an appeal ended; "" while it is open."""
    if appeal.decided_at is None:
        return ""
    if appeal.granted is None:
        return gettext("Closed: nothing was left to decide")
    return gettext("Granted") if appeal.granted else gettext("Not granted")


# --- one appeal -----------------------------------------------------------------------------------------------------------


@reviewer_page
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal: read it, say how it ends, look at what will be sent, send it."""
    row = appeal_selectors.find(pk)
    if row is None:
        raise Http404(f"there is no appeal {pk}")
    view = case_or_404(request, row.complaint.number)
    if request.method != "POST":
        return _page(request, row, view)
    choice, typed = said(request.POST, "choice", CHOICES), _typed(request)
    if wrong := _wrong(choice, typed):
        return _page(request, row, view, choice=choice, faults=wrong, status=422)
    if "confirmed" not in request.POST:
        return _page(request, row, view, choice=choice, checking="change" not in request.POST)
    return _decided(request, row, view, choice, typed)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _wrong(choice: str, typed: str) -> list[dict[str, str]]:
    found = []
    if not choice:
        what, way_out = gettext("Nothing is chosen."), gettext("Choose what you decide.")
        found.append({"what": what, "way_out": way_out, "field": "choice"})
    for defect in answer_defects(typed):
        what, way_out = defect_words(defect.code, defect.data)
        found.append({"what": what, "way_out": way_out, "field": "words"})
    return found


def _decided(request: HttpRequest, row: Appeal, view: CaseView, choice: str, typed: str) -> HttpResponse:
    seen = request.POST.get("seq", "")
    try:
        decide_appeal(
            appeal_id=row.pk,
            granted=CHOICES[choice],
            words=typed,
            reviewer=request.user,
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
            at=request.at,
            now=true_time.now(),
        )
    except SameReviewer as same:
        raise _another(row) from same
    except DecisionDefective as missing:
        words = (defect_words(defect.code, defect.data) for defect in missing.defects)
        faults = [{"what": what, "way_out": way_out, "field": "words"} for what, way_out in words]
        return _page(request, row, view, choice=choice, faults=faults, status=422)
    except (AppealDecided, StaleCase, Refusal) as moved:
        raise _stale(row, typed) from moved
    messages.success(request, str(DONE[choice]) % {"number": view.complaint.number})
    return redirect("reviewer:appeals")


def _another(row: Appeal) -> Refused:
    return Refused(
        gettext("You had a part in this decision"),
        gettext("An appeal is decided by another person than the decision it is about."),
        gettext("Leave it to a colleague; it waits in the list of appeals."),
        url="../",
        link=gettext("All appeals"),
    )


def _stale(row: Appeal, typed: str) -> Stale:
    """Somebody else decided the appeal, or the case moved: by whom, when, with what was typed."""
    now = appeal_selectors.find(row.pk)
    assert now is not None
    kept = [(gettext("In your own words"), typed)] if typed else []
    zone, url = now.complaint.zone, "../"
    if now.decided_at is not None:
        what = gettext("The appeal is decided: %(result)s.") % {"result": result(now)}
        return Stale(what, str(now.decided_by), now.decided_at, zone, url, kept)
    by, at = now.complaint.events.order_by("-seq").values_list("by", "at")[0]
    what = gettext("The case moved; the appeal is still open. Nothing of your decision was entered.")
    return Stale(what, str(PARTIES[by]), at, zone, url, kept)


def _page(
    request: HttpRequest,
    row: Appeal,
    view: CaseView,
    *,
    choice: str = "",
    checking: bool = False,
    faults: Any = (),
    status: int = 200,
) -> HttpResponse:
    deciders = appeal_selectors.deciders(row)
    is_open, typed = row.decided_at is None, _typed(request)
    nothing_left = is_open and appeal_selectors.has_nothing_left(row, view.held)
    context = {
        "appeal": row,
        "view": view,
        "case": view.complaint,
        "zone": view.complaint.zone,
        "side": PARTIES[row.side],
        "who": view.names[row.side],
        "due": appeal_selectors.our_due(view.complaint, row.filed_at),
        "result": result(row),
        "own": next(_shown(view, e) for e in trail_of(view) if e.event == FILED and e.at == row.filed_at),
        "against": _against(view, row),
        "spoken": list(_spoken(view)),
        "yours": request.user.pk in deciders,
        "deciders": [str(person) for person in Person.objects.filter(pk__in=deciders).order_by("pk")],
        "nothing_left": nothing_left,
        "choices": list(_choices(view, row, request)) if is_open and not nothing_left else [],
        "choice": choice or ("close" if nothing_left else ""),
        "typed": typed,
        "preview": appeal_preview(view, CHOICES[choice], typed, request.at) if checking else [],
        "checking": checking,
        "answer": as_said(unseal(row.answer)),
        "faults": faults,
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/appeal.html", context, status=status)


def _shown(view: CaseView, entry: TrailEntry) -> dict[str, Any]:
    return step(view, entry, None)


def _against(view: CaseView, row: Appeal) -> dict[str, Any]:
    """The decision appealed: its step, and its reasons as they were served."""
    decision = view.complaint.decisions.filter(seq=row.seq).select_related("reviewer", "words__key").first()
    entry = next(each for each in view.trail if each.seq == row.seq)
    paragraphs = next((paper.paragraphs for paper in papers_of(view) if paper.seq == row.seq), [])
    return step(view, entry, decision) | {"paragraphs": paragraphs}


def _spoken(view: CaseView) -> Iterator[dict[str, Any]]:
    """What the two sides said and showed in the case."""
    spoken = set(view.complaint.events.filter(by__in=("seller", "complainant")).values_list("seq", flat=True))
    for entry in view.trail:
        if entry.seq in spoken and (entry.counter or entry.text or entry.files):
            yield step(view, entry, None)


def _choices(view: CaseView, row: Appeal, request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """The two ways it can end, each with what follows."""
    new = grant_foreseen(view, request.at).new
    follows = gettext("What was restricted is undone as wrong from the start: the listing returns.")
    if new.state == view.procedure.start:
        follows = gettext("The notice is checked anew. The seller is told once it is found complete.")
    elif row.side == "complainant":
        follows = gettext("The listing comes down, and the seller is sent these reasons.")
    yield "grant", gettext("Grant the appeal"), follows
    yield "keep", gettext("Do not grant it"), gettext("The decision stands. Both sides read why.")
