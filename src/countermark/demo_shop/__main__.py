"""How is the shop started? `python -m countermark.demo_shop --port 8001 --db shop.db --seed world.json`.

The API's secret comes from SHOP_API_SECRET; SHOP_FAULTS=1 lets tests make it misbehave. It listens on this machine
only.
"""

import argparse
import json
import os
import sys
from importlib import resources
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from countermark.demo_shop.app import create_app
from countermark.demo_shop.stock import seed

HOST = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Says nothing about requests that went well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


def main(arguments: list[str] | None = None) -> int:
    told = _parser().parse_args(arguments)
    secret = os.environ.get("SHOP_API_SECRET", "")
    if not secret:
        sys.stderr.write("Set SHOP_API_SECRET to the secret the rights desk signs with, then start the shop again.\n")
        return 2
    if told.seed:
        seed(told.db, json.loads(_world(told.seed)))
    server = make_server(HOST, told.port, lambda *_: [], threaded=True, request_handler=QuietHandler)
    url = told.url or f"http://localhost:{server.port}"
    server.app = create_app(told.db, url=url, secret=secret, may_misbehave=os.environ.get("SHOP_FAULTS") == "1")
    sys.stdout.write(f"Harbour Market is open at {url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


def _world(place: str) -> str:
    if place == "sample":
        return resources.files(__package__).joinpath("sample_world.json").read_text("utf-8")
    return Path(place).read_text("utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m countermark.demo_shop", description="Harbour Market, a shop to try on."
    )
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one; the first line printed says which")
    parser.add_argument("--db", type=Path, default=Path("shop.db"), help="the shop's own database file")
    parser.add_argument("--seed", help="a world as JSON (see stock.seed), or `sample`; listings that are there stay")
    parser.add_argument("--url", help="where visitors find the shop, if not at http://localhost:PORT")
    return parser


if __name__ == "__main__":
    sys.exit(main())
