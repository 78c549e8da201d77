"""What screening found in the demo's world: listings that were stopped, told, looked at by Rana; what came down and stays down.

Through the services, each at its own instant. Without the libraries of screening there is none of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.screening import identifiers, modes, references, services, stay_down
from countermark.apps.screening.engine import engine, is_installed
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import REASONS
from countermark.apps.screening.references import Sent
from countermark.entrypoints.demo import desk
from countermark.entrypoints.demo.cast import Cast
from countermark.entrypoints.demo.stories import Table, read

DAY = timedelta(days=1)
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
    for row in told["reference"]:
        _registered(cast, row, now - DAY)
    for row in told["identifiers"]:
        seller = Seller.objects.get(marketplace=places[row["place"]], ref=row["seller"])
        identifiers.put(seller=seller, given=[(kind, value) for kind, value in row["said"]], at=now - DAY)


def _registered(cast: Cast, row: Table, at: datetime) -> None:
    """Words a holder sends, and what a reviewer made of each."""
    right, later = cast.rights[row["right"]], at + timedelta(hours=3)
    member = cast.members[next(key for key, holder in cast.holders.items() if holder.pk == right.holder_id)]
    for sent in references.register(right=right, sent=Sent(row["words"]), by=member, at=at):
        if row.get("end") == "accepted":
            references.accept(reference=sent, by=cast.reviewer("rana"), at=later, now=timezone.now())
        elif row.get("end") == "returned":
            references.send_back(
                reference=sent, note=row["note"], by=cast.reviewer("rana"), at=later, now=timezone.now()
            )
    desk.catch_up(later)


def _screened(cast: Cast, place: Marketplace, row: Table, shop_url: str, at: datetime) -> None:
    url = f"{shop_url}{row['url']}" if row["url"].startswith("/") else row["url"]
    same = {name: row[name] for name in ("title", "seller", "price", "currency")}
    (answer,) = services.screen(place, [Line(row["item"], url, **same)], at=at, now=timezone.now())
    if "decided" in row and answer.finding is not None:
        said = {"words": row.get("why", ""), "at": at + timedelta(hours=2), "now": timezone.now()}
        services.decide(answer.finding.pk, row["decided"], by=cast.reviewer("rana"), **said)
    desk.catch_up(at)
