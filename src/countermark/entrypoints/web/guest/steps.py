"""Reporting a listing without an account, one question a page: which listings, what is wrong, whose right, why, who you are.

Everything is kept as typed and can be changed until it is sent; nothing goes out before the code on the last page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from countermark.apps.complaints import guests
from countermark.apps.complaints.drafts import AlreadySent, TooManyFiles
from countermark.apps.complaints.guests import Report, TooOften
from countermark.apps.complaints.line_words import sentence_of, tag_of
from countermark.apps.complaints.models import GuestDraft
from countermark.apps.complaints.pasted import counted, storable
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.parties.models import Marketplace
from countermark.apps.rights.words import kind_title
from countermark.core import catalogue, procedure_loader
from countermark.core.defect import Defect, statement_defects
from countermark.core.notice import needs_of
from countermark.entrypoints.origin import origin
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.guest.visitors import DRAFTS_KEY, draft_ids, keep_draft
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, said, upload_fault
from countermark.entrypoints.web.roles import AGENT, ANYONE, RIGHTS_HOLDER, roles_of
from countermark.evidence.uploads import UploadRefused

STEPS = {  # step -> what it is called
    "links": gettext_lazy("Listings"),
    "reason": gettext_lazy("Reason"),
    "right": gettext_lazy("Right"),
    "why": gettext_lazy("Explanation"),
    "you": gettext_lazy("About you"),
    "check": gettext_lazy("Check and send"),
}
ORDER = tuple(STEPS)
TOO_OFTEN = {
    "checks": gettext_lazy("So many links were checked from here within an hour that we have to pause."),
    "files": gettext_lazy("So many files came from here within an hour that we have to pause."),
    "codes": gettext_lazy("So many codes were sent within an hour that we have to pause."),
    "reports": gettext_lazy("So many reports came from this address within an hour that we have to pause."),
}
LONG = 2000  # characters of an address in a link of a shop that are taken over
View = Callable[..., HttpResponse]


# --- whose draft, and which step ------------------------------------------------------------------------------------------


def crumb(step: str) -> dict[str, Any]:
    """Which step of how many this is."""
    place = ORDER.index(step)
    after = STEPS[ORDER[place + 1]] if place + 1 < len(ORDER) else None
    return {"step_number": place + 1, "step_count": len(ORDER), "step_name": STEPS[step], "step_after": after}


def own_draft(request: HttpRequest, pk: int) -> GuestDraft:
    """The draft, if it was begun in this browser; it is not there for anybody else."""
    found = GuestDraft.objects.select_related("sent_as").filter(pk=pk).first() if pk in draft_ids(request) else None
    if found is None:
        raise Http404("there is no such draft in this browser")
    return found


def at_step(view: View) -> View:
    """Open a step on its draft; one that went out leads to its report."""

    @never_cache
    @door([ANYONE])
    @wraps(view)
    def opened(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
        draft = own_draft(request, pk)
        if draft.sent_as is not None:
            return redirect("guest:notice", draft.sent_as.number)
        try:
            return view(request, draft, **more)
        except AlreadySent as sent:
            return redirect("guest:notice", sent.notice.number)

    return opened


def resume_at(report: Report) -> str:
    """The first step that is not answered yet; the right may be left open where the procedure lets it."""
    if report.marketplace is None:
        return "begin"
    answered = {
        "links": any(line.is_ready for line in report.lines),
        "reason": bool(report.reason),
        "right": not _asks_right(report) or bool(report.facts.get("right_owner")),
        "why": bool(report.statement.strip()),
        "you": bool(report.filer.name and report.filer.email),
    }
    return next((step for step, there in answered.items() if not there), "check")


def not_yet(draft: GuestDraft, report: Report, step: str) -> HttpResponse | None:
    """The way to an earlier question that is open, or None."""
    first = resume_at(report)
    if first == "begin":
        return redirect("guest:begin")
    return redirect(f"guest:{first}", draft.pk) if ORDER.index(first) < ORDER.index(step) else None


def _asks_right(report: Report) -> bool:
    return "right_named" in needs_of(procedure_loader.load(report.pack), guests.GUEST)


def onward(request: HttpRequest, draft: GuestDraft, step: str) -> HttpResponse:
    """The next question; back to the answers for whoever came from there."""
    if request.POST.get("then") == "check":
        return redirect("guest:check", draft.pk)
    return redirect(f"guest:{step}", draft.pk)


def shown(request: HttpRequest, draft: GuestDraft, step: str, wrong: Iterable[Fault]) -> dict[str, Any]:
    """What every step shows."""
    return {
        **crumb(step),
        "draft": draft,
        "report": guests.report_of(draft),
        "faults": list(wrong),
        "then": request.POST.get("then") or request.GET.get("then", ""),
    }


def paused(refused: TooOften, field: str) -> Fault:
    return Fault(str(TOO_OFTEN[refused.what]), gettext("Go on in an hour; what you typed is kept."), field)


# --- which listings -------------------------------------------------------------------------------------------------------


@never_cache
@door([ANYONE])
def begin(request: HttpRequest) -> HttpResponse:
    """Which listings? A shop's link brings the first; where it says which marketplace, that is not asked."""
    if roles_of(request) & {RIGHTS_HOLDER, AGENT}:
        return render(request, "guest/has_account.html")
    offered = guests.places()
    given = request.POST if request.method == "POST" else request.GET
    links = "\n".join(link[:LONG] for link in given.getlist("link"))[: guests.LONGEST]
    typed = storable(given.get("pasted", "") or links)
    place = _place(offered, given.get("marketplace", ""), typed)
    if request.method != "POST":
        typed = typed or _came_from(request, offered)
        place = place or guests.place_of(typed, offered)
        return _begin_page(request, offered, place, typed, [])
    wrong = _begin_faults(request, offered, place, typed)
    if wrong or place is None:
        return _begin_page(request, offered, place, typed, wrong)
    return _begun(request, offered, place, typed)


def _place(offered: list[Marketplace], slug: str, typed: str) -> Marketplace | None:
    """The marketplace that is named, or the only one, or the one the first link belongs to."""
    named = next((place for place in offered if place.slug == slug), None)
    if named is not None or len(offered) == 1:
        return named or offered[0]
    return guests.place_of(typed, offered)


def _came_from(request: HttpRequest, offered: list[Marketplace]) -> str:
    """The page the visitor comes from, where it is a listing here: a shop's link need not say which one it stands on."""
    page = storable(request.headers.get("Referer", "")[:LONG])
    return page if guests.place_of(page, offered) else ""


def _begin_faults(
    request: HttpRequest, offered: list[Marketplace], place: Marketplace | None, typed: str
) -> list[Fault]:
    wrong = []
    if place is None and offered:
        field = f"marketplace-{offered[0].slug}"
        wrong.append(Fault(gettext("No marketplace is chosen."), gettext("Choose where the listings are."), field))
    if not typed.strip():
        wrong.append(Fault(gettext("Nothing is pasted."), gettext("Paste at least one link."), "pasted"))
    if request.POST.get("website"):
        wrong.append(Fault(gettext("A field that is to stay empty is filled in."), gettext("Empty it."), "website"))
    return wrong


def _begun(request: HttpRequest, offered: list[Marketplace], place: Marketplace, typed: str) -> HttpResponse:
    now = timezone.now()
    draft = guests.start(marketplace=place, language=request.LANGUAGE_CODE, at=request.at, now=now)
    keep_draft(request, draft)
    try:
        guests.check_lines(draft, text=typed, at=request.at, now=now, by=origin(request))
    except TooOften as refused:
        return _begin_page(request, offered, place, typed, [paused(refused, "pasted")], 429)
    return redirect("guest:links", draft.pk)


def _begin_page(
    request: HttpRequest,
    offered: list[Marketplace],
    place: Marketplace | None,
    typed: str,
    wrong: list[Fault],
    status: int = 422,
) -> HttpResponse:
    named = request.GET.get("marketplace") or request.POST.get("named", "")
    page = {
        "places": offered,
        "place": place,
        "is_named": bool(place and (place.slug == named or len(offered) == 1)),
        "pasted": typed,
        "most": guests.most_links(place),
        "website": request.POST.get("website", ""),
        "faults": wrong,
    }
    return render(request, "guest/begin.html", page, status=status if wrong else 200)


@at_step
def links(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """The verdict on every line; change them, or go on with those that are ready."""
    report, wrong, status = guests.report_of(draft), [], 200
    if report.marketplace is None:
        return redirect("guest:begin")
    if request.method == "POST":
        text = request.POST.get("pasted", "")
        try:
            guests.check_lines(draft, text=text, at=request.at, now=timezone.now(), by=origin(request))
            return redirect("guest:links", draft.pk)
        except TooOften as refused:
            wrong, status = [paused(refused, "pasted")], 429
    lines = guests.lines_of(draft)
    copies = FrozenCopy.objects.in_bulk([line.copy for line in lines if line.copy])
    rows = [
        {
            "line": line,
            "tag": tag_of(line),
            "sentence": sentence_of(line, zone=report.marketplace.zone),
            "copy": copies.get(line.copy) if line.copy else None,
        }
        for line in lines
    ]
    page = {
        **shown(request, draft, "links", wrong),
        "rows": rows,
        "counted": counted(lines),
        "pasted": request.POST.get("pasted", draft.data.get("pasted", "")),
        "most": guests.most_links(report.marketplace),
    }
    return render(request, "guest/links.html", page, status=status)


# --- what is wrong, on which right ----------------------------------------------------------------------------------------


@at_step
def reason(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """What is wrong with the listings?"""
    report = guests.report_of(draft)
    if elsewhere := not_yet(draft, report, "reason"):
        return elsewhere
    groups = reasons_by_kind(report)
    codes = {each.code for _, some in groups for each in some}
    wrong = []
    if request.method == "POST":
        chosen = request.POST.get("reason", "")
        if chosen in codes:
            guests.save(draft, at=request.at, reason=chosen)
            return onward(request, draft, "right")
        wrong = [Fault(*said("reason_unknown", {}), f"reason-{groups[0][1][0].code}" if groups else "")]
    chosen = request.POST.get("reason") or report.reason
    page = {**shown(request, draft, "reason", wrong), "groups": groups, "chosen": chosen}
    return render(request, "guest/reason.html", page, status=422 if wrong else 200)


def reasons_by_kind(report: Report) -> list[tuple[str, list[catalogue.Reason]]]:
    """Every reason that can be about a listing here, each once, under the kind of right it is mostly about."""
    groups: dict[str, list[catalogue.Reason]] = {}
    for each in guests.reasons_at(report.marketplace):
        groups.setdefault(each.rights[0], []).append(each)
    return [(kind_title(kind), some) for kind, some in groups.items()]


@at_step
def right(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """Whose right is it? Who does not know goes on, where the procedure lets it."""
    report = guests.report_of(draft)
    if elsewhere := not_yet(draft, report, "right"):
        return elsewhere
    wrong: list[Fault] = []
    if request.method == "POST":
        facts = {name: request.POST.get(name, "").strip() for name in guests.FACTS}
        guests.save(draft, at=request.at, facts=facts)
        wrong = _wrong_in(request, draft, guests.FACTS)
        if not wrong:
            return onward(request, draft, "why")
    page = {**shown(request, draft, "right", wrong), "needed": _asks_right(report)}
    return render(request, "guest/right.html", page, status=422 if wrong else 200)


def _wrong_in(request: HttpRequest, draft: GuestDraft, fields: Iterable[str]) -> list[Fault]:
    """What the rules say of these fields."""
    wanted = set(fields)
    found = guests.defects(guests.report_of(draft), at=request.at)
    return faults_of(
        [defect for defect in found if defect.blocks and defect.field in wanted], {each: each for each in wanted}
    )


# --- why ------------------------------------------------------------------------------------------------------------------


@at_step
def why(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """What is wrong, in words, with papers and pictures for whoever has some."""
    report = guests.report_of(draft)
    if elsewhere := not_yet(draft, report, "why"):
        return elsewhere
    wrong: list[Fault] = []
    if request.method == "POST":
        typed = request.POST.get("statement", "").replace("\r\n", "\n")
        guests.save(draft, at=request.at, statement=typed)
        wrong = [*_wrong_words(typed, request), *_keep_files(request, draft)]
        if not wrong:
            return redirect("guest:why", draft.pk) if request.POST.get("do") == "add" else onward(request, draft, "you")
    known = catalogue.load()
    usual = ("capture", "photo", "comparison", "work_sample", "register_extract", "other")
    page = {
        **shown(request, draft, "why", wrong),
        "kinds": [known.evidence_kinds[kind] for kind in usual],
        "files": [{"piece": piece, "kind": known.evidence_kinds[piece.kind]} for piece in guests.files_of(draft)],
        "most": known.number("evidence_per_notice"),
        "longest": known.number("statement_max"),
    }
    return render(request, "guest/why.html", page, status=422 if wrong else 200)


def _wrong_words(typed: str, request: HttpRequest) -> list[Fault]:
    """Too short or too long, unprintable; adding a file asks nothing of the words yet."""
    known = catalogue.load()
    least = 0 if request.POST.get("do") == "add" else known.number("reasons_min")
    found = [*statement_defects(typed, least=least, most=known.number("statement_max"))]
    if storable(typed) != typed:
        found.append(Defect("unprintable_text", "statement"))
    return faults_of(found, {"statement": "statement"})


def _keep_files(request: HttpRequest, draft: GuestDraft) -> list[Fault]:
    """Each file is kept or refused for itself; one that is refused keeps no other out."""
    wrong, kinds = [], catalogue.load().evidence_kinds
    kind = request.POST.get("kind", "")
    for file in request.FILES.getlist("files"):
        try:
            guests.attach(
                draft,
                content=file.read(),
                name=file.name or "",
                kind=kind if kind in kinds else "other",
                private=request.POST.get("show") != "yes",
                at=request.at,
                now=timezone.now(),
                by=origin(request),
            )
        except UploadRefused as refused:
            wrong.append(upload_fault(refused, "files"))
        except TooOften as often:
            return [*wrong, paused(often, "files")]
        except TooManyFiles as full:
            many = said("evidence_too_many", {"max": full.max, "count": full.max + 1})
            return [*wrong, Fault(*many, "files")]
    return wrong


@require_POST
@at_step
def remove_file(request: HttpRequest, draft: GuestDraft, file: int) -> HttpResponse:
    """Take a piece of evidence away again. What was typed beside it is kept."""
    if "statement" in request.POST:
        guests.save(draft, at=request.at, statement=request.POST["statement"].replace("\r\n", "\n"))
    guests.detach(draft, file_id=file)
    return redirect("guest:why", draft.pk)


# --- who ------------------------------------------------------------------------------------------------------------------


@at_step
def you(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """Who reports, and where do the answers go?"""
    report = guests.report_of(draft)
    if elsewhere := not_yet(draft, report, "you"):
        return elsewhere
    wrong: list[Fault] = []
    if request.method == "POST":
        sent = {name: " ".join(request.POST.get(name, "").split()) for name in ("name", "email")}
        guests.save(draft, at=request.at, **sent)
        wrong = _wrong_filer(sent, request, draft)
        if not wrong:
            return redirect("guest:check", draft.pk)
    return render(request, "guest/you.html", shown(request, draft, "you", wrong), status=422 if wrong else 200)


def _wrong_filer(sent: Mapping[str, str], request: HttpRequest, draft: GuestDraft) -> list[Fault]:
    wrong = []
    if not sent["name"]:
        wrong.append(Fault(gettext("Your name is missing."), gettext("Give your name, or that of your firm."), "name"))
    if not guests.is_address(sent["email"]):
        way_out = gettext("Write one that you read, such as name@mail.example.")
        wrong.append(Fault(gettext("This is no e-mail address."), way_out, "email"))
    found = guests.defects(guests.report_of(draft), at=request.at)
    codes = ("unprintable_text", "name_too_long")
    return wrong + faults_of([d for d in found if d.field == "filer" and d.code in codes], {"filer": "name"})


@require_POST
@at_step
def discard(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    """Delete the draft, with the name and address in it."""
    request.session[DRAFTS_KEY] = [pk for pk in draft_ids(request) if pk != draft.pk]
    draft.delete()
    messages.success(request, gettext("What you typed is deleted. Nothing was sent."))
    return redirect("guest:begin")
