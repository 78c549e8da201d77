"""When does time alone have something to do with a right, and how does it stand meanwhile?

`look_at` is when its end is over at its own office, or the end of its grace; `remind_at` when its holder is reminded next. Both
are worked out from `core/rights/living.toml` whenever state or end change.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    if right.state not in ALIVE or now.ends_on is None:
        return
    in_grace = right.state == "in_grace" and now.grace_ends_on is not None
    right.look_at = _midnight_after(right, now.grace_ends_on if in_grace and now.grace_ends_on else now.ends_on)
    coming = (reminded_at(right, now.ends_on, mark) for mark in marks())
    right.remind_at = next((instant for instant in coming if instant > at), None)


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
