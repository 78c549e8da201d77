"""What is a catalogue screened against? Marks, pictures and known hashes, from one file of NDJSON, CSV or Parquet.

    {"text": "Halden", "id": "NO-1", "owner": "Halden & Moe AS", "classes": [25], "allowed_sellers": ["ines"]}
    {"id": "P-17", "right": "NO-1", "owner": "Halden & Moe AS", "picture": "jackets/17.jpg"}
    {"id": "P-18", "right": "NO-1", "picture": "https://halden.example/18.jpg"}
    {"id": "P-19", "picture": "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22", "quality": 98}

A picture is a file beside this one, an address, or the 64 hex digits of its PDQ hash. What speaks for a mark and for a picture
whose `right` is the mark's id speaks together. A line that says nothing usable is a fault, and the others count.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import hexdigits
from typing import Any, NamedTuple

from countermark.matching.catalogue.lines import (
    HALF_CHARACTERS,
    Counted,
    cells_of,
    header_of,
    opened,
    read_line,
    whole_numbers,
)
from countermark.matching.catalogue.schema import CatalogueDefective, Defect
from countermark.matching.fold import fold
from countermark.matching.hamming.hashes import BYTES, as_words
from countermark.matching.libraries import Library
from countermark.matching.mark import FIELDS, Mark, MarkDefective, mark_of_fields, names_of
from countermark.matching.mark_index import dense_key
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.colours import colours_of
from countermark.matching.pictures.features import features_of
from countermark.matching.pictures.known import Known
from countermark.matching.pictures.numbers import PDQ
from countermark.matching.pictures.reading import PictureUnreadable, grey
from countermark.matching.pictures.views import reference_views
from countermark.matching.token_text import tokens_of

np: Any = Library("numpy")
pa: Any = Library("pyarrow", "catalogue")
parquet: Any = Library("pyarrow.parquet", "catalogue")

KNOWN = ("id", "right", "owner")
PICTURE = {"picture", "quality", "right", "figurative"}
THERE = FIELDS | PICTURE
DIGITS = 2 * BYTES
LARGEST_PICTURE = 30_000_000  # bytes read of a file

Fetch = Callable[[str], bytes]
Row = tuple[str, dict[str, Any] | str]  # where it stands, and what stands there or why that cannot be read


class NoRights(Exception):
    """There is nothing to screen against: the sentence says which file holds nothing."""

    code = "no_rights"

    def __init__(self, file: str, faults: list[str]) -> None:
        self.file = file
        super().__init__("\n".join([f"{file} holds no mark and no picture: one a line, as JSON.", *faults]))


@dataclass(frozen=True, slots=True)
class Rights:
    """All that is looked for. `known` has id, right, owner, allowed sellers of each known picture, and whether it is a figurative
    mark; its place is its number. `numbers` and `words` are their hashes, (n,) and (n, 4); `pictures` what more is known of those
    that came as pixels, and `parts` the index of their points. `index` is the folder of an index of the hashes on this machine,
    "" where each process makes its own. `digest` stands for all of it."""

    marks: tuple[Mark, ...]
    known: Any
    numbers: Any
    words: Any
    pictures: tuple[tuple[int, Known], ...]
    parts: PartIndex | None
    digest: str
    index: str = ""

    def __hash__(self) -> int:
        return hash((self.digest, self.index))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rights) and (self.digest, self.index) == (other.digest, other.index)

    def on_disk(self, folder: Path) -> "Rights":
        """Return the same with the hashes in an index that the processes of this machine share."""
        return replace(self, index=str(folder), words=None, numbers=None)


@dataclass
class Collected:
    """What was read of a file so far."""

    marks: list[Mark] = field(default_factory=list)
    known: list[tuple[str, str, str, list[str], bool]] = field(default_factory=list)
    hashes: list[tuple[int, bytes]] = field(default_factory=list)
    pictures: list[tuple[int, Known]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


class Beside(NamedTuple):
    """Where pictures come from: the folder of the file that names them, and what fetches addresses."""

    folder: Path
    fetch: Fetch | None


def read_rights(file: Path, fetch: Fetch | None = None) -> tuple[Rights, list[str]]:
    """Return the rights of a file, and what is wrong with its lines; raises NoRights, CatalogueDefective."""
    found, beside = Collected(), Beside(file.parent, fetch)
    with file.open("rb") as content:
        found.digest.update(hashlib.file_digest(content, "sha256").digest())
    for where, row in rows_of(file):
        try:
            take(found, row, beside)
        except (
            ValueError,
            PictureUnreadable,
            OSError,
        ) as fault:  # MarkDefective is one; so is what a name no disk knows raises
            found.faults.append(f"{where}: {fault}")
    if not found.marks and not found.known:
        raise NoRights(str(file), found.faults[:20])
    return rights_of(found), found.faults


def rights_of(found: Collected) -> Rights:
    kinds = (pa.string(), pa.string(), pa.string(), pa.list_(pa.string()), pa.bool_())
    columns = [pa.array([one[place] for one in found.known], kind) for place, kind in enumerate(kinds)]
    known = pa.table(columns, [*KNOWN, "allowed_sellers", "figurative"])
    numbers = np.array([number for number, _ in found.hashes], dtype=np.int64)
    words = as_words([one for _, one in found.hashes])
    points = [(number, one.features) for number, one in found.pictures if one.features is not None]
    parts = PartIndex(points) if points else None
    return Rights(tuple(found.marks), known, numbers, words, tuple(found.pictures), parts, found.digest.hexdigest())


def take(found: Collected, row: dict[str, Any] | str, beside: Beside) -> None:
    """Take what a row says; raises what is wrong with it."""
    if isinstance(row, str):
        raise MarkDefective("line", row)
    if half := next((name for name, value in row.items() if has_half_characters(value)), None):
        raise MarkDefective(half, "has bytes that are no UTF-8, or half a character")
    if not row.keys() <= THERE:
        unknown = min(row.keys() - THERE)
        raise MarkDefective(unknown[:40], f"unknown field; there are {', '.join(sorted(THERE))}")
    if "text" in row:
        found.marks.append(readable(mark_of_fields({name: value for name, value in row.items() if name in FIELDS})))
    elif "picture" not in row:
        raise MarkDefective("text", "is missing, and so is picture: one of them says what is protected")
    if "picture" in row:
        take_picture(found, row, beside)


def readable(mark: Mark) -> Mark:
    if not (tokens_of(fold(mark.text)) or dense_key(mark.text)):
        raise MarkDefective("text", f"{mark.text!r} has no letter or digit and cannot be looked for")
    return mark


def has_half_characters(value: Any) -> bool:
    if isinstance(value, str):
        return not value.isascii() and HALF_CHARACTERS.search(value) is not None
    return isinstance(value, list) and any(map(has_half_characters, value))


def take_picture(found: Collected, row: dict[str, Any], beside: Beside) -> None:
    id, right, owner = (name_of(row, name) for name in KNOWN)
    sellers, picture, number = names_of(row.get("allowed_sellers", [])), row["picture"], len(found.known)
    figurative = row.get("figurative", False)
    if not isinstance(figurative, bool):
        raise MarkDefective("figurative", "must be true or false")
    if not id:
        raise MarkDefective("id", "is missing: what is found names the picture by it")
    if is_hash(picture):
        found.hashes.append((number, hash_of(picture, row)))
    else:
        about = Known(right or id, figurative=figurative, allowed_sellers=frozenset(sellers))
        known = looked_at(content_of(picture, beside, found.digest), about)
        found.pictures.append((number, known))
        found.hashes += [(number, bits) for bits in dict.fromkeys(bits for _, bits in known.views)]
    found.known.append((id, right, owner, sellers, figurative))


def name_of(row: dict[str, Any], name: str) -> str:
    value = row.get(name, "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise MarkDefective(name, f"must be text, is {type(value).__name__}")
    return value.strip()


def is_hash(picture: Any) -> bool:
    if isinstance(picture, bytes):
        return len(picture) == BYTES
    return isinstance(picture, str) and len(picture) == DIGITS and not set(picture) - set(hexdigits)


def hash_of(picture: str | bytes, row: dict[str, Any]) -> bytes:
    quality = row.get("quality", 100)
    if not isinstance(quality, int) or quality < PDQ["least_quality"]:
        least = PDQ["least_quality"]
        raise MarkDefective("quality", f"is {quality}: below {least} a picture is too plain to be told from others")
    return picture if isinstance(picture, bytes) else bytes.fromhex(picture)


def content_of(picture: Any, beside: Beside, digest: Any) -> bytes:
    """Return the bytes of a picture: those given, those of a file, those an address holds."""
    if isinstance(picture, str) and picture.lower().startswith(("http://", "https://")):
        if beside.fetch is None:
            raise MarkDefective("picture", f"{picture} is an address, and nothing is fetched here")
        content = beside.fetch(picture)
    elif isinstance(picture, str) and picture.strip():
        content = file_content(beside.folder / picture)
    elif isinstance(picture, bytes):
        content = picture
    else:
        raise MarkDefective("picture", "must be the name of a file, an address or 64 hex digits")
    digest.update(hashlib.sha256(content).digest())
    return content


def file_content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_PICTURE:
        raise MarkDefective("picture", f"{path} has more than {LARGEST_PICTURE:,} bytes")
    return path.read_bytes()


def looked_at(content: bytes, about: Known) -> Known:
    """Return what to keep of a picture; raises PictureUnreadable, MarkDefective."""
    pixels = grey(content)
    features, views = features_of(pixels), reference_views(pixels)
    if not views and not len(features.descriptions):
        raise MarkDefective("picture", "is too plain to be told from others; give one with more to see")
    return about._replace(
        features=features if len(features.descriptions) else None,
        colours=tuple(colours_of(content)),
        views=tuple((view.way, view.hashed.bits) for view in views),
    )


def rows_of(file: Path) -> Iterator[Row]:
    """Yield the rows of a file, and where each stands; raises CatalogueDefective when it cannot be read at all."""
    kinds = {".parquet": of_parquet, ".pq": of_parquet, ".csv": of_csv, ".tsv": of_csv}
    try:
        yield from kinds.get(file.suffix.lower(), of_lines)(file)
    except (FileNotFoundError, CatalogueDefective):
        raise
    except (OSError, ValueError) as fault:
        said = str(fault).split("\n", 1)[0][:200]
        defect = Defect(str(file), "", f"cannot be read ({said})", "It is damaged or cut off: write it again.")
        raise CatalogueDefective([defect]) from fault


def of_lines(file: Path) -> Iterator[Row]:
    """A line is a mark, or JSON."""
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if text := line.strip():
                yield f"{file} line {number}", line_of(text.removeprefix(b"\xef\xbb\xbf"))


def line_of(text: bytes) -> dict[str, Any] | str:
    if text[:1] != b"{":
        return {"text": text.decode("utf-8", "surrogateescape")}
    row, problems = read_line(text)
    return row if not problems else "starts with { but is no JSON object"


def refuse_unknown(file: Path, names: Iterable[str]) -> None:
    """Refuse columns that mean nothing here, once and not for each row; raises CatalogueDefective."""
    mend = f"Rename it or leave it out; there are {', '.join(sorted(THERE))}."
    if defects := [Defect(str(file), name, "is unknown", mend) for name in names if name not in THERE]:
        raise CatalogueDefective(defects)


def of_csv(file: Path) -> Iterator[Row]:
    with opened(str(file)) as stream:
        names, separator = header_of(stream)
        refuse_unknown(file, names)
        for number, cells in enumerate(cells_of(Counted(stream), separator), 1):
            yield f"{file} row {number}", cells if isinstance(cells, str) else row_of(names, cells)


def row_of(names: list[str], cells: list[str]) -> dict[str, Any]:
    return {name: typed(name, cell) for name, cell in zip(names, cells, strict=False) if cell.strip()}


TRUTH = {"true": True, "false": False}
TYPED: dict[str, Callable[[str], Any]] = {
    "classes": whole_numbers,
    "allowed_sellers": lambda cell: [name.strip() for name in cell.split(";")],
    "ordinary": lambda cell: TRUTH.get(cell.strip().lower(), cell),
    "figurative": lambda cell: TRUTH.get(cell.strip().lower(), cell),
    "quality": lambda cell: int(cell) if cell.strip().isdigit() else cell,
}


def typed(name: str, cell: str) -> Any:
    return TYPED[name](cell) if name in TYPED else cell


def of_parquet(file: Path) -> Iterator[Row]:
    with parquet.ParquetFile(file) as opened_file:
        refuse_unknown(file, opened_file.schema_arrow.names)
        number = 0
        for batch in opened_file.iter_batches():
            for row in batch.to_pylist():
                number += 1
                yield f"{file} row {number}", {name: value for name, value in row.items() if value is not None}
