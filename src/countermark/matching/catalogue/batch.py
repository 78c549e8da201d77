"""What becomes of the listings of one batch? A pure function, Arrow in and Arrow out, for whoever carries batches to machines.

    >>> rights, faults = read_rights(Path("rights.ndjson"))
    >>> answers = screen_batch(pyarrow.record_batch({"title": ["H4lden wool jacket"]}), rights)
    >>> answers.column("verdict")[0].as_py()
    'block'

Each row has its answer, in order: what could not be read of it stands in `problem`, and the rest of it is screened. Nothing is
fetched here. A process makes its screen from the rights once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from string import hexdigits
from typing import Any, NamedTuple

from countermark.matching.answer import NO_CLASSES
from countermark.matching.catalogue.lines import as_text
from countermark.matching.catalogue.rights import Rights
from countermark.matching.catalogue.schema import (
    BESIDES,
    COLUMNS,
    MATCH,
    UNREAD,
    CatalogueDefective,
    answer_schema,
    defects_of,
    is_text,
    match_type,
)
from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import BYTES
from countermark.matching.hamming.index import IndexReader, Searched
from countermark.matching.hamming.shelf import shelved
from countermark.matching.libraries import Library
from countermark.matching.listing_screen import Asked, ListingScreen
from countermark.matching.pictures.known import NOBODY, Known, PictureAsked, picture_asked
from countermark.matching.pictures.pdq import Hashed
from countermark.matching.pictures.reading import PictureUnreadable
from countermark.matching.screen import uncollected
from countermark.matching.signals import Judged, Signal

pa: Any = Library("pyarrow", "catalogue")

DIGITS = 2 * BYTES
REMEMBERED = 200_000  # tokens and findings: about 40 MB
BEST = 100  # the quality of a hash that comes without one
NOTHING: tuple[PictureAsked, ...] = ()
Problems = list[str | None]


class Held(Searched):
    """An index of this process alone."""

    def __init__(self, rights: Rights) -> None:
        self.contents = contents_of(shelved(rights.words, rights.numbers), 1)


class Screen(NamedTuple):
    """What a process keeps of the rights: the screen, whose each protected thing is, and id and owner of known pictures."""

    listings: ListingScreen
    owners: dict[str, str]
    ids: Any
    picture_owners: Any

    def forget(self) -> None:
        """Begin anew with what was learnt of words, so that memory is bounded whatever the catalogue's length."""
        words = self.listings.words
        if len(words.judge.judged) + len(words.findings) + len(words.plain) > REMEMBERED:
            words.forget()


def screen_batch(batch: Any, rights: Rights) -> Any:
    """Return the answers of a batch, by schema.answer_schema(); raises CatalogueDefective when a column is of no use."""
    if defects := defects_of("the batch", batch.schema, COLUMNS | BESIDES):
        raise CatalogueDefective(defects)
    screen, columns = screen_of(rights), Columns(batch)
    with uncollected():
        asked, problems = columns.asked()
        judged: list[Judged | None] = list(screen.listings.judge(asked))
        for row, (one, problem) in enumerate(zip(asked, problems, strict=True)):
            if problem and not (one.title or one.brand or one.pictures):
                judged[row] = None
        found = answers(columns, judged, problems, screen)
    screen.forget()
    return found


@lru_cache(maxsize=1)
def screen_of(rights: Rights) -> Screen:
    """Make what screens by these rights; once a process."""
    pictures = dict(rights.pictures)
    ids, stands_for, picture_owners, allowed, figurative = (one.combine_chunks() for one in rights.known.columns)

    def known_of(number: int) -> Known:
        if number in pictures:
            return pictures[number]
        sellers = frozenset(allowed[number].as_py()) if limited else NOBODY
        about = stands_for[number].as_py() or ids[number].as_py()
        return Known(about, figurative=figurative[number].as_py(), allowed_sellers=sellers)

    limited = len(allowed.flatten()) > 0
    hashes: Searched | None = None
    if rights.index:
        hashes = IndexReader(Path(rights.index))
    elif rights.words is not None and len(rights.words):
        hashes = Held(rights)
    owners = {mark.id or mark.text: mark.owner for mark in rights.marks if mark.owner}
    return Screen(ListingScreen(rights.marks, hashes, rights.parts, known_of), owners, ids, picture_owners)


class Columns:
    """The columns of a batch as Python reads them, and what is wrong in each row."""

    def __init__(self, batch: Any) -> None:
        self.batch, self.rows = batch, batch.num_rows
        self.problems: Problems = self.texts(UNREAD)
        self.ids = self.texts("id")

    def asked(self) -> tuple[list[Asked], Problems]:
        """Return what each row asks, and its problems."""
        titles, brands, sellers = (self.texts(name) for name in ("title", "brand", "seller"))
        classes, pictures = self.classes(), self.pictures()
        for row, title in enumerate(titles):
            if title is None and self.problems[row] is None:
                self.say(row, "title_missing")
        asked = [
            Asked(title or "", brand or "", seller or "", goods, seen)
            for title, brand, seller, goods, seen in zip(titles, brands, sellers, classes, pictures, strict=True)
        ]
        return asked, self.problems

    def say(self, row: int, problem: str) -> None:
        before = self.problems[row]
        self.problems[row] = f"{before}; {problem}" if before else problem

    def raw(self, name: str) -> list[Any]:
        """Return a column, nulls where there is none."""
        there = self.batch.schema.get_field_index(name)
        return self.batch.column(there).to_pylist() if there >= 0 else [None] * self.rows

    def texts(self, name: str) -> list[str | None]:
        """Return a column of texts; what is no UTF-8 with � in its place, and said."""
        there = self.batch.schema.get_field_index(name)
        if there < 0:
            return [None] * self.rows
        column = self.batch.column(there)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if not is_text(column.type):
            column = column.cast(pa.string())
        try:
            return list(column.to_pylist())
        except UnicodeDecodeError:
            return [self.text(row, name, one) for row, one in enumerate(as_binary(column).to_pylist())]

    def text(self, row: int, name: str, content: bytes | None) -> str | None:
        if content is None:
            return None
        problems: list[str] = []
        found = as_text(content.decode("utf-8", "surrogateescape"), name, problems)
        for problem in problems:
            self.say(row, problem)
        return found

    def classes(self) -> list[frozenset[int]]:
        given = self.raw("classes")
        return [frozenset(filter(None, one)) if one else NO_CLASSES for one in given]

    def pictures(self) -> list[tuple[PictureAsked, ...]]:
        """Return the picture of each row: read from its bytes, else by its hash."""
        hashes, images = self.hashes(), self.raw("image")
        return [
            (self.picture(row, image) if image is not None else NOTHING) or found
            for row, (image, found) in enumerate(zip(images, hashes, strict=True))
        ]

    def picture(self, row: int, content: bytes) -> tuple[PictureAsked, ...]:
        try:
            return (picture_asked(content),)
        except PictureUnreadable as fault:
            self.say(row, f"picture_unreadable: {fault.reason}")
            return NOTHING

    def hashes(self) -> list[tuple[PictureAsked, ...]]:
        there = self.batch.schema.get_field_index("pdq")
        if there < 0:
            return [NOTHING] * self.rows
        texts = is_text(self.batch.column(there).type)
        given: list[Any] = self.texts("pdq") if texts else self.raw("pdq")
        bits_of: Callable[[Any], bytes | None] = of_digits if texts else of_bytes
        return [
            NOTHING if one is None else self.by_hash(row, bits_of(one), quality)
            for row, (one, quality) in enumerate(zip(given, self.raw("quality"), strict=True))
        ]

    def by_hash(self, row: int, bits: bytes | None, quality: Any) -> tuple[PictureAsked, ...]:
        if bits is None:
            self.say(row, "pdq_not_read: neither 64 hex digits nor 32 bytes")
            return NOTHING
        if quality is None or quality != quality:  # as pandas writes what is missing
            quality = BEST
        return (PictureAsked((Hashed(bits, int(min(max(quality, 0), BEST))),)),)


def as_binary(column: Any) -> Any:
    """Return texts as bytes, nothing of them looked at."""
    if pa.types.is_string_view(column.type):
        return column.view(pa.binary_view())
    return column.view(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())


def of_digits(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if len(text) == DIGITS and not set(text) - HEXDIGITS else None
    except ValueError:
        return None


HEXDIGITS = frozenset(hexdigits)


def of_bytes(content: bytes) -> bytes | None:
    return content if len(content) == BYTES else None


def answers(columns: Columns, judged: Sequence[Judged | None], problems: Problems, screen: Screen) -> Any:
    """Return the answers as a batch."""
    has_rows = "row" in columns.batch.schema.names
    there = [one or UNJUDGED for one in judged]
    intervals = [one.interval if one.verdict else (None, None) for one in there]
    values = {
        "file": columns.texts("file"),
        "row": columns.raw("row") if has_rows else range(1, columns.rows + 1),
        "id": columns.ids,
        "verdict": [one.verdict or None for one in there],
        "probability": [one.probability if one.verdict else None for one in there],
        "low": [low for low, _ in intervals],
        "high": [high for _, high in intervals],
        "combination": [one.combination or None for one in there],
        "about": [one.about or None for one in there],
        "matches": matches([one.signals for one in there], screen),
        "rules": [one.version or None for one in there],
        "index": [one.index_version if one.verdict else None for one in there],
        "problem": problems,
    }
    schema = answer_schema()
    return pa.record_batch(
        [one if isinstance(one, pa.Array) else pa.array(one, schema.field(name).type) for name, one in values.items()],
        schema=schema,
    )


UNJUDGED = Judged("", 0.0, (0.0, 0.0), "", "", (), "")


def matches(signals: Iterable[tuple[Signal, ...]], screen: Screen) -> Any:
    """Return the signals of each row as a list of matches."""
    ends, flat = [0], list[tuple[Any, ...]]()
    for found in signals:
        flat += [match_of(signal, screen) for signal in found]
        ends.append(len(flat))
    kinds = [field.type for field in match_type()]
    columns = zip(*flat, strict=True) if flat else [()] * len(MATCH)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.StructArray.from_arrays(arrays, list(MATCH)))


def match_of(signal: Signal, screen: Screen) -> tuple[Any, ...]:
    """Return one match, in the order of schema.MATCH."""
    kind, about, probability, figures = signal
    start, end = figures.get("span") or (None, None)
    observed, canonical = figures.get("observed"), figures.get("canonical")
    owner = screen.owners.get(about)
    if (number := figures.get("known")) is not None:
        canonical = screen.ids[number].as_py()
        owner = owner or screen.picture_owners[number].as_py() or None
    rest = as_json({name: value for name, value in figures.items() if name not in SAID})
    return (
        kind, about, owner, probability, observed, canonical, start, end, figures.get("distance"), figures.get("context"),
        rest,
    )  # fmt: skip


as_json = json.JSONEncoder(ensure_ascii=False).encode
SAID = frozenset(("span", "observed", "canonical", "known", "distance", "context"))
