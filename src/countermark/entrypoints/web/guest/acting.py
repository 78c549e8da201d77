"""What a guest says in a running case: what was missing, an answer to the seller, that the complaint is withdrawn.

A form carries the step its case stood at when it was shown. A case that moved meanwhile refuses, and what was typed is shown
again; a second click of the same button finds the first one done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from countermark.apps.complaints import guest_papers, replies, words
from countermark.apps.complaints.drafts import TooManyFiles
from countermark.apps.complaints.guests import TooOften
from countermark.apps.complaints.models import ComplaintEvent
from countermark.apps.complaints.replies import answer_defects
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.services import StaleCase
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.core.complaint import ClockRanOut, NotPermitted
from countermark.entrypoints.defect_said import defect_said as said
from countermark.entrypoints.origin import origin
from countermark.entrypoints.web.doors import Stale, door
from countermark.entrypoints.web.guest.cases import ENDS, own
from countermark.entrypoints.web.guest.steps import paused
from countermark.entrypoints.web.rights_holder.answer_shown import consequences, missing
from countermark.entrypoints.web.rights_holder.answers import CHOICES, DONE
from countermark.entrypoints.web.rights_holder.case import counter_shown
from countermark.entrypoints.web.rights_holder.cases import ANSWERS
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.entrypoints.web.roles import GUEST
from countermark.evidence.uploads import UploadRefused


@door([GUEST])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Accept what the seller says, or not."""
    return _page(request, number, ANSWERS, "guest/answer.html")


@door([GUEST])
def mend(request: HttpRequest, number: str) -> HttpResponse:
    """Add what a reviewer found missing."""
    return _page(request, number, ("mended",), "guest/mend.html")


@door([GUEST])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw, or take back as an error."""
    return _page(request, number, ENDS, "guest/withdraw.html")


def _page(request: HttpRequest, number: str, events: Sequence[str], template: str) -> HttpResponse:
    """Show the question; take the answer, once however often it is clicked."""
    view = own(request, number)
    asked = request.POST.get("event", "") if len(events) > 1 else events[0]
    if request.method == "POST" and _is_done(request, view, asked):
        return _done(request, view, asked)
    able = [event for event in events if event in view.permitted]
    if not able:
        if request.method == "POST":
            raise _stale(request, view)
        return redirect("guest:case", number)
    wrong: list[Fault] = []
    if request.method == "POST":
        wrong = _wrong(request, asked, able)
        kept = _kept(request, wrong)
        if not wrong:
            return _record(request, view, asked, kept)
    return render(request, template, _shown(request, view, able, wrong), status=422 if wrong else 200)


def _shown(request: HttpRequest, view: CaseView, able: Sequence[str], wrong: list[Fault]) -> dict[str, Any]:
    rows = [(view.complaint, view.held)]
    counter = next((entry.counter for entry in reversed(view.trail) if entry.counter is not None), None)
    return {
        "view": view,
        "complaint": view.complaint,
        "seen": view.complaint.seq,
        "choices": [(event, *CHOICES[event]) for event in able if event in CHOICES],
        "chosen": request.POST.get("event", ""),
        "typed": request.POST.get("words", ""),
        "kinds": list(catalogue.load().evidence_kinds.values()),
        "longest": catalogue.load().number("statement_max"),
        "counter": counter_shown(view, counter) if counter and "answer" in request.path else None,
        "missing": missing(rows),
        "silence": " ".join(consequences(rows)) if view.is_yours else "",
        "back": reverse("guest:case", args=[view.complaint.number]),
        "faults": wrong,
    }


def _wrong(request: HttpRequest, asked: str, able: Sequence[str]) -> list[Fault]:
    if asked not in able:
        return [Fault(gettext("Nothing is chosen."), gettext("Choose one."), f"event-{able[0]}")]
    found = answer_defects(asked, words=_typed(request), files=len(request.FILES.getlist("files")))
    return faults_of(found, {"statement": "words", "files": "files"})


def _typed(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _kept(request: HttpRequest, wrong: list[Fault]) -> list[StoredFile]:
    """The papers, kept; none where something is wrong already. Adds why one was refused to `wrong`."""
    kept: list[StoredFile] = []
    sent = request.FILES.getlist("files") if not wrong else []
    told: dict[str, Any] = {"now": timezone.now(), "by": origin(request)}
    try:
        guest_papers.refuse_too_many(len(sent))
        for place, file in enumerate(sent, 1):
            try:
                examined = guest_papers.examine(file.read(), file.name or "", place=place, **told)
                kept.append(files.put(examined, by=None, at=request.at))
            except UploadRefused as refused:
                wrong.append(upload_fault(refused, "files"))
    except TooOften as often:
        wrong.append(paused(often, "files"))
    except TooManyFiles as full:
        wrong.append(Fault(*said("evidence_too_many", {"max": full.max, "count": len(sent)}), "files"))
    return kept


def _record(request: HttpRequest, view: CaseView, event: str, kept: Sequence[StoredFile]) -> HttpResponse:
    kind = request.POST.get("kind", "")
    kind = kind if kind in catalogue.load().evidence_kinds else "other"
    try:
        replies.answer(
            guest=view.notice,
            seen={view.complaint.pk: _seen(request)},
            event=event,
            words=_typed(request),
            files=[(file, kind) for file in kept],
            at=request.at,
        )
    except (StaleCase, NotPermitted, ClockRanOut) as moved:
        raise _stale(request, view) from moved
    return _done(request, view, event)


def _seen(request: HttpRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1


def _is_done(request: HttpRequest, view: CaseView, event: str) -> bool:
    """Whether this very answer was given already: the second click of a double click."""
    mine = ComplaintEvent.objects.filter(complaint=view.complaint, event=event, by="complainant")
    return event in DONE and mine.filter(seq=_seen(request) + 1).exists()


def _done(request: HttpRequest, view: CaseView, event: str) -> HttpResponse:
    messages.success(request, str(DONE[event]))
    return redirect("guest:case", view.complaint.number)


def _stale(request: HttpRequest, view: CaseView) -> Stale:
    """Who moved the case, and when; with what was typed."""
    last = ComplaintEvent.objects.filter(complaint=view.complaint).order_by("-seq").first()
    assert last is not None
    number = view.complaint.number
    what = gettext("%(number)s moved while you wrote. Nothing of your answer was entered.") % {"number": number}
    kept = [(gettext("Your words"), _typed(request))] if _typed(request) else []
    by = str(words.PARTIES.get(last.by, last.by))
    return Stale(what, by, last.at, view.complaint.zone, reverse("guest:case", args=[number]), kept)
