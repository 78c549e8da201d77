"""A worker is killed at any point; another goes on; nothing is lost and nothing happens twice.

Told twice: with `kill -9` on a real process beside a real shop, and in this process with a death at every single statement.
"""

import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

import plugged
from connectors.conftest import SECRET, an_item, running
from countermark.apps.complaints import log
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.decisions.models import PendingStep
from countermark.apps.enforcement.models import Measure
from countermark.apps.listings import services as listings
from countermark.apps.listings.models import Listing
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.work.models import Job
from countermark.connectors.fake_mail import FakeMailer, FileMailer
from countermark.connectors.fake_marketplace import FakeMarketplace
from countermark.entrypoints.jobs.worker import Worker
from people import a_notice, a_world, happens

pytestmark = pytest.mark.django_db(transaction=True)
WHY = cases.Reasons(("tm_mark_on_goods",))
STANDING = {"checkpoint", "rounds", "seller_links", "look"}


# --- a desk on which everything waits for the worker ----------------------------------------------------------------------


def a_busy_desk(world, items):
    """Notices just sent, accepted, silent, decided, before the shop and in the DMCA's window: all of it is undone work."""
    items = iter(items)
    long_ago = timezone.now() - timedelta(days=60)
    sent(world, items, 3)
    for case in sent(world, items, 4):
        happens(case, "accepted", "reviewer", case.at)
    for case in sent(world, items, 3, pack="cn-ecommerce-law"):
        happens(case, "accepted", "reviewer", case.at, reasons=WHY)
    for case in sent(world, items, 3, at=long_ago):
        happens(happens(case, "accepted", "reviewer", long_ago), "served", "", long_ago)
    for case in sent(world, items, 2, pack="us-dmca-512", at=long_ago):
        happens(
            happens(case, "accepted", "reviewer", long_ago, reasons=WHY), "counter_notice_filed", "seller", long_ago
        )
    for case in sent(world, items, 1):
        past = timezone.now() - timedelta(minutes=1)
        PendingStep.objects.create(
            complaint=case, reviewer=world.rana, event="accepted", seq=0, made_at=past, goes_at=past
        )


def sent(world, items, lines, *, at=None, **what):
    at = at or timezone.now() - timedelta(hours=1)
    chosen = {next(items): "" for _ in range(lines)}
    chosen = {item: f"https://harbour.example/i/{item}" for item in chosen}
    copies = listings.freeze(marketplace=world.market, kind="listing", items=chosen, shown={}, at=at)
    Listing.objects.filter(marketplace=world.market, item_id__in=chosen).update(seller=world.mei, shop_state="up")
    return list(a_notice(world, copies=copies, at=at, **what).complaints.order_by("line"))


def leases_end():
    """A minute passes: what the dead worker held is free again."""
    Job.objects.exclude(leased_until=None).update(leased_until=timezone.now() - timedelta(seconds=1))


def nothing_was_lost_or_doubled(letters, carried_out):
    """`letters` counts what arrived by Message-ID; `carried_out` what the shop did, (item, kind) -> how often."""
    assert {job.kind for job in Job.objects.all()} <= STANDING, list(Job.objects.values_list("kind", "last_error"))
    assert not Delivery.objects.filter(delivered_at=None).exists()
    assert set(letters) == set(Delivery.objects.values_list("mail_id", flat=True))
    told = Counter((m.party, *map(str, line)) for m in Message.objects.all() for line in m.lines)
    assert set(told.values()) == {1}, "an event is told to a party in one message"
    assert not ComplaintEvent.objects.exclude(receipts__consumer="tell").exists()
    assert not Complaint.objects.filter(awaits_service=True).exists()
    for case in Complaint.objects.prefetch_related("events"):
        events = [event.event for event in case.events.all()]
        assert all(pair != ("served", "served") for pair in itertools.pairwise(events)), "a clock starts once"
    assert not Complaint.objects.filter(due_at__lte=timezone.now(), escalated=False).exists()
    assert not Measure.objects.filter(confirmed_at=None, superseded=False).exists()
    for listing in Listing.objects.all():
        down = listing.complaints.exclude(ask="nothing").exists()
        assert listing.shop_state == ("removed" if down else "up")
        assert carried_out[listing.item_id, "apply"] == (1 if down else 0)
        assert carried_out[listing.item_id, "reverse"] == 0
    assert set(Complaint.objects.filter(pack="us-dmca-512").values_list("state", flat=True)) == {"restored"}
    assert list(log.verify()) == []


# --- kill -9 --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The demo shop as a process of its own; yields its address and its database."""
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"items": [an_item(str(number)) for number in range(50_000, 50_016)]}))
    monkeypatch.setenv("KILLED_SHOP_SECRET", SECRET)
    with running(tmp_path / "shop.db", world) as url:
        yield url, tmp_path / "shop.db"


def a_worker(*options):
    """A worker process on the database of this test."""
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "settings_for_tests",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }
    command = [sys.executable, "-m", "countermark.project.main", "worker", *options]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def killed_at_random(dice):
    """Start a worker, let it work for a moment, kill it; returns how many jobs it had brought to an end."""
    process = a_worker()
    lines = []
    started = threading.Event()

    def listen():
        for line in process.stderr:
            lines.append(line)
            if "worker.started" in line:
                started.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert started.wait(60), "".join(lines)
    time.sleep(dice.uniform(0, 0.6))
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    listener.join()
    process.stderr.close()
    return sum("job.done" in line for line in lines)


def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(shop):
    url, shops_own_record = shop
    a_busy_desk(
        a_world(connector="rest", base_url=url, secret_name="KILLED_SHOP_SECRET"),
        (str(number) for number in range(50_000, 50_016)),
    )
    dice = random.Random(17)
    done = deaths = 0
    while deaths < 6 or (done == 0 and deaths < 30):  # on a busy machine six moments may be too short for any work
        done += killed_at_random(dice)
        deaths += 1
        leases_end()
    last = a_worker("--once")
    _, said = last.communicate(timeout=120)
    assert last.returncode == 0, said
    assert done > 0, "the workers were killed before they did anything"
    post = FileMailer(settings.MAIL_DIR, settings.DEFAULT_FROM_EMAIL)
    mine = set(Delivery.objects.values_list("mail_id", flat=True))
    letters = Counter(letter.message_id for letter in post.letters() if letter.message_id in mine)
    stock = sqlite3.connect(shops_own_record)
    carried_out = Counter(stock.execute("SELECT item, kind FROM answered").fetchall())
    stock.close()
    nothing_was_lost_or_doubled(letters, carried_out)


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(shop):
    url, _ = shop
    world = a_world(connector="rest", base_url=url, secret_name="KILLED_SHOP_SECRET")
    sent(world, iter(["50000", "50001"]), 2)
    process = a_worker("--name", "stops", "--threads", "2")
    while "job.done" not in process.stderr.readline():
        pass
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "worker.stopped name=stops" in said
    assert not Job.objects.exclude(leased_until=None).exists()


# --- a death at every statement -------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone; nothing that would have come after is done."""


class Executioner:
    """Lets the worker die before its n-th statement, and at times right after the outside world has acted."""

    HARNESS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")

    def __init__(self):
        self.left = None

    def __call__(self, execute, sql, params, many, context):
        if self.left is not None and not sql.startswith(self.HARNESS):
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Killed
        return execute(sql, params, many, context)


class MortalMailer(FakeMailer):
    """Takes the letter; every third time its worker dies before hearing of it."""

    def send(self, message):
        receipt = super().send(message)
        if len(self.outbox) % 3 == 0:
            raise Killed
        return receipt


class MortalShop(FakeMarketplace):
    """Acts; every second time its worker dies before hearing of it."""

    acted = 0

    def _act(self, *what):
        answer = super()._act(*what)
        self.acted += 1
        if self.acted % 2:
            raise Killed
        return answer


def test_a_worker_that_dies_at_every_single_statement_loses_nothing_and_doubles_nothing(settings, monkeypatch):
    settings.MAILER_FACTORY, settings.MARKETPLACE_FACTORY = "plugged.mailer", "plugged.marketplace"
    items = [str(number) for number in range(60_000, 60_016)]
    shop, post = MortalShop(map(plugged.offered, items)), MortalMailer()
    monkeypatch.setitem(plugged.ports, "shop", shop)
    monkeypatch.setitem(plugged.ports, "post", post)
    a_busy_desk(a_world(connector="rest"), items)
    deaths = 0
    executioner = Executioner()
    with connection.execute_wrapper(executioner):
        while True:
            executioner.left = deaths % 60
            try:
                Worker(f"mortal-{deaths}").once()
            except Killed:
                deaths += 1
                executioner.left = None
                leases_end()
                continue
            break
    assert deaths > 60
    letters = Counter(letter.message_id for letter in post.outbox)
    carried_out = Counter((item, kind) for item, shelf in shop._shelves.items() for kind, _ in shelf.answered)
    nothing_was_lost_or_doubled(letters, carried_out)
    assert max(letters.values()) > 1, "somewhere a letter was taken and the worker died: it is sent again"
    assert {len({letter.text for letter in post.outbox if letter.message_id == one}) for one in letters} == {1}
