"""One case before its complainant: what happened, what is asked of whom until when, and the file that proves it.

Opening the page is being told: a message about this case counts as read, and a clock that waited for it starts.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext

from countermark.apps.complaints import log
from countermark.apps.complaints.models import CounterNotice
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.complaints.words import goods_in_words, right_in_words
from countermark.apps.decisions.appeal_selectors import trail_of
from countermark.apps.notifications import wording
from countermark.apps.notifications.services import read_case
from countermark.apps.rights.completeness import day_of
from countermark.apps.work import moments
from countermark.apps.work.sealing import Erased, unseal
from countermark.core import catalogue
from countermark.entrypoints.finding_shown import came_back
from countermark.entrypoints.mandate_shown import under
from countermark.entrypoints.web import appealing
from countermark.entrypoints.web.case_file import as_json, papers_of, said
from countermark.entrypoints.web.rights_holder.access import case_or_404, holder_page
from countermark.entrypoints.web.rights_holder.cases import ANSWERS

ROUNDS = (
    gettext_lazy("First counter-notice"),
    gettext_lazy("Second counter-notice"),
    gettext_lazy("Third counter-notice"),
)


@holder_page
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The page of the case."""
    view = case_or_404(request, number, beside=log.with_checkpoint)
    if read_case(view.complaint, party="complainant", by=request.user, at=request.at):
        view = case_or_404(request, number, beside=log.with_checkpoint)
    return render(request, "rights_holder/case.html", case_context(view, request))


def stands_still(view: CaseView) -> str:
    """Why all clocks of a case stand still because of its right, as the timeline says it; "" while they run."""
    if view.complaint.state != "suspended":
        return ""
    return next((entry.title for entry in reversed(view.trail) if entry.event == "right_in_doubt"), "")


def case_context(view: CaseView, request: HttpRequest) -> dict[str, Any]:
    """What the page shows."""
    counter = _counter(view)
    return {
        "view": view,
        "headline": headline(view),
        "still": stands_still(view),
        "silence": silence(view),
        "clock_heading": clock_heading(view),
        "sections": list(sections(view)),
        "counter": counter and counter_shown(view, counter),
        "offer": appealing.offer(request, view, "complainant", reverse("holder:appeal", args=[view.complaint.number])),
        "answers": [event for event in view.permitted if event in ANSWERS],
        "mends": "mended" in view.permitted,
        "withdraws": [event for event in ("withdrawn", "retracted_as_error") if event in view.permitted],
        "papers": papers_of(view),
        "head_hash": _grouped(bytes(view.complaint.head_hash).hex()),
        "covered": log.covered_by(view.complaint),
        "right_words": right_in_words(view.notice),
        "goods": goods_in_words(view.notice),
        "came_back": came_back(view.complaint),
        "under": under(view, at=request.at),
        "evidence": [{"piece": piece, "kind": _kind(piece.kind)} for piece in view.evidence],
    }


def headline(view: CaseView) -> str:
    """The finding, or what is asked."""
    if not view.is_yours:
        return view.status.word
    if view.complaint.state == "returned":
        return gettext("Something is missing in your notice")
    return gettext("%(seller)s answered: accept it or say why not") % {"seller": view.seller_name}


def clock_heading(view: CaseView) -> str:
    """Whose clock runs; "" where the amount left says enough."""
    if view.complaint.waits_on == "seller":
        return gettext("The seller’s clock runs")
    return gettext("Our clock runs") if view.complaint.waits_on == "reviewer" else ""


def silence(view: CaseView) -> str:
    """What the end of the running clock means, read from the pack."""
    if not view.complaint.waits_on or view.due is None or view.complaint.escalated:
        return ""
    if view.complaint.waits_on == "reviewer":
        return gettext("If we are late, nothing is decided against you; senior review is alarmed.")
    return wording.silence(wording.Line(view.complaint, view.held, (), frozenset()))


# --- what happened --------------------------------------------------------------------------------------------------------


def sections(view: CaseView) -> Iterator[dict[str, Any]]:
    """The timeline in rounds: the notice, then each counter-notice with what followed."""
    heading, note, steps, rounds = gettext("The notice"), "", [], 0
    for entry in trail_of(view):
        if entry.counter is not None:
            yield {"heading": heading, "note": note, "steps": steps}
            name = ROUNDS[rounds] if rounds < len(ROUNDS) else gettext("Another counter-notice")
            heading, note, steps = str(name), ground_title(entry.counter.ground), []
            rounds += 1
        steps.append(step_shown(entry))
    yield {"heading": heading, "note": note, "steps": steps}


def step_shown(entry: TrailEntry) -> dict[str, Any]:
    """One step as the trail component draws it."""
    files = [{"url": reverse("file", args=[file.pk]), "name": file.name} for file in entry.files]
    return {
        "at": entry.at,
        "title": entry.title,
        "text": _quoted(entry.text) or _codes(entry),
        "by": "",
        "key": entry.is_key,
        "files": files,
    }


def _quoted(text: str | Erased) -> str:
    if isinstance(text, Erased):
        return said(text)
    return pgettext("words of a party", "“%(words)s”") % {"words": text} if text else ""


def _codes(entry: TrailEntry) -> str:
    known = catalogue.load().decision_grounds
    return " ".join(gettext(known[code].title) for code in entry.codes if code in known)


def ground_title(ground: str) -> str:
    """Why the seller may sell it, as the form calls it."""
    found = catalogue.load().counter_grounds.get(ground)
    return gettext(found.title) if found else ground


# --- the counter-notice that waits for an answer --------------------------------------------------------------------------


def _counter(view: CaseView) -> CounterNotice | None:
    """The newest counter-notice, where an answer to it is asked of the complainant."""
    if not any(event in ANSWERS for event in view.permitted):
        return None
    return next((entry.counter for entry in reversed(view.trail) if entry.counter is not None), None)


def counter_shown(view: CaseView, counter: CounterNotice) -> dict[str, Any]:
    """A counter-notice as the pack lets the complainant see it."""
    told = set(view.procedure.tell.get("seller_to_complainant", ()))
    return {
        "title": ground_title(counter.ground),
        "at": counter.filed_at,
        "words": said(unseal(counter.statement)),
        "facts": [(_fact(name), _fact_value(name, value)) for name, value in counter.facts.items() if value],
        "files": [{"file": f.file, "kind": _kind(f.kind)} for f in counter.files.all()]
        if told & {"*", "ground_evidence"}
        else [],
        "contact": _contact(counter) if "*" in told else {},
        "declarations": [
            gettext(catalogue.load().elements[each].text)
            for each in counter.declarations
            if each in catalogue.load().elements
        ],
        "signature": counter.signature,
    }


def _contact(counter: CounterNotice) -> dict[str, str]:
    contact = unseal(counter.contact)
    return json.loads(contact) if isinstance(contact, str) and contact else {}


def _fact(name: str) -> str:
    found = catalogue.load().facts.get(name)
    return gettext(found.label) if found else name


def _fact_value(name: str, value: str) -> str:
    """A fact as a person reads it: a date with its weekday."""
    found = catalogue.load().facts.get(name)
    day = day_of(value) if found and found.type == "date" else None
    return moments.day(day) if day else value


def _kind(kind: str) -> str:
    found = catalogue.load().evidence_kinds.get(kind)
    return gettext(found.label) if found else kind


# --- proof ------------------------------------------------------------------------------------------


def _grouped(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


@holder_page
def case_file(request: HttpRequest, number: str) -> HttpResponse:
    """The case with the proof of each step, to take home: anybody can check it without us."""
    return as_json(case_or_404(request, number), request.at)
