"""Let time pass: the case clock goes on by working days of the place the demo is told in, and what fell due is decided at
once, so that silence visibly decides. Forward only; sessions and passwords stay on real time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import SWEEP_BATCH, sweep
from countermark.apps.work import moments
from countermark.apps.work.services import calendar_in_force, case_now, move_case_clock
from countermark.core.calendar import DayKind
from countermark.entrypoints.web.context import DEMO_STEPS
from countermark.entrypoints.web.demo.only import demo_only
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.roles import ANYONE

PLACE = "CN"  # whose working days pass
MOST_BATCHES = 200  # of the sweep in one request; a worker does what is left
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Jump:
    """What letting so many working days pass would do."""

    days: int
    to: datetime
    falls_due: int

    @property
    def day(self) -> str:
        return moments.day(self.to.date(), year=False)


def after_working_days(at: datetime, days: int) -> datetime:
    """The same local hour, so many working days later."""
    local, calendar = at.astimezone(ZoneInfo(settings.TIME_ZONE)), calendar_in_force(PLACE)
    day: date = local.date()
    while days > 0:
        day += DAY
        days -= calendar.is_working(day)
    return datetime.combine(day, local.timetz())


def jumps(at: datetime) -> list[Jump]:
    """Every step the demo offers, with how many cases fall due in it."""
    due = Complaint.objects.filter(due_at__isnull=False, escalated=False)
    steps = [(days, after_working_days(at, days)) for days in DEMO_STEPS]
    return [Jump(days, to, due.filter(due_at__lte=to).count()) for days, to in steps]


def next_days(at: datetime, *, working: int = 3) -> Iterator[tuple[str, str, str]]:
    """Today and the days up to the third working day: day, what it is, class of the theme."""
    calendar, day, counted = calendar_in_force(PLACE), at.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), 0
    yield moments.day_short(day), gettext("now"), "is-counted" if calendar.is_working(day) else "is-off"
    while counted < working:
        day += DAY
        if not calendar.is_working(day):
            yield moments.day_short(day), gettext("free"), "is-off"
            continue
        counted += 1
        said = gettext("%(n)s, make-up day") if calendar.kind(day) is DayKind.MAKE_UP else "%(n)s"
        yield moments.day_short(day), said % {"n": counted}, "is-counted"


@require_POST
@door(roles=[ANYONE])
@demo_only
def advance(request: HttpRequest) -> HttpResponse:
    """Let 1, 3 or 7 working days pass, and let silence decide what fell due."""
    days = request.POST.get("days", "")
    if days not in {str(step) for step in DEMO_STEPS}:
        raise Refused(
            gettext("The clock was not moved"),
            gettext("It moves by 1, 3 or 7 working days."),
            gettext("Use one of the three buttons."),
            url="/",
            link=gettext("Go on"),
            status=422,
        )
    at = move_case_clock(to=after_working_days(case_now(), int(days)))
    moved = _swept(at)
    passed = ngettext("%(n)s working day has passed.", "%(n)s working days have passed.", int(days)) % {"n": days}
    decided = ngettext("In %(n)s case a clock ended.", "In %(n)s cases a clock ended.", moved) % {"n": moved}
    messages.info(request, f"{passed} {decided if moved else gettext('No clock ended.')}")
    return redirect(_back(request))


def _swept(at: datetime) -> int:
    """Record what fell due by `at`; returns in how many cases."""
    moved = 0
    for _ in range(MOST_BATCHES):
        done = sweep(now=at, limit=SWEEP_BATCH)
        moved += done
        if not done:
            break
    return moved


def _back(request: HttpRequest) -> str:
    page = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else "/"
