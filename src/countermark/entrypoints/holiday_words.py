"""How is a fault of an official holiday notice said, to people and programs? Its check gives a stable code and data."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from countermark.apps.work import moments
from countermark.core.holiday_notice import NoticeDefective

SAID = {
    "too_long": (
        gettext_lazy("The text is too long."),
        gettext_lazy("Paste the notice alone, without the page around it."),
    ),
    "empty": (
        gettext_lazy("There is no day in this text."),
        gettext_lazy("Paste the text with its numbered paragraphs, or a table with the header date,kind,name."),
    ),
    "year": (
        gettext_lazy("The heading does not name one year."),
        gettext_lazy("Start the text with the year of the notice, such as 2027年部分节假日安排."),
    ),
    "other_year": (
        gettext_lazy("%(day)s does not lie in %(year)s, the year of the notice."),
        gettext_lazy("Correct the year, or load it with the notice of its own year."),
    ),
    "table": (
        gettext_lazy("This line is no row of a table."),
        gettext_lazy("Close the quotation marks and separate the three columns by commas."),
    ),
    "header": (gettext_lazy("The header is not date,kind,name."), gettext_lazy("Write it as the first line.")),
    "columns": (
        gettext_lazy("The line has %(columns)s columns instead of 3."),
        gettext_lazy("Write date,kind,name; put a name with a comma in quotation marks."),
    ),
    "kind": (gettext_lazy("“%(kind)s” is no kind of day."), gettext_lazy("Write holiday or make_up.")),
    "name": (gettext_lazy("The day has no usable name."), gettext_lazy("Write the holiday’s name.")),
    "date": (gettext_lazy("“%(text)s” is no date there is."), gettext_lazy("Correct the year, the month or the day.")),
    "unread": (
        gettext_lazy("“%(text)s” is not understood."),
        gettext_lazy("Write days off as …放假 and working days as …上班, or load the days as a table."),
    ),
    "total": (
        gettext_lazy("The sentence says %(says)s days off, its dates make %(makes)s."),
        gettext_lazy("Correct the dates or the number of days."),
    ),
    "span": (
        gettext_lazy("%(first)s to %(last)s is no span of days."),
        gettext_lazy("Correct the dates; where the years differ, write both."),
    ),
    "weekday": (
        gettext_lazy("%(day)s is another weekday than the notice says."),
        gettext_lazy("Correct the date, the weekday or the year of the notice."),
    ),
    "duplicate": (
        gettext_lazy("%(day)s is named twice, first in line %(first_line)s."),
        gettext_lazy("Keep one of the two."),
    ),
    "overlap": (
        gettext_lazy("%(day)s is a day off and a working day at once, see line %(first_line)s."),
        gettext_lazy("Decide which it is and remove the other."),
    ),
    "weekday_make_up": (
        gettext_lazy("%(day)s is a working day already."),
        gettext_lazy("Name the Saturday or Sunday that is worked."),
    ),
}


class Told(NamedTuple):
    """One fault: its line (0: not of one line), its code, what is wrong, and the way out."""

    line: int
    code: str
    what: str
    way_out: str


def told(defective: NoticeDefective) -> Iterator[Told]:
    """Everything that is wrong with the notice, by line."""
    for defect in defective.defects:
        what, way_out = SAID[defect.code.removeprefix("holiday_")]
        data = {name: _said(value) for name, value in defect.data.items()}
        line = gettext("Line %(line)s: %(what)s") % {"line": defect.line, "what": str(what) % data}
        yield Told(defect.line, defect.code, line, str(way_out))
    if defective.untold:
        more = gettext("And %(n)s more.") % {"n": defective.untold}
        yield Told(0, "holiday_more", more, gettext("Mend these first."))


def _said(value: Any) -> str:
    return moments.day(value) if hasattr(value, "isoformat") else str(value)
