"""Records of an office as rows of a portfolio: ST.96 and ST.66 as XML, and what TMview exports.

A record says what the register says. What only the holder can say (was the right assigned, where nobody wrote it down) is asked
by the form before the right is sent. A record that ended, or is not registered yet, is a row with a fault like any other.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO

from countermark.apps.portfolio.staging import ReadRow
from countermark.apps.rights.register import answers_of
from countermark.connectors.office import Fault, OfficeRecord
from countermark.connectors.office_records import read_st66, read_st96, read_tmview, standard_of
from countermark.core import catalogue
from countermark.core.defect import Defect
from countermark.entrypoints.intake.refused import FileRefused

Found = OfficeRecord | Fault
STARTS = (b"<", b"\0<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<")
ENDED = ("ended", "expired")
HOLDER_SAYS = frozenset({"renewed", "assigned", "changed"})  # where a register does not
READERS: dict[str, Callable[[BinaryIO], Iterator[Found]]] = {"st96": read_st96, "st66": read_st66}


def is_xml(content: bytes) -> bool:
    """Whether this is XML, in any of its usual encodings."""
    return content.lstrip()[:4].startswith(STARTS)


def xml_rows(content: bytes) -> tuple[str, Iterator[ReadRow]]:
    """The standard, and the rows. FileRefused where the file is of none that is known, or holds no record."""
    form = standard_of(content)
    return form, _rows(READERS[form](io.BytesIO(content)))


def tmview_rows(content: bytes) -> Iterator[ReadRow]:
    """The rows of an export of TMview. FileRefused where its headings are not those of one."""
    return _rows(read_tmview(io.BytesIO(content)))


def _rows(found: Iterator[Found]) -> Iterator[ReadRow]:
    first = next(found, None)
    if first is None:
        raise FileRefused("no_rows")
    if isinstance(first, Fault) and first.fatal:
        raise _refusal(first)
    return _each(chain([first], found))


def _refusal(fault: Fault) -> FileRefused:
    if fault.code == "columns_missing":
        return FileRefused("no_kind")
    return FileRefused("office_file", reason=fault.code.replace("_", " "), line=fault.line)


def _each(found: Iterator[Found]) -> Iterator[ReadRow]:
    most, last = catalogue.load().number("import_rows"), 0
    for count, one in enumerate(found, 1):
        if count > most:
            raise FileRefused("too_many_rows", most=most)
        if isinstance(one, Fault) and one.fatal:
            raise _refusal(one)
        last = max(last + 1, one.line)  # two records on one line are two rows
        yield _faulty(one, last) if isinstance(one, Fault) else _row(one, last)


def _faulty(fault: Fault, row: int) -> ReadRow:
    shown = ", ".join(fault.data.values())[:100]
    defect = Defect("import_record_unreadable", "record", data={"what": fault.code, "shown": shown, "line": fault.line})
    return ReadRow(row, "", {}, [defect])


def _row(record: OfficeRecord, row: int) -> ReadRow:
    known = catalogue.load()
    office = record.office if record.office in known.right_kinds[record.kind].offices else "other"
    filed = record.filed_on.isoformat() if record.filed_on else ""
    answers = {"office": office, "filed_on": filed, **answers_of(record)}
    if office == "other":
        answers.setdefault("designates", record.office)
    asked = {field.id for field in known.fields_of(record.kind, is_agent=True)}
    said = {name: text for name, text in answers.items() if text and name in asked}
    return ReadRow(row, record.kind, said, list(_standing(record)), HOLDER_SAYS)


def _standing(record: OfficeRecord) -> Iterator[Defect]:
    """What the register says against using the right."""
    shown = (record.status_text or record.status)[:100]
    if record.status in ENDED:
        yield Defect("import_ended", "record", data={"shown": shown})
    elif record.status == "pending" or not record.number:
        yield Defect("import_not_registered", "number", data={"shown": shown, "number": record.application_number})
