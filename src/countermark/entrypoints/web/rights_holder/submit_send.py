"""Submitting a complaint, the last steps: evidence and words, then check everything, declare, and send."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_POST

from countermark.apps.complaints import drafts
from countermark.apps.complaints.drafts import Proposal, TooManyFiles
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import NoticeDraft
from countermark.apps.complaints.offers import declared
from countermark.apps.complaints.pasted import counted, storable
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.rights.selectors import facts_of
from countermark.core import catalogue, procedure_loader
from countermark.core.defect import Defect, evidence_missing, facts_missing
from countermark.core.notice import GOODS, asks_goods
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, said, upload_fault
from countermark.entrypoints.web.rights_holder.next_steps import next_steps
from countermark.entrypoints.web.rights_holder.submit import at_step, crumb, resume_at, step_url
from countermark.evidence.uploads import UploadRefused

# Where on the last page each thing can be changed, for the links of the error summary.
ROWS = {
    "marketplace": "row-marketplace", "right": "row-right", "reason": "row-reason", "mode": "row-right",
    "statement": "row-statement", "evidence": "row-evidence", "lines": "row-lines", "filer": "row-filer",
    "work": "row-facts", "declarations": "declare", "signature": "signature",
}  # fmt: skip


# --- evidence, words, facts -----------------------------------------------------------------------------------------------


@at_step
def evidence(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """What shows it, in files and words; saved whatever it is, judged at the next page."""
    proposal = drafts.proposal_of(draft)
    if resume_at(proposal) not in ("evidence", "check"):
        return redirect(step_url(draft, resume_at(proposal)))
    if request.method != "POST":
        return _evidence_page(request, draft, [])
    wrong = _keep_words(request, draft, proposal) + _keep_files(request, draft)
    if wrong:
        return _evidence_page(request, draft, wrong)
    return redirect(step_url(draft, "check" if request.POST.get("then") == "check" else "evidence"))


def _keep_words(request: HttpRequest, draft: NoticeDraft, proposal: Proposal) -> list[Fault]:
    typed = request.POST.get("statement", "").replace("\r\n", "\n")
    facts = {fact: request.POST.get(f"fact-{fact}", "").strip() for fact in _facts(proposal)}
    drafts.save(draft, at=request.at, statement=typed, facts=facts)
    if storable(typed) == typed:
        return []
    return [Fault(*said("unprintable_text", {}), "statement")]


def _keep_files(request: HttpRequest, draft: NoticeDraft) -> list[Fault]:
    """Each file is kept or refused for itself; one that is refused keeps no other out."""
    wrong = []
    for file in request.FILES.getlist("files"):
        try:
            drafts.attach(
                draft,
                content=file.read(),
                name=file.name or "",
                kind=_kind(request.POST.get("kind", "")),
                private=request.POST.get("private") == "yes",
                by=request.user,
                at=request.at,
            )
        except UploadRefused as refused:
            wrong.append(upload_fault(refused, "files"))
        except TooManyFiles as full:
            wrong.append(Fault(*said("evidence_too_many", {"max": full.max, "count": full.max + 1}), "files"))
            break
    return wrong


def _kind(asked: str) -> str:
    return asked if asked in catalogue.load().evidence_kinds else "other"


def _facts(proposal: Proposal) -> tuple[str, ...]:
    """The facts the form asks: those of the reason, the work where the procedure wants it named, a mark's class of goods."""
    reason = catalogue.load().reasons.get(proposal.reason)
    wanted = procedure_loader.load(proposal.pack).needs.get("notice", ())
    named = proposal.right is not None and (proposal.right.name or proposal.right.number)
    work = ("work",) if "work_identified" in wanted and not named else ()
    goods = (GOODS,) if proposal.right and asks_goods(facts_of(proposal.right)) else ()
    return (*(reason.facts if reason else ()), *work, *goods)


def _evidence_page(request: HttpRequest, draft: NoticeDraft, wrong: list[Fault]) -> HttpResponse:
    draft.refresh_from_db()
    proposal = drafts.proposal_of(draft)
    known = catalogue.load()
    shown = {
        **crumb("evidence"),
        "draft": draft,
        "proposal": proposal,
        "needs": checks_of(proposal),
        "facts": [
            {"fact": known.facts[one], "value": proposal.facts.get(one, ""), "optional": one == GOODS}
            for one in _facts(proposal)
        ],
        "files": [{"piece": piece, "kind": known.evidence_kinds[piece.kind]} for piece in proposal.files],
        "kinds": _kinds_offered(proposal),
        "most": known.number("evidence_per_notice"),
        "longest": known.number("statement_max"),
        "faults": wrong,
    }
    return render(request, "rights_holder/submit_evidence.html", shown, status=422 if wrong else 200)


def _kinds_offered(proposal: Proposal) -> list[Any]:
    """The kinds of evidence, those the reason asks for or is helped by first."""
    known = catalogue.load()
    reason = known.reasons.get(proposal.reason)
    asked = [*(kind for kinds in reason.needs for kind in kinds), *reason.helps] if reason else []
    usual = ["comparison", "capture", "photo", "work_sample", "register_extract", "ruling", "licence_list", "other"]
    return [known.evidence_kinds[kind] for kind in dict.fromkeys([*asked, *usual])]


def checks_of(proposal: Proposal) -> list[dict[str, Any]]:
    """What the reason asks for, each met or still missing."""
    known, reason = catalogue.load(), catalogue.load().reasons.get(proposal.reason)
    if reason is None:
        return []
    there = drafts.evidence_of(proposal)
    items = [
        {"met": not list(evidence_missing([kinds], there, blocks=True)), "text": _one_of(kinds)}
        for kinds in reason.needs
    ]
    for fact in reason.facts:
        met = not list(facts_missing([fact], proposal.facts, blocks=True))
        items.append({"met": met, "text": gettext(known.facts[fact].label)})
    if reason.in_listing:
        items.append({"met": True, "text": gettext("The listing itself: we kept a copy of each page.")})
    return items


def _one_of(kinds: tuple[str, ...]) -> str:
    known = catalogue.load().evidence_kinds
    return pgettext("one of these papers", " or ").join(gettext(known[kind].label) for kind in kinds)


@require_POST
@at_step
def remove_file(request: HttpRequest, draft: NoticeDraft, file: int) -> HttpResponse:
    """Take a piece of evidence away again. What was typed beside it is kept."""
    if "statement" in request.POST:
        _keep_words(request, draft, drafts.proposal_of(draft))
    drafts.detach(draft, file_id=file, at=request.at)
    return redirect(step_url(draft, "evidence"))


# --- check and send -------------------------------------------------------------------------------------------------------


@at_step
def check(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """Everything once more, the declaration, and the button."""
    proposal = drafts.proposal_of(draft)
    if resume_at(proposal) not in ("evidence", "check"):
        return redirect(step_url(draft, resume_at(proposal)))
    if request.method != "POST":
        return _check_page(request, draft, proposal, posted=False)
    procedure = procedure_loader.load(proposal.pack)
    ticked = [element.id for element in declared(procedure)] if request.POST.get("declare") == "yes" else []
    signature = request.POST.get("signature", "")
    drafts.save(draft, at=request.at, declarations=ticked, signature=signature)
    try:
        notice = drafts.submit(draft, at=request.at, language=request.LANGUAGE_CODE)
    except NoticeDefective:
        draft.refresh_from_db()
        return _check_page(request, draft, drafts.proposal_of(draft), posted=True)
    return redirect("holder:notice", notice.number)


def _check_page(request: HttpRequest, draft: NoticeDraft, proposal: Proposal, *, posted: bool) -> HttpResponse:
    at = request.at
    procedure = procedure_loader.load(proposal.pack)
    found = drafts.defects(proposal, at=at)
    blocking = [d for d in found if d.blocks]
    open_yet = [d for d in blocking if not _is_asked_here(d)]
    wrong = blocking if posted else open_yet
    numbers = counted(proposal.lines)
    assert proposal.marketplace is not None
    shown = {
        **crumb("check"),
        "draft": draft,
        "proposal": proposal,
        "procedure_name": gettext(procedure.name),
        "counted": {**numbers, "out": numbers["all"] - numbers["ready"]},
        "ready": [line for line in proposal.lines if line.is_ready],
        "sellers": _sellers(proposal),
        "files": [
            {"piece": piece, "kind": catalogue.load().evidence_kinds[piece.kind].label} for piece in proposal.files
        ],
        "facts": [(gettext(catalogue.load().facts[name].label), text) for name, text in proposal.facts.items()],
        "declared": declared(procedure),
        "signs": "signature" in procedure.needs.get("notice", ()),
        "contact_full": "contact_full" in procedure.needs.get("notice", ()),
        "tells": procedure.tell.get("complainant_to_seller", ()),
        "warnings": faults_of([d for d in found if d.is_warning], ROWS),
        "faults": faults_of(wrong, {**ROWS, **dict.fromkeys(proposal.facts, "row-facts"), **_fact_rows(wrong)}),
        "mandate": drafts.mandate_of(proposal, at=at),
        "can_send": not open_yet,
        "next_steps": next_steps(procedure, drafts.timing(proposal), proposal.marketplace, at=at),
    }
    return render(request, "rights_holder/submit_check.html", shown, status=422 if posted else 200)


def _sellers(proposal: Proposal) -> int:
    """How many shops the ready lines are from, as far as the marketplace said."""
    copies = [line.copy for line in proposal.lines if line.copy]
    return FrozenCopy.objects.filter(pk__in=copies).exclude(seller_ref="").values("seller_ref").distinct().count()


def _is_asked_here(defect: Defect) -> bool:
    return defect.field in ("declarations", "signature")


def _fact_rows(defects: list[Defect]) -> dict[str, str]:
    return {str(d.data["fact"]): "row-facts" for d in defects if d.code == "fact_missing"}
