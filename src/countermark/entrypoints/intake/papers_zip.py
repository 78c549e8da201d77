"""Which files lie in this ZIP? Read one after the other, in memory and with bounds: nothing is ever written by its name.

All of it is unpacked once before the first file is handed out: a ZIP that means harm, or is damaged anywhere, is refused whole,
and nothing of it is half taken. Names packed on a Chinese Windows are read as they were written there.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import BinaryIO

from countermark.core import catalogue
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.intake.sheets import MB

UTF8 = 0x800  # of the flags of an entry: APPNOTE 6.3.10, 4.4.4
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
IGNORED = ("__MACOSX", ".DS_Store", "Thumbs.db")


def papers_in(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Each file with its name. FileRefused before the first one where any name, number, size or content is not as it may be."""
    try:
        packed = zipfile.ZipFile(stream)
        entries = [entry for entry in packed.infolist() if not entry.is_dir() and not _ignored(entry.filename)]
        _check(entries)
        _unpack(packed, entries)
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


def _unpack(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Read all of it once, piece by piece. No entry gives more than the directory says, which was added up before."""
    for entry in entries:
        try:
            with packed.open(entry) as file:
                while file.read(MB):
                    pass
        except BROKEN as broken:
            raise FileRefused("broken", reason=_name_of(entry)[:100]) from broken


def _contents(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        yield _name_of(entry), packed.read(entry)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Its name. Without the mark of UTF-8 a name is whatever the machine that packed it wrote: UTF-8 all the same, or GB18030."""
    if entry.flag_bits & UTF8 or entry.filename.isascii():
        return entry.filename
    for codec in ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            return entry.filename.encode("cp437").decode(codec)
    return entry.filename
