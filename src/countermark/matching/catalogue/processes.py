"""Who screens the batches? Processes of this machine, each with the rights loaded once; answers come in the order asked.

A process ends when whoever started it does, however that ended: their pipe closes. Only so many batches are on the way as keep
all busy, so memory does not grow with the catalogue.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from queue import SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple, Protocol

from countermark.matching.catalogue.reading import Piece
from countermark.matching.catalogue.rights import Rights

SINGLE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
AHEAD = 2  # batches on the way for each process: one it works on, one that waits for it


class ProcessLost(RuntimeError):
    """A process that screens ended by itself. What was done is kept."""

    code = "process_lost"

    def __init__(self, status: int | None) -> None:
        self.status = status
        super().__init__(
            f"a process that screens ended by itself (status {status}); it may have been killed for want of memory. Run "
            "the same command again, with fewer --processes if need be: it goes on where it stopped."
        )


class ProcessFailed(RuntimeError):
    """What went wrong in a process that screens: its sentence when it is a refusal, else all that is known of it."""

    code = "process_failed"


class Failed(NamedTuple):
    """What went wrong, as a process tells it: exceptions do not all travel."""

    is_refusal: bool
    said: str


class Engine(Protocol):
    """Screens batches: `submit` begins with one and returns what waits for its answer."""

    ahead: int

    def submit(self, batch: Any) -> Callable[[], Any]: ...


class Worker:
    """A process of this machine that screens one batch after the other."""

    def __init__(self, rights: Rights) -> None:
        self.pipe, theirs = Pipe()
        command = [sys.executable, "-P", "-m", "countermark.matching.catalogue.worker", str(theirs.fileno())]
        env = {**os.environ, **dict.fromkeys(SINGLE, "1")}
        self.process = subprocess.Popen(  # noqa: S603  - this very interpreter, arguments of our own
            command, env=env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        self.send(rights)

    def send(self, what: Any) -> None:
        try:
            self.pipe.send(what)
        except OSError as fault:
            raise ProcessLost(self.process.wait()) from fault

    def answer(self) -> Any:
        """Wait for what it says: None once it has made its screen of the rights, then an answer for each batch."""
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError) as fault:
            raise ProcessLost(self.process.wait()) from fault
        if isinstance(answer, Failed):
            raise ProcessFailed(answer.said) if answer.is_refusal else RuntimeError(answer.said)
        return answer

    def end(self) -> None:
        """End the process; who waits for it is told."""
        self.process.terminate()
        self.process.wait()


class Processes:
    """So many processes of this machine."""

    def __init__(self, rights: Rights, count: int) -> None:
        self.ahead = AHEAD * count
        self._workers = [Worker(rights) for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count)
        try:
            for worker in self._workers:
                worker.answer()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for worker in self._workers:
            worker.end()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.pipe.close()

    def submit(self, batch: Any) -> Callable[[], Any]:
        return self._threads.submit(self._screen, batch).result

    def _screen(self, batch: Any) -> Any:
        worker = self._idle.get()
        try:
            worker.send(batch)
            return worker.answer()
        finally:
            self._idle.put(worker)


def in_order(engine: Engine, pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Any]]:
    """Yield each batch's piece and answer, in order, never with more on the way than the engine keeps busy with."""
    waiting: deque[tuple[Piece, Callable[[], Any]]] = deque()
    for piece in pieces:
        waiting.append((piece, engine.submit(piece.batch)))
        if len(waiting) > engine.ahead:
            yield answered(waiting)
    while waiting:
        yield answered(waiting)


def answered(waiting: "deque[tuple[Piece, Callable[[], Any]]]") -> tuple[Piece, Any]:
    piece, answer = waiting.popleft()
    return piece._replace(batch=None), answer()
