"""What a reviewer sends: a step, its preview, a step back, a case let go. Each is one service call and a redirect."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from countermark.apps.complaints import services as cases
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.words import PARTIES, defect_words
from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.changes import changes_since
from countermark.apps.work import true_time
from countermark.core.complaint import Refusal
from countermark.core.defect import Defect
from countermark.entrypoints.web.doors import Refused, Stale
from countermark.entrypoints.web.reviewer import panel, words
from countermark.entrypoints.web.reviewer.access import case_or_404, reviewer_page, said
from countermark.entrypoints.web.reviewer.bench import UNDONE, bench, case_url
from countermark.entrypoints.web.reviewer.panel import SENIOR, Typed, typed_in

ANCHORS = {"facts": "words", "note": "words", "grounds": "grounds", "checks": "checks", "verdict": "choice"}


@require_POST
@reviewer_page
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Put the step on its way and open the next case; or say all that is missing, with what was typed kept."""
    view = case_or_404(request, number)
    typed = typed_in(request, view)
    if typed.choice == SENIOR:
        return _to_a_senior(request, view, typed)
    if typed.choice not in {choice.value for choice in panel.choices(view, typed, request)}:
        return _unchosen(request, view, typed)
    try:
        services.decide(
            complaint=view.complaint,
            made=typed.made,
            seen=_seen(request),
            reviewer=request.user,
            at=request.at,
            now=true_time.now(),
            and_alike=typed.and_alike,
        )
    except services.DecisionDefective as missing:
        return bench(request, view, typed, faults=faults_of(missing.defects, typed), status=422)
    except services.StepOnItsWay:
        messages.warning(
            request, gettext("Another step of this case is on its way. Undo it before you make a new one.")
        )
        return redirect(case_url(number))
    except services.ForASenior as asked:
        raise for_a_senior(view, asked) from asked
    except (cases.StaleCase, Refusal) as moved:
        raise stale(view, typed) from moved
    return _onwards(request, view)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seq", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _unchosen(request: HttpRequest, view: CaseView, typed: Typed) -> HttpResponse:
    """Nothing was chosen, or something that is no longer offered: the case has moved then."""
    if typed.choice and not (view.held.case.seq == _seen(request)):
        raise stale(view, typed)
    faults = [{"what": gettext("Nothing is chosen."), "way_out": gettext("Choose what you decide."), "field": "choice"}]
    return bench(request, view, Typed(words=typed.words, checks=typed.checks), faults=faults, status=422)


def _to_a_senior(request: HttpRequest, view: CaseView, typed: Typed) -> HttpResponse:
    try:
        services.pass_to_senior(
            complaint_id=view.complaint.pk, reviewer=request.user, note=typed.words, now=true_time.now()
        )
    except services.DecisionDefective as missing:
        return bench(request, view, typed, faults=faults_of(missing.defects, typed), status=422)
    except services.ForASenior as asked:
        raise for_a_senior(view, asked) from asked
    messages.success(request, words.SENIOR.done % {"number": view.complaint.number})
    return _onwards(request, view)


def _onwards(request: HttpRequest, view: CaseView) -> HttpResponse:
    """The next case opens while the step waits; the queue, when there is none."""
    onwards = selectors.next_for(request.user, at=request.at, after=view.complaint)
    return redirect(case_url(onwards.number)) if onwards else redirect("reviewer:queue")


def faults_of(defects: Iterable[Defect], typed: Typed) -> list[dict[str, Any]]:
    """What is missing, each leading to its place in the panel."""
    found = []
    for defect in defects:
        if defect.blocks:
            what, way_out = defect_words(defect.code, defect.data)
            field = ANCHORS.get(defect.field, "choice")
            field = f"grounds-{typed.choice}" if field == "grounds" else field
            found.append({"what": what, "way_out": way_out, "field": field})
    return found


def stale(view: CaseView, typed: Typed) -> Stale:
    """The case moved meanwhile: by whom, when, and what was typed."""
    last = view.trail[-1] if view.trail else None
    by = view.complaint.events.order_by("-seq").values_list("by", flat=True).first() or "clock"
    kept = [(gettext("In your own words"), typed.words)] if typed.words else []
    what = last.title if last else view.status.word
    return Stale(
        what, str(PARTIES.get(by, by)), view.complaint.at, view.complaint.zone, case_url(view.complaint.number), kept
    )


def for_a_senior(view: CaseView, asked: services.ForASenior) -> Refused:
    """Only seniors can hold this case now."""
    return Refused(
        gettext("A senior was asked to take this case"),
        gettext("%(name)s asked; until it is decided only seniors can hold it.") % {"name": asked.request.by},
        gettext("Take another case."),
        url=case_url(view.complaint.number),
        link=gettext("Read the case"),
    )


@require_POST
@reviewer_page
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """What will be sent, as a fragment for the panel; without a script as the whole page."""
    view = case_or_404(request, number)
    typed = typed_in(request, view)
    if not request.headers.get("HX-Request"):
        return bench(request, view, typed, previewed=True)
    context = {"preview": panel.preview(view, typed, request), "view": view, "case": view.complaint}
    return render(request, "reviewer/preview.html", context)


@require_GET
@reviewer_page
def changes(request: HttpRequest, number: str) -> HttpResponse:
    """What changed since the copy was frozen, as a fragment for the bench; without a script as a page of its own."""
    view = case_or_404(request, number)
    context = {
        "changes": changes_since(view.complaint, at=request.at),
        "view": view,
        "case": view.complaint,
        "zone": view.complaint.zone,
    }
    whole = "reviewer/changes.html" if request.headers.get("HX-Request") else "reviewer/changes_page.html"
    return render(request, whole, context)


@require_POST
@reviewer_page
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step back within its ten seconds; the case opens again with what was typed. TooLate is worded by the door."""
    kept = selectors.step_of(pk, request.user)
    and_alike = kept is not None and services.twins_of(kept[0]).count() > 1
    step = services.undo(step_id=pk, reviewer=request.user, now=true_time.now())
    facts = f":{step.facts[0]}" if step.facts else ""
    request.session[UNDONE] = {
        "case": step.complaint.number,
        "choice": f"{step.event}{facts}",
        "grounds": step.grounds,
        "checks": step.checks,
        "words": kept[1] if kept else "",
        "and_alike": and_alike,
    }
    messages.success(request, gettext("Undone. Nothing has left; what you had typed is here again."))
    return redirect(case_url(step.complaint.number))


@require_POST
@reviewer_page
def let_go(request: HttpRequest, number: str) -> HttpResponse:
    """Give the case back to the queue."""
    view = case_or_404(request, number)
    services.release(complaint_id=view.complaint.pk, reviewer=request.user)
    messages.success(request, gettext("%(number)s is open to others again.") % {"number": number})
    return redirect("reviewer:mine" if said(request.POST, "from") == "mine" else "reviewer:queue")
