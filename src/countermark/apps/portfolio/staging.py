"""Reading a file in: every row gets its verdict, and nothing is stored as a right yet.

The door has read the file and says what it could not read in a cell; here the answers are held against what the kind of right
asks, against the other rows and against what the holder has. All that is wrong with a row is found at once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from countermark.apps.parties.models import Holder, Person
from countermark.apps.portfolio.checking import Checker
from countermark.apps.portfolio.identity import Key, Known, against, key_of, known_rights
from countermark.apps.portfolio.models import RightImport
from countermark.apps.work.bulk import put
from countermark.core.defect import Defect, printable

COLUMNS = ("source_id", '"row"', "verdict", "kind", "office", "number", "name", "answers", "defects")
TABLE = "portfolio_rightimportrow"
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as the door read it. `kind` is "" where it names none; `defects` is what no rule about rights can know.

    `asked_later` are answers only the holder can give, where the file is an office's: the form asks them before it is sent.
    """

    row: int
    kind: str
    answers: Mapping[str, str]
    defects: Sequence[Defect] = ()
    asked_later: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as the door read it."""

    name: str
    sha256: str
    form: str
    rows: Iterable[ReadRow]
    encoding: str = ""
    not_read: Sequence[str] = ()


@transaction.atomic
def stage(*, holder: Holder, by: Person | None, file: ReadFile, at: datetime) -> RightImport:
    """Keep every row with its verdict. Nothing becomes a right before `running.start`."""
    source = RightImport.objects.create(
        holder=holder, by=by, file_name=printable(file.name)[:255], sha256=file.sha256, form=file.form,
        encoding=file.encoding, not_read=[printable(name)[:100] for name in file.not_read][:50], at=at,
    )  # fmt: skip
    counts: Counter[str] = Counter()
    judge = Judge(Checker(is_agent=holder.is_agent, at=at), known_rights(holder.pk))
    put(TABLE, COLUMNS, _counted((judge.row(source.pk, row) for row in file.rows), counts))
    source.counts = dict(counts)
    source.save(update_fields=["counts"])
    return source


def _counted(rows: Iterable[tuple[Any, ...]], counts: Counter[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        counts[row[2]] += 1
        yield row


class Judge:
    """Gives one row after the other its verdict."""

    def __init__(self, checker: Checker, known: Mapping[Key, Known]) -> None:
        self._checker, self._known = checker, known
        self._seen: dict[Key, int] = {}

    def row(self, source_id: int, read: ReadRow) -> tuple[Any, ...]:
        """The row as it is kept."""
        if not read.kind:
            return self._kept(source_id, read, "mend", "", "", "", read.defects)
        wrong, columns = self._checker.check(read.kind, read.answers)
        verdict, key = "mend", key_of(read.kind, columns)
        first = self._seen.get(key)
        defects = [*read.defects, *_left(wrong, read)]
        if first is not None:
            defects.append(Defect("import_row_twice", "number", data={"first": first}))
        elif not defects:
            self._seen[key] = read.row
            verdict, settled = against(self._known.get(key), read.answers)
            defects += settled
        return self._kept(source_id, read, verdict, columns.office, columns.number, columns.name, defects)

    def _kept(
        self,
        source_id: int,
        read: ReadRow,
        verdict: str,
        office: str,
        number: str,
        name: str,
        defects: Sequence[Defect],
    ) -> tuple[Any, ...]:
        answers: Mapping[str, str] = read.answers
        if defects:  # only then can there be what no database takes
            answers = {key: printable(text) for key, text in answers.items()}
            number, name, office = printable(number), printable(name), printable(office)
        said = _json([as_json(defect) for defect in defects]) if defects else "[]"
        return source_id, read.row, verdict, read.kind, office, number, name, _json(answers), said


def _left(wrong: Sequence[Defect], read: ReadRow) -> Iterator[Defect]:
    """What the rules found, without what the door has said of a field already, and what the form will ask."""
    told = {defect.field for defect in read.defects} | {name for name in read.asked_later if not read.answers.get(name)}
    return (defect for defect in wrong if defect.field not in told)


def as_json(defect: Defect) -> list[Any]:
    """A defect as a row keeps it."""
    return [defect.code, defect.field, {name: _packed(value) for name, value in defect.data.items()}]


def _packed(value: Any) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return printable(value) if isinstance(value, str) else value


def from_json(kept: Sequence[Any]) -> Defect:
    """The inverse of `as_json`."""
    code, field, data = kept
    return Defect(code, field, data={name: _unpacked(value) for name, value in data.items()})


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    return tuple(value) if isinstance(value, list) else value
