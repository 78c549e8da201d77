"""The operator's desk: what is stuck is named with the button that mends it, and the button mends it."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.complaints import log, services
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement.models import Measure
from countermark.apps.notifications import services as telling
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.parties.models import Marketplace, Person, StaffEvent
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import HolidayNotice, Job, LogCheck, Worker
from countermark.entrypoints.jobs.handlers import HANDLERS
from countermark.entrypoints.web.operator import words
from people import SHANGHAI, World, a_complaint, a_notice, a_world, happens

pytestmark = pytest.mark.django_db
LISTS = ("deliveries", "measures", "cases", "marketplaces", "calendars", "people", "jobs", "log")


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    """Tomás, signed in; a worker lives."""
    now = timezone.now()
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now)
    client = Client()
    client.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


def ago(**amount: float) -> datetime:
    return timezone.now() - timedelta(**amount)


def bounced(world: World, lines: int = 2) -> Message:
    """Mei's letter about so many lines came back; her clocks wait."""
    notice = a_notice(world, lines=lines, at=ago(days=9))
    for case in notice.complaints.all():
        happens(case, "accepted", "reviewer", ago(days=8))
    telling.tell(notice.pk, at=ago(days=8), now=timezone.now())
    message = Message.objects.get(party="seller")
    Delivery.objects.filter(message=message).update(failed_at=ago(days=8), attempts=5, answer="550 5.1.1 unknown user")
    return message


def down_by_hand(world: World) -> tuple[Complaint, Measure]:
    """A case whose seller stayed silent: the listing has to come down, and nobody but an operator can do it."""
    case = happens(a_complaint(world, at=ago(days=12)), "accepted", "reviewer", ago(days=11))
    happens(case, "served", "", ago(days=11))
    services.sweep(now=timezone.now())
    enforcement.enforce(case.listing_id, at=timezone.now(), now=timezone.now())
    case.refresh_from_db()
    return case, Measure.objects.get(listing=case.listing)


# --- home -----------------------------------------------------------------------------------------------------------------


def test_a_desk_where_nothing_is_stuck_says_so(desk: Client):
    page = said(desk.get("/operate/"))
    assert "<h1>Nothing is stuck</h1>" in page
    assert "cm-tasks" not in page


def test_everything_stuck_is_named_with_the_page_that_mends_it(desk: Client, world: World):
    bounced(world)
    down_by_hand(world)
    late = a_complaint(world, at=ago(days=20))
    services.sweep(now=timezone.now())
    enqueue("look", "4711", run_at=timezone.now())
    Job.objects.filter(key="4711").update(failed_at=timezone.now(), last_error="no answer within 10 s")
    page = said(desk.get("/operate/"))
    assert "<h1>Four things are stuck</h1>" in page
    for heading in (
        "1 job was given up",
        "2 parties could not be told",
        "1 measure to do by hand",
        "1 case was not handled",
    ):
        assert heading in page
    assert reverse("operator:case", args=[late.number]) in page
    for target in ("/operate/jobs/?state=failed", "/operate/deliveries/", "/operate/measures/?what=by_hand"):
        assert f'href="{target}"' in page


def test_a_desk_without_a_worker_is_told_that_everything_stands_still(desk: Client):
    Worker.objects.update(beat_at=ago(minutes=5))
    page = said(desk.get("/operate/"))
    assert "<h1>One thing is stuck</h1>" in page
    assert "No worker is running" in page
    assert "Gone" in page


def test_the_bar_counts_what_waits(desk: Client, world: World):
    bounced(world)
    down_by_hand(world)
    page = said(desk.get("/operate/people/"))
    assert (
        'Deliveries <span class="cm-count">2</span>' in page
    )  # Mei's letter, and the second chance nobody told her of
    assert 'Measures <span class="cm-count">1</span>' in page


def test_the_home_page_asks_as_often_for_thirty_cases_as_for_three(
    desk: Client, world: World, django_assert_max_num_queries: Any
):
    bounced(world, lines=3)
    with django_assert_max_num_queries(70) as few:
        desk.get("/operate/")
    Message.objects.all().update(read_at=None)
    for _ in range(9):
        a_notice(world, lines=3, at=ago(days=20))
    services.sweep(now=timezone.now())
    with django_assert_max_num_queries(len(few.captured_queries) + 5):
        desk.get("/operate/")


# --- not served -----------------------------------------------------------------------------------------------------------


def test_one_letter_about_two_cases_is_one_row_and_says_what_came_back(desk: Client, world: World):
    message = bounced(world)
    page = said(desk.get("/operate/deliveries/"))
    assert "<h1>1 party could not be told</h1>" in page
    assert "2 cases" in page
    assert "550 5.1.1 unknown user" in page
    assert reverse("operator:delivery", args=[message.pk]) in page


def test_what_was_told_by_telephone_starts_the_clocks_at_that_instant(desk: Client, world: World):
    message = bounced(world)
    before = timezone.now()
    answer = desk.post(reverse("operator:delivery", args=[message.pk]), {"channel": "phone"})
    assert answer.status_code == 302
    for case in Complaint.objects.all():
        assert not case.awaits_service
        assert before <= case.clock_from <= timezone.now()
    assert "Everybody was told" in said(desk.get("/operate/deliveries/"))


def test_another_address_starts_no_clock_before_its_server_takes_the_letter(desk: Client, world: World):
    message = bounced(world)
    desk.post(reverse("operator:delivery", args=[message.pk]), {"channel": "mail", "address": "mei@elsewhere.example"})
    assert Complaint.objects.filter(awaits_service=True).count() == 2
    new = Delivery.objects.get(address="mei@elsewhere.example")
    assert Job.objects.filter(kind="deliver", key=str(new.pk)).exists()


@pytest.mark.parametrize("sent", [{}, {"channel": "app"}, {"channel": "mail", "address": "nobody"}])
def test_a_way_that_is_none_is_refused_and_nothing_starts(desk: Client, world: World, sent: dict[str, str]):
    message = bounced(world)
    answer = desk.post(reverse("operator:delivery", args=[message.pk]), sent)
    assert answer.status_code == 422
    assert "cm-faults" in said(answer)
    assert Complaint.objects.filter(awaits_service=True).count() == 2


# --- not confirmed --------------------------------------------------------------------------------------------------------


def test_an_operator_takes_a_listing_down_by_hand_and_says_so(desk: Client, world: World):
    case, measure = down_by_hand(world)
    page = said(desk.get(reverse("operator:measure", args=[measure.pk])))
    assert "Take this listing down at Harbour Market" in page
    desk.post(reverse("operator:measure", args=[measure.pk]), {"state": "removed"})
    measure.refresh_from_db()
    assert measure.confirmed_at is not None
    case.listing.refresh_from_db()
    assert case.listing.shop_state == "removed"
    assert "Every listing stands as its cases ask" in said(desk.get("/operate/measures/"))


def test_a_listing_that_is_still_up_cannot_be_confirmed_as_down(desk: Client, world: World):
    _, measure = down_by_hand(world)
    answer = desk.post(reverse("operator:measure", args=[measure.pk]), {"state": "up"})
    assert answer.status_code == 422
    measure.refresh_from_db()
    assert measure.confirmed_at is None


def test_confirming_twice_is_told_that_nothing_is_left(desk: Client, world: World):
    _, measure = down_by_hand(world)
    desk.post(reverse("operator:measure", args=[measure.pk]), {"state": "removed"})
    answer = desk.post(reverse("operator:measure", args=[measure.pk]), {"state": "removed"})
    assert answer.status_code == 409
    assert "There is nothing left to confirm" in said(answer)


# --- jobs and the log -----------------------------------------------------------------------------------------------------


def test_a_job_that_was_given_up_is_tried_once_more(desk: Client):
    enqueue("look", "4711", run_at=ago(days=4))
    job = Job.objects.get(key="4711")
    Job.objects.filter(pk=job.pk).update(failed_at=timezone.now(), attempts=40)
    assert "1 job was given up" in said(desk.get("/operate/jobs/?state=failed"))
    desk.post(reverse("operator:retry-job", args=[job.pk]))
    job.refresh_from_db()
    assert (job.failed_at, job.attempts) == (None, 0)


def test_every_kind_of_job_and_every_fault_of_a_notice_has_words():
    assert set(HANDLERS) <= set(words.JOBS)
    assert set(words.CHANNELS) == set(telling.CHANNELS)


def test_the_log_is_checked_by_a_worker_and_the_page_says_what_was_found(desk: Client, world: World):
    a_complaint(world)
    while log.sequence():
        pass
    log.checkpoint(at=timezone.now())
    desk.post(reverse("operator:check-log"))
    desk.post(reverse("operator:check-log"))  # one that waits is enough
    check = LogCheck.objects.get()
    assert "a worker does it" in said(desk.get("/operate/log/"))
    HANDLERS["check_log"](Job.objects.get(kind="check_log"), timezone.now())
    check.refresh_from_db()
    assert (check.fault_count, check.events, check.checkpoints) == (0, 1, 1)
    assert "<h1>The log is unbroken</h1>" in said(desk.get("/operate/log/"))
    assert "Unbroken" in said(desk.get("/operate/"))


def test_faults_of_the_log_are_shown_by_their_row(desk: Client):
    now = timezone.now()
    LogCheck.objects.create(
        asked_at=now, done_at=now, events=9, fault_count=1, faults=["CM-1, event 3 (row 7): changed"]
    )
    page = said(desk.get("/operate/log/"))
    assert "<h1>The log is broken</h1>" in page
    assert "CM-1, event 3 (row 7): changed" in page


# --- cases and orders -----------------------------------------------------------------------------------------------------


def test_any_case_is_found_by_number_listing_seller_or_complainant(desk: Client, world: World):
    case = a_complaint(world)
    Complaint.objects.get(pk=case.pk).listing.__class__.objects.filter(pk=case.listing_id).update(title="Brass lamp")
    for q in (case.number, case.notice.number, "brass", "Lantern", "Halden"):
        assert case.number in said(desk.get("/operate/cases/", {"q": q}))
    page = said(desk.get("/operate/cases/", {"q": "no such thing"}))
    assert "No case fits" in page
    assert case.number not in page


def test_an_order_takes_effect_once_and_a_stale_page_keeps_what_was_typed(desk: Client, world: World):
    case = a_complaint(world, at=ago(days=1))
    url = reverse("operator:case", args=[case.number])
    assert "Record an order" in said(desk.get(url))
    sent = {"event": "ordered_down", "reference": "Court of Bergen, 26-001", "seen": case.seq}
    assert desk.post(url, sent).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.ask) == ("reinforced", "remove")
    stale = desk.post(url, {**sent, "event": "ordered_up"})
    assert stale.status_code == 409
    assert "Court of Bergen, 26-001" in said(stale)
    assert StaffEvent.objects.filter(event="order.recorded", by=world.tomas).count() == 1


def test_an_order_without_its_number_names_the_field(desk: Client, world: World):
    case = a_complaint(world, at=ago(days=1))
    answer = desk.post(
        reverse("operator:case", args=[case.number]), {"event": "ordered_down", "reference": " ", "seen": case.seq}
    )
    assert answer.status_code == 422
    assert 'href="#id_reference"' in said(answer)


# --- marketplaces ---------------------------------------------------------------------------------------------------------

FJORD = {
    "name": "Fjord Bazaar", "slug": "fjord", "territory": "EU", "offered_in": "eu, ", "calendar": "EU", "zone": "Europe/Oslo",
    "language": "en", "default_pack": "eu-notice", "packs": ["platform"], "timing": "", "connector": "none", "is_active": "on",
}  # fmt: skip


def test_a_marketplace_is_added_with_its_default_procedure_first(desk: Client, world: World):
    assert desk.post(reverse("operator:add-marketplace"), {**FJORD, "do": "keep"}).status_code == 302
    row = Marketplace.objects.get(slug="fjord")
    assert (row.packs, row.offered_in) == (["eu-notice", "platform"], ["EU"])
    assert StaffEvent.objects.get(marketplace=row).by == world.tomas


def test_all_that_is_wrong_with_a_marketplace_is_said_at_once_and_what_was_typed_stays(desk: Client):
    wrong = {"name": "", "slug": "Ü", "zone": "Mars", "connector": "rest", "patterns": "x = ["}
    answer = desk.post(reverse("operator:add-marketplace"), wrong)
    page = said(answer)
    assert answer.status_code == 422
    assert "things to mend" in page
    for field in ("name", "slug", "territory", "zone", "base_url", "secret_name", "patterns"):
        assert f'href="#id_{field}"' in page
    assert "x = [" in page
    assert not Marketplace.objects.filter(slug="ü").exists()


def test_an_address_is_tried_without_keeping_anything(desk: Client):
    tried = {**FJORD, "slug": "taobao", "do": "try", "sample": "https://item.taobao.com/item.htm?id=627374829104"}
    assert "Read as the listing <b>627374829104</b>" in said(desk.post(reverse("operator:add-marketplace"), tried))
    tried["sample"] = "hello"
    assert "holds no link" in said(desk.post(reverse("operator:add-marketplace"), tried))
    assert not Marketplace.objects.filter(slug="taobao").exists()


def test_the_five_are_added_by_one_button(desk: Client):
    assert "Known, but not here yet: Taobao, Tmall, 1688, Alibaba.com, AliExpress." in said(
        desk.get("/operate/marketplaces/")
    )
    desk.post(reverse("operator:add-known-marketplaces"))
    assert Marketplace.objects.filter(slug__in=("taobao", "tmall", "1688", "alibaba", "aliexpress")).count() == 5
    assert "Known, but not here yet" not in said(desk.get("/operate/marketplaces/"))


# --- people ---------------------------------------------------------------------------------------------------------------


def test_a_role_is_given_and_taken_and_the_page_says_by_whom(desk: Client, world: World):
    url = reverse("operator:person", args=[world.rana.pk])
    desk.post(url, {"do": "give:senior"})
    desk.post(url, {"do": "take:reviewer"})
    world.rana.refresh_from_db()
    assert (world.rana.is_senior, world.rana.is_reviewer) == (True, False)
    page = said(desk.get(url))
    assert "Tomás Ferreira made Rana Haddad senior reviewer" in page
    assert "Tomás Ferreira took the role reviewer from Rana Haddad" in page


def test_the_last_operator_is_told_why_the_role_stays(desk: Client, world: World):
    answer = desk.post(reverse("operator:person", args=[world.tomas.pk]), {"do": "take:operator"})
    assert answer.status_code == 409
    assert "Give somebody else the role first." in said(answer)
    world.tomas.refresh_from_db()
    assert world.tomas.is_operator


def test_somebody_shut_out_is_out_at_the_next_click(desk: Client, world: World):
    rana = Client()
    rana.force_login(world.rana, backend="django.contrib.auth.backends.ModelBackend")
    assert rana.get("/account/").status_code == 200
    desk.post(reverse("operator:person", args=[world.rana.pk]), {"do": "shut-out"})
    assert rana.get("/account/").status_code == 302


def test_somebody_is_added_with_a_role(desk: Client):
    answer = desk.post(reverse("operator:add-person"), {"name": "Noor", "email": "noor@desk.example", "role": "senior"})
    noor = Person.objects.get(email="noor@desk.example")
    assert answer["Location"] == reverse("operator:person", args=[noor.pk])
    assert noor.is_senior
    again = desk.post(reverse("operator:add-person"), {"name": "Noor", "email": "NOOR@desk.example", "role": "senior"})
    assert again.status_code == 422
    assert "Somebody has this address already." in said(again)


# --- calendars ------------------------------------------------------------------------------------------------------------

TABLE = "date,kind,name\n" + "".join(f"2027-02-{day:02},holiday,Spring Festival\n" for day in range(5, 12))
LOAD = "/operate/calendars/CN/notice/"


def test_a_notice_is_looked_at_day_by_day_before_it_is_in_force(desk: Client):
    page = said(desk.post(LOAD, {"text": TABLE, "source": "a test", "step": "look"}))
    assert "Are these the days of 2027?" in page
    assert "Fri 5 Feb 2027" in page
    assert not HolidayNotice.objects.exists()


def test_all_faults_of_a_notice_are_said_at_once_by_line(desk: Client):
    broken = "date,kind,name\n2027-02-30,holiday,Spring Festival\n2027-02-05,feast,Spring Festival\n"
    answer = desk.post(LOAD, {"text": broken, "source": "a test", "step": "load"})
    page = said(answer)
    assert answer.status_code == 422
    assert "Line 2: “2027-02-30” is no date there is." in page
    assert "Line 3: “feast” is no kind of day." in page
    assert not HolidayNotice.objects.exists()


def test_a_text_that_was_cut_off_is_warned_about(desk: Client):
    text = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
    assert "The text may have been cut off" in said(desk.post(LOAD, {"text": text, "source": "a test", "step": "look"}))


def test_a_notice_in_force_moves_the_clocks_that_rested_on_its_days(desk: Client, world: World, monkeypatch: Any):
    told = datetime(2027, 2, 4, 10, tzinfo=SHANGHAI)
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: told + timedelta(hours=1))
    case = happens(a_complaint(world, at=told - timedelta(days=1)), "accepted", "reviewer", told)
    happens(case, "served", "", told)
    assert "1 due date rests on a day nobody has announced" in said(desk.get("/operate/calendars/"))
    assert "Provisional" in said(desk.get("/operate/"))
    look = desk.post(LOAD, {"text": TABLE, "source": "a test", "step": "look"})
    sent = {"text": TABLE, "source": "a test", "step": "load", "digest": look.context["notice"].digest}
    page = said(desk.post(LOAD, sent, follow=True))
    assert "The notice for 2027 is in force. 1 due date moved." in page
    case.refresh_from_db()
    assert case.due_at == datetime(2027, 2, 17, tzinfo=SHANGHAI)
    assert "The due date was counted again after the official holiday notice" in said(
        desk.get(f"/operate/cases/{case.number}/")
    )


def test_what_is_loaded_is_what_was_looked_at(desk: Client):
    look = desk.post(LOAD, {"text": TABLE, "source": "a test", "step": "look"})
    changed = TABLE + "2027-02-12,holiday,Spring Festival\n"
    sent = {"text": changed, "source": "a test", "step": "load", "digest": look.context["notice"].digest}
    assert "Nothing is in force yet." in said(desk.post(LOAD, sent))
    assert not HolidayNotice.objects.exists()


def test_every_fault_of_a_notice_has_words(desk: Client):
    texts = ["", "x,y\n", "date,kind,name\n1\n", TABLE + TABLE, "二、春节：2月5日（周一）放假，共9天。", "a" * 70_000]
    for text in texts:
        answer = desk.post(LOAD, {"text": text, "source": "a test"})
        assert answer.status_code == 422, text[:40]


# --- every list -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_list_says_what_to_do_when_it_is_empty_and_comes_as_csv(desk: Client, name: str):
    assert desk.get(reverse(f"operator:{name}")).status_code == 200
    answer = desk.get(reverse(f"operator:{name}"), {"csv": "1", "q": "nothing like this"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows[0]) > 2


@pytest.mark.parametrize("name", LISTS)
def test_odd_addresses_break_no_list(desk: Client, world: World, name: str):
    bounced(world)
    down_by_hand(world)
    odd = {
        "page": "zzz",
        "q": "%\0'\"<b>",
        "sort": "drop",
        "where": "x",
        "what": "y",
        "state": "z",
        "place": "\0",
        "year": "9",
    }
    assert desk.get(reverse(f"operator:{name}"), odd).status_code == 200


def test_a_case_that_is_nobodys_is_not_there(desk: Client):
    assert desk.get("/operate/cases/CM-1999-000001-01/").status_code == 404
    assert desk.get("/operate/calendars/XX/").status_code == 404
    assert desk.post("/operate/calendars/XX/notice/", {"text": TABLE}).status_code == 404
