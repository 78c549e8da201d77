"""Is there a virus in this file? A port, a client for ClamAV's daemon, and a fake.

A scanner is called with the bytes and returns the name of what it found, or None. Without one nothing is scanned;
with one that does not answer nothing is let through: ScannerUnavailable goes up to the door, which asks the person to
try again.
"""

import socket
import struct
import time
from typing import Protocol

# clamd's own default for StreamMaxLength is 100 MB since 1.0, above every upload we take.
_CHUNK = 65_536
_MAX_REPLY = 4_096
CONNECTS_WITHIN = 5.0  # seconds
NOT_ASKED_FOR = 5.0  # seconds after no answer: whoever sends ten files waits once, not ten times
_NO_ANSWER = (TimeoutError, ConnectionRefusedError, socket.gaierror)


class Scanner(Protocol):
    """The port."""

    def __call__(self, content: bytes, /) -> str | None:
        """Return the name of what was found, None when clean; raise ScannerUnavailable."""
        ...


class ScannerUnavailable(Exception):
    """The virus scanner gave no verdict, so the file was not kept."""

    http_status_hint = 503

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"The virus scanner gave no verdict ({reason}). Nothing was kept; upload the file again later."
        )


class ClamdScanner:
    """ClamAV's daemon over TCP, command INSTREAM: chunks, a four-byte length before each, a zero length at the end.

    Shared by the threads of a process. Where it gave no answer it is not asked again for a moment.
    """

    def __init__(self, host: str, port: int = 3310, *, seconds: float = 30.0) -> None:
        self._place = (host, port)
        self._seconds = seconds
        self._asks_again_at = 0.0  # of time.monotonic()

    def __call__(self, content: bytes, /) -> str | None:
        if time.monotonic() < self._asks_again_at:
            raise ScannerUnavailable("no answer a moment ago")
        try:
            with socket.create_connection(self._place, min(self._seconds, CONNECTS_WITHIN)) as connection:
                connection.settimeout(self._seconds)
                reply = _instream(connection, content)
        except OSError as error:
            if isinstance(error, _NO_ANSWER):
                self._asks_again_at = time.monotonic() + NOT_ASKED_FOR
            raise ScannerUnavailable(str(error) or type(error).__name__) from error
        return _verdict(reply)


def _instream(connection: socket.socket, content: bytes) -> str:
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    connection.sendall(struct.pack(">I", 0))
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < _MAX_REPLY:
        if not (more := connection.recv(_MAX_REPLY)):
            break
        reply += more
    return reply.rstrip(b"\0").decode("utf-8", "replace")


def _verdict(reply: str) -> str | None:
    if reply == "stream: OK":
        return None
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return reply.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerUnavailable(reply or "no answer")


class FakeScanner:
    """Finds whatever `virus` holds, under that virus's name; `seen` counts the files."""

    def __init__(self, virus: dict[bytes, str] | None = None) -> None:
        self.virus = virus if virus is not None else {b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE": "Eicar-Test-Signature"}
        self.seen = 0

    def __call__(self, content: bytes, /) -> str | None:
        self.seen += 1
        return next((name for mark, name in self.virus.items() if mark in content), None)
