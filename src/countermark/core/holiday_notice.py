"""Which days does an official holiday notice name, and is the text sound?

Two forms are read: a table (`date,kind,name` with that header; kind `holiday` or `make_up`), and the text of the yearly
notice of the PRC State Council as it is published ("一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。…").

Rule 1: nothing is guessed. A weekday or a number of days in the text must agree with its dates, a sentence with a date
that is neither a day off nor a working day is a defect, and one defect refuses the whole notice.
Rule 2: all defects at once, each with its line and the way to mend it.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from countermark.core.calendar_days import WEEKEND, DayKind
from countermark.core.holiday_notice_text import FESTIVALS, Clause, Mention, clauses, heading_years

MOST_BYTES = 65_536  # a real notice has about 2,000
MOST_DEFECTS = 50
MOST_DAYS = 31  # of one span; the longest holiday so far had 9
YEARS = (1990, 2149)  # those of the calendars
NAME_LENGTH = 100
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KINDS = {"holiday": DayKind.HOLIDAY, "make_up": DayKind.MAKE_UP}


@dataclass(frozen=True, slots=True)
class Defect:
    """One fault of a notice. `code` and `data` are for whoever words it; unpacks as (line, what, cure)."""

    line: int
    what: str
    cure: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Any]:
        return iter((self.line, self.what, self.cure))


class NoticeDefective(ValueError):
    """The notice was not loaded. Data: `defects` in the order of their lines; `untold`, how many more there are."""

    code = "holiday_notice_defective"
    http_status_hint = 422

    def __init__(self, defects: Iterable[Defect]) -> None:
        found = sorted(defects, key=lambda defect: defect.line)
        self.defects, self.untold = found[:MOST_DEFECTS], max(0, len(found) - MOST_DEFECTS)
        super().__init__(self.defects)

    def __str__(self) -> str:
        told = "; ".join(f"line {line}: {what}: {cure}" for line, what, cure in self.defects)
        more = f"; and {self.untold} more" if self.untold else ""
        return f"the holiday notice was not loaded. {told}{more}"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a sound notice says: its year, its days as `Calendar.with_notice` takes them, and the SHA-256 of its text.

    `missing` names the statutory festivals of the PRC the text does not mention, as it may have been cut off; a table
    has none.
    """

    year: int
    days: Mapping[date, tuple[DayKind, str]]
    digest: str
    missing: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One day as a line of the notice names it."""

    line: int
    day: date
    kind: DayKind
    name: str


def parse(text: str) -> Notice:
    """Read the text of an official notice, either form. NoticeDefective carries everything that is wrong with it."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise NoticeDefective([_too_long()])
    text = text.removeprefix("\ufeff")
    head = text.lstrip().partition("\n")[0]
    reading = _Table() if re.search(r"[,;\t]", head) and "、" not in head else _Wording()
    reading.read(text)
    defects = [*reading.defects, *_contradictions(reading.entries)]
    if not reading.entries and not defects:
        defects.append(_nothing())
    if defects or reading.year is None:
        raise NoticeDefective(defects)
    days = {entry.day: (entry.kind, entry.name) for entry in sorted(reading.entries, key=lambda entry: entry.day)}
    return Notice(reading.year, days, digest, reading.missing)


class _Reading:
    """What has been understood of a text so far, and what has not."""

    def __init__(self) -> None:
        self.year: int | None = None
        self.entries: list[Entry] = []
        self.defects: list[Defect] = []
        self.missing: tuple[str, ...] = ()

    def fault(self, line: int, code: str, what: str, cure: str, **data: Any) -> None:
        self.defects.append(Defect(line, what, cure, f"holiday_{code}", data))

    def read(self, text: str) -> None:
        raise NotImplementedError

    def check_years(self) -> None:
        """Every day lies in the year of the notice, or in the December before it (New Year reaches back)."""
        for line, day, _, _ in self.entries:
            if self.year is not None and day.year != self.year and (day.year, day.month) != (self.year - 1, 12):
                self.fault(
                    line,
                    "other_year",
                    f"{day} does not lie in {self.year}, the year of the notice",
                    f"correct the year, or load it with the notice of {day.year}",
                    day=day,
                    year=self.year,
                )


class _Table(_Reading):
    """Lines of `date,kind,name`; the year is the one most of the days lie in."""

    def read(self, text: str) -> None:
        start = len(text) - len(text.lstrip())
        skipped = text[:start].count("\n")
        lines = text[start:].splitlines()
        comma = next(mark for mark in ",;\t" if mark in lines[0])  # as spreadsheets write them
        rows = csv.reader(lines, delimiter=comma, strict=True)
        try:
            self._rows(rows, skipped)
        except csv.Error:
            self.fault(
                skipped + rows.line_num,
                "table",
                "this line is no row of a table",
                "close the quotation marks and separate the three columns by commas",
            )
        years = Counter(entry.day.year for entry in self.entries)
        self.year = max(years, key=lambda year: (years[year], year)) if years else None
        self.check_years()

    def _rows(self, rows: Any, skipped: int) -> None:
        header = [cell.strip().lower() for cell in next(rows)]
        if header != ["date", "kind", "name"]:
            what = f"the header is {', '.join(header)[:80]!r}"
            self.fault(skipped + 1, "header", what, "write date,kind,name as the first line")
            return
        for row in rows:
            if any(cell.strip() for cell in row):
                self._row(skipped + rows.line_num, [cell.strip() for cell in row])

    def _row(self, line: int, row: list[str]) -> None:
        if len(row) != 3:
            cure = "write date,kind,name; put a name with a comma in quotation marks"
            self.fault(line, "columns", f"the line has {len(row)} columns instead of 3", cure, columns=len(row))
            return
        day, kind, name = self._day(line, row[0]), KINDS.get(row[1].lower()), row[2]
        if kind is None:
            self.fault(line, "kind", f"{row[1][:40]!r} is no kind of day", "write holiday or make_up", kind=row[1][:40])
        if not name or len(name) > NAME_LENGTH or not name.isprintable():
            self.fault(
                line, "name", "the day has no usable name", f"write the holiday's name, up to {NAME_LENGTH} signs"
            )
        elif day and kind:
            self.entries.append(Entry(line, day, kind, name))

    def _day(self, line: int, cell: str) -> date | None:
        found = re.fullmatch(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})", cell)
        day = _date(*map(int, found.group(1, 3, 4))) if found else None
        if day is None:
            cure = "write an existing day as YYYY-MM-DD, for example 2027-01-01"
            self.fault(line, "date", f"{cell[:40]!r} is no date", cure, text=cell[:40])
        return day


class _Wording(_Reading):
    """The text of a State Council notice; the year is in its heading."""

    def read(self, text: str) -> None:
        text = unicodedata.normalize("NFKC", text)
        years = heading_years(text)
        found = list(clauses(text))
        if not found:
            return
        if len(years) == 1:
            (self.year,) = years
            self._clauses(found)
            self.check_years()
        else:
            self._which_year(years)
        named = {festival for clause in found for festival in clause.festivals}
        self.missing = tuple(english for english in FESTIVALS.values() if english not in named)

    def _which_year(self, years: set[int]) -> None:
        what = f"the heading names the years {sorted(years)}" if years else "the heading names no year"
        cure = "start the text with the year of the notice, for example 2027年部分节假日安排"
        self.fault(1, "year", what, cure, years=sorted(years))

    def _clauses(self, found: list[Clause]) -> None:
        faults = entries = 0  # how many there were when the sentence began
        for clause in found:
            if clause.opens_sentence:
                faults, entries = len(self.defects), len(self.entries)
            for first, last in clause.spans:
                self._span(clause, first, last)
            if clause.unread:
                cure = "write days off as …放假 and working days as …上班, or load the days as a table"
                text = clause.text[:40]
                self.fault(clause.line, "unread", f"{text!r} is not understood", cure, text=text)
            if clause.total is not None and len(self.defects) == faults:
                self._total(clause, clause.total, self.entries[entries:])

    def _total(self, clause: Clause, says: int, sentence: list[Entry]) -> None:
        """The number of days off a sentence gives must be that of its dates."""
        makes = sum(entry.kind is DayKind.HOLIDAY for entry in sentence)
        if makes != says:
            what = f"{clause.text[:40]!r} says {says} days off, its dates make {makes}"
            cure = "correct the dates or the number of days"
            self.fault(clause.line, "total", what, cure, says=says, makes=makes)

    def _span(self, clause: Clause, first: Mention, last: Mention | None) -> None:
        begin = self._day(clause.line, first)
        if last is not None and begin is not None:
            last = last._replace(year=begin.year if last.year is None else last.year)
        end = self._day(clause.line, last) if last else begin
        if begin is None or end is None or clause.kind is None:
            return
        length = (end - begin).days + 1
        if not 1 <= length <= MOST_DAYS:
            what = f"{begin} to {end} is no span of 1 to {MOST_DAYS} days"
            cure = "correct the dates; write the month, and where the years differ the year, of both"
            self.fault(clause.line, "span", what, cure, first=begin, last=end)
            return
        days = (begin + timedelta(days=number) for number in range(length))
        self.entries += [Entry(clause.line, day, clause.kind, clause.name) for day in days]

    def _day(self, line: int, mention: Mention) -> date | None:
        year = self.year if mention.year is None else mention.year
        day = _date(year or 0, mention.month, mention.day)
        if day is None:
            cure = "correct the month, the day or the year"
            self.fault(line, "date", f"{mention.text[:40]!r} is no existing day", cure, text=mention.text[:40])
        elif mention.weekday is not None and mention.weekday != day.weekday():
            says, is_ = WEEKDAYS[mention.weekday], WEEKDAYS[day.weekday()]
            what = f"{day} is a {is_}, the notice says {says}"
            cure = "correct the date, the weekday or the year of the notice"
            self.fault(line, "weekday", what, cure, day=day, says=mention.weekday, is_=day.weekday())
        return day


def _date(year: int, month: int, day: int) -> date | None:
    if not YEARS[0] <= year <= YEARS[1]:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _contradictions(entries: list[Entry]) -> Iterator[Defect]:
    seen: dict[date, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.day, entry)
        if first is not entry:
            yield _repeated(first, entry)
        if entry.kind is DayKind.MAKE_UP and entry.day.weekday() not in WEEKEND:
            what = f"{entry.day} is a {WEEKDAYS[entry.day.weekday()]}, a working day already"
            data = {"day": entry.day}
            yield Defect(
                entry.line, what, "name the Saturday or Sunday that is worked", "holiday_weekday_make_up", data
            )


def _repeated(first: Entry, again: Entry) -> Defect:
    data = {"day": again.day, "first_line": first.line}
    if first.kind is again.kind:
        what = f"{again.day} is named twice, first in line {first.line}"
        return Defect(again.line, what, "keep one of the two", "holiday_duplicate", data)
    what = f"{again.day} is a day off and a working day at once, see line {first.line}"
    return Defect(again.line, what, "decide which it is and remove the other", "holiday_overlap", data)


def _too_long() -> Defect:
    what = f"the text is longer than {MOST_BYTES:,} bytes"
    return Defect(1, what, "paste the notice alone, without the page around it", "holiday_too_long")


def _nothing() -> Defect:
    cure = "paste the text with its numbered paragraphs (一、元旦：…), or a table with the header date,kind,name"
    return Defect(1, "there is no day in this text", cure, "holiday_empty")
