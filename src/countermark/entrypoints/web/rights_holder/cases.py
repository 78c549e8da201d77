"""Manage complaints: every case with its state and its clock in words, filtered, searched, sorted, as CSV; one notice whole."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from countermark.apps.complaints import words
from countermark.apps.complaints.drafts import LINE_END
from countermark.apps.complaints.held import held_of_each
from countermark.apps.complaints.line_words import TAGS, code_sentence
from countermark.apps.complaints.models import Complaint, ComplaintEvent, Notice
from countermark.apps.complaints.of_holder import OPEN_TURNS, SORTS, CaseFilter, by_turn, cases_of, clock_of, turns
from countermark.apps.parties.models import Marketplace
from countermark.apps.rights.models import Right
from countermark.apps.work import moments, packs
from countermark.entrypoints.web.lists import SORTED_WHOLE, csv_answer, page_of, typed
from countermark.entrypoints.web.rights_holder.access import holder_page, listed_ids, notice_or_404

ANSWERS = ("counter_accepted", "counter_rejected", "action_filed")
FRESH = timedelta(minutes=10)  # for so long the page of a notice says that it was just sent
PERIODS = {15: gettext_lazy("15 days"), 90: gettext_lazy("90 days"), 365: gettext_lazy("a year")}
TURN_NAMES = {
    "yours": gettext_lazy("Your turn"),
    "checking": gettext_lazy("Being checked by us"),
    "seller": gettext_lazy("Seller’s turn"),
    "deciding": gettext_lazy("Being decided"),
    "down": gettext_lazy("Down, seller may still answer"),
    "marketplace": gettext_lazy("Being put back"),
    "ended": gettext_lazy("Ended"),
}
TURN_TONES = {
    "yours": "soon", "checking": "rest", "seller": "wait", "deciding": "you", "down": "done", "marketplace": "wait",
}  # fmt: skip


def case_filter(request: HttpRequest) -> CaseFilter:
    """The filter an address names; what it names wrongly is left open."""
    said = request.GET
    days = said.get("days", "")
    right = said.get("right", "")
    return CaseFilter(
        turn=said.get("turn", ""),
        outcome=said.get("outcome", ""),
        marketplace=typed(request, "marketplace"),
        right=int(right) if right.isdecimal() and len(right) < 18 else None,
        days=int(days) if days.isdecimal() and int(days) in PERIODS else 0,
        q=typed(request),
        sort=said.get("sort", "yours"),
    )


@holder_page
def cases(request: HttpRequest) -> HttpResponse:
    """The list, fifty to a page."""
    asked, mine = case_filter(request), listed_ids(request)
    counted = request.turns = turns(mine)
    notices = Notice.objects.filter(holder__in=mine)
    narrowed = any((asked.turn, asked.outcome, asked.marketplace, asked.right, asked.days, asked.q))
    rows = cases_of(mine, asked, at=request.at)
    known = None if narrowed else sum(counted.values())
    parts = by_turn(rows, counted["yours"]) if (known or 0) > SORTED_WHOLE and asked.sort not in SORTS else ()
    page = page_of(request, rows, count=known, parts=parts)
    shown = {
        "asked": asked,
        "page": page,
        "rows": case_rows(page.object_list),
        "turns": [(turn, name, counted[turn]) for turn, name in TURN_NAMES.items()],
        "open": sum(counted[turn] for turn in OPEN_TURNS),
        "all": sum(counted.values()),
        "yours": counted["yours"],
        "outcomes": [(key, said[1]) for key, said in words.OUTCOMES.items()],
        "marketplaces": Marketplace.objects.filter(pk__in=notices.values("marketplace")).order_by("name"),
        "rights": _rights(request, mine),
        "periods": PERIODS.items(),
        "is_narrowed": narrowed,
        "csv_url": f"{reverse('holder:cases-csv')}?{request.GET.urlencode()}",
        "sort": "yours",
    }
    return render(request, "rights_holder/cases.html", shown)


def _rights(request: HttpRequest, mine: list[int]) -> list[Right]:
    """The rights that were filed on; the bar's count of those sent back comes with them."""
    filed = Q(pk__in=Notice.objects.filter(holder__in=mine).values("right"))
    found = Right.objects.filter(filed | Q(holder__in=mine, state="returned")).annotate(is_filed=filed).order_by("name")
    request.returned = sum(right.state == "returned" and right.holder_id in mine for right in found)
    return [right for right in found if right.is_filed]


def case_rows(complaints: Sequence[Complaint]) -> list[dict[str, Any]]:
    """Cases as rows of a table: state in words, the running clock."""
    complaints = list(complaints)
    return [
        {
            "case": case,
            "status": words.status(case, "complainant"),
            "due": clock_of(held),
            "tone": "" if case.waits_on == "complainant" else "wait",
        }
        for case, held in zip(complaints, held_of_each(complaints), strict=True)
    ]


def ended_rows(complaints: Sequence[Complaint]) -> list[dict[str, Any]]:
    """Ended cases as rows of a table, each with what ended it in words."""
    why = dict(_endings(complaints))
    return [{**row, "why": why.get(row["case"].pk, "")} for row in case_rows(complaints)]


def _endings(complaints: Sequence[Complaint]) -> Iterator[tuple[int, str]]:
    """For each case the event that gave it its outcome, as a sentence."""
    ended = {case.pk: case for case in complaints}
    before: dict[int, ComplaintEvent] = {}
    for event in ComplaintEvent.objects.filter(complaint__in=list(ended)).order_by("complaint_id", "seq"):
        case, last = ended[event.complaint_id], before.get(event.complaint_id)
        if event.at == case.outcome_at and event.event != "served" and last is not None:
            yield case.pk, _ending(case, event, last)
        before[event.complaint_id] = event


def _ending(case: Complaint, event: ComplaintEvent, last: ComplaintEvent) -> str:
    names = {name: str(word) for name, word in words.PARTIES.items()}
    waits_on = packs.in_force(case.pack, case.notice.pack_digest).states[last.state].waits_on or ""
    return words.happened(event=event.event, before=last.state, waits_on=waits_on, names=names, reader="complainant")


@holder_page
def cases_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list as a table: all of it, not a page."""
    head = [
        gettext("Case"), gettext("Notice"), gettext("Marketplace"), gettext("Listing"), gettext("Title"), gettext("Seller"),
        gettext("Right"), gettext("Reason"), gettext("State"), gettext("Until"), gettext("Opened"), gettext("Ended"),
    ]  # fmt: skip
    rows = cases_of(listed_ids(request), case_filter(request), at=request.at)
    return csv_answer("complaints.csv", head, (_csv_row(case) for case in rows.iterator(chunk_size=500)))


def _csv_row(case: Complaint) -> list[Any]:
    notice = case.notice
    return [
        case.number, notice.number, notice.marketplace.name, case.listing.url, case.copy.title or case.listing.title,
        case.seller.name if case.seller else "", str(notice.right or ""), notice.reason, words.status(case, "complainant").word,
        moments.deadline(case.due_at, case.zone) if case.due_at else "", moments.moment(case.opened_at, case.zone),
        moments.moment(case.outcome_at, case.zone) if case.outcome_at else "",
    ]  # fmt: skip


# --- one notice -----------------------------------------------------------------------------------------------------------


@holder_page
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """A notice whole: every case it opened, and the lines it left out."""
    found = notice_or_404(request, number)
    complaints = found.complaints.select_related(*("listing", "seller", "copy", "notice__marketplace", "notice__right"))
    page = page_of(request, complaints.order_by("line"))
    rows = case_rows(page.object_list)
    shown = {
        "notice": found,
        "page": page,
        "rows": rows,
        "count": page.paginator.count,
        "is_fresh": request.at - found.submitted_at < FRESH,
        "left_out": _left_out(found),
        "files": [{"piece": piece, "kind": piece.kind} for piece in found.files.select_related("file").order_by("pk")],
        "sent_at": found.submitted_at,
        "goods": words.goods_in_words(found),
    }
    return render(request, "rights_holder/notice.html", shown)


def _left_out(found: Notice) -> list[dict[str, Any]]:
    return [
        {
            "line": row["line"],
            "raw": LINE_END.split(row["raw"])[0],
            "tag": TAGS.get(row["code"], ("soon", "link-45deg", gettext("Not readable as a link"))),
            "sentence": code_sentence(row["code"], row.get("data", {}), zone=found.marketplace.zone),
        }
        for row in found.left_out
    ]


def numbers_in_words(numbers: Sequence[str]) -> str:
    """Case numbers for a sentence: the first, and how many more."""
    if len(numbers) < 3:
        return moments.joined(numbers)
    more = ngettext("%(first)s and %(n)s more", "%(first)s and %(n)s more", len(numbers) - 1)
    return more % {"first": numbers[0], "n": len(numbers) - 1}
