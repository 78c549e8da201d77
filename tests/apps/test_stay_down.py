"""What was taken down for good stays down: for whom, how fast, how long, and what lifts it."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import FrozenCopy, Listing, PushedListing
from countermark.apps.orders.models import Order
from countermark.apps.screening import modes, services, stay_down
from countermark.apps.screening import pushed as from_marketplace
from countermark.apps.screening.engine import engine
from countermark.apps.screening.lines import Line, Shown
from countermark.apps.screening.models import Finding, Fingerprint
from countermark.apps.work import files
from countermark.apps.work.models import Job
from countermark.connectors.fetch import FetchRefused
from people import World, a_complaint, a_world, happens

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TITLE = "Nordic mushroom lamp with a linen shade and a heron"
HOUR = timedelta(hours=1)


def a_picture(seed: int) -> bytes:
    """A picture with edges and surfaces of its own."""
    numbers = np.random.default_rng(seed)
    small = numbers.integers(0, 255, (24, 32, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(small).resize((640, 480), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def mirrored(content: bytes) -> bytes:
    out = io.BytesIO()
    turned = Image.open(io.BytesIO(content)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turned.save(out, "JPEG", quality=70)
    return out.getvalue()


PICTURE = a_picture(1)


@pytest.fixture
def world() -> World:
    world = a_world()
    for reason in ("words", "pictures", "stay_down"):
        modes.set_mode(world.market, reason, "blocking", by=world.tomas, at=AT)
    return world


def taken_down(world: World, *, picture: bytes | None = PICTURE) -> Complaint:
    """A listing of Mei's that was taken down for good, as it was frozen when Ines complained."""
    case = a_complaint(world)
    shown = []
    if picture:
        file = files.keep(content=picture, name="lamp.png", by=None, at=AT)
        shown = [{"file": file.pk, "sha256": file.original_sha256, "url": "https://harbour.example/lamp.png"}]
    text = "A quiet light for long evenings, turned from one piece of oak"
    FrozenCopy.objects.filter(pk=case.copy_id).update(
        title=TITLE, text=text, price="49.00", currency="EUR", pictures=shown
    )
    happens(case, "accepted", "reviewer", case.at + HOUR)
    Complaint.objects.filter(pk=case.pk).update(outcome="upheld", ask="remove", state="upheld", waits_on="")
    return Complaint.objects.get(pk=case.pk)


def kept_down(world: World, **more: Any) -> Fingerprint:
    case = taken_down(world, **more)
    stay_down.follow(case.notice_id, at=AT, now=timezone.now())
    return Fingerprint.objects.get(complaint=case)


def again(world: World, **changes: Any) -> services.Answer:
    given = {"item_id": "L-99", "title": TITLE, "seller": "lantern", "price": "49.00", "currency": "EUR", **changes}
    engine.refresh(at=AT)  # a process looks once a second whether anything has changed
    (answer,) = services.screen(world.market, [Line(**given)], at=AT, now=timezone.now())
    return answer


def pictured(content: bytes) -> tuple[Shown, ...]:
    return (Shown("https://harbour.example/again.jpg", content=content, sha256="f" * 64),)


def test_the_same_listing_by_the_same_seller_goes_down_at_once_and_is_tied_to_the_old_case(world):
    fingerprint = kept_down(world)
    answer = again(world)
    assert (answer.reason, answer.done, answer.finding.fingerprint) == ("stay_down", "blocked", fingerprint)
    order = Order.objects.get()
    assert order.basis == "IP-5.6"
    assert fingerprint.complaint.number in services.said.facts(answer.finding)


def test_by_somebody_else_it_goes_to_people_and_names_no_case_of_another(world):
    fingerprint = kept_down(world)
    answer = again(world, seller="otto")
    assert (answer.done, answer.finding.fingerprint) == ("review", fingerprint)
    assert fingerprint.complaint.number not in services.said.facts(answer.finding)


def test_by_a_seller_linked_with_the_first_it_goes_down_the_fast_way(world, monkeypatch):
    kept_down(world)
    monkeypatch.setattr(services.links, "linked", lambda seller: frozenset({world.mei.pk}))
    assert again(world, seller="otto").done == "blocked"


def test_its_picture_mirrored_and_saved_anew_is_found_under_another_title(world):
    fingerprint = kept_down(world)
    answer = again(world, title="Something to light a room", price="", pictures=pictured(mirrored(PICTURE)))
    assert (answer.reason, answer.done, answer.combination) == ("stay_down", "blocked", "picture:mirrored")
    assert answer.finding.fingerprint == fingerprint
    assert answer.finding.pictures[0]["file"], "the picture is kept, so that people see what was found"


def test_a_picture_further_back_may_be_the_banner_of_the_shop_and_goes_to_people(world):
    kept_down(world)
    shown = (*pictured(a_picture(2)), *pictured(PICTURE))
    answer = again(world, title="Something else entirely now", price="", pictures=shown)
    assert answer.done == "review"


def test_a_title_alone_does_not_stop_anything(world):
    kept_down(world)
    assert again(world, price="").done == "review"
    assert again(world, price="480.00").done == "review"
    assert again(world, title="Nordic lamp", item_id="L-98").done == "allowed"


def test_it_is_made_once_however_often_it_is_asked_and_only_while_the_case_stands(world):
    case = taken_down(world)
    for _ in range(2):
        stay_down.follow(case.notice_id, at=AT, now=timezone.now())
    assert Fingerprint.objects.count() == 1
    Complaint.objects.filter(pk=case.pk).update(outcome="reversed", ask="nothing")
    stay_down.follow(case.notice_id, at=AT, now=timezone.now())
    assert Fingerprint.objects.get().state == "lifted"
    assert again(world, pictures=pictured(PICTURE)).done == "allowed"
    Complaint.objects.filter(pk=case.pk).update(outcome="upheld", ask="remove")
    stay_down.follow(case.notice_id, at=AT, now=timezone.now())
    assert again(world, pictures=pictured(PICTURE)).done == "blocked"


def test_a_case_that_moves_wakes_it_and_rounds_catch_up_with_what_was_missed(world):
    case = taken_down(world, picture=None)
    stay_down.wake(case.notice_id, now=timezone.now())
    assert Job.objects.filter(kind="stay_down", key=str(case.notice_id)).count() == 1
    Job.objects.all().delete()
    stay_down.catch_up(at=AT, now=timezone.now())
    assert Job.objects.filter(kind="stay_down", key=str(case.notice_id)).exists()


def test_it_expires_at_its_time(world):
    fingerprint = kept_down(world)
    stay_down.catch_up(at=fingerprint.until + HOUR, now=timezone.now())
    fingerprint.refresh_from_db()
    assert (fingerprint.state, fingerprint.ended_at) == ("expired", fingerprint.until)
    assert again(world).done == "allowed"


def test_with_the_right_it_ends(world):
    fingerprint = kept_down(world)
    world.mark.state = "surrendered"
    world.mark.save()
    assert again(world).done == "allowed", "at once, not only once a round has noted it"
    stay_down.catch_up(at=AT, now=timezone.now())
    fingerprint.refresh_from_db()
    assert (fingerprint.state, fingerprint.ended_why) == ("lifted", "right_ended")


def test_an_operator_lifts_it_once_and_what_was_stopped_stays(world):
    fingerprint = kept_down(world)
    again(world)
    stay_down.lift(fingerprint.pk, why="operator", at=AT, now=timezone.now())
    with pytest.raises(stay_down.FingerprintEnded):
        stay_down.lift(fingerprint.pk, why="operator", at=AT, now=timezone.now())
    assert Order.objects.get().state == "in_force"
    assert again(world, item_id="L-100").done == "allowed"


# --- listings a marketplace sends by itself -------------------------------------------------------------------------------


def sent(world: World, **changes: Any) -> Listing:
    listing = Listing.objects.create(
        marketplace=world.market, item_id="P-1", url="https://harbour.example/i/P-1", title="A lamp", seller=world.mei
    )
    given = {"images": ["https://harbour.example/p.png", "https://10.0.0.1/q.png"], "state": "up", "digest": "0" * 64}
    PushedListing.objects.create(listing=listing, updated_at=AT, pushed_at=AT, **{**given, **changes})
    return listing


def test_what_a_marketplace_sends_by_itself_is_screened_with_its_pictures(world, settings):
    kept_down(world)
    settings.PICTURES_FACTORY = "apps.test_stay_down.a_fetcher"
    listing = sent(world)
    from_marketplace.promise(world.market, [listing.pk], now=timezone.now())
    job = Job.objects.get(kind="screen_pushed")
    assert from_marketplace.screen(job.payload["listings"], at=AT, now=timezone.now()) == 1
    finding = Finding.objects.get()
    assert (finding.reason, finding.done, len(finding.pictures)) == ("stay_down", "blocked", 2)


def test_private_addresses_are_not_asked_and_the_words_are_screened_without_them(world):
    kept_down(world)
    inside = [
        "http://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:8000/",
        "ftp://x/y.png",
    ]
    listing = sent(world, images=inside)
    Listing.objects.filter(pk=listing.pk).update(title=TITLE)
    assert from_marketplace.screen([listing.pk], at=AT, now=timezone.now()) == 1
    finding = Finding.objects.get()
    assert (finding.combination, [one["file"] for one in finding.pictures]) == ("text:relisted", [None] * 4)


def test_where_nothing_is_looked_for_nothing_is_promised(world):
    for reason in ("words", "pictures", "stay_down"):
        modes.set_mode(world.market, reason, "off", by=world.tomas, at=AT)
    from_marketplace.promise(world.market, [sent(world).pk], now=timezone.now())
    assert not Job.objects.filter(kind="screen_pushed").exists()


def a_fetcher(base_url: str) -> Any:
    """Fetches the picture of the old listing, and refuses a private address as the real one does."""

    def fetch(url: str) -> bytes:
        if "10.0.0.1" in url:
            raise FetchRefused("address_not_public", url)
        return PICTURE

    return fetch
