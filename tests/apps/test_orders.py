"""An order is recorded whole or not at all, carried out beside every complaint, answered, ended, and leaves a trace."""

from datetime import timedelta

import pytest
from django.db import connection, transaction, utils

import plugged
from apps.test_enforcement import LATER, NOW, accepted, acts, complained, enforced, looked_at, plugged_item
from countermark.apps.complaints.log_checks import ask_for_check, run_check
from countermark.apps.complaints.orders import GROUND
from countermark.apps.enforcement import selectors
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement.models import Measure
from countermark.apps.listings.models import Listing
from countermark.apps.orders import intake, letters, services, trace
from countermark.apps.orders.models import Order, OrderEvent, OrderLetter
from countermark.apps.parties.models import Seller
from countermark.apps.work.jobs import TryLater
from countermark.apps.work.models import Job
from countermark.connectors.fake_marketplace import FakeMarketplace
from countermark.connectors.mail import MailUnavailable
from countermark.connectors.marketplace import ListingState, Offers
from people import a_world, happens, listings_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(shop):
    return a_world(slug="harbour", connector="rest", patterns=PATTERNS)


PATTERNS = r"""
id = "harbour"
name = "Harbour Market"
source = "The operator's own."
brands = ["harbour"]
[domains]
"harbour.example" = "harbour.example"
[canonical]
listing = "https://harbour.example/i/{item}"
[[listing]]
path = 'i/(?P<item>\d{4,12})'
"""


def offered(world, shop, count=1):
    """Listings that the shop offers and nobody complained of."""
    copies = listings_of(world, count)
    for item in copies:
        shop.put(plugged.offered(item))
    return list(Listing.objects.filter(item_id__in=copies).order_by("pk"))


def an_order(world, listings=(), **changes):
    """What the customs office of Hamburg wrote, and Tomás typed."""
    usual = {
        "source": "authority",
        "kind": "restrict",
        "marketplace": world.market,
        "received_at": LATER - DAY,
        "words": "Offers of lamps that carry the mark HALDEN & MOE without consent are to be taken down.",
        "authority": "Hauptzollamt Hamburg",
        "country": "DE",
        "basis": "Regulation (EU) 608/2013, art. 17",
        "reference": "SV 1215/26",
        "contact_email": "poststelle@zoll.example",
        "measure": "remove",
        "addresses": "\n".join(listing.url for listing in listings),
    }
    return intake.Received(**{**usual, **changes})


def a_decision(world, listings=(), **changes):
    """The operator's own: the same form without an authority."""
    own = {
        "source": "operator",
        "authority": "",
        "country": "",
        "reference": "",
        "contact_email": "",
        "basis": "IP-1.1",
    }
    return an_order(world, listings, **{**own, **changes})


def recorded(world, received, at=LATER, **more):
    return services.record(received, by=world.tomas, at=at, now=NOW, **more)


def told_by_mail(world, order):
    """The letters of an order are written, and Mei's marketplace has said where to reach her."""
    Seller.objects.filter(pk=world.mei.pk).update(email="mei@lantern.example")
    letters.tell(order.pk, at=LATER, now=NOW)
    return OrderLetter.objects.get(order=order, what="told")


def codes(world, received):
    return {defect.code for defect in intake.check(received, at=LATER).defects}


# --- recording ------------------------------------------------------------------------------------------------------------


def test_an_order_takes_down_what_nobody_complained_of_and_the_authority_has_its_receipt(world, shop, post):
    first, second = offered(world, shop, 2)
    order = recorded(world, an_order(world, [first, second]))
    assert order.number == "O-2026-000001"
    assert {job.key for job in Job.objects.filter(kind="enforce")} == {str(first.pk), str(second.pk)}
    assert enforced(first).shop_state == enforced(second).shop_state == "removed"
    letters.tell(order.pk, at=LATER, now=NOW)
    whats = set(OrderLetter.objects.values_list("what", "seller"))
    assert whats == {("receipt", None), ("effect", None), ("told", world.mei.pk)}
    for letter in OrderLetter.objects.all():
        letters.send(letter.pk, at=LATER, now=NOW)
    receipt = next(mail for mail in post.outbox if "Receipt O-2026-000001" in mail.subject)
    assert receipt.to == "poststelle@zoll.example"
    assert "SV 1215/26" in receipt.subject
    effect = next(mail for mail in post.outbox if "what was done on your order" in mail.subject)
    assert effect.text.count("done, confirmed") == 2
    assert world.mei.email not in receipt.text + effect.text, (
        "an authority learns nothing of the seller but what it ordered"
    )


def test_the_seller_reads_what_was_done_where_how_long_by_whose_order_and_what_to_do(world, shop, post):
    (listing,) = offered(world, shop)
    order = recorded(world, an_order(world, [listing], territories=["DE", "AT"], until=LATER + 30 * DAY))
    letters.send(told_by_mail(world, order).pk, at=LATER, now=NOW)
    text = post.outbox[-1].text
    for said in (
        "taken down",
        "in AT",
        "DE",
        "until",
        "Hauptzollamt Hamburg",
        "SV 1215/26",
        "608/2013",
        listing.url,
        "court",
    ):
        assert said in text, said
    assert "poststelle@zoll.example" not in text


def test_every_defect_of_an_order_is_named_at_once(world):
    wrong = an_order(
        world, authority=" ", country="Germany", reference="", basis="", contact_email="nobody", words="short",
        measure="fine", territories=["Bavaria"], until=LATER - DAY, received_at=LATER + DAY, language="xx",
    )  # fmt: skip
    assert codes(world, wrong) == {
        "order_authority", "order_country", "order_number", "order_basis", "order_email", "order_words", "order_measure",
        "order_territory", "order_until_past", "order_received_later", "order_language", "order_nothing",
    }  # fmt: skip
    with pytest.raises(services.OrderDefective):
        recorded(world, wrong)
    assert not Order.objects.exists()


def test_one_bad_line_keeps_the_order_from_being_recorded_and_is_named(world, shop):
    (listing,) = offered(world, shop)
    checked = intake.check(an_order(world, addresses=f"{listing.url}\nhttps://elsewhere.example/i/1"), at=LATER)
    assert [(defect.code, defect.line) for defect in checked.defects] == [("order_line", 2)]
    assert [line.item_id for line in checked.taken] == [listing.item_id]


def test_a_measure_of_a_shop_is_not_asked_of_a_listing_nor_the_other_way_round(world, shop):
    (listing,) = offered(world, shop)
    assert codes(world, an_order(world, [listing], measure="suspend")) == {"order_measure_of_listing"}
    assert codes(world, an_order(world, seller_ref="lantern", measure="pause")) == {"order_measure_of_shop"}
    assert codes(world, an_order(world, seller_ref="lantern", measure="suspend", territories=["DE"])) == {
        "order_shop_territory"
    }
    assert codes(world, an_order(world, seller_ref="nobody", measure="suspend")) == {"order_seller"}
    assert codes(world, an_order(world, [listing], seller_ref="lantern", measure="suspend")) == {"order_both"}


def test_a_double_click_records_one_order(world, shop):
    (listing,) = offered(world, shop)
    first = recorded(world, an_order(world, [listing]), key="k-1")
    assert recorded(world, an_order(world, [listing]), key="k-1") == first
    assert Order.objects.count() == 1


def test_hostile_text_of_an_order_is_refused_or_kept_as_text(world, shop, post):
    (listing,) = offered(world, shop)
    assert "unprintable_text" in codes(world, an_order(world, [listing], authority="Zoll\x00"))
    order = recorded(world, an_order(world, [listing], words="<script>alert(1)</script> and thirty characters more"))
    letters.send(told_by_mail(world, order).pk, at=LATER, now=NOW)
    assert "<script>" not in post.outbox[-1].html


# --- beside complaints ----------------------------------------------------------------------------------------------------


def test_an_order_holds_the_listing_down_when_the_complaint_ends_and_lets_go_when_it_ends_itself(world, shop):
    case = accepted(complained(world, shop))
    order = recorded(world, an_order(world, [case.listing]))
    assert enforced(case.listing).shop_state == "removed"
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    assert enforced(case.listing, LATER + HOUR).shop_state == "removed"
    services.set_aside(order.pk, by=world.tomas, at=LATER + 2 * HOUR, now=NOW)
    assert enforced(case.listing, LATER + 2 * HOUR).shop_state == "up"
    assert [kind for kind, _ in acts(shop)] == ["apply", "reverse"]
    with pytest.raises(services.OrderEnded):
        services.set_aside(order.pk, by=world.tomas, at=LATER + 3 * HOUR, now=NOW)


def test_an_order_of_one_country_takes_the_listing_down_there_and_a_complaint_everywhere(world, shop):
    case = complained(world, shop)
    recorded(world, an_order(world, [case.listing], territories=["DE"]))
    listing = enforced(case.listing)
    assert (listing.shop_state, listing.shop_there) == ("up", {"DE": "removed"})
    accepted(case)
    listing = enforced(listing)
    assert (listing.shop_state, listing.shop_there) == ("removed", {})
    happens(case, "withdrawn", "complainant", LATER + HOUR)
    listing = enforced(listing, LATER + HOUR)
    assert (listing.shop_state, listing.shop_there) == ("up", {"DE": "removed"})


def test_after_its_last_instant_an_order_asks_nothing_even_before_its_end_is_recorded(world, shop):
    (listing,) = offered(world, shop)
    order = recorded(world, an_order(world, [listing], until=LATER + DAY))
    assert enforced(listing).shop_state == "removed"
    assert enforced(listing, LATER + DAY - timedelta(seconds=1)).shop_state == "removed"
    assert enforced(listing, LATER + DAY).shop_state == "up"
    assert services.expire(at=LATER + 2 * DAY, now=NOW) == 1
    order.refresh_from_db()
    assert (order.state, order.ended_how, order.ended_at) == ("ended", "expired", LATER + DAY)
    assert services.expire(at=LATER + 2 * DAY, now=NOW) == 0


def test_an_order_to_restore_ends_what_complaints_ask_and_says_so_in_their_log(world, shop):
    case = accepted(complained(world, shop))
    assert enforced(case.listing).shop_state == "removed"
    order = recorded(world, an_order(world, [case.listing], kind="restore", measure=""))
    case.refresh_from_db()
    assert (case.ask, case.events.last().event) == ("nothing", "ordered_up")
    assert order.number in case.events.last().payload
    assert enforced(case.listing).shop_state == "up"
    order.refresh_from_db()
    assert (order.state, order.ended_how) == ("ended", "done")


def test_an_order_to_restore_does_not_lift_what_another_authority_ordered(world, shop):
    (listing,) = offered(world, shop)
    first = recorded(world, an_order(world, [listing]))
    checked = intake.check(an_order(world, [listing], kind="restore", measure=""), at=LATER)
    assert [(d.code, d.data["number"]) for d in checked.defects] == [("order_conflict", first.number)]
    own = recorded(world, a_decision(world, offered(world, shop)))
    recorded(world, an_order(world, [own.lines.get().listing], kind="restore", measure=""))
    own.refresh_from_db()
    assert (own.state, own.ended_how) == ("ended", "set_aside"), "our own decision gives way to an authority"


def test_an_order_that_decides_a_case_is_in_its_log_and_has_a_number_of_its_own(world, shop):
    case = accepted(complained(world, shop))
    order = services.decide_case(
        complaint=case, event="ordered_up", reference="Court of Bergen, 24-1 TVI", seen={case.pk: case.seq},
        by=world.tomas, at=LATER, now=NOW,
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.ask, order.kind, order.lines.get().complaint) == ("nothing", "case", case)
    assert [event.event for event in order.events.all()] == ["received"]
    assert GROUND == "ordered"


def test_an_order_about_a_listing_that_is_gone_stands_for_its_return(world, shop):
    (listing,) = offered(world, shop)
    shop.seller_deletes(listing.item_id)
    order = recorded(world, an_order(world, [listing]))
    enforced(listing)
    looked_at(listing)
    assert acts(shop) == [("apply", Measure.objects.get().reference)] or acts(shop) == []
    assert "no longer offered" in "".join(letters.wording.effect_lines(Order.objects.get(pk=order.pk)))
    shop.forgets(listing.item_id)
    shop.put(plugged.offered(listing.item_id))
    assert looked_at(listing, LATER + HOUR).shop_state == "removed"


# --- demote, and what a marketplace cannot do -----------------------------------------------------------------------------


def test_the_operators_own_decision_shows_a_listing_last_and_gives_its_rule(world, shop, post):
    (listing,) = offered(world, shop)
    decision = recorded(world, a_decision(world, [listing], measure="demote"))
    assert decision.number == "M-2026-000001"
    assert enforced(listing).shop_state == "demoted"
    letters.send(told_by_mail(world, decision).pk, at=LATER, now=NOW)
    assert not OrderLetter.objects.filter(seller=None).exists(), "there is no authority to write to"
    assert "IP-1.1" in post.outbox[-1].text
    assert "free of charge" in post.outbox[-1].text


@pytest.mark.parametrize("what", [{"measure": "demote"}, {"territories": ["DE"]}])
def test_what_a_marketplace_does_not_offer_is_an_operators_and_nothing_stronger_is_asked(
    world, monkeypatch, settings, what
):
    settings.MARKETPLACE_FACTORY = "plugged.marketplace"
    plain = FakeMarketplace(offers=Offers())
    monkeypatch.setitem(plugged.ports, "shop", plain)
    (listing,) = offered(world, plain)
    recorded(world, an_order(world, [listing], **what))
    enforced(listing)
    assert acts(plain) == []
    measure = selectors.to_do_by_hand().get()
    assert "does not offer" in measure.answer
    state = "demoted" if "measure" in what else "up"
    enforcement.confirm_by_hand(measure.pk, state=state, by=world.tomas, at=LATER, now=NOW)
    looked_at(listing, LATER + HOUR)
    looked_at(listing, LATER + 2 * HOUR)
    assert Measure.objects.count() == 1, "what the marketplace cannot show has not drifted"
    assert Order.objects.get().lines.get().effect_at == LATER


# --- drift ----------------------------------------------------------------------------------------------------------------


def test_a_listing_that_came_back_by_itself_is_taken_down_again_and_counted(world, shop):
    case = accepted(complained(world, shop))
    listing = enforced(case.listing)
    for times in (1, 2):
        shop.comes_back(listing.item_id)
        looked_at(listing, LATER + times * DAY)
        assert shop.state(plugged_item(listing)) is ListingState.REMOVED
        assert selectors.times_drifted(listing) == times
    assert [m.drifted for m in Measure.objects.order_by("pk")] == [False, True, True]


def test_a_country_that_came_back_by_itself_is_restricted_again(world, shop):
    (listing,) = offered(world, shop)
    recorded(world, an_order(world, [listing], territories=["DE"]))
    enforced(listing)
    shop.comes_back(listing.item_id)
    assert looked_at(listing, LATER + DAY).shop_there == {"DE": "removed"}
    assert selectors.times_drifted(listing) == 1


def test_what_stays_down_after_its_case_has_ended_is_still_looked_at_once_a_week(world, shop):
    case = accepted(complained(world, shop, pack="cn-ecommerce-law"))
    listing = enforced(case.listing)
    type(case).objects.filter(pk=case.pk).update(outcome="upheld")
    assert selectors.listings_to_look_at(at=LATER + 2 * DAY, limit=9) == []
    assert selectors.listings_to_look_at(at=LATER + 8 * DAY, limit=9) == [listing.pk]
    recorded(world, an_order(world, [listing]))
    assert selectors.listings_to_look_at(at=LATER + 2 * DAY, limit=9) == [listing.pk], "under an order: every day"


def test_a_listing_the_seller_deleted_is_neither_drift_nor_put_back(world, shop):
    (listing,) = offered(world, shop)
    order = recorded(world, an_order(world, [listing]))
    enforced(listing)
    shop.seller_deletes(listing.item_id)
    looked_at(listing, LATER + DAY)
    services.set_aside(order.pk, by=world.tomas, at=LATER + 2 * DAY, now=NOW)
    enforced(listing, LATER + 2 * DAY)
    assert (selectors.times_drifted(listing), [kind for kind, _ in acts(shop)]) == (0, ["apply"])


# --- information, trace ---------------------------------------------------------------------------------------------------


def test_an_order_to_give_information_restricts_nothing_and_ends_when_it_is_answered(world, shop):
    (listing,) = offered(world, shop)
    order = recorded(world, an_order(world, [listing], kind="inform", measure=""))
    assert enforced(listing).shop_state == "up"
    letters.tell(order.pk, at=LATER, now=NOW)
    assert set(OrderLetter.objects.values_list("what", "seller")) == {("receipt", None)}
    with pytest.raises(services.OrderDefective):
        services.answer(order.pk, text=" ", by=world.tomas, at=LATER, now=NOW)
    services.answer(order.pk, text="Name and address of the shop, sent by courier.", by=world.tomas, at=LATER, now=NOW)
    letters.tell(order.pk, at=LATER, now=NOW)
    assert OrderLetter.objects.filter(what="effect", seller=None).exists()


def test_the_trace_of_an_order_holds_and_shows_when_it_was_touched(world, shop):
    (listing,) = offered(world, shop)
    order = recorded(world, an_order(world, [listing]))
    enforced(listing)
    services.set_aside(order.pk, by=world.tomas, at=LATER + DAY, now=NOW)
    assert [event.event for event in order.events.all()] == ["received", "carried_out", "set_aside"]
    assert "Hamburg" not in "".join(event.payload for event in order.events.all())
    assert list(trace.faults()) == []
    Order.objects.filter(pk=order.pk).update(seq=2)  # somebody hides that it was set aside
    Order.objects.filter(pk=order.pk).update(head_hash=bytes(order.events.get(seq=2).hash))
    assert any(order.number in fault for fault in trace.faults())
    check = ask_for_check(by=world.tomas, now=NOW)
    run_check(check.pk, finish=lambda: NOW, also=trace.faults())
    check.refresh_from_db()
    assert any(order.number in fault for fault in check.faults), "an operator who has the log checked sees it too"


def test_a_link_of_the_trace_can_be_neither_changed_nor_deleted(world, shop):
    recorded(world, an_order(world, offered(world, shop)))
    for sql in ("UPDATE orders_orderevent SET event = 'x'", "DELETE FROM orders_orderevent"):
        with pytest.raises(utils.DatabaseError), connection.cursor() as cursor, transaction.atomic():
            cursor.execute(sql)
    assert OrderEvent.objects.get().event == "received"


def test_a_letter_without_an_address_is_an_operators_task_and_one_not_taken_is_sent_again(world, shop, post):
    order = recorded(world, an_order(world, offered(world, shop), contact_email=""))
    told = told_by_mail(world, order)
    assert OrderLetter.objects.get(what="receipt").failed_at == LATER
    assert letters.tell(order.pk, at=LATER, now=NOW) == 0, "telling twice is harmless"
    post.fail_next(MailUnavailable("no answer"))
    with pytest.raises(TryLater):
        letters.send(told.pk, at=LATER, now=NOW)
    assert letters.send(told.pk, at=LATER, now=NOW)
    assert not letters.send(told.pk, at=LATER, now=NOW)
