"""Past listings judged by another rule set: their pictures count, as far as they were kept, and it is said where none was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.test_mended_listings import AT, CLEAN, a_place, looked_for
from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.screening import replaying, rules, seen
from countermark.apps.screening.models import Finding, KeptHash, Replay
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from matching.made_pictures import cloudy, encoded
from people import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings) -> World:
    return a_place(settings)


def frozen(world: World, item: str, content: bytes | None) -> Listing:
    listing = Listing.objects.create(
        marketplace=world.market, item_id=item, url=f"https://h.example/{item}", title=CLEAN
    )
    shown = []
    if content is not None:
        file = files.keep(content=content, name="lamp.png", by=None, at=AT)
        shown = [{"file": file.pk, "sha256": file.original_sha256, "url": ""}]
    FrozenCopy.objects.create(listing=listing, taken_at=AT, title=CLEAN, pictures=shown, digest="0" * 64, source="rest")
    return listing


def replayed(world: World) -> Replay:
    """Past listings by rules under which nothing is stopped, and little is looked at."""
    rules.in_force(at=AT)
    mild = rules.draft(numbers={"review_at": 0.999, "block_at": 1.0}, note="", by=world.tomas, at=AT)
    span = {"since": AT - timedelta(days=1), "until": AT + timedelta(days=1), "marketplace": None}
    replay = replaying.ask(mild, **span, by=world.tomas, at=AT, now=timezone.now())
    replaying.run(replay.pk, at=AT, now=timezone.now())
    replay.refresh_from_db()
    return replay


def test_a_picture_that_was_kept_is_judged_again_and_where_none_was_it_is_counted(world):
    theirs = looked_for(world, 505)
    frozen(world, "1", theirs)
    frozen(world, "2", encoded(cloudy(779, 90, 120)))
    frozen(world, "3", None)
    done = replayed(world)
    assert (done.looked_at, done.unseen, sum(done.changes.values())) == (3, 1, 1)
    assert [one["item_id"] for one in done.examples] == ["1"]


def test_a_picture_that_was_only_found_counts_by_its_hash_and_each_once(world):
    theirs = looked_for(world, 506)
    listing = frozen(world, "1", theirs)
    (kept,) = seen.pictures_of([listing.pk])[listing.pk]
    Finding.objects.create(
        marketplace=world.market, item_id="1", listing=listing, reason="pictures", verdict="block", probability=1,
        combination="picture:same", pictures=[{"url": "", "hash": kept.hash.hex()}], mode="shadow", done="noted",
        rules=rules.in_force(at=AT), index_version=0, at=AT, state="closed", key="1",
    )  # fmt: skip
    assert [one.hash for one in seen.pictures_of([listing.pk])[listing.pk]] == [kept.hash]


def test_a_hash_is_worked_out_once_and_what_cannot_be_read_has_none(world):
    file = files.keep(
        content=encoded(cloudy(780, 90, 120)), name="lamp.png", by=None, at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    first = seen.hashes_of([file.pk])
    assert len(first[file.pk].bits) == 32
    StoredFile.objects.filter(pk=file.pk).update(erased_at=AT)
    assert seen.hashes_of([file.pk]) == first
    KeptHash.objects.all().delete()
    assert seen.hashes_of([file.pk]) == {}


def test_no_more_are_worked_out_at_a_time_than_may_be(world):
    ids = [files.keep(content=encoded(cloudy(n, 90, 120)), name="lamp.png", by=None, at=AT).pk for n in (781, 782, 783)]
    assert [len(seen.hashes_of(ids, most=1)) for _ in range(4)] == [1, 2, 3, 3]
