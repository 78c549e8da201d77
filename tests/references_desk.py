"""What holders have looked for in the world of the API's examples, whom they allow what, and sellers that are linked.

Numbers are fixed and lie apart from those the tests make themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from countermark.apps.parties.models import Seller
from countermark.apps.screening.models import Allowed, LinkWord, Reference, SellerLink
from people import World

FIRST = 710_001


def furnish(world: World, at: datetime) -> None:
    """A word that is looked for and one that waits; Otto may use the mark; Lantern Lane and Pearl share a bank account,
    and of Tern and Tern-2 it was denied that they belong together."""
    usual = {
        "right": world.mark,
        "kind": "word",
        "made_at": at,
        "made_by": world.ines,
        "due_at": at + timedelta(days=3),
    }
    decided = {"decided_at": at, "decided_by": world.rana}
    Reference.objects.create(pk=FIRST, text="FJELL", state="in_force", **decided, **usual)
    Reference.objects.create(pk=FIRST + 1, text="FJELL lamp", **usual)
    Allowed.objects.create(pk=FIRST, right=world.mark, seller=world.otto, at=at, by=world.ines)
    lantern = Seller.objects.get(marketplace__slug="quay", ref="lantern")
    pearl = Seller.objects.create(pk=FIRST + 2, marketplace=lantern.marketplace, ref="pearl-2", name="Pearl & Co")
    shared = {"identifiers": [{"kind": "bank", "sellers": 2}]}
    SellerLink.objects.create(
        pk=FIRST, one=lantern, other=pearl, kind="identifier", strength=0.95, evidence=shared, found_at=at
    )
    shops = [
        Seller.objects.create(pk=FIRST + 3 + n, marketplace=lantern.marketplace, ref=ref, name=ref.title())
        for n, ref in enumerate(("tern", "tern-2", "gull", "gull-2"))
    ]
    denied = {"denied_at": at, "denied_by": world.rana}
    tied = {"kind": "identifier", "strength": 0.95, "evidence": shared, "found_at": at}
    SellerLink.objects.create(pk=FIRST + 1, one=shops[0], other=shops[1], **tied, **denied)
    LinkWord.objects.create(pk=FIRST, one=shops[0], other=shops[1], what="denied", by=world.rana, at=at)
    confirmed = {"confirmed_at": at, "confirmed_by": world.rana}
    SellerLink.objects.create(pk=FIRST + 2, one=shops[2], other=shops[3], **tied, **confirmed)
    LinkWord.objects.create(pk=FIRST + 1, one=shops[2], other=shops[3], what="confirmed", by=world.rana, at=at)
