"""Writing a sheet of Excel: text as text, so that no number loses its zeros and nothing becomes a day or a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from countermark.entrypoints.intake.sheets import letters

_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TEXT, BOLD, DAY = 1, 2, 3  # the styles below
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>'
    '<xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyFont="1" applyNumberFormat="1"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
FIRST_DAY = date(1899, 12, 30)
LAST_ROW = 20_001  # up to which a list of choices is offered

Choices = dict[int, Sequence[str]]  # column -> what a cell offers


def xlsx(sheets: Sequence[tuple[str, Iterable[Sequence[Any]]]], *, choices: Choices | None = None) -> bytes:
    """A workbook with these sheets; the first row of each is its heading. `choices` are offered in the first sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _types(len(sheets)))
        packed.writestr("_rels/.rels", _related([("officeDocument", "xl/workbook.xml")]))
        packed.writestr("xl/workbook.xml", _book([name for name, _ in sheets]))
        parts = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        packed.writestr("xl/_rels/workbook.xml.rels", _related([*parts, ("styles", "styles.xml")]))
        packed.writestr("xl/styles.xml", STYLES)
        for n, (_, rows) in enumerate(sheets, 1):
            packed.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(rows, choices or {} if n == 1 else {}))
    return file.getvalue()


def _types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    said = "".join(f'<Override PartName="{name}" ContentType="{TYPE}.{kind}+xml"/>' for name, kind in parts)
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{rels}{said}</Types>'


def _related(parts: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{said}</Relationships>'


def _book(names: Sequence[str]) -> str:
    said = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{said}</sheets></workbook>'


def _sheet(rows: Iterable[Sequence[Any]], choices: Choices) -> str:
    body = "".join(_row(number, cells) for number, cells in enumerate(rows, 1))
    cols = f'<cols><col min="1" max="60" width="22" style="{TEXT}" customWidth="1"/></cols>'
    return f'{HEAD}<worksheet xmlns="{MAIN}">{cols}<sheetData>{body}</sheetData>{_offered(choices)}</worksheet>'


def _row(number: int, cells: Sequence[Any]) -> str:
    style = BOLD if number == 1 else TEXT
    said = "".join(_cell(f"{letters(at)}{number}", value, style) for at, value in enumerate(cells))
    return f'<row r="{number}">{said}</row>'


def _cell(place: str, value: Any, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{DAY}"><v>{(value - FIRST_DAY).days}</v></c>'
    text = escape(_STRANGE.sub("\N{REPLACEMENT CHARACTER}", str(value)))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _offered(choices: Choices) -> str:
    """The lists a spreadsheet offers in a cell; they hold 255 characters at most, and a longer one is left out."""
    lists = {at: ",".join(words) for at, words in choices.items()}
    said = "".join(
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{letters(at)}2:{letters(at)}{LAST_ROW}">'
        f"<formula1>{escape(chr(34) + words + chr(34))}</formula1></dataValidation>"
        for at, words in lists.items()
        if words and len(words) < 255
    )
    return f'<dataValidations count="{len(lists)}">{said}</dataValidations>' if said else ""
