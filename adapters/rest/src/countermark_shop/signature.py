"""Did somebody who knows the secret send this request, and just now?

`Shop-Timestamp` is in milliseconds since 1970; `Shop-Signature` is `v1=` and HMAC-SHA256 in hex over method, path with query
exactly as sent, timestamp and body, a line break between them. Several secrets may be right at once, so that one can be
replaced while both sides are running; the first is the current one.
"""

import hashlib
import hmac
from collections.abc import Sequence

TOLERANCE_MS = 300_000  # five minutes, as Standard Webhooks allow
MAX_DIGITS = 16  # of a timestamp in milliseconds: enough until the year 300000


class NotAuthorised(Exception):
    """Nobody who may ask was asking. How far the clock is off is told; the right signature is not."""


def sign(secret: bytes, method: str, path: str, timestamp: str, body: bytes) -> str:
    """Return the value of `Shop-Signature`."""
    message = b"\n".join((method.encode(), path.encode("utf-8", "surrogateescape"), timestamp.encode(), body))
    return "v1=" + hmac.new(secret, message, hashlib.sha256).hexdigest()


def check(
    secrets: Sequence[bytes], *, method: str, path: str, timestamp: str, signature: str, body: bytes, now: float
) -> int:
    """Return when the request was signed, in milliseconds; raise NotAuthorised. `now` in seconds since 1970."""
    if not any(secrets):
        raise NotAuthorised("This shop was given no secret, so it hears nobody.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MAX_DIGITS):
        raise NotAuthorised("Shop-Timestamp is missing; send the time of asking in milliseconds since 1970.")
    if abs(int(timestamp) - now * 1000) > TOLERANCE_MS:
        raise NotAuthorised("Shop-Timestamp is more than five minutes off. Set the clocks, then ask again.")
    # every secret is tried, and each in constant time: what an answer takes tells nothing
    fits = [_fits(secret, method, path, timestamp, body, signature) for secret in secrets if secret]
    if not any(fits):
        raise NotAuthorised("Shop-Signature does not fit this request.")
    return int(timestamp)


def _fits(secret: bytes, method: str, path: str, timestamp: str, body: bytes, signature: str) -> bool:
    wanted = sign(secret, method, path, timestamp, body)
    return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "surrogateescape"))
