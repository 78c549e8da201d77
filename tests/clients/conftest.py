"""Where the tests of the client stand: the product behind a port, or a server that misbehaves as it is told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from countermark_client import AsyncClient, Client, Retries
from typer.testing import CliRunner

from as_migrated import Begun
from countermark.entrypoints.cli import app
from programs import Desk, a_desk

SOON = Retries(tries=4, first_wait=0.01, longest_wait=2.0)


def in_a_loop_of_its_own(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it to its end in a thread of its own: a browser of other tests may keep a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Live(NamedTuple):
    """The product behind a port, with the world of the examples."""

    url: str
    desk: Desk

    def client(self, role: str, **more: Any) -> Client:
        return Client(self.url, self.desk.programs[role].key, **{"retries": SOON, **more})

    def async_client(self, role: str, **more: Any) -> AsyncClient:
        return AsyncClient(self.url, self.desk.programs[role].key, **{"retries": SOON, **more})


examples = Begun("clients", a_desk)


@pytest.fixture
def live_api(live_server: Any) -> Live:
    return Live(live_server.url, examples.world())


@pytest.fixture
def run(live_api: Live, tmp_path: Path) -> Any:
    """Run a command as the program of a role: exit status, stdout, stderr."""

    def told(role: str, *arguments: str) -> Any:
        key = tmp_path / f"{role}.key"
        key.write_text(f"{live_api.desk.programs[role].key}\n")
        call = ["api", "--server", live_api.url, "--key-file", str(key), *arguments]
        return CliRunner().invoke(app, call)

    return told


def a_file(folder: Path, name: str, content: Any) -> str:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return str(file)


class Asked(NamedTuple):
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Reply = Callable[[BaseHTTPRequestHandler], None]


class Unwell:
    """A server that answers as the list says, one entry a request; the last one for ever. `asked` keeps what arrived."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: list[Reply] = []
        unwell = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                unwell.asked.append(Asked(self.command, self.path, dict(self.headers), body))
                (unwell.replies.pop(0) if len(unwell.replies) > 1 else unwell.replies[0])(self)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

            def log_message(self, *said: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def unwell() -> Iterator[Unwell]:
    server = Unwell()
    yield server
    server.server.shutdown()
    server.server.server_close()
