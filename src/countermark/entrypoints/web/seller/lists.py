"""All cases of a shop: what waits for the seller first, by the clock; filters, search and order stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.complaints import counter_drafts, selectors, words
from countermark.apps.complaints.held import Held, held_of_each
from countermark.apps.complaints.models import Complaint
from countermark.apps.parties.models import Seller
from countermark.apps.work import moments
from countermark.core.calendar import Due
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import SORTED_WHOLE, chosen, csv_answer, page_of, typed
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller import findings
from countermark.entrypoints.web.seller.own import catch_up, own_notice
from countermark.entrypoints.web.seller.shops import SELLER_KEY, listed_ids

STANDS = {
    "": gettext_lazy("All"),
    "yours": gettext_lazy("Your turn"),
    "open": gettext_lazy("Others’ turn"),
    "closed": gettext_lazy("Closed"),
}
ORDERS = {
    "due": (F("due_at").asc(nulls_last=True), "-opened_at", "pk"),
    "-due": (F("due_at").desc(nulls_last=True), "-opened_at", "pk"),
    "opened": ("opened_at", "pk"),
    "-opened": ("-opened_at", "pk"),
    "number": ("number",),
    "-number": ("-number",),
}


@dataclass(frozen=True)
class Row:
    """One case of the list."""

    case: Complaint
    status: words.Said
    listing: words.Said
    due: Due | None
    tone: str
    claim: str
    who: str
    chance: str
    may_answer: bool


# --- the list -----------------------------------------------------------------------------------------------------------


@require_safe
@door([SELLER])
def home(request: HttpRequest) -> HttpResponse:
    """The cases of the visitor's shops."""
    mine = _mine(request)
    counts = request.stands = _counts(mine)
    asked = _asked(request)
    known = None if asked["q"] or asked["place"] else counts[asked["stand"]]
    rows = _found(mine, asked)
    parts = (
        _by_turn(rows, counts["yours"])
        if asked["sort"] == "due" and not asked["stand"] and (known or 0) > SORTED_WHOLE
        else ()
    )
    page = page_of(request, _ordered(rows, asked["sort"]), count=known, parts=parts)
    shown = list(page.object_list)
    shops = Seller.objects.filter(pk__in=listed_ids(request)).select_related("marketplace").order_by("name")
    return render(
        request,
        "seller/home.html",
        {
            "finding": _finding(counts),
            "page": page,
            "rows": rows_of(shown),
            "asked": asked,
            "sort": asked["sort"],
            "tabs": _tabs(request, counts, asked["stand"]),
            "places": sorted({shop.marketplace for shop in shops}, key=lambda place: place.name),
            "shops": shops,
            "is_filtered": any(asked[name] for name in ("stand", "q", "place")),
            "csv_url": f"{reverse('seller:cases-csv')}?{request.GET.urlencode()}",
            "by_link": bool(request.session.get(SELLER_KEY)),
            "total": counts[""],
        },
    )


@require_safe
@door([SELLER])
def cases_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all of it, for a spreadsheet."""
    asked = _asked(request)
    cases = list(_ordered(_found(_mine(request), asked), asked["sort"]))
    head = (
        gettext("Case"), gettext("Notice"), gettext("Listing"), pgettext("of a listing", "Address"), gettext("Claim"),
        gettext("By"), gettext("Where it stands"), gettext("Listing is"), gettext("Until"),
    )  # fmt: skip
    return csv_answer("cases.csv", head, (_line(row) for row in rows_of(cases)))


def _line(row: Row) -> Sequence[str]:
    case, due = row.case, row.due
    until = moments.deadline(due.due_at, due.zone) if due else ""
    title, url = case.listing.title, case.listing.url
    return (case.number, case.notice.number, title, url, row.claim, row.who, row.status.word, row.listing.word, until)


def _mine(request: HttpRequest) -> QuerySet[Complaint]:
    cases = selectors.visible(SELLER, seller_ids=listed_ids(request))
    at = request.at
    catch_up(cases.filter(due_at__lte=at, escalated=False).select_related(None), at)
    return cases


def _asked(request: HttpRequest) -> dict[str, str]:
    return {
        "stand": chosen(request, "stand", STANDS),
        "q": typed(request),
        "place": typed(request, "place"),
        "sort": chosen(request, "sort", ORDERS) or "due",
    }


def _found(cases: QuerySet[Complaint], asked: dict[str, str]) -> QuerySet[Complaint]:
    cases = cases.filter(_stands(asked["stand"]))
    if asked["place"]:
        cases = cases.filter(notice__marketplace__slug=asked["place"])
    if q := asked["q"]:
        listing = Q(listing__title__icontains=q) | Q(listing__item_id__icontains=q) | Q(listing__url__icontains=q)
        cases = cases.filter(listing | Q(number__icontains=q) | Q(notice__number__icontains=q))
    return cases


def _stands(stand: str) -> Q:
    yours = Q(waits_on=SELLER)
    return {"yours": yours, "open": Q(outcome="") & ~yours, "closed": ~Q(outcome="") & ~yours}.get(stand, Q())


def _ordered(cases: QuerySet[Complaint], sort: str) -> QuerySet[Complaint]:
    """What waits for the seller comes first unless another order was asked for."""
    order = ORDERS[sort]
    if sort == "due":
        return cases.order_by(Case(When(waits_on=SELLER, then=0), default=1), *order)
    return cases.order_by(*order)


def _by_turn(cases: QuerySet[Complaint], yours: int) -> list[tuple[QuerySet[Complaint], int | None]]:
    """The whole list as it is sorted first, in parts an index has in order: the seller's turn, what has a clock, the rest."""
    others = cases.exclude(waits_on=SELLER)
    running = others.filter(due_at__isnull=False).order_by("due_at", "-opened_at", "pk")
    resting = others.filter(due_at=None).order_by("-opened_at", "pk")
    return [(cases.filter(waits_on=SELLER).order_by(*ORDERS["due"]), yours), (running, None), (resting, None)]


def _counts(cases: QuerySet[Complaint]) -> dict[str, int]:
    each = {stand or "all": Count("waits_on", filter=_stands(stand)) for stand in STANDS}
    found = cases.select_related(None).aggregate(**each)
    return {stand: found[stand or "all"] for stand in STANDS}


def _finding(counts: dict[str, int]) -> str:
    if counts["yours"]:
        return ngettext("One case waits for your answer", "%(count)s cases wait for your answer", counts["yours"]) % {
            "count": counts["yours"]
        }
    if counts[""]:
        return gettext("No case waits for you")
    return gettext("Nobody has complained about your listings")


def _tabs(request: HttpRequest, counts: dict[str, int], here: str) -> list[dict[str, Any]]:
    tabs = []
    for stand, label in STANDS.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["stand"] = stand
        tabs.append({"label": label, "url": f"?{query.urlencode()}", "here": stand == here, "count": counts[stand]})
    return tabs


def rows_of(cases: list[Complaint]) -> list[Row]:
    """The cases as the list draws them; a fixed number of queries for any number of cases."""
    return [_row(case, held) for case, held in zip(cases, held_of_each(cases), strict=True)]


def _row(case: Complaint, held: Held) -> Row:
    view = selectors.CaseView(case, held, SELLER)
    return Row(
        case=case,
        status=findings.status(view),
        listing=view.listing_status,
        due=view.due if not case.escalated else None,
        tone="" if case.waits_on == SELLER else "wait",
        claim=view.reason_title,
        who=view.complainant_name,
        chance=findings.chance(held) if not case.outcome or case.waits_on else "",
        may_answer=counter_drafts.may_answer(held),
    )


# --- one notice ---------------------------------------------------------------------------------------------------------


@require_safe
@door([SELLER])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """The visitor's cases in one notice; one answer can cover those of a shop."""
    found, cases = own_notice(request, number)
    rows = rows_of(cases)
    held = {each.id: each for each in held_of_each(cases)}
    answerable = [case for case in cases if counter_drafts.may_answer(held[case.pk])]
    page = {
        "notice": found,
        "rows": rows,
        "who": rows[0].who,
        "claim": rows[0].claim,
        "goods": words.goods_in_words(found),
        "answerable": len(answerable),
        "waiting": [row for row in rows if row.case.waits_on == SELLER],
        "nothing": _if_nothing(answerable, held),
    }
    return render(request, "seller/notice.html", page)


def _if_nothing(answerable: list[Complaint], held: dict[int, Held]) -> list[str]:
    """What silence does in these cases, in one sentence where it is the same in all."""
    if not answerable:
        return []
    if len({(case.state, case.round, case.due_at) for case in answerable}) > 1:
        return [gettext("Each listing has a clock of its own; open its case to see what the end of that clock means.")]
    return findings.if_nothing(selectors.CaseView(answerable[0], held[answerable[0].pk], SELLER))


@require_POST
@door([SELLER])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Begin one answer for every listing of the notice that can be answered at the same chance."""
    found, cases = own_notice(request, number)
    held = {each.id: each for each in held_of_each(cases)}
    answerable = [case for case in cases if counter_drafts.may_answer(held[case.pk])]
    if not answerable:
        return redirect("seller:notice", number=number)
    first = answerable[0]
    same = [c.pk for c in answerable if c.seller_id == first.seller_id and c.round == first.round]
    assert first.seller is not None
    draft = counter_drafts.open_draft(notice=found, seller=first.seller, at=_at(request), complaint_ids=same)
    return redirect("seller:answer-listings", pk=draft.pk)


def _at(request: HttpRequest) -> datetime:
    return request.at
