"""The machine is rough: processes are told to end or are killed in the middle, the disk is full, the shop is down for an hour.

Real processes, a real shop, a real receiver of webhooks, a real disk of two megabytes.
"""

import json
import select
import socket
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors.conftest import SECRET, an_item, running
from countermark.apps.complaints.models import Complaint
from countermark.apps.enforcement.models import Measure
from countermark.apps.webhooks import services as webhooks
from countermark.apps.webhooks.models import ACCEPTED, Dispatch, Endpoint
from countermark.apps.webhooks.selectors import PLATFORM
from countermark.apps.work.models import Job
from people import a_notice, a_world, happens
from programs import a_program
from stories.processes import Process, Web, all_ended, until
from stories.test_worker_killed import WHY, leases_end, sent

pytestmark = pytest.mark.django_db(transaction=True)
ITEMS = [str(number) for number in range(52_000, 52_010)]


class Receiver:
    """A receiver of webhooks, a little slow: it keeps what arrived, and answers 200."""

    def __init__(self):
        heard = self.heard = []

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(0.02)
                heard.append((self.headers["webhook-id"], said["data"]["case"], said["data"]["seq"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def ends(self):
        self._server.shutdown()
        self._server.server_close()


class LastingShop(running):
    """The demo shop; closed, it opens again at the address it had, as a shop does."""

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait(10)
        self._process.stdout.close()

    def opens_again(self, url):
        self._command[self._command.index("--port") + 1] = url.rpartition(":")[2]
        return self.__enter__()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The shop, its address and its own record."""
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"items": [an_item(item) for item in ITEMS]}))
    monkeypatch.setenv("ROUGH_SHOP_SECRET", SECRET)
    made = LastingShop(tmp_path / "shop.db", world)
    yield made, made.__enter__(), tmp_path / "shop.db"
    made.__exit__()


def carried_out(db):
    with closing(sqlite3.connect(db)) as stock:
        return Counter(stock.execute("SELECT item, kind FROM answered").fetchall())


def down(world, case):
    """Rana accepts: the listing has to come down at once."""
    return happens(case, "accepted", "reviewer", case.at, reasons=WHY)


# --- told to end, or killed -----------------------------------------------------------------------------------------------


def in_hand(url, path, **headers):
    """A POST of `{}` that a process of the pages has surely begun with: it asked for the body. Its connection."""
    host, port = url.removeprefix("http://").split(":")
    body = {"Host": host, "Content-Type": "application/json", "Content-Length": "2", "Expect": "100-continue"}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {said}" for name, said in {**body, **headers}.items()), "", ""]
    line = socket.create_connection((host, int(port)), timeout=60)
    line.sendall("\r\n".join(lines).encode())
    assert line.recv(100).startswith(b"HTTP/1.1 100 ")
    line.sendall(b"{}")
    return line


def test_a_page_that_is_told_to_end_answers_what_it_has_in_hand_and_takes_nothing_new(tmp_path):
    world = a_world()
    case = a_notice(world, at=timezone.now() - timedelta(hours=1)).complaints.get()
    mine = {"Authorization": f"Bearer {a_program(world.ines, 'rights_holder', holder=world.halden).key}"}
    web = Web(tmp_path / "web.log")
    with all_ended(web):
        web.opens()
        with transaction.atomic():  # the page stands still in the middle of writing
            Complaint.objects.select_for_update().get(pk=case.pk)
            line = in_hand(web.url, f"/api/v1/complaints/{case.number}/withdraw", **mine, **{"If-Match": "*"})
            web.terminate()
            answered = select.select([line], [], [], 0.5)[0]
            assert (answered, web.is_alive) == ([], True), "it waits for what it has in hand"
        with closing(line), closing(HTTPResponse(line)) as heard:
            heard.begin()
            assert heard.status == 200, heard.read()
        assert web.status() == 0, web.said()
    assert web.ready() == 0
    assert list(case.events.values_list("event", flat=True)).count("withdrawn") == 1
    assert "Traceback" not in web.said()


def test_workers_told_to_end_while_the_shop_is_slow_hand_over_whole_jobs(shop, tmp_path):
    _, url, record = shop
    world = a_world(connector="rest", base_url=url, secret_name="ROUGH_SHOP_SECRET")
    for case in sent(world, iter(ITEMS[:6]), 6, pack="cn-ecommerce-law"):
        down(world, case)
    for _ in range(12):
        httpx.post(f"{url}/faults", json={"kind": "slow", "seconds": 0.4, "times": 1}).raise_for_status()
    workers = [Process(tmp_path / f"{n}.log", "worker", "--name", f"w{n}") for n in (1, 2)]
    with all_ended(*workers):
        for each in workers:
            each.waits_to_say("worker.started")
        until(lambda: carried_out(record), what="the shop has begun")
        for each in workers:
            each.terminate()
        assert [each.status() for each in workers] == [0, 0]
    assert not Job.objects.exclude(leased_until=None).exists(), "what was in hand was brought to its end"
    assert all("worker.stopped" in each.said() and "Traceback" not in each.said() for each in workers)
    last = Process(tmp_path / "last.log", "worker", "--once")
    assert last.status() == 0, last.said()
    assert carried_out(record) == {(item, "apply"): 1 for item in ITEMS[:6]}
    assert not Measure.objects.filter(confirmed_at=None).exists()


def test_workers_killed_with_webhooks_under_way_tell_every_event_in_order_under_one_id(tmp_path, settings):
    receiver, world = Receiver(), a_world()
    now = timezone.now()
    settings.WEBHOOK_HOSTS = [receiver.host]  # the operator vouches for it
    said = webhooks.EndpointSaid(name="Shop", url=receiver.url)
    webhooks.add_endpoint(owner=PLATFORM, said=said, by=None, now=now)
    for case in a_notice(world, lines=30, at=now - timedelta(hours=1)).complaints.all():
        happens(case, "accepted", "reviewer", now - timedelta(minutes=30))
    deaths = 3
    for death in range(deaths):
        before = len(receiver.heard)
        worker = Process(tmp_path / f"{death}.log", "worker", "--threads", "3", WEBHOOK_HOSTS=receiver.host)
        with all_ended(worker):
            until(lambda before=before: len(receiver.heard) >= before + 4, what="webhooks are under way")
            worker.kill()
        leases_end()
        Endpoint.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    last = Process(tmp_path / "last.log", "worker", WEBHOOK_HOSTS=receiver.host)
    with all_ended(last):
        until(lambda: Dispatch.objects.exists() and not Dispatch.objects.exclude(state=ACCEPTED).exists(), within=60)
        last.terminate()
        assert last.status() == 0, last.said()
    receiver.ends()
    ids = Counter(one for one, *_ in receiver.heard)
    firsts = list(dict.fromkeys((case, seq) for _, case, seq in receiver.heard))
    for case in Complaint.objects.all():
        told = [seq for number, seq in firsts if number == case.number]
        assert told == list(range(case.seq + 1)), "none is missing, none came before the one ahead of it"
    assert len({(one, case, seq) for one, case, seq in receiver.heard}) == len(ids) == len(firsts)
    assert sum(ids.values()) - len(ids) <= deaths, "a worker that dies leaves one event in doubt, not more"


# --- the shop is down for an hour -----------------------------------------------------------------------------------------


def test_a_shop_that_is_down_for_an_hour_finds_every_order_waiting(shop, tmp_path, client):
    closed, url, record = shop
    world = a_world(connector="rest", base_url=url, secret_name="ROUGH_SHOP_SECRET")
    kept, taken_back = sent(world, iter(ITEMS[:2]), 2, pack="cn-ecommerce-law")
    closed.__exit__()
    down(world, kept)
    down(world, taken_back)
    for minute in range(4):  # an hour of tries, each when its time has come
        if minute == 2:  # meanwhile it opens, and answers 500 to everybody
            closed.opens_again(url)
            httpx.post(f"{url}/faults", json={"kind": "error", "seconds": 0, "times": 40}).raise_for_status()
        Job.objects.filter(kind="enforce").update(run_at=timezone.now())
        tried = Process(tmp_path / f"{minute}.log", "worker", "--once")
        assert tried.status() == 0, tried.said()
    tries = list(Job.objects.filter(kind="enforce").values_list("attempts", flat=True))
    assert len(tries) == 2 and min(tries) >= 4, (
        "once a round; again where a round took longer than the wait for the next try"
    )
    assert not carried_out(record)
    Measure.objects.update(asked_at=F("asked_at") - timedelta(hours=1))  # the hour has passed
    client.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get("/operate/").content.decode()
    assert "2 listings: Harbour Market has not confirmed" in told, "the operator sees it in the morning"
    happens(taken_back, "withdrawn", "complainant", timezone.now())
    httpx.delete(f"{url}/faults")
    closed.__exit__()
    closed.opens_again(url)  # the faults laid in are gone with the process
    Job.objects.filter(kind="enforce").update(run_at=timezone.now())
    last = Process(tmp_path / "last.log", "worker", "--once")
    assert last.status() == 0, last.said()
    done = carried_out(record)
    assert done[ITEMS[0], "apply"] == 1
    assert done[ITEMS[1], "apply"] == 0, "what was given up meanwhile is not asked for any more"
    assert Measure.objects.get(listing__item_id=ITEMS[0]).confirmed_state == "removed"
    assert httpx.get(f"{url}/i/{ITEMS[0]}", follow_redirects=True).status_code == 404
    assert httpx.get(f"{url}/i/{ITEMS[1]}", follow_redirects=True).status_code == 200
