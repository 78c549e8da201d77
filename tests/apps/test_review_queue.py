"""What waits on a reviewer comes by clock, then by risk, each with its reasons; changes in a listing are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import selectors
from countermark.apps.decisions.changes import Piece, changes_since, differences, shortened
from countermark.apps.decisions.selectors import QueueFilter
from countermark.apps.listings import services as listings
from countermark.connectors.fake_marketplace import Fault
from countermark.connectors.marketplace import Image, Price
from people import WEDNESDAY, a_complaint, a_notice, a_world, happens, listings_of
from plugged import offered

pytestmark = pytest.mark.django_db


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def numbers(world, at=WEDNESDAY, **asked):
    rows = selectors.queue(QueueFilter(**asked), reviewer=world.rana, at=at)
    return [case.number for case in rows]


def test_the_case_whose_clock_ends_first_comes_first_and_then_the_riskier_one():
    world = a_world()
    later = a_complaint(world, at=WEDNESDAY + hours(24))
    calm = a_complaint(world, reason="TM-5", seller=world.otto)
    serious = a_complaint(world, reason="TM-4", seller=world.otto)
    assert numbers(world) == [serious.number, calm.number, later.number]


def test_risk_is_told_from_facts_and_says_which():
    world = a_world()
    calm = a_complaint(world, reason="TM-5", seller=world.otto)
    risk = selectors.risk_of_case(calm)
    assert (risk.level, risk.why) == ("low", ())
    ended = happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY + hours(1))
    happens(ended, "served", "platform", WEDNESDAY + hours(2))
    happens(ended, "seller_removed", "seller", WEDNESDAY + hours(3))
    risk = selectors.risk_of_case(a_complaint(world, reason="TM-4"))
    assert (risk.level, [str(why) for why in risk.why]) == ("high", ["serious reason", "one upheld before"])


def test_filters_narrow_by_what_is_to_do_mark_place_and_holder():
    world = a_world()
    case, other = a_complaint(world), a_complaint(world, seller=world.otto)
    Complaint.objects.filter(pk=case.pk).update(claimed_by=world.rana)
    Complaint.objects.filter(pk=other.pk).update(claimed_by=world.samir)
    assert numbers(world, held="me") == [case.number]
    assert numbers(world, held="free") == [case.number]
    assert numbers(world, to_do="decide") == []
    assert numbers(world, right="copyright") == []
    assert numbers(world, marketplace=world.market.slug) == [case.number, other.number]
    assert numbers(world, q="otto halden") == [other.number]
    assert numbers(world, q=case.listing.url) == [case.number]
    assert numbers(world, q="\0") == [case.number, other.number]


def test_today_is_the_day_of_the_place_where_the_case_runs():
    world = a_world()
    case = a_complaint(world)  # Wed 25 Feb; Thu 26, Fri 27, Sat 28 (make-up): until Sat 28 Feb, 24:00 Shanghai
    friday_night = datetime(2026, 2, 27, 15, 59, tzinfo=UTC)  # Fri 23:59 in Shanghai
    assert numbers(world, at=friday_night, clock="tomorrow") == [case.number]
    assert numbers(world, at=friday_night, clock="today") == []
    saturday = friday_night + timedelta(minutes=1)
    assert numbers(world, at=saturday, clock="today") == [case.number]
    assert selectors.figures(reviewer=world.rana, at=saturday) == (1, 0, 1, 0, 0)
    over = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    assert numbers(world, at=over, clock="late") == [case.number]


def test_the_next_case_is_mine_first_then_the_most_urgent_that_nobody_holds():
    world = a_world()
    first, second, third = (a_complaint(world, at=WEDNESDAY + hours(24 * n)) for n in range(3))
    Complaint.objects.filter(pk=first.pk).update(claimed_by=world.samir)
    assert selectors.next_for(world.rana, at=WEDNESDAY) == second
    Complaint.objects.filter(pk=third.pk).update(claimed_by=world.rana)
    assert selectors.next_for(world.rana, at=WEDNESDAY) == third
    assert selectors.next_for(world.rana, at=WEDNESDAY, after=third) == second


def test_fifty_rows_cost_as_many_queries_as_five(django_assert_max_num_queries):
    world = a_world()
    a_notice(world, lines=50)
    with django_assert_max_num_queries(12):
        rows = selectors.rows_of(list(selectors.queue(QueueFilter(), reviewer=world.rana, at=WEDNESDAY)[:50]))
        said = [
            (r.complaint.notice.marketplace.name, r.complaint.notice.right.name, r.complaint.seller.name) for r in rows
        ]
    assert len(said) == 50


# --- changed since ----------------------------------------------------------------------------------------------------


def frozen(world, shop, **changes):
    """A case about a listing of the shop as it was then; `changes` is what the shop shows now."""
    copies = listings_of(world, 1)
    (item,) = copies
    shop.put(offered(item))
    shown = listings.look_up(world.market, {item: ""}, at=WEDNESDAY)
    copies = listings.freeze(
        marketplace=world.market, kind="listing", items={item: ""}, shown=shown, at=WEDNESDAY
    )
    case = a_complaint(world, copies=copies)
    now = offered(item)
    shop.put(type(now)(**{**{name: getattr(now, name) for name in now.__slots__}, **changes}))
    return Complaint.objects.select_related("listing", "copy", "notice__marketplace").get(pk=case.pk)


def test_what_the_seller_changed_since_filing_is_found(shop):
    case = frozen(
        a_world(connector="rest"),
        shop,
        title="Nordic table lamp",
        price=Price("19.90", "EUR"),
        images=(Image("", b"png", None),),
    )
    found = changes_since(case, at=WEDNESDAY + hours(1))
    assert found.answer == "changed"
    assert found.title == (
        Piece("same", "Nordic "),
        Piece("gone", "mushroom"),
        Piece("new", "table"),
        Piece("same", " lamp"),
    )
    assert found.price == ("", "19.90 EUR")
    assert [tuple(change) for change in found.pictures] == [(1, "new")]


def test_an_unchanged_listing_is_said_to_be_unchanged(shop):
    assert changes_since(frozen(a_world(connector="rest"), shop), at=WEDNESDAY).answer == "same"


def test_a_marketplace_that_does_not_answer_is_said_not_to(shop):
    case = frozen(a_world(connector="rest"), shop)
    shop.misbehave(Fault.NEVER)
    assert changes_since(case, at=WEDNESDAY).answer == "unreachable"


def test_where_nobody_can_be_asked_nothing_is_claimed():
    case = a_complaint(a_world())
    assert changes_since(case, at=WEDNESDAY).answer == "nobody"


def test_chinese_is_compared_by_characters():
    pieces = differences("双筒望远镜 KESTREL同款", "双筒望远镜 鹰系列")
    assert "".join(p.text for p in pieces if p.kind != "new") == "双筒望远镜 KESTREL同款"
    assert "".join(p.text for p in pieces if p.kind != "gone") == "双筒望远镜 鹰系列"


def test_a_very_long_text_is_compared_in_no_time_and_cut_to_its_changes():
    was = "\n".join(f"line {n}" for n in range(20_000))
    pieces = shortened(differences(was, was.replace("line 7\n", "LINE 7\n", 1)))
    assert sum(len(piece.text) for piece in pieces) < 1000
    assert {piece.kind for piece in pieces} == {"same", "gone", "new", "cut"}
