"""What would another rule set have made of past listings? Asked for, followed while it runs, and read: without any effect."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import replaying, words
from countermark.apps.screening.models import Replay, Rules
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.operator.screening import tabs
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.roles import OPERATOR

RULES_OFFERED = 50  # the newest
DAYS = 30  # of the past, where nobody says otherwise
LABELS = {
    "rules": gettext_lazy("Rule set"),
    "marketplace": gettext_lazy("Marketplace"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("Up to and with"),
}


class Changed(NamedTuple):
    """So many listings would have come to another verdict, with some of them."""

    before: words.Said
    after: words.Said
    count: int
    examples: list[dict[str, Any]]


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def replays(request: HttpRequest) -> HttpResponse:
    """The replays, the newest first; one is asked for here."""
    if request.method == "POST":
        return _asked(request)
    today = request.at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    chosen = request.GET.get("rules", "")
    initial = {"rules": chosen, "marketplace": "", "since": f"{today - timedelta(days=DAYS)}", "until": f"{today}"}
    return _page(request, initial)


def _page(request: HttpRequest, typed: dict[str, str], faults: Any = (), status: int = 200) -> HttpResponse:
    rows = Replay.objects.select_related("rules", "marketplace", "asked_by").order_by("-pk")
    context = {
        "tabs": tabs("replays"),
        "page": page_of(request, rows),
        "offered": [(row.number, words.RULES_STATES[row.state].word) for row in _offered()],
        "places": [(place.slug, place.name) for place in Marketplace.objects.order_by("name")],
        "labels": LABELS,
        "typed": typed,
        "faults": faults,
    }
    return render(request, "operator/replays.html", context, status=status)


def _offered() -> list[Rules]:
    """The rule sets that may be tried: drafts first, then the newest."""
    newest = list(Rules.objects.order_by("-number")[:RULES_OFFERED])
    return sorted(newest, key=lambda row: (row.state != "draft", -row.number))


def _asked(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").replace("\0", "").strip()[:40] for name in LABELS}
    rules, place = _rules(typed["rules"]), Marketplace.objects.filter(slug=typed["marketplace"]).first()
    zone = ZoneInfo(place.zone if place else settings.TIME_ZONE)
    since, last = _day(typed["since"], zone), _day(typed["until"], zone)
    faults = _faults(typed, rules=rules, marketplace=place or not typed["marketplace"], since=since, until=last)
    if faults or rules is None or since is None or last is None:
        return _page(request, typed, faults, 422)
    span = {"since": since, "until": last + timedelta(days=1)}
    told = {"by": request.user, "at": request.at, "now": true_time.now()}
    try:
        made = replaying.ask(rules, marketplace=place, **span, **told)
    except replaying.ReplayDefective:
        what, way_out = (
            gettext("The time asked about is none."),
            gettext("It begins before it ends, two years at most."),
        )
        return _page(request, typed, [Fault(what, way_out, "id_since")], 422)
    messages.success(request, gettext("A worker replays it; you can close this page."))
    return redirect("operator:replay", made.pk)


def _rules(typed: str) -> Rules | None:
    return Rules.objects.filter(number=int(typed)).first() if typed.isdecimal() and len(typed) < 10 else None


def _day(typed: str, zone: ZoneInfo) -> datetime | None:
    """The first instant of a day there; None for what is no day of this calendar."""
    try:
        return datetime.combine(date.fromisoformat(typed), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _faults(typed: dict[str, str], **read: Any) -> list[Fault]:
    """What was typed and means nothing, field by field."""
    what = gettext("“%(label)s” is missing, or not one of those offered.")
    return [
        Fault(what % {"label": LABELS[name]}, gettext("Choose one."), f"id_{name}") for name in typed if not read[name]
    ]


@require_safe
@door(roles=[OPERATOR])
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: how far it is, and what would have changed."""
    row = Replay.objects.select_related("rules", "marketplace", "asked_by").filter(pk=pk).first()
    if row is None:
        raise Http404(f"there is no replay {pk}")
    changes = changed(row)
    context = {
        "row": row,
        "heading": heading(row, sum(each.count for each in changes)),
        "changes": changes,
        "total": max(row.total, row.looked_at, 1),
        "rule_state": words.RULES_STATES[row.rules.state],
    }
    return render(request, "operator/replay.html", context)


def heading(row: Replay, differing: int) -> str:
    """What it comes to."""
    told = {"n": differing, "total": row.looked_at}
    if row.finished_at is None:
        return gettext("Being replayed: %(total)s listings so far") % told
    if not row.looked_at:
        return gettext("No listing of that time was kept")
    if not differing:
        return gettext("Of %(total)s listings none would have come to another verdict") % told
    return gettext("Of %(total)s listings %(n)s would have come to another verdict") % told


def changed(row: Replay) -> list[Changed]:
    """What would have changed, the most frequent first."""
    found = []
    for change, count in row.changes.items():
        before, _, after = change.partition(">")
        if before in words.VERDICTS and after in words.VERDICTS:
            examples = [each for each in row.examples if each.get("change") == change]
            found.append(Changed(words.VERDICTS[before], words.VERDICTS[after], count, examples))
    return sorted(found, key=lambda each: -each.count)
