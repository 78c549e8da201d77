"""How is an event carried over HTTP to an address somebody else wrote?

Rule 1: where a name leads is looked up and checked at every new connection, and the connection goes to exactly the address
that was checked (connectors/fetch.py). Rule 2: one deadline for everything, from the look-up to the last byte read: a receiver
that drips holds nobody up. Rule 3: the status decides; of the words at most so many bytes are read. Rule 4: no redirect
is followed, no proxy of the environment asked.
"""

import ssl
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from countermark.connectors.fetch import Fetcher, FetchError, FetchFailed, Lookup, system_lookup
from countermark.connectors.webhook import ANSWER_CHARACTERS, Answer, NotReached, fault_of_address

SECONDS = 10.0  # the standard recommends 15 to 30; a worker holds a lease meanwhile
READ_BYTES = 4_096  # enough for the characters that are kept, however they are encoded
LONGEST_WAIT = timedelta(days=1)  # of what a receiver may ask for
REUSED_FOR = 5.0  # seconds a connection is kept for the next event


class HttpSender:
    """The port `Sender`. `exempt`: `host:port` pairs the operator vouches for: private addresses, other ports, http."""

    def __init__(
        self,
        *,
        exempt: Collection[str] = (),
        seconds: float = SECONDS,
        lookup: Lookup = system_lookup,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._exempt, self._seconds = frozenset(exempt), seconds
        self._now = _Now()
        guard = Fetcher(exempt=exempt, lookup=lookup)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            network_backend=_Vetted(guard, self._now),
            keepalive_expiry=REUSED_FOR,
        )

    def close(self) -> None:
        self._pool.close()

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        if fault := fault_of_address(url, self._exempt):
            raise NotReached("refused_address", fault)
        started = time.monotonic()
        self._now.url, self._now.until = url, started + self._seconds
        status, told, text = self._sent(_request(url, headers, body))
        took = int((time.monotonic() - started) * 1000)
        return Answer(status, text, _retry_after(told), took)

    def _sent(self, request: httpcore.Request) -> tuple[int, dict[str, str], str]:
        try:
            response = self._pool.handle_request(request)
        except FetchError as error:
            raise NotReached(_code_of(error), error.detail or error.code) from error
        except httpcore.TimeoutException as error:
            raise NotReached("timeout") from error
        except httpcore.NetworkError as error:
            raise NotReached(
                "tls" if isinstance(next(iter(error.args), None), ssl.SSLError) else "unreachable"
            ) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError) as error:
            raise NotReached("not_http") from error
        try:
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return response.status, told, _beginning(response.iter_stream())
        finally:
            response.close()


class _Now(threading.local):
    """The request that this thread is about: httpcore asks its backend in the thread that posts."""

    url = ""
    until = 0.0

    def left(self, fault: type[Exception]) -> float:
        """Seconds until the deadline; raises `fault` when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise fault("the time for this request is over")
        return left


class _Vetted(httpcore.NetworkBackend):
    """Connects to checked addresses only, and lets nothing last longer than the request may."""

    def __init__(self, guard: Fetcher, now: _Now) -> None:
        self._guard, self._now, self._inner = guard, now, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._guard.vetted(self._now.url):
            left = self._now.left(httpcore.ConnectTimeout)
            try:
                return _Stream(self._inner.connect_tcp(address, port, left, local_address, socket_options), self._now)
            except httpcore.ConnectError as error:
                last = error
        raise last


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the request of this thread."""

    def __init__(self, inner: httpcore.NetworkStream, now: _Now) -> None:
        self._inner, self._now = inner, now

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._now.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._now.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._now.left(httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._now)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _request(url: str, headers: Mapping[str, str], body: bytes) -> httpcore.Request:
    to = httpx.URL(url)
    target = httpcore.URL(scheme=to.raw_scheme, host=to.raw_host, port=to.port, target=to.raw_path)
    sent = {
        "host": to.netloc.decode("ascii"),
        "user-agent": "Countermark",
        "accept-encoding": "identity",
        "content-length": str(len(body)),
        **headers,
    }
    return httpcore.Request("POST", target, headers=sent, content=body)


def _code_of(error: FetchError) -> str:
    return error.code if isinstance(error, FetchFailed) else "refused_address"


def _beginning(chunks: Iterable[bytes]) -> str:
    """The first words of an answer; that the rest does not come, or never ends, changes nothing about its status."""
    found = bytearray()
    try:
        for chunk in chunks:
            found += chunk
            if len(found) >= READ_BYTES:
                break
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        pass
    text = bytes(found[:READ_BYTES]).decode("utf-8", "replace")
    return "".join(mark if mark.isprintable() else " " for mark in text)[:ANSWER_CHARACTERS].strip()


def _retry_after(told: Mapping[str, str]) -> timedelta | None:
    """Seconds or a date, RFC 9110, 10.2.3; None for anything else."""
    said = told.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(said) - datetime.now(UTC)
    except (ValueError, TypeError):
        return None
    return max(timedelta(), min(wait, LONGEST_WAIT))
