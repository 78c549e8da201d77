"""Harbour Market for tests of the demo: the shop on a port of its own, in a thread of the test."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from countermark.demo_shop import seed
from countermark.demo_shop.__main__ import QuietHandler
from countermark.demo_shop.app import create_app
from countermark.entrypoints.demo import shelves

SECRET = "a secret of shop and desk"


@contextmanager
def open_shop(folder: Path, items: Collection[str]) -> Iterator[str]:
    """The demo shop with these listings, one picture each."""
    db = folder / "shop.db"
    seed(db, shelves.shop_world(only=items, pictures=1))
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=QuietHandler)
    url = f"http://localhost:{server.port}"
    server.app = create_app(db, url=url, secret=SECRET)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
