"""How is the sandbox prepared and served? Tables, shelves and search index, then Django's own threaded server."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

django.setup()

import stock  # noqa: E402  (its models are there now)
from django.core.wsgi import get_wsgi_application  # noqa: E402

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def prepare(*, lamps: int, at_once: bool, listed: bool) -> None:
    """Make the tables, fill the shelves, and index what is new."""
    call_command("migrate", verbosity=0, run_syncdb=at_once)
    stock.fill(lamps)
    if settings.HAYSTACK_CONNECTIONS["default"] is not settings.NO_INDEX:
        call_command("update_index", remove=True, verbosity=0)
    for line in stock.shelves() if listed else ():
        print(line)


def serve(port: int, *, faults: float = 0.0) -> None:
    """Serve until the process is ended; the first line tells the address."""
    server = ThreadedWSGIServer(("127.0.0.1", port), Handler, allow_reuse_address=True)
    shop: Application = StaticFilesHandler(get_wsgi_application())
    server.set_app(Faulty(shop, faults) if faults else shop)
    print(f"{settings.OSCAR_SHOP_NAME} is open at http://localhost:{server.server_port}", flush=True)
    server.serve_forever()


class Handler(WSGIRequestHandler):
    """Tells the path as it was sent, which is what the desk signed, and logs nothing."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "REQUEST_URI": self.path}

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Faulty:
    """Lets a share of the desk's calls go wrong, repeatably: half of them before, half of them after the shop acted."""

    def __init__(self, shop: Application, share: float) -> None:
        self._shop, self._share = shop, share
        self._dice, self._lock = random.Random(17), threading.Lock()  # noqa: S311  (repeatable, not secret)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            goes_wrong, acts = self._dice.random() < self._share, self._dice.random() < 0.5
        if not environ["PATH_INFO"].startswith("/api/") or not goes_wrong:
            return self._shop(environ, start_response)
        if acts:
            b"".join(self._shop(environ, lambda *_: None))
        start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "1")])
        return [b"The shop is being dusted."]
