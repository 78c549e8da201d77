"""A list asks the database as often for fifty cases as for one, whatever is in it, and never more than twelve times."""

from datetime import timedelta
from functools import cache

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from countermark.apps.complaints.drafts import start
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement.models import Measure
from countermark.apps.keeping import going_on
from countermark.apps.notifications.models import Delivery
from countermark.apps.notifications.services import tell
from countermark.apps.work.models import Job, Restoration, Worker
from countermark.entrypoints.web.reviewer import queue as queue_page
from countermark.entrypoints.web.rights_holder import cases as holder_lists
from countermark.entrypoints.web.seller import lists as seller_lists
from people import WEDNESDAY, a_complaint, a_notice, a_right, a_world, acts_for, happens

pytestmark = pytest.mark.django_db
MOST = 12  # session, person, accounts and shops among them
HELD_BACK = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def world():
    return everybody()


def everybody():
    world = a_world()
    world.extra["mei"] = type(world.ines).objects.create_user("mei@lantern.example", name="Mei")
    acts_for(world.extra["mei"], world.mei)
    world.extra["tomas"] = type(world.ines).objects.create_user("tomas@example.com", name="Tomás", is_operator=True)
    return world


def asked(client, who, url):
    """The statements of the second visit; the first may count as being told."""
    client.force_login(who)
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
    assert answer.status_code == 200
    return [one["sql"] for one in seen if not one["sql"].startswith(HELD_BACK)], answer


def fill(world, notices):
    for _ in range(notices):
        notice = a_notice(world, lines=3)
        for case in notice.complaints.order_by("line")[:2]:
            happens(case, "accepted", "reviewer", WEDNESDAY + timedelta(hours=1))


LISTS = [
    ("ines", "holder:cases", ""),
    ("ines", "holder:cases", "turn=open&q=lamp&days=365&sort=-opened"),
    ("mei", "seller:home", ""),
    ("mei", "seller:home", "stand=open&q=lamp&sort=number"),
    ("rana", "reviewer:queue", ""),
    ("rana", "reviewer:queue", "todo=check&clock=today&q=lamp&held=free&sort=-risk"),
    ("rana", "reviewer:mine", ""),
    ("rana", "reviewer:search", "q=lamp"),
    ("rana", "reviewer:rights", ""),
    ("rana", "reviewer:findings", ""),
    ("rana", "reviewer:findings", "q=lamp&reason=words&held=free&sort=-age"),
    ("rana", "reviewer:appeals", ""),
    ("tomas", "operator:cases", ""),
    ("tomas", "operator:cases", "where=open&place=1688&q=lamp&sort=due"),
    ("tomas", "operator:deliveries", ""),
    ("tomas", "operator:orders", ""),
    ("tomas", "operator:people", ""),
    ("tomas", "operator:measures", ""),
    ("tomas", "operator:measures", "what=drifted&q=lamp"),
    ("tomas", "operator:jobs", ""),
    ("tomas", "operator:log", ""),
    ("tomas", "operator:looks", ""),
    ("tomas", "operator:marketplaces", ""),
    ("tomas", "operator:calendars", ""),
    ("tomas", "operator:shops", ""),
    ("tomas", "operator:screening", ""),
    ("tomas", "operator:screening-rules", ""),
    ("tomas", "operator:replays", ""),
    ("tomas", "operator:drift", ""),
    ("tomas", "operator:fingerprints", "q=lamp"),
    ("ines", "holder:rights", ""),
    ("ines", "holder:letters", ""),
]
HOMES = [("ines", "holder:home"), ("mei", "seller:home"), ("rana", "reviewer:queue"), ("tomas", "operator:home")]


@pytest.mark.parametrize(
    ("who", "name"), [("ines", "holder:cases"), ("mei", "seller:home"), ("rana", "reviewer:queue")]
)
def test_a_long_list_read_by_its_index_shows_the_same_cases_in_the_same_order(client, world, monkeypatch, who, name):
    for _ in range(4):
        for case in a_notice(world, lines=30).complaints.order_by("line")[:15]:
            happens(case, "accepted", "reviewer", WEDNESDAY + timedelta(hours=1))
    person = world.extra.get(who) or getattr(world, who)
    pages = [reverse(name) + f"?page={n}" for n in (1, 2)]
    told = []
    for most in (10**6, 0):
        for module in (holder_lists, seller_lists):
            monkeypatch.setattr(module, "SORTED_WHOLE", most)
        if most == 0:
            monkeypatch.setattr(queue_page, "partial", lambda read, rows: lambda first, most: None)
        found = [asked(client, person, url) for url in pages]
        assert all(len(sent) <= MOST for sent, _ in found)
        told.append([numbers_of(answer) for _, answer in found])
    assert told[0] == told[1]
    assert told[0][0] and not set(told[0][0]) & set(told[0][1])


def numbers_of(answer):
    return [case.number for case in answer.context["page"].object_list]


def trouble(world, notices):
    """So many notices whose letters came back, with an ended case and a right that ends; one of everything that gets stuck."""
    at, now = timezone.now() - timedelta(hours=30), timezone.now()
    for number in range(notices):
        notice = a_notice(world, lines=2, at=at)
        first, second = notice.complaints.order_by("line")
        happens(first, "accepted", "reviewer", at)
        happens(second, "refused", "reviewer", at)
        tell(notice.pk, at=at, now=now)
        Delivery.objects.filter(message__notice=notice).update(failed_at=at, answer=going_on.HELD)
        asked_for = {"wanted": "remove", "reference": f"{notice.pk}-{number}", "asked_at": at, "attempts": 2}
        Measure.objects.create(listing=first.listing, by_hand=number % 2 == 0, **asked_for)
        ends = (at + timedelta(days=60)).date()
        a_right(world.halden, number=f"{notice.pk}{number}", state="approved", expires_on=ends)
        start(holder=world.halden, person=world.ines, at=at)
        Job.objects.create(kind="look", key=str(number), run_at=at, failed_at=at, last_error="no answer")
        Worker.objects.create(name=f"desk-{notice.pk}", started_at=at, beat_at=at)
    Complaint.objects.filter(waits_on="reviewer").update(escalated=True)
    Restoration.objects.create(backup_at=at, restored_at=now, version="0.1.0", archive="0" * 64)


@pytest.mark.parametrize(("who", "name"), HOMES)
def test_a_home_asks_as_often_for_much_as_for_little_and_at_most_twelve_times(client, world, who, name):
    person = world.extra.get(who) or getattr(world, who)
    trouble(world, 2)
    few, _ = asked(client, person, reverse(name))
    trouble(world, 5)
    many, answer = asked(client, person, reverse(name))
    assert len(many) <= len(few), "\n".join(many)
    assert len(many) <= MOST, "\n".join(many)
    if who == "tomas":
        assert [task.heading for task in answer.context["tasks"]] == [
            "Restored from a backup, and held", "No worker is running", "7 jobs were given up", "14 parties could not be told",
            "3 listings: Harbour Market has not confirmed", "4 measures to do by hand",
        ]  # fmt: skip


@cache
def statements():
    """What each list asks for one notice and for seven: built and asked by the first test, which takes the rows back."""
    world = everybody()
    fill(world, 1)
    few = statements_of_lists(world)
    fill(world, 6)
    return {each: (few[each], many) for each, many in statements_of_lists(world).items()}


def statements_of_lists(world):
    people = {"ines": world.ines, "rana": world.rana, **world.extra}
    return {each: asked(Client(), people[each[0]], f"{reverse(each[1])}?{each[2]}")[0] for each in LISTS}


@pytest.mark.parametrize(("who", "name", "query"), LISTS)
def test_a_list_asks_as_often_for_many_cases_as_for_few_and_at_most_twelve_times(who, name, query):
    few, many = statements()[who, name, query]
    assert len(many) <= len(few), "\n".join(many)
    assert len(many) <= MOST, "\n".join(many)


def test_a_page_of_a_sorted_list_holds_the_cases_that_belong_there(client, world):
    fill(world, 20)  # 60 cases, two pages
    numbers = list(Complaint.objects.order_by("-number").values_list("number", flat=True))
    shown = []
    for page in (1, 2):
        _, answer = asked(client, world.ines, f"{reverse('holder:cases')}?sort=-number&page={page}")
        shown += [row["case"].number for row in answer.context["rows"]]
    assert shown == numbers


def test_a_seller_is_counted_only_the_cases_it_was_told_of(client, world):
    fill(world, 1)
    a_complaint(world)  # not checked yet
    _, answer = asked(client, world.extra["mei"], reverse("seller:home"))
    assert [tab["count"] for tab in answer.context["tabs"]] == [2, 2, 0, 0]
    assert answer.context["page"].paginator.count == 2
