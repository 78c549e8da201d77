"""Does the shop's half of the signed REST protocol keep the rules, when another program asks over HTTP?"""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from countermark_shop import Offers, Own, Request, ShopStanding, Standing, answer, sign, signed_rest
from countermark_shop import ShopMeasure as Theirs
from countermark_shop.signature import NotAuthorised, check

from adapters.conftest import SECRET, WEB, CornerShop
from countermark.connectors.contract import MarketplaceContract, Stage
from countermark.connectors.marketplace import (
    ItemRef,
    ListingState,
    MarketplaceRefused,
    Measure,
    SellerRef,
    ShopMeasure,
)
from countermark.connectors.rest_marketplace import RestMarketplace


class TestAShopThatMountsSignedRest(MarketplaceContract):
    @pytest.fixture
    def stage(self, corner: CornerShop, corner_desk: RestMarketplace) -> Stage:
        return Stage(
            marketplace=corner_desk,
            item=corner.new_item(),
            unknown=ItemRef("no-such-listing"),
            seller_deletes=lambda item: corner.seller_sets(item, "deleted_by_seller"),
            sells_out=lambda item: corner.seller_sets(item, "sold_out"),
            is_sold=corner.is_seen,
        )


# Signed ----------------------------------------------------------------------------------------------------------------


def ask(
    corner: CornerShop,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    secret: str = SECRET,
    late: float = 0,
    **instead: str,
) -> httpx.Response:
    """Ask by hand. `late`: seconds the timestamp lies in the past; `instead`: headers sent instead of the right ones."""
    timestamp = str(int((time.time() - late) * 1000))
    headers = {"Shop-Timestamp": timestamp, "Shop-Signature": sign(secret.encode(), method, path, timestamp, body)}
    headers |= {name.replace("_", "-"): value for name, value in instead.items()}
    return WEB.request(method, corner.url + path, content=body, headers=headers)


def measures(item: ItemRef) -> str:
    return f"/api/items/{item.item_id}/measures"


def wish(**fields: object) -> bytes:
    return json.dumps({"measure": "remove", "reference": "m-1", "reason_url": None, **fields}).encode()


@pytest.mark.parametrize("late", [-400, 400])
def test_a_request_of_five_minutes_ago_or_to_come_is_not_heard(corner: CornerShop, late: float) -> None:
    item = corner.new_item()
    told = ask(corner, "POST", measures(item), wish(), late=late)
    assert (told.status_code, told.json()["error"]) == (401, "not_authorised")
    assert corner.is_seen(item) and corner.asked(item) == []


@pytest.mark.parametrize(
    "instead",
    [
        {"Shop_Signature": "v1=" + "0" * 64},
        {"Shop_Signature": ""},
        {"Shop_Signature": "v2=nothing"},
        {"Shop_Timestamp": ""},
        {"Shop_Timestamp": "soon"},
        {"Shop_Timestamp": "9" * 4000},
        {"Shop_Timestamp": "-1"},
    ],
)
def test_who_does_not_sign_is_not_heard(corner: CornerShop, instead: dict[str, str]) -> None:
    item = corner.new_item()
    assert ask(corner, "POST", measures(item), wish(), **instead).status_code == 401
    assert corner.is_seen(item) and corner.asked(item) == []


def test_a_signature_fits_one_method_one_path_one_body(corner: CornerShop) -> None:
    item, other = corner.new_item(), corner.new_item()
    now = str(int(time.time() * 1000))
    headers = {"Shop-Timestamp": now, "Shop-Signature": sign(SECRET.encode(), "POST", measures(item), now, wish())}
    for method, path, body in (
        ("POST", measures(other), wish()),
        ("POST", measures(item), wish(measure="pause")),
        ("POST", measures(item) + "?x=1", wish()),
        ("DELETE", measures(item), wish()),
    ):
        assert WEB.request(method, corner.url + path, content=body, headers=headers).status_code == 401
    assert WEB.post(corner.url + measures(item), content=wish(), headers=headers).status_code == 200


def test_a_request_that_is_played_again_within_its_five_minutes_changes_nothing(
    corner: CornerShop, corner_desk: RestMarketplace
) -> None:
    item = corner.new_item()
    now = str(int(time.time() * 1000))
    headers = {"Shop-Timestamp": now, "Shop-Signature": sign(SECRET.encode(), "POST", measures(item), now, wish())}
    assert WEB.post(corner.url + measures(item), content=wish(), headers=headers).json()["state"] == "removed"
    corner_desk.reverse(item, reference="m-2")
    assert WEB.post(corner.url + measures(item), content=wish(), headers=headers).json()["state"] == "up"
    assert corner.is_seen(item)


def test_a_request_signed_before_the_newest_one_carried_out_does_not_act(corner: CornerShop) -> None:
    item = corner.new_item()
    assert ask(corner, "POST", measures(item), wish(reference="m-2")).json()["state"] == "removed"
    late = ask(corner, "DELETE", measures(item) + "?reference=m-1", late=60)
    assert (late.status_code, late.json()["state"]) == (200, "removed")
    assert corner.asked(item) == [("apply", "m-2", 1), ("reverse", "m-1", 0)]


def test_ten_workers_asking_the_same_at_once_leave_one_effect(corner: CornerShop, corner_desk: RestMarketplace) -> None:
    item = corner.new_item()
    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(lambda _: corner_desk.apply(Measure.REMOVE, item, reference="m-1").at, range(10)))
    assert len(answers) == 1
    assert corner.asked(item) == [("apply", "m-1", 1)]


# Read strictly ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"[" * 90_000,
        b'{"measure": "remove", "measure": "pause", "reference": "m-1"}',
        b'{"measure": NaN, "reference": "m-1"}',
        wish(measure="destroy"),
        wish(measure=1),
        wish(measure=None),
        wish(measure=["remove"]),
        wish(reference=""),
        wish(reference="x" * 201),
        wish(reference="a\0b"),
        wish(reference=7),
        wish(reason_url="javascript:alert(1)"),
        wish(reason_url="https://rights.example/\n"),
        wish(territories={"Germany": "remove"}),
        wish(territories={"DE": "remove"}),
        wish(territories=["DE"]),
        wish(severity="high"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out_and_touches_nothing(corner: CornerShop, body: bytes) -> None:
    item = corner.new_item()
    told = ask(corner, "POST", measures(item), body)
    assert (told.status_code, told.json()["error"]) == (422, "not_accepted")
    assert told.json()["text"].endswith(".")
    assert corner.is_seen(item) and corner.asked(item) == []


def test_a_body_of_another_size_is_refused_unread(corner: CornerShop) -> None:
    told = ask(corner, "POST", measures(corner.new_item()), b" " * 200_000)
    assert (told.status_code, told.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/items/", 404, "no_such_address"),
        ("GET", "/api/items/1/2", 404, "no_such_address"),
        ("GET", "/api/everything", 404, "no_such_address"),
        ("GET", "/api/items/1000/measures", 405, "not_accepted"),
        ("POST", "/api/items/1000", 405, "not_accepted"),
        ("POST", "/api/sellers/mei1000/measures/suspend", 405, "not_accepted"),
        ("DELETE", "/api/sellers/mei1000/measures", 405, "not_accepted"),
        ("DELETE", "/api/items/1000/measures", 422, "not_accepted"),
        ("DELETE", "/api/items/1000/measures?reference=a&reference=b", 422, "not_accepted"),
        ("GET", "/api/items/nobody", 404, "unknown_item"),
        ("GET", "/api/sellers/nobody", 404, "unknown_seller"),
    ],
)
def test_every_refusal_says_which_it_is(corner: CornerShop, method: str, path: str, status: int, error: str) -> None:
    told = ask(corner, method, path)
    assert (told.status_code, told.json()["error"]) == (status, error)


def test_an_id_that_looks_like_a_path_stays_an_id(corner: CornerShop, corner_desk: RestMarketplace) -> None:
    item = corner.new_item()
    for odd in ("a b", "灯", "?x", "%2e%2e", f"{item.item_id}?x=1", f"../items/{item.item_id}"):
        corner.write(
            "INSERT OR IGNORE INTO item (id, title, price, seller) VALUES (?, 'Odd lamp', '1.00', 'otto')", odd
        )
        assert corner_desk.apply(Measure.PAUSE, ItemRef(odd), reference="m-1").state is ListingState.PAUSED
    assert corner.is_seen(item)


# What visitors see -----------------------------------------------------------------------------------------------------


def test_a_visitor_sees_what_is_shown_in_the_visitors_country(corner: CornerShop, corner_desk: RestMarketplace) -> None:
    item = corner.new_item()
    corner_desk.apply(Measure.DEMOTE, item, reference="m-1", territories={"DE": Measure.REMOVE})
    assert (corner.is_seen(item, "DE"), corner.is_seen(item, "FR")) == (False, True)


def test_a_shop_that_closes_for_good_says_so_before_anything_is_written() -> None:
    class Final:
        """A shop whose closing is final; opening a book of it would be the mistake."""

        def offers(self) -> Offers:
            return Offers(shop_measures=frozenset(Theirs), cannot_undo=frozenset({Theirs.CLOSE}))

        def book(self, call: object) -> "Final":
            return self

        def __enter__(self) -> "Final":
            return self

        def __exit__(self, *_: object) -> None: ...

        def shop_standing(self, seller_id: str) -> ShopStanding:
            return ShopStanding(frozenset({Theirs.CLOSE}))

        def standing(self, item_id: str) -> Standing:
            return Standing(Own.UP)

    path, now = "/api/sellers/mei/measures/close?reference=s-2", 1_772_068_320.0
    stamp = str(int(now * 1000))
    request = Request("DELETE", path, stamp, sign(b"s", "DELETE", path, stamp, b""), b"")
    told = answer(Final(), [b"s"], request, now=now)
    assert (told.status, told.told["error"]) == (409, "cannot_be_undone")


def test_a_secret_can_be_replaced_while_both_sides_are_running() -> None:
    def heard(secret: bytes) -> int:
        signature = sign(secret, "GET", "/api/offers", "1000", b"")
        return check(
            [b"new", b"old"],
            method="GET",
            path="/api/offers",
            timestamp="1000",
            signature=signature,
            body=b"",
            now=1.0,
        )

    assert heard(b"new") == heard(b"old") == 1000
    with pytest.raises(NotAuthorised, match="does not fit"):
        heard(b"older")


def test_a_shop_without_a_secret_does_not_open() -> None:
    for secrets in ([], [b""], [b"one", b""]):
        with pytest.raises(ValueError, match="secret"):
            signed_rest(object(), secrets)


def test_a_desk_with_another_secret_is_told_so(corner: CornerShop) -> None:
    with corner.desk(secret="another") as stranger, pytest.raises(MarketplaceRefused) as caught:
        stranger.apply_to_shop(ShopMeasure.SUSPEND, SellerRef("mei"), reference="s-1")
    assert caught.value.code == "not_authorised"
