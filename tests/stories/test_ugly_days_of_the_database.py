"""The database is restarted in mid-transaction, and machines disagree about the time: real processes, a server of their own.

Nobody loses anything, nothing happens twice, and nobody is made late by a clock that is wrong.
"""

import itertools
import json
import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from connectors.conftest import SECRET, an_item, running
from countermark.apps.complaints import log
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions.models import PendingStep
from countermark.apps.notifications.models import Delivery
from countermark.apps.work.models import Job
from countermark.connectors.fake_mail import FileMailer
from people import a_world, happens
from programs import a_program
from stories.processes import Process, Server, Web, all_ended, database_url, entered, until
from stories.test_worker_killed import WHY, a_busy_desk, leases_end, nothing_was_lost_or_doubled, sent

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ITEMS = [str(number) for number in range(50_000, 50_020)]
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def server():
    """A server of this test alone; everything the test does with its database is done there."""
    folder = Path(tempfile.mkdtemp(prefix="countermark-pg-"))  # where a user other than root may read
    made = Server(folder)
    made.take_over(database_url())
    with entered(made):
        yield made
    made.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The demo shop as a process; yields its address and its database."""
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"items": [an_item(item) for item in ITEMS]}))
    monkeypatch.setenv("KILLED_SHOP_SECRET", SECRET)
    with running(tmp_path / "shop.db", world) as url:
        yield url, tmp_path / "shop.db"


def carried_out(db):
    """What the shop did, by its own record: (item, kind) -> how often."""
    with closing(sqlite3.connect(db)) as stock:
        return Counter(stock.execute("SELECT item, kind FROM answered").fetchall())


def without_what_was_taken_back(db):
    """The same without listings that came down and went back up: which of job and clock came first is nobody's promise.

    Each act of theirs undid the one before: an act that was done twice is counted, whatever followed it.
    """
    acts = defaultdict(list)
    with closing(sqlite3.connect(db)) as stock:
        for item, kind in stock.execute("SELECT item, kind FROM answered ORDER BY rowid"):
            acts[item].append(kind)
    back = {
        item
        for item, kinds in acts.items()
        if kinds[-1] == "reverse" and all(one != other for one, other in itertools.pairwise(kinds))
    }
    return Counter((item, kind) for item, kinds in acts.items() if item not in back for kind in kinds)


@pytest.fixture
def mail(tmp_path, settings):
    """The letters of this test's processes, which share a home of their own."""
    home = tmp_path / "home"
    own = home / os.environ.get("PYTEST_XDIST_WORKER", "alone")  # as settings_for_tests names it, there too
    (own / "files").mkdir(parents=True)
    settings.FILES_DIR = own / "files"
    return str(home), FileMailer(own / "mail", settings.DEFAULT_FROM_EMAIL)


class Persistent(threading.Thread):
    """A program that withdraws cases, each under a key of its own, until it hears that it was done or refused."""

    def __init__(self, url, key, numbers):
        super().__init__()
        self.url, self.key, self.numbers = url, key, numbers
        self.heard = Counter()
        self.ended = {}

    def run(self):
        for number in self.numbers:
            until(lambda number=number: self.withdrawn(number), within=60, what=f"{number} {self.heard}")

    def withdrawn(self, number):
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": f"ends-{number}", "If-Match": "*"}
        try:
            answer = httpx.post(f"{self.url}/api/v1/complaints/{number}/withdraw", json={}, headers=headers, timeout=20)
        except httpx.TransportError as fault:
            self.heard[type(fault).__name__] += 1
            return False
        self.heard[answer.status_code] += 1
        if answer.status_code in (503, 409):  # 409: the first try of this very request is still under way
            time.sleep(0.2)
            return False
        self.ended[number] = answer
        return True


def test_a_database_that_restarts_in_mid_transaction_costs_nobody_anything(server, shop, mail, tmp_path):
    home, post = mail
    world = a_world(connector="rest", base_url=shop[0], secret_name="KILLED_SHOP_SECRET")
    a_busy_desk(world, iter(ITEMS[:16]))
    own = [case.number for case in sent(world, iter(ITEMS[16:]), 4)]
    key = a_program(world.ines, "rights_holder", holder=world.halden).key
    web = Web(tmp_path / "web.log", COUNTERMARK_TEST_HOME=home)
    workers = [
        Process(tmp_path / f"worker-{n}.log", "worker", "--name", f"w{n}", COUNTERMARK_TEST_HOME=home) for n in (1, 2)
    ]
    with all_ended(web, *workers):
        with psycopg.connect(server.uri) as holds_up:  # everybody who writes to a case now stops in the middle
            holds_up.execute("LOCK TABLE complaints_complaint IN SHARE ROW EXCLUSIVE MODE")
            web.opens()
            risk = httpx.get(f"{web.url}/readyz", timeout=30).json()["checks"]["durable"]
            assert risk == {"ok": False, "required": False, "off": ["fsync"]}, "this server outlives no power cut"
            for each in workers:
                each.waits_to_say("worker.started")
            client = Persistent(web.url, key, own)
            client.start()
            until(lambda: server.waiting_for_a_lock() >= 3, what="a page and two workers in mid-transaction")
            server.break_off()
            assert until(web.ready) == 503
            assert httpx.get(f"{web.url}/healthz", timeout=30).status_code == 200
            page = httpx.get(
                f"{web.url}/", cookies={"sessionid": "a" * 32}, timeout=30
            )  # a visitor who was here before
            assert (page.status_code, page.headers["Retry-After"]) == (503, "20"), page.text
            asked = httpx.get(f"{web.url}/api/v1/complaints", headers={"Authorization": f"Bearer {key}"}, timeout=30)
            assert (asked.status_code, asked.json()["code"]) == (503, "database_away")
            until(lambda: all("worker.trouble" in each.said() for each in workers), what="the workers wait for it")
            server.come_back()
            holds_up.close()
        until(lambda: web.ready() == 200, what=web.said())
        connection.close()
        client.join(60)
        assert {number: answer.status_code for number, answer in client.ended.items()} == dict.fromkeys(own, 200)
        assert client.heard[500] == 0, client.heard
        leases_end()
        until(lambda: not Job.objects.exclude(kind__in=["checkpoint", "rounds", "seller_links", "look"]).exists())
        assert web.is_alive and all(each.is_alive for each in workers)
        for each in (web, *workers):
            each.terminate()
        assert [each.status() for each in (web, *workers)] == [0, 0, 0]
    last = Process(tmp_path / "last.log", "worker", "--once", COUNTERMARK_TEST_HOME=home)
    assert last.status() == 0, last.said()
    mine = set(Delivery.objects.values_list("mail_id", flat=True))
    letters = Counter(letter.message_id for letter in post.letters() if letter.message_id in mine)
    nothing_was_lost_or_doubled(letters, without_what_was_taken_back(shop[1]))
    for number in own:
        events = list(Complaint.objects.get(number=number).events.values_list("event", flat=True))
        assert events.count("withdrawn") == 1


def wrong_by(minutes, log, *command, **environment):
    """A worker on a machine whose clock is wrong by so many minutes."""
    return Process(log, *command, start=(str(Path(__file__).with_name("skewed.py")), str(minutes * 60)), **environment)


def test_two_workers_whose_clocks_differ_by_twenty_minutes_make_nobody_late_and_do_nothing_twice(
    server, shop, mail, tmp_path
):
    home, post = mail
    url, record = shop
    world = a_world(connector="rest", base_url=url, secret_name="KILLED_SHOP_SECRET")
    began = timezone.now()
    (answers,) = sent(world, iter(ITEMS[:1]), 1, at=began - timedelta(days=5))
    happens(happens(answers, "accepted", "reviewer", answers.at), "served", "", answers.at)
    Complaint.objects.filter(pk=answers.pk).update(due_at=began + timedelta(minutes=5))  # Mei still has five minutes
    late = sent(world, iter(ITEMS[1:3]), 2, at=began - timedelta(days=60))
    for case in late:
        happens(happens(case, "accepted", "reviewer", case.at), "served", "", case.at)
    for case in sent(world, iter(ITEMS[3:8]), 5, pack="cn-ecommerce-law"):
        happens(case, "accepted", "reviewer", case.at, reasons=WHY)
    (undone,) = sent(world, iter(ITEMS[8:9]), 1)
    step = PendingStep.objects.create(
        complaint=undone, reviewer=world.rana, event="accepted", seq=0, made_at=began, goes_at=began + TEN_MINUTES / 2
    )
    workers = [
        wrong_by(minutes, tmp_path / f"{minutes}.log", "worker", "--name", f"by{minutes}", COUNTERMARK_TEST_HOME=home)
        for minutes in (10, -10)
    ]
    with all_ended(*workers):
        for each in workers:
            each.waits_to_say("worker.started")
        until(
            lambda: not Job.objects.exclude(kind__in=["checkpoint", "rounds", "seller_links", "look"]).exists(),
            within=90,
        )
        time.sleep(1)
        assert all("clock.wrong" in each.said() for each in workers), "each says that its clock is off"
        for each in workers:
            each.terminate()
        assert [each.status() for each in workers] == [0, 0]
    ended = timezone.now()
    answers.refresh_from_db()
    assert answers.state == "awaiting_seller", "nobody is late by a clock that is ten minutes ahead"
    assert PendingStep.objects.filter(pk=step.pk).exists(), "and a step can be undone as long as was promised"
    assert {case.state for case in Complaint.objects.filter(pk__in=[case.pk for case in late])} == {"removed"}
    told = Delivery.objects.exclude(delivered_at=None)
    assert told.exists() and all(began <= one.delivered_at <= ended for one in told), "no letter is dated falsely"
    recorded = Complaint.objects.filter(notice__pack="cn-ecommerce-law").values_list("events__recorded_at", flat=True)
    assert all(began <= at <= ended for at in recorded)
    done = carried_out(record)  # the shop refuses what is signed by a wrong clock: it refused nothing
    assert done == {(item, "apply"): 1 for item in ITEMS[1:8]}
    arrived = Counter(letter.message_id for letter in post.letters())
    assert set(told.values_list("mail_id", flat=True)) <= set(arrived) and set(arrived.values()) == {1}
    assert list(log.verify()) == []
