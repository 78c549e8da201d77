"""What waits on a reviewer? The queue by clock and risk, with filters in the address, and the ways to take cases from it."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.selectors import Figures, QueueFilter
from countermark.apps.rights.words import kind_title
from countermark.apps.screening import selectors as findings
from countermark.apps.work import moments, true_time
from countermark.core import catalogue
from countermark.entrypoints.web.lists import csv_answer, page_of
from countermark.entrypoints.web.reviewer import words
from countermark.entrypoints.web.reviewer.access import case_or_404, reviewer_page, said
from countermark.entrypoints.web.reviewer.steps_shown import toasts
from countermark.entrypoints.web.templatetags.cm import RISKS

MOST_AT_ONCE = 200  # cases claimed with one click


@require_GET
@reviewer_page
def queue(request: HttpRequest) -> HttpResponse:
    """The list, or nothing found and what is nearest."""
    asked = asked_of(request)
    at, reviewer = request.at, request.user
    zones = selectors.zones_due(at)
    rows = selectors.queue(asked, reviewer=reviewer, at=at, zones=zones)
    listed = None if asked.is_open else rows
    desk = request.desk = selectors.desk(
        reviewer=reviewer, at=at, zones=zones, listed=listed, beside=findings.waiting()
    )
    figures = desk.figures
    read = partial(selectors.by_clock, rows) if asked.sort == "due" else None
    page = page_of(request, rows, count=figures.total if asked.is_open else desk.listed, read=read)
    context = {
        "asked": asked,
        "page": page,
        "rows": selectors.rows_of(page.object_list),
        "figures": figures,
        "heading": heading(figures),
        "under": under(figures),
        "filters": filters(asked),
        "views": views(request, figures),
        "sort": asked.sort,
        "to_do": words.TO_DO,
        "nearest": None if page.object_list else selectors.nearest(at=at),
        "filter_words": filter_words(asked),
        "dropped": selectors.dropped_steps(reviewer),
        "toasts": toasts(request),
        "commands": commands(request),
        "csv_url": f"{reverse('reviewer:queue-csv')}?{request.GET.urlencode()}",
        "now_real": true_time.now(),
    }
    return render(request, "reviewer/queue.html", context)


def asked_of(request: HttpRequest) -> QueueFilter:
    """The filter in the address; what is not offered is left open."""
    given = request.GET
    sorts = {f"{sign}{key}" for key in selectors.ORDERS for sign in ("", "-")}
    return QueueFilter(
        q=said(given, "q")[:200],
        to_do=said(given, "todo", selectors.TO_DO),
        clock=said(given, "clock", selectors.CLOCKS),
        right=said(given, "right", catalogue.load().right_kinds),
        marketplace=said(given, "marketplace")[:40],
        held=said(given, "held", selectors.HELD),
        sort=said(given, "sort", sorts, "due"),
    )


def heading(figures: Figures) -> str:
    """The finding: how many wait, how many are late."""
    if not figures.total:
        return gettext("No case waits for a reviewer")
    wait = ngettext("One case waits", "%(n)s cases wait", figures.total) % {"n": figures.total}
    if not figures.late:
        return gettext("%(wait)s, none is late") % {"wait": wait}
    late = ngettext("one is late", "%(n)s are late", figures.late) % {"n": figures.late}
    return gettext("%(wait)s, %(late)s") % {"wait": wait, "late": late}


def under(figures: Figures) -> str:
    """What is urgent and what is held, under the heading."""
    due = ngettext("One is due today", "%(n)s are due today", figures.today) % {"n": figures.today}
    due = due if figures.today else gettext("None is due today")
    mine = ngettext("You hold one.", "You hold %(n)s.", figures.mine) % {"n": figures.mine}
    mine = mine if figures.mine else gettext("You hold none.")
    return gettext("%(today)s, %(tomorrow)s tomorrow. %(mine)s") % {
        "today": due,
        "tomorrow": figures.tomorrow,
        "mine": mine,
    }


def filters(asked: QueueFilter) -> list[dict[str, Any]]:
    """The selects of the filter form: name, label, the word for all, and the choices."""
    kinds = [(kind, kind_title(kind)) for kind in catalogue.load().right_kinds]
    return [
        _select("todo", gettext("To do"), gettext("All"), words.TO_DO_FILTERS.items(), asked.to_do),
        _select("clock", gettext("Clock"), gettext("Any"), words.CLOCKS.items(), asked.clock),
        _select("right", gettext("Right"), gettext("Any"), kinds, asked.right),
        _select("marketplace", gettext("Marketplace"), gettext("All"), selectors.marketplaces(), asked.marketplace),
        _select("held", gettext("Held by"), gettext("Anybody"), words.HELD.items(), asked.held),
    ]


def _select(name: str, label: str, everything: str, choices: Iterable[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    options = [("", everything), *((value, str(word)) for value, word in choices)]
    return {"name": name, "label": label, "options": options, "chosen": chosen}


def filter_words(asked: QueueFilter) -> str:
    """The filter as words: "late, copyright, 1688"."""
    chosen = (
        asked.q,
        str(words.TO_DO_FILTERS.get(asked.to_do, "")),
        str(words.CLOCKS.get(asked.clock, "")),
        kind_title(asked.right) if asked.right else "",
        asked.marketplace,
        str(words.HELD.get(asked.held, "")),
    )
    return moments.joined(word for word in chosen if word)


def views(request: HttpRequest, figures: Figures) -> list[dict[str, Any]]:
    """Filters people come back to, as tabs with their counts."""
    offered = (
        ({}, gettext("All"), figures.total),
        ({"clock": "late"}, gettext("Late"), figures.late),
        ({"clock": "today"}, gettext("Due today"), figures.today),
        ({"todo": "check"}, gettext("To check"), None),
        ({"todo": "decide"}, gettext("To decide"), None),
        ({"held": "free"}, gettext("Nobody’s or mine"), None),
        ({"held": "me"}, gettext("Mine"), figures.mine),
    )
    here = {key: value for key, value in request.GET.items() if key not in ("page", "sort") and value}
    base = reverse("reviewer:queue")
    return [
        {"label": label, "url": f"{base}?{urlencode(q)}" if q else base, "here": here == q, "count": count}
        for q, label, count in offered
    ]


def commands(request: HttpRequest) -> list[dict[str, Any]]:
    """The command palette on every reviewer's page: where one can go."""
    base = reverse("reviewer:queue")
    return [
        {"label": gettext("Open the next case"), "url": reverse("reviewer:next")},
        {"label": gettext("Queue"), "url": base},
        {"label": gettext("Queue: late"), "url": f"{base}?clock=late"},
        {"label": gettext("Queue: due today"), "url": f"{base}?clock=today"},
        {"label": gettext("Queue: to check"), "url": f"{base}?todo=check"},
        {"label": gettext("Queue: to decide"), "url": f"{base}?todo=decide"},
        {"label": gettext("My cases"), "url": reverse("reviewer:mine")},
        {"label": gettext("Findings"), "url": reverse("reviewer:findings")},
        {"label": gettext("Next finding"), "url": reverse("reviewer:next-finding")},
        {"label": gettext("Linked sellers"), "url": reverse("reviewer:links")},
        {"label": gettext("Appeals"), "url": reverse("reviewer:appeals")},
        {"label": gettext("Rights to verify"), "url": reverse("reviewer:rights")},
        {"label": gettext("Search"), "url": reverse("reviewer:search")},
    ]


@require_GET
@reviewer_page
def queue_csv(request: HttpRequest) -> HttpResponse:
    """The whole filtered list as a table."""
    cases = list(selectors.queue(asked_of(request), reviewer=request.user, at=request.at))
    head = (
        *(gettext("Case"), gettext("To do"), gettext("Due"), gettext("Time left"), gettext("Right")),
        *(gettext("Registration"), gettext("Listing"), pgettext("of a listing", "Address"), gettext("Seller")),
        *(gettext("Marketplace"), gettext("Reason"), gettext("Risk"), gettext("Why"), gettext("Held by")),
    )
    return csv_answer("queue.csv", head, (_cells(row, request) for row in selectors.rows_of(cases)))


def _cells(row: selectors.Row, request: HttpRequest) -> tuple[Any, ...]:
    case, notice = row.complaint, row.complaint.notice
    frozen = notice.right_frozen
    due = moments.deadline(case.due_at, case.zone) if case.due_at else ""
    left = moments.time_left(row.due, request.at).amount if row.due else ""
    return (
        *(case.number, words.TO_DO.get(case.state, case.state), due, left, frozen.get("name", "")),
        *(f"{frozen.get('office', '')} {frozen.get('number', '')}".strip(), case.listing.title, case.listing.url),
        *(case.seller or "", notice.marketplace.name, notice.reason, RISKS[row.risk.level][1]),
        moments.joined(str(why) for why in row.risk.why),
        case.claimed_by or "",
    )


@require_POST
@reviewer_page
def claim(request: HttpRequest) -> HttpResponse:
    """Take one case or many from the queue, and stay there."""
    chosen = request.POST.getlist("only") or request.POST.getlist("case")
    ids = [int(pk) for pk in chosen if pk.isdecimal() and len(pk) < 16][:MOST_AT_ONCE]
    taken, kept = services.claim_many(complaint_ids=_there(ids), reviewer=request.user, now=true_time.now())
    if taken:
        messages.success(
            request, ngettext("You hold one more case.", "You hold %(n)s cases of these.", taken) % {"n": taken}
        )
    if kept:
        held = ngettext("One is held by somebody else.", "%(n)s are held by others.", kept) % {"n": kept}
        messages.warning(request, held)
    return redirect(back(request))


def _there(ids: list[int]) -> list[int]:
    return list(selectors.waiting().filter(pk__in=ids).values_list("pk", flat=True))


def back(request: HttpRequest) -> str:
    """The page of ours that a form names, or the queue."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else reverse("reviewer:queue")


@require_GET
@reviewer_page
def next_case(request: HttpRequest) -> HttpResponse:
    """Open the case to do next; the queue, when there is none."""
    case = selectors.next_for(request.user, at=request.at)
    return redirect("reviewer:case", case.number) if case else redirect("reviewer:queue")


@require_GET
@reviewer_page
def beside(request: HttpRequest, number: str, later: bool) -> HttpResponse:
    """Open the case after or before this one; the queue, where there is none."""
    case = case_or_404(request, number).complaint
    other = selectors.beside(case, later=later, reviewer=request.user, at=request.at)
    if other is not None:
        return redirect("reviewer:case", other.number)
    messages.info(request, gettext("That was the last case.") if later else gettext("That was the first case."))
    return redirect("reviewer:queue")


@require_POST
@reviewer_page
def dropped_read(request: HttpRequest) -> HttpResponse:
    """The reviewer has read that a step could not happen."""
    ids = [int(pk) for pk in request.POST.getlist("step") if pk.isdecimal() and len(pk) < 16]
    services.read_dropped(reviewer=request.user, ids=ids)
    return redirect(back(request))
