"""A person says that two sellers belong together, or takes that back. What ties them counts from then on, or as before.

Rule 1: only what is tied by evidence can be confirmed, and a confirmation goes with the last of that evidence: nobody could
check it any more. Rule 2: what is denied is not confirmed; the denial is taken back first, by a person, with a reason.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from countermark.apps.parties.models import Person
from countermark.apps.screening import links
from countermark.apps.screening.linking import pair
from countermark.apps.screening.models import SellerLink


class LinkIsDenied(Exception):
    """Somebody denies that these two sellers belong together. Nothing was changed."""

    code = "link_is_denied"
    http_status_hint = 409


class LinkNotConfirmed(Exception):
    """Nobody has confirmed that these two sellers belong together. Nothing was changed."""

    code = "link_not_confirmed"
    http_status_hint = 409


@transaction.atomic
def confirm(*, one: int, other: int, words: str, by: Person, at: datetime) -> list[SellerLink]:
    """These two belong together, and why. Confirmed before, it is left as it was. Raises NoSuchLink, LinkIsDenied."""
    rows = _locked(one, other)
    if any(row.denied_at is not None for row in rows):
        raise LinkIsDenied(f"somebody denies that seller {one} and seller {other} belong together")
    if all(row.confirmed_at is not None for row in rows):
        return rows
    links.say(rows[0], "confirmed", words, by, at)
    return _write(rows, at, by)


@transaction.atomic
def take_back(*, one: int, other: int, words: str, by: Person, at: datetime) -> list[SellerLink]:
    """That was said too much, and why: the evidence alone counts again. Raises NoSuchLink, LinkNotConfirmed."""
    rows = _locked(one, other)
    if all(row.confirmed_at is None for row in rows):
        raise LinkNotConfirmed(f"nobody has confirmed that seller {one} and seller {other} belong together")
    links.say(rows[0], "unconfirmed", words, by, at)
    return _write(rows, None, None)


def _locked(one: int, other: int) -> list[SellerLink]:
    first, second = pair(one, other)
    rows = list(SellerLink.objects.select_for_update().filter(one=first, other=second).order_by("pk"))
    if not rows:
        raise links.NoSuchLink(f"nothing ties seller {one} to seller {other}")
    return rows


def _write(rows: list[SellerLink], at: datetime | None, by: Person | None) -> list[SellerLink]:
    for row in rows:
        row.confirmed_at, row.confirmed_by = at, by
    SellerLink.objects.bulk_update(rows, ["confirmed_at", "confirmed_by"])
    return rows
