"""What ties sellers together that they show: the same photos, the same rare sentences; not the holder's own picture."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.parties.models import Seller
from countermark.apps.screening import links, near_pictures, traces
from countermark.apps.screening.models import Finding, KeptHash, Rules, SamePicture, SellerLink, SellerTrace
from countermark.apps.work import files
from countermark.matching.libraries import ScreeningNotInstalled
from matching.made_pictures import cloudy, encoded
from people import World, a_world

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
OWN_WORDS = (
    "Our grandfather cast this base by hand in the yard behind the harbour, and every crack in the oak was filled with the "
    "resin he boiled on Sundays, which is why no two of these lamps have ever cast the same shadow on a wall."
)
OF_THE_TRADE = "Free shipping worldwide, thirty days return, please contact us before you leave negative feedback."


@pytest.fixture
def world() -> World:
    world = a_world()
    world.extra["rules"] = Rules.objects.create(number=1, state="in_force", made_at=NOON)
    return world


def found_at(world: World, seller: Seller, item: str, pictures: Any = (), signals: Any = (), text: str = "") -> Finding:
    return Finding.objects.create(
        marketplace=world.market, item_id=item, seller=seller, reason="words", verdict="review", probability=0.6,
        combination="text:lookalike", pictures=[{"sha256": digest} for digest in pictures], signals=list(signals),
        shown={"text": text}, mode="blocking", done="review", rules=world.extra["rules"], index_version=0, at=NOON,
        state="waiting", key=f"{seller.pk}-{item}",
    )  # fmt: skip


def a_shop(world: World, ref: str) -> Seller:
    return Seller.objects.create(marketplace=world.market, ref=ref, name=ref.title())


def test_three_photos_that_nobody_else_shows_tie_two_shops_and_two_do_not(world):
    found_at(world, world.mei, "1", ["a" * 64, "b" * 64])
    found_at(world, world.otto, "2", ["a" * 64, "b" * 64])
    assert traces.look_at_all(at=NOON) == 1
    assert links.linked(world.mei.pk) == frozenset()  # 1 - .7 x .7 = .51
    found_at(world, world.otto, "3", ["c" * 64])
    found_at(world, world.mei, "4", ["c" * 64])
    traces.look_at_recent(at=NOON + timedelta(minutes=10))
    assert links.linked(world.mei.pk) == {world.otto.pk}  # .657
    assert SellerLink.objects.get().evidence["count"] == 3


def test_a_stock_photo_of_the_whole_market_ties_nobody(world):
    for n in range(21):
        found_at(world, a_shop(world, f"shop-{n}"), str(n), [f"{c}" * 64 for c in "abcdef"])
    assert traces.look_at_all(at=NOON) == 0


def test_the_known_picture_of_an_old_case_ties_and_the_holders_own_does_not(world):
    for known, about in ((7, "right:1"), (8, "right:1"), (9, "right:1")):
        for shop in (world.mei, world.otto):
            found_at(world, shop, f"{about}{known}", signals=[{"about": about, "figures": {"known": known}}])
    assert traces.look_at_all(at=NOON) == 0
    for shop in (world.mei, world.otto):
        told = [{"about": "fingerprint:3", "figures": {"known": known}} for known in (11, 12, 13)]
        found_at(world, shop, "old case", signals=told)
    traces.look_at_all(at=NOON)
    assert links.linked(world.otto.pk) == {world.mei.pk}


def test_rare_words_count_beside_something_else_and_phrases_of_the_trade_do_not(world):
    for shop in (world.mei, world.otto):
        found_at(world, shop, "1", ["a" * 64, "b" * 64], text=f"{OWN_WORDS} {OF_THE_TRADE}")
    for n in range(6):
        found_at(world, a_shop(world, f"shop-{n}"), "1", text=f"Lamp {n}. {OF_THE_TRADE}")
    traces.look_at_all(at=NOON)
    text = SellerLink.objects.get(kind="text")
    assert text.strength == 0.5  # no more than words alone can say
    assert links.linked(world.mei.pk) == {world.otto.pk}  # .51 and .5 together: .75


def test_words_are_found_wherever_they_stand_and_in_chinese_too():
    assert traces.sequences(OWN_WORDS) & traces.sequences(f"NEW!! {OWN_WORDS.upper()} Buy now")
    chinese = "这盏灯的底座由祖父在港口后院手工铸造每一道裂纹都用他周日熬制的树脂填补"
    assert traces.sequences(chinese) & traces.sequences(f"正品{chinese}包邮")
    assert traces.sequences("too short") == set()


def test_what_is_no_longer_kept_ties_no_longer(world):
    rows = [found_at(world, shop, "1", [c * 64 for c in "abc"]) for shop in (world.mei, world.otto)]
    traces.look_at_all(at=NOON)
    assert links.linked(world.mei.pk)
    rows[0].delete()
    traces.look_at_all(at=NOON)
    assert not SellerLink.objects.exists()
    assert SellerTrace.objects.filter(seller=world.mei).count() == 0


def test_pages_frozen_for_a_case_count_for_the_seller_they_are_of(world):
    for n, shop in enumerate((world.mei, world.otto)):
        found_at(world, shop, f"{n}")
        listing = Listing.objects.create(
            marketplace=world.market, item_id=f"F{n}", url="https://h.example/1", seller=shop
        )
        shown = [{"file": 1, "sha256": c * 64, "url": ""} for c in "abc"]
        FrozenCopy.objects.create(listing=listing, taken_at=NOON, pictures=shown, digest="0" * 64, source="rest")
    traces.look_at_all(at=NOON)
    assert links.linked(world.mei.pk) == {world.otto.pk}


# --- the same picture, saved anew -----------------------------------------------------------------------------------------


def hashed(n: int, *flipped: int) -> str:
    """The hash of picture `n`, with these bits other than in the original."""
    bits = int(hashlib.sha256(str(n).encode()).hexdigest(), 16)
    return f"{bits ^ sum(1 << bit for bit in flipped):064x}"


def shows(world: World, seller: Seller, *hashes: str) -> None:
    finding = found_at(world, seller, f"{hashes[0][:20]}-{seller.pk}")
    finding.pictures = [{"url": "", "file": None, "sha256": "", "hash": one, "quality": 100} for one in hashes]
    finding.save()


def test_the_same_photos_saved_anew_tie_two_shops_and_other_photos_do_not(world):
    shows(world, world.mei, hashed(1), hashed(2), hashed(3))
    shows(world, world.otto, hashed(1, *range(9)), hashed(2, *range(31)), hashed(3, 200))
    shows(world, a_shop(world, "third"), *(hashed(n, *range(100, 140)) for n in (1, 2, 3)), hashed(4))
    traces.look_at_all(at=NOON)
    assert links.linked(world.mei.pk) == {world.otto.pk}  # 40 bits are another picture
    assert SellerLink.objects.get(one=world.mei, other=world.otto).evidence["count"] == 3


def test_near_pictures_tie_in_whatever_order_they_came_and_no_longer_than_they_are_there(world):
    shops = [world.mei, world.otto, a_shop(world, "third")]
    for n, shop in enumerate(reversed(shops)):
        shows(world, shop, *(hashed(c, *range(20 * n)) for c in range(5)))
        traces.look_at_recent(at=NOON)
    by_and_by = sorted(SellerLink.objects.values_list("one", "other", "kind", "strength"))
    SellerTrace.objects.all().delete(), SamePicture.objects.all().delete(), SellerLink.objects.all().delete()
    traces.look_at_all(at=NOON)
    assert sorted(SellerLink.objects.values_list("one", "other", "kind", "strength")) == by_and_by
    Finding.objects.filter(seller=world.otto).delete()
    traces.look_at_all(at=NOON)
    assert not SellerLink.objects.exists(), "only over Otto's were the others' near"
    assert not SamePicture.objects.exists()


def test_a_picture_is_one_thing_by_its_bytes_and_by_its_hash(world):
    content = encoded(cloudy(31))
    again = encoded(cloudy(31), "JPEG")
    for shop, bytes_ in ((world.mei, content), (world.otto, again)):
        file = files.keep(content=bytes_, name="lamp.png", by=None, at=NOON)
        finding = found_at(world, shop, "1")
        finding.pictures = [{"url": "", "file": file.pk, "sha256": file.original_sha256, "hash": ""}]
        finding.save()
    traces.look_at_all(at=NOON)
    link = SellerLink.objects.get()
    assert (link.evidence["count"], link.strength) == (1, pytest.approx(0.3))
    assert KeptHash.objects.count() == 2


def test_a_banner_in_hundreds_of_copies_ties_nobody(world):
    for shop, first in ((world.mei, 0), (world.otto, 60)):
        shows(world, shop, *(hashed(7, n) for n in range(first, first + 60)))
    traces.look_at_all(at=NOON)
    assert not SellerLink.objects.exists()


def test_without_the_libraries_pictures_tie_by_their_bytes_alone(world, monkeypatch):
    def missing(*given: Any) -> Any:
        raise ScreeningNotInstalled("numpy")

    monkeypatch.setattr(near_pictures, "shelved", missing)
    for shop in (world.mei, world.otto):
        shows(world, shop, *(hashed(n, shop.pk % 3) for n in range(3)))
        found_at(world, shop, "bytes", [c * 64 for c in "abc"])
    traces.look_at_all(at=NOON)
    assert SellerLink.objects.get().evidence["count"] >= 3
