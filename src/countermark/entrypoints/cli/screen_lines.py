"""What stands in a line of a file of titles or of marks, and what is wrong with it? Nothing of a line is lost."""

import base64
import json
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from countermark.matching.answer import Listing
from countermark.matching.mark import Mark, MarkDefective, mark_of_line

HALF_CHARACTERS = re.compile(
    "[\ud800-\udfff]"
)  # what no text can hold: bytes that were no UTF-8, halves of a character
FIELDS = ("title", "brand", "seller")


class Line(NamedTuple):
    """One line of a file: its number from 1, its text with � for what is no text, and what was wrong with it."""

    number: int
    text: str
    problems: tuple[str, ...] = ()
    raw: bytes = b""


def lines_of(file: Path) -> Iterator[Line]:
    """Yield the lines of a file, `-` for standard input. A line ends at a line feed and nowhere else."""
    with _opened(file) as stream:
        for number, raw in enumerate(stream, 1):
            yield line_of(number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw)


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")


def line_of(number: int, raw: bytes) -> Line:
    kept = raw.rstrip(b"\r\n")
    try:
        return Line(number, kept.decode("utf-8"))
    except UnicodeDecodeError:
        text = kept.decode("utf-8", "surrogateescape")
        places = ", ".join(str(found.start()) for found in list(HALF_CHARACTERS.finditer(text))[:5])
        return Line(number, as_text(text), (f"bytes that are no UTF-8, at character {places}",), kept)


def as_text(text: str) -> str:
    """Return text that any program can read: � for halves of characters, one for one, so that places stay."""
    return HALF_CHARACTERS.sub("\ufffd", text)


def listing_of(line: Line) -> tuple[Listing, tuple[str, ...]]:
    """Return what a line of titles asks to be screened, and its problems. A line of JSON has `title`, and may have `brand`,
    `seller` and `classes`; whatever else begins with { is a title like any other."""
    found = fields_of(line.text)
    if not isinstance(found.get("title"), str):
        return Listing(line.text), line.problems
    texts = {name: str(found.get(name) or "") for name in FIELDS}
    halves = tuple(f"half a character in {name}" for name, text in texts.items() if HALF_CHARACTERS.search(text))
    classes = frozenset(number for number in listed(found.get("classes")) if type(number) is int)
    return Listing(**{name: as_text(text) for name, text in texts.items()}, classes=classes), line.problems + halves


def fields_of(text: str) -> dict[str, Any]:
    if not text.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def raw_of(line: Line) -> dict[str, str]:
    """The bytes of a line that is no text, so that nothing is lost."""
    return {"raw": base64.b64encode(line.raw).decode("ascii")} if line.raw else {}


def marks_of(file: Path) -> tuple[list[Mark], list[str]]:
    """Return the marks of a file, and what is wrong with the lines that are none. Blank lines are passed over."""
    marks, faults = [], []
    for line in lines_of(file):
        try:
            if line.problems:
                raise MarkDefective("text", line.problems[0])
            if line.text.strip():
                marks.append(mark_of_line(line.text))
        except MarkDefective as fault:
            faults.append(f"{file} line {line.number}: {fault}")
    return marks, faults
