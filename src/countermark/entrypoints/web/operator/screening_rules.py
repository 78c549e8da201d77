"""By which numbers does screening judge, and how often did each combination prove right? Rule sets: drafted, read, adopted."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from countermark.apps.screening import rules, words
from countermark.apps.screening.models import Rules
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.operator.screening import tabs
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.roles import OPERATOR
from countermark.matching.judging import numbers_of

LABELS = {
    "review_at": gettext_lazy("A person looks from"),
    "block_at": gettext_lazy("A listing is stopped from"),
    "prior_weight": gettext_lazy("Opinions our own estimate weighs"),
}
HINTS = {
    "review_at": gettext_lazy("0 to 1: how probable it is that a finding is right."),
    "block_at": gettext_lazy("0 to 1, and not below the one above."),
    "prior_weight": gettext_lazy("The more, the slower what people say moves it."),
}
COUNTS_SHOWN = 30


class Counted(NamedTuple):
    """How often one combination proved right."""

    combination: list[str]
    right: int
    wrong: int

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [("done", self.right), ("late", self.wrong)]


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def rule_sets(request: HttpRequest) -> HttpResponse:
    """The rule sets, the newest first; a draft is made here."""
    if request.method == "POST":
        return _drafted(request)
    return _page(request)


def _drafted(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip()[:20] for name in LABELS}
    numbers, faults = _read(typed)
    if faults:
        return _page(request, typed=typed, faults=faults, status=422)
    try:
        note = request.POST.get("note", "").replace("\0", "")
        made = rules.draft(numbers=numbers, note=note, by=request.user, at=request.at)
    except rules.RulesDefective as wrong:
        return _page(request, typed=typed, faults=[_fault(wrong.field)], status=422)
    messages.success(request, gettext("Rule set %(n)s is drafted. Replay it before it counts.") % {"n": made.number})
    return redirect("operator:screening-rule-set", made.number)


def _read(typed: dict[str, str]) -> tuple[dict[str, float], list[Fault]]:
    numbers, faults = {}, []
    for name, text in typed.items():
        try:
            numbers[name] = float(text.replace(",", "."))
        except ValueError:
            faults.append(_fault(name))
    return numbers, faults


def _fault(field: str) -> Fault:
    what = gettext("“%(label)s” is no number that can be judged by.") % {"label": LABELS.get(field, field)}
    return Fault(what, str(HINTS.get(field, "")), f"id_{field}")


def _page(request: HttpRequest, *, typed: Any = None, faults: Any = (), status: int = 200) -> HttpResponse:
    page = page_of(request, Rules.objects.select_related("made_by").order_by("-number"))
    now = Rules.objects.filter(state="in_force").first()
    numbers = numbers_of(now.numbers if now else {})._asdict()
    context = {
        "tabs": tabs("rules"),
        "page": page,
        "rows": [(row, words.RULES_STATES[row.state]) for row in page.object_list],
        "now": now,
        "fields": [(name, LABELS[name], HINTS[name], (typed or numbers)[name]) for name in LABELS],
        "note": request.POST.get("note", "")[:300],
        "faults": faults,
    }
    return render(request, "operator/screening_rules.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def rule_set(request: HttpRequest, number: int) -> HttpResponse:
    """One rule set: its numbers, what people said, and what differs from the one in force. A draft is adopted here."""
    row = Rules.objects.select_related("made_by").filter(number=number).first()
    if row is None:
        raise Http404(f"there is no rule set {number}")
    if request.method == "POST":
        return _adopted(request, row)
    now = Rules.objects.filter(state="in_force").first()
    counts = [Counted(words.combination_said(each), *said) for each, said in row.counts.items()]
    counts.sort(key=lambda each: -(each.right + each.wrong))
    context = {
        "tabs": tabs("rules"),
        "row": row,
        "state": words.RULES_STATES[row.state],
        "now": now if now and now.pk != row.pk else None,
        "numbers": _beside(row, now),
        "counts": counts[:COUNTS_SHOWN],
        "more": max(0, len(counts) - COUNTS_SHOWN),
        "findings": row.findings.count(),
        "replays": row.replays.order_by("-pk")[:5],
    }
    return render(request, "operator/screening_rule_set.html", context)


def _beside(row: Rules, now: Rules | None) -> list[tuple[Any, float, float]]:
    """Each number of this rule set beside that of the one in force."""
    own, other = numbers_of(row.numbers)._asdict(), numbers_of(now.numbers if now else {})._asdict()
    return [(label, own[name], other[name]) for name, label in LABELS.items()]


def _adopted(request: HttpRequest, row: Rules) -> HttpResponse:
    try:
        rules.adopt(row.number, by=request.user, at=request.at)
    except rules.RulesNotDraft as moved:
        raise Refused(
            gettext("Rule set %(n)s is no draft") % {"n": row.number},
            gettext("Somebody adopted it, or another one took its place."),
            gettext("Make a new draft of its numbers."),
            url=reverse("operator:screening-rules"),
            link=gettext("Rule sets"),
        ) from moved
    messages.success(request, gettext("Rule set %(n)s is in force from now on.") % {"n": row.number})
    return redirect("operator:screening-rules")
