"""The case file: what happened by rounds, each statement of reasons as it was served, and the proof. To read, for any case."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.views.decorators.http import require_GET

from countermark.apps.complaints.log import proof_of_case
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.decisions.appeal_selectors import trail_of
from countermark.apps.decisions.models import Decision
from countermark.apps.decisions.papers import decisions_of
from countermark.apps.work import moments
from countermark.core import catalogue
from countermark.entrypoints.finding_shown import came_back
from countermark.entrypoints.links_shown import panel
from countermark.entrypoints.web.case_file import download, papers_of, said
from countermark.entrypoints.web.reviewer import exhibits, words
from countermark.entrypoints.web.reviewer.access import case_or_404, reviewer_page
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts

ROUNDS = (
    pgettext_lazy("round of a case", "The notice"),
    pgettext_lazy("round of a case", "First counter-notice"),
    pgettext_lazy("round of a case", "Second counter-notice"),
    pgettext_lazy("round of a case", "Third counter-notice"),
)


@require_GET
@reviewer_page
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """The case file of any case."""
    return case_file(request, case_or_404(request, number))


def case_file(request: HttpRequest, view: CaseView) -> HttpResponse:
    """Draw the case file."""
    decisions = {d.seq: d for d in decisions_of(view.complaint)}
    context = {
        "view": view,
        "case": view.complaint,
        "zone": view.complaint.zone,
        "status": view.status,
        "rounds": list(rounds(view, decisions)),
        "papers": papers_of(view),
        "right_facts": exhibits.right_facts(view),
        "complainant": exhibits.complainant(view),
        "last": view.complaint.head_hash.hex()[:16] if view.complaint.head_hash else "",
        "steps": view.complaint.seq + 1,
        "came_back": came_back(view.complaint, "reviewer:finding"),
        "seller_links": panel(view.complaint.seller_id) if view.complaint.is_tied else None,
        "has_bench": bool(words.heading(view.complaint)),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/case_file.html", context)


def rounds(view: CaseView, decisions: dict[int, Decision]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The trail taken apart where the seller answers."""
    numbered, count = [], 0
    for entry in trail_of(view):
        count += entry.counter is not None
        numbered.append((count, entry))
    for number, entries in groupby(numbered, key=lambda pair: pair[0]):
        name = str(ROUNDS[number]) if number < len(ROUNDS) else gettext("Another counter-notice")
        yield name, [step(view, entry, decisions.get(entry.seq)) for _, entry in entries]


def step(view: CaseView, entry: TrailEntry, decision: Decision | None) -> dict[str, Any]:
    """One step of the trail as its component draws it."""
    return {
        "at": entry.at,
        "seq": entry.seq,
        "title": entry.title,
        "grounds": grounds_said(entry, decision),
        "text": said(entry.text),
        "by": str(decision.reviewer) if decision else "",
        "files": [{"pk": file.pk, "name": file.name} for file in entry.files],
        "statement": entry.statement is not None or decision is not None,
        "key": entry.is_key,
    }


def grounds_said(entry: TrailEntry, decision: Decision | None) -> str:
    """The grounds of a step by their titles."""
    known = catalogue.load()
    codes = decision.grounds if decision else entry.codes
    titles = [gettext(known.decision_grounds[code].title) for code in codes if code in known.decision_grounds]
    if entry.counter and entry.counter.ground in known.counter_grounds:
        titles.insert(0, gettext(known.counter_grounds[entry.counter.ground].title))
    return moments.joined(titles)


@require_GET
@reviewer_page
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """The chain of the case with its inclusion proofs: what anybody can check without us."""
    view = case_or_404(request, number)
    return download(proof_of_case(view.complaint), f"{number}-proof.json")
