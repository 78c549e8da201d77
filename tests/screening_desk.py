"""What screening left behind in the world of the API's examples: findings at the quay, a listing that is kept down, rule sets.

Numbers are fixed and lie apart from those the tests make themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.screening.models import Finding, Fingerprint, Mode, Replay, Rules
from people import World

FIRST = 710_001
SIGNAL = {
    "kind": "text:lookalike", "probability": 0.98,
    "figures": {
        "span": [0, 6], "observed": "Hаlden", "canonical": "HALDEN", "distance": 0, "context": "", "word": "",
        "field": "title", "support": ["class"], "weak": [], "verdict": "block",
    },
}  # fmt: skip


def furnish(world: World, case: Complaint, at: datetime) -> None:
    """Two findings that wait, one that was noted; two fingerprints; a rule set in force and a draft; a replay."""
    quay = Marketplace.objects.get(slug="quay")
    rules = Rules.objects.create(number=1, state="in_force", numbers=NUMBERS, made_at=at, since=at)
    Rules.objects.create(number=2, numbers=NUMBERS, counts={"text:lookalike": [3, 1]}, made_at=at, made_by=world.tomas)
    Mode.objects.create(marketplace=quay, reason="words", mode="advisory", at=at, by=world.tomas)
    for number, listing in enumerate(quay.listings.order_by("item_id"), FIRST):
        a_finding(number, world, listing, rules, at, done="told", state="waiting", mode="advisory")
    a_finding(FIRST + 2, world, quay.listings.first(), rules, at, done="noted", state="closed", mode="shadow")
    a_fingerprint(FIRST, case, at)
    a_replay(rules, quay, world.tomas, at)


NUMBERS = {"review_at": 0.5, "block_at": 0.9, "prior_weight": 10.0}


def a_finding(pk: int, world: World, listing: Listing | None, rules: Rules, at: datetime, **more: Any) -> Finding:
    """A lamp whose title has the mark of Halden & Moe in letters that look alike."""
    assert listing is not None
    row = Finding.objects.create(
        pk=pk, marketplace=listing.marketplace, item_id=listing.item_id, url=listing.url, listing=listing,
        seller=listing.seller, seller_ref="lantern", title="Hаlden lamp", reason="words", verdict="block", probability=0.98,
        combination="text:lookalike", signals=[{**SIGNAL, "about": f"right:{world.mark.pk}"}], rules=rules, index_version=0,
        at=at, key=f"example-{pk}", **more,
    )  # fmt: skip
    row.rights.add(world.mark)
    return row


def a_fingerprint(pk: int, case: Complaint, at: datetime) -> Fingerprint:
    """What came down in this case."""
    return Fingerprint.objects.create(
        pk=pk, complaint=case, listing_id=case.listing_id, right_id=case.notice.right_id, seller_id=case.seller_id,
        title="Halden lamp, brass", made_at=at, until=at + timedelta(days=730),
    )  # fmt: skip


def a_replay(rules: Rules, place: Marketplace, by: Person, at: datetime) -> Replay:
    """Yesterday's listings judged by the rules in force."""
    return Replay.objects.create(
        pk=FIRST, rules=rules, marketplace=place, since=at - timedelta(days=30), until=at, asked_at=at, asked_by=by,
        looked_at=2, total=2, unseen=1, changes={"allow>review": 1}, finished_at=at,
    )  # fmt: skip
