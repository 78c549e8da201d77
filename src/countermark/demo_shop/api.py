"""What may a rights desk ask of the shop? The signed JSON API under /api/; its rules stand in stock.py.

Signed: `Shop-Timestamp` (milliseconds since 1970, at most five minutes off) and `Shop-Signature: v1=` HMAC-SHA256 in
hex over method, path with query, timestamp and body, a line break between them.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from countermark.demo_shop import stock
from countermark.demo_shop.faults import Fault

api = Blueprint("api", __name__, url_prefix="/api")

TOLERANCE_MS = 300_000  # five minutes, as the Standard Webhooks allow
_HUGE = 50_000_000

Answer = Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]


def refusal(status: int, code: str, text: str) -> tuple[Response, int]:
    return jsonify(error=code, text=text), status


@api.before_request
def check_signature() -> Answer | None:
    """Only who holds the secret is heard; how far the timestamp is off is told, the right signature is not."""
    told = request.headers.get("Shop-Timestamp", "")
    if not told.isascii() or not told.isdigit() or abs(int(told) - time.time() * 1000) > TOLERANCE_MS:
        return refusal(401, "not_authorised", "Shop-Timestamp is missing or more than five minutes off.")
    path = request.environ["REQUEST_URI"]  # as it was sent and signed: with its query, nothing decoded
    message = b"\n".join((request.method.encode(), path.encode(), told.encode(), request.get_data()))
    wanted = hmac.new(current_app.config["SECRET"].encode(), message, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v1={wanted}".encode(), request.headers.get("Shop-Signature", "").encode()):
        return refusal(401, "not_authorised", "Shop-Signature does not fit this request.")
    return None


@api.get("/items/<item_id>")
def show(item_id: str) -> Answer:
    def look() -> stock.Item | None:
        with stock.reading(current_app.config["DB"]) as db:
            return stock.item(db, item_id)

    return _with_fault(look, _described)


@api.post("/items/<item_id>/measures")
def apply(item_id: str) -> Answer:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or body.get("measure") not in stock.MEASURES or set(body) - _FIELDS:
        return refusal(422, "not_accepted", "Send measure (pause or remove), reference and reason_url.")
    return _measure(item_id, body.get("reference"), body["measure"], body.get("reason_url"))


_FIELDS = {"measure", "reference", "reason_url"}


@api.delete("/items/<item_id>/measures")
def reverse(item_id: str) -> Answer:
    return _measure(item_id, request.args.get("reference"), None, None)


def _measure(item_id: str, reference: object, measure: str | None, reason_url: object) -> Answer:
    if not isinstance(reference, str) or not 0 < len(reference) <= 200:
        return refusal(422, "not_accepted", "Send a reference of 1 to 200 characters.")
    asked = stock.Request(
        item_id, reference, measure, str(reason_url) if reason_url else None, int(request.headers["Shop-Timestamp"])
    )

    def act() -> stock.Item | None:
        with stock.opened(current_app.config["DB"]) as db:
            return stock.carry_out(db, asked)

    try:
        return _with_fault(act, lambda item: {"item_id": item.id, "reference": reference, **_standing(item)})
    except stock.ReferenceReused:
        return refusal(409, "reference_reused", f"{reference} was used for another measure on this listing.")


def _with_fault(act: Callable[[], stock.Item | None], describe: Callable[[stock.Item], dict[str, Any]]) -> Answer:
    """Do it and describe it, or go wrong in the way that was laid in for this request."""
    fault = current_app.config["FAULTS"].next() if current_app.config["FAULTS"] else None
    if fault and (answer := _instead(fault)):
        return answer
    found = act()
    if fault and fault.kind == "twice":
        found = act()
    if not found:
        return refusal(404, "unknown_item", "There is no such listing.")
    return _afterwards(fault, describe(found))


def _instead(fault: Fault) -> Answer | None:
    """What happens before anything is done; an answer here means that nothing was done."""
    if fault.kind in {"slow", "never"}:
        time.sleep(fault.seconds)
    if fault.kind in {"never", "error"}:
        return refusal(500, "error", "Something broke.")
    if fault.kind == "busy":
        return jsonify(error="busy", text="Too many requests."), 429, {"Retry-After": str(int(fault.seconds))}
    if fault.kind == "wrong":
        return jsonify(item_id="0", id="0", reference="another", state="up", at=None)
    return None


def _afterwards(fault: Fault | None, told: dict[str, Any]) -> Answer:
    if fault and fault.kind == "late":
        time.sleep(fault.seconds)
    if fault and fault.kind == "garbage":
        return Response("<html>Our shop is being dusted.</html>", mimetype="text/html")
    if fault and fault.kind == "huge":
        return Response((b" " * 65_536 for _ in range(_HUGE // 65_536)), mimetype="application/json")
    return jsonify(told)


def _standing(item: stock.Item) -> dict[str, Any]:
    return {"state": item.state, "at": item.since}


def _described(item: stock.Item) -> dict[str, Any]:
    base = current_app.config["URL"]
    return {
        "id": item.id,
        "url": base + item.path,
        "title": item.title,
        "text": item.text,
        "price": {"amount": item.price, "currency": item.currency},
        "images": [{"url": f"{base}/pictures/{digest}.png", "sha256": digest} for digest in item.pictures],
        "seller": {
            "id": item.seller.id,
            "name": item.seller.name,
            "email": item.seller.email,
            "language": item.seller.language,
        },
        **_standing(item),
    }


@api.errorhandler(HTTPException)
def as_json(error: HTTPException) -> Answer:
    return refusal(error.code or 500, "not_accepted", error.description or error.name)
