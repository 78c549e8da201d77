"""Who keeps the index of near pictures? One writer: it adds, removes, and sorts what came since into the large set.

A step is done when the disk has it. Sorting in happens beside the work, in a thread; steps taken meanwhile are written again
behind the new set. What is damaged is made anew from its source, and said.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import RLock, Thread
from typing import Any, BinaryIO

from countermark.matching.hamming.contents import ADDED, REMOVED, Contents, Step
from countermark.matching.hamming.files import (
    IndexDamaged,
    Manifest,
    base_path,
    generations,
    journal_path,
    read_manifest,
    remove_others,
    sync_folder,
    write_base,
    write_manifest,
)
from countermark.matching.hamming.hashes import as_ids, as_words
from countermark.matching.hamming.index import IndexMissing, Searched, opened
from countermark.matching.hamming.journal import append
from countermark.matching.hamming.shelf import FEW, shelved

log = logging.getLogger(__name__)

Entries = Iterable[tuple[int, bytes]]
PART = 4  # the middle set, or what was removed, is sorted in when it is a fourth of the large one: each hash is then written
# a few times in all, and a question looks into three sets at most


class IndexBusy(Exception):
    """Somebody else writes this index."""

    code = "index_busy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"another process writes the index in {folder}; only one at a time can")


class IndexWriter(Searched):
    """Writes an index; one at a time. Raises IndexBusy, IndexDamaged. Its methods may be called by many threads.

    `source` yields all that belongs in, for when the index is damaged: `rebuilt` then says why it had to be made anew. `at_least`
    is the last version the caller was told is done: less is damage. `torn` is how many bytes a crash left of an undone step.
    """

    def __init__(self, folder: Path, *, source: Callable[[], Entries] | None = None, at_least: int = 0) -> None:
        self.folder, self.rebuilt, self.torn = Path(folder), "", 0
        self._turn, self._merging, self._since, self._later = RLock(), None, list[Step](), 0
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock, self._journal = locked(self.folder), -1
        try:
            self._open_or_rebuild(source, at_least)
        except BaseException:
            self.close()
            raise

    def add(self, entries: Entries) -> int:
        """Add hashes for ids, an id may have several; return the version they are in."""
        pairs = list(entries)
        return self.add_words([one for one, _ in pairs], [found for _, found in pairs])

    def add_words(self, ids: Any, words: Any) -> int:
        """As `add`, from two arrays of one length, or lists."""
        step_ids, step_words = as_ids(ids), as_words(words)
        if len(step_ids) != len(step_words):
            raise ValueError(f"{len(step_ids)} ids cannot stand for {len(step_words)} hashes; give an id for each")
        return self._take(ADDED, step_ids, step_words)

    def remove(self, ids: Iterable[int]) -> int:
        """Remove all hashes of these ids; return the version they are no longer in. Ids that are not there do no harm."""
        return self._take(REMOVED, as_ids(ids), None)

    def merge(self) -> None:
        """Sort all there is into the large set, and wait for it."""
        with self._turn:
            merging = self._merging or self._merge_beside()
        merging.join()

    @property
    def is_layered(self) -> bool:
        """Whether a question looks into a second sorted set, which takes nearly twice as long."""
        return self.contents.middle.shelf.rows > 0

    def settle(self) -> None:
        """Sort what came since into the large set, beside the questions, where it is a sorted set of its own."""
        with self._turn:
            if self.is_layered and self._merging is None and self.version >= self._later:
                self._merge_beside()

    def close(self) -> None:
        """End what runs beside, and let another writer in."""
        if self._merging:
            self._merging.join()
        if self._journal >= 0:
            os.close(self._journal)
            self._journal = -1
        self._lock.close()

    def __enter__(self) -> "IndexWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, kind: int, ids: Any, words: Any) -> int:
        with self._turn:
            step = Step(self.version + 1, kind, ids, words)
            self._end = append(self._journal, self._end, [step])
            self.contents = self.contents.after(step)
            if self._merging:
                self._since.append(step)
            elif self.version >= self._later and is_full(self.contents):
                self._merge_beside()
        return step.version

    def _open_or_rebuild(self, source: Callable[[], Entries] | None, at_least: int) -> None:
        try:
            self._open(at_least)
        except IndexMissing:
            self._make([], 0)
        except IndexDamaged as damage:
            if source is None:
                raise
            self.rebuilt = str(damage)
            log.warning("matching.index.rebuilt: %s", damage)
            self._make(source(), max(at_least, last_version(self.folder)) + 1)

    def _open(self, at_least: int, *, verify: bool = True) -> None:
        self.contents, journal = opened(self.folder, verify=verify)
        if self.version < at_least:
            raise IndexDamaged(journal.path.name, f"ends with version {self.version}, but {at_least} was written")
        self._generation, self._end, self.torn = journal.generation, journal.place, journal.left()
        self._journal = os.open(journal.path, os.O_RDWR)
        os.ftruncate(self._journal, self._end)
        if self.torn:
            log.warning("matching.index.step_torn: cut %d bytes off %s", self.torn, journal.path.name)
        remove_others(self.folder, self._generation)

    def _make(self, entries: Entries, version: int) -> None:
        """Write a first generation of these entries, and open it."""
        pairs = list(entries)
        shelf = shelved(as_words([found for _, found in pairs]), as_ids([one for one, _ in pairs]))
        generation = max(generations(self.folder), default=0) + 1
        checksum = write_base(self.folder, generation, shelf)
        self._put_in_place(Manifest(generation, shelf.rows, len(shelf.starts), version, checksum), [])

    def _merge_beside(self) -> Thread:
        self._since = []
        self._merging = Thread(target=self._merge, args=(self.contents,), name="countermark-index-merge", daemon=True)
        self._merging.start()
        return self._merging

    def _merge(self, contents: Contents) -> None:
        """Write the contents as the base of the next generation, and go on there."""
        generation = self._generation + 1
        try:
            shelf = shelved(*contents.living)
            checksum = write_base(self.folder, generation, shelf)
            with self._turn:
                self._put_in_place(
                    Manifest(generation, shelf.rows, len(shelf.starts), contents.version, checksum), self._since
                )
        except OSError:  # a full disk: the old generation goes on, and it is tried again later
            log.exception("matching.index.merge_failed")
            base_path(self.folder, generation).unlink(missing_ok=True)
            self._later = self.version + FEW
        finally:
            with self._turn:
                self._merging, self._since = None, []

    def _put_in_place(self, manifest: Manifest, since: list[Step]) -> None:
        """Write the journal of a generation whose base is written, make it the one that counts, and open it."""
        path = journal_path(self.folder, manifest.generation)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            append(handle, 0, since)
            sync_folder(self.folder)
            write_manifest(self.folder, manifest)
        finally:
            os.close(handle)
        if self._journal >= 0:
            os.close(self._journal)
        self._open(0, verify=False)


def is_full(contents: Contents) -> bool:
    """Is there so much beside the large set, or so much of it removed, that it is time to write it anew?"""
    large = max(contents.base.shelf.rows, PART * PART * FEW)
    return PART * max(contents.middle.shelf.rows, int(contents.base.dead.sum())) > large


def last_version(folder: Path) -> int:
    """Return the version of the last base, 0 where not even that can be read."""
    try:
        manifest = read_manifest(folder)
    except IndexDamaged:
        return 0
    return manifest.version if manifest else 0


def locked(folder: Path) -> BinaryIO:
    """Take the writer's lock, which goes with the process; raises IndexBusy."""
    file = (folder / "writer.lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        file.close()
        raise IndexBusy(folder) from fault
    return file
