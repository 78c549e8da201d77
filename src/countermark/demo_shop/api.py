"""What may a rights desk ask of the shop? The signed JSON API under /api/; its rules stand in stock.py.

Signed: `Shop-Timestamp` (milliseconds since 1970, at most five minutes off) and `Shop-Signature: v1=` HMAC-SHA256 in
hex over method, path with query, timestamp and body, a line break between them.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from countermark.demo_shop import shops, stock
from countermark.demo_shop.faults import Fault

api = Blueprint("api", __name__, url_prefix="/api")

T = TypeVar("T")
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


@api.get("/offers")
def offers() -> Answer:
    """What this shop can do. All of it can be undone: nobody is paid out here."""
    return jsonify(measures=list(stock.MEASURES), shop_measures=list(shops.MEASURES), territories=True, cannot_undo=[])


# Listings -----------------------------------------------------------------------------------------------------------


@api.get("/items/<item_id>")
def show(item_id: str) -> Answer:
    def look() -> stock.Item | None:
        with stock.reading(current_app.config["DB"]) as db:
            return stock.item(db, item_id)

    return _with_fault(look, _described, NO_ITEM)


@api.post("/items/<item_id>/measures")
def apply(item_id: str) -> Answer:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or set(body) - _FIELDS or not _is_restriction(body):
        return refusal(
            422, "not_accepted", "Send measure (demote, pause or remove), reference, reason_url, territories."
        )
    return _measure("apply", item_id, body)


_FIELDS = {"measure", "reference", "reason_url", "territories"}


def _is_restriction(body: dict[str, Any]) -> bool:
    """Something is asked, of countries by two capital letters, each more strongly than everywhere."""
    measure, there = body.get("measure"), body.get("territories", {})
    if not (measure is None or isinstance(measure, str)) or measure not in stock.STRENGTH or not isinstance(there, dict):
        return False
    countries = all(len(code) == 2 and code.isascii() and code.isupper() for code in there)
    known = all(isinstance(one, str) and one in stock.MEASURES for one in there.values())
    if not countries or not known:
        return False
    return bool(measure or there) and all(stock.STRENGTH[one] > stock.STRENGTH[measure] for one in there.values())


@api.delete("/items/<item_id>/measures")
def reverse(item_id: str) -> Answer:
    return _measure("reverse", item_id, {"reference": request.args.get("reference")})


def _measure(kind: str, item_id: str, body: dict[str, Any]) -> Answer:
    reference = body.get("reference")
    if not _is_reference(reference):
        return refusal(422, "not_accepted", "Send a reference of 1 to 200 characters.")
    asked = stock.Request(
        kind, item_id, str(reference), body.get("measure"), body.get("territories") or {}, _why(body), _signed_at()
    )

    def act() -> stock.Item | None:
        with stock.opened(current_app.config["DB"]) as db:
            return stock.carry_out(db, asked)

    try:
        return _with_fault(act, lambda item: {"item_id": item.id, "reference": reference, **_standing(item)}, NO_ITEM)
    except stock.ReferenceReused:
        return refusal(409, "reference_reused", f"{reference} was used for another measure on this listing.")


def _is_reference(told: object) -> bool:
    return isinstance(told, str) and 0 < len(told) <= 200


def _why(body: dict[str, Any]) -> str | None:
    return str(body["reason_url"]) if body.get("reason_url") else None


def _signed_at() -> int:
    return int(request.headers["Shop-Timestamp"])


# Shops --------------------------------------------------------------------------------------------------------------


@api.get("/sellers/<seller_id>")
def show_shop(seller_id: str) -> Answer:
    def look() -> stock.Seller | None:
        with stock.reading(current_app.config["DB"]) as db:
            return stock.seller(db, seller_id)

    return _with_fault(look, lambda found: {"id": found.id, **_shop_standing(found)}, NO_SELLER)


@api.post("/sellers/<seller_id>/measures")
def apply_to_shop(seller_id: str) -> Answer:
    body = request.get_json(silent=True)
    fields = _FIELDS - {"territories"}
    if not isinstance(body, dict) or set(body) - fields or body.get("measure") not in shops.MEASURES:
        return refusal(422, "not_accepted", "Send measure (freeze_funds, suspend or close), reference and reason_url.")
    return _measure_shop("apply", seller_id, body)


@api.delete("/sellers/<seller_id>/measures/<measure>")
def reverse_shop(seller_id: str, measure: str) -> Answer:
    if measure not in shops.MEASURES:
        return refusal(422, "not_accepted", "There is no such measure on a shop.")
    return _measure_shop("reverse", seller_id, {"measure": measure, "reference": request.args.get("reference")})


def _measure_shop(kind: str, seller_id: str, body: dict[str, Any]) -> Answer:
    reference = body.get("reference")
    if not _is_reference(reference):
        return refusal(422, "not_accepted", "Send a reference of 1 to 200 characters.")
    asked = shops.ShopRequest(kind, seller_id, str(reference), body["measure"], _why(body), _signed_at())

    def act() -> stock.Seller | None:
        with stock.opened(current_app.config["DB"]) as db:
            return shops.carry_out(db, asked)

    def told(found: stock.Seller) -> dict[str, Any]:
        return {"seller_id": found.id, "reference": reference, **_shop_standing(found)}

    try:
        return _with_fault(act, told, NO_SELLER)
    except stock.ReferenceReused:
        return refusal(409, "reference_reused", f"{reference} was used for another measure on this shop.")


# Answers, and what goes wrong on purpose ----------------------------------------------------------------------------

NO_ITEM = ("unknown_item", "There is no such listing.")
NO_SELLER = ("unknown_seller", "There is no such seller.")


def _with_fault(act: Callable[[], T | None], describe: Callable[[T], dict[str, Any]], none: tuple[str, str]) -> Answer:
    """Do it and describe it, or go wrong in the way that was laid in for this request."""
    fault = current_app.config["FAULTS"].next() if current_app.config["FAULTS"] else None
    if fault and (answer := _instead(fault)):
        return answer
    found = act()
    if fault and fault.kind == "twice":
        found = act()
    if not found:
        return refusal(404, *none)
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
    return {"state": item.state, "at": item.since, **({"territories": item.there} if item.there else {})}


def _shop_standing(found: stock.Seller) -> dict[str, Any]:
    return {"measures": sorted(found.measures), "at": found.since}


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
