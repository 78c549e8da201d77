"""Submitting a complaint, the first steps: where, on which right, for which reason. One question a page, saved at each.

A draft is kept as typed and can be left and taken up again; nothing is sent and no clock runs before the last step.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from countermark.apps.complaints import drafts, offers
from countermark.apps.complaints.drafts import AlreadySent, Proposal
from countermark.apps.complaints.models import NoticeDraft
from countermark.apps.parties.models import Holder, Marketplace
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import rights_of
from countermark.core import catalogue, procedure_loader
from countermark.core import notice as rules
from countermark.core.procedure import Procedure
from countermark.entrypoints.web.rights_holder.access import (
    draft_or_404,
    holder_ids,
    holder_of,
    holder_page,
    holders,
    listed_ids,
)
from countermark.entrypoints.web.rights_holder.faults import Fault, said

STEPS = {  # step -> (its number of five, what it is called)
    "marketplace": (1, gettext_lazy("Marketplace")),
    "right": (2, gettext_lazy("Right")),
    "reason": (2, gettext_lazy("Reason")),
    "listings": (3, gettext_lazy("Listings")),
    "evidence": (4, gettext_lazy("Evidence")),
    "check": (5, gettext_lazy("Check and send")),
}
ORDER = tuple(STEPS)
# What a procedure means, in one line; a procedure an operator added says its name.
MEANS = {
    "platform": gettext_lazy("The seller is heard first and has three chances; a reviewer decides where you disagree."),
    "pause-and-answer": gettext_lazy("The listing is paused at once; the seller has one chance to answer."),
    "cn-ecommerce-law": gettext_lazy(
        "For China: down at once; if the seller declares that nothing is infringed, you have 15 days to go to court."
    ),
    "us-dmca-512": gettext_lazy(
        "US copyright only: down at once; after a counter notification it comes back unless you sue within 10 working days."
    ),
    "eu-notice": gettext_lazy("For the EU: a reviewer decides on your notice alone; both sides can appeal."),
}


class Pack(NamedTuple):
    """One procedure a marketplace offers."""

    id: str
    name: str
    means: str


class Place(NamedTuple):
    """A marketplace with the procedures it offers this holder, the default first."""

    row: Marketplace
    packs: list[Pack]


def step_url(draft: NoticeDraft, step: str) -> str:
    """The name and number a redirect goes to."""
    return redirect(f"holder:submit-{step}", draft.pk).url


def crumb(step: str) -> dict[str, Any]:
    """Which step of how many this is."""
    number, name = STEPS[step]
    after = next((STEPS[one][1] for one in ORDER[ORDER.index(step) + 1 :]), None)
    return {"step": step, "step_number": number, "step_count": 5, "step_name": name, "step_after": after}


def open_draft(request: HttpRequest, pk: int) -> NoticeDraft:
    """The draft, if it is theirs and was not sent."""
    draft = draft_or_404(request, pk)
    if draft.sent_as is not None:
        raise AlreadySent(draft.sent_as)
    return draft


def at_step(view: Any) -> Any:
    """Open a step's page on its draft; a draft that went out leads to its notice."""

    @holder_page
    def opened(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
        try:
            return view(request, open_draft(request, pk), **more)
        except AlreadySent as sent:
            return redirect("holder:notice", sent.notice.number)

    return opened


# --- beginning, leaving, deleting -----------------------------------------------------------------------------------------


@holder_page
def begin(request: HttpRequest) -> HttpResponse:
    """The first question; answering it begins the draft. What was begun before is offered beside it."""
    wrong: list[Fault] = []
    if request.method == "POST":
        answers, wrong = _place_said(request, places(_holder_for(request).is_agent))
        if not wrong:
            right = request.POST.get("right", "")
            known = {"right": int(right)} if right.isdecimal() and _is_mine(request, int(right)) else {}
            draft = drafts.start(
                holder=_holder_for(request),
                person=request.user,
                at=request.at,
                **answers,
                **known,
            )
            return redirect(step_url(draft, "right"))
    open_drafts = drafts.drafts_of(listed_ids(request))
    return _place_page(request, None, dict(request.POST.items()), wrong, open_drafts)


def _holder_for(request: HttpRequest) -> Holder:
    """Whose right it is, where one was named; else the account in whose name something new is begun."""
    right = request.POST.get("right") or request.GET.get("right", "")
    rows = Right.objects.filter(pk=right, holder_id__in=holder_ids(request)) if right.isdecimal() else Right.objects.none()
    owner = rows.values_list("holder_id", flat=True).first()
    return next((holder for holder in holders(request) if holder.pk == owner), None) or holder_of(request)


def _is_mine(request: HttpRequest, right: int) -> bool:
    return Right.objects.filter(pk=right, holder_id__in=holder_ids(request)).exists()


@require_POST
@at_step
def discard(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """Delete the draft."""
    drafts.discard(draft)
    messages.success(request, gettext("The draft is deleted. Nothing was sent."))
    return redirect("holder:submit")


# --- where ----------------------------------------------------------------------------------------------------------------


@at_step
def marketplace(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """Where are the listings, and by which procedure?"""
    if request.method != "POST":
        return _place_page(request, draft, draft.data, [], [])
    answers, wrong = _place_said(request, places(draft.holder.is_agent))
    if wrong:
        return _place_page(request, draft, dict(request.POST.items()), wrong, [])
    drafts.save(draft, at=request.at, **answers)
    return redirect(step_url(draft, "right"))


def places(is_agent: bool) -> list[Place]:
    """The marketplaces a notice can be about, each with its procedures for this kind of complainant."""
    return [Place(place.row, [_pack(each) for each in place.procedures]) for place in offers.places(is_agent=is_agent)]


def _pack(procedure: Procedure) -> Pack:
    return Pack(procedure.id, gettext(procedure.name), str(MEANS.get(procedure.id, "")))


def _place_said(request: HttpRequest, offered: list[Place]) -> tuple[dict[str, str], list[Fault]]:
    """The marketplace and procedure chosen, and what is wrong with the choice."""
    place = next((each for each in offered if each.row.slug == request.POST.get("marketplace")), None)
    if place is None:
        first = f"marketplace-{offered[0].row.slug}" if offered else ""
        return {}, [Fault(gettext("No marketplace is chosen."), gettext("Choose where the listings are."), first)]
    asked = request.POST.get(f"pack-{place.row.slug}", "")
    pack = next((each.id for each in place.packs if each.id == asked), place.packs[0].id)
    return {"marketplace": place.row.slug, "pack": pack}, []


def _place_page(
    request: HttpRequest,
    draft: NoticeDraft | None,
    chosen: dict[str, Any],
    wrong: list[Fault],
    begun: list[NoticeDraft],
) -> HttpResponse:
    holder = draft.holder if draft else _holder_for(request)
    slug = chosen.get("marketplace", "")
    shown = {
        **crumb("marketplace"),
        "draft": draft,
        "holder": holder,
        "places": places(holder.is_agent),
        "chosen": slug,
        "chosen_pack": chosen.get("pack") or chosen.get(f"pack-{slug}", ""),
        "begun": [_begun(each) for each in begun],
        "right": request.POST.get("right") or request.GET.get("right", ""),
        "faults": wrong,
    }
    return render(request, "rights_holder/submit_marketplace.html", shown, status=422 if wrong else 200)


def _begun(draft: NoticeDraft) -> dict[str, Any]:
    """A draft in the list of drafts: what it is about, where it stopped."""
    proposal = drafts.proposal_of(draft)
    counted = sum(line.is_ready for line in proposal.lines)
    return {"draft": draft, "proposal": proposal, "ready": counted, "url": step_url(draft, resume_at(proposal))}


def resume_at(proposal: Proposal) -> str:
    """The first step that is not answered yet."""
    answered = {
        "marketplace": proposal.marketplace is not None and bool(proposal.pack),
        "right": proposal.right is not None,
        "reason": bool(proposal.reason),
        "listings": any(line.is_ready for line in proposal.lines),
        "evidence": bool(proposal.statement),
    }
    return next((step for step, there in answered.items() if not there), "check")


# --- on which right -------------------------------------------------------------------------------------------------------


class Offered(NamedTuple):
    """A right as a choice; `why_not` says why it cannot be chosen here, with the way out; `note` what to know of it."""

    right: Right
    why_not: str
    note: str


@at_step
def right(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """On which right, and about listings or a storefront?"""
    proposal = drafts.proposal_of(draft)
    if proposal.marketplace is None or not proposal.pack:
        return redirect(step_url(draft, "marketplace"))
    offered = _offered(request, proposal)
    wrong: list[Fault] = []
    if request.method == "POST":
        chosen = next((o for o in offered if not o.why_not and str(o.right.pk) == request.POST.get("right")), None)
        if chosen is not None:
            mode = "storefront" if request.POST.get("mode") == "storefront" else "listing"
            drafts.save(draft, at=request.at, right=chosen.right.pk, mode=mode)
            return redirect(step_url(draft, "reason"))
        wrong = [Fault(gettext("No right is chosen."), gettext("Choose the one the listings violate."), "rights")]
    usable = [each for each in offered if not each.why_not]
    shown = {
        **crumb("right"),
        "draft": draft,
        "proposal": proposal,
        "usable": usable,
        "unusable": [each for each in offered if each.why_not],
        "chosen": request.POST.get("right")
        or draft.data.get("right")
        or (usable[0].right.pk if len(usable) == 1 else ""),
        "faults": wrong,
    }
    return render(request, "rights_holder/submit_right.html", shown, status=422 if wrong else 200)


def _offered(request: HttpRequest, proposal: Proposal) -> list[Offered]:
    """Every right of the holder that was sent, those that can be used here first."""
    rows = rights_of([proposal.holder.pk]).exclude(state="draft").select_related("holder").prefetch_related("documents")
    found = [Offered(row, *_why_not(proposal, row, request.at)) for row in rows]
    return sorted(found, key=lambda each: bool(each.why_not))


def _why_not(proposal: Proposal, row: Right, at: Any) -> tuple[str, str]:
    """The first thing that keeps this right out of this notice, and the first to know of it; each may be ""."""
    if row.state == "returned":
        return gettext("It was sent back with reasons. Mend it and send it again."), ""
    procedure = procedure_loader.load(proposal.pack)
    asked = drafts.said(replace(proposal, right=row, lines=()), at=at)
    found = [d for d in rules.defects(asked, procedure, at=at) if d.field in ("right", "marketplace")]
    blocking, known = (next((d for d in found if d.blocks == blocks), None) for blocks in (True, False))
    return _in_words(blocking), _in_words(known)


def _in_words(defect: rules.Defect | None) -> str:
    return " ".join(said(defect.code, defect.data)).strip() if defect else ""


# --- for which reason -----------------------------------------------------------------------------------------------------


@at_step
def reason(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """What is wrong with the listings? Each reason shows what it needs."""
    proposal = drafts.proposal_of(draft)
    if proposal.right is None or proposal.marketplace is None:
        return redirect(step_url(draft, "right"))
    offered = reasons_for(proposal)
    wrong: list[Fault] = []
    if request.method == "POST":
        chosen = request.POST.get("reason", "")
        if chosen in {each.code for each in offered}:
            drafts.save(draft, at=request.at, reason=chosen)
            return redirect(step_url(draft, "listings"))
        wrong = [Fault(*said("reason_unknown", {}), f"reason-{offered[0].code}" if offered else "")]
    shown = {
        **crumb("reason"),
        "draft": draft,
        "proposal": proposal,
        "reasons": [{"reason": each, "needs": needs_of(each)} for each in offered],
        "chosen": request.POST.get("reason") or proposal.reason,
        "faults": wrong,
    }
    return render(request, "rights_holder/submit_reason.html", shown, status=422 if wrong else 200)


def reasons_for(proposal: Proposal) -> list[catalogue.Reason]:
    """The reasons that go with the right, with listings or storefronts, and with the law of the place."""
    assert proposal.right is not None
    assert proposal.marketplace is not None
    return offers.reasons_at(proposal.marketplace, right_kind=proposal.right.kind, mode=proposal.mode)


def needs_of(reason: catalogue.Reason) -> list[dict[str, Any]]:
    """What a reason needs, as sentences; `must` where nothing can be sent without it."""
    known = catalogue.load()
    found = [{"must": True, "text": _one_of(kinds)} for kinds in reason.needs]
    found += [{"must": True, "text": gettext(known.facts[fact].label)} for fact in reason.facts]
    if reason.in_listing:
        found.append({"must": True, "text": gettext("The listing itself shows it; we keep a copy of the page.")})
    found.append({"must": True, "text": gettext("In your words: what is wrong, and where it shows.")})
    return found + [{"must": False, "text": gettext(known.evidence_kinds[kind].label)} for kind in reason.helps]


def _one_of(kinds: Iterable[str]) -> str:
    known = catalogue.load().evidence_kinds
    labels = [gettext(known[kind].label) for kind in kinds]
    if len(labels) == 1:
        return labels[0]
    return gettext("one of these: %(kinds)s") % {"kinds": pgettext("between two kinds of papers", "; ").join(labels)}
