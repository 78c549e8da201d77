"""How far is a run, so that one that was killed goes on where it stopped and ends with the same bytes?

Beside OUT lies a folder while the run lasts: a file of answers for each part, written whole or not at all, and a journal that
names the parts that are done. Its first line says of what: other rights, other files or other rules begin anew. Parts are joined
in order at the end, so the result does not show where it was interrupted.
"""

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from countermark.matching.catalogue.schema import answer_schema
from countermark.matching.hamming.files import put, sync_folder
from countermark.matching.libraries import Library

pa: Any = Library("pyarrow", "catalogue")
parquet: Any = Library("pyarrow.parquet", "catalogue")

ROWS = 65_536  # of a part, and of a row group of the result
JOURNAL, LOCK = "journal", "lock"


class OutputBusy(Exception):
    """Another run writes the same file."""

    code = "output_busy"

    def __init__(self, out: Path) -> None:
        self.out = out
        super().__init__(f"another run writes {out}; wait for it, or name another file")


class OutputFailed(OSError):
    """The answers cannot be written. What was written before is kept."""

    code = "output_failed"

    def __init__(self, out: Path, fault: OSError) -> None:
        self.out = out
        super().__init__(f"{out} cannot be written ({fault}). Mend that and run the same command again: it goes on.")


def parts_folder(out: Path) -> Path:
    """Return where the parts of an answer lie while its run lasts."""
    return out.with_name(f"{out.name}.parts")


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turn what a full disk or a missing right says into OutputFailed."""
    try:
        yield
    except OSError as fault:
        raise OutputFailed(out, fault) from fault


class Part(NamedTuple):
    """A part that is done: up to which row of which file (by its place in the run), how many rows, its answers' file with size
    and checksum, and how often what was said."""

    file: int
    row: int
    rows: int
    name: str
    size: int
    checksum: int
    said: dict[str, int]


class Parts:
    """The parts of one run. `problems` says what of an earlier run was of no use."""

    def __init__(self, out: Path, about: dict[str, Any]) -> None:
        self.out, self.folder = out, parts_folder(out)
        self.problems: list[str] = []
        self.done: list[Part] = []
        with writing(out):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / LOCK).open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            self._lock.close()
            raise OutputBusy(out) from fault
        self._take_up(json.loads(json.dumps(about)))

    def __enter__(self) -> "Parts":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.close()

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.done)

    @property
    def at(self) -> tuple[int, int]:
        """Return which file comes next, and how many of its rows are done."""
        return (self.done[-1].file, self.done[-1].row) if self.done else (0, 0)

    def _take_up(self, about: dict[str, Any]) -> None:
        """Read the journal of an earlier run, as far as it is of use."""
        lines = journal_lines(self.folder / JOURNAL)
        if lines and lines[0] == about:
            self.done = list(self._whole(lines[1:]))
        elif lines:
            changed = ", ".join(sorted(name for name in about if lines[0].get(name) != about[name])) or "format"
            self.problems.append(f"an earlier run was of other things ({changed}); beginning anew")
        self._forget_others()
        self._write_journal([about, *(part._asdict() for part in self.done)])

    def _whole(self, lines: Sequence[dict[str, Any]]) -> Iterator[Part]:
        """Yield the parts up to the first that is not as it was written: after it nothing follows."""
        for line in lines:
            part = Part(**line)
            if (part.size, part.checksum) != size_and_checksum(self.folder / part.name):
                self.problems.append(
                    f"the answers {part.name} are not as they were written; screening their rows again"
                )
                return
            yield part

    def _forget_others(self) -> None:
        kept = {part.name for part in self.done}
        for path in self.folder.glob("part-*"):
            if path.name not in kept:
                path.unlink()

    def _write_journal(self, lines: list[dict[str, Any]]) -> None:
        put(self.folder / JOURNAL, [f"{json.dumps(line)}\n".encode() for line in lines])

    def add(self, file: int, row: int, batches: list[Any], said: dict[str, int]) -> None:
        """Write the part that ends with this row; it is done when the disk has it and the journal says so."""
        name = f"part-{len(self.done):06}.parquet"
        table = pa.Table.from_batches(batches, answer_schema()).combine_chunks()
        sink = pa.BufferOutputStream()
        with parquet.ParquetWriter(sink, answer_schema()) as writer:
            writer.write_table(table, row_group_size=max(table.num_rows, 1))
        content = sink.getvalue()
        part = Part(file, row, table.num_rows, name, content.size, zlib.crc32(content), said)
        with writing(self.out):
            put(self.folder / name, [content])
            self._note(part)
        self.done.append(part)

    def _note(self, part: Part) -> None:
        with (self.folder / JOURNAL).open("ab") as journal:
            journal.write(f"{json.dumps(part._asdict())}\n".encode())
            journal.flush()
            os.fsync(journal.fileno())

    def join(self, metadata: dict[bytes, bytes]) -> None:
        """Write all parts as one file, put it in place and remove the folder."""
        with writing(self.out):
            self._join(metadata)
            shutil.rmtree(self.folder)

    def _join(self, metadata: dict[bytes, bytes]) -> None:
        arriving = self.folder / "joined"
        schema = answer_schema().with_metadata({**answer_schema().metadata, **metadata})
        with parquet.ParquetWriter(arriving, schema) as writer:
            for group in self._groups():
                writer.write_table(group.replace_schema_metadata(schema.metadata), row_group_size=ROWS)
        with arriving.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(arriving, self.out)
        sync_folder(self.out.absolute().parent)

    def _groups(self) -> Iterator[Any]:
        """Yield the answers in groups of one size, wherever the parts end."""
        left = answer_schema().empty_table()
        for part in self.done:
            table = parquet.read_table(self.folder / part.name, use_threads=False).replace_schema_metadata(None)
            left = pa.concat_tables([left.replace_schema_metadata(None), table]).combine_chunks()
            while left.num_rows >= ROWS:
                yield left.slice(0, ROWS).combine_chunks()
                left = left.slice(ROWS)
        yield left.combine_chunks()


def journal_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal, without one that a crash cut off."""
    lines = []
    for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
        try:
            found = json.loads(line)
        except ValueError:
            break
        if not line.endswith(b"\n") or not isinstance(found, dict):
            break
        lines.append(found)
    return lines


def size_and_checksum(path: Path) -> tuple[int, int]:
    content = path.read_bytes() if path.exists() else b""
    return len(content), zlib.crc32(content)
