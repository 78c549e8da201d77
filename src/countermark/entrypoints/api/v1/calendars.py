"""The calendars the clocks count by, and loading an official holiday notice: look at every day, then put it into force."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.complaints import recount
from countermark.apps.work import true_time
from countermark.apps.work.models import HolidayNotice
from countermark.apps.work.services import calendar_in_force
from countermark.core import calendar as core_calendar
from countermark.core import holiday_notice
from countermark.core.calendar import Calendar
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.places import whole_desk
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Instant, Shown, Strict

router = ApiRouter(tags=["calendars"])
MOST = 100_000  # characters of a notice; core.holiday_notice has its own limit in bytes
PATH = {"id": "CN"}
TABLE = "date,kind,name\n2027-01-01,holiday,New Year\n"


class CalendarRow(Shown):
    """A calendar and up to when it is certain."""

    id: str
    title: str
    zone: str
    first_year: int
    last_year: int
    version: str
    certain_before: date = Field(description="What ends before this day no notice can move.")
    provisional_due_dates: int


class CalendarDay(Shown):
    """A day that is otherwise than its weekday."""

    day: date
    kind: str
    name: str


class HolidayNoticeKept(Shown):
    """A holiday notice that was loaded."""

    year: int
    source: str
    loaded_at: Instant
    replaced_at: Instant | None


class CalendarShown(CalendarRow):
    """One calendar with the days of one year, and where they come from."""

    source: str
    year: int
    days: list[CalendarDay]
    resting: list[str] = Field(description="Numbers of the cases whose due date a notice may still move.")
    notices: list[HolidayNoticeKept]


class Calendars(Shown):
    """Every calendar there is."""

    items: list[CalendarRow]


@router.get("/calendars", response=Calendars)
@api_door(roles=(OPERATOR,), scope="operations:read", problems=("key_is_narrowed",), example=Example("operator"))
def list_calendars(request: HttpRequest) -> dict[str, Any]:
    """List the calendars, with the due dates that rest on days nobody has announced yet."""
    whole_desk(request)
    resting = recount.provisional()
    known = [calendar_in_force(each) for each in core_calendar.calendars()]
    return {"items": [_row(each, len(resting.get(each.id, ()))) for each in known]}


class CalendarAsked(Strict):
    """Which year's days; the present one where nothing is said."""

    model_config = {"strict": False}

    year: int | None = Field(None, ge=1990, le=2200)


@router.get("/calendars/{id}", response=CalendarShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("key_is_narrowed",),
    example=Example("operator", path=PATH, query={"year": "2026"}),
)
def read_calendar(request: HttpRequest, id: str, asked: Query[CalendarAsked]) -> dict[str, Any]:
    """Read one calendar: the days of a year that differ from their weekday, and where they come from."""
    known = _known(request, id)
    year = asked.year or request.at.astimezone(known.tz).year
    return _whole(known, year)


class HolidayNoticeSent(Strict):
    """The text of an official notice, or a table `date,kind,name`."""

    text: Annotated[str, Field(min_length=1, max_length=MOST)]
    source: Annotated[str, Field(max_length=500)] = Field("", description="Its number, date or address.")


class HolidayNoticeLooked(Shown):
    """What a notice says; nothing is in force before it is loaded."""

    year: int
    digest: str = Field(description="Send it when loading: what is loaded is what was looked at.")
    days: list[CalendarDay]
    missing: list[str] = Field(description="Statutory festivals the text does not mention.")


@router.post("/calendars/{id}/look-at-notice", response=HolidayNoticeLooked)
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("key_is_narrowed", "holiday_notice_defective"),
    example=Example("operator", path=PATH, body={"text": TABLE}),
)
def look_at_notice(request: HttpRequest, id: str, body: HolidayNoticeSent) -> dict[str, Any]:
    """Look at every day of a notice, without keeping anything."""
    _known(request, id)
    notice = _parsed(body.text)
    days = [_day(day, kind, name) for day, (kind, name) in sorted(notice.days.items())]
    return {"year": notice.year, "digest": notice.digest, "days": days, "missing": list(notice.missing)}


class HolidayNoticeLoaded(HolidayNoticeSent):
    """A notice that was looked at."""

    digest: Annotated[str, Field(max_length=64)]


class DueDateMoved(Shown):
    """A due date that moved."""

    case: str
    before: Instant
    after: Instant


class HolidayNoticeInForce(Shown):
    """The notice is in force; running clocks were counted again."""

    year: int
    looked_at: int
    moved: list[DueDateMoved]


@router.post("/calendars/{id}/notices", response=HolidayNoticeInForce)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("key_is_narrowed", "holiday_notice_defective", "notice_source", "notice_digest"),
    example=Example(
        "operator",
        path=PATH,
        body={
            "text": TABLE, "source": "State Council, notice of 2026",
            "digest": "408736e41780afe7b6178dac483a2d64f270888e4101c006df48b719dc0b2281",
        },
    ),
)  # fmt: skip
def load_notice(request: HttpRequest, id: str, body: HolidayNoticeLoaded) -> dict[str, Any]:
    """Put a notice into force that was looked at; running clocks are counted again, and both sides of a case told."""
    known, notice = _known(request, id), _parsed(body.text)
    if not body.source.strip():
        raise Refused("notice_source")
    if body.digest != notice.digest:
        raise Refused("notice_digest", digest=notice.digest)
    at, by = request.at, caller_of(request).person
    source = body.source.strip()
    recount.announce(calendar_id=known.id, notice=notice, source=source, by=by, at=at, now=true_time.now())
    done = recount.recount_running(year=notice.year, at=at)
    moved = [{"case": number, "before": before, "after": after} for number, before, after in done.moved]
    return {"year": notice.year, "looked_at": done.looked_at, "moved": moved}


def _parsed(text: str) -> holiday_notice.Notice:
    return holiday_notice.parse(text.replace("\r\n", "\n"))


def _known(request: HttpRequest, calendar_id: str) -> Calendar:
    whole_desk(request)
    if calendar_id not in core_calendar.calendars():
        raise Http404("there is no such calendar")
    return calendar_in_force(calendar_id)


def _row(known: Calendar, resting: int) -> dict[str, Any]:
    return {
        "id": known.id,
        "title": gettext(known.title),
        "zone": known.zone,
        "first_year": known.years[0],
        "last_year": known.years[1],
        "version": known.version,
        "certain_before": recount.certain_before(known),
        "provisional_due_dates": resting,
    }


def _whole(known: Calendar, year: int) -> dict[str, Any]:
    resting = recount.provisional().get(known.id, [])
    listed = sorted((day, kind, name) for day, (kind, name) in known.listed.items() if day.year == year)
    notices = HolidayNotice.objects.filter(calendar=known.id).order_by("-loaded_at")
    same = ("year", "source", "loaded_at", "replaced_at")
    return {
        **_row(known, len(resting)),
        "source": " ".join(known.source.split()),
        "year": year,
        "days": [_day(*each) for each in listed],
        "resting": resting,
        "notices": [{name: getattr(row, name) for name in same} for row in notices],
    }


def _day(day: date, kind: Any, name: str) -> dict[str, Any]:
    return {"day": day, "kind": kind.name.lower(), "name": name}
