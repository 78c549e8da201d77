"""Submitting a complaint, the listings: paste any number of links, see the verdict on every line before anything is sent."""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from countermark.apps.complaints import drafts
from countermark.apps.complaints.drafts import Proposal
from countermark.apps.complaints.line_words import sentence_of, summary_of, tag_of
from countermark.apps.complaints.models import NoticeDraft
from countermark.apps.complaints.pasted import ReadLine, counted
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.parties.selectors import names_of
from countermark.core import catalogue
from countermark.entrypoints.web.lists import csv_answer, page_of
from countermark.entrypoints.web.rights_holder.access import holder_page
from countermark.entrypoints.web.rights_holder.faults import Fault
from countermark.entrypoints.web.rights_holder.submit import at_step, crumb, open_draft, resume_at, step_url

SPLITS = {  # verdicts whose lines can begin a notice of their own
    "shop_in_listing_mode": "storefront",
    "listing_in_shop_mode": "listing",
    "wrong_marketplace": "",
    "over_limit": "",
}


class Shown(NamedTuple):
    """A line as the table shows it."""

    line: ReadLine
    tag: Any
    sentence: str
    copy: FrozenCopy | None
    picture: int | None
    case: str


@at_step
def listings(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """Paste, check again, or go on with what is ready."""
    proposal = drafts.proposal_of(draft)
    if resume_at(proposal) in ("marketplace", "right", "reason"):
        return redirect(step_url(draft, resume_at(proposal)))
    if request.method == "POST":
        return _posted(request, draft)
    return _verdicts(request, draft, proposal) if proposal.lines else _paste(request, draft, [])


def _posted(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    began = time.perf_counter()
    lines = drafts.check_lines(draft, text=request.POST.get("pasted", ""), at=request.at)
    if not lines:
        wrong = Fault(gettext("Nothing is pasted."), gettext("Paste at least one link."), "pasted")
        return _paste(request, draft, [wrong])
    request.session[f"checked-{draft.pk}"] = round(time.perf_counter() - began, 1)
    return redirect(step_url(draft, "listings"))


def _paste(request: HttpRequest, draft: NoticeDraft, wrong: list[Fault]) -> HttpResponse:
    shown = {
        **crumb("listings"),
        "draft": draft,
        "proposal": drafts.proposal_of(draft),
        "pasted": draft.data.get("pasted", ""),
        "most": catalogue.load().number("max_lines"),
        "faults": wrong,
    }
    return render(request, "rights_holder/submit_paste.html", shown, status=422 if wrong else 200)


def _verdicts(request: HttpRequest, draft: NoticeDraft, proposal: Proposal) -> HttpResponse:
    lines = proposal.lines
    numbers, which = counted(lines), request.GET.get("show", "all")
    chosen = [line for line in lines if which not in numbers or which == "all" or line.group == which]
    page = page_of(request, chosen)
    shown = {
        **crumb("listings"),
        "draft": draft,
        "proposal": proposal,
        "counted": {**numbers, "out": numbers["all"] - numbers["ready"]},
        "most": catalogue.load().number("max_lines"),
        "groups": list(groups_of(lines)),
        "nothing": nothing_in_words(lines),
        "tabs": _tabs(numbers, which),
        "page": page,
        "rows": shown_lines(page.object_list, draft, zone=proposal.marketplace.zone if proposal.marketplace else ""),
        "csv_url": reverse("holder:submit-lines-csv", args=[draft.pk]),
        "took": request.session.get(f"checked-{draft.pk}"),
    }
    return render(request, "rights_holder/submit_lines.html", shown)


def _tabs(numbers: dict[str, int], which: str) -> list[dict[str, Any]]:
    labels = {
        "all": gettext("All"),
        "ready": gettext("Ready"),
        "mend": gettext("Can be mended"),
        "nothing": gettext("Nothing to do"),
    }
    return [
        {"label": label, "url": f"?show={key}", "here": key == which, "count": numbers[key]}
        for key, label in labels.items()
    ]


def groups_of(lines: Sequence[ReadLine]) -> Any:
    """The lines that can be mended, those of one verdict together: the first, how many more, and the way out."""
    found: dict[tuple[str, str], list[ReadLine]] = {}
    for line in lines:
        if line.group == "mend":
            found.setdefault((line.code, str(line.data.get("found", ""))), []).append(line)
    known = names_of([where for _, where in found])
    for (code, where), same in found.items():
        what, way_out = summary_of(code)
        others = len(same) - 1
        yield {
            "code": code,
            "where": where,
            "first": same[0].number,
            "title": _line_and_more(same[0].number, others),
            "what": what,
            "way_out": way_out,
            "place": same[0].data.get("found_name", ""),
            "splits": code in SPLITS and (not where or where in known),
            "count": len(same),
        }


def _line_and_more(first: int, others: int) -> str:
    if not others:
        return gettext("Line %(first)s") % {"first": first}
    said = ngettext("Line %(first)s and %(n)s more", "Line %(first)s and %(n)s more", others)
    return said % {"first": first, "n": others}


def nothing_in_words(lines: Sequence[ReadLine]) -> list[tuple[str, int]]:
    """What the lines are about which nothing is to be done, with how many of each."""
    found: dict[str, int] = {}
    for line in lines:
        if line.group == "nothing":
            found[tag_of(line).word] = found.get(tag_of(line).word, 0) + 1
    return list(found.items())


def shown_lines(lines: Sequence[ReadLine], draft: NoticeDraft, *, zone: str) -> list[Shown]:
    """The lines of one page with what the marketplace showed."""
    copies = FrozenCopy.objects.in_bulk([line.copy for line in lines if line.copy])
    return [_shown(line, copies.get(line.copy) if line.copy else None, zone) for line in lines]


def _shown(line: ReadLine, copy: FrozenCopy | None, zone: str) -> Shown:
    picture = copy.pictures[0]["file"] if copy and copy.pictures else None
    return Shown(line, tag_of(line), sentence_of(line, zone=zone), copy, picture, str(line.data.get("case", "")))


@holder_page
def lines_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line with its verdict, as a table."""
    draft = open_draft(request, pk)
    head = [gettext("Line"), gettext("What you pasted"), gettext("Verdict"), gettext("What to do"), gettext("Listing")]
    rows = ([one.number, one.raw, tag_of(one).word, sentence_of(one), one.url] for one in drafts.lines_of(draft))
    return csv_answer("lines.csv", head, rows)


@require_POST
@at_step
def split(request: HttpRequest, draft: NoticeDraft) -> HttpResponse:
    """Begin a notice of their own for the lines that do not fit this one."""
    code, where = request.POST.get("code", ""), request.POST.get("where", "")
    numbers = [one.number for one in drafts.lines_of(draft) if one.code == code and one.data.get("found", "") == where]
    if code not in SPLITS or not numbers:
        return redirect(step_url(draft, "listings"))
    changed: dict[str, Any] = {"mode": SPLITS[code], "reason": ""} if SPLITS[code] else {}
    if where:
        changed |= {"marketplace": where, "pack": ""}
    fresh = drafts.split_off(draft, numbers=numbers, person=request.user, at=request.at, **changed)
    return redirect(step_url(fresh, resume_at(drafts.proposal_of(fresh))))
