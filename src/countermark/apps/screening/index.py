"""Which pictures are in the index of hashes, and is what is served up to date? One process writes it, all read it.

Rule 1: whoever holds the lock of the folder brings the index up to the steps noted in the database; others read what it wrote.
When the writer dies its lock goes with it, and the next that finds the index behind takes over.
Rule 2: steps may be committed out of the order of their ids: those of late are looked at again, and what was done is remembered.
Rule 3: where nothing came for a minute, what came before is sorted into the large set: a question looks into one, not two.
Rule 4: a folder that is missing or damaged is made anew from the hashes in the database, and said.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max

from countermark.apps.screening.models import Change, Picture, PictureHash
from countermark.apps.work.models import Restoration
from countermark.matching.hamming.files import IndexDamaged
from countermark.matching.hamming.index import IndexMissing, IndexReader, Searched
from countermark.matching.hamming.writer import IndexBusy, IndexWriter

log = logging.getLogger("countermark.screening")
SERVED = "served.json"  # beside the index: up to which step it is, and which of the last were done
LATE = 1000  # steps looked at again; a transaction does not stay open while so many others begin and end
AT_ONCE = 5000  # hashes added in a step of the index
QUIET = 60.0  # seconds without a step: the large set is written anew at most once in so long


class Served(NamedTuple):
    """Up to which step the index is; `seen`: those of the last LATE that were done; `restored`: how often the database was;
    `version`: of the index of hashes then."""

    after: int
    seen: frozenset[int]
    restored: int = 0
    version: int = 0


def wanted() -> int:
    """The newest step there is."""
    return int(Change.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def restored() -> int:
    """The newest time this database was brought back from a backup; 0 for never."""
    return int(Restoration.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def folder() -> Path:
    return Path(settings.SCREENING_DIR)


def entries(pictures: Iterable[int] | None = None) -> Iterator[tuple[int, bytes]]:
    """The hashes of these pictures, or of all that are looked for, by picture."""
    rows = PictureHash.objects.filter(picture__live=True)
    rows = rows if pictures is None else rows.filter(picture__in=list(pictures))
    yield from ((pk, bytes(found)) for pk, found in rows.values_list("picture_id", "hash").iterator(5000))


class Kept:
    """The index in this process: as its writer where it can be, else as one of its readers."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.index: Searched | None = None
        self.rebuilt = ""
        self._version, self._since = -1, 0.0  # of the last step, and when it was seen

    def refresh(self) -> int:
        """Bring it up to date as far as this process can; return up to which step it serves."""
        if not isinstance(self.index, IndexWriter):
            with suppress(IndexBusy):
                self._write()
        if isinstance(self.index, IndexWriter):
            after = catch_up(self.index, self.place)
            self._settle(self.index)
            return after
        if self.index is None:
            with suppress(IndexMissing, IndexDamaged):
                self.index = IndexReader(self.place)
        return read_served(self.place).after

    def _write(self) -> None:
        """Become its writer, making it anew where it is missing or damaged. Raises IndexBusy."""
        self.place.mkdir(parents=True, exist_ok=True)
        is_new, served, newest = not (self.place / SERVED).exists(), read_served(self.place), wanted()
        writer = IndexWriter(self.place, source=entries, at_least=served.version)
        self.index, self.rebuilt = writer, writer.rebuilt or ("there was none" if is_new else "")
        if not is_new and (served.after > newest or served.restored != restored()):
            self.rebuilt = "the database was brought back from a backup"
        if self.rebuilt:
            log.warning("screening.index.rebuilt why=%s", self.rebuilt)
            _fill_anew(writer, emptied=not writer.rebuilt)
            write_served(self.place, Served(newest, _late(newest), restored(), writer.version))

    def _settle(self, writer: IndexWriter) -> None:
        if writer.version != self._version:
            self._version, self._since = writer.version, time.monotonic()
        elif time.monotonic() - self._since >= QUIET:
            writer.settle()

    def close(self) -> None:
        """Let another process write it."""
        if isinstance(self.index, IndexWriter):
            self.index.close()
        self.index = None


def _fill_anew(writer: IndexWriter, *, emptied: bool) -> None:
    """Take out whatever is in it and put in all that is looked for. One the writer made anew from `entries` is whole."""
    if not emptied:
        return
    there = set(writer.contents.base.shelf.ids.tolist())
    there |= set(Picture.objects.values_list("pk", flat=True)) if writer.rows else set()
    if there:
        writer.remove(there)
    _add(writer, None)
    if writer.is_layered:
        writer.merge()


def _add(writer: IndexWriter, pictures: Iterable[int] | None) -> None:
    piece: list[tuple[int, bytes]] = []
    for entry in entries(pictures):
        piece.append(entry)
        if len(piece) == AT_ONCE:
            writer.add(piece)
            piece = []
    if piece:
        writer.add(piece)


def catch_up(writer: IndexWriter, place: Path) -> int:
    """Take the steps that were noted since; return up to which it is then."""
    served = read_served(place)
    rows = Change.objects.filter(pk__gt=served.after - LATE).order_by("pk").values_list("pk", "what", "picture")
    steps = [row for row in rows if row[0] not in served.seen]
    if not steps:
        return served.after
    touched = {picture for _, what, picture in steps if picture is not None}
    if removed := {picture for _, what, picture in steps if what == "remove" and picture is not None}:
        writer.remove(removed)
    if touched:  # whatever was said of them, in whatever order: they are in as the database has them now
        _add(writer, touched)
    newest = max(served.after, *(pk for pk, _, _ in steps))
    done = served.seen | {pk for pk, _, _ in steps}
    write_served(
        place, Served(newest, frozenset(pk for pk in done if pk > newest - LATE), served.restored, writer.version)
    )
    return newest


def _late(newest: int) -> frozenset[int]:
    return frozenset(Change.objects.filter(pk__gt=newest - LATE).values_list("pk", flat=True))


def read_served(place: Path) -> Served:
    try:
        found: dict[str, Any] = json.loads((place / SERVED).read_text("utf-8"))
        numbers = (int(found[name]) for name in ("restored", "version"))
        return Served(int(found["after"]), frozenset(found["seen"]), *numbers)
    except (OSError, ValueError, KeyError, TypeError):
        return Served(0, frozenset())


def write_served(place: Path, served: Served) -> None:
    aside = place / f"{SERVED}.{os.getpid()}"
    aside.write_text(json.dumps({**served._asdict(), "seen": sorted(served.seen)}), "utf-8")
    aside.replace(place / SERVED)
