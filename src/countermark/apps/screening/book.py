"""What is there to know of a picture that is looked for, and of one that a listing shows? Read when it is asked for, and kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from countermark.apps.rights.models import Right
from countermark.apps.screening.lines import Shown
from countermark.apps.screening.models import Picture, PictureHash
from countermark.apps.screening.parts import Parts
from countermark.apps.screening.pictures import unpacked
from countermark.apps.work.prepared import Prepared
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.known import Known, PictureAsked, picture_asked
from countermark.matching.pictures.pdq import Hashed
from countermark.matching.pictures.reading import PictureUnreadable, grey

log = logging.getLogger("countermark.screening")
REMEMBERED = 2000  # pictures, of some 30 KB each
NOTHING = PictureAsked()
DRAWN = ("figurative", "combined")  # mark types of core/catalogue/right_kinds.toml


_picture = Prepared(lambda pk: Picture.objects.filter(pk=pk).select_related("reference__right"))
_views = Prepared(lambda picture: PictureHash.objects.filter(picture=picture).values_list("way", "hash"))


def points_of(ids: Sequence[int]) -> list[tuple[int, Features]]:
    """The points kept of these pictures."""
    kept = Picture.objects.filter(pk__in=ids).exclude(features=b"").values_list("pk", "features")
    found = ((pk, unpacked(features)) for pk, features in kept)
    return [(pk, features) for pk, features in found if features is not None]


class Book:
    """The pictures that are looked for, by id. `about`: which protected thing each belongs to. `before`: the one it replaces."""

    def __init__(self, about: Mapping[int, str], before: Book | None = None) -> None:
        self.about = about
        self._known: dict[int, Known] = {}
        self.points = before.points if before is not None else Parts()

    def known_of(self, picture_id: int) -> Known | None:
        """What is known of a picture; None where it is looked for no more."""
        if picture_id not in self.about:
            return None
        found = self._known.get(picture_id)
        if found is None:
            rows = _picture(pk=picture_id)
            if not rows:
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[picture_id] = self._read(rows[0])
        return found

    def _read(self, row: Picture) -> Known:
        views = tuple((way, bytes(found)) for way, found in _views(picture=row.pk))
        colours, right = tuple(row.colours), row.reference.right if row.reference else None
        return Known(self.about[row.pk], unpacked(row.features), colours, views, figurative=is_figurative(right))

    def parts(self, folder: Path, *, writes: bool) -> PartIndex:
        """The points of all of them, for what shows a part of one; brought up to date when first asked for."""
        return self.points.as_of(self, self.about.keys(), points_of, folder=folder, writes=writes)


def is_figurative(right: Right | None) -> bool:
    """Is a picture registered under this right a mark that is drawn? What resembles one is for people to judge, never for us."""
    return right is not None and right.kind == "trademark" and right.fields.get("mark_type") in DRAWN


def is_read(shown: Shown) -> bool:
    """Whether a picture that came as a file has pixels for us."""
    try:
        grey(shown.content)
    except PictureUnreadable:
        return False
    return True


def as_asked(shown: Shown) -> PictureAsked:
    """A picture of a listing as the engine asks with it; one that cannot be read, or is only an address, says nothing."""
    if shown.content:
        try:
            return picture_asked(shown.content)
        except PictureUnreadable as fault:
            log.info("screening.picture_unreadable reason=%s", fault)
            return NOTHING
    return PictureAsked((Hashed(shown.hash, shown.quality),)) if shown.hash else NOTHING
