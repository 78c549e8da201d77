"""What stands at the ports while a test runs: a shop and a post office in memory, reached by the names in settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from countermark.connectors.fake_mail import FakeMailer
from countermark.connectors.fake_marketplace import FakeMarketplace
from countermark.connectors.marketplace import ListingSnapshot, ListingState, SellerInfo
from countermark.connectors.office_fake import FakeOffice
from countermark.connectors.webhook_fake import FakeSender

ports: dict[str, object] = {}


def marketplace(kind: str, base_url: str, secret_name: str) -> FakeMarketplace | None:
    return None if kind == "none" else ports["shop"]


def mailer() -> FakeMailer:
    return ports["post"]


def webhook_sender() -> FakeSender:
    return ports["receiver"]


def office(code: str) -> FakeOffice | None:
    found = ports.get("office")
    return found if isinstance(found, FakeOffice) and found.code == code else None


def scanner() -> Callable[[bytes], str | None] | None:
    """What looks for viruses; nothing does unless a test plugs it in."""
    return ports.get("scanner")


def offered(item_id: str) -> ListingSnapshot:
    """A listing of Mei's as the shop shows it."""
    return ListingSnapshot(
        item_id=item_id,
        url=f"https://harbour.example/i/{item_id}",
        title="Nordic mushroom lamp",
        text="A quiet light.",
        price=None,
        images=(),
        seller=SellerInfo("lantern", "Lantern Lane", None, "en"),
        state=ListingState.UP,
        fetched_at=datetime(2026, 2, 25, tzinfo=UTC),
    )
