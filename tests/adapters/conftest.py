"""The shops the adapters are tried on: real processes with databases of their own, asked over real sockets."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from countermark.connectors.marketplace import ItemRef
from countermark.connectors.rest_marketplace import RestMarketplace

ADAPTERS = Path(__file__).resolve().parents[2] / "adapters"
SECRET = "a secret of shop and desk"
WEB = httpx.Client(verify=False, timeout=20)  # on this machine, without certificates, which take a while to read


class Process:
    """A shop's process: it tells its address in its first line, and ends when it is told to."""

    def __init__(self, *command: str, **more: str) -> None:
        environment = {**os.environ, "SHOP_API_SECRET": SECRET, **more}
        environment.pop("DJANGO_SETTINGS_MODULE", None)  # the shop has settings of its own
        environment.pop("DATABASE_URL", None)
        self._process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True)
        words = self._process.stdout.readline().split()
        self.url = next((word for word in words if word.startswith("http://")), "")
        assert self.url, f"{command} did not open: {words}"

    def end(self, *, at_once: bool = False) -> None:
        (self._process.kill if at_once else self._process.terminate)()
        self._process.wait(60)
        self._process.stdout.close()


@dataclass
class CornerShop:
    """The example shop of adapters/rest, and what tests may do to its database."""

    url: str
    db: Path
    numbers: Iterator[int]

    def new_item(self) -> ItemRef:
        """A listing, and a seller, of this test alone."""
        number = next(self.numbers)
        self.write(
            "INSERT INTO item (id, title, price, seller) VALUES (?, 'Nordic lamp', '89.00', ?)",
            f"{number}",
            f"mei{number}",
        )
        return ItemRef(str(number), f"{self.url}/i/{number}")

    def write(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.db, timeout=10, isolation_level=None)) as rows:
            rows.execute(sql, values)

    def asked(self, item: ItemRef) -> list[tuple[str, str, int]]:
        """What was asked of this listing: kind, reference, whether it acted."""
        with closing(sqlite3.connect(self.db)) as rows:
            return rows.execute(
                "SELECT kind, reference, acted FROM asked WHERE subject = ?", (item.item_id,)
            ).fetchall()

    def seller_sets(self, item: ItemRef, own: str) -> None:
        self.write("UPDATE item SET own = ? WHERE id = ?", own, item.item_id)

    def is_seen(self, item: ItemRef, country: str = "") -> bool:
        return WEB.get(f"{self.url}/i/{item.item_id}", headers={"X-Country": country}).status_code == 200

    def desk(self, **options: object) -> RestMarketplace:
        return RestMarketplace(self.url, **{"secret": SECRET, **options})


@pytest.fixture(scope="session")
def corner_desk(corner: CornerShop) -> Iterator[RestMarketplace]:
    with corner.desk() as desk:
        yield desk


@pytest.fixture(scope="session")
def quay_desk(quay: Quay) -> Iterator[RestMarketplace]:
    with quay.desk() as desk:
        yield desk


@pytest.fixture(scope="session")
def corner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CornerShop]:
    """The example shop of adapters/rest, running."""
    db = tmp_path_factory.mktemp("corner") / "shop.db"
    process = Process(str(ADAPTERS / "rest/example/corner_shop.py"), "--db", str(db), "--port", "0")
    yield CornerShop(process.url, db, count(1000))
    process.end()


@dataclass
class Quay:
    """The oscar shop of adapters/oscar/sandbox, and what its sellers may do in its database."""

    url: str
    db: Path | str
    numbers: Iterator[int]

    def new_item(self) -> ItemRef:
        """A lamp, and its seller, of this test alone."""
        ((product,),) = self.rows("SELECT id FROM catalogue_product WHERE upc = ?", f"lamp-{next(self.numbers)}")
        return ItemRef(str(product), self.page(product))

    def named(self, title: str) -> ItemRef:
        ((product,),) = self.rows("SELECT id FROM catalogue_product WHERE title = ?", title)
        return ItemRef(str(product), self.page(product))

    def page(self, product: object) -> str:
        ((slug,),) = self.rows("SELECT slug FROM catalogue_product WHERE id = ?", product)
        return f"{self.url}/catalogue/{slug}_{product}/"

    def sees(self, item: ItemRef) -> int:
        """What the product page answers to a visitor."""
        return WEB.get(item.url).status_code

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Speak to the shop's database behind its back: SQLite, or PostgreSQL where that is what the tests run on."""
        if isinstance(self.db, str):
            with psycopg.connect(self.db, autocommit=True) as server:
                found = server.execute(sql.replace("?", "%s"), values)
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.db, timeout=20, isolation_level=None)) as rows:
            return rows.execute(sql, values).fetchall()

    def number_of(self, item: ItemRef) -> str:
        ((title,),) = self.rows("SELECT title FROM catalogue_product WHERE id = ?", item.item_id)
        return str(title).rpartition(" ")[2]

    def seller_unpublishes(self, item: ItemRef) -> None:
        self.rows("UPDATE catalogue_product SET is_public = false WHERE id = ?", item.item_id)

    def seller_publishes(self, item: ItemRef) -> None:
        self.rows("UPDATE catalogue_product SET is_public = true WHERE id = ?", item.item_id)

    def sells_out(self, item: ItemRef) -> None:
        self.rows("UPDATE partner_stockrecord SET num_in_stock = 0 WHERE product_id = ?", item.item_id)

    def partner_of(self, item: ItemRef) -> int:
        ((partner,),) = self.rows("SELECT partner_id FROM partner_stockrecord WHERE product_id = ?", item.item_id)
        return partner

    def also_offered_by(self, item: ItemRef, partner: int) -> None:
        """Another partner puts a stock record of his own on the same page."""
        self.rows(
            "INSERT INTO partner_stockrecord (product_id, partner_id, partner_sku, price_currency, price, num_in_stock, "
            "date_created, date_updated) VALUES (?, ?, ?, 'EUR', '79.00', 4, '2026-02-02', '2026-02-02')",
            *(item.item_id, partner, f"{item.item_id}-{partner}"),
        )

    def asked(self, item: ItemRef) -> list[tuple[object, ...]]:
        sql = "SELECT kind, reference, acted FROM countermark_asked WHERE subject = ? ORDER BY id"
        return self.rows(sql, item.item_id)

    def desk(self, **options: object) -> RestMarketplace:
        return RestMarketplace(self.url, **{"secret": SECRET, **options})


def quay_process(home: Path, lamps: int = 0, *, database: str = "", faults: float = 0) -> Process:
    command = [str(ADAPTERS / "oscar/sandbox"), "--home", str(home), "--port", "0", "--tables", "at once"]
    return Process(*command, "--lamps", str(lamps), "--faults", str(faults), OSCAR_SANDBOX_DATABASE=database)


def in_the_shop(quay: Quay, program: str, *arguments: str) -> str:
    """Run a program with the shop's settings and database; return what it told last."""
    on_server = isinstance(quay.db, str)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "shop_settings",
        "OSCAR_SANDBOX_HOME": tempfile.gettempdir() if on_server else str(quay.db.parent),
        "OSCAR_SANDBOX_DATABASE": quay.db if on_server else "",
        "SHOP_API_SECRET": SECRET,
    }
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ADAPTERS / "oscar/sandbox",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()[-1]


@pytest.fixture(scope="session")
def quay_database() -> Iterator[str]:
    """A database of the shop's own, on the server the tests run on; empty where they run on SQLite."""
    server, name = os.environ.get("DATABASE_URL", ""), f"quay_{os.getpid()}"
    if not server.startswith("postgres"):
        yield ""
        return
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def quay(tmp_path_factory: pytest.TempPathFactory, quay_database: str) -> Iterator[Quay]:
    """An oscar shop in a process and with a database of its own."""
    home = tmp_path_factory.mktemp("quay")
    process = quay_process(home, lamps=120, database=quay_database)
    yield Quay(process.url, quay_database or home / "shop.sqlite3", count())
    process.end()
