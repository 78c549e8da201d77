"""What a marketplace sends by itself: taken line by line, nothing lost, nothing doubled, nothing older wins."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import Listing, PushedListing
from countermark.apps.parties.models import Seller
from countermark.apps.work.models import Job

PATH = "/marketplaces/quay/listings"
NDJSON = {"content_type": "application/x-ndjson"}
THEN = "2026-02-25T14:02:00+08:00"
LATER = "2026-02-26T09:00:00+08:00"


def a_line(item="L-7", **more):
    said = {"item_id": item, "url": f"https://quay.example/item/{item}", "title": f"Lamp {item}", "seller": "lantern"}
    return {**said, "updated_at": THEN, **more}


def sent(desk, *lines, path=PATH, **headers):
    """What is answered to these lines; text goes as it is."""
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    answer = desk.programs["operator"].post(path, body.encode("utf-8", "surrogatepass"), **NDJSON, **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def counts(said):
    return tuple(said[name] for name in ("added", "changed", "unchanged", "older", "refused"))


def test_new_listings_are_added_and_the_same_again_writes_nothing(desk):
    lines = [a_line(f"P-{n}", price="12.50", currency="CNY", images=["https://quay.example/1.png"]) for n in range(3)]
    assert counts(sent(desk, *lines)) == (3, 0, 0, 0, 0)
    kept = list(PushedListing.objects.order_by("pk").values())
    assert counts(sent(desk, *lines)) == (0, 0, 3, 0, 0)
    assert list(PushedListing.objects.order_by("pk").values()) == kept
    row = desk.programs["operator"].get(f"{PATH}/P-1").json()
    assert (row["title"], row["seller"], row["stands"], row["wanted"]) == ("Lamp P-1", "lantern", "up", "nothing")
    assert (row["sent"]["price"], row["sent"]["images"]) == ("12.50", ["https://quay.example/1.png"])


def test_only_what_changed_is_written(desk):
    sent(desk, a_line("P-1"), a_line("P-2"))
    before = PushedListing.objects.get(listing__item_id="P-2").pushed_at
    assert counts(sent(desk, a_line("P-1", title="A heron", updated_at=LATER), a_line("P-2"))) == (0, 1, 1, 0, 0)
    assert Listing.objects.get(item_id="P-1").title == "A heron"
    assert PushedListing.objects.get(listing__item_id="P-2").pushed_at == before


def test_a_line_that_comes_late_does_not_replace_what_is_newer(desk):
    sent(desk, a_line("P-1", title="New", updated_at=LATER))
    assert counts(sent(desk, a_line("P-1", title="Old"))) == (0, 0, 0, 1, 0)
    assert Listing.objects.get(item_id="P-1").title == "New"


def test_a_listing_that_was_complained_of_is_taken_over_as_it_is(desk):
    Listing.objects.filter(item_id="L-1").update(wanted="remove", shop_state="removed", shop_state_at=timezone.now())
    assert counts(sent(desk, a_line("L-1", title="Renamed"))) == (1, 0, 0, 0, 0)
    row = Listing.objects.get(item_id="L-1", marketplace__slug="quay")
    assert (row.title, row.wanted, row.shop_state) == ("Renamed", "remove", "removed")  # what is older is not believed


FAULTY = [
    ("not json", "not_json", "0"),
    ('{"item_id": "a", "item_id": "b"}', "named_twice", "item_id"),
    ("[1]", "model_type", "body"),
    (json.dumps(a_line(colour="red")), "unknown_field", "colour"),
    (json.dumps(a_line(titel="x")), "unknown_field", "titel"),
    (json.dumps({k: v for k, v in a_line().items() if k != "title"}), "missing", "title"),
    (json.dumps(a_line(title=7)), "string_type", "title"),
    (json.dumps(a_line(state="asleep")), "literal_error", "state"),
    (json.dumps(a_line(url="javascript:alert(1)")), "string_pattern_mismatch", "url"),
    (json.dumps(a_line(images=["https://quay.example/1.png", "ftp://x"])), "string_pattern_mismatch", "images.1"),
    (json.dumps(a_line(updated_at="2026-02-25T14:02:00")), "timezone_aware", "updated_at"),
    (json.dumps(a_line(updated_at="2199-01-01T00:00:00Z")), "pushed_too_early", "updated_at"),
    (json.dumps(a_line(price="12.50")), "pushed_price_half", "currency"),
    (json.dumps(a_line(price="12,50", currency="CNY")), "string_pattern_mismatch", "price"),
    (json.dumps(a_line(seller="nobody")), "pushed_seller_unknown", "seller"),
    ('{"item_id": "\\u0000"}', "unprintable_text", ""),
    ("[" * 60 + "]" * 60, "too_deep", ""),
    ('{"item_id": NaN}', "no_number", "NaN"),
]


@pytest.mark.parametrize(("text", "code", "field"), FAULTY)
def test_a_faulty_line_is_named_with_its_way_out_and_the_others_are_kept(desk, text, code, field):
    said = sent(desk, a_line("P-1"), text, "", a_line("P-2"))
    assert (said["lines"], *counts(said)) == (3, 2, 0, 0, 0, 1)
    fault = said["faults"][0]
    assert (fault["line"], fault["code"], fault["field"]) == (2, code, field), said["faults"]
    assert fault["message"]
    assert set(Listing.objects.filter(item_id__startswith="P").values_list("item_id", flat=True)) == {"P-1", "P-2"}


def test_every_fault_of_a_line_is_said_at_once(desk):
    said = sent(desk, {"item_id": "", "titel": "x", "price": "x", "updated_at": "soon"})
    assert {fault["field"] for fault in said["faults"]} == {
        "item_id", "titel", "price", "updated_at", "url", "title", "seller"
    }  # fmt: skip
    assert said["refused"] == 1


def test_what_is_sent_twice_in_a_call_is_taken_once(desk):
    said = sent(desk, a_line("P-1"), a_line("P-1", title="Again"))
    assert counts(said) == (1, 0, 0, 0, 1)
    assert (said["faults"][0]["line"], said["faults"][0]["code"]) == (2, "pushed_twice")
    assert "1" in said["faults"][0]["message"]


def test_no_utf_8_in_one_line_keeps_that_line_out(desk):
    answer = desk.programs["operator"].post(PATH, b'{"item_id": "\xff"}\n' + json.dumps(a_line()).encode(), **NDJSON)
    assert counts(answer.json()) == (1, 0, 0, 0, 1)


def test_too_much_at_once_is_refused_whole(desk, problem):
    operator = desk.programs["operator"]
    problem(operator.post(PATH, b"{}\n" * 10_001, **NDJSON), 413, "too_many_lines")
    problem(operator.post(PATH, b" " * (20 * 1024 * 1024 + 1), **NDJSON), 413, "body_too_large")
    problem(operator.post(PATH, b"{}", content_type="application/json"), 415, "media_type_unknown")
    assert sent(desk, "")["lines"] == 0


def test_ten_times_the_lines_take_the_same_number_of_questions(desk):
    with CaptureQueriesContext(connection) as few:
        sent(desk, *(a_line(f"A-{n}") for n in range(5)))
    with CaptureQueriesContext(connection) as many:
        assert sent(desk, *(a_line(f"B-{n}") for n in range(50)))["added"] == 50
    assert len(many) <= len(few) + 4 * 45 if connection.vendor == "sqlite" else len(many) == len(few)


def test_a_state_the_shop_reports_reaches_the_cases_about_the_listing(desk):
    place, case = desk.world.market, Complaint.objects.get(pk=desk.case.pk)
    place.connector = "none"
    place.save()
    soon = (timezone.now() - timedelta(seconds=1)).isoformat()
    line = a_line(case.listing.item_id, seller=case.seller.ref, state="deleted_by_seller", updated_at=soon)
    sent(
        desk,
        {**line, "url": case.listing.url},
        a_line("P-9", seller=case.seller.ref),
        path=f"/marketplaces/{place.slug}/listings",
    )
    assert Listing.objects.get(pk=case.listing_id).shop_state == "deleted_by_seller"
    assert list(
        Job.objects.filter(kind__in=("enforce", "look"), key=str(case.listing_id)).values_list("kind", flat=True)
    ) == ["enforce"]
    assert not Job.objects.filter(kind__in=("enforce", "look")).exclude(key=str(case.listing_id)).exists()


def test_where_the_shop_can_be_asked_it_is_looked_at_instead(desk):
    case = Complaint.objects.get(pk=desk.case.pk)
    place = desk.world.market
    place.connector = "rest"
    place.save()
    soon = (timezone.now() - timedelta(seconds=1)).isoformat()
    line = a_line(case.listing.item_id, seller=case.seller.ref, state="gone", updated_at=soon, url=case.listing.url)
    sent(desk, line, path=f"/marketplaces/{place.slug}/listings")
    assert Job.objects.filter(kind="look", key=str(case.listing_id)).exists()


def test_a_repeated_call_with_its_key_answers_the_same(desk):
    first = sent(desk, a_line("P-1"), idempotency_key="k")
    assert sent(desk, a_line("P-1"), idempotency_key="k") == first


# --- sellers ----------------------------------------------------------------------------------------------------------------

SELLERS = "/marketplaces/quay/sellers"


def test_sellers_are_added_and_changed_and_what_a_line_leaves_out_stays(desk):
    pearl = {"ref": "pearl", "name": "Pearl & Co", "email": "desk@pearl.example", "language": "zh-hans"}
    said = sent(desk, pearl, {"ref": "lantern", "name": "Lantern Lane"}, path=SELLERS)
    assert counts(said) == (1, 0, 1, 0, 0)
    assert counts(sent(desk, {"ref": "pearl", "name": "Pearl"}, path=SELLERS)) == (0, 1, 0, 0, 0)
    shown = desk.programs["operator"].get(f"{SELLERS}/pearl").json()
    assert (shown["name"], shown["email"], shown["language"]) == ("Pearl", "desk@pearl.example", "zh-hans")
    assert shown["zone"] == "Asia/Shanghai"  # of its marketplace
    sent(desk, {"ref": "pearl", "name": "Pearl", "email": ""}, path=SELLERS)
    assert Seller.objects.get(ref="pearl").email == ""


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"email": "nobody"}, "pushed_email", "email"),
        ({"language": "tlh"}, "pushed_language", "language"),
        ({"zone": "Mars/Base"}, "pushed_zone", "zone"),
        ({"name": ""}, "string_too_short", "name"),
        ({"mail": "x@y.example"}, "unknown_field", "mail"),
    ],
)
def test_a_faulty_seller_is_left_out_and_named(desk, more, code, field):
    said = sent(desk, {"ref": "pearl", "name": "Pearl", **more}, {"ref": "reef", "name": "Reef"}, path=SELLERS)
    assert counts(said) == (1, 0, 0, 0, 1)
    assert (said["faults"][0]["code"], said["faults"][0]["field"]) == (code, field)
    assert said["faults"][0]["how_to_mend"] or code == "string_too_short"


def test_a_seller_of_another_shop_reads_only_their_own_listings(desk):
    slug = desk.world.market.slug
    said = desk.programs["seller"].get(f"/marketplaces/{slug}/listings").json()
    assert said["items"]
    assert {row["seller"] for row in said["items"]} == {"lantern"}
    assert desk.programs["seller"].get("/marketplaces/quay/listings").json()["items"] == []
