"""What is there to know of a picture that is looked for, and of one that a listing shows? Read when it is asked for, and kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from threading import Lock

from countermark.apps.screening.lines import Shown
from countermark.apps.screening.models import Picture
from countermark.apps.screening.pictures import unpacked
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.known import Known, PictureAsked, picture_asked
from countermark.matching.pictures.pdq import Hashed
from countermark.matching.pictures.reading import PictureUnreadable

log = logging.getLogger("countermark.screening")
REMEMBERED = 2000  # pictures, of some 30 KB each
NOTHING = PictureAsked()


class Book:
    """The pictures that are looked for, by id. `about`: which protected thing each belongs to."""

    def __init__(self, about: Mapping[int, str]) -> None:
        self.about = about
        self._known: dict[int, Known] = {}
        self._parts: PartIndex | None = None
        self._turn = Lock()

    def known_of(self, picture_id: int) -> Known | None:
        """What is known of a picture; None where it is looked for no more."""
        if picture_id not in self.about:
            return None
        found = self._known.get(picture_id)
        if found is None:
            row = Picture.objects.prefetch_related("hashes").filter(pk=picture_id).first()
            if row is None:
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[picture_id] = self._read(row)
        return found

    def _read(self, row: Picture) -> Known:
        views = tuple((one.way, bytes(one.hash)) for one in row.hashes.all())
        return Known(self.about[row.pk], unpacked(row.features), tuple(row.colours), views)

    def parts(self) -> PartIndex:
        """The points of all of them, for what shows a part of one; made when first asked for."""
        with self._turn:
            if self._parts is None:
                rows = Picture.objects.filter(live=True, pk__in=self.about.keys()) if len(self.about) < 500 else None
                rows = Picture.objects.filter(live=True) if rows is None else rows
                kept = rows.exclude(features=b"").order_by("pk").values_list("pk", "features")
                known = ((pk, unpacked(found)) for pk, found in kept.iterator(500) if pk in self.about)
                self._parts = PartIndex([(pk, found) for pk, found in known if found is not None])
                log.info("screening.parts pictures=%s", len(self._parts.ids))
            return self._parts


def as_asked(shown: Shown) -> PictureAsked:
    """A picture of a listing as the engine asks with it; one that cannot be read, or is only an address, says nothing."""
    if shown.content:
        try:
            return picture_asked(shown.content)
        except PictureUnreadable as fault:
            log.info("screening.picture_unreadable reason=%s", fault)
            return NOTHING
    return PictureAsked((Hashed(shown.hash, shown.quality),)) if shown.hash else NOTHING
