"""How is it said what somebody may do for a shop, and what was changed about it?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from countermark.apps.parties.models import Seller, ShopEvent

ROLES = {
    "admin": (
        pgettext_lazy("of a shop", "admin"),
        gettext_lazy("Reads and answers complaints, and says who else acts for the shop."),
    ),
    "member": (pgettext_lazy("of a shop", "member"), gettext_lazy("Reads and answers complaints.")),
}
BY = {
    "signed": gettext_lazy("%(person)s came by a link the marketplace signed, as %(role)s"),
    "openid": gettext_lazy("%(person)s came by the sign-in of the marketplace, as %(role)s"),
    "issued": gettext_lazy("%(person)s came by a link of the desk, as %(role)s"),
    "invited": gettext_lazy("%(person)s took an invitation, as %(role)s"),
}
EVENTS = {
    "link.issued": gettext_lazy("%(by)s made a link for an admin"),
    "link.revoked": gettext_lazy("%(by)s took a link back that nobody had used"),
    "person.invited": gettext_lazy("%(by)s invited somebody as %(role)s"),
    "person.joined": gettext_lazy("%(person)s acts for the shop"),
    "person.left": gettext_lazy("%(person)s left"),
    "person.removed": gettext_lazy("%(by)s let %(person)s go"),
    "role.given": gettext_lazy("%(by)s made %(person)s %(role)s"),
}
MOST = 50  # events a page shows


def history(seller: Seller, *, for_the_desk: bool = False) -> list[dict[str, Any]]:
    """The newest changes, as steps of a trail. Who of the desk acted is named to the desk alone."""
    rows = seller.events.select_related("by", "person").order_by("-pk")[:MOST]
    return [{"at": row.at, "text": said(row, for_the_desk=for_the_desk)} for row in rows]


def said(event: ShopEvent, *, for_the_desk: bool) -> str:
    """One change in a sentence."""
    by_desk = bool(event.data.get("desk"))
    is_the_marketplace = event.by is None or (by_desk and not for_the_desk)
    by = pgettext("who changed something", "The marketplace") if is_the_marketplace else str(event.by)
    role = str(ROLES[event.data["role"]][0]) if event.data.get("role") in ROLES else ""
    words = BY.get(event.data.get("how", "")) or EVENTS.get(event.event, event.event)
    return str(words) % {"by": by, "person": str(event.person or ""), "role": role}
