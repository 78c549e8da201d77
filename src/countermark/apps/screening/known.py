"""What is looked for, as the engine takes it: protected words, and whose is what. Read whole when something of it changed.

Rule 1: only what lives counts: rights that are approved, references and fingerprints in force. Rule 2: whoever a holder allows
a right is not found under it, by words, by pictures, or because of an old case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from countermark.apps.rights.models import Right
from countermark.apps.screening.models import Allowed, Fingerprint, Picture, Reference
from countermark.matching.mark import NICE_CLASSES, Mark

LIVING = ("approved", "in_grace")
READ = ("kind", "name", "brand", "classes", "fields")
NOBODY: frozenset[int] = frozenset()


class Thing(NamedTuple):
    """A protected thing: the right it is under, and of a fingerprint whose listing it was. `allowed`: ids of sellers."""

    right: int | None
    fingerprint: int | None = None
    seller: int | None = None
    allowed: frozenset[int] = NOBODY


class Known(NamedTuple):
    """Everything that is looked for: by `about` of a signal, and which of them a picture belongs to."""

    things: Mapping[str, Thing]
    marks: tuple[Mark, ...]
    about: Mapping[int, str]
    fingerprints: Mapping[int, Fingerprint]

    @property
    def size(self) -> int:
        """How much it is: words, things and pictures together."""
        return len(self.marks) + len(self.things) + len(self.about)


def about_right(right_id: int) -> str:
    return f"right:{right_id}"


def about_fingerprint(fingerprint_id: int) -> str:
    return f"fingerprint:{fingerprint_id}"


def read(*, at: datetime) -> Known:
    """Read all of it."""
    rights = {right.pk: right for right in Right.objects.filter(state__in=LIVING).only(*READ)}
    allowed = _allowed()
    prints = {one.pk: one for one in _standing(at)}
    things = {about_right(pk): Thing(pk, allowed=allowed[pk]) for pk in rights}
    for pk, one in prints.items():
        by_right = allowed[one.right_id] if one.right_id else NOBODY
        things[about_fingerprint(pk)] = Thing(one.right_id, pk, one.seller_id, by_right)
    return Known(things, tuple(_marks(rights)), dict(_pictures(rights, prints)), prints)


def _standing(at: datetime) -> QuerySet[Fingerprint]:
    lives = Q(right=None) | Q(right__state__in=LIVING)
    rows = Fingerprint.objects.filter(lives, state="in_force", until__gt=at)
    return rows.select_related("complaint").only("title", "attributes", "right", "seller", "complaint__number")


def _allowed() -> Mapping[int, frozenset[int]]:
    rows = Allowed.objects.filter(ended_at=None).values_list("right_id", "seller_id")
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for right, seller in rows:
        found[right] |= {seller}
    return found


def _marks(rights: Mapping[int, Right]) -> Iterator[Mark]:
    """The words of every trademark that lives, and those its holder registered beside it."""
    words: dict[int, set[str]] = {pk: _own(right) for pk, right in rights.items()}
    for right, text in Reference.objects.filter(state="in_force", kind="word").values_list("right_id", "text"):
        if right in words:
            words[right].add(text.strip())
    for pk, texts in words.items():
        classes = frozenset(one for one in rights[pk].classes if one in NICE_CLASSES)
        yield from (Mark(text, about_right(pk), classes=classes) for text in sorted(texts - {""}))


def _own(right: Right) -> set[str]:
    """The words of a trademark itself; of a figurative one, and of other rights, the name only says what it is."""
    if right.kind != "trademark" or right.fields.get("mark_type") == "figurative":
        return set()
    return {right.name.strip(), right.brand.strip()}


def _pictures(rights: Iterable[int], prints: Iterable[int]) -> Iterator[tuple[int, str]]:
    living, standing = set(rights), set(prints)
    rows = Picture.objects.filter(live=True).values_list("pk", "reference__right_id", "fingerprint_id")
    for pk, right, fingerprint in rows.iterator(5000):
        if fingerprint in standing:
            yield pk, about_fingerprint(fingerprint)
        elif right in living:
            yield pk, about_right(right)
