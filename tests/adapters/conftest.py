"""The shops the adapters are tried on: real processes with databases of their own, asked over real sockets."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

from countermark.connectors.marketplace import ItemRef
from countermark.connectors.rest_marketplace import RestMarketplace

ADAPTERS = Path(__file__).resolve().parents[2] / "adapters"
SECRET = "a secret of shop and desk"


class Process:
    """A shop's process: it tells its address in its first line, and ends when it is told to."""

    def __init__(self, *command: str) -> None:
        environment = {**os.environ, "SHOP_API_SECRET": SECRET}
        environment.pop("DJANGO_SETTINGS_MODULE", None)  # the shop has settings of its own
        environment.pop("DATABASE_URL", None)
        self._process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True)
        words = self._process.stdout.readline().split()
        self.url = next((word for word in words if word.startswith("http://")), "")
        assert self.url, f"{command} did not open: {words}"

    def end(self, *, at_once: bool = False) -> None:
        (self._process.kill if at_once else self._process.terminate)()
        self._process.wait(10)
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
        return httpx.get(f"{self.url}/i/{item.item_id}", headers={"X-Country": country}).status_code == 200

    def desk(self, **options: object) -> RestMarketplace:
        return RestMarketplace(self.url, **{"secret": SECRET, **options})


@pytest.fixture(scope="session")
def corner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CornerShop]:
    """The example shop of adapters/rest, running."""
    db = tmp_path_factory.mktemp("corner") / "shop.db"
    process = Process(str(ADAPTERS / "rest/example/corner_shop.py"), "--db", str(db), "--port", "0")
    yield CornerShop(process.url, db, count(1000))
    process.end()
