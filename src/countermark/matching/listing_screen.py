"""What becomes of these listings, by their words and their pictures together? The library's one door for whole listings.

    >>> screen = ListingScreen([Mark("Halden", id="NO-1")])
    >>> [judged] = screen.judge([Asked("Hаlden wool jacket")])    # the first a is Cyrillic
    >>> judged.verdict, judged.combination, judged.about
    ('block', 'text:lookalike', 'NO-1')

A screen is not to be shared between threads. Several may share what costs memory: a MarkIndex, an IndexReader, a PartIndex.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from countermark.matching.answer import NO_CLASSES, NO_NAMES, Answer, Listing
from countermark.matching.hamming.hashes import Hit, Nearby
from countermark.matching.hamming.index import Searched
from countermark.matching.judging import Counts, Numbers, judge, numbers_of, text_signals
from countermark.matching.mark import Mark
from countermark.matching.mark_index import MarkIndex
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.known import NOBODY, Known, KnownOf, PictureAsked
from countermark.matching.pictures.plugged import Plugs, plug_signals
from countermark.matching.pictures.signals import picture_signals
from countermark.matching.policy import VERSION
from countermark.matching.screen import TextScreen
from countermark.matching.signals import Judged, Signal


class Asked(NamedTuple):
    """A listing that is asked about: its title and whatever is known beside it. `classes` are Nice classes of the goods."""

    title: str = ""
    brand: str = ""
    seller: str = ""
    classes: frozenset[int] = NO_CLASSES
    pictures: tuple[PictureAsked, ...] = ()

    def with_images(self, images: frozenset[str]) -> Listing:
        return Listing(self.title, self.brand, self.seller, self.classes, images)

    @property
    def is_title_alone(self) -> bool:
        return not (self.brand or self.seller or self.classes)


class Heard(NamedTuple):
    """What speaks for listings being meant, one list each, and the version of the index of pictures that was asked."""

    signals: list[list[Signal]]
    index_version: int


def nothing_more(id: int) -> Known:
    """Say of a known picture only what its id says: it stands for itself."""
    return Known(str(id))


class ListingScreen:
    """Judges listings by marks, by the hashes of known pictures (`hashes`), by their points (`parts`), and by plug-ins.

    `known_of` says what there is to know of a known picture by its id. `counts` are people's opinions of earlier findings:
    combination -> [right, wrong]; `version` is that of the rules.
    """

    def __init__(
        self,
        marks: Iterable[Mark] | MarkIndex,
        hashes: Searched | None = None,
        parts: PartIndex | None = None,
        known_of: KnownOf = nothing_more,
        plugs: Plugs = (),
        numbers: Numbers | None = None,
        counts: Counts | None = None,
        version: str = VERSION,
    ) -> None:
        self.words, self.hashes, self.parts, self.known_of, self.plugs = (
            TextScreen(marks),
            hashes,
            parts,
            known_of,
            plugs,
        )
        self.numbers, self.counts, self.version = numbers or numbers_of({}), counts or {}, version
        self.allowed = {mark.id: mark.allowed_sellers for mark in self.words.index.marks if mark.allowed_sellers}

    def judge(self, asked: Sequence[Asked]) -> list[Judged]:
        """Return what becomes of each listing, in their order."""
        heard = self.hear(asked)
        return [self.of(signals, heard.index_version) for signals in heard.signals]

    def of(self, signals: Iterable[Signal], index_version: int = 0) -> Judged:
        """Judge by signals heard before, by the rules of this screen."""
        return judge(signals, self.numbers, self.counts, self.version)._replace(index_version=index_version)

    def hear(self, asked: Sequence[Asked]) -> Heard:
        """Return what speaks for each listing, without judging."""
        near = self._near(asked)
        seen = self._seen(asked, near)
        words = self._answers(asked, seen)
        told = [
            [*text_signals(answer, pictured=bool(pictures)), *pictures]
            for answer, pictures in zip(words, seen, strict=True)
        ]
        return Heard(told, near.version if near else self.hashes.version if self.hashes else 0)

    def _near(self, asked: Sequence[Asked]) -> Nearby | None:
        """Ask for all hashes of all pictures at once."""
        hashes = [bits for one in asked for picture in one.pictures for bits in picture.telling]
        return self.hashes.near(hashes) if self.hashes and hashes else None

    def _seen(self, asked: Sequence[Asked], near: Nearby | None) -> list[list[Signal]]:
        """Return what the pictures of each listing say."""
        hits = iter_hits(near)
        return [
            [
                signal
                for number, picture in enumerate(one.pictures)
                for signal in self._of_picture(one, number, picture, hits)
            ]
            for one in asked
        ]

    def _of_picture(self, asked: Asked, number: int, picture: PictureAsked, hits: Iterator[list[Hit]]) -> list[Signal]:
        near = [hit for _ in picture.telling for hit in next(hits)] if self.hashes else []
        found = picture_signals(number, picture, near, self.parts, self.known_of, asked.seller)
        if self.plugs:
            found += plug_signals(number, picture, self.plugs, self.known_of, asked.seller)
        return [one for one in found if not (asked.seller and asked.seller in self.allowed.get(one.about, NOBODY))]

    def _answers(self, asked: Sequence[Asked], seen: Sequence[Sequence[Signal]]) -> list[Answer]:
        """Screen the words; titles of which nothing else is known by the faster way."""
        answers: list[Answer | None] = [None] * len(asked)
        alone = [place for place, one in enumerate(asked) if one.is_title_alone and not seen[place]]
        others = sorted(set(range(len(asked))) - set(alone))
        of_titles = self.words.titles([asked[place].title for place in alone]) if alone else []
        listings = [
            asked[place].with_images(frozenset(one.about for one in seen[place]) or NO_NAMES) for place in others
        ]
        of_listings = self.words.listings(listings) if listings else []
        for place, answer in zip([*alone, *others], [*of_titles, *of_listings], strict=True):
            answers[place] = answer
        return [answer for answer in answers if answer is not None]


def iter_hits(near: Nearby | None) -> Iterator[list[Hit]]:
    """Yield the hits of one question after the other."""
    question = 0
    while near is not None:
        yield near.of(question)
        question += 1
