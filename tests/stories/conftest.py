"""What the stories in a browser stand on: one demo shop for all of them, and a desk for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from connectors.conftest import SECRET, running
from countermark.apps.work.services import move_case_clock
from countermark.project import wiring
from countermark.project.texts import compile_texts
from stories.at_the_desk import SECRET_NAME, Desk, Shop, next_working_morning

LAMPS = ("brass", "navy", "forest", "copper", "cream", "sand", "walnut", "mustard")
ENGLISH = {"id": "lantern", "name": "Lantern Lane", "email": "mei@lantern.example", "language": "en"}
CHINESE = {"id": "lantern-zh", "name": "灯巷", "email": "mei@dengxiang.example", "language": "zh-Hans"}


def a_lamp(number: int, colour: str, seller: dict[str, str], title: str) -> dict[str, Any]:
    """A lamp of Mei's with the mark on its base, as the shop's world files say it."""
    picture = {"shape": "lamp", "colour": colour, "word": "HALDEN & MOE"}
    item = {"id": str(number), "slug": f"mushroom-lamp-{colour}", "title": title, "text": "HALDEN & MOE. 89 cm."}
    return {**item, "price": "89.00", "currency": "EUR", "seller": seller, "pictures": [picture]}


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop as a process of its own, with Mei's lamps on its shelves."""
    folder = tmp_path_factory.mktemp("harbour")
    colours = [(number, LAMPS[number % len(LAMPS)]) for number in range(41_001, 41_033)]
    stock = {
        "lantern": [a_lamp(n, c, ENGLISH, f"Mushroom table lamp, {c}") for n, c in colours],
        "lantern-zh": [a_lamp(n + 1_000, c, CHINESE, "蘑菇台灯") for n, c in colours[:8]],
    }
    (folder / "world.json").write_text(json.dumps({"items": [*stock["lantern"], *stock["lantern-zh"]]}), "utf-8")
    with running(folder / "shop.db", folder / "world.json") as url:
        yield Shop(url, {seller: iter([item["id"] for item in items]) for seller, items in stock.items()})


@pytest.fixture(scope="session")
def current_texts() -> None:
    """Pages speak as the catalogues say now, not as they were last compiled."""
    compile_texts()


@pytest.fixture
def desk(
    harbour: Shop, browser: Browser, live_server: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch,
    current_texts: None,
) -> Iterator[Desk]:  # fmt: skip
    """The product at ten in the morning of a working day, with nobody there yet."""
    monkeypatch.setenv(SECRET_NAME, SECRET)
    settings.DEMO = True
    settings.BASE_URL = live_server.url
    settings.EMAIL_BACKEND = "countermark.project.mail_backend.PortBackend"  # codes, too, leave as letters do
    settings.MAIL_DIR = tmp_path / "mail"
    wiring.mailer.cache_clear()
    move_case_clock(to=next_working_morning())
    made = Desk(live_server.url, browser, harbour)
    yield made
    made.closes()
    wiring.mailer.cache_clear()
