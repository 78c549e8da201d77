"""What does the product ask of whoever carries an event to a receiver, and how is it signed?

The port of outgoing webhooks, after Standard Webhooks 1.0 (standardwebhooks.com): three headers, `webhook-id`,
`webhook-timestamp` and `webhook-signature`; the signature is `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`. While
a secret is being changed there are two of them, a space between. The timestamp is the real time of sending, whatever the
case time is: receivers refuse old ones.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Protocol

import httpx

from countermark.connectors.fetch import is_public

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard asks for 24 to 64
ANSWER_CHARACTERS = 300  # of an answer that are kept
LONGEST_URL = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver answered: its status, the beginning of its words, when to ask again if it said so, how long it took."""

    status: int
    text: str = ""
    retry_after: timedelta | None = None
    milliseconds: int = 0

    @property
    def is_accepted(self) -> bool:
        """Any status from 200 to 299; a redirect is none, it is not followed."""
        return 200 <= self.status < 300


class NotReached(Exception):
    """No answer came. `code`: refused_address (`detail` says why), unknown_host, unreachable, timeout, tls, not_http."""

    http_status_hint = 502

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)


class Sender(Protocol):
    """Carries one request to a receiver. Safe to share between threads."""

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send it once, follow nothing, wait a limited time. Raises NotReached."""


def new_secret() -> str:
    """A secret of its own for one endpoint, as receivers enter it: whsec_ and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(webhook_id: str, at: datetime, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The headers of one sending at `at` (real time), signed with every secret of `keys`, the newest first."""
    timestamp = str(int(at.timestamp()))
    message = b".".join((webhook_id.encode(), timestamp.encode(), body))
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(key, message) for key in keys),
    }


def _signature(key: str, message: bytes) -> str:
    raw = base64.b64decode(key.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(raw, message, hashlib.sha256).digest()).decode()


def fault_of_address(url: str, exempt: Collection[str] = ()) -> str:
    """Why this address cannot be a receiver's, before anybody looks it up: a code, or "" when nothing speaks against it.

    Codes: not_an_address, too_long, credentials, https, port, private. `exempt`: `host:port` pairs the operator vouches for.
    """
    try:
        split = httpx.URL(url)
        host, port = split.host, split.port or {"http": 80, "https": 443}.get(split.scheme, 0)
    except (httpx.InvalidURL, ValueError, TypeError):
        return "not_an_address"
    if split.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "not_an_address"
    if len(url) > LONGEST_URL:
        return "too_long"
    if split.userinfo:
        return "credentials"
    if f"{host}:{port}".lower() in {pair.lower() for pair in exempt}:
        return ""
    return _fault_of_stranger(split.scheme, host, port)


def _fault_of_stranger(scheme: str, host: str, port: int) -> str:
    if scheme != "https":
        return "https"
    if port != 443:
        return "port"
    return "private" if _is_private(host) else ""


def _is_private(host: str) -> bool:
    """Whether the address itself says that it is nobody's on the internet; names are looked up when something is sent."""
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return not is_public(host)
