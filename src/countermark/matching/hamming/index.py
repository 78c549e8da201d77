"""Which known pictures are near this hash? The door of the index: one process writes it, any number read it.

    >>> writer = IndexWriter(folder)
    >>> writer.add([(17, hash_of_a_reference)])
    >>> reader = IndexReader(folder)
    >>> reader.near([hash_of_a_listing]).of(0)
    [Hit(id=17, distance=4)]

A reader sees every step that its writer was told is done, at the next question. Every answer carries the version it was
given from: the number of steps taken since the index was made.
"""

from pathlib import Path
from threading import Lock
from typing import Any

from countermark.matching.hamming.contents import Contents, contents_of
from countermark.matching.hamming.files import MANIFEST, IndexDamaged, journal_path, read_base, read_manifest
from countermark.matching.hamming.hashes import Nearby, as_words
from countermark.matching.hamming.journal import Journal
from countermark.matching.pictures.numbers import PDQ


class IndexMissing(Exception):
    """There is no index to read yet."""

    code = "index_missing"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"there is no index in {folder}; whoever writes it makes it")


class Searched:
    """What writer and reader share: answering from the newest contents."""

    contents: Contents

    @property
    def version(self) -> int:
        """The version being served."""
        return self.contents.version

    @property
    def rows(self) -> int:
        """How many hashes are there, those removed and not yet sorted out included."""
        contents = self.contents
        return contents.base.shelf.rows + contents.middle.shelf.rows + contents.tail.used

    def near(self, hashes: Any, radius: int = PDQ["radius"]) -> Nearby:
        """Return the ids that have a hash within `radius` bits of each of these."""
        return self.contents.near(as_words(hashes), radius)


class IndexReader(Searched):
    """Reads an index that another process writes. Raises IndexMissing, IndexDamaged. May be asked by many threads."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._turn = Path(folder), Lock()
        self._open(verify=True)
        self.contents.near(as_words([bytes(32)]), 0)  # what has to be compiled is, before the first question

    def near(self, hashes: Any, radius: int = PDQ["radius"]) -> Nearby:
        self.refresh()
        return super().near(hashes, radius)

    def refresh(self) -> int:
        """Take the steps that were written since; return the version that is served then."""
        with self._turn:
            if stamp_of(self.folder) != self._stamp:
                self._open(verify=False)
            else:
                self._follow()
        return self.version

    def _open(self, *, verify: bool) -> None:
        """Map the generation that counts; when it is replaced at this very moment, the one that replaced it."""
        while True:
            self._stamp = stamp_of(self.folder)
            try:
                self.contents, self._journal = opened(self.folder, verify=verify)
                return
            except IndexDamaged:
                if stamp_of(self.folder) == self._stamp:
                    raise

    def _follow(self) -> None:
        try:
            for step in self._journal.steps() if self._journal.left() else ():
                self.contents = self.contents.after(step)
        except (FileNotFoundError, IndexDamaged):
            if stamp_of(self.folder) == self._stamp:
                raise
            self._open(verify=False)  # it was replaced between two looks


def stamp_of(folder: Path) -> tuple[int, int]:
    """Return what changes when a manifest is put in place of another."""
    try:
        found = (folder / MANIFEST).stat()
    except FileNotFoundError as fault:
        raise IndexMissing(folder) from fault
    return found.st_ino, found.st_mtime_ns


def opened(folder: Path, *, verify: bool) -> tuple[Contents, Journal]:
    """Return what is in an index, and its journal read to the end; raises IndexMissing, IndexDamaged."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise IndexMissing(folder)
    contents = contents_of(read_base(folder, manifest, verify=verify), manifest.version)
    journal = Journal(journal_path(folder, manifest.generation))
    for step in journal.steps():
        contents = contents.after(step)
    return contents, journal
