"""The writers of findings: listings screened, what was found taken up by people, confirmed or let go.

Rule 1: what is simply allowed leaves nothing behind. Rule 2: the same listing with the same content, found for the same thing
with the same effect, is the same finding, however often it is sent; and while a measure lies on a listing for a thing, no second
one is laid for it, whatever else is changed. Rule 3: what screening stops is a measure like any other:
an order with facts and reasons, told to the seller, which an appeal turns. Rule 4: who says that a finding is wrong lets the
listing go, and that thing, found in that way, does not speak against this listing again.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from countermark.apps.decisions.services import claim_lasts
from countermark.apps.listings.models import Listing
from countermark.apps.orders import services as orders
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Marketplace, Person, Seller
from countermark.apps.screening import links, mended, modes, said, shown
from countermark.apps.screening.engine import Looked, engine
from countermark.apps.screening.lines import Line, key_of
from countermark.apps.screening.models import Finding, Opinion
from countermark.apps.screening.opinions import note
from countermark.apps.screening.verdicts import Excused, Found, found_in
from countermark.apps.work.bulk import read_among
from countermark.apps.work.prepared import Prepared
from countermark.matching.signals import Signal

log = logging.getLogger("countermark.screening")
PEOPLE = ("told", "review")  # what followed where people look
WITH_EFFECT = ("advisory", "blocking")  # modes in which a person's word stops a listing
TAKEN_BACK = Q(opinions__right=False) | Q(order__ended_how="set_aside")
UPHELD_ON_APPEAL = Opinion.objects.filter(source="appeal", right=True).values("finding")


class FindingDecided(Exception):
    """Somebody has decided this finding otherwise. Nothing was changed."""

    code = "finding_decided"
    http_status_hint = 409

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"finding {finding.pk} is decided")


class FindingHeld(Exception):
    """Another reviewer is looking at this finding. Nothing was changed."""

    code = "finding_held"
    http_status_hint = 409

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"finding {finding.pk} is held")


class FindingPast(Exception):
    """The listing was changed: what was found is no longer in it, or a newer finding says what is. Nothing was changed."""

    code = "finding_past"
    http_status_hint = 409

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"finding {finding.pk} is past")


class Answer(NamedTuple):
    """What becomes of one listing. `finding` is None where it is simply allowed; `order` where nothing was laid on it."""

    item_id: str
    verdict: str
    done: str
    probability: float
    interval: tuple[float, float]
    reason: str
    combination: str
    signals: tuple[Signal, ...]
    finding: Finding | None
    rules: int
    index_version: int


# --- screening ------------------------------------------------------------------------------------------------------------


def screen(marketplace: Marketplace, lines: Sequence[Line], *, at: datetime, now: datetime) -> list[Answer]:
    """Screen listings of one place of sale; an answer for each, in their order. Raises engine.ScreeningUnavailable.

    `at` is case time, `now` real time.
    """
    signals, looked = engine.look(lines, at=at)
    if not any(signals):
        return [_answer(line, None, None, looked) for line in lines]
    mode_of = modes.modes_of(marketplace.pk)
    sellers = _sellers(marketplace, lines)
    excused = _excused(marketplace, [line.item_id for line, one in zip(lines, signals, strict=True) if one])
    found = [
        found_in(
            one, seller=sellers.get(line.seller), modes=mode_of, things=looked.known.things, rules=looked.rules,
            linked=links.linked, excused=excused.get(line.item_id, ()),
        )
        for line, one in zip(lines, signals, strict=True)
    ]  # fmt: skip
    kept = _keep(marketplace, lines, found, looked, at=at, now=now)
    return [_answer(line, one, kept.get(n), looked) for n, (line, one) in enumerate(zip(lines, found, strict=True))]


def _answer(line: Line, found: Found | None, finding: Finding | None, looked: Looked) -> Answer:
    if found is None:
        number, version = looked.rules.number, looked.version
        return Answer(line.item_id, "allow", "allowed", 0.0, (0.0, 0.0), "", "", (), None, number, version)
    judged = found.judged
    return Answer(
        line.item_id, judged.verdict, found.done, judged.probability, judged.interval, found.reason, judged.combination,
        found.signals, finding, looked.rules.number, looked.version,
    )  # fmt: skip


def _sellers(marketplace: Marketplace, lines: Iterable[Line]) -> dict[str, int]:
    refs = {line.seller for line in lines if line.seller}
    own = {"where": "marketplace_id = %s", "given": (marketplace.pk,)}
    return dict(read_among("parties_seller", ("ref", "id"), "ref", refs, **own)) if refs else {}


def _excused(marketplace: Marketplace, items: Collection[str]) -> Mapping[str, Excused]:
    """What a person said is wrong of each of these listings, or took back: the thing, and each way in which it was found."""
    if not items:
        return {}
    excused: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for item, said_then in _contradicted(place=marketplace.pk, items=sorted(set(items))):
        excused[item] |= {(one["about"], one["kind"]) for one in said_then}
    return excused


_contradicted = Prepared(
    lambda place, items: (
        Finding.objects.filter(TAKEN_BACK, marketplace=place, item_id__in=items)
        .exclude(pk__in=UPHELD_ON_APPEAL)
        .values_list("item_id", "signals")
    )
)


# --- what is kept ---------------------------------------------------------------------------------------------------------


def _keep(
    marketplace: Marketplace, lines: Sequence[Line], found: Sequence[Found | None], looked: Looked, *, at: datetime,
    now: datetime,
) -> dict[int, Finding]:  # fmt: skip
    """Write the findings, and what is laid on listings by them; by the place of their line."""
    told = {n: (line, one) for n, (line, one) in enumerate(zip(lines, found, strict=True)) if one is not None}
    if not told:
        return {}
    examined = shown.examined(line for line, _ in told.values())  # takes its time: before any lock
    with transaction.atomic():
        keys = {n: _key(marketplace, line, one) for n, (line, one) in told.items()}
        known = {key for (key,) in _known(keys=sorted(set(keys.values())))}
        standing = _standing(marketplace, {n: one for n, one in told.items() if keys[n] not in known})
        keys = _alike(told, {n: key for n, key in keys.items() if n not in standing}, known)
        fresh = {key: told[n] for n, key in reversed(keys.items()) if key not in known}  # of those alike, the first
        if fresh:
            files = shown.put(examined, at=at)
            _write(
                marketplace, {key: (shown.filed(line, files), one) for key, (line, one) in fresh.items()}, looked, at
            )
        rows = {row.key: row for row in _locked(keys.values())}
        _write_rights({rows[key].pk: one for key, (_, one) in fresh.items()})
        for row in (*rows.values(), *standing.values()):
            if row.past_why:
                mended.is_back(row)
            if row.done == "blocked" and row.order_id is None and row.state == "closed":
                stop(row, by=None, at=at, now=now)
    return {**standing, **{n: rows[key] for n, key in keys.items()}}


def _standing(marketplace: Marketplace, told: Mapping[int, tuple[Line, Found]]) -> dict[int, Finding]:
    """Of the lines to be stopped, those that are for the same thing: by the place of their line, the finding of that measure."""
    about = {n: (line.item_id, one.judged.about) for n, (line, one) in told.items() if one.done == "blocked"}
    if not about:
        return {}
    rows = _stopped(place=marketplace.pk, items=sorted({item for item, _ in about.values()}))
    known = {(row.item_id, row.signals[0]["about"]): row for row in rows if row.signals}
    return {n: known[what] for n, what in about.items() if what in known}


def _alike(told: Mapping[int, tuple[Line, Found]], keys: Mapping[int, str], known: Collection[str]) -> dict[int, str]:
    """The same keys, but a listing that comes several times in one call is stopped once for a thing: as it came first."""
    first: dict[tuple[str, str], str] = {}
    alike = {}
    for n, key in keys.items():
        line, one = told[n]
        is_new = one.done == "blocked" and key not in known
        alike[n] = first.setdefault((line.item_id, one.judged.about), key) if is_new else key
    return alike


def _key(marketplace: Marketplace, line: Line, found: Found) -> str:
    return key_of(marketplace.pk, line, found.judged.about, found.done)


def _locked(keys: Iterable[str]) -> list[Finding]:
    return _with_keys(keys=sorted(set(keys)))


_known = Prepared(lambda keys: Finding.objects.filter(key__in=keys).values_list("key"))
_with_keys = Prepared(
    lambda keys: (
        Finding.objects.select_for_update(of=("self",))
        .filter(key__in=keys)
        .select_related("marketplace", "order", "listing__marketplace", "fingerprint__complaint", "seller")
        .order_by("pk")
    )
)


_stopped = Prepared(
    lambda place, items: (
        Finding.objects.select_for_update(of=("self",))
        .filter(marketplace=place, item_id__in=items, done="blocked", order__state="in_force")
        .select_related("marketplace", "order", "listing__marketplace", "fingerprint__complaint", "seller")
        .order_by("pk")
    )
)


def _write(marketplace: Marketplace, fresh: Mapping[str, tuple[Line, Found]], looked: Looked, at: datetime) -> None:
    listings, sellers = _rows_of(marketplace, [line for line, _ in fresh.values()])
    rows = [
        _finding(key, marketplace, line, found, listings[line.item_id], sellers.get(line.seller), looked, at)
        for key, (line, found) in fresh.items()
    ]
    Finding.objects.bulk_create(rows, ignore_conflicts=True)


def _write_rights(fresh: Mapping[int, Found]) -> None:
    """Write under which rights something was found, by finding."""
    under = Finding.rights.through
    rows = [under(finding_id=finding, right_id=right) for finding, found in fresh.items() for right in found.rights]
    if rows:
        under._default_manager.bulk_create(rows, ignore_conflicts=True)


def _finding(
    key: str, marketplace: Marketplace, line: Line, found: Found, listing: Listing, seller: int | None, looked: Looked,
    at: datetime,
) -> Finding:  # fmt: skip
    judged = found.judged
    return Finding(
        marketplace=marketplace, item_id=line.item_id, url=line.url, listing=listing, seller_id=seller,
        seller_ref=line.seller, title=line.title[:600], shown=line.shown, pictures=[one.said for one in line.pictures],
        reason=found.reason, verdict=judged.verdict, probability=judged.probability, combination=judged.combination[:200],
        signals=[one._asdict() for one in found.signals], mode=found.mode, done=found.done, rules=looked.rules,
        index_version=looked.version, fingerprint_id=found.thing.fingerprint, at=at,
        state="waiting" if found.done in PEOPLE else "closed", key=key,
    )  # fmt: skip


def _rows_of(marketplace: Marketplace, lines: Sequence[Line]) -> tuple[dict[str, Listing], dict[str, int]]:
    """The rows of listings and shops, made where there were none: a measure lies on a listing, and its shop is told."""
    sellers = _sellers(marketplace, lines)
    if unknown := {line.seller for line in lines if line.seller} - sellers.keys():
        new = [Seller(marketplace=marketplace, ref=ref, name=ref, zone=marketplace.zone) for ref in sorted(unknown)]
        Seller.objects.bulk_create(new, ignore_conflicts=True)
        sellers = _sellers(marketplace, lines)
    known = {"marketplace": marketplace, "kind": "listing"}
    rows = [
        Listing(**known, item_id=line.item_id, url=line.url, title=line.title[:600], seller_id=sellers.get(line.seller))
        for line in sorted(lines, key=lambda one: one.item_id)
    ]
    Listing.objects.bulk_create(rows, ignore_conflicts=True)
    found = _listings(place=marketplace.pk, items=sorted({line.item_id for line in lines}))
    return {row.item_id: row for row in found}, sellers


_listings = Prepared(lambda place, items: Listing.objects.filter(marketplace=place, kind="listing", item_id__in=items))


# --- what is laid on a listing --------------------------------------------------------------------------------------------


def stop(finding: Finding, *, by: Person | None, at: datetime, now: datetime) -> Order:
    """Lay a measure on the listing of a finding, with facts and reasons. `by` None: software decided. The finding is locked."""
    assert finding.listing is not None
    rights = list(finding.rights.all())
    language = finding.seller.language if finding.seller else finding.marketplace.language
    with translation.override(language):
        words = said.facts(finding)
    order = orders.stop(
        finding.listing,
        words=words,
        language=language,
        basis=said.clause_of(finding.reason, rights),
        by=by,
        at=at,
        now=now,
    )
    finding.order, finding.done = order, "blocked"
    finding.save(update_fields=["order", "done"])
    log.info("screening.stopped finding=%s order=%s by_software=%s", finding.pk, order.number, by is None)
    return order


# --- people ---------------------------------------------------------------------------------------------------------------


def is_held(finding: Finding, *, by: Person, now: datetime) -> bool:
    """Whether somebody else looks at it. What nobody acts on is free again, as claimed cases are."""
    if finding.taken_by_id in (None, by.pk) or finding.taken_at is None:
        return False
    return finding.taken_at >= now - claim_lasts()


@transaction.atomic
def take(finding_id: int, *, by: Person, now: datetime) -> Finding:
    """A reviewer looks at a finding: nobody else is given it. Raises FindingHeld, FindingDecided."""
    finding = _one(finding_id)
    if finding.state == "decided":
        raise FindingDecided(finding)
    if is_held(finding, by=by, now=now):
        raise FindingHeld(finding)
    finding.taken_by, finding.taken_at = by, now
    finding.save(update_fields=["taken_by", "taken_at"])
    return finding


@transaction.atomic
def let_go(finding_id: int, *, by: Person) -> Finding:
    """A reviewer gives a finding back; somebody else's stays where it is."""
    finding = _one(finding_id)
    if finding.taken_by_id == by.pk:
        finding.taken_by, finding.taken_at = None, None
        finding.save(update_fields=["taken_by", "taken_at"])
    return finding


@transaction.atomic
def decide(finding_id: int, right: bool, *, by: Person, words: str = "", at: datetime, now: datetime) -> Finding:
    """A reviewer says whether a finding is right. Right: the listing is stopped, or stays so; wrong: it is let go.

    In shadow and without effect it is an opinion only. The same again changes nothing. Raises FindingHeld, FindingDecided,
    FindingPast.
    """
    finding = _one(finding_id)
    if finding.past_why and finding.state == "closed":
        raise FindingPast(finding)
    if finding.state == "decided":
        return _decided_before(finding, right, by)
    if is_held(finding, by=by, now=now):
        raise FindingHeld(finding)
    note(finding, right=right, source="reviewer", by=by, words=words, at=at)
    if right:
        _confirm(finding, by=by, at=at, now=now)
    else:
        release(finding, by=by, at=at, now=now)
    finding.state, finding.decided_by, finding.decided_at = "decided", by, at
    finding.taken_by, finding.taken_at = None, None
    finding.save(update_fields=["state", "decided_by", "decided_at", "taken_by", "taken_at"])
    return finding


@transaction.atomic
def contradict(finding_id: int, *, source: str, by: Person, words: str = "", at: datetime, now: datetime) -> Finding:
    """Somebody other than a reviewer who may say so, says that a finding is wrong: what lies on the listing is released."""
    finding = _one(finding_id)
    note(finding, right=False, source=source, by=by, words=words, at=at)
    release(finding, by=by, at=at, now=now)
    if finding.state == "waiting":
        finding.state = "closed"
        finding.save(update_fields=["state"])
    return finding


def release(finding: Finding, *, by: Person, at: datetime, now: datetime) -> None:
    """Take back what was laid on the listing because of a finding, where it still lies. The finding is locked."""
    if finding.order is not None and finding.order.state == "in_force":
        orders.set_aside(finding.order.pk, by=by, at=at, now=now)
        finding.order.refresh_from_db()


def _one(finding_id: int) -> Finding:
    """One finding, locked. Raises Finding.DoesNotExist."""
    rows = Finding.objects.select_for_update(of=("self",))
    whole = rows.select_related(
        "marketplace", "order", "listing__marketplace", "fingerprint__complaint", "seller", "decided_by"
    )
    return whole.get(pk=finding_id)


def _confirm(finding: Finding, *, by: Person, at: datetime, now: datetime) -> None:
    if finding.order is None and finding.mode in WITH_EFFECT:
        stop(finding, by=by, at=at, now=now)
    elif finding.order is not None and finding.order.state == "in_force":
        orders.confirm(finding.order.pk, by=by, at=at, now=now)


def _decided_before(finding: Finding, right: bool, by: Person) -> Finding:
    mine = Q(by=by, right=right, source="reviewer")
    if not finding.opinions.filter(mine).exists():
        raise FindingDecided(finding)
    return finding
