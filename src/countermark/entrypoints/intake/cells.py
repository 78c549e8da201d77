"""What does a cell say? Spreadsheets turn numbers into days and days into numbers: that is told, never undone silently.

A reader takes a cell and gives the answer as the form has it, and what is wrong with it, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any

from countermark.apps.rights import completeness
from countermark.core.catalogue import Asked
from countermark.core.defect import Defect
from countermark.entrypoints.intake.vocabulary import choices_of, offices_read, yes_no_read

MOST_DIGITS = 15  # that a spreadsheet keeps of a number (IEEE 754)
FIRST_DAY = date(1899, 12, 30)  # day 0 of a spreadsheet, its leap day of 1900 passed over
SERIALS = range(20_000, 100_000)  # 1954 to 2173: what is a day rather than anything else
REMEMBERED = 4096
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
).fullmatch
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})").fullmatch
_A_DAY = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}").fullmatch
_ERROR = re.compile(r"#(?:N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|DIV/0!|GETTING_DATA)").fullmatch

Answer = tuple[str, Defect | None]
Reader = Callable[[Any], Answer]


def reader_of(field: Asked) -> Reader:
    """How cells under this question are read; what was read before is remembered."""
    if field.type == "text" and not field.choices:
        return partial(_text, field)
    by_type: Mapping[str, Callable[[Asked, Any], Answer]] = {
        "date": _day, "classes": _classes, "yes_no": _choice, "choice": _choice, "office": _choice,
    }  # fmt: skip
    return lru_cache(REMEMBERED, typed=True)(partial(by_type.get(field.type, _text), field))


def plain(value: Any) -> str:
    """A cell as text: a whole number without a decimal point."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e300:
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _wrong(code: str, field: Asked, **data: Any) -> Defect:
    return Defect(code, field.id, data={"label": field.label, **data})


def _text(field: Asked, value: Any) -> Answer:
    text = value.strip() if type(value) is str else plain(value)
    if type(value) is str and not text.startswith("#"):
        is_day = field.id == "number" and _A_DAY(text)
        return text, _wrong("import_became_day", field, shown=text) if is_day else None
    if _ERROR(text):
        return text, _wrong("import_error_cell", field, shown=text)
    if isinstance(value, date | time | timedelta):
        return text, _wrong("import_became_day", field, shown=text)
    if isinstance(value, float) and len(text.lstrip("-")) > MOST_DIGITS:
        return text, _wrong("import_digits_lost", field, shown=text, most=MOST_DIGITS)
    return text, None


def _day(field: Asked, value: Any) -> Answer:
    if isinstance(value, datetime):
        return value.date().isoformat(), None
    text = plain(value)
    if isinstance(value, date) or (completeness.day_of(text) and "-" in text):
        return text, None
    if text.isdecimal() and int(text) in SERIALS:
        counted = FIRST_DAY + timedelta(days=int(text))
        return text, _wrong("import_day_serial", field, shown=text, day=counted.isoformat())
    if found := _YEAR_FIRST(text):
        parts = [int(part) for part in found.groups() if part]
        return (day.isoformat(), None) if (day := _as_day(*parts)) else (text, None)
    if found := _YEAR_LAST(text):
        return _year_last(field, text, *map(int, found.groups()))
    return text, _wrong("import_error_cell", field, shown=text) if _ERROR(text) else None


def _year_last(field: Asked, text: str, one: int, two: int, year: int) -> Answer:
    """30/07/2036 is one day, 07/08/2036 two: neither is taken without being asked."""
    days = sorted({day.isoformat() for pair in ((one, two), (two, one)) if (day := _as_day(year, *pair))})
    if not days:
        return text, None
    code = "import_day_written" if len(days) == 1 else "import_day_ambiguous"
    return text, _wrong(code, field, shown=text, day=days[0], other=days[-1])


def _as_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _classes(field: Asked, value: Any) -> Answer:
    text = plain(value)
    if isinstance(value, date | time | timedelta):
        return text, _wrong("import_became_day", field, shown=text)
    return text, None


def _choice(field: Asked, value: Any) -> Answer:
    text = plain(value)
    known = {"office": offices_read, "yes_no": yes_no_read}.get(field.type)
    read = (known() if known else choices_of(field)).get(text.casefold())
    if read is not None:
        return read, None
    takes = {"yes_no": ("yes", "no")}.get(field.type) or tuple(choice.id for choice in field.choices)
    code = "import_office_unknown" if field.type == "office" else "import_choice_unknown"
    return text, _wrong(code, field, shown=text[:60], takes=takes)
