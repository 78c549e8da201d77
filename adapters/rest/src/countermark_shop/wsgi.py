"""How does a shop answer over WSGI? `signed_rest(shop, [secret])` is an application to mount where `/api` is.

The path that was signed is the one on the wire. A server tells it as REQUEST_URI or RAW_URI; where it does not, the path is
put together again from its decoded form, which fits for ids of letters, digits, `-`, `.`, `_` and `~`.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from countermark_shop.door import MAX_BODY, TOO_LARGE, Answer, Request, answer
from countermark_shop.shop import Shop

Environ = Mapping[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def signed_rest(
    shop: Shop, secrets: Sequence[bytes], *, prefix: str = "/api", clock: Callable[[], float] = time.time
) -> Application:
    """Return a WSGI application that answers the protocol under `prefix`, and 404 elsewhere."""
    if not secrets or not all(secrets):
        raise ValueError("the shop hears only who knows its secret; pass at least one, and none that is empty")

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = request_of(environ)
        told = answer(shop, secrets, request, now=clock(), prefix=prefix) if request else TOO_LARGE
        return _respond(told, environ, start_response)

    return application


def request_of(environ: Environ) -> Request | None:
    """Read a request, or None when its body is longer than any of this protocol."""
    told = str(environ.get("CONTENT_LENGTH") or "0")
    length = int(told) if told.isascii() and told.isdigit() and len(told) < 12 else MAX_BODY + 1
    if length > MAX_BODY:
        return None
    return Request(
        str(environ["REQUEST_METHOD"]),
        raw_path(environ),
        str(environ.get("HTTP_SHOP_TIMESTAMP", "")),
        str(environ.get("HTTP_SHOP_SIGNATURE", "")),
        environ["wsgi.input"].read(length) if length else b"",
    )


def raw_path(environ: Environ) -> str:
    """Return the path with its query as it was sent."""
    sent = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if sent:
        parts = urlsplit(str(sent)) if "://" in str(sent).partition("?")[0] else None
        return str(sent) if parts is None else parts.path + (f"?{parts.query}" if parts.query else "")
    path = quote((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"), safe="/~")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _respond(told: Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    body = told.body
    start_response(
        f"{told.status} {HTTPStatus(told.status).phrase}",
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *told.headers,
        ],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
