"""When does time alone have something to do with a right, and how does it stand meanwhile?

`look_at` is when its end is over at its own office, or the end of its grace; `remind_at` when its holder is reminded next. Both
are worked out from `core/rights/living.toml` whenever state or end change.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from countermark.apps.rights import completeness
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import facts_of
from countermark.core import catalogue
from countermark.core.rights.living import ALIVE, Standing, marks, standing

DAY = timedelta(days=1)


def stands(right: Right, *, at: datetime) -> Standing:
    """How a right stands at `at`: its state, the reminder reached, and the days that matter."""
    return standing(facts_of(right), today_at_office(right, at))


def today_at_office(right: Right, at: datetime) -> date:
    return at.astimezone(_zone(right)).date()


def set_clocks(right: Right, *, at: datetime) -> None:
    """When time has something to do with this right next. Whoever changes its state or end calls this before saving."""
    now = stands(right, at=at)
    right.look_at = right.remind_at = None
    if right.state not in ALIVE:
        return
    over = now.grace_ends_on if right.state == "in_grace" else now.ends_on
    days = [day for day in (over or now.ends_on, _mandate_to_come(right, at)) if day is not None]
    right.look_at = min((_midnight_after(right, day) for day in days), default=None)
    coming = (reminded_at(right, now.ends_on, mark) for mark in marks()) if now.ends_on else ()
    right.remind_at = next((instant for instant in coming if instant > at), None)


def mandate_ends_on(right: Right) -> date | None:
    """The last day of the mandate an agent registered this right with; None where it names no end."""
    return completeness.day_of(right.fields.get("mandate_ends_on", "")) if right.holder.is_agent else None


def _mandate_to_come(right: Right, at: datetime) -> date | None:
    """The same while it is still to come: what a reviewer cleared after it is not asked again."""
    ends = mandate_ends_on(right)
    return ends if ends is not None and ends >= today_at_office(right, at) else None


def reminded_at(right: Right, ends_on: date, mark: int) -> datetime:
    """The first instant of the day so many days before the end."""
    return _midnight_after(right, ends_on - timedelta(days=mark) - DAY)


def _midnight_after(right: Right, day: date) -> datetime:
    """The instant at which that day is over at the office of the right."""
    last = min(day, date.max - 2 * DAY)
    return datetime.combine(last + DAY, time(), _zone(right))


def _zone(right: Right) -> ZoneInfo:
    offices = catalogue.load().offices
    return ZoneInfo(offices.get(right.office, offices["other"]).zone)
