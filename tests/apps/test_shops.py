"""A shop bears what is asked of it while anything asks it, and nobody is believed to have done it before saying so."""

from dataclasses import replace
from datetime import timedelta

import pytest

import plugged
from apps.test_enforcement import LATER, NOW
from apps.test_orders import PATTERNS, a_decision, an_order, offered, recorded
from countermark.apps.enforcement import selectors, shops
from countermark.apps.enforcement.models import ShopMeasure
from countermark.apps.enforcement.services import NoOpenMeasure
from countermark.apps.orders import services as orders
from countermark.apps.work.jobs import TryLater
from countermark.apps.work.models import Job
from countermark.connectors.fake_marketplace import EVERYTHING, FakeMarketplace, Fault
from countermark.connectors.marketplace import Offers, SellerRef
from countermark.connectors.marketplace import ShopMeasure as Word
from people import a_world

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(shop):
    return a_world(slug="harbour", connector="rest", patterns=PATTERNS)


@pytest.fixture
def mei(world, shop):
    """Mei sells at the shop, which knows her."""
    offered(world, shop)
    return world.mei


def suspended(world, at=LATER, **changes):
    return recorded(world, a_decision(world, seller_ref="lantern", **{"measure": "suspend", **changes}), at)


def enforced(seller, at=LATER):
    shops.enforce_shop(seller.pk, at=at, now=NOW)


def lies(shop):
    return shop.shop_state(SellerRef("lantern")).measures


def test_a_shop_is_suspended_once_by_decision_and_reopened_when_that_ends(world, shop, mei):
    order = suspended(world)
    assert Job.objects.filter(kind="enforce_shop", key=str(mei.pk)).exists()
    enforced(mei)
    enforced(mei)
    measure = ShopMeasure.objects.get()
    assert (lies(shop), measure.confirmed_at, measure.attempts) == ({Word.SUSPEND}, LATER, 1)
    assert order.lines.get().effect_at == LATER
    orders.set_aside(order.pk, by=world.tomas, at=LATER + HOUR, now=NOW)
    enforced(mei, LATER + HOUR)
    assert lies(shop) == set()


def test_what_two_causes_ask_ends_with_the_last_of_them(world, shop, mei):
    first = suspended(world, until=LATER + DAY)
    second = recorded(world, an_order(world, seller_ref="lantern", measure="suspend"))
    enforced(mei)
    enforced(mei, LATER + 2 * DAY)
    assert lies(shop) == {Word.SUSPEND}, "the authority's order still asks for it"
    orders.set_aside(second.pk, by=world.tomas, at=LATER + 2 * DAY, now=NOW)
    enforced(mei, LATER + 2 * DAY)
    assert lies(shop) == set()
    first.refresh_from_db()
    assert first.state == "in_force", "its end is recorded by the next round; it asks nothing since its last instant"
    assert orders.expire(at=LATER + 2 * DAY, now=NOW) == 1


def test_funds_are_frozen_beside_a_suspension_and_released_apart(world, shop, mei):
    frozen, _ = suspended(world, measure="freeze_funds"), suspended(world)
    enforced(mei)
    assert lies(shop) == {Word.FREEZE_FUNDS, Word.SUSPEND}
    orders.set_aside(frozen.pk, by=world.tomas, at=LATER, now=NOW)
    enforced(mei)
    assert lies(shop) == {Word.SUSPEND}


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.NEVER, Fault.ERROR, Fault.GARBAGE, Fault.WRONG])
def test_a_shop_measure_is_asked_until_it_is_confirmed(world, shop, mei, fault):
    suspended(world)
    shop.misbehave(fault)
    with pytest.raises(TryLater):
        enforced(mei)
    assert not ShopMeasure.objects.exclude(confirmed_at=None).exists()
    enforced(mei)
    assert lies(shop) == {Word.SUSPEND}
    assert ShopMeasure.objects.exclude(confirmed_at=None).count() == 1


def test_what_may_have_been_done_to_a_shop_is_undone_although_it_was_never_confirmed(world, shop, mei):
    order = suspended(world)
    shop.misbehave(Fault.LATE)
    with pytest.raises(TryLater):
        enforced(mei)
    orders.set_aside(order.pk, by=world.tomas, at=LATER, now=NOW)
    enforced(mei)
    assert lies(shop) == set()
    calls = len(shop.calls)
    enforced(mei)
    assert len(shop.calls) == calls


def test_what_was_never_asked_of_a_shop_needs_no_undoing(world, shop, mei):
    order = suspended(world)
    orders.set_aside(order.pk, by=world.tomas, at=LATER, now=NOW)
    enforced(mei)
    assert not [call for call in shop.calls if call[2]]


def test_a_shop_that_opened_by_itself_is_suspended_again_and_counted(world, shop, mei):
    suspended(world)
    enforced(mei)
    assert selectors.shops_to_look_at(at=LATER + HOUR, limit=9) == [mei.pk]
    shop.reopens("lantern")
    shops.look_at_shop(mei.pk, at=LATER + DAY, now=NOW)
    assert lies(shop) == {Word.SUSPEND}
    assert [m.drifted for m in ShopMeasure.objects.order_by("pk")] == [False, True]
    shops.look_at_shop(mei.pk, at=LATER + DAY, now=NOW)
    assert ShopMeasure.objects.count() == 2
    assert selectors.shops_to_look_at(at=LATER + DAY + HOUR, limit=9) == []


def another_shop(monkeypatch, offers):
    plain = FakeMarketplace(offers=offers)
    monkeypatch.setitem(plugged.ports, "shop", plain)
    return plain


def test_what_a_marketplace_does_not_offer_is_done_by_hand_and_said(world, shop, monkeypatch):
    plain = another_shop(monkeypatch, Offers())
    offered(world, plain)
    order = suspended(world)
    enforced(world.mei)
    measure = selectors.open_shop_measures().get()
    assert (measure.by_hand, "does not offer" in measure.answer) == (True, True)
    assert not [call for call in plain.calls if call[2]]
    shops.confirm_shop_by_hand(measure.pk, by=world.tomas, at=LATER + HOUR, now=NOW)
    assert order.lines.get().effect_at == LATER + HOUR
    shops.look_at_shop(world.mei.pk, at=LATER + DAY, now=NOW)
    assert ShopMeasure.objects.count() == 1, "what the marketplace cannot show has not drifted"
    with pytest.raises(NoOpenMeasure):
        shops.confirm_shop_by_hand(measure.pk, by=world.tomas, at=LATER, now=NOW)


def test_a_closure_the_marketplace_cannot_undo_is_not_asked_back_but_shown_to_an_operator(world, shop, monkeypatch):
    final = another_shop(monkeypatch, replace(EVERYTHING, cannot_undo=frozenset({Word.CLOSE})))
    offered(world, final)
    order = suspended(world, measure="close")
    enforced(world.mei)
    orders.set_aside(order.pk, by=world.tomas, at=LATER + HOUR, now=NOW)
    enforced(world.mei, LATER + HOUR)
    measure = selectors.open_shop_measures().get()
    assert (measure.on, measure.by_hand, measure.answer) == (False, True, shops.CANNOT_UNDO)
    assert not [call for call in final.calls if call[0] == "shop_reverse"]


def test_a_seller_the_marketplace_does_not_know_is_an_operators_task(world, shop):
    suspended(world)
    enforced(world.mei)
    assert selectors.open_shop_measures().get().answer == shops.NO_SUCH_SHOP


def test_without_a_connector_an_operator_closes_the_shop_and_says_so(db):
    place = a_world(connector="none")
    recorded(place, a_decision(place, seller_ref="lantern", measure="close"))
    enforced(place.mei)
    measure = selectors.open_shop_measures().get()
    assert measure.by_hand
    shops.confirm_shop_by_hand(measure.pk, by=place.tomas, at=LATER, now=NOW)
    assert not selectors.open_shop_measures().exists()


def test_a_refusal_is_an_operators_and_can_be_tried_again(world, shop, mei):
    suspended(world)
    shop.misbehave(Fault.REFUSED)
    enforced(mei)
    measure = selectors.open_shop_measures().get()
    assert "Not today" in measure.answer
    shops.try_shop_again(measure.pk, now=NOW)
    enforced(mei)
    assert lies(shop) == {Word.SUSPEND}
