"""How are the processes of the demo kept alive, and how do they end?

Each runs in a session of its own, so that Ctrl-C reaches the demo alone, which then ends them in order. One that dies is
started again and the demo says so; one that keeps dying ends the demo, with the last lines of its log.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.5  # seconds
GRACE = 20  # seconds a process has to end in
MOST_DEATHS, WITHIN = 3, 60.0  # so many deaths in so many seconds are no accident
TAIL = 15  # lines of its log
Say = Callable[[str], None]


class PortTaken(Exception):
    """Another program listens there. Nothing was started."""

    code = "port_taken"


class KeepsDying(Exception):
    """A process of the demo does not stay alive; the sentence carries the end of its log."""

    code = "keeps_dying"


class NoAnswer(Exception):
    """A process of the demo was started and does not answer."""

    code = "no_answer"


def check_ports(ports: Sequence[int]) -> None:
    """Raise PortTaken when one of the ports is in use."""
    for port in ports:
        with socket.socket() as found, contextlib.suppress(OSError):
            found.settimeout(1)
            found.connect(("127.0.0.1", port))
            raise PortTaken(
                f"Port {port} is taken by another program. Choose another first port: PORT={port + 100} script/demo"
            )


@dataclass
class Child:
    """One process of the demo; `what` is how the demo speaks of it."""

    what: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    deaths: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603  - this very interpreter, arguments of our own
                list(self.command), env=dict(self.environment), stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tail(self) -> str:
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-TAIL:])

    def ask_to_end(self) -> None:
        if self.is_alive and self.process is not None:
            self.process.terminate()

    def see_it_end(self) -> None:
        """Wait for its end; what does not end in time is ended, with all it has started."""
        if self.process is None:
            return
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Troupe:
    """The processes of the demo, in the order in which they were started."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._children: list[Child] = []
        self._stop = threading.Event()

    def start(self, child: Child) -> None:
        self._children.append(child)
        child.start()

    def wait_for(self, child: Child, address: str, *, within: float = 90) -> None:
        """Return when the process answers at this address. Raises NoAnswer."""
        until = time.monotonic() + within
        while time.monotonic() < until and child.is_alive and not self._stop.is_set():
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(address, timeout=5).status_code < 500:
                    return
            self._stop.wait(0.2)
        if not self._stop.is_set():
            raise NoAnswer(f"{child.what} does not answer at {address}. Its log ends:\n{child.tail()}")

    def watch(self) -> None:
        """Keep them alive until told to stop. Raises KeepsDying."""
        while not self._stop.wait(LOOK_EVERY):
            for child in self._children:
                if not child.is_alive:
                    self._again(child)

    def _again(self, child: Child) -> None:
        now = time.monotonic()
        child.deaths = [*(each for each in child.deaths if each > now - WITHIN), now]
        if len(child.deaths) >= MOST_DEATHS:
            raise KeepsDying(f"{child.what} keeps ending. Its log, {child.log}, ends:\n{child.tail()}")
        status = child.process.returncode if child.process else None
        self._say(f"{child.what} ended (status {status}); it is started again.")
        child.start()

    def stop(self) -> None:
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def end(self) -> None:
        """End them all, those started last first."""
        for child in reversed(self._children):
            child.ask_to_end()
        for child in reversed(self._children):
            child.see_it_end()


class Interrupted(BaseException):
    """A sign to end came while the demo was busy; whatever it was at stops here."""


@contextlib.contextmanager
def ended_by_signs(troupe: Troupe) -> Iterator[None]:
    """Within the block a sign to end raises Interrupted; at its end, however it comes, all processes are ended."""

    def interrupt(*_: object) -> None:
        if not troupe.is_stopped:
            troupe.stop()
            raise Interrupted

    before = {sign: signal.signal(sign, interrupt) for sign in SIGNS}
    try:
        yield
    finally:
        troupe.stop()
        troupe.end()
        for sign, handler in before.items():
            signal.signal(sign, handler)
