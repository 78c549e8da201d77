"""What do plug-ins know of the pictures that are looked for? Each embedder of this process has seen each of them once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from threading import Lock
from typing import Any

from countermark.apps.screening.models import Picture
from countermark.apps.work import files
from countermark.matching import plugs
from countermark.matching.pictures.plugged import Plugs
from countermark.matching.pictures.reading import PictureUnreadable, coloured
from countermark.matching.plugs import Detector, Embedded, Embedder, PlugDefective

log = logging.getLogger("countermark.screening")


@cache
def installed() -> tuple[Embedder | Detector, ...]:
    """The plug-ins of this installation. One that is none leaves them all out: it is logged, and screening goes on without."""
    try:
        return tuple(plugs.installed())
    except PlugDefective as fault:
        log.error("screening.plug_defective plug=%s fault=%s", fault.name, fault.fault)
        return ()


class Plugged:
    """The plug-ins with what they saw. One for each process."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._seen: dict[str, dict[int, Any]] = {}
        self._about: Mapping[int, str] | None = None
        self._plugs: Plugs = ()

    def as_of(self, about: Mapping[int, str]) -> Plugs:
        """The plug-ins, once they have seen all these pictures: by id, whose they are."""
        with self._turn:
            if self._about is not about:
                self._plugs = tuple(self._shown(plug, about) for plug in installed())
                self._about = about
            return self._plugs

    def _shown(self, plug: Embedder | Detector, about: Mapping[int, str]) -> Embedded | Detector:
        if not isinstance(plug, Embedder):
            return plug
        seen = self._seen.setdefault(plug.name, {})
        for gone in seen.keys() - about.keys():
            del seen[gone]
        seen |= {pk: plug.embed(pixels) for pk, pixels in _pixels(about.keys() - seen.keys())}
        return Embedded(plug, sorted(seen.items()))


def _pixels(ids: Collection[int]) -> Iterator[tuple[int, Any]]:
    """The colours of these pictures; one that cannot be read any more is left out."""
    for row in Picture.objects.filter(pk__in=ids).select_related("file"):
        try:
            yield row.pk, coloured(files.read(row.file))
        except PictureUnreadable as fault:
            log.info("screening.picture_unreadable picture=%s reason=%s", row.pk, fault)
