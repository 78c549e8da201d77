"""The calendars the clocks count by: up to when they are certain, what rests on days nobody has announced, and loading
an official holiday notice: paste, look at every day, confirm; then running clocks are counted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.complaints import recount
from countermark.apps.parties.models import Marketplace
from countermark.apps.work import moments, true_time
from countermark.apps.work.files import demand_clean
from countermark.apps.work.holidays import holiday
from countermark.apps.work.models import HolidayNotice
from countermark.apps.work.services import calendar_in_force
from countermark.core import calendar as core_calendar
from countermark.core import holiday_notice
from countermark.core.calendar import Calendar, DayKind
from countermark.core.holiday_notice import Notice, NoticeDefective
from countermark.entrypoints.defect_said import upload_said
from countermark.entrypoints.holiday_words import told
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.roles import OPERATOR
from countermark.evidence.uploads import UploadRefused

KINDS = {
    DayKind.HOLIDAY: pgettext_lazy("day", "Day off"),
    DayKind.MAKE_UP: pgettext_lazy("day", "Worked, although a weekend day"),
    DayKind.WORKING: pgettext_lazy("day", "Working day"),
    DayKind.WEEKEND: pgettext_lazy("day", "Weekend"),
}
USE = {"": gettext_lazy("All calendars"), "used": gettext_lazy("In use here")}
BY_LAW = ("CN", "US-federal", "EU")  # which the procedures themselves name


@dataclass(frozen=True)
class Row:
    """A calendar as the list shows it."""

    calendar: Calendar
    certain_before: date
    places: tuple[str, ...]
    resting: int  # due dates a notice may still move

    @property
    def title(self) -> str:
        return gettext(self.calendar.title)

    @property
    def notices(self) -> str:
        """The years loaded by hand."""
        return moments.joined(str(notice.year) for notice in self.calendar.notices)


def rows() -> list[Row]:
    """Every calendar, those in use first."""
    resting = recount.provisional()
    places: dict[str, list[str]] = {}
    for calendar_id, name in Marketplace.objects.order_by("name").values_list("calendar", "name"):
        places.setdefault(calendar_id, []).append(name)
    made = [_row(each, places.get(each, []), len(resting.get(each, ()))) for each in core_calendar.calendars()]
    return sorted(
        made, key=lambda row: (not row.resting, not row.places, row.calendar.id not in BY_LAW, row.calendar.id)
    )


def _row(calendar_id: str, places: list[str], resting: int) -> Row:
    calendar = calendar_in_force(calendar_id)
    return Row(calendar, recount.certain_before(calendar), tuple(places), resting)


@require_safe
@door(roles=[OPERATOR])
def calendars(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    q, use = lists.typed(request).casefold(), lists.chosen(request, "use", list(USE))
    everything = rows()
    shown = [
        row
        for row in everything
        if (q in row.title.casefold() or q in row.calendar.id.casefold())
        and (not use or row.places or row.calendar.id in BY_LAW)
    ]
    if lists.wants_csv(request):
        head = (
            "calendar",
            "title",
            "zone",
            "first_year",
            "last_year",
            "version",
            "certain_before",
            "provisional_due_dates",
        )
        table = (
            (
                r.calendar.id,
                r.title,
                r.calendar.zone,
                *r.calendar.years,
                r.calendar.version,
                r.certain_before,
                r.resting,
            )
            for r in shown
        )
        return csv_answer("calendars.csv", head, table)
    page = {
        "page": lists.page_of(request, shown),
        "resting": sum(row.resting for row in everything),
        "first": next((row for row in everything if row.resting), None),
        "use": use,
        "uses": USE.items(),
        "q": lists.typed(request),
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/calendars.html", page)


@require_safe
@door(roles=[OPERATOR])
def calendar(request: HttpRequest, calendar_id: str) -> HttpResponse:
    """One calendar, one year of its days that differ from their weekday, and where they come from."""
    known = _known(calendar_id)
    years = range(known.years[0], max(known.years[1], max((day.year for day in known.listed), default=0)) + 1)
    asked = request.GET.get("year", "")
    local = request.at.astimezone(known.tz).year
    year = (
        int(asked)
        if asked.isascii() and asked.isdigit() and int(asked) in years
        else min(max(local, years[0]), years[-1])
    )
    listed = sorted((day, kind, name) for day, (kind, name) in known.listed.items() if day.year == year)
    words_of_source = " ".join(known.source.split())
    page = {
        "calendar": known,
        "title": gettext(known.title),
        "source": gettext(words_of_source),
        "certain_before": recount.certain_before(known),
        "days": [(day, KINDS[kind], holiday(name)) for day, kind, name in listed],
        "year": year,
        "years": years,
        "numbers": recount.provisional().get(known.id, []),
        "notices": HolidayNotice.objects.filter(calendar=known.id).select_related("loaded_by").order_by("-loaded_at"),
    }
    return render(request, "operator/calendar.html", page)


def _known(calendar_id: str) -> Calendar:
    if calendar_id not in core_calendar.calendars():
        raise Http404("there is no such calendar")
    return calendar_in_force(calendar_id)


# --- loading a notice -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def load_notice(request: HttpRequest, calendar_id: str) -> HttpResponse:
    """Paste, look, confirm. Nothing is in force before the last step."""
    known = _known(calendar_id)
    if request.method != "POST":
        return _ask(request, known)
    try:
        _demand_clean(request)
    except UploadRefused as refused:
        return _ask(request, known, [Fault(gettext("The file was not read."), upload_said(refused), "id_file")])
    text, source = _typed(request), request.POST.get("source", "").replace("\0", "").strip()
    try:
        notice = holiday_notice.parse(text)
    except NoticeDefective as defective:
        return _ask(request, known, [Fault(each.what, each.way_out, "id_text") for each in told(defective)])
    if not source or len(source) > 500:
        fault = Fault(
            gettext("Nothing says where the notice is from."),
            gettext("Write its number, date or address."),
            "id_source",
        )
        return _ask(request, known, [fault])
    if request.POST.get("step") != "load" or request.POST.get("digest") != notice.digest:
        return _look(request, known, notice, text, source)
    return _load(request, known, notice, source)


def _demand_clean(request: HttpRequest) -> None:
    file = request.FILES.get("file")
    if file is not None:
        demand_clean(file.read(holiday_notice.MOST_BYTES + 1), file.name or "")


def _typed(request: HttpRequest) -> str:
    """The pasted text, or that of the uploaded file."""
    file = request.FILES.get("file")
    if file is not None and not request.POST.get("text", "").strip():
        file.seek(0)  # it is read once to be scanned, and again when the page is shown anew
        content = file.read(holiday_notice.MOST_BYTES + 1)
        return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return request.POST.get("text", "").replace("\r\n", "\n")


def _ask(request: HttpRequest, known: Calendar, faults: Any = ()) -> HttpResponse:
    page = {
        "calendar": known,
        "title": gettext(known.title),
        "certain_before": recount.certain_before(known),
        "resting": len(recount.provisional().get(known.id, ())),
        "text": _typed(request) if request.method == "POST" else "",
        "source": request.POST.get("source", ""),
        "faults": faults,
    }
    return render(request, "operator/notice_paste.html", page, status=422 if faults else 200)


def _look(request: HttpRequest, known: Calendar, notice: Notice, text: str, source: str) -> HttpResponse:
    page = {
        "calendar": known,
        "title": gettext(known.title),
        "notice": notice,
        "text": text,
        "source": source,
        "days": list(_days(known, notice)),
        "missing": [holiday(name) for name in notice.missing],
        "replaces": HolidayNotice.objects.filter(calendar=known.id, year=notice.year, replaced_at=None).first(),
        "was_published": known.years[0] <= notice.year <= known.years[1],
        "resting": len(recount.provisional().get(known.id, ())),
    }
    return render(request, "operator/notice_look.html", page)


def _days(known: Calendar, notice: Notice) -> Iterator[dict[str, Any]]:
    """Every day of the notice: what it becomes, and what the calendar took it for."""
    for day, (kind, name) in sorted(notice.days.items()):
        before = known.kind(day)
        yield {
            "day": day,
            "kind": KINDS[kind],
            "name": holiday(name),
            "before": KINDS[before],
            "is_new": before != kind,
        }


def _load(request: HttpRequest, known: Calendar, notice: Notice, source: str) -> HttpResponse:
    at, now = request.at, true_time.now()
    recount.announce(calendar_id=known.id, notice=notice, source=source, by=request.user, at=at, now=now)
    done = recount.recount_running(year=notice.year, at=at)
    said = gettext("The notice for %(year)s is in force.") % {"year": notice.year}
    moved = ngettext("%(n)s due date moved.", "%(n)s due dates moved.", len(done.moved)) % {"n": len(done.moved)}
    messages.success(request, f"{said} {moved}")
    for number, before, after in done.moved[:10]:
        words = {
            "number": number,
            "before": moments.deadline(before, known.zone),
            "after": moments.deadline(after, known.zone),
        }
        messages.info(request, gettext("%(number)s: from %(before)s to %(after)s.") % words)
    return redirect("operator:calendar", known.id)
