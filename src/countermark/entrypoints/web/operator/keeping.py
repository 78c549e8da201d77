"""What is kept how long, and a restored installation that waits: counted, let go, released; by a tick, never by one click.

Counting and letting go are a worker's: with many cases they take minutes, and survive closing the tab."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from countermark.apps.keeping import going_on, held, retention
from countermark.apps.keeping.rules import rules
from countermark.apps.work import true_time
from countermark.apps.work.models import Job, Restoration, SubjectKey
from countermark.entrypoints import retention_words as words
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator.words import Fault, job_words
from countermark.entrypoints.web.roles import OPERATOR

LETTERS = {
    "hold": (
        gettext_lazy("Leave each to an operator"),
        gettext_lazy("They stand under Deliveries and on the pages of their orders. The safest where nobody knows."),
    ),
    "sent": (
        gettext_lazy("They had gone out before"),
        gettext_lazy("The mail server’s own log shows it. The parties count as told now, not earlier."),
    ),
    "send": (
        gettext_lazy("Send them now"),
        gettext_lazy("They cannot have gone out. Whoever got one already gets it twice."),
    ),
}


# --- what is kept how long ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def kept(request: HttpRequest) -> HttpResponse:
    """The rules, what would go today by each, and what went."""
    if request.method != "POST":
        return _rules(request)
    now = true_time.now()
    if request.POST.get("do") == "count":
        retention.ask("count", by=request.user, now=now)
        messages.success(request, gettext("A worker counts what would go; the numbers appear here."))
        return redirect("operator:retention")
    if not retention.counted_lately(now=now):
        fault = Fault(gettext("Nobody has counted today what would go."), gettext("Have it counted first."), "count")
        return _rules(request, [fault])
    if not request.POST.get("sure"):
        fault = Fault(gettext("The tick is missing."), gettext("Read what stands beside it and tick it."), "sure")
        return _rules(request, [fault])
    retention.ask("apply", by=request.user, now=now)
    messages.success(request, gettext("A worker lets it go, in small batches; what went appears here."))
    return redirect("operator:retention")


def _rules(request: HttpRequest, faults: Any = ()) -> HttpResponse:
    counted = retention.counted_lately(now=true_time.now())
    found = counted.data if counted else {}
    page = {
        "rows": [
            {
                "rule": rule,
                "what": words.what(rule),
                "period": words.period(rule),
                "then": words.THEN[rule.does],
                "count": found.get(rule.id, 0) if counted else None,
            }
            for rule in rules()
        ],
        "counted": counted,
        "total": sum(found.values()),
        "applied": retention.asked_last("apply"),
        "waiting": retention.is_waiting(),
        "nightly": settings.RETENTION,
        "held": SubjectKey.objects.filter(held=True).count(),
        "faults": faults,
    }
    page["went"] = sum(page["applied"].data.values()) if page["applied"] else 0
    return render(request, "operator/retention.html", page, status=422 if faults else 200)


# --- a restored installation ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def release(request: HttpRequest) -> HttpResponse:
    """What is held since the restore, by kind; what becomes of the letters; then the workers work again."""
    since = going_on.waiting()
    if request.method != "POST" or since is None:
        return _release(request, since)
    choice = request.POST.get("letters", "")
    if faults := list(_missing(choice, bool(request.POST.get("sure")))):
        return _release(request, since, faults)
    try:
        count = going_on.release(letters=choice, by=request.user, now=true_time.now())
    except going_on.NothingToRelease:
        messages.info(request, gettext("It was released meanwhile."))
        return redirect("operator:release")
    said = ngettext(
        "Released: the workers work again; %(n)s letter was held.",
        "Released: the workers work again; %(n)s letters were held.",
        count,
    )
    messages.success(request, said % {"n": count})
    return redirect("operator:home")


def _missing(choice: str, is_sure: bool) -> list[Fault]:
    found = []
    if choice not in LETTERS:
        found.append(
            Fault(gettext("Nothing says what becomes of the held letters."), gettext("Choose one."), "letters")
        )
    if not is_sure:
        found.append(Fault(gettext("The tick is missing."), gettext("Read what stands beside it and tick it."), "sure"))
    return found


def _release(request: HttpRequest, since: Restoration | None, faults: Any = ()) -> HttpResponse:
    waiting = Job.objects.filter(failed_at=None).values_list("kind").annotate(Count("pk")).order_by("kind")
    page = {
        "held": since,
        "last": held.released_last(),
        "letters": [(kind, job_words(kind), count) for kind, count in held.letters_by_kind().items()] if since else [],
        "jobs": [(job_words(kind), count) for kind, count in waiting] if since else [],
        "choices": [(value, *texts) for value, texts in LETTERS.items()],
        "choice": request.POST.get("letters", ""),
        "faults": faults,
    }
    return render(request, "operator/release.html", page, status=422 if faults else 200)
