"""Which steps were taken since the base was written? One frame for each, checked one by one.

A frame torn at the end is what a crash leaves of a step nobody was told is done. Anything else that does not match its
checksum is damage.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from countermark.matching.hamming.contents import ADDED, REMOVED, Step
from countermark.matching.hamming.files import IndexDamaged
from countermark.matching.libraries import Library

np: Any = Library("numpy")

FIELDS = struct.Struct("<4sIQQI")  # mark, kind, version, number of ids, checksum of the body
HEAD = struct.Struct(FIELDS.format + "I")  # and a checksum of these, since a wrong number would hide all that follows
MARK = b"CMHJ"


def frame(step: Step) -> bytes:
    """Return a step as bytes."""
    body = step.ids.astype("<i8").tobytes()
    if step.kind == ADDED:
        body += step.words.astype("<u8").tobytes()
    fields = FIELDS.pack(MARK, step.kind, step.version, len(step.ids), zlib.crc32(body))
    return fields + struct.pack("<I", zlib.crc32(fields)) + body


def append(handle: int, place: int, steps: list[Step]) -> int:
    """Write steps at a place, the end, and wait until the disk has them; return the new end. What cannot be written whole
    leaves nothing behind."""
    content = memoryview(b"".join(map(frame, steps)))
    try:
        written = 0
        while written < len(content):
            written += os.pwrite(handle, content[written:], place + written)
        os.fdatasync(handle)
    except OSError:
        os.ftruncate(handle, place)
        raise
    return place + len(content)


class Journal:
    """Reads a journal as it grows: each call of `steps` goes on where the last one ended."""

    def __init__(self, path: Path) -> None:
        self.path, self.place, self.generation = path, 0, int(path.stem.split("-")[1])

    def steps(self) -> Iterator[Step]:
        """Yield the whole steps that follow; raises IndexDamaged."""
        content = self._rest()
        place = 0
        while (step := self._step(content, place)) is not None:
            place += HEAD.size + length(step.kind, len(step.ids))
            yield step
            self.place += HEAD.size + length(step.kind, len(step.ids))

    def left(self) -> int:
        """Return how many bytes follow that are no whole step."""
        return self.path.stat().st_size - self.place

    def _rest(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(self.place)
                return file.read()
        except FileNotFoundError as fault:
            raise IndexDamaged(self.path.name, "is missing") from fault

    def _step(self, content: bytes, place: int) -> Step | None:
        """Return the step at a place, None when what is left is less than one, or its last bytes never came."""
        if len(content) - place < HEAD.size:
            return None
        mark, kind, version, count, checksum, own = HEAD.unpack_from(content, place)
        if own != zlib.crc32(content[place : place + FIELDS.size]) or mark != MARK or kind not in (ADDED, REMOVED):
            return self._torn(content, place, HEAD.size)
        end = place + HEAD.size + length(kind, count)
        if end > len(content):
            return None
        body = content[place + HEAD.size : end]
        if zlib.crc32(body) != checksum:
            return self._torn(content, place, end - place)
        return Step(version, kind, *parts(kind, count, body))

    def _torn(self, content: bytes, place: int, size: int) -> None:
        """Take what is the last of the file for torn; in the middle it is damage."""
        if place + size < len(content) and any(content[place + size :]):
            raise IndexDamaged(self.path.name, f"does not match its checksum at byte {self.place}")


def length(kind: int, count: int) -> int:
    return count * (40 if kind == ADDED else 8)


def parts(kind: int, count: int, body: bytes) -> tuple[Any, Any]:
    """Return ids and words of a frame's body."""
    ids = np.frombuffer(body, "<i8", count)
    return ids, np.frombuffer(body, "<u8", offset=8 * count).reshape(-1, 4) if kind == ADDED else None
