"""What is there to know of a picture that is looked for, and of one that is asked with?"""

from collections.abc import Callable
from typing import Any, NamedTuple

from countermark.matching.pictures.colours import colours_of
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.numbers import SIGNALS
from countermark.matching.pictures.pdq import Hashed
from countermark.matching.pictures.reading import grey
from countermark.matching.pictures.views import query_views

NOBODY: frozenset[str] = frozenset()


class Known(NamedTuple):
    """A picture that is looked for. `about`: the id of the protected thing it shows.

    `features`, `colours` (as colours_of counts them) and `views` (its way round and its hash, of each kept) may be missing: then
    less is said of what is found. `figurative`: it is a figurative mark. `allowed_sellers` may use it.
    """

    about: str
    features: Features | None = None
    colours: tuple[float, ...] = ()
    views: tuple[tuple[str, bytes], ...] = ()
    figurative: bool = False
    allowed_sellers: frozenset[str] = NOBODY

    @property
    def is_figurative(self) -> bool:
        """Is this a matter for people? Figurative marks are, and pictures as plain as they."""
        few = self.features is not None and len(self.features.points) < SIGNALS["figurative_points"]
        return self.figurative or few


KnownOf = Callable[[int], Known | None]  # None: it is looked for no more


class PictureAsked(NamedTuple):
    """A listing's picture: the hashes to ask with, its grey pixels (rows, columns) and its file, where they are at hand.

    Without pixels no part is looked for; without the file nothing is said of colours.
    """

    hashes: tuple[Hashed, ...] = ()
    grey: Any = None
    content: bytes = b""

    @property
    def telling(self) -> list[bytes]:
        """The hashes that say something."""
        return [one.bits for one in self.hashes if one.telling]

    @property
    def colours(self) -> list[float]:
        return colours_of(self.content) if self.content else []


def picture_asked(content: bytes) -> PictureAsked:
    """Return a listing's picture read from its file; raises PictureUnreadable."""
    pixels = grey(content)
    return PictureAsked(tuple(view.hashed for view in query_views(pixels)), pixels, content)
