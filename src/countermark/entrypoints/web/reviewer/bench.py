"""The bench: the right, the frozen copy and the decision side by side. Opening a case claims it.

A case that waits for nobody here, or that somebody else holds, is shown to read. What was typed is kept through every refusal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.words import paused_by_mandate, reason_title
from countermark.apps.decisions import selectors, services
from countermark.apps.work import true_time
from countermark.apps.work.services import case_time
from countermark.entrypoints.mandate_shown import under
from countermark.entrypoints.steps_offered import mark_of
from countermark.entrypoints.web.reviewer import exhibits, panel, words
from countermark.entrypoints.web.reviewer.access import case_or_404, reviewer_page
from countermark.entrypoints.web.reviewer.case_file import case_file
from countermark.entrypoints.web.reviewer.panel import Typed
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import own_step, said, toasts

UNDONE = "undone_step"  # in the session: what a step held that was taken back


@require_GET
@reviewer_page
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The bench while there is something to do here, else the case file."""
    view = case_or_404(request, number)
    if not words.heading(view.complaint) or request.GET.get("file"):
        return case_file(request, view)
    return bench(request, view, typed_before(request, view.complaint))


def typed_before(request: HttpRequest, complaint: Complaint) -> Typed:
    """What a step held that was undone a moment ago, so that nothing has to be typed again."""
    kept = request.session.get(UNDONE) or {}
    if kept.get("case") != complaint.number:
        return Typed()
    del request.session[UNDONE]
    return Typed(
        kept["choice"], frozenset(kept["grounds"]), frozenset(kept["checks"]), kept["words"], kept["and_alike"]
    )


def bench(
    request: HttpRequest,
    view: CaseView,
    typed: Typed,
    *,
    faults: Any = (),
    previewed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Draw the bench with what was typed; `faults` on top when a step was refused."""
    hold = _hold(request, view)
    choices = panel.choices(view, typed, request) if hold["may_act"] else []
    preview = panel.preview(view, typed, request) if typed.choice else None
    mandate = under(view, at=request.at)
    context = {
        **hold,
        "view": view,
        "case": view.complaint,
        "heading": _heading(view),
        "claim": reason_title(view.notice.reason),
        "zone": view.complaint.zone,
        "typed": typed,
        "choices": choices,
        "preview": preview,
        "previewed": previewed,
        "faults": faults,
        "alike": _alike(request, view) if hold["may_act"] else [],
        "risk": selectors.risk_of(view.complaint),
        "checks": exhibits.checks(view, typed),
        "title_parts": exhibits.marked(view.complaint.copy.title, mark_of(view)),
        "text_parts": exhibits.marked(view.complaint.copy.text, mark_of(view)),
        "right_facts": exhibits.right_facts(view),
        "documents": view.documents,
        "complainant": exhibits.complainant(view),
        "under": mandate,
        "voices": exhibits.voices(view),
        "steps": brief_trail(view),
        "toasts": [] if hold["step"] else toasts(request),
        "commands": commands(request),
        "lines": view.complaint.lines,
    }
    return render(request, "reviewer/case.html", context, status=status)


def _heading(view: CaseView) -> str:
    """The question of the page, or why there is none."""
    if paused_by_mandate(view.complaint):
        return gettext("The agent’s mandate has ended: this case stands still")
    return words.heading(view.complaint)


def _alike(request: HttpRequest, view: CaseView) -> list[Any]:
    """The other lines the same step can be made for: only what is said of the notice fits them all."""
    of_the_notice = any(event in services.OF_THE_NOTICE for event in view.permitted)
    return services.alike(view.complaint, request.user, true_time.now()) if of_the_notice else []


def _hold(request: HttpRequest, view: CaseView) -> dict[str, Any]:
    """Whether whoever asks may act on this case now, and if not, who holds it. A case that waits on us is claimed."""
    complaint, now = view.complaint, true_time.now()
    found: dict[str, Any] = {"may_act": False, "held_by": None, "held_since": None, "senior": None, "step": None}
    if (step := own_step(request, complaint)) is not None:
        return {**found, "step": step, "step_said": said(step)}
    try:
        if view.permitted and view.is_yours:
            services.claim_shown(complaint, reviewer=request.user, now=now)
    except services.HeldByAnother as other:
        since = case_time(other.since) if other.since else None
        return {**found, "held_by": other.holder or gettext("another reviewer"), "held_since": since}
    except services.ForASenior as asked:
        return {**found, "senior": asked.request}
    offered = any(event in view.permitted for event in words.OFFERED)
    asked_for = getattr(complaint, "senior_request", None)
    since = case_time(now) if view.is_yours else None
    return {**found, "may_act": offered, "since": since, "senior_note": asked_for.note if asked_for else ""}


def brief_trail(view: CaseView) -> list[dict[str, Any]]:
    """What happened so far, for the side column: the newest first."""
    return [{"at": e.at, "title": e.title, "key": e.is_key} for e in reversed(view.trail)]


def case_url(number: str) -> str:
    return reverse("reviewer:case", args=[number])
