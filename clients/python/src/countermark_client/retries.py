"""Is a request tried again, and after how long? Only where a second try cannot do a thing twice.

A POST carries an idempotency key, kept over all tries; GET, PUT and DELETE end the same however often they come. A PATCH is
tried again only when it surely was not taken in.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

NOT_NOW = frozenset({429, 502, 503, 504})
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
STILL_RUNNING = "request_still_running"


@dataclass(frozen=True)
class Retries:
    """How often one call is sent at most, and how long is waited between, in seconds.

    The wait doubles from `first_wait` on, with jitter. A `Retry-After` longer than `longest_wait` is not waited for.
    """

    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def after_fault(self, method: str, fault: Exception, sent: int) -> float | None:
        """Seconds to wait after the transport failed; None: give up."""
        if sent >= self.tries or (method == "PATCH" and not isinstance(fault, UNSENT)):
            return None
        return self.backoff(sent)

    def after_reply(self, method: str, reply: httpx.Response, sent: int) -> float | None:
        """Seconds to wait before the next try; None: this answer stands."""
        if sent >= self.tries or not (_passes(method, reply) or (sent > 1 and _first_try_runs(reply))):
            return None
        named = asked_to_wait(reply)
        if named is None:
            return self.backoff(sent)
        return None if named > self.longest_wait else named + random.uniform(0, self.first_wait)  # noqa: S311

    def backoff(self, sent: int) -> float:
        """Half to whole of the doubled wait, so that programs cut off together do not come back together."""
        most = min(self.longest_wait, self.first_wait * 2.0 ** (sent - 1))
        return most * random.uniform(0.5, 1.0)  # noqa: S311  - spreads load, protects nothing


def _passes(method: str, reply: httpx.Response) -> bool:
    """Will it pass by itself? Whether a proxy handed a PATCH on before it gave up cannot be known."""
    return reply.status_code == 429 if method == "PATCH" else reply.status_code in NOT_NOW


def _first_try_runs(reply: httpx.Response) -> bool:
    """The connection of an earlier try was cut, its work goes on: the next try gets its answer."""
    try:
        return reply.status_code == 409 and reply.json().get("code") == STILL_RUNNING
    except (ValueError, AttributeError):
        return False


def asked_to_wait(reply: httpx.Response) -> float | None:
    """`Retry-After` in seconds from now (RFC 9110, 10.2.3): a number or a date; None where there is none."""
    said = reply.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
