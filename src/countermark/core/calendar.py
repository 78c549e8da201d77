"""When is it late, and why? The clocks and calendars, in one place to import from.

`calendar_days` which days count · `calendar_file` the shipped calendars · `calendar_zone` when a day begins ·
`calendar_clock` when a clock runs out, fast · `calendar_explain` why it is that day.
"""

from countermark.core.calendar_clock import (
    Clock,
    due_at,
    instant_at_fraction,
    is_provisional,
    resume,
    units_left,
)
from countermark.core.calendar_days import Calendar, DayKind, LoadedNotice
from countermark.core.calendar_explain import CountedDay, Due, explain
from countermark.core.calendar_file import UnknownCalendar, calendars, load, read

__all__ = [
    "Calendar",
    "Clock",
    "CountedDay",
    "DayKind",
    "Due",
    "LoadedNotice",
    "UnknownCalendar",
    "calendars",
    "due_at",
    "explain",
    "instant_at_fraction",
    "is_provisional",
    "load",
    "read",
    "resume",
    "units_left",
]
