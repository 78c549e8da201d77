"""What does an export of TMview say, as CSV or as a sheet of Excel? Columns are found by their headings, in any order.

A formula is never worked out: of a sheet the stored value is read; of a CSV file a cell such as ="018123456" is the text inside,
as TMview and Excel write numbers that must keep their zeros.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, BinaryIO

import python_calamine

from countermark.connectors.office import Fault, OfficeRecord
from countermark.connectors.office_records import words
from countermark.connectors.office_records.limits import LIMITS, Limits
from countermark.connectors.office_records.reading import Collected, finished

SHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX, and XLS before it
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NEEDED = ("office", "mark")
_KEPT = re.compile(r'="(.*)"$', re.DOTALL)
_APART = re.compile(r"[,;|\n、，；]+")
_SECOND_OFFICE = re.compile(r"^([A-Z]{2})\b")

Row = list[str]


def read_tmview(stream: BinaryIO, limits: Limits = LIMITS) -> Iterator[OfficeRecord | Fault]:
    """Each row of the export, or what is wrong with it; `line` is the row, the headings being the first."""
    content = stream.read(limits.file_bytes + 1)
    if wrong := _unreadable(content, limits):
        yield wrong
        return
    try:
        rows = _sheet(content) if content.startswith(SHEET) else _csv(content)
        yield from _records(rows, limits)
    except UnicodeDecodeError as strange:
        yield Fault("encoding", 1, {"reason": strange.reason}, fatal=True)
    except (csv.Error, python_calamine.CalamineError) as broken:
        yield Fault("not_a_table", 1, {"reason": str(broken)[:120]}, fatal=True)


def _unreadable(content: bytes, limits: Limits) -> Fault | None:
    if not content.strip():
        return Fault("empty", 1, fatal=True)
    if len(content) > limits.file_bytes:
        return Fault("too_large", 1, {"most": str(limits.file_bytes)}, fatal=True)
    return _packed_too_much(content, limits) if content.startswith(SHEET[0]) else None


def _packed_too_much(content: bytes, limits: Limits) -> Fault | None:
    """A sheet is a ZIP: what it unpacks to counts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as broken:
        return Fault("not_a_table", 1, {"reason": str(broken)[:120]}, fatal=True)
    most = str(limits.file_bytes)
    return Fault("too_large", 1, {"most": most}, fatal=True) if unpacked > limits.file_bytes else None


def _csv(content: bytes) -> Iterator[tuple[int, Row]]:
    """The rows of a CSV file, each with its line: separated by comma, semicolon or tab, UTF-8, UTF-16 or GB18030."""
    text = _decoded(content)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count))
    line = 1
    for cells in reader:
        yield line, [_kept(cell) for cell in cells]
        line = reader.line_num + 1


def _decoded(content: bytes) -> str:
    told = next((name for mark, name in BOMS if content.startswith(mark)), "")
    if told:
        return content.decode(told)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _kept(cell: str) -> str:
    said = cell.strip()
    found = _KEPT.match(said)
    return found.group(1).strip() if found else said


def _sheet(content: bytes) -> Iterator[tuple[int, Row]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheet = book.get_sheet_by_index(0)
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        yield row, [_cell(cell) for cell in cells]


def _cell(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _records(rows: Iterable[tuple[int, Row]], limits: Limits) -> Iterator[OfficeRecord | Fault]:
    columns: Mapping[str, int] | None = None
    count = 0
    for line, cells in rows:
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells)
            if missing := [name for name in NEEDED if name not in columns] + _no_number(columns):
                yield Fault("columns_missing", line, {"columns": ", ".join(missing)}, fatal=True)
                return
            continue
        count += 1
        if count > limits.records:
            yield Fault("too_many", line, {"most": str(limits.records)}, fatal=True)
            return
        yield _record(line, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
    if not count:
        yield Fault("no_record", 1, fatal=True)


def _columns(head: Row) -> dict[str, int]:
    """Where each column is, by any of the headings it goes by."""
    known = {heading: name for name, headings in _headings().items() for heading in headings}
    named = [known.get(_plain(cell)) for cell in head]
    return {name: named.index(name) for name in dict.fromkeys(named) if name}


def _no_number(columns: Mapping[str, int]) -> list[str]:
    return [] if {"number", "application"} & set(columns) else ["number"]


def _record(line: int, said: Mapping[str, str]) -> OfficeRecord | Fault:
    number = said.get("number", "")
    got = Collected(line, said["mark"], number or said.get("application", ""))
    record = OfficeRecord(
        office=_office(said["office"]),
        number=got.number(number),
        application_number=got.number(said.get("application", "")),
        mark=said["mark"],
        mark_type=words.mark_type(said.get("type", "")),
        owners=tuple(name.strip() for name in re.split(r"[;|\n]", said.get("owner", "")) if name.strip()),
        classes=got.classes((each, line) for each in _APART.split(said.get("classes", "")) if each.strip()),
        filed_on=got.day(said.get("filed", ""), "filed"),
        registered_on=got.day(said.get("registered", ""), "registered"),
        expires_on=got.day(said.get("expires", ""), "expires"),
        status=words.status(said.get("status", "")),
        status_text=said.get("status", ""),
        designates=tuple(code for part in _APART.split(said.get("designated", "")) if (code := part.strip().upper())),
        picture=words.picture(said.get("picture", "")),
        line=line,
    )  # fmt: skip
    return finished(record, got)


def _office(text: str) -> str:
    """The code of an office written as `EM`, `EUIPO` or `EM - EUIPO`."""
    said = text.strip()
    named = _table()["office"].get(_plain(said))
    if named:
        return str(named)
    found = _SECOND_OFFICE.match(said)
    return found.group(1) if found else said[:10].upper()


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", text.strip().casefold().lstrip("\ufeff"))


def _headings() -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = _table()["heading"]
    return found


@cache
def _table() -> dict[str, Any]:
    folder = resources.files("countermark.connectors.office_records")
    return tomllib.loads(folder.joinpath("tmview.toml").read_text("utf-8"))
