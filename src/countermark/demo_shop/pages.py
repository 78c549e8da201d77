"""What do visitors and sellers see? The pages of Harbour Market."""

import os
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from countermark.demo_shop import stock

pages = Blueprint("pages", __name__)

PAGE_SIZE = 24
SIGNS = {"EUR": "€", "GBP": "£", "USD": "US$", "CNY": "¥"}


@pages.app_template_filter("price")
def with_sign(item: stock.Item) -> str:
    return f"{SIGNS.get(item.currency, item.currency + ' ')}{item.price}"


@pages.app_template_filter("tongue")
def tongue_of(text: str) -> str:
    """The language to mark a text with: Chinese when it has Chinese characters, else English."""
    return "zh-Hans" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en"


@pages.get("/")
def index() -> str:
    words = request.args.get("q", "")[:100].strip()
    page = max(1, request.args.get("page", 1, type=int))
    with stock.reading(current_app.config["DB"]) as db:
        items, count = stock.listed(db, words, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return render_template(
        "index.html", items=items, count=count, words=words, page=page, pages=max(1, -(-count // PAGE_SIZE))
    )


@pages.get("/i/<place>")
def listing(place: str) -> str | tuple[str, int] | Answer:
    """`place` is the number and the words, 40718-nordic-mushroom-lamp; only the number counts."""
    item_id = place.partition("-")[0]
    with stock.reading(current_app.config["DB"]) as db:
        item = stock.item(db, item_id)
        others = stock.of_seller(db, item.seller.id) if item else []
        elsewhere, _ = stock.listed(db, "", limit=4, offset=0)
    if not item:
        abort(404)
    country = request.args.get("to", "")[:2].upper()
    if not item.is_shown_in(country):
        return render_template("not_available.html", item=item, country=country, others=elsewhere), 404
    if request.path != item.path:
        return redirect(item.path, 301)
    photo = min(max(1, request.args.get("photo", 1, type=int)), max(1, len(item.pictures)))
    report = _report_url(current_app.config["URL"] + item.path)
    return render_template("item.html", item=item, photo=photo, others=_shown(others, but=item)[:4], report=report)


def _report_url(listing: str) -> str:
    """Where a visitor reports this listing: at the rights desk, if the shop was told where that is; "" else."""
    form = os.environ.get("SHOP_REPORT_URL", "")
    return f"{form}{'&' if '?' in form else '?'}{urlencode({'link': listing})}" if form else ""


@pages.get("/s/<seller_id>")
def shop(seller_id: str) -> str | tuple[str, int]:
    owner, items = _seller(seller_id)
    if not owner.sells:
        return render_template("shop_closed.html", seller=owner), 404
    return render_template("shop.html", seller=owner, items=_shown(items))


@pages.get("/desk/<seller_id>")
def desk(seller_id: str) -> str:
    owner, items = _seller(seller_id)
    return render_template("desk.html", seller=owner, items=items)


@pages.post("/desk/<seller_id>/items/<item_id>/<own>")
def change(seller_id: str, item_id: str, own: str) -> Answer:
    """The seller's own hand: `up`, `sold_out` or `deleted_by_seller`."""
    _refuse_foreign_forms()
    with stock.opened(current_app.config["DB"]) as db:
        item = stock.item(db, item_id)
        if not item or item.seller.id != seller_id or own not in {"up", "sold_out", "deleted_by_seller"}:
            abort(404)
        stock.seller_sets(db, item_id, own)
    return redirect(f"/desk/{seller_id}", 303)


@pages.get("/pictures/<digest>.png")
def picture(digest: str) -> Response:
    with stock.reading(current_app.config["DB"]) as db:
        png = stock.picture(db, digest)
    if png is None:
        abort(404)
    return Response(png, mimetype="image/png", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@pages.app_errorhandler(404)
def not_found(error: Exception) -> tuple[str, int]:
    return render_template("not_found.html"), 404


@pages.after_app_request
def strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _seller(seller_id: str) -> tuple[stock.Seller, list[stock.Item]]:
    with stock.reading(current_app.config["DB"]) as db:
        owner = stock.seller(db, seller_id)
        items = stock.of_seller(db, seller_id)
    if not owner:
        abort(404)
    return owner, items


def _shown(items: Sequence[stock.Item], but: stock.Item | None = None) -> list[stock.Item]:
    return [item for item in items if item.is_shown and item != but]


def _refuse_foreign_forms() -> None:
    """The demo has no sign-in, so at least no other site may press its buttons."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
