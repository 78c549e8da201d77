"""What did screening find that a person should look at? The list by how sure it is, with filters in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext
from django.views.decorators.http import require_GET

from countermark.apps.decisions.selectors import marketplaces
from countermark.apps.screening import selectors, services, words
from countermark.apps.screening.models import Finding
from countermark.apps.screening.selectors import FindingFilter
from countermark.apps.work import moments, true_time
from countermark.apps.work.counts import counted
from countermark.entrypoints.finding_shown import glance_of, title_of
from countermark.entrypoints.web.lists import csv_answer, csv_url, page_of, wants_csv
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts

HELD = ("me", "free")
STATES = ("waiting", "decided", "closed", selectors.ANY)


@require_GET
@reviewer_page
def findings(request: HttpRequest) -> HttpResponse:
    """The list, or nothing found and where the rest is."""
    asked = asked_of(request)
    rows = selectors.listed(asked, person_id=request.user.pk)
    if wants_csv(request):
        return _sheet(rows)
    waiting = selectors.waiting()
    total, stopped, mine, listed = counted(
        waiting, waiting.filter(done="blocked"), waiting.filter(taken_by=request.user.pk), rows
    )
    page = page_of(request, rows, count=listed)
    context = {
        "asked": asked,
        "page": page,
        "rows": [_row(each) for each in page.object_list],
        "heading": heading(total),
        "under": under(stopped, mine),
        "total": total,
        "filters": filters(asked),
        "views": views(request, total, stopped, mine),
        "sort": asked.sort,
        "csv_url": csv_url(request),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/findings.html", context)


def asked_of(request: HttpRequest) -> FindingFilter:
    """The filter in the address; what is not offered is left open."""
    given = request.GET
    sorts = {f"{sign}{key}" for key in selectors.ORDERS for sign in ("", "-")}
    return FindingFilter(
        q=said(given, "q")[:200],
        marketplace=said(given, "marketplace")[:40],
        reason=said(given, "reason", words.REASONS),
        verdict=said(given, "verdict", words.VERDICTS),
        combination=said(given, "combination")[:200],
        held=said(given, "held", HELD),
        state=said(given, "state", STATES) or "waiting",
        sort=said(given, "sort", sorts, "-probability"),
    )


def heading(total: int) -> str:
    """How many wait."""
    if not total:
        return gettext("No finding waits for a reviewer")
    return ngettext("One finding waits to be looked at", "%(n)s findings wait to be looked at", total) % {"n": total}


def under(stopped: int, mine: int) -> str:
    """How many listings are down meanwhile, and what is held."""
    down = ngettext("One listing is stopped meanwhile.", "%(n)s listings are stopped meanwhile.", stopped)
    held = ngettext("You hold one.", "You hold %(n)s.", mine) % {"n": mine} if mine else gettext("You hold none.")
    first = down % {"n": stopped} if stopped else gettext("None of them is stopped.")
    return moments.sentences([first, held])


def filters(asked: FindingFilter) -> list[dict[str, Any]]:
    """The selects of the filter form."""
    verdicts = [(value, each.word) for value, each in words.VERDICTS.items() if value != "allow"]
    spoke = [(value, f"{moments.joined(words.combination_said(value))} ({n})") for value, n in selectors.combinations()]
    return [
        _select("reason", pgettext("of a finding", "Why"), words.REASONS.items(), asked.reason),
        _select("verdict", gettext("Verdict"), verdicts, asked.verdict),
        _select("combination", gettext("What spoke"), spoke, asked.combination),
        _select("marketplace", gettext("Marketplace"), marketplaces(), asked.marketplace),
    ]


def _select(name: str, label: str, choices: Iterable[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    options = [("", gettext("All")), *((value, str(word)) for value, word in choices)]
    return {"name": name, "label": label, "options": options, "chosen": chosen}


def views(request: HttpRequest, total: int, stopped: int, mine: int) -> list[dict[str, Any]]:
    """Filters people come back to, as tabs with their counts."""
    offered = (
        ({}, gettext("All"), total),
        ({"reason": "stay_down"}, str(words.REASONS["stay_down"]), None),
        ({"verdict": "block"}, str(words.VERDICTS["block"].word), None),
        ({"held": "free"}, gettext("Nobody’s"), None),
        ({"held": "me"}, gettext("Mine"), mine),
        ({"state": "closed"}, gettext("By software alone"), None),
        ({"state": "decided"}, gettext("Decided"), None),
    )
    here = {key: value for key, value in request.GET.items() if key not in ("page", "sort") and value}
    base = reverse("reviewer:findings")
    return [
        {"label": label, "url": f"{base}?{urlencode(q)}" if q else base, "here": here == q, "count": count}
        for q, label, count in offered
    ]


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding,
        "title": title_of(finding),
        "why": glance_of(finding),
        "reason": words.REASONS[finding.reason],
        "verdict": words.VERDICTS[finding.verdict],
        "done": words.DONE[finding.done],
        "sure": words.of_hundred(finding.probability),
        "rights": list(dict.fromkeys(right.name for right in finding.rights.all())),
    }


def _sheet(rows: Iterable[Finding]) -> HttpResponse:
    head = ("finding", "marketplace", "item", "title", "seller", "reason", "combination", "verdict", "probability", "done",
            "rights", "case", "found", "state")  # fmt: skip
    return csv_answer("findings.csv", head, (_cells(each) for each in rows))


def _cells(each: Finding) -> tuple[Any, ...]:
    case = each.fingerprint.complaint.number if each.fingerprint else ""
    rights = " ".join(right.name for right in each.rights.all())
    return (each.pk, each.marketplace.slug, each.item_id, each.title, each.seller_ref, each.reason, each.combination,
            each.verdict, f"{each.probability:.3f}", each.done, rights, case, each.at.isoformat(), each.state)  # fmt: skip


@require_GET
@reviewer_page
def next_finding(request: HttpRequest) -> HttpResponse:
    """To the next finding down the list that nobody else holds, or up it (`before`), the one left being given back."""
    back = "before" in request.GET
    left = said(request.GET, "before" if back else "after")
    skipped = selectors.find(int(left)) if left.isdecimal() and left.isascii() and len(left) < 19 else None
    if skipped is not None:
        services.let_go(skipped.pk, by=request.user)
    found = selectors.next_waiting(skipped, person_id=request.user.pk, now=true_time.now(), back=back)
    return redirect("reviewer:finding", found.pk) if found else redirect("reviewer:findings")
