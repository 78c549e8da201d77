"""Which files lie in this ZIP? Read one after the other, in memory and with bounds: nothing is ever written by its name."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from countermark.core import catalogue
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.intake.sheets import MB

IGNORED = ("__MACOSX", ".DS_Store", "Thumbs.db")


def papers_in(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Each file with its name. FileRefused before the first one where any name, number or size is not as it may be."""
    try:
        packed = zipfile.ZipFile(stream)
        entries = [entry for entry in packed.infolist() if not entry.is_dir() and not _ignored(entry.filename)]
        _check(entries)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as broken:
        raise FileRefused("broken", reason=str(broken)[:100]) from broken
    return _contents(packed, entries)


def _ignored(name: str) -> bool:
    return any(part in IGNORED for part in PurePosixPath(name).parts)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    known = catalogue.load()
    if not entries:
        raise FileRefused("zip_empty")
    if len(entries) > (most := known.number("import_zip_files")):
        raise FileRefused("zip_files", most=most)
    for entry in entries:
        if _leads_out(entry):
            raise FileRefused("zip_path", name=entry.filename[:100])
        if entry.flag_bits & 1:
            raise FileRefused("zip_locked")
    if sum(entry.file_size for entry in entries) > (most := known.number("import_zip_mb")) * MB:
        raise FileRefused("bomb", most=most)


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Whether a name leads out of the ZIP, or the entry is a link to elsewhere."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return path.is_absolute() or ".." in path.parts or ":" in name.partition("/")[0] or "\0" in name or is_link


def _contents(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    most = catalogue.load().number("import_zip_mb")
    left = most * MB
    for entry in entries:
        try:
            with packed.open(entry) as file:
                content = file.read(left + 1)  # what it says of its size need not be so
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as broken:
            raise FileRefused("broken", reason=entry.filename[:100]) from broken
        left -= len(content)
        if left < 0:
            raise FileRefused("bomb", most=most)
        yield entry.filename, content
