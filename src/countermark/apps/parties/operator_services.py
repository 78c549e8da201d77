"""Writers of marketplaces: what an operator says about a place of sale, and everything that is wrong with it at once.

A marketplace is never deleted, its cases stand; one that is not active takes no new complaints. What changes here binds
the next notice: running cases keep the calendar, zone and timing they were opened with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from countermark.apps.parties import people
from countermark.apps.parties.models import Marketplace, Person
from countermark.core import catalogue, listing_urls, procedure_loader
from countermark.core.calendar import calendars
from countermark.core.defect import Defect, unprintable
from countermark.core.listing_urls import PatternDefective
from countermark.core.listing_urls.verdicts import Verdict

CONNECTORS = ("none", "rest")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SECRET = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
MOST_PATTERNS = 65_536  # characters of TOML; the longest shipped description has 5,000
EVERYWHERE = "*"


class MarketplaceDefective(Exception):
    """The marketplace cannot be kept as described; `defects` names all that is wrong. Nothing was written."""

    code = "marketplace_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


@dataclass(frozen=True)
class MarketplaceSaid:
    """What an operator says about a place of sale. `packs` the default first; `patterns` TOML, "" for the shipped ones."""

    slug: str = ""
    name: str = ""
    territory: str = ""
    offered_in: tuple[str, ...] = ()
    calendar: str = ""
    zone: str = ""
    language: str = ""
    packs: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    timing: str = ""
    connector: str = "none"
    base_url: str = ""
    secret_name: str = ""
    patterns: str = ""
    is_active: bool = True


def said_of(row: Marketplace) -> MarketplaceSaid:
    """What is kept of a marketplace, as an operator would say it."""
    names = MarketplaceSaid.__dataclass_fields__
    kept = {name: getattr(row, name) for name in names}
    return MarketplaceSaid(**{name: tuple(v) if isinstance(v, list) else v for name, v in kept.items()})


def territories() -> tuple[str, ...]:
    """Where a marketplace can sell, everywhere first."""
    known = catalogue.load()
    offices = {office.territory for office in known.offices.values()} - {"designated"}
    members = {member for wider in known.territories.values() for member in wider}
    return (EVERYWHERE, *sorted(offices), *sorted(members - offices))


@transaction.atomic
def add_marketplace(*, said: MarketplaceSaid, by: Person, now: datetime) -> Marketplace:
    """Take up a place of sale. Raises MarketplaceDefective."""
    if defects := marketplace_defects(said):
        raise MarketplaceDefective(defects)
    row = Marketplace.objects.create(**_columns(said))
    people.note("marketplace.added", by=by, now=now, place=row)
    return row


@transaction.atomic
def change_marketplace(*, marketplace_id: int, said: MarketplaceSaid, by: Person, now: datetime) -> Marketplace:
    """Keep what an operator says now; its slug stays, addresses and cases name it. Raises MarketplaceDefective."""
    row = Marketplace.objects.select_for_update().get(pk=marketplace_id)
    said = replace(said, slug=row.slug)
    if defects := marketplace_defects(said, existing=row):
        raise MarketplaceDefective(defects)
    before, after = asdict(said_of(row)), asdict(said)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        for name, value in _columns(said).items():
            setattr(row, name, value)
        row.save()
        people.note("marketplace.changed", by=by, now=now, place=row, fields=changed)
    return row


@transaction.atomic
def set_guest_links(*, marketplace_id: int, most: int | None, by: Person, now: datetime) -> Marketplace:
    """How many listings a report without an account may name here; None: as the policy says."""
    row = Marketplace.objects.select_for_update().get(pk=marketplace_id)
    if row.guest_links != most:
        row.guest_links = most
        row.save(update_fields=["guest_links"])
        people.note("marketplace.changed", by=by, now=now, place=row, fields=["guest_links"])
    return row


def _columns(said: MarketplaceSaid) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(said).items()}


# --- what is wrong --------------------------------------------------------------------------------------------------------


def marketplace_defects(said: MarketplaceSaid, *, existing: Marketplace | None = None) -> tuple[Defect, ...]:
    """Everything there is to mend, in the order of the form. Codes: `marketplace_` and what is wrong."""
    return (
        *_identity(said, existing),
        *_place(said),
        *_law(said),
        *_connection(said),
        *pattern_defects(said),
        *unprintable({"name": said.name, "base_url": said.base_url}),
    )


def _identity(said: MarketplaceSaid, existing: Marketplace | None) -> Iterator[Defect]:
    if not said.name.strip() or len(said.name) > 80:
        yield Defect("marketplace_name", "name")
    if existing is not None:
        return
    if not SLUG.fullmatch(said.slug):
        yield Defect("marketplace_slug", "slug")
    elif Marketplace.objects.filter(slug=said.slug).exists():
        yield Defect("marketplace_slug_taken", "slug", data={"slug": said.slug})


def _place(said: MarketplaceSaid) -> Iterator[Defect]:
    known = territories()
    if said.territory not in known:
        yield Defect("marketplace_territory", "territory")
    for place in said.offered_in:
        if place not in known[1:]:
            yield Defect("marketplace_offered_in", "offered_in", data={"place": place[:20]})
    if said.calendar not in calendars():
        yield Defect("marketplace_calendar", "calendar")
    if said.zone not in available_timezones():
        yield Defect("marketplace_zone", "zone", data={"zone": said.zone[:40]})
    if said.language not in dict(settings.LANGUAGES):
        yield Defect("marketplace_language", "language")


def _law(said: MarketplaceSaid) -> Iterator[Defect]:
    unknown = [pack for pack in said.packs if pack not in procedure_loader.pack_ids()]
    if not said.packs or unknown or len(set(said.packs)) != len(said.packs):
        yield Defect("marketplace_packs", "packs")
        return
    for pack in said.packs:
        if not _serves(pack, said):
            yield Defect("marketplace_pack_elsewhere", "packs", data={"pack": procedure_loader.load(pack).name})
    if any(duty not in procedure_loader.duties_ids() for duty in said.duties):
        yield Defect("marketplace_duties", "duties")
    if said.timing and said.timing not in procedure_loader.load(said.packs[0]).timing:
        yield Defect("marketplace_timing", "timing", data={"pack": procedure_loader.load(said.packs[0]).name})


def _serves(pack: str, said: MarketplaceSaid) -> bool:
    """Whether the law of this pack can hold at all where the marketplace sells."""
    known = catalogue.load()
    where = {said.territory, *said.offered_in}
    return any(
        known.overlap(law, place) for law in procedure_loader.load(pack).serves["territories"] for place in where
    )


def _connection(said: MarketplaceSaid) -> Iterator[Defect]:
    if said.connector not in CONNECTORS:
        yield Defect("marketplace_connector", "connector")
    if said.connector != "rest":
        return
    if not _is_web(said.base_url):
        yield Defect("marketplace_base_url", "base_url")
    if not SECRET.fullmatch(said.secret_name):
        yield Defect("marketplace_secret_name", "secret_name")


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(address) <= 200


def pattern_defects(said: MarketplaceSaid) -> Iterator[Defect]:
    """What is wrong with the address patterns, each with its place and the way out; none where there are none."""
    if not said.patterns.strip():
        return
    if len(said.patterns) > MOST_PATTERNS:
        yield Defect("marketplace_patterns_long", "patterns", data={"most": MOST_PATTERNS})
        return
    try:
        described = listing_urls.define(said.patterns)
    except PatternDefective as refused:
        for fault in refused.defects:
            yield Defect("marketplace_pattern", "patterns", data={"where": fault.where, "sentence": fault.sentence})
        return
    if described.id != said.slug:
        yield Defect("marketplace_pattern_id", "patterns", data={"id": described.id, "slug": said.slug})


def try_address(said: MarketplaceSaid, address: str) -> Verdict:
    """How an address would be read at this marketplace. Raises MarketplaceDefective when its patterns cannot be."""
    if defects := tuple(pattern_defects(said)):
        raise MarketplaceDefective(defects)
    extra = (listing_urls.define(said.patterns),) if said.patterns.strip() else ()
    known = {each.id for each in (*listing_urls.marketplaces(), *extra)}
    return listing_urls.judge(address, marketplace=said.slug if said.slug in known else None, extra=extra)
