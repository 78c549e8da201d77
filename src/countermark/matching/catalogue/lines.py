"""What stands in a catalogue written as CSV or as lines of JSON? What cannot be read of a row is said beside it.

A cell or field of the wrong kind does not take its row away: it counts as absent, and the row says so.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any

from countermark.matching.catalogue.schema import UNREAD
from countermark.matching.libraries import Library

pa: Any = Library("pyarrow", "catalogue")

TEXTS = ("title", "id", "brand", "seller", "image_url", "pdq")
HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
LONGEST_CELL = 64_000_000  # characters: a quote that is never closed does not take the memory
LONG_BATCH = 8_000_000  # bytes of lines that end a batch early: a few titles of a megabyte are one of their own
SEPARATORS = ",;\t"
LOOKED_AT = 1000  # lines of which one must have a title
NOT_JSON = "row_not_json: no JSON object"

Row = dict[str, Any]
Read = tuple[Row, list[str]]


def opened(file: str) -> IO[str]:
    """Open a file as text; what is no UTF-8 becomes halves of characters, told later by row."""
    return open(file, encoding="utf-8-sig", errors="surrogateescape", newline="")


def csv_columns(file: str) -> list[str]:
    with opened(file) as stream:
        return header_of(stream)[0]


def header_of(stream: IO[str]) -> tuple[list[str], str]:
    """Return the names of the columns and what separates them."""
    line = stream.readline()
    separator = max(SEPARATORS, key=line.count)
    return [name.strip().lower() for name in next(csv.reader([line], delimiter=separator), [])], separator


def csv_batches(file: str, most: int) -> Iterator[tuple[Any, int]]:
    """Yield batches and how many bytes of the file they and those before took."""
    csv.field_size_limit(LONGEST_CELL)
    with opened(file) as stream:
        names, separator = header_of(stream)
        place = Counted(stream)
        yield from batched((read_cells(names, cells) for cells in cells_of(place, separator)), place, most)


class Counted:
    """The lines of a stream, and how many bytes they had."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream, self.bytes = stream, 0

    def __iter__(self) -> Iterator[str]:
        for line in self.stream:
            self.bytes += len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))
            yield line


def cells_of(lines: Counted, separator: str) -> Iterator[list[str] | str]:
    """Yield the cells of each row; of one that cannot be read, why."""
    reader = csv.reader(iter(lines), delimiter=separator)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            yield str(fault)
            continue
        if cells is None:
            return
        if cells:
            yield cells


def read_cells(names: list[str], cells: list[str] | str) -> Read:
    if isinstance(cells, str):
        return {}, [f"row_not_csv: {cells}"]
    row = {name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()}
    problems = [] if len(cells) == len(names) else [f"row_not_csv: {len(cells)} cells in place of {len(names)}"]
    for name, read in (("classes", whole_numbers), ("quality", whole_number)):
        if name in row:
            row[name] = read(row[name])
    return row, problems


def whole_numbers(cell: str) -> Any:
    """Return the numbers of a cell such as `9 25` or `9;25`; what is none as it is, to be told by who checks it."""
    parts = re.split(r"[\s;,]+", cell.strip("[] "))
    return [int(part) if part.isascii() and part.isdigit() else part for part in parts]


def whole_number(cell: str) -> Any:
    try:
        return int(float(cell))
    except (ValueError, OverflowError):
        return cell


def json_columns(file: str) -> set[str] | None:
    """Return the names of the fields in the first lines, None where there is no line of JSON."""
    with open(file, "rb") as stream:
        rows = [read_line(line)[0] for line in islice(stream, LOOKED_AT)]
    return {name for row in rows for name in row} if any(rows) else None


def json_batches(file: str, most: int) -> Iterator[tuple[Any, int]]:
    with open(file, "rb") as stream:
        place = CountedBytes(stream)
        yield from batched((read_line(line) for line in place if line.strip()), place, most)


class CountedBytes:
    """The lines of a stream of bytes, and how many bytes they had."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.bytes = stream, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.stream:
            self.bytes += len(line)
            yield line


def read_line(line: bytes) -> Read:
    """Return what stands in a line of JSON."""
    text = line.decode("utf-8-sig", "surrogateescape")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}, [NOT_JSON]
    return (found, []) if isinstance(found, dict) else ({}, [NOT_JSON])


def batched(rows: Iterator[Read], place: Counted | CountedBytes, most: int) -> Iterator[tuple[Any, int]]:
    batch, begin = list[Read](), place.bytes
    for row in rows:
        batch.append(row)
        if len(batch) >= most or place.bytes - begin >= LONG_BATCH:
            yield batch_of(batch), place.bytes
            batch, begin = [], place.bytes
    if batch:
        yield batch_of(batch), place.bytes


def batch_of(read: list[Read]) -> Any:
    """Return rows as a batch with all columns of a catalogue that lines can hold."""
    columns = {name: pa.array([text_of(row, name, problems) for row, problems in read], pa.string()) for name in TEXTS}
    for name, kind, check in OTHERS:
        columns[name] = pa.array([checked(row, name, check, problems) for row, problems in read], KINDS[kind]())
    for row, problems in read:
        if "image" in row:
            problems.append("image_not_read: lines hold no pictures; give image_url")
    columns[UNREAD] = pa.array(["; ".join(problems) or None for _, problems in read], pa.string())
    return pa.record_batch(columns)


def text_of(row: Row, name: str, problems: list[str]) -> str | None:
    """Return a text of a row, � for what is none."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and name in ("id", "seller"):
        return str(value)
    if value is None or not isinstance(value, str):
        if value is not None:
            problems.append(f"{name}_not_text: {type(value).__name__}")
        return None
    return as_text(value, name, problems)


def as_text(value: str, name: str, problems: list[str]) -> str:
    """Return text that any program can read: � for halves of characters, one for one, so that places stay."""
    if value.isascii() or not (found := HALF_CHARACTERS.search(value)):
        return value
    problems.append(f"{name}_not_utf8: bytes or half a character at {found.start()}")
    return HALF_CHARACTERS.sub("\ufffd", value)


def checked(row: Row, name: str, check: Callable[[Any], bool], problems: list[str]) -> Any:
    value = row.get(name)
    if value is None or check(value):
        return value
    problems.append(f"{name}_not_read: {str(value)[:40]}")
    return None


def is_whole(value: Any) -> bool:
    return type(value) is int and abs(value) < 1 << 31


def are_whole(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_whole, value))


KINDS: dict[str, Callable[[], Any]] = {"numbers": lambda: pa.list_(pa.int32()), "number": lambda: pa.int32()}
OTHERS = (("classes", "numbers", are_whole), ("quality", "number", is_whole))
