"""What ends with the last person of a shop? Its webhooks: nobody would read what they tell, or could stop them."""

from __future__ import annotations

from datetime import datetime

from countermark.apps.parties.models import Seller
from countermark.apps.webhooks import services
from countermark.apps.webhooks.selectors import Owner, endpoints_of


def close_what_nobody_reads(seller: Seller, *, now: datetime) -> int:
    """Close the webhooks of a shop that nobody acts for any more; how many there were."""
    if seller.members.exists():
        return 0
    owner = Owner(seller_id=seller.pk)
    rows = list(endpoints_of(owner))
    for row in rows:
        services.close(row.pk, owner=owner, now=now)
    return len(rows)
