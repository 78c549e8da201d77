"""Does Harbour Market behave as a small shop would, its sellers' hands and its pictures included?"""

import hashlib
import io
import json
import re
import sqlite3
import subprocess
import sys
from importlib import resources
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote_plus

import httpx
import pytest
from PIL import Image

from connectors.conftest import SECRET, Shop, an_item
from countermark.connectors.marketplace import (
    ListingState,
    MarketplaceRefused,
    Measure,
    Offers,
    SellerRef,
    ShopMeasure,
)
from countermark.connectors.rest_marketplace import RestMarketplace, _listing
from countermark.demo_shop import SHAPES, STYLES, draw_logo, draw_picture, seed, stock
from countermark.demo_shop.app import create_app
from countermark.demo_shop.stock import Request, carry_out, opened


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_number_in_the_address_decides_and_the_words_are_put_right(shop: Shop) -> None:
    item = shop.new_item()
    for words in ("", "-", "-something-else"):
        answer = httpx.get(f"{shop.url}/i/{item.item_id}{words}")
        assert (answer.status_code, answer.headers["location"]) == (301, item.url.removeprefix(shop.url))
    assert httpx.get(item.url).status_code == 200


def test_an_unknown_number_says_so_and_is_not_called_removed(shop: Shop) -> None:
    answer = httpx.get(f"{shop.url}/i/1-nothing")
    assert (answer.status_code, "There is nothing at this address" in answer.text) == (404, True)


def test_a_visitor_finds_a_listing_by_its_words_in_both_languages(tmp_path: Path) -> None:
    chinese = {**an_item("2"), "title": "双筒望远镜 8×42"}
    seed(tmp_path / "shop.db", {"items": [an_item("1"), chinese]})
    visitor = create_app(tmp_path / "shop.db", url="http://localhost:1", secret="s").test_client()
    found = visitor.get("/", query_string={"q": "望远镜"}).text
    assert ("1 find for" in found, 'lang="zh-Hans">双筒望远镜' in found) == (True, True)
    assert "2 finds for" in visitor.get("/", query_string={"q": "mei"}).text
    assert "Nothing matches" in visitor.get("/", query_string={"q": "zebra"}).text


def test_what_a_seller_writes_is_text_and_not_page(tmp_path: Path) -> None:
    seed(tmp_path / "shop.db", {"items": [{**an_item("1"), "title": "<script>alert(1)</script>", "slug": "x"}]})
    visitor = create_app(tmp_path / "shop.db", url="http://localhost:1", secret="s").test_client()
    for page in ("/", "/i/1-x", "/s/mei", "/desk/mei", "/?q=<script>alert(1)"):
        answer = visitor.get(page)
        assert "<script>" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_empty_shop_says_what_it_is(tmp_path: Path) -> None:
    visitor = create_app(tmp_path / "shop.db", url="http://localhost:1", secret="s").test_client()
    assert "The quay is empty" in visitor.get("/").text


def test_every_listing_is_reached_by_turning_pages(tmp_path: Path) -> None:
    seed(tmp_path / "shop.db", {"items": [an_item(str(number)) for number in range(1, 51)]})
    visitor = create_app(tmp_path / "shop.db", url="http://localhost:1", secret="s").test_client()
    seen = [set(re.findall(r"/i/(\d+)-", visitor.get(f"/?page={page}").text)) for page in (1, 2, 3)]
    assert [len(numbers) for numbers in seen] == [24, 24, 2]
    assert set().union(*seen) == {str(number) for number in range(1, 51)}


# The seller's hand ---------------------------------------------------------------------------------------------------


def test_what_the_seller_deleted_stays_gone_from_the_pages_after_a_reversal(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1")
    shop.seller_sets(item, "deleted_by_seller")
    desk.reverse(item, reference="m-2")
    assert (shop.page(item).status_code, "This listing has ended" in shop.page(item).text) == (404, True)
    shop.seller_sets(item, "up")  # not even the seller's own later click brings it back
    assert desk.state(item) is ListingState.DELETED_BY_SELLER


def test_a_seller_cannot_lift_a_measure_by_marking_the_listing_up(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1")
    shop.seller_sets(item, "up")
    assert desk.state(item) is ListingState.REMOVED


def test_nobody_deletes_another_sellers_listing_nor_from_another_site(shop: Shop) -> None:
    item = shop.new_item()
    assert httpx.post(f"{shop.url}/desk/otto/items/{item.item_id}/deleted_by_seller").status_code == 404
    foreign = {"Origin": "https://evil.example"}
    assert httpx.post(f"{shop.url}/desk/mei/items/{item.item_id}/deleted_by_seller", headers=foreign).status_code == 403
    assert shop.page(item).status_code == 200


# What lies on a listing in one country, and on a whole shop ----------------------------------------------------------


def test_a_listing_down_in_one_country_is_sold_everywhere_else(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    desk.apply(None, item, reference="m-1", territories={"DE": Measure.REMOVE})
    answer = httpx.get(item.url, params={"to": "de"})
    assert (answer.status_code, "not available in DE" in answer.text) == (404, True)
    assert httpx.get(item.url, params={"to": "fr"}).status_code == shop.page(item).status_code == 200


def test_what_is_demoted_is_sold_and_shown_last(tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    seed(db, {"items": [an_item("1"), an_item("2"), an_item("3")]})
    with opened(db) as stock:
        carry_out(stock, Request("apply", "3", "m-1", "demote", {}, None, 1))
    visitor = create_app(db, url="http://localhost:1", secret="s").test_client()
    assert re.findall(r'href="/i/(\d+)-', visitor.get("/").text) == ["2", "1", "3"]
    assert visitor.get("/i/3-nordic-mushroom-lamp-brass").status_code == 200


def test_a_suspended_shop_shows_nothing_and_its_seller_reads_why(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.item_of_its_own_seller()
    seller = SellerRef(shop.seller_of(item))
    desk.apply_to_shop(ShopMeasure.SUSPEND, seller, reference="s-1", reason_url="https://rights.example/shop/1")
    assert (shop.page(item).status_code, httpx.get(f"{shop.url}/s/{seller.id}").status_code) == (404, 404)
    assert f"/i/{item.item_id}-" not in httpx.get(shop.url + "/", params={"page": 1}).text
    desk_page = httpx.get(f"{shop.url}/desk/{seller.id}").text
    assert ("closed for now" in desk_page, "https://rights.example/shop/1" in desk_page) == (True, True)
    desk.reverse_shop(ShopMeasure.SUSPEND, seller, reference="s-2")
    assert shop.page(item).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"measure": None},
        {"measure": "burn"},
        {"measure": ["remove"]},
        {"measure": "remove", "territories": {"DE": "pause"}},
        {"measure": None, "territories": {"Germany": "remove"}},
        {"measure": None, "territories": {"DE": ["remove"]}},
        {"measure": None, "territories": ["DE"]},
        {"measure": "remove", "extra": 1},
    ],
)
def test_a_restriction_nobody_can_read_is_refused_and_changes_nothing(
    shop: Shop, desk: RestMarketplace, body: dict[str, object]
) -> None:
    item = shop.new_item()
    with pytest.raises(MarketplaceRefused):
        desk._ask("POST", _listing(item), "/measures", {"reference": "m-1", **body})
    assert desk.state(item) is ListingState.UP


def test_a_shop_that_says_nothing_of_offers_pauses_and_removes(shop: Shop) -> None:
    with RestMarketplace(shop.url + "/older", SECRET) as older:  # an address that answers 404, as an older shop does
        assert older.offers() == Offers()


def test_an_older_shops_shelves_are_kept_when_it_is_renewed(tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    with sqlite3.connect(db) as old:
        old.executescript(OLDER)
    old.close()
    visitor = create_app(db, url="http://localhost:1", secret="s").test_client()
    assert visitor.get("/i/7-lamp").status_code == 404  # removed before, and still
    assert visitor.get("/i/8-lamp").status_code == 200
    with opened(db) as stock:
        assert carry_out(stock, Request("apply", "7", "m-1", "remove", {}, None, 9)).state == "removed"  # not a new one
        assert carry_out(stock, Request("apply", "8", "m-2", "demote", {}, None, 9)).state == "demoted"


OLDER = """
CREATE TABLE seller (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, language TEXT NOT NULL);
CREATE TABLE item (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, price TEXT NOT NULL,
    currency TEXT NOT NULL, seller TEXT NOT NULL REFERENCES seller (id), own TEXT NOT NULL DEFAULT 'up',
    restriction TEXT CHECK (restriction IN ('pause', 'remove')), reason_url TEXT, since TEXT,
    newest INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX item_by_seller ON item (seller);
CREATE TABLE answered (
    item TEXT NOT NULL REFERENCES item (id), kind TEXT NOT NULL, reference TEXT NOT NULL, measure TEXT,
    PRIMARY KEY (item, kind, reference)
);
INSERT INTO seller VALUES ('mei', 'Mei', 'mei@lamp.example', 'en');
INSERT INTO item VALUES ('7', 'lamp', 'Lamp', '', '1', 'EUR', 'mei', 'up', 'remove', NULL, NULL, 5);
INSERT INTO item VALUES ('8', 'lamp', 'Lamp', '', '1', 'EUR', 'mei', 'up', NULL, NULL, NULL, 0);
INSERT INTO answered VALUES ('7', 'apply', 'm-1', 'remove');
"""


# Setting up ----------------------------------------------------------------------------------------------------------


def test_seeding_again_adds_what_is_new_and_leaves_what_happened(tmp_path: Path) -> None:
    db = tmp_path / "shop.db"
    assert seed(db, {"items": [an_item("1")]}) == 1
    visitor = create_app(db, url="http://localhost:1", secret="s").test_client()
    visitor.post("/desk/mei/items/1/deleted_by_seller")
    assert seed(db, {"items": [an_item("1"), an_item("2")]}) == 1
    assert visitor.get("/i/1-nordic-mushroom-lamp-brass").status_code == 404
    assert visitor.get("/i/2-nordic-mushroom-lamp-brass").status_code == 200


def test_the_sample_world_fills_a_shop(tmp_path: Path) -> None:
    world = json.loads(resources.files("countermark.demo_shop").joinpath("sample_world.json").read_text("utf-8"))
    assert seed(tmp_path / "shop.db", world) == len(world["items"])
    visitor = create_app(tmp_path / "shop.db", url="http://localhost:1", secret="s").test_client()
    assert visitor.get("/i/40718-nordic-mushroom-lamp-brass").status_code == 200


def test_a_shop_without_a_secret_does_not_open(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "countermark.demo_shop", "--port", "0", "--db", str(tmp_path / "shop.db")]
    done = subprocess.run(command, env={}, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, "Set SHOP_API_SECRET" in done.stderr) == (2, True)


def test_nobody_makes_a_real_shop_misbehave(tmp_path: Path) -> None:
    visitor = create_app(tmp_path / "shop.db", url="http://localhost:1", secret="s").test_client()
    assert visitor.post("/faults", json={"kind": "never"}).status_code == 404


# Pictures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_shows_its_colour_and_its_word(shape: str) -> None:
    plain, worded, other = (
        draw_picture(shape, "navy"),
        draw_picture(shape, "navy", "KESTREL"),
        draw_picture(shape, "red"),
    )
    assert Image.open(io.BytesIO(plain)).size == (720, 576)
    assert len({plain, worded, other}) == 3


def test_the_same_picture_has_the_same_digest_and_each_view_another() -> None:
    draw_picture.cache_clear()
    first = hashlib.sha256(draw_picture("lamp", "brass", "Halden & Moe")).hexdigest()
    draw_picture.cache_clear()
    assert hashlib.sha256(draw_picture("lamp", "brass", "Halden & Moe")).hexdigest() == first
    assert len({draw_picture("lamp", "brass", "Halden & Moe", view=view) for view in range(3)}) == 3


def test_a_blurred_word_has_no_sharp_edge() -> None:
    def sharpest(png: bytes) -> int:
        row = pixels(png).crop((270, 348, 450, 349)).tobytes()  # one line of pixels through the word
        return max(abs(a - b) for a, b in pairwise(row))

    sharp = draw_picture("binoculars", "forest", "KESTREL")
    blurred = draw_picture("binoculars", "forest", "KESTREL", blurred=True)
    assert sharpest(blurred) < sharpest(sharp) / 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sofa", "navy"), "no shape 'sofa'"),
        (("lamp", "nocolour"), "unknown color"),
        (("lamp", "navy", "灯"), "Latin font"),
    ],
)
def test_what_cannot_be_drawn_says_why(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        draw_picture(*arguments)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_makes_a_mark_on_white(style: str) -> None:
    logo = pixels(draw_logo("Halden & Moe", style))
    assert logo.size == (720, 432)
    assert logo.getpixel((2, 2)) == 255
    assert min(logo.tobytes()) < 80
    assert draw_logo("Kestrel", style) != draw_logo("Halden & Moe", style)


def test_a_listing_leads_to_the_report_form_of_the_rights_desk_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is filled in by the shop's own template, and with no desk there is no link."""
    db = tmp_path / "shop.db"
    seed(db, json.loads(resources.files("countermark.demo_shop").joinpath("sample_world.json").read_text("utf-8")))
    pages = create_app(db, url="https://harbour.example", secret="s").test_client()
    with stock.reading(db) as shelf:
        path = stock.listed(shelf, "", limit=1, offset=0)[0][0].path
    monkeypatch.delenv("SHOP_REPORT_URL", raising=False)
    assert "Report this listing" not in pages.get(path).text
    monkeypatch.setenv("SHOP_REPORT_URL", "https://desk.example/report/?marketplace=harbour-market")
    link = f"https://desk.example/report/?marketplace=harbour-market&amp;link={quote_plus('https://harbour.example' + path)}"
    assert f'<a href="{link}" rel="nofollow">Report this listing</a>' in pages.get(path).text
