"""What screening found in the demo's world: listings that were stopped, told, looked at by Rana; what came down and stays down.

Through the services, each at its own instant. Without the libraries of screening there is none of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import modes, services, stay_down
from countermark.apps.screening.engine import engine, is_installed
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import REASONS
from countermark.entrypoints.demo import desk
from countermark.entrypoints.demo.cast import Cast
from countermark.entrypoints.demo.stories import Table, read

BEFORE = timedelta(days=3)  # when modes were set, and what had come down was looked at


def lay(cast: Cast, *, shop_url: str, now: datetime) -> None:
    """Set the modes of data/screening.toml, keep down what came down, and screen its listings, oldest first."""
    if not is_installed():
        return
    told, places = read("screening"), {place.slug: place for place in Marketplace.objects.all()}
    for row in told["mode"]:
        for reason in REASONS:
            if reason in row:
                modes.set_mode(places[row["place"]], reason, row[reason], by=cast.operator, at=now - BEFORE)
    stay_down.catch_up(at=now - BEFORE, now=timezone.now())
    desk.catch_up(now - BEFORE)
    engine.refresh(at=now)
    for row in sorted(told["listing"], key=lambda row: -row["hours_ago"]):
        _screened(cast, places[row["place"]], row, shop_url, now - timedelta(hours=row["hours_ago"]))


def _screened(cast: Cast, place: Marketplace, row: Table, shop_url: str, at: datetime) -> None:
    url = f"{shop_url}{row['url']}" if row["url"].startswith("/") else row["url"]
    same = {name: row[name] for name in ("title", "seller", "price", "currency")}
    (answer,) = services.screen(place, [Line(row["item"], url, **same)], at=at, now=timezone.now())
    if "decided" in row and answer.finding is not None:
        said = {"words": row.get("why", ""), "at": at + timedelta(hours=2), "now": timezone.now()}
        services.decide(answer.finding.pk, row["decided"], by=cast.reviewer("rana"), **said)
    desk.catch_up(at)
