"""A marketplace asks at upload, the desk decides, the operator sets what follows: by program."""

import base64
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from apps.test_stay_down import PICTURE
from countermark.apps.access.services import revoke_client
from countermark.apps.screening import engine as engines
from countermark.apps.screening import modes, pictures
from countermark.apps.screening.engine import engine
from countermark.apps.screening.models import Finding, Fingerprint, Reference, Rules
from countermark.apps.work import files
from countermark.apps.work.models import Job
from countermark.entrypoints.jobs import handlers
from countermark.matching import libraries
from people import a_right
from programs import Desk, a_program

pytestmark = pytest.mark.django_db
DISGUISED = "Kvаrtz lamp, oak base"  # the first a is Cyrillic


@pytest.fixture
def quay(desk: Desk) -> Desk:
    """The quay stops what is plain; KVARTZ is a mark of Halden & Moe."""
    a_right(desk.world.halden, name="KVARTZ", number="41902338", classes=[11])
    place = Finding.objects.get(pk=710_001).marketplace
    modes.set_mode(place, "words", "blocking", by=desk.world.tomas, at=desk.notice.submitted_at)
    return desk


def cut(content: bytes) -> bytes:
    """The middle of a picture."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(content))
    picture.crop((90, 70, 560, 430)).save(out, "JPEG", quality=85)
    return out.getvalue()


def screened(desk: Desk, *listings: dict[str, Any], **headers: str) -> Any:
    sent = [{"item_id": f"S-{n}", "seller": "lantern", **one} for n, one in enumerate(listings)]
    return desk.programs["operator"].post("/screen", {"marketplace": "quay", "listings": sent}, **headers)


def test_each_listing_is_answered_in_its_order_and_the_seller_can_read_and_contest(quay):
    answer = screened(quay, {"title": "Oak lamp"}, {"title": DISGUISED, "classes": [11]}, {"title": "KVARTZ lamp"})
    assert answer.status_code == 200, answer.content
    plain, disguised, named = answer.json()["items"]
    assert (plain["verdict"], plain["done"], plain["finding"], plain["matches"]) == ("allow", "allowed", None, [])
    assert (disguised["verdict"], disguised["done"], disguised["reason"]) == ("block", "blocked", "words")
    (match,) = disguised["matches"]
    assert (match["kind"], match["span"], match["observed"], match["canonical"]) == (
        "text:lookalike", [0, 6], "Kvаrtz", "KVARTZ",
    )  # fmt: skip
    assert "41902338" in disguised["told"][0]
    assert disguised["contest"]["order"].startswith("S-2")
    assert disguised["contest"]["url"].endswith(f"/{disguised['contest']['order']}/")
    assert (named["verdict"], named["done"], named["contest"]) == ("review", "review", None)


def test_the_key_of_one_place_of_sale_is_asked_about_with_it_in_one_question_each_time(quay, monkeypatch):
    monkeypatch.setattr(engines, "EVERY", 3600.0)
    place = Finding.objects.get(pk=710_001).marketplace
    program = a_program(quay.world.tomas, "operator", scopes=["listings:write"], marketplace=place)
    sent = {"marketplace": "quay", "listings": [{"item_id": "S-1", "title": "Oak lamp"}]}
    assert program.post("/screen", sent).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert program.post("/screen", sent).status_code == 200
    assert len([one for one in asked if one["sql"].startswith("SELECT")]) == 1, "what else is asked counts the request"
    assert program.post("/screen", {**sent, "marketplace": "harbour"}).status_code == 404
    revoke_client(client_id=program.client.pk, person=quay.world.tomas, now=timezone.now())
    assert program.post("/screen", sent).status_code == 401


def test_the_measure_is_an_order_that_the_operator_reads_as_decided_by_software(quay):
    number = screened(quay, {"title": DISGUISED}).json()["items"][0]["contest"]["order"]
    order = quay.programs["operator"].get(f"/orders/{number}").json()
    assert (order["source"], order["basis"], order["measure"]) == ("screening", "IP-1.3", "remove")
    assert [step["event"] for step in order["steps"]] == ["decided"]
    assert order["steps"][0]["by"] == "platform"
    listed = quay.programs["operator"].get("/orders?source=screening").json()["items"]
    assert [row["number"] for row in listed] == [number]


def test_a_reviewer_decides_and_the_same_listing_is_let_through(quay):
    finding = screened(quay, {"title": DISGUISED}).json()["items"][0]["finding"]
    said = quay.programs["reviewer"].post(f"/findings/{finding}/decide", {"right": False, "words": "A stone."}).json()
    assert (said["state"], said["opinions"][0]["right"], said["opinions"][0]["words"]["text"]) == (
        "decided", False, "A stone.",
    )  # fmt: skip
    assert screened(quay, {"title": DISGUISED}).json()["items"][0]["done"] == "allowed"


def test_the_same_question_with_the_same_key_is_answered_once(quay):
    one, other = (screened(quay, {"title": DISGUISED}, idempotency_key="k-1") for _ in range(2))
    assert one.json() == other.json()
    assert other["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("listing", "field"),
    [
        ({"title": "x" * 601}, "listings.0.title"),
        ({"title": "a", "classes": [46]}, "listings.0.classes.0"),
        ({"title": "a", "pictures": [{"pdq": "f" * 63}]}, "listings.0.pictures.0.pdq"),
        ({"title": "a", "url": "javascript:alert(1)"}, "listings.0.url"),
        ({"title": "a", "prize": "1"}, "listings.0.prize"),
    ],
)
def test_what_is_wrong_with_a_listing_is_said_with_its_place(quay, problem, listing, field):
    said = problem(screened(quay, listing), 422, "request_defective")
    assert [defect["field"] for defect in said["defects"]] == [field]


def test_hostile_titles_are_answered_and_halves_of_pairs_refused(quay, problem):
    titles = [
        "🪔" * 300,
        "Z̴̖a̷l̸g̵o̶" * 50,
        "\u202egnorw\u202c",
        "ℌalden Ｋｖａｒｔｚ 灯",
        "   ",
        "<script>alert(1)</script>",
    ]
    answer = screened(quay, *({"title": title} for title in titles))
    assert [one["verdict"] in ("allow", "review", "block") for one in answer.json()["items"]] == [True] * 6
    body = b'{"marketplace": "quay", "listings": [{"item_id": "1", "title": "\\ud800"}]}'
    problem(quay.programs["operator"].post("/screen", body), 400, "body_unreadable")


def test_more_than_a_hundred_in_a_call_are_refused_and_another_place_is_not_there(quay, problem):
    problem(screened(quay, *({"title": "a"} for _ in range(101))), 422, "request_defective")
    sent = {"marketplace": "nowhere", "listings": [{"item_id": "1", "title": "a"}]}
    problem(quay.programs["operator"].post("/screen", sent), 404, "not_found")


def test_a_part_of_a_picture_is_found_in_a_file_and_a_broken_file_is_named_while_the_rest_is_looked_at(quay):
    world, at = quay.world, quay.notice.submitted_at
    right = a_right(world.halden, kind="copyright", name="The lamp", number="2026-77")
    file = files.keep(content=PICTURE, name="lamp.png", by=None, at=at)
    given = {"right": right, "made_at": at, "made_by": world.ines, "due_at": at, "state": "in_force"}
    reference = Reference.objects.create(kind="picture", file=file, **given)
    pictures.keep([(file, pictures.look_at(PICTURE))], reference=reference, now=timezone.now())
    engine.forget()
    sent = [{"content": base64.b64encode(one).decode()} for one in (PICTURE[:300], cut(PICTURE))]
    (said,) = screened(quay, {"title": "A light", "files": [*sent, {"content": "no base64!"}]}).json()["items"]
    assert (said["reason"], said["matches"][0]["kind"], said["matches"][0]["picture"]) == (
        "pictures",
        "picture:part",
        1,
    )
    assert [one["picture"] for one in said["unread"]] == [0, 2]
    assert Finding.objects.get(pk=said["finding"]).pictures[1]["file"], "people see what was found"


def test_without_the_libraries_it_says_what_to_install(quay, problem, monkeypatch):
    def missing(*given: Any) -> Any:
        raise libraries.ScreeningNotInstalled("numpy")

    monkeypatch.setattr(engines, "_build", missing)
    engine.forget()
    said = problem(screened(quay, {"title": DISGUISED}), 501, "screening_not_installed")
    assert "countermark[screening]" in said["detail"]


def test_an_operator_sets_modes_makes_rules_and_lifts_what_is_kept_down(quay, problem):
    operator = quay.programs["operator"]
    said = operator.ask("put", "/screening/modes", {"marketplace": "quay", "reason": "pictures", "mode": "advisory"})
    modes_said = {(row["marketplace"], row["reason"]): row["mode"] for row in said.json()["items"]}
    assert modes_said["quay", "pictures"] == "advisory"
    assert modes_said["quay", "stay_down"] == "shadow"
    made = operator.post("/screening/rules", {"numbers": {"block_at": 0.99}}).json()
    assert (made["state"], made["numbers"]["block_at"], made["numbers"]["review_at"]) == ("draft", 0.99, 0.5)
    assert operator.post(f"/screening/rules/{made['number']}/adopt").json()["state"] == "in_force"
    assert Rules.objects.get(state="in_force").number == made["number"]
    problem(operator.post(f"/screening/rules/{made['number']}/adopt"), 409, "screening_rules_not_draft")
    wrong = {"numbers": {"review_at": 0.99, "block_at": 0.5}}
    problem(operator.post("/screening/rules", wrong), 422, "screening_rules_defective")
    operator.post("/fingerprints/710001/lift")
    assert Fingerprint.objects.get(pk=710_001).ended_why == "operator"
    problem(operator.post("/fingerprints/710001/lift"), 409, "fingerprint_ended")


def test_what_is_sent_in_bulk_is_screened_by_the_worker_and_the_same_again_is_not(quay):
    line = (
        '{"item_id": "L-70", "url": "https://quay.example/item/L-70", "title": "Kvаrtz lamp", "seller": "lantern",'
        ' "state": "up", "updated_at": "2026-02-25T14:02:00+08:00"}\n'
    )
    sent = {"content-type": "application/x-ndjson"}
    for _ in range(2):
        answer = quay.programs["operator"].ask("post", "/marketplaces/quay/listings", line, **sent)
        assert answer.status_code == 200, answer.content
    (job,) = Job.objects.filter(kind="screen_pushed")
    handlers.HANDLERS[job.kind](job, timezone.now())
    finding = Finding.objects.get(item_id="L-70")
    assert (finding.done, finding.listing.item_id, finding.order.source) == ("blocked", "L-70", "screening")


def test_pictures_at_addresses_are_said_to_be_looked_at_later_and_are_by_the_worker(quay, problem):
    urls = ["https://quay.example/1.jpg", "https://quay.example/2.jpg"]
    sent = {"title": "A light", "pictures": [{"pdq": "0" * 64}], "addresses": urls}
    said, stopped = screened(quay, sent, {"title": DISGUISED, "addresses": urls}).json()["items"]
    assert [(one["picture"], one["later"]) for one in said["unread"]] == [(1, True), (2, True)]
    assert (stopped["done"], stopped["unread"]) == ("blocked", [])
    job = Job.objects.get(kind="screen_addressed")
    (listing,) = job.payload["listings"]
    assert (listing["addresses"], listing["line"]["title"]) == (urls, "A light")
    handlers.HANDLERS[job.kind](job, timezone.now())
    problem(screened(quay, {"title": "A light", "addresses": [*urls, *urls, urls[0]]}), 422, "request_defective")
    problem(screened(quay, {"title": "A light", "addresses": ["file:///etc/passwd"]}), 422, "request_defective")


def test_a_seller_who_mends_a_listing_that_is_sent_again_has_it_back_without_a_person(quay):
    line = (
        '{"item_id": "L-71", "url": "https://quay.example/item/L-71", "title": "%s", "seller": "lantern",'
        ' "state": "%s", "updated_at": "2026-02-25T14:0%d:00+08:00"}\n'
    )
    for n, (title, state) in enumerate(((DISGUISED, "up"), ("Oak lamp, carved by hand", "removed"))):
        answer = quay.programs["operator"].ask(
            "post", "/marketplaces/quay/listings", line % (title, state, n), **{"content-type": "application/x-ndjson"}
        )
        assert answer.status_code == 200, answer.content
        job = Job.objects.filter(kind="screen_pushed").latest("pk")
        handlers.HANDLERS[job.kind](job, timezone.now())
        job.delete()
    finding = Finding.objects.get(item_id="L-71")
    said = quay.programs["reviewer"].get(f"/findings/{finding.pk}").json()
    assert (said["state"], said["past_why"], bool(said["past_at"])) == ("closed", "mended", True)
    order = quay.programs["operator"].get(f"/orders/{said['order']}").json()
    assert (order["state"], order["ended_how"], order["steps"][-1]["event"]) == ("ended", "mended", "mended")
