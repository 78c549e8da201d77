"""Which due dates rest on days nobody has announced yet, and what happens to them once the days are announced?

A running clock is counted again by the calendars in force; where its end moves, that is an event of the case, told to
both sides. What fell due before the recount comes first. A recount that finds nothing to move writes nothing, so it may
run any number of times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from countermark.apps.complaints.held import Held, glance_after, hold
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.services import Step, catch_up_cases, record_transitions
from countermark.apps.parties.models import Person
from countermark.apps.parties.people import note
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import HolidayNotice
from countermark.apps.work.services import calendars_for_each, load_holiday_notice
from countermark.core.calendar import Calendar, calendars
from countermark.core.complaint import explain_due, recount
from countermark.core.holiday_notice import Notice as OfficialNotice

BATCH = 500  # cases a transaction
MARGIN = timedelta(days=1)  # a local day may begin a day before the UTC one


class Recounted(NamedTuple):
    """How many running clocks were looked at, and the ends that moved: case number, before, after."""

    looked_at: int
    moved: tuple[tuple[str, datetime, datetime], ...]


def certain_before(calendar: Calendar) -> date:
    """The first day that is not settled in this calendar: what ends before it cannot be moved by a notice."""
    last = calendar.years[1]
    return date(last, *calendar.open_from) if calendar.open_from else date(last + 1, 1, 1)


def provisional(*, limit: int = 2000) -> dict[str, list[str]]:
    """Numbers of the running cases whose due date a notice may still move, by calendar; looks at `limit` at most."""
    found: dict[str, list[str]] = {}
    for held in _reaching(limit):
        due = explain_due(held.procedure, held.case, held.calendars)
        if due is not None and due.provisional:
            found.setdefault(calendar_of(held), []).append(held.number)
    return found


def calendar_of(held: Held) -> str:
    """The id of the calendar the running clock counts by."""
    spec = held.procedure.clock_of(held.case.state)
    return held.calendar if spec is None or spec.calendar == "marketplace" else spec.calendar


def _reaching(limit: int) -> Iterator[Held]:
    """Running cases that end on or after the first day that is not settled."""
    first = min(certain_before(known["marketplace"]) for known in calendars_for_each(calendars()).values())
    yield from glance_after(_midnight(first), limit)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - MARGIN


@transaction.atomic
def announce(
    *, calendar_id: str, notice: OfficialNotice, source: str, by: Person, at: datetime, now: datetime
) -> HolidayNotice:
    """Put an official notice into force and promise the recount; whoever calls may run `recount_running` at once."""
    loaded = load_holiday_notice(calendar_id=calendar_id, notice=notice, source=source, by=by, at=at)
    note("calendar.notice_loaded", by=by, now=now, calendar=calendar_id, year=notice.year, digest=notice.digest)
    enqueue("recount", str(notice.year), run_at=now)
    return loaded


def recount_running(*, year: int, at: datetime) -> Recounted:
    """Count again every running clock that reaches the last weeks before `year`, by the calendars in force now.

    A notice speaks of its year and may move a day of the December before it. Committed batch by batch.
    """
    running = Complaint.objects.filter(due_at__gte=datetime(year - 1, 12, 1, tzinfo=UTC), escalated=False)
    ids = list(running.order_by("pk").values_list("pk", flat=True))
    moved: list[tuple[str, datetime, datetime]] = []
    for start in range(0, len(ids), BATCH):
        moved += _recount(ids[start : start + BATCH], at)
    return Recounted(len(ids), tuple(moved))


def _recount(ids: Sequence[int], at: datetime) -> list[tuple[str, datetime, datetime]]:
    with transaction.atomic():
        catch_up_cases(ids, now=at)
        steps = [step for held in hold(ids) if (step := _step(held, at))]
        record_transitions(steps)
    return [(step.held.number, *_ends(step)) for step in steps]


def _step(held: Held, at: datetime) -> Step | None:
    made = recount(held.procedure, held.case, at=max(at, held.case.at), calendars=held.calendars)
    return Step(held, made, {"calendar": held.calendars[_key(held)].version}) if made else None


def _key(held: Held) -> str:
    spec = held.procedure.clock_of(held.case.state)
    return spec.calendar if spec else "marketplace"


def _ends(step: Step) -> tuple[datetime, datetime]:
    before, after = step.transition.old.due_at, step.transition.new.due_at
    assert before is not None and after is not None  # recount moves running clocks only
    return before, after
