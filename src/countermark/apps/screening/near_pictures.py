"""Which of the pictures that sellers show are one picture? A file and its hash are, and so are two hashes near each other.

Rule 1: what is near what depends on the two alone, so that pictures that arrive in another order are tied in the same way.
Rule 2: pictures that are tied over others are one, too; what is tied with very many is a template or a plain ground, and ties
nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from countermark.apps.screening import linking
from countermark.apps.screening.models import SamePicture, SellerTrace
from countermark.apps.work.bulk import put_once, read_among
from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import as_ids, as_words
from countermark.matching.hamming.shelf import shelved
from countermark.matching.libraries import ScreeningNotInstalled

HASH = "hash:"  # how the key of a hash begins; its 64 digits follow
TABLE = SamePicture._meta.db_table
TYPES = {"one": "text", "other": "text", "distance": "smallint"}
Same = tuple[str, str, int]  # two keys in their order, and how many bits lie between them


def learn(keys: Collection[str], of_one: Iterable[tuple[str, str]]) -> int:
    """Note what these new keys are near to, and which keys are of one file. Returns how many pairs there are.

    Called after the keys are committed: of two processes that add some at the same time the later one sees both. Without the
    extra `screening` nothing is compared, and pictures tie by their bytes alone.
    """
    pairs = {(*sorted(two), 0) for two in of_one if two[0] != two[1]}
    pairs |= set(_near({key for key in keys if key.startswith(HASH)}))
    put_once(TABLE, TYPES, sorted(pairs))
    return len(pairs)


def learn_all() -> int:
    """Compare all that sellers show with each other, and let go what none shows: what a process left undone is made up for."""
    forget()
    return learn(_shown(), ())


def _shown() -> set[str]:
    rows = SellerTrace.objects.filter(kind="picture", key__startswith=HASH)
    return set(rows.values_list("key", flat=True).distinct())


def _near(new: Collection[str]) -> Iterator[Same]:
    """Which of all hashes that sellers show are near these."""
    if not new:
        return
    every, asked = sorted(_shown() | set(new)), sorted(new)
    try:
        index = contents_of(shelved(as_words(_bits(every)), as_ids(range(len(every)))), 0)
        near = index.near(as_words(_bits(asked)), linking.number("picture", "near"))
    except ScreeningNotInstalled:
        return
    for number, key in enumerate(asked):
        others = [hit for hit in near.of(number) if every[hit.id] != key]
        if len(others) <= linking.number("picture", "group_most"):
            yield from ((*sorted((key, every[hit.id])), hit.distance) for hit in others)


def _bits(keys: Iterable[str]) -> list[bytes]:
    return [bytes.fromhex(key.removeprefix(HASH)) for key in keys]


def forget(keys: Collection[str] | None = None) -> int:
    """Let go what is about pictures no seller shows any more, of these keys or of all; returns how many pairs."""
    shown = SellerTrace.objects.filter(kind="picture")
    gone = ~Exists(shown.filter(key=OuterRef("one"))) | ~Exists(shown.filter(key=OuterRef("other")))
    pairs = SamePicture.objects.filter(gone)
    if keys is None:
        return pairs.delete()[0]
    ids = {pk for column in ("one", "other") for (pk,) in read_among(TABLE, ("id",), column, sorted(keys))}
    return pairs.filter(pk__in=ids).delete()[0] if ids else 0


def groups_of(keys: Iterable[str]) -> list[frozenset[str]]:
    """The keys that are of one picture with one of these, in groups of two and more; what is tied with too many is left out."""
    tied, left, found = _tied(set(keys)), set(keys), []
    while left:
        group = _around(left.pop(), tied)
        left -= group
        if 2 <= len(group) <= linking.number("picture", "group_most"):
            found.append(frozenset(group))
    return found


def _tied(keys: set[str]) -> Mapping[str, set[str]]:
    """The pairs around these keys, ring by ring, as far as a group may reach."""
    tied: defaultdict[str, set[str]] = defaultdict(set)
    ring, known = keys, set(keys)
    for _ in range(linking.number("picture", "group_most")):
        if not ring:
            break
        for one, other in _touching(ring):
            tied[one].add(other)
            tied[other].add(one)
        ring = {key for key in tied if key not in known}
        known |= ring
    return tied


def _touching(keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    for column in ("one", "other"):
        yield from read_among(TABLE, ("one", "other"), column, sorted(keys))


def _around(key: str, tied: Mapping[str, set[str]]) -> set[str]:
    group, ring = {key}, {key}
    while ring:
        ring = {other for one in ring for other in tied.get(one, ())} - group
        group |= ring
    return group
