"""A notice of many listings is written in sets: what it holds does not change how often the database is asked."""

import hashlib
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import NOT_PROVIDED
from django.test.utils import CaptureQueriesContext
from PIL import Image as Drawn

from countermark.apps.complaints import drafts, intake
from countermark.apps.complaints.models import Complaint, ComplaintEvent, StatementOfReasons
from countermark.apps.complaints.services import CASE_FIELDS, EVENT_FIELDS, STATEMENT_FIELDS
from countermark.apps.listings import services as listings
from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.parties.models import Seller
from countermark.apps.work.bulk import next_ids, put_newest, read_among
from countermark.apps.work.models import StoredFile
from countermark.connectors.fake_marketplace import Fault
from countermark.connectors.marketplace import Image, ListingSnapshot, MarketplaceUnavailable, SellerInfo
from people import WEDNESDAY, a_world, said_by
from plugged import offered

pytestmark = pytest.mark.django_db


def a_picture(colour):
    file = io.BytesIO()
    Drawn.new("RGB", (8, 8), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def world():
    return a_world(connector="rest", base_url="https://harbour.example")


def shown(world, shop, *answers):
    for answer in answers:
        shop.put(answer)
    items = {answer.item_id: answer.url for answer in answers}
    kept = listings.freeze(
        marketplace=world.market, kind="listing", items=items,
        shown=listings.look_up(world.market, items, at=WEDNESDAY), at=WEDNESDAY,
    )  # fmt: skip
    return {item: FrozenCopy.objects.select_related("listing__seller").get(pk=copy.pk) for item, copy in kept.items()}


def test_what_is_asked_of_the_database_does_not_grow_with_the_listings(world, shop):
    counted = []
    for first, count in ((5000, 3), (6000, 60)):
        items = [str(first + n) for n in range(count)]
        for n, item in enumerate(items):
            shop.put(replace(offered(item), seller=SellerInfo(f"s{n}", f"Shop {n}", None, "en")))
        refs = {item: f"https://harbour.example/i/{item}" for item in items}
        answers = listings.look_up(world.market, refs, at=WEDNESDAY)
        with CaptureQueriesContext(connection) as asked:
            kept = listings.freeze(marketplace=world.market, kind="listing", items=refs, shown=answers, at=WEDNESDAY)
            said = said_by(world, kept)
            drafts.submit_notice(
                drafts.Filing(said, "platform", world.market, kept, holder=world.halden, right=world.mark),
                at=WEDNESDAY, key=f"intake-{count}",
            )  # fmt: skip
        counted.append(len(asked))
        assert Complaint.objects.filter(notice__key=f"intake-{count}").count() == count
    # the first notice of a year makes the row its number comes from
    assert counted[1] <= counted[0] <= 40


def test_every_case_keeps_its_own_copy_its_own_seller_and_its_own_chain(world, shop):
    answers = [
        replace(offered(item), title=f"Lamp {item}", seller=SellerInfo(ref, name, None, "en"))
        for item, ref, name in (
            ("7003", "lantern", "Lantern Lane"),
            ("7001", "otto", "Otto's Attic"),
            ("7002", "new", "New Shop"),
        )
    ]
    copies = shown(world, shop, *answers)
    assert [copy.title for copy in copies.values()] == ["Lamp 7003", "Lamp 7001", "Lamp 7002"]
    assert [copy.listing.item_id for copy in copies.values()] == ["7003", "7001", "7002"]
    filing = drafts.Filing(
        said_by(world, copies), "platform", world.market, copies, holder=world.halden, right=world.mark
    )
    notice = drafts.submit_notice(filing, at=WEDNESDAY)
    cases = list(notice.complaints.select_related("listing", "copy", "seller").order_by("line"))
    assert [case.listing.item_id for case in cases] == [line.item_id for line in filing.said.lines]
    assert all(case.copy.listing_id == case.listing_id and case.seller.ref == case.copy.seller_ref for case in cases)
    heads = {bytes(event.hash) for event in ComplaintEvent.objects.filter(complaint__in=cases)}
    assert heads == {bytes(case.head_hash) for case in cases}
    assert len(heads) == 3


def test_a_shop_seen_again_has_its_new_name_and_keeps_its_language(world, shop):
    shown(world, shop, replace(offered("7101"), seller=SellerInfo("s9", "Old Name", "old@s9.example", "zh-Hans")))
    Seller.objects.filter(ref="s9").update(language="en")  # as the seller chose since
    shown(world, shop, replace(offered("7102"), seller=SellerInfo("s9", "New Name", "new@s9.example", "zh-Hans")))
    seller = Seller.objects.get(ref="s9")
    assert (seller.name, seller.email, seller.language) == ("New Name", "new@s9.example", "en")


def test_a_listing_nobody_could_be_asked_about_keeps_what_was_known_of_it(world, shop):
    shown(world, shop, replace(offered("7201"), title="Nordic lamp"))
    items = {"7201": "https://harbour.example/i/7201"}
    copies = listings.freeze(marketplace=world.market, kind="listing", items=items, shown={}, at=WEDNESDAY)
    listing = Listing.objects.get(item_id="7201")
    assert (listing.title, listing.shop_state) == ("Nordic lamp", "up")
    assert FrozenCopy.objects.get(pk=copies["7201"].pk).source == "address"


def test_a_picture_shown_by_many_listings_is_kept_once_and_one_that_is_none_not_at_all(world, shop):
    red, no = a_picture("red"), b"no picture"
    digest = hashlib.sha256(red).hexdigest()
    images = (Image("https://harbour.example/red.png", red, digest), Image("https://harbour.example/no.png", no, None))
    copies = shown(world, shop, *(replace(offered(f"73{n:02}"), images=images) for n in range(5)))
    (file,) = StoredFile.objects.filter(original_sha256=digest)
    for copy in copies.values():
        assert copy.pictures == [{"file": file.pk, "sha256": digest, "url": "https://harbour.example/red.png"}]
    shown(world, shop, replace(offered("7399"), images=images))
    assert StoredFile.objects.filter(original_sha256=digest).count() == 1


def test_a_slow_answer_holds_up_no_other_and_each_answer_stands_at_its_own_item(world, shop):
    for n in range(40):
        shop.put(replace(offered(f"74{n:02}"), title=f"Lamp {n}"))
    items = {f"74{n:02}": "" for n in range(42)}  # the last two the shop does not know
    answers = listings.look_up(world.market, items, at=WEDNESDAY)
    assert list(answers) == list(items)
    assert [answers[f"74{n:02}"].title for n in range(40)] == [f"Lamp {n}" for n in range(40)]
    assert listings.gone(answers) == {"7440", "7441"}


def test_a_shop_that_fails_one_time_in_five_is_asked_again_until_it_says_whose_each_listing_is(world, shop):
    for n in range(40):
        shop.put(offered(f"76{n:02}"))
    items = {f"76{n:02}": "" for n in range(40)}
    shop.misbehave(*[Fault.ERROR] * 8)
    assert all(isinstance(one, ListingSnapshot) for one in listings.look_up(world.market, items, at=WEDNESDAY).values())
    assert len(shop.calls) == 40 + 8


@pytest.mark.parametrize(
    ("fault", "times", "calls"),
    [
        (Fault.ERROR, 200, 40),  # it is down: one question for each listing, no more
        (Fault.ERROR, 21, 40),  # it answered for less than half
        (Fault.NEVER, 8, 40),  # each of these has waited for as long as we wait
    ],
)
def test_a_shop_that_is_down_is_not_asked_again_and_again(world, shop, fault, times, calls):
    for n in range(40):
        shop.put(offered(f"77{n:02}"))
    shop.misbehave(*[fault] * times)
    answers = listings.look_up(world.market, {f"77{n:02}": "" for n in range(40)}, at=WEDNESDAY)
    assert len(shop.calls) == calls
    assert sum(isinstance(one, MarketplaceUnavailable) for one in answers.values()) == min(times, 40)


def test_ids_taken_ahead_are_the_next_ones_and_nobody_elses(world):
    first = next_ids("listings_listing", 3)
    assert first == sorted(set(first))
    rows = [(pk, world.market.pk, "listing", f"75{pk}", "", "", "unknown", "nothing", "{}", "{}") for pk in first]
    columns = (
        "id",
        "marketplace_id",
        "kind",
        "item_id",
        "url",
        "title",
        "shop_state",
        "wanted",
        "shop_there",
        "wanted_there",
    )
    types = dict.fromkeys(columns, "text") | dict.fromkeys(columns[:2], "bigint") | dict.fromkeys(columns[-2:], "jsonb")
    put_newest("listings_listing", types, rows, unique=("marketplace_id", "kind", "item_id"), replaced=("title",))
    made = Listing.objects.create(marketplace=world.market, item_id="7599", url="")
    assert made.pk > max(first)
    assert sorted(read_among("listings_listing", ("id",), "id", [*first, 10**9])) == [(pk,) for pk in first]


@pytest.mark.parametrize(
    ("model", "written"),
    [
        (Seller, listings.SELLER_TYPES),
        (Listing, listings.LISTING_TYPES),
        (FrozenCopy, listings.COPY_FIELDS),
        (Complaint, (*intake.FIXED, *CASE_FIELDS)),
        (ComplaintEvent, EVENT_FIELDS),
        (StatementOfReasons, STATEMENT_FIELDS),
    ],
)
def test_what_is_written_in_sets_leaves_out_no_column_that_must_be_filled(model, written):
    columns = {field.column: field for field in model._meta.concrete_fields if not field.primary_key}
    left = {
        name
        for name, field in columns.items()
        if name not in written and not field.null and field.db_default is NOT_PROVIDED
    }
    assert left == set()
    assert set(written) - {"id"} <= columns.keys()
