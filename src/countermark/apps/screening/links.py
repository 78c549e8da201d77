"""Which sellers belong together, and why? Links are worked out from what sellers have in common; a person may deny one.

Rule 1: a link follows from the evidence there is: with it, it goes. What arrives in another order leaves the same links.
Rule 2: two whose link a person has denied are not linked again, whatever is found later, until a person takes that back; what a
person has confirmed counts however weak the evidence is. What was said, by whom and why, is kept, the reason sealed.
Rule 3: staff sees links. No seller learns of another by them.
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from countermark.apps.parties.models import Person, Seller
from countermark.apps.screening import linking, near_pictures
from countermark.apps.screening.linking import Pair, Web, pair
from countermark.apps.screening.models import LinkWord, SellerIdentifier, SellerLink, SellerTrace
from countermark.apps.work.bulk import read_among
from countermark.apps.work.models import SealedText
from countermark.apps.work.sealing import seal

log = logging.getLogger("countermark.screening")
AT_ONCE = 200  # sellers whose links are worked out together
# what a person says of a pair, by column
SAID = ("denied_at", "denied_by_id", "denied_words_id", "confirmed_at", "confirmed_by_id")
NAMED = 10  # shared pictures or sequences that a link names; it counts them all
TRACES = SellerTrace._meta.db_table
Key = tuple[str, str]  # kind and digest of something that sellers have in common
Evidence = tuple[float, dict[str, Any]]  # strength, and what it rests on


class NoSuchLink(Exception):
    """Nothing ties these two sellers directly. Nothing was changed."""

    code = "no_such_link"
    http_status_hint = 409


class LinkNotDenied(Exception):
    """Nobody denies that these two sellers belong together. Nothing was changed."""

    code = "link_not_denied"
    http_status_hint = 409


@dataclass(frozen=True)
class Step:
    """One step of the way between two sellers: its links, the strongest first, and how strong they are together."""

    one: int
    other: int
    strength: float
    links: tuple[SellerLink, ...]


# --- reading --------------------------------------------------------------------------------------------------------------


def linked(seller_id: int) -> frozenset[int]:
    """The sellers that are linked with this one, over any number of steps. Raises ScreeningNotInstalled."""
    return _around(seller_id).linked(seller_id)


def why(one: int, other: int) -> list[Step]:
    """The steps of the strongest way from one seller to another; [] when they are not linked."""
    way = _around(one).way(one, other)
    return list(_steps(way))


def ways(seller_id: int) -> dict[int, list[Step]]:
    """The same to every seller that is linked with this one, the nearest first."""
    web = _around(seller_id)
    found = {other: web.way(seller_id, other) for other in web.linked(seller_id)}
    return {other: list(_steps(way)) for other, way in sorted(found.items(), key=lambda item: (len(item[1]), item[0]))}


def strength_of(steps: Iterable[Step]) -> float:
    """How strong a way is: its steps together."""
    return math.prod(step.strength for step in steps)


def links_of(seller_id: int) -> QuerySet[SellerLink]:
    """All that ties this seller to others directly, the strongest first; denied links, too."""
    rows = SellerLink.objects.filter(Q(one=seller_id) | Q(other=seller_id))
    return rows.select_related("one__marketplace", "other__marketplace", "denied_by").order_by("-strength", "pk")


def between(one: int, other: int) -> list[SellerLink]:
    """All that ties these two directly, denied links too."""
    return list(_between(one, other))


def words_of(seller_id: int) -> QuerySet[LinkWord]:
    """What people said of this seller and others, the oldest first: denied, confirmed, either taken back."""
    rows = LinkWord.objects.filter(Q(one=seller_id) | Q(other=seller_id))
    return rows.select_related("by", "words__key").order_by("pk")


def is_tied(column: str) -> Exists:
    """Whether anything ties the seller in this column to another, beside its row."""
    return Exists(SellerLink.objects.filter(Q(one=OuterRef(column)) | Q(other=OuterRef(column)), denied_at=None))


def _around(seller_id: int) -> Web:
    """The steps around a seller, read ring by ring, as far as ways stay strong enough."""
    web, known = Web(), {seller_id}
    ring = known
    while ring:
        _read(web, ring)
        ring = web.near(seller_id) - known if web.steps else frozenset()
        known = known | ring
    return web


def _read(web: Web, sellers: Iterable[int]) -> None:
    for one, other, kind, strength, denied_at, confirmed_at in _touching(sellers):
        web.add(one, other, kind, strength)
        if confirmed_at:
            web.confirm(one, other)
        if denied_at:
            web.deny(one, other)


def _touching(sellers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    columns = ("one_id", "other_id", "kind", "strength", "denied_at", "confirmed_at")
    for column in ("one_id", "other_id"):
        yield from read_among("screening_sellerlink", columns, column, sorted(sellers))


def _steps(way: Sequence[int]) -> Iterator[Step]:
    for one, other in pairwise(way):
        first, second = pair(one, other)
        rows = SellerLink.objects.filter(one=first, other=second, denied_at=None).order_by("-strength", "pk")
        links = tuple(rows)
        is_confirmed = any(link.confirmed_at is not None for link in links)
        yield Step(one, other, linking.step((link.strength for link in links), is_confirmed=is_confirmed), links)


# --- denying --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def deny(*, one: int, other: int, words: str, by: Person, at: datetime) -> list[SellerLink]:
    """A person says that these two are not one, and why; it stays so. Denied before, it is left as it was. Raises NoSuchLink."""
    rows = list(_between(one, other).select_for_update())
    if not rows:
        raise NoSuchLink(f"nothing ties seller {one} to seller {other}")
    if open_ := [row for row in rows if row.denied_at is None]:
        said = say(rows[0], "denied", words, by, at)
        _set_denied(open_, (said.at, said.by, said.words))
    return rows


def take_back_denial(link: SellerLink, *, by: Person, why: str, at: datetime) -> list[SellerLink]:
    """A person takes back that these two are not one, and says why: what ties them counts again. Returns what is left of it.

    What it rested on may have gone meanwhile; then it goes, too. Raises LinkNotDenied.
    """
    _take_back(link, by, why, at)
    recompute((link.one_id, link.other_id), at=at)
    return between(link.one_id, link.other_id)


@transaction.atomic
def _take_back(link: SellerLink, by: Person, why: str, at: datetime) -> None:
    denied = [row for row in _between(link.one_id, link.other_id).select_for_update() if row.denied_at is not None]
    if not denied:
        raise LinkNotDenied(f"nobody denies that seller {link.one_id} and seller {link.other_id} belong together")
    say(link, "taken_back", why, by, at)
    _set_denied(denied, (None, None, None))


def _between(one: int, other: int) -> QuerySet[SellerLink]:
    first, second = pair(one, other)
    return SellerLink.objects.filter(one=first, other=second).order_by("pk")


def say(link: SellerLink, what: str, why: str, by: Person, at: datetime) -> LinkWord:
    """Keep what a person says of two sellers that are tied."""
    reason = seal(subject=f"seller:{link.one_id}", text=why.strip()) if why.strip() else None
    log.info("seller_link.%s one=%s other=%s", what, link.one_id, link.other_id)
    return LinkWord.objects.create(one_id=link.one_id, other_id=link.other_id, what=what, by=by, at=at, words=reason)


def _set_denied(rows: Iterable[SellerLink], said: tuple[datetime | None, Person | None, SealedText | None]) -> None:
    rows = list(rows)
    for row in rows:
        row.denied_at, row.denied_by, row.denied_words = said
        row.confirmed_at = row.confirmed_by = None
    SellerLink.objects.bulk_update(rows, SAID)


# --- working them out -----------------------------------------------------------------------------------------------------


def recompute(sellers: Iterable[int], *, at: datetime) -> int:
    """Work out anew what ties these sellers, and those they share something with, to others. Returns how many links changed.

    Called after what changed is committed: then of two that change at the same time the later one sees both.
    """
    touched = reach(sellers)
    ids, changed = sorted(touched), 0
    for start in range(0, len(ids), AT_ONCE):
        changed += _recompute(ids[start : start + AT_ONCE], at)
    return changed


def recompute_all(*, at: datetime) -> int:
    """The same for every seller that has something that could tie it to others, or a link."""
    sellers = set(SellerIdentifier.objects.values_list("seller", flat=True).distinct())
    sellers |= set(SellerTrace.objects.values_list("seller", flat=True).distinct())
    for side in ("one", "other"):
        sellers |= set(SellerLink.objects.values_list(side, flat=True).distinct())
    ids = sorted(sellers)
    return sum(_recompute(ids[start : start + AT_ONCE], at) for start in range(0, len(ids), AT_ONCE))


def reach(sellers: Iterable[int]) -> set[int]:
    """These sellers and all that share something with one of them: whose links may change when theirs do.

    What many more share than may count is left out: one more or less changes nothing there.
    """
    asked = set(sellers)
    shared = (_sharing_identifiers(asked), _sharing_traces(asked))
    return asked.union(*(having for kinds in shared for having in kinds.values()))


def _sharing_identifiers(sellers: Iterable[int]) -> dict[Key, set[int]]:
    return _sharing(SellerIdentifier._meta.db_table, "digest", sellers)


def _sharing_traces(asked: Iterable[int]) -> dict[Key, set[int]]:
    """The same of what they show; the keys of one picture are one thing."""
    found = _sharing(TRACES, "key", asked)
    mine = read_among(TRACES, ("key",), "seller_id", sorted(asked), where="kind = 'picture'")
    groups = {key: group for group in near_pictures.groups_of({key for (key,) in mine}) for key in group}
    having: defaultdict[str, set[int]] = defaultdict(set)
    for key, seller in read_among(TRACES, ("key", "seller_id"), "key", sorted(groups), where="kind = 'picture'"):
        found.pop(("picture", key), None)
        having[min(groups[key])].add(seller)
    most = linking.number("sharers", "most") + 1
    return found | {("picture", key): sellers for key, sellers in having.items() if 2 <= len(sellers) <= most}


def _sharing(table: str, column: str, sellers: Iterable[int]) -> dict[Key, set[int]]:
    """What these sellers have that another has, too: by kind and key, all that have it. What too many have is left out, but for
    what one more has than may count: those that had it before are worked out once more."""
    mine = set(read_among(table, ("kind", column), "seller_id", sorted(sellers)))
    few = f"TRUE GROUP BY kind, {column} HAVING count(*) BETWEEN 2 AND {linking.number('sharers', 'most') + 1}"
    rare = mine.intersection(read_among(table, ("kind", column), column, {key for _, key in mine}, where=few))
    found: dict[Key, set[int]] = defaultdict(set)
    for kind, key, seller in read_among(table, ("kind", column, "seller_id"), column, {key for _, key in rare}):
        if (kind, key) in rare:
            found[kind, key].add(seller)
    return found


@transaction.atomic
def _recompute(sellers: Sequence[int], at: datetime) -> int:
    before = {  # read first: what another writes meanwhile is not taken for gone
        (row.one_id, row.other_id, row.kind): row
        for row in SellerLink.objects.filter(Q(one__in=sellers) | Q(other__in=sellers))
    }
    wanted = evidence_of(set(sellers))
    gone = [row.pk for key, row in before.items() if key not in wanted and row.denied_at is None]
    changed = [_changed(row, *wanted[key]) for key, row in before.items() if key in wanted]
    SellerLink.objects.filter(pk__in=gone).delete()
    SellerLink.objects.bulk_update([row for row in changed if row], ["strength", "evidence"])
    new = _new({key: found for key, found in wanted.items() if key not in before}, at)
    SellerLink.objects.bulk_create(new, ignore_conflicts=True)
    return len(gone) + sum(row is not None for row in changed) + len(new)


def _changed(row: SellerLink, strength: float, evidence: dict[str, Any]) -> SellerLink | None:
    if (row.strength, row.evidence) == (strength, evidence):
        return None
    row.strength, row.evidence = strength, evidence
    return row


def _new(wanted: Mapping[tuple[int, int, str], Evidence], at: datetime) -> list[SellerLink]:
    """Rows for new links; between two whose link was denied, or confirmed, a new reason is so with it."""
    ends = {one for one, _, _ in wanted}
    told = SellerLink.objects.exclude(denied_at=None, confirmed_at=None).filter(one__in=ends)
    said = {(row.pop("one_id"), row.pop("other_id")): row for row in told.values("one_id", "other_id", *SAID)}
    rows = []
    for (one, other, kind), (strength, evidence) in sorted(wanted.items(), key=lambda item: item[0]):
        found = {"kind": kind, "strength": strength, "evidence": evidence, "found_at": at}
        rows.append(SellerLink(one_id=one, other_id=other, **found, **said.get((one, other), {})))
    return rows


def evidence_of(sellers: set[int]) -> dict[tuple[int, int, str], Evidence]:
    """What ties one of these sellers to any other: by both and kind of link, the strength and what it rests on."""
    shared: dict[tuple[int, int, str], list[tuple[str, str, int]]] = defaultdict(list)
    for kinds in (_sharing_identifiers(sellers), _sharing_traces(sellers)):
        for (kind, key), having in sorted(kinds.items()):
            for ends in _pairs(having, sellers):
                link = kind if kind in WORKED_OUT else "identifier"
                shared[*ends, link].append((kind, key, len(having)))
    found = {ends: WORKED_OUT[ends[2]](things) for ends, things in shared.items()}
    return {ends: evidence for ends, evidence in found.items() if evidence[0] > 0}


def _pairs(having: set[int], sellers: set[int]) -> Iterator[Pair]:
    """The pairs among who has a thing of which one is asked for; none where too many have it."""
    if len(having) > linking.number("sharers", "most"):
        return
    for one in sorted(having & sellers):
        for other in having - {one}:
            if other not in sellers or one < other:
                yield pair(one, other)


def _identifiers(things: Sequence[tuple[str, str, int]]) -> Evidence:
    """Which kinds, and how many sellers share each; a digest says nothing to anybody."""
    strength = linking.of_identifiers((kind, n) for kind, _, n in things)
    return strength, {"identifiers": [{"kind": kind, "sellers": n} for kind, _, n in things]}


def _pictures(things: Sequence[tuple[str, str, int]]) -> Evidence:
    shown = [{"key": key, "sellers": n} for _, key, n in things]
    return linking.of_pictures(n for *_, n in things), {"count": len(things), "pictures": shown[:NAMED]}


def _texts(things: Sequence[tuple[str, str, int]]) -> Evidence:
    counting = [n for *_, n in things if n <= linking.number("text", "sharers_most")]
    return linking.of_texts(counting), {"count": len(counting), "sellers": max(counting, default=0)}


WORKED_OUT = {"identifier": _identifiers, "picture": _pictures, "text": _texts}


def sellers_named(ids: Iterable[int]) -> dict[int, Seller]:
    """These sellers with their marketplaces."""
    return {row.pk: row for row in Seller.objects.filter(pk__in=list(ids)).select_related("marketplace")}
