"""Our own form: one row a right, one column a question, found by their headings in any order.

A heading is the name of an answer or what the page calls it, in any language of the pages. What a column says that no kind of
right is asked is read over, and said; an answer that this kind is not asked is a fault of its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from countermark.apps.portfolio.staging import ReadRow
from countermark.core import catalogue
from countermark.core.defect import Defect
from countermark.entrypoints.intake.cells import Reader, plain, reader_of
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.intake.sheets import Row, Sheet, letters
from countermark.entrypoints.intake.vocabulary import headings, kinds_read


class Column(NamedTuple):
    """Where an answer stands, and how its cells are read; None where this kind of right is not asked."""

    at: int
    name: str
    heading: str
    read: Reader | None


class OwnForm:
    """The rows of one sheet. `is_ours`: it has a column that says the kind of right."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet, self._rows = sheet, iter(sheet.rows)
        self.head_row, head = _head(self._rows)
        self._head = [plain(cell).lstrip("\ufeff").strip() for cell in head]
        named = [headings().get(heading.casefold(), "") for heading in self._head]
        self._named = named
        self.is_ours = "kind" in named
        self.not_read = [heading for heading, name in zip(self._head, named, strict=True) if heading and not name]

    def rows(self) -> Iterator[ReadRow]:
        """Every row that says anything. FileRefused where headings or number of rows are not as they have to be."""
        self._check()
        at = self._named.index("kind")
        by_kind = {kind: self._columns(kind) for kind in catalogue.load().right_kinds}
        most, count = catalogue.load().number("import_rows"), 0
        for number, cells in self._rows:
            if not any(cells):
                continue
            count += 1
            if count > most:
                raise FileRefused("too_many_rows", most=most)
            said = plain(cells[at]) if at < len(cells) else ""
            kind = kinds_read().get(said.casefold(), "")
            if kind:
                yield self._row(number, kind, cells, by_kind[kind])
            else:
                yield ReadRow(number, "", self._as_typed(cells), [_kind_unknown(said)])
        if not count:
            raise FileRefused("no_rows")

    def _check(self) -> None:
        named = [name for name in self._named if name]
        if len(named) < 2:
            raise FileRefused("no_answers")
        if twice := next((name for name in named if named.count(name) > 1), None):
            raise FileRefused("twice", heading=self._head[len(self._named) - 1 - self._named[::-1].index(twice)])

    def _columns(self, kind: str) -> list[Column]:
        asked = {field.id: field for field in catalogue.load().fields_of(kind, is_agent=True)}
        return [
            Column(at, name, self._head[at], reader_of(asked[name]) if name in asked else None)
            for at, name in enumerate(self._named)
            if name and name != "kind"
        ]

    def _row(self, number: int, kind: str, cells: Sequence[Any], columns: Sequence[Column]) -> ReadRow:
        answers, defects = {}, []
        for at, name, heading, read in columns:
            value = cells[at] if at < len(cells) else ""
            if value is None or value == "":
                continue
            if read is None:
                defects.append(Defect("import_not_asked", name, data={"label": heading, "shown": plain(value)[:60]}))
                continue
            answers[name], wrong = read(value)
            if wrong is not None:
                defects.append(wrong)
        if number in self._sheet.formulas:
            defects += self._formulas(number, columns)
        return ReadRow(number, kind, answers, defects)

    def _formulas(self, number: int, columns: Sequence[Column]) -> Iterator[Defect]:
        there = set(self._sheet.formulas[number])
        for at, name, heading, _ in columns:
            if at in there:
                yield Defect("import_formula", name, data={"label": heading, "cell": f"{letters(at)}{number}"})

    def _as_typed(self, cells: Sequence[Any]) -> dict[str, str]:
        pairs = zip(self._named, cells, strict=False)
        return {name: plain(cell) for name, cell in pairs if name and name != "kind" and plain(cell)}


def _head(rows: Iterator[Row]) -> tuple[int, list[Any]]:
    """The first row that says anything: the headings."""
    for number, cells in rows:
        if any(plain(cell) for cell in cells):
            return number, cells
    raise FileRefused("empty")


def _kind_unknown(said: str) -> Defect:
    kinds = tuple(catalogue.load().right_kinds)
    code = "import_kind_unknown" if said else "import_kind_missing"
    return Defect(code, "kind", data={"shown": said[:60], "takes": kinds})


def rows_of(form: OwnForm) -> Iterator[ReadRow]:
    """The rows, once the first of them could be read: what is wrong with the headings is said before anything is kept."""
    rows = form.rows()
    return chain([next(rows)], rows)
