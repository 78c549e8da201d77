"""How much of an answer is read, and for how long? A peer decides neither our memory nor our time."""

import time

import httpx


class TooLarge(Exception):
    """The body is larger than the caller takes."""


class TooSlow(Exception):
    """The body did not arrive in time, though bytes may still be dripping."""


def read_body(response: httpx.Response, *, max_bytes: int, until: float) -> bytes:
    """Return the body as sent, not unpacked. `until` is an instant of `time.monotonic()`; raise TooLarge or TooSlow."""
    if int(response.headers.get("content-length", "0") or 0) > max_bytes:
        raise TooLarge
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge
        if time.monotonic() > until:
            raise TooSlow
    return bytes(body)
