"""A notice before it is sent: every pasted line gets its verdict, a draft is kept as typed, two clicks send one notice."""

import io
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from countermark.apps.complaints import drafts, line_words
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import Complaint, Notice, NoticeDraft
from countermark.apps.complaints.pasted import PICTURES, counted, read_pasted
from countermark.apps.listings import services as listings
from countermark.connectors.marketplace import (
    ListingGone,
    ListingSnapshot,
    ListingState,
    MarketplaceUnavailable,
    Price,
    SellerInfo,
)
from people import WEDNESDAY, a_world, happens

pytestmark = pytest.mark.django_db

HARBOUR = """
id = "harbour"
name = "Harbour Market"
source = "The shop of these tests."
[domains]
"harbour.example" = "harbour.example"
[canonical]
listing = "https://{host}/i/{item}"
storefront = "https://{host}/shop/{seller}"
[[listing]]
path = 'i/(?P<item>[0-9]{4,12})'
[[storefront]]
path = 'shop/(?P<seller>[a-z]{2,20})'
[[good]]
paste = "https://harbour.example/i/40655"
item_id = "40655"
[[good]]
paste = "https://harbour.example/shop/lantern"
kind = "storefront"
item_id = "lantern"
[[bad]]
paste = "https://harbour.example/help"
code = "no_item_id"
"""
WORDS = "The base of the lamp carries our wordmark, see photo 1. We have licensed nobody for lamps here."


def a_picture():
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def world():
    return a_world(patterns=HARBOUR)


def read(world, text, **changed):
    asked = {"marketplace": world.market, "mode": "listing", "right_id": world.mark.pk, "holder_id": world.halden.pk}
    return read_pasted(text, **{**asked, **changed}, at=WEDNESDAY)


def codes(lines):
    return [line.code or "ready" for line in lines]


def a_draft(world, text="https://harbour.example/i/40655", **answers):
    said = {"marketplace": world.market.slug, "pack": "platform", "right": world.mark.pk, "mode": "listing"}
    said |= {"reason": "TM-4", "statement": WORDS, "declarations": ["good_faith", "truth"], **answers}
    draft = drafts.start(holder=world.halden, person=world.ines, at=WEDNESDAY, **said)
    drafts.check_lines(draft, text=text, at=WEDNESDAY)
    return draft


# --- lines ----------------------------------------------------------------------------------------------------------------


def test_every_line_gets_its_own_verdict_and_keeps_its_number(world):
    text = "\n".join([
        "https://harbour.example/i/40655", "", "http://harbour.example/i/40655?ref=mail", "https://harbour.example/help",
        "https://harbour.example/shop/lantern", "https://item.taobao.com/item.htm?id=627374829104", "hello",
    ])  # fmt: skip
    lines = read(world, text)
    assert [(line.number, line.code or "ready") for line in lines] == [
        (1, "ready"), (3, "duplicate"), (4, "no_item_id"), (5, "shop_in_listing_mode"), (6, "wrong_marketplace"),
        (7, "no_link"),
    ]  # fmt: skip
    assert counted(lines) == {"all": 6, "ready": 1, "mend": 4, "nothing": 1}
    assert all(line_words.tag_of(line).word and (line.is_ready or line_words.sentence_of(line)) for line in lines)


def test_a_listing_under_complaint_on_the_same_right_is_not_complained_of_twice(world):
    notice = drafts.submit(a_draft(world), at=WEDNESDAY)
    assert codes(read(world, "https://harbour.example/i/40655")) == ["already_open"]
    assert codes(read(world, "https://harbour.example/i/40655", right_id=world.work.pk)) == [
        "ready"
    ]  # another right may
    happens(notice.complaints.get(), "refused", "reviewer", WEDNESDAY)
    assert codes(read(world, "https://harbour.example/i/40655")) == ["ready"]  # ended, and the listing stays up


def test_a_notice_takes_300_and_the_rest_waits_for_the_next(world):
    lines = read(world, "\n".join(f"https://harbour.example/i/{40000 + n}" for n in range(310)))
    assert codes(lines) == ["ready"] * 300 + ["over_limit"] * 10


def test_what_is_left_over_makes_the_next_notice(world):
    draft = a_draft(world, "\n".join(f"https://harbour.example/i/{40000 + n}" for n in range(303)))
    over = [line.number for line in drafts.lines_of(draft) if line.code == "over_limit"]
    rest = drafts.split_off(draft, numbers=over, person=world.ines, at=WEDNESDAY)
    assert codes(drafts.check_lines(rest, text=rest.data["pasted"], at=WEDNESDAY)) == ["ready"] * 3
    assert rest.data["reason"] == "TM-4"


class Calls:
    """Counts what Python calls in this thread, functions of C too: the same on every machine, however busy it is."""

    def __enter__(self):
        self.count = 0
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _seen(self, frame, event, argument):
        self.count += event in ("call", "c_call")


def test_ten_thousand_lines_of_anything_cost_no_more_each_than_a_thousand(world):
    odd = [
        "https://harbour.example/i/{n}",
        "👍👍 {n}",
        "مرحبا بالعالم {n}",
        "a\0b{n}",
        "https://harbour.example/shop/x{n}",
    ]

    def checked(count):
        text = "\n".join(odd[n % len(odd)].format(n=40000 + n) for n in range(count))
        draft = a_draft(world, "")
        with CaptureQueriesContext(connection) as asked, Calls() as made:
            lines = drafts.check_lines(draft, text=text, at=WEDNESDAY)
        return made.count, len(asked), lines, draft

    checked(1_000)  # the first run reads the rules, too
    few, few_asked, _, _ = checked(1_000)
    many, many_asked, lines, draft = checked(10_000)
    assert many < 10.5 * few  # ten times the lines; a cost that grows with the square would be a hundred times
    assert many_asked < 10 * few_asked
    assert counted(lines)["all"] == 10_000
    draft.refresh_from_db()
    assert drafts.lines_of(draft) == lines
    assert drafts.submit(draft, at=WEDNESDAY).complaints.count() == 300


def test_nul_bytes_are_shown_and_named(world):
    (line,) = read(world, "https://harbour.example/i/40655\0")
    assert line.code == "control_characters"
    assert line.raw == f"https://harbour.example/i/40655{chr(PICTURES[0])}"


class Shop:
    """A marketplace that knows one lamp, has taken one down, and answers nothing about the rest."""

    def resolve(self, item, *, at):
        if item.item_id == "40001":
            raise ListingGone(item.item_id)
        if item.item_id == "40003":
            raise MarketplaceUnavailable(item.item_id, "timeout")
        state = ListingState.REMOVED if item.item_id == "40002" else ListingState.UP
        seller = SellerInfo("lantern", "Lantern Lane", "mei@lantern.example", "en")
        price = Price("18.40", "USD")
        return ListingSnapshot(item.item_id, item.url, "Mushroom lamp", "Brass", price, (), seller, state, at)


def test_what_the_marketplace_shows_is_frozen_and_what_is_gone_stays_out(world, monkeypatch):
    monkeypatch.setattr(listings, "shop_of", lambda marketplace: Shop())
    draft = a_draft(world, "\n".join(f"https://harbour.example/i/4000{n}" for n in range(4)))
    lines = drafts.lines_of(draft)
    assert codes(lines) == ["ready", "listing_gone", "listing_gone", "ready"]
    assert lines[3].note == "not_answered"
    notice = drafts.submit(draft, at=WEDNESDAY)
    first = notice.complaints.select_related("copy", "seller").get(line=1)
    assert (first.copy.title, first.copy.price, first.seller.name) == ("Mushroom lamp", "18.40", "Lantern Lane")
    assert [row["code"] for row in notice.left_out] == ["listing_gone", "listing_gone"]


def test_a_copy_older_than_a_day_is_taken_anew_at_filing(world):
    draft = a_draft(world)
    early = drafts.lines_of(draft)[0].copy
    later = drafts.submit(draft, at=WEDNESDAY + timedelta(hours=25)).complaints.get()
    assert later.copy_id != early
    assert later.copy.listing.item_id == "40655"


def test_a_copy_of_today_is_the_one_the_case_keeps(world):
    draft = a_draft(world)
    assert (
        drafts.submit(draft, at=WEDNESDAY + timedelta(hours=1)).complaints.get().copy_id
        == drafts.lines_of(draft)[0].copy
    )


# --- drafts ---------------------------------------------------------------------------------------------------------------


def test_two_clicks_send_one_notice(world):
    draft = a_draft(world)
    first = drafts.submit(draft, at=WEDNESDAY)
    second = drafts.submit(draft, at=WEDNESDAY + timedelta(seconds=1))
    assert first == second
    assert (Notice.objects.count(), Complaint.objects.count()) == (1, 1)


def test_two_clicks_that_arrive_together_send_one_notice(world):
    draft = a_draft(world)
    proposal = drafts.proposal_of(draft)
    assert drafts.send(proposal, at=WEDNESDAY, key="same") == drafts.send(proposal, at=WEDNESDAY, key="same")


def test_all_that_is_missing_is_told_at_once_and_the_draft_stays(world):
    draft = a_draft(world, statement="Fake", declarations=[], reason="TM-2")
    with pytest.raises(NoticeDefective) as refused:
        drafts.submit(draft, at=WEDNESDAY)
    found = {defect.code for defect in refused.value.defects}
    assert found == {"statement_too_short", "evidence_missing", "fact_missing", "good_faith_missing", "truth_missing"}
    assert NoticeDraft.objects.get(pk=draft.pk).sent_as is None
    assert not Notice.objects.exists()


def test_a_draft_that_went_out_can_no_longer_be_changed(world):
    draft = a_draft(world)
    drafts.submit(draft, at=WEDNESDAY)
    with pytest.raises(drafts.AlreadySent):
        drafts.save(draft, at=WEDNESDAY, statement="something else")


def test_another_marketplace_makes_the_lines_be_read_again(world):
    draft = a_draft(world)
    drafts.save(draft, at=WEDNESDAY, marketplace="taobao")
    draft.refresh_from_db()
    assert drafts.lines_of(draft) == []
    assert draft.data["pasted"] == "https://harbour.example/i/40655"


def test_an_identity_document_is_never_shown_to_the_seller(world):
    draft = a_draft(world)
    for kind in ("identity_document", "comparison"):
        drafts.attach(draft, content=a_picture(), name="a.png", kind=kind, private=False, by=world.ines, at=WEDNESDAY)
    assert [piece.private for piece in drafts.files_of(draft)] == [True, False]


def test_an_agent_complains_on_a_right_whose_mandate_was_verified_with_it(world):
    world.halden.is_agent = True
    world.halden.save()
    draft = drafts.draft_of(a_draft(world).pk, [world.halden.pk])
    with pytest.raises(NoticeDefective) as refused:
        drafts.submit(draft, at=WEDNESDAY)
    assert [defect.code for defect in refused.value.defects] == ["mandate_missing"]
    paper = drafts.attach(
        draft, content=a_picture(), name="mandate.png", kind="other", private=True, by=world.ines, at=WEDNESDAY
    )
    world.mark.documents.create(file=paper, kind="mandate")
    assert drafts.submit(draft, at=WEDNESDAY).filer_role == "agent"
