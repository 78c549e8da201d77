"""A shop's appeal against what the operator decided itself (DSA art. 20): who, until when, decided by whom, with what effect."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from countermark.apps.decisions.appeals import AppealDecided, AppealDefective
from countermark.apps.decisions.services import DecisionDefective
from countermark.apps.listings.models import Listing
from countermark.apps.orders import appeals, letters, services, trace
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import Order, OrderAppeal, OrderLetter
from countermark.apps.parties.models import Person, Seller, SignInLink
from countermark.apps.work.models import Job
from countermark.core import appeal as rules
from people import World, a_world

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHY = "The lamps were bought from the maker in Bergen, as the invoice of 3 March shows."
ANSWER = "The invoice names the goods of another shop, and its date lies after the first sale of these lamps."


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def another() -> Person:
    return Person.objects.create_user("vera@desk.example", name="Vera Lund", is_operator=True)


def decided(world: World, seller: Seller | None = None, **changes: Any) -> Order:
    shop = seller or world.mei
    given = {"basis": "IP-1.2", "measure": "suspend", "seller_ref": shop.ref, **changes}
    received = Received("operator", "restrict", world.market, AT, "The shop sells lamps of another's mark.", **given)
    return services.record(received, by=world.tomas, at=AT, now=timezone.now())


def told(order: Order, at: datetime = AT) -> None:
    letters.tell(order.pk, at=at, now=timezone.now())
    order.letters.filter(what="told").update(delivered_at=at)


def filed(order: Order, seller: Seller, at: datetime = AT, **changes: Any) -> OrderAppeal:
    given = {"order": order, "seller": seller, "words": WHY, "by": None, "at": at, "now": timezone.now(), "key": "k-1"}
    return appeals.file_appeal(**given | changes)


def answered(appeal: OrderAppeal, by: Person, granted: bool, **changes: Any) -> OrderAppeal:
    given = {"appeal_id": appeal.pk, "granted": granted, "words": ANSWER, "by": by, "at": AT, "now": timezone.now()}
    return appeals.decide_appeal(**given | changes)


def test_a_granted_appeal_lifts_what_lies_on_the_shop_and_says_why(world: World, another: Person):
    order = decided(world)
    assert services.asked_of_shop(world.mei.pk, at=AT) == {"suspend"}
    appeal = filed(order, world.mei)
    assert services.asked_of_shop(world.mei.pk, at=AT) == {"suspend"}, "an open appeal touches nothing"
    Job.objects.all().delete()
    answered(appeal, another, True)
    order.refresh_from_db()
    assert services.asked_of_shop(world.mei.pk, at=AT) == set()
    assert (order.state, order.ended_how) == ("ended", "set_aside")
    assert Job.objects.filter(kind="enforce_shop", key=str(world.mei.pk)).exists()
    assert [e.event for e in order.events.all()] == ["decided", "appealed", "appeal_won", "set_aside"]
    assert list(trace.faults()) == []
    letters.tell(order.pk, at=AT, now=timezone.now())
    assert set(order.letters.values_list("what", flat=True)) == {"told", "appeal", "answer"}, "not told twice that it ended"
    mail = letters.mail_of(order.letters.get(what="answer"), now=timezone.now())
    assert ANSWER in mail.text and "granted" in mail.text


def test_an_appeal_that_is_not_granted_changes_nothing_and_names_the_ways_that_remain(world: World, another: Person):
    order = decided(world)
    answered(filed(order, world.mei), another, False)
    assert services.asked_of_shop(world.mei.pk, at=AT) == {"suspend"}
    assert Order.objects.get(pk=order.pk).state == "in_force"
    letters.tell(order.pk, at=AT, now=timezone.now())
    mail = letters.mail_of(order.letters.get(what="answer"), now=timezone.now())
    assert ANSWER in mail.text and "settlement out of court" in mail.text


def test_whoever_decided_does_not_decide_the_appeal(world: World):
    appeal = filed(decided(world), world.mei)
    with pytest.raises(rules.SameReviewer):
        answered(appeal, world.tomas, True)
    assert OrderAppeal.objects.get(pk=appeal.pk).decided_at is None


def test_a_decision_about_two_shops_is_lifted_for_the_one_that_was_right_alone(world: World, another: Person):
    order = decided(world)
    other = Listing.objects.create(marketplace=world.market, item_id="77", url="https://h.example/77", seller=world.otto)
    order.lines.create(listing=other, measure="pause")
    answered(filed(order, world.mei), another, True)
    order.refresh_from_db()
    assert order.state == "in_force" and services.asked_of_shop(world.mei.pk, at=AT) == set()
    assert [upon.ask for upon in services.asked_of_listing(other.pk, at=AT)] == ["pause"]
    answered(filed(order, world.otto, key="k-2"), another, True)
    assert Order.objects.get(pk=order.pk).ended_how == "set_aside"


def test_the_six_months_count_from_the_day_the_letter_arrived_and_before_it_there_is_all_the_time(world: World):
    order = decided(world, until=AT + timedelta(days=900))
    late = datetime(2026, 9, 4, tzinfo=UTC)  # told on 2 March: six months of Shanghai end on Wed 2 September, 24:00
    assert appeals.standing(order, world.mei, at=late).may
    told(order)
    stands = appeals.standing(order, world.mei, at=late)
    assert isinstance(stands.refused, rules.TimeIsOver) and not stands.may
    before = appeals.standing(order, world.mei, at=datetime(2026, 9, 2, 15, 59, 59, tzinfo=UTC))  # 23:59:59 in Shanghai
    assert before.may and before.due is not None
    with pytest.raises(rules.TimeIsOver):
        filed(order, world.mei, at=late)


def test_each_shop_appeals_once_a_second_click_finds_the_first_and_the_words_must_say_something(world: World):
    order = decided(world)
    first = filed(order, world.mei)
    assert filed(order, world.mei) == first
    with pytest.raises(rules.AppealedBefore):
        filed(order, world.mei, key="k-9")
    with pytest.raises(AppealDefective):
        filed(order, world.mei, words="no", key="k-8")
    with pytest.raises(DecisionDefective):
        answered(first, world.rana, True, words="no")


def test_what_a_court_ordered_and_what_was_taken_back_is_not_appealed_here(world: World):
    received = Received("authority", "restrict", world.market, AT, "Suspend this shop at once, until further notice.",
                        "Customs Office", "DE", "Reg. 608/2013", "Z 1", measure="suspend", seller_ref=world.mei.ref)  # fmt: skip
    ordered = services.record(received, by=world.tomas, at=AT, now=timezone.now())
    with pytest.raises(rules.NotOurs):
        filed(ordered, world.mei)
    order = decided(world, world.otto)
    services.set_aside(order.pk, by=world.tomas, at=AT, now=timezone.now())
    with pytest.raises(rules.NothingLost):
        filed(order, world.otto)


def test_two_operators_answer_once_and_the_second_learns_how(world: World, another: Person):
    appeal = filed(decided(world), world.mei)
    answered(appeal, another, False)
    assert answered(appeal, another, False).pk == appeal.pk, "a second click finds the first"
    with pytest.raises(AppealDecided):
        answered(appeal, world.rana, True)
    assert OrderAppeal.objects.get(pk=appeal.pk).granted is False


def test_a_shop_reads_only_what_touches_it_and_its_letter_leads_there_the_same_each_time(world: World):
    order = decided(world)
    assert [row.number for row in appeals.orders_about([world.mei.pk])] == [order.number]
    assert list(appeals.orders_about([world.otto.pk])) == []
    told(order)
    letter = OrderLetter.objects.get(order=order, what="told")
    links = {letters.link_of(letter, now=timezone.now()) for _ in range(2)}
    assert len(links) == 1 and SignInLink.objects.get().notice_number == order.number
    assert links.pop() in letters.mail_of(letter, now=timezone.now()).text


def test_a_decision_names_a_rule_there_is(world: World):
    with pytest.raises(services.OrderDefective) as refused:
        decided(world, basis="4.2")
    assert [defect.code for defect in refused.value.defects] == ["order_clause"]
