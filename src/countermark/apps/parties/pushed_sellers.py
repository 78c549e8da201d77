"""What becomes of the sellers a marketplace sends by itself? New ones are added, changes kept, the same again is not written.

Their addresses are where notices are served. A line that does not speak of one leaves it as it is: nobody loses the address at
which they are told because an export has no column for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from countermark.apps.parties.models import Marketplace
from countermark.apps.work.bulk import put_newest, read_among
from countermark.core.defect import Defect

COLUMNS = ("ref", "name", "email", "language", "zone")
TYPES = {"marketplace_id": "bigint", **dict.fromkeys(COLUMNS, "text")}


@dataclass(frozen=True)
class SellerLine:
    """One seller as it was sent; `number` is its line. None: the line does not speak of it."""

    number: int
    ref: str
    name: str
    email: str | None = None
    language: str | None = None
    zone: str | None = None


@dataclass
class SellersKept:
    """How many were added, changed or the same as before; and what was wrong with others."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[Defect] = field(default_factory=list)


@transaction.atomic
def push_sellers(*, marketplace: Marketplace, lines: Sequence[SellerLine]) -> SellersKept:
    """Keep these sellers. No two lines may name the same one."""
    Marketplace.objects.select_for_update(no_key=True).get(pk=marketplace.pk)
    kept = SellersKept(faults=[fault for line in lines for fault in _faults(line)])
    wrong = {fault.line for fault in kept.faults}
    own = {"where": "marketplace_id = %s", "given": (marketplace.pk,)}
    rows = read_among("parties_seller", COLUMNS, "ref", [line.ref for line in lines], **own)
    known = {row[0]: tuple(row) for row in rows}
    news = []
    for line in sorted((each for each in lines if each.number not in wrong), key=lambda each: each.ref):
        before = known.get(line.ref)
        row = _row(line, before or (line.ref, "", "", marketplace.language, marketplace.zone))
        kept.added += before is None
        kept.changed += before is not None and row != before
        kept.unchanged += row == before
        if row != before:
            news.append((marketplace.pk, *row))
    put_newest("parties_seller", TYPES, news, unique=("marketplace_id", "ref"), replaced=COLUMNS[1:])
    return kept


def _row(line: SellerLine, before: tuple[str, ...]) -> tuple[str, ...]:
    said = (line.ref, line.name, line.email, line.language, line.zone)
    return tuple(old if new is None else new for new, old in zip(said, before, strict=True))


def _faults(line: SellerLine) -> Iterator[Defect]:
    if line.email and not _is_email(line.email):
        yield Defect("pushed_email", "email", line=line.number)
    if line.language is not None and line.language not in dict(settings.LANGUAGES):
        names = ", ".join(dict(settings.LANGUAGES))
        yield Defect("pushed_language", "language", line=line.number, data={"known": names})
    if line.zone and line.zone not in _zones():
        yield Defect("pushed_zone", "zone", line=line.number, data={"zone": line.zone[:40]})


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
