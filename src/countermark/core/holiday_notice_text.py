"""How is a State Council holiday notice worded?

The grammar only: numbered paragraphs ("一、元旦：…"), in each of them sentences, in these clauses with dates
("1月1日（周四）至3日（周六）放假调休", "1月4日（周日）上班"), a number of days ("共3天"), and advice without effect
("鼓励…"). What the dates mean in a year, and whether they are sound, is `holiday_notice`. The text comes in NFKC form:
full-width digits, brackets, colons and commas are plain ones. Spaces and line breaks do not matter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from countermark.core.calendar_days import DayKind

FESTIVALS = {  # as the notices call them: as the calendar calls them
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午": "Dragon Boat Festival",
    "中秋": "Mid-autumn Festival",
    "国庆": "National Day",
}
WEEKDAYS = "一二三四五六日"
DATE = r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(\([^()]{0,40}\))?"
SPAN = rf"{DATE}(?:[至到~—-]{DATE})?"
SPANS = re.compile(rf"{SPAN}(?:[、和及]{SPAN})*")
PARAGRAPH = re.compile(r"[一二三四五六七八九十]{1,3}、([^:。、,]{1,30}(?:、[^:。、,]{1,30}){0,3}):")
DAY_OFF = re.compile(r"(?:放假|调休|休息|公休|补休)+(?:([0-9]{1,2})天)?")
WORKED = re.compile(r"(?:照常|正常)?上班")
TOTAL = re.compile(r"共([0-9]{1,2})天")
WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
HEADING_YEAR = re.compile(r"([0-9]{4})年(?=[^。0-9]{0,20}(?:节假日|元旦|放假))")
ANY_YEAR = re.compile(
    r"(?<![〔\[(0-9])([0-9]{4})(?![0-9〕\])-])(?!年?[0-9]{1,2}月)"
)  # no document number, no full date
CLOSING = re.compile(r"节假日期间|国务院办公厅|特此通知")  # what follows the last paragraph


class Mention(NamedTuple):
    """A date as it is written. `year` None: that of the notice; `weekday` (Monday 0) None: none is given."""

    year: int | None
    month: int
    day: int
    weekday: int | None
    text: str


class Clause(NamedTuple):
    """One clause of a paragraph. `kind` None: it names no day; `unread`: it has a date, yet neither off nor worked."""

    line: int
    text: str
    name: str
    festivals: tuple[str, ...]
    opens_sentence: bool
    kind: DayKind | None = None
    spans: tuple[tuple[Mention, Mention | None], ...] = ()
    total: int | None = None
    unread: bool = False


def heading_years(text: str) -> set[int]:
    """The years the heading names as those of the notice: before the first paragraph, "2027年部分节假日…"."""
    heading, _ = _joined(text)
    found = PARAGRAPH.search(heading)
    heading = heading[: found.start()] if found else heading
    return {int(year) for year in HEADING_YEAR.findall(heading) or ANY_YEAR.findall(heading)}


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of all numbered paragraphs, in order, each with the line it begins on."""
    flat, starts = _joined(text)
    found = list(PARAGRAPH.finditer(flat))
    closing = CLOSING.search(flat, found[-1].end()) if found else None
    ends = [*(paragraph.start() for paragraph in found), closing.start() if closing else len(flat)]
    for paragraph, (_, end) in zip(found, pairwise(ends), strict=True):
        festivals = tuple(english for chinese, english in FESTIVALS.items() if chinese in paragraph[1])
        name = ", ".join(festivals) or paragraph[1]
        month = 0
        for begin, sentence in _pieces(flat, paragraph.end(), end, "。;"):
            for at, piece in _pieces(flat, begin, begin + len(sentence), ","):
                clause = _clause(Clause(bisect_right(starts, at), piece, name, festivals, at == begin), month)
                month = (clause.spans[-1][1] or clause.spans[-1][0]).month if clause.spans else month
                yield clause


def _joined(text: str) -> tuple[str, list[int]]:
    """The text without spaces and line breaks, and the offset at which each of its lines begins there."""
    starts, length, lines = [], 0, []
    for line in text.split("\n"):
        starts.append(length)
        lines.append("".join(line.split()))
        length += len(lines[-1])
    return "".join(lines), starts


def _pieces(flat: str, begin: int, end: int, marks: str) -> Iterator[tuple[int, str]]:
    """What lies between the punctuation `marks` from `begin` to `end`; a mark inside brackets separates nothing."""
    depth, first = 0, begin
    for at in range(begin, end):
        depth = max(0, depth + (flat[at] == "(") - (flat[at] == ")"))
        if flat[at] in marks and not depth:
            yield first, flat[first:at]
            first = at + 1
    if first < end:
        yield first, flat[first:end]


def _clause(clause: Clause, month: int) -> Clause:
    total = TOTAL.fullmatch(clause.text)
    if total:
        return clause._replace(total=int(total[1]))
    found = SPANS.match(clause.text)
    if found and (off := DAY_OFF.fullmatch(clause.text, found.end())):
        spans = tuple(_spans(found[0], month))
        return clause._replace(kind=DayKind.HOLIDAY, spans=spans, total=int(off[1]) if off[1] else None)
    if found and WORKED.fullmatch(clause.text, found.end()):
        return clause._replace(kind=DayKind.MAKE_UP, spans=tuple(_spans(found[0], month)))
    says = re.search(r"[0-9]{1,2}[月日]", clause.text) or re.search(r"上班|共.{0,4}天", clause.text)
    return clause._replace(unread=bool(says) and "鼓励" not in clause.text)


def _spans(text: str, month: int) -> Iterator[tuple[Mention, Mention | None]]:
    """The spans of a list of dates; a date without a month has that of the one before it."""
    for span in re.finditer(SPAN, text):
        first = _mention(span.groups()[:4], month, span[0])
        month = first.month
        last = _mention(span.groups()[4:], month, span[0]) if span[7] else None
        month = last.month if last else month
        yield first, last


def _mention(groups: tuple[str | None, ...], month: int, text: str) -> Mention:
    year, own_month, day, remark = groups
    weekday = WEEKDAY.search(remark or "")
    return Mention(
        int(year) if year else None,
        int(own_month) if own_month else month,
        int(day or 0),
        WEEKDAYS.index(weekday[1].replace("天", "日")) if weekday else None,
        text,
    )
