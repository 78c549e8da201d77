"""Which points of pictures are looked for, and where do they lie? In a file that every process maps; one process writes it.

Rule 1: the database says what is looked for. A process begins with the file and brings what it read up to date by what changed
since: an old file costs time, never an answer. Rule 2: whoever writes the index of hashes writes this file anew, beside the
questions, once a part of it has changed. Rule 3: a file that is missing, damaged, or from before the database was brought back
from a backup is made anew, and said.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from threading import Lock, Thread

from countermark.apps.screening import index
from countermark.matching.hamming.files import IndexDamaged
from countermark.matching.hamming.index import IndexMissing
from countermark.matching.pictures import parts_file
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.features import Features

log = logging.getLogger("countermark.screening")
FOLDER = "parts"  # in that of the index of hashes
PART = 20  # written anew when a twentieth of it has changed: each picture is then written some twenty times in all
Take = Callable[[Sequence[int]], Sequence[tuple[int, Features]]]


class Parts:
    """The points of all pictures that are looked for, as whoever asked last had them. One for a process, for many threads."""

    def __init__(self) -> None:
        self.index, self.rebuilt, self._turn = PartIndex(), "", Lock()
        self._file: Path | None = None
        self._of: object = None
        self._in_file: frozenset[int] = frozenset()
        self._writing: Thread | None = None

    def as_of(self, asking: object, wanted: Collection[int], take: Take, *, folder: Path, writes: bool) -> PartIndex:
        """The points of the pictures wanted, brought up to date where somebody else asked last; `writes`: to the file, too."""
        with self._turn:
            if self._file is None or self._file.parent != folder / FOLDER:
                self._begin(folder)
            if self._of is not asking:
                self.index.follow(wanted, take, index.wanted())
                self._of = asking
                log.info("screening.parts pictures=%s", len(self.index.ids))
            if writes:
                self._write_changed()
            return self.index

    def written(self) -> None:
        """Wait until what is being written is on disk."""
        if self._writing is not None:
            self._writing.join()

    def _begin(self, folder: Path) -> None:
        """Begin with the file, where it is whole and not newer than the database."""
        self._file, self._of = file_in(folder), None
        self.index, self._in_file = PartIndex(), frozenset()
        try:
            found = parts_file.load(self._file)
        except IndexMissing:
            return
        except IndexDamaged as damage:
            self._say_rebuilt(str(damage))
            return
        if found.version > index.wanted():
            self._say_rebuilt("it is newer than the database")
            return
        self.index, self._in_file = found, frozenset(found.ids)

    def _say_rebuilt(self, why: str) -> None:
        self.rebuilt = why
        log.warning("screening.parts.rebuilt why=%s", why)

    def _write_changed(self) -> None:
        """Have the file written anew, beside the questions, where much of it has changed and nobody is at it."""
        ids = frozenset(self.index.ids)
        changed = len(ids ^ self._in_file)
        if not changed or changed * PART < len(ids) or (self._writing is not None and self._writing.is_alive()):
            return
        now = PartIndex()
        now.state = self.index.state
        self._writing = Thread(target=self._write, args=(now, ids), name="countermark-parts", daemon=True)
        self._writing.start()

    def _write(self, now: PartIndex, ids: frozenset[int]) -> None:
        assert self._file is not None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            parts_file.save(now, self._file)
            for other in set(self._file.parent.iterdir()) - {self._file}:
                other.unlink(missing_ok=True)
            self._in_file = ids
        except OSError:  # a full disk: every process reads the points itself; tried again with the next change
            log.exception("screening.parts.not_written")


def file_in(folder: Path) -> Path:
    """The file of this database: after it was brought back from a backup no older one counts."""
    return folder / FOLDER / f"{index.restored()}.points"


def version_in(folder: Path) -> int:
    """Up to which step the points lie on disk; 0 where none do."""
    try:
        return int(parts_file.header_of(file_in(folder))["version"])
    except (IndexMissing, IndexDamaged):
        return 0
