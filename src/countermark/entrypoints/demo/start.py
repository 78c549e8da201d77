"""What does it take to show the product to somebody who has nothing but Python? One process that starts the others.

The shop first, since the world is filled by asking it; then the world, once; then pages and worker.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from countermark.apps.listings.models import Listing
from countermark.apps.parties import operator_services as places
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.work.services import case_now, move_case_clock
from countermark.entrypoints.demo import home as homes
from countermark.entrypoints.demo import shelves, world
from countermark.entrypoints.demo.cast import HARBOUR
from countermark.entrypoints.demo.processes import Child, Interrupted, Troupe, check_ports, ended_by_signs

Say = Callable[[str], None]


class ShopMissing(Exception):
    """The demo shop cannot run: its one dependency is not installed."""

    code = "shop_missing"


class TimeIsSet(Exception):
    """The case clock starts where a world is filled; this one is filled already."""

    code = "time_is_set"


@dataclass(frozen=True)
class Demo:
    """One demo: its folder, the port of the pages (the shop has the next), and what it says to whoever started it."""

    home: Path
    port: int
    say: Say
    prepare: Callable[[], None]  # brings database and static files to this version

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def shop_url(self) -> str:
        return f"http://localhost:{self.port + 1}"


def run(demo: Demo, *, fresh: bool = False, at: datetime | None = None) -> None:
    """Run the demo until Ctrl-C or SIGTERM. Raises the refusals of this package; then nothing runs any more."""
    if importlib.util.find_spec("flask") is None:
        raise ShopMissing("The demo shop needs Flask: pip install 'countermark[demo]'")
    troupe = Troupe(demo.say)
    with homes.held(demo.home), ended_by_signs(troupe):
        try:
            _show(demo, troupe, fresh, at)
        except Interrupted:
            demo.say("Stopping.")


def _show(demo: Demo, troupe: Troupe, fresh: bool, at: datetime | None) -> None:
    check_ports((demo.port, demo.port + 1))
    port = None if fresh else homes.filled_at(demo.home)
    if port is None:
        homes.empty(demo.home)
        (demo.home / "shop.json").write_text(json.dumps(shelves.shop_world(), ensure_ascii=False), "utf-8")
    elif at is not None:
        raise TimeIsSet(
            "The case clock of this world runs already. Start over to set it: countermark demo --fresh --at …"
        )
    _prepare(demo, troupe, port is None, at)
    if port is not None and port != demo.port:
        move_shop(f"http://localhost:{port + 1}", demo.shop_url)
    homes.note_filled(demo.home, port=demo.port)
    pages = _python(demo, "The pages", "web", MAIN, "web", "--port", str(demo.port))
    troupe.start(pages)
    troupe.start(_python(demo, "The worker", "worker", MAIN, "worker", "--name", "demo"))
    troupe.wait_for(pages, demo.url)
    demo.say(f"\nCountermark: {demo.url}      the shop: {demo.shop_url}\nEverything is invented. Ctrl-C ends it.\n")
    troupe.watch()


MAIN = "countermark.project.main"


def _prepare(demo: Demo, troupe: Troupe, is_new: bool, at: datetime | None) -> None:
    """The database while the shop draws its pictures; then the world, if it is new."""
    shop = _shop(demo, is_new)
    troupe.start(shop)
    demo.say("Making the database." if is_new else "Bringing the database up to date.")
    demo.prepare()
    troupe.wait_for(shop, demo.shop_url)
    if is_new:
        demo.say("Filling it with an invented world: people, rights, listings, complaints.")
        end = move_case_clock(to=at) if at else case_now()
        world.build(shop_url=demo.shop_url, at=end, progress=Progress(demo.say))


def _shop(demo: Demo, is_new: bool) -> Child:
    arguments = ["--port", str(demo.port + 1), "--db", str(demo.home / "shop.db"), "--url", demo.shop_url]
    seed = ["--seed", str(demo.home / "shop.json")] if is_new else []
    child = _python(demo, "The shop", "shop", "countermark.demo_shop", *arguments, *seed)
    told = {"SHOP_API_SECRET": os.environ[homes.SECRET], "SHOP_REPORT_URL": f"{demo.url}/report/?marketplace={HARBOUR}"}
    return replace(child, environment={**child.environment, **told})


def _python(demo: Demo, what: str, log: str, module: str, *arguments: str) -> Child:
    command: Sequence[str] = (sys.executable, "-m", module, *arguments)
    return Child(what, command, dict(os.environ), demo.home / homes.LOGS / f"{log}.log")


class Progress:
    """Says every tenth of each part once."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._said: dict[str, int] = {}

    def __call__(self, part: str, done: int, of: int) -> None:
        tenths = 10 * done // of
        if tenths > self._said.get(part, 0):
            self._said[part] = tenths
            self._say(f"  {part}: {10 * tenths} %")


def move_shop(old_url: str, new_url: str) -> None:
    """The shop has moved to another port: its marketplace and the addresses of its listings follow."""
    row = Marketplace.objects.get(slug=HARBOUR)
    said = replace(places.said_of(row), base_url=new_url, patterns=shelves.patterns(new_url))
    operator = Person.objects.filter(is_operator=True).order_by("pk").first()
    assert operator is not None
    places.change_marketplace(marketplace_id=row.pk, said=said, by=operator, now=timezone.now())
    listings = list(Listing.objects.filter(marketplace=row))
    for listing in listings:
        listing.url = listing.url.replace(old_url, new_url, 1)
    Listing.objects.bulk_update(listings, ["url"])
