"""Who acts for a shop, who says so, and what was changed about it?

Rule 1: every change is kept as a ShopEvent, and told by letter to the address the marketplace knows and to whom it is about.
Rule 2: a shop that people act for has an admin among them; the last one makes somebody else admin before leaving, and only the
desk may do otherwise. Rule 3: whoever no longer acts for a shop sees nothing of it from the next click on; their API keys for
it open nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from countermark.apps.parties.models import Person, Seller, ShopEvent, ShopMember
from countermark.apps.work.jobs import enqueue

TELL = "tell_shop"  # the kind of the job that writes about an event
TOLD = ("person.joined", "person.left", "person.removed", "role.given")
ROLES = ("admin", "member")


class NotShopAdmin(Exception):
    """Only an admin of the shop says who acts for it. Nothing was changed."""

    code = "not_shop_admin"
    http_status_hint = 403


class LastAdmin(Exception):
    """Others act for the shop, and this is its last admin. Nothing was changed."""

    code = "last_shop_admin"
    http_status_hint = 409


def note(
    seller: Seller, event: str, *, by: Person | None, now: datetime, person: Person | None = None, **data: Any
) -> ShopEvent:
    """Keep what changed, and have it told where people have to know."""
    row = ShopEvent.objects.create(seller=seller, event=event, by=by, person=person, at=now, data=data)
    if event in TOLD:
        enqueue(TELL, str(row.pk), run_at=now)
    return row


def join(*, seller: Seller, person: Person, role: str, how: str, now: datetime) -> ShopMember:
    """The person acts for the shop; somebody who did so before gets the role. `how`: issued, signed, invited."""
    member, is_new = ShopMember.objects.update_or_create(
        seller=seller, person=person, defaults={"role": role}, create_defaults={"role": role, "since": now}
    )
    note(seller, "person.joined" if is_new else "role.given", by=person, person=person, now=now, role=role, how=how)
    return member


@transaction.atomic
def set_role(member: ShopMember, role: str, *, by: Person, now: datetime) -> None:
    """Make somebody admin or member; what is so already changes nothing. Raises NotShopAdmin, LastAdmin."""
    _locked(member.seller, by)
    row = ShopMember.objects.get(pk=member.pk)
    if row.role == role:
        return
    if role != "admin":
        _not_the_last_admin(row)
    row.role = role
    row.save(update_fields=["role"])
    note(row.seller, "role.given", by=by, person=row.person, now=now, role=role)


@transaction.atomic
def remove(member: ShopMember, *, by: Person, now: datetime, for_the_desk: bool = False) -> bool:
    """Let somebody no longer act for the shop, or leave it oneself; whether there was somebody to remove.

    Raises NotShopAdmin for whoever is none and removes another, LastAdmin while others stay without one. The desk does
    what a marketplace asks of it: neither holds for `for_the_desk`."""
    own = member.person_id == by.pk
    _locked(member.seller, None if own or for_the_desk else by)
    row = ShopMember.objects.select_related("seller", "person").filter(pk=member.pk).first()
    if row is None:
        return False
    if not for_the_desk:
        _not_the_last_admin(row)
    note(row.seller, "person.left" if own else "person.removed", by=by, person=row.person, now=now, desk=for_the_desk)
    row.delete()
    return True


def is_admin(seller: Seller, person: Person) -> bool:
    return ShopMember.objects.filter(seller=seller, person=person, role="admin").exists()


def _locked(seller: Seller, by: Person | None) -> None:
    """Nobody else changes who acts for this shop meanwhile. Raises NotShopAdmin when `by` may not."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    if by is not None and not is_admin(seller, by):
        raise NotShopAdmin("only an admin of the shop says who acts for it")


def _not_the_last_admin(row: ShopMember) -> None:
    others = ShopMember.objects.filter(seller=row.seller_id).exclude(pk=row.pk)
    if row.role == "admin" and others.exists() and not others.filter(role="admin").exists():
        raise LastAdmin("make somebody else admin of the shop first")
