"""Where does an account stand, what waits for a reviewer, and which accounts look like the same one?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from countermark.apps.identity.models import IdentityCheck
from countermark.apps.parties.models import Holder
from countermark.core import identity

MOST = 20  # accounts shown as possibly the same


class Duplicate(NamedTuple):
    """An account that may be the same, and what is equal: number, name_address, contact_domain."""

    holder: Holder
    by: str


def last_check(holder: Holder) -> IdentityCheck | None:
    """The newest attempt; None for an account that has shown nothing yet."""
    return IdentityCheck.objects.filter(holder=holder).order_by("-pk").first()


def standing(holder: Holder) -> str:
    """Where the account stands: none, pending, returned, verified. A draft counts as what was before it."""
    if holder.verified_at is not None:
        return "verified"
    sent = IdentityCheck.objects.filter(holder=holder).exclude(state="draft").order_by("-pk")
    return sent.values_list("state", flat=True).first() or "none"


def change_of(holder: Holder) -> IdentityCheck | None:
    """The attempt that is to change a verified account, while it is open or was sent back; None when there is none."""
    last = last_check(holder) if holder.verified_at is not None else None
    return last if last is not None and last.is_change and last.state != "verified" else None


def history(holder: Holder) -> QuerySet[IdentityCheck]:
    """Every attempt that was sent, the newest first."""
    rows = IdentityCheck.objects.filter(holder=holder).exclude(state="draft")
    return rows.select_related("submitted_by", "decided_by").order_by("-pk")


def to_check() -> QuerySet[IdentityCheck]:
    """What waits for a reviewer, due first."""
    rows = IdentityCheck.objects.filter(state="pending").select_related("holder", "taken_by")
    return rows.order_by("due_at", "pk")


def missing(holder: Holder) -> list[str]:
    """What an account is not complete without: identity, right. An owner it always has: its last admin cannot go."""
    found = [] if holder.verified_at is not None else ["identity"]
    return found if holder.rights.exclude(state__in=("draft", "rejected")).exists() else [*found, "right"]


def duplicates(check: IdentityCheck) -> list[Duplicate]:
    """Accounts that may be the same person or organisation, each once, the strongest sign first."""
    found: dict[int, Duplicate] = {}
    for duplicate in (*_same_number(check), *_same_name(check), *_same_domain(check.holder)):
        found.setdefault(duplicate.holder.pk, duplicate)
    return list(found.values())[:MOST]


def _same_number(check: IdentityCheck) -> Iterator[Duplicate]:
    if check.number_digest:
        rows = Holder.objects.filter(identity_checks__number_digest=check.number_digest).exclude(pk=check.holder_id)
        yield from (Duplicate(row, "number") for row in rows.distinct().order_by("pk")[:MOST])


def _same_name(check: IdentityCheck) -> Iterator[Duplicate]:
    """The same name, and the same address where both gave one; of a change the new ones."""
    name, address = (check.name, check.address) if check.is_change else (check.holder.name, check.holder.address)
    rows = Holder.objects.filter(name__iexact=name).exclude(pk=check.holder_id).order_by("pk")[:MOST]
    own = identity.alike(address)
    for row in rows:
        other = identity.alike(row.address)
        if own == other or not own or not other:
            yield Duplicate(row, "name_address")


def _same_domain(holder: Holder) -> Iterator[Duplicate]:
    domain = holder.contact_email.rpartition("@")[2].lower()
    if domain and domain not in identity.public_domains():
        rows = Holder.objects.filter(contact_email__iendswith=f"@{domain}").exclude(pk=holder.pk)
        yield from (Duplicate(row, "contact_domain") for row in rows.order_by("pk")[:MOST])
