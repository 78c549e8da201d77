"""Storing what was read: rows become rights, batch by batch, by a job.

A batch is one transaction: its rights, their first event and how far the import has come. A worker killed between two batches
has lost nothing, one killed within a batch has stored nothing of it; whoever takes over goes on where the last batch ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from countermark.apps.parties.models import Holder
from countermark.apps.portfolio.checking import Checker
from countermark.apps.portfolio.identity import Key, Known, against, key_of, known_rights
from countermark.apps.portfolio.models import RightImport
from countermark.apps.portfolio.staging import as_json
from countermark.apps.rights.mirror import Columns
from countermark.apps.rights.models import Right
from countermark.apps.work.bulk import instant_writer, next_ids, put
from countermark.apps.work.jobs import enqueue

JOB = "import_rights"
BATCH = 1000  # rows a transaction: a quarter of a second, and others may write in between
EVENT_COLUMNS = ("right_id", "event", "by_id", "at", "data")
CHANGE = (
    "UPDATE rights_right SET name = %s, office = %s, territory = %s, number = %s, owner_name = %s, expires_on = %s, "
    "classes = %s, brand = %s, fields = %s WHERE id = %s AND state IN ('draft', 'returned')"
)
NEXT = (
    'SELECT "row", verdict, kind, number, answers FROM portfolio_rightimportrow WHERE source_id = %s AND "row" > %s '
    "AND verdict IN ('new', 'changed') ORDER BY \"row\" LIMIT %s"
)
Row = tuple[int, str, str, str, str]  # row, verdict, kind, number, answers as text


class ImportMoved(Exception):
    """The import has been started already; `state` says how it stands. Nothing was changed."""

    code = "import_moved"
    http_status_hint = 409

    def __init__(self, source: RightImport) -> None:
        self.state = source.state
        super().__init__(f"import {source.pk} is {source.state} by now")


class AnotherRuns(Exception):
    """Another import of this holder is being stored; `number` says which. Nothing was changed."""

    code = "import_runs"
    http_status_hint = 409

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"import {number} of this holder is being stored; start this one when it is done")


@transaction.atomic
def start(*, source: RightImport, at: datetime, now: datetime) -> RightImport:
    """Have the rows without a fault stored. A second click finds it started. Raises ImportMoved, AnotherRuns."""
    Holder.objects.select_for_update().get(pk=source.holder_id)  # two imports of one holder start one after the other
    source = RightImport.objects.select_for_update().get(pk=source.pk)
    if source.state == "running":
        return source
    if source.state != "shown":
        raise ImportMoved(source)
    other = RightImport.objects.filter(holder_id=source.holder_id, state="running").first()
    if other is not None:
        raise AnotherRuns(other.pk)
    source.state, source.started_at = "running", at
    source.save(update_fields=["state", "started_at"])
    enqueue(JOB, str(source.pk), run_at=now)
    return source


def discard(*, source: RightImport) -> bool:
    """Forget a file of which nothing was stored; False once storing has begun."""
    return bool(RightImport.objects.filter(pk=source.pk, state="shown").delete()[0])


def run(import_id: int, *, at: datetime) -> None:
    """Store what is left of an import. May be run again, and beside another run of itself."""
    source = RightImport.objects.select_related("holder").filter(pk=import_id, state="running").first()
    if source is None:
        return
    writer = Writer(source, at)
    while writer.batch():
        pass


class Writer:
    """Writes the rows of one import. What the holder has is read once: rows of one file never speak of the same right."""

    def __init__(self, source: RightImport, at: datetime) -> None:
        self._pk, self._at = source.pk, at
        self._columns = Checker(is_agent=source.holder.is_agent, at=at).columns
        self._known: Mapping[Key, Known] = known_rights(source.holder_id)
        self._shape = Shape(source, at)

    @transaction.atomic
    def batch(self) -> bool:
        """Store the next rows; False when there is nothing left to do."""
        source = RightImport.objects.select_for_update().get(pk=self._pk)
        if source.state != "running":
            return False
        rows = _next_rows(source)
        if not rows:
            self._end(source)
            return False
        source.done_to = rows[-1][0]
        new, changed, moved = self._sorted(rows)
        self._store(source, new)
        self._change(source, changed)
        for row, verdict, wrong in moved:
            source.rows.filter(row=row).update(verdict=verdict, defects=wrong)
        source.stored, source.changed = source.stored + len(new), source.changed + len(changed)
        source.save(update_fields=["done_to", "stored", "changed"])
        return True

    def _end(self, source: RightImport) -> None:
        found = source.rows.order_by().values_list("verdict").annotate(n=models.Count("pk"))
        source.state, source.done_at, source.counts = "done", self._at, dict(found)
        source.save(update_fields=["state", "done_at", "counts"])

    def _sorted(self, rows: Iterable[Row]) -> tuple[list[Any], list[Any], list[Any]]:
        """The rows to be stored, those that change a right, and those on which the verdict is another one by now."""
        new: list[Any] = []
        changed: list[Any] = []
        moved: list[Any] = []
        for row, verdict, kind, number, text in rows:
            answers = json.loads(text)
            columns = self._columns(kind, answers, number=number)
            known = self._known.get(key_of(kind, columns))
            is_now, wrong = against(known, answers)
            if is_now != verdict:
                moved.append((row, is_now, [as_json(defect) for defect in wrong]))
            if is_now == "new":
                new.append((row, kind, columns, text))
            elif is_now == "changed" and known is not None:
                changed.append((row, columns, known, answers))
        return new, changed, moved

    def _store(self, source: RightImport, new: Sequence[tuple[int, str, Columns, str]]) -> None:
        if not new:
            return
        ids = next_ids("rights_right", len(new))
        put("rights_right", self._shape.columns, (
            self._shape.row(pk, kind, columns, text) for pk, (_, kind, columns, text) in zip(ids, new, strict=True)
        ))  # fmt: skip
        self._note(source, zip(ids, (row for row, *_ in new), strict=True))

    def _change(self, source: RightImport, changed: Sequence[tuple[int, Columns, Known, Mapping[str, str]]]) -> None:
        if not changed:
            return
        rows = [
            (*self._shape.mirrored(columns), json.dumps({**known.fields, **answers}), known.pk)
            for _, columns, known, answers in changed
        ]
        with connection.cursor() as cursor:
            cursor.executemany(CHANGE, rows)
        self._note(source, ((known.pk, row) for row, _, known, _ in changed))

    def _note(self, source: RightImport, rights: Iterable[tuple[int, int]]) -> None:
        at, by = instant_writer()(self._at), source.by_id
        put("rights_rightevent", EVENT_COLUMNS, (
            (pk, "imported", by, at, f'{{"import": {source.pk}, "row": {row}}}') for pk, row in rights
        ))  # fmt: skip


class Shape:
    """A row of the table of rights as the engine takes it: what an import decides, and the usual value of all else."""

    def __init__(self, source: RightImport, at: datetime) -> None:
        usual = Right(holder_id=source.holder_id, state="draft", created_at=at)
        given = {"id", "kind", "fields", *Columns._fields}
        rest = [field for field in Right._meta.concrete_fields if field.column not in given]
        self.columns = ("id", "kind", *Columns._fields, "fields", *[field.column for field in rest])
        self._rest = tuple(_raw(field, usual) for field in rest)
        self._lists: dict[tuple[int, ...], str] = {}

    def mirrored(self, columns: Columns) -> tuple[Any, ...]:
        """The columns that follow from the answers, days and lists as text."""
        name, office, territory, number, owner, ends, classes, brand = columns
        listed = self._lists.get(classes) or self._lists.setdefault(classes, json.dumps(classes))
        return name, office, territory, number, owner, ends.isoformat() if ends else None, listed, brand

    def row(self, pk: int, kind: str, columns: Columns, fields: str) -> tuple[Any, ...]:
        """The whole row."""
        return (pk, kind, *self.mirrored(columns), fields, *self._rest)


def _raw(field: Any, usual: Right) -> Any:
    value = getattr(usual, field.attname)
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return instant_writer()(value) if isinstance(value, datetime) else value


def _next_rows(source: RightImport) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [source.pk, source.done_to, BATCH])
        return list(cursor.fetchall())
