"""How is the shop put together? One Flask application over one database file."""

from pathlib import Path

from flask import Flask, Response, current_app, jsonify, request

from countermark.demo_shop import stock
from countermark.demo_shop.api import api
from countermark.demo_shop.faults import Fault, Faults
from countermark.demo_shop.pages import pages


def create_app(db: Path, *, url: str, secret: str, may_misbehave: bool = False) -> Flask:
    """`url` is where visitors find the shop; `secret` signs the API. `may_misbehave` opens POST /faults, for tests only."""
    if not secret:
        raise ValueError("the shop's API needs a secret: set SHOP_API_SECRET to the one the rights desk has")
    stock.prepare(db)
    app = Flask(__name__)
    app.config.update(
        DB=db,
        URL=url.rstrip("/"),
        SECRET=secret,
        FAULTS=Faults() if may_misbehave else None,
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.register_blueprint(pages)
    app.register_blueprint(api)
    if may_misbehave:
        app.add_url_rule("/faults", view_func=lay_in, methods=["POST"])
    return app


def lay_in() -> Response:
    told = request.get_json()
    current_app.config["FAULTS"].lay_in(Fault(told["kind"], float(told.get("seconds", 0))), int(told.get("times", 1)))
    return jsonify(laid_in=told["kind"])
