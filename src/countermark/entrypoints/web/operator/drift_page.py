"""Does screening prove right as often as before? What people said, by what spoke together: the last days against before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from countermark.apps.screening import drift, words
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator.screening import tabs
from countermark.entrypoints.web.roles import OPERATOR


@require_safe
@door(roles=[OPERATOR])
def drifted(request: HttpRequest) -> HttpResponse:
    """Combination by combination; those that moved stand first."""
    rows = drift.table(at=request.at)
    if lists.wants_csv(request):
        return _sheet(rows)
    page = lists.page_of(request, rows)
    context = {
        "heading": heading(rows),
        "tabs": tabs("drift"),
        "page": page,
        "rows": [_row(row) for row in page.object_list],
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/drift.html", context)


def heading(rows: list[drift.Drift]) -> str:
    """Whether something no longer proves right as before."""
    down = sum(row.moved == "down" for row in rows)
    if not rows:
        return gettext("Nobody has said yet whether a finding was right")
    if not down:
        return gettext("Findings prove right as often as before")
    return ngettext(
        "One kind of finding no longer proves right as before",
        "%(n)s kinds of findings no longer prove right as before",
        down,
    ) % {"n": down}


def _row(row: drift.Drift) -> dict[str, Any]:
    kinds, sides = words.combination_said(row.combination), [_side(row.lately), _side(row.before)]
    return {"kinds": kinds, "sides": sides, "moved": row.moved, "said": drift.said(row)}


def _side(share: drift.Share) -> dict[str, Any]:
    return {"right": share.right, "of": share.of, "parts": [("done", share.right), ("late", share.of - share.right)]}


def _sheet(rows: list[drift.Drift]) -> HttpResponse:
    head = ("combination", "right_lately", "of_lately", "right_before", "of_before", "moved")
    table = ((r.combination, r.lately.right, r.lately.of, r.before.right, r.before.of, r.moved) for r in rows)
    return lists.csv_answer("drift.csv", head, table)
