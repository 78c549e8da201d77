"""The appeal page of a party: what can be appealed until when, the form, and what became of an appeal that was filed.

Sellers and complainants have the same page; whose case it is was asked by the door that leads here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from countermark.apps.complaints import words
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.services import StaleCase
from countermark.apps.decisions import appeals
from countermark.apps.decisions.appeal_selectors import Standing, standing
from countermark.apps.decisions.models import Appeal
from countermark.apps.notifications.selectors import telling_of, told_at
from countermark.apps.parties.models import Person
from countermark.apps.work import files, moments, true_time
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import unseal
from countermark.core import appeal as rules
from countermark.core import catalogue
from countermark.core.calendar import Due
from countermark.entrypoints.defect_said import upload_said
from countermark.entrypoints.web.case_file import said
from countermark.entrypoints.web.doors import Stale
from countermark.evidence.uploads import DEFAULT, UploadRefused

Faults = list[dict[str, str]]
FIELDS = {"statement": "words", "files": "files"}  # field of a defect -> id on the page


@dataclass(frozen=True)
class Offer:
    """What the page of a case says about an appeal. `may`: one can be filed, against the decision of event `seq`."""

    heading: str
    text: str
    link: str
    url: str
    may: bool = False
    seq: int = -1


@dataclass(frozen=True)
class Place:
    """Whose page it is: the side, its case and appeal pages, who acts."""

    side: str
    case_url: str
    url: str
    by: Person | None


def where(request: HttpRequest, view: CaseView, side: str) -> Standing:
    """Where this side stands in this case now."""
    at = request.at
    return standing(view.complaint, view.held, side, told=telling_of(view.complaint, side), at=at)


# --- on the page of the case ---------------------------------------------------------------------------------------------


def offer(request: HttpRequest, view: CaseView, side: str, url: str) -> Offer | None:
    """What the page of the case says about an appeal; None where there is nothing to say."""
    stands = where(request, view, side)
    if stands.found is not None and (barred := _barred(request, view, side)):
        return Offer(gettext("Your mandate does not cover an appeal"), " ".join(barred[0]), "", "")
    if stands.found is not None:
        again = gettext("Another person looks at the decision again. It costs nothing.")
        text = f"{again} {_until(stands.found.due)}"
        return Offer(gettext("You can appeal"), text, gettext("Appeal this decision"), url, True, stands.found.seq)
    if stands.running is not None:
        text = gettext("Another person looks at it, by %(until)s.") % {"until": _ours(view, stands.running)}
        return Offer(gettext("Your appeal is with us"), text, gettext("See your appeal"), url)
    if stands.filed:
        return Offer(result(stands.filed[0]), "", gettext("See your appeal"), url)
    if isinstance(stands.refused, rules.OneIsOpen):
        heading, text = why_not(view, stands)
        return Offer(heading, text, "", "")
    return None


def _barred(request: HttpRequest, view: CaseView, side: str) -> list[tuple[str, str]]:
    """What the mandate of an agent lacks for an appeal, each as what is wrong and how to mend it."""
    if side != "complainant" or view.notice.mandate_id is None:
        return []
    found = appeals.mandate_defects(view.complaint, at=request.at)
    return [words.defect_words(defect.code, defect.data) for defect in found]


def _until(due: Due | None) -> str:
    if due is None:
        return gettext("Your time to appeal begins when you have been told of the decision.")
    return gettext("Until %(until)s, counted from the day you were told.") % {
        "until": moments.deadline(due.due_at, due.zone)
    }


def _ours(view: CaseView, appeal: Appeal) -> str:
    return moments.deadline(appeal.due_at, view.complaint.zone)


def result(appeal: Appeal) -> str:
    """How an appeal stands, to the side that filed it."""
    if appeal.decided_at is None:
        return gettext("Your appeal is with us")
    if appeal.granted:
        return gettext("Your appeal was granted")
    if appeal.granted is None:
        return gettext("Your appeal was closed: what it was about no longer stands")
    return gettext("Your appeal was not granted")


def why_not(view: CaseView, stands: Standing) -> tuple[str, str]:
    """Why nothing can be appealed now, and what can be done instead: heading and sentence."""
    refused, zone = stands.refused, view.complaint.zone
    if isinstance(refused, rules.CounterNoticeOpen):
        return _answer_first(refused, zone)
    if isinstance(refused, rules.NotOurs):
        return _not_ours(refused, stands.side)
    if isinstance(refused, rules.TimeIsOver):
        ended = {"until": moments.deadline(refused.due.due_at, refused.due.zone)}
        return gettext("The time to appeal is over"), gettext(
            "It ended %(until)s. A court remains open to you."
        ) % ended
    others = {
        "appeal_still_open": (
            gettext("There is nothing to appeal yet"),
            gettext("The case is not decided. Once it is, you are told, and you can appeal from then on."),
        ),
        "appeal_nothing_lost": (
            gettext("There is nothing to appeal"),
            gettext("The decision in force went your way, or your listing was never restricted."),
        ),
        "appeal_open": (
            gettext("The other side has appealed"),
            gettext("One appeal is dealt with at a time. Another person decides it; you are told how it ends."),
        ),
        "appealed_before": (
            gettext("You have appealed this decision"),
            gettext("Each decision can be appealed once. A court remains open to you."),
        ),
    }
    return others[refused.code if refused is not None else "appeal_still_open"]


def _answer_first(refused: rules.CounterNoticeOpen, zone: str) -> tuple[str, str]:
    then = gettext("What is decided on it is a new decision; you can appeal that one, and your time begins anew.")
    first = gettext("You can still file a counter-notice. It costs no appeal, and comes first.")
    if refused.until is not None:
        first = gettext(
            "You can still file a counter-notice, until %(until)s. It costs no appeal, and comes first."
        ) % {"until": moments.deadline(refused.until, zone)}
    return gettext("Answer first: you have a chance left"), f"{first} {then}"


def _not_ours(refused: rules.NotOurs, side: str) -> tuple[str, str]:
    heading = gettext("There is no decision of ours to appeal")
    if refused.by == side:
        return heading, gettext("You ended the case yourself. Nobody decided against you.")
    if refused.event.startswith(("ordered", "action")):
        return heading, gettext("A court or an authority decided. Object there; what it decides we carry out.")
    return heading, gettext("The case ended without a decision of ours. A court remains open to you.")


# --- the page of the appeal ----------------------------------------------------------------------------------------------


def page(request: HttpRequest, view: CaseView, place: Place) -> HttpResponse:
    """Show what can be appealed, or what became of it; take the appeal, once however often it is clicked."""
    if request.method != "POST":
        return _draw(request, view, place)
    key = request.POST.get("key", "")[:80].replace("\0", "")
    if key and Appeal.objects.filter(key=key, complaint=view.complaint, side=place.side).exists():
        return redirect(place.url)
    wrong, typed = [*_lacking(request, view, place), *_wrong(request)], _typed(request)
    stands = where(request, view, place.side)
    if stands.found is None:
        return _draw(request, view, place, status=409)
    kept = _kept(request, place, wrong)
    if wrong:
        return _draw(request, view, place, wrong, status=422)
    return _filed(request, view, place, stands.found.seq, typed, kept, key or str(uuid4()))


def _filed(
    request: HttpRequest,
    view: CaseView,
    place: Place,
    seq: int,
    typed: str,
    kept: Sequence[StoredFile],
    key: str,
) -> HttpResponse:
    seen = request.POST.get("seq", "")
    try:
        appeals.file_appeal(
            complaint=view.complaint,
            side=place.side,
            seq=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
            words=typed,
            files=kept,
            told_at=told_at(view.complaint, seq, place.side),
            by=place.by,
            at=request.at,
            now=true_time.now(),
            key=key,
        )
    except (StaleCase, rules.AppealRefused, appeals.AppealDefective) as moved:  # a mandate may end at this very moment
        raise _stale(view, place, typed) from moved
    messages.success(request, gettext("Your appeal is filed. Another person looks at the decision again."))
    return redirect(place.url)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _wrong(request: HttpRequest) -> Faults:
    """What is wrong with the form, apart from the files themselves."""
    found = []
    for defect in appeals.filing_defects(_typed(request), len(request.FILES.getlist("files"))):
        what, way_out = words.defect_words(defect.code, defect.data)
        found.append({"what": what, "way_out": way_out, "field": FIELDS[defect.field]})
    if not request.POST.get("checked"):
        what = gettext("The tick before sending is missing.")
        found.append({"what": what, "way_out": gettext("Read what stands there and tick it."), "field": "checked"})
    return found


def _lacking(request: HttpRequest, view: CaseView, place: Place) -> Faults:
    """What the mandate lacks, as faults of the form."""
    return [{"what": what, "way_out": out, "field": "words"} for what, out in _barred(request, view, place.side)]


def _kept(request: HttpRequest, place: Place, wrong: Faults) -> list[StoredFile]:
    """The papers, kept; none where something is wrong already. Adds why one was refused to `wrong`."""
    kept: list[StoredFile] = []
    at = request.at
    for file in request.FILES.getlist("files") if not wrong else ():
        try:
            kept.append(files.keep(content=file.read(), name=file.name or "", by=place.by, at=at))
        except UploadRefused as refused:
            what = upload_said(refused)
            wrong.append({"what": what, "way_out": gettext("Nothing of it was kept."), "field": "files"})
    return kept


def _stale(view: CaseView, place: Place, typed: str) -> Stale:
    last = view.complaint.events.order_by("-seq").values_list("by", "at")[0]
    kept = [(gettext("Your words"), typed)] if typed else []
    what = gettext("What you wanted to appeal is no longer the newest decision, or was appealed already.")
    return Stale(what, str(words.PARTIES[last[0]]), last[1], view.complaint.zone, place.case_url, kept)


def _draw(
    request: HttpRequest, view: CaseView, place: Place, wrong: Iterable[Any] = (), status: int = 200
) -> HttpResponse:
    stands = where(request, view, place.side)
    known = catalogue.load()
    context = {
        "view": view,
        "complaint": view.complaint,
        "place": place,
        "found": stands.found,
        "decision": stands.found and _decision(view, stands.found.seq),
        "filed": [_shown(view, appeal) for appeal in stands.filed],
        "why_not": why_not(view, stands) if stands.found is None and stands.running is None else None,
        "running": stands.running and _ours(view, stands.running),
        "won": isinstance(stands.refused, rules.NothingLost),
        "answers": isinstance(stands.refused, rules.CounterNoticeOpen),
        "heading": _heading(view, stands),
        "barred": [" ".join(each) for each in _barred(request, view, place.side)] if stands.found else [],
        "faults": list(wrong),
        "typed": _typed(request),
        "key": request.POST.get("key") or uuid4(),
        "longest": known.number("statement_max"),
        "most": known.number("appeal_files"),
        "megabytes": DEFAULT.max_bytes // 1_000_000,
        "days": known.number("appeal_days"),
    }
    return render(request, "appeal/appeal.html", context, status=status)


def _heading(view: CaseView, stands: Standing) -> str:
    """The h1: the question, or the finding."""
    if stands.found is not None:
        return gettext("Why is the decision wrong?")
    if stands.running is not None:
        return result(stands.running)
    return result(stands.filed[0]) if stands.filed else why_not(view, stands)[0]


def _decision(view: CaseView, seq: int) -> dict[str, Any]:
    """What is appealed, in one line."""
    return next({"title": entry.title, "at": entry.at} for entry in view.trail if entry.seq == seq)


def _shown(view: CaseView, appeal: Appeal) -> dict[str, Any]:
    return {
        "appeal": appeal,
        "result": result(appeal),
        "against": next((entry.title for entry in view.trail if entry.seq == appeal.seq), ""),
        "words": said(unseal(appeal.words)),
        "answer": said(unseal(appeal.answer)),
        "files": list(appeal.files.all()),
        "until": _ours(view, appeal),
    }
