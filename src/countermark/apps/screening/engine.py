"""What speaks against these listings? The engine of this process: built once, brought up to date as what is looked for changes.

Rule 1: whether something changed is looked up at most once a second; an answer names up to which step it was looked.
Rule 2: what is looked for is read anew when words, rights or permissions changed, beside the questions where there is much of it;
the index of hashes follows by steps.
Rule 3: without the extra `screening` nothing is looked at, and that is said (ScreeningUnavailable); all else runs.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec
from threading import RLock, Thread, local
from typing import Any, NamedTuple

from django.db import connection

from countermark.apps.screening import index, known, rules
from countermark.apps.screening.book import Book, as_asked
from countermark.apps.screening.index import Kept
from countermark.apps.screening.known import Known
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import Rules
from countermark.apps.screening.parts import Parts
from countermark.apps.screening.plugged import Plugged
from countermark.apps.screening.relisted import Relisted
from countermark.matching.hamming.writer import IndexWriter
from countermark.matching.libraries import ScreeningNotInstalled
from countermark.matching.listing_screen import Asked, ListingScreen
from countermark.matching.mark_index import MarkIndex
from countermark.matching.signals import Signal

log = logging.getLogger("countermark.screening")
FEW = 5000  # words, things and pictures: so many are read anew in less than half a second, while the question waits
Stamp = tuple[int, ...]
EVERY = 1.0  # seconds between two looks at whether something changed
STAMP = """
    SELECT (SELECT COALESCE(MAX(id), 0) FROM screening_change),
           (SELECT COALESCE(MAX(id), 0) FROM rights_rightevent),
           (SELECT COALESCE(MAX(id), 0) FROM screening_fingerprint),
           (SELECT COALESCE(MAX(number), 0) FROM screening_rules WHERE state = 'in_force')"""


class ScreeningUnavailable(Exception):
    """This installation cannot screen: the libraries are not there. Nothing was looked at."""

    code = "screening_not_installed"
    http_status_hint = 501


def is_installed() -> bool:
    """Whether the libraries are there that read pictures and words; none is loaded for that."""
    return all(find_spec(name) for name in ("numpy", "cv2", "numba"))


class Looked(NamedTuple):
    """What was looked with: everything that is looked for, the rule set, and up to which step the index was served."""

    known: Known
    rules: Rules
    version: int


class Built(NamedTuple):
    """What is made of what is known, and the stamp it was read at."""

    known: Known
    rules: Rules
    marks: MarkIndex
    relisted: Relisted
    book: Book
    stamp: Stamp


class Engine:
    """One for each process. Its methods may be called by many threads."""

    def __init__(self) -> None:
        self._turn, self._own = RLock(), local()
        self.forget()

    def forget(self) -> None:
        """Begin as a new process would."""
        with self._turn:
            if kept := getattr(self, "_kept", None):
                kept.close()
            if built := getattr(self, "_built", None):
                built.book.points.written()
            self._kept: Kept | None = None
            self._plugged = Plugged()
            self._built: Built | None = None
            self._renewing: Thread | None = None
            self._looked_at, self.served, self.fault = 0.0, 0, ""

    def look(self, lines: Sequence[Line], *, at: datetime) -> tuple[list[list[Signal]], Looked]:
        """Return what speaks against each line, and what it was looked with. Raises ScreeningUnavailable."""
        try:
            built = self._current(at)
            return self._signals(built, lines), Looked(built.known, built.rules, self.served)
        except ScreeningNotInstalled as missing:
            raise ScreeningUnavailable(str(missing)) from missing

    def refresh(self, *, at: datetime) -> int:
        """Bring it up to date now; return up to which step the index is served."""
        with self._turn:
            self._looked_at = 0.0
            self._current(at)
            return self.served

    def _renewed(self, stamp: Stamp, before: Built | None, at: datetime) -> Built:
        """Read anew what is looked for; where that takes its time, beside the questions, which are answered by what was."""
        if before is None or before.known.size < FEW:
            self._built = _build(stamp, before, at)
            return self._built
        if self._renewing is None or not self._renewing.is_alive():
            self._renewing = Thread(
                target=self._renew, args=(stamp, before, at), name="countermark-screening", daemon=True
            )
            self._renewing.start()
        return before

    def _renew(self, stamp: Stamp, before: Built, at: datetime) -> None:
        try:
            built = _build(stamp, before, at)
            with self._turn:
                if self._built is before:
                    self._built = built
        except Exception:  # tried again with the next question
            log.exception("screening.not_renewed")
        finally:
            connection.close()

    def follow(self) -> int:
        """Bring only the index of hashes up to date; return up to which step it is served. Raises ScreeningUnavailable."""
        try:
            with self._turn:
                self._follow()
                return self.served
        except ScreeningNotInstalled as missing:
            raise ScreeningUnavailable(str(missing)) from missing

    def _follow(self) -> None:
        """A disk that does not take the index stops no words from being screened: the answers name the older step."""
        if self._kept is None or self._kept.place != index.folder():
            self._kept = Kept(index.folder())
        try:
            self.served, self.fault = self._kept.refresh(), ""
        except OSError as fault:
            self.fault = type(fault).__name__
            log.exception("screening.index.not_kept")

    @property
    def is_built(self) -> bool:
        """Whether this process has looked at anything yet."""
        return self._built is not None

    @property
    def points(self) -> Parts | None:
        """The points of pictures, as this process serves them; None where it has not looked at anything yet."""
        return self._built.book.points if self._built is not None else None

    @property
    def rebuilt(self) -> str:
        """Why the index had to be made anew in this process; "" where it had not."""
        return self._kept.rebuilt if self._kept else ""

    @property
    def rows(self) -> int:
        """How many hashes are in the index."""
        return self._kept.index.rows if self._kept and self._kept.index else 0

    def _current(self, at: datetime) -> Built:
        with self._turn:
            built = self._built
            if built is not None and time.monotonic() - self._looked_at < EVERY:
                return built
            stamp = _stamp()
            if built is None or stamp != built.stamp:
                built = self._renewed(stamp, built, at)
            self._follow()
            self._looked_at = time.monotonic()
            return built

    def _signals(self, built: Built, lines: Sequence[Line]) -> list[list[Signal]]:
        asked = [Asked(one.title, one.brand, "", one.classes, tuple(map(as_asked, one.pictures))) for one in lines]
        screen = self._screen_of(built)
        if any(picture.grey is not None for one in asked for picture in one.pictures):
            writes = self._kept is not None and isinstance(self._kept.index, IndexWriter)
            screen.parts = built.book.parts(index.folder(), writes=writes)
            screen.plugs = self._plugged.as_of(built.known.about)
        found = screen.hear(asked).signals
        for line, signals in zip(lines, found, strict=True):
            signals.extend(built.relisted.signals(line))
        return found

    def _screen_of(self, built: Built) -> ListingScreen:
        """The screen of this thread: what it learnt is not shared."""
        hashes = self._kept.index if self._kept else None
        if getattr(self._own, "made_of", None) != (id(built), id(hashes)):
            self._own.made_of, self._own.keeps = (id(built), id(hashes)), (built, hashes)
            self._own.screen = ListingScreen(built.marks, hashes, known_of=built.book.known_of)
        screen: ListingScreen = self._own.screen
        return screen


def _stamp() -> Stamp:
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        row: Any = cursor.fetchone()
    return tuple(row)


def _build(stamp: Stamp, before: Built | None, at: datetime) -> Built:
    began = time.monotonic()
    found = known.read(at=at)
    book = Book(found.about, before.book if before is not None else None)
    relisted = Relisted(found.fingerprints.values())
    kept = before.marks if before is not None and before.known.marks == found.marks else None
    marks = kept or MarkIndex(found.marks)  # words take their time, and most changes are of pictures
    built = Built(found, rules.in_force(at=at), marks, relisted, book, stamp)
    if found.size >= FEW:
        gc.freeze()  # or Python looks through half a million objects for circles now and then: no answer for a third of a second
    took = round(time.monotonic() - began, 2)
    log.info("screening.built words=%s things=%s seconds=%s", len(found.marks), len(found.things), took)
    return built


engine = Engine()
