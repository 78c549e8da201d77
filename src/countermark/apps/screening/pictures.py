"""How does a picture become one that is looked for, and how does it stop being one?

Of its pixels stay hashes of every way round, its points and the shares of its colours; all of a picture, never of a person.
Each step is noted as a Change in the caller's transaction: by those the index of every process follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from countermark.apps.screening.models import Change, Fingerprint, Picture, PictureHash, Reference
from countermark.apps.work.models import StoredFile
from countermark.matching.pictures.colours import colours_of
from countermark.matching.pictures.features import Features, features_of
from countermark.matching.pictures.reading import grey
from countermark.matching.pictures.views import View, reference_views


class Seen(NamedTuple):
    """What is kept of one picture. `features` are packed."""

    views: tuple[View, ...]
    features: bytes
    colours: tuple[float, ...]


def look_at(content: bytes) -> Seen:
    """Everything that is kept of a picture, for reading which takes its time: before any lock.

    Raises PictureUnreadable, and ScreeningNotInstalled where the extra is missing.
    """
    pixels = grey(content)
    views = tuple(reference_views(pixels))
    return Seen(views, features_of(pixels).packed(), tuple(colours_of(content)))


def keep(
    found: Iterable[tuple[StoredFile, Seen]],
    *,
    reference: Reference | None = None,
    fingerprint: Fingerprint | None = None,
    now: datetime,
) -> list[Picture]:
    """Look for these pictures from now on (real time). One whose every view is too plain is looked for by its points alone."""
    pairs = list(found)
    pictures = Picture.objects.bulk_create(
        Picture(
            reference=reference, fingerprint=fingerprint, file=file, features=seen.features, colours=list(seen.colours)
        )
        for file, seen in pairs
    )
    PictureHash.objects.bulk_create(
        _hash(picture, view) for picture, (_, seen) in zip(pictures, pairs, strict=True) for view in seen.views
    )
    note(pictures, "add", now=now)
    return pictures


def _hash(picture: Picture, view: View) -> PictureHash:
    said = view.hashed
    return PictureHash(picture=picture, way=view.way, trimmed=view.trimmed, quality=said.quality, hash=said.bits)


def stop_looking(pictures: Iterable[Picture], *, now: datetime) -> None:
    """These are looked for no more; what was found by them stays explained."""
    _turn(pictures, "remove", now=now)


def look_again(pictures: Iterable[Picture], *, now: datetime) -> None:
    """These are looked for again."""
    _turn(pictures, "add", now=now)


def _turn(pictures: Iterable[Picture], what: str, *, now: datetime) -> None:
    to = what == "add"
    rows = [row for row in pictures if row.live is not to]
    for row in rows:
        row.live = to
    Picture.objects.filter(pk__in=[row.pk for row in rows]).update(live=to)
    note(rows, what, now=now)


def note(pictures: Iterable[Picture], what: str, *, now: datetime) -> None:
    Change.objects.bulk_create(Change(picture=row.pk, what=what, at=now) for row in pictures)


def note_words(*, now: datetime) -> None:
    """Words, or who may use what, have changed."""
    Change.objects.create(what="words", at=now)


# --- the points of a picture as bytes -------------------------------------------------------------------------------------


def unpacked(kept: bytes | memoryview) -> Features | None:
    """The points again, as Features.packed() kept them; None where none were kept."""
    return Features.unpacked(bytes(kept)) if len(kept) else None
