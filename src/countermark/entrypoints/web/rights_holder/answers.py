"""What the complainant says in running cases, one or many at once: answers to counter-notices, what was missing, withdrawal.

A form carries the step each case stood at when it was shown. A case that moved meanwhile refuses all, and what was typed is
shown again; a second click of the same button finds the first one done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from countermark.apps.complaints import mandated, services, words
from countermark.apps.complaints.held import Held, UnknownCase
from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.complaints.of_holder import can, clocks, held_by_number
from countermark.apps.complaints.replies import AnswerDefective, answer_defects
from countermark.apps.complaints.replies import answer as record_answer
from countermark.apps.complaints.services import StaleCase
from countermark.apps.notifications.services import read_about
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.core.complaint import ClockRanOut, NotPermitted
from countermark.core.defect import Defect
from countermark.entrypoints.web.doors import Refused, Stale
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, notice_or_404
from countermark.entrypoints.web.rights_holder.answer_shown import consequences, counters, missing
from countermark.entrypoints.web.rights_holder.cases import ANSWERS, numbers_in_words
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.evidence.uploads import UploadRefused

MOST = 300  # cases of one answer: as many as one notice opens
ENDS = ("withdrawn", "retracted_as_error")
CHOICES = {
    "counter_rejected": (
        gettext_lazy("I do not accept it"),
        gettext_lazy("You say why; a reviewer then decides between you and the seller."),
    ),
    "counter_accepted": (
        gettext_lazy("I accept it"),
        gettext_lazy("The complaint ends in the seller’s favour; the listing stays, or comes back."),
    ),
    "action_filed": (
        gettext_lazy("I have gone to court, or to an authority"),
        gettext_lazy("You show the suit or complaint; the listing stays down until it is decided."),
    ),
    "withdrawn": (
        gettext_lazy("Withdraw"),
        gettext_lazy("The complaint ends and its restriction is lifted. Nothing is said about who was right."),
    ),
    "retracted_as_error": (
        gettext_lazy("Take back as an error"),
        gettext_lazy(
            "You say that the complaint was wrong from the start: everything it did is undone, points included."
        ),
    ),
}
DONE = {
    "counter_accepted": gettext_lazy("You accepted the counter-notice. The complaint has ended."),
    "counter_rejected": gettext_lazy("You did not accept the counter-notice. A reviewer decides now."),
    "action_filed": gettext_lazy("We have your proof. The listing stays down until the matter is decided."),
    "mended": gettext_lazy("Sent again. We check the notice now."),
    "withdrawn": gettext_lazy("Withdrawn. The listing is free of this complaint."),
    "retracted_as_error": gettext_lazy("Taken back as an error. Everything it did is undone."),
}


@dataclass(frozen=True)
class Chosen:
    """The cases of one answer, all at the same point, and what may be done in each of them."""

    rows: Sequence[tuple[Complaint, Held]]
    events: tuple[str, ...]

    @property
    def ids(self) -> list[int]:
        return [case.pk for case, _ in self.rows]

    @property
    def numbers(self) -> list[str]:
        return [case.number for case, _ in self.rows]


def chosen(request: HttpRequest, numbers: Sequence[str], events: Sequence[str]) -> Chosen:
    """The cases an address names, brought up to date; those of them in which one of `events` may happen.

    404 where one is not theirs; Refused where none can take the step any more.
    """
    try:
        rows = held_by_number(numbers[:MOST], holder_ids(request))
    except UnknownCase as unknown:
        raise Http404(str(unknown)) from unknown
    read_about([case.pk for case, _ in rows], party="complainant", by=request.user, at=request.at)
    for case, _ in rows:
        services.bring_up_to_date(case, now=request.at)
    rows = held_by_number(numbers[:MOST], holder_ids(request))
    able = [(case, held) for case, held in rows if any(event in can(held) for event in events)]
    common = [event for event in events if able and all(event in can(held) for _, held in able)]
    if not common and request.method == "POST":
        raise _stale(rows, request)
    if not common:
        raise Refused(
            gettext("This cannot be done in these cases now"),
            gettext("They have moved on, or they stand at different points."),
            gettext("Look at them as they are now, and choose those that wait for the same."),
            url=reverse("holder:cases"),
            link=gettext("All complaints"),
        )
    return Chosen(able, tuple(common))


# --- the pages ------------------------------------------------------------------------------------------------------------


@holder_page
def answer(request: HttpRequest) -> HttpResponse:
    """Accept or reject counter-notices, or show that one went to court."""
    return _page(request, _numbers(request), ANSWERS, _answer_page)


@holder_page
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw complaints, or take them back as an error."""
    return _page(request, _numbers(request), ENDS, _withdraw_page)


@holder_page
def mend(request: HttpRequest, number: str) -> HttpResponse:
    """Add what a reviewer found missing, to every returned case of the notice at once."""
    notice = notice_or_404(request, number)
    if request.method == "POST":
        return _page(request, _numbers(request), ("mended",), _mend_page, "mended")
    returned = list(notice.complaints.filter(state="returned").values_list("number", flat=True))
    if not returned:
        return redirect("holder:notice", number)
    return _page(request, returned, ("mended",), _mend_page, "mended")


Draw = Callable[[HttpRequest, Chosen, list[Fault]], HttpResponse]


def _page(request: HttpRequest, numbers: list[str], events: Sequence[str], draw: Draw, event: str = "") -> HttpResponse:
    """Show the question; take the answer, once however often it is clicked."""
    if not numbers:
        return redirect("holder:cases")
    asked = event or request.POST.get("event", "")
    if request.method == "POST" and (done := _twice(request, asked)):
        return done
    picked = chosen(request, numbers, events)
    if request.method != "POST":
        return draw(request, picked, [])
    said = _said(request, picked, asked)
    return said if isinstance(said, HttpResponse) else draw(request, picked, said)


def _answer_page(request: HttpRequest, picked: Chosen, wrong: list[Fault]) -> HttpResponse:
    found = counters(picked.rows)
    shown = {
        **_shown(request, picked, wrong),
        "counters": found,
        "question": ngettext(
            "Do you accept the answer of the seller?", "Do you accept the answers of the sellers?", len(found)
        ),
        "silence": " ".join(consequences(picked.rows)),
    }
    return render(request, "rights_holder/answer.html", shown, status=422 if wrong else 200)


def _withdraw_page(request: HttpRequest, picked: Chosen, wrong: list[Fault]) -> HttpResponse:
    return render(request, "rights_holder/withdraw.html", _shown(request, picked, wrong), status=422 if wrong else 200)


def _mend_page(request: HttpRequest, picked: Chosen, wrong: list[Fault]) -> HttpResponse:
    notice = picked.rows[0][0].notice
    shown = {**_shown(request, picked, wrong), "notice": notice, "missing": missing(picked.rows)}
    return render(request, "rights_holder/mend.html", shown, status=422 if wrong else 200)


def _numbers(request: HttpRequest) -> list[str]:
    """The cases a form or an address names."""
    if request.method == "POST":
        return [each.partition(":")[0] for each in request.POST.getlist("case")]
    return [number.replace("\0", "") for number in request.GET.getlist("case")]


def _shown(request: HttpRequest, picked: Chosen, wrong: list[Fault]) -> dict[str, Any]:
    first = picked.rows[0][0]
    barred = mandated.barred(picked.ids, picked.events, at=request.at)
    due = clocks([case for case, _ in picked.rows])
    return {
        "cases": [case for case, _ in picked.rows],
        "seen": [f"{case.number}:{held.case.seq}" for case, held in picked.rows],
        "numbers": numbers_in_words(picked.numbers),
        "choices": [(e, *CHOICES[e], _barred(barred.get(e))) for e in picked.events if e in CHOICES],
        "barred": _barred(barred.get("mended")),
        "nothing_allowed": len(barred) == len(picked.events),
        "chosen": request.POST.get("event", ""),
        "typed": request.POST.get("words", ""),
        "due": min(due.values(), key=lambda each: each.due_at) if due else None,
        "kinds": list(catalogue.load().evidence_kinds.values()),
        "longest": catalogue.load().number("statement_max"),
        "back": reverse("holder:case", args=[first.number]) if len(picked.rows) == 1 else reverse("holder:cases"),
        "faults": wrong,
    }


def _barred(defect: Defect | None) -> str:
    """Why the mandate of whoever asks does not allow a step, and what can be done; "" where it does."""
    return " ".join(words.defect_words(defect.code, defect.data)) if defect else ""


# --- what is said ---------------------------------------------------------------------------------------------------------


def _said(request: HttpRequest, picked: Chosen, event: str) -> HttpResponse | list[Fault]:
    """Record the answer; the page to go to, or what is wrong with it."""
    seen = _seen(request, picked)
    wrong = _wrong(request, picked, event)
    kept: list[StoredFile] = []
    for file in request.FILES.getlist("files") if not wrong else ():
        try:
            kept.append(files.keep(content=file.read(), name=file.name or "", by=request.user, at=request.at))
        except UploadRefused as refused:
            wrong.append(upload_fault(refused, "files"))
    return wrong or _recorded(request, picked, event, seen, kept)


def _wrong(request: HttpRequest, picked: Chosen, event: str) -> list[Fault]:
    if event not in picked.events:
        first = picked.events[0]
        return [Fault(gettext("Nothing is chosen."), gettext("Choose one."), f"event-{first}")]
    if lacking := mandated.under(picked.ids, event, at=request.at).defects:
        return faults_of(lacking, {"event": f"event-{event}" if event in CHOICES else "words"})
    text = request.POST.get("words", "").replace("\0", "")
    found = answer_defects(event, words=text, files=len(request.FILES.getlist("files")))
    return faults_of(found, {"statement": "words", "files": "files"})


def _seen(request: HttpRequest, picked: Chosen) -> dict[int, int]:
    """Case id -> the step the person saw it at; -1 where the form does not say."""
    typed = _typed_seqs(request)
    return {case.pk: typed.get(case.number, -1) for case, _ in picked.rows}


def _typed_seqs(request: HttpRequest) -> dict[str, int]:
    pairs = (each.rpartition(":") for each in request.POST.getlist("case"))
    return {number: int(seq) for number, _, seq in pairs if seq.isdecimal() and len(seq) < 10}


def _recorded(
    request: HttpRequest, picked: Chosen, event: str, seen: dict[int, int], kept: list[StoredFile]
) -> HttpResponse:
    kind = request.POST.get("kind", "")
    kind = kind if kind in catalogue.load().evidence_kinds else "other"
    try:
        for holder_id in {case.notice.holder_id for case, _ in picked.rows}:
            record_answer(
                holder_id=holder_id,
                seen={c.pk: seen[c.pk] for c, _ in picked.rows if c.notice.holder_id == holder_id},
                event=event,
                words=request.POST.get("words", "").replace("\0", "").strip(),
                files=[(file, kind) for file in kept],
                at=request.at,
            )
    except (StaleCase, NotPermitted, ClockRanOut, AnswerDefective) as moved:  # a mandate may end at this very moment
        raise _stale(picked.rows, request) from moved
    return _done(event, [(case.number, case.notice.number) for case, _ in picked.rows], request)


def _twice(request: HttpRequest, event: str) -> HttpResponse | None:
    """The page to go to when this very answer was given already: the second click of a double click."""
    mine = ComplaintEvent.objects.filter(
        complaint__notice__holder__in=holder_ids(request), event=event, by="complainant"
    )
    numbers = []
    for each in request.POST.getlist("case"):
        number, _, seq = each.rpartition(":")
        done = mine.filter(complaint__number=number, seq=int(seq) + 1) if seq.isdecimal() else mine.none()
        found = done.values_list("complaint__number", "complaint__notice__number").first()
        if found is None:
            return None
        numbers.append(found)
    return _done(event, numbers, request) if numbers and event in DONE else None


def _done(event: str, numbers: Sequence[tuple[str, str]], request: HttpRequest) -> HttpResponse:
    messages.success(request, str(DONE[event]))
    if len(numbers) == 1:
        return redirect("holder:case", numbers[0][0])
    notices = {notice for _, notice in numbers}
    return redirect("holder:notice", notices.pop()) if len(notices) == 1 else redirect("holder:cases")


def _stale(rows: Sequence[tuple[Complaint, Held]], request: HttpRequest) -> Stale:
    """Who moved the first of these cases, and when; with what was typed."""
    seen = _typed_seqs(request)
    moved = [case for case, held in rows if held.case.seq != seen.get(case.number)] or [rows[0][0]]
    last = ComplaintEvent.objects.filter(complaint=moved[0]).order_by("-seq").first()
    assert last is not None
    what = gettext("%(number)s moved while you wrote. Nothing of your answer was entered.") % {
        "number": moved[0].number
    }
    typed = request.POST.get("words", "").replace("\0", "").strip()
    kept = [(gettext("Your words"), typed)] if typed else []
    by = str(words.PARTIES.get(last.by, last.by))
    return Stale(what, by, last.at, moved[0].zone, reverse("holder:case", args=[moved[0].number]), kept)
