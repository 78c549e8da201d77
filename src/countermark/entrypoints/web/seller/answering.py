"""The guided counter-notice: for which listings, why and with which papers, who you are, check and send.

Everything is saved at each step and nobody sees it before it is sent. A paper that a reason asks for is only missed: the page
says so, and the seller may send without it. What blocks stands in core.counter_notice; these pages only word it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from countermark.apps.complaints import counter_drafts as drafts
from countermark.apps.complaints.held import Held, glance
from countermark.apps.complaints.models import Complaint, CounterDraft
from countermark.apps.complaints.replies import CounterNoticeDefective
from countermark.apps.complaints.selectors import CaseView, may_see
from countermark.apps.complaints.services import StaleCase
from countermark.core import catalogue
from countermark.core.complaint import NotPermitted, explain_due
from countermark.core.defect import Defect
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller import findings
from countermark.entrypoints.web.seller.asking import Paper, fact_in_words, question, take_papers
from countermark.entrypoints.web.seller.faults import Fault, faults_of, step_of
from countermark.entrypoints.web.seller.own import number_in, own_draft, seen_in, stale
from countermark.entrypoints.web.seller.shops import person_of

STEPS = {
    "listings": gettext_lazy("For which listings"),
    "why": gettext_lazy("Why, and your papers"),
    "who": gettext_lazy("Who you are"),
    "check": gettext_lazy("Check and send"),
}
ELEMENTS_ON_CHECK = ("declaration",)
View = Callable[..., HttpResponse]


def step(view: View) -> View:
    """Open one question of the visitor's own draft; one that was sent leads to where it went."""

    @door([SELLER])
    @wraps(view)
    def opened(request: HttpRequest, pk: int) -> HttpResponse:
        draft = own_draft(request, pk)
        if draft.sent_as_id:
            return redirect("seller:answer-sent", pk=pk)
        cases = drafts.chosen(draft)
        if not cases and not drafts.answerable(notice=draft.notice, seller=draft.seller):
            raise _closed(draft)
        return view(request, draft, cases)

    return opened


def _closed(draft: CounterDraft) -> Refused:
    """No listing of this draft can be answered any more: what remains is named."""
    first = Complaint.objects.filter(notice=draft.notice, seller=draft.seller).order_by("line")[0]
    return Refused(
        gettext("These listings can no longer be answered"),
        gettext("Either the case has ended, or your chances to answer are used up. What you typed is kept."),
        gettext("The case says why, and what is still open: an appeal where the law gives one, and a court."),
        reverse("seller:case", args=[first.number]),
        gettext("Look at the case"),
    )


def _page(draft: CounterDraft, cases: list[Held], here: str, errors: Any = (), **more: Any) -> dict[str, Any]:
    """What every step shows: where one is, how much time is left, what is saved."""
    rows = {c.pk: c for c in Complaint.objects.filter(pk__in=[h.id for h in cases]).select_related("listing", "seller")}
    due = next((explain_due(h.procedure, h.case, h.calendars) for h in cases if h.case.due_at), None)
    return {
        "draft": draft,
        "notice": draft.notice,
        "cases": [rows[h.id] for h in cases],
        "case": rows[cases[0].id] if cases else None,
        "due": due,
        "zone": draft.notice.marketplace.zone,
        "complainant": complainant(draft, cases),
        "tells_all": "*" in told_of_seller(cases),
        "chance": findings.chance(cases[0]) if cases else "",
        "errors": errors,
        "here": here,
        "place": list(STEPS).index(here) + 1,
        "steps": _steps(draft, cases, here),
        **more,
    }


def _steps(draft: CounterDraft, cases: list[Held], here: str) -> list[dict[str, Any]]:
    names = list(STEPS)
    return [
        {
            "label": STEPS[name],
            "url": reverse(f"seller:answer-{name}", args=[draft.pk]) if names.index(name) < names.index(here) else "",
            "here": name == here,
            "done": names.index(name) < names.index(here),
            "name": name,
        }
        for name in names
    ]


def complainant(draft: CounterDraft, cases: list[Held]) -> str:
    """Who complained, as far as the pack tells the seller."""
    if cases and may_see(cases[0].procedure, draft.notice, "name"):
        return draft.notice.filer_name
    return gettext("The complainant")


def told_of_seller(cases: list[Held]) -> tuple[str, ...]:
    return cases[0].procedure.tell.get("seller_to_complainant", ()) if cases else ()


# --- 1: for which listings ----------------------------------------------------------------------------------------------


@step
def listings(request: HttpRequest, draft: CounterDraft, cases: list[Held]) -> HttpResponse:
    """Ask which listings of the notice this answer is for; a single one is not asked about."""
    offered = drafts.answerable(notice=draft.notice, seller=draft.seller)
    errors: list[Fault] = []
    if request.method == "POST" or len(offered) == 1:
        wanted = set(seen_in(request)) if request.method == "POST" else {offered[0].id}
        taken = [held for held in offered if held.id in wanted]
        errors = _choice_faults(taken, offered)
        if not errors:
            drafts.save(draft, {"complaints": [held.id for held in taken]}, at=request.at)
            return redirect("seller:answer-why", pk=draft.pk)
        cases = taken or cases
    rows = Complaint.objects.filter(pk__in=[held.id for held in offered]).select_related("listing").order_by("line")
    held = {h.id: h for h in offered}
    choices = [
        {"case": row, "chosen": row.pk in {c.id for c in cases}, "chance": findings.chance(held[row.pk])}
        for row in rows
    ]
    return render(request, "seller/answer_listings.html", _page(draft, cases, "listings", errors, choices=choices))


def _choice_faults(taken: list[Held], offered: list[Held]) -> list[Fault]:
    first = f"case-{offered[0].id}"
    if not taken:
        return [Fault(gettext("No listing is chosen."), gettext("Tick at least one."), first)]
    if len({max(held.case.round, 1) for held in taken}) > 1:
        what = gettext("These listings are at different chances.")
        return [Fault(what, gettext("Answer first for those of one chance, then for the others."), first)]
    return []


# --- 2: why, and the papers ---------------------------------------------------------------------------------------------


@step
def why(request: HttpRequest, draft: CounterDraft, cases: list[Held]) -> HttpResponse:
    """Ask for the reason and what proves it. Another reason, a paper added or taken out: the page again, with its needs."""
    if not cases:
        return redirect("seller:answer-listings", pk=draft.pk)
    errors: list[Fault] = []
    if request.method == "POST":
        errors, goes_on = _keep_why(request, draft, cases)
        if goes_on and not errors:
            errors = _blocking(request, draft, cases, "why")
            if not errors:
                return redirect("seller:answer-who", pk=draft.pk)
        if not errors and not request.headers.get("HX-Request"):
            return redirect(f"{reverse('seller:answer-why', args=[draft.pk])}#chosen")
    more = question(draft, cases, errors)
    return render(request, "seller/answer_why.html", _page(draft, cases, "why", errors, **more))


def _keep_why(request: HttpRequest, draft: CounterDraft, cases: list[Held]) -> tuple[list[Fault], bool]:
    """Keep what the form holds; returns what was refused, and whether the seller is done with this question."""
    at, sent = request.at, request.POST
    before, ground = draft.data.get("ground", ""), sent.get("ground", draft.data.get("ground", ""))
    facts = {name[5:]: value for name, value in sent.items() if name.startswith("fact-")}
    typed = {"ground": ground, "statement": sent.get("statement", draft.data.get("statement", "")), "facts": facts}
    errors = faults_of(drafts.save(draft, typed, at=at))
    refused = take_papers(draft, request.FILES, by=person_of(request), at=at)
    if gone := number_in(sent.get("remove", "")):
        drafts.remove(draft, file_id=gone, at=at)
    is_new = ground != before and _asks_for_something(ground)
    return [*errors, *refused], "save" in sent and not is_new


def _asks_for_something(ground: str) -> bool:
    row = catalogue.load().counter_grounds.get(ground)
    return row is not None and bool(row.needs or row.facts or row.helps)


def _blocking(request: HttpRequest, draft: CounterDraft, cases: list[Held], here: str) -> list[Fault]:
    """What keeps this answer from being sent, as far as it belongs to this question."""
    found = [d for d in drafts.defects(draft, cases, at=request.at) if d.blocks and step_of(d) == here]
    return faults_of(found, ground=_first_ground(draft))


def _first_ground(draft: CounterDraft) -> str:
    kind = draft.notice.right.kind if draft.notice.right else None
    return next((g.id for g in catalogue.load().counter_grounds_for(kind, draft.notice.reason)), "")


# --- 3: who you are -----------------------------------------------------------------------------------------------------


@step
def who(request: HttpRequest, draft: CounterDraft, cases: list[Held]) -> HttpResponse:
    """Ask for name and contact, and say before it is sent what of it the complainant will read."""
    if not cases:
        return redirect("seller:answer-listings", pk=draft.pk)
    errors: list[Fault] = []
    if request.method == "POST":
        contact = {
            name: request.POST[f"contact-{name}"].strip()
            for name in drafts.CONTACT
            if f"contact-{name}" in request.POST
        }
        errors = faults_of(drafts.save(draft, {"contact": contact}, at=request.at))
        errors = errors or _blocking(request, draft, cases, "who")
        if not errors:
            return redirect("seller:answer-check", pk=draft.pk)
    needs_all = "contact_full" in drafts.needs_of(cases)
    page = _page(draft, cases, "who", errors, contact=draft.data.get("contact", {}), needs_all=needs_all)
    return render(request, "seller/answer_who.html", page)


# --- 4: check and send --------------------------------------------------------------------------------------------------


@step
def check(request: HttpRequest, draft: CounterDraft, cases: list[Held]) -> HttpResponse:
    """Show everything once more with its way to change it; send it."""
    if not cases:
        return redirect("seller:answer-listings", pk=draft.pk)
    errors: list[Fault] = []
    if request.method == "POST":
        errors = _keep_declared(request, draft)
        if not errors:
            try:
                drafts.send(draft, seen=seen_in(request), at=request.at)
                return redirect("seller:answer-sent", pk=draft.pk)
            except CounterNoticeDefective as defective:
                errors = _linked(draft, defective.defects)
            except (StaleCase, NotPermitted) as moved:
                raise _moved(request, draft) from moved
    return render(
        request, "seller/answer_check.html", _page(draft, cases, "check", errors, **_summary(request, draft, cases))
    )


def _keep_declared(request: HttpRequest, draft: CounterDraft) -> list[Fault]:
    typed = {
        "declarations": sorted(set(request.POST.getlist("declared"))),
        "signature": request.POST.get("signature", "").strip(),
    }
    return faults_of(drafts.save(draft, typed, at=request.at))


def _linked(draft: CounterDraft, defects: Any) -> list[Fault]:
    """Faults of this page lead to their field, faults of an earlier question to its row here."""
    pairs = zip(defects, faults_of(defects, ground=_first_ground(draft)), strict=True)
    return [f if step_of(d) == "check" else f._replace(field=f"row-{step_of(d)}") for d, f in pairs]


def _moved(request: HttpRequest, draft: CounterDraft) -> Exception:
    kept = [(gettext("Your words"), draft.data.get("statement", ""))] if draft.data.get("statement") else []
    return stale(request, seen_in(request), reverse("seller:answer-check", args=[draft.pk]), kept)


def _summary(request: HttpRequest, draft: CounterDraft, cases: list[Held]) -> dict[str, Any]:
    known, data, needs = catalogue.load(), draft.data, drafts.needs_of(cases)
    ground = known.counter_grounds.get(data.get("ground", ""))
    facts = [
        (gettext(known.facts[n].label), fact_in_words(n, data.get("facts", {}).get(n, "")))
        for n in drafts.facts_asked(data.get("ground", ""))
    ]
    asked = [
        known.elements[need] for need in needs if known.elements[need].kind in ELEMENTS_ON_CHECK and need != "signature"
    ]
    found: list[Defect] = list(drafts.defects(draft, cases, at=request.at))
    return {
        "ground": gettext(ground.title) if ground else "",
        "facts": [(label, value) for label, value in facts if value],
        "papers": [Paper.of(paper) for paper in drafts.papers(draft)],
        "contact": [value for name in drafts.CONTACT if (value := data.get("contact", {}).get(name))],
        "declared": [
            {"id": e.id, "text": gettext(e.text), "ticked": e.id in data.get("declarations", ())} for e in asked
        ],
        "asks_signature": "signature" in needs,
        "warnings": faults_of(d for d in found if d.is_warning),
        "unmet": _linked(draft, [d for d in found if d.blocks and step_of(d) != "check"]),
        "after": findings.after_answer(cases[0]),
    }


# --- sent ---------------------------------------------------------------------------------------------------------------


@door([SELLER])
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the answer is on its way, to whom, and what happens next."""
    draft = own_draft(request, pk)
    counter = draft.sent_as
    if counter is None:
        return redirect("seller:answer-check", pk=pk)
    cases = [line.complaint for line in counter.lines.select_related("complaint__listing").order_by("complaint__line")]
    view = _view(cases[0])
    page = {
        "counter": counter,
        "notice": draft.notice,
        "cases": cases,
        "view": view,
        "clock": findings.clock(view, request.at),
        "finding": ngettext(
            "Your answer for one listing is with %(who)s",
            "Your answer for %(count)s listings is with %(who)s",
            len(cases),
        )
        % {"count": len(cases), "who": _with_whom(view)},
    }
    return render(request, "seller/answer_sent.html", page)


def _view(case: Complaint) -> CaseView:
    return CaseView(case, glance([case.pk])[0], SELLER)


def _with_whom(view: CaseView) -> str:
    return view.complainant_name if view.complaint.waits_on == "complainant" else gettext("us")
