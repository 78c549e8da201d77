"""What do visitors of a real oscar shop see, and what stays the seller's own, while things go down and come back?"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from countermark_shop import sign

from adapters.conftest import SECRET, WEB, Quay, in_the_shop, quay_process
from adapters.visitor import Visitor, can_buy
from countermark.connectors.fetch import Fetcher
from countermark.connectors.marketplace import (
    Confirmation,
    ItemRef,
    ListingGone,
    ListingState,
    MarketplaceRefused,
    MarketplaceUnavailable,
    Measure,
    SellerRef,
    ShopMeasure,
)
from countermark.connectors.rest_marketplace import RestMarketplace

AT = datetime(2026, 2, 26, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(quay_desk: RestMarketplace) -> RestMarketplace:
    return quay_desk


@pytest.fixture
def visitor(quay: Quay) -> Iterator[Visitor]:
    with Visitor(quay.url) as visitor:
        yield visitor


# The page --------------------------------------------------------------------------------------------------------------


def test_a_product_page_goes_and_comes_back_as_it_was(quay: Quay, desk: RestMarketplace) -> None:
    item = quay.new_item()
    before = quay.rows("SELECT * FROM catalogue_product WHERE id = ?", item.item_id)
    assert quay.sees(item) == 200
    desk.apply(Measure.REMOVE, item, reference="m-1", reason_url="https://rights.example/c/1")
    assert quay.sees(item) == 404
    desk.apply(Measure.PAUSE, item, reference="m-2")
    assert quay.sees(item) == 404
    desk.reverse(item, reference="m-3")
    assert quay.sees(item) == 200
    assert (
        quay.rows("SELECT * FROM catalogue_product WHERE id = ?", item.item_id) == before
    )  # oscar's own row is untouched
    assert quay.asked(item) == [("apply", "m-1", 1), ("apply", "m-2", 1), ("reverse", "m-3", 1)]


def test_what_is_removed_is_in_no_list_no_search_and_has_no_reviews(
    quay: Quay, desk: RestMarketplace, visitor: Visitor
) -> None:
    cup = quay.named("Stoneware cup, speckled")
    places = ["/search/?q=Stoneware", "/catalogue/category/cups_3/"]
    title = "Stoneware cup"
    assert [title in visitor.opens(place).text for place in places] == [True, True]
    assert visitor.opens(f"{cup.url}reviews/").status_code == 200
    desk.apply(Measure.REMOVE, cup, reference="m-1")
    assert [title in visitor.opens(place).text for place in places] == [False, False]
    assert visitor.opens(f"{cup.url}reviews/").status_code == 404
    desk.reverse(cup, reference="m-2")
    assert [title in visitor.opens(place).text for place in places] == [True, True]


def test_what_is_demoted_can_be_bought_but_stands_last_in_every_list(
    quay: Quay, desk: RestMarketplace, visitor: Visitor
) -> None:
    cup = quay.named("Stoneware cup, speckled")

    def order(address: str) -> list[int]:
        text = visitor.opens(address).text
        found = {title: text.find(f'title="{title}') for title in ("Stoneware cup", "Stacking cups")}
        assert -1 not in found.values()
        return sorted(found, key=found.get)

    addresses = [
        "/catalogue/category/cups_3/",
        "/catalogue/category/cups_3/?sort_by=price-asc",
        "/search/?q=two+days+cups",
    ]
    desk.apply(Measure.DEMOTE, cup, reference="d-1")
    assert [order(address)[-1] for address in addresses] == ["Stoneware cup"] * 3
    assert can_buy(cup)
    desk.reverse(cup, reference="d-2")
    assert order(addresses[1])[0] == "Stoneware cup"  # the cheaper one


def test_a_listing_is_read_with_text_price_pictures_and_seller(quay: Quay) -> None:
    lamp = quay.named("Nordic mushroom lamp, brass")
    with quay.desk(fetch=Fetcher(exempt={quay.url.removeprefix("http://")}).content) as desk:
        listing = desk.resolve(lamp, at=AT)
    assert (listing.url, listing.title) == (lamp.url, "Nordic mushroom lamp, brass")
    assert listing.text == "Nordic mushroom lamp, brass. Made in small numbers, sent within two days."
    assert (listing.price.amount, listing.price.currency) == ("89.00", "EUR")
    assert (listing.seller.name, listing.seller.email) == ("Mei’s Lamp Corner", "mei@quay.example")
    assert listing.seller.id == str(quay.partner_of(lamp))
    assert listing.seller.language == "en-GB"
    assert [image.content[:4] for image in listing.images] == [b"\x89PNG"]


# The seller's own ------------------------------------------------------------------------------------------------------


def test_what_the_seller_unpublished_meanwhile_is_not_published_by_putting_it_back(
    quay: Quay, desk: RestMarketplace
) -> None:
    item = quay.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1")
    quay.seller_unpublishes(item)
    assert desk.reverse(item, reference="m-2").state is ListingState.DELETED_BY_SELLER
    assert quay.sees(item) == 404
    assert quay.rows("SELECT is_public FROM catalogue_product WHERE id = ?", item.item_id) == [(0,)]


def test_what_the_seller_publishes_again_is_still_under_its_measure(quay: Quay, desk: RestMarketplace) -> None:
    item = quay.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1")
    quay.seller_unpublishes(item)
    quay.seller_publishes(item)
    assert (desk.state(item), quay.sees(item)) == (ListingState.REMOVED, 404)
    desk.reverse(item, reference="m-2")
    assert quay.sees(item) == 200


def test_a_product_that_is_deleted_from_the_database_is_gone(quay: Quay, desk: RestMarketplace) -> None:
    item = quay.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1")
    for table in ("partner_stockrecord", "catalogue_productimage", "catalogue_productcategory"):
        quay.rows(f"DELETE FROM {table} WHERE product_id = ?", item.item_id)
    quay.rows("DELETE FROM catalogue_product WHERE id = ?", item.item_id)
    with pytest.raises(ListingGone):
        desk.reverse(item, reference="m-2")


def test_what_is_sold_out_comes_back_sold_out_and_can_be_seen(quay: Quay, desk: RestMarketplace) -> None:
    bag = quay.named("Weekender bag, oxblood")  # none in stock
    assert (desk.state(bag), quay.sees(bag), can_buy(bag)) == (ListingState.SOLD_OUT, 200, False)
    desk.apply(Measure.REMOVE, bag, reference="m-1")
    assert quay.sees(bag) == 404
    assert desk.reverse(bag, reference="m-2").state is ListingState.SOLD_OUT
    assert (quay.sees(bag), can_buy(bag)) == (200, False)


# Variants --------------------------------------------------------------------------------------------------------------


def variants(quay: Quay, page: ItemRef) -> list[ItemRef]:
    found = quay.rows("SELECT id FROM catalogue_product WHERE parent_id = ? ORDER BY id", page.item_id)
    return [ItemRef(str(child), quay.page(child)) for (child,) in found]


def test_taking_one_variant_down_leaves_the_others(quay: Quay, desk: RestMarketplace, visitor: Visitor) -> None:
    page = quay.named("Folded paper lantern")
    white, ochre, _ = variants(quay, page)
    desk.apply(Measure.REMOVE, ochre, reference="m-1")
    assert (quay.sees(page), quay.sees(white), quay.sees(ochre)) == (200, 200, 404)
    text = visitor.opens(page.url).text
    assert ("lantern, white" in text, "lantern, ochre" in text) == (True, False)
    visitor.opens(white.url)
    assert visitor.puts_in_basket(ochre) is False
    assert visitor.puts_in_basket(page, child_id=ochre.item_id) is False
    visitor.opens(white.url)
    assert visitor.puts_in_basket(white) is True
    desk.reverse(ochre, reference="m-2")
    assert "lantern, ochre" in visitor.opens(page.url).text


def test_taking_the_page_down_takes_all_variants(quay: Quay, desk: RestMarketplace) -> None:
    page = quay.named("Harbour tote, waxed canvas")
    both = variants(quay, page)
    assert desk.resolve(page, at=AT).price.amount == "72.00"
    desk.apply(Measure.REMOVE, page, reference="m-1")
    assert [quay.sees(one) for one in (page, *both)] == [404, 404, 404]
    desk.reverse(page, reference="m-2")
    assert [quay.sees(one) for one in (page, *both)] == [200, 200, 200]


def test_a_page_whose_variants_are_all_down_is_down(quay: Quay, desk: RestMarketplace) -> None:
    page = quay.named("Harbour tote, waxed canvas")
    for one in variants(quay, page):
        desk.apply(Measure.PAUSE, one, reference="v-1")
    assert (quay.sees(page), desk.state(page)) == (404, ListingState.UP)  # how a listing stands is its own
    for one in variants(quay, page):
        desk.reverse(one, reference="v-2")
    assert quay.sees(page) == 200


# Sellers ---------------------------------------------------------------------------------------------------------------


def test_taking_one_sellers_offer_down_leaves_the_other_sellers(
    quay: Quay, desk: RestMarketplace, visitor: Visitor
) -> None:
    item, other = quay.new_item(), quay.new_item()
    mei, otto = quay.partner_of(item), quay.partner_of(other)
    quay.also_offered_by(item, otto)
    hers, his = ItemRef(f"{item.item_id}-{mei}"), ItemRef(f"{item.item_id}-{otto}")
    assert desk.resolve(his, at=AT).seller.id == str(otto)
    assert desk.resolve(item, at=AT).seller.id == str(mei)  # the bare number is the offer of whoever opened the page
    desk.apply(Measure.REMOVE, hers, reference="m-1")
    assert (desk.state(hers), desk.state(his)) == (ListingState.REMOVED, ListingState.UP)
    assert "€79.00" in visitor.opens(item.url).text  # from now on the page sells Otto's
    assert visitor.puts_in_basket(item)
    assert quay.rows("SELECT partner_id FROM partner_stockrecord JOIN basket_line ON stockrecord_id = partner_stockrecord.id "
                     "WHERE basket_line.product_id = ?", item.item_id) == [(otto,)]  # fmt: skip
    addresses = [f"{quay.url}/listing/{one.item_id}/" for one in (hers, his)]
    assert [WEB.get(one).status_code for one in addresses] == [404, 302]
    desk.apply(Measure.REMOVE, his, reference="m-1")
    assert quay.sees(item) == 404
    desk.reverse(hers, reference="m-2")
    assert (quay.sees(item), "€89.00" in visitor.opens(item.url).text) == (200, True)


def test_a_bare_number_keeps_meaning_the_seller_it_was_aimed_at(quay: Quay, desk: RestMarketplace) -> None:
    item, other = quay.new_item(), quay.new_item()
    desk.apply(Measure.REMOVE, item, reference="m-1")
    quay.also_offered_by(item, quay.partner_of(other))
    assert (desk.state(item), quay.sees(item)) == (
        ListingState.REMOVED,
        200,
    )  # Otto came later and was not complained of
    quay.rows("DELETE FROM partner_stockrecord WHERE product_id = ? AND price = 89", item.item_id)
    assert desk.state(item) is ListingState.DELETED_BY_SELLER  # Mei offers it no longer; Otto's is another listing
    assert quay.sees(item) == 200


def test_an_offer_nobody_ever_made_is_unknown(quay: Quay, desk: RestMarketplace) -> None:
    item = quay.new_item()
    for odd in (
        f"{item.item_id}-999999",
        f"{item.item_id}-0",
        f"0{item.item_id}",
        f"{item.item_id}-",
        "-3",
        "1e3",
        "１",
        "x",
    ):
        with pytest.raises(ListingGone):
            desk.state(ItemRef(odd))


def test_a_suspended_seller_is_out_of_the_shop_and_back_with_each_listing_as_it_stood(
    quay: Quay, desk: RestMarketplace
) -> None:
    item = quay.new_item()
    seller = SellerRef(str(quay.partner_of(item)))
    taken = desk.apply(Measure.REMOVE, item, reference="m-1").state
    desk.apply_to_shop(ShopMeasure.SUSPEND, seller, reference="s-1")
    desk.apply_to_shop(ShopMeasure.CLOSE, seller, reference="s-2")
    desk.reverse(item, reference="m-2")
    assert (taken, desk.state(item), quay.sees(item)) == (ListingState.REMOVED, ListingState.UP, 404)
    assert desk.reverse_shop(ShopMeasure.SUSPEND, seller, reference="s-3").measures == {ShopMeasure.CLOSE}
    assert quay.sees(item) == 404
    desk.reverse_shop(ShopMeasure.CLOSE, seller, reference="s-4")
    assert quay.sees(item) == 200


# The till --------------------------------------------------------------------------------------------------------------


def test_what_is_paused_cannot_be_bought_from_a_basket_that_was_filled_before(
    quay: Quay, desk: RestMarketplace, visitor: Visitor
) -> None:
    item = quay.new_item()
    visitor.opens(item.url)
    assert visitor.puts_in_basket(item) and visitor.can_pay()
    desk.apply(Measure.PAUSE, item, reference="m-1")
    assert visitor.can_pay() is False
    desk.reverse(item, reference="m-2")
    assert visitor.can_pay() is True


def test_an_order_on_its_last_step_is_refused_when_the_measure_came_before_it(
    quay: Quay, desk: RestMarketplace, visitor: Visitor
) -> None:
    for measured in (False, True):
        item = quay.new_item()
        visitor.opens(item.url)
        assert visitor.puts_in_basket(item) and visitor.can_pay()
        visitor.goes_to_the_last_step()
        if measured:
            desk.apply(Measure.PAUSE, item, reference="m-1")
        visitor.places_the_order()
        sold = quay.rows("SELECT count(*) FROM order_line WHERE product_id = ?", item.item_id)
        assert sold == [(0 if measured else 1,)]


LAST_MOMENT = """
import sys, django
django.setup()
from decimal import Decimal
from oscar.core.loading import get_class, get_model
from oscar.core.prices import Price
product = get_model("catalogue", "Product").objects.get(pk=sys.argv[1])
basket = get_model("basket", "Basket").objects.create()
basket.strategy = get_class("partner.strategy", "Selector")().strategy()
basket.add_product(product)
free = Price("EUR", Decimal("0"), Decimal("0"))
total = get_class("checkout.calculators", "OrderTotalCalculator")().calculate(basket, free)
shipping = get_class("shipping.methods", "Free")()
try:
    get_class("order.utils", "OrderCreator")().place_order(basket, total, shipping, free, order_number=product.pk)
    print("sold")
except get_class("order.exceptions", "UnableToPlaceOrder") as error:
    print("refused", error)
"""


def test_whatever_way_an_order_is_placed_what_is_held_is_not_sold(quay: Quay, desk: RestMarketplace) -> None:
    """A till of the site's own, a telephone order: they end in oscar's OrderCreator."""
    held, free = quay.new_item(), quay.new_item()
    desk.apply(Measure.PAUSE, held, reference="m-1")
    told = [in_the_shop(quay, LAST_MOMENT, item.item_id) for item in (held, free)]
    assert told == [f"refused Nordic mushroom lamp, no. {quay.number_of(held)}: no longer sold here.", "sold"]


def test_another_sellers_offer_is_not_sold_in_place_of_the_one_in_the_basket(
    quay: Quay, desk: RestMarketplace, visitor: Visitor
) -> None:
    item, other = quay.new_item(), quay.new_item()
    visitor.opens(item.url)
    assert visitor.puts_in_basket(item)
    quay.also_offered_by(item, quay.partner_of(other))
    desk.apply(Measure.REMOVE, item, reference="m-1")
    assert (quay.sees(item), visitor.can_pay()) == (200, False)


# Late, twice, killed ---------------------------------------------------------------------------------------------------


def test_ten_workers_asking_at_once_leave_one_measure(quay: Quay, desk: RestMarketplace) -> None:
    item = quay.new_item()
    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(lambda _: desk.apply(Measure.REMOVE, item, reference="m-1").at, range(10)))
    assert len(answers) == 1
    assert quay.asked(item) == [("apply", "m-1", 1)]


def until_answered(ask: Callable[[], Confirmation]) -> Confirmation:
    """Ask with the same reference until there is an answer, as a worker does."""
    for _ in range(40):
        with suppress(MarketplaceUnavailable):
            return ask()
    raise AssertionError("no answer in forty tries, where half of them go wrong")


def test_a_shop_killed_and_started_again_half_broken_does_each_thing_once(tmp_path: Path) -> None:
    first = quay_process(tmp_path, lamps=1)
    shop = Quay(first.url, tmp_path / "shop.sqlite3", iter([0]))
    item = shop.new_item()
    with shop.desk() as desk:
        desk.apply(Measure.REMOVE, item, reference="m-1")
        first.end(at_once=True)
        with pytest.raises(MarketplaceUnavailable):
            desk.reverse(item, reference="m-2")
    second = quay_process(tmp_path, lamps=1, faults=0.5)
    shop = Quay(second.url, tmp_path / "shop.sqlite3", iter([0]))
    item = shop.new_item()
    with shop.desk() as desk:
        assert shop.sees(item) == 404
        assert until_answered(lambda: desk.reverse(item, reference="m-2")).state is ListingState.UP
        late = until_answered(lambda: desk.apply(Measure.REMOVE, item, reference="m-1"))
        assert (late.state, shop.sees(item)) == (ListingState.UP, 200)
        for number in range(3, 13):
            until_answered(lambda number=number: desk.apply(Measure.PAUSE, item, reference=f"m-{number}"))
    second.end()
    assert shop.asked(item) == [("apply", "m-1", 1), ("reverse", "m-2", 1)] + [
        ("apply", f"m-{n}", 1) for n in range(3, 13)
    ]


# Hostile ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "secret"), [(400, SECRET), (-400, SECRET), (0, "another secret")])
def test_stale_and_foreign_signatures_are_not_heard(quay: Quay, late: float, secret: str) -> None:
    item = quay.new_item()
    with (
        quay.desk(secret=secret, clock=lambda: time.time() - late) as stranger,
        pytest.raises(MarketplaceRefused) as caught,
    ):
        stranger.apply(Measure.REMOVE, item, reference="m-1")
    assert (caught.value.code, quay.sees(item), quay.asked(item)) == ("not_authorised", 200, [])


def test_a_signature_is_for_one_request_and_a_replay_changes_nothing(quay: Quay, desk: RestMarketplace) -> None:
    item, other = quay.new_item(), quay.new_item()
    path, now = f"/api/items/{item.item_id}/measures", str(int(time.time() * 1000))
    body = b'{"measure": "remove", "reference": "m-1", "reason_url": null}'
    headers = {"Shop-Timestamp": now, "Shop-Signature": sign(SECRET.encode(), "POST", path, now, body)}
    moved = path.replace(item.item_id, other.item_id)
    assert WEB.post(quay.url + moved, content=body, headers=headers).status_code == 401
    assert WEB.post(quay.url + path, content=body.replace(b"remove", b"pause"), headers=headers).status_code == 401
    assert WEB.post(quay.url + path, content=body, headers=headers).json()["state"] == "removed"
    desk.reverse(item, reference="m-2")
    assert WEB.post(quay.url + path, content=body, headers=headers).json()["state"] == "up"
    assert (quay.sees(item), quay.sees(other)) == (200, 200)


@pytest.mark.parametrize("body", [b"", b"[" * 50_000, b'{"measure": "freeze_funds", "reference": "r"}', b" " * 200_000])
def test_what_cannot_be_meant_is_refused_by_the_shop(quay: Quay, body: bytes) -> None:
    path, now = "/api/items/1/measures", str(int(time.time() * 1000))
    headers = {"Shop-Timestamp": now, "Shop-Signature": sign(SECRET.encode(), "POST", path, now, body)}
    told = WEB.post(quay.url + path, content=body, headers=headers)
    assert told.status_code == (413 if len(body) > 100_000 else 422)
    assert told.json()["text"]


def test_the_desks_addresses_give_strangers_nothing(quay: Quay) -> None:
    for path in ("/api/items/1", "/api/offers", "/api/sellers/1"):
        assert WEB.get(quay.url + path).json()["error"] == "not_authorised"
    assert WEB.get(f"{quay.url}/api/basket/").status_code == 404
