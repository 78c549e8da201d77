"""How is a catalogue read, batch by batch, so that memory stays bounded and no row is lost?

Parquet is read row group by row group; a row group that is damaged keeps its rows, each with the problem. Lines of CSV and
NDJSON that cannot be read keep their row too. Batches are cut by the file alone, so that an interrupted run cuts them as before.
"""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from countermark.matching.catalogue.lines import csv_batches, csv_columns, json_batches, json_columns
from countermark.matching.catalogue.parts import parts_folder
from countermark.matching.catalogue.schema import COLUMNS, UNREAD, CatalogueDefective, Defect, defects_of, missing
from countermark.matching.libraries import Library

pa: Any = Library("pyarrow", "catalogue")
parquet: Any = Library("pyarrow.parquet", "catalogue")

ROWS = 4096  # of a batch: thousands share what is worked out once
BYTES = 32_000_000  # of a batch of pictures
BUFFER = 1 << 20  # bytes of a column read ahead
KINDS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}
BROKEN = (OSError, ValueError)  # what pyarrow raises on damaged files: its own refusals are both


class Source(NamedTuple):
    """A file of a catalogue, whole: how it is written, how many rows it has where it says so, its bytes and its last change."""

    file: str
    kind: str
    rows: int | None
    size: int
    changed: int


class Piece(NamedTuple):
    """A batch: which file it is of, how many rows of it come before, and how much of it is read then, 0 to 1."""

    file: str
    before: int
    batch: Any
    read: float


def sources_of(patterns: Sequence[str], besides: Path | None = None) -> list[Source]:
    """Return the files that these names and patterns mean, in order; raises CatalogueDefective with all that is wrong. A pattern
    does not mean `besides`, the file of answers, nor its parts."""
    defects: list[Defect] = []
    files = dict.fromkeys(file for pattern in patterns for file in files_of(pattern, defects, besides))
    sources = [found for file in files if (found := looked_at(file, defects))]
    if defects:
        raise CatalogueDefective(defects)
    return sources


def files_of(pattern: str, defects: list[Defect], besides: Path | None = None) -> list[str]:
    files = [pattern] if Path(pattern).is_file() else sorted(filter(is_file, glob.glob(pattern, recursive=True)))
    found = [file for file in files if besides is None or not is_answer(Path(file), besides)]
    if not found:
        fault = "means only the file of answers" if files else "is no file, and as a pattern it meets none"
        defects.append(Defect(pattern, "", fault, "Check the name."))
    return found


def is_answer(file: Path, answers: Path) -> bool:
    own = (answers.absolute(), parts_folder(answers.absolute()))
    return any(path in own for path in (file.absolute(), *file.absolute().parents))


def is_file(name: str) -> bool:
    return Path(name).is_file()


def looked_at(file: str, defects: list[Defect]) -> Source | None:
    """Return a file whose columns are right; else say what is wrong."""
    kind = KINDS.get(Path(file).suffix.lower(), "")
    if not kind:
        mend = f"Name it by what it is: {', '.join(KINDS)}."
        defects.append(Defect(file, "", "has no ending that says how it is written", mend))
        return None
    try:
        rows, wrong = {"parquet": parquet_columns, "csv": of_csv, "ndjson": of_ndjson}[kind](file)
    except BROKEN as fault:
        mend = "It is damaged, cut off or still being written: write it again."
        defects.append(Defect(file, "", f"cannot be read as {kind} ({first_line(fault)})", mend))
        return None
    defects += wrong
    stat = Path(file).stat()
    return Source(file, kind, rows, stat.st_size, stat.st_mtime_ns)


def first_line(fault: BaseException) -> str:
    return str(fault).split("\n", 1)[0][:200]


def parquet_columns(file: str) -> tuple[int, list[Defect]]:
    with parquet.ParquetFile(file) as opened:
        return opened.metadata.num_rows, defects_of(file, opened.schema_arrow)


def of_csv(file: str) -> tuple[None, list[Defect]]:
    there = csv_columns(file)
    wrong = [] if "title" in there else [missing(file, "title", there)]
    for name in ("image",):
        if name in there:
            wrong.append(Defect(file, name, "holds bytes, which CSV cannot", COLUMNS[name].mend))
    return None, wrong


def of_ndjson(file: str) -> tuple[None, list[Defect]]:
    there = json_columns(file)
    if there is None or "title" in there:
        return None, []
    return None, [missing(file, "title", sorted(there))]


def pieces(source: Source, before: int = 0) -> Iterator[Piece]:
    """Yield the batches of a file, from after `before` rows on."""
    batches = parquet_batches(source, before) if source.kind == "parquet" else line_batches(source)
    for row, batch, read in batches:
        if (skipped := max(before - row, 0)) < batch.num_rows:
            yield Piece(source.file, row + skipped, placed(batch.slice(skipped), source.file, row + skipped), read)


Placed = tuple[int, Any, float]  # how many rows come before a batch, the batch, and how much of the file is read then


def line_batches(source: Source) -> Iterator[Placed]:
    row = 0
    for batch, place in (csv_batches if source.kind == "csv" else json_batches)(source.file, ROWS):
        yield row, batch, min(place / max(source.size, 1), 1.0)
        row += batch.num_rows


def parquet_batches(source: Source, before: int) -> Iterator[Placed]:
    """Row groups that are done are not read."""
    row = 0
    with parquet.ParquetFile(source.file, buffer_size=BUFFER, pre_buffer=False) as opened:
        names = [name for name in opened.schema_arrow.names if name in COLUMNS]
        for group in range(opened.metadata.num_row_groups):
            count = opened.metadata.row_group(group).num_rows
            if row + count <= before:
                row += count
                continue
            for batch in group_batches(opened, group, names):
                yield row, batch, (row + batch.num_rows) / opened.metadata.num_rows
                row += batch.num_rows


def group_batches(opened: Any, group: int, names: list[str]) -> Iterator[Any]:
    """Yield the batches of a row group; once it cannot be read, its other rows without what stands in them."""
    left = opened.metadata.row_group(group).num_rows
    rows = rows_of(opened.metadata.row_group(group), names)
    batches = opened.iter_batches(rows, row_groups=[group], columns=names, use_threads=False)
    while left:
        try:
            batch = next(batches)
        except (StopIteration, *BROKEN) as fault:
            batches = unread_rows(left, rows, f"rows_damaged: {first_line(fault)}")
            batch = next(batches)
        left -= batch.num_rows
        yield batch


def rows_of(group: Any, names: list[str]) -> int:
    """Return how many rows a batch has: fewer where there are pictures in them."""
    if "image" not in names:
        return ROWS
    return max(1, min(ROWS, BYTES * group.num_rows // max(group.total_byte_size, 1)))


def unread_rows(count: int, most: int, problem: str) -> Iterator[Any]:
    for start in range(0, count, most):
        rows = min(most, count - start)
        yield pa.record_batch({"title": pa.nulls(rows, pa.string()), UNREAD: pa.array([problem] * rows)})


def placed(batch: Any, file: str, before: int) -> Any:
    """Return a batch with the file and the numbers of its rows beside."""
    rows = pa.array(range(before + 1, before + 1 + batch.num_rows), pa.int64())
    return batch.append_column("file", pa.array([file] * batch.num_rows, pa.string())).append_column("row", rows)
