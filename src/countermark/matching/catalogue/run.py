"""How does a whole catalogue go through, from its files to one file of answers?

Files are read in order, their batches screened by an engine, the answers written part by part. Whoever began a run that was
interrupted begins it again, and it goes on with the first row that has no answer.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import accumulate
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from countermark.matching.catalogue import parts as kept
from countermark.matching.catalogue.parts import Parts
from countermark.matching.catalogue.processes import Engine, in_order
from countermark.matching.catalogue.reading import Piece, Source, pieces
from countermark.matching.catalogue.rights import Rights
from countermark.matching.catalogue.schema import RIGHTS, VERSION
from countermark.matching.hamming.files import IndexDamaged
from countermark.matching.hamming.index import IndexMissing, IndexReader
from countermark.matching.hamming.writer import IndexWriter
from countermark.matching.pictures.numbers import VERSION as PICTURES_VERSION
from countermark.matching.policy import VERSION as TEXT_VERSION

SECONDS = 30  # of work that a process killed may lose
Begin = Callable[[Rights], AbstractContextManager[Engine]]
Supply = Callable[[Iterable[Piece]], Iterator[Piece]]


class Told(NamedTuple):
    """How far a run is: rows answered, those of an earlier run among them, how much of the catalogue that is (0 to 1), and how
    often which verdict and which problem was said."""

    rows: int
    earlier: int
    share: float
    said: Counter[str]


class Job(NamedTuple):
    """What to do: the files, the rights, where the answers go, who screens, and what adds pictures to batches first."""

    sources: Sequence[Source]
    rights: Rights
    out: Path
    begin: Begin
    supply: Supply = iter
    shares_index: bool = True  # the engine's processes read files of this machine

    @property
    def about(self) -> dict[str, Any]:
        """What a run must have in common with one that it goes on with."""
        return {
            "answers": VERSION,
            "rights": self.rights.digest,
            "rules": [TEXT_VERSION, PICTURES_VERSION],
            "files": [list(source) for source in self.sources],
        }


def run(job: Job, tell: Callable[[Told], None], say: Callable[[str], None]) -> Told:
    """Screen a catalogue; `tell` hears how far it is, `say` what somebody should know. Raises OutputBusy, ProcessLost."""
    with Parts(job.out, job.about) as parts:
        for problem in parts.problems:
            say(problem)
        progress = Progress(job.sources, parts)
        rights = indexed(job.rights, parts.folder, say) if job.shares_index else job.rights
        with job.begin(rights) as engine:
            tell(progress.told())
            todo = pieces_from(job.sources, *parts.at)
            try:
                for piece, answers in in_order(engine, job.supply(todo)):
                    progress.add(piece, answers)
                    tell(progress.told())
            finally:
                progress.flush()
        parts.join({RIGHTS: job.rights.digest.encode()})
    return progress.told()


def pieces_from(sources: Sequence[Source], file: int, row: int) -> Iterator[Piece]:
    """Yield what is left to do from a row of a file on."""
    for number, source in enumerate(sources[file:], file):
        yield from pieces(source, row if number == file else 0)


class Progress:
    """Collects answers into parts, and counts."""

    def __init__(self, sources: Sequence[Source], parts: Parts) -> None:
        self.parts, self.waiting, self.earlier, self.rows = parts, list[Any](), parts.rows, parts.rows
        self.said, self.part = Counter[str](), Counter[str]()
        for part in parts.done:
            self.said.update(part.said)
        self.at, self.share, self.flushed = parts.at, 0.0, monotonic()
        self.numbers = {source.file: number for number, source in enumerate(sources)}
        self.sizes = [source.size for source in sources]
        self.begins = [0, *accumulate(self.sizes)]

    def told(self) -> Told:
        return Told(self.rows, self.earlier, self.share, self.said)

    def add(self, piece: Piece, answers: Any) -> None:
        """Take the answers of a batch; write a part when there are enough, or when it is time."""
        found, number = said_in(answers), self.numbers[piece.file]
        self.waiting.append(answers)
        self.said.update(found)
        self.part.update(found)
        self.rows += answers.num_rows
        self.at = (number, piece.before + answers.num_rows)
        self.share = (self.begins[number] + piece.read * self.sizes[number]) / max(self.begins[-1], 1)
        if sum(map(len, self.waiting)) >= kept.ROWS or monotonic() - self.flushed >= SECONDS:
            self.flush()

    def flush(self) -> None:
        if self.waiting:
            self.parts.add(*self.at, self.waiting, dict(self.part))
            self.waiting, self.part = [], Counter()
        self.flushed = monotonic()


def said_in(answers: Any) -> Counter[str]:
    """Count the verdicts of a batch, and its problems by their code."""
    verdicts = Counter(verdict or "unanswered" for verdict in answers.column("verdict").to_pylist())
    problems = answers.column("problem").drop_null().to_pylist()
    codes = Counter(f"problem.{each.split(':')[0]}" for problem in problems for each in problem.split("; "))
    return verdicts + codes


def indexed(rights: Rights, folder: Path, say: Callable[[str], None]) -> Rights:
    """Return the rights with their hashes in an index on disk; one that is damaged is made anew, and said so."""
    if not len(rights.words):
        return rights
    place = folder / f"index-{rights.digest[:16]}"
    try:
        IndexReader(place)
    except (IndexMissing, IndexDamaged) as fault:
        if isinstance(fault, IndexDamaged):
            say(f"the index file {fault.file} {fault.fault}; it is made anew")
        shutil.rmtree(place, ignore_errors=True)
        with IndexWriter(place) as writer:
            writer.add_words(rights.numbers, rights.words)
            writer.merge()
    return rights.on_disk(place)
