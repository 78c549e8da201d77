"""What screening does with a listing: it is let through, noted, told, stopped with reasons; people confirm it or let it go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions.models import Decision
from countermark.apps.listings.models import Listing
from countermark.apps.orders import appeals, letters, wording
from countermark.apps.orders import services as orders
from countermark.apps.orders.models import Order, OrderLetter
from countermark.apps.parties.models import Person, Seller
from countermark.apps.screening import modes, opinions, services
from countermark.apps.screening.engine import engine
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import Allowed, Finding, Opinion
from countermark.apps.work.models import Job
from countermark.apps.work.sealing import unseal
from people import World, a_notice, a_right, a_world

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DISGUISED = "Kvаrtz lamp, oak base"  # the first a is Cyrillic
WHY = "The lamp is my own, made in Bergen; the word in the title is the name of the stone in its base."


@pytest.fixture
def world() -> World:
    world = a_world()
    world.mark = a_right(world.halden, name="KVARTZ", number="41902338", classes=[11])
    return world


def moded(world: World, **said: str) -> None:
    for reason, mode in said.items():
        modes.set_mode(world.market, reason, mode, by=world.tomas, at=AT)


def a_line(title: str = DISGUISED, **changes: Any) -> Line:
    given = {"item_id": "L-9", "url": "https://harbour.example/i/L-9", "seller": "lantern", **changes}
    return Line(title=title, **given)


def screened(world: World, *lines: Line) -> list[services.Answer]:
    return services.screen(world.market, lines, at=AT, now=timezone.now())


def stopped(world: World, **changes: Any) -> Finding:
    moded(world, words="blocking")
    (answer,) = screened(world, a_line(**changes))
    assert answer.finding is not None
    return answer.finding


# --- what becomes of a listing --------------------------------------------------------------------------------------------


def test_what_names_nothing_protected_is_allowed_and_leaves_nothing_behind(world):
    moded(world, words="blocking")
    (answer,) = screened(world, a_line("Oak lamp with a linen shade"))
    assert (answer.verdict, answer.done, answer.finding) == ("allow", "allowed", None)
    assert not Finding.objects.exists()
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("mode", "done", "state"),
    [("shadow", "noted", "closed"), ("advisory", "told", "waiting"), ("blocking", "blocked", "closed")],
)
def test_a_disguised_mark_is_noted_told_or_stopped_as_its_marketplace_has_us_do(world, mode, done, state):
    moded(world, words=mode)
    (answer,) = screened(world, a_line())
    finding = Finding.objects.get()
    assert (answer.verdict, answer.done, finding.done, finding.state) == ("block", done, done, state)
    assert (finding.order is not None) == (mode == "blocking")
    assert [right.pk for right in finding.rights.all()] == [world.mark.pk]
    assert finding.signals[0]["kind"] == "text:lookalike"


def test_without_a_word_from_the_marketplace_it_is_shadow_and_switched_off_nothing_is_looked_for(world):
    assert screened(world, a_line())[0].done == "noted"
    moded(world, words="off")
    assert screened(world, a_line(item_id="L-10"))[0].done == "allowed"


def test_what_is_only_likely_waits_for_people_and_is_not_stopped(world):
    moded(world, words="blocking")
    (answer,) = screened(world, a_line("KVARTZ lamp"))
    assert (answer.verdict, answer.done) == ("review", "review")
    assert not Order.objects.exists()


def test_the_same_listing_sent_again_is_the_same_finding_and_is_stopped_once(world):
    first = stopped(world)
    again = screened(world, a_line(), a_line(price="9.00", currency="EUR", text="Today only"))
    assert [one.finding.pk for one in again] == [first.pk, first.pk]
    assert (Finding.objects.count(), Order.objects.count()) == (1, 1)


def test_a_hundred_listings_take_few_statements(world, django_assert_max_num_queries):
    screened(world, a_line("Warm up"))
    with django_assert_max_num_queries(18):
        screened(world, *(a_line(item_id=f"L-{n}", seller="lantern") for n in range(100)))
    assert Finding.objects.count() == 100


def test_whom_the_holder_allows_may_use_the_mark(world):
    Allowed.objects.create(right=world.mark, seller=world.mei, at=AT, by=world.ines)
    assert screened(world, a_line())[0].done == "allowed"
    assert screened(world, a_line(seller="otto", item_id="L-2"))[0].done == "noted"


def test_the_description_of_a_figurative_mark_is_no_word_that_is_looked_for(world):
    a_right(world.halden, name="Two herons", number="41902340", fields={"mark_type": "figurative"})
    assert screened(world, a_line("Two herons lamp"))[0].done == "allowed"
    a_right(world.halden, name="ZEPHYRA", number="41902341", fields={"mark_type": "combined"})
    engine.forget()
    assert screened(world, a_line("Zеphyra lamp"))[0].done == "noted"


def test_a_right_that_has_ended_stops_nothing(world):
    world.mark.state = "expired"
    world.mark.save()
    assert screened(world, a_line())[0].done == "allowed"


# --- a measure like any other ---------------------------------------------------------------------------------------------


def test_the_seller_reads_what_matched_that_software_decided_and_how_to_appeal(world):
    finding = stopped(world)
    order = Order.objects.get(finding=finding)
    assert (order.number, order.recorded_by, order.measure) == ("S-2026-000001", None, "remove")
    assert {job.key for job in Job.objects.filter(kind="enforce")} == {str(finding.listing_id)}
    text = " ".join(sentence for block in wording.statement(order, world.mei) for sentence in block)
    for part in (
        "Kvаrtz",
        "KVARTZ",
        "41902338",
        "letters that look alike",
        "IP-1.3",
        "software found the listing and decided",
    ):
        assert part in text
    assert "A person decided" not in text
    assert "appeal free of charge" in text
    letters.tell(order.pk, at=AT, now=timezone.now())
    assert OrderLetter.objects.get(order=order).seller == world.mei


def test_a_granted_appeal_puts_the_listing_back_and_it_is_not_stopped_again(world):
    finding = stopped(world)
    order = Order.objects.get(finding=finding)
    appeal = appeals.file_appeal(
        order=order, seller=world.mei, words=WHY, by=None, at=AT, now=timezone.now(), key="k-1"
    )
    answered = {"appeal_id": appeal.pk, "granted": True, "words": WHY, "at": AT, "now": timezone.now()}
    appeals.decide_appeal(by=world.samir, **answered)
    opinions.after_order(order.pk, at=AT)
    assert orders.asked_of_listing(finding.listing_id, at=AT) == []
    opinion = Opinion.objects.get()
    assert (opinion.source, opinion.right, opinion.by) == ("appeal", False, world.samir)
    (again,) = screened(world, a_line())
    assert (again.done, Order.objects.count()) == ("allowed", 1)


def test_who_confirmed_what_software_decided_does_not_decide_the_appeal(world):
    finding = services.decide(stopped(world).pk, True, by=world.rana, at=AT, now=timezone.now())
    order = Order.objects.get(finding=finding)
    text = " ".join(sentence for block in wording.statement(order, world.mei) for sentence in block)
    assert "a person has looked at it since" in text
    appeal = appeals.file_appeal(
        order=order, seller=world.mei, words=WHY, by=None, at=AT, now=timezone.now(), key="k-1"
    )
    answered = {"appeal_id": appeal.pk, "granted": True, "words": WHY, "at": AT, "now": timezone.now()}
    with pytest.raises(Exception, match="another"):
        appeals.decide_appeal(by=world.rana, **answered)
    assert appeals.decide_appeal(by=world.samir, **answered).granted
    opinions.after_order(order.pk, at=AT)
    assert screened(world, a_line())[0].done == "allowed", "the appeal outweighs who confirmed"


# --- people ---------------------------------------------------------------------------------------------------------------


def test_a_reviewer_who_finds_it_right_stops_the_listing_as_a_person(world):
    moded(world, words="blocking")
    (answer,) = screened(world, a_line("KVARTZ lamp"))
    services.decide(answer.finding.pk, True, by=world.rana, at=AT, now=timezone.now())
    order = Order.objects.get()
    assert order.recorded_by == world.rana
    text = " ".join(sentence for block in wording.statement(order, world.mei) for sentence in block)
    assert "software found the listing; a person decided" in text


def test_a_reviewer_who_finds_it_wrong_lets_the_listing_go_for_good(world):
    finding = stopped(world)
    services.decide(finding.pk, False, by=world.rana, words="A stone.", at=AT, now=timezone.now())
    finding.refresh_from_db()
    assert (finding.state, finding.order.ended_how) == ("decided", "set_aside")
    assert unseal(finding.opinions.get().words) == "A stone."
    assert screened(world, a_line())[0].done == "allowed"
    assert screened(world, a_line("K.V.A.R.T.Z lamp"))[0].done != "allowed", "found in another way it speaks anew"


def test_what_an_operator_takes_back_is_let_through_also_where_a_reviewer_had_confirmed(world):
    finding = services.decide(stopped(world).pk, True, by=world.rana, at=AT, now=timezone.now())
    orders.set_aside(finding.order.pk, by=world.tomas, at=AT, now=timezone.now())
    opinions.after_order(finding.order.pk, at=AT)
    assert screened(world, a_line())[0].done == "allowed"


def test_in_shadow_an_opinion_has_no_effect(world):
    (answer,) = screened(world, a_line())
    services.decide(answer.finding.pk, True, by=world.rana, at=AT, now=timezone.now())
    assert not Order.objects.exists()


def test_two_reviewers_do_not_decide_one_finding(world):
    finding = stopped(world)
    services.take(finding.pk, by=world.rana, now=timezone.now())
    with pytest.raises(services.FindingHeld):
        services.take(finding.pk, by=world.samir, now=timezone.now())
    with pytest.raises(services.FindingHeld):
        services.decide(finding.pk, True, by=world.samir, at=AT, now=timezone.now())
    services.decide(finding.pk, True, by=world.rana, at=AT, now=timezone.now())
    services.decide(finding.pk, True, by=world.rana, at=AT, now=timezone.now())
    with pytest.raises(services.FindingDecided):
        services.decide(finding.pk, False, by=world.samir, at=AT, now=timezone.now())


def test_a_shop_nobody_knew_is_made_so_that_its_seller_can_be_told(world):
    finding = stopped(world, seller="new-shop")
    assert finding.seller == Seller.objects.get(ref="new-shop")
    assert Person.objects.filter(shops=finding.seller).count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_listing_sent_by_four_at_once_is_stopped_once(world):
    moded(world, words="blocking")
    lines = [a_line(item_id=f"L-{n}") for n in range(3)]
    screened(world, a_line("Warm up"))

    def ask(turned: bool) -> list[str]:
        try:
            return [one.done for one in screened(world, *(reversed(lines) if turned else lines))]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, [False, True, False, True]))
    assert found == [["blocked"] * 3] * 4
    assert (Finding.objects.count(), Order.objects.count()) == (3, 3)


def test_what_a_person_decided_in_a_case_about_the_listing_says_whether_the_finding_was_right(world):
    finding = stopped(world)
    notice = a_notice(world)
    case = notice.complaints.get()
    Complaint.objects.filter(pk=case.pk).update(listing=finding.listing_id, outcome="not_upheld")
    assert opinions.after_case(notice.pk) == 0, "it ended by silence"
    Decision.objects.create(complaint=case, seq=1, event="not_upheld", verdict="not_upheld", reviewer=world.rana, at=AT)
    assert (opinions.after_case(notice.pk), opinions.after_case(notice.pk)) == (1, 0)
    opinion = finding.opinions.get()
    assert (opinion.source, opinion.right, opinion.by) == ("case", False, world.rana)
