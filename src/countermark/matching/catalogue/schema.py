"""Which columns does a catalogue have, and which the answers? All that is wrong with a file's columns is said at once.

    column     type                        what it is
    title      text                        needed
    id         text or whole numbers       given back with the answer
    brand      text
    seller     text or whole numbers
    classes    list of whole numbers       Nice classes of the goods
    image_url  text                        fetched by whoever reads the catalogue, never by `screen_batch`
    image      bytes                       the picture itself
    pdq        64 hex digits or 32 bytes   the hash of the picture
    quality    numbers                     of the hash, 0 to 100

Other columns are passed over.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from countermark.matching.libraries import Library

pa: Any = Library("pyarrow", "catalogue")

VERSION = "1"  # of the answers' columns; stands in the metadata of every file of answers
ANSWERS, RIGHTS = b"countermark.answers", b"countermark.rights"  # names in that metadata


class Defect(NamedTuple):
    """What is wrong with a file, and how to mend it. `column` is "" where it is the file itself."""

    file: str
    column: str
    fault: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {f'the column {self.column} ' if self.column else ''}{self.fault}. {self.mend}"


class CatalogueDefective(ValueError):
    """The files cannot be used as they are: all that is wrong with them. Nothing was screened."""

    code = "catalogue_defective"

    def __init__(self, defects: list[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("\n".join(["nothing was screened:", *map(str, defects)]))


class Column(NamedTuple):
    """What a column may hold, in words, and how to make it so."""

    is_fine: Callable[[Any], bool]
    holds: str
    mend: str
    is_needed: bool = False


def is_text(kind: Any) -> bool:
    types = pa.types
    if types.is_dictionary(kind):
        return is_text(kind.value_type)
    return any(test(kind) for test in (types.is_string, types.is_large_string, types.is_string_view, types.is_null))


def is_whole(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind))


def is_word(kind: Any) -> bool:
    return is_text(kind) or pa.types.is_integer(kind)


def is_bytes(kind: Any) -> bool:
    types = pa.types
    tests = (types.is_binary, types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary, types.is_null)
    return any(test(kind) for test in tests)


def is_hash(kind: Any) -> bool:
    return is_text(kind) or is_bytes(kind)


def is_number(kind: Any) -> bool:
    types = pa.types
    return types.is_integer(kind) or types.is_floating(kind) or types.is_null(kind)


def is_numbers(kind: Any) -> bool:
    types = pa.types
    lists = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return types.is_null(kind) or (lists and (types.is_integer(kind.value_type) or types.is_null(kind.value_type)))


TEXT = (is_text, "text", "Cast it to string.")
WORD = (is_word, "text or whole numbers", "Cast it to string.")
COLUMNS = {
    "title": Column(*TEXT, is_needed=True),
    "id": Column(*WORD),
    "brand": Column(*TEXT),
    "seller": Column(*WORD),
    "classes": Column(is_numbers, "lists of whole numbers", "Write it as list<int32>, or leave it out."),
    "image_url": Column(*TEXT),
    "image": Column(is_bytes, "bytes", "Write the pictures as binary, or their addresses as image_url."),
    "pdq": Column(is_hash, "64 hex digits or 32 bytes", "Write it as string or as fixed_size_binary(32)."),
    "quality": Column(is_number, "numbers", "Cast it to int32, or leave it out."),
}
BESIDES = {  # what a reader puts beside them: where a row stands, counted from 1, and what could not be read of it
    "file": Column(*TEXT),
    "row": Column(is_whole, "whole numbers", "Rename it, or leave it out."),
    "unread": Column(*TEXT),
}
UNREAD = "unread"


def defects_of(file: str, schema: Any, wanted: Mapping[str, Column] = COLUMNS) -> list[Defect]:
    """Return all that is wrong with the columns of a file."""
    there = {field.name: field.type for field in schema}
    found = []
    for name, column in wanted.items():
        if schema.names.count(name) > 1:
            found.append(Defect(file, name, "stands there more than once", "Rename all but one."))
        elif name in there and not column.is_fine(there[name]):
            found.append(Defect(file, name, f"is {there[name]}, and must hold {column.holds}", column.mend))
        elif column.is_needed and name not in there:
            found.append(missing(file, name, list(there)))
    return found


def missing(file: str, name: str, there: list[str]) -> Defect:
    near = next((one for one in there if one.strip().lower() == name or one.lower().endswith(f"_{name}")), "")
    named = f"Rename {near} to {name}" if near else f"Name the column of the listings' {name}s {name}"
    shown = ", ".join(there[:20]) or "none"
    return Defect(file, name, "is missing", f"{named}; there are: {shown}.")


MATCH = (
    "kind",
    "about",
    "owner",
    "probability",
    "observed",
    "canonical",
    "start",
    "end",
    "distance",
    "context",
    "figures",
)


@cache
def match_type() -> Any:
    """The type of one match. `figures` is the rest of what a person is shown, as JSON."""
    text, number = pa.string(), pa.int32()
    kinds = (text, text, text, pa.float64(), text, text, number, number, number, text, text)
    return pa.struct(list(zip(MATCH, kinds, strict=True)))


@cache
def answer_schema() -> Any:
    """The columns of the answers."""
    text, share = pa.string(), pa.float64()
    columns = [
        ("file", text),
        ("row", pa.int64()),
        ("id", text),
        ("verdict", text),
        ("probability", share),
        ("low", share),
        ("high", share),
        ("combination", text),
        ("about", text),
        ("matches", pa.list_(match_type())),
        ("rules", text),
        ("index", pa.int64()),
        ("problem", text),
    ]
    return pa.schema(columns, metadata={ANSWERS: VERSION.encode()})
