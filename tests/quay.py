"""The quay of the API's examples: a marketplace of its own with a seller, listings, a measure, a letter that did not arrive.

Numbers are fixed and lie apart from those the tests make themselves.
"""

from __future__ import annotations

from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Marketplace, Seller

NUMBER = 710_001


def a_quay() -> Marketplace:
    """Quay Market, reached by hand, with Lantern Lane and two listings."""
    quay = Marketplace.objects.create(
        slug="quay", name="Quay Market", territory="CN", calendar="CN", zone="Asia/Shanghai", packs=["platform"]
    )
    lantern = Seller.objects.create(pk=NUMBER, marketplace=quay, ref="lantern", name="Lantern Lane")
    for n in (1, 2):
        url = f"https://quay.example/item/L-{n}"
        Listing.objects.create(marketplace=quay, item_id=f"L-{n}", url=url, title=f"Lamp {n}", seller=lantern)
    return quay
