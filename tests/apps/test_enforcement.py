"""A listing stands as all its complaints ask; a shop that answers late, twice, never or wrongly doubles and loses nothing."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

import plugged
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement import selectors, services
from countermark.apps.enforcement.models import Measure
from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Holder
from countermark.apps.work.jobs import TryLater
from countermark.apps.work.models import Job
from countermark.connectors.fake_marketplace import Fault
from people import WEDNESDAY, a_complaint, a_notice, a_right, a_world, happens

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
LATER = WEDNESDAY + timedelta(hours=1)
HOUR = timedelta(hours=1)
WHY = cases.Reasons(("tm_mark_on_goods",))


def enforced(listing, at=LATER):
    services.enforce(listing.pk, at=at, now=NOW)
    listing.refresh_from_db()
    return listing


def looked_at(listing, at=LATER):
    services.look(listing.pk, at=at, now=NOW)
    listing.refresh_from_db()
    return listing


@pytest.fixture
def world(shop):
    return a_world(connector="rest")


def complained(world, shop, **what):
    """A complaint about a listing that the shop offers; the law of China removes at acceptance."""
    case = a_complaint(world, **{"pack": "cn-ecommerce-law", **what})
    shop.put(plugged.offered(case.listing.item_id))
    return case


def accepted(case, at=LATER):
    return happens(case, "accepted", "reviewer", at, reasons=WHY)


def acts(shop):
    """What the shop was asked to do, without looking."""
    return [(kind, reference) for kind, _, reference in shop.calls if reference]


def test_a_listing_comes_down_once_and_the_shop_has_confirmed_it(world, shop):
    case = accepted(complained(world, shop))
    listing = enforced(case.listing)
    enforced(listing)
    assert (listing.wanted, listing.shop_state) == ("remove", "removed")
    measure = Measure.objects.get()
    assert (measure.confirmed_at, measure.confirmed_state, measure.attempts) == (LATER, "removed", 1)
    assert acts(shop) == [("apply", measure.reference)]


def two_complaints(world, shop):
    """Ines and another holder, each with a right of her own, complain about the same listing; both are accepted."""
    first = complained(world, shop)
    other = Holder.objects.create(
        name="Lumen SARL", kind="enterprise", location="other", contact_email="ip@lumen.example"
    )
    second_world = replace(world, halden=other, mark=a_right(other, number="018123456", name="LUMEN"))
    second = a_notice(
        second_world, pack="cn-ecommerce-law", copies={first.listing.item_id: first.copy}
    ).complaints.get()
    return accepted(first), accepted(second)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first one ends first", "second one ends first"])
def test_two_holders_two_rights_one_listing_ended_in_both_orders(world, shop, order):
    both = two_complaints(world, shop)
    listing = enforced(both[0].listing)
    assert listing.shop_state == "removed"
    happens(both[order[0]], "withdrawn", "complainant", LATER + HOUR)
    assert enforced(listing, LATER + HOUR).shop_state == "removed", "ending one complaint releases its own ask only"
    happens(both[order[1]], "withdrawn", "complainant", LATER + 2 * HOUR)
    assert enforced(listing, LATER + 2 * HOUR).shop_state == "up"
    assert [kind for kind, _ in acts(shop)] == ["apply", "reverse"]


def test_a_pause_gives_way_to_a_removal_and_comes_back_when_the_removal_ends(world, shop):
    pausing = complained(world, shop, pack="pause-and-answer")
    removing = a_notice(world, pack="cn-ecommerce-law", copies={pausing.listing.item_id: pausing.copy}).complaints.get()
    pausing = accepted(pausing)
    assert enforced(pausing.listing).shop_state == "paused"
    accepted(removing)
    assert enforced(pausing.listing).shop_state == "removed"
    happens(removing, "withdrawn", "complainant", LATER + HOUR)
    assert enforced(pausing.listing, LATER + HOUR).shop_state == "paused"


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.NEVER, Fault.ERROR, Fault.GARBAGE])
def test_a_shop_that_gives_no_answer_is_asked_again_under_the_same_reference(world, shop, fault):
    listing = accepted(complained(world, shop)).listing
    shop.misbehave(fault)
    with pytest.raises(TryLater):
        enforced(listing)
    measure = Measure.objects.get()
    assert (measure.confirmed_at, measure.attempts) == (None, 1)
    assert measure.answer
    assert enforced(listing).shop_state == "removed"
    assert {reference for _, reference in acts(shop)} == {measure.reference}


def test_a_request_that_arrives_twice_acts_once(world, shop):
    listing = accepted(complained(world, shop)).listing
    shop.misbehave(Fault.TWICE)
    assert enforced(listing).shop_state == "removed"
    assert len({reference for _, reference in acts(shop)}) == 1
    assert Measure.objects.count() == 1


def test_an_answer_that_shows_the_contrary_confirms_nothing_and_is_asked_anew(world, shop):
    listing = accepted(complained(world, shop)).listing
    shop.misbehave(Fault.WRONG)
    with pytest.raises(TryLater):
        enforced(listing)
    assert not Measure.objects.exclude(confirmed_at=None).exists()
    assert enforced(listing).shop_state == "removed"
    assert Measure.objects.filter(superseded=True).count() == 1


def test_a_shop_that_lies_is_found_out_by_looking_again(world, shop):
    listing = accepted(complained(world, shop)).listing
    shop.misbehave(Fault.LYING)
    assert enforced(listing).shop_state == "removed"
    promised = Job.objects.get(kind="look", key=str(listing.pk))
    assert promised.run_at > NOW
    looked_at(listing)
    assert shop.state(plugged_item(listing)).value == "removed"
    later = Job.objects.filter(kind="look").order_by("-run_at").first()
    assert later.run_at == promised.run_at, "one look is promised; looking finds whether it was done this time"


def plugged_item(listing):
    return services._item(listing)


def test_a_shop_that_refuses_is_an_operators_task_and_can_be_tried_again(world, shop):
    listing = accepted(complained(world, shop)).listing
    shop.misbehave(Fault.REFUSED)
    enforced(listing)
    measure = selectors.to_do_by_hand().get()
    assert "Not today" in measure.answer
    enforced(listing)
    assert len(acts(shop)) == 1, "while an operator has it, nobody asks the shop"
    services.try_again(measure.pk, now=NOW)
    assert enforced(listing).shop_state == "removed"


def test_what_may_have_been_done_is_undone_although_it_was_never_confirmed(world, shop):
    case = accepted(complained(world, shop))
    shop.misbehave(Fault.LATE)
    with pytest.raises(TryLater):
        enforced(case.listing)
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    listing = enforced(case.listing, LATER + HOUR)
    assert (listing.shop_state, shop.state(plugged_item(listing)).value) == ("up", "up")
    assert [m.superseded for m in Measure.objects.order_by("pk")] == [True, False]


def test_what_was_never_asked_needs_no_undoing(world, shop):
    case = accepted(complained(world, shop))
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    enforced(case.listing, LATER + HOUR)
    assert acts(shop) == []


def test_a_call_that_was_overtaken_and_arrives_last_is_set_right(world, shop, monkeypatch):
    case = accepted(complained(world, shop))
    apply = shop.apply

    def slowly(*args, **kwargs):
        monkeypatch.setattr(shop, "apply", apply)
        happens(case, "withdrawn", "complainant", LATER + HOUR)
        enforced(case.listing, LATER + HOUR)  # another worker: the reversal arrives before the removal
        return apply(*args, **kwargs)

    monkeypatch.setattr(shop, "apply", slowly)
    enforced(case.listing)
    assert shop.state(plugged_item(case.listing)).value == "removed"
    assert Job.objects.filter(kind="look").exists()
    looked_at(case.listing, LATER + HOUR)
    assert shop.state(plugged_item(case.listing)).value == "up"
    calls = len(acts(shop))
    looked_at(case.listing, LATER + HOUR)
    assert len(acts(shop)) == calls


def test_a_restriction_that_is_not_ours_is_not_ours_to_lift(world, shop):
    case = complained(world, shop)
    Listing.objects.filter(pk=case.listing_id).update(shop_state="removed")
    enforced(case.listing)
    assert acts(shop) == []


def test_what_the_seller_deleted_is_never_republished_and_its_case_rests(world, shop):
    case = complained(world, shop, pack="platform")
    case = happens(accepted(case), "served", "", LATER)
    shop.seller_deletes(case.listing.item_id)
    looked_at(case.listing, LATER + HOUR)
    case.refresh_from_db()
    assert (case.state, case.ask) == ("moot", "nothing")
    assert case.listing.shop_state == "deleted_by_seller"
    enforced(case.listing, LATER + HOUR)
    assert acts(shop) == []


def test_a_deleted_listing_that_was_down_is_not_put_back_when_the_complaint_ends(world, shop):
    case = accepted(complained(world, shop))
    enforced(case.listing)
    shop.seller_deletes(case.listing.item_id)
    looked_at(case.listing)
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    enforced(case.listing, LATER + HOUR)
    assert [kind for kind, _ in acts(shop)] == ["apply"]


def test_a_listing_that_returns_wakes_its_case_and_is_restricted_again(world, shop):
    case = accepted(complained(world, shop, pack="pause-and-answer"))
    enforced(case.listing)
    shop.seller_deletes(case.listing.item_id)
    looked_at(case.listing)
    case.refresh_from_db()
    assert case.state == "moot"
    shop.forgets(case.listing.item_id)
    shop.put(plugged.offered(case.listing.item_id))  # offered anew under its old number; nothing of ours lies on it
    looked_at(case.listing, LATER + HOUR)
    case.refresh_from_db()
    assert (case.state, case.ask) == ("awaiting_seller", "pause")
    assert enforced(case.listing, LATER + HOUR).shop_state == "paused"


def test_a_listing_the_shop_does_not_know_is_gone(world, shop):
    case = accepted(complained(world, shop, pack="pause-and-answer"))
    shop.forgets(case.listing.item_id)
    assert enforced(case.listing).shop_state == "gone"
    case.refresh_from_db()
    assert case.state == "moot"


def test_without_a_connector_an_operator_does_it_and_says_so():
    world = a_world()
    case = happens(a_complaint(world, pack="cn-ecommerce-law"), "accepted", "reviewer", LATER, reasons=WHY)
    enforced(case.listing)
    measure = selectors.to_do_by_hand().get()
    with pytest.raises(services.NotWhatWasAsked):
        services.confirm_by_hand(measure.pk, state="up", by=world.tomas, at=LATER, now=NOW)
    services.confirm_by_hand(measure.pk, state="removed", by=world.tomas, at=LATER, now=NOW)
    with pytest.raises(services.NoOpenMeasure):
        services.confirm_by_hand(measure.pk, state="removed", by=world.tomas, at=LATER, now=NOW)
    assert not selectors.open_measures().exists()
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    enforced(case.listing, LATER + HOUR)
    assert selectors.to_do_by_hand().get().wanted == "nothing"


def test_what_an_operator_may_have_done_by_hand_is_asked_back_by_hand():
    world = a_world()
    case = happens(a_complaint(world, pack="cn-ecommerce-law"), "accepted", "reviewer", LATER, reasons=WHY)
    enforced(case.listing)
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    enforced(case.listing, LATER + HOUR)
    assert selectors.to_do_by_hand().get().wanted == "nothing"


def test_an_operator_who_sees_a_listing_gone_lets_its_case_rest():
    world = a_world()
    case = happens(a_complaint(world, pack="pause-and-answer"), "accepted", "reviewer", LATER, reasons=WHY)
    services.seen_by_hand(case.listing_id, state="gone", by=world.tomas, at=LATER, now=NOW)
    case.refresh_from_db()
    assert case.state == "moot"
    with pytest.raises(ValueError, match="cannot stand as"):
        services.seen_by_hand(case.listing_id, state="lost", by=world.tomas, at=LATER, now=NOW)


# --- the DMCA's window ----------------------------------------------------------------------------------------------------


def in_the_window(world, shop):
    """A complaint under 17 USC 512 whose listing may come back: ten business days after the counter notification."""
    case = accepted(complained(world, shop, pack="us-dmca-512"))
    enforced(case.listing)
    case = happens(case, "counter_notice_filed", "seller", LATER + HOUR)
    assert cases.sweep(now=case.due_at) == 1
    case.refresh_from_db()
    assert (case.state, case.ask) == ("restorable", "nothing")
    return case


def test_the_dmca_case_ends_when_the_shop_has_put_the_listing_back_and_not_before(world, shop):
    case = in_the_window(world, shop)
    shop.misbehave(Fault.NEVER)
    with pytest.raises(TryLater):
        enforced(case.listing, case.at)
    case.refresh_from_db()
    assert case.state == "restorable"
    enforced(case.listing, case.at + HOUR)
    case.refresh_from_db()
    assert (case.state, case.listing.shop_state) == ("restored", "up")
    assert case.events.filter(event="effect_confirmed").count() == 1


def test_seeing_the_listing_still_down_does_not_pass_for_putting_it_back(world, shop):
    case = in_the_window(world, shop)
    shop.misbehave(Fault.NEVER)
    services._tell_cases(case.listing_id, case.at)
    case.refresh_from_db()
    assert case.state == "restorable"


def test_a_dmca_case_ends_although_another_complaint_keeps_the_listing_down(world, shop):
    case = in_the_window(world, shop)
    other = a_notice(
        world, pack="cn-ecommerce-law", copies={case.listing.item_id: case.copy}, at=case.at
    ).complaints.get()
    accepted(other, case.at)
    enforced(case.listing, case.at + HOUR)
    case.refresh_from_db()
    assert (case.state, case.listing.shop_state) == ("restored", "removed")


def test_listings_of_open_cases_are_looked_at_once_a_day(world, shop):
    case = complained(world, shop)
    assert selectors.listings_to_look_at(at=LATER, limit=10) == [case.listing_id]
    looked_at(case.listing)
    assert selectors.listings_to_look_at(at=LATER + HOUR, limit=10) == []
    assert selectors.listings_to_look_at(at=LATER + timedelta(days=2), limit=10) == [case.listing_id]


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_listing_at_once_ask_for_one_thing(shop):
    world = a_world(connector="rest")
    case = accepted(complained(world, shop))
    together = threading.Barrier(4)
    troubles = []

    def run():
        try:
            together.wait(60)
            services.enforce(case.listing_id, at=LATER, now=NOW)
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    measure = Measure.objects.get()
    assert measure.confirmed_state == "removed"
    assert {reference for _, reference in acts(shop)} == {measure.reference}
    assert Complaint.objects.get().seq == 1
    assert len(shop._shelves[case.listing.item_id].answered) == 1
