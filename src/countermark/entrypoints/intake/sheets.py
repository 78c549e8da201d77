"""Which rows does this file hold? A CSV file or a sheet of Excel, as rows of cells; a formula is found, never worked out."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import python_calamine

from countermark.core import catalogue
from countermark.entrypoints.intake.encodings import decoded
from countermark.entrypoints.intake.refused import FileRefused

ZIP = b"PK\x03\x04"
MB = 1_000_000
LAST_ROW, LAST_COLUMN = 20_999, "BZ"  # a cell beyond makes the reader lay out everything before it
_FAR = re.compile(rb"""\br=["']((?:[C-Z][A-Z]|[A-Z]{3,})\d+|[A-Z]{1,2}(?:\d{6,}|[3-9]\d{4}|2[1-9]\d{3}))["']""")
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_FORMULA = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,2})(\d{1,5})["'][^>]*>\s*<(?:\w+:)?f[ />]""")
_KEPT = re.compile(r'="([^"]*)"')
_SHEET = re.compile(rb"""<(?:\w+:)?sheet\b[^>]*?\b\w+:id=["']([^"']+)["']""")
_RELATED = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SAID = re.compile(rb"""\b(Id|Target)=["']([^"']*)["']""")

Row = tuple[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows, each with its number in the file. `formulas`: row -> columns (from 0) in which a formula stands."""

    form: str
    rows: Iterable[Row]
    encoding: str = ""
    formulas: dict[int, list[int]] = field(default_factory=dict)


def sheet_of(content: bytes) -> Sheet:
    """The rows of a file. FileRefused where there are none to read."""
    if not content.strip():
        raise FileRefused("empty")
    return _xlsx(content) if content.startswith(ZIP) else _csv(content)


def letters(column: int) -> str:
    """How a sheet names its column: 0 is A, 26 is AA."""
    first, last = divmod(column, 26)
    return (letters(first - 1) if first else "") + chr(65 + last)


# --- CSV ------------------------------------------------------------------------------------------------------------------


def _csv(content: bytes) -> Sheet:
    text, encoding = decoded(content)
    if "\0" in text[:1000]:
        raise FileRefused("not_read")
    head = text.partition("\n")[0]
    formulas: dict[int, list[int]] = {}
    rows = _csv_rows(text, max(",;\t", key=head.count), formulas)
    return Sheet("csv", rows, encoding, formulas)


def _csv_rows(text: str, delimiter: str, formulas: dict[int, list[int]]) -> Iterator[Row]:
    """Each record with its row as a spreadsheet counts: one a record, however many lines it fills."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            if '="' in "".join(cells):
                cells = [found[1] if (found := _KEPT.fullmatch(cell.strip())) else cell for cell in cells]
            if there := [at for at, cell in enumerate(cells) if cell.startswith("=")]:
                formulas[number] = there
            yield number, cells
    except csv.Error as broken:
        raise FileRefused("broken", reason=str(broken)) from broken


# --- Excel ----------------------------------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> Sheet:
    try:
        part = _checked(content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except python_calamine.PasswordError as locked:
        raise FileRefused("locked") from locked
    except (python_calamine.CalamineError, zipfile.BadZipFile, KeyError, zlib.error) as broken:
        raise FileRefused("broken", reason=str(broken)[:100]) from broken
    except (NotImplementedError, RuntimeError) as strange:  # a way of packing or locking that nobody uses for sheets
        raise FileRefused("not_read") from strange
    return Sheet("xlsx", enumerate(sheet.iter_rows(), 1), "", _formulas(part))


def _checked(content: bytes) -> bytes:
    """The part with the first sheet, when nothing in the file is larger, farther away or stranger than a sheet of rights."""
    most = catalogue.load().number("import_unpacked_mb")
    left, first = most * MB, b""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if "xl/workbook.xml" not in packed.namelist():
            raise FileRefused("not_read")
        chosen = _first_sheet(packed)
        for entry in packed.infolist():
            with packed.open(entry) as part:
                text = part.read(left + 1)
            left -= len(text)
            if left < 0:
                raise FileRefused("bomb", most=most)
            _refuse_strange(entry.filename, text)
            first = text if entry.filename == chosen else first
    return first


def _refuse_strange(name: str, text: bytes) -> None:
    if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in text[:2000]:
        raise FileRefused("doctype")
    if name.startswith("xl/worksheets/") and (far := _FAR.search(text)):
        raise FileRefused("far_cell", cell=far[1].decode(), rows=LAST_ROW, columns=LAST_COLUMN)


def _first_sheet(packed: zipfile.ZipFile) -> str:
    """The name of the part that holds the first sheet. FileRefused where the workbook names none."""
    first = _SHEET.search(_small(packed, "xl/workbook.xml"))
    for tag in _RELATED.findall(_small(packed, "xl/_rels/workbook.xml.rels")) if first else ():
        said = {name: text.decode("utf-8", "replace") for name, text in _SAID.findall(tag)}
        if first and said.get(b"Id", "").encode() == first[1]:
            target = said.get(b"Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise FileRefused("broken", reason="xl/workbook.xml")


def _small(packed: zipfile.ZipFile, name: str) -> bytes:
    """A part that is short in every workbook. FileRefused where it is not, or declares a document type."""
    with packed.open(name) as part:
        text = part.read(MB)
    if len(text) == MB:
        raise FileRefused("broken", reason=name)
    if b"<!DOCTYPE" in text:
        raise FileRefused("doctype")
    return text


def _formulas(part: bytes) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    if _HAS_FORMULA.search(part):
        for column, row in _FORMULA.findall(part):
            found.setdefault(int(row), []).append(_column(column.decode()))
    return found


def _column(name: str) -> int:
    place = 0
    for letter in name:
        place = place * 26 + ord(letter) - 64
    return place - 1
