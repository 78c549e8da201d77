"""What an operator mends by program: each act does what the button does, and says what it cannot do."""

import pytest

from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.notifications.models import Delivery, RightLetter
from countermark.apps.orders.models import Order, OrderLine
from countermark.apps.parties.models import Holder, Marketplace, Person, StaffEvent
from countermark.apps.work.models import HolidayNotice, Job, LogCheck
from countermark.entrypoints.api.v1.files import MULTIPART, SENT
from programs import a_program

BACK = "/right-letters/not-arrived"
QUAY = {
    "name": "Quay", "territory": "CN", "calendar": "CN", "zone": "Asia/Shanghai", "language": "en", "packs": ["platform"],
}  # fmt: skip


@pytest.fixture
def tomas(desk):
    return desk.programs["operator"]


def test_a_measure_done_by_hand_is_confirmed_once(tomas, problem):
    problem(tomas.post("/measures/710001/confirm", {"state": "up"}), 409, "not_what_was_asked")
    said = tomas.post("/measures/710001/confirm", {"state": "removed"}).json()
    assert (said["confirmed_state"], said["states"][0]) == ("removed", "removed")
    problem(tomas.post("/measures/710001/confirm", {"state": "removed"}), 409, "no_open_measure")
    assert Measure.objects.get(pk=710001).listing.shop_state == "removed"
    assert tomas.post("/shop-measures/710001/confirm").json()["confirmed_at"]
    problem(tomas.post("/shop-measures/710001/confirm"), 409, "no_open_measure")
    assert ShopMeasure.objects.get(pk=710001).confirmed_state == "on"


def test_everything_wrong_with_a_marketplace_is_said_at_once_with_its_cure(tomas, problem):
    wrong = {**QUAY, "slug": "Not Good", "zone": "Mars/Base", "packs": ["nothing"], "connector": "rest"}
    said = problem(tomas.post("/marketplaces", wrong), 422, "marketplace_defective")
    assert {d["field"] for d in said["defects"]} == {"slug", "zone", "packs", "base_url", "secret_name"}
    assert all(d["message"] and d["how_to_mend"] for d in said["defects"])
    assert "“Mars/Base” is no time zone." in [d["message"] for d in said["defects"]]


def test_a_marketplace_is_replaced_and_who_did_it_is_kept(desk, tomas):
    said = tomas.ask("put", "/marketplaces/quay", {**QUAY, "is_active": False}).json()
    assert (said["name"], said["is_active"]) == ("Quay", False)
    deed = StaffEvent.objects.get(event="marketplace.changed")
    assert (deed.by, deed.marketplace) == (desk.world.tomas, Marketplace.objects.get(slug="quay"))
    assert tomas.get("/staff-events?event=marketplace.changed").json()["items"][0]["marketplace"] == "quay"


def an_order(**more):
    return {
        "kind": "restrict", "marketplace": "quay", "received_at": "2026-02-25T14:02:00+08:00", "measure": "suspend",
        "authority": "Regional Court Oslo", "country": "NO", "basis": "Trademark Act", "reference": "24-9",
        "words": "The shop sells lamps under a mark that is not its own.", "seller": "lantern", **more,
    }  # fmt: skip


def test_an_order_is_recorded_once_and_set_aside(tomas, problem):
    first = tomas.post("/orders", an_order(), idempotency_key="k")
    assert first.status_code == 201, first.content
    assert tomas.post("/orders", an_order(), idempotency_key="k").content == first.content
    number = first.json()["number"]
    assert Order.objects.filter(reference="24-9").count() == 1
    assert Job.objects.filter(kind="enforce_shop").exists()
    said = tomas.post(f"/orders/{number}/set-aside").json()
    assert (said["state"], said["ended_how"]) == ("ended", "set_aside")
    problem(tomas.post(f"/orders/{number}/set-aside"), 409, "order_ended")
    assert not OrderLine.objects.filter(order__number=number, released_at=None).exists()


def test_everything_wrong_with_an_order_is_said_at_once_with_its_cure(tomas, problem):
    said = problem(
        tomas.post("/orders", an_order(country="Norway", words="x", seller="nobody")), 422, "order_defective"
    )
    assert {d["field"] for d in said["defects"]} == {"country", "words", "seller_ref"}
    assert all(d["message"] and d["how_to_mend"] for d in said["defects"])
    assert not Order.objects.filter(reference="24-9").exists()


def test_a_letter_that_came_back_is_told_another_way(tomas):
    assert [row["id"] for row in tomas.get("/deliveries").json()["items"]] == [710001]
    said = tomas.post("/letters/710001/tell", {"channel": "phone"}).json()
    assert [row["channel"] for row in said["deliveries"]] == ["mail", "phone"]
    assert Delivery.objects.get(channel="phone").delivered_at is not None


def test_a_letter_about_a_right_that_came_back_is_sent_again_to_the_address_of_now(desk, tomas, problem):
    (row,) = tomas.get(BACK).json()["items"]
    now = desk.world.halden.contact_email
    assert (row["id"], row["answer"], row["address_now"]) == (700002, "550 no such mailbox", now)
    Job.objects.filter(kind="deliver_right").delete()
    said = tomas.post("/right-letters/700002/send-again").json()
    assert (said["address"], said["failed_at"], said["answer"]) == (now, None, "")
    assert list(Job.objects.filter(kind="deliver_right").values_list("key", flat=True)) == ["700002"]
    assert tomas.get(BACK).json()["items"] == []
    problem(tomas.post("/right-letters/700002/send-again"), 404, "not_found")  # it is on its way


def test_a_letter_about_a_right_whose_holder_has_no_address_is_kept_as_told_and_never_sent(desk, tomas, problem):
    Holder.objects.filter(pk=desk.world.halden.pk).update(contact_email="")
    said = problem(tomas.post("/right-letters/700002/send-again"), 409, "holder_without_address")
    assert desk.world.halden.name in said["detail"]
    assert RightLetter.objects.get(pk=700002).failed_at is not None
    assert tomas.post("/right-letters/700002/handed-over").json()["delivered_at"] is not None
    assert tomas.get(BACK).json()["items"] == []
    assert StaffEvent.objects.get(event="right_letter.handed_over").by.name.startswith("Tom")
    problem(tomas.post("/right-letters/700002/handed-over"), 404, "not_found")
    problem(tomas.post("/right-letters/700001/handed-over"), 404, "not_found")  # that one did not come back


def test_letters_about_rights_concern_all_marketplaces(desk, problem):
    narrow = a_program(desk.world.tomas, "operator", marketplace=desk.world.market)
    problem(narrow.get(BACK), 403, "key_is_narrowed")
    for deed in ("send-again", "handed-over"):
        problem(narrow.post(f"/right-letters/700002/{deed}"), 403, "key_is_narrowed")
    assert RightLetter.objects.get(pk=700002).failed_at is not None


def test_a_letter_goes_to_no_address_that_is_none(tomas, problem):
    problem(tomas.post("/letters/710001/tell", {"channel": "mail"}), 422, "cannot_serve")
    problem(tomas.post("/letters/710001/tell", {"channel": "mail", "address": "mei"}), 422, "request_defective")
    assert Delivery.objects.filter(message=710001).count() == 1


def test_a_job_that_was_given_up_is_tried_again_and_no_other(tomas, problem):
    assert tomas.post("/jobs/710001/retry").json()["state"] in ("waiting", "later")
    problem(tomas.post("/jobs/710001/retry"), 409, "job_not_failed")


def test_roles_are_given_and_the_last_operator_stays(desk, tomas, problem):
    assert tomas.post("/people/710001/roles", {"role": "senior", "given": True}).json()["is_senior"]
    path = f"/people/{desk.world.tomas.pk}/roles"
    problem(tomas.post(path, {"role": "operator", "given": False}), 409, "last_operator")
    problem(tomas.post("/people", {"email": "no", "name": "X", "role": "reviewer"}), 422, "person_defective")
    problem(tomas.post("/people", {"email": "a@b.example", "name": "X", "role": "auditor"}), 422, "auditor_without_end")
    assert Person.objects.get(pk=710001).is_senior


def test_a_holiday_notice_is_in_force_only_as_it_was_looked_at(tomas, problem):
    text = "date,kind,name\n2027-01-01,holiday,New Year\n"
    looked = tomas.post("/calendars/CN/look-at-notice", {"text": text}).json()
    assert (looked["year"], looked["days"][0]["day"]) == (2027, "2027-01-01")
    sent = {"text": text.replace("-01,h", "-02,h"), "source": "Notice", "digest": looked["digest"]}
    problem(tomas.post("/calendars/CN/notices", sent), 422, "notice_digest")
    problem(tomas.post("/calendars/CN/notices", {**sent, "source": " "}), 422, "notice_source")
    problem(tomas.post("/calendars/CN/look-at-notice", {"text": "nothing"}), 422, "holiday_notice_defective")
    wrong = text + "2027-01-02,festival,New Year\n2027-01-01,holiday,Again\n"
    said = problem(tomas.post("/calendars/CN/look-at-notice", {"text": wrong}), 422, "holiday_notice_defective")
    assert [(d["field"], d["message"], d["how_to_mend"]) for d in said["defects"]] == [
        ("text.3", "Line 3: “festival” is no kind of day.", "Write holiday or make_up."),
        ("text.4", "Line 4: Fri 1 Jan 2027 is named twice, first in line 2.", "Keep one of the two."),
    ]
    assert not HolidayNotice.objects.exists()
    assert tomas.post("/calendars/CN/notices", {**sent, "text": text}).json()["year"] == 2027
    assert HolidayNotice.objects.get().calendar == "CN"


def test_a_webhook_s_secret_is_shown_once(tomas, problem):
    made = tomas.post("/webhooks", {"name": "Till", "url": "https://till.quay.example/in"}).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in tomas.get(f"/webhooks/{made['id']}").json()
    said = problem(tomas.post("/webhooks", {"name": "", "url": "http://localhost/"}), 422, "endpoint_defective")
    assert all(d["message"] and d["how_to_mend"] for d in said["defects"])
    problem(tomas.post("/webhooks/710001/resume"), 409, "not_in_this_state")
    problem(tomas.post("/webhooks/710001/replay", {}), 422, "replay_from_where")


def test_nobody_sees_webhooks_of_others(desk, problem):
    for role in ("rights_holder", "agent", "seller"):
        assert desk.programs[role].get("/webhooks").json()["items"] == []
        problem(desk.programs[role].get("/webhooks/710001"), 404, "not_found")
        problem(desk.programs[role].post("/webhook-deliveries/710001/send-again"), 404, "not_found")


def test_the_log_is_checked_by_a_worker_once_at_a_time(tomas):
    first, again = tomas.post("/log/checks"), tomas.post("/log/checks")
    assert (first.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert LogCheck.objects.count() == 1
    assert tomas.get("/log").json()["waiting"]["id"] == first.json()["id"]


def test_what_is_stuck_is_counted(tomas):
    said = tomas.get("/operations").json()
    assert (said["measures_by_hand"], said["shop_measures_open"], said["letters_came_back"]) == (1, 1, 1)
    assert said["order_appeals_waiting"] == 1
    assert (said["orders_in_force"], said["platform"]["jobs_failed"]) == (4, 1)


def test_an_operator_reads_what_a_shop_pastes_and_says_how_many_listings_a_report_names(tomas):
    said = tomas.get("/marketplaces/harbour/report-link").json()
    assert (said["is_open"], said["procedure"], said["most_listings"]) == (True, "platform", 10)
    assert said["url"] in said["html_for_every_page"].replace("&amp;", "&") and "sha384-" in said["html_of_script"]
    changed = tomas.ask("put", "/marketplaces/harbour/report-link", {"most_listings": 3})
    assert changed.json()["most_listings"] == 3
    assert tomas.ask("put", "/marketplaces/harbour/report-link", {"most_listings": None}).json()["most_listings"] == 10
    assert [event.data["fields"] for event in StaffEvent.objects.order_by("-pk")[:2]] == [["guest_links"]] * 2


def test_a_shop_sends_papers_with_its_appeal_and_the_desk_finds_it_by_the_shop(desk, tomas, problem):
    mei = desk.programs["seller"]
    kept = mei.ask("post", "/files", SENT, **MULTIPART).json()["id"]
    path, words = "/shop-orders/M-2026-710004/appeal", "The lamps were bought from the maker; the invoice says so."
    problem(mei.post(path, {"words": words, "files": [{"file": kept + 1}]}), 422, "file_unknown")
    filed = mei.post(path, {"words": words, "files": [{"file": kept}]})
    assert filed.status_code == 201, filed.content
    assert [file["id"] for file in filed.json()["appeal"]["files"]] == [kept]
    found = tomas.get("/order-appeals?q=M-2026-710004").json()["items"]
    assert [row["order"] for row in found] == ["M-2026-710004"]
    assert [file["id"] for file in tomas.get(f"/order-appeals/{found[0]['id']}").json()["files"]] == [kept]
    assert tomas.get(f"/files/{kept}/content").status_code == 200
    assert tomas.get("/order-appeals?q=nothing-like-it").json()["items"] == []
