"""What does the desk know after a shop answered late, twice, never, wrongly or not at all?"""

import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from connectors.conftest import SECRET, Shop
from countermark.connectors.fetch import Fetcher
from countermark.connectors.marketplace import (
    ItemRef,
    ListingGone,
    ListingState,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
)
from countermark.connectors.rest_marketplace import RestMarketplace, sign

AT = datetime(2026, 2, 26, 1, 12, tzinfo=UTC)


def unavailable(call) -> MarketplaceUnavailable:
    with pytest.raises(MarketplaceUnavailable) as caught:
        call()
    return caught.value


# What visitors see ---------------------------------------------------------------------------------------------------


def test_a_listing_visibly_disappears_and_returns(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    assert (shop.page(item).status_code, "Nordic mushroom lamp" in shop.page(item).text) == (200, True)
    desk.apply(Measure.REMOVE, item, reference="m-1", reason_url="https://rights.example/case/1")
    gone = shop.page(item)
    assert (gone.status_code, "This listing is not available" in gone.text) == (404, True)
    assert f"/i/{item.item_id}-" not in httpx.get(shop.url + "/", params={"q": "Nordic"}).text
    desk.apply(Measure.PAUSE, item, reference="m-2")
    assert "This listing is paused" in shop.page(item).text
    desk.reverse(item, reference="m-3")
    assert shop.page(item).status_code == 200


def test_the_seller_reads_at_the_desk_why_a_listing_is_down(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1", reason_url="https://rights.example/case/7")
    assert "https://rights.example/case/7" in httpx.get(f"{shop.url}/desk/mei").text


def test_a_listing_is_read_whole_with_its_pictures(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    listing = desk.resolve(item, at=AT)
    assert listing.url == item.url
    assert (listing.price.amount, listing.price.currency) == ("89.00", "EUR")
    assert (listing.seller.id, listing.seller.email, listing.seller.language) == ("mei", "mei@lamp.example", "zh-Hans")
    assert len(listing.images) == 2
    for image in listing.images:
        assert image.content.startswith(b"\x89PNG")
        assert image.sha256 == hashlib.sha256(image.content).hexdigest()


def test_a_picture_that_cannot_be_had_does_not_hide_the_listing(shop: Shop) -> None:
    with shop.adapter(fetch=Fetcher().content) as careful:  # without an exemption it asks no shop on this machine
        listing = careful.resolve(shop.new_item(), at=AT)
    assert listing.title == "Nordic mushroom lamp, brass"
    assert [image.content for image in listing.images] == [None, None]
    assert all(len(image.sha256) == 64 for image in listing.images)


# Late, twice, never, wrong -------------------------------------------------------------------------------------------


def test_a_shop_that_answers_late_has_acted_and_confirms_when_asked_again(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    shop.misbehave("late", seconds=2.5)
    assert unavailable(lambda: desk.apply(Measure.REMOVE, item, reference="m-1")).code == "timeout"
    assert desk.state(item) is ListingState.REMOVED
    assert desk.apply(Measure.REMOVE, item, reference="m-1").state is ListingState.REMOVED


def test_a_request_carried_out_late_does_not_undo_what_was_decided_since(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    shop.misbehave("slow", seconds=2.8)
    assert unavailable(lambda: desk.apply(Measure.REMOVE, item, reference="m-1")).code == "timeout"
    assert desk.reverse(item, reference="m-2").state is ListingState.UP
    time.sleep(1.5)  # by now the shop has carried out the first request
    assert desk.state(item) is ListingState.UP


def test_a_shop_that_carries_out_twice_acts_once(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    shop.misbehave("twice")
    first = desk.apply(Measure.REMOVE, item, reference="m-1")
    assert desk.apply(Measure.REMOVE, item, reference="m-1") == first
    assert first.at.tzinfo is not None


def test_a_shop_that_never_answers_is_given_up_on_and_asked_again(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    shop.misbehave("never", seconds=6)
    began = time.monotonic()
    assert unavailable(lambda: desk.apply(Measure.REMOVE, item, reference="m-1")).code == "timeout"
    assert time.monotonic() - began < 5
    assert desk.state(item) is ListingState.UP
    assert desk.apply(Measure.REMOVE, item, reference="m-1").state is ListingState.REMOVED


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("error", "server_error"),
        ("wrong", "answer_not_understood"),
        ("garbage", "answer_not_understood"),
        ("huge", "answer_not_understood"),
    ],
)
def test_a_useless_answer_is_no_confirmation(shop: Shop, desk: RestMarketplace, fault: str, code: str) -> None:
    item = shop.new_item()
    shop.misbehave(fault)
    assert unavailable(lambda: desk.apply(Measure.REMOVE, item, reference="m-1")).code == code
    assert desk.apply(Measure.REMOVE, item, reference="m-1").state is ListingState.REMOVED


@pytest.mark.parametrize("fault", ["wrong", "garbage"])
def test_a_useless_answer_is_no_listing(shop: Shop, desk: RestMarketplace, fault: str) -> None:
    item = shop.new_item()
    shop.misbehave(fault)
    assert unavailable(lambda: desk.resolve(item, at=AT)).code == "answer_not_understood"


def test_a_busy_shop_says_when_to_come_back(shop: Shop, desk: RestMarketplace) -> None:
    shop.misbehave("busy", seconds=30)
    refusal = unavailable(lambda: desk.state(shop.new_item()))
    assert (refusal.code, refusal.retry_after) == ("too_many_requests", timedelta(seconds=30))


def test_a_shop_that_is_closed_is_unreachable() -> None:
    with RestMarketplace("http://127.0.0.1:9", SECRET, seconds=1) as nobody:
        assert unavailable(lambda: nobody.state(ItemRef("1"))).code == "unreachable"


def test_ten_workers_asking_at_once_leave_one_measure(shop: Shop, desk: RestMarketplace) -> None:
    item = shop.new_item()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(desk.apply(Measure.REMOVE, item, reference="m-1")))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 10
    assert len(set(answers)) == 1


# Signatures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"secret": "another secret"},
        {"clock": lambda: time.time() - 400},  # a request caught and sent again later
        {"clock": lambda: time.time() + 400},
    ],
)
def test_who_does_not_sign_rightly_and_now_is_not_heard(shop: Shop, options: dict[str, object]) -> None:
    item = shop.new_item()
    with shop.adapter(**options) as stranger, pytest.raises(MarketplaceRefused) as caught:
        stranger.apply(Measure.REMOVE, item, reference="m-1")
    assert caught.value.code == "not_authorised"
    assert shop.page(item).status_code == 200


def test_a_signature_fits_one_path_one_method_and_one_body(shop: Shop) -> None:
    item, other = shop.new_item(), shop.new_item()
    path, now = f"/api/items/{item.item_id}/measures", str(int(time.time() * 1000))
    body = b'{"measure": "pause", "reference": "m-1"}'
    headers = {
        "Shop-Timestamp": now,
        "Shop-Signature": "v1=" + sign(SECRET.encode(), "POST", path, now, body),
        "Content-Type": "application/json",
    }
    moved = shop.url + path.replace(item.item_id, other.item_id)
    assert httpx.post(moved, content=body, headers=headers).status_code == 401
    assert httpx.post(shop.url + path, content=body.replace(b"pause", b"remove"), headers=headers).status_code == 401
    assert httpx.post(f"{shop.url}{path}?x=1", content=body, headers=headers).status_code == 401
    assert httpx.request("DELETE", shop.url + path, content=body, headers=headers).status_code == 401
    assert httpx.post(shop.url + path, content=body, headers=headers).status_code == 200


def test_an_id_that_looks_like_a_path_stays_an_id(desk: RestMarketplace) -> None:
    for odd in ("a b", "淘宝", "?x", "%2e%2e", "1?reference=2"):
        with pytest.raises(ListingGone) as caught:
            desk.state(ItemRef(odd))
        assert caught.value.item_id == odd
    for path in ("../../faults", "1/measures"):  # no answer of the API, so nothing is learnt about a listing
        assert unavailable(lambda path=path: desk.state(ItemRef(path))).code == "answer_not_understood"


def test_an_adapter_without_a_secret_is_a_mistake_of_the_operator() -> None:
    with pytest.raises(ValueError, match="shared secret"):
        RestMarketplace("http://localhost:1", "")


def test_a_shop_below_a_folder_is_asked_there_and_the_whole_path_is_signed() -> None:
    asked: list[tuple[str, str, str]] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Shop-Timestamp"], self.headers["Shop-Signature"]))
            self.send_error(503)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Recorder) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with RestMarketplace(f"http://127.0.0.1:{server.server_port}/our/shop/", SECRET) as desk:
            unavailable(lambda: desk.state(ItemRef("48213")))
    (path, timestamp, signature) = asked[0]
    assert path == "/our/shop/api/items/48213"
    assert signature == f"v1={sign(SECRET.encode(), 'GET', path, timestamp, b'')}"
