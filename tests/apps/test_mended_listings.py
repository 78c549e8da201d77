"""What becomes of a finding when the seller changes the listing: what is gone waits for nobody, and what is there stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from countermark.apps.listings.models import Listing, PushedListing
from countermark.apps.orders import letters, wording
from countermark.apps.orders import services as orders
from countermark.apps.orders.models import Order, OrderLetter
from countermark.apps.screening import modes, pictures, services
from countermark.apps.screening import pushed as from_marketplace
from countermark.apps.screening.engine import engine
from countermark.apps.screening.models import Finding, Opinion, Reference
from countermark.apps.work import files
from countermark.apps.work.models import Job
from countermark.connectors.fetch import FetchFailed
from matching.made_pictures import cloudy, encoded
from people import World, a_right, a_world

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DISGUISED, PLAIN, CLEAN = "Kvаrtz lamp, oak base", "KVARTZ lamp, oak base", "Oak lamp with a linen shade"
FRONT, BACK = "https://harbour.example/front.png", "https://harbour.example/back.png"
SHOWN: dict[str, bytes] = {}  # what the shop shows, by address


@pytest.fixture
def world(settings) -> World:
    return a_place(settings)


def a_place(settings: Any) -> World:
    """A place of sale that stops words and pictures; KVARTZ is a mark of Halden & Moe."""
    settings.PICTURES_FACTORY = f"{__name__}.a_shop_window"
    SHOWN.clear()
    world = a_world()
    world.mark = a_right(world.halden, name="KVARTZ", number="41902338", classes=[11])
    for reason in ("words", "pictures"):
        modes.set_mode(world.market, reason, "blocking", by=world.tomas, at=AT)
    return world


def a_shop_window(base_url: str) -> Any:
    def fetch(url: str) -> bytes:
        if url not in SHOWN:
            raise FetchFailed("status", url, "404")
        return SHOWN[url]

    return fetch


def sent(world: World, title: str, images: Mapping[str, bytes] | None = None, state: str = "up") -> Listing:
    """The marketplace sends Mei's listing as it is now, and the worker has looked at it."""
    SHOWN.update(images or {})
    known = {"marketplace": world.market, "item_id": "P-1"}
    of = {"url": "https://harbour.example/i/P-1", "title": title, "seller": world.mei}
    listing, _ = Listing.objects.update_or_create(**known, kind="listing", defaults=of)
    digest = f"{PushedListing.objects.filter(listing=listing).count()}{title}{sorted(images or ())}{state}"[:64]
    said = {"images": list(images or ()), "state": state, "updated_at": AT, "pushed_at": AT, "digest": digest}
    PushedListing.objects.update_or_create(listing=listing, defaults=said)
    from_marketplace.screen([listing.pk], at=AT, now=timezone.now())
    return listing


def looked_for(world: World, seed: int) -> bytes:
    """A picture the holder has looked for."""
    content = encoded(cloudy(seed))
    file = files.keep(content=content, name="lamp.png", by=None, at=AT)
    given = {"right": world.mark, "made_at": AT, "made_by": world.ines, "due_at": AT, "state": "in_force"}
    reference = Reference.objects.create(kind="picture", file=file, **given)
    pictures.keep([(file, pictures.look_at(content))], reference=reference, now=timezone.now())
    engine.refresh(at=AT)
    return content


def test_who_takes_the_word_out_of_the_title_waits_for_no_reviewer(world):
    sent(world, PLAIN)
    finding = Finding.objects.get()
    services.take(finding.pk, by=world.rana, now=timezone.now())
    sent(world, CLEAN)
    finding.refresh_from_db()
    assert (finding.state, finding.past_why, finding.past_at, finding.taken_by) == ("closed", "mended", AT, None)
    with pytest.raises(services.FindingPast):
        services.decide(finding.pk, True, by=world.rana, at=AT, now=timezone.now())
    assert not Order.objects.exists() and not Opinion.objects.exists()


def test_a_word_that_is_only_written_otherwise_waits_in_the_newer_finding(world):
    sent(world, PLAIN)
    sent(world, f"{PLAIN}, brass")
    old, new = Finding.objects.order_by("pk")
    assert (old.state, old.past_why, new.state, new.past_why) == ("closed", "replaced", "waiting", "")


def test_the_same_word_back_is_a_new_finding_and_the_old_one_stays_as_it_ended(world):
    for title in (PLAIN, CLEAN, PLAIN):
        sent(world, title)
    old, new = Finding.objects.order_by("pk")
    assert (old.past_why, new.state) == ("mended", "waiting")


def test_a_price_that_changes_every_day_closes_nothing(world):
    listing = sent(world, PLAIN)
    PushedListing.objects.filter(listing=listing).update(price="9.00", currency="EUR", digest="1" * 64)
    from_marketplace.screen([listing.pk], at=AT, now=timezone.now())
    assert Finding.objects.get().state == "waiting"


def test_what_software_alone_stopped_is_put_back_and_the_seller_is_told_why(world):
    sent(world, DISGUISED)
    order = Order.objects.get()
    sent(world, CLEAN)
    order.refresh_from_db()
    assert (order.state, order.ended_how, order.lines.get().released_at) == ("ended", "mended", AT)
    assert Job.objects.filter(kind="enforce", key=str(order.lines.get().listing_id)).exists()
    letters.tell(order.pk, at=AT, now=timezone.now())
    told = wording.letter(OrderLetter.objects.get(order=order, what="ended"))
    assert "The listing was changed" in wording.as_text(told)
    assert not Opinion.objects.exists(), "that it was found was right"
    sent(world, DISGUISED)
    assert Order.objects.get(state="in_force").number != order.number
    assert Finding.objects.filter(order__state="in_force").count() == 1


def test_what_a_person_confirmed_is_lifted_by_no_software_and_says_that_it_was_changed(world):
    sent(world, DISGUISED)
    finding = Finding.objects.get()
    services.decide(finding.pk, True, by=world.rana, at=AT, now=timezone.now())
    sent(world, CLEAN)
    finding.refresh_from_db()
    assert (finding.state, finding.past_why, finding.order.state) == ("decided", "mended", "in_force")
    sent(world, DISGUISED)
    finding.refresh_from_db()
    assert (finding.past_why, finding.past_at, Order.objects.count()) == ("", None, 1)


def test_a_measure_under_appeal_is_left_to_the_person_who_answers_it(world):
    sent(world, DISGUISED)
    order = Order.objects.get()
    order.appeals.create(seller=world.mei, words=order.words, filed_at=AT, due_at=AT + timedelta(days=14), key="1")
    sent(world, CLEAN)
    order.refresh_from_db()
    assert order.state == "in_force"
    orders.set_aside(order.pk, by=world.tomas, at=AT, now=timezone.now())
    assert Finding.objects.get().past_why == "mended"


def test_a_picture_is_gone_only_when_every_picture_could_be_read(world):
    theirs, own = looked_for(world, 501), encoded(cloudy(777, 90, 120))
    sent(world, CLEAN, {FRONT: theirs})
    stopped = Order.objects.get()
    sent(world, CLEAN, {BACK: own, "https://harbour.example/unreachable.png": b""})
    stopped.refresh_from_db()
    assert stopped.state == "in_force", "nobody could see one of them"
    behind = {f"https://harbour.example/{n}.png": own for n in range(4)}
    sent(world, CLEAN, {**behind, "https://harbour.example/last.png": theirs})
    stopped.refresh_from_db()
    assert stopped.state == "in_force", "it had only been moved behind the fourth"
    sent(world, CLEAN, behind)
    stopped.refresh_from_db()
    assert (stopped.state, stopped.ended_how) == ("ended", "mended")


def test_a_part_that_is_mended_leaves_the_other_part_waiting(world):
    theirs = looked_for(world, 502)
    modes.set_mode(world.market, "pictures", "advisory", by=world.tomas, at=AT)
    sent(world, PLAIN, {FRONT: theirs})
    sent(world, CLEAN, {FRONT: theirs})
    waiting = Finding.objects.get(state="waiting")
    assert (waiting.combination, waiting.title) == ("picture:same", CLEAN)
    assert Finding.objects.filter(past_why="replaced").count() == 1


def test_what_the_marketplace_does_not_send_again_counts_as_it_was(world):
    sent(world, CLEAN)
    listing = Listing.objects.get()
    line = replace(from_marketplace.line_of(listing), title="Lamp", brand="KVARTZ")
    (answer,) = services.screen(
        world.market,
        [line],
        at=AT,
        now=timezone.now(),
    )
    assert answer.finding is not None and answer.finding.signals[0]["figures"]["field"] == "brand"
    sent(world, f"{CLEAN}, new")
    answer.finding.refresh_from_db()
    assert answer.finding.past_why == "", "the brand field may say it still"


def test_a_listing_that_is_deleted_waits_for_nobody_and_what_stopped_one_stays_for_its_return(world):
    sent(world, PLAIN)
    sent(world, PLAIN, state="deleted_by_seller")
    assert Finding.objects.get().past_why == "gone"
    sent(world, DISGUISED)
    sent(world, DISGUISED, state="gone")
    assert Order.objects.get().state == "in_force"


def test_a_listing_sent_anew_while_it_is_looked_at_is_looked_at_again(world, monkeypatch):
    sent(world, PLAIN)
    listing = Listing.objects.get()
    screen = services.screen

    def slowly(*given: Any, **named: Any) -> Any:
        PushedListing.objects.filter(listing=listing).update(digest="2" * 64)
        return screen(*given, **named)

    Listing.objects.update(title=CLEAN)
    monkeypatch.setattr(services, "screen", slowly)
    from_marketplace.screen([listing.pk], at=AT, now=timezone.now())
    assert Finding.objects.get().state == "waiting"
    assert Job.objects.get(kind="screen_pushed").payload == {"listings": [listing.pk]}


# --- one measure for one thing --------------------------------------------------------------------------------------------


def test_a_listing_that_is_stopped_is_not_stopped_twice_for_the_same_word(world):
    sent(world, DISGUISED)
    sent(world, f"{DISGUISED}, brass")
    line = replace(from_marketplace.line_of(Listing.objects.get()), title=DISGUISED, brand="KVARTZ")
    (answer,) = services.screen(world.market, [line], at=AT, now=timezone.now())
    order = Order.objects.get()
    assert (answer.finding.order, answer.done) == (order, "blocked")
    sent(world, CLEAN)
    order.refresh_from_db()
    assert order.ended_how == "mended"


def test_a_listing_that_comes_twice_in_one_call_is_stopped_once_for_the_same_word(world):
    sent(world, CLEAN)
    line = replace(from_marketplace.line_of(Listing.objects.get()), title=DISGUISED, brand="KVARTZ")
    answers = services.screen(
        world.market, [line, replace(line, title=f"{DISGUISED}, brass")], at=AT, now=timezone.now()
    )
    order, finding = Order.objects.get(), Finding.objects.get()
    assert [(each.finding, each.done) for each in answers] == [(finding, "blocked")] * 2
    assert (finding.order, finding.title) == (order, DISGUISED)


def test_a_picture_behind_the_fourth_that_is_looked_at_for_an_old_finding_makes_no_new_measure(world):
    theirs, own = looked_for(world, 509), encoded(cloudy(779, 90, 120))
    images = {f"https://harbour.example/m{n}.png": own for n in range(6)}
    listing = sent(world, CLEAN, {FRONT: theirs, **images})
    PushedListing.objects.filter(listing=listing).update(price="9.00", currency="EUR", digest="3" * 64)
    from_marketplace.screen([listing.pk], at=AT, now=timezone.now())
    assert (Order.objects.count(), Finding.objects.count()) == (1, 1)


def test_another_picture_at_the_same_address_is_another_picture(world):
    theirs = looked_for(world, 510)
    sent(world, CLEAN, {FRONT: theirs})
    sent(world, CLEAN, {FRONT: encoded(cloudy(780, 90, 120))})
    assert Order.objects.get().ended_how == "mended"
