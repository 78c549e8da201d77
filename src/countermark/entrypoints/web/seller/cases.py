"""One case as its seller sees it: what is claimed, by whom, on which right, until when, and what to do about it.

Reading the page while its clock waits for the seller to be told counts as being told, and the page says so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.complaints import counter_drafts, replies, selectors, services
from countermark.apps.complaints.held import glance
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.words import goods_in_words
from countermark.apps.notifications import services as telling
from countermark.core import catalogue
from countermark.core.complaint import NotPermitted, permitted_events
from countermark.entrypoints.web import appealing
from countermark.entrypoints.web import case_file as case_files
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller import findings, procedures, trails
from countermark.entrypoints.web.seller.faults import Fault
from countermark.entrypoints.web.seller.own import own_case, seen_in, stale
from countermark.entrypoints.web.seller.shops import person_of

TAKE_DOWN = "seller_removed"
CHOICES = ("answer", "take-down", "help")


def told(request: HttpRequest, view: CaseView) -> CaseView:
    """The case after its seller has read it: that is being told of it, and a clock that waited for that has started now."""
    at, case = request.at, view.complaint
    telling.read_case(case, party=SELLER, by=person_of(request), at=at)
    if not (view.is_yours and case.awaits_service):
        return view
    services.record_service([case.pk], at=at, channel="app", party=SELLER)
    return own_case(request, case.number)


@require_safe
@door([SELLER])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case."""
    view = told(request, own_case(request, number))
    return render(request, "seller/case.html", _page(request, view))


def _page(request: HttpRequest, view: CaseView, errors: Any = ()) -> dict[str, Any]:
    at = request.at
    return about(view) | {
        "finding": findings.finding(view),
        "status": findings.status(view),
        "clock": findings.clock(view, at),
        "chance": findings.chance(view.held) if view.complaint.waits_on else "",
        "nothing": findings.if_nothing(view),
        "may_answer": counter_drafts.FILED in view.permitted,
        "may_take_down": TAKE_DOWN in view.permitted,
        "draft": view.complaint.pk in (view.complaint.drafted or {}).get("complaints", ()),
        "papers": case_files.papers_of(view),
        "offer": appealing.offer(request, view, SELLER, reverse("seller:appeal", args=[view.complaint.number])),
        "answers": trails.answers(view),
        "steps": trails.brief(view),
        "errors": errors,
    }


def about(view: CaseView) -> dict[str, Any]:
    """What every page about a case shows: the case, the right as it was frozen, the kinds of things in words."""
    right, known = view.notice.right_frozen, catalogue.load()
    kind = known.right_kinds.get(right.get("kind", "")) if right else None
    office = known.offices.get(right.get("office", "")) if right else None
    return {
        "view": view,
        "complaint": view.complaint,
        "notice": view.notice,
        "right": right,
        "goods": goods_in_words(view.notice),
        "right_kind": gettext(kind.title) if kind else "",
        "right_office": gettext(office.title) if office else "",
        "right_expires": date.fromisoformat(right["expires_on"]) if right and right.get("expires_on") else None,
        "may_withdraw": findings.may_ask_to_withdraw(view),
        "shell_pack": f"{view.procedure.id} {view.notice.pack_version}",
    }


@require_POST
@door([SELLER])
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Go where the seller chose to go; no choice yet is said on the page."""
    view = own_case(request, number)
    chosen = request.POST.get("choice")
    if chosen == "answer" and counter_drafts.FILED in view.permitted:
        return _begin(request, view)
    if chosen == "take-down" and TAKE_DOWN in view.permitted:
        return redirect("seller:take-down", number=number)
    if chosen == "help":
        return redirect("seller:help", number=number)
    fault = Fault(gettext("Nothing is chosen."), gettext("Take one; each can be left again."), "choice-help")
    return render(request, "seller/case.html", _page(request, view, [fault]))


def _begin(request: HttpRequest, view: CaseView) -> HttpResponse:
    """Open the draft for this case, or go on with the one there is."""
    at, seller = request.at, view.complaint.seller
    assert seller is not None
    draft = counter_drafts.open_draft(notice=view.notice, seller=seller, at=at, complaint_ids=[view.complaint.pk])
    if view.complaint.pk not in draft.data.get("complaints", ()):
        counter_drafts.save(draft, {"complaints": [*draft.data.get("complaints", ()), view.complaint.pk]}, at=at)
    return redirect("seller:answer-listings", pk=draft.pk)


@require_safe
@door([SELLER])
def get_help(request: HttpRequest, number: str) -> HttpResponse:
    """How the procedure goes, whom one can ask; the clock goes on."""
    view = told(request, own_case(request, number))
    at = request.at
    page = about(view) | {
        "clock": findings.clock(view, at),
        "stages": procedures.stages(view.held),
        "grounds": procedures.grounds(view.notice),
        "nothing": findings.if_nothing(view),
    }
    return render(request, "seller/help.html", page)


@door([SELLER])
def take_down(request: HttpRequest, number: str) -> HttpResponse:
    """Let the seller take down one listing or several of the notice; the case ends without a decision."""
    view = own_case(request, number)
    if TAKE_DOWN not in view.permitted:
        raise Refused(
            gettext("There is nothing to take down in this case now"),
            view.status.word,
            gettext("Look at the case as it is now: it names the steps you have."),
            request.path.removesuffix("take-down/"),
            gettext("Back to the case"),
        )
    offered = _with_siblings(view)
    errors = []
    if request.method == "POST":
        seen = seen_in(request)
        if seen:
            return _taken_down(request, view, seen)
        errors = [Fault(gettext("No listing is chosen."), gettext("Tick at least one."), f"case-{offered[0].pk}")]
    page = about(view) | {"offered": offered, "errors": errors}
    return render(request, "seller/take_down.html", page)


def _with_siblings(view: CaseView) -> list[Any]:
    """This case and the others of the notice that the seller may end in the same way."""
    others = list(selectors.other_cases(view).select_related("listing"))
    held = {h.id: h for h in glance([c.pk for c in others])}
    more = [c for c in others if TAKE_DOWN in permitted_events(held[c.pk].procedure, held[c.pk].case, SELLER)]
    return [view.complaint, *more]


def _taken_down(request: HttpRequest, view: CaseView, seen: dict[int, int]) -> HttpResponse:
    seller, at = view.complaint.seller, request.at
    assert seller is not None
    try:
        replies.take_down_oneself(seller=seller, seen=seen, at=at)
    except (services.StaleCase, NotPermitted) as moved:
        raise stale(request, seen, "") from moved
    words = ngettext(
        "Done: you have taken the listing down, and the case is closed.",
        "Done: you have taken %(count)s listings down, and their cases are closed.",
        len(seen),
    ) % {"count": len(seen)}
    messages.success(request, words)
    return redirect("seller:case", number=view.complaint.number)


@require_safe
@door([SELLER])
def printed(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case on paper."""
    view = told(request, own_case(request, number))
    page = about(view) | {
        "finding": findings.finding(view),
        "status": findings.status(view),
        "steps": trails.full(view),
        "papers": case_files.papers_of(view),
    }
    return render(request, "seller/print.html", page)


@require_safe
@door([SELLER])
def case_file(request: HttpRequest, number: str) -> HttpResponse:
    """The case file as JSON: what the seller may read, and the proof that none of it was changed."""
    return case_files.as_json(told(request, own_case(request, number)), request.at)
