"""Which processes does a storm rage in, and who dies in it?

A desk as one installs it: `countermark web` with two processes, two `countermark worker`, both on PostgreSQL; the oscar shop of
adapters/oscar on a database of its own, behind a front that lets its calls fail. All on loopback, in sessions of their own.
"""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from storm_front import Front

ROOT = Path(__file__).resolve().parent.parent
SHOP = "quay-market"
SELLER_LISTINGS = 5  # lamps on one seller's shelf
READY_WITHIN = 600  # seconds: thousands of lamps take their time
THREADS = 4  # jobs a worker does at a time, in both runs


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Installation:
    """The folder, the addresses and the environment of one run. Sets this process's own environment, too."""

    def __init__(self, home: Path, *, cases: int, faults: float) -> None:
        self.home, self.cases, self.faults = home, cases, faults
        self.port, self.shop_port = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"
        self.database = os.environ["DATABASE_URL"]
        self.shop_database = urlsplit(self.database)._replace(path="/quay").geturl()
        self.shop_secret = secrets.token_urlsafe(32)
        self.front = Front(self.shop_port, faults)
        self.children: dict[str, Any] = {}

    @property
    def shop_url(self) -> str:
        """The shop as the desk and its visitors reach it."""
        return f"http://localhost:{self.front.port}"

    def enter(self) -> None:
        """From now on this process reads what the desk's processes read."""
        os.environ.update(
            SECRET_KEY=secrets.token_urlsafe(50),
            SEALING_KEY=base64.b64encode(secrets.token_bytes(32)).decode(),
            LOG_SIGNING_KEY=base64.b64encode(secrets.token_bytes(32)).decode(),
            COUNTERMARK_HOME=str(self.home),
            BASE_URL=self.url,
            DEMO="1",  # the case clock can be moved: three working days pass at once
            QUAY_SECRET=self.shop_secret,
            API_REQUESTS_PER_MINUTE="1000000",
            DJANGO_SETTINGS_MODULE="countermark.project.settings",
        )

    # --- processes ----------------------------------------------------------------------------------------------------

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        from countermark.entrypoints.demo.processes import Child

        child = Child(name, command, environment, self.home / "logs" / f"{name}.log")
        child.start()
        self.children[name] = child

    def start_shop(self) -> None:
        """The shop with a lamp for each case; returns once it is open."""
        with psycopg.connect(self.database, autocommit=True) as server:
            server.execute("CREATE DATABASE quay")
        own = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
        more = {"SHOP_API_SECRET": self.shop_secret, "OSCAR_SANDBOX_DATABASE": self.shop_database}
        command = [sys.executable, str(ROOT / "adapters/oscar/sandbox"), "--home", str(self.home / "shop")]
        command += [
            "--port",
            str(self.shop_port),
            "--lamps",
            str(self.cases),
            "--tables",
            "at once",
            "--search",
            "none",
        ]
        self.start("shop", command, {**own, **more})
        self.front.open()
        self.wait_for("shop", f"{self.shop_url}/listing/1-1/")
        with psycopg.connect(self.shop_database, autocommit=True) as shop:
            shop.execute(FEWER_SELLERS, {"each": SELLER_LISTINGS})

    def start_desk(self) -> None:
        main = [sys.executable, "-m", "countermark.project.main"]
        self.start("web", [*main, "web", "--port", str(self.port), "--workers", "2", "--threads", "4"], os.environ)
        for name in ("worker-1", "worker-2"):
            self.start_worker(name)
        self.wait_for("web", f"{self.url}/healthz")

    def start_worker(self, name: str) -> None:
        main = [sys.executable, "-m", "countermark.project.main"]
        self.start(name, [*main, "worker", "--name", name, "--threads", str(THREADS)], os.environ)

    def wait_for(self, name: str, address: str) -> None:
        until, child = time.monotonic() + READY_WITHIN, self.children[name]
        while time.monotonic() < until and child.is_alive:
            try:
                if httpx.get(address, timeout=5).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        raise RuntimeError(f"{name} does not answer. Its log ends:\n{child.tail()}")

    def end(self) -> None:
        """End them all; what does not end by itself is ended."""
        self.front.close()
        for child in reversed(self.children.values()):
            child.ask_to_end()
        for child in reversed(self.children.values()):
            child.see_it_end()

    def said(self, name: str, word: str) -> int:
        """How often a process has logged this."""
        return sum(line.count(word) for line in (self.home / "logs" / f"{name}.log").open(errors="replace"))


# Five neighbouring lamps are one seller's: whoever answers a notice answers for several cases.
FEWER_SELLERS = """
UPDATE partner_stockrecord s SET partner_id = first.partner_id
FROM catalogue_product p, catalogue_product one, partner_stockrecord first
WHERE s.product_id = p.id AND p.upc LIKE 'lamp-%%' AND first.product_id = one.id
  AND one.upc = 'lamp-' || (split_part(p.upc, '-', 2)::int / %(each)s * %(each)s)
"""


class Killer:
    """Kills one worker after the other with -9, every so many seconds, and starts it again as a supervisor does."""

    def __init__(self, desk: Installation, every: float) -> None:
        self.desk, self.every, self.kills, self.idle = desk, every, 0, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="killer")

    @contextmanager
    def at_large(self) -> Iterator[Killer]:
        if self.every:
            self._thread.start()
        try:
            yield self
        finally:
            self._over.set()
            if self._thread.is_alive():
                self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self.every):
            name = f"worker-{self.kills % 2 + 1}"
            child = self.desk.children[name]
            os.kill(child.process.pid, signal.SIGKILL)
            child.process.wait()
            self.kills += 1
            self.desk.start_worker(name)


# --- who takes part -------------------------------------------------------------------------------------------------------


def seed(desk: Installation) -> dict[str, str]:
    """People, the right, the marketplace; returns the key of each program: holder, reviewer, and each seller by its id there."""
    from datetime import UTC, date, datetime

    from countermark.apps.parties.models import Holder, Marketplace, Membership, Person
    from countermark.apps.rights.models import Right

    ines = Person.objects.create_user("ines@halden-moe.example", name="Ines Moe")
    rana = Person.objects.create_user("rana@countermark.example", name="Rana Haddad", is_reviewer=True)
    halden = Holder.objects.create(
        name="Halden & Moe AS", kind="enterprise", location="other", contact_email="ip@halden-moe.example",
        address="Kai 4, Bergen", phone="+47 55 00 00 00", verified_at=datetime(2026, 1, 12, tzinfo=UTC),
    )  # fmt: skip
    Membership.objects.create(person=ines, holder=halden)
    Right.objects.create(
        holder=halden, kind="trademark", state="approved", name="HALDEN & MOE", office="CN", territory="*",
        number="41902337", owner_name=halden.name, expires_on=date(2036, 7, 30), classes=[11],
        created_at=datetime(2026, 1, 5, tzinfo=UTC), verified_at=datetime(2026, 1, 12, tzinfo=UTC),
    )  # fmt: skip
    place = Marketplace.objects.create(
        slug=SHOP, name="Quay Market", territory="*", calendar="CN", zone="Asia/Shanghai", packs=["platform"],
        timing="pause_at_acceptance", connector="rest", base_url=desk.shop_url, secret_name="QUAY_SECRET",
        patterns=_patterns(desk),
    )  # fmt: skip
    keys = {"holder": _key(ines, "rights_holder", holder=halden), "reviewer": _key(rana, "reviewer")}
    return keys | _sellers(desk, place)


def _patterns(desk: Installation) -> str:
    shipped = (ROOT / "adapters/oscar/marketplace.toml").read_text("utf-8")
    return shipped.replace("https://", "http://").replace("quay.example", urlsplit(desk.shop_url).netloc)


def _key(person: Any, role: str, **whom: Any) -> str:
    from django.utils import timezone

    from countermark.apps.access.scopes import scopes_of
    from countermark.apps.access.services import create_client

    made = create_client(person=person, role=role, name=role, scopes=scopes_of(role), now=timezone.now(), **whom)
    return made[1]


def _sellers(desk: Installation, place: Any) -> dict[str, str]:
    """Every seller of a lamp has an account here; their programs come with keys of their own."""
    from countermark.apps.parties.models import Person, Seller, ShopMember

    with psycopg.connect(desk.shop_database) as shop:
        found = shop.execute(
            "SELECT DISTINCT s.partner_id FROM partner_stockrecord s JOIN catalogue_product p ON p.id = s.product_id"
            " WHERE p.upc LIKE 'lamp-%'"
        ).fetchall()
    keys = {}
    for (ref,) in found:
        person = Person.objects.create_user(f"seller{ref}@quay.example", name=f"Seller {ref}")
        seller = Seller.objects.create(marketplace=place, ref=str(ref), name=f"Seller no. {ref}")
        ShopMember.objects.create(seller=seller, person=person, role="admin", since=person.date_joined)
        keys[str(ref)] = _key(person, "seller", seller=seller)
    return keys
