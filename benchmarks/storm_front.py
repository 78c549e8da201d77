"""What stands between desk and shop in a storm? A door of its own that lets a share of the desk's calls go wrong.

Pages and pictures pass untouched. A call that goes wrong does so before the shop heard of it, or after it has acted: then
the desk cannot know whether it acted, and has to ask again with the same reference. Which call goes wrong how is drawn
from dice that fall the same way in every run.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# kind of fault -> its weight; "after" has the shop act first, "never" answers nothing until the desk has given up
FAULTS = {"500 before": 30, "500 after": 27, "cut before": 20, "cut after": 20, "never, but acted": 3}
LONGER_THAN_THE_DESK_WAITS = 11  # seconds; connectors/rest_marketplace.py waits 10
HOPS = ("connection", "keep-alive", "transfer-encoding")  # said by one neighbour to the next (RFC 9110, 7.6.1)


class Front(ThreadingHTTPServer):
    """Passes everything on to the shop at `port`; `happened` counts the desk's calls by what became of them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, share: float, *, seed: int = 17) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.shop, self.happened = port, Counter[str]()
        self._share, self._dice, self._lock = share, random.Random(seed), threading.Lock()
        self.is_over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def fate(self, path: str) -> str:
        """What becomes of this call; "" lets it pass."""
        if not path.startswith("/api/"):
            return ""
        with self._lock:
            wrong = self._dice.random() < self._share
            kind = self._dice.choices(list(FAULTS), list(FAULTS.values()))[0]
            self.happened[kind if wrong else "answered"] += 1
        return kind if wrong else ""

    def open(self) -> None:
        threading.Thread(target=self.serve_forever, name="front", daemon=True).start()

    def close(self) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone, killed at times: nobody is left to tell."""


class Passing(BaseHTTPRequestHandler):
    """One connection of the desk, with one of its own to the shop."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Front
    _to_shop: HTTPConnection | None = None

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = self.server.fate(self.path)
        if fate == "500 before":
            return self._say(500, b"The shop has fallen over.", {})
        if fate == "cut before":
            return self._cut()
        status, content, headers = self._asked(body)
        after: dict[str, Callable[[], None]] = {"cut after": self._cut, "never, but acted": self._hang}
        if fate in after:
            return after[fate]()
        if fate == "500 after":
            return self._say(500, b"The shop has fallen over, but it had acted.", {})
        return self._say(status, content, headers)

    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = _pass

    def _asked(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """The shop's own answer. What was read of the desk is signed, so it is passed on as it came."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOPS}
        for is_last in (False, True):
            if self._to_shop is None:
                self._to_shop = HTTPConnection("127.0.0.1", self.server.shop, timeout=60)
            try:
                self._to_shop.request(self.command, self.path, body or None, headers)
                answer: HTTPResponse = self._to_shop.getresponse()
                told = {name: value for name, value in answer.getheaders() if name.lower() not in HOPS}
                return answer.status, answer.read(), told
            except (HTTPException, OSError):  # the shop closes what was idle for long: once more on a fresh one
                self._to_shop.close()
                self._to_shop = None
                if is_last:
                    raise
        raise AssertionError("two tries end in an answer or an error")

    def _say(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self) -> None:
        until = time.monotonic() + LONGER_THAN_THE_DESK_WAITS
        while time.monotonic() < until and not self.server.is_over.wait(0.5):
            pass
        self._cut()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; `happened` counts."""
